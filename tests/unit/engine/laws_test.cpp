// What laws of other shapes than NIS2 need: questions that an outage raises, answers that dismiss and open again,
// reports without a number of hours, on request, by case, and while the incident goes on.
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
const LegalSource kPolicy{"policy", "", SourceBasis::policy, Confidence::high, ""};
const LegalSource kAct{"HSLF-FS 2021:52", "5 kap. 2 §", SourceBasis::transcription, Confidence::medium, ""};

Criterion fact(std::string name, std::string reopened_by = {}) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::fact;
  criterion.id = name;
  criterion.text = name;
  criterion.ask = name + "?";
  criterion.fact = std::move(name);
  criterion.reopened_by = std::move(reopened_by);
  return criterion;
}
Criterion group(Criterion::Kind kind, std::vector<Criterion> children) {
  Criterion criterion;
  criterion.kind = kind;
  criterion.children = std::move(children);
  return criterion;
}
Criterion outage(ServiceFilter services, std::optional<Millis> more_than = {}) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::outage;
  criterion.id = "outage";
  criterion.services = std::move(services);
  criterion.at_once = !more_than;
  criterion.more_than = more_than.value_or(Millis{0});
  return criterion;
}
ServiceFilter devices() {
  ServiceFilter services;
  services.device = {DeviceKind::ce_marked, DeviceKind::nmi};
  return services;
}

StageSpec soonest(std::string id) {
  StageSpec stage;
  stage.id = std::move(id);
  stage.name = stage.id;
  stage.anchor = StageSpec::Anchor::known_significant;
  stage.source = kAct;
  stage.policy_target = dur("24h");
  stage.policy_remind_after = {dur("2h"), dur("8h")};
  stage.policy_source = kPolicy;
  return stage;
}

/// A device law: the outage of a device asks; the yes of a person is reported to the authority and to the manufacturer.
RegimeSpec device_law() {
  RegimeSpec regime;
  regime.id = "device";
  regime.name = "Medicinteknik";
  regime.question = "Har ett fel skadat någon?";
  regime.ask_when = outage(devices());
  regime.criteria =
      group(Criterion::Kind::all, {outage(devices()), fact("device_malfunction_serious", "adverse_event")});
  regime.stages = {soonest("report_authority"), soonest("report_manufacturer")};
  regime.recipients = {{"Läkemedelsverket", "e-tjänsten", {}, kAct, {"report_authority"}, false},
                       {"Tillverkaren", "", {}, kAct, {"report_manufacturer"}, true}};
  regime.ask_next_after = dur("4h");
  regime.ask_again_after = {dur("12h"), dur("24h")};
  regime.assess_source = kPolicy;
  return regime;
}

World world_of(RegimeSpec regime) {
  World world;
  world.service("cosmic").device = MedicalDevice{DeviceKind::ce_marked, "Exempelbolaget AB"};
  world.catalogue.duty_holders[0].regimes = {regime.id};
  world.rules.regimes = {std::move(regime)};
  return world;
}

std::vector<ReportPrompt> reports(const Rig& rig) { return all_of<ReportPrompt>(rig.outputs()); }

/// "assess report_authority 11-22T01:00:00.000" for each prompt.
std::vector<std::string> told(const Rig& rig) {
  std::vector<std::string> lines;
  for (const ReportPrompt& prompt : reports(rig)) {
    const std::string about = prompt.kind == Kind::follow_up ? prompt.activity.id : prompt.stage;
    lines.push_back(std::string(to_string(prompt.kind)) + " " + about + " " +
                    format_instant(prompt.header.at).substr(5, 18));
  }
  return lines;
}
AnswerFact answer(std::string fact, Answer said) { return {"2026-0001", std::move(fact), said, ""}; }
Submitted submitted(std::string regime, std::string stage) {
  return {"2026-0001", std::move(regime), "region", std::move(stage)};
}
std::vector<std::string> stages_of(const ReportPrompt& prompt) {
  std::vector<std::string> ids;
  for (const StageState& stage : prompt.stages) {
    ids.push_back(stage.id);
  }
  return ids;
}

// Questions that an outage raises.

TEST(Asking, AnOutageOfADeviceAsksAtOnceAndGoesOnAsking) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  ASSERT_THAT(reports(rig), SizeIs(1));
  const ReportPrompt asked = reports(rig)[0];
  EXPECT_EQ(asked.kind, Kind::assess);
  EXPECT_TRUE(asked.undecided);
  EXPECT_EQ(asked.asked_at, kStart);
  EXPECT_EQ(asked.due, Instant{});
  EXPECT_EQ(asked.known_significant_at, Instant{});
  ASSERT_THAT(asked.grounds, SizeIs(1));
  EXPECT_EQ(asked.grounds[0].basis, Basis::measured);
  EXPECT_THAT(asked.grounds[0].subjects, ElementsAre(Named{"cosmic", "COSMIC"}));
  ASSERT_THAT(asked.questions, SizeIs(1));
  EXPECT_EQ(asked.questions[0].fact, "device_malfunction_serious");
  EXPECT_EQ(asked.questions[0].settles_at, kStart);
  // Nothing is alarmed as reportable before somebody has said so.
  EXPECT_EQ(standing(rig.outputs(), AlertReason::legal, "device"), std::nullopt);

  rig.tick_until(after("4h", -kOne));
  EXPECT_THAT(reports(rig), SizeIs(1));
  rig.tick_until(after("4h"));
  ASSERT_THAT(reports(rig), SizeIs(2));
  EXPECT_EQ(reports(rig)[1].kind, Kind::ask_next);
  EXPECT_EQ(reports(rig)[1].to.id, "duty-officer-region");
  rig.restart();
  rig.tick_until(after("90h"));
  EXPECT_THAT(
      told(rig),
      ElementsAre("assess report_authority 11-22T01:00:00.000", "ask_next report_authority 11-22T05:00:00.000",
                  "reminder report_authority 11-22T13:00:00.000", "reminder report_authority 11-23T01:00:00.000"));
}

TEST(Asking, NothingIsAskedOfWhatIsNoDevice) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "lab", Condition::down);
  rig.tick_until(after("90h"));
  EXPECT_THAT(reports(rig), IsEmpty());
}

TEST(Asking, ANoDismissesAndANotKnownDoesNot) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("1h"), "ward-manager", answer("device_malfunction_serious", Answer::not_known));
  EXPECT_THAT(reports(rig), SizeIs(1));
  rig.command(after("2h"), "ward-manager", answer("device_malfunction_serious", Answer::no));
  ASSERT_THAT(reports(rig), SizeIs(2));
  const ReportPrompt dismissed = reports(rig)[1];
  EXPECT_EQ(dismissed.kind, Kind::dismissed);
  EXPECT_EQ(dismissed.because, "answered_no");
  ASSERT_THAT(dismissed.grounds, SizeIs(1));
  EXPECT_TRUE(dismissed.grounds[0].denied);
  EXPECT_EQ(dismissed.grounds[0].confirmed_by, "Vårdenhetschefen");
  EXPECT_EQ(dismissed.grounds[0].true_since, after("2h"));
  EXPECT_EQ(all_of<IncidentPicture>(rig.outputs()).back().duties.at(0).state, "dismissed");
  rig.tick_until(after("90h"));
  EXPECT_THAT(reports(rig), SizeIs(2));
}

TEST(Asking, WhatIsKnownLaterOpensItAgain) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("1h"), "cosmic", Condition::up);
  rig.command(after("2h"), "ward-manager", answer("device_malfunction_serious", Answer::no));
  // The day after a clinic reports a near miss: who said no did not know that.
  rig.command(after("30h"), "ward-manager",
              {AnswerFact{"2026-0001", "adverse_event:emergency-east", Answer::yes, "A-1"}});
  ASSERT_THAT(reports(rig).back().kind, Kind::reopened);
  EXPECT_TRUE(reports(rig).back().undecided);
  EXPECT_EQ(reports(rig).back().because, "answered_anew");
  EXPECT_EQ(reports(rig).back().recovered_at, after("1h"));
  rig.tick_until(after("34h"));
  EXPECT_EQ(reports(rig).back().kind, Kind::ask_next);
  rig.command(after("35h"), "ward-manager", answer("device_malfunction_serious", Answer::yes));
  const ReportPrompt due = reports(rig).back();
  EXPECT_EQ(due.kind, Kind::due);
  EXPECT_EQ(due.because, "answered_yes");
  EXPECT_FALSE(due.undecided);
  // Awareness is that of the answer, not that of the outage.
  EXPECT_EQ(due.known_significant_at, after("35h"));
  EXPECT_EQ(due.stages.at(0).policy_target, after("59h"));
  // A yes that turns out to be wrong is taken back by a no.
  rig.command(after("36h"), "ward-manager", answer("device_malfunction_serious", Answer::no));
  EXPECT_EQ(reports(rig).back().kind, Kind::dismissed);
  rig.command(after("37h"), "ward-manager", answer("device_malfunction_serious", Answer::yes));
  EXPECT_EQ(reports(rig).back().kind, Kind::reopened);
  EXPECT_FALSE(reports(rig).back().undecided);
}

TEST(Asking, AnOutageThatWasNoneTakesTheQuestionBack) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("1m"), "ksd-on-call", Acknowledge{"2026-0001"});
  // The same cause turns out to have been about another service.
  Signal signal;
  signal.source = "test";
  signal.key = "cosmic/probe";
  signal.condition = Condition::down;
  signal.at = after("2m");
  signal.labels = {{"service", "lab"}};
  Input input;
  input.stamp = after("2m");
  input.body = Heard{{signal}, {}};
  rig.input(input);
  rig.tick_until(after("5m"));
  EXPECT_EQ(reports(rig).back().kind, Kind::withdrawn);
}

// Reports without a number of hours.

TEST(Soonest, TheProgramsOwnTimesEscalate) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("1h"), "ward-manager", answer("device_malfunction_serious", Answer::yes));
  rig.tick_until(after("3h", -kOne));
  EXPECT_THAT(reports(rig), SizeIs(2));
  rig.tick_until(after("25h", -kOne));
  EXPECT_THAT(
      told(rig),
      ElementsAre("assess report_authority 11-22T01:00:00.000", "due report_authority 11-22T02:00:00.000",
                  "reminder report_authority 11-22T04:00:00.000", "reminder report_authority 11-22T10:00:00.000"));
  EXPECT_EQ(reports(rig).back().to.id, "ksd-on-call");
  rig.tick_until(after("25h"));
  // The law has no such limit: that is said, and nothing is called overdue.
  EXPECT_EQ(reports(rig).back().kind, Kind::reminder);
  EXPECT_EQ(reports(rig).back().because, "target_passed");
  EXPECT_EQ(reports(rig).back().to.id, "duty-officer-region");
  EXPECT_EQ(reports(rig).back().stages.at(0).policy_source, kPolicy);
}

TEST(Soonest, EachReportHasItsOwnRecipient) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("1h"), "ward-manager", answer("device_malfunction_serious", Answer::yes));
  EXPECT_EQ(reports(rig).back().recipient, "Läkemedelsverket");
  rig.command(after("2h"), "ksd-on-call", submitted("device", "report_authority"));
  EXPECT_EQ(reports(rig).back().stage, "report_manufacturer");
  EXPECT_EQ(reports(rig).back().recipient, "Tillverkaren (Exempelbolaget AB)");
  rig.command(after("3h"), "ksd-on-call", submitted("device", "report_manufacturer"));
  EXPECT_EQ(reports(rig).back().kind, Kind::closed);
}

TEST(Soonest, TheHolderThatIsTheManufacturerIsBound) {
  for (const auto& [manufacturer, prompts] : std::vector<std::pair<std::string, std::size_t>>{
           {"Regionen", 1}, {"region", 1}, {"Exempelbolaget AB", 0}, {"", 0}}) {
    RegimeSpec regime = device_law();
    ServiceFilter own = devices();
    own.made_by_duty_holder = true;
    regime.ask_when = outage(own);
    regime.criteria = group(Criterion::Kind::all, {outage(own), fact("own_device_serious_incident")});
    World world = world_of(regime);
    world.service("cosmic").device->manufacturer = manufacturer;
    Rig rig(world.compile(), kStart);
    rig.signal(kStart, "cosmic", Condition::down);
    EXPECT_THAT(reports(rig), SizeIs(prompts)) << manufacturer;
  }
}

// By case.

TEST(Cases, TheStrictestThatNobodyHasDeniedCounts) {
  RegimeSpec regime = device_law();
  StageSpec report = soonest("report_authority");
  report.policy_target.reset();
  report.policy_remind_after.clear();
  report.within = parse_period("15 days").value();
  report.cases = {{fact("public_health_threat"), parse_period("2 days").value(), kAct},
                  {fact("death"), parse_period("10 days").value(), kAct}};
  regime.stages = {report};
  regime.recipients = {{"Läkemedelsverket", "", {}, kAct}};
  Rig rig(world_of(regime).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  const auto stage = [&] { return reports(rig).back().stages.at(0); };
  EXPECT_EQ(stage().within, parse_period("2 days").value());
  EXPECT_EQ(stage().due, Instant{});
  EXPECT_TRUE(stage().case_presumed);
  rig.command(after("1h"), "ward-manager", answer("device_malfunction_serious", Answer::yes));
  EXPECT_EQ(stage().due, at("2026-11-24T02:00:00Z"));
  rig.command(after("2h"), "ward-manager", answer("public_health_threat", Answer::no));
  EXPECT_EQ(reports(rig).back().kind, Kind::amended);
  EXPECT_EQ(reports(rig).back().because, "period_changed");
  EXPECT_EQ(stage().due, at("2026-12-02T02:00:00Z"));
  EXPECT_EQ(stage().case_text, "death");
  EXPECT_TRUE(stage().case_presumed);
  // The deadline that was said is right.
  rig.command(after("3h"), "ward-manager", answer("death", Answer::yes));
  EXPECT_EQ(reports(rig).back().header.at, after("2h"));
  rig.command(after("4h"), "ward-manager", answer("death", Answer::no));
  EXPECT_EQ(stage().due, at("2026-12-07T02:00:00Z"));
  rig.restart();
  rig.tick_until(at("2026-12-07T01:59:59.999Z"));
  EXPECT_NE(reports(rig).back().kind, Kind::overdue);
  rig.tick_until(at("2026-12-07T02:00:00Z"));
  EXPECT_EQ(reports(rig).back().kind, Kind::overdue);
  EXPECT_EQ(stage().within, parse_period("15 days").value());
  EXPECT_EQ(stage().case_text, "");
}

// On request, and while the incident goes on.

RegimeSpec all_stages() {
  RegimeSpec regime = World().rules.regimes[0];
  const StageSpec final_report = regime.stages[2];
  StageSpec intermediate = soonest("intermediate_report");
  intermediate.anchor = StageSpec::Anchor::requested;
  intermediate.on_request = true;
  StageSpec progress = final_report;
  progress.id = "progress_report";
  progress.name = "Lägesrapport";
  regime.stages[2] = intermediate;
  regime.stages.push_back(progress);
  regime.stages.push_back(final_report);
  regime.stages.back().instead = "progress_report";
  regime.stages.back().then_within = parse_period("1 month").value();
  return regime;
}

/// Both first reports submitted at 26 November 01:00; one month later is 26 December 02:00 local time.
void report_until_the_notification(Rig& rig) {
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("30m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  rig.tick_until(after("61m"));
  rig.command(after("2h"), "ksd-on-call", submitted("nis2", "early_warning"));
  rig.command(at("2026-11-26T01:00:00Z"), "ksd-on-call", submitted("nis2", "notification"));
}

TEST(Stages, AnIntermediateReportIsThereOnceItIsRequested) {
  Rig rig(world_of(all_stages()).compile(), kStart);
  report_until_the_notification(rig);
  EXPECT_THAT(stages_of(reports(rig)[0]), ElementsAre("early_warning", "notification", "final_report"));
  rig.command(at("2026-11-27T01:00:00Z"), "ksd-on-call",
              Requested{"2026-0001", "nis2", "region", "intermediate_report"});
  EXPECT_EQ(reports(rig).back().kind, Kind::due);
  EXPECT_EQ(reports(rig).back().because, "requested:intermediate_report");
  EXPECT_EQ(reports(rig).back().stage, "intermediate_report");
  EXPECT_EQ(reports(rig).back().stages.at(2).requested_at, at("2026-11-27T01:00:00Z"));
  // Twice is once.
  const std::size_t said = reports(rig).size();
  rig.command(at("2026-11-27T01:30:00Z"), "ksd-on-call",
              Requested{"2026-0001", "nis2", "region", "intermediate_report"});
  EXPECT_THAT(reports(rig), SizeIs(said));
  rig.tick_until(at("2026-11-27T03:00:00Z"));
  EXPECT_EQ(reports(rig).back().kind, Kind::reminder);
  EXPECT_EQ(reports(rig).back().stage, "intermediate_report");
}

TEST(Stages, ARequestAfterTheEndOpensTheDutyAgain) {
  Rig rig(world_of(all_stages()).compile(), kStart);
  report_until_the_notification(rig);
  rig.signal(at("2026-11-26T02:00:00Z"), "cosmic", Condition::up);
  rig.command(at("2026-11-27T01:00:00Z"), "ksd-on-call", submitted("nis2", "final_report"));
  ASSERT_EQ(reports(rig).back().kind, Kind::closed);
  rig.command(at("2026-11-28T01:00:00Z"), "ksd-on-call",
              Requested{"2026-0001", "nis2", "region", "intermediate_report"});
  EXPECT_EQ(reports(rig).back().kind, Kind::reopened);
  EXPECT_EQ(reports(rig).back().because, "requested:intermediate_report");
  rig.command(at("2026-11-28T02:00:00Z"), "ksd-on-call", submitted("nis2", "intermediate_report"));
  EXPECT_EQ(reports(rig).back().kind, Kind::closed);
}

TEST(Stages, WhileItGoesOnAProgressReportIsDueInsteadOfTheFinalOne) {
  Rig rig(world_of(all_stages()).compile(), kStart);
  report_until_the_notification(rig);
  const auto stages = [&] { return reports(rig).back().stages; };
  ASSERT_THAT(stages_of(reports(rig).back()),
              ElementsAre("early_warning", "notification", "progress_report", "final_report"));
  EXPECT_EQ(stages().at(2).due, at("2026-12-26T01:00:00Z"));
  EXPECT_EQ(stages().at(3).due, Instant{});
  EXPECT_EQ(stages().at(3).counts_from, StageState::CountsFrom::handled);
  rig.tick_until(at("2026-12-26T01:00:00Z"));
  EXPECT_EQ(reports(rig).back().kind, Kind::overdue);
  EXPECT_EQ(reports(rig).back().stage, "progress_report");
  rig.command(at("2026-12-26T02:00:00Z"), "ksd-on-call", submitted("nis2", "progress_report"));
  // Over on the last of December; one month later, clamped to nothing here.
  rig.signal(at("2026-12-31T10:00:00Z"), "cosmic", Condition::up);
  rig.tick_until(at("2026-12-31T10:10:00Z"));
  EXPECT_EQ(stages().at(3).due, at("2027-01-31T10:00:00Z"));
  EXPECT_EQ(stages().at(2).submitted_at, at("2026-12-26T02:00:00Z"));
  rig.tick_until(at("2027-01-31T09:59:59.999Z"));
  EXPECT_NE(reports(rig).back().kind, Kind::overdue);
  rig.tick_until(at("2027-01-31T10:00:00Z"));
  EXPECT_EQ(reports(rig).back().kind, Kind::overdue);
  EXPECT_EQ(reports(rig).back().stage, "final_report");
}

struct OverCase {
  const char* name;
  const char* over;
  bool progress;
};
class OverAt : public ::testing::TestWithParam<OverCase> {};
TEST_P(OverAt, DecidesWhichReportItIs) {
  Rig rig(world_of(all_stages()).compile(), kStart);
  report_until_the_notification(rig);
  rig.signal(at(GetParam().over), "cosmic", Condition::up);
  rig.tick_until(at("2026-12-26T01:30:00Z"));
  const auto stages = stages_of(reports(rig).back());
  EXPECT_EQ(std::count(stages.begin(), stages.end(), "progress_report"), GetParam().progress ? 1 : 0);
  EXPECT_EQ(reports(rig).back().stages.back().counts_from,
            GetParam().progress ? StageState::CountsFrom::handled : StageState::CountsFrom::submitted);
}
INSTANTIATE_TEST_SUITE_P(Stages, OverAt,
                         ::testing::Values(OverCase{"JustBefore", "2026-12-26T00:59:59.999Z", false},
                                           OverCase{"OnTheDot", "2026-12-26T01:00:00Z", false},
                                           OverCase{"JustAfter", "2026-12-26T01:00:00.001Z", true}),
                         [](const auto& test) { return test.param.name; });

TEST(Stages, AReportUnderAConditionIsMadeWhenItIsMet) {
  RegimeSpec regime = World().rules.regimes[0];
  StageSpec inform = soonest("inform_recipients");
  inform.when = fact("recipients_likely_harmed");
  regime.stages.insert(regime.stages.begin() + 2, inform);
  Rig rig(world_of(regime).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("30m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  rig.tick_until(after("61m"));
  EXPECT_THAT(stages_of(reports(rig).back()), ElementsAre("early_warning", "notification", "final_report"));
  EXPECT_EQ(reports(rig).back().questions.back().fact, "recipients_likely_harmed");
  rig.command(after("2h"), "ward-manager", answer("recipients_likely_harmed", Answer::yes));
  EXPECT_EQ(reports(rig).back().kind, Kind::due);
  EXPECT_EQ(reports(rig).back().stage, "inform_recipients");
  EXPECT_EQ(reports(rig).back().because, "added:inform_recipients");
}

TEST(Asking, WhenTheIncidentWasKnownChangesNothingThatCountsFromAnAnswer) {
  Rig rig(world_of(device_law()).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("5m"), "ksd-on-call", Acknowledge{"2026-0001"});
  EXPECT_THAT(told(rig), ElementsAre("assess report_authority 11-22T01:00:00.000"));
}

// Designation, holders, measures.

struct DesignationCase {
  const char* name;
  bool designated;
  const char* from;
  bool advisory;
};
class Designation : public ::testing::TestWithParam<DesignationCase> {};
TEST_P(Designation, MakesTheDutyBind) {
  RegimeSpec regime = device_law();
  regime.by_designation = true;
  World world = world_of(regime);
  DutyHolderSpec& holder = world.catalogue.duty_holders[0];
  holder.designated_critical_entity = GetParam().designated;
  if (*GetParam().from != '\0') {
    holder.duty_applies_from = parse_date(GetParam().from).value();
  }
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  ASSERT_THAT(reports(rig), SizeIs(1));
  EXPECT_EQ(reports(rig)[0].advisory, GetParam().advisory);
  EXPECT_EQ(all_of<IncidentPicture>(rig.outputs()).back().duties.at(0).advisory, GetParam().advisory);
}
// The incident began on 22 November, 02:00 local time.
INSTANTIATE_TEST_SUITE_P(Laws, Designation,
                         ::testing::Values(DesignationCase{"NotDesignated", false, "", true},
                                           DesignationCase{"FromTheDayAfter", true, "2026-11-23", true},
                                           DesignationCase{"FromTheDayItself", true, "2026-11-22", false},
                                           DesignationCase{"FromTheDayBefore", true, "2026-11-21", false},
                                           DesignationCase{"WithoutADay", true, "", true}),
                         [](const auto& test) { return test.param.name; });

TEST(Holders, AnOutageConcernsThoseWhoseActivityNeedsTheService) {
  for (const auto& [down, prompts] : std::vector<std::pair<std::string, std::size_t>>{{"cosmic", 1}, {"identity", 0}}) {
    World world = world_of(device_law());
    world.service("identity").device = MedicalDevice{DeviceKind::nmi, "Exempelbolaget AB"};
    world.catalogue.duty_holders[0].administrations = {"hospital-east"};
    Rig rig(world.compile(), kStart);
    rig.signal(kStart, down, Condition::down);
    EXPECT_THAT(reports(rig), SizeIs(prompts)) << down;
  }
}

struct AnsweredCase {
  const char* name;
  const char* down;
  const char* other;  ///< the administration that the second holder answers for
  std::vector<std::string> told;
};
class Answered : public ::testing::TestWithParam<AnsweredCase> {};
TEST_P(Answered, ConcernsThoseWhoseActivitiesAreHit) {
  RegimeSpec regime = World().rules.regimes[0];
  regime.criteria = fact("information_compromised");
  World world = world_of(regime);
  world.catalogue.administrations.push_back({"public-transport", "Kollektivtrafiken"});
  world.activity("laboratory").administration = "public-transport";
  world.catalogue.duty_holders[0].administrations = {"hospital-east"};
  world.catalogue.duty_holders.push_back(world.catalogue.duty_holders[0]);
  world.catalogue.duty_holders[1].id = "other";
  world.catalogue.duty_holders[1].administrations = {GetParam().other};
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, GetParam().down, Condition::down);
  rig.command(after("5m"), "ksd-on-call", answer("information_compromised", Answer::yes));
  std::vector<std::string> holders;
  for (const ReportPrompt& prompt : reports(rig)) {
    holders.push_back(prompt.duty_holder.id);
  }
  EXPECT_EQ(holders, GetParam().told);
}
// COSMIC is used at the hospital, the laboratory's system by the other administration, both are in the hall.
INSTANTIATE_TEST_SUITE_P(Laws, Answered,
                         ::testing::Values(AnsweredCase{"One", "cosmic", "public-transport", {"region"}},
                                           AnsweredCase{"TheOther", "lab", "public-transport", {"other"}},
                                           AnsweredCase{"Both", "dc-north", "public-transport", {"region", "other"}},
                                           AnsweredCase{"BothForOne", "cosmic", "hospital-east", {"region", "other"}},
                                           // Nobody's activity is: that nobody reports would be worse.
                                           AnsweredCase{
                                               "Nobodys", "identity", "public-transport", {"region", "other"}}),
                         [](const auto& test) { return test.param.name; });

struct GeneralCase {
  const char* name;
  bool sector_critical;
  Millis outage;
  std::size_t prompts;
};
class General : public ::testing::TestWithParam<GeneralCase> {};
TEST_P(General, NeedsACriticalSystemAndMoreThanTwelveHours) {
  RegimeSpec regime = World().rules.regimes[0];
  ServiceFilter critical;
  critical.sector_critical = true;
  Criterion limited;
  limited.kind = Criterion::Kind::limited;
  limited.more_than = dur("12h");
  regime.criteria = group(Criterion::Kind::all, {outage(critical), limited});
  World world = world_of(regime);
  world.service("cosmic").sector_critical = GetParam().sector_critical;
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(kStart + GetParam().outage, "cosmic", Condition::up);
  rig.tick_until(after("13h"));
  ASSERT_THAT(reports(rig), SizeIs(GetParam().prompts));
  if (GetParam().prompts > 0) {
    EXPECT_EQ(reports(rig)[0].header.at, after("12h", kOne));
    EXPECT_EQ(reports(rig)[0].kind, Kind::assess);
    EXPECT_THAT(reports(rig)[0].grounds, SizeIs(2));
  }
}
INSTANTIATE_TEST_SUITE_P(Laws, General,
                         ::testing::Values(GeneralCase{"OneMillisecondLess", true, dur("12h") - kOne, 0},
                                           GeneralCase{"Exactly", true, dur("12h"), 0},
                                           GeneralCase{"OneMillisecondMore", true, dur("12h") + kOne, 2},
                                           GeneralCase{"NotCritical", false, dur("12h") + kOne, 0}),
                         [](const auto& test) { return test.param.name; });

TEST(Recipients, AreThoseOfTheDay) {
  const auto to_of = [](const char* start) {
    RegimeSpec regime = device_law();
    const Date july = parse_date("2026-07-01").value();
    regime.recipients = {{"MCF", "", {{}, july}, kAct}, {"NCSC", "", {july, {}}, kAct}};
    Rig rig(world_of(regime).compile(), at(start));
    rig.signal(at(start), "cosmic", Condition::down);
    return reports(rig).at(0).recipient;
  };
  EXPECT_EQ(to_of("2026-06-30T23:59:59.999+02:00"), "MCF");
  EXPECT_EQ(to_of("2026-07-01T00:00:00+02:00"), "NCSC");
}

}  // namespace
}  // namespace avbrottsvakt::testing
