#pragma once

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/time.h"

namespace avbrottsvakt {

/// When to say again what is still so: at once, after a minute, then each time after twice as long, an hour at most.
/// Somebody who looks an hour later must find it, and nobody should have to look for anything else between its lines.
///
/// Threads: one.
class Reminder {
 public:
  static constexpr Millis kFirst{std::chrono::minutes{1}};
  static constexpr Millis kMost{std::chrono::hours{1}};
  using Moment = std::chrono::steady_clock::time_point;

  /// It is so. Gives whether to say it now; then it has been said. now == the instant at which it is due: yes.
  bool due(Moment now) {
    if (next_ && now < *next_) {
      return false;
    }
    pause_ = next_ ? std::min(pause_ * 2, kMost) : kFirst;
    next_ = now + pause_;
    return true;
  }

  /// It is no longer so. Gives whether it had been said.
  bool over() {
    const bool said = next_.has_value();
    next_.reset();
    return said;
  }

 private:
  std::optional<Moment> next_;  ///< absent: it was not so
  Millis pause_{0};
};

}  // namespace avbrottsvakt
