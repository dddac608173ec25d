#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>

#include "base/clock.h"

namespace avbrottsvakt {

/// Says that the daemon lives while each of its parts goes on: the owner of the log, and each source. No timer feeds
/// it, so that a part that stands still keeps it silent, and the service manager starts the daemon anew. A part that
/// waits in a bounded poll goes on: it tells so after each.
///
/// Threads: any.
class Watchdog {
 public:
  /// `alive` is called once each part has gone on since the last time, at most once in `every`; on the thread of the
  /// part that was the last to do so. Null: never. `clock`, of which only the steady side is read, must outlive it.
  Watchdog(const Clock& clock, Millis every, std::function<void()> alive);

  /// One of those that must go on, for as long as it exists.
  class Part {
   public:
    explicit Part(Watchdog& watchdog);
    ~Part();
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    void goes_on();

   private:
    Watchdog& watchdog_;
  };

 private:
  void goes_on(const Part* part);

  const Clock& clock_;
  const Millis every_;
  const std::function<void()> alive_;
  std::mutex mutex_;
  std::map<const Part*, bool> went_on_;  ///< since alive_ was called
  std::optional<std::chrono::steady_clock::time_point> said_at_;
};

}  // namespace avbrottsvakt
