#pragma once

#include <mutex>
#include <optional>

#include "base/clock.h"

namespace avbrottsvakt {

/// How far a stamp of the journal and the daemon's own clock may lie apart. Exactly so far is still in order.
///
/// Policy, not law: wider than what brokers, networks and a slow disk make of an honest stamp, and narrower than what
/// would bring a deadline too early or too late. Known before any bundle is in force, so it stands here.
inline constexpr Millis kClocksApartMax{std::chrono::minutes{2}};

/// By how much a stamp that was given between `now - age` and `now` lies ahead of the clock (positive) or behind it
/// (negative). Nothing: not more than kClocksApartMax.
std::optional<Millis> apart(LogTime stamp, Instant now, Millis age);

/// A machine's wall clock, as far as it can be believed: it never jumps, and never runs back.
///
/// It is carried by the steady clock and drawn towards the wall clock, by a tenth of the time that passes at most: a
/// time server's small corrections arrive within minutes. A wall clock that suddenly shows something else than
/// kClocksApartMax allows has been set by somebody, rightly or wrongly; that is not followed until it comes back, or
/// until confirmed().
///
/// Threads: every method may be called from any thread.
class GuardedClock final : public Clock {
 public:
  /// Begins with what `machine`, which must outlive it, shows now: before that there is nothing to compare it with.
  explicit GuardedClock(const Clock& machine);

  Instant wall() const override;
  std::chrono::steady_clock::time_point steady() const override { return machine_.steady(); }

  /// By how much the machine's wall clock is ahead of this one, negative: behind. Nothing while it is followed.
  std::optional<Millis> set_by() const;

  /// A journal's own clock has given `stamp` within the last `age`. If it sides with a wall clock that is not followed,
  /// that one was set rightly: it is taken over at once, forwards or back. Gives whether it was.
  bool confirmed(LogTime stamp, Millis age);

 private:
  using Micros = std::chrono::microseconds;

  /// Under mutex_: brings carried_ up to now. Gives the machine's wall clock.
  Instant carry() const;

  const Clock& machine_;
  mutable std::mutex mutex_;
  mutable std::chrono::steady_clock::time_point steady_;  ///< what carried_ was brought up to
  mutable std::chrono::sys_time<Micros> carried_;         ///< finer than a stamp, so that frequent looks lose nothing
  mutable std::optional<Millis> set_by_;
};

}  // namespace avbrottsvakt
