#pragma once

#include <string>
#include <vector>

#include "script/script.h"

namespace avbrottsvakt {

/// One expectation beside what was said.
struct ExpectationResult {
  bool met = false;
  Place place;
  std::string expected;          ///< in the words of the file: "at: 60m1ms, due: nis2/early_warning, by: 24h after 6m"
  std::vector<std::string> got;  ///< if not met: what was said instead, in the same words; a line each
  Instant at{};                  ///< when the question is decided: the end of the expectation's time
  std::string regime;            ///< the law that it is about; empty: none
};

/// Each expectation of the script, then its totals, compared with all that a run of it said, in the order of the log.
///
/// A statement at an instant must be said at that very millisecond; still, nothing and forecast are about how things
/// stand at the end of that time, by the last picture of each incident. A picture shows at most 20 objectives, the
/// tightest first: what stands of an activity beyond them is not seen.
std::vector<ExpectationResult> compare(const Script& script, const std::vector<Output>& outputs, const ZoneTable& zone,
                                       const Holidays& holidays);

/// The clocks as they stood at `at`, a line each, as expectations are written: what goes on, and when which limit will
/// be reached.
std::vector<std::string> clocks_at(const Script& script, const std::vector<Output>& outputs, Instant at,
                                   const ZoneTable& zone);

/// All that was said, a line each, as expectations are written: "{at: 6m, alert: opened, of: cosmic, ...}". To begin a
/// file from: keep what is right.
std::vector<std::string> as_expectations(const Script& script, const std::vector<Output>& outputs,
                                         const ZoneTable& zone);

/// The run counted, as totals are written.
Totals totals_of(const std::vector<Output>& outputs);
std::vector<std::string> to_lines(const Totals& totals);

}  // namespace avbrottsvakt
