// The period of a report depends on what people answer: what is said when they answer otherwise.
#include <gtest/gtest.h>

#include <string>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

const Instant kKnown = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration) { return kKnown + dur(duration); }

Criterion fact(const std::string& name) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::fact;
  criterion.id = criterion.text = criterion.fact = name;
  criterion.ask = name + "?";
  return criterion;
}

/// A manufacturer's report: 2, 10 or 15 days from when it was known to be due, reminded at half and three quarters.
World manufacturer() {
  const LegalSource act{"MDR", "87", SourceBasis::text, Confidence::high, ""};
  StageSpec report;
  report.id = report.name = "report_authority";
  report.anchor = StageSpec::Anchor::known_significant;
  report.source = act;
  report.within = parse_period("15 days").value();
  report.cases = {{fact("public_health_threat"), parse_period("2 days").value(), act},
                  {fact("death"), parse_period("10 days").value(), act}};
  report.remind_percent = {50, 75};
  RegimeSpec regime;
  regime.id = regime.name = "manufacturer";
  regime.question = "Allvarligt tillbud?";
  regime.criteria = fact("serious_incident");
  regime.stages = {report};
  regime.recipients = {{"Läkemedelsverket", "", {}, act}};
  regime.ask_next_after = dur("4h");
  World world;
  world.catalogue.duty_holders[0].regimes = {regime.id};
  world.rules.regimes = {std::move(regime)};
  return world;
}

/// The serious incident is known at kKnown. Two days are reminded of at 1d and 1d12h, ten at 5d and 7d12h.
struct Reconsidered {
  const char* name;
  Answer before;     ///< whether it was held to be a threat to public health
  const char* when;  ///< when the answer comes that counts from then on, after kKnown
  Answer then;
  const char* said;  ///< from then on
};
void PrintTo(const Reconsidered& one, std::ostream* out) { *out << one.name; }

class Reconsidering : public ::testing::TestWithParam<Reconsidered> {};

TEST_P(Reconsidering, SaysTheDeadlineThatHoldsNowAndRemindsOfThat) {
  const Reconsidered& test = GetParam();
  Rig rig(manufacturer().compile(), kKnown);
  const auto answer = [&](Instant when, const char* what, Answer said) {
    rig.command(when, "ward-manager", AnswerFact{"2026-0001", what, said, ""});
  };
  rig.signal(kKnown, "cosmic", Condition::down);
  answer(kKnown, "public_health_threat", test.before);
  answer(kKnown, "serious_incident", Answer::yes);
  rig.tick_until(after(test.when) - Millis{1});
  const std::size_t before = all_of<ReportPrompt>(rig.outputs()).size();
  answer(after(test.when), "public_health_threat", test.then);
  rig.tick_until(after("10d"));
  const std::vector<ReportPrompt> prompts = all_of<ReportPrompt>(rig.outputs());
  std::string said;
  for (std::size_t i = before; i < prompts.size(); ++i) {
    said += said.empty() ? "" : ", ";
    said += std::string(to_string(prompts[i].kind)) + " " + format_duration(prompts[i].header.at - kKnown);
    said += prompts[i].because.empty() ? "" : " (" + prompts[i].because + ")";
  }
  EXPECT_EQ(said, test.said);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Reconsidering,
    ::testing::Values(Reconsidered{"ShorterBeforeAnyReminder", Answer::no, "2h", Answer::yes,
                                   "amended 2h (period_changed), reminder 1d, reminder 1d12h, overdue 2d"},
                      Reconsidered{"ShorterJustBeforeHalfOfItHasPassed", Answer::no, "23h59m59s999ms", Answer::yes,
                                   "amended 23h59m59s999ms (period_changed), reminder 1d, reminder 1d12h, overdue 2d"},
                      Reconsidered{"ShorterWhenHalfOfItHasPassed", Answer::no, "1d", Answer::yes,
                                   "amended 1d (period_changed), reminder 1d12h, overdue 2d"},
                      Reconsidered{"ShorterJustBeforeItIsOver", Answer::no, "1d23h59m59s999ms", Answer::yes,
                                   "amended 1d23h59m59s999ms (period_changed), overdue 2d"},
                      Reconsidered{"ShorterWhenItIsOver", Answer::no, "2d", Answer::yes, "overdue 2d"},
                      Reconsidered{"ShorterAfterItWasOver", Answer::no, "3d", Answer::yes, "overdue 3d"},
                      Reconsidered{"LongerAfterAReminder", Answer::yes, "30h", Answer::no,
                                   "amended 1d6h (period_changed), reminder 5d, reminder 7d12h, overdue 10d"},
                      Reconsidered{"LongerAfterTheShorterWasOver", Answer::yes, "3d", Answer::no,
                                   "amended 3d (period_changed), reminder 5d, reminder 7d12h, overdue 10d"},
                      Reconsidered{"WhoDoesNotKnowIsHeldToTheStrictest", Answer::no, "2h", Answer::not_known,
                                   "amended 2h (period_changed), reminder 1d, reminder 1d12h, overdue 2d"},
                      Reconsidered{"TheSameAgain", Answer::no, "2h", Answer::no,
                                   "reminder 5d, reminder 7d12h, overdue 10d"}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace avbrottsvakt::testing
