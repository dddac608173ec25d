#pragma once

#include <functional>

#include "base/result.h"

namespace avbrottsvakt {

/// Runs `body` on a thread of its own while this one listens for signals: SIGTERM and SIGINT call `stop`, once, and a
/// second one ends the process at once, which is always safe. Tells the service manager when it is being stopped.
/// Returns what the body returned.
[[nodiscard]] Result<void> run_until_signalled(const std::function<Result<void>()>& body,
                                               const std::function<void()>& stop);

/// Tells the service manager, if there is one: "READY=1", "STATUS=...". See sd_notify(3).
void notify_service_manager(const char* state);

}  // namespace avbrottsvakt
