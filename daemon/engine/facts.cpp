#include "engine/facts.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "base/check.h"

namespace avbrottsvakt {
namespace {

const std::string* external_number_of(const CauseRecord& record) {
  for (const Label& label : record.labels) {
    if (label.name == kExternalNumberLabel) {
      return &label.value;
    }
  }
  return nullptr;
}

}  // namespace

void Facts::mark(NodeIx node, Instant from) {
  NodeState& state = nodes_[node];
  if (state.recompute_from == kNever) {
    queue_.push(node);
  }
  state.recompute_from = std::min(state.recompute_from, from);
}

void Facts::mark_forgotten(const Cause& cause, const Forgotten& forgotten) {
  if (forgotten.span.from == kNever) {
    return;
  }
  const auto as_bad_already = [&](const Timeline& timeline) {
    return least_in(timeline, forgotten.span) >= forgotten.condition;
  };
  for (const NodeIx node : cause.services) {
    // Where something else was as bad all the time, nothing follows. That matters: one cause that comes and goes beyond
    // the bound while another one holds the service down would have everything computed anew each time. What a probe
    // says has another weight, so it is always looked at.
    if (cause.record.origin == Origin::probe || !as_bad_already(nodes_[node].effective) ||
        !as_bad_already(actual(node))) {
      mark(node, forgotten.span.from);
    }
  }
}

void Facts::mark_changed(CauseIx ix) {
  if (!causes_[ix].dirty) {
    causes_[ix].dirty = true;
    changed_.push_back(ix);
  }
}

void Facts::match(CauseIx ix) {
  Cause& cause = causes_[ix];
  std::vector<NodeIx> services =
      cause.record.labels.empty() ? std::vector<NodeIx>{} : catalogue_->match(cause.record.labels);
  if (services == cause.services) {
    return;
  }
  const Instant from = cause.record.points.empty() ? kNever : cause.record.points.front().at;
  for (const NodeIx node : cause.services) {
    std::erase(nodes_[node].causes, ix);
    if (from != kNever) {
      mark(node, from);
    }
  }
  for (const NodeIx node : services) {
    nodes_[node].causes.push_back(ix);
    if (from != kNever) {
      mark(node, from);
    }
  }
  cause.services = std::move(services);
}

void Facts::set_catalogue(const Catalogue* catalogue) {
  catalogue_ = catalogue;
  nodes_.clear();
  nodes_.resize(catalogue->nodes().size());
  spread_windows();
  queue_ = {};
  for (CauseIx ix = 0; ix < causes_.size(); ++ix) {
    if (causes_[ix].live) {
      causes_[ix].services.clear();
      match(ix);
    }
  }
}

Facts::Outcome Facts::hear(const Signal& signal, CauseIx& cause_ix) {
  const bool beats = signal.origin == Origin::heartbeat && signal.expect_within.has_value();
  const CauseIndex::Known* const known = index_.find(signal.source, signal.key, beats);
  if (known != nullptr) {
    cause_ix = CauseIndex::index_of(*known);
    if (CauseIndex::repeats(*known, signal)) {
      return queue_.empty() ? Outcome::unchanged : Outcome::changed;
    }
  } else {
    if (free_.empty()) {
      cause_ix = static_cast<CauseIx>(causes_.size());
      causes_.emplace_back();
    } else {
      cause_ix = free_.back();
      free_.pop_back();
      causes_[cause_ix] = Cause{};
    }
    CauseRecord& fresh = causes_[cause_ix].record;
    fresh.source = signal.source;
    fresh.key = signal.key;
    fresh.origin = signal.origin;
    fresh.expect_within = signal.expect_within;
    index_.put(cause_ix, fresh);
  }
  CauseRecord& record = causes_[cause_ix].record;
  if (record.pruned_before && signal.at < *record.pruned_before) {
    return Outcome::out_of_horizon;
  }

  // Which services a cause belongs to is said by the latest signal that carried labels. Ties go to the greater labels,
  // so that the order of hearing does not matter; which is greater is of no account, but always the same.
  bool kept = false;
  if (!signal.labels.empty()) {
    if (record.labels.empty() || record.labels_at < signal.at ||
        (record.labels_at == signal.at && known != nullptr && index_.said_less(*known, signal))) {
      const bool other_labels = record.labels != signal.labels;
      if (record.origin != signal.origin && !record.points.empty()) {
        for (const NodeIx node : causes_[cause_ix].services) {
          mark(node, record.points.front().at);
        }
      }
      record.labels_at = signal.at;
      record.summary = signal.summary;
      record.origin = signal.origin;
      record.expect_within = signal.expect_within;
      kept = true;
      if (other_labels) {
        record.labels = signal.labels;
        match(cause_ix);
        if (external_number_of(record) != nullptr) {
          const std::vector<NodeIx>& services = causes_[cause_ix].services;
          numbered_.insert(numbered_.end(), services.begin(), services.end());
        }
      }
    }
  }

  // A sign of life says something of the time since the one before: whether that was the last.
  Instant from = signal.at;
  if (beats) {
    const auto next = std::lower_bound(record.points.begin(), record.points.end(), signal.at,
                                       [](const Point& p, Instant at) { return p.at < at; });
    from = next == record.points.begin() ? signal.at : std::prev(next)->at;
  }
  const Added added = beats ? add_beat(record.points, signal.at, *signal.expect_within)
                            : add_point(record.points, {signal.at, signal.condition});
  if (beats) {
    expect(cause_ix);
  }
  // That it worked again and again is news about a probe: what failed meanwhile did not stop it.
  if (added == Added::changed || (added == Added::redundant && record.origin == Origin::probe)) {
    for (const NodeIx node : causes_[cause_ix].services) {
      mark(node, from);
    }
  }
  if (added != Added::nothing && record.points.size() > kPointsMax) {
    thin(record.points, kPointsMax);
    mark_forgotten(causes_[cause_ix], forget_improvements(record.points, kPointsMax));
  }
  if (added != Added::nothing || kept) {
    index_.put(cause_ix, record);
    mark_changed(cause_ix);
  }
  if (!queue_.empty()) {
    return Outcome::changed;
  }
  return added == Added::nothing && !kept ? Outcome::unchanged : Outcome::kept;
}

void Facts::expect(CauseIx ix) {
  Cause& cause = causes_[ix];
  const CauseRecord& record = cause.record;
  const bool expected = beats(record) && !record.points.empty();
  const Instant at = expected ? record.points.back().at + *record.expect_within : kNever;
  // Silent already is silent, until another sign comes.
  const Instant silent_at = at <= now_ ? kNever : at;
  if (cause.silent_at != kNever) {
    silences_.erase({cause.silent_at, ix});
  }
  cause.silent_at = silent_at;
  if (silent_at != kNever) {
    silences_.emplace(silent_at, ix);
  }
}

std::optional<Instant> Facts::next_silence() const {
  return silences_.empty() ? std::nullopt : std::optional<Instant>(silences_.begin()->first);
}

void Facts::take_silent(Instant now) {
  now_ = std::max(now_, now);
  while (!silences_.empty() && silences_.begin()->first <= now) {
    const CauseIx ix = silences_.begin()->second;
    silences_.erase(silences_.begin());
    causes_[ix].silent_at = kNever;
    for (const NodeIx node : causes_[ix].services) {
      mark(node, causes_[ix].record.points.back().at);
    }
  }
}

bool Facts::is_up(const Cause& cause, Instant t) const {
  // The last sign of life holds until the next is overdue.
  const Timeline& points = cause.record.points;
  return (cause.silent_at != kNever && t >= points.back().at) || condition_at(points, t) == Condition::up;
}

Condition Facts::of_causes(const NodeState& state, Instant t) const {
  Condition worst = Condition::up;
  bool any = false;
  bool beating = false;
  for (const CauseIx ix : state.causes) {
    const Cause& cause = causes_[ix];
    if (beats(cause.record)) {
      // One collector that falls silent has failed itself; a place is gone when all that is there is silent.
      if (cause.record.points.empty() || t < cause.record.points.front().at) {
        continue;  // nobody expected it yet
      }
      any = true;
      beating = beating || is_up(cause, t);
      continue;
    }
    worst = std::max(worst, condition_at(cause.record.points, t));
    if (worst == Condition::down) {
      return worst;
    }
  }
  return any && !beating ? Condition::down : worst;
}

bool Facts::works_anyway(const NodeState& state, const Need& need, Instant t) const {
  Instant since{Millis{std::numeric_limits<std::int64_t>::min()}};
  for (const NodeIx dependency : need.of) {
    // Whoever tried it did so in the world as it was, planned work or not.
    const Timeline& actual = actual_of(nodes_[dependency]);
    const auto after =
        std::upper_bound(actual.begin(), actual.end(), t, [](Instant at, const Point& p) { return at < p.at; });
    if (after != actual.begin()) {
      since = std::max(since, std::prev(after)->at);
    }
  }
  return std::any_of(state.causes.begin(), state.causes.end(), [&](CauseIx ix) {
    const CauseRecord& record = causes_[ix].record;
    if (record.origin != Origin::probe) {
      return false;
    }
    const auto after = std::upper_bound(record.points.begin(), record.points.end(), t,
                                        [](Instant at, const Point& p) { return at < p.at; });
    return after != record.points.begin() && std::prev(after)->at >= since;
  });
}

Condition Facts::evaluate(NodeIx node, Instant t, View view) const {
  const NodeState& state = nodes_[node];
  const Node& compiled = catalogue_->node(node);
  bool open = false;
  if (view == View::counted && state.planned) {
    view = view_at(node, t);
    open = !compiled.activity &&
           std::any_of(state.planned->windows.begin(), state.planned->windows.end(),
                       [&](const Bearing& b) { return b.window->open.from <= t && t < b.window->open.until; });
  }
  Condition worst = open ? Condition::up : of_causes(state, t);
  for (const Need& need : compiled.needs) {
    if (worst == Condition::down) {
      return worst;
    }
    const Condition lost = inferred(need, t, view);
    if (lost > worst && !works_anyway(state, need, t)) {
      worst = lost;
    }
  }
  return worst;
}

Instant Facts::recompute(NodeIx node, Instant from) {
  NodeState& state = nodes_[node];
  const auto collect = [&](const Timeline& timeline) {
    for (auto p = timeline.rbegin(); p != timeline.rend() && p->at > from; ++p) {
      instants_.push_back(p->at);
    }
  };
  instants_.clear();
  instants_.push_back(from);
  for (const CauseIx ix : state.causes) {
    collect(causes_[ix].record.points);
  }
  for (const NodeIx dependency : catalogue_->node(node).dependencies) {
    collect(nodes_[dependency].effective);
    if (nodes_[dependency].planned) {
      collect(nodes_[dependency].planned->actual);
    }
  }
  if (state.planned) {
    for (const Bearing& bearing : state.planned->windows) {
      for (const Instant edge : {bearing.window->open.from, bearing.window->open.until}) {
        if (edge > from) {
          instants_.push_back(edge);
        }
      }
    }
  }
  if (instants_.size() > 1) {
    std::sort(instants_.begin(), instants_.end());
    instants_.erase(std::unique(instants_.begin(), instants_.end()), instants_.end());
  }
  const Instant first = rewrite(state.effective, node, from, View::counted);
  return state.planned ? std::min(first, rewrite(state.planned->actual, node, from, View::actual)) : first;
}

Instant Facts::rewrite(Timeline& timeline, NodeIx node, Instant from, View view) {
  const auto kept =
      std::lower_bound(timeline.begin(), timeline.end(), from, [](const Point& p, Instant at) { return p.at < at; });
  Condition before = kept == timeline.begin() ? Condition::up : std::prev(kept)->condition;
  suffix_.clear();
  for (const Instant t : instants_) {
    const Condition condition = evaluate(node, t, view);
    if (condition != before) {
      suffix_.push_back({t, condition});
      before = condition;
    }
  }

  auto old = kept;
  auto fresh = suffix_.begin();
  while (old != timeline.end() && fresh != suffix_.end() && *old == *fresh) {
    ++old;
    ++fresh;
  }
  if (old == timeline.end() && fresh == suffix_.end()) {
    return kNever;
  }
  Instant first = kNever;
  if (old != timeline.end()) {
    first = std::min(first, old->at);
  }
  if (fresh != suffix_.end()) {
    first = std::min(first, fresh->at);
  }
  timeline.erase(old, timeline.end());
  timeline.insert(timeline.end(), fresh, suffix_.end());
  return first;
}

void Facts::settle(std::vector<NodeIx>& touched) {
  while (!queue_.empty()) {
    const NodeIx node = queue_.top();
    queue_.pop();
    const Instant from = nodes_[node].recompute_from;
    nodes_[node].recompute_from = kNever;
    const Instant changed_from = recompute(node, from);
    if (changed_from == kNever) {
      continue;
    }
    const Node& compiled = catalogue_->node(node);
    NodeState& state = nodes_[node];
    state.outages = outages_of(state.effective, compiled.counts_degraded, compiled.settle);
    if (state.planned) {
      state.planned->actual_outages = outages_of(state.planned->actual, compiled.counts_degraded, compiled.settle);
    }
    touched.push_back(node);
    for (const NodeIx dependant : compiled.dependants) {
      mark(dependant, changed_from);
    }
  }
  if (!numbered_.empty()) {
    touched.insert(touched.end(), numbered_.begin(), numbered_.end());
    std::sort(touched.begin(), touched.end());
    touched.erase(std::unique(touched.begin(), touched.end()), touched.end());
    numbered_.clear();
  }
}

std::vector<const CauseRecord*> Facts::causes_at(NodeIx node, Instant t) const {
  std::vector<const CauseRecord*> found;
  for (const CauseIx ix : nodes_[node].causes) {
    if (!is_up(causes_[ix], t)) {
      found.push_back(&causes_[ix].record);
    }
  }
  std::sort(found.begin(), found.end(), [](const CauseRecord* a, const CauseRecord* b) {
    return std::tie(a->source, a->key) < std::tie(b->source, b->key);
  });
  return found;
}

std::vector<std::string> Facts::external_numbers(const NodeOutage& outage) const {
  std::vector<std::string> numbers;
  for (const CauseIx ix : nodes_[outage.node].causes) {
    const CauseRecord& record = causes_[ix].record;
    const std::string* number = external_number_of(record);
    const auto takes_part = [&](const Point& point) {
      return point.condition != Condition::up && point.at >= outage.outage.from && point.at < outage.outage.until;
    };
    if (number != nullptr && (condition_at(record.points, outage.outage.from) != Condition::up ||
                              std::any_of(record.points.begin(), record.points.end(), takes_part))) {
      numbers.push_back(*number);
    }
  }
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

const CauseRecord* Facts::working_probe(NodeIx node, Instant since, Instant now) const {
  const CauseRecord* found = nullptr;
  for (const CauseIx ix : nodes_[node].causes) {
    const CauseRecord& record = causes_[ix].record;
    const bool works = record.origin == Origin::probe && !record.points.empty() && record.points.back().at <= now &&
                       record.points.back().at >= since && record.points.back().condition == Condition::up;
    if (works && (found == nullptr || std::tie(found->points.back().at, record.source, record.key) <
                                          std::tie(record.points.back().at, found->source, found->key))) {
      found = &record;
    }
  }
  return found;
}

const CauseRecord* Facts::opening_cause(const NodeOutage& outage) const {
  const std::vector<const CauseRecord*> found = causes_at(outage.node, outage.outage.from);
  return found.empty() ? nullptr : found.front();
}

void Facts::restore(CauseRecord record) {
  const auto ix = static_cast<CauseIx>(causes_.size());
  causes_.emplace_back();
  causes_.back().record = std::move(record);
  index_.put(ix, causes_.back().record);
  expect(ix);
}

void Facts::prune(Instant edge) {
  for (CauseIx ix = 0; ix < causes_.size(); ++ix) {
    Cause& cause = causes_[ix];
    if (!cause.live || cause.record.points.empty() || cause.record.points.front().at >= edge) {
      continue;
    }
    if (beats(cause.record)) {
      // A run that reaches over the edge begins there; it is kept as a run.
      Timeline& points = cause.record.points;
      const bool in_a_run = points.size() > 1 && points[0].condition == Condition::up && points[1].at > edge;
      if (in_a_run && points[0].at < edge) {
        points[0].at = edge;
        cause.record.pruned_before = edge;
        mark_changed(ix);
        continue;
      }
    }
    const bool ended = cause.record.points.back().condition == Condition::up && cause.record.points.back().at < edge;
    if (!ended && !avbrottsvakt::prune(cause.record.points, edge)) {
      continue;
    }
    for (const NodeIx node : cause.services) {
      mark(node, Instant{Millis{std::numeric_limits<std::int64_t>::min()}});
      if (ended) {
        std::erase(nodes_[node].causes, ix);
      }
    }
    if (ended) {
      dropped_.push_back(key_of(cause.record));
      index_.erase(ix);
      const bool listed = cause.dirty;
      cause = Cause{};
      cause.live = false;
      cause.dirty = listed;
      if (!listed) {
        free_.push_back(ix);
      }
    } else {
      cause.record.pruned_before = edge;
      index_.put(ix, cause.record);
      mark_changed(ix);
    }
  }
}

void Facts::take_changed(std::vector<StateChange>& changes) {
  for (const CauseIx ix : changed_) {
    Cause& cause = causes_[ix];
    cause.dirty = false;
    if (cause.live) {
      changes.push_back({key_of(cause.record), &cause.record});
    } else {
      free_.push_back(ix);
    }
  }
  changed_.clear();
  for (std::string& key : dropped_) {
    changes.push_back({std::move(key), std::nullopt});
  }
  dropped_.clear();
}

}  // namespace avbrottsvakt
