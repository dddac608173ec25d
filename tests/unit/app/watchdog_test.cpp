// When the service manager is told that the daemon lives: when all parts go on, and not a word before.

#include "app/watchdog.h"

#include <gtest/gtest.h>

#include <optional>

namespace avbrottsvakt {
namespace {

using std::chrono::seconds;

class WatchdogTest : public ::testing::Test {
 protected:
  FakeClock clock_{*parse_instant("2026-11-22T01:00:00Z")};
  int said_ = 0;
  Watchdog watchdog_{clock_, seconds{15}, [this] { ++said_; }};
};

TEST_F(WatchdogTest, OnePartFeedsItWheneverItGoesOn) {
  Watchdog::Part owner(watchdog_);
  EXPECT_EQ(said_, 0);
  owner.goes_on();
  EXPECT_EQ(said_, 1);
}

struct Case {
  const char* name;
  Millis after;
  int said;
};

class OftenEnough : public WatchdogTest, public ::testing::WithParamInterface<Case> {};

TEST_P(OftenEnough, ButNotMoreOften) {
  Watchdog::Part owner(watchdog_);
  owner.goes_on();
  clock_.advance(GetParam().after);
  owner.goes_on();
  EXPECT_EQ(said_, GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(Times, OftenEnough,
                         ::testing::Values(Case{"AMillisecondShort", Millis{14'999}, 1},
                                           Case{"Exactly", Millis{15'000}, 2}, Case{"Later", Millis{15'001}, 2}),
                         [](const auto& test) { return test.param.name; });

TEST_F(WatchdogTest, APartThatStandsStillKeepsItSilent) {
  Watchdog::Part owner(watchdog_);
  Watchdog::Part source(watchdog_);
  owner.goes_on();
  EXPECT_EQ(said_, 0);
  source.goes_on();
  EXPECT_EQ(said_, 1);
  // From here the source hangs. What it did before it was last told counts for nothing.
  for (int i = 0; i < 100; ++i) {
    clock_.advance(seconds{15});
    owner.goes_on();
  }
  EXPECT_EQ(said_, 1);
  source.goes_on();
  EXPECT_EQ(said_, 2);
}

TEST_F(WatchdogTest, WhatStoppedInOrderIsNotWaitedFor) {
  Watchdog::Part owner(watchdog_);
  {
    Watchdog::Part source(watchdog_);
    owner.goes_on();
    EXPECT_EQ(said_, 0);
  }
  owner.goes_on();
  EXPECT_EQ(said_, 1);
}

TEST_F(WatchdogTest, ANewPartMustGoOnToo) {
  Watchdog::Part owner(watchdog_);
  owner.goes_on();
  Watchdog::Part source(watchdog_);
  clock_.advance(seconds{60});
  owner.goes_on();
  EXPECT_EQ(said_, 1);
  source.goes_on();
  EXPECT_EQ(said_, 2);
}

TEST(WatchdogWithoutServiceManager, SaysNothing) {
  const FakeClock clock(*parse_instant("2026-11-22T01:00:00Z"));
  Watchdog watchdog(clock, seconds{15}, nullptr);
  Watchdog::Part(watchdog).goes_on();
}

}  // namespace
}  // namespace avbrottsvakt
