#include <algorithm>

#include "mapping/compiled.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {
namespace {

constexpr std::size_t kRulesMax = 100;
constexpr std::size_t kMapEntriesMax = 1000;

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
            equals(path + ".equals", spec.equals)};
  }

  void condition(const std::string& path, const ConditionSpec& spec, CompiledRule& rule) {
    if (spec.is.has_value() == spec.from.has_value()) {
      fault(path, "a condition is either fixed or taken from the payload",
            "write is: down, or from: /status with map: {firing: down, resolved: up}");
      return;
    }
    if (spec.is) {
      if (!spec.map.empty() || spec.absent || spec.otherwise) {
        fault(path, "map, absent and otherwise mean nothing beside is", "leave them out, or write from instead of is");
      }
      rule.condition_is = spec.is;
      return;
    }
    rule.condition_from = pointer(path + ".from", *spec.from);
    rule.condition_absent = spec.absent;
    rule.condition_otherwise = spec.otherwise;
    if (spec.map.empty() || spec.map.size() > kMapEntriesMax) {
      fault(path + ".map", "the values of " + *spec.from + " need a meaning, 1 to " + std::to_string(kMapEntriesMax),
            "write map: {firing: down, resolved: up}");
    }
    for (std::size_t i = 0; i < spec.map.size(); ++i) {
      if (!rule.condition_map.emplace(spec.map[i]).second) {
        fault(at_index(path + ".map", i), "the value " + spec.map[i].first + " has a meaning already",
              "leave one of them out");
      }
    }
  }

  void at(const std::string& path, const AtSpec& spec, CompiledRule& rule) {
    const int given =
        int{spec.rfc3339.has_value()} + int{spec.seconds.has_value()} + int{spec.milliseconds.has_value()};
    if (given != 1) {
      fault(path, "a time is one of rfc3339, seconds and milliseconds", "write at: {rfc3339: /startsAt}");
      return;
    }
    if (spec.nanoseconds && !spec.seconds) {
      fault(path + ".nanoseconds", "nanoseconds add to seconds only", "leave them out");
    }
    rule.nanoseconds = pointer(path + ".nanoseconds", spec.nanoseconds);
    rule.zero = spec.zero;
    if (spec.rfc3339) {
      rule.clock = CompiledRule::Clock::rfc3339;
      rule.at = pointer(path + ".rfc3339", *spec.rfc3339);
    } else if (spec.seconds) {
      rule.clock = CompiledRule::Clock::seconds;
      rule.at = pointer(path + ".seconds", *spec.seconds);
    } else {
      rule.clock = CompiledRule::Clock::milliseconds;
      rule.at = pointer(path + ".milliseconds", *spec.milliseconds);
    }
  }

  void labels(const std::string& path, const SignalRuleSpec& spec, CompiledRule& rule) {
    for (std::size_t i = 0; i < spec.labels_from.size(); ++i) {
      rule.labels_from.push_back(pointer(at_index(path + ".labels_from", i), spec.labels_from[i]));
    }
    for (std::size_t i = 0; i < spec.labels.size(); ++i) {
      const LabelFrom& label = spec.labels[i];
      const std::string label_path = at_index(path + ".labels", i);
      if (label.name.empty() || label.name.size() > kLabelNameBytesMax) {
        fault(label_path, "a label has a name of 1 to " + std::to_string(kLabelNameBytesMax) + " bytes",
              "name it as the matchers of the catalogue do");
      }
      const auto same = [&](const CompiledRule::Label& other) { return other.name == label.name; };
      if (std::any_of(rule.labels.begin(), rule.labels.end(), same)) {
        fault(label_path, "the label " + label.name + " is there already", "leave one of them out");
      }
      rule.labels.push_back({label.name, pointer(label_path, label.from)});
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
    condition(path + ".condition", spec.condition, rule);
    at(path + ".at", spec.at, rule);
    labels(path, spec, rule);
    rule.summary = templates(path + ".summary", spec.summary);
    return rule;
  }

 private:
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
    if (!when.present && !when.absent && when.equals.empty()) {
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
