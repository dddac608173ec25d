#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/spec_fault.h"
#include "mapping/pointer.h"
#include "mapping/spec.h"

namespace avbrottsvakt {

// A MappingSpec with every notation parsed, as mapping.cpp walks it.

struct CompiledEquals {
  JsonPointer pointer;
  std::string value;
};

struct CompiledWhen {
  std::optional<JsonPointer> present;
  std::optional<JsonPointer> absent;
  std::vector<CompiledEquals> equals;
  std::vector<CompiledEquals> differs;
};

struct CompiledCondition {
  std::optional<Meaning> is;
  JsonPointer from;
  std::map<std::string, Meaning, std::less<>> map;
  std::vector<std::pair<std::string, Meaning>> endings;  ///< the longest first
  std::optional<Meaning> absent;
  std::optional<Meaning> otherwise;
  std::vector<CompiledCondition> instead;  ///< none or one
};

struct CompiledAt {
  bool received = false;  ///< then nothing else is said
  enum class Clock : std::uint8_t { rfc3339, seconds, milliseconds };
  Clock clock = Clock::rfc3339;
  JsonPointer from;
  std::optional<JsonPointer> nanoseconds;
  ZeroTime zero = ZeroTime::refuse;
  std::vector<CompiledAt> instead;  ///< none or one
};

struct CompiledRule {
  CompiledWhen when;
  std::vector<Template> key;
  KeySpelling key_spelling = KeySpelling::as_written;
  CompiledCondition condition;
  CompiledAt at;

  std::vector<JsonPointer> labels_from;
  struct LabelList {
    JsonPointer from;
    std::optional<JsonPointer> name_from;  ///< absent: `name`
    std::string name;
    JsonPointer value_from;
  };
  std::vector<LabelList> labels_from_lists;
  struct Label {
    std::string name;
    JsonPointer from;
  };
  std::vector<Label> labels;
  std::vector<Template> summary;
  Origin origin = Origin::monitoring;
  std::optional<Millis> expect_within;
};

struct CompiledMapping {
  std::string source;
  Decode decode = Decode::json;
  std::optional<ZoneTable> zone;
  std::vector<CompiledEquals> expect;
  std::optional<JsonPointer> iterate;
  std::vector<CompiledWhen> skip;
  std::vector<CompiledRule> rules;
  Unmatched unmatched = Unmatched::refuse;
};

/// Appends what is wrong to `faults`; the result is of use only if nothing was.
CompiledMapping compile_mapping(const MappingSpec& spec, SpecFaults& faults);

}  // namespace avbrottsvakt
