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
    word(spec.condition.is);
    text(spec.condition.from);
    list(spec.condition.map, [this](const auto& entry) {
      text(std::string_view(entry.first));
      word(entry.second);
    });
    word(spec.condition.absent);
    word(spec.condition.otherwise);
    text(spec.at.rfc3339);
    text(spec.at.seconds);
    text(spec.at.nanoseconds);
    text(spec.at.milliseconds);
    word(spec.at.zero);
    texts(spec.labels_from);
    list(spec.labels, [this](const LabelFrom& label) {
      text(std::string_view(label.name));
      text(std::string_view(label.from));
    });
    texts(spec.summary);
  }
  std::string hex() { return digest_.hex(); }

 private:
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
  return encoder.hex();
}

}  // namespace avbrottsvakt
