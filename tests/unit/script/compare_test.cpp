// Each kind of expectation, met and just missed.
#include "script/compare.h"

#include <gtest/gtest.h>

#include <functional>

namespace avbrottsvakt {
namespace {

const Instant kStart = parse_instant("2026-11-22T01:00:00Z").value();
const ZoneTable kZone{"UTC+1", {{Instant{}, std::chrono::hours(1)}}};

Instant after(const char* text) { return kStart + parse_duration(text).value(); }

OutputHeader header(const char* at) {
  OutputHeader header;
  header.at = after(at);
  header.incident_id = "one";
  header.incident = "2026-0001";
  return header;
}

/// A short night: an alert at 1m, a proposal at 30m, a prompt at 60m1ms, over at 3h.
std::vector<Output> night() {
  Alert alert;
  alert.header = header("1m");
  alert.level = Level::notice;
  AlertEntry opened;
  opened.subject = {"record", "Journalen"};
  opened.at = after("0m");
  opened.tell = {"on-call"};
  alert.entries = {opened};
  alert.root = {"hall", "Hallen"};

  IncidentPicture picture;
  picture.header = header("1m");
  picture.level = Level::notice;
  Objective rto;
  rto.subject = {"record", "Journalen"};
  rto.reached_at = after("91m");
  picture.objectives = {rto};
  IncidentPicture::Duty duty;
  duty.regime = {"nis2", "NIS2"};
  duty.duty_holder = {"region", "Regionen"};
  duty.state = "forecast";
  duty.true_at = after("60m1ms");
  picture.duties = {duty};

  ActivationPrompt activation;
  activation.header = header("30m");
  activation.service = {"record", "Journalen"};
  activation.contacts = {{{"on-call", "Jouren"}, "", ""}};

  ReportPrompt prompt;
  prompt.header = header("60m1ms");
  prompt.regime = {"nis2", "NIS2"};
  prompt.stage = "early_warning";
  prompt.to = {"officer", "Officeren"};
  prompt.due = after("24h6m");
  prompt.aware_at = after("6m");
  StageState stage;
  stage.id = "early_warning";
  stage.within = parse_period("24h").value();
  stage.due = prompt.due;
  prompt.stages = {stage};
  Ground ground;
  ground.criterion = "care-limited";
  prompt.grounds = {ground};
  prompt.questions = {{"limited:ward", ""}, {"injury", ""}, {"ambulance", ""}};
  prompt.recipient = "FRA";

  IncidentPicture due = picture;
  due.header = header("60m1ms");
  due.duties[0].state = "assess";
  due.duties[0].stages = {stage};
  IncidentPicture over = due;
  over.header = header("3h");
  over.objectives[0].ended_at = after("2h50m");

  DeadLetter letter;
  letter.header.at = after("2h");
  letter.record.error = "in_the_future";
  return {alert, picture, activation, prompt, due, letter, over};
}

Expectation expect(const char* at, Statement::Kind kind, const std::function<void(Expectation&)>& more = {}) {
  const Span span = parse_span(at).value();
  Expectation expectation;
  expectation.from = kStart + span.from;
  expectation.until = kStart + span.until;
  expectation.statement.kind = kind;
  if (more) more(expectation);
  return expectation;
}

ExpectationResult finding_of(Expectation expectation) {
  Script script;
  script.start = kStart;
  script.until = after("4h");
  script.expect = {std::move(expectation)};
  return compare(script, night(), kZone, {}).at(0);
}

using Kind = Statement::Kind;

struct Case {
  const char* name;
  bool met;
  Expectation expectation;
};
void PrintTo(const Case& one, std::ostream* stream) { *stream << one.name; }

std::function<void(Expectation&)> with(const std::function<void(Statement&)>& more) {
  return [more](Expectation& e) { more(e.statement); };
}
std::function<void(Expectation&)> law(const std::function<void(Statement&)>& more = {}) {
  return [more](Expectation& e) {
    e.statement.of_law = true;
    e.statement.subject = "nis2";
    if (more) more(e.statement);
  };
}
const auto kOfRecord = with([](Statement& s) { s.subject = "record"; });

class Expectations : public testing::TestWithParam<Case> {};

TEST_P(Expectations, are_met_or_not) {
  const ExpectationResult finding = finding_of(GetParam().expectation);
  EXPECT_EQ(finding.met, GetParam().met) << finding.expected;
  EXPECT_EQ(finding.got.empty(), GetParam().met) << finding.expected;
}

const Case kCases[] = {
    {"alert_then", true, expect("1m", Kind::alert, kOfRecord)},
    {"alert_just_before", false, expect("59s999ms", Kind::alert, kOfRecord)},
    {"alert_just_after", false, expect("1m1ms", Kind::alert, kOfRecord)},
    {"alert_within", true, expect("0m to 1m", Kind::alert, kOfRecord)},
    {"alert_within_from", true, expect("1m to 2m", Kind::alert, kOfRecord)},
    {"alert_not_within", false, expect("1m1ms to 2m", Kind::alert, kOfRecord)},
    {"alert_of_another", false, expect("1m", Kind::alert, with([](Statement& s) { s.subject = "lab"; }))},
    {"alert_of_whichever", true, expect("1m", Kind::alert)},
    {"alert_for_another_reason", false,
     expect("1m", Kind::alert, with([](Statement& s) { s.reason = AlertReason::ladder; }))},
    {"alert_taken_back", false, expect("1m", Kind::takes_back, kOfRecord)},
    {"alert_at_level", true, expect("1m", Kind::alert, with([](Statement& s) { s.level = Level::notice; }))},
    {"alert_at_another_level", false, expect("1m", Kind::alert, with([](Statement& s) { s.level = Level::warning; }))},
    {"alert_tells", true,
     expect("1m", Kind::alert, with([](Statement& s) { s.tells = std::vector<std::string>{"on-call"}; }))},
    {"alert_tells_more", false,
     expect("1m", Kind::alert, with([](Statement& s) { s.tells = std::vector<std::string>{"on-call", "owner"}; }))},
    {"alert_root", false, expect("1m", Kind::alert, with([](Statement& s) { s.root = "record"; }))},
    {"alert_once", true, expect("0m to 4h", Kind::alert, [](Expectation& e) { e.times = 1; })},
    {"alert_twice", false, expect("0m to 4h", Kind::alert, [](Expectation& e) { e.times = 2; })},
    {"activation", true, expect("30m", Kind::activation, kOfRecord)},
    {"activation_withdrawn", false, expect("30m", Kind::activation_withdrawn, kOfRecord)},
    {"prompt", true, expect("60m1ms", Kind::prompt, law())},
    {"prompt_of_another_kind", false,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.prompt = ReportPrompt::Kind::due; }))},
    {"prompt_of_another_stage", false,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.stage = "notification"; }))},
    {"prompt_by_period", true,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.by = parse_due("24h after 6m", kStart).value(); }))},
    {"prompt_by_another_period", false,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.by = parse_due("24h after 6m1ms", kStart).value(); }))},
    {"prompt_by_date", true,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.by = parse_due("2026-11-23", kStart).value(); }))},
    {"prompt_by_another_date", false,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.by = parse_due("2026-11-24", kStart).value(); }))},
    {"prompt_because", true, expect("60m1ms", Kind::prompt, law([](Statement& s) { s.because = {"care-limited"}; }))},
    {"prompt_because_of_another", false,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.because = {"injury"}; }))},
    {"prompt_not_because", true, expect("60m1ms", Kind::prompt, law([](Statement& s) { s.not_because = "injury"; }))},
    {"prompt_because_after_all", false,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.not_because = "care-limited"; }))},
    {"prompt_asks_in_order", true,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.asks = {"limited:ward", "ambulance"}; }))},
    {"prompt_asks_in_another_order", false,
     expect("60m1ms", Kind::prompt, law([](Statement& s) { s.asks = {"ambulance", "limited:ward"}; }))},
    {"prompt_recipient", false, expect("60m1ms", Kind::prompt, law([](Statement& s) { s.recipient = "MCF"; }))},
    {"law_forecast", true, expect("1m", Kind::forecast, law([](Statement& s) { s.true_at = after("60m1ms"); }))},
    {"law_forecast_at_another_time", false,
     expect("1m", Kind::forecast, law([](Statement& s) { s.true_at = after("60m"); }))},
    {"law_forecast_no_more", false, expect("60m1ms", Kind::forecast, law())},
    {"law_in_force", true, expect("1m", Kind::in_force, law())},
    {"law_in_force_before_anything", false, expect("0m", Kind::in_force, law())},
    {"law_not_in_force", false, expect("1m", Kind::not_in_force, law())},
    {"law_not_in_force_before_anything", true, expect("0m", Kind::not_in_force, law())},
    {"objective_forecast", true, expect("1m", Kind::forecast, with([](Statement& s) {
                                          s.subject = "record";
                                          s.objective = Objective::Kind::rto;
                                          s.true_at = after("91m");
                                        }))},
    {"objective_forecast_when_it_is_reached", false, expect("91m", Kind::forecast, with([](Statement& s) {
                                                              s.subject = "record";
                                                              s.objective = Objective::Kind::rto;
                                                            }))},
    {"duty_does_not_stand_yet", true, expect("60m", Kind::nothing, law())},
    {"duty_stands", true, expect("60m1ms", Kind::still, law())},
    {"duty_stands_so_not_nothing", false, expect("60m1ms", Kind::nothing, law())},
    {"duty_stands_later", true, expect("4h", Kind::still, law([](Statement& s) { s.stage = "early_warning"; }))},
    {"duty_of_another_stage", false, expect("4h", Kind::still, law([](Statement& s) { s.stage = "notification"; }))},
    {"outage_stands", true, expect("2h59m59s999ms", Kind::still, kOfRecord)},
    {"outage_is_over", true, expect("3h", Kind::nothing, kOfRecord)},
    {"outage_is_over_so_not_still", false, expect("3h", Kind::still, kOfRecord)},
    {"silent", true, expect("1m1ms to 29m59s999ms", Kind::silent)},
    {"not_silent_at_its_end", false, expect("1m1ms to 30m", Kind::silent)},
    {"silent_in_another_stream", true,
     expect("30m", Kind::silent, with([](Statement& s) { s.stream = Statement::Stream::prompts; }))},
    {"silent_to_a_role", true,
     expect("0m to 4h", Kind::silent, with([](Statement& s) { s.tells = std::vector<std::string>{"owner"}; }))},
    {"not_silent_to_a_role", false,
     expect("0m to 4h", Kind::silent, with([](Statement& s) { s.tells = std::vector<std::string>{"on-call"}; }))},
    {"dead_letter", true, expect("2h", Kind::dead_letter, with([](Statement& s) { s.subject = "in_the_future"; }))},
    {"dead_letter_for_another_reason", false,
     expect("2h", Kind::dead_letter, with([](Statement& s) { s.subject = "out_of_horizon"; }))},
};

INSTANTIATE_TEST_SUITE_P(, Expectations, testing::ValuesIn(kCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Got, ShowsTheSameThingAtTheTimeAtWhichItWasSaid) {
  const ExpectationResult finding = finding_of(
      expect("60m", Kind::prompt, law([](Statement& s) { s.by = parse_due("24h after 6m", kStart).value(); })));
  EXPECT_EQ(finding.expected, "at: 1h, assess: nis2, by: 24h after 6m");
  EXPECT_EQ(finding.got, std::vector<std::string>{"at: 1h1ms, assess: nis2/early_warning, by: 24h after 6m"});
  EXPECT_EQ(finding.regime, "nis2");
}

TEST(Got, ShowsWhatWasSaidThenIfNothingIsLikeIt) {
  const ExpectationResult finding =
      finding_of(expect("30m", Kind::prompt, law([](Statement& s) { s.prompt = ReportPrompt::Kind::closed; })));
  EXPECT_EQ(finding.got, std::vector<std::string>{"at: 30m, activation: record, tells: [on-call], true_at: " +
                                                  format_duration(Instant{} - kStart)});
}

TEST(Silence, IsBrokenAlsoByAnAlertThatNamesNoReason) {
  Script script;
  script.start = kStart;
  script.expect = {expect("0m to 1m", Kind::silent)};
  Alert alert;
  alert.header = header("1m");
  EXPECT_FALSE(compare(script, {alert}, kZone, {}).at(0).met);
}

TEST(Clocks, AreThoseThatRunThen) {
  Script script;
  script.start = kStart;
  EXPECT_EQ(clocks_at(script, night(), after("30m"), kZone),
            (std::vector<std::string>{"forecast: rto, of: record, true_at: 1h31m, basis: measured",
                                      "still: record, level: notice, services: 0, activities: 0"}));
  EXPECT_TRUE(clocks_at(script, night(), after("3h"), kZone).empty());
}

TEST(TotalsOfARun, AreCounted) {
  const Totals totals = totals_of(night());
  EXPECT_EQ(to_lines(totals), (std::vector<std::string>{"incidents: 1", "alerts: 1", "activations: 1", "prompts: 1",
                                                        "told: {officer: 1, on-call: 2}"}));
}

TEST(TotalsOfARun, DifferWhereARoleGetsMoreOrIsNotNamed) {
  Script script;
  script.start = kStart;
  script.totals = totals_of(night());
  EXPECT_TRUE(compare(script, night(), kZone, {}).back().met);
  script.totals->told->at("on-call") = 1;
  EXPECT_FALSE(compare(script, night(), kZone, {}).back().met);
  script.totals->told->erase("on-call");
  const ExpectationResult finding = compare(script, night(), kZone, {}).back();
  EXPECT_FALSE(finding.met);
  EXPECT_EQ(finding.expected, "totals: told: {officer: 1}");
  EXPECT_EQ(finding.got, std::vector<std::string>{"told: {officer: 1, on-call: 2}"});
}

TEST(AsExpectations, AreMetByWhatTheyWereMadeFrom) {
  Script script;
  script.start = kStart;
  const std::vector<std::string> lines = as_expectations(script, night(), kZone);
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(lines[0],
            "{at: 1m, alert: opened, of: record, level: notice, tells: [on-call], true_at: 0s, root: hall, "
            "services: 0, activities: 0}");
  EXPECT_EQ(lines[3], "{at: 2h, dead_letter: in_the_future}");
}

}  // namespace
}  // namespace avbrottsvakt
