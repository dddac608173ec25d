#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace avbrottsvakt {

/// How many lines of one kind a log takes, so that a flood of them does not push out what else is logged: the first
/// kMost of a period, which begins with a line; the others are counted. What the lines are about is kept elsewhere.
///
/// Threads: one.
class LineQuota {
 public:
  static constexpr std::int64_t kMost = 100;
  static constexpr Millis kPeriod{std::chrono::minutes{1}};
  using Moment = std::chrono::steady_clock::time_point;

  struct Verdict {
    bool log = false;
    bool last = false;          ///< the last that this period takes
    std::int64_t left_out = 0;  ///< of the period before, which this line is the first to know of
  };

  /// One more line. now == the end of the period: of the next.
  Verdict take(Moment now) {
    Verdict verdict;
    if (!since_ || now - *since_ >= kPeriod) {
      verdict.left_out = count_ > kMost ? count_ - kMost : 0;
      since_ = now;
      count_ = 0;
    }
    ++count_;
    verdict.log = count_ <= kMost;
    verdict.last = count_ == kMost;
    return verdict;
  }

 private:
  std::optional<Moment> since_;  ///< absent: no line yet
  std::int64_t count_ = 0;
};

}  // namespace avbrottsvakt
