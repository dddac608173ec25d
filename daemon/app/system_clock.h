#pragma once

#include "base/clock.h"

namespace avbrottsvakt {

/// The machine's clocks.
class SystemClock final : public Clock {
 public:
  Instant wall() const override;
  std::chrono::steady_clock::time_point steady() const override;
};

}  // namespace avbrottsvakt
