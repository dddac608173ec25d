#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/facts.h"
#include "engine/incident.h"
#include "rules/bundle.h"

namespace avbrottsvakt {

/// Something that should be said of an incident, or will be.
struct Reason {
  AlertEntry entry;
  std::uint32_t step = 0;        ///< of a ladder; a second outage of a service climbs the same steps anew
  bool urgent = true;            ///< said at once; otherwise growth, at most so often
  Instant until = kNever;        ///< when what it rests on ended
  Instant held_at = kNever;      ///< when that end has held: until then a relapse would make it true again
  std::optional<Millis> repeat;  ///< said again this often until acknowledged
};

/// An incident as the facts stand at one instant: what is due, what lies ahead. Derived, never kept.
struct Situation {
  bool over = false;                  ///< every outage has ended and held
  bool settling = false;              ///< every outage has ended, but not all have held
  std::optional<Instant> ended;       ///< the last end, if all have ended
  std::optional<Instant> settles_at;  ///< the next instant at which a recovery has held
  NodeOutage first{};
  NodeOutage root{};
  std::uint32_t services = 0;  ///< ever hit
  std::uint32_t activities = 0;
  std::uint32_t services_now = 0;  ///< hit now, or settling
  std::uint32_t activities_now = 0;
  std::vector<NodeOutage> activity_outages;  ///< tightest MTA first
  std::vector<Reason> reached;               ///< ascending by instant
  std::vector<Reason> next;                  ///< what is reached next if nothing changes: all at one instant
  Level level = Level::none;                 ///< level_of, once what is reached is complete
};

/// For each node the activities that need it, directly or through others; ascending.
using Reach = std::vector<std::vector<NodeIx>>;
Reach activities_reached(const Catalogue& catalogue);

/// `incident` must have members.
///
/// A limit is missed if the outage still runs at the instant elapsed == limit, and kept if it ends then. While a
/// recovery settles nothing more is reached; after a relapse it is reached at its true instant.
/// Source: the plan (rto, ladder), the activity (mta, fallback.holds_for).
Situation situation_of(const Bundle& bundle, const Reach& reach, const Facts& facts, const Incident& incident,
                       Instant now);

/// Each RTO, MTA and fallback limit, for each outage of the incident that it is about; the tightest first.
std::vector<Objective> objectives_of(const Catalogue& catalogue, const Incident& incident, Instant now);

/// Fills in what a step of a plan's ladder says of itself: level, whom to tell, share, rule. `step` is Reason::step.
/// False if the plan no longer has it.
bool describe_ladder_step(const PlanSpec& plan, std::uint32_t step, AlertEntry& entry);

/// Whom an RTO that is missed concerns, beside the ladder: the owner of the plan, if the ladder has no step there.
std::vector<std::string> told_of_rto(const PlanSpec& plan);

/// The outages of services with a plan, of an incident.
std::vector<NodeOutage> planned_outages(const Catalogue& catalogue, const Incident& incident);

/// Whom it concerns that an activity has no time left, of its MTA or of its fallback routine: the role that answers for
/// it on site, and those whom the ladders name for its MTA, of the services that it lacked at `at`; without an instant,
/// of all of `planned` that it needs. The ladders themselves count against the tightest MTA alone, and do not climb
/// again when another activity comes to its own.
struct ToldOfActivity {
  std::vector<std::string> roles;
  Level level = Level::none;          ///< the highest of those steps
  std::optional<Millis> repeat = {};  ///< the shortest of them
};
ToldOfActivity told_of_activity(const Catalogue& catalogue, const Reach& reach, const std::vector<NodeOutage>& planned,
                                NodeIx activity, std::optional<Instant> at);

/// Plan activations whose condition is met: service outage and the instant at which it was.
struct ActivationDue {
  NodeOutage outage;
  Instant at{};
};
std::vector<ActivationDue> activations_due(const Bundle& bundle, const Incident& incident, Instant now,
                                           std::vector<Instant>& ahead);

/// How urgent it is: the highest level of what was reached and still runs, or has ended but not yet held.
Level level_of(const Situation& situation, Instant now);

/// What a role has said of an activity in this incident, or null.
const ActivityConfirmation* confirmation_of(const IncidentRecord& record, const std::string& activity);

}  // namespace avbrottsvakt
