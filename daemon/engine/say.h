#pragma once

#include <string>
#include <vector>

#include "engine/escalation.h"
#include "engine/incident.h"
#include "engine/obligation.h"
#include "model/output.h"

namespace avbrottsvakt {

/// What every output of one step carries.
struct Saying {
  const std::string& domain;
  const Bundle& bundle;
  const Facts& facts;
  const MetaRecord& meta;
  Instant now{};
};

/// Where to reach a role: the plan knows better during its disruption, if it is given.
CallEntry call_of(const Catalogue& catalogue, const std::string& role, const PlanSpec* plan);

// Each builds one output from the situation and the ledger. They decide nothing.

Alert make_alert(const Saying& saying, const Incident& incident, const Situation* situation,
                 std::vector<AlertEntry> entries);
ActivationPrompt make_activation(const Saying& saying, const Incident& incident, const Situation& situation,
                                 const SaidActivation& said, const NodeOutage& outage);
/// The question to an activity, this long after the end of the incident. `situation` is over.
ReportPrompt make_follow_up(const Saying& saying, const Incident& incident, const Situation& situation,
                            const Node& activity, Millis after);
ReportPrompt make_report(const Saying& saying, const Incident& incident, const Situation* situation, const Duty& duty,
                         const DutyRecord& record, const DutyStep& step);
IncidentPicture make_picture(const Saying& saying, const Incident& incident, const Situation* situation,
                             const std::vector<Duty>& duties);

}  // namespace avbrottsvakt
