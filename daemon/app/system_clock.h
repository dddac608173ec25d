#pragma once

#include "base/clock.h"

namespace avbrottsvakt {

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Instant wall() const override;
  std::chrono::steady_clock::time_point steady() const override;
};

/// The clock by which a service manager orders what it is told (CLOCK_MONOTONIC): another one than steady(), since it
/// stands still while the machine sleeps.
std::chrono::microseconds monotonic();

}  // namespace avbrottsvakt
