#include "app/guarded_clock.h"

#include <algorithm>

namespace avbrottsvakt {
namespace {

// The machine's clock is followed by at most this part of the time that passes.
constexpr int kDrawnByPart = 10;

}  // namespace

std::optional<Millis> apart(LogTime stamp, Instant now, Millis age) {
  if (stamp - now > kClocksApartMax) {
    return stamp - now;
  }
  if ((now - age) - stamp > kClocksApartMax) {
    return stamp - (now - age);
  }
  return std::nullopt;
}

GuardedClock::GuardedClock(const Clock& machine)
    : machine_(machine), steady_(machine.steady()), carried_(machine.wall()) {}

Instant GuardedClock::carry() const {
  // The steady side first: whoever is held up between the two sees a wall clock that is late, and follows it less.
  const auto passed = std::chrono::duration_cast<Micros>(machine_.steady() - steady_);
  const Instant wall = machine_.wall();
  // Not to the steady clock's own reading: the parts of a microsecond that are left out count with the next look.
  steady_ += passed;
  carried_ += passed;
  set_by_ = apart(wall, std::chrono::floor<Millis>(carried_), Millis{0});
  if (!set_by_) {
    const Micros most = passed / kDrawnByPart;
    carried_ += std::clamp(Micros{wall - carried_}, -most, most);
  }
  return wall;
}

Instant GuardedClock::wall() const {
  const std::lock_guard lock(mutex_);
  carry();
  return std::chrono::floor<Millis>(carried_);
}

std::optional<Millis> GuardedClock::set_by() const {
  const std::lock_guard lock(mutex_);
  carry();
  return set_by_;
}

bool GuardedClock::confirmed(LogTime stamp, Millis age) {
  const std::lock_guard lock(mutex_);
  const Instant wall = carry();
  if (!set_by_ || apart(stamp, wall, age)) {
    return false;
  }
  carried_ = wall;
  set_by_.reset();
  return true;
}

}  // namespace avbrottsvakt
