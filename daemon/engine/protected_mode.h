#pragma once

#include "engine/state.h"
#include "model/output.h"
#include "rules/bundle.h"

namespace avbrottsvakt {

/// Whether a role has said that an attack is suspected and none has taken it back.
/// Source: escalation.protected_mode (policy).
bool attack_suspected(const Bundle& bundle, const IncidentRecord& record);

/// Leaves of an output its header, how urgent it is, and whom to call. What people need to know is told by that role,
/// by a way that the attacker does not read. A dead letter belongs to no incident and stays as it is.
void conceal(Output& output, const Bundle& bundle);

}  // namespace avbrottsvakt
