// NIS2 as the sample region has it: criterion, awareness, deadlines, reminders, stages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;
using Kind = ReportPrompt::Kind;

const Instant kStart = at("2026-11-22T01:00:00Z");
constexpr Millis kOne{1};
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }

std::vector<ReportPrompt> reports(const Rig& rig) { return all_of<ReportPrompt>(rig.outputs()); }

/// "assess early_warning 02:00:00.001" for each prompt, with the day if it is not the first.
std::vector<std::string> told(const Rig& rig) {
  std::vector<std::string> lines;
  for (const ReportPrompt& prompt : reports(rig)) {
    lines.push_back(std::string(to_string(prompt.kind)) + " " + prompt.stage + " " +
                    format_instant(prompt.header.at).substr(5, 18));
  }
  return lines;
}

Submitted submitted(std::string stage) { return {"2026-0001", "nis2", "region", std::move(stage)}; }

// Strictly more than one hour.

struct MoreThanCase {
  const char* name;
  Millis outage;
  std::size_t prompts;
};
class MoreThan : public ::testing::TestWithParam<MoreThanCase> {};
TEST_P(MoreThan, IsStrict) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(kStart + GetParam().outage, "cosmic", Condition::up);
  rig.tick_until(after("3h"));
  ASSERT_THAT(reports(rig), SizeIs(GetParam().prompts));
  if (GetParam().prompts > 0) {
    EXPECT_EQ(reports(rig)[0].kind, Kind::assess);
    EXPECT_EQ(reports(rig)[0].header.at, after("60m", kOne));
    EXPECT_EQ(reports(rig)[0].criterion_true_at, after("60m", kOne));
    EXPECT_EQ(reports(rig)[0].basis, Basis::presumed);
  }
}
// With its second prompt an obligation tells, once the recovery has held, that it remains.
INSTANTIATE_TEST_SUITE_P(Obligation, MoreThan,
                         ::testing::Values(MoreThanCase{"OneMillisecondLess", dur("60m") - kOne, 0},
                                           MoreThanCase{"Exactly", dur("60m"), 0},
                                           MoreThanCase{"OneMillisecondMore", dur("60m") + kOne, 2}),
                         [](const auto& test) { return test.param.name; });

TEST(Criterion, IsForecastBeforeItIsTrue) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  const auto pictures = all_of<IncidentPicture>(rig.outputs());
  ASSERT_THAT(pictures, SizeIs(1));
  ASSERT_THAT(pictures[0].duties, SizeIs(1));
  EXPECT_EQ(pictures[0].duties[0].state, "forecast");
  EXPECT_EQ(pictures[0].duties[0].true_at, after("60m", kOne));
}

TEST(Criterion, ConfirmedBeforehandItIsDueAtOnce) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("40m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  rig.tick_until(after("61m"));
  ASSERT_THAT(reports(rig), SizeIs(1));
  EXPECT_EQ(reports(rig)[0].kind, Kind::due);
  EXPECT_EQ(reports(rig)[0].basis, Basis::confirmed);
}

TEST(Criterion, ConfirmedAfterwardsTheAssessmentIsDue) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("70m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  EXPECT_THAT(told(rig),
              ElementsAre("assess early_warning 11-22T02:00:00.001", "due early_warning 11-22T02:10:00.000"));
  EXPECT_EQ(reports(rig)[1].because, "confirmed");
  EXPECT_EQ(reports(rig)[1].header.replaces, reports(rig)[0].header.id);
}

TEST(Criterion, DenialWithdrawsTheAssessmentAndTheMta) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("125m"));
  rig.command(after("130m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", false});
  ASSERT_THAT(reports(rig), SizeIs(2));
  EXPECT_EQ(reports(rig)[1].kind, Kind::withdrawn);
  EXPECT_EQ(reports(rig)[1].because, "criterion_no_longer_met");
  EXPECT_EQ(standing(rig.outputs(), AlertReason::legal, "nis2"), std::nullopt);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "emergency-east"), std::nullopt);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::ladder, "cosmic", 100), std::nullopt);
  // What the plan itself says stays.
  EXPECT_EQ(standing(rig.outputs(), AlertReason::rto_missed, "cosmic"), after("90m"));
  rig.tick_until(after("100h"));
  EXPECT_THAT(reports(rig), SizeIs(2));
  // They say that it was limited after all.
  rig.command(after("101h"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  EXPECT_EQ(reports(rig).at(2).kind, Kind::overdue);
  EXPECT_EQ(reports(rig).at(2).header.sequence, 3U);
}

TEST(Criterion, AnAnswerMakesItTrueAtOnce) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("10m"), "ward-manager", AnswerFact{"2026-0001", "serious_injury_or_death", Answer::yes});
  ASSERT_THAT(reports(rig), SizeIs(1));
  EXPECT_EQ(reports(rig)[0].kind, Kind::due);
  EXPECT_EQ(reports(rig)[0].criterion_true_at, after("10m"));
  rig.command(after("12m"), "ward-manager", AnswerFact{"2026-0001", "serious_injury_or_death", Answer::no});
  EXPECT_EQ(reports(rig).back().kind, Kind::withdrawn);
}

TEST(Obligation, RemainsAfterTheRecovery) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("70m"), "cosmic", Condition::up);
  rig.tick_until(after("80m"));
  EXPECT_THAT(told(rig),
              ElementsAre("assess early_warning 11-22T02:00:00.001", "still_open early_warning 11-22T02:20:00.000"));
  EXPECT_EQ(reports(rig)[1].recovered_at, after("70m"));
}

// Awareness.

TEST(Awareness, IsTheFirstAlertUntilSomebodyAcknowledges) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("2s"), "cosmic", Condition::down, kStart);
  rig.tick_until(after("61m"));
  ASSERT_THAT(reports(rig), SizeIs(1));
  EXPECT_EQ(reports(rig)[0].aware_at, after("2s"));
  EXPECT_EQ(reports(rig)[0].awareness, ReportPrompt::Awareness::first_alert);
  EXPECT_EQ(reports(rig)[0].due, after("2s") + dur("24h"));
  rig.command(after("70m"), "ksd-on-call", Acknowledge{"2026-0001"});
  ASSERT_THAT(reports(rig), SizeIs(2));
  EXPECT_EQ(reports(rig)[1].kind, Kind::amended);
  EXPECT_EQ(reports(rig)[1].because, "awareness_changed");
  EXPECT_EQ(reports(rig)[1].aware_at, after("70m"));
  EXPECT_EQ(reports(rig)[1].awareness, ReportPrompt::Awareness::acknowledged);
  EXPECT_EQ(reports(rig)[1].due, after("70m") + dur("24h"));
  // A second one moves nothing.
  rig.command(after("80m"), "duty-officer-region", Acknowledge{"2026-0001"});
  EXPECT_THAT(reports(rig), SizeIs(2));
}

TEST(Awareness, AnAcknowledgementEnteredAfterwardsMovesItBack) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("30m"), "ksd-on-call", Acknowledge{"2026-0001"});
  rig.tick_until(after("61m"));
  rig.command(after("65m"), "duty-officer-region", Acknowledge{"2026-0001"}, after("5m"));
  ASSERT_THAT(reports(rig), SizeIs(2));
  EXPECT_EQ(reports(rig)[1].aware_at, after("5m"));
  EXPECT_EQ(reports(rig)[1].aware_by, "TiB");
  // Nobody knows before it is said: a time ahead of the log is the log's.
  rig.command(after("66m"), "duty-officer-region", Acknowledge{"2026-0001"}, after("70m"));
  EXPECT_THAT(reports(rig), SizeIs(2));
}

struct ReportedCase {
  const char* name;
  std::optional<std::string_view> acknowledged;
  std::optional<std::string_view> reported;
  std::string_view aware;
  ReportPrompt::Awareness how;
};
class Reported : public ::testing::TestWithParam<ReportedCase> {};
TEST_P(Reported, ByAPersonTheIncidentIsKnown) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  const auto acknowledge = [&] {
    rig.command(after(*GetParam().acknowledged), "ksd-on-call", Acknowledge{"2026-0001"});
  };
  const auto report = [&] {
    // An ITSM record: it tells when it began, and that does not move when it was known.
    Signal record{"itsm", "INC1", Condition::degraded, kStart, {{"service", "cosmic"}}, "", "", Origin::person, {}};
    Input input;
    input.stamp = after(*GetParam().reported);
    input.body = Heard{{record}, {}, {}};
    rig.input(input);
  };
  const bool acknowledged_first =
      GetParam().acknowledged && (!GetParam().reported || dur(*GetParam().acknowledged) <= dur(*GetParam().reported));
  if (acknowledged_first) acknowledge();
  if (GetParam().reported) report();
  if (GetParam().acknowledged && !acknowledged_first) acknowledge();
  rig.restart();
  rig.tick_until(after("61m"));
  ASSERT_THAT(reports(rig), SizeIs(1));
  EXPECT_EQ(reports(rig)[0].aware_at, after(GetParam().aware));
  EXPECT_EQ(reports(rig)[0].awareness, GetParam().how);
  EXPECT_EQ(reports(rig)[0].due, after("24h") + dur(GetParam().aware));
}
INSTANTIATE_TEST_SUITE_P(
    Obligation, Reported,
    ::testing::Values(ReportedCase{"Nobody", {}, {}, "0m", ReportPrompt::Awareness::first_alert},
                      ReportedCase{"OnlyReported", {}, "10m", "10m", ReportPrompt::Awareness::reported},
                      ReportedCase{"ReportedJustBefore", "10m", "9m59s999ms", "9m59s999ms",
                                   ReportPrompt::Awareness::reported},
                      ReportedCase{"AtOnce", "10m", "10m", "10m", ReportPrompt::Awareness::acknowledged},
                      ReportedCase{"ReportedJustAfter", "10m", "10m1ms", "10m", ReportPrompt::Awareness::acknowledged}),
    [](const auto& test) { return test.param.name; });

TEST(Awareness, AReportOfASecondPersonMovesNothing) {
  Rig rig(World().compile(), kStart);
  for (const std::string_view at : {"0m", "20m"}) {
    Signal record{"itsm", std::string(at), Condition::down, after(at), {{"service", "cosmic"}}, "", "", Origin::person,
                  {}};
    Input input;
    input.stamp = after(at);
    input.body = Heard{{record}, {}, {}};
    rig.input(input);
  }
  rig.tick_until(after("61m"));
  ASSERT_THAT(reports(rig), SizeIs(1));
  EXPECT_EQ(reports(rig)[0].aware_at, kStart);
  EXPECT_EQ(reports(rig)[0].awareness, ReportPrompt::Awareness::reported);
}

TEST(Awareness, TheOtherReadingCountsFromWhenItWasKnownToBeSignificant) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("10m"), "ksd-on-call", Acknowledge{"2026-0001"});
  rig.tick_until(after("61m"));
  EXPECT_EQ(reports(rig)[0].due, after("10m") + dur("24h"));
  EXPECT_EQ(reports(rig)[0].known_significant_at, after("60m", kOne));
  EXPECT_EQ(reports(rig)[0].other_reading, after("60m", kOne) + dur("24h"));
}

// 24 hours are 24 elapsed hours, also when the night has 23 or 25.

struct NightCase {
  const char* name;
  const char* aware;
  const char* due;
};
class Night : public ::testing::TestWithParam<NightCase> {};
TEST_P(Night, DoesNotChangeTheHours) {
  const Instant aware = at(GetParam().aware);
  Rig rig(World().compile(), aware - dur("1m"));
  rig.signal(aware - dur("1m"), "cosmic", Condition::down);
  rig.command(aware, "ksd-on-call", Acknowledge{"2026-0001"});
  rig.tick_until(aware + dur("24h") - kOne);
  ASSERT_FALSE(reports(rig).empty());
  EXPECT_EQ(reports(rig)[0].due, at(GetParam().due));
  EXPECT_EQ(reports(rig)[0].due - aware, dur("24h"));
  EXPECT_EQ(reports(rig)[0].stages.at(0).legal_latest, at(GetParam().due));
  EXPECT_NE(reports(rig).back().kind, Kind::overdue);
  EXPECT_EQ(rig.engine().next_deadline(), at(GetParam().due));
  rig.tick_until(aware + dur("24h"));
  EXPECT_EQ(reports(rig).back().kind, Kind::overdue);
  EXPECT_EQ(reports(rig).back().stage, "early_warning");
}
INSTANTIATE_TEST_SUITE_P(
    Obligation, Night,
    ::testing::Values(NightCase{"Ordinary", "2026-11-22T01:20:00Z", "2026-11-23T01:20:00Z"},
                      // Sunday 29 March 2026, 02:00 becomes 03:00.
                      NightCase{"Spring", "2026-03-28T19:00:00+01:00", "2026-03-29T20:00:00+02:00"},
                      NightCase{"SpringOneMillisecondBefore", "2026-03-29T00:59:59.999Z", "2026-03-30T00:59:59.999Z"},
                      // Sunday 25 October 2026, 03:00 becomes 02:00.
                      NightCase{"Autumn", "2026-10-24T20:00:00+02:00", "2026-10-25T19:00:00+01:00"},
                      NightCase{"AutumnInTheHourThatComesTwice", "2026-10-25T02:30:00+02:00",
                                "2026-10-26T01:30:00+01:00"}),
    [](const auto& test) { return test.param.name; });

// Reminders.

TEST(Reminders, OfADutyComeAtTheirShares) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(kStart, "ksd-on-call", Acknowledge{"2026-0001"});
  rig.command(after("40m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  rig.tick_until(after("73h"));
  EXPECT_THAT(told(rig),
              ElementsAre("due early_warning 11-22T02:00:00.001", "reminder early_warning 11-22T13:00:00.000",
                          "reminder early_warning 11-22T19:00:00.000", "reminder early_warning 11-22T22:36:00.000",
                          "overdue early_warning 11-23T01:00:00.000", "reminder notification 11-23T13:00:00.000",
                          "reminder notification 11-24T07:00:00.000", "reminder notification 11-24T17:48:00.000",
                          "overdue notification 11-25T01:00:00.000"));
}

TEST(Reminders, AnUnansweredAssessmentAsksTheNextAndBecomesDueSixHoursBefore) {
  World world;
  world.rules.regimes[0].ask_next_percent = 50;
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(kStart, "ksd-on-call", Acknowledge{"2026-0001"});
  rig.tick_until(after("12h", -kOne));
  EXPECT_THAT(told(rig), ElementsAre("assess early_warning 11-22T02:00:00.001"));
  EXPECT_EQ(reports(rig).back().to.id, "ksd-on-call");
  rig.tick_until(after("12h"));
  ASSERT_EQ(reports(rig).back().kind, Kind::ask_next);
  EXPECT_EQ(reports(rig).back().to.id, "duty-officer-region");
  rig.tick_until(after("18h", -kOne));
  EXPECT_THAT(reports(rig), SizeIs(2));
  rig.tick_until(after("18h"));
  ASSERT_THAT(reports(rig), SizeIs(3));
  EXPECT_EQ(reports(rig).back().kind, Kind::due);
  EXPECT_EQ(reports(rig).back().because, "unanswered");
  EXPECT_EQ(reports(rig).back().to.id, "duty-officer-region");
  rig.tick_until(after("24h"));
  EXPECT_THAT(told(rig),
              ElementsAre("assess early_warning 11-22T02:00:00.001", "ask_next early_warning 11-22T13:00:00.000",
                          "due early_warning 11-22T19:00:00.000", "reminder early_warning 11-22T22:36:00.000",
                          "overdue early_warning 11-23T01:00:00.000"));
}

// Stages.

TEST(Stages, TheFinalReportIsPredictedUntilTheNotificationIsSubmitted) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(kStart, "ksd-on-call", Acknowledge{"2026-0001"});
  rig.command(after("40m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  rig.signal(after("2h"), "cosmic", Condition::up);
  rig.tick_until(after("3h"));
  const StageState before = reports(rig).back().stages.at(2);
  EXPECT_TRUE(before.predicted);
  EXPECT_EQ(before.after, "Incidentanmälan");
  // One month after the notification's own deadline, 25 November 02:00 local time.
  EXPECT_EQ(before.due, at("2026-12-25T01:00:00Z"));
  rig.command(after("5h"), "ksd-on-call", submitted("early_warning"));
  rig.command(at("2026-11-23T14:30:00Z"), "ksd-on-call", submitted("notification"));
  const StageState counted = reports(rig).back().stages.at(2);
  EXPECT_FALSE(counted.predicted);
  EXPECT_EQ(counted.due, at("2026-12-23T14:30:00Z"));
  EXPECT_EQ(reports(rig).back().because, "submitted:notification");
  rig.said();
  rig.tick_until(at("2026-12-23T14:29:59.999Z"));
  EXPECT_EQ(story(rig.said()),
            "14:30:00 0001 nis2 reminder final_report\n"
            "02:30:00 0001 nis2 reminder final_report\n"
            "14:30:00 0001 nis2 reminder final_report\n");
  rig.tick_until(at("2026-12-23T14:30:00Z"));
  EXPECT_EQ(story(rig.said()), "14:30:00 0001 nis2 overdue final_report\n");
  rig.command(at("2026-12-24T08:00:00Z"), "ksd-on-call", submitted("final_report"));
  EXPECT_EQ(story(rig.said()), "08:00:00 0001 nis2 closed final_report\n");
  rig.tick_until(at("2027-02-01T00:00:00Z"));
  EXPECT_EQ(story(rig.said()), "");
}

TEST(Stages, AMonthIsClampedAndKeepsTheCivilTimeOfDay) {
  const Instant start = at("2027-01-31T01:00:00Z");
  Rig rig(World().compile(), start);
  rig.signal(start, "cosmic", Condition::down);
  rig.tick_until(start + dur("2h"));
  const std::string number = reports(rig).at(0).header.incident;
  rig.command(start + dur("3h"), "ksd-on-call", Submitted{number, "nis2", "region", "notification"});
  EXPECT_EQ(reports(rig).back().stages.at(2).due, at("2027-02-28T04:00:00Z"));
}

TEST(Stages, ASubmissionAnswersTheAssessment) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(kStart, "ksd-on-call", Acknowledge{"2026-0001"});
  rig.tick_until(after("61m"));
  ASSERT_EQ(reports(rig).back().kind, Kind::assess);
  // Who reports has judged it to be significant: what remains is reminded of like any duty.
  rig.command(after("2h"), "ksd-on-call", submitted("early_warning"));
  rig.tick_until(after("37h"));
  EXPECT_THAT(told(rig),
              ElementsAre("assess early_warning 11-22T02:00:00.001", "amended notification 11-22T03:00:00.000",
                          "reminder notification 11-23T13:00:00.000"));
}

TEST(Stages, ASubmittedDutyIsNotWithdrawn) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("61m"));
  rig.command(after("2h"), "ksd-on-call", submitted("early_warning"));
  rig.command(after("3h"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", false});
  EXPECT_NE(reports(rig).back().kind, Kind::withdrawn);
}

TEST(Stages, OneThatDoesNotExistIsRefused) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("61m"));
  rig.command(after("2h"), "ksd-on-call", submitted("early_waring"));
  ASSERT_FALSE(rig.notes().empty());
  EXPECT_NE(rig.notes().back().find("early_waring"), std::string::npos) << rig.notes().back();
  // It still can be withdrawn: nothing was submitted.
  rig.command(after("3h"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", false});
  EXPECT_EQ(reports(rig).back().kind, Kind::withdrawn);
}

TEST(Stages, TheSameSubmissionTwiceIsOne) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("61m"));
  rig.command(after("2h"), "ksd-on-call", submitted("notification"));
  const Instant due = reports(rig).back().stages.at(2).due;
  rig.command(after("9h"), "ksd-on-call", submitted("notification"));
  EXPECT_EQ(reports(rig).back().stages.at(2).due, due);
}

}  // namespace
}  // namespace avbrottsvakt::testing
