// Which outage explains which.
#include <algorithm>

#include "engine/facts.h"

namespace avbrottsvakt {

std::optional<NodeOutage> Facts::explained_by(const NodeOutage& outage, Millis window, Instant until) const {
  return explained_by(outage, window, until, view_at(outage.node, outage.outage.from));
}

std::optional<NodeOutage> Facts::explained_by(const NodeOutage& outage, Millis window, Instant until, View view) const {
  const Node& node = catalogue_->node(outage.node);
  std::optional<NodeOutage> best;
  for (const Need& need : node.needs) {
    for (const NodeIx dependency : need.of) {
      for (const Interval& upstream : view == View::actual ? actual_outages(dependency) : outages(dependency)) {
        if (upstream.until <= outage.outage.from || upstream.from > outage.outage.from + window ||
            upstream.from >= outage.outage.until || upstream.from > until) {
          continue;
        }
        // Being out is not enough: a spare may have taken over, and then it explains nothing. But the last spare may
        // have failed to, or be away as planned.
        const Instant t = std::max(upstream.from, outage.outage.from);
        conditions_.clear();
        for (const NodeIx other : need.of) {
          conditions_.push_back(condition_at(actual(other), t));
        }
        const Condition hurt = condition_of(need, conditions_);
        if (hurt < (node.counts_degraded ? Condition::degraded : Condition::down) && !lacks_spare(need, conditions_)) {
          continue;
        }
        if (!best || upstream.from < best->outage.from ||
            (upstream.from == best->outage.from && dependency < best->node)) {
          best = NodeOutage{dependency, upstream};
        }
      }
    }
  }
  return best;
}

NodeOutage Facts::root_of(NodeOutage outage, Millis window, Instant until) const {
  const View view = view_at(outage.node, outage.outage.from);
  const NodeIx first = outage.node;
  // Ends, because each step goes to a smaller node number.
  while (const std::optional<NodeOutage> up = explained_by(outage, window, until, view)) {
    outage = *up;
  }
  if (view == View::actual && outage.node != first) {
    // Whom the work limits from its beginning, and whom only its overrun, have one incident.
    for (const Interval& counted : outages(outage.node)) {
      if (counted.from <= until && counted.from < outage.outage.until && outage.outage.from < counted.until) {
        return {outage.node, counted};
      }
    }
  }
  return outage;
}

}  // namespace avbrottsvakt
