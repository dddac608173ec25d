#include "second_opinion.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace avbrottsvakt::testing {
namespace {

std::string id_of(const std::string& node) { return node.substr(node.find('/') + 1); }
bool is_activity(const std::string& node) { return node.starts_with("activity/"); }

std::vector<std::string> members(const DependencySpec& need) {
  if (!need.all.empty()) {
    return need.all;
  }
  return need.any.empty() ? need.of : need.any;
}

}  // namespace

SecondOpinion::SecondOpinion(const CatalogueSpec& catalogue, Millis default_settle, Millis root_window,
                             const std::vector<Signal>& signals, const std::vector<Window>& windows,
                             std::vector<std::string> order)
    : catalogue_(catalogue),
      default_settle_(default_settle),
      root_window_(root_window),
      signals_(signals),
      windows_(windows),
      order_(std::move(order)) {
  std::set<Instant> instants;
  for (const Signal& signal : signals) {
    instants.insert(signal.at);
  }
  for (const Window& window : windows) {
    instants.insert(window.from);
    instants.insert(window.until);
  }
  instants_.assign(instants.begin(), instants.end());
}

const std::vector<DependencySpec>& SecondOpinion::needs_of(const std::string& node) const {
  static const std::vector<DependencySpec> none;
  for (const ServiceSpec& service : catalogue_.services) {
    if (!is_activity(node) && service.id == id_of(node)) {
      return service.depends_on;
    }
  }
  for (const ActivitySpec& activity : catalogue_.activities) {
    if (is_activity(node) && activity.id == id_of(node)) {
      return activity.uses;
    }
  }
  return none;
}

const PlanSpec* SecondOpinion::plan_of(const std::string& node) const {
  for (const PlanSpec& plan : catalogue_.plans) {
    if (!is_activity(node) && plan.service == id_of(node)) {
      return &plan;
    }
  }
  return nullptr;
}

bool SecondOpinion::counts(const std::string& node, Condition condition) const {
  const PlanSpec* plan = plan_of(node);
  const bool degraded_counts = plan == nullptr || plan->counts_degraded;
  return condition == Condition::down || (condition == Condition::degraded && degraded_counts);
}

Millis SecondOpinion::settle_of(const std::string& node) const {
  if (const PlanSpec* plan = plan_of(node)) {
    return plan->settle;
  }
  const auto known = settles_.find(node);
  if (known != settles_.end()) {
    return known->second;
  }
  Millis settle = default_settle_;
  for (const DependencySpec& need : needs_of(node)) {
    for (const std::string& member : members(need)) {
      settle = std::max(settle, settle_of("service/" + member));
    }
  }
  settles_.emplace(node, settle);
  return settle;
}

bool SecondOpinion::belongs(const Cause& cause, const std::string& service) const {
  // The labels of the last signal that carried any; of several at one instant the greatest, the longer of two texts
  // being the greater.
  const auto rank = [](const Labels& labels) {
    std::vector<std::pair<std::size_t, std::string>> texts;
    for (const Label& label : labels) {
      texts.emplace_back(label.name.size(), label.name);
      texts.emplace_back(label.value.size(), label.value);
    }
    return texts;
  };
  const Signal* last = nullptr;
  for (const Signal& signal : signals_) {
    if (cause_of(signal) == cause && !signal.labels.empty() &&
        (last == nullptr || std::pair(last->at, rank(last->labels)) < std::pair(signal.at, rank(signal.labels)))) {
      last = &signal;
    }
  }
  if (last == nullptr) {
    return false;
  }
  for (const ServiceSpec& spec : catalogue_.services) {
    if (spec.id != service) {
      continue;
    }
    for (const std::string& match : spec.match) {
      for (const Label& label : last->labels) {
        if (match == "{" + label.name + "=\"" + label.value + "\"}") {
          return true;
        }
      }
    }
  }
  return false;
}

Condition SecondOpinion::of_cause(const Cause& cause, Instant t) const {
  // What was said last before or at t; of several at one instant the worst.
  const Signal* last = nullptr;
  for (const Signal& signal : signals_) {
    if (cause_of(signal) == cause && signal.at <= t &&
        (last == nullptr || std::tie(last->at, last->condition) < std::tie(signal.at, signal.condition))) {
      last = &signal;
    }
  }
  return last == nullptr ? Condition::up : last->condition;
}

bool SecondOpinion::on_the_last(const DependencySpec& need, Instant t) const {
  const std::size_t lost =
      static_cast<std::size_t>(std::count_if(need.of.begin(), need.of.end(), [&](const std::string& member) {
        return condition("service/" + member, t, Reading::actual) == Condition::down;
      }));
  return lost > 0 && need.of.size() - lost == static_cast<std::size_t>(need.at_least.value_or(0));
}

bool SecondOpinion::in_window(const std::string& service, Instant t) const {
  return std::any_of(windows_.begin(), windows_.end(), [&](const Window& window) {
    return window.service == service && window.from <= t && t < window.until;
  });
}

bool SecondOpinion::reaches(const std::string& service, const std::string& node) const {
  const std::vector<DependencySpec>& needs = needs_of(node);
  return std::any_of(needs.begin(), needs.end(), [&](const DependencySpec& need) {
    const std::vector<std::string> of = members(need);
    return std::any_of(of.begin(), of.end(), [&](const std::string& member) {
      return member == service || reaches(service, "service/" + member);
    });
  });
}

bool SecondOpinion::objects(const std::string& node, Instant t) const {
  return std::any_of(windows_.begin(), windows_.end(), [&](const Window& window) {
    return window.from <= t && t < window.until && reaches(window.service, node) &&
           std::find(window.agreed.begin(), window.agreed.end(), id_of(node)) == window.agreed.end();
  });
}

Condition SecondOpinion::of_need(const DependencySpec& need, Instant t, Reading reading) const {
  std::vector<Condition> actual;
  std::vector<Condition> counted;
  // As if nothing were wrong but what is planned.
  std::vector<Condition> planned;
  for (const std::string& member : members(need)) {
    actual.push_back(condition("service/" + member, t, Reading::actual));
    counted.push_back(condition("service/" + member, t, Reading::counted));
    planned.push_back(actual.back() == counted.back() ? Condition::up : actual.back());
  }
  const Condition all = value_of(need, actual);
  if (reading == Reading::actual || all > value_of(need, planned)) {
    return all;
  }
  return value_of(need, counted);
}

Condition SecondOpinion::value_of(const DependencySpec& need, const std::vector<Condition>& conditions) const {
  std::size_t up = 0;
  std::size_t degraded = 0;
  std::size_t down = 0;
  for (const Condition condition : conditions) {
    switch (condition) {
      case Condition::up:
        ++up;
        break;
      case Condition::degraded:
        ++degraded;
        break;
      case Condition::down:
        ++down;
        break;
    }
  }
  Condition value = Condition::up;
  if (!need.all.empty()) {
    value = down > 0 ? Condition::down : degraded > 0 ? Condition::degraded : Condition::up;
  } else if (!need.any.empty()) {
    value = up > 0 ? Condition::up : degraded > 0 ? Condition::degraded : Condition::down;
  } else {
    const auto wanted = static_cast<std::size_t>(*need.at_least);
    const bool had_spares = need.of.size() > wanted;
    if (up + degraded < wanted) {
      value = Condition::down;
    } else if (up < wanted) {
      value = Condition::degraded;
    } else if (had_spares && up + degraded == wanted) {
      value = need.without_spare;
    }
  }
  return value == Condition::down ? need.loss : value;
}

SecondOpinion::Cause SecondOpinion::cause_of(const Signal& signal) {
  return {signal.source, signal.key, signal.origin == Origin::heartbeat && signal.expect_within.has_value()};
}

bool SecondOpinion::silent(const Cause& cause, Instant t) const {
  std::optional<Instant> last;
  std::optional<Instant> next;
  Millis expected{0};
  for (const Signal& signal : signals_) {
    if (cause_of(signal) == cause && signal.at <= t) {
      last = std::max(last.value_or(signal.at), signal.at);
      expected = *signal.expect_within;
    } else if (cause_of(signal) == cause) {
      next = std::min(next.value_or(signal.at), signal.at);
    }
  }
  return last && (!next || *next - *last > expected);
}

bool SecondOpinion::is_probe(const Cause& cause) const {
  return std::any_of(signals_.begin(), signals_.end(),
                     [&](const Signal& signal) { return cause_of(signal) == cause && signal.origin == Origin::probe; });
}

bool SecondOpinion::tried_since(const std::set<Cause>& causes, const DependencySpec& need, Instant t) const {
  std::optional<Instant> tried;
  for (const Signal& signal : signals_) {
    if (causes.contains(cause_of(signal)) && is_probe(cause_of(signal)) && signal.at <= t) {
      tried = std::max(tried.value_or(signal.at), signal.at);
    }
  }
  return tried && std::none_of(instants_.begin(), instants_.end(), [&](Instant instant) {
           const auto changed = [&](const std::string& member) {
             const std::string below = "service/" + member;
             return condition(below, instant, Reading::actual) !=
                    condition(below, instant - Millis{1}, Reading::actual);
           };
           const std::vector<std::string> of = members(need);
           return instant > *tried && instant <= t && std::any_of(of.begin(), of.end(), changed);
         });
}

Condition SecondOpinion::condition(const std::string& node, Instant t, Reading reading) const {
  if (is_activity(node) && reading == Reading::counted && objects(node, t)) {
    reading = Reading::actual;
  }
  const auto known = asked_.find({node, t, reading});
  if (known != asked_.end()) {
    return known->second;
  }
  Condition worst = Condition::up;
  std::set<Cause> causes;
  if (!is_activity(node)) {
    for (const Signal& signal : signals_) {
      if (belongs(cause_of(signal), id_of(node))) {
        causes.insert(cause_of(signal));
      }
    }
    bool life = false;
    bool expected = false;
    for (const Cause& cause : causes) {
      if (cause.beats) {
        const bool heard = std::any_of(signals_.begin(), signals_.end(), [&](const Signal& signal) {
          return cause_of(signal) == cause && signal.at <= t;
        });
        expected = expected || heard;
        life = life || (heard && !silent(cause, t));
      } else {
        worst = std::max(worst, of_cause(cause, t));
      }
    }
    if (expected && !life) {
      worst = Condition::down;
    }
    if (reading == Reading::counted && in_window(id_of(node), t)) {
      worst = Condition::up;
    }
  }
  for (const DependencySpec& need : needs_of(node)) {
    const Condition inferred = of_need(need, t, reading);
    if (inferred > worst && !tried_since(causes, need, t)) {
      worst = inferred;
    }
  }
  asked_.emplace(std::tuple(node, t, reading), worst);
  return worst;
}

std::vector<SecondOpinion::Step> SecondOpinion::timeline(const std::string& node) const {
  std::vector<Step> steps;
  for (const Instant t : instants_) {
    const Condition now = condition(node, t);
    if (now != (steps.empty() ? Condition::up : steps.back().condition)) {
      steps.push_back({t, now});
    }
  }
  return steps;
}

std::vector<SecondOpinion::Outage> SecondOpinion::outages(const std::string& node, Reading reading) const {
  // Every stretch that counts, each by itself; then those are joined between which there was too short a recovery.
  std::vector<Outage> stretches;
  for (std::size_t i = 0; i < instants_.size(); ++i) {
    if (counts(node, condition(node, instants_[i], reading))) {
      Outage stretch{instants_[i], std::nullopt};
      if (i + 1 < instants_.size()) {
        stretch.until = instants_[i + 1];
      }
      stretches.push_back(stretch);
    }
  }
  const Millis settle = settle_of(node);
  for (std::size_t i = 1; i < stretches.size();) {
    const Millis recovered = stretches[i].from - *stretches[i - 1].until;
    if (recovered == Millis{0} || recovered < settle) {
      stretches[i - 1].until = stretches[i].until;
      stretches.erase(stretches.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++i;
    }
  }
  return stretches;
}

std::optional<SecondOpinion::Explanation> SecondOpinion::explanation(const std::string& node, const Outage& outage,
                                                                     Reading reading) const {
  std::optional<Explanation> best;
  const auto place = [&](const std::string& of) { return std::find(order_.begin(), order_.end(), of); };
  for (const DependencySpec& need : needs_of(node)) {
    for (const std::string& member : members(need)) {
      const std::string below = "service/" + member;
      for (const Outage& candidate : outages(below, reading)) {
        const bool was_out = candidate.from <= outage.from && (!candidate.until || *candidate.until > outage.from);
        const bool soon_out = candidate.from > outage.from && candidate.from <= outage.from + root_window_ &&
                              (!outage.until || candidate.from < *outage.until);
        if (!was_out && !soon_out) {
          continue;
        }
        const Instant then = was_out ? outage.from : candidate.from;
        if (!counts(node, of_need(need, then, Reading::actual)) && !on_the_last(need, then)) {
          continue;
        }
        if (!best || candidate.from < best->outage.from ||
            (candidate.from == best->outage.from && place(below) < place(best->node))) {
          best = Explanation{below, candidate};
        }
      }
    }
  }
  return best;
}

std::string SecondOpinion::root(const std::string& node, const Outage& outage) const {
  Explanation current{node, outage};
  const Reading reading = is_activity(node) && objects(node, outage.from) ? Reading::actual : Reading::counted;
  while (const std::optional<Explanation> next = explanation(current.node, current.outage, reading)) {
    current = *next;
  }
  return current.node;
}

}  // namespace avbrottsvakt::testing
