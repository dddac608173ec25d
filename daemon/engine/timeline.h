#pragma once

#include <vector>

#include "base/interval.h"
#include "engine/state.h"

namespace avbrottsvakt {

/// What was the case when: ascending, each instant once. Before the first point: up.
using Point = CauseRecord::Point;
using Timeline = std::vector<Point>;

inline Condition condition_at(const Timeline& timeline, Instant t) {
  // Nearly every question is about the present, so look at the end first.
  if (timeline.empty() || t < timeline.front().at) {
    return Condition::up;
  }
  if (timeline.back().at <= t) {
    return timeline.back().condition;
  }
  std::size_t low = 0;
  std::size_t high = timeline.size();
  while (high - low > 1) {
    const std::size_t middle = low + (high - low) / 2;
    (timeline[middle].at <= t ? low : high) = middle;
  }
  return timeline[low].condition;
}

/// What adding a point did.
enum class Added {
  nothing,    ///< known already
  redundant,  ///< kept, since a late event may make it matter, but the condition is the same at every instant
  changed     ///< the condition changed from that instant on
};

/// Of two conditions for the same instant the worse holds, so that the order of hearing does not matter.
Added add_point(Timeline& timeline, Point point);

/// Adds a sign of life. A run of them, each within `expect_within` of the one before, is kept as its first (up) and its
/// last (down): down since the last of them, if none follows. A single one is just the latter. The order in which they
/// are added leaves no trace.
Added add_beat(Timeline& timeline, Instant at, Millis expect_within);

/// Drops points that change nothing, oldest first, until at most `most` are left. Returns how many were dropped; if
/// every point matters, fewer are.
std::size_t thin(Timeline& timeline, std::size_t most);

/// Where every point matters and there are more than `most`: forgets improvements, the shortest first and of equals the
/// oldest, as if the worse condition before each had lasted. So a flapping cause loses its short recoveries, never the
/// beginning of its outage. `most` is at least 4.
struct Forgotten {
  Interval span{kNever, kNever};        ///< in which the condition became another; from kNever: nothing was forgotten
  Condition condition = Condition::up;  ///< no worse did it become
};
Forgotten forget_improvements(Timeline& timeline, std::size_t most);

/// The best condition that the timeline has at any instant of a span that is not empty.
Condition least_in(const Timeline& timeline, const Interval& span);

/// Forgets what lies before `edge`, keeping the condition at the edge. True if anything was forgotten.
bool prune(Timeline& timeline, Instant edge);

/// The spans in which the condition counts as an outage, joined where a recovery did not hold for `settle`. The last
/// one ends at kNever while it runs; an outage that has ended is over only at until + settle.
Intervals outages_of(const Timeline& timeline, bool counts_degraded, Millis settle);

}  // namespace avbrottsvakt
