#include "wire/bundle.h"

#include <gtest/gtest.h>

#include <functional>

#include "avbrottsvakt/v1/bundle.pb.h"

namespace avbrottsvakt {
namespace {

void set_source(v1::LegalSource& source) {
  source.set_act("SFS 2025:1506");
  source.set_basis(v1::SOURCE_BASIS_TEXT);
  source.set_confidence(v1::CONFIDENCE_HIGH);
}

/// Two services, one with a plan, one activity, one regime.
v1::Bundle small_bundle() {
  v1::Bundle bundle;
  bundle.set_schema_version(kBundleSchemaVersion);
  bundle.set_domain("region");
  bundle.mutable_zone()->set_name("Europe/Stockholm");
  v1::Zone::Offset& winter = *bundle.mutable_zone()->add_offsets();
  winter.set_from_ms(1577836800000);
  winter.set_offset_seconds(3600);
  v1::Zone::Offset& summer = *bundle.mutable_zone()->add_offsets();
  summer.set_from_ms(1585443600000);
  summer.set_offset_seconds(7200);

  v1::Organisation& organisation = *bundle.mutable_organisation();
  v1::Administration& administration = *organisation.add_administrations();
  administration.set_administration("hospital");
  administration.set_name("Sjukhuset");
  v1::Role& role = *organisation.add_roles();
  role.set_role("on-call");
  role.set_name("Jour");
  role.set_phone("internt 0001");
  role.set_hours("dygnet runt");
  v1::DutyHolder& holder = *organisation.add_duty_holders();
  holder.set_duty_holder("region");
  holder.set_name("Regionen");
  holder.set_kind(v1::DUTY_HOLDER_KIND_CARE_PROVIDER);
  holder.add_regimes("nis2");
  holder.add_assessors("on-call");

  v1::Service& database = *bundle.add_services();
  database.set_service("database");
  database.set_name("Databasen");
  database.set_component(true);
  v1::Service& journal = *bundle.add_services();
  journal.set_service("journal");
  journal.set_name("Journalen");
  journal.add_match("{service=\"journal\"}");
  v1::Dependency& need = *journal.add_depends_on();
  need.add_all("database");
  need.set_impact(v1::IMPACT_DEGRADED);

  v1::Activity& ward = *bundle.add_activities();
  ward.set_activity("ward");
  ward.set_name("Avdelningen");
  ward.set_administration("hospital");
  ward.add_sectors("healthcare_provider");
  ward.set_mta("2h");
  ward.add_uses()->add_all("journal");

  v1::ContinuityPlan& plan = *bundle.add_plans();
  plan.set_plan("journal");
  plan.set_version("1");
  plan.set_service("journal");
  plan.mutable_approved()->set_by("Chefen");
  plan.mutable_approved()->set_on("2026-01-01");
  plan.mutable_approved()->set_review_by("2027-01-01");
  plan.set_rto("90m");
  plan.set_settle("10m");
  plan.mutable_activate()->mutable_when()->set_elapsed("30m");
  v1::LadderStep& opened = *plan.add_ladder();
  opened.set_on(v1::LadderStep::EVENT_OPENED);
  opened.add_tell("on-call");
  opened.set_level(v1::LEVEL_NOTICE);
  v1::LadderStep& half = *plan.add_ladder();
  half.set_at("50% of rto");
  half.add_tell("on-call");
  half.set_level(v1::LEVEL_CRITICAL);
  half.set_repeat("15m");
  plan.add_contacts()->set_role("on-call");

  v1::Regime& regime = *bundle.add_regimes();
  regime.set_regime("nis2");
  regime.set_name("NIS2");
  regime.set_question("Betydande?");
  v1::Criterion& criterion = *regime.mutable_criteria()->mutable_any()->add_items();
  criterion.mutable_when()->mutable_limited()->set_sector("healthcare_provider");
  criterion.mutable_when()->mutable_limited()->set_more_than("1h");
  set_source(*criterion.mutable_source());
  v1::Stage& stage = *regime.add_stages();
  stage.set_id("notification");
  stage.set_name("Incidentanmälan");
  stage.mutable_due()->set_within("72h");
  stage.mutable_due()->set_of("known_incident");
  set_source(*stage.mutable_source());
  v1::Stage& last = *regime.add_stages();
  last.set_id("final_report");
  last.set_name("Slutrapport");
  last.mutable_due()->set_within("1 month");
  last.mutable_due()->set_of("submitted(notification)");
  set_source(*last.mutable_source());
  v1::Recipient& recipient = *regime.add_recipients();
  recipient.set_to("NCSC");
  recipient.mutable_valid()->set_from("2026-07-01");
  set_source(*recipient.mutable_source());
  regime.mutable_assess()->set_ask_next_percent(75);
  regime.mutable_assess()->set_due_before("6h");
  set_source(*regime.mutable_assess()->mutable_source());

  set_source(*bundle.mutable_calendar()->mutable_source());
  v1::Calendar::Day& day = *bundle.mutable_calendar()->add_holidays();
  day.set_date("2026-12-24");
  day.set_name("Julafton");
  day.set_eve(true);

  v1::Escalation& times = *bundle.mutable_escalation();
  times.set_growth_at_most_every("1m");
  times.set_root_window("10m");
  times.set_late_after("10s");
  times.set_late_quiet("11s");
  times.set_late_at_most("60s");
  times.set_catch_up_at_most("61s");
  times.set_horizon("30d");
  times.set_future_at_most("5m");
  times.set_settle("6m");
  times.set_repeats_at_most(96);
  return bundle;
}

TEST(Bundle, compiles_from_its_bytes) {
  const std::string bytes = bundle_bytes(small_bundle());
  const auto bundle = compile_bundle(bytes);
  ASSERT_TRUE(bundle.has_value()) << to_string(bundle.error());
  EXPECT_EQ((*bundle)->hash, bundle_hash(bytes));
  EXPECT_EQ((*bundle)->domain, "region");
  ASSERT_TRUE((*bundle)->catalogue.service("database").has_value());
  const Node& database = (*bundle)->catalogue.node(*(*bundle)->catalogue.service("database"));
  EXPECT_EQ(database.settle, std::chrono::minutes(6)) << "of escalation, for what has no plan";
}

TEST(Bundle, has_the_same_bytes_each_time) {
  EXPECT_EQ(bundle_bytes(small_bundle()), bundle_bytes(small_bundle()));
  v1::Bundle other = small_bundle();
  other.mutable_services(0)->set_name("Databasen.");
  EXPECT_NE(bundle_hash(bundle_bytes(small_bundle())), bundle_hash(bundle_bytes(other)));
}

TEST(Bundle, becomes_typed_values) {
  const auto spec = bundle_spec(small_bundle());
  ASSERT_TRUE(spec.has_value()) << spec.error().at(0).path << ": " << spec.error().at(0).message;
  const CatalogueSpec& catalogue = spec->catalogue;
  EXPECT_TRUE(catalogue.services.at(0).component);
  EXPECT_FALSE(catalogue.services.at(0).availability.has_value());
  EXPECT_EQ(catalogue.services.at(1).depends_on.at(0).loss, Condition::degraded);
  EXPECT_EQ(catalogue.activities.at(0).uses.at(0).loss, Condition::down) << "down, when nothing is said";
  EXPECT_EQ(catalogue.activities.at(0).mta, std::chrono::hours(2));
  EXPECT_EQ(catalogue.duty_holders.at(0).kind, "care_provider");
  const PlanSpec& plan = catalogue.plans.at(0);
  EXPECT_EQ(plan.rto, std::chrono::minutes(90));
  EXPECT_FALSE(plan.rpo.has_value());
  EXPECT_EQ(plan.activate_elapsed, std::chrono::minutes(30));
  EXPECT_TRUE(plan.counts_degraded) << "both, when nothing is said";
  EXPECT_FALSE(plan.ladder.at(0).at.has_value());
  ASSERT_TRUE(plan.ladder.at(1).at.has_value());
  EXPECT_EQ(plan.ladder.at(1).at->percent, 50);
  EXPECT_EQ(plan.ladder.at(1).repeat, std::chrono::minutes(15));
  EXPECT_EQ(plan.contacts.at(0).phone, "internt 0001") << "of the role";
  EXPECT_EQ(format_date(plan.review_by), "2027-01-01");

  const RulesSpec& rules = spec->rules;
  const RegimeSpec& regime = rules.regimes.at(0);
  EXPECT_EQ(regime.criteria.kind, Criterion::Kind::any);
  EXPECT_EQ(regime.criteria.children.at(0).kind, Criterion::Kind::limited);
  EXPECT_EQ(regime.criteria.children.at(0).more_than, std::chrono::hours(1));
  EXPECT_EQ(regime.stages.at(0).anchor, StageSpec::Anchor::known_incident);
  EXPECT_EQ(regime.stages.at(1).anchor, StageSpec::Anchor::submitted);
  EXPECT_EQ(regime.stages.at(1).anchor_stage, "notification");
  ASSERT_TRUE(regime.stages.at(1).within.has_value());
  EXPECT_EQ(regime.stages.at(1).within->kind, Period::Kind::months);
  EXPECT_FALSE(regime.recipients.at(0).valid.until.has_value());
  EXPECT_TRUE(rules.holidays.days.at(0).eve);
  EXPECT_EQ(rules.zone.offsets.at(1).offset, std::chrono::hours(2));
  EXPECT_EQ(rules.escalation.late_quiet, std::chrono::seconds(11));
  EXPECT_EQ(rules.escalation.catch_up_at_most, std::chrono::seconds(61));
}

TEST(Bundle, carries_devices_hours_and_who_does_what) {
  v1::Bundle bundle = small_bundle();
  v1::MedicalDevice& device = *bundle.mutable_services(0)->mutable_medical_device();
  device.set_kind(v1::DEVICE_KIND_NMI);
  device.set_manufacturer("Exempelbolaget AB");
  bundle.mutable_services(1)->mutable_medical_device()->set_kind(v1::DEVICE_KIND_IN_HOUSE_MADE);
  v1::AcceptedGap& gap = *bundle.mutable_activities(0)->add_accept_gap();
  gap.set_service("database");
  gap.set_reason("Papper");
  v1::Role& role = *bundle.mutable_organisation()->mutable_roles(0);
  role.add_covers("mon-sun 00:00-24:00");
  role.add_covers("holidays 00:00-24:00");
  v1::Role& other = *bundle.mutable_organisation()->add_roles();
  other.set_role("other");
  other.add_substitutes(role.role());
  v1::DutyHolder& holder = *bundle.mutable_organisation()->mutable_duty_holders(0);
  v1::Responsibility& does = *holder.add_responsibilities();
  does.set_regime("nis2");
  does.add_assessors("a");
  does.add_deciders("b");
  does.add_filers("c");

  const CatalogueSpec catalogue = bundle_spec(bundle).value().catalogue;
  ASSERT_TRUE(catalogue.services.at(0).device.has_value());
  EXPECT_EQ(catalogue.services.at(0).device->kind, DeviceKind::nmi);
  EXPECT_EQ(catalogue.services.at(0).device->manufacturer, "Exempelbolaget AB");
  EXPECT_EQ(catalogue.services.at(1).device->kind, DeviceKind::in_house_made);
  EXPECT_EQ(catalogue.activities.at(0).accept_gap.at(0).service, "database");
  ASSERT_TRUE(catalogue.roles.at(0).covers.has_value());
  EXPECT_TRUE(catalogue.roles.at(0).covers->always()) << "all that it covers, together";
  EXPECT_FALSE(catalogue.roles.back().covers.has_value()) << "not said is not never";
  EXPECT_EQ(catalogue.roles.back().substitutes, std::vector<std::string>{catalogue.roles.at(0).id});
  const ResponsibilitySpec& named = catalogue.duty_holders.at(0).responsibilities.at(0);
  EXPECT_EQ(named.regime + named.assessors.at(0) + named.deciders.at(0) + named.filers.at(0), "nis2abc");

  role.add_covers("24/7");
  const auto refused = bundle_spec(bundle);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().at(0).path, "roles[0].covers[2]");
}

/// A law of the other shape: what an outage asks, without hours, by case, on request, advisory.
v1::Bundle device_bundle() {
  v1::Bundle bundle = small_bundle();
  v1::MedicalDevice& device = *bundle.mutable_services(1)->mutable_medical_device();
  device.set_kind(v1::DEVICE_KIND_NMI);
  device.set_manufacturer("Exempelbolaget AB");
  bundle.mutable_activities(0)->set_manager("on-call");
  v1::DutyHolder& holder = *bundle.mutable_organisation()->mutable_duty_holders(0);
  holder.set_designated_critical_entity(true);
  holder.set_duty_applies_from("2027-05-17");

  v1::Regime& regime = *bundle.mutable_regimes(0);
  regime.set_by_designation(true);
  v1::OutageMeasure& outage = *regime.mutable_ask_when()->mutable_when()->mutable_outage();
  outage.set_sector_critical(true);
  outage.set_vital(true);
  outage.set_availability_at_least(3);
  outage.set_confidentiality_at_least(2);
  outage.add_device(v1::DEVICE_KIND_CE_MARKED);
  outage.add_device(v1::DEVICE_KIND_IN_HOUSE_MADE);
  outage.set_made_by_duty_holder(true);
  outage.set_more_than("4h");
  v1::Criterion& injury = *regime.mutable_criteria()->mutable_any()->add_items();
  injury.mutable_when()->set_fact("injury");
  injury.set_ask("Har någon skadats?");
  injury.set_reopened_by("adverse_event");
  v1::Stage& stage = *regime.mutable_stages(0);
  v1::DueCase& one = *stage.add_cases();
  one.mutable_when()->mutable_when()->set_fact("death");
  one.mutable_when()->set_ask("Har någon avlidit?");
  one.set_within("10 days");
  set_source(*one.mutable_source());
  set_source(*stage.mutable_contents_source());
  v1::Stage& requested = *regime.add_stages();
  requested.set_id("intermediate_report");
  requested.set_name("Delrapport");
  requested.set_on_request(true);
  requested.mutable_due()->set_of("requested");
  requested.mutable_policy()->set_target("24h");
  requested.mutable_policy()->add_remind_after("2h");
  requested.mutable_policy()->add_remind_after("8h");
  set_source(*requested.mutable_policy()->mutable_source());
  set_source(*requested.mutable_source());
  v1::Stage& inform = *regime.add_stages();
  inform.set_id("inform");
  inform.set_name("Underrättelse");
  inform.mutable_due()->set_of("known_significant");
  inform.mutable_when()->mutable_when()->set_fact("harmed");
  inform.mutable_when()->set_ask("Skadas mottagarna?");
  set_source(*inform.mutable_source());
  regime.mutable_stages(1)->mutable_if_ongoing()->set_instead("inform");
  regime.mutable_stages(1)->mutable_if_ongoing()->set_then_within("1 month");
  regime.mutable_recipients(0)->add_stages("inform");
  regime.mutable_recipients(0)->set_device_manufacturer(true);
  regime.mutable_assess()->set_ask_next_after("4h");
  regime.mutable_assess()->add_remind_after("12h");

  v1::FollowUp& follow_up = *bundle.mutable_escalation()->mutable_follow_up();
  follow_up.set_name("Uppföljning");
  follow_up.set_fact("adverse_event");
  follow_up.set_ask("Har något hänt?");
  follow_up.add_after("24h");
  follow_up.add_after("7d");
  follow_up.set_tell("on-call");
  follow_up.add_sectors("healthcare_provider");
  follow_up.add_cautions("Ingen berättelse.");
  set_source(*follow_up.mutable_source());
  return bundle;
}

TEST(Bundle, carries_laws_of_the_other_shape) {
  using std::chrono::hours;
  const auto spec = bundle_spec(device_bundle());
  ASSERT_TRUE(spec.has_value()) << spec.error().at(0).path << ": " << spec.error().at(0).message;
  EXPECT_EQ(spec->catalogue.services.at(1).device->kind, DeviceKind::nmi);
  EXPECT_EQ(spec->catalogue.services.at(1).device->manufacturer, "Exempelbolaget AB");
  EXPECT_FALSE(spec->catalogue.services.at(0).device.has_value());
  EXPECT_EQ(spec->catalogue.activities.at(0).manager, "on-call");
  EXPECT_TRUE(spec->catalogue.duty_holders.at(0).designated_critical_entity);
  EXPECT_EQ(format_date(*spec->catalogue.duty_holders.at(0).duty_applies_from), "2027-05-17");

  const RegimeSpec& regime = spec->rules.regimes.at(0);
  EXPECT_TRUE(regime.by_designation);
  ASSERT_TRUE(regime.ask_when.has_value());
  EXPECT_EQ(regime.ask_when->kind, Criterion::Kind::outage);
  EXPECT_FALSE(regime.ask_when->at_once);
  EXPECT_EQ(regime.ask_when->more_than, hours(4));
  const ServiceFilter& services = regime.ask_when->services;
  EXPECT_TRUE(services.sector_critical && services.vital && services.made_by_duty_holder);
  EXPECT_EQ(services.availability_at_least, 3);
  EXPECT_EQ(services.confidentiality_at_least, 2);
  EXPECT_EQ(services.device, (std::vector<DeviceKind>{DeviceKind::ce_marked, DeviceKind::in_house_made}));
  EXPECT_EQ(regime.criteria.children.at(1).reopened_by, "adverse_event");

  const StageSpec& first = regime.stages.at(0);
  EXPECT_EQ(first.cases.at(0).when.fact, "death");
  EXPECT_EQ(first.cases.at(0).within, parse_period("10 days").value());
  EXPECT_TRUE(first.contents_source.has_value());
  EXPECT_EQ(regime.stages.at(1).instead, "inform");
  EXPECT_EQ(regime.stages.at(1).then_within, parse_period("1 month").value());
  EXPECT_FALSE(regime.stages.at(1).contents_source.has_value());
  const StageSpec& requested = regime.stages.at(2);
  EXPECT_TRUE(requested.on_request);
  EXPECT_EQ(requested.anchor, StageSpec::Anchor::requested);
  EXPECT_EQ(requested.policy_target, hours(24));
  EXPECT_EQ(requested.policy_remind_after, (std::vector<Millis>{hours(2), hours(8)}));
  EXPECT_EQ(regime.stages.at(3).anchor, StageSpec::Anchor::known_significant);
  EXPECT_EQ(regime.stages.at(3).when->fact, "harmed");
  EXPECT_EQ(regime.recipients.at(0).stages, std::vector<std::string>{"inform"});
  EXPECT_TRUE(regime.recipients.at(0).device_manufacturer);
  EXPECT_EQ(regime.ask_next_after, hours(4));
  EXPECT_EQ(regime.ask_again_after, std::vector<Millis>{hours(12)});

  ASSERT_TRUE(spec->rules.escalation.follow_up.has_value());
  const FollowUpSpec& follow_up = *spec->rules.escalation.follow_up;
  EXPECT_EQ(follow_up.fact, "adverse_event");
  EXPECT_EQ(follow_up.after, (std::vector<Millis>{hours(24), hours(168)}));
  EXPECT_EQ(follow_up.tell, "on-call");
  EXPECT_EQ(follow_up.sectors, std::vector<std::string>{"healthcare_provider"});
  EXPECT_EQ(follow_up.cautions, std::vector<std::string>{"Ingen berättelse."});
}

TEST(Bundle, an_outage_without_a_limit_counts_at_once) {
  v1::Bundle bundle = device_bundle();
  bundle.mutable_regimes(0)->mutable_ask_when()->mutable_when()->mutable_outage()->clear_more_than();
  EXPECT_TRUE(bundle_spec(bundle).value().rules.regimes.at(0).ask_when->at_once);
}

TEST(Bundle, a_contact_may_have_its_own_number) {
  v1::Bundle bundle = small_bundle();
  bundle.mutable_plans(0)->mutable_contacts(0)->set_phone("internt 0002");
  const auto spec = bundle_spec(bundle).value();
  EXPECT_EQ(spec.catalogue.plans.at(0).contacts.at(0).phone, "internt 0002");
  EXPECT_EQ(spec.catalogue.plans.at(0).contacts.at(0).hours, "dygnet runt");
}

TEST(Bundle, counting_only_down_is_said) {
  v1::Bundle bundle = small_bundle();
  bundle.mutable_plans(0)->mutable_clock()->add_counts(v1::CONDITION_DOWN);
  EXPECT_FALSE(bundle_spec(bundle).value().catalogue.plans.at(0).counts_degraded);
}

TEST(Bundle, bytes_that_are_none_are_corrupt) {
  for (const std::string& bytes : {std::string(), std::string("garbage"), bundle_bytes(small_bundle()).substr(1)}) {
    const auto bundle = compile_bundle(bytes);
    ASSERT_FALSE(bundle.has_value());
    EXPECT_EQ(bundle.error().code, ErrorCode::corrupt);
  }
}

TEST(Bundle, of_a_newer_program_is_refused) {
  v1::Bundle bundle = small_bundle();
  bundle.set_schema_version(kBundleSchemaVersion + 1);
  const auto compiled = compile_bundle(bundle_bytes(bundle));
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code, ErrorCode::incompatible);
}

TEST(Bundle, too_large_is_refused) {
  const auto compiled = compile_bundle(std::string(kBundleBytesMax + 1, ' '));
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code, ErrorCode::limit);
}

struct Fault {
  const char* name;
  std::function<void(v1::Bundle&)> make;
  const char* path;
};
void PrintTo(const Fault& fault, std::ostream* stream) { *stream << fault.name; }

class FaultyBundle : public ::testing::TestWithParam<Fault> {};

TEST_P(FaultyBundle, says_where) {
  v1::Bundle bundle = small_bundle();
  GetParam().make(bundle);
  const auto spec = bundle_spec(bundle);
  ASSERT_FALSE(spec.has_value());
  ASSERT_EQ(spec.error().size(), 1U);
  EXPECT_EQ(spec.error()[0].path, GetParam().path);
  const auto compiled = compile_bundle(bundle_bytes(bundle));
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code, ErrorCode::invalid_input);
  EXPECT_NE(compiled.error().message.find(GetParam().path), std::string::npos) << compiled.error().message;
}

const Fault kFaults[] = {
    {"domain", [](v1::Bundle& b) { b.clear_domain(); }, "domain"},
    {"zone", [](v1::Bundle& b) { b.clear_zone(); }, "zone"},
    {"zone_descends", [](v1::Bundle& b) { b.mutable_zone()->mutable_offsets()->SwapElements(0, 1); }, "zone.offsets"},
    {"zone_repeats", [](v1::Bundle& b) { b.mutable_zone()->mutable_offsets(1)->set_from_ms(1577836800000); },
     "zone.offsets"},
    {"service", [](v1::Bundle& b) { b.mutable_services(1)->clear_service(); }, "services[1].service"},
    {"mta", [](v1::Bundle& b) { b.mutable_activities(0)->set_mta("2 h"); }, "activities[0].mta"},
    {"rpo", [](v1::Bundle& b) { b.mutable_plans(0)->set_rpo("soon"); }, "plans[0].rpo"},
    {"review", [](v1::Bundle& b) { b.mutable_plans(0)->mutable_approved()->set_review_by("2026-02-30"); },
     "plans[0].approved.review_by"},
    {"counts_without_down",
     [](v1::Bundle& b) { b.mutable_plans(0)->mutable_clock()->add_counts(v1::CONDITION_DEGRADED); },
     "plans[0].clock.counts"},
    {"ladder_point", [](v1::Bundle& b) { b.mutable_plans(0)->mutable_ladder(1)->set_at("50%"); },
     "plans[0].ladder[1].at"},
    {"ladder_neither", [](v1::Bundle& b) { b.mutable_plans(0)->mutable_ladder(1)->clear_at(); }, "plans[0].ladder[1]"},
    {"level", [](v1::Bundle& b) { b.mutable_plans(0)->mutable_ladder(1)->set_level(static_cast<v1::Level>(77)); },
     "plans[0].ladder[1].level"},
    {"criterion",
     [](v1::Bundle& b) { b.mutable_regimes(0)->mutable_criteria()->mutable_any()->mutable_items(0)->clear_when(); },
     "regimes[0].criteria.any[0]"},
    {"measure",
     [](v1::Bundle& b) {
       b.mutable_regimes(0)->mutable_criteria()->mutable_any()->mutable_items(0)->mutable_when()->clear_limited();
     },
     "regimes[0].criteria.any[0].when"},
    {"anchor", [](v1::Bundle& b) { b.mutable_regimes(0)->mutable_stages(1)->mutable_due()->set_of("submitted"); },
     "regimes[0].stages[1].due.of"},
    {"confidence",
     [](v1::Bundle& b) { b.mutable_regimes(0)->mutable_recipients(0)->mutable_source()->clear_confidence(); },
     "regimes[0].recipients[0].source.confidence"},
    {"holiday", [](v1::Bundle& b) { b.mutable_calendar()->mutable_holidays(0)->set_date("24 december"); },
     "calendar.holidays[0].date"},
    {"horizon", [](v1::Bundle& b) { b.mutable_escalation()->set_horizon("a month"); }, "escalation.horizon"},
};

INSTANTIATE_TEST_SUITE_P(, FaultyBundle, ::testing::ValuesIn(kFaults),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Bundle, that_contradicts_itself_says_where) {
  v1::Bundle bundle = small_bundle();
  bundle.mutable_activities(0)->mutable_uses(0)->set_all(0, "nothing");
  const auto compiled = compile_bundle(bundle_bytes(bundle));
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code, ErrorCode::invalid_input);
  EXPECT_NE(compiled.error().message.find("activities[0].uses[0].all[0]"), std::string::npos)
      << compiled.error().message;
}

TEST(Anchor, is_read_or_says_the_column) {
  EXPECT_EQ(parse_anchor("known_incident")->anchor, StageSpec::Anchor::known_incident);
  EXPECT_EQ(parse_anchor("submitted(early_warning)")->stage, "early_warning");
  const std::pair<const char*, int> wrong[] = {{"", 1},
                                               {"known", 1},
                                               {"known_incident ", 1},
                                               {"submitted()", 11},
                                               {"submitted(å)", 11},
                                               {"submitted(a", 12},
                                               {"submitted(a) ", 14},
                                               {"submitted(a b)", 12},
                                               {"submitted", 1}};
  for (const auto& [text, column] : wrong) {
    const auto anchor = parse_anchor(text);
    ASSERT_FALSE(anchor.has_value()) << text;
    EXPECT_EQ(anchor.error().place.column, column) << text;
  }
}

}  // namespace
}  // namespace avbrottsvakt
