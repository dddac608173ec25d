// After an incident the activities that were hit are asked whether anything happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using Kind = ReportPrompt::Kind;

const Instant kStart = at("2026-11-22T01:00:00Z");
constexpr Millis kOne{1};
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }
std::vector<ReportPrompt> reports(const Rig& rig) { return all_of<ReportPrompt>(rig.outputs()); }

/// "follow_up laboratory 11-23T02:30:00.000" for each question.
std::vector<std::string> told(const Rig& rig) {
  std::vector<std::string> lines;
  for (const ReportPrompt& prompt : reports(rig)) {
    lines.push_back(std::string(to_string(prompt.kind)) + " " + prompt.activity.id + " " +
                    format_instant(prompt.header.at).substr(5, 18));
  }
  return lines;
}
AnswerFact answer(std::string fact, Answer said) { return {"2026-0001", std::move(fact), said, ""}; }

const LegalSource kPolicy{"policy", "", SourceBasis::policy, Confidence::high, ""};

World asked_afterwards() {
  World world;
  world.rules.regimes.clear();
  FollowUpSpec follow_up;
  follow_up.name = "Uppföljning";
  follow_up.fact = "adverse_event";
  follow_up.ask = "Har något hänt?";
  follow_up.after = {dur("24h"), dur("7d")};
  follow_up.tell = "duty-officer-region";
  follow_up.sectors = {"healthcare_provider"};
  follow_up.source = kPolicy;
  world.rules.escalation.follow_up = follow_up;
  world.activity("emergency-east").manager = "ward-manager";
  return world;
}

TEST(FollowUp, ActivitiesAreAskedADayAndAWeekAfterTheEnd) {
  Rig rig(asked_afterwards().compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  rig.signal(after("1h"), "dc-north", Condition::up);
  rig.tick_until(after("25h", -kOne));
  EXPECT_THAT(reports(rig), IsEmpty());
  rig.tick_until(after("25h"));
  ASSERT_THAT(told(rig),
              ElementsAre("follow_up emergency-east 11-23T02:00:00.000", "follow_up laboratory 11-23T02:00:00.000"));
  EXPECT_EQ(reports(rig)[0].to.id, "ward-manager");
  EXPECT_EQ(reports(rig)[1].to.id, "duty-officer-region");
  EXPECT_EQ(reports(rig)[0].questions.at(0).fact, "adverse_event:emergency-east");
  EXPECT_EQ(reports(rig)[0].assess_source, kPolicy);
  rig.restart();
  rig.command(after("30h"), "ward-manager", answer("adverse_event:emergency-east", Answer::yes));
  rig.command(after("31h"), "ward-manager", answer("adverse_event:laboratory", Answer::no));
  rig.tick_until(after("169h", -kOne));
  EXPECT_THAT(reports(rig), SizeIs(2));
  // Who answered yes is not asked again; a no may have been too early.
  rig.tick_until(after("169h"));
  ASSERT_THAT(reports(rig), SizeIs(3));
  EXPECT_EQ(reports(rig)[2].activity.id, "laboratory");
  EXPECT_EQ(reports(rig)[2].header.replaces, reports(rig)[1].header.id);
  EXPECT_NE(reports(rig)[2].header.id, reports(rig)[1].header.id);
  rig.tick_until(after("700h"));
  EXPECT_THAT(reports(rig), SizeIs(3));
}

TEST(FollowUp, WhoWasNotLimitedOrIsOfAnotherSectorIsNotAsked) {
  World world = asked_afterwards();
  world.activity("laboratory").sectors = {"public_administration"};
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  rig.command(after("10m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", false});
  rig.signal(after("1h"), "dc-north", Condition::up);
  rig.tick_until(after("200h"));
  EXPECT_THAT(reports(rig), IsEmpty());
}

TEST(FollowUp, ItCountsFromTheLastEnd) {
  Rig rig(asked_afterwards().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("1h"), "cosmic", Condition::up);
  // A relapse within the time that a recovery must hold.
  rig.signal(after("65m"), "cosmic", Condition::down);
  rig.signal(after("3h"), "cosmic", Condition::up);
  rig.tick_until(after("27h", -kOne));
  EXPECT_THAT(reports(rig), IsEmpty());
  rig.tick_until(after("27h"));
  EXPECT_THAT(reports(rig), SizeIs(1));
}

TEST(FollowUp, AfterAnAbsenceOnlyTheLastQuestionIsAsked) {
  Rig rig(asked_afterwards().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("1h"), "cosmic", Condition::up);
  rig.tick_until(after("2h"));
  Input resumed;
  resumed.stamp = after("200h");
  resumed.body = Resumed{after("2h"), after("200h")};
  rig.input(resumed);
  Input caught_up;
  caught_up.stamp = after("200h") + dur("5s");
  caught_up.body = CaughtUp{};
  rig.input(caught_up);
  ASSERT_THAT(reports(rig), SizeIs(1));
  rig.tick_until(after("700h"));
  EXPECT_THAT(reports(rig), SizeIs(1));
}

TEST(FollowUp, NobodyIsAskedWhileAnAttackIsSuspected) {
  World world = asked_afterwards();
  world.rules.escalation.protected_mode = {"malicious", "Misstänks ett angrepp?", "duty-officer-region"};
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("1h"), "cosmic", Condition::up);
  rig.command(after("2h"), "ward-manager", AnswerFact{"2026-0001", "malicious", Answer::yes, ""});
  rig.tick_until(after("26h"));
  EXPECT_THAT(reports(rig), IsEmpty());
  // What was held back is asked once the channel is safe again.
  rig.command(after("27h"), "ward-manager", AnswerFact{"2026-0001", "malicious", Answer::no, ""});
  ASSERT_THAT(reports(rig), SizeIs(1));
  EXPECT_EQ(reports(rig)[0].activity.id, "emergency-east");
}

}  // namespace
}  // namespace avbrottsvakt::testing
