// A limit of one activity or one service speaks to its own people, also when the incident's ladder has climbed so far
// before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
constexpr Millis kOne{1};
Instant after(std::string_view duration) { return kStart + dur(duration); }

/// The emergency ward (MTA 2h) needs COSMIC, and the laboratory (MTA 4h, routine for 6h) its own system, which it
/// cannot do without, and COSMIC, which it can. Each service has a plan.
World two_plans() {
  World world;
  world.catalogue.roles.push_back({"lab-manager", "Laboratorieledaren", "", ""});
  world.catalogue.roles.push_back({"chief-physician", "Chefläkaren", "", ""});
  world.activity("emergency-east").manager = "ward-manager";
  ActivitySpec& laboratory = world.activity("laboratory");
  laboratory.manager = "lab-manager";
  laboratory.fallback = FallbackSpec{"RR-LAB-02", "Svar per telefon", dur("6h")};
  DependencySpec cosmic;
  cosmic.all = {"cosmic"};
  cosmic.loss = Condition::degraded;
  laboratory.uses.push_back(cosmic);
  PlanSpec plan = world.plan("cosmic");
  plan.id = plan.service = "lab";
  plan.owner = "service-owner";
  plan.rto = dur("3h");
  // Its MTA is known to no ladder but this step.
  plan.ladder.erase(plan.ladder.begin(), plan.ladder.begin() + 3);
  plan.ladder[0].tell = {"chief-physician"};
  world.catalogue.plans.push_back(plan);
  return world;
}

/// The hall takes both at the start and is back, with COSMIC, after 150 minutes; the laboratory's own system is not.
void left_behind(Rig& rig) {
  rig.signal(kStart, "dc-north", Condition::down);
  rig.signal(after("1m"), "lab", Condition::down);
  rig.signal(after("150m"), "dc-north", Condition::up);
}

std::vector<std::string> told(const Rig& rig, AlertReason reason, std::string_view subject) {
  const std::vector<SaidEntry> said = entries(rig.outputs(), reason, subject);
  return said.empty() ? std::vector<std::string>{"never said"} : said.back().entry.tell;
}

TEST(OwnCrossing, TellsWhoLeadsItAndWhomThePlansOfWhatItLacksThenName) {
  Rig rig(two_plans().compile(), kStart);
  left_behind(rig);
  rig.tick_until(after("7h"));
  EXPECT_THAT(told(rig, AlertReason::mta_missed, "emergency-east"), ElementsAre("ward-manager", "duty-officer-region"));
  // COSMIC has been back for long: its plan names nobody for this.
  EXPECT_THAT(told(rig, AlertReason::mta_missed, "laboratory"), ElementsAre("lab-manager", "chief-physician"));
  EXPECT_THAT(told(rig, AlertReason::fallback_missed, "laboratory"), ElementsAre("lab-manager", "chief-physician"));
  EXPECT_EQ(entries(rig.outputs(), AlertReason::mta_missed, "laboratory").at(0).said, after("4h"));
  EXPECT_EQ(entries(rig.outputs(), AlertReason::mta_missed, "laboratory").at(0).entry.level, Level::emergency);
}

TEST(OwnCrossing, TellsAlthoughTheLadderClimbedThatFarForAnother) {
  World world = two_plans();
  // Now the ward needs the laboratory's system too, and binds its ladder at 2h.
  world.activity("emergency-east").uses.front().all = {"cosmic", "lab"};
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "lab", Condition::down);
  rig.tick_until(after("5h"));
  const std::vector<SaidEntry> ladder = entries(rig.outputs(), AlertReason::ladder, "lab");
  ASSERT_THAT(ladder, SizeIs(1));
  EXPECT_EQ(ladder[0].said, after("2h"));
  EXPECT_THAT(told(rig, AlertReason::mta_missed, "laboratory"), ElementsAre("lab-manager", "chief-physician"));
}

struct BackCase {
  const char* name;
  Millis back;
  bool missed;
};
class Back : public ::testing::TestWithParam<BackCase> {};
TEST_P(Back, AtTheLimitItIsKept) {
  Rig rig(two_plans().compile(), kStart);
  rig.signal(kStart, "lab", Condition::down);
  rig.signal(kStart + GetParam().back, "lab", Condition::up);
  rig.tick_until(after("5h"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "laboratory").has_value(), GetParam().missed);
}
INSTANTIATE_TEST_SUITE_P(OwnCrossing, Back,
                         ::testing::Values(BackCase{"JustBefore", dur("4h") - kOne, false},
                                           BackCase{"Exactly", dur("4h"), false},
                                           BackCase{"JustAfter", dur("4h") + kOne, true}),
                         [](const auto& test) { return test.param.name; });

TEST(OwnCrossing, OfAnRtoTellsTheOwnerUnlessTheLadderHasAStepThere) {
  for (const int percent : {99, 100, 101}) {
    World world = two_plans();
    PlanSpec& plan = world.catalogue.plans.back();
    LadderStepSpec step;
    step.at = LadderPoint{LadderPoint::Of::rto, percent};
    step.tell = {"ksd-on-call"};
    step.level = Level::warning;
    plan.ladder.insert(plan.ladder.begin(), step);
    Rig rig(world.compile(), kStart);
    rig.signal(kStart, "lab", Condition::down);
    rig.tick_until(after("3h"));
    const std::vector<std::string> owner{"service-owner"};
    EXPECT_EQ(told(rig, AlertReason::rto_missed, "lab"), percent == 100 ? std::vector<std::string>{} : owner)
        << percent;
  }
}

TEST(OwnCrossing, IsRepeatedOnceTheLadderNoLongerIs) {
  World world = two_plans();
  world.catalogue.plans.back().ladder[0].repeat = dur("30m");
  // The ward has an alternative to the laboratory's system; its ladder climbs for the ward all the same, and no further
  // when the ward is back.
  DependencySpec either;
  either.any = {"lab", "identity"};
  world.activity("emergency-east").uses.push_back(either);
  Rig rig(world.compile(), kStart);
  left_behind(rig);
  rig.tick_until(after("5h"));
  const std::vector<SaidEntry> repeated = entries(rig.outputs(), AlertReason::repeated);
  ASSERT_FALSE(repeated.empty());
  EXPECT_EQ(repeated.back().said, after("5h"));
  EXPECT_THAT(repeated.back().entry.tell, ElementsAre("lab-manager", "chief-physician"));
}

TEST(OwnCrossing, ThatIsTakenBackTellsThoseWhoWereTold) {
  Rig rig(two_plans().compile(), kStart);
  rig.signal(kStart, "lab", Condition::down);
  rig.tick_until(after("4h"));
  ASSERT_THAT(told(rig, AlertReason::mta_missed, "laboratory"), ElementsAre("lab-manager", "chief-physician"));
  ASSERT_THAT(told(rig, AlertReason::rto_missed, "lab"), ElementsAre("service-owner"));
  rig.signal(after("4h1m"), "lab", Condition::up, after("2h"));
  rig.tick_until(after("5h"));
  EXPECT_TRUE(entries(rig.outputs(), AlertReason::mta_missed, "laboratory").back().entry.withdrawn);
  EXPECT_THAT(told(rig, AlertReason::mta_missed, "laboratory"), ElementsAre("lab-manager", "chief-physician"));
  EXPECT_THAT(told(rig, AlertReason::rto_missed, "lab"), ElementsAre("service-owner"));
}

TEST(OwnCrossing, OfAnActivityThatNamesNobodyTellsNobody) {
  World world = two_plans();
  world.activity("laboratory").manager.clear();
  world.catalogue.plans.pop_back();
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "lab", Condition::down);
  rig.tick_until(after("5h"));
  EXPECT_THAT(told(rig, AlertReason::mta_missed, "laboratory"), IsEmpty());
}

}  // namespace
}  // namespace avbrottsvakt::testing
