// What planned work leaves out of the facts.
#include <algorithm>
#include <iterator>

#include "engine/facts.h"

namespace avbrottsvakt {

std::vector<bool> Facts::downstream(NodeIx node) const {
  std::vector<bool> reached(nodes_.size(), false);
  reached[node] = true;
  // Who depends on a node has a higher number.
  for (NodeIx n = node; n < reached.size(); ++n) {
    if (reached[n]) {
      for (const NodeIx dependant : catalogue_->node(n).dependants) {
        reached[dependant] = true;
      }
    }
  }
  return reached;
}

void Facts::spread_windows() {
  for (NodeState& state : nodes_) {
    if (state.planned) {
      state.planned->windows.clear();
    }
  }
  std::vector<bool> any(nodes_.size(), false);
  for (const Window& window : windows_) {
    const std::optional<NodeIx> service = catalogue_->service(window.service);
    if (!service) {
      continue;
    }
    const std::vector<bool> reached = downstream(*service);
    for (NodeIx n = *service; n < nodes_.size(); ++n) {
      if (!reached[n]) {
        continue;
      }
      any[n] = true;
      NodeState& state = nodes_[n];
      if (!state.planned) {
        // Nothing was hidden so far.
        state.planned = std::make_unique<Planned>(Planned{{}, state.effective, state.outages});
      }
      const Node& node = catalogue_->node(n);
      if (n == *service) {
        state.planned->windows.push_back({&window, true});
      } else if (node.activity) {
        const bool agreed = std::binary_search(window.agreed.begin(), window.agreed.end(), node.name.id);
        state.planned->windows.push_back({&window, agreed});
      }
    }
  }
  for (NodeIx n = 0; n < nodes_.size(); ++n) {
    if (!any[n]) {
      nodes_[n].planned.reset();
    }
  }
}

void Facts::set_windows(std::vector<Window> windows) {
  std::sort(windows.begin(), windows.end());
  std::vector<Window> differing;
  std::set_symmetric_difference(windows_.begin(), windows_.end(), windows.begin(), windows.end(),
                                std::back_inserter(differing));
  windows_ = std::move(windows);
  if (catalogue_ == nullptr) {
    return;
  }
  spread_windows();
  for (const Window& window : differing) {
    const std::optional<NodeIx> service = catalogue_->service(window.service);
    if (!service) {
      continue;
    }
    const std::vector<bool> reached = downstream(*service);
    for (NodeIx n = *service; n < nodes_.size(); ++n) {
      if (reached[n]) {
        mark(n, window.open.from);
      }
    }
  }
}

std::vector<Facts::Bearing> Facts::windows_of(NodeIx node) const {
  return nodes_[node].planned ? nodes_[node].planned->windows : std::vector<Bearing>{};
}

const Intervals& Facts::actual_outages(NodeIx node) const {
  const NodeState& state = nodes_[node];
  return state.planned ? state.planned->actual_outages : state.outages;
}

Facts::View Facts::view_at(NodeIx node, Instant t) const {
  const NodeState& state = nodes_[node];
  if (!state.planned || !catalogue_->node(node).activity) {
    return View::counted;
  }
  const bool objects = std::any_of(state.planned->windows.begin(), state.planned->windows.end(), [&](const Bearing& b) {
    return !b.agreed && b.window->open.from <= t && t < b.window->open.until;
  });
  return objects ? View::actual : View::counted;
}

Condition Facts::inferred(const Need& need, Instant t, View view) const {
  conditions_.clear();
  bool hidden = false;
  for (const NodeIx dependency : need.of) {
    const NodeState& below = nodes_[dependency];
    conditions_.push_back(condition_at(view == View::actual ? actual_of(below) : below.effective, t));
    hidden = hidden ||
             (view == View::counted && below.planned && condition_at(below.planned->actual, t) != conditions_.back());
  }
  const Condition counted = condition_of(need, conditions_);
  if (!hidden) {
    return counted;
  }
  // What the work alone does is left out, not what fails besides: a spare that is being worked on is no spare.
  std::vector<Condition> actual;
  std::vector<Condition> work_alone;
  for (std::size_t i = 0; i < need.of.size(); ++i) {
    actual.push_back(condition_at(actual_of(nodes_[need.of[i]]), t));
    work_alone.push_back(actual[i] != conditions_[i] ? actual[i] : Condition::up);
  }
  const Condition all = condition_of(need, actual);
  return all > condition_of(need, work_alone) ? all : counted;
}

Intervals Facts::own_outages(NodeIx node) const {
  const NodeState& state = nodes_[node];
  std::vector<Instant> instants;
  for (const CauseIx ix : state.causes) {
    for (const Point& point : causes_[ix].record.points) {
      instants.push_back(point.at);
    }
  }
  std::sort(instants.begin(), instants.end());
  instants.erase(std::unique(instants.begin(), instants.end()), instants.end());
  Timeline timeline;
  for (const Instant t : instants) {
    timeline.push_back({t, of_causes(state, t)});
  }
  const Node& compiled = catalogue_->node(node);
  return outages_of(timeline, compiled.counts_degraded, compiled.settle);
}

}  // namespace avbrottsvakt
