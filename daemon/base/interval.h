#pragma once

#include <vector>

#include "base/time.h"

namespace avbrottsvakt {

/// Half-open: [from, until). `until == kNever` while it runs.
struct Interval {
  Instant from;
  Instant until;
  friend bool operator==(const Interval&, const Interval&) = default;
  friend auto operator<=>(const Interval&, const Interval&) = default;
};

/// Disjoint, ascending, none empty, none touching the next.
using Intervals = std::vector<Interval>;

/// Any intervals, in any order, as a set.
Intervals unite(Intervals intervals);

/// The part of a before t: what had passed at t.
Millis elapsed_at(const Intervals& intervals, Instant t);

/// The first instant at which elapsed_at reaches `limit`, if it ever does as things stand. Zero is reached at the
/// beginning of the first interval.
std::optional<Instant> when_elapsed(const Intervals& intervals, Millis limit);

}  // namespace avbrottsvakt
