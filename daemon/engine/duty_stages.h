#pragma once

#include <vector>

#include "engine/obligation.h"

namespace avbrottsvakt {

/// A stage that is to be made, with what only the engine needs to know of it.
struct PlannedStage {
  const StageSpec* spec = nullptr;
  StageState state;
  Instant anchor{};  ///< Instant{} while there is none
  bool dated() const { return state.within && !state.predicted && state.due != Instant{}; }
};

/// The stages that are to be made, in the order of the rules; stages_of() says which those are. `duty` and its regime
/// must outlive what is returned.
std::vector<PlannedStage> plan_stages(const Bundle& bundle, const Duty& duty, const DutyRecord& record,
                                      const StageAnchors& anchors);

}  // namespace avbrottsvakt
