// A law that does not bind yet (CER until the State has named the region): it is assessed, and nobody is nagged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using Kind = ReportPrompt::Kind;

const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration) { return kStart + dur(duration); }

/// The NIS2 of the small region, as a law that the State must first apply to the region.
World world_of(bool named) {
  World world;
  world.rules.regimes[0].by_designation = true;
  DutyHolderSpec& holder = world.catalogue.duty_holders[0];
  holder.designated_critical_entity = named;
  if (named) {
    holder.duty_applies_from = parse_date("2026-11-22").value();
  }
  return world;
}

std::vector<ReportPrompt> reports(const Rig& rig) { return all_of<ReportPrompt>(rig.outputs()); }

/// "assess early_warning 1h" for each prompt, counted from the start in whole minutes, with why it is said.
std::vector<std::string> told(const Rig& rig) {
  std::vector<std::string> lines;
  for (const ReportPrompt& prompt : reports(rig)) {
    const auto minutes = std::chrono::floor<std::chrono::minutes>(prompt.header.at - kStart);
    lines.push_back(std::string(to_string(prompt.kind)) + " " + prompt.stage + " " + format_duration(minutes) +
                    (prompt.because.empty() ? "" : " " + prompt.because));
  }
  return lines;
}

struct Said {
  std::string_view at;
  decltype(Command::body) body;
};
struct AdvisoryCase {
  const char* name;
  std::vector<Said> commands;
  std::vector<std::string> told;  ///< in 80 hours: the deadlines are 24 and 72
};
Submitted submitted(std::string stage) { return {"2026-0001", "nis2", "region", std::move(stage)}; }
ConfirmLimited limited(bool yes) { return {"2026-0001", "emergency-east", yes}; }

class Advisory : public ::testing::TestWithParam<AdvisoryCase> {};
TEST_P(Advisory, IsSaidOnceAndWhenFactsChangeIt) {
  Rig rig(world_of(false).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  for (const Said& said : GetParam().commands) {
    rig.command(after(said.at), "ward-manager", said.body);
  }
  rig.tick_until(after("80h"));
  EXPECT_THAT(told(rig), ElementsAreArray(GetParam().told));
  // Nobody is woken for it either.
  EXPECT_THAT(entries(rig.outputs(), AlertReason::legal), IsEmpty());
  for (const ReportPrompt& prompt : reports(rig)) {
    EXPECT_TRUE(prompt.advisory);
    EXPECT_EQ(prompt.to.id, reports(rig)[0].to.id) << "another was asked";
  }
}
INSTANTIATE_TEST_SUITE_P(
    Laws, Advisory,
    ::testing::Values(AdvisoryCase{"NobodyAnswers", {}, {"assess early_warning 1h"}},
                      AdvisoryCase{"ConfirmedBefore", {{"40m", limited(true)}}, {"assess early_warning 1h"}},
                      AdvisoryCase{"ConfirmedLater",
                                   {{"2h", limited(true)}, {"3h", limited(true)}},
                                   {"assess early_warning 1h", "amended early_warning 2h confirmed"}},
                      AdvisoryCase{"Denied",
                                   {{"2h", limited(false)}},
                                   {"assess early_warning 1h", "withdrawn early_warning 2h criterion_no_longer_met"}},
                      AdvisoryCase{"Acknowledged",
                                   {{"2h", Acknowledge{"2026-0001"}}},
                                   {"assess early_warning 1h", "amended early_warning 2h awareness_changed"}},
                      AdvisoryCase{"ReportedAllTheSame",
                                   {{"2h", submitted("early_warning")}, {"3h", submitted("notification")}},
                                   {"assess early_warning 1h", "amended notification 2h submitted:early_warning",
                                    "amended final_report 3h submitted:notification"}}),
    [](const auto& test) { return test.param.name; });

TEST(AdvisoryDuty, ShowsTheDeadlineThatWouldHold) {
  Rig rig(world_of(false).compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("2h"));
  ASSERT_EQ(reports(rig).size(), 1U);
  EXPECT_EQ(reports(rig)[0].due, after("24h"));
  EXPECT_TRUE(reports(rig)[0].undecided);
  EXPECT_FALSE(reports(rig)[0].questions.empty());
  rig.command(after("3h"), "ward-manager", limited(true));
  // It was answered; nothing is asked again, nor is it due.
  EXPECT_FALSE(reports(rig).back().undecided);
  EXPECT_THAT(reports(rig).back().questions, IsEmpty());
  EXPECT_EQ(all_of<IncidentPicture>(rig.outputs()).back().duties.at(0).state, "assess");
}

TEST(AdvisoryDuty, DoesNotStayOpenForPeopleWhenAllIsUpAgain) {
  for (const bool named : {false, true}) {
    Rig rig(world_of(named).compile(), kStart);
    rig.signal(kStart, "cosmic", Condition::down);
    rig.signal(after("2h"), "cosmic", Condition::up);
    rig.tick_until(after("5h"));
    const std::vector<std::string> once{"assess early_warning 1h"};
    const std::vector<std::string> open{"assess early_warning 1h", "still_open early_warning 2h10m"};
    EXPECT_EQ(told(rig), named ? open : once);
  }
}

TEST(AdvisoryDuty, BindsFromWhenTheCatalogueSaysSoAndNoLongerWhenItTakesThatBack) {
  Rig rig(world_of(false).compile("bundle-1"), kStart);
  rig.add_bundle(world_of(true).compile("bundle-2"));
  rig.add_bundle(world_of(false).compile("bundle-3"));
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("2h"), "ward-manager", limited(true));
  Input activate;
  activate.stamp = after("3h");
  activate.body = Activate{"bundle-2", "bundle-1", false};
  rig.input(activate);
  rig.tick_until(after("13h"));
  activate.stamp = after("14h");
  activate.body = Activate{"bundle-3", "bundle-2", false};
  rig.input(activate);
  rig.tick_until(after("80h"));
  EXPECT_THAT(told(rig), ElementsAre("assess early_warning 1h", "amended early_warning 2h confirmed",
                                     "due early_warning 3h confirmed", "reminder early_warning 12h"));
}

}  // namespace
}  // namespace avbrottsvakt::testing
