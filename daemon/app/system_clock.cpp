#include "app/system_clock.h"

namespace avbrottsvakt {

Instant SystemClock::wall() const { return std::chrono::floor<Millis>(std::chrono::system_clock::now()); }

std::chrono::steady_clock::time_point SystemClock::steady() const { return std::chrono::steady_clock::now(); }

}  // namespace avbrottsvakt
