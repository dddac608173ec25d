#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "mapping/compiled.h"
#include "mapping/json.h"
#include "model/signal.h"

namespace avbrottsvakt {

/// Why an element could not be read: a constant name, and a sentence.
struct Failure {
  const char* error;
  std::string message;
};
template <typename T>
using Outcome = tl::expected<T, Failure>;

inline tl::unexpected<Failure> refuse(const char* error, std::string message) {
  return tl::unexpected<Failure>(Failure{error, std::move(message)});
}

/// Whether all that `when` says is so of the element.
bool holds(const CompiledWhen& when, simdjson::dom::element element);

/// What the rules need beside the element.
struct Around {
  const ZoneTable* zone = nullptr;  ///< of stamps without an offset; null: they are refused
  std::optional<Instant> received;  ///< when the record was put on its topic, or its line was read
};

/// What the rule says of the element, but for source and mapping_hash. No signal: it says that there is nothing to
/// tell.
Outcome<std::optional<Signal>> signal_of(const CompiledRule& rule, simdjson::dom::element element,
                                         const Around& around);

}  // namespace avbrottsvakt
