#include "engine/escalation.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/check.h"

namespace avbrottsvakt {
namespace {

bool reached(Instant at, const Interval& outage, Instant now) { return at < outage.until && at <= now; }
bool lies_ahead(Instant at, const Interval& outage, Instant now) { return at > now && at < outage.until; }

Instant share_of(Instant from, Millis limit, int percent) { return from + limit * percent / 100; }

/// When the end of an outage has held; kNever while it runs.
Instant held_at(const Catalogue& catalogue, const NodeOutage& outage) {
  return outage.outage.until == kNever ? kNever : outage.outage.until + catalogue.node(outage.node).settle;
}

/// The MTA that the ladder of a service counts against during one of its outages: of the activities in the incident
/// that need it and are out at the same time, the one of which this share is reached first. Those that were back before
/// then bind nothing. The interval is the time during which the step can be reached: service and activity are both out.
struct Binding {
  Instant at{};
  Interval while_out{};
  Instant held_at{};  ///< when the end of it has held
};
std::optional<Binding> binding_mta(const Catalogue& catalogue, const Reach& reach, const Incident& incident,
                                   const std::vector<NodeOutage>& activities, const NodeOutage& service, int percent) {
  const std::vector<NodeIx>& needing = reach[service.node];
  std::optional<Binding> best;
  for (const NodeOutage& member : activities) {
    if (!std::binary_search(needing.begin(), needing.end(), member.node)) {
      continue;
    }
    const Node& node = catalogue.node(member.node);
    const ActivityConfirmation* said = confirmation_of(incident.record, node.name.id);
    if (said != nullptr && !said->limited) {
      continue;
    }
    const Interval both{std::max(member.outage.from, service.outage.from),
                        std::min(member.outage.until, service.outage.until)};
    const Instant at = share_of(member.outage.from, node.activity_spec->mta, percent);
    if (both.from < both.until && at < both.until && (!best || at < best->at)) {
      best = Binding{at, both, std::min(held_at(catalogue, member), held_at(catalogue, service))};
    }
  }
  return best;
}

/// The step of a plan's ladder that an activity has come to when its MTA is reached; null if the plan has none.
const LadderStepSpec* step_at_mta(const PlanSpec& plan) {
  const LadderStepSpec* last = nullptr;
  for (const LadderStepSpec& step : plan.ladder) {
    const bool by_then = step.at && step.at->of == LadderPoint::Of::mta && step.at->percent <= 100;
    if (by_then && (last == nullptr || last->at->percent <= step.at->percent)) {
      last = &step;
    }
  }
  return last;
}

void add_role(std::vector<std::string>& roles, const std::string& role) {
  if (!role.empty() && std::find(roles.begin(), roles.end(), role) == roles.end()) {
    roles.push_back(role);
  }
}

struct Collector {
  const Catalogue& catalogue;
  const Reach& reach;
  const Incident& incident;
  const std::vector<NodeOutage>& planned;  ///< of the services with a plan
  Instant now;
  Situation& out;

  /// Where a reason belongs that is met at `at`, if the outage lasts until then: with what is reached, or with what
  /// comes next. Null if it is neither: most that ever could be said is not, and need not be put into words.
  std::vector<Reason>* place_of(Instant at, const Interval& outage) {
    if (reached(at, outage, now)) {
      return &out.reached;
    }
    if (!lies_ahead(at, outage, now) || (!out.next.empty() && out.next.front().entry.at < at)) {
      return nullptr;
    }
    if (!out.next.empty() && at < out.next.front().entry.at) {
      out.next.clear();
    }
    return &out.next;
  }

  static Reason& add(std::vector<Reason>& place, AlertReason why, const Node& node, Instant at, Instant until,
                     Instant held_at) {
    Reason& reason = place.emplace_back();
    reason.entry.reason = why;
    reason.entry.subject = node.name;
    reason.entry.at = at;
    reason.until = until;
    reason.held_at = held_at;
    return reason;
  }

  void service(const NodeOutage& member) {
    const Node& node = catalogue.node(member.node);
    if (node.plan == nullptr) {
      return;
    }
    const PlanSpec& plan = *node.plan;
    const Instant held = held_at(catalogue, member);
    const Instant rto = member.outage.from + plan.rto;
    if (auto* place = place_of(rto, member.outage)) {
      AlertEntry& missed = add(*place, AlertReason::rto_missed, node, rto, member.outage.until, held).entry;
      // A missed objective is never mere information, whatever the ladder leaves out.
      missed.level = Level::warning;
      missed.tell = told_of_rto(plan);
      missed.rule = fmt::format("plan {} {}: rto {}", plan.id, plan.version, format_duration(plan.rto));
    }
    for (std::uint32_t i = 0; i < plan.ladder.size(); ++i) {
      climb(node, plan, i, member);
    }
  }

  void climb(const Node& node, const PlanSpec& plan, std::uint32_t number, const NodeOutage& member) {
    const LadderStepSpec& step = plan.ladder[number];
    Instant at = member.outage.from;
    Interval outage = member.outage;
    Instant held = held_at(catalogue, member);
    if (step.at && step.at->of == LadderPoint::Of::rto) {
      at = share_of(outage.from, plan.rto, step.at->percent);
    } else if (step.at) {
      const std::optional<Binding> binding =
          binding_mta(catalogue, reach, incident, out.activity_outages, member, step.at->percent);
      if (!binding) {
        return;
      }
      at = binding->at;
      outage = binding->while_out;
      held = binding->held_at;
    }
    auto* place = place_of(at, outage);
    if (place == nullptr) {
      return;
    }
    Reason& reason = add(*place, AlertReason::ladder, node, at, outage.until, held);
    describe_ladder_step(plan, number, reason.entry);
    reason.step = number;
    reason.repeat = step.repeat;
    reason.urgent = step.at.has_value();
  }

  void activity(const NodeOutage& member) {
    const Node& node = catalogue.node(member.node);
    const ActivitySpec& spec = *node.activity_spec;
    const ActivityConfirmation* said = confirmation_of(incident.record, node.name.id);
    if (said != nullptr && !said->limited) {
      return;
    }
    const Instant held = held_at(catalogue, member);
    const Instant mta = member.outage.from + spec.mta;
    if (auto* place = place_of(mta, member.outage)) {
      Reason& missed = add(*place, AlertReason::mta_missed, node, mta, member.outage.until, held);
      ToldOfActivity told = told_of_activity(catalogue, reach, planned, member.node, mta);
      missed.entry.tell = std::move(told.roles);
      missed.entry.level = std::max(Level::critical, told.level);
      missed.repeat = told.repeat;
      missed.entry.rule = fmt::format("activity {}: mta {}", spec.id, format_duration(spec.mta));
    }
    if (!spec.fallback || !spec.fallback->holds_for) {
      return;
    }
    const Instant at = member.outage.from + *spec.fallback->holds_for;
    if (auto* place = place_of(at, member.outage)) {
      AlertEntry& used_up = add(*place, AlertReason::fallback_missed, node, at, member.outage.until, held).entry;
      used_up.tell = told_of_activity(catalogue, reach, planned, member.node, at).roles;
      used_up.level = Level::critical;
      used_up.rule = fmt::format("activity {}: fallback {} holds for {}", spec.id, spec.fallback->routine,
                                 format_duration(*spec.fallback->holds_for));
    }
  }
};

/// One objective, as it stands for one outage.
Objective objective_of(Objective::Kind kind, const Node& node, Millis limit, const Interval& outage, Instant now) {
  Objective objective;
  objective.kind = kind;
  objective.subject = node.name;
  objective.limit = limit;
  objective.since = outage.from;
  objective.reached_at = outage.from + limit;
  if (outage.until != kNever) {
    objective.ended_at = outage.until;
  }
  if (reached(objective.reached_at, outage, now)) {
    objective.state = Objective::State::missed;
  } else if (outage.until <= now) {
    objective.state = Objective::State::kept;
  }
  return objective;
}

}  // namespace

bool describe_ladder_step(const PlanSpec& plan, std::uint32_t step, AlertEntry& entry) {
  if (step >= plan.ladder.size()) {
    return false;
  }
  const LadderStepSpec& spec = plan.ladder[step];
  entry.level = spec.level;
  entry.tell = spec.tell;
  if (!spec.at) {
    entry.rule = fmt::format("plan {} {}: ladder[{}] on opened", plan.id, plan.version, step);
    return true;
  }
  const bool of_rto = spec.at->of == LadderPoint::Of::rto;
  entry.share_of = of_rto ? AlertEntry::Share::rto : AlertEntry::Share::mta;
  entry.percent = static_cast<std::uint32_t>(spec.at->percent);
  entry.rule = fmt::format("plan {} {}: ladder[{}] at {}% of {}", plan.id, plan.version, step, spec.at->percent,
                           of_rto ? "rto" : "mta");
  return true;
}

std::vector<std::string> told_of_rto(const PlanSpec& plan) {
  const bool has_step = std::any_of(plan.ladder.begin(), plan.ladder.end(), [](const LadderStepSpec& step) {
    return step.at && step.at->of == LadderPoint::Of::rto && step.at->percent == 100;
  });
  std::vector<std::string> roles;
  if (!has_step) {
    add_role(roles, plan.owner);
  }
  return roles;
}

std::vector<NodeOutage> planned_outages(const Catalogue& catalogue, const Incident& incident) {
  std::vector<NodeOutage> planned;
  std::copy_if(incident.members.begin(), incident.members.end(), std::back_inserter(planned),
               [&](const NodeOutage& member) { return catalogue.node(member.node).plan != nullptr; });
  return planned;
}

ToldOfActivity told_of_activity(const Catalogue& catalogue, const Reach& reach, const std::vector<NodeOutage>& planned,
                                NodeIx activity, std::optional<Instant> at) {
  ToldOfActivity told;
  add_role(told.roles, catalogue.node(activity).activity_spec->manager);
  for (const NodeOutage& service : planned) {
    const bool then = !at || (service.outage.from <= *at && *at < service.outage.until);
    if (!then || !std::binary_search(reach[service.node].begin(), reach[service.node].end(), activity)) {
      continue;
    }
    if (const LadderStepSpec* step = step_at_mta(*catalogue.node(service.node).plan)) {
      for (const std::string& role : step->tell) {
        add_role(told.roles, role);
      }
      told.level = std::max(told.level, step->level);
      if (step->repeat && (!told.repeat || *step->repeat < *told.repeat)) {
        told.repeat = step->repeat;
      }
    }
  }
  return told;
}

const ActivityConfirmation* confirmation_of(const IncidentRecord& record, const std::string& activity) {
  for (const ActivityConfirmation& confirmation : record.confirmations) {
    if (confirmation.activity == activity) {
      return &confirmation;
    }
  }
  return nullptr;
}

Reach activities_reached(const Catalogue& catalogue) {
  Reach reach(catalogue.nodes().size());
  // Who depends on a node has a higher number, so going down each is complete before it is used.
  for (NodeIx node = static_cast<NodeIx>(reach.size()); node-- > 0;) {
    std::vector<NodeIx>& own = reach[node];
    for (const NodeIx dependant : catalogue.node(node).dependants) {
      own.insert(own.end(), reach[dependant].begin(), reach[dependant].end());
      if (catalogue.node(dependant).activity) {
        own.push_back(dependant);
      }
    }
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
  }
  return reach;
}

Situation situation_of(const Bundle& bundle, const Reach& reach, const Facts& facts, const Incident& incident,
                       Instant now) {
  AV_CHECK(!incident.members.empty());
  const Catalogue& catalogue = bundle.catalogue;
  Situation out;
  const std::vector<NodeOutage> planned = planned_outages(catalogue, incident);
  Collector collect{catalogue, reach, incident, planned, now, out};
  // Ladders count against MTAs, so activities are known before services are looked at.
  for (const NodeOutage& member : incident.members) {
    if (catalogue.node(member.node).activity) {
      out.activity_outages.push_back(member);
    }
  }

  bool all_ended = true;
  bool all_held = true;
  Instant last_end{};
  std::uint32_t plans = 0;
  for (std::size_t i = 0; i < incident.members.size(); ++i) {
    const NodeOutage& member = incident.members[i];
    const Node& node = catalogue.node(member.node);
    const bool ended = member.outage.until <= now;
    const bool held = ended && now - member.outage.until >= node.settle;
    all_ended = all_ended && ended;
    all_held = all_held && held;
    if (ended) {
      last_end = std::max(last_end, member.outage.until);
      if (!held) {
        const Instant at = member.outage.until + node.settle;
        out.settles_at = std::min(out.settles_at.value_or(kNever), at);
      }
    } else if (member.outage.until != kNever) {
      out.settles_at = std::min(out.settles_at.value_or(kNever), member.outage.until);
    }
    const bool last_of_node = i + 1 == incident.members.size() || incident.members[i + 1].node != member.node;
    if (node.activity) {
      out.activities += last_of_node ? 1 : 0;
      out.activities_now += last_of_node && !held ? 1 : 0;
      collect.activity(member);
    } else {
      out.services += last_of_node ? 1 : 0;
      out.services_now += last_of_node && !held ? 1 : 0;
      plans += node.plan != nullptr ? 1 : 0;
      collect.service(member);
    }
  }
  out.first = first_of(catalogue, incident);
  out.root = facts.root_of(out.first, bundle.rules.escalation.root_window, now);
  out.over = all_held;
  out.settling = all_ended && !all_held;
  if (all_ended) {
    out.ended = last_end;
  }

  Reason opened;
  opened.entry.reason = AlertReason::opened;
  opened.entry.subject = catalogue.node(out.first.node).name;
  opened.entry.at = out.first.outage.from;
  opened.until = out.first.outage.until;
  if (plans == 0) {
    for (const EscalationSpec::DefaultStep& step : bundle.rules.escalation.default_ladder) {
      opened.entry.level = std::max(opened.entry.level, step.level);
      opened.entry.tell.push_back(step.tell);
    }
    opened.until = all_ended ? last_end : kNever;
    opened.entry.rule = "escalation: default_ladder";
  }
  opened.entry.level = std::max(opened.entry.level, Level::notice);
  out.reached.push_back(std::move(opened));

  const auto by_instant = [](const Reason& a, const Reason& b) {
    return std::tie(a.entry.at, a.entry.reason, a.entry.subject.id, a.step) <
           std::tie(b.entry.at, b.entry.reason, b.entry.subject.id, b.step);
  };
  std::sort(out.reached.begin(), out.reached.end(), by_instant);
  std::sort(out.next.begin(), out.next.end(), by_instant);
  std::stable_sort(out.activity_outages.begin(), out.activity_outages.end(),
                   [&](const NodeOutage& a, const NodeOutage& b) {
                     return a.outage.from + catalogue.node(a.node).activity_spec->mta <
                            b.outage.from + catalogue.node(b.node).activity_spec->mta;
                   });
  return out;
}

std::vector<Objective> objectives_of(const Catalogue& catalogue, const Incident& incident, Instant now) {
  std::vector<Objective> objectives;
  for (const NodeOutage& member : incident.members) {
    const Node& node = catalogue.node(member.node);
    if (!node.activity) {
      if (node.plan != nullptr) {
        objectives.push_back(objective_of(Objective::Kind::rto, node, node.plan->rto, member.outage, now));
        objectives.back().plan = node.plan->id + " " + node.plan->version;
        objectives.back().basis = Basis::measured;
      }
      continue;
    }
    const ActivityConfirmation* said = confirmation_of(incident.record, node.name.id);
    if (said != nullptr && !said->limited) {
      continue;
    }
    objectives.push_back(objective_of(Objective::Kind::mta, node, node.activity_spec->mta, member.outage, now));
    objectives.back().basis = said != nullptr ? Basis::confirmed : Basis::presumed;
    objectives.back().confirmed_by = said != nullptr ? said->by : "";
    const auto& fallback = node.activity_spec->fallback;
    if (fallback && fallback->holds_for) {
      objectives.push_back(objective_of(Objective::Kind::fallback, node, *fallback->holds_for, member.outage, now));
      // Confirming that an activity is limited says nothing of when its routine began: that stays presumed.
      objectives.back().basis = Basis::presumed;
    }
  }
  std::stable_sort(objectives.begin(), objectives.end(), [](const Objective& a, const Objective& b) {
    const auto key = [](const Objective& o) {
      return std::tuple<bool, Instant, Objective::Kind, const std::string&>(o.state != Objective::State::running,
                                                                            o.reached_at, o.kind, o.subject.id);
    };
    return key(a) < key(b);
  });
  return objectives;
}

Level level_of(const Situation& situation, Instant now) {
  if (situation.over) {
    return Level::none;
  }
  Level level = Level::notice;
  for (const Reason& reason : situation.reached) {
    if (reason.held_at > now) {
      level = std::max(level, reason.entry.level);
    }
  }
  return level;
}

std::vector<ActivationDue> activations_due(const Bundle& bundle, const Incident& incident, Instant now,
                                           std::vector<Instant>& ahead) {
  std::vector<ActivationDue> due;
  for (const NodeOutage& member : incident.members) {
    const Node& node = bundle.catalogue.node(member.node);
    if (node.plan == nullptr || !node.plan->activate_elapsed) {
      continue;
    }
    const Instant at = member.outage.from + *node.plan->activate_elapsed;
    if (reached(at, member.outage, now)) {
      due.push_back({member, at});
    } else if (lies_ahead(at, member.outage, now)) {
      ahead.push_back(at);
    }
  }
  return due;
}

}  // namespace avbrottsvakt
