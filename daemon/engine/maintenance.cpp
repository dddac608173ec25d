#include "engine/maintenance.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/ids.h"
#include "model/limits.h"

namespace avbrottsvakt {
namespace {

constexpr std::size_t kShownMax = 20;

Maintenance shown(const Catalogue& catalogue, const Window& window) {
  Maintenance out;
  out.service = {window.service, window.service};
  if (const std::optional<NodeIx> service = catalogue.service(window.service)) {
    out.service = catalogue.node(*service).name;
  }
  out.reference = window.reference;
  out.from = window.open.from;
  out.until = window.open.until;
  const RoleSpec* role = catalogue.role(window.approved_by);
  out.approved_by = role != nullptr ? role->name : window.approved_by;
  return out;
}

Window window_of(const MaintenanceRecord& record) {
  return {{record.from, record.until}, record.reference, record.service, record.agreed, record.approved_by};
}

/// Whoever is called when the service goes out, and who owns it.
std::vector<std::string> told_by(const Bundle& bundle, const Node& node) {
  std::vector<std::string> roles;
  const auto add = [&](const std::string& role) {
    if (!role.empty() && std::find(roles.begin(), roles.end(), role) == roles.end()) {
      roles.push_back(role);
    }
  };
  if (node.plan != nullptr) {
    for (const LadderStepSpec& step : node.plan->ladder) {
      if (!step.at) {
        std::for_each(step.tell.begin(), step.tell.end(), add);
      }
    }
  }
  if (roles.empty()) {
    for (const EscalationSpec::DefaultStep& step : bundle.rules.escalation.default_ladder) {
      add(step.tell);
    }
  }
  add(node.service->owner);
  return roles;
}

/// The outage of the service itself at `t`, or else the last one before; nothing if there was none.
std::optional<Interval> outage_by(const Intervals& own, Instant t) {
  std::optional<Interval> found;
  for (const Interval& outage : own) {
    if (outage.from <= t) {
      found = outage;
    }
  }
  return found;
}

}  // namespace

std::optional<std::string> refusal_of(const PlanMaintenance& plan, EventTime approved_at,
                                      const MaintenanceRecord* known, std::size_t count, const Bundle& bundle,
                                      Instant now) {
  const Catalogue& catalogue = bundle.catalogue;
  if (!catalogue.service(plan.service)) {
    return fmt::format("the catalogue has no service {}; name the service that is worked on", plan.service);
  }
  for (const std::string& activity : plan.agreed) {
    if (!catalogue.activity(activity)) {
      return fmt::format("the catalogue has no activity {}; only activities agree to planned work", activity);
    }
  }
  if (std::optional<std::string> why = refusal_of_times(plan, approved_at)) {
    return why;
  }
  if (plan.until < now - bundle.rules.escalation.horizon) {
    return fmt::format("the window ended at {}, which is older than the history that is kept",
                       format_instant(plan.until));
  }
  if (known != nullptr && approved_at > known->from) {
    return fmt::format(
        "{} began at {} and is not planned anew; for more time plan another window, that begins where this one ends, "
        "under a reference of its own",
        plan.reference, format_instant(known->from));
  }
  if (known == nullptr && count >= kMaintenancesMax) {
    return fmt::format("{} windows are planned or remembered already, which is the most", kMaintenancesMax);
  }
  return std::nullopt;
}

std::vector<Window> windows_of(const Maintenances& maintenances) {
  std::vector<Window> windows;
  for (const auto& [reference, work] : maintenances) {
    if (!work.record.cancelled) {
      windows.push_back(window_of(work.record));
    }
  }
  return windows;
}

MaintenanceStep judge(MaintenanceRecord& record, const Bundle& bundle, const Facts& facts, Instant now) {
  using Said = MaintenanceRecord::Said;
  MaintenanceStep step;
  const std::optional<NodeIx> service = bundle.catalogue.service(record.service);
  if (!service) {
    return step;
  }
  const Node& node = bundle.catalogue.node(*service);
  const auto say = [&](AlertReason reason, Said said, Instant at, bool withdrawn) {
    AlertEntry entry;
    entry.reason = reason;
    entry.subject = node.name;
    entry.at = at;
    entry.withdrawn = withdrawn;
    if (!withdrawn && record.said == said && record.said_at != at) {
      entry.was_at = record.said_at;
    }
    if (reason == AlertReason::overrun_ahead) {
      entry.level = withdrawn ? Level::none : Level::warning;
      entry.tell = told_by(bundle, node);
      entry.rule = fmt::format("maintenance {}: return_by", record.reference);
    }
    record.said = said;
    record.said_at = at;
    step.entry = std::move(entry);
  };

  std::optional<Interval> outage;
  if (record.return_by && !record.cancelled) {
    step.wake = now < *record.return_by ? *record.return_by : kNever;
  }
  if (record.return_by && !record.cancelled && now >= *record.return_by) {
    const Intervals own = facts.own_outages(*service);
    for (const Interval& one : own) {
      for (const Instant at : {one.from, one.until, one.until == kNever ? kNever : one.until + node.settle}) {
        if (at > now) {
          step.wake = std::min(step.wake, at);
        }
      }
    }
    outage = outage_by(own, std::min(now, record.until));
  }
  if (!outage) {
    if (record.said == Said::overrun_ahead) {
      say(AlertReason::overrun_ahead, Said::nothing, record.said_at, true);
    }
    return step;
  }
  const bool out = outage->until > std::min(now, record.until);
  const Instant ahead_since = std::max(outage->from, *record.return_by);
  if (out) {
    // Once the window has ended the incident tells of the overrun.
    const bool told = record.said == Said::overrun_ahead && record.said_at == ahead_since;
    if (now < record.until && !told) {
      say(AlertReason::overrun_ahead, Said::overrun_ahead, ahead_since, false);
    }
  } else if (record.said != Said::nothing && now - outage->until >= node.settle &&
             (record.said != Said::restored || record.said_at != outage->until)) {
    say(AlertReason::recovered, Said::restored, outage->until, false);
  }
  return step;
}

Alert make_maintenance_alert(const Saying& saying, const MaintenanceRecord& record, AlertEntry entry) {
  const Catalogue& catalogue = saying.bundle.catalogue;
  const std::optional<NodeIx> service = catalogue.service(record.service);
  Alert alert;
  alert.header.id = output_id(saying.domain, record.id, "maintenance", "operations", record.sequence);
  alert.header.replaces = record.alert_id;
  alert.header.sequence = record.sequence;
  // Its alerts have this as key and keep their order.
  alert.header.incident_id = output_id(saying.domain, record.id, "maintenance", "", 0);
  alert.header.at = saying.now;
  alert.header.exercise = saying.meta.exercise;
  alert.header.lagging = saying.meta.lagging;
  alert.header.domain = saying.domain;
  alert.header.bundle = saying.bundle.hash;
  alert.level = entry.level;
  alert.first = entry.subject;
  alert.root = entry.subject;
  alert.began = entry.at;
  alert.maintenance.push_back(shown(catalogue, window_of(record)));
  if (service) {
    alert.condition = condition_at(saying.facts.actual(*service), saying.now);
    if (const std::optional<Interval> outage =
            outage_by(saying.facts.own_outages(*service), std::min(saying.now, record.until))) {
      alert.began = outage->from;
      if (entry.reason == AlertReason::recovered) {
        alert.ended = outage->until;
      }
    }
    if (!entry.withdrawn) {
      for (const std::string& role : entry.tell) {
        alert.call.push_back(call_of(catalogue, role, catalogue.node(*service).plan));
      }
    }
  }
  alert.root_condition = alert.condition;
  alert.root_began = alert.began;
  alert.entries.push_back(std::move(entry));
  return alert;
}

std::vector<Maintenance> maintenance_of(const Saying& saying, const Incident& incident) {
  const Catalogue& catalogue = saying.bundle.catalogue;
  std::map<Window, Maintenance> found;
  for (const NodeOutage& member : incident.members) {
    const Node& node = catalogue.node(member.node);
    for (const Facts::Bearing& bearing : saying.facts.windows_of(member.node)) {
      const Interval& open = bearing.window->open;
      const bool overran = !node.activity && member.outage.from == open.until;
      const bool counts = !bearing.agreed && member.outage.from < open.until && open.from < member.outage.until;
      const bool goes_on = !node.activity && saying.now < open.until;
      if (open.from > saying.now || (!overran && !counts && !goes_on)) {
        continue;
      }
      const auto place = found.try_emplace(*bearing.window, shown(catalogue, *bearing.window)).first;
      Maintenance& out = place->second;
      out.overran = out.overran || overran;
      if (counts && out.not_agreed.size() < kShownMax &&
          std::find(out.not_agreed.begin(), out.not_agreed.end(), node.name) == out.not_agreed.end()) {
        out.not_agreed.push_back(node.name);
      }
    }
  }
  std::vector<Maintenance> list;
  for (auto& [window, maintenance] : found) {
    if (list.size() < kShownMax) {
      list.push_back(std::move(maintenance));
    }
  }
  return list;
}

}  // namespace avbrottsvakt
