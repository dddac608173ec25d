// What a new bundle changes for what is open: said at once, by the clock that has run all the time.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration) { return kStart + dur(duration); }

/// COSMIC is down since kStart. At `elapsed` the changed world is put in force. By the first one: activation after 30m,
/// RTO 90m, MTA of the emergency ward 2h, NIS2 when care has been limited for more than an hour.
struct Open {
  World world;
  Rig rig{world.compile(), kStart};

  explicit Open(bool known = false) {
    rig.signal(kStart, "cosmic", Condition::down);
    if (known) {
      rig.command(after("6m"), "ksd-on-call", Acknowledge{"2026-0001"});
      rig.command(after("7m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
    }
  }
  /// What is said of it at that instant.
  std::string activate(std::string_view elapsed) {
    rig.tick_until(after(elapsed));
    rig.said();
    rig.add_bundle(world.compile("bundle-2"));
    Input input;
    input.stamp = after(elapsed);
    input.body = Activate{"bundle-2", "bundle-1", false};
    rig.input(input);
    return story(rig.said());
  }
  std::string later(std::string_view elapsed) {
    rig.tick_until(after(elapsed));
    return story(rig.said());
  }
};

struct Case {
  const char* name;
  const char* value;
  const char* at_once;
  const char* later;
};
std::string name_of(const ::testing::TestParamInfo<Case>& test) { return test.param.name; }

class RtoShortened : public ::testing::TestWithParam<Case> {};
TEST_P(RtoShortened, After40Minutes) {
  Open open;
  open.world.plan("cosmic").rto = dur(GetParam().value);
  EXPECT_EQ(open.activate("40m"), GetParam().at_once);
  EXPECT_EQ(open.later("59m"), GetParam().later);
  // At the instant at which it was passed by the new plan, not when that was put in force.
  EXPECT_EQ(standing(open.rig.outputs(), AlertReason::rto_missed, "cosmic"), after(GetParam().value));
}
INSTANTIATE_TEST_SUITE_P(
    Values, RtoShortened,
    ::testing::Values(Case{"MissedLongAgo", "10m", "01:40:00 0001 warning cosmic: ladder(cosmic) rto_missed(cosmic)\n",
                           ""},
                      Case{"MissedAMillisecondAgo", "39m59s999ms",
                           "01:40:00 0001 warning cosmic: ladder(cosmic) rto_missed(cosmic)\n", ""},
                      Case{"MissedNow", "40m", "01:40:00 0001 warning cosmic: ladder(cosmic) rto_missed(cosmic)\n", ""},
                      Case{"MissedInAMillisecond", "40m1ms", "01:40:00 0001 warning cosmic: ladder(cosmic)\n",
                           "01:40:00.001 0001 warning cosmic: rto_missed(cosmic)\n"}),
    name_of);

class RtoLengthened : public ::testing::TestWithParam<Case> {};
TEST_P(RtoLengthened, TenMinutesAfterItWasMissed) {
  Open open;
  open.world.plan("cosmic").rto = dur(GetParam().value);
  EXPECT_EQ(open.activate("100m"), GetParam().at_once);
  EXPECT_EQ(open.later("104m"), GetParam().later);
}
INSTANTIATE_TEST_SUITE_P(
    Values, RtoLengthened,
    ::testing::Values(
        // Still missed, at another instant: amended, and so is the step at half of it.
        Case{"MissedAMillisecondAgo", "99m59s999ms",
             "02:40:00 0001 critical cosmic: ladder(cosmic) rto_missed(cosmic)\n", ""},
        Case{"MissedNow", "100m", "02:40:00 0001 critical cosmic: ladder(cosmic) rto_missed(cosmic)\n", ""},
        Case{"NotMissedYet", "100m1ms", "02:40:00 0001 critical cosmic: ladder(cosmic) -rto_missed(cosmic)\n",
             "02:40:00.001 0001 critical cosmic: rto_missed(cosmic)\n"}),
    name_of);

TEST(RtoLengthenedInstant, ReplacesTheOneThatWasSaid) {
  Open open;
  open.world.plan("cosmic").rto = dur("95m");
  open.activate("100m");
  const std::vector<SaidEntry> said = entries(open.rig.outputs(), AlertReason::rto_missed, "cosmic");
  ASSERT_THAT(said, SizeIs(2));
  EXPECT_EQ(said[0].entry.at, after("90m"));
  EXPECT_EQ(said[1].entry.at, after("95m"));
  EXPECT_EQ(said[1].said, after("100m"));
}

class MtaLengthened : public ::testing::TestWithParam<Case> {};
TEST_P(MtaLengthened, FiveMinutesAfterItWasMissed) {
  Open open;
  open.world.activity("emergency-east").mta = dur(GetParam().value);
  EXPECT_EQ(open.activate("125m"), GetParam().at_once);
  EXPECT_EQ(open.later("129m"), GetParam().later);
}
INSTANTIATE_TEST_SUITE_P(
    Values, MtaLengthened,
    ::testing::Values(Case{"MissedAMillisecondAgo", "124m59s999ms",
                           "03:05:00 0001 emergency cosmic: ladder(cosmic) ladder(cosmic) mta_missed(emergency-east)\n",
                           ""},
                      Case{"MissedNow", "125m",
                           "03:05:00 0001 emergency cosmic: ladder(cosmic) ladder(cosmic) mta_missed(emergency-east)\n",
                           ""},
                      // The level falls with it, and rises again when the time has come.
                      Case{"NotMissedYet", "125m1ms",
                           "03:05:00 0001 critical cosmic: ladder(cosmic) -ladder(cosmic) -mta_missed(emergency-east) "
                           "level_lowered(cosmic)\n",
                           "03:05:00.001 0001 emergency cosmic: ladder(cosmic) mta_missed(emergency-east)\n"}),
    name_of);

TEST(MtaLengthenedInTime, SaysNothingUntilItIsReached) {
  Open open;
  open.world.activity("emergency-east").mta = dur("150m");
  // Only the step at 75 %, which was passed by the old one and is not by the new one, is taken back.
  EXPECT_EQ(open.activate("100m"), "02:40:00 0001 warning cosmic: -ladder(cosmic) level_lowered(cosmic)\n");
  open.later("3h");
  EXPECT_EQ(standing(open.rig.outputs(), AlertReason::mta_missed, "emergency-east"), after("150m"));
  EXPECT_THAT(entries(open.rig.outputs(), AlertReason::mta_missed), SizeIs(1));
}

TEST(PlanVersion, OfAProposalStaysTheOneThatItWasMadeBy) {
  Open open;
  open.world.plan("cosmic").version = "2027.1";
  open.world.plan("cosmic").steps.front().text = "Något annat";
  EXPECT_EQ(open.activate("40m"), "");
  open.later("91m");
  const auto prompts = all_of<ActivationPrompt>(open.rig.outputs());
  ASSERT_THAT(prompts, SizeIs(1));
  EXPECT_EQ(prompts[0].version, "2026.2");
  open.rig.restart();
  open.rig.signal(after("2h"), "cosmic", Condition::up);
  open.later("3h");
  EXPECT_EQ(all_of<ActivationPrompt>(open.rig.outputs()).back().version, "2026.2");
}

class ActivationLater : public ::testing::TestWithParam<Case> {};
TEST_P(ActivationLater, TenMinutesAfterItWasProposed) {
  Open open;
  open.world.plan("cosmic").version = "2027.1";
  open.world.plan("cosmic").activate_elapsed = dur(GetParam().value);
  EXPECT_EQ(open.activate("40m"), GetParam().at_once);
  EXPECT_EQ(open.later("44m"), GetParam().later);
}
INSTANTIATE_TEST_SUITE_P(Values, ActivationLater,
                         ::testing::Values(
                             // The proposal stands, by the version by which it was made; its instant is amended.
                             Case{"MetAMillisecondAgo", "39m59s999ms",
                                  "01:40:00 0001 notice cosmic: activation(cosmic)\n", ""},
                             Case{"MetNow", "40m", "01:40:00 0001 notice cosmic: activation(cosmic)\n", ""},
                             Case{"NotMetYet", "40m1ms",
                                  "01:40:00 0001 notice cosmic: -activation(cosmic)\n"
                                  "01:40:00 0001 activation cosmic 2026.2 withdrawn\n",
                                  "01:40:00.001 0001 notice cosmic: activation(cosmic)\n"
                                  "01:40:00.001 0001 activation cosmic 2027.1\n"}),
                         name_of);

TEST(ActivityRemoved, TakesItsLimitsAndItsDutiesWithIt) {
  Open open;
  std::erase_if(open.world.catalogue.activities, [](const ActivitySpec& a) { return a.id == "emergency-east"; });
  EXPECT_EQ(open.activate("125m"),
            "03:05:00 0001 warning cosmic: -ladder(cosmic) -ladder(cosmic) -mta_missed(emergency-east) -legal(nis2) "
            "level_lowered(cosmic)\n"
            "03:05:00 0001 nis2 withdrawn early_warning criterion_no_longer_met\n");
  // The service has its plan still, and its outage goes on.
  EXPECT_EQ(open.later("5h"), "");
  EXPECT_EQ(standing(open.rig.outputs(), AlertReason::rto_missed, "cosmic"), after("90m"));
}

class CriterionChanged : public ::testing::TestWithParam<Case> {};
TEST_P(CriterionChanged, After85MinutesOfLimitedCare) {
  Open open(true);
  open.world.rules.regimes.front().criteria.children.front().more_than = dur(GetParam().value);
  EXPECT_EQ(open.activate("85m"), GetParam().at_once);
  EXPECT_EQ(open.later("86m"), GetParam().later);
}
INSTANTIATE_TEST_SUITE_P(Values, CriterionChanged,
                         ::testing::Values(Case{"MetByAMillisecond", "84m59s999ms",
                                                "02:25:00 0001 warning cosmic: legal(nis2)\n"
                                                "02:25:00 0001 nis2 amended early_warning criterion_moved\n",
                                                ""},
                                           // More than: not yet.
                                           Case{"NotMetYet", "85m",
                                                "02:25:00 0001 warning cosmic: -legal(nis2)\n"
                                                "02:25:00 0001 nis2 withdrawn early_warning criterion_no_longer_met\n",
                                                "02:25:00.001 0001 warning cosmic: legal(nis2)\n"
                                                "02:25:00.001 0001 nis2 due early_warning\n"},
                                           Case{"NotMetByAMillisecond", "85m1ms",
                                                "02:25:00 0001 warning cosmic: -legal(nis2)\n"
                                                "02:25:00 0001 nis2 withdrawn early_warning criterion_no_longer_met\n",
                                                "02:25:00.002 0001 warning cosmic: legal(nis2)\n"
                                                "02:25:00.002 0001 nis2 due early_warning\n"}),
                         name_of);

/// The early warning, due 24h after the incident was known at 6m; four hours have passed since.
class DeadlineChanged : public ::testing::TestWithParam<Case> {};
TEST_P(DeadlineChanged, OfADutyThatIsDue) {
  Open open(true);
  open.world.rules.regimes.front().stages.front().within = parse_period(GetParam().value).value();
  EXPECT_EQ(open.activate("4h6m"), GetParam().at_once);
  const auto prompts = all_of<ReportPrompt>(open.rig.outputs());
  EXPECT_EQ(prompts.back().due, after("6m") + dur(GetParam().value));
  EXPECT_EQ(open.later("4h7m"), GetParam().later);
}
INSTANTIATE_TEST_SUITE_P(
    Values, DeadlineChanged,
    ::testing::Values(Case{"PassedLongAgo", "3h", "05:06:00 0001 nis2 overdue early_warning\n", ""},
                      Case{"PassedNow", "4h", "05:06:00 0001 nis2 overdue early_warning\n", ""},
                      // The amendment says what a reminder at 75 % would.
                      Case{"NotPassedYet", "5h", "05:06:00 0001 nis2 amended early_warning rules_changed\n", ""},
                      Case{"Longer", "48h", "05:06:00 0001 nis2 amended early_warning rules_changed\n", ""}),
    name_of);

TEST(DeadlineUnchanged, SaysNothing) {
  Open open(true);
  open.world.rules.regimes.front().stages.front().source.place = "2 kap. 6 §";
  EXPECT_EQ(open.activate("4h6m"), "");
  open.rig.restart();
  EXPECT_EQ(open.later("4h7m"), "");
}

/// What a prompt says of itself, changed while the duty is due: said again, and to whom it is for now.
struct OtherParticulars {
  const char* name;
  std::function<void(World&)> change;
  const char* at_once;
  std::function<std::string(const ReportPrompt&)> shown;
  const char* expected;
};
class Particulars : public ::testing::TestWithParam<OtherParticulars> {};
TEST_P(Particulars, OfADutyThatIsDue) {
  Open open(true);
  GetParam().change(open.world);
  EXPECT_EQ(open.activate("4h6m"), GetParam().at_once);
  if (*GetParam().at_once != '\0') {
    EXPECT_EQ(GetParam().shown(all_of<ReportPrompt>(open.rig.outputs()).back()), GetParam().expected);
  }
  // Once, also after a restart.
  open.rig.restart();
  EXPECT_EQ(open.later("4h30m"), "");
}
RegimeSpec& nis2(World& world) { return world.rules.regimes.front(); }
INSTANTIATE_TEST_SUITE_P(
    Changes, Particulars,
    ::testing::Values(OtherParticulars{"Recipient", [](World& w) { nis2(w).recipients.front().to = "MCF"; },
                                       "05:06:00 0001 nis2 amended early_warning particulars_changed\n",
                                       [](const ReportPrompt& p) { return p.recipient; }, "MCF"},
                      OtherParticulars{"Channel", [](World& w) { nis2(w).recipients.front().channel = "Telefon"; },
                                       "05:06:00 0001 nis2 amended early_warning particulars_changed\n",
                                       [](const ReportPrompt& p) { return p.channel; }, "Telefon"},
                      OtherParticulars{"AnotherAsked",
                                       [](World& w) { w.catalogue.duty_holders.front().assessors = {"ward-manager"}; },
                                       "05:06:00 0001 nis2 amended early_warning particulars_changed\n",
                                       [](const ReportPrompt& p) { return p.to.id; }, "ward-manager"},
                      OtherParticulars{"Contents",
                                       [](World& w) { nis2(w).stages.front().contents = {"Vad som har hänt"}; },
                                       "05:06:00 0001 nis2 amended early_warning particulars_changed\n",
                                       [](const ReportPrompt& p) { return p.contents.front(); }, "Vad som har hänt"},
                      OtherParticulars{"AReportMore",
                                       [](World& w) {
                                         StageSpec more = nis2(w).stages.back();
                                         more.id = "afterwards";
                                         more.name = "Uppföljning";
                                         nis2(w).stages.push_back(more);
                                       },
                                       "05:06:00 0001 nis2 amended early_warning particulars_changed\n",
                                       [](const ReportPrompt& p) { return p.stages.back().name; }, "Uppföljning"},
                      OtherParticulars{"AReportLess", [](World& w) { nis2(w).stages.pop_back(); },
                                       "05:06:00 0001 nis2 amended early_warning particulars_changed\n",
                                       [](const ReportPrompt& p) { return std::to_string(p.stages.size()); }, "2"},
                      // What weighs more says all there is.
                      OtherParticulars{"AndADeadlineThatHasPassed",
                                       [](World& w) {
                                         nis2(w).recipients.front().to = "MCF";
                                         nis2(w).stages.front().within = parse_period("3h").value();
                                       },
                                       "05:06:00 0001 nis2 overdue early_warning\n",
                                       [](const ReportPrompt& p) { return p.recipient; }, "MCF"},
                      OtherParticulars{"RecipientOfAnotherDay",
                                       [](World& w) {
                                         RecipientSpec later = nis2(w).recipients.front();
                                         later.to = "MCF";
                                         later.valid.from = parse_date("2027-01-01").value();
                                         nis2(w).recipients.push_back(later);
                                       },
                                       "", nullptr, ""},
                      OtherParticulars{"Caution", [](World& w) { nis2(w).cautions = {"Osäkert"}; }, "", nullptr, ""}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(ParticularsOfAClosedDuty, AreSaidToNobody) {
  Open open(true);
  for (const char* stage : {"early_warning", "notification", "final_report"}) {
    open.rig.command(after("2h"), "security-lead", Submitted{"2026-0001", "nis2", "region", stage});
  }
  nis2(open.world).recipients.front().to = "MCF";
  EXPECT_EQ(open.activate("4h6m"), "");
}

TEST(DeadlineLengthened, RemindsOfTheOneThatHoldsNow) {
  Open open(true);
  open.world.rules.regimes.front().stages.front().within = parse_period("48h").value();
  open.activate("13h");  // After the reminder at 50 % of 24h.
  EXPECT_EQ(open.later("24h6m"), "01:06:00 0001 nis2 reminder early_warning\n");
}

}  // namespace
}  // namespace avbrottsvakt::testing
