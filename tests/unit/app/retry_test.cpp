#include "app/retry.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace avbrottsvakt {
namespace {

constexpr Millis kAtOnce{0};
constexpr Millis kJustBelow{4'999};
constexpr Millis kExactly{5'000};

struct RetryCase {
  const char* name;
  std::vector<Millis> took;
  Millis pause;  ///< after the last
};

class RetryPause : public ::testing::TestWithParam<RetryCase> {};

TEST_P(RetryPause, GrowsUnlessTheAttemptHasWaitedItself) {
  Retry retry;
  Millis pause{0};
  for (const Millis took : GetParam().took) pause = retry.after(took);
  EXPECT_EQ(pause, GetParam().pause);
}

INSTANTIATE_TEST_SUITE_P(Boundaries, RetryPause,
                         ::testing::Values(RetryCase{"TheFirst", {kAtOnce}, Millis{500}},
                                           RetryCase{"TheSecond", {kAtOnce, kAtOnce}, Millis{1'000}},
                                           RetryCase{"TheLastBelowTheMost", std::vector(6, kAtOnce), Millis{16'000}},
                                           RetryCase{"TheMost", std::vector(7, kAtOnce), Millis{30'000}},
                                           RetryCase{"ForEver", std::vector(99, kAtOnce), Millis{30'000}},
                                           RetryCase{
                                               "NearlyWaitedItself", {kAtOnce, kAtOnce, kJustBelow}, Millis{2'000}},
                                           RetryCase{"WaitedItself", {kAtOnce, kAtOnce, kExactly}, Millis{500}},
                                           // A standby: however long it has stood by, it looks again at once.
                                           RetryCase{"StoodByForLong", std::vector(99, Millis{10'000}), Millis{500}},
                                           RetryCase{"ThenFailsAtOnce", {kExactly, kAtOnce}, Millis{1'000}}),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace avbrottsvakt
