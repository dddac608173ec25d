#include "model/command.h"

#include "model/limits.h"

namespace avbrottsvakt {

std::optional<std::string> refusal_of_times(const PlanMaintenance& work, EventTime approved_at) {
  if (work.until <= work.from) {
    return "the window ends at " + format_instant(work.until) + ", which is not after it begins, at " +
           format_instant(work.from);
  }
  if (work.until - work.from > kMaintenanceMax) {
    return "the window lasts for " + format_duration(work.until - work.from) + ", and at most " +
           format_duration(kMaintenanceMax) + " can be planned: divide the work";
  }
  if (work.return_by && (*work.return_by < work.from || *work.return_by >= work.until)) {
    return "the point of no return, " + format_instant(*work.return_by) + ", must lie within the window, from " +
           format_instant(work.from) + " to " + format_instant(work.until);
  }
  if (approved_at > work.from) {
    return "approved at " + format_instant(approved_at) + ", after the window begins at " + format_instant(work.from) +
           ": what has begun is no planned work; if it was approved before, say when";
  }
  return std::nullopt;
}

}  // namespace avbrottsvakt
