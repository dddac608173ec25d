#pragma once

#include <vector>

#include "script/statement.h"

namespace avbrottsvakt {

/// How things stand at an instant, by the last picture of each incident that had been said by then: a `forecast` for
/// each law and objective that will be reached if nothing changes, an `in_force` for each law that binds somebody, a
/// `still` for each stage of a duty that waits for a report, and one for each activity, and each service with a plan,
/// whose outage goes on. A service without a plan has no clock that would tell.
std::vector<Statement> standing_at(const std::vector<Output>& outputs, Instant at);

}  // namespace avbrottsvakt
