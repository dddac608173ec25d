#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "script/compare.h"
#include "script/script.h"

namespace avbrottsvakt {

/// A script played on an engine alone, in memory.
struct Trial {
  std::vector<Input> inputs;  ///< all that the engine heard, ticks included
  std::vector<Output> outputs;
  std::vector<std::string> notes;
  std::vector<ExpectationResult> findings;  ///< of the script's expectations
  /// Not if nothing is expected: what cannot fail tests nothing.
  bool met() const;
};

/// Plays the script with this bundle in force, and compares. Never fails: an engine alone has nothing to fail.
Trial try_script(const Script& script, const BundlePtr& bundle);

/// The criteria of each duty as they stood at `at`: the inputs up to then, heard again.
std::vector<DutyExplanation> explain_at(const Trial& trial, const BundlePtr& bundle, Instant at);

/// A script with the bundle that it is played on, for a whole suite of them.
struct TrialCase {
  const Script* script = nullptr;
  std::size_t bundle = 0;  ///< which of the suite's bundles
};

/// A value of the rules that no case holds in its place.
struct LooseValue {
  std::size_t value = 0;           ///< which
  std::vector<std::string> moved;  ///< what it was moved to without any case noticing
};

/// Moves each value a little and plays the cases until one notices. What none notices is a value that could change
/// without anybody being told: it is not covered, however many cases run past it.
///
/// `values`: for each value what it is moved to. `with`: the suite's bundles with value i moved to that text, in their
/// order; empty, if the check of rules refuses that, which counts as noticed.
/// `progress`: called after each value with how many are done; may be null.
std::vector<LooseValue> find_loose_values(
    const std::vector<TrialCase>& cases, const std::vector<std::vector<std::string>>& values,
    const std::function<std::vector<BundlePtr>(std::size_t value, const std::string& moved)>& with,
    const std::function<void(std::size_t done)>& progress);

}  // namespace avbrottsvakt
