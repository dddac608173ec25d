#include <algorithm>
#include <map>

#include "catalogue/readiness_parts.h"
#include "catalogue/references.h"

namespace avbrottsvakt {
namespace {

/// Who needs such a node stops, or is limited, with any one of them; with spares or alternatives it does not have to.
bool needs_each(const Need& need) {
  return need.kind == Need::Kind::all || need.of.size() == 1 ||
         (need.kind == Need::Kind::at_least && need.k == need.of.size());
}

const char* effect_of(Condition condition) { return condition == Condition::down ? "stops" : "is limited"; }

class LimitsCheck {
 public:
  LimitsCheck(const Catalogue& catalogue, Findings& findings) : catalogue_(catalogue), findings_(findings) {
    for (std::size_t i = 0; i < spec().plans.size(); ++i) {
      plan_index_.emplace(&spec().plans[i], i);
    }
    tightest_.resize(spec().plans.size());
  }

  void check() {
    for (std::size_t i = 0; i < spec().activities.size(); ++i) {
      check_activity(i);
    }
    for (std::size_t i = 0; i < tightest_.size(); ++i) {
      report_tightest(i);
    }
    check_services();
  }

 private:
  /// The activity with the shortest MTA, among those that stop and those that are only limited.
  struct Tightest {
    const ActivitySpec* stopped = nullptr;
    const ActivitySpec* limited = nullptr;
  };

  const CatalogueSpec& spec() const { return catalogue_.spec(); }

  /// What the loss of each node does to `top` and to those on the way: up where it does not have to do anything.
  std::vector<Condition> reach(NodeIx top) const {
    std::vector<Condition> effect(catalogue_.nodes().size(), Condition::up);
    effect[top] = Condition::down;
    // Dependencies have lower numbers: against the topological order each node is final when it is reached.
    for (NodeIx ix = top + 1; ix-- > 0;) {
      if (effect[ix] == Condition::up) {
        continue;
      }
      for (const Need& need : catalogue_.node(ix).needs) {
        if (needs_each(need)) {
          for (const NodeIx of : need.of) {
            effect[of] = std::max(effect[of], std::min(effect[ix], need.loss));
          }
        }
      }
    }
    return effect;
  }

  void check_activity(std::size_t index);
  void check_accepted(std::size_t index, const std::vector<Condition>& effect);
  void report_tightest(std::size_t plan);
  void check_services();

  const Catalogue& catalogue_;
  Findings& findings_;
  std::map<const PlanSpec*, std::size_t> plan_index_;
  std::vector<Tightest> tightest_;  ///< by plan
};

bool tighter(const ActivitySpec& a, const ActivitySpec* b) {
  return b == nullptr || std::pair(a.mta, std::string_view(a.id)) < std::pair(b->mta, std::string_view(b->id));
}

void LimitsCheck::check_activity(std::size_t index) {
  const ActivitySpec& activity = spec().activities[index];
  const std::vector<Condition> effect = reach(*catalogue_.activity(activity.id));
  const PlanSpec* longest = nullptr;
  for (NodeIx ix = 0; ix < effect.size(); ++ix) {
    const PlanSpec* plan = catalogue_.node(ix).plan;
    if (effect[ix] == Condition::up || plan == nullptr) {
      continue;
    }
    if (longest == nullptr || plan->rto > longest->rto) {
      longest = plan;
    }
    const bool accepted = std::any_of(activity.accept_gap.begin(), activity.accept_gap.end(),
                                      [&](const AcceptedGap& gap) { return gap.service == plan->service; });
    if (plan->rto <= activity.mta || accepted) {
      continue;
    }
    Tightest& tightest = tightest_[plan_index_.at(plan)];
    const ActivitySpec*& current = effect[ix] == Condition::down ? tightest.stopped : tightest.limited;
    if (tighter(activity, current)) {
      current = &activity;
    }
  }
  check_accepted(index, effect);
  if (activity.fallback && activity.fallback->holds_for && longest != nullptr &&
      *activity.fallback->holds_for < longest->rto) {
    findings_.warn(at("activities", index) + ".fallback.holds_for",
                   "the fallback holds for " + format_duration(*activity.fallback->holds_for) +
                       ", which is shorter than the rto " + format_duration(longest->rto) + " of " + longest->service,
                   "plan what the activity does after that, or shorten the rto");
  }
}

/// An accepted gap is a promise: the fallback covers it. Without a gap it hides the next one.
void LimitsCheck::check_accepted(std::size_t index, const std::vector<Condition>& effect) {
  const ActivitySpec& activity = spec().activities[index];
  for (std::size_t i = 0; i < activity.accept_gap.size(); ++i) {
    const std::string& service = activity.accept_gap[i].service;
    const std::string path = at(at("activities", index) + ".accept_gap", i);
    const NodeIx ix = *catalogue_.service(service);
    const PlanSpec* plan = catalogue_.node(ix).plan;
    if (effect[ix] == Condition::up) {
      findings_.warn(path + ".service", activity.id + " does not have to stop without " + service,
                     "remove the accepted gap: there is none");
    } else if (plan == nullptr) {
      findings_.warn(path + ".service", service + " has no plan, and so no rto",
                     "remove the accepted gap, or write the plan");
    } else if (plan->rto <= activity.mta) {
      findings_.warn(path + ".service",
                     "the rto " + format_duration(plan->rto) + " of " + service + " is within the mta " +
                         format_duration(activity.mta),
                     "remove the accepted gap: there is none");
    } else if (!activity.fallback || activity.fallback->holds_for.value_or(Millis(0)) < plan->rto) {
      const bool none = !activity.fallback || !activity.fallback->holds_for;
      findings_.fault(path,
                      "the gap to " + service + " is accepted, but no fallback holds for its rto " +
                          format_duration(plan->rto) +
                          (none ? "" : ": it holds for " + format_duration(*activity.fallback->holds_for)),
                      "give " + activity.id + " a fallback with holds_for: " + format_duration(plan->rto) +
                          " or longer, or shorten the rto");
    }
  }
}

void LimitsCheck::report_tightest(std::size_t plan_index) {
  const PlanSpec& plan = spec().plans[plan_index];
  const Tightest& tightest = tightest_[plan_index];
  const auto message = [&](const ActivitySpec& activity, Condition effect) {
    return "rto " + format_duration(plan.rto) + " is longer than the mta " + format_duration(activity.mta) + " of " +
           activity.id + ", which " + effect_of(effect) + " without " + plan.service;
  };
  const auto remedy = [&](const ActivitySpec& activity) {
    return "shorten the rto, give " + activity.id + " an alternative to " + plan.service +
           ", or accept the gap there: accept_gap: [{service: " + plan.service + ", reason: ...}]";
  };
  const std::string path = at("plans", plan_index) + ".rto";
  if (tightest.stopped != nullptr) {
    findings_.fault(path, message(*tightest.stopped, Condition::down), remedy(*tightest.stopped));
  } else if (tightest.limited != nullptr) {
    findings_.warn(path, message(*tightest.limited, Condition::degraded), remedy(*tightest.limited));
  }
}

/// A plan that promises less than those who cannot do without its service have promised in theirs.
void LimitsCheck::check_services() {
  std::vector<const PlanSpec*> tightest(catalogue_.nodes().size(), nullptr);
  for (NodeIx ix = static_cast<NodeIx>(tightest.size()); ix-- > 0;) {
    const Node& node = catalogue_.node(ix);
    const PlanSpec* mine = tightest[ix];
    if (node.plan != nullptr && mine != nullptr && node.plan->rto > mine->rto) {
      findings_.warn(at("plans", plan_index_.at(node.plan)) + ".rto",
                     "rto " + format_duration(node.plan->rto) + " is longer than the rto " +
                         format_duration(mine->rto) + " of " + mine->service + ", which stops without " +
                         node.plan->service,
                     "shorten it, lengthen that of " + mine->service + ", or give " + mine->service +
                         " an alternative to " + node.plan->service);
    }
    if (node.plan != nullptr && (mine == nullptr || node.plan->rto < mine->rto)) {
      mine = node.plan;
    }
    for (const Need& need : node.needs) {
      if (!needs_each(need) || need.loss != Condition::down || mine == nullptr) {
        continue;
      }
      for (const NodeIx of : need.of) {
        if (tightest[of] == nullptr || std::pair(mine->rto, std::string_view(mine->service)) <
                                           std::pair(tightest[of]->rto, std::string_view(tightest[of]->service))) {
          tightest[of] = mine;
        }
      }
    }
  }
}

}  // namespace

void check_limits(const Catalogue& catalogue, Findings& findings) { LimitsCheck(catalogue, findings).check(); }

}  // namespace avbrottsvakt
