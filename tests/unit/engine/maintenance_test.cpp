// Planned work: what it leaves out, for whom, until when; what is said of it before and after it overruns.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/limits.h"
#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }
constexpr Millis kMs{1};

/// COSMIC, worked on from 1 h to 3 h, with the emergency department's agreement.
PlanMaintenance work_on(std::string service = "cosmic") {
  PlanMaintenance work;
  work.reference = "CHG-1";
  work.service = std::move(service);
  work.from = after("1h");
  work.until = after("3h");
  work.approved_by = "service-owner";
  work.agreed = {"emergency-east", "laboratory"};
  return work;
}

World region() {
  World world;
  world.service("cosmic").owner = "service-owner";
  return world;
}

class PlannedWork : public ::testing::Test {
 protected:
  void plan(PlanMaintenance work, Instant now = kStart, std::optional<EventTime> approved = {}) {
    rig_.command(now, "ksd-on-call", std::move(work), approved);
  }
  void plan_with_return() {
    PlanMaintenance work = work_on();
    work.return_by = after("2h30m");
    plan(std::move(work));
  }
  void cancel(Instant now, std::optional<EventTime> when = {}) {
    rig_.command(now, "ksd-on-call", CancelMaintenance{"CHG-1"}, when);
  }
  void down(Instant from, std::string_view service = "cosmic") { rig_.signal(from, service, Condition::down); }
  void up(Instant from, std::string_view service = "cosmic") { rig_.signal(from, service, Condition::up); }

  std::vector<std::pair<Instant, Instant>> outages(std::string_view node) {
    std::vector<std::pair<Instant, Instant>> found;
    for (const Engine::NodeFacts& facts : rig_.engine().facts()) {
      for (const MemberOutage& outage : facts.outages) {
        if (facts.node == node) {
          found.emplace_back(outage.from, outage.until.value_or(kNever));
        }
      }
    }
    return found;
  }
  std::vector<std::string> refusals() const {
    std::vector<std::string> found;
    for (const DeadLetter& letter : rig_.all<DeadLetter>()) {
      found.push_back(letter.record.message);
    }
    return found;
  }

  Rig rig_{region().compile(), kStart};
};

using Spans = std::vector<std::pair<Instant, Instant>>;

struct Edge {
  const char* name;
  Instant from;
  Instant until;
  Spans counted;
};
void PrintTo(const Edge& edge, std::ostream* stream) { *stream << edge.name; }

class Edges : public PlannedWork, public ::testing::WithParamInterface<Edge> {};

TEST_P(Edges, TheWindowIsHalfOpen) {
  plan(work_on());
  down(GetParam().from);
  up(GetParam().until);
  rig_.tick_until(after("6h"));
  EXPECT_EQ(outages("service/cosmic"), GetParam().counted);
  EXPECT_EQ(outages("activity/emergency-east"), GetParam().counted);
}

INSTANTIATE_TEST_SUITE_P(
    PlannedWork, Edges,
    ::testing::Values(
        Edge{"Inside", after("1h10m"), after("2h50m"), {}}, Edge{"Whole", after("1h"), after("3h"), {}},
        Edge{"BeginsJustBefore", after("1h", -kMs), after("2h"), {{after("1h", -kMs), after("1h")}}},
        Edge{"EndsJustBefore", after("2h"), after("3h", -kMs), {}},
        Edge{"EndsJustAfter", after("2h"), after("3h", kMs), {{after("3h"), after("3h", kMs)}}},
        Edge{"BeginsAtTheEnd", after("3h"), after("3h10m"), {{after("3h"), after("3h10m")}}},
        Edge{"EndsAtTheBeginning", after("30m"), after("1h"), {{after("30m"), after("1h")}}},
        Edge{"Around", after("30m"), after("4h"), {{after("30m"), after("1h")}, {after("3h"), after("4h")}}}),
    [](const auto& test) { return test.param.name; });

TEST_F(PlannedWork, SaysNothingWhileItKeepsToItsWindow) {
  plan_with_return();
  down(after("1h"));
  up(after("2h"));
  rig_.tick_until(after("6h"));
  EXPECT_THAT(rig_.outputs(), IsEmpty());
}

TEST_F(PlannedWork, ThatOverrunsIsAnOutageSinceItsEnd) {
  plan(work_on());
  down(after("1h"));
  rig_.tick_until(after("3h", -kMs));
  EXPECT_THAT(rig_.outputs(), IsEmpty());
  rig_.tick_until(after("3h"));
  const Alert opened = rig_.all<Alert>().at(0);
  EXPECT_EQ(opened.header.at, after("3h"));
  EXPECT_EQ(opened.first.id, "cosmic");
  EXPECT_EQ(opened.began, after("3h"));
  ASSERT_THAT(opened.maintenance, SizeIs(1));
  EXPECT_EQ(opened.maintenance[0].reference, "CHG-1");
  EXPECT_TRUE(opened.maintenance[0].overran);
  EXPECT_THAT(opened.maintenance[0].not_agreed, IsEmpty());
  rig_.tick_until(after("9h"));
  EXPECT_EQ(standing(rig_.outputs(), AlertReason::ladder, "cosmic", 50), after("3h45m"));
  EXPECT_EQ(standing(rig_.outputs(), AlertReason::rto_missed, "cosmic"), after("4h30m"));
  EXPECT_EQ(standing(rig_.outputs(), AlertReason::mta_missed, "emergency-east"), after("5h"));
  const ReportPrompt prompt = rig_.all<ReportPrompt>().at(0);
  EXPECT_EQ(prompt.criterion_true_at, after("4h", kMs));
  EXPECT_THAT(prompt.maintenance, SizeIs(1));
}

TEST_F(PlannedWork, IsShownToTheLawsThatMeasureTime) {
  for (const auto& [more_than, shown] :
       std::vector<std::pair<std::optional<Millis>, std::size_t>>{{std::nullopt, 0}, {dur("1h"), 1}}) {
    World world = region();
    RegimeSpec& regime = world.rules.regimes[0];
    regime.criteria.kind = Criterion::Kind::outage;
    regime.criteria.at_once = !more_than;
    regime.criteria.more_than = more_than.value_or(Millis{0});
    Rig rig(world.compile(), kStart);
    rig.command(kStart, "service-owner", work_on());
    rig.signal(after("1h"), "cosmic", Condition::down);
    rig.tick_until(after("5h"));
    ASSERT_FALSE(rig.all<ReportPrompt>().empty());
    EXPECT_THAT(rig.all<ReportPrompt>().at(0).maintenance, SizeIs(shown));
  }
}

TEST_F(PlannedWork, CountsForWhoHasNotAgreed) {
  PlanMaintenance work = work_on();
  work.agreed = {"laboratory"};
  plan(work);
  down(after("1h10m"));
  const Alert opened = rig_.all<Alert>().at(0);
  EXPECT_EQ(opened.first.id, "emergency-east");
  EXPECT_EQ(opened.began, after("1h10m"));
  EXPECT_EQ(opened.root.id, "cosmic") << "the work explains it";
  EXPECT_EQ(opened.root_began, after("1h10m"));
  EXPECT_EQ(opened.root_condition, Condition::down);
  ASSERT_THAT(opened.maintenance, SizeIs(1));
  EXPECT_THAT(opened.maintenance[0].not_agreed,
              ElementsAre(Named{"emergency-east", "Akutmottagningen, Östra sjukhuset"}));
  EXPECT_FALSE(opened.maintenance[0].overran);
  rig_.tick_until(after("9h"));
  EXPECT_EQ(standing(rig_.outputs(), AlertReason::mta_missed, "emergency-east"), after("3h10m"));
  EXPECT_EQ(standing(rig_.outputs(), AlertReason::rto_missed, "cosmic"), after("4h30m")) << "RTO leaves the window out";
  for (const Alert& alert : rig_.all<Alert>()) {
    EXPECT_EQ(alert.header.incident, "2026-0001") << "the overrun belongs to what it had begun";
  }
  EXPECT_EQ(outages("activity/emergency-east"), (Spans{{after("1h10m"), kNever}}));
}

TEST_F(PlannedWork, IsOneIncidentForAllWhoHaveNotAgreed) {
  PlanMaintenance work = work_on("dc-north");
  work.agreed.clear();
  plan(work);
  down(after("1h10m"), "dc-north");
  rig_.tick_until(after("2h"));
  const std::vector<Alert> alerts = rig_.all<Alert>();
  ASSERT_THAT(alerts, Not(IsEmpty()));
  EXPECT_EQ(alerts.back().header.incident, "2026-0001");
  EXPECT_EQ(alerts.back().activities, 2U);
  EXPECT_EQ(alerts.back().services, 0U);
  EXPECT_EQ(alerts.back().root.id, "dc-north");
}

TEST_F(PlannedWork, IsHeldAgainstNothingBelowIt) {
  // Two steps away: hall, database, COSMIC.
  plan(work_on("dc-north"));
  down(after("1h10m"), "dc-north");
  rig_.tick_until(after("3h", -kMs));
  EXPECT_THAT(rig_.outputs(), IsEmpty());
  rig_.tick_until(after("3h"));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("3h"), kNever}}));
  EXPECT_EQ(rig_.all<Alert>().at(0).root.id, "dc-north");
}

TEST_F(PlannedWork, DoesNotHideWhatFailsBeside) {
  plan(work_on());
  down(after("1h10m"));
  down(after("2h"), "care-database");
  EXPECT_EQ(outages("service/care-database"), (Spans{{after("2h"), kNever}}));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("2h"), kNever}}));
}

TEST_F(PlannedWork, OnASpareIsNoLimitationUntilTheOtherFails) {
  plan(work_on("dc-north"));
  down(after("1h10m"), "dc-north");
  EXPECT_EQ(outages("service/identity"), (Spans{{after("3h"), kNever}})) << "ahead, if nothing changes";
  down(after("2h"), "dc-south");
  EXPECT_EQ(outages("service/identity"), (Spans{{after("2h"), kNever}}));
  const Alert opened = rig_.all<Alert>().at(0);
  EXPECT_EQ(opened.root.id, "dc-south");
  EXPECT_EQ(opened.services, 2U);
  up(after("2h20m"), "dc-north");
  EXPECT_EQ(outages("service/identity"), (Spans{{after("2h"), kNever}})) << "degraded: on the last hall";
}

TEST_F(PlannedWork, CountsWhileAnotherWindowIsOpenThatWasNotAgreedTo) {
  plan(work_on());
  PlanMaintenance other = work_on("dc-north");
  other.reference = "CHG-2";
  other.from = after("2h");
  other.until = after("2h30m");
  other.agreed = {"laboratory"};
  plan(other);
  down(after("1h10m"));
  rig_.tick_until(after("6h"));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("3h"), kNever}}));
  EXPECT_EQ(outages("activity/emergency-east"), (Spans{{after("2h"), after("2h30m")}, {after("3h"), kNever}}));
}

TEST_F(PlannedWork, InTwoWindowsThatMeetIsOne) {
  plan(work_on());
  PlanMaintenance more = work_on();
  more.reference = "CHG-2";
  more.from = after("3h");
  more.until = after("4h");
  plan(more, after("2h50m"));
  down(after("2h55m"));
  rig_.tick_until(after("5h"));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("4h"), kNever}}));
}

struct Return {
  const char* name;
  Instant from;
  std::optional<Instant> until;
  std::optional<Instant> said;  ///< and about then
};
void PrintTo(const Return& test, std::ostream* stream) { *stream << test.name; }

class PointOfNoReturn : public PlannedWork, public ::testing::WithParamInterface<Return> {};

TEST_P(PointOfNoReturn, IsSaidIfItIsStillOut) {
  plan_with_return();
  down(GetParam().from);
  if (GetParam().until) {
    up(*GetParam().until);
  }
  rig_.tick_until(after("3h", -kMs));
  const auto said = entries(rig_.outputs(), AlertReason::overrun_ahead);
  if (!GetParam().said) {
    EXPECT_THAT(said, IsEmpty());
    return;
  }
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_EQ(said[0].said, *GetParam().said);
  EXPECT_EQ(said[0].entry.at, *GetParam().said);
  EXPECT_EQ(said[0].incident, "") << "there is none yet";
}

INSTANTIATE_TEST_SUITE_P(
    PlannedWork, PointOfNoReturn,
    ::testing::Values(Return{"StillOut", after("1h10m"), std::nullopt, after("2h30m")},
                      Return{"RestoredJustBefore", after("1h10m"), after("2h30m", -kMs), std::nullopt},
                      Return{"RestoredJustAfter", after("1h10m"), after("2h30m", kMs), after("2h30m")},
                      Return{"OutFromThenOn", after("2h30m"), std::nullopt, after("2h30m")},
                      Return{"OutJustAfter", after("2h30m", kMs), std::nullopt, after("2h30m", kMs)},
                      Return{"OutJustBeforeTheEnd", after("3h", -kMs), std::nullopt, after("3h", -kMs)},
                      Return{"NeverOut", after("3h"), std::nullopt, std::nullopt}),
    [](const auto& test) { return test.param.name; });

TEST_F(PlannedWork, ThatIsAboutToOverrunCallsWhoWouldBeCalledThen) {
  plan_with_return();
  down(after("1h10m"));
  rig_.tick_until(after("2h30m"));
  const Alert alert = rig_.all<Alert>().at(0);
  EXPECT_EQ(reasons(alert), "overrun_ahead(cosmic)");
  EXPECT_EQ(alert.level, Level::warning);
  EXPECT_THAT(alert.entries.at(0).tell, ElementsAre("ksd-on-call", "service-owner"));
  EXPECT_EQ(alert.entries.at(0).rule, "maintenance CHG-1: return_by");
  EXPECT_EQ(alert.began, after("1h10m"));
  EXPECT_EQ(alert.condition, Condition::down);
  ASSERT_THAT(alert.call, SizeIs(2));
  ASSERT_THAT(alert.maintenance, SizeIs(1));
  EXPECT_EQ(alert.maintenance[0].until, after("3h"));
  EXPECT_EQ(alert.maintenance[0].approved_by, "Tjänsteägaren");
}

TEST_F(PlannedWork, RestoredAfterTheWarningIsSaidOnceItHasHeld) {
  plan_with_return();
  down(after("1h10m"));
  up(after("2h35m"));
  rig_.tick_until(after("2h45m", -kMs));
  EXPECT_THAT(rig_.all<Alert>(), SizeIs(1));
  rig_.tick_until(after("2h45m"));
  const std::vector<Alert> alerts = rig_.all<Alert>();
  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_EQ(reasons(alerts[1]), "recovered(cosmic)");
  EXPECT_EQ(alerts[1].ended, after("2h35m"));
  EXPECT_EQ(alerts[1].header.replaces, alerts[0].header.id);
  EXPECT_NE(alerts[1].header.id, alerts[0].header.id);
  EXPECT_EQ(alerts[1].level, Level::none);
  rig_.tick_until(after("6h"));
  EXPECT_THAT(rig_.all<Alert>(), SizeIs(2));
}

TEST_F(PlannedWork, ARelapseAfterThatIsWarnedOfAgain) {
  plan_with_return();
  down(after("1h10m"));
  up(after("2h35m"));
  down(after("2h50m"));
  const auto said = entries(rig_.outputs(), AlertReason::overrun_ahead);
  ASSERT_THAT(said, SizeIs(2));
  EXPECT_EQ(said[1].entry.at, after("2h50m"));
}

TEST_F(PlannedWork, ABlipIsNotRestored) {
  plan_with_return();
  down(after("1h10m"));
  up(after("2h35m"));
  down(after("2h40m"));
  rig_.tick_until(after("3h", -kMs));
  EXPECT_THAT(rig_.all<Alert>(), SizeIs(1));
}

TEST_F(PlannedWork, AWarningHeardToBeWrongIsAnsweredWithWhenItWasRestored) {
  plan_with_return();
  down(after("1h10m"));
  rig_.signal(after("2h50m"), "cosmic", Condition::up, after("2h20m"));
  rig_.tick_until(after("3h"));
  EXPECT_EQ(standing(rig_.outputs(), AlertReason::recovered, "cosmic"), after("2h20m"));
  EXPECT_THAT(rig_.all<Alert>(), SizeIs(2));
}

TEST_F(PlannedWork, AWarningOfWhatNeverWasIsTakenBack) {
  plan_with_return();
  down(after("1h10m"));
  rig_.tick_until(after("2h30m"));
  // The cause was another service's.
  Signal signal;
  signal.source = "test";
  signal.key = "cosmic/probe";
  signal.condition = Condition::down;
  signal.at = after("2h40m");
  signal.labels = {{"service", "nobody"}};
  Input input;
  input.stamp = after("2h40m");
  input.body = Heard{{signal}, {}};
  rig_.input(input);
  const auto said = entries(rig_.outputs(), AlertReason::overrun_ahead);
  ASSERT_THAT(said, SizeIs(2));
  EXPECT_TRUE(said[1].entry.withdrawn);
}

TEST_F(PlannedWork, OfAServiceThatIsOutForAnotherReasonDoesNotOverrun) {
  plan_with_return();
  down(after("1h10m"), "care-database");
  rig_.tick_until(after("3h"));
  EXPECT_THAT(entries(rig_.outputs(), AlertReason::overrun_ahead), IsEmpty());
}

TEST_F(PlannedWork, CancelledBeforeItBeginsNeverOpens) {
  plan_with_return();
  cancel(after("50m"));
  down(after("1h10m"));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("1h10m"), kNever}}));
  EXPECT_EQ(rig_.all<Alert>().at(0).maintenance.size(), 0U);
}

TEST_F(PlannedWork, CancelledMidwayEndsThere) {
  plan_with_return();
  down(after("1h10m"));
  cancel(after("2h"));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("2h"), kNever}}));
  rig_.tick_until(after("3h"));
  EXPECT_THAT(entries(rig_.outputs(), AlertReason::overrun_ahead), IsEmpty()) << "the incident tells";
}

TEST_F(PlannedWork, EnteredAfterwardsTakesBackWhatWasSaid) {
  down(after("1h10m"));
  rig_.tick_until(after("1h30m"));
  ASSERT_THAT(rig_.all<Alert>(), SizeIs(1));
  plan(work_on(), after("1h30m"), after("30m"));
  const std::vector<Alert> alerts = rig_.all<Alert>();
  ASSERT_THAT(alerts, SizeIs(2));
  EXPECT_TRUE(alerts[1].entries.at(0).withdrawn);
  EXPECT_THAT(outages("activity/emergency-east"), ElementsAre(std::pair(after("3h"), kNever)));
}

struct Refused {
  const char* name;
  void (*change)(PlanMaintenance&);
  const char* why;  ///< null: it is taken
  std::optional<Instant> approved = {};
};
void PrintTo(const Refused& test, std::ostream* stream) { *stream << test.name; }

class Planning : public PlannedWork, public ::testing::WithParamInterface<Refused> {};

TEST_P(Planning, RefusesWhatCannotBeSo) {
  PlanMaintenance work = work_on();
  GetParam().change(work);
  plan(work, after("2h"), GetParam().approved);
  if (GetParam().why == nullptr) {
    EXPECT_THAT(refusals(), IsEmpty());
  } else {
    EXPECT_THAT(refusals(), ElementsAre(HasSubstr(GetParam().why)));
  }
}

INSTANTIATE_TEST_SUITE_P(
    PlannedWork, Planning,
    ::testing::Values(
        Refused{"ApprovedWhenItBegins", [](PlanMaintenance& w) { w.from = after("2h"); }, nullptr},
        Refused{"ApprovedJustAfter", [](PlanMaintenance& w) { w.from = after("2h", -kMs); }, "after the window begins"},
        Refused{"ApprovedBeforeEnteredAfter", [](PlanMaintenance&) {}, nullptr, after("1h")},
        Refused{"SaysItWillBeApproved", [](PlanMaintenance&) {}, "after the window begins", after("4h")},
        Refused{"EndsWhenItBegins", [](PlanMaintenance& w) { w.from = w.until; }, "not after it begins"},
        Refused{"LastsForOneMillisecond", [](PlanMaintenance& w) { w.from = w.until - kMs; }, nullptr},
        Refused{"AsLongAsCanBe",
                [](PlanMaintenance& w) {
                  w.from = after("2h");
                  w.until = after("2h") + kMaintenanceMax;
                },
                nullptr},
        Refused{"Longer",
                [](PlanMaintenance& w) {
                  w.from = after("2h");
                  w.until = after("2h") + kMaintenanceMax + kMs;
                },
                "at most 7d can be planned"},
        Refused{"ReturnBeforeItBegins",
                [](PlanMaintenance& w) {
                  w.from = after("2h");
                  w.return_by = after("2h", -kMs);
                },
                "must lie within the window"},
        Refused{"ReturnWhenItBegins", [](PlanMaintenance& w) { w.return_by = w.from = after("2h"); }, nullptr},
        Refused{"ReturnWhenItEnds",
                [](PlanMaintenance& w) {
                  w.from = after("2h");
                  w.return_by = w.until;
                },
                "must lie within the window"},
        Refused{"OfNoService", [](PlanMaintenance& w) { w.service = "cosmos"; }, "no service cosmos"},
        Refused{"AgreedToByNoActivity", [](PlanMaintenance& w) { w.agreed = {"cosmic"}; }, "no activity cosmic"}),
    [](const auto& test) { return test.param.name; });

TEST_F(PlannedWork, IsPlannedAnewUntilItHasBegun) {
  plan(work_on());
  PlanMaintenance later = work_on();
  later.from = after("2h");
  plan(later, after("1h"));
  EXPECT_THAT(refusals(), IsEmpty());
  down(after("1h30m"));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("1h30m"), after("2h")}, {after("3h"), kNever}}));
  later.from = after("4h");
  later.until = after("5h");
  plan(later, after("2h", kMs));
  EXPECT_THAT(refusals(), ElementsAre(HasSubstr("is not planned anew")));
}

TEST_F(PlannedWork, CancelOfWhatWasNotPlannedIsRefused) {
  cancel(after("1h"));
  EXPECT_THAT(refusals(), ElementsAre(HasSubstr("no work is planned under CHG-1")));
}

TEST_F(PlannedWork, IsBoundedInNumber) {
  PlanMaintenance work = work_on();
  for (std::size_t i = 0; i < kMaintenancesMax; ++i) {
    work.reference = "CHG-" + std::to_string(i);
    plan(work);
  }
  EXPECT_THAT(refusals(), IsEmpty());
  work.reference = "one more";
  plan(work);
  EXPECT_THAT(refusals(), ElementsAre(HasSubstr("1000 windows")));
  work.reference = "CHG-7";
  plan(work);
  EXPECT_THAT(refusals(), SizeIs(1)) << "one that is known takes no room";
}

TEST_F(PlannedWork, IsForgottenWithTheHorizon) {
  plan(work_on());
  PlanMaintenance again = work_on();
  again.from = after("3h") + dur("30d");
  again.until = again.from + dur("1h");
  plan(again, after("3h") + dur("29d"));
  EXPECT_THAT(refusals(), ElementsAre(HasSubstr("is not planned anew")));
  plan(again, after("2h", kMs) + dur("30d"));
  EXPECT_THAT(refusals(), SizeIs(2));
  Input tick;
  tick.stamp = after("4h") + dur("30d");
  tick.body = Tick{};
  rig_.input(tick);
  again.from = after("5h") + dur("30d");
  again.until = after("6h") + dur("30d");
  plan(again, after("4h") + dur("30d"));
  EXPECT_THAT(refusals(), SizeIs(2));
}

TEST_F(PlannedWork, GoesOnAfterARestartAtAnyMoment) {
  const auto night = [](Rig& rig, bool restarts) {
    const auto maybe_restart = [&] {
      if (restarts) {
        rig.restart();
      }
    };
    PlanMaintenance work = work_on();
    work.return_by = after("2h30m");
    work.agreed = {"laboratory"};
    rig.command(kStart, "ksd-on-call", work);
    maybe_restart();
    rig.signal(after("1h10m"), "cosmic", Condition::down);
    maybe_restart();
    rig.tick_until(after("2h30m"));
    maybe_restart();
    rig.tick_until(after("2h45m"));
    rig.signal(after("2h50m"), "cosmic", Condition::up, after("2h40m"));
    maybe_restart();
    rig.signal(after("2h55m"), "cosmic", Condition::down);
    maybe_restart();
    rig.tick_until(after("3h"));
    maybe_restart();
    rig.signal(after("5h"), "cosmic", Condition::up);
    rig.tick_until(after("8h"));
    return story(rig.outputs());
  };
  Rig steady(region().compile(), kStart);
  Rig killed(region().compile(), kStart);
  const std::string expected = night(steady, false);
  EXPECT_EQ(night(killed, true), expected);
  EXPECT_THAT(expected, HasSubstr("overrun_ahead(cosmic)"));
}

TEST_F(PlannedWork, WhatCameDueDuringAnAbsenceIsSaidOnComingBack) {
  plan_with_return();
  down(after("1h10m"));
  rig_.restart();
  Input resumed;
  resumed.stamp = after("2h40m");
  resumed.body = Resumed{after("1h10m"), after("2h40m")};
  rig_.input(resumed);
  EXPECT_THAT(rig_.outputs(), IsEmpty());
  Input caught_up;
  caught_up.stamp = after("2h41m");
  caught_up.body = CaughtUp{};
  rig_.input(caught_up);
  const auto said = entries(rig_.outputs(), AlertReason::overrun_ahead);
  ASSERT_THAT(said, SizeIs(1));
  EXPECT_EQ(said[0].said, after("2h41m"));
  EXPECT_EQ(said[0].entry.at, after("2h30m"));
}

TEST_F(PlannedWork, SurvivesACatalogueWithoutItsService) {
  plan(work_on());
  World smaller = region();
  std::erase_if(smaller.catalogue.services, [](const ServiceSpec& s) { return s.id == "cosmic"; });
  smaller.catalogue.plans.clear();
  smaller.activity("emergency-east").uses.front().all = {"care-database"};
  rig_.add_bundle(smaller.compile("bundle-2"));
  rig_.add_bundle(region().compile("bundle-3"));
  Input activate;
  activate.stamp = after("10m");
  activate.body = Activate{"bundle-2", "bundle-1", false};
  rig_.input(activate);
  activate.stamp = after("20m");
  activate.body = Activate{"bundle-3", "bundle-2", false};
  rig_.input(activate);
  down(after("1h10m"));
  EXPECT_EQ(outages("service/cosmic"), (Spans{{after("3h"), kNever}}));
}

}  // namespace
}  // namespace avbrottsvakt::testing
