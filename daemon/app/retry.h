#pragma once

#include <algorithm>

#include "base/time.h"

namespace avbrottsvakt {

/// How long to wait before something that failed is tried again: at first soon, then ever longer, kMost at most.
///
/// Threads: one.
class Retry {
 public:
  static constexpr Millis kFirst{500};
  static constexpr Millis kMost{30'000};
  /// An attempt that took so long has waited itself, as a standby's does for the group: what it waits for must not come
  /// while nobody looks.
  static constexpr Millis kWaitedItself{5'000};

  /// An attempt that took `took` has failed. took == kWaitedItself: it has waited itself.
  Millis after(Millis took) {
    pause_ = took >= kWaitedItself ? kFirst : std::clamp(pause_ * 2, kFirst, kMost);
    return pause_;
  }

 private:
  Millis pause_{0};
};

}  // namespace avbrottsvakt
