#include "engine/timeline.h"

#include <algorithm>

#include "base/check.h"

namespace avbrottsvakt {

Added add_point(Timeline& timeline, Point point) {
  if (timeline.empty() || timeline.back().at < point.at) {
    const Condition before = timeline.empty() ? Condition::up : timeline.back().condition;
    timeline.push_back(point);
    return before == point.condition ? Added::redundant : Added::changed;
  }
  const auto found = std::lower_bound(timeline.begin(), timeline.end(), point.at,
                                      [](const Point& p, Instant at) { return p.at < at; });
  if (found->at == point.at) {
    if (found->condition >= point.condition) {
      return Added::nothing;
    }
    found->condition = point.condition;
    return Added::changed;
  }
  const Condition before = found == timeline.begin() ? Condition::up : std::prev(found)->condition;
  timeline.insert(found, point);
  return before == point.condition ? Added::redundant : Added::changed;
}

Added add_beat(Timeline& timeline, Instant at, Millis expect_within) {
  // The runs that it belongs to: those that end, or begin, near enough. There are at most two, and it joins them.
  Instant first = at;
  Instant last = at;
  const auto end_of_run = [&](auto begin) {
    return begin->condition == Condition::up && begin + 1 != timeline.end() ? begin + 1 : begin;
  };
  auto from = timeline.begin();
  while (from != timeline.end() && end_of_run(from)->at + expect_within < at) {
    from = end_of_run(from) + 1;
  }
  auto to = from;
  while (to != timeline.end() && to->at - expect_within <= at) {
    first = std::min(first, to->at);
    last = std::max(last, end_of_run(to)->at);
    to = end_of_run(to) + 1;
  }
  Timeline run;
  if (first < last) {
    run.push_back({first, Condition::up});
  }
  run.push_back({last, Condition::down});
  if (std::equal(from, to, run.begin(), run.end())) {
    return Added::nothing;
  }
  timeline.insert(timeline.erase(from, to), run.begin(), run.end());
  return Added::changed;
}

std::size_t thin(Timeline& timeline, std::size_t most) {
  if (timeline.size() <= most) {
    return 0;
  }
  std::size_t excess = timeline.size() - most;
  const std::size_t wanted = excess;
  Timeline kept;
  kept.reserve(most);
  Condition before = Condition::up;
  for (const Point& point : timeline) {
    if (excess > 0 && point.condition == before) {
      --excess;
      continue;
    }
    before = point.condition;
    kept.push_back(point);
  }
  timeline = std::move(kept);
  return wanted - excess;
}

Forgotten forget_improvements(Timeline& timeline, std::size_t most) {
  Forgotten forgotten;
  while (timeline.size() > most) {
    std::size_t shortest = 0;
    for (std::size_t i = 1; i + 1 < timeline.size(); ++i) {
      const bool better = timeline[i].condition < timeline[i - 1].condition;
      if (better &&
          (shortest == 0 || timeline[i + 1].at - timeline[i].at < timeline[shortest + 1].at - timeline[shortest].at)) {
        shortest = i;
      }
    }
    AV_CHECK(shortest != 0);  // of four points that all matter, one that is not the last is an improvement
    const Interval span{timeline[shortest].at, timeline[shortest + 1].at};
    const bool first = forgotten.span.from == kNever;
    forgotten.span.until = first ? span.until : std::max(forgotten.span.until, span.until);
    forgotten.span.from = std::min(forgotten.span.from, span.from);
    forgotten.condition = std::max(forgotten.condition, timeline[shortest - 1].condition);
    const auto place = timeline.begin() + static_cast<std::ptrdiff_t>(shortest);
    // What the improvement was undone by may have become redundant with it.
    const bool both = timeline[shortest + 1].condition == timeline[shortest - 1].condition;
    timeline.erase(place, place + (both ? 2 : 1));
  }
  return forgotten;
}

Condition least_in(const Timeline& timeline, const Interval& span) {
  Condition least = condition_at(timeline, span.from);
  auto next = std::upper_bound(timeline.begin(), timeline.end(), span.from,
                               [](Instant at, const Point& p) { return at < p.at; });
  for (; next != timeline.end() && next->at < span.until; ++next) {
    least = std::min(least, next->condition);
  }
  return least;
}

bool prune(Timeline& timeline, Instant edge) {
  const auto first_kept =
      std::upper_bound(timeline.begin(), timeline.end(), edge, [](Instant at, const Point& p) { return at < p.at; });
  const auto forgotten = first_kept - timeline.begin();
  if (forgotten == 0) {
    return false;
  }
  const Condition at_edge = timeline[static_cast<std::size_t>(forgotten) - 1].condition;
  if (forgotten == 1 && timeline.front().at == edge) {
    return false;
  }
  // The condition at the edge takes the place of all that led to it.
  timeline.erase(timeline.begin(), first_kept - 1);
  timeline.front() = Point{edge, at_edge};
  return true;
}

Intervals outages_of(const Timeline& timeline, bool counts_degraded, Millis settle) {
  Intervals outages;
  const Condition counted = counts_degraded ? Condition::degraded : Condition::down;
  bool inside = false;
  for (const Point& point : timeline) {
    const bool out = point.condition >= counted;
    if (out && !inside) {
      if (!outages.empty() && point.at - outages.back().until < settle) {
        outages.back().until = kNever;
      } else {
        outages.push_back({point.at, kNever});
      }
    } else if (!out && inside) {
      outages.back().until = point.at;
    }
    inside = out;
  }
  return outages;
}

}  // namespace avbrottsvakt
