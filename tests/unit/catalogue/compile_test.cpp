#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "catalogue/catalogue.h"
#include "small_region.h"

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

/// The faults, or the warnings if there are no faults.
std::vector<std::string> said_of(CatalogueSpec spec) {
  SpecFaults warnings;
  const auto compiled = Catalogue::compile(std::move(spec), minutes(5), &warnings);
  for (const SpecFault& warning : warnings) {
    EXPECT_TRUE(warning.warning);
  }
  if (compiled) {
    return lines(warnings);
  }
  for (const SpecFault& fault : compiled.error()) {
    EXPECT_FALSE(fault.warning);
  }
  return lines(compiled.error());
}

std::vector<std::string> names_in_order(const Catalogue& catalogue) {
  std::vector<std::string> names;
  for (const Node& node : catalogue.nodes()) {
    names.push_back((node.activity ? "activity/" : "service/") + node.name.id);
  }
  return names;
}

TEST(Compile, NumbersDependenciesFirstThenByIdentifier) {
  const Catalogue catalogue = Catalogue::compile(region(), minutes(5), nullptr).value();
  EXPECT_THAT(names_in_order(catalogue), ElementsAre("service/dc-north", "service/care-database", "service/dc-south",
                                                     "service/identity", "service/cosmic", "activity/emergency-east"));
}

TEST(Compile, LinksNodes) {
  const Catalogue catalogue = Catalogue::compile(region(), minutes(5), nullptr).value();
  const Node& cosmic = catalogue.node(catalogue.service("cosmic").value());
  EXPECT_THAT(cosmic.dependencies, ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(cosmic.dependants, ElementsAre(catalogue.activity("emergency-east").value()));
  ASSERT_EQ(cosmic.needs.size(), 2U);
  EXPECT_EQ(cosmic.needs[0].kind, Need::Kind::all);
  EXPECT_THAT(cosmic.needs[0].of, ElementsAre(3, 1));
  EXPECT_EQ(cosmic.needs[1].kind, Need::Kind::at_least);
  EXPECT_EQ(cosmic.needs[1].k, 1U);
  ASSERT_NE(cosmic.plan, nullptr);
  EXPECT_EQ(cosmic.settle, minutes(10));
  EXPECT_EQ(cosmic.service->id, "cosmic");
  EXPECT_EQ(cosmic.activity_spec, nullptr);
  const Node& north = catalogue.node(catalogue.service("dc-north").value());
  EXPECT_EQ(north.settle, minutes(5));
  EXPECT_EQ(north.plan, nullptr);
  EXPECT_TRUE(north.counts_degraded);
  EXPECT_THAT(north.dependants, ElementsAre(1, 3, 4));
  EXPECT_EQ(catalogue.role("ksd")->name, "KSD i beredskap");
  EXPECT_EQ(catalogue.role("nobody"), nullptr);
  EXPECT_EQ(catalogue.service("emergency-east"), std::nullopt);
  EXPECT_EQ(catalogue.activity("cosmic"), std::nullopt);
}

TEST(Compile, PointersSurviveAMove) {
  Catalogue first = Catalogue::compile(region(), minutes(5), nullptr).value();
  const Catalogue second = std::move(first);
  EXPECT_EQ(second.node(second.service("cosmic").value()).service, &second.spec().services[0]);
}

TEST(Compile, NumbersDoNotDependOnTheOrderOfTheFiles) {
  CatalogueSpec spec = region();
  const auto expected = names_in_order(Catalogue::compile(spec, minutes(5), nullptr).value());
  std::mt19937 random(3);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(spec.services.begin(), spec.services.end(), random);
    ASSERT_EQ(names_in_order(Catalogue::compile(spec, minutes(5), nullptr).value()), expected);
  }
}

struct FaultCase {
  const char* name;
  void (*change)(CatalogueSpec&);
  std::vector<std::string> said;
};
void PrintTo(const FaultCase& fault, std::ostream* out) { *out << fault.name; }

class Faults : public testing::TestWithParam<FaultCase> {};

TEST_P(Faults, AreSaid) {
  CatalogueSpec spec = region();
  GetParam().change(spec);
  EXPECT_EQ(said_of(std::move(spec)), GetParam().said);
}

INSTANTIATE_TEST_SUITE_P(
    References, Faults,
    testing::Values(
        FaultCase{"None", [](CatalogueSpec&) {}, {}},
        FaultCase{"UnknownServiceWithNearest",
                  [](CatalogueSpec& s) { s.services[0].depends_on[0].all[1] = "care-databse"; },
                  {"services[0].depends_on[0].all[1]: there is no service care-databse | did you mean care-database?"}},
        FaultCase{
            "UnknownServiceOfAnActivity",
            [](CatalogueSpec& s) { s.activities[0].uses[0].all[0] = "telephony"; },
            {"activities[0].uses[0].all[0]: there is no service telephony | add it to the catalogue, or remove the "
             "reference"}},
        FaultCase{"AnActivityIsNoService",
                  [](CatalogueSpec& s) { s.services[0].depends_on.push_back(any({"emergency-east"})); },
                  {"services[0].depends_on[2].any[0]: there is no service emergency-east | add it to the catalogue, or "
                   "remove the reference"}},
        FaultCase{"UnknownOwner",
                  [](CatalogueSpec& s) { s.services[0].owner = "ksdd"; },
                  {"services[0].owner: there is no role ksdd | did you mean ksd?"}},
        FaultCase{"UnknownAdministration",
                  [](CatalogueSpec& s) { s.activities[0].administration = "esat"; },
                  {"activities[0].administration: there is no administration esat | did you mean east?"}},
        FaultCase{
            "UnknownRoles",
            [](CatalogueSpec& s) {
              s.plans[0].ladder.push_back({std::nullopt, {"ksd", "nobody"}, Level::notice, std::nullopt});
              s.plans[0].steps.push_back({"inform", "nobody", std::nullopt, "", ""});
              s.plans[0].contacts.push_back({"nobody", "", ""});
              s.duty_holders[0].assessors.push_back("nobody");
            },
            {"plans[0].ladder[0].tell[1]: there is no role nobody | add it to the catalogue, or remove the reference",
             "plans[0].steps[0].role: there is no role nobody | add it to the catalogue, or remove the reference",
             "plans[0].contacts[0].role: there is no role nobody | add it to the catalogue, or remove the reference",
             "duty_holders[0].assessors[1]: there is no role nobody | add it to the catalogue, or remove the "
             "reference"}},
        FaultCase{"DutyHolderOfUnknownAdministration",
                  [](CatalogueSpec& s) { s.duty_holders[0].administrations = {"easy"}; },
                  {"duty_holders[0].administrations[0]: there is no administration easy | did you mean east?"}},
        FaultCase{"NobodyAssesses",
                  [](CatalogueSpec& s) { s.duty_holders[0].assessors.clear(); },
                  {"duty_holders[0].assessors: nobody assesses for region | name at least one role"}},
        FaultCase{"PlanForUnknownService",
                  [](CatalogueSpec& s) { s.plans[0].service = "cosmik"; },
                  {"plans[0].service: there is no service cosmik | did you mean cosmic?"}},
        FaultCase{"TwoPlans",
                  [](CatalogueSpec& s) { s.plans.push_back(plan("cosmic-2", "cosmic", minutes(30))); },
                  {"plans[1].service: cosmic has two plans: cosmic and cosmic-2 | keep the one that is in force"}},
        FaultCase{"BadMatcher",
                  [](CatalogueSpec& s) { s.services[1].match = {"{a=\"b\"}", "{a="}; },
                  {"services[1].match[1]: expected a value, best in double quotes at column 4 | write it as "
                   "{service=\"cosmic\", host=~\"cosmic-[0-9]+\"}, with =, !=, =~ or !~"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Identifiers, Faults,
    testing::Values(
        FaultCase{
            "TwoServices",
            [](CatalogueSpec& s) { s.services.push_back(service("dc-north")); },
            {"services[5].service: there are two of the service dc-north | rename one, or remove the one that is out "
             "of date"}},
        FaultCase{
            "TwoActivities",
            [](CatalogueSpec& s) { s.activities.push_back(s.activities[0]); },
            {"activities[1].activity: there are two of the activity emergency-east | rename one, or remove the one "
             "that is out of date"}},
        FaultCase{"AServiceAndAnActivityMayShareOne",
                  [](CatalogueSpec& s) { s.activities.push_back(activity("cosmic", hours(2), {all({"cosmic"})})); },
                  {}},
        FaultCase{
            "TwoPlansTwoRoles",
            [](CatalogueSpec& s) {
              s.plans.push_back(plan("cosmic", "identity", minutes(30)));
              s.roles.push_back({"ksd", "", "", ""});
            },
            {"plans[1].plan: there are two of the plan cosmic | rename one, or remove the one that is out of date",
             "roles[2].role: there are two of the role ksd | rename one, or remove the one that is out of date"}},
        FaultCase{"TwoSteps",
                  [](CatalogueSpec& s) {
                    s.plans[0].steps = {{"inform", "ksd", std::nullopt, "", ""},
                                        {"inform", "ksd", std::nullopt, "", ""}};
                  },
                  {"plans[0].steps[1].id: there are two of the step inform | rename one of them"}},
        FaultCase{"Empty",
                  [](CatalogueSpec& s) { s.services.push_back(service("")); },
                  {"services[5].service: the identifier of a service is empty | give it a name of its own"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Dependencies, Faults,
    testing::Values(
        FaultCase{
            "NamesNothing",
            [](CatalogueSpec& s) { s.services[2].depends_on = {DependencySpec()}; },
            {"services[2].depends_on[0]: a dependency that names nothing | name services under all, any, or at_least "
             "with of"}},
        FaultCase{"TwoKinds",
                  [](CatalogueSpec& s) { s.services[0].depends_on[0].any = {"dc-south"}; },
                  {"services[0].depends_on[0]: a dependency is one of all, any, and at_least with of | make it two "
                   "dependencies: each of them is needed"}},
        FaultCase{"AtLeastWithoutOf",
                  [](CatalogueSpec& s) { s.services[1].depends_on[0].of.clear(); },
                  {"services[1].depends_on[0].at_least: at_least without of | name the services that it counts: of: "
                   "[...]"}},
        FaultCase{"OfWithoutAtLeast",
                  [](CatalogueSpec& s) { s.services[1].depends_on[0].at_least.reset(); },
                  {"services[1].depends_on[0].of: of without at_least | say how many of them are needed: at_least: 1"}},
        FaultCase{"AtLeastTooMany",
                  [](CatalogueSpec& s) { s.services[1].depends_on[0].at_least = 3; },
                  {"services[1].depends_on[0].at_least: at_least 3 of 2 cannot be met | a number from 1 to 2"}},
        FaultCase{"AtLeastNone",
                  [](CatalogueSpec& s) { s.services[1].depends_on[0].at_least = 0; },
                  {"services[1].depends_on[0].at_least: at_least 0 of 2 cannot be met | a number from 1 to 2"}},
        FaultCase{
            "AtLeastAllIsAWarning",
            [](CatalogueSpec& s) { s.services[1].depends_on[0].at_least = 2; },
            {"services[1].depends_on[0].at_least: at_least 2 of 2 leaves no spare: the same as all | write all, or "
             "name the spare"}},
        FaultCase{"NamedTwice",
                  [](CatalogueSpec& s) { s.services[1].depends_on[0].of = {"dc-north", "dc-north"}; },
                  {"services[1].depends_on[0].of[1]: dc-north is named twice | remove one of them"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Cycles, Faults,
    testing::Values(
        FaultCase{
            "OnItself",
            [](CatalogueSpec& s) { s.services[2].depends_on = {all({"dc-south"})}; },
            {"services[2].depends_on[0].all[0]: services depend on themselves: dc-south -> dc-south | remove one of "
             "these dependencies"}},
        FaultCase{"OfTwo",
                  [](CatalogueSpec& s) { s.services[4].depends_on = {any({"dc-south", "care-database"})}; },
                  {"services[3].depends_on[0].all[0]: services depend on themselves: care-database -> dc-north -> "
                   "care-database | remove one of these dependencies"}},
        FaultCase{
            "TwoApart",
            [](CatalogueSpec& s) {
              s.services[2].depends_on = {all({"dc-south"})};
              s.services.push_back(service("b", {at_least(1, {"identity", "c"})}));
              s.services.push_back(service("c", {all({"a"})}));
              s.services.push_back(service("a", {all({"b"})}));
            },
            {"services[2].depends_on[0].all[0]: services depend on themselves: dc-south -> dc-south | remove one of "
             "these dependencies",
             "services[7].depends_on[0].all[0]: services depend on themselves: a -> b -> c -> a | remove one of these "
             "dependencies"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Limits, Faults,
    testing::Values(FaultCase{
        "ZeroLimits",
        [](CatalogueSpec& s) {
          s.plans[0].rto = Millis(0);
          s.plans[0].ladder.push_back({std::nullopt, {"ksd"}, Level::notice, Millis(0)});
          s.activities[0].mta = Millis(0);
        },
        {"activities[0].mta: an mta is longer than 0 | say how long the activity can be without",
         "plans[0].rto: an rto is longer than 0 | say within what time the service is to be restored",
         "plans[0].ladder[0].repeat: a repeat interval is longer than 0 | leave it out if nothing is to be "
         "repeated"}}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Organisation, Faults,
    testing::Values(
        FaultCase{"UnknownSubstitute",
                  [](CatalogueSpec& s) { s.roles[0].substitutes = {"service-ownr"}; },
                  {"roles[0].substitutes[0]: there is no role service-ownr | did you mean service-owner?"}},
        FaultCase{"OnesOwnSubstitute",
                  [](CatalogueSpec& s) { s.roles[0].substitutes = {"service-owner", "ksd"}; },
                  {"roles[0].substitutes[1]: ksd cannot stand in for itself | name another role"}},
        FaultCase{"SubstitutesOfEachOther",
                  [](CatalogueSpec& s) {
                    s.roles[0].substitutes = {"service-owner"};
                    s.roles[1].substitutes = {"ksd"};
                  },
                  {}},
        FaultCase{"UnknownRolesUnderARegime",
                  [](CatalogueSpec& s) {
                    s.duty_holders[0].responsibilities = {{"nis2", {"kds"}, {"ksd", "ksdd"}, {"kksd"}}};
                  },
                  {"duty_holders[0].responsibilities[0].assessors[0]: there is no role kds | did you mean ksd?",
                   "duty_holders[0].responsibilities[0].deciders[1]: there is no role ksdd | did you mean ksd?",
                   "duty_holders[0].responsibilities[0].filers[0]: there is no role kksd | did you mean ksd?"}},
        FaultCase{"TwoEntriesForARegime",
                  [](CatalogueSpec& s) {
                    s.duty_holders[0].responsibilities = {{"nis2", {}, {"ksd"}, {"ksd"}}, {"nis2", {}, {}, {}}};
                  },
                  {"duty_holders[0].responsibilities[1].regime: there are two entries for nis2 | join them"}},
        FaultCase{"ARegimeThatDoesNotBind",
                  [](CatalogueSpec& s) { s.duty_holders[0].responsibilities = {{"cer", {}, {"ksd"}, {"ksd"}}}; },
                  {"duty_holders[0].responsibilities[0].regime: region is not bound by cer | add it to the regimes of "
                   "region, or remove the entry"}},
        FaultCase{"PlanOfNobodyAgreedWithNobody",
                  [](CatalogueSpec& s) {
                    s.plans[0].owner = "servce-owner";
                    s.plans[0].agreements = {"east", "eats"};
                  },
                  {"plans[0].owner: there is no role servce-owner | did you mean service-owner?",
                   "plans[0].agreements[1].administration: there is no administration eats | did you mean east?"}},
        FaultCase{"GapToAnUnknownService",
                  [](CatalogueSpec& s) { s.activities[0].accept_gap = {{"cosmik", "x"}}; },
                  {"activities[0].accept_gap[0].service: there is no service cosmik | did you mean cosmic?"}}),
    [](const auto& test) { return test.param.name; });

TEST(Compile, SaysAllFaultsAtOnce) {
  CatalogueSpec spec = region();
  spec.services[0].owner = "nobody";
  spec.services[4].depends_on = {all({"care-database"})};
  spec.plans[0].service = "nothing";
  spec.services[1].match = {"{"};
  EXPECT_EQ(said_of(spec).size(), 4U);
}

TEST(Match, FindsEachServiceOnceAscending) {
  CatalogueSpec spec = region();
  spec.services[0].match = {R"({service="cosmic", environment="prod"})", R"({host=~"cosmic-(app|db)[0-9]+"})"};
  spec.services[1].match = {R"({service="identity", environment="prod"})"};
  spec.services[4].match = {R"({site="north"})"};
  const Catalogue catalogue = Catalogue::compile(spec, minutes(5), nullptr).value();
  const auto found = [&](const Labels& labels) {
    std::vector<std::string> names;
    for (const NodeIx node : catalogue.match(labels)) {
      names.push_back(catalogue.node(node).name.id);
    }
    return names;
  };
  EXPECT_THAT(found({}), IsEmpty());
  EXPECT_THAT(found({{"environment", "prod"}}), IsEmpty());
  EXPECT_THAT(found({{"environment", "test"}, {"service", "cosmic"}}), IsEmpty());
  EXPECT_THAT(found({{"environment", "prod"}, {"host", "cosmic-app1"}, {"service", "cosmic"}}), ElementsAre("cosmic"));
  EXPECT_THAT(found({{"host", "cosmic-db7"}}), ElementsAre("cosmic"));
  EXPECT_THAT(found({{"environment", "prod"}, {"host", "cosmic-db7"}, {"service", "identity"}, {"site", "north"}}),
              ElementsAre("dc-north", "identity", "cosmic"));
}

TEST(Compile, TenThousandServices) {
  CatalogueSpec spec;
  for (int i = 0; i < 10000; ++i) {
    const std::string id = "s" + std::to_string(i);
    // A chain as deep as the catalogue, which recursion would not survive.
    spec.services.push_back(
        service(id, i == 0 ? std::vector<DependencySpec>{} : std::vector{all({"s" + std::to_string(i - 1)})},
                {"{environment=\"prod\", service=\"" + id + "\"}"}));
  }
  const Catalogue catalogue = Catalogue::compile(spec, minutes(5), nullptr).value();
  EXPECT_EQ(catalogue.nodes().size(), 10000U);
  EXPECT_THAT(catalogue.match({{"environment", "prod"}, {"service", "s9999"}}), ElementsAre(9999));
  spec.services[0].depends_on = {all({"s9999"})};
  EXPECT_EQ(Catalogue::compile(spec, minutes(5), nullptr).error().size(), 1U);
}

}  // namespace
}  // namespace avbrottsvakt
