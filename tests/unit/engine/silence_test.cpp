// A place that falls silent: who is told, when, in which words, and what takes it back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }

class SilentPlace : public ::testing::Test {
 protected:
  void beat(Instant now, std::string_view service, Instant when, std::string_view key = "collector") {
    Signal signal;
    signal.source = "agent";
    signal.key = key;
    signal.at = when;
    signal.labels = {{"service", std::string(service)}};
    signal.origin = Origin::heartbeat;
    signal.expect_within = dur("5m");
    Input input;
    input.stamp = now;
    input.body = Heard{{signal}, {}};
    rig_.input(input);
  }
  void beat(Instant now, std::string_view service) { beat(now, service, now); }

  Rig rig_{World().compile(), kStart};
};

TEST_F(SilentPlace, IsSaidAtTheInstantWhenTheNextSignIsOverdue) {
  beat(kStart, "dc-north");
  beat(after("4m"), "dc-north");
  rig_.tick_until(after("9m", Millis{-1}));
  EXPECT_THAT(rig_.outputs(), IsEmpty());
  rig_.tick_until(after("9m"));
  const auto alerts = rig_.all<Alert>();
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].header.at, after("9m"));
  EXPECT_EQ(alerts[0].first.id, "dc-north");
  EXPECT_EQ(alerts[0].began, after("4m"));
  EXPECT_TRUE(alerts[0].silent);
  EXPECT_EQ(alerts[0].services, 5U) << "all that stands on the hall is presumed to be gone with it";
}

TEST_F(SilentPlace, IsNotSilentIfSomebodySaidThatItIsDown) {
  rig_.signal(kStart, "dc-north", Condition::down);
  EXPECT_FALSE(rig_.all<Alert>().at(0).silent);
}

TEST_F(SilentPlace, ThatGivesSignsAgainHasRecoveredOnceTheyHeld) {
  beat(kStart, "dc-north");
  rig_.tick_until(after("10m"));
  beat(after("20m"), "dc-north");
  for (const char* later : {"24m", "28m", "32m"}) {
    beat(after(later), "dc-north");
  }
  const auto recovered = entries(rig_.outputs(), AlertReason::recovered);
  ASSERT_THAT(recovered, SizeIs(1));
  EXPECT_EQ(recovered[0].entry.at, after("20m"));
}

TEST_F(SilentPlace, WhoseSignsWereOnlyLateIsTakenBack) {
  beat(kStart, "dc-north");
  rig_.tick_until(after("6m"));
  ASSERT_THAT(rig_.all<Alert>(), SizeIs(1));
  beat(after("7m"), "dc-north", after("4m"));
  const auto alerts = rig_.all<Alert>();
  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_TRUE(alerts[1].entries.at(0).withdrawn);
}

TEST_F(SilentPlace, NothingIsConcludedFromTheSilenceOfOurOwnAbsence) {
  beat(kStart, "dc-north");
  Input resumed;
  resumed.stamp = after("60m");
  resumed.body = Resumed{kStart, after("60m")};
  rig_.restart();
  rig_.input(resumed);
  // What was sent meanwhile waits in the source.
  for (const char* missed :
       {"4m", "8m", "12m", "16m", "20m", "24m", "28m", "32m", "36m", "40m", "44m", "48m", "52m", "56m", "60m"}) {
    beat(after("60m"), "dc-north", after(missed));
  }
  Input caught_up;
  caught_up.stamp = after("60m");
  caught_up.body = CaughtUp{};
  rig_.input(caught_up);
  EXPECT_THAT(rig_.outputs(), IsEmpty());
  rig_.tick_until(after("65m"));
  EXPECT_THAT(rig_.all<Alert>(), SizeIs(1));
}

TEST_F(SilentPlace, IsSaidOnceAcrossARestart) {
  beat(kStart, "dc-north");
  rig_.tick_until(after("6m"));
  rig_.restart();
  rig_.tick_until(after("8m"));
  EXPECT_THAT(entries(rig_.outputs(), AlertReason::opened), SizeIs(1));
}

}  // namespace
}  // namespace avbrottsvakt::testing
