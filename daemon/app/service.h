#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace avbrottsvakt {

/// What signals ask for. Called on the thread that listens, one at a time; until one returns no signal is heard.
struct OnSignal {
  std::function<void()> stop;    ///< SIGTERM and SIGINT, once
  std::function<void()> reload;  ///< SIGHUP
};

/// Runs `body` on a thread of its own while this one listens for signals. A second SIGTERM or SIGINT ends the process
/// at once, which is always safe. Tells the service manager when it is being stopped. Returns what the body returned.
[[nodiscard]] Result<void> run_until_signalled(const std::function<Result<void>()>& body, const OnSignal& on_signal);

/// What the service manager is told, if there is one; see sd_notify(3). Threads: any.
class ServiceManager {
 public:
  ServiceManager();

  /// How long the daemon may be silent (WatchdogSec= of the unit); absent: as long as it likes.
  std::optional<Millis> watchdog() const { return watchdog_; }
  void alive() const;

  /// The start, or a reload, is done.
  void ready(const std::string& status) const;
  void reloading() const;
  void status(const std::string& status) const;

 private:
  std::optional<Millis> watchdog_;
};

}  // namespace avbrottsvakt
