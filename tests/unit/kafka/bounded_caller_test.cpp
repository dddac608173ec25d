#include "kafka/bounded_caller.h"

#include <gtest/gtest.h>

#include <future>
#include <memory>

namespace avbrottsvakt::kafka {
namespace {

using Patience = BoundedCaller::Patience;

TEST(BoundedCaller, GivesWhatTheJobGives) {
  BoundedCaller caller;
  EXPECT_TRUE(caller.call([](Patience&) -> Result<void> { return {}; }, Millis(60'000), "cannot"));
  const auto failed =
      caller.call([](Patience&) -> Result<void> { return fail(ErrorCode::fenced, "no"); }, Millis(60'000), "cannot");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, ErrorCode::fenced);
}

TEST(BoundedCaller, TellsAJobThatTriesAgainToStop) {
  BoundedCaller caller;
  const auto stopped = caller.call(
      [](Patience& patience) -> Result<void> {
        while (patience.wait(Millis(1))) {
        }
        return fail(ErrorCode::limit, "stopped trying");
      },
      Millis(5), "cannot");
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::limit);
  // It is still of use.
  EXPECT_TRUE(caller.call([](Patience&) -> Result<void> { return {}; }, Millis(60'000), "cannot"));
}

TEST(BoundedCaller, LeavesBehindWhatDoesNotReturn) {
  auto returns = std::make_shared<std::promise<void>>();
  auto left = std::make_shared<std::promise<void>>();
  {
    BoundedCaller caller;
    const auto late = caller.call(
        [returns, left](Patience&) -> Result<void> {
          returns->get_future().wait();
          left->set_value();
          return {};
        },
        Millis(0), "cannot commit");
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::unavailable);
    EXPECT_EQ(late.error().action, Remedy::retry);
    EXPECT_EQ(late.error().message, "cannot commit: no answer within the time limit");
    const auto next = caller.call([](Patience&) -> Result<void> { return {}; }, Millis(60'000), "cannot");
    EXPECT_FALSE(next) << "a thread that hangs takes no more calls";
  }
  returns->set_value();
  left->get_future().wait();
}

}  // namespace
}  // namespace avbrottsvakt::kafka
