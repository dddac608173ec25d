#pragma once

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>

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

/// The same for trouble that may become another: what has not just been said is said at once.
///
/// Threads: one.
class TroubleReminder {
 public:
  /// This is the trouble now. Gives whether to say it now; then it has been said.
  bool due(const std::string& trouble, Reminder::Moment now) {
    if (trouble != trouble_) {
      trouble_ = trouble;
      reminder_.over();
    }
    return reminder_.due(now);
  }

  /// There is none. Gives whether any had been said.
  bool over() {
    trouble_.clear();
    return reminder_.over();
  }

 private:
  std::string trouble_;  ///< what was said last; empty: nothing
  Reminder reminder_;
};

}  // namespace avbrottsvakt
