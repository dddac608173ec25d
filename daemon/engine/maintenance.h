#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/facts.h"
#include "engine/incident.h"
#include "engine/say.h"
#include "engine/state.h"
#include "model/command.h"
#include "rules/bundle.h"

namespace avbrottsvakt {

/// One piece of planned work in memory.
struct PlannedWork {
  MaintenanceRecord record;
  Instant deadline = kNever;  ///< when it must be judged again if nothing is heard
  bool dirty = false;         ///< the record must be written
};
/// By reference.
using Maintenances = std::map<std::string, PlannedWork, std::less<>>;

/// Why work cannot be planned so, and how to mend it; nothing if it can. `known`: what the reference stands for
/// already, or null. `count`: of all that is kept.
///
/// Only what lies ahead is planned: approved at `approved_at` <= from, so that no outage becomes planned work once it
/// has begun. It may be entered later than that, with the time of the approval. What has begun is not planned anew:
/// more time is another window, which begins where this one ends.
std::optional<std::string> refusal_of(const PlanMaintenance& plan, EventTime approved_at,
                                      const MaintenanceRecord* known, std::size_t count, const Bundle& bundle,
                                      Instant now);

/// What is not cancelled before it began.
std::vector<Window> windows_of(const Maintenances& maintenances);

/// What is said of planned work at one instant, and when it must be judged again if nothing is heard.
struct MaintenanceStep {
  std::optional<AlertEntry> entry;
  Instant wake = kNever;
};

/// Moves the ledger on. At the work's point of no return, and until the window ends, whoever would be called if it
/// overran is told that it will unless restoring begins; then that it has been restored, once that has held. What has
/// been said and turns out otherwise is amended or taken back. Of the overrun itself the incident tells.
///
/// A service that is out because of what it depends on does not overrun: only what is said of itself counts.
MaintenanceStep judge(MaintenanceRecord& record, const Bundle& bundle, const Facts& facts, Instant now);

/// The alert of a step. It is about no incident.
Alert make_maintenance_alert(const Saying& saying, const MaintenanceRecord& record, AlertEntry entry);

/// The planned work that an incident has to do with, by beginning; at most 20: that overran into it, that counts for
/// activities which have not agreed, or that is going on where it was.
std::vector<Maintenance> maintenance_of(const Saying& saying, const Incident& incident);

}  // namespace avbrottsvakt
