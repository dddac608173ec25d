#include "base/interval.h"

#include <algorithm>

namespace avbrottsvakt {

Intervals unite(Intervals intervals) {
  std::erase_if(intervals, [](const Interval& i) { return i.from >= i.until; });
  std::sort(intervals.begin(), intervals.end());
  Intervals merged;
  for (const Interval& next : intervals) {
    if (!merged.empty() && next.from <= merged.back().until) {
      merged.back().until = std::max(merged.back().until, next.until);
    } else {
      merged.push_back(next);
    }
  }
  return merged;
}

Millis elapsed_at(const Intervals& intervals, Instant t) {
  Millis sum{0};
  for (const Interval& i : intervals) {
    if (i.from >= t) {
      break;
    }
    sum += std::min(i.until, t) - i.from;
  }
  return sum;
}

std::optional<Instant> when_elapsed(const Intervals& intervals, Millis limit) {
  Millis left = limit;
  for (const Interval& i : intervals) {
    // An interval that runs forever reaches every limit; comparing lengths would overflow for it.
    if (i.until == kNever || i.until - i.from >= left) {
      return i.from + left;
    }
    left -= i.until - i.from;
  }
  return std::nullopt;
}

}  // namespace avbrottsvakt
