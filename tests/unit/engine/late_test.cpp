// What is heard late, or ahead of its time: held, said with its true instant, taken back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
constexpr Millis kOne{1};
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }

Signal signal_of(std::string_view service, Condition condition, Instant when, std::string source = "test") {
  Signal signal;
  signal.source = std::move(source);
  signal.key = std::string(service) + "/probe";
  signal.condition = condition;
  signal.at = when;
  signal.labels = {{"service", std::string(service)}};
  return signal;
}
void hear(Rig& rig, Instant stamp, std::vector<Signal> signals) {
  rig.tick_until(stamp);
  Input input;
  input.stamp = stamp;
  input.body = Heard{std::move(signals), {}};
  rig.input(std::move(input));
}
std::vector<SaidEntry> missed(const Rig& rig) { return entries(rig.outputs(), AlertReason::rto_missed, "cosmic"); }

// The world: late_after 10 s, late_quiet 10 s, late_at_most 60 s.

TEST(Late, ThatSomethingIsOutIsSaidAtOnceWhatItCrossedWaits) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("3h"), "cosmic", Condition::down, kStart);
  ASSERT_THAT(entries(rig.outputs(), AlertReason::opened), SizeIs(1));
  const auto first = all_of<Alert>(rig.outputs());
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].header.at, after("3h"));
  EXPECT_EQ(first[0].began, kStart);
  EXPECT_THAT(missed(rig), IsEmpty());
  EXPECT_THAT(all_of<ActivationPrompt>(rig.outputs()), IsEmpty());
  EXPECT_THAT(all_of<ReportPrompt>(rig.outputs()), IsEmpty());
  // Neither its level nor whom to call tells of what waits.
  EXPECT_EQ(first[0].level, Level::notice);
  for (const CallEntry& call : first[0].call) {
    EXPECT_EQ(call.role.id, "ksd-on-call");
  }

  rig.tick_until(after("3h") + dur("10s") - kOne);
  EXPECT_THAT(missed(rig), IsEmpty());
  EXPECT_EQ(rig.engine().next_deadline(), after("3h") + dur("10s"));
  rig.tick_until(after("3h") + dur("10s"));
  ASSERT_THAT(missed(rig), SizeIs(1));
  EXPECT_EQ(missed(rig)[0].entry.at, after("90m"));
  EXPECT_EQ(missed(rig)[0].said, after("3h") + dur("10s"));
  EXPECT_THAT(all_of<ActivationPrompt>(rig.outputs()), SizeIs(1));
  ASSERT_THAT(all_of<ReportPrompt>(rig.outputs()), SizeIs(1));
  EXPECT_EQ(all_of<ReportPrompt>(rig.outputs())[0].criterion_true_at, after("60m", kOne));
}

struct AgeCase {
  const char* name;
  Millis age;
  bool waits;
};
class Age : public ::testing::TestWithParam<AgeCase> {};
TEST_P(Age, DecidesWhetherItIsLate) {
  World world;
  world.plan("cosmic").rto = dur("5s");
  Rig rig(world.compile(), kStart);
  rig.signal(after("1h") + GetParam().age, "cosmic", Condition::down, after("1h"));
  EXPECT_THAT(missed(rig), SizeIs(GetParam().waits ? 0 : 1));
}
INSTANTIATE_TEST_SUITE_P(Late, Age,
                         ::testing::Values(AgeCase{"OneMillisecondLess", dur("10s") - kOne, false},
                                           AgeCase{"Exactly", dur("10s"), false},
                                           AgeCase{"OneMillisecondMore", dur("10s") + kOne, true}),
                         [](const auto& test) { return test.param.name; });

TEST(Late, TheRecoveryMayBeTheNextRecord) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("3h"), "cosmic", Condition::down, kStart);
  rig.signal(after("3h") + dur("10s") - kOne, "cosmic", Condition::up, after("20m"));
  rig.tick_until(after("5h"));
  EXPECT_THAT(missed(rig), IsEmpty());
  EXPECT_THAT(entries(rig.outputs(), AlertReason::mta_missed), IsEmpty());
  EXPECT_THAT(all_of<ActivationPrompt>(rig.outputs()), IsEmpty());
  EXPECT_THAT(all_of<ReportPrompt>(rig.outputs()), IsEmpty());
  EXPECT_EQ(standing(rig.outputs(), AlertReason::recovered, "cosmic"), after("20m"));
}

TEST(Late, ASourceThatNeverFallsSilentHoldsForAMinuteAtMost) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("3h"), "cosmic", Condition::down, kStart);
  for (int second = 5; second < 70; second += 5) {
    hear(rig, after("3h") + std::chrono::seconds(second), {signal_of("identity", Condition::up, after("3h"))});
    EXPECT_THAT(missed(rig), SizeIs(second < 60 ? 0 : 1)) << second;
  }
  EXPECT_EQ(missed(rig)[0].said, after("3h") + dur("60s"));
}

TEST(Late, AnotherSourceDoesNotProlongTheHold) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("3h"), "cosmic", Condition::down, kStart);
  hear(rig, after("3h") + dur("5s"), {signal_of("identity", Condition::up, after("3h"), "other")});
  rig.tick_until(after("3h") + dur("10s"));
  EXPECT_THAT(missed(rig), SizeIs(1));
}

TEST(Late, WhatIsCrossedAfterItWasHeardIsSaidInTime) {
  World world;
  world.rules.escalation.late_quiet = dur("60s");
  Rig rig(world.compile(), kStart);
  // Heard 5 s before the RTO is reached.
  rig.signal(after("90m") - dur("5s"), "cosmic", Condition::down, kStart);
  rig.tick_until(after("90m") - kOne);
  EXPECT_THAT(missed(rig), IsEmpty());
  rig.tick_until(after("90m"));
  ASSERT_THAT(missed(rig), SizeIs(1));
  EXPECT_EQ(missed(rig)[0].said, after("90m"));
}

TEST(Late, TheHoldSurvivesARestart) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("3h"), "cosmic", Condition::down, kStart);
  rig.restart();
  rig.tick_until(after("3h") + dur("10s") - kOne);
  EXPECT_THAT(missed(rig), IsEmpty());
  rig.restart();
  rig.tick_until(after("3h") + dur("10s"));
  EXPECT_THAT(missed(rig), SizeIs(1));
}

TEST(Late, ItReachesIncidentsThatDependOnWhatWasHeard) {
  World world;
  // Degraded is no outage of the database, but COSMIC counts it.
  PlanSpec database = world.plan("cosmic");
  database.id = "care-database";
  database.service = "care-database";
  database.counts_degraded = false;
  world.catalogue.plans.push_back(database);
  Rig rig(world.compile(), kStart);
  rig.signal(after("3h"), "care-database", Condition::degraded, kStart);
  ASSERT_THAT(entries(rig.outputs(), AlertReason::opened), SizeIs(1));
  EXPECT_THAT(missed(rig), IsEmpty());
  rig.tick_until(after("3h") + dur("10s"));
  EXPECT_THAT(missed(rig), SizeIs(1));
}

TEST(Late, AnEarlierBeginningMovesWhatWasSaid) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("30m"), "cosmic", Condition::down);
  rig.tick_until(after("125m"));
  ASSERT_EQ(standing(rig.outputs(), AlertReason::rto_missed, "cosmic"), after("120m"));
  const Instant aware = all_of<ReportPrompt>(rig.outputs()).front().aware_at;
  EXPECT_EQ(aware, after("30m"));
  hear(rig, after("126m"), {signal_of("cosmic", Condition::down, after("10m"))});
  rig.tick_until(after("127m"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::rto_missed, "cosmic"), after("100m"));
  EXPECT_EQ(missed(rig).back().entry.was_at, after("120m"));
  const auto amended = entries(rig.outputs(), AlertReason::amended, "cosmic");
  ASSERT_THAT(amended, SizeIs(1));
  EXPECT_EQ(amended[0].entry.at, after("10m"));
  EXPECT_EQ(amended[0].entry.was_at, after("30m"));
  // The criterion moved; awareness did not.
  const ReportPrompt last = all_of<ReportPrompt>(rig.outputs()).back();
  EXPECT_EQ(last.kind, ReportPrompt::Kind::amended);
  EXPECT_EQ(last.because, "criterion_moved");
  EXPECT_EQ(last.criterion_true_at, after("70m", kOne));
  EXPECT_EQ(last.aware_at, aware);
}

TEST(Late, ARecoveryBeforeTheCrossingWithdrawsWhatWasSaid) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("130m"));
  ASSERT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "emergency-east"), after("2h"));
  ASSERT_THAT(all_of<ReportPrompt>(rig.outputs()), SizeIs(1));
  rig.said();
  rig.signal(after("130m"), "cosmic", Condition::up, after("20m"));
  EXPECT_EQ(story(rig.said()), "");
  rig.tick_until(after("130m") + dur("10s"));
  for (const AlertReason reason : {AlertReason::rto_missed, AlertReason::activation}) {
    EXPECT_EQ(standing(rig.outputs(), reason, "cosmic"), std::nullopt);
  }
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "emergency-east"), std::nullopt);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::legal, "nis2"), std::nullopt);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::recovered, "cosmic"), after("20m"));
  EXPECT_EQ(all_of<ReportPrompt>(rig.outputs()).back().kind, ReportPrompt::Kind::withdrawn);
  EXPECT_EQ(all_of<ActivationPrompt>(rig.outputs()).back().kind, ActivationPrompt::Kind::withdrawn);
  // Each withdrawal names what it takes back.
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 50), std::nullopt);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 75), std::nullopt);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 100), std::nullopt);
  // Nothing more, ever.
  rig.said();
  rig.tick_until(after("100h"));
  EXPECT_EQ(story(rig.said()), "");
}

// Ahead of the log: future_at_most 5 min.

struct AheadCase {
  const char* name;
  Millis ahead;
  bool refused;
};
class Ahead : public ::testing::TestWithParam<AheadCase> {};
TEST_P(Ahead, IsRefusedBeyondTheTolerance) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1h"), "cosmic", Condition::down, after("1h") + GetParam().ahead);
  EXPECT_THAT(all_of<DeadLetter>(rig.outputs()), SizeIs(GetParam().refused ? 1 : 0));
  rig.tick_until(after("2h"));
  const auto opened = entries(rig.outputs(), AlertReason::opened);
  ASSERT_THAT(opened, SizeIs(GetParam().refused ? 0 : 1));
  if (!GetParam().refused) {
    EXPECT_EQ(opened[0].said, after("1h") + GetParam().ahead);
    EXPECT_EQ(opened[0].entry.at, after("1h") + GetParam().ahead);
  }
}
INSTANTIATE_TEST_SUITE_P(Late, Ahead,
                         ::testing::Values(AheadCase{"Now", Millis{0}, false}, AheadCase{"OneMillisecond", kOne, false},
                                           AheadCase{"OneMillisecondLess", dur("5m") - kOne, false},
                                           AheadCase{"Exactly", dur("5m"), false},
                                           AheadCase{"OneMillisecondMore", dur("5m") + kOne, true}),
                         [](const auto& test) { return test.param.name; });

TEST(Ahead, ARootThatLiesAheadIsFoundWhenItsTimeComes) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.signal(after("2m"), "dc-north", Condition::down, after("4m"));
  rig.tick_until(after("4m") - kOne);
  EXPECT_THAT(entries(rig.outputs(), AlertReason::root_found), IsEmpty());
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().root.id, "cosmic");
  rig.tick_until(after("30m"));
  ASSERT_THAT(entries(rig.outputs(), AlertReason::root_found), SizeIs(1));
  EXPECT_EQ(entries(rig.outputs(), AlertReason::root_found)[0].said, after("4m"));
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().header.incident, "2026-0001");
}

TEST(Ahead, ARecoveryThatLiesAheadEndsTheOutageWhenItsTimeComes) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.signal(after("29m"), "cosmic", Condition::up, after("31m", kOne));
  rig.tick_until(after("30m"));
  rig.tick_until(after("41m"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::activation, "cosmic"), after("31m"));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::recovered), IsEmpty());
  rig.tick_until(after("41m", kOne));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::recovered, "cosmic"), after("31m", kOne));
}

// After an absence.

Input plain(Instant stamp, decltype(Input::body) body) {
  Input input;
  input.stamp = stamp;
  input.body = std::move(body);
  return input;
}

TEST(Absence, NothingIsSaidUntilTheSourcesHaveBeenReadUp) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.tick_until(after("40m"));
  rig.said();
  rig.restart();
  rig.input(plain(after("3h"), Resumed{after("40m"), after("3h")}));
  EXPECT_TRUE(rig.engine().catching_up());
  // The recovery waited in the source: RTO at 91 min was kept.
  rig.signal(after("3h") + dur("1s"), "cosmic", Condition::up, after("80m"));
  EXPECT_EQ(story(rig.said()), "");
  rig.input(plain(after("3h") + dur("2s"), CaughtUp{}));
  EXPECT_EQ(story(rig.said()),
            "04:00:02 0001 none cosmic: ladder(cosmic) legal(nis2) recovered(cosmic)\n"
            "04:00:02 0001 nis2 assess early_warning\n");
  rig.tick_until(after("3h") + dur("20m"));
  EXPECT_EQ(story(rig.said()), "");
}

TEST(Absence, WhatCameDueIsSaidOnceAndSaysThatTheDaemonWasBlind) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.tick_until(after("40m"));
  rig.said();
  rig.restart();
  rig.input(plain(after("3h"), Resumed{after("40m"), after("3h")}));
  rig.tick_until(after("3h") + dur("59s"));
  EXPECT_EQ(story(rig.said()), "");
  rig.input(plain(after("3h") + dur("59s"), CaughtUp{}));
  EXPECT_FALSE(rig.engine().catching_up());
  const auto said = rig.said();
  const auto alerts = all_of<Alert>(said);
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].blind_from, after("40m"));
  EXPECT_EQ(alerts[0].blind_until, after("3h"));
  EXPECT_FALSE(alerts[0].header.lagging);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::rto_missed, "cosmic"), after("91m"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "emergency-east"), after("121m"));
  EXPECT_EQ(missed(rig)[0].said, after("3h") + dur("59s"));
}

TEST(Absence, AfterAMinuteItSpeaksMarkedAsLagging) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.tick_until(after("40m"));
  rig.said();
  rig.input(plain(after("3h"), Resumed{after("40m"), after("3h")}));
  EXPECT_EQ(rig.engine().next_deadline(), after("3h") + dur("60s"));
  rig.tick_until(after("3h") + dur("60s") - kOne);
  EXPECT_EQ(story(rig.said()), "");
  rig.tick_until(after("3h") + dur("60s"));
  const auto late = rig.said();
  ASSERT_FALSE(late.empty());
  for (const Output& output : late) {
    EXPECT_TRUE(header_of(output).lagging);
    EXPECT_EQ(header_of(output).at, after("3h") + dur("60s"));
  }
  // Once they have been read up, it no longer lags.
  rig.input(plain(after("3h") + dur("90s"), CaughtUp{}));
  rig.signal(after("3h") + dur("2m"), "identity", Condition::down);
  for (const Output& output : rig.said()) {
    EXPECT_FALSE(header_of(output).lagging);
  }
}

TEST(Absence, ARestartWhileCatchingUpGoesOnCatchingUp) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.tick_until(after("40m"));
  rig.said();
  rig.input(plain(after("3h"), Resumed{after("40m"), after("3h")}));
  rig.restart();
  EXPECT_TRUE(rig.engine().catching_up());
  EXPECT_EQ(rig.engine().next_deadline(), after("3h") + dur("60s"));
  EXPECT_EQ(story(rig.said()), "");
}

TEST(Absence, AnotherStartWhileCatchingUpDoesNotProlongTheSilence) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.tick_until(after("40m"));
  rig.input(plain(after("3h"), Resumed{after("40m"), after("3h")}));
  rig.restart();
  rig.input(plain(after("3h") + dur("50s"), Resumed{after("3h"), after("3h") + dur("50s")}));
  EXPECT_EQ(rig.engine().next_deadline(), after("3h") + dur("60s"));
  rig.said();
  rig.tick_until(after("3h") + dur("60s"));
  const auto alerts = all_of<Alert>(rig.said());
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].blind_from, after("40m"));
  EXPECT_EQ(alerts[0].blind_until, after("3h") + dur("50s"));
}

TEST(Absence, ASecondOneThatOutlastsTheFirstIsCaughtUpWithAnew) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.tick_until(after("40m"));
  rig.said();
  rig.input(plain(after("3h"), Resumed{after("40m"), after("3h")}));
  rig.restart();
  rig.input(plain(after("5h"), Resumed{after("3h"), after("5h")}));
  EXPECT_EQ(story(rig.said()), "");
  EXPECT_EQ(rig.engine().next_deadline(), after("5h") + dur("60s"));
}

TEST(Absence, IncidentsThatMergedUnheardOfAreNotNamed) {
  Rig rig(World().compile(), kStart);
  rig.input(plain(after("1m"), Resumed{kStart, after("1m")}));
  rig.signal(after("1m") + dur("1s"), "cosmic", Condition::down);
  rig.signal(after("1m") + dur("2s"), "lab", Condition::down);
  rig.signal(after("1m") + dur("3s"), "dc-north", Condition::down, after("1m"));
  rig.input(plain(after("1m") + dur("4s"), CaughtUp{}));
  ASSERT_THAT(all_of<Alert>(rig.outputs()), SizeIs(1));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::merged), IsEmpty());
  EXPECT_THAT(entries(rig.outputs(), AlertReason::merged_away), IsEmpty());
}

}  // namespace
}  // namespace avbrottsvakt::testing
