#pragma once

#include "base/error.h"
#include "config/loader.h"

namespace avbrottsvakt {

namespace v1 {
class ContinuityPlan;
}

/// Adds a warning for a plan that leaves out what the routine demands of a continuity plan, all parts in one; one for
/// each control of ISO/IEC 27002 that it does not answer; and one for each analysis, decision or agreement that is
/// younger than its approval.
void check_completeness(const v1::ContinuityPlan& plan, const Places& places, Errors& warnings);

}  // namespace avbrottsvakt
