#pragma once

#include "base/time.h"

namespace avbrottsvakt {

/// The two clocks of a machine. The engine has none; journal and app are handed one, and only app/ names a real one.
/// Threads: every method may be called from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Civil time. May jump.
  virtual Instant wall() const = 0;
  /// Never runs back; unrelated to wall().
  virtual std::chrono::steady_clock::time_point steady() const = 0;
};

/// Steps, drifts and jumps as a test says. Its origins differ, so that mixing the two shows.
class FakeClock : public Clock {
 public:
  explicit FakeClock(Instant wall) : wall_(wall), steady_(std::chrono::hours(7)) {}
  Instant wall() const override { return wall_; }
  std::chrono::steady_clock::time_point steady() const override { return steady_; }
  void advance(Millis by) {
    wall_ += by;
    steady_ += by;
  }
  /// The wall clock alone, as an administrator or a bad time server does.
  void jump(Millis by) { wall_ += by; }

 private:
  Instant wall_;
  std::chrono::steady_clock::time_point steady_;
};

}  // namespace avbrottsvakt
