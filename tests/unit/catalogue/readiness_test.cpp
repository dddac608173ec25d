#include "catalogue/readiness.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "small_region.h"

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

Date date(const char* text) { return parse_date(text).value(); }
WeekHours week(const char* text) { return WeekHours::parse(text).value(); }

RoleSpec role(std::string id, const char* covers, std::vector<std::string> substitutes = {}) {
  return {std::move(id), "", "1", "", week(covers), std::move(substitutes)};
}

/// The small region with all that it needs for use.
CatalogueSpec fit() {
  CatalogueSpec spec = region();
  for (ServiceSpec& one : spec.services) {
    one.owner = "service-owner";
    one.match = {"{service=\"" + one.id + "\"}"};
    one.component = one.id != "cosmic";
  }
  spec.services[0].availability = 4;
  spec.activities[0].sectors = {"healthcare_provider"};
  spec.activities[0].fallback = FallbackSpec{"RR-1", "Papper", hours(12), date("2026-03-01"), date("2027-03-01")};
  PlanSpec& plan = spec.plans[0];
  plan.owner = "service-owner";
  plan.approved_on = date("2026-04-02");
  plan.review_by = date("2027-04-02");
  plan.activate_elapsed = minutes(30);
  plan.ladder = {{std::nullopt, {"ksd"}, Level::notice, std::nullopt},
                 {LadderPoint{LadderPoint::Of::rto, 50}, {"service-owner"}, Level::warning, std::nullopt}};
  plan.steps = {{"inform", "ksd", minutes(60), "", "seen"}};
  plan.contacts = {{"ksd", "1", ""}};
  plan.agreements = {"east"};
  spec.roles = {role("ksd", "always"), role("service-owner", "mon-fri 08:00-17:00", {"ksd"})};
  spec.duty_holders[0].responsibilities = {{"nis2", {}, {"ksd"}, {"service-owner"}}};
  return spec;
}

/// What is said, errors marked.
std::vector<std::string> said_of(const SpecFaults& faults) {
  std::vector<std::string> said;
  for (const SpecFault& fault : faults) {
    said.push_back((fault.warning ? "" : "ERROR ") + fault.path + ": " + fault.message + " | " + fault.remedy);
  }
  return said;
}

std::vector<std::string> readiness_of(CatalogueSpec spec) {
  const auto catalogue = Catalogue::compile(std::move(spec), minutes(5), nullptr);
  if (!catalogue) {
    return said_of(catalogue.error());
  }
  return said_of(check_readiness(*catalogue, {"ksd"}));
}

struct ReadinessCase {
  const char* name;
  void (*change)(CatalogueSpec&);
  std::vector<std::string> said;
};
void PrintTo(const ReadinessCase& one, std::ostream* out) { *out << one.name; }

class Readiness : public testing::TestWithParam<ReadinessCase> {};

TEST_P(Readiness, IsSaid) {
  CatalogueSpec spec = fit();
  GetParam().change(spec);
  EXPECT_EQ(readiness_of(std::move(spec)), GetParam().said);
}

PlanSpec plan_for(const char* service, Millis rto) {
  PlanSpec plan = fit().plans[0];
  plan.id = service;
  plan.service = service;
  plan.rto = rto;
  return plan;
}

INSTANTIATE_TEST_SUITE_P(
    Limits, Readiness,
    testing::Values(
        ReadinessCase{"Fit", [](CatalogueSpec&) {}, {}},
        ReadinessCase{"RtoEqualToMta", [](CatalogueSpec& s) { s.plans[0].rto = hours(2); }, {}},
        ReadinessCase{"RtoJustAboveMta",
                      [](CatalogueSpec& s) { s.plans[0].rto = hours(2) + Millis(1); },
                      {"ERROR plans[0].rto: rto 2h1ms is longer than the mta 2h of emergency-east, which stops without "
                       "cosmic | shorten the rto, give emergency-east an alternative to cosmic, or accept the gap "
                       "there: accept_gap: [{service: cosmic, reason: ...}]"}},
        ReadinessCase{"RtoOfWhatIsNeededFurtherDown",
                      [](CatalogueSpec& s) { s.plans.push_back(plan_for("care-database", hours(3))); },
                      {"ERROR plans[1].rto: rto 3h is longer than the mta 2h of emergency-east, which stops without "
                       "care-database | shorten the rto, give emergency-east an alternative to care-database, or "
                       "accept the gap there: accept_gap: [{service: care-database, reason: ...}]",
                       "plans[1].rto: rto 3h is longer than the rto 1h30m of cosmic, which stops without care-database "
                       "| shorten it, lengthen that of cosmic, or give cosmic an alternative to care-database"}},
        ReadinessCase{"RtoOfOneOfTwo", [](CatalogueSpec& s) { s.plans.push_back(plan_for("dc-south", hours(3))); }, {}},
        ReadinessCase{"RtoOfAnAlternative",
                      [](CatalogueSpec& s) {
                        s.activities[0].uses[0] = any({"cosmic", "identity"});
                        s.plans[0].rto = hours(3);
                      },
                      {}},
        ReadinessCase{"RtoOfTheOnlyAlternative",
                      [](CatalogueSpec& s) {
                        s.activities[0].uses[0] = any({"cosmic"});
                        s.plans[0].rto = hours(3);
                      },
                      {"ERROR plans[0].rto: rto 3h is longer than the mta 2h of emergency-east, which stops without "
                       "cosmic | shorten the rto, give emergency-east an alternative to cosmic, or accept the gap "
                       "there: accept_gap: [{service: cosmic, reason: ...}]"}},
        ReadinessCase{"RtoOfWhatLimitsIsAWarning",
                      [](CatalogueSpec& s) {
                        s.services[0].depends_on[0].loss = Condition::degraded;
                        s.plans.push_back(plan_for("care-database", hours(3)));
                      },
                      {"plans[1].rto: rto 3h is longer than the mta 2h of emergency-east, which is limited without "
                       "care-database | shorten the rto, give emergency-east an alternative to care-database, or "
                       "accept the gap there: accept_gap: [{service: care-database, reason: ...}]"}},
        ReadinessCase{"TheTightestIsNamed",
                      [](CatalogueSpec& s) {
                        s.activities.push_back(s.activities[0]);
                        s.activities[1].id = "ward";
                        s.activities[1].mta = hours(1);
                        s.activities.push_back(s.activities[0]);
                        s.activities[2].id = "admin";
                        s.activities[2].mta = hours(8);
                      },
                      {"ERROR plans[0].rto: rto 1h30m is longer than the mta 1h of ward, which stops without cosmic | "
                       "shorten the rto, give ward an alternative to cosmic, or accept the gap there: accept_gap: "
                       "[{service: cosmic, reason: ...}]"}},
        ReadinessCase{"SlowerThanThoseWhoNeedIt",
                      [](CatalogueSpec& s) { s.plans.push_back(plan_for("care-database", minutes(90) + Millis(1))); },
                      {"plans[1].rto: rto 1h30m1ms is longer than the rto 1h30m of cosmic, which stops without "
                       "care-database | shorten it, lengthen that of cosmic, or give cosmic an alternative to "
                       "care-database"}},
        ReadinessCase{"AsSlowAsThoseWhoNeedIt",
                      [](CatalogueSpec& s) { s.plans.push_back(plan_for("care-database", minutes(90))); },
                      {}}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    AcceptedGaps, Readiness,
    testing::Values(
        ReadinessCase{"FallbackHoldsExactly",
                      [](CatalogueSpec& s) {
                        s.plans[0].rto = hours(12);
                        s.activities[0].accept_gap = {{"cosmic", "papper"}};
                      },
                      {}},
        ReadinessCase{
            "FallbackJustTooShort",
            [](CatalogueSpec& s) {
              s.plans[0].rto = hours(12) + Millis(1);
              s.activities[0].accept_gap = {{"cosmic", "papper"}};
            },
            {"ERROR activities[0].accept_gap[0]: the gap to cosmic is accepted, but no fallback holds for its rto "
             "12h1ms: it holds for 12h | give emergency-east a fallback with holds_for: 12h1ms or longer, or shorten "
             "the rto",
             "activities[0].fallback.holds_for: the fallback holds for 12h, which is shorter than the rto 12h1ms of "
             "cosmic | plan what the activity does after that, or shorten the rto"}},
        ReadinessCase{"NoFallback",
                      [](CatalogueSpec& s) {
                        s.plans[0].rto = hours(3);
                        s.activities[0].accept_gap = {{"cosmic", "papper"}};
                        s.activities[0].fallback.reset();
                      },
                      {"activities[0].activity: emergency-east has no fallback routine | say what it does without its "
                       "services: fallback: {routine: ..., name: ..., holds_for: ...}",
                       "ERROR activities[0].accept_gap[0]: the gap to cosmic is accepted, but no fallback holds for "
                       "its rto 3h | give emergency-east a fallback with holds_for: 3h or longer, or shorten the rto"}},
        ReadinessCase{"NoGap",
                      [](CatalogueSpec& s) {
                        s.activities[0].accept_gap = {{"cosmic", "x"}, {"care-database", "x"}, {"dc-south", "x"}};
                      },
                      {"activities[0].accept_gap[0].service: the rto 1h30m of cosmic is within the mta 2h | remove the "
                       "accepted gap: there is none",
                       "activities[0].accept_gap[1].service: care-database has no plan, and so no rto | remove the "
                       "accepted gap, or write the plan",
                       "activities[0].accept_gap[2].service: emergency-east does not have to stop without dc-south | "
                       "remove the accepted gap: there is none"}},
        ReadinessCase{
            "OnlyTheOneWhoAccepts",
            [](CatalogueSpec& s) {
              s.plans[0].rto = hours(3);
              s.activities[0].accept_gap = {{"cosmic", "papper"}};
              s.activities.push_back(s.activities[0]);
              s.activities[1].id = "ward";
              s.activities[1].accept_gap.clear();
            },
            {"ERROR plans[0].rto: rto 3h is longer than the mta 2h of ward, which stops without cosmic | shorten the "
             "rto, give ward an alternative to cosmic, or accept the gap there: accept_gap: [{service: cosmic, "
             "reason: ...}]"}},
        ReadinessCase{"FallbackShorterThanTheRto",
                      [](CatalogueSpec& s) { s.activities[0].fallback->holds_for = minutes(90) - Millis(1); },
                      {"activities[0].fallback.holds_for: the fallback holds for 1h29m59s999ms, which is shorter than "
                       "the rto 1h30m of cosmic | plan what the activity does after that, or shorten the rto"}},
        ReadinessCase{
            "FallbackAsLongAsTheRto", [](CatalogueSpec& s) { s.activities[0].fallback->holds_for = minutes(90); }, {}}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Services, Readiness,
    testing::Values(
        ReadinessCase{"AvailabilityJustBelow",
                      [](CatalogueSpec& s) {
                        s.services[1].component = false;
                        s.services[1].availability = 2;
                      },
                      {}},
        ReadinessCase{"AvailabilityAtTheClass",
                      [](CatalogueSpec& s) {
                        s.services[1].component = false;
                        s.services[1].availability = 3;
                      },
                      {"services[1].service: identity has no continuity plan, but availability class 3 | write a plan "
                       "for it under plans/"}},
        ReadinessCase{"Vital",
                      [](CatalogueSpec& s) {
                        s.services[1].component = false;
                        s.services[1].availability = 1;
                        s.services[1].vital = true;
                      },
                      {"services[1].service: identity has no continuity plan, but is vital | write a plan for it under "
                       "plans/"}},
        ReadinessCase{"AComponentNeedsNone",
                      [](CatalogueSpec& s) {
                        s.services[4].availability = 4;
                        s.services[4].vital = true;
                      },
                      {}},
        ReadinessCase{"NotClassified",
                      [](CatalogueSpec& s) { s.services[1].component = false; },
                      {"services[1].service: identity is not classified | add classification: {confidentiality: ., "
                       "integrity: ., availability: .}, each 0 to 4"}},
        ReadinessCase{"NoOwner",
                      [](CatalogueSpec& s) { s.services[4].owner.clear(); },
                      {"services[4].service: dc-north has no owner | name the role that answers for it: owner: ..."}},
        ReadinessCase{"NothingReachesIt",
                      [](CatalogueSpec& s) {
                        s.services[4].match.clear();
                        s.services[1].match.clear();
                      },
                      {"services[4].service: no signal reaches dc-north, and it depends on nothing: it is never down | "
                       "say which labels its signals carry: match: ['{service=\"dc-north\"}']"}},
        ReadinessCase{"DeviceWithoutManufacturer",
                      [](CatalogueSpec& s) {
                        s.services[0].device = MedicalDevice{DeviceKind::ce_marked, ""};
                        s.services[1].device = MedicalDevice{DeviceKind::in_house_made, ""};
                        s.services[2].device = MedicalDevice{DeviceKind::nmi, "Exempelbolaget AB"};
                      },
                      {"services[0].medical_device: the manufacturer of the device is not named | a malfunction must "
                       "be reported to it: manufacturer: ..."}}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Activities, Readiness,
    testing::Values(
        ReadinessCase{"NoSectorNoNeedNoFallback",
                      [](CatalogueSpec& s) {
                        s.activities[0].sectors.clear();
                        s.activities[0].uses.clear();
                        s.activities[0].fallback.reset();
                      },
                      {"activities[0].activity: emergency-east belongs to no sector: its outages make nothing "
                       "reportable | add sectors: [healthcare_provider], say",
                       "activities[0].activity: emergency-east uses nothing: no outage reaches it | name what it uses: "
                       "uses: ...",
                       "activities[0].activity: emergency-east has no fallback routine | say what it does without its "
                       "services: fallback: {routine: ..., name: ..., holds_for: ...}"}},
        ReadinessCase{"FallbackOfUnknownLength",
                      [](CatalogueSpec& s) { s.activities[0].fallback->holds_for.reset(); },
                      {"activities[0].fallback: the fallback does not say how long it holds | add holds_for"}},
        ReadinessCase{
            "FallbackReviewedOnTheDayOfItsApproval",
            [](CatalogueSpec& s) { s.activities[0].fallback->review_by = date("2026-03-01"); },
            {"ERROR activities[0].fallback.review_by: to be reviewed by 2026-03-01, but approved on 2026-03-01 | a "
             "review comes after the approval"}},
        ReadinessCase{"FallbackReviewedTheDayAfter",
                      [](CatalogueSpec& s) { s.activities[0].fallback->review_by = date("2026-03-02"); },
                      {}},
        ReadinessCase{"NobodyReportsForIt",
                      [](CatalogueSpec& s) {
                        s.administrations.push_back({"west", ""});
                        s.activities[0].administration = "west";
                        s.plans[0].agreements.push_back("west");
                      },
                      {"activities[0].administration: nobody must report for west: no duty holder answers for it | "
                       "add it to the administrations of a duty holder that is bound by a regime"}},
        ReadinessCase{"SomebodyAnswersForAll",
                      [](CatalogueSpec& s) {
                        s.administrations.push_back({"west", ""});
                        s.activities[0].administration = "west";
                        s.plans[0].agreements.push_back("west");
                        s.duty_holders[0].administrations.clear();
                      },
                      {}}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Plans, Readiness,
    testing::Values(
        ReadinessCase{"OwnersDiffer",
                      [](CatalogueSpec& s) { s.plans[0].owner = "ksd"; },
                      {"plans[0].owner: the plan is owned by ksd, the service cosmic by service-owner | write the one "
                       "who answers for both"}},
        ReadinessCase{"ReviewedOnTheDayOfItsApproval",
                      [](CatalogueSpec& s) { s.plans[0].review_by = s.plans[0].approved_on; },
                      {"ERROR plans[0].approved.review_by: to be reviewed by 2026-04-02, but approved on 2026-04-02 | "
                       "a review comes after the approval"}},
        ReadinessCase{"NobodyAtTheOpening",
                      [](CatalogueSpec& s) { s.plans[0].ladder.erase(s.plans[0].ladder.begin()); },
                      {"plans[0].ladder: nobody is told when the outage opens | add a step with on: opened"}},
        ReadinessCase{"StepsKeepTheRtoExactly", [](CatalogueSpec& s) { s.plans[0].steps[0].within = minutes(60); }, {}},
        ReadinessCase{"StepJustTooLate",
                      [](CatalogueSpec& s) { s.plans[0].steps[0].within = minutes(60) + Millis(1); },
                      {"plans[0].steps[0].within: the step inform is done within 1h1ms of activation, which is "
                       "proposed after 30m: later than the rto 1h30m | at most 1h; or propose activation earlier"}},
        ReadinessCase{"ProposedJustBeforeTheRto",
                      [](CatalogueSpec& s) {
                        s.plans[0].activate_elapsed = minutes(90) - Millis(1);
                        s.plans[0].steps[0].within.reset();
                      },
                      {}},
        ReadinessCase{"ProposedAtTheRto",
                      [](CatalogueSpec& s) { s.plans[0].activate_elapsed = minutes(90); },
                      {"plans[0].activate.when.elapsed: activation is proposed after 1h30m, the rto 1h30m has passed "
                       "then | propose it earlier"}},
        ReadinessCase{"StepOfNoContact",
                      [](CatalogueSpec& s) {
                        s.plans[0].contacts.clear();
                        s.plans[0].steps.push_back({"release", "ksd", std::nullopt, "", "seen"});
                      },
                      {"plans[0].steps[0].role: ksd has a step, but is not among the contacts | add it to contacts, in "
                       "the order in which they are called"}},
        ReadinessCase{"StepThatNothingShows",
                      [](CatalogueSpec& s) { s.plans[0].steps[0].verify.clear(); },
                      {"plans[0].steps[0].id: nobody can see when the step inform is done | say what shows it: verify: "
                       "..."}},
        ReadinessCase{"NotAgreed",
                      [](CatalogueSpec& s) { s.plans[0].agreements.clear(); },
                      {"plans[0].agreements: east uses cosmic, but has not agreed to the plan | let it check the plan "
                       "against its own, then add {administration: east, on: DATE, with: ...}"}}),
    [](const auto& test) { return std::string(test.param.name); });

INSTANTIATE_TEST_SUITE_P(
    Hours, Readiness,
    testing::Values(
        ReadinessCase{"SubstituteOfASubstitute",
                      [](CatalogueSpec& s) {
                        s.roles.push_back(role("owner-2", "mon-fri 08:00-17:00", {"service-owner"}));
                        s.plans[0].ladder[1].tell = {"owner-2"};
                      },
                      {}},
        ReadinessCase{"StepAtNight",
                      [](CatalogueSpec& s) {
                        s.roles.push_back(role("day", "daily 08:00-17:00", {"evening"}));
                        s.roles.push_back(role("evening", "daily 17:00-23:59", {"day"}));
                        s.plans[0].ladder[1].tell = {"day"};
                      },
                      {"plans[0].ladder[1].tell: this step tells nobody who can be reached daily 00:00-08:00 and "
                       "23:59-24:00 | add a role that can, or name who stands in: substitutes: [...]"}},
        ReadinessCase{"TwoRolesTogether",
                      [](CatalogueSpec& s) {
                        s.roles.push_back(role("day", "daily 08:00-17:00"));
                        s.roles.push_back(role("night", "daily 17:00-24:00"));
                        s.roles[3].covers = *s.roles[3].covers |= week("daily 00:00-08:00");
                        s.plans[0].ladder[1].tell = {"day", "night"};
                      },
                      {}},
        ReadinessCase{"AssessorsAtNight",
                      [](CatalogueSpec& s) {
                        s.roles[1].substitutes.clear();
                        s.duty_holders[0].assessors = {"service-owner"};
                        s.plans[0].ladder.pop_back();
                      },
                      {"duty_holders[0].responsibilities[0].filers: nobody files under nis2 who can be reached mon-fri "
                       "00:00-08:00 and 17:00-24:00, sat-sun all day, holidays all day | add a role that can, or name "
                       "who stands in: substitutes: [...]",
                       "duty_holders[0].assessors: nobody assesses for region who can be reached mon-fri 00:00-08:00 "
                       "and 17:00-24:00, sat-sun all day, holidays all day | add a role that can, or name who stands "
                       "in: substitutes: [...]"}},
        ReadinessCase{"AssessorsOfTheRegimeReplaceTheOthers",
                      [](CatalogueSpec& s) {
                        s.roles.push_back(role("office", "mon-fri 08:00-17:00"));
                        s.duty_holders[0].assessors = {"office"};
                        s.duty_holders[0].responsibilities[0].assessors = {"ksd"};
                      },
                      {}},
        ReadinessCase{"NobodyNamed",
                      [](CatalogueSpec& s) { s.duty_holders[0].responsibilities = {{"nis2", {}, {}, {}}}; },
                      {"duty_holders[0].responsibilities[0].deciders: nobody decides under nis2 | name the roles, in "
                       "the order in which they are asked",
                       "duty_holders[0].responsibilities[0].filers: nobody files under nis2 | name the roles, in the "
                       "order in which they are asked"}},
        ReadinessCase{"NoResponsibilities",
                      [](CatalogueSpec& s) { s.duty_holders[0].responsibilities.clear(); },
                      {"duty_holders[0].responsibilities: nobody is named who decides and files under nis2 | add "
                       "responsibilities: [{regime: nis2, deciders: [...], filers: [...]}]"}},
        ReadinessCase{"HoursUnknownAndNoPhone",
                      [](CatalogueSpec& s) {
                        s.roles.push_back({"helper", "", "", "dygnet runt"});
                        s.roles.push_back({"bystander", "", "", ""});
                        s.plans[0].ladder[1].tell = {"helper"};
                      },
                      {"roles[2].role: helper is called, but does not say when it can be reached | add covers: "
                       "[always], or hours like mon-fri 08:00-17:00",
                       "roles[2].role: helper is called, but has no phone | add phone"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(DefaultLadder, ReachesSomebodyToo) {
  CatalogueSpec spec = fit();
  spec.roles.push_back(role("office", "mon-fri 08:00-17:00"));
  const Catalogue catalogue = Catalogue::compile(spec, minutes(5), nullptr).value();
  EXPECT_EQ(said_of(check_readiness(catalogue, {"ksd", "nobody", "office"})),
            std::vector<std::string>{
                "escalation.default_ladder[2].tell: this step tells nobody who can be reached mon-fri 00:00-08:00 and "
                "17:00-24:00, sat-sun all day, holidays all day | add a role that can, or name who stands in: "
                "substitutes: [...]"});
}

TEST(Reviews, ArePassedTheDayAfter) {
  const CatalogueSpec spec = fit();
  EXPECT_EQ(said_of(check_reviews(spec, date("2027-03-01"))), std::vector<std::string>{});
  EXPECT_EQ(
      said_of(check_reviews(spec, date("2027-03-02"))),
      std::vector<std::string>{"activities[0].fallback.review_by: the fallback RR-1 was to be reviewed by "
                               "2027-03-01, and it is 2027-03-02 | review the routine, then write the new dates"});
  EXPECT_EQ(said_of(check_reviews(spec, date("2027-04-02"))).size(), 1U);
  EXPECT_EQ(said_of(check_reviews(spec, date("2027-04-03"))),
            (std::vector<std::string>{
                "activities[0].fallback.review_by: the fallback RR-1 was to be reviewed by 2027-03-01, and it is "
                "2027-04-03 | review the routine, then write the new dates",
                "plans[0].approved.review_by: the plan was to be reviewed by 2027-04-02, and it is 2027-04-03 | review "
                "the plan, then write the new dates and version"}));
}

TEST(Assessors, OfTheRegimeOrOfTheDutyHolder) {
  DutyHolderSpec holder{"region", "", "operator", {"nis2", "cer"}, {}, {"a", "b"}};
  holder.responsibilities = {{"nis2", {"c"}, {}, {}}, {"cer", {}, {"d"}, {}}};
  EXPECT_EQ(assessors_of(holder, "nis2"), std::vector<std::string>{"c"});
  EXPECT_EQ(assessors_of(holder, "cer"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(assessors_of(holder, "gdpr"), (std::vector<std::string>{"a", "b"}));
}

}  // namespace
}  // namespace avbrottsvakt
