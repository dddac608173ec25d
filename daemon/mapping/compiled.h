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
};

struct CompiledRule {
  CompiledWhen when;
  std::vector<Template> key;
  KeySpelling key_spelling = KeySpelling::as_written;

  std::optional<Meaning> condition_is;
  JsonPointer condition_from;
  std::map<std::string, Meaning, std::less<>> condition_map;
  std::optional<Meaning> condition_absent;
  std::optional<Meaning> condition_otherwise;

  enum class Clock : std::uint8_t { rfc3339, seconds, milliseconds };
  Clock clock = Clock::rfc3339;
  JsonPointer at;
  std::optional<JsonPointer> nanoseconds;
  ZeroTime zero = ZeroTime::refuse;

  std::vector<JsonPointer> labels_from;
  struct Label {
    std::string name;
    JsonPointer from;
  };
  std::vector<Label> labels;
  std::vector<Template> summary;
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
