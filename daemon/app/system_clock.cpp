#include "app/system_clock.h"

#include <ctime>

namespace avbrottsvakt {

Instant SystemClock::wall() const { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); }

std::chrono::steady_clock::time_point SystemClock::steady() const {
  // Not steady_clock::now(): that one stands still while the machine sleeps, and the outage does not.
  timespec passed{};
  clock_gettime(CLOCK_BOOTTIME, &passed);
  return std::chrono::steady_clock::time_point(std::chrono::seconds(passed.tv_sec) +
                                               std::chrono::nanoseconds(passed.tv_nsec));
}

std::chrono::microseconds monotonic() {
  timespec passed{};
  clock_gettime(CLOCK_MONOTONIC, &passed);
  return std::chrono::seconds(passed.tv_sec) +
         std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::nanoseconds(passed.tv_nsec));
}

}  // namespace avbrottsvakt
