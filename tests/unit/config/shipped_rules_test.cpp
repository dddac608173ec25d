// The values of rules/*.yaml as they are shipped, on a small region: each limit just below, at and just above, each
// answer, each deadline, each day on which something begins to hold.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "config/region.h"
#include "support/said.h"
#include "support/world.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

using testing::all_of;
using testing::at;
using ::testing::Contains;
using testing::dur;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::Rig;
using testing::World;
using Kind = ReportPrompt::Kind;

constexpr Millis kOne{1};
const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration) { return kStart + dur(duration); }

const RulesSpec& shipped() {
  static const RulesSpec rules = [] {
    const auto region = load_region(std::filesystem::path(AV_SOURCE_DIR) / "config/avbrottsvakt.yaml");
    EXPECT_TRUE(region.has_value());
    return compile_bundle(region->bundle).value()->rules;
  }();
  return rules;
}

const RegimeSpec& regime_of(const std::string& id) {
  const auto found = std::ranges::find(shipped().regimes, id, &RegimeSpec::id);
  EXPECT_NE(found, shipped().regimes.end()) << id;
  return *found;
}

/// COSMIC fails, and one activity with it; the holder is bound by one law.
World world_of(const std::string& regime, std::string sector = "healthcare_provider") {
  World world;
  const std::vector<EscalationSpec::DefaultStep> ladder = world.rules.escalation.default_ladder;
  world.rules = shipped();
  world.rules.regimes = {regime_of(regime)};
  world.rules.escalation.default_ladder = ladder;
  world.rules.escalation.follow_up.reset();
  world.catalogue.duty_holders[0].regimes = {regime};
  ServiceSpec& cosmic = world.service("cosmic");
  cosmic.vital = true;
  cosmic.sector_critical = true;
  cosmic.confidentiality = 3;
  cosmic.availability = 4;
  world.activity("emergency-east").sectors = {std::move(sector)};
  return world;
}

Rig rig_of(const World& world, Instant start = kStart) { return Rig(world.compile(), start); }

std::vector<ReportPrompt> reports(const Rig& rig) { return all_of<ReportPrompt>(rig.outputs()); }
AnswerFact answer(std::string fact, Answer said) { return {"2026-0001", std::move(fact), said, ""}; }

/// The criteria that are met once all is over, as the last prompt gives them; none if nobody was ever told.
std::vector<std::string> met(Rig& rig, Instant then) {
  rig.command(then, "ksd-on-call", Acknowledge{"2026-0001"});
  std::vector<std::string> criteria;
  const std::vector<ReportPrompt> said = reports(rig);
  if (!said.empty()) {
    for (const Ground& ground : said.back().grounds) {
      if (!ground.forecast) {
        criteria.push_back(ground.criterion);
      }
    }
  }
  return criteria;
}

// NIS2: durations.

struct LimitCase {
  const char* criterion;
  const char* sector;
  const char* limit;
};
void PrintTo(const LimitCase& limit, std::ostream* out) { *out << limit.criterion; }
std::string name_of(const ::testing::TestParamInfo<LimitCase>& test) {
  std::string name = test.param.criterion;
  std::ranges::replace(name, '-', '_');
  return name;
}

class Nis2Limit : public ::testing::TestWithParam<LimitCase> {};
TEST_P(Nis2Limit, IsMoreThan) {
  const auto criteria_after = [&](Millis outage) {
    Rig rig = rig_of(world_of("nis2", GetParam().sector));
    rig.signal(kStart, "cosmic", Condition::down);
    rig.signal(kStart + outage, "cosmic", Condition::up);
    return met(rig, after("100h"));
  };
  const Millis limit = dur(GetParam().limit);
  EXPECT_THAT(criteria_after(limit - kOne), Not(Contains(GetParam().criterion)));
  EXPECT_THAT(criteria_after(limit), Not(Contains(GetParam().criterion)));
  EXPECT_THAT(criteria_after(limit + kOne), Contains(GetParam().criterion));
}
INSTANTIATE_TEST_SUITE_P(Shipped, Nis2Limit,
                         ::testing::Values(LimitCase{"care-limited", "healthcare_provider", "1h"},
                                           LimitCase{"care-fallback", "healthcare_provider", "6h"},
                                           LimitCase{"administration-limited", "public_administration", "4h"},
                                           LimitCase{"administration-fallback", "public_administration", "12h"},
                                           LimitCase{"transport-fallback", "public_transport", "6h"},
                                           LimitCase{"general-fallback", "other", "48h"}),
                         name_of);

TEST(Nis2, AnyActivityCountsWithASectorCriticalSystem) {
  for (const bool critical : {false, true}) {
    for (const Millis more : {-kOne, Millis{0}, kOne}) {
      World world = world_of("nis2", "other");
      world.service("cosmic").sector_critical = critical;
      Rig rig = rig_of(world);
      rig.signal(kStart, "cosmic", Condition::down);
      rig.signal(after("12h") + more, "cosmic", Condition::up);
      EXPECT_EQ(met(rig, after("100h")).empty(), !(critical && more == kOne)) << critical << more.count();
    }
  }
}

// NIS2: answers.

struct AnswerCase {
  const char* fact;
  const char* criterion;
};
void PrintTo(const AnswerCase& answered, std::ostream* out) { *out << answered.fact; }

class Nis2Answer : public ::testing::TestWithParam<AnswerCase> {};
TEST_P(Nis2Answer, MakesItReportable) {
  Rig rig = rig_of(world_of("nis2", "other"));
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("10m"), "ward-manager", answer(GetParam().fact, Answer::no));
  EXPECT_THAT(reports(rig), IsEmpty());
  rig.command(after("11m"), "ward-manager", answer(GetParam().fact, Answer::yes));
  ASSERT_EQ(reports(rig).size(), 1U);
  EXPECT_EQ(reports(rig)[0].kind, Kind::due);
  EXPECT_EQ(reports(rig)[0].grounds.at(0).criterion, GetParam().criterion);
  EXPECT_EQ(reports(rig)[0].grounds.at(0).source.confidence, Confidence::low);
}
INSTANTIATE_TEST_SUITE_P(Shipped, Nis2Answer,
                         ::testing::Values(AnswerCase{"serious_injury_or_death", "injury"},
                                           AnswerCase{"patient_safety_report", "patient-safety"},
                                           AnswerCase{"ambulance_care_not_possible", "ambulance"},
                                           AnswerCase{"protected_information_compromised", "protected-information"},
                                           AnswerCase{"information_of_others_compromised", "others-information"},
                                           AnswerCase{"other_provider_in_crisis_mode", "other-provider"},
                                           AnswerCase{"environmental_damage", "environment"},
                                           AnswerCase{"cost_over_5_percent", "economic"},
                                           AnswerCase{"recurring_cost_over_5_percent", "recurring"}),
                         [](const auto& test) { return std::string(test.param.fact); });

TEST(Nis2, DeparturesCountOnlyWherePublicTransportIsHit) {
  for (const char* sector : {"public_transport", "healthcare_provider"}) {
    Rig rig = rig_of(world_of("nis2", sector));
    rig.signal(kStart, "cosmic", Condition::down);
    rig.command(after("10m"), "ward-manager", answer("departures_affected_over_5_percent", Answer::yes));
    EXPECT_EQ(reports(rig).empty(), std::string(sector) != "public_transport");
  }
}

struct DayCase {
  const char* name;
  const char* began;
  std::size_t prompts;
};
class Nis2Day : public ::testing::TestWithParam<DayCase> {};
TEST_P(Nis2Day, DecidesWhatHolds) {
  const Instant began = at(GetParam().began);
  Rig rig = rig_of(world_of("nis2"), began);
  rig.signal(began, "cosmic", Condition::down);
  rig.tick_until(began + dur("61m"));
  EXPECT_EQ(reports(rig).size(), GetParam().prompts);
}
INSTANTIATE_TEST_SUITE_P(Shipped, Nis2Day,
                         ::testing::Values(DayCase{"BeforeTheRegulation", "2026-06-30T23:59:59.999+02:00", 0},
                                           DayCase{"TheFirstDayOfTheRegulation", "2026-07-01T00:00:00+02:00", 1}),
                         [](const auto& test) { return test.param.name; });

TEST(Nis2, TheActHoldsFromItsFirstDay) {
  const Validity& valid = regime_of("nis2").valid;
  EXPECT_FALSE(valid.holds(parse_date("2026-01-14").value()));
  EXPECT_TRUE(valid.holds(parse_date("2026-01-15").value()));
}

TEST(Nis2, TheRecipientIsThatOfTheDay) {
  const auto holds = [](std::size_t recipient, const char* day) {
    return regime_of("nis2").recipients.at(recipient).valid.holds(parse_date(day).value());
  };
  EXPECT_EQ(regime_of("nis2").recipients.at(1).to, "Myndigheten för civilt försvar (MCF)");
  EXPECT_TRUE(holds(1, "2026-06-30"));
  EXPECT_FALSE(holds(1, "2026-07-01"));
  EXPECT_FALSE(holds(2, "2026-06-30"));
  EXPECT_TRUE(holds(2, "2026-07-01"));
  EXPECT_EQ(regime_of("nis2").recipients.at(2).source.confidence, Confidence::low);
}

// Deadlines, from awareness at 01:00 UTC on 22 November 2026.

std::vector<std::string> stages_of(const ReportPrompt& prompt) {
  std::vector<std::string> lines;
  for (const StageState& stage : prompt.stages) {
    const std::string due = stage.due == Instant{} ? "-" : format_instant(stage.due).substr(0, 16);
    lines.push_back(stage.id + (stage.within ? " " + due : "") +
                    (stage.policy_target ? " target " + format_instant(*stage.policy_target).substr(0, 16) : ""));
  }
  return lines;
}

TEST(Deadlines, OfNis2) {
  Rig rig = rig_of(world_of("nis2"));
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("1m"), "ward-manager", answer("serious_injury_or_death", Answer::yes));
  rig.command(after("2m"), "ward-manager", answer("recipients_likely_harmed", Answer::yes));
  EXPECT_THAT(stages_of(reports(rig).back()),
              ElementsAre("early_warning 2026-11-23T01:00", "notification 2026-11-25T01:00",
                          "inform_recipients target 2026-11-23T01:01", "final_report 2026-12-25T01:00"));
  rig.command(after("3m"), "ksd-on-call", Requested{"2026-0001", "nis2", "region", "intermediate_report"});
  rig.command(after("4m"), "ksd-on-call", Submitted{"2026-0001", "nis2", "region", "notification"});
  EXPECT_THAT(stages_of(reports(rig).back()),
              ElementsAre("early_warning 2026-11-23T01:00", "notification 2026-11-25T01:00",
                          "inform_recipients target 2026-11-23T01:01", "intermediate_report target 2026-11-23T01:03",
                          "progress_report 2026-12-22T01:04", "final_report -"));
}

TEST(Deadlines, OfCer) {
  World world = world_of("cer");
  Rig rig = rig_of(world);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("4h"));
  EXPECT_THAT(reports(rig), IsEmpty());
  rig.tick_until(after("4h") + kOne);
  ASSERT_EQ(reports(rig).size(), 1U);
  EXPECT_TRUE(reports(rig)[0].undecided);
  EXPECT_TRUE(reports(rig)[0].advisory);
  EXPECT_THAT(stages_of(reports(rig)[0]),
              ElementsAre("initial_notification 2026-11-23T01:00", "detailed_report 2026-12-22T01:00"));
  EXPECT_EQ(reports(rig)[0].recipient_source.confidence, Confidence::low);
  world.service("cosmic").vital = false;
  Rig other = rig_of(world);
  other.signal(kStart, "cosmic", Condition::down);
  other.tick_until(after("90h"));
  EXPECT_THAT(reports(other), IsEmpty());
}

TEST(Deadlines, OfGdpr) {
  World world = world_of("gdpr");
  Rig rig = rig_of(world);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("4h"));
  EXPECT_THAT(reports(rig), IsEmpty());
  rig.tick_until(after("4h") + kOne);
  ASSERT_EQ(reports(rig).size(), 1U);
  rig.command(after("5h"), "ward-manager", answer("personal_data_breach", Answer::yes));
  // That a risk is unlikely is for a person to say: until then the question stays.
  EXPECT_TRUE(reports(rig).back().undecided);
  rig.command(after("6h"), "ward-manager", answer("risk_to_persons_unlikely", Answer::no));
  EXPECT_EQ(reports(rig).back().kind, Kind::due);
  rig.command(after("7h"), "ward-manager", answer("high_risk_to_persons", Answer::yes));
  EXPECT_THAT(stages_of(reports(rig).back()),
              ElementsAre("notification 2026-11-25T01:00", "inform_data_subjects target 2026-11-25T07:00"));
  rig.command(after("8h"), "ward-manager", answer("risk_to_persons_unlikely", Answer::yes));
  EXPECT_EQ(reports(rig).back().kind, Kind::dismissed);
  world.service("cosmic").confidentiality = 2;
  Rig other = rig_of(world);
  other.signal(kStart, "cosmic", Condition::down);
  other.tick_until(after("90h"));
  EXPECT_THAT(reports(other), IsEmpty());
}

struct DeviceCase {
  const char* name;
  const char* regime;
  DeviceKind kind;
  const char* fact;  ///< asked, or nullptr if nobody is
};
class Devices : public ::testing::TestWithParam<DeviceCase> {};
TEST_P(Devices, AskAtOnce) {
  World world = world_of(GetParam().regime);
  world.service("cosmic").device = MedicalDevice{GetParam().kind, "Regionen"};
  Rig rig = rig_of(world);
  rig.signal(kStart, "cosmic", Condition::down);
  ASSERT_EQ(reports(rig).empty(), GetParam().fact == nullptr);
  if (GetParam().fact != nullptr) {
    EXPECT_EQ(reports(rig)[0].header.at, kStart);
    EXPECT_EQ(reports(rig)[0].questions.at(0).fact, GetParam().fact);
    EXPECT_EQ(reports(rig)[0].due, Instant{});
  }
}
INSTANTIATE_TEST_SUITE_P(
    Shipped, Devices,
    ::testing::Values(
        DeviceCase{"CeMarked", "lakemedelsverket", DeviceKind::ce_marked, "device_malfunction_serious"},
        DeviceCase{"Nmi", "lakemedelsverket", DeviceKind::nmi, "device_malfunction_serious"},
        DeviceCase{"InHouseIsNotForTheAgency", "lakemedelsverket", DeviceKind::in_house_made, nullptr},
        DeviceCase{"NoDevice", "lakemedelsverket", DeviceKind::none, nullptr},
        DeviceCase{"InHouse", "ivo-in-house-device", DeviceKind::in_house_made, "in_house_device_malfunction_serious"},
        DeviceCase{"CeMarkedIsNotInHouse", "ivo-in-house-device", DeviceKind::ce_marked, nullptr},
        DeviceCase{"OwnCeMarked", "device-manufacturer", DeviceKind::ce_marked, "own_device_serious_incident"},
        DeviceCase{"OwnNmi", "device-manufacturer", DeviceKind::nmi, "own_device_serious_incident"},
        DeviceCase{"InHouseHasNoManufacturer", "device-manufacturer", DeviceKind::in_house_made, nullptr}),
    [](const auto& test) { return test.param.name; });

TEST(Devices, AYesIsReportedToTheAgencyAndToTheManufacturer) {
  World world = world_of("lakemedelsverket");
  world.service("cosmic").device = MedicalDevice{DeviceKind::ce_marked, "Exempelbolaget AB"};
  Rig rig = rig_of(world);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("1h"), "ward-manager", answer("device_malfunction_serious", Answer::yes));
  EXPECT_THAT(stages_of(reports(rig).back()),
              ElementsAre("report_authority target 2026-11-23T02:00", "report_manufacturer target 2026-11-23T02:00"));
  EXPECT_EQ(reports(rig).back().recipient, "Läkemedelsverket");
  rig.command(after("2h"), "ksd-on-call", Submitted{"2026-0001", "lakemedelsverket", "region", "report_authority"});
  EXPECT_EQ(reports(rig).back().recipient, "Tillverkaren (Exempelbolaget AB)");
  // Not to be confused with law: the targets say whose they are.
  EXPECT_EQ(reports(rig).back().stages.at(1).policy_source.basis, SourceBasis::policy);
}

TEST(Devices, TheManufacturerHasTwoTenOrFifteenDays) {
  World world = world_of("device-manufacturer");
  world.service("cosmic").device = MedicalDevice{DeviceKind::ce_marked, "Regionen"};
  Rig rig = rig_of(world);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.command(after("1h"), "ward-manager", answer("own_device_serious_incident", Answer::yes));
  const auto due = [&] { return stages_of(reports(rig).back()).at(0); };
  EXPECT_EQ(due(), "report_authority 2026-11-24T02:00");
  rig.command(after("2h"), "ward-manager", answer("serious_public_health_threat", Answer::no));
  EXPECT_EQ(due(), "report_authority 2026-12-02T02:00");
  rig.command(after("3h"), "ward-manager", answer("death_or_unanticipated_deterioration", Answer::no));
  EXPECT_EQ(due(), "report_authority 2026-12-07T02:00");
}

TEST(LexMaria, IsAskedWhenSomebodySaysThatSomethingHappened) {
  for (const char* fact : {"adverse_event:emergency-east", "serious_injury_or_death"}) {
    Rig rig = rig_of(world_of("lex-maria"));
    rig.signal(kStart, "cosmic", Condition::down);
    rig.tick_until(after("10h"));
    EXPECT_THAT(reports(rig), IsEmpty());
    rig.command(after("30h"), "ward-manager", answer(fact, Answer::yes));
    ASSERT_EQ(reports(rig).size(), 1U) << fact;
    EXPECT_TRUE(reports(rig)[0].undecided);
    rig.command(after("31h"), "ward-manager", answer("serious_care_injury", Answer::yes));
    EXPECT_THAT(stages_of(reports(rig).back()),
                ElementsAre("report_authority target 2026-11-24T08:00", "investigation"));
  }
}

TEST(FollowUp, IsADayAndAWeekAfterTheEnd) {
  World world = world_of("lex-maria");
  world.rules.escalation.follow_up = shipped().escalation.follow_up;
  Rig rig = rig_of(world);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.signal(after("1h"), "cosmic", Condition::up);
  rig.tick_until(after("25h") - kOne);
  EXPECT_THAT(reports(rig), IsEmpty());
  rig.tick_until(after("25h"));
  EXPECT_EQ(reports(rig).size(), 1U);
  rig.tick_until(after("169h") - kOne);
  EXPECT_EQ(reports(rig).size(), 1U);
  rig.tick_until(after("169h"));
  ASSERT_EQ(reports(rig).size(), 2U);
  // A week later the yes opens lex Maria, from then on.
  rig.command(after("170h"), "ward-manager", answer("adverse_event:emergency-east", Answer::yes));
  EXPECT_EQ(reports(rig).back().regime.id, "lex-maria");
  EXPECT_EQ(reports(rig).back().kind, Kind::assess);
}

// Questions that nobody answers.

TEST(Unanswered, GoToTheNextAndAreAskedAgain) {
  World world = world_of("lakemedelsverket");
  world.service("cosmic").device = MedicalDevice{DeviceKind::ce_marked, "Exempelbolaget AB"};
  Rig rig = rig_of(world);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(after("100h"));
  std::vector<std::string> told;
  for (const ReportPrompt& prompt : reports(rig)) {
    told.push_back(std::string(testing::to_string(prompt.kind)) + " " + format_duration(prompt.header.at - kStart));
  }
  EXPECT_THAT(told, ElementsAre("assess 0s", "ask_next 4h", "reminder 12h", "reminder 1d", "reminder 3d"));
}

/// Whatever is uncertain about a law says so: no value may be without its source.
TEST(LegalSources, EveryValueHasOne) {
  const std::function<void(const Criterion&, const std::string&)> look = [&](const Criterion& criterion,
                                                                             const std::string& where) {
    if (!criterion.id.empty()) {
      EXPECT_FALSE(criterion.source.act.empty()) << where << " " << criterion.id;
      EXPECT_FALSE(criterion.text.empty()) << where << " " << criterion.id;
    }
    for (const Criterion& child : criterion.children) {
      look(child, where);
    }
  };
  for (const RegimeSpec& regime : shipped().regimes) {
    look(regime.criteria, regime.id);
    if (regime.ask_when) {
      look(*regime.ask_when, regime.id);
    }
    EXPECT_EQ(regime.assess_source.basis, SourceBasis::policy) << regime.id;
    for (const StageSpec& stage : regime.stages) {
      EXPECT_FALSE(stage.source.act.empty()) << regime.id << " " << stage.id;
      EXPECT_FALSE(stage.contents.empty()) << regime.id << " " << stage.id;
      if (stage.policy_target) {
        EXPECT_EQ(stage.policy_source.basis, SourceBasis::policy) << regime.id << " " << stage.id;
      }
    }
  }
}

}  // namespace
}  // namespace avbrottsvakt
