#include "base/digest.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {
namespace {

/// Says of each part whether it is there, so that no two different specs encode alike.
class Encoder {
 public:
  void text(std::string_view value) { digest_.add(value); }
  void number(std::int64_t value) { digest_.add(value); }
  template <typename Enum>
  void word(Enum value) {
    number(static_cast<std::int64_t>(value));
  }
  void text(const std::optional<std::string>& value) {
    number(value ? 1 : 0);
    if (value) {
      text(std::string_view(*value));
    }
  }
  template <typename Enum>
  void word(const std::optional<Enum>& value) {
    number(value ? static_cast<std::int64_t>(*value) : -1);
  }
  void texts(const std::vector<std::string>& values) {
    list(values, [this](const std::string& value) { text(std::string_view(value)); });
  }
  void pointed(const std::vector<PointedValue>& values) {
    list(values, [this](const PointedValue& value) {
      text(std::string_view(value.pointer));
      text(std::string_view(value.value));
    });
  }
  template <typename T, typename Each>
  void list(const std::vector<T>& values, const Each& each) {
    number(static_cast<std::int64_t>(values.size()));
    for (const T& value : values) {
      each(value);
    }
  }
  void when(const WhenSpec& spec) {
    text(spec.present);
    text(spec.absent);
    pointed(spec.equals);
  }
  void rule(const SignalRuleSpec& spec) {
    when(spec.when);
    texts(spec.key);
    word(spec.key_spelling);
    condition(spec.condition);
    at(spec.at);
    texts(spec.labels_from);
    list(spec.labels, [this](const LabelFrom& label) {
      text(std::string_view(label.name));
      text(std::string_view(label.from));
    });
    texts(spec.summary);
  }
  std::string hex() { return digest_.hex(); }

  // What came to the language later stands behind all else, and only where it is used, each part with its path: a
  // mapping that does not use it keeps the hash that its old signals carry.

  void part(const std::string& path) { text(std::string_view(path)); }
  void when_extras(const std::string& path, const WhenSpec& spec) {
    if (!spec.differs.empty()) {
      part(path + ".differs");
      pointed(spec.differs);
    }
  }
  void meanings(const std::vector<std::pair<std::string, Meaning>>& values) {
    list(values, [this](const auto& entry) {
      text(std::string_view(entry.first));
      word(entry.second);
    });
  }
  void condition_extras(const std::string& path, const ConditionSpec& spec) {
    if (!spec.endings.empty()) {
      part(path + ".endings");
      meanings(spec.endings);
    }
    for (const ConditionSpec& instead : spec.instead) {
      part(path + ".instead");
      condition(instead);
      condition_extras(path + ".instead", instead);
    }
  }
  void at_extras(const std::string& path, const AtSpec& spec) {
    if (spec.received) {
      part(path + ".received");
    }
    for (const AtSpec& instead : spec.instead) {
      part(path + ".instead");
      at(instead);
      at_extras(path + ".instead", instead);
    }
  }
  void rule_extras(const std::string& path, const SignalRuleSpec& spec) {
    when_extras(path + ".when", spec.when);
    condition_extras(path + ".condition", spec.condition);
    at_extras(path + ".at", spec.at);
    if (!spec.labels_from_lists.empty()) {
      part(path + ".labels_from_lists");
      list(spec.labels_from_lists, [this](const LabelListSpec& labels) {
        text(std::string_view(labels.from));
        text(labels.name_from);
        text(labels.name);
        text(labels.value_from);
      });
    }
    if (spec.origin != Origin::monitoring) {
      part(path + ".origin");
      word(spec.origin);
    }
    if (spec.expect_within) {
      part(path + ".expect_within");
      number(spec.expect_within->count());
    }
  }

 private:
  void condition(const ConditionSpec& spec) {
    word(spec.is);
    text(spec.from);
    meanings(spec.map);
    word(spec.absent);
    word(spec.otherwise);
  }
  void at(const AtSpec& spec) {
    text(spec.rfc3339);
    text(spec.seconds);
    text(spec.nanoseconds);
    text(spec.milliseconds);
    word(spec.zero);
  }

  Digest digest_;
};

}  // namespace

std::string mapping_hash(const MappingSpec& spec) {
  Encoder encoder;
  // Changes when the same spec begins to mean something else.
  encoder.text(std::string_view("avbrottsvakt mapping 1"));
  encoder.text(std::string_view(spec.source));
  encoder.word(spec.decode);
  encoder.number(spec.zone ? 1 : 0);
  if (spec.zone) {
    encoder.text(std::string_view(spec.zone->name));
    encoder.list(spec.zone->offsets, [&](const ZoneTable::Offset& offset) {
      encoder.number(offset.from.time_since_epoch().count());
      encoder.number(offset.offset.count());
    });
  }
  encoder.pointed(spec.expect);
  encoder.text(spec.iterate);
  encoder.list(spec.skip, [&](const WhenSpec& when) { encoder.when(when); });
  encoder.list(spec.signals, [&](const SignalRuleSpec& rule) { encoder.rule(rule); });
  encoder.word(spec.unmatched);
  for (std::size_t i = 0; i < spec.skip.size(); ++i) {
    encoder.when_extras("skip[" + std::to_string(i) + "]", spec.skip[i]);
  }
  for (std::size_t i = 0; i < spec.signals.size(); ++i) {
    encoder.rule_extras("signals[" + std::to_string(i) + "]", spec.signals[i]);
  }
  return encoder.hex();
}

}  // namespace avbrottsvakt
