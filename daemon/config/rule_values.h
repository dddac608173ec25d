#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/region.h"

namespace avbrottsvakt {

/// One value of the rules that decides something: a duration, a deadline and what it counts from, a date, a number, a
/// fact, a sector, a role, a recipient. Words that people read decide nothing; neither does the source of a value, nor
/// a day of the calendar.
struct RuleValue {
  Place place;
  std::string name;                ///< "stages[0].due.within"
  std::string text;                ///< as it is
  std::vector<std::string> moved;  ///< the least change to either side: a millisecond, a day, one; else another word
};

/// Every value of the regimes and of escalation.yaml, in the order of the files.
std::vector<RuleValue> rule_values(const Region& region);

/// The bytes of a bundle of the same rules with value `index` of rule_values() moved to `text`.
std::string bundle_with(std::string_view bundle, std::size_t index, const std::string& text);

}  // namespace avbrottsvakt
