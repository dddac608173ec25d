// Which outages are one incident, how it grows, repeats, merges, ends, and turns out never to have been.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
constexpr Millis kOne{1};
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }

/// Of the last alert of an incident.
Alert last_alert(const Rig& rig, std::string_view number) {
  Alert last;
  for (const Alert& alert : all_of<Alert>(rig.outputs())) {
    if (alert.header.incident == number) {
      last = alert;
    }
  }
  return last;
}
IncidentPicture last_picture(const Rig& rig, std::string_view number) {
  IncidentPicture last;
  for (const IncidentPicture& picture : all_of<IncidentPicture>(rig.outputs())) {
    if (picture.header.incident == number) {
      last = picture;
    }
  }
  return last;
}

struct WindowCase {
  const char* name;
  Millis later;
  const char* root;
  std::size_t incidents;
};
class RootWindow : public ::testing::TestWithParam<WindowCase> {};
TEST_P(RootWindow, DecidesWhetherALaterFaultUpstreamExplains) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(kStart + GetParam().later, "dc-north", Condition::down);
  EXPECT_EQ(last_alert(rig, "2026-0001").root.id, GetParam().root);
  EXPECT_THAT(entries(rig.outputs(), AlertReason::opened), SizeIs(GetParam().incidents));
}
INSTANTIATE_TEST_SUITE_P(Incident, RootWindow,
                         ::testing::Values(WindowCase{"OneMillisecondInside", dur("10m") - kOne, "dc-north", 1},
                                           WindowCase{"Exactly", dur("10m"), "dc-north", 1},
                                           WindowCase{"OneMillisecondOutside", dur("10m") + kOne, "cosmic", 2}),
                         [](const auto& test) { return test.param.name; });

TEST(Incident, OfADataHallIsOneAlert) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  const auto alerts = all_of<Alert>(rig.outputs());
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_EQ(alerts[0].first.id, "dc-north");
  EXPECT_EQ(alerts[0].root.id, "dc-north");
  // dc-north, care-database, cosmic, lab, and identity that lost its spare.
  EXPECT_EQ(alerts[0].services, 5U);
  EXPECT_EQ(alerts[0].activities, 2U);
  EXPECT_EQ(alerts[0].affected_activities.at(0).id, "emergency-east");
}

TEST(Incident, WhatHoldsOnByItsLastSpareIsNamedAndNotOut) {
  World world;
  world.service("identity").depends_on.back().without_spare = Condition::up;
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  Alert alert = last_alert(rig, "2026-0001");
  EXPECT_EQ(alert.services, 4U);
  EXPECT_EQ(alert.without_spare_total, 1U);
  ASSERT_THAT(alert.without_spare, SizeIs(1));
  EXPECT_EQ(alert.without_spare[0].id, "identity");
  // The last one gone, it is out and no longer holds on.
  rig.signal(after("5m"), "dc-south", Condition::down);
  alert = last_alert(rig, "2026-0001");
  EXPECT_EQ(alert.without_spare_total, 0U);
}

TEST(Incident, ALostSpareThatDidNotTakeOverExplains) {
  World world;
  world.service("identity").depends_on.back().without_spare = Condition::up;
  Rig rig(world.compile(), kStart);
  rig.signal(after("1m"), "identity", Condition::down);
  rig.signal(after("2m"), "dc-south", Condition::down, kStart);
  EXPECT_EQ(last_alert(rig, "2026-0001").root.id, "dc-south");
}

TEST(Incident, ALostSpareExplainsADegradedServiceAndNothingBelowAnother) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "dc-south", Condition::down);
  rig.signal(after("1m"), "cosmic", Condition::down);
  EXPECT_EQ(last_alert(rig, "2026-0001").services, 2U);
  EXPECT_EQ(last_alert(rig, "2026-0001").root.id, "dc-south");
  EXPECT_EQ(last_alert(rig, "2026-0002").root.id, "cosmic");
}

// One number in another tool is one incident.

Input ticket(Instant now, std::string_view service, const std::string& number, Instant since) {
  Signal signal;
  signal.source = "itsm";
  signal.key = number + "/" + std::string(service);
  signal.condition = Condition::down;
  signal.at = since;
  signal.labels = {{"external_number", number}, {"service", std::string(service)}};
  signal.origin = Origin::person;
  Input input;
  input.stamp = now;
  input.body = Heard{{signal}, {}};
  return input;
}

TEST(Incident, OfOneExternalNumberIsOneWhateverTheRoots) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("1m"), "lab", Condition::down);
  ASSERT_THAT(entries(rig.outputs(), AlertReason::opened), SizeIs(2));
  rig.input(ticket(after("5m"), "cosmic", "INC0012", after("4m")));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::merged), IsEmpty()) << "one number, one incident so far";
  rig.input(ticket(after("6m"), "lab", "INC0012", after("4m")));
  rig.tick_until(after("10m"));
  EXPECT_EQ(last_picture(rig, "2026-0002").state, "merged");
  const Alert alert = last_alert(rig, "2026-0001");
  EXPECT_THAT(alert.external_numbers, ElementsAre("INC0012"));
  EXPECT_EQ(alert.services, 2U);
}

TEST(Incident, OfAnotherNumberIsAnother) {
  Rig rig(World().compile(), kStart);
  rig.input(ticket(kStart, "cosmic", "INC0012", kStart));
  rig.input(ticket(after("1m"), "lab", "INC0013", after("1m")));
  rig.tick_until(after("10m"));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::merged), IsEmpty());
  EXPECT_THAT(last_alert(rig, "2026-0002").external_numbers, ElementsAre("INC0013"));
}

TEST(Incident, ThatWasTakenBackIsNotJoined) {
  Rig rig(World().compile(), kStart);
  rig.input(ticket(after("1m"), "cosmic", "INC0012", kStart));
  Input never = ticket(after("2m"), "cosmic", "INC0012", kStart);
  std::get<Heard>(never.body).signals[0].labels = {{"service", "nobody"}};
  std::get<Heard>(never.body).signals[0].at = after("1m");
  rig.input(never);
  rig.tick_until(after("5m"));
  ASSERT_EQ(last_picture(rig, "2026-0001").state, "withdrawn");
  rig.input(ticket(after("6m"), "lab", "INC0012", after("6m")));
  rig.tick_until(after("10m"));
  EXPECT_EQ(last_alert(rig, "2026-0002").first.id, "lab");
  EXPECT_THAT(entries(rig.outputs(), AlertReason::merged), IsEmpty());
}

TEST(Incident, NumbersSurviveARestart) {
  Rig rig(World().compile(), kStart);
  rig.input(ticket(kStart, "cosmic", "INC0012", kStart));
  rig.restart();
  rig.input(ticket(after("1m"), "lab", "INC0012", after("1m")));
  rig.tick_until(after("10m"));
  EXPECT_EQ(last_alert(rig, "2026-0001").services, 2U);
}

TEST(Incident, GoesOnWithADutyThatWakesWhenItsCriterionIsMetAgain) {
  // Something was submitted, then a late event shows that the limit had not been passed; later it is, with nothing
  // heard.
  World world;
  world.activity("laboratory").sectors.clear();
  Rig rig(world.compile(), kStart);
  rig.input(ticket(kStart, "cosmic", "INC0012", kStart));
  rig.input(ticket(after("1m"), "lab", "INC0012", after("1m")));
  rig.tick_until(after("70m"));
  ASSERT_THAT(all_of<ReportPrompt>(rig.outputs()), SizeIs(1));
  rig.command(after("71m"), "officer", Submitted{"2026-0001", "nis2", "region", "early_warning"});
  const auto cosmic_is = [&](Instant now, Condition condition, Instant when) {
    Input input = ticket(now, "cosmic", "INC0012", when);
    std::get<Heard>(input.body).signals[0].condition = condition;
    rig.input(input);
  };
  cosmic_is(after("80m"), Condition::up, after("30m"));
  rig.tick_until(after("100m"));
  cosmic_is(after("100m"), Condition::down, after("100m"));
  rig.said();
  rig.tick_until(after("130m"));
  EXPECT_THAT(all_of<ReportPrompt>(rig.said()), IsEmpty());
  rig.tick_until(after("130m", kOne));
  const auto prompts = all_of<ReportPrompt>(rig.said());
  ASSERT_THAT(prompts, SizeIs(1));
  EXPECT_EQ(prompts[0].because, "criterion_moved");
  EXPECT_EQ(prompts[0].criterion_true_at, after("130m", kOne));
}

TEST(Incident, ShowsThatAProbeSpeaksAgainstAReport) {
  Rig rig(World().compile(), kStart);
  Signal probe;
  probe.source = "synthetic";
  probe.key = "login";
  probe.at = after("2m");
  probe.labels = {{"service", "cosmic"}};
  probe.origin = Origin::probe;
  Input green;
  green.stamp = after("2m");
  green.body = Heard{{probe}, {}};
  rig.input(green);
  rig.signal(after("3m"), "cosmic", Condition::down, after("1m"));
  const Alert alert = last_alert(rig, "2026-0001");
  ASSERT_THAT(alert.contradictions, SizeIs(1));
  EXPECT_EQ(alert.contradictions[0].service.id, "cosmic");
  EXPECT_EQ(alert.contradictions[0].source, "synthetic");
  EXPECT_EQ(alert.contradictions[0].at, after("2m"));
  rig.signal(after("4m"), "lab", Condition::down, after("4m"));
  EXPECT_THAT(last_alert(rig, "2026-0002").contradictions, IsEmpty());
}

// Growth at most once a minute, unless the level rises.

/// Services that run in the north hall or at a place of their own: they fall one by one while the hall is down.
World growing(int count) {
  World world;
  for (int i = 0; i < count; ++i) {
    const std::string number = std::to_string(i);
    ServiceSpec place = world.service("dc-south");
    place.id = "place-" + number;
    place.match = {"{service=\"place-" + number + "\"}"};
    ServiceSpec guest = place;
    guest.id = "guest-" + number;
    guest.match = {"{service=\"guest-" + number + "\"}"};
    DependencySpec either;
    either.any = {"dc-north", place.id};
    guest.depends_on = {either};
    world.catalogue.services.push_back(place);
    world.catalogue.services.push_back(guest);
  }
  return world;
}
std::vector<SaidEntry> grown(const Rig& rig) { return entries(rig.outputs(), AlertReason::grown); }

TEST(Growth, IsSaidAtMostOnceAMinute) {
  Rig rig(growing(4).compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  const std::uint32_t before = last_alert(rig, "2026-0001").services;
  rig.signal(after("10s"), "place-0", Condition::down);
  rig.signal(after("20s"), "place-1", Condition::down);
  rig.tick_until(after("60s", -kOne));
  EXPECT_THAT(grown(rig), IsEmpty());
  rig.tick_until(after("60s"));
  ASSERT_THAT(grown(rig), SizeIs(1));
  EXPECT_EQ(grown(rig)[0].said, after("60s"));
  EXPECT_EQ(last_alert(rig, "2026-0001").services, before + 2);
  rig.signal(after("90s"), "place-2", Condition::down);
  rig.tick_until(after("2m"));
  ASSERT_THAT(grown(rig), SizeIs(2));
  EXPECT_EQ(grown(rig)[1].said, after("120s"));
  // After a quiet minute the next is said at once.
  rig.signal(after("5m"), "place-3", Condition::down);
  ASSERT_THAT(grown(rig), SizeIs(3));
  EXPECT_EQ(grown(rig)[2].said, after("5m"));
  EXPECT_EQ(last_alert(rig, "2026-0001").services, before + 4);
}

TEST(Growth, SurvivesARestartInItsMinute) {
  Rig rig(growing(1).compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  rig.signal(after("10s"), "place-0", Condition::down);
  rig.restart();
  rig.tick_until(after("60s", -kOne));
  EXPECT_THAT(grown(rig), IsEmpty());
  rig.tick_until(after("60s"));
  EXPECT_THAT(grown(rig), SizeIs(1));
}

TEST(Growth, IsSaidAtOnceIfTheLevelRises) {
  World world = growing(1);
  PlanSpec urgent = world.plan("cosmic");
  urgent.id = "guest-0";
  urgent.service = "guest-0";
  urgent.ladder.front().level = Level::critical;
  world.catalogue.plans.push_back(urgent);
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  rig.signal(after("10s"), "place-0", Condition::down);
  ASSERT_THAT(grown(rig), SizeIs(1));
  EXPECT_EQ(grown(rig)[0].said, after("10s"));
  EXPECT_EQ(last_alert(rig, "2026-0001").level, Level::critical);
}

// Repeats until acknowledged: 75 % of MTA at 90 min every 15 min, 100 % at 120 min every 10 min.

std::vector<Instant> repeats(const Rig& rig) {
  std::vector<Instant> said;
  for (const SaidEntry& entry : entries(rig.outputs(), AlertReason::repeated)) {
    said.push_back(entry.said);
  }
  return said;
}

TEST(Repeats, FollowTheMostUrgentStepUntilTheirBound) {
  World world;
  world.rules.escalation.repeats_at_most = 3;
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("20h"));
  EXPECT_THAT(repeats(rig), ElementsAre(after("105m"), after("130m"), after("140m"), after("150m")));
}

TEST(Repeats, EndWithTheAcknowledgement) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("105m", -kOne));
  EXPECT_THAT(repeats(rig), IsEmpty());
  rig.command(after("130m"), "ksd-on-call", Acknowledge{"2026-0001"});
  rig.tick_until(after("20h"));
  EXPECT_THAT(repeats(rig), ElementsAre(after("105m"), after("130m")));
}

TEST(Repeats, PauseWhileARecoverySettles) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("104m"), "cosmic", Condition::up);
  rig.tick_until(after("110m"));
  EXPECT_THAT(repeats(rig), IsEmpty());
  rig.tick_until(after("20h"));
  EXPECT_THAT(repeats(rig), IsEmpty());
}

TEST(Repeats, AreSaidOnceAfterALongSilence) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("121m"));
  Input resumed;
  resumed.stamp = after("5h");
  resumed.body = Resumed{after("121m"), after("5h")};
  rig.input(resumed);
  Input caught_up;
  caught_up.stamp = after("5h", dur("1s"));
  caught_up.body = CaughtUp{};
  rig.input(caught_up);
  EXPECT_THAT(repeats(rig), ElementsAre(after("105m"), after("5h", dur("1s"))));
}

// What is left behind.

TEST(Incident, TheLaboratoryLeftBehindWhenTheRootHealsKeepsSpeaking) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  rig.signal(after("30m"), "lab", Condition::down);
  rig.signal(after("60m"), "dc-north", Condition::up);
  rig.tick_until(after("3h"));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::recovered), IsEmpty());
  rig.tick_until(after("4h"));
  const Alert left = last_alert(rig, "2026-0001");
  EXPECT_EQ(left.services, 1U);
  EXPECT_EQ(left.activities, 1U);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "laboratory"), after("4h"));
  EXPECT_EQ(last_alert(rig, "2026-0001").level, Level::critical);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "emergency-east"), std::nullopt);
  rig.signal(after("5h"), "lab", Condition::up);
  rig.tick_until(after("5h") + dur("5m") - kOne);
  EXPECT_THAT(entries(rig.outputs(), AlertReason::recovered), IsEmpty());
  rig.tick_until(after("5h") + dur("5m"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::recovered, "dc-north"), after("5h"));
}

TEST(Incident, TheLevelSinksWhenWhatWasUrgentIsOver) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  rig.signal(after("30m"), "lab", Condition::down);
  rig.tick_until(after("125m"));
  EXPECT_EQ(last_alert(rig, "2026-0001").level, Level::emergency);
  rig.signal(after("130m"), "dc-north", Condition::up);
  rig.tick_until(after("141m"));
  EXPECT_EQ(last_alert(rig, "2026-0001").level, Level::notice);
  EXPECT_THAT(entries(rig.outputs(), AlertReason::level_lowered), SizeIs(1));
}

// Merging.

TEST(Merge, CosmicFirstThenTheLaboratoryThenTheHallUnderBoth) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.signal(after("2m"), "lab", Condition::down);
  rig.command(after("3m"), "ksd-on-call", Acknowledge{"2026-0002"});
  rig.signal(after("4m"), "dc-north", Condition::down, kStart);
  EXPECT_EQ(story(rig.outputs()),
            "01:01:00 0001 notice cosmic: opened(cosmic) ladder(cosmic)\n"
            "01:02:00 0002 notice lab: opened(lab)\n"
            "01:04:00 0001 notice dc-north: root_found(dc-north) merged(2026-0002) grown(dc-north) amended(cosmic)\n"
            "01:04:00 0002 none lab: merged_away(2026-0001)\n");
  const Alert goes_on = last_alert(rig, "2026-0001");
  EXPECT_EQ(goes_on.acknowledged_by, "ksd-on-call");
  EXPECT_EQ(goes_on.acknowledged_at, after("3m"));
  EXPECT_EQ(goes_on.services, 5U);
  const IncidentPicture gone = last_picture(rig, "2026-0002");
  EXPECT_EQ(gone.state, "merged");
  EXPECT_EQ(gone.merged_into, goes_on.header.incident_id);
  // What was said of the number that is gone is about the one that goes on; no third incident, no repeats.
  rig.command(after("5m"), "ward-manager", ConfirmLimited{"2026-0002", "emergency-east", true});
  rig.tick_until(after("61m"));
  const auto reports = all_of<ReportPrompt>(rig.outputs());
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].header.incident, "2026-0001");
  EXPECT_EQ(reports[0].kind, ReportPrompt::Kind::due);
  EXPECT_EQ(reports[0].aware_at, after("3m"));
  rig.restart();
  rig.said();
  rig.tick_until(after("62m"));
  EXPECT_EQ(story(rig.said()), "");
}

TEST(Merge, KeepsADutyThatOnlyTheOtherHadBegun) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "identity", Condition::down);
  rig.signal(after("2m"), "cosmic", Condition::down);
  rig.tick_until(after("70m"));
  auto reports = all_of<ReportPrompt>(rig.outputs());
  ASSERT_THAT(reports, SizeIs(1));
  ASSERT_EQ(reports[0].header.incident, "2026-0002");
  rig.signal(after("71m"), "dc-north", Condition::down, kStart);
  rig.tick_until(after("72m"));
  ASSERT_THAT(entries(rig.outputs(), AlertReason::merged), SizeIs(1));
  EXPECT_EQ(last_picture(rig, "2026-0001").duties.at(0).state, "assess");
  rig.command(after("75m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  reports = all_of<ReportPrompt>(rig.outputs());
  // Assessed once; the same duty goes on under the other number, and remembers what it replaces.
  EXPECT_EQ(std::count_if(reports.begin(), reports.end(),
                          [](const ReportPrompt& p) { return p.kind == ReportPrompt::Kind::assess; }),
            1);
  EXPECT_EQ(reports.back().kind, ReportPrompt::Kind::due);
  EXPECT_EQ(reports.back().header.incident, "2026-0001");
  EXPECT_EQ(reports.back().header.replaces, reports[reports.size() - 2].header.id);
  // Known since the first of the two was.
  EXPECT_EQ(reports.back().aware_at, after("1m"));
}

TEST(Merge, OfTwoBegunDutiesOneGoesOnAndTheOtherIsTakenBack) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.signal(after("2m"), "lab", Condition::down);
  rig.tick_until(after("70m"));
  ASSERT_THAT(all_of<ReportPrompt>(rig.outputs()), SizeIs(2));
  rig.said();
  rig.signal(after("71m"), "dc-north", Condition::down, kStart);
  rig.tick_until(after("72m"));
  std::vector<ReportPrompt> reports = all_of<ReportPrompt>(rig.said());
  ASSERT_FALSE(reports.empty());
  EXPECT_EQ(reports[0].kind, ReportPrompt::Kind::withdrawn);
  EXPECT_EQ(reports[0].because, "merged:2026-0001");
  EXPECT_EQ(last_picture(rig, "2026-0001").duties.at(0).state, "assess");
  rig.command(after("75m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  reports = all_of<ReportPrompt>(rig.said());
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].kind, ReportPrompt::Kind::due);
}

TEST(Merge, KeepsWhatWasSubmittedForEither) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.signal(after("2m"), "lab", Condition::down);
  rig.tick_until(after("70m"));
  rig.command(after("70m"), "ksd-on-call", Submitted{"2026-0002", "nis2", "region", "early_warning"});
  rig.signal(after("71m"), "dc-north", Condition::down, kStart);
  rig.tick_until(after("30h"));
  for (const ReportPrompt& report : all_of<ReportPrompt>(rig.outputs())) {
    EXPECT_NE(report.kind, ReportPrompt::Kind::overdue);
  }
  const auto duties = last_picture(rig, "2026-0001").duties;
  ASSERT_THAT(duties, SizeIs(1));
  EXPECT_EQ(duties[0].stages.at(0).submitted_at, after("70m"));
}

TEST(Merge, TakesOverTheActivationOfTheOther) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "identity", Condition::down);
  rig.signal(after("2m"), "cosmic", Condition::down);
  rig.tick_until(after("40m"));
  ASSERT_THAT(all_of<ActivationPrompt>(rig.outputs()), SizeIs(1));
  rig.signal(after("41m"), "dc-north", Condition::down, kStart);
  rig.tick_until(after("60m"));
  EXPECT_THAT(all_of<ActivationPrompt>(rig.outputs()), SizeIs(1));
}

TEST(Merge, SaysNothingTwice) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "identity", Condition::down);
  rig.signal(after("2m"), "cosmic", Condition::down);
  rig.tick_until(after("100m"));
  rig.signal(after("101m"), "dc-north", Condition::down, after("2m"));
  rig.tick_until(after("103m"));
  ASSERT_THAT(entries(rig.outputs(), AlertReason::merged), SizeIs(1));
  // It was missed at 92 min, and said so; the merge did not move it.
  EXPECT_THAT(entries(rig.outputs(), AlertReason::rto_missed), SizeIs(1));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::activation), SizeIs(1));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::legal), SizeIs(1));
}

// What was not so after all.

Signal relabelled(Instant when, std::string_view service) {
  Signal signal;
  signal.source = "test";
  signal.key = "cosmic/probe";
  signal.condition = Condition::down;
  signal.at = when;
  signal.labels = {{"service", std::string(service)}};
  return signal;
}
void hear(Rig& rig, Instant stamp, Signal signal) {
  rig.tick_until(stamp);
  Input input;
  input.stamp = stamp;
  input.body = Heard{{std::move(signal)}, {}};
  rig.input(std::move(input));
}

TEST(Withdrawn, AnOutageThatTurnsOutNotToHaveBeenTakesBackAllThatWasSaid) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("65m"));
  ASSERT_THAT(all_of<ActivationPrompt>(rig.outputs()), SizeIs(1));
  ASSERT_THAT(all_of<ReportPrompt>(rig.outputs()), SizeIs(1));
  rig.said();
  // The tool corrects itself: it was another service all along.
  hear(rig, after("66m"), relabelled(after("66m"), "identity"));
  rig.tick_until(after("66m") + dur("1m"));
  EXPECT_EQ(story(rig.said()),
            "02:06:00 0001 none cosmic: -opened(cosmic)\n"
            "02:06:00 0001 activation cosmic 2026.2 withdrawn\n"
            "02:06:00 0001 nis2 withdrawn early_warning criterion_no_longer_met\n"
            "02:06:00 0002 notice identity: opened(identity)\n");
  EXPECT_EQ(last_picture(rig, "2026-0001").state, "withdrawn");
  rig.tick_until(after("100h"));
  EXPECT_EQ(story(rig.said()), "");
}

TEST(Withdrawn, TheSameOutageAgainIsAnIncidentOfItsOwn) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  hear(rig, after("10s"), relabelled(after("10s"), "nobody"));
  hear(rig, after("20s"), relabelled(after("20s"), "cosmic"));
  const Alert first = last_alert(rig, "2026-0001");
  const Alert second = last_alert(rig, "2026-0002");
  EXPECT_EQ(second.began, kStart);
  EXPECT_NE(first.header.incident_id, second.header.incident_id);
  std::set<std::string> ids;
  for (const Output& output : rig.outputs()) {
    EXPECT_TRUE(ids.insert(header_of(output).id).second);
  }
}

TEST(Withdrawn, ARootThatIsNoneIsTakenBack) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.signal(after("2m"), "dc-north", Condition::down, kStart);
  ASSERT_EQ(last_alert(rig, "2026-0001").root.id, "dc-north");
  rig.said();
  Signal corrected = relabelled(after("3m"), "dc-south");
  corrected.key = "dc-north/probe";
  hear(rig, after("3m"), corrected);
  rig.tick_until(after("5m"));
  EXPECT_EQ(last_alert(rig, "2026-0001").root.id, "cosmic");
  const auto roots = entries(rig.outputs(), AlertReason::root_found);
  ASSERT_THAT(roots, SizeIs(2));
  EXPECT_TRUE(roots[1].entry.withdrawn);
  EXPECT_EQ(roots[1].entry.subject.name, "Datahall Nord");
}

TEST(Past, IsNotWrittenAnewWhenTheServiceFailsAgain) {
  Rig rig(World().compile(), kStart);
  for (const char* const day : {"0h", "24h", "48h"}) {
    rig.signal(after(day), "cosmic", Condition::down);
    rig.signal(after(day, dur("1h")), "cosmic", Condition::up);
    rig.tick_until(after(day, dur("20h")));
  }
  rig.incidents_written();
  rig.signal(after("72h"), "cosmic", Condition::down);
  EXPECT_EQ(rig.incidents_written(), 1);
}

}  // namespace
}  // namespace avbrottsvakt::testing
