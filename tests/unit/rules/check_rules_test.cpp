#include <gtest/gtest.h>

#include "criteria.h"
#include "rules/regime.h"

namespace avbrottsvakt {
namespace {

using std::chrono::hours;

struct Given {
  RulesSpec rules;
  CatalogueSpec catalogue;
};

StageSpec stage(std::string id, const char* within) {
  StageSpec spec;
  spec.id = std::move(id);
  spec.within = parse_period(within).value();
  return spec;
}

/// Rules and a catalogue without faults, to which each test adds one.
Given given() {
  Given given;
  RegimeSpec regime;
  regime.id = "nis2";
  regime.criteria = any({named("care-limited", limited(hours(1))), named("care-fallback", on_fallback(hours(6))),
                         named("injury", fact("injury"))});
  regime.stages = {stage("early_warning", "24h"), stage("notification", "72h"), stage("final_report", "1 month")};
  regime.stages[0].remind_percent = {50, 75};
  regime.stages[2].anchor = StageSpec::Anchor::submitted;
  regime.stages[2].anchor_stage = "notification";
  regime.recipients = {{"MCF", "", {std::nullopt, std::chrono::year(2026) / 7 / 1}, {}}};
  regime.ask_next_percent = 75;
  regime.due_before = hours(6);
  given.rules.regimes = {regime};
  given.rules.escalation.default_ladder = {{"ksd", Level::notice}};
  given.rules.holidays.days = {{std::chrono::year(2026) / 12 / 24, true}, {std::chrono::year(2026) / 12 / 25, false}};
  given.rules.zone = {"Europe/Stockholm", {{Instant(), hours(1)}}};
  ActivitySpec activity;
  activity.id = "emergency-east";
  activity.sectors = {"care"};
  given.catalogue.activities = {activity};
  given.catalogue.roles = {{"ksd", "", "", ""}};
  given.catalogue.duty_holders = {{"region", "", "", {"nis2"}, {}, {"ksd"}}};
  return given;
}

struct Fault {
  const char* name;
  void (*change)(Given&);
  std::vector<std::string> said;  ///< errors begin with "!"
};
void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class CheckRules : public testing::TestWithParam<Fault> {};

TEST_P(CheckRules, Says) {
  Given all = given();
  GetParam().change(all);
  std::vector<std::string> said;
  for (const SpecFault& fault : check_rules(all.rules, all.catalogue)) {
    EXPECT_FALSE(fault.remedy.empty());
    said.push_back((fault.warning ? "" : "!") + fault.path + ": " + fault.message);
  }
  EXPECT_EQ(said, GetParam().said);
}

RegimeSpec& regime(Given& g) { return g.rules.regimes[0]; }

INSTANTIATE_TEST_SUITE_P(
    Stages, CheckRules,
    testing::Values(
        Fault{"None", [](Given&) {}, {}},
        Fault{"UnknownStage",
              [](Given& g) { regime(g).stages[2].anchor_stage = "notificaton"; },
              {"!regimes[0].stages[2].due.of: there is no stage notificaton"}},
        Fault{"LaterStage",
              [](Given& g) {
                regime(g).stages[0].anchor = StageSpec::Anchor::submitted;
                regime(g).stages[0].anchor_stage = "notification";
              },
              {"!regimes[0].stages[0].due.of: counts from the stage notification, which is not earlier"}},
        Fault{"ItselfAsAnchor",
              [](Given& g) { regime(g).stages[2].anchor_stage = "final_report"; },
              {"!regimes[0].stages[2].due.of: counts from the stage final_report, which is not earlier"}},
        Fault{"TwoStages",
              [](Given& g) {
                regime(g).stages[1].id = "early_warning";
                regime(g).stages[2].anchor_stage = "early_warning";
              },
              {"!regimes[0].stages[1].id: there are two of the stage early_warning"}},
        Fault{"RemindersOfNoPeriod",
              [](Given& g) { regime(g).stages[0].within.reset(); },
              {"!regimes[0].stages[0].remind_percent: reminders at percentages of a period that is not stated",
               "!regimes[0].assess: ask_next_after is missing: the first stage has no deadline that is known before "
               "the answer"}},
        Fault{"DueBeforeAsLongAsTheStage",
              [](Given& g) { regime(g).due_before = hours(24); },
              {"!regimes[0].assess.due_before: due_before 1d is not shorter than the first stage's 24h"}},
        Fault{"DueBeforeJustShorter", [](Given& g) { regime(g).due_before = hours(24) - Millis(1); }, {}},
        Fault{"NoStages",
              [](Given& g) { regime(g).stages.clear(); },
              {"!regimes[0].stages: a regime without stages asks for no report"}},
        Fault{"NoRecipients",
              [](Given& g) { regime(g).recipients.clear(); },
              {"!regimes[0].recipients: nobody receives the reports"}}),
    [](const auto& test) { return test.param.name; });

StageSpec soonest(std::string id) {
  StageSpec spec;
  spec.id = std::move(id);
  spec.anchor = StageSpec::Anchor::known_significant;
  return spec;
}

INSTANTIATE_TEST_SUITE_P(
    StagesOfOtherShapes, CheckRules,
    testing::Values(
        Fault{
            "AskNextAfterAnAnswerThatNobodyKnows",
            [](Given& g) { regime(g).stages[0].anchor = StageSpec::Anchor::known_significant; },
            {"!regimes[0].assess: ask_next_after is missing: the first stage has no deadline that is known before the "
             "answer"}},
        Fault{"AskNextAfterGiven",
              [](Given& g) {
                regime(g).stages[0].anchor = StageSpec::Anchor::known_significant;
                regime(g).ask_next_after = hours(4);
              },
              {}},
        Fault{"AskAgainOutOfOrder",
              [](Given& g) {
                regime(g).stages[0].anchor = StageSpec::Anchor::known_significant;
                regime(g).ask_next_after = hours(4);
                regime(g).ask_again_after = {hours(24), hours(12)};
              },
              {"!regimes[0].assess.remind_after: the reminders are not in order"}},
        Fault{"NoShareOfADeadline",
              [](Given& g) { regime(g).ask_next_percent = 0; },
              {"!regimes[0].assess: ask_next_percent and due_before are missing: the first stage has a deadline of its "
               "own"}},
        Fault{"PolicyWhereTheLawHasANumber",
              [](Given& g) { regime(g).stages[1].policy_target = hours(24); },
              {"!regimes[0].stages[1].policy: the law gives a number for this stage: policy is for those without"}},
        Fault{"PolicyOutOfOrder",
              [](Given& g) {
                regime(g).stages.push_back(soonest("inform"));
                regime(g).stages[3].policy_remind_after = {hours(8), hours(2)};
              },
              {"!regimes[0].stages[3].policy.remind_after: the reminders are not in order"}},
        Fault{"OnRequestFromSomethingElse",
              [](Given& g) { regime(g).stages[1].on_request = true; },
              {"!regimes[0].stages[1].due.of: made on request, but does not count from requested"}},
        Fault{"RequestedWithoutOnRequest",
              [](Given& g) { regime(g).stages[1].anchor = StageSpec::Anchor::requested; },
              {"!regimes[0].stages[1].due.of: counts from requested, but is not made on request"}},
        Fault{"TheFirstUnderACondition",
              [](Given& g) { regime(g).stages[0].when = fact("x"); },
              {"!regimes[0].stages[0].when: the first stage is made under a condition only"}},
        Fault{"AConditionThatNobodyIsAskedFor",
              [](Given& g) {
                regime(g).stages[1].when = fact("x");
                regime(g).stages[1].when->ask.clear();
              },
              {"!regimes[0].stages[1].when.ask: nobody is asked about the fact x"}},
        Fault{"CasesWithoutAPeriodForTheRest",
              [](Given& g) {
                regime(g).stages.push_back(soonest("report"));
                regime(g).stages[3].cases = {{fact("death"), parse_period("10 days").value(), {}}};
              },
              {"!regimes[0].stages[3].cases: there is no period for when none of the cases applies"}},
        Fault{"InsteadOfNothing",
              [](Given& g) { regime(g).stages[2].instead = "progres_report"; },
              {"!regimes[0].stages[2].if_ongoing.instead: there is no other stage progres_report"}},
        Fault{"InsteadOfWhatHasNoDay",
              [](Given& g) { regime(g).stages[1].instead = "final_report"; },
              {"!regimes[0].stages[1].if_ongoing: what is due instead needs a day on which this one is due"}},
        Fault{"InsteadAsItShouldBe",
              [](Given& g) {
                regime(g).stages[2].instead = "progress_report";
                regime(g).stages.push_back(stage("progress_report", "1 month"));
              },
              {}},
        Fault{"ARecipientOfAnUnknownStage",
              [](Given& g) { regime(g).recipients[0].stages = {"early_warning", "notification", "final_raport"}; },
              {"!regimes[0].recipients[0].stages[2]: there is no stage final_raport",
               "!regimes[0].stages[2].id: nobody receives the stage final_report"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Asking, CheckRules,
    testing::Values(
        Fault{"WhenAnOutage", [](Given& g) { regime(g).ask_when = outage(std::nullopt); }, {}},
        Fault{"WhenAnyOutageAtAll",
              [](Given& g) {
                regime(g).ask_when = outage(std::nullopt);
                regime(g).ask_when->services = {};
              },
              {"!regimes[0].ask_when.when.outage: says nothing of the services: every outage would meet it"}},
        Fault{"Always",
              [](Given& g) { regime(g).ask_when = negation(limited(hours(1))); },
              {"!regimes[0].ask_when: the criteria are met before anything has happened"}},
        Fault{"WithTheNameOfACriterion",
              [](Given& g) { regime(g).ask_when = named("injury", outage(std::nullopt)); },
              {"!regimes[0].ask_when.id: there are two of the criterion injury"}},
        Fault{"DesignatedFromNoDay",
              [](Given& g) { g.catalogue.duty_holders[0].designated_critical_entity = true; },
              {"!duty_holders[0].designated_critical_entity: named as a critical entity, but from when is missing"}},
        Fault{"ADayWithoutDesignation",
              [](Given& g) { g.catalogue.duty_holders[0].duty_applies_from = std::chrono::year(2027) / 5 / 17; },
              {"!duty_holders[0].duty_applies_from: says from when, but not that it is named"}}),
    [](const auto& test) { return test.param.name; });

FollowUpSpec& follow_up(Given& g) {
  FollowUpSpec spec;
  spec.after = {hours(24), hours(168)};
  spec.tell = "ksd";
  spec.sectors = {"care"};
  g.rules.escalation.horizon = hours(720);
  g.rules.escalation.follow_up = spec;
  return *g.rules.escalation.follow_up;
}

INSTANTIATE_TEST_SUITE_P(
    FollowUps, CheckRules,
    testing::Values(Fault{"AsItShouldBe", [](Given& g) { follow_up(g); }, {}},
                    Fault{"OutOfOrder",
                          [](Given& g) { follow_up(g).after = {hours(24), hours(24)}; },
                          {"!escalation.follow_up.after[1]: does not come after the question before it"}},
                    Fault{"WhenItIsForgotten",
                          [](Given& g) { follow_up(g).after = {hours(720)}; },
                          {"!escalation.follow_up.after[0]: 30d is not shorter than the horizon, 30d"}},
                    Fault{
                        "JustBeforeItIsForgotten", [](Given& g) { follow_up(g).after = {hours(720) - Millis(1)}; }, {}},
                    Fault{"OfNobody",
                          [](Given& g) { follow_up(g).tell = "kds"; },
                          {"!escalation.follow_up.tell: there is no role kds"}},
                    Fault{"OfASectorThatIsMisspelt",
                          [](Given& g) { follow_up(g).sectors = {"caer"}; },
                          {"!escalation.follow_up.sectors[0]: no activity is of the sector caer"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Criteria, CheckRules,
    testing::Values(
        Fault{"TwoCriteria",
              [](Given& g) { regime(g).criteria.children[1].id = "injury"; },
              {"!regimes[0].criteria.any[2].id: there are two of the criterion injury"}},
        Fault{"NobodyAsked",
              [](Given& g) { regime(g).criteria.children[2].ask.clear(); },
              {"!regimes[0].criteria.any[2].ask: nobody is asked about the fact injury"}},
        Fault{"EmptyList",
              [](Given& g) { regime(g).criteria.children[0] = all({}); },
              {"!regimes[0].criteria.any[0].all: a list of criteria that is empty"}},
        Fault{"NotOfNothing",
              [](Given& g) {
                regime(g).criteria.children[0] = negation(fact("x"));
                regime(g).criteria.children[0].children.clear();
              },
              {"!regimes[0].criteria.any[0].not: not turns exactly one criterion around"}},
        Fault{"MetBeforeAnythingHappened",
              [](Given& g) { regime(g).criteria.children.push_back(negation(limited(hours(12)))); },
              {"!regimes[0].criteria: the criteria are met before anything has happened"}},
        Fault{"MetFromADateOnBeforeAnythingHappened",
              [](Given& g) {
                regime(g).criteria.children.push_back(negation(fact("x")));
                regime(g).criteria.children.back().children[0].valid.until = std::chrono::year(2030) / 1 / 1;
              },
              {"!regimes[0].criteria: the criteria are met before anything has happened"}},
        Fault{"NotJoinedWithAll",
              [](Given& g) { regime(g).criteria.children.push_back(all({fact("x"), negation(limited(hours(12)))})); },
              {}},
        Fault{"ValidityEndsBeforeItBegins",
              [](Given& g) {
                regime(g).criteria.children[0].valid = {std::chrono::year(2026) / 7 / 1,
                                                        std::chrono::year(2026) / 7 / 1};
              },
              {"!regimes[0].criteria.any[0].valid.until: valid until 2026-07-01, but only from 2026-07-01"}},
        Fault{"ValidForOneDay",
              [](Given& g) {
                regime(g).criteria.children[0].valid = {std::chrono::year(2026) / 7 / 1,
                                                        std::chrono::year(2026) / 7 / 2};
              },
              {}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    WithTheCatalogue, CheckRules,
    testing::Values(
        Fault{"SectorOfNoActivity",
              [](Given& g) { regime(g).criteria.children.push_back(limited(hours(6), "public_transport")); },
              {"regimes[0].criteria.any[3].when.limited.sector: no activity is of the sector public_transport"}},
        Fault{"MisspeltSectorOfARule",
              [](Given& g) { regime(g).criteria.children.push_back(on_fallback(hours(6), "crae")); },
              {"!regimes[0].criteria.any[3].when.on_fallback.sector: no activity is of the sector crae"}},
        Fault{"MisspeltSectorOfAnActivity",
              [](Given& g) { g.catalogue.activities[0].sectors.push_back("caer"); },
              {"!activities[0].sectors[1]: no criterion names the sector caer"}},
        Fault{"SectorOfNoCriterion",
              [](Given& g) { g.catalogue.activities[0].sectors.push_back("administration"); },
              {"activities[0].sectors[1]: no criterion names the sector administration"}},
        Fault{"EverySectorIsNoSector",
              [](Given& g) { regime(g).criteria.children.push_back(limited(hours(6), "")); },
              {}},
        Fault{"UnknownRegime",
              [](Given& g) { g.catalogue.duty_holders[0].regimes.push_back("nis3"); },
              {"!duty_holders[0].regimes[1]: there is no regime nis3"}},
        Fault{"NobodyBound",
              [](Given& g) { g.catalogue.duty_holders[0].regimes.clear(); },
              {"regimes[0].regime: no duty holder is bound by nis2"}},
        Fault{"TwoRegimes",
              [](Given& g) { g.rules.regimes.push_back(g.rules.regimes[0]); },
              {"!regimes[1].regime: there are two of the regime nis2"}},
        Fault{"UnknownRole",
              [](Given& g) { g.rules.escalation.default_ladder[0].tell = "ksdd"; },
              {"!escalation.default_ladder[0].tell: there is no role ksdd"}},
        Fault{"HolidayTwice",
              [](Given& g) { g.rules.holidays.days[1].date = g.rules.holidays.days[0].date; },
              {"!calendar.holidays[1].date: 2026-12-24 does not come after the day before it in the list"}},
        Fault{"NoOffsets",
              [](Given& g) { g.rules.zone.offsets.clear(); },
              {"!zone: the time zone Europe/Stockholm has no offsets"}}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace avbrottsvakt
