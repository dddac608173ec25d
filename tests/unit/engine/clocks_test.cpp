// Settle, RTO, MTA, ladder and activation: each at its boundary, one millisecond before and one after.
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

Engine::NodeFacts facts_of(Rig& rig, std::string_view node) {
  for (Engine::NodeFacts& facts : rig.engine().facts()) {
    if (facts.node == node) {
      return std::move(facts);
    }
  }
  ADD_FAILURE() << "no node " << node;
  return {};
}

Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }

// cosmic: settle 10 min.

struct SettleCase {
  const char* name;
  Millis relapse_after;
  std::size_t outages;
  std::size_t recoveries;
  const char* incidents;
};
class Settle : public ::testing::TestWithParam<SettleCase> {};
TEST_P(Settle, DecidesWhetherARelapseContinuesTheOutage) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("0s"), "cosmic", Condition::down);
  rig.signal(after("20m"), "cosmic", Condition::up);
  rig.signal(after("20m", GetParam().relapse_after), "cosmic", Condition::down);
  rig.tick_until(after("31m"));
  EXPECT_THAT(facts_of(rig, "service/cosmic").outages, SizeIs(GetParam().outages));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::recovered), SizeIs(GetParam().recoveries));
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().header.incident, GetParam().incidents);
}
INSTANTIATE_TEST_SUITE_P(Clocks, Settle,
                         ::testing::Values(SettleCase{"OneMillisecondInside", dur("10m") - kOne, 1, 0, "2026-0001"},
                                           SettleCase{"ExactlyAt", dur("10m"), 2, 1, "2026-0002"},
                                           SettleCase{"OneMillisecondAfter", dur("10m") + kOne, 2, 1, "2026-0002"}),
                         [](const auto& test) { return test.param.name; });

TEST(Settle, IsOverOnceItHasHeldExactly) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("0s"), "cosmic", Condition::down);
  rig.signal(after("20m"), "cosmic", Condition::up);
  rig.tick_until(after("30m", -kOne));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::recovered), IsEmpty());
  EXPECT_EQ(rig.engine().next_deadline(), after("30m"));
  rig.tick_until(after("30m"));
  const auto said = entries(rig.outputs(), AlertReason::recovered);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_EQ(said[0].said, after("30m"));
  EXPECT_EQ(said[0].entry.at, after("20m"));
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().ended, after("20m"));
  EXPECT_EQ(all_of<IncidentPicture>(rig.outputs()).back().state, "over");
  rig.tick_until(after("100h"));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::recovered), SizeIs(1));
}

TEST(Settle, WhatIsCrossedWhileARecoverySettlesIsSaidAfterTheRelapseWithItsTrueInstant) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("0s"), "cosmic", Condition::down);
  rig.signal(after("85m"), "cosmic", Condition::up);
  rig.tick_until(after("92m", -kOne));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::rto_missed), IsEmpty());
  rig.signal(after("92m"), "cosmic", Condition::down);
  const auto said = entries(rig.outputs(), AlertReason::rto_missed);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_EQ(said[0].entry.at, after("90m"));
  EXPECT_EQ(said[0].said, after("92m"));
}

TEST(Settle, ABlipThatContinuesAServicesOutageContinuesThatOfItsUsers) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("0s"), "cosmic", Condition::down);
  rig.signal(after("60m"), "cosmic", Condition::up);
  // Longer than an activity's own five minutes, shorter than the ten of COSMIC.
  rig.signal(after("67m"), "cosmic", Condition::down);
  rig.tick_until(after("2h"));
  EXPECT_THAT(facts_of(rig, "activity/emergency-east").outages, SizeIs(1));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "emergency-east"), after("2h"));
}

TEST(Settle, OneOfSeveralThatSettlesDoesNotLowerTheLevelYet) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("0s"), "dc-north", Condition::down);
  rig.signal(after("10m"), "lab", Condition::down);
  rig.tick_until(after("95m"));
  ASSERT_EQ(all_of<Alert>(rig.outputs()).back().level, Level::critical);
  // The hall and with it COSMIC come back; the laboratory system does not.
  rig.signal(after("96m"), "dc-north", Condition::up);
  rig.tick_until(after("106m", -kOne));
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().level, Level::critical);
  rig.tick_until(after("106m"));
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().level, Level::notice);
  EXPECT_THAT(entries(rig.outputs(), AlertReason::level_lowered), SizeIs(1));
}

// Limits: the outage of cosmic (and with it that of emergency-east) ends at, just before, just after the limit.

struct LimitCase {
  const char* name;
  AlertReason reason;
  const char* subject;
  std::uint32_t percent;
  const char* limit;
};
std::vector<LimitCase> limits() {
  return {{"Activation", AlertReason::activation, "cosmic", 0, "30m"},
          {"LadderHalfOfRto", AlertReason::ladder, "cosmic", 50, "45m"},
          {"Rto", AlertReason::rto_missed, "cosmic", 0, "90m"},
          {"LadderThreeQuartersOfMta", AlertReason::ladder, "cosmic", 75, "90m"},
          {"LadderMta", AlertReason::ladder, "cosmic", 100, "2h"},
          {"Mta", AlertReason::mta_missed, "emergency-east", 0, "2h"},
          {"Fallback", AlertReason::fallback_missed, "emergency-east", 0, "12h"}};
}
class Limit : public ::testing::TestWithParam<LimitCase> {
 public:
  static Rig ended_after(Millis duration) {
    Rig rig(World().compile(), kStart);
    rig.signal(kStart, "cosmic", Condition::down);
    rig.signal(kStart + duration, "cosmic", Condition::up);
    rig.tick_until(kStart + dur("20h"));
    return rig;
  }
  std::optional<Instant> standing_in(const Rig& rig) const {
    return standing(rig.outputs(), GetParam().reason, GetParam().subject, GetParam().percent);
  }
  Millis limit() const { return dur(GetParam().limit); }
};
TEST_P(Limit, EndedOneMillisecondBefore) {
  const Rig rig = ended_after(limit() - kOne);
  for (const SaidEntry& said : entries(rig.outputs(), GetParam().reason, GetParam().subject)) {
    EXPECT_NE(said.entry.percent, GetParam().percent) << format_instant(said.said);
  }
}
TEST_P(Limit, EndedExactlyAtItIsKept) { EXPECT_EQ(standing_in(ended_after(limit())), std::nullopt); }
TEST_P(Limit, EndedOneMillisecondAfterItIsMissed) {
  EXPECT_EQ(standing_in(ended_after(limit() + kOne)), kStart + limit());
}
TEST_P(Limit, IsSaidAtItsInstantAndNotBefore) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(kStart + limit() - kOne);
  EXPECT_EQ(standing_in(rig), std::nullopt);
  EXPECT_EQ(rig.engine().next_deadline(), kStart + limit());
  rig.tick_until(kStart + limit());
  EXPECT_EQ(standing_in(rig), kStart + limit());
  EXPECT_EQ(rig.outputs().empty() ? Instant{} : header_of(rig.outputs().back()).at, kStart + limit());
}
TEST_P(Limit, IsSaidWithItsInstantWhenTheLogWasSilentLonger) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  Input tick;
  tick.stamp = kStart + limit() + dur("20s");
  tick.body = Tick{};
  rig.input(tick);
  EXPECT_EQ(standing_in(rig), kStart + limit());
}
TEST_P(Limit, ARecoveryHeardInTimeButLateTakesItBackOnceItsSourceIsQuiet) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(kStart + limit() + dur("1m"), "cosmic", Condition::up, kStart + limit());
  rig.tick_until(kStart + limit() + dur("1m") + dur("10s"));
  EXPECT_EQ(standing_in(rig), std::nullopt);
  EXPECT_TRUE(entries(rig.outputs(), GetParam().reason, GetParam().subject).back().entry.withdrawn);
}
INSTANTIATE_TEST_SUITE_P(Clocks, Limit, ::testing::ValuesIn(limits()),
                         [](const auto& test) { return test.param.name; });

TEST(Activation, IsTakenBackWithAPromptOfItsOwn) {
  const Rig rig = Limit::ended_after(dur("30m"));
  const auto prompts = all_of<ActivationPrompt>(rig.outputs());
  ASSERT_THAT(prompts, SizeIs(2));
  EXPECT_EQ(prompts[0].kind, ActivationPrompt::Kind::proposed);
  EXPECT_EQ(prompts[0].condition_met_at, after("30m"));
  EXPECT_EQ(prompts[1].kind, ActivationPrompt::Kind::withdrawn);
  EXPECT_EQ(prompts[1].header.replaces, prompts[0].header.id);
  EXPECT_NE(prompts[1].header.id, prompts[0].header.id);
}

TEST(Activation, StandsOnceTheServiceIsUpAgain) {
  const Rig rig = Limit::ended_after(dur("31m"));
  EXPECT_THAT(all_of<ActivationPrompt>(rig.outputs()), SizeIs(1));
}

TEST(Ladder, TellsLevelsAndRolesStepByStep) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("2h"));
  struct Step {
    const char* at;
    Level level;
    const char* role;
  };
  const std::vector<Step> expected = {{"0s", Level::notice, "ksd-on-call"},
                                      {"45m", Level::warning, "service-owner"},
                                      {"90m", Level::critical, "ksd-on-call"},
                                      {"2h", Level::emergency, "duty-officer-region"}};
  const auto said = entries(rig.outputs(), AlertReason::ladder, "cosmic");
  ASSERT_THAT(said, SizeIs(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(said[i].said, after(expected[i].at)) << i;
    EXPECT_EQ(said[i].entry.level, expected[i].level) << i;
    EXPECT_THAT(said[i].entry.tell, ::testing::ElementsAre(expected[i].role)) << i;
  }
}

TEST(Ladder, GoesByTheTightestMtaThatStillRuns) {
  World world;
  // The ward can do with either; it is out only while both are.
  ActivitySpec ward = world.activity("emergency-east");
  ward.id = "ward";
  ward.name = "Vårdavdelningen";
  ward.mta = dur("1h");
  ward.fallback.reset();
  DependencySpec either;
  either.any = {"cosmic", "dc-south"};
  ward.uses = {either};
  world.catalogue.activities.push_back(ward);
  Rig rig(world.compile(), kStart);
  rig.signal(after("0s"), "cosmic", Condition::down);
  rig.signal(after("1m"), "dc-south", Condition::down);
  rig.signal(after("10m"), "dc-south", Condition::up);
  rig.tick_until(after("3h"));
  // The ward was back after nine minutes, so 75 % is of the emergency department's two hours.
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 75), after("90m"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "ward"), std::nullopt);
}

TEST(Ladder, OfAServiceThatIsUpAgainClimbsNoFurther) {
  World world;
  DependencySpec either;
  either.any = {"dc-north", "dc-south"};
  world.service("cosmic").depends_on = {either};
  DependencySpec both;
  both.all = {"cosmic", "dc-north"};
  world.activity("emergency-east").uses = {both};
  Rig rig(world.compile(), kStart);
  rig.signal(after("0s"), "dc-north", Condition::down);
  rig.signal(after("0s"), "dc-south", Condition::down);
  rig.signal(after("60m"), "dc-south", Condition::up);
  rig.tick_until(after("4h"));
  // The emergency department is out for the north hall's sake; COSMIC runs in the south again.
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "emergency-east"), after("2h"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 75), std::nullopt);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 100), std::nullopt);
}

TEST(Clocks, ADegradedServiceCountsUnlessThePlanSaysOtherwise) {
  for (const bool counts : {true, false}) {
    World world;
    world.plan("cosmic").counts_degraded = counts;
    Rig rig(world.compile(), kStart);
    rig.signal(kStart, "cosmic", Condition::degraded);
    rig.tick_until(after("2h"));
    EXPECT_EQ(standing(rig.outputs(), AlertReason::rto_missed, "cosmic"),
              counts ? std::optional(after("90m")) : std::nullopt);
  }
}

TEST(Activation, OfASecondOutageInTheSameIncidentIsNotToldAgainAndAgain) {
  World world;
  // The north hall is down throughout, the south comes and goes.
  DependencySpec either;
  either.any = {"dc-north", "dc-south"};
  world.service("cosmic").depends_on = {either};
  Rig rig(world.compile(), kStart);
  rig.signal(after("0s"), "dc-north", Condition::down);
  rig.signal(after("0s"), "dc-south", Condition::down);
  rig.signal(after("40m"), "dc-south", Condition::up);
  rig.signal(after("60m"), "dc-south", Condition::down);
  rig.tick_until(after("3h"));
  ASSERT_THAT(facts_of(rig, "service/cosmic").outages, SizeIs(2));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::activation), SizeIs(1));
  EXPECT_THAT(all_of<ActivationPrompt>(rig.outputs()), SizeIs(1));
  // The second outage climbs the ladder from its own beginning.
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 50), after("105m"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::rto_missed, "cosmic"), after("150m"));
}

}  // namespace
}  // namespace avbrottsvakt::testing
