// Facts by themselves: causes and their labels, bounds, what explains what.
#include "engine/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>

#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }

Signal signal_of(std::string key, Condition condition, Instant when, std::string_view service) {
  Signal signal;
  signal.source = "test";
  signal.key = std::move(key);
  signal.condition = condition;
  signal.at = when;
  if (!service.empty()) {
    signal.labels = {{"service", std::string(service)}};
  }
  return signal;
}

class FactsTest : public ::testing::Test {
 protected:
  FactsTest() { facts_.set_catalogue(&bundle_->catalogue); }
  Facts::Outcome hear(const Signal& signal) {
    CauseIx cause = 0;
    return facts_.hear(signal, cause);
  }
  std::vector<NodeIx> settle() {
    std::vector<NodeIx> touched;
    facts_.settle(touched);
    return touched;
  }
  NodeIx service(std::string_view id) const { return bundle_->catalogue.service(id).value(); }
  const Intervals& outages(std::string_view id) const { return facts_.outages(service(id)); }
  /// As they are committed: of one key the first counts.
  std::map<std::string, std::optional<StateRecord>> taken() {
    std::vector<StateChange> changes;
    facts_.take_changed(changes);
    std::map<std::string, std::optional<StateRecord>> taken;
    for (const StateChange& change : changes) {
      taken.emplace(change.key, change.record ? std::optional(copy_of(*change.record)) : std::nullopt);
    }
    return taken;
  }
  /// The same facts from what is kept, as after a restart.
  Facts rebuilt() {
    for (auto& [key, record] : taken()) {
      kept_[key] = std::move(record);
    }
    Facts again;
    for (const auto& [key, record] : kept_) {
      if (record) {
        again.restore(std::get<CauseRecord>(*record));
      }
    }
    again.set_catalogue(&bundle_->catalogue);
    std::vector<NodeIx> touched;
    again.settle(touched);
    return again;
  }

  BundlePtr bundle_ = World().compile();
  Facts facts_;
  std::map<std::string, std::optional<StateRecord>> kept_;
};

TEST_F(FactsTest, ARecoveryMayCarryNoLabelsAndComeFirst) {
  hear(signal_of("p1", Condition::up, after("20m"), ""));
  hear(signal_of("p1", Condition::down, after("5m"), "cosmic"));
  settle();
  EXPECT_THAT(outages("cosmic"), ElementsAre(Interval{after("5m"), after("20m")}));
}

TEST_F(FactsTest, TheLatestLabelsDecideWhicheverIsHeardFirst) {
  const Signal early = signal_of("p1", Condition::down, after("5m"), "lab");
  const Signal late = signal_of("p1", Condition::down, after("6m"), "identity");
  for (const bool swapped : {false, true}) {
    Facts facts;
    facts.set_catalogue(&bundle_->catalogue);
    CauseIx cause = 0;
    facts.hear(swapped ? late : early, cause);
    facts.hear(swapped ? early : late, cause);
    std::vector<NodeIx> touched;
    facts.settle(touched);
    EXPECT_THAT(facts.outages(service("lab")), IsEmpty());
    EXPECT_THAT(facts.outages(service("identity")), ElementsAre(Interval{after("5m"), kNever}));
  }
}

TEST_F(FactsTest, WhatStandsBehindACauseIsSaidWithItsLabels) {
  Signal monitored = signal_of("p1", Condition::down, after("5m"), "cosmic");
  Signal reported = monitored;
  reported.origin = Origin::person;
  Signal ended = signal_of("p1", Condition::up, after("20m"), "");
  ended.origin = Origin::probe;
  for (const bool swapped : {false, true}) {
    Facts facts;
    facts.set_catalogue(&bundle_->catalogue);
    CauseIx cause = 0;
    for (const Signal& signal : {swapped ? reported : monitored, ended, swapped ? monitored : reported}) {
      facts.hear(signal, cause);
    }
    EXPECT_EQ(facts.cause(cause).origin, Origin::person) << "of two at one instant the same one each time";
  }
}

TEST_F(FactsTest, ACauseKnowsWhenItsNextHeartbeatShouldBeHere) {
  Signal beat = signal_of("dc-north", Condition::up, after("5m"), "cosmic");
  beat.origin = Origin::heartbeat;
  beat.expect_within = dur("5m");
  CauseIx cause = 0;
  facts_.hear(beat, cause);
  beat.at = after("10m");
  beat.expect_within = dur("2m");
  facts_.hear(beat, cause);
  beat.at = after("7m");
  beat.expect_within = dur("5m");
  facts_.hear(beat, cause);
  EXPECT_EQ(facts_.cause(cause).expect_within, dur("2m"));
  EXPECT_EQ(facts_.cause(cause).labels_at, after("10m"));
}

TEST_F(FactsTest, WhatWasHeardBeforeChangesNothing) {
  const Signal down = signal_of("p1", Condition::down, after("5m"), "cosmic");
  EXPECT_EQ(hear(down), Facts::Outcome::changed);
  EXPECT_THAT(settle(), ::testing::Not(IsEmpty()));
  EXPECT_EQ(hear(down), Facts::Outcome::unchanged);
  EXPECT_EQ(hear(signal_of("p1", Condition::down, after("6m"), "cosmic")), Facts::Outcome::kept);
  EXPECT_THAT(settle(), IsEmpty());
}

TEST_F(FactsTest, AnotherCauseKeepsAServiceDown) {
  hear(signal_of("p1", Condition::down, after("5m"), "cosmic"));
  hear(signal_of("p2", Condition::degraded, after("6m"), "cosmic"));
  settle();
  hear(signal_of("p1", Condition::up, after("10m"), "cosmic"));
  settle();
  EXPECT_THAT(outages("cosmic"), ElementsAre(Interval{after("5m"), kNever}));
  EXPECT_EQ(condition_at(facts_.effective(service("cosmic")), after("10m")), Condition::degraded);
  EXPECT_EQ(condition_at(facts_.effective(service("cosmic")), after("9m")), Condition::down);
}

// Signs of life: silence is an outage since the last of them.

Signal beat_of(std::string key, Instant when, std::string_view service, std::string_view within = "5m") {
  Signal beat = signal_of(std::move(key), Condition::up, when, service);
  beat.origin = Origin::heartbeat;
  beat.expect_within = dur(within);
  return beat;
}

struct SilenceCase {
  const char* name;
  Instant now;
  bool silent;
};
class Silence : public FactsTest, public ::testing::WithParamInterface<SilenceCase> {};
TEST_P(Silence, IsAnOutageSinceTheLastSignOfLifeOnceTheNextIsOverdue) {
  hear(beat_of("b", after("0m"), "dc-north"));
  hear(beat_of("b", after("4m"), "dc-north"));
  facts_.take_silent(GetParam().now);
  settle();
  if (GetParam().silent) {
    EXPECT_THAT(outages("dc-north"), ElementsAre(Interval{after("4m"), kNever}));
    EXPECT_THAT(outages("care-database"), ElementsAre(Interval{after("4m"), kNever}));
    EXPECT_EQ(facts_.next_silence(), std::nullopt);
  } else {
    EXPECT_THAT(outages("dc-north"), IsEmpty());
    EXPECT_EQ(facts_.next_silence(), after("9m"));
  }
}
INSTANTIATE_TEST_SUITE_P(Facts, Silence,
                         ::testing::Values(SilenceCase{"OneMillisecondBefore", after("9m", Millis{-1}), false},
                                           SilenceCase{"Exactly", after("9m"), true},
                                           SilenceCase{"OneMillisecondAfter", after("9m", Millis{1}), true}),
                         [](const auto& test) { return test.param.name; });

TEST_F(FactsTest, ASignOfLifeThatCameLateTakesTheSilenceBack) {
  hear(beat_of("b", after("0m"), "dc-north"));
  facts_.take_silent(after("6m"));
  settle();
  ASSERT_THAT(outages("dc-north"), SizeIs(1));
  hear(beat_of("b", after("5m"), "dc-north"));
  settle();
  EXPECT_THAT(outages("dc-north"), IsEmpty());
  EXPECT_EQ(facts_.next_silence(), after("10m"));
}

TEST_F(FactsTest, AHoleBetweenSignsOfLifeWasAnOutage) {
  hear(beat_of("b", after("0m"), "dc-north"));
  facts_.take_silent(after("40m"));
  hear(beat_of("b", after("30m"), "dc-north"));
  facts_.take_silent(after("40m"));
  settle();
  EXPECT_THAT(outages("dc-north"), ElementsAre(Interval{after("0m"), kNever}))
      << "one sign of life that none follows ends nothing";
  EXPECT_EQ(condition_at(facts_.effective(service("dc-north")), after("32m")), Condition::down);
  hear(beat_of("b", after("35m"), "dc-north"));
  hear(beat_of("b", after("40m"), "dc-north"));
  settle();
  EXPECT_THAT(outages("dc-north"), ElementsAre(Interval{after("0m"), after("30m")}));
}

TEST_F(FactsTest, APlaceIsGoneOnlyWhenAllThatIsThereIsSilent) {
  hear(beat_of("a", after("0m"), "dc-north"));
  hear(beat_of("b", after("0m"), "dc-north"));
  hear(beat_of("b", after("2m"), "dc-north"));
  facts_.take_silent(after("6m"));
  settle();
  EXPECT_THAT(outages("dc-north"), IsEmpty()) << "one collector that falls silent has failed itself";
  facts_.take_silent(after("7m"));
  settle();
  EXPECT_THAT(outages("dc-north"), ElementsAre(Interval{after("2m"), kNever})) << "since the last of them";
}

TEST_F(FactsTest, WhatNeverGaveASignOfLifeIsNotSilent) {
  hear(signal_of("p", Condition::up, after("0m"), "dc-north"));
  facts_.take_silent(after("600m"));
  settle();
  EXPECT_THAT(outages("dc-north"), IsEmpty());
  EXPECT_EQ(facts_.next_silence(), std::nullopt);
}

TEST_F(FactsTest, SilenceSurvivesARestart) {
  hear(beat_of("b", after("0m"), "dc-north"));
  hear(beat_of("b", after("5m"), "dc-north"));
  Facts again = rebuilt();
  EXPECT_EQ(again.next_silence(), after("10m"));
  again.take_silent(after("10m"));
  std::vector<NodeIx> touched;
  again.settle(touched);
  EXPECT_THAT(again.outages(service("dc-north")), ElementsAre(Interval{after("5m"), kNever}));
}

// Evidence: who tried the service from end to end knows better than what is inferred from below.

Signal probe_of(Condition condition, Instant when, std::string_view service) {
  Signal probe = signal_of("end-to-end", condition, when, service);
  probe.origin = Origin::probe;
  return probe;
}

struct EvidenceCase {
  const char* name;
  std::vector<Signal> heard;  ///< the hall is down since 10m
  bool down;                  ///< COSMIC at 20m
};
class Evidence : public FactsTest, public ::testing::WithParamInterface<EvidenceCase> {};
TEST_P(Evidence, IsWeighed) {
  hear(signal_of("hall", Condition::down, after("10m"), "dc-north"));
  for (const Signal& signal : GetParam().heard) {
    hear(signal);
  }
  settle();
  EXPECT_EQ(condition_at(facts_.effective(service("cosmic")), after("20m")) == Condition::down, GetParam().down);
}
Signal reported_by_a_person(Condition condition, Instant when) {
  Signal report = signal_of("ticket", condition, when, "cosmic");
  report.origin = Origin::person;
  return report;
}
INSTANTIATE_TEST_SUITE_P(
    Facts, Evidence,
    ::testing::Values(
        EvidenceCase{"WithoutAProbeInferenceHolds", {}, true},
        EvidenceCase{"AProbeThatWorkedSinceOutranksIt", {probe_of(Condition::up, after("11m"), "cosmic")}, false},
        EvidenceCase{"AtTheSameInstantToo", {probe_of(Condition::up, after("10m"), "cosmic")}, false},
        EvidenceCase{"OneFromBeforeSaysNothing", {probe_of(Condition::up, after("10m", Millis{-1}), "cosmic")}, true},
        EvidenceCase{"AProbeThatFailsIsACauseOfItsOwn", {probe_of(Condition::down, after("11m"), "cosmic")}, true},
        EvidenceCase{
            "AMonitoringToolThatIsGreenIsNoProbe", {signal_of("agent", Condition::up, after("11m"), "cosmic")}, true},
        EvidenceCase{"AProbeOfWhatLiesBetweenCounts", {probe_of(Condition::up, after("11m"), "care-database")}, false},
        EvidenceCase{
            "APersonOutranksAGreenProbe",
            {probe_of(Condition::up, after("11m"), "cosmic"), reported_by_a_person(Condition::down, after("12m"))},
            true}),
    [](const auto& test) { return test.param.name; });

// Bounds: 256 points per cause.

TEST_F(FactsTest, RepeatsBeyondTheBoundLeaveTheOutageAsItIs) {
  hear(signal_of("p1", Condition::down, after("5m"), "cosmic"));
  for (int i = 1; i < 1000; ++i) {
    hear(signal_of("p1", Condition::down, after("5m", Millis(i)), "cosmic"));
  }
  settle();
  EXPECT_THAT(outages("cosmic"), ElementsAre(Interval{after("5m"), kNever}));
  CauseIx cause = 0;
  facts_.hear(signal_of("p1", Condition::down, after("5m"), "cosmic"), cause);
  EXPECT_LE(facts_.cause(cause).points.size(), Facts::kPointsMax);
  EXPECT_EQ(rebuilt().outages(service("cosmic")), outages("cosmic"));
}

TEST_F(FactsTest, FlappingBeyondTheBoundNeverMovesTheBeginningOfTheOutage) {
  // Up for a second each minute: less than the ten minutes that a recovery must hold.
  for (int i = 0; i < 1000; ++i) {
    hear(signal_of("p1", Condition::down, kStart + std::chrono::minutes(i), "cosmic"));
    settle();
    hear(signal_of("p1", Condition::up, kStart + std::chrono::minutes(i) + dur("59s"), "cosmic"));
    settle();
  }
  hear(signal_of("p1", Condition::down, after("1000m"), "cosmic"));
  settle();
  EXPECT_THAT(outages("cosmic"), ElementsAre(Interval{kStart, kNever}));
  CauseIx cause = 0;
  facts_.hear(signal_of("p1", Condition::down, after("1000m"), "cosmic"), cause);
  EXPECT_LE(facts_.cause(cause).points.size(), Facts::kPointsMax);
  EXPECT_EQ(rebuilt().outages(service("cosmic")), outages("cosmic"));
}

TEST_F(FactsTest, WhatIsForgottenOfOneCauseCountsWhereNoOtherWasAsBad) {
  // Down by another cause for the first 200 minutes, degraded for the next 200, and then not at all.
  hear(signal_of("p2", Condition::down, kStart, "cosmic"));
  hear(signal_of("p2", Condition::degraded, after("200m"), "cosmic"));
  hear(signal_of("p2", Condition::up, after("400m"), "cosmic"));
  for (int i = 0; i < 600; ++i) {
    hear(signal_of("p1", Condition::down, kStart + std::chrono::minutes(i), "cosmic"));
    hear(signal_of("p1", Condition::up, kStart + std::chrono::minutes(i) + dur("30s"), "cosmic"));
    settle();
    ASSERT_EQ(rebuilt().effective(service("cosmic")), facts_.effective(service("cosmic"))) << "minute " << i;
  }
}

TEST_F(FactsTest, OfManyOutagesTheShortestRecoveryIsForgotten) {
  // 200 outages of a minute each, an hour apart; between two of them there were only twenty minutes.
  const auto begins = [](int i) { return kStart + std::chrono::hours(i) + (i == 150 ? -dur("39m") : Millis{0}); };
  for (int i = 0; i < 129; ++i) {
    const int n = i + 30;
    hear(signal_of("p1", Condition::down, begins(n), "cosmic"));
    hear(signal_of("p1", Condition::up, begins(n) + dur("1m"), "cosmic"));
  }
  settle();
  ASSERT_THAT(outages("cosmic"), SizeIs(128));
  EXPECT_EQ(outages("cosmic").front().from, begins(30));
  EXPECT_EQ(outages("cosmic").back().until, begins(158) + dur("1m"));
  for (const Interval& outage : outages("cosmic")) {
    if (outage.from == begins(149)) {
      EXPECT_EQ(outage.until, begins(150) + dur("1m"));
    } else {
      EXPECT_EQ(outage.until - outage.from, dur("1m"));
    }
  }
  EXPECT_EQ(rebuilt().outages(service("cosmic")), outages("cosmic"));
}

TEST_F(FactsTest, AWorseningIsNeverForgotten) {
  // Degraded and down by turns, never up: no recovery to forget but those from down to degraded.
  for (int i = 0; i < 400; ++i) {
    hear(signal_of("p1", i % 2 == 0 ? Condition::degraded : Condition::down, kStart + std::chrono::minutes(i), "lab"));
  }
  settle();
  EXPECT_THAT(outages("lab"), ElementsAre(Interval{kStart, kNever}));
  EXPECT_EQ(condition_at(facts_.effective(service("lab")), kStart), Condition::degraded);
  EXPECT_EQ(condition_at(facts_.effective(service("lab")), after("399m")), Condition::down);
}

// Forgetting.

TEST_F(FactsTest, PruningForgetsCausesThatHaveEnded) {
  hear(signal_of("p1", Condition::down, after("5m"), "cosmic"));
  hear(signal_of("p1", Condition::up, after("10m"), "cosmic"));
  hear(signal_of("p2", Condition::down, after("20m"), "lab"));
  settle();
  taken();
  facts_.prune(after("10m"));
  EXPECT_EQ(facts_.cause_count(), 2U);
  facts_.prune(after("10m", Millis(1)));
  settle();
  EXPECT_EQ(facts_.cause_count(), 1U);
  EXPECT_THAT(outages("cosmic"), IsEmpty());
  EXPECT_THAT(outages("lab"), ElementsAre(Interval{after("20m"), kNever}));
  const auto changed = taken();
  ASSERT_THAT(changed, SizeIs(1));
  EXPECT_EQ(changed.at("cause/test/p1"), std::nullopt);
  // Its place is used again, by one that knows nothing of it.
  hear(signal_of("p3", Condition::down, after("30m"), "identity"));
  settle();
  EXPECT_THAT(outages("cosmic"), IsEmpty());
  EXPECT_THAT(outages("identity"), ElementsAre(Interval{after("30m"), kNever}));
}

TEST_F(FactsTest, WhatIsOlderThanTheEdgeIsRefusedAndAtTheEdgeHeard) {
  hear(signal_of("p1", Condition::degraded, after("5m"), "cosmic"));
  settle();
  facts_.prune(after("10m"));
  EXPECT_EQ(hear(signal_of("p1", Condition::down, after("10m", -Millis(1)), "cosmic")), Facts::Outcome::out_of_horizon);
  EXPECT_EQ(hear(signal_of("p1", Condition::down, after("10m"), "cosmic")), Facts::Outcome::changed);
}

TEST_F(FactsTest, ACauseThatIsForgottenAndComesBackInOneCommitIsKept) {
  hear(signal_of("p1", Condition::up, after("5m"), "cosmic"));
  settle();
  taken();
  facts_.prune(after("10m"));
  hear(signal_of("p1", Condition::down, after("20m"), "cosmic"));
  settle();
  const auto changed = taken();
  ASSERT_THAT(changed, SizeIs(1));
  ASSERT_TRUE(changed.begin()->second.has_value());
  EXPECT_THAT(std::get<CauseRecord>(*changed.begin()->second).points, SizeIs(1));
}

// What explains an outage.

NodeOutage outage(NodeIx node, Instant from, Instant until = kNever) { return {node, {from, until}}; }

TEST_F(FactsTest, TheRootIsTheMostUpstream) {
  hear(signal_of("p1", Condition::down, after("1m"), "cosmic"));
  hear(signal_of("p2", Condition::down, after("5m"), "care-database"));
  hear(signal_of("p3", Condition::down, after("7m"), "dc-north"));
  settle();
  const NodeOutage cosmic = outage(service("cosmic"), after("1m"));
  EXPECT_EQ(facts_.explained_by(cosmic, dur("4m")), outage(service("care-database"), after("5m")));
  EXPECT_EQ(facts_.root_of(cosmic, dur("4m")), outage(service("dc-north"), after("7m")));
  EXPECT_EQ(facts_.root_of(cosmic, dur("4m") - Millis(1)), cosmic);
}

TEST_F(FactsTest, WhatHadEndedExplainsNothing) {
  hear(signal_of("p2", Condition::down, after("1m"), "care-database"));
  hear(signal_of("p2", Condition::up, after("5m"), "care-database"));
  hear(signal_of("p1", Condition::down, after("5m"), "cosmic"));
  settle();
  // Inherited from 1 min on, and continued by a fault of its own.
  EXPECT_THAT(outages("cosmic"), ElementsAre(Interval{after("1m"), kNever}));
  EXPECT_EQ(facts_.root_of(outage(service("cosmic"), after("1m")), dur("10m")).node, service("care-database"));
  EXPECT_EQ(facts_.root_of(outage(service("cosmic"), after("5m")), dur("10m")).node, service("cosmic"));
}

TEST_F(FactsTest, ASpareThatTookOverExplainsNothing) {
  World world;
  DependencySpec either;
  either.any = {"dc-north", "dc-south"};
  world.service("cosmic").depends_on = {either};
  const BundlePtr next = world.compile();
  facts_.set_catalogue(&next->catalogue);
  bundle_ = next;
  hear(signal_of("p1", Condition::down, after("1m"), "dc-north"));
  hear(signal_of("p2", Condition::down, after("2m"), "cosmic"));
  settle();
  EXPECT_EQ(facts_.explained_by(outage(service("cosmic"), after("2m")), dur("10m")), std::nullopt);
  hear(signal_of("p3", Condition::down, after("3m"), "dc-south"));
  settle();
  EXPECT_EQ(facts_.root_of(outage(service("cosmic"), after("2m")), dur("10m")).node, service("dc-south"));
}

}  // namespace
}  // namespace avbrottsvakt::testing
