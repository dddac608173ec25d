#include <algorithm>

#include "mapping/compiled.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {
namespace {

constexpr std::size_t kRulesMax = 100;
constexpr std::size_t kMapEntriesMax = 1000;
/// Of instead within instead: more is a mistake, and nobody could follow it.
constexpr std::size_t kInsteadMax = 4;

std::string at_index(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

/// Parses what a MappingSpec says, and collects faults with the path of the part at fault.
class Compiler {
 public:
  explicit Compiler(SpecFaults& faults) : faults_(faults) {}

  void fault(const std::string& path, std::string message, std::string remedy) {
    faults_.push_back({path, std::move(message), std::move(remedy), false});
  }

  JsonPointer pointer(const std::string& path, const std::string& text) {
    return value_or_fault(path, JsonPointer::parse(text));
  }
  std::optional<JsonPointer> pointer(const std::string& path, const std::optional<std::string>& text) {
    return text ? std::optional(pointer(path, *text)) : std::nullopt;
  }
  std::vector<Template> templates(const std::string& path, const std::vector<std::string>& texts) {
    std::vector<Template> compiled;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      compiled.push_back(value_or_fault(at_index(path, i), Template::parse(texts[i])));
    }
    return compiled;
  }
  std::vector<CompiledEquals> equals(const std::string& path, const std::vector<PointedValue>& values) {
    std::vector<CompiledEquals> compiled;
    for (std::size_t i = 0; i < values.size(); ++i) {
      compiled.push_back({pointer(at_index(path, i), values[i].pointer), values[i].value});
    }
    return compiled;
  }

  CompiledWhen when(const std::string& path, const WhenSpec& spec) {
    return {pointer(path + ".present", spec.present), pointer(path + ".absent", spec.absent),
            equals(path + ".equals", spec.equals), equals(path + ".differs", spec.differs)};
  }

  CompiledCondition condition(const std::string& path, const ConditionSpec& spec, std::size_t depth = 0) {
    CompiledCondition condition;
    if (spec.is.has_value() == spec.from.has_value()) {
      fault(path, "a condition is either fixed or taken from the payload",
            "write is: down, or from: /status with map: {firing: down, resolved: up}");
      return condition;
    }
    if (spec.is) {
      if (!spec.map.empty() || !spec.endings.empty() || spec.absent || spec.otherwise || !spec.instead.empty()) {
        fault(path, "map, endings, absent, otherwise and instead mean nothing beside is",
              "leave them out, or write from instead of is");
      }
      condition.is = spec.is;
      return condition;
    }
    condition.from = pointer(path + ".from", *spec.from);
    condition.absent = spec.absent;
    condition.otherwise = spec.otherwise;
    const std::size_t entries = spec.map.size() + spec.endings.size();
    if (entries == 0 || entries > kMapEntriesMax) {
      fault(path + ".map", "the values of " + *spec.from + " need a meaning, 1 to " + std::to_string(kMapEntriesMax),
            "write map: {firing: down, resolved: up}");
    }
    for (std::size_t i = 0; i < spec.map.size(); ++i) {
      if (!condition.map.emplace(spec.map[i]).second) {
        fault(at_index(path + ".map", i), "the value " + spec.map[i].first + " has a meaning already",
              "leave one of them out");
      }
    }
    condition.endings = endings(path + ".endings", spec.endings);
    if (!spec.instead.empty() && may_stand(path + ".instead", depth)) {
      if (spec.absent) {
        fault(path + ".instead", "absent says already what it means that nothing stands there",
              "leave one of them out");
      }
      condition.instead.push_back(this->condition(path + ".instead", spec.instead.front(), depth + 1));
    }
    return condition;
  }

  CompiledAt at(const std::string& path, const AtSpec& spec, std::size_t depth = 0) {
    CompiledAt at;
    const int given = int{spec.rfc3339.has_value()} + int{spec.seconds.has_value()} +
                      int{spec.milliseconds.has_value()} + int{spec.received};
    if (given != 1) {
      fault(path, "a time is one of rfc3339, seconds, milliseconds and received", "write at: {rfc3339: /startsAt}");
      return at;
    }
    if (spec.nanoseconds && !spec.seconds) {
      fault(path + ".nanoseconds", "nanoseconds add to seconds only", "leave them out");
    }
    at.nanoseconds = pointer(path + ".nanoseconds", spec.nanoseconds);
    at.zero = spec.zero;
    if (spec.rfc3339) {
      at.clock = CompiledAt::Clock::rfc3339;
      at.from = pointer(path + ".rfc3339", *spec.rfc3339);
    } else if (spec.seconds) {
      at.clock = CompiledAt::Clock::seconds;
      at.from = pointer(path + ".seconds", *spec.seconds);
    } else if (spec.milliseconds) {
      at.clock = CompiledAt::Clock::milliseconds;
      at.from = pointer(path + ".milliseconds", *spec.milliseconds);
    } else {
      at.received = true;
      if (spec.zero != ZeroTime::refuse || !spec.instead.empty()) {
        fault(path, "zero and instead mean nothing beside received: every record was received", "leave them out");
        return at;
      }
    }
    if (!spec.instead.empty() && may_stand(path + ".instead", depth)) {
      at.instead.push_back(this->at(path + ".instead", spec.instead.front(), depth + 1));
    }
    return at;
  }

  void labels(const std::string& path, const SignalRuleSpec& spec, CompiledRule& rule) {
    for (std::size_t i = 0; i < spec.labels_from.size(); ++i) {
      rule.labels_from.push_back(pointer(at_index(path + ".labels_from", i), spec.labels_from[i]));
    }
    for (std::size_t i = 0; i < spec.labels.size(); ++i) {
      const LabelFrom& label = spec.labels[i];
      const std::string label_path = at_index(path + ".labels", i);
      label_name(label_path, label.name);
      const auto same = [&](const CompiledRule::Label& other) { return other.name == label.name; };
      if (std::any_of(rule.labels.begin(), rule.labels.end(), same)) {
        fault(label_path, "the label " + label.name + " is there already", "leave one of them out");
      }
      rule.labels.push_back({label.name, pointer(label_path, label.from)});
    }
    for (std::size_t i = 0; i < spec.labels_from_lists.size(); ++i) {
      rule.labels_from_lists.push_back(label_list(at_index(path + ".labels_from_lists", i), spec.labels_from_lists[i]));
    }
    if (spec.labels.size() > kLabelsMax) {
      fault(path + ".labels", "a signal has at most " + std::to_string(kLabelsMax) + " labels",
            "take those that the catalogue matches");
    }
  }

  CompiledRule rule(const std::string& path, const SignalRuleSpec& spec) {
    CompiledRule rule;
    rule.when = when(path + ".when", spec.when);
    if (spec.key.empty()) {
      fault(path + ".key", "a signal needs a key, which joins a recovery to its problem",
            "write key: [\"{/fingerprint}\"]");
    }
    rule.key = templates(path + ".key", spec.key);
    rule.key_spelling = spec.key_spelling;
    rule.condition = condition(path + ".condition", spec.condition);
    rule.at = at(path + ".at", spec.at);
    labels(path, spec, rule);
    rule.summary = templates(path + ".summary", spec.summary);
    rule.origin = spec.origin;
    rule.expect_within = spec.expect_within;
    heartbeat(path, spec);
    return rule;
  }

 private:
  /// Whether a condition may come out that says anything is wrong.
  static bool may_be_worse(const ConditionSpec& spec) {
    const auto worse = [](const std::optional<Meaning>& meaning) {
      return meaning == Meaning::degraded || meaning == Meaning::down;
    };
    const auto worse_value = [&](const auto& entry) { return worse(entry.second); };
    return worse(spec.is) || worse(spec.absent) || worse(spec.otherwise) ||
           std::any_of(spec.map.begin(), spec.map.end(), worse_value) ||
           std::any_of(spec.endings.begin(), spec.endings.end(), worse_value) ||
           std::any_of(spec.instead.begin(), spec.instead.end(), may_be_worse);
  }

  /// Of a heartbeat, and only of one, it must be known when the next should be here.
  void heartbeat(const std::string& path, const SignalRuleSpec& spec) {
    if (spec.origin == Origin::heartbeat && may_be_worse(spec.condition)) {
      fault(path + ".condition", "what a heartbeat says is that it came: it is up, and all else must be ignored",
            "write ignore, and a rule of its own for what is wrong");
    }
    if (spec.origin == Origin::heartbeat && !spec.expect_within) {
      fault(path + ".origin", "of a heartbeat it must be known when the next one should be here",
            "write expect_within: 5m, some times what lies between two of them");
    } else if (spec.origin != Origin::heartbeat && spec.expect_within) {
      fault(path + ".expect_within", "only a heartbeat is expected within a time",
            "leave it out, or write origin: heartbeat");
    } else if (spec.expect_within && (*spec.expect_within < Millis(1) || *spec.expect_within > kExpectWithinMax)) {
      fault(path + ".expect_within",
            "a heartbeat is expected within 1ms to " + format_duration(kExpectWithinMax) + ", found " +
                format_duration(*spec.expect_within),
            "what comes more seldom is no sign of life");
    }
  }

  bool may_stand(const std::string& path, std::size_t depth) {
    if (depth < kInsteadMax) {
      return true;
    }
    fault(path, "at most " + std::to_string(kInsteadMax) + " instead within another", "write a rule for each case");
    return false;
  }

  std::vector<std::pair<std::string, Meaning>> endings(const std::string& path,
                                                       const std::vector<std::pair<std::string, Meaning>>& spec) {
    for (std::size_t i = 0; i < spec.size(); ++i) {
      const auto same = [&](const auto& other) { return other.first == spec[i].first; };
      if (spec[i].first.empty()) {
        fault(at_index(path, i), "every value ends so", "write otherwise: for values that are not listed");
      } else if (std::find_if(spec.begin(), spec.end(), same) - spec.begin() < static_cast<std::ptrdiff_t>(i)) {
        fault(at_index(path, i), "the ending " + spec[i].first + " has a meaning already", "leave one of them out");
      }
    }
    auto sorted = spec;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    return sorted;
  }

  void label_name(const std::string& path, const std::string& name) {
    if (name.empty() || name.size() > kLabelNameBytesMax) {
      fault(path, "a label has a name of 1 to " + std::to_string(kLabelNameBytesMax) + " bytes",
            "name it as the matchers of the catalogue do");
    }
  }

  CompiledRule::LabelList label_list(const std::string& path, const LabelListSpec& spec) {
    CompiledRule::LabelList list;
    list.from = pointer(path + ".from", spec.from);
    list.name_from = pointer(path + ".name_from", spec.name_from);
    list.name = spec.name.value_or("");
    if (spec.name.has_value() == spec.name_from.has_value()) {
      fault(path, "the name of a label is either fixed or taken from the entry",
            "write name_from: /tag, or name: host for all entries of the list");
    } else if (spec.name) {
      label_name(path + ".name", *spec.name);
    }
    list.value_from = pointer(path + ".value_from", spec.value_from.value_or(""));
    return list;
  }

  template <typename T>
  T value_or_fault(const std::string& path, Result<T> result) {
    if (result) {
      return std::move(*result);
    }
    fault(path, result.error().message, result.error().remedy);
    return T{};
  }

  SpecFaults& faults_;
};

}  // namespace

CompiledMapping compile_mapping(const MappingSpec& spec, SpecFaults& faults) {
  Compiler compiler(faults);
  CompiledMapping mapping;
  mapping.source = spec.source;
  mapping.decode = spec.decode;
  mapping.zone = spec.zone;
  mapping.unmatched = spec.unmatched;
  if (spec.source.empty() || spec.source.size() > kSourceBytesMax) {
    compiler.fault("source", "a source has a name of 1 to " + std::to_string(kSourceBytesMax) + " bytes",
                   "write source: zabbix");
  }
  if (!is_mapped(spec.decode)) {
    if (!spec.signals.empty() || spec.iterate || !spec.expect.empty() || !spec.skip.empty()) {
      compiler.fault(
          "decode",
          "protobuf_signal and command_json carry finished signals and commands; a mapping means nothing for them",
          "leave out signals, skip, iterate and expect, or decode json");
    }
    return mapping;
  }
  if (spec.signals.empty() || spec.signals.size() > kRulesMax) {
    compiler.fault("signals", "a mapping has 1 to " + std::to_string(kRulesMax) + " rules",
                   "write at least one with key, condition and at");
  }
  mapping.expect = compiler.equals("expect", spec.expect);
  mapping.iterate = compiler.pointer("iterate", spec.iterate);
  for (std::size_t i = 0; i < spec.skip.size(); ++i) {
    const WhenSpec& when = spec.skip[i];
    if (!when.present && !when.absent && when.equals.empty() && when.differs.empty()) {
      compiler.fault(at_index("skip", i), "this would skip everything", "write equals: {/severity: info}");
    }
    mapping.skip.push_back(compiler.when(at_index("skip", i), when));
  }
  for (std::size_t i = 0; i < spec.signals.size(); ++i) {
    mapping.rules.push_back(compiler.rule(at_index("signals", i), spec.signals[i]));
  }
  return mapping;
}

}  // namespace avbrottsvakt
