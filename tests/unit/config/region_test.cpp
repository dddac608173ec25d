#include "config/region.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "avbrottsvakt/v1/bundle.pb.h"
#include "config/exercise.h"
#include "config/loader.h"
#include "files.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

const std::filesystem::path kSource = AV_SOURCE_DIR;

Region sample() {
  auto region = load_region(kSource / "config/avbrottsvakt.yaml");
  EXPECT_TRUE(region.has_value()) << text_of(region.error(), kSource);
  return region ? *std::move(region) : Region{};
}

TEST(SampleRegion, loads_without_a_warning) {
  const Region region = sample();
  EXPECT_EQ(text_of(region.warnings, kSource), "");
  EXPECT_EQ(region.configuration.domain(), "region");
  EXPECT_EQ(region.catalogue_folder(), kSource / "config/catalogue");
  EXPECT_EQ(region.rules_folder(), kSource / "rules");
  EXPECT_EQ(region.sources_folder(), kSource / "config/sources");
}

TEST(SampleRegion, is_the_same_bundle_each_time) {
  const Region first = sample();
  const Region second = sample();
  EXPECT_EQ(first.bundle, second.bundle);
  EXPECT_EQ(first.hash, bundle_hash(second.bundle));
}

TEST(SampleRegion, compiles_from_its_bytes) {
  const Region region = sample();
  const auto bundle = compile_bundle(region.bundle);
  ASSERT_TRUE(bundle.has_value()) << to_string(bundle.error());
  EXPECT_EQ((*bundle)->hash, region.hash);
  EXPECT_EQ((*bundle)->domain, "region");
  ASSERT_EQ((*bundle)->rules.regimes.size(), 7U);
  EXPECT_EQ((*bundle)->rules.regimes.back().id, "nis2");
  EXPECT_EQ((*bundle)->rules.regimes.back().stages.size(), 6U);
  EXPECT_EQ((*bundle)->rules.zone.name, "Europe/Stockholm");
}

/// The names of the fields that nobody has filled in, with those of inner messages.
void collect_absent(const google::protobuf::Message& message, const std::string& path,
                    std::vector<std::string>& absent) {
  const auto& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const auto& field = *message.GetDescriptor()->field(i);
    const std::string here = path + field.name();
    if (field.is_repeated()) {
      if (reflection.FieldSize(message, &field) == 0) absent.push_back(here);
    } else if (!reflection.HasField(message, &field)) {
      absent.push_back(here);
    } else if (field.cpp_type() == google::protobuf::FieldDescriptor::CPPTYPE_MESSAGE) {
      collect_absent(reflection.GetMessage(message, &field), here + ".", absent);
    }
  }
}

TEST(SampleRegion, has_plans_that_say_everything_a_plan_says) {
  std::size_t plans = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "config/catalogue/plans")) {
    v1::ContinuityPlan plan;
    ASSERT_TRUE(load_message(entry.path(), plan).empty());
    std::vector<std::string> absent;
    collect_absent(plan, "", absent);
    EXPECT_EQ(absent, std::vector<std::string>{}) << entry.path();
    ++plans;
  }
  EXPECT_GE(plans, 12U);
}

TEST(SampleRegion, is_as_broad_as_a_region) {
  const CatalogueSpec spec = (*compile_bundle(sample().bundle))->catalogue.spec();
  EXPECT_GE(spec.services.size(), 40U);
  EXPECT_GE(spec.activities.size(), 15U);
  std::set<int> availabilities;
  std::set<DeviceKind> devices;
  for (const ServiceSpec& service : spec.services) {
    if (service.availability) availabilities.insert(*service.availability);
    if (service.device) devices.insert(service.device->kind);
  }
  EXPECT_EQ(availabilities, (std::set<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(devices, (std::set<DeviceKind>{DeviceKind::ce_marked, DeviceKind::in_house_made, DeviceKind::nmi}));
  std::set<std::string> administrations;
  for (const ActivitySpec& activity : spec.activities) administrations.insert(activity.administration);
  EXPECT_GE(administrations.size(), 4U);
  std::set<std::string> kinds;
  for (const DutyHolderSpec& holder : spec.duty_holders) kinds.insert(holder.kind);
  EXPECT_EQ(kinds, (std::set<std::string>{"care_provider", "controller", "manufacturer", "operator"}));
}

TEST(SampleRegion, has_exercises_that_can_be_played) {
  const Region region = sample();
  std::size_t exercises = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kSource / "config/exercises")) {
    const auto exercise = load_exercise(entry.path(), region);
    ASSERT_TRUE(exercise.has_value()) << text_of(exercise.error(), kSource);
    EXPECT_FALSE(exercise->events.empty());
    ++exercises;
  }
  EXPECT_GE(exercises, 1U);
}

/// A change to the sample region, and all that is then said.
struct Change {
  const char* name;
  const char* file;  ///< in the copy; made if it is not there
  const char* from;  ///< text to replace; empty: the whole file
  const char* to;    ///< nullptr: the file or folder is removed
  const char* said;  ///< LINE is the line of the change, wherever the sample has it now
  bool loads;        ///< what is said are warnings
};
void PrintTo(const Change& change, std::ostream* stream) { *stream << change.name; }

class ChangedRegion : public testing::TestWithParam<Change> {
 protected:
  void SetUp() override {
    std::filesystem::copy(kSource / "config", root() / "config", std::filesystem::copy_options::recursive);
    std::filesystem::copy(kSource / "rules", root() / "rules", std::filesystem::copy_options::recursive);
  }
  const std::filesystem::path& root() const { return folder_.path(); }

  /// The line of the change, from 1.
  void apply(const Change& change, std::ptrdiff_t& line) {
    const std::filesystem::path file = root() / change.file;
    if (change.to == nullptr) {
      ASSERT_GT(std::filesystem::remove_all(file), 0U);
      return;
    }
    std::string text = *change.from == '\0' ? "" : read_bytes(file);
    const std::size_t at = text.find(change.from);
    ASSERT_NE(at, std::string::npos) << "the sample no longer says " << change.from;
    line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    write_bytes(file, text.replace(at, std::string(change.from).size(), change.to));
  }

 private:
  TemporaryFolder folder_;
};

TEST_P(ChangedRegion, says_what_is_wrong_where) {
  std::ptrdiff_t line = 0;
  ASSERT_NO_FATAL_FAILURE(apply(GetParam(), line));
  std::string expected = GetParam().said;
  for (std::size_t at = expected.find("LINE"); at != std::string::npos; at = expected.find("LINE")) {
    expected.replace(at, 4, std::to_string(line));
  }
  const auto region = load_region(root() / "config/avbrottsvakt.yaml");
  const std::string said = region ? text_of(region->warnings, root()) : text_of(region.error(), root());
  EXPECT_EQ(said, expected);
  EXPECT_EQ(region.has_value(), GetParam().loads);
}

const Change kChanges[] = {
    {"unknown_service", "config/catalogue/services/cosmic.yaml", "[identity,", "[identiti,",
     "config/catalogue/services/cosmic.yaml:LINE:11: error: there is no service identiti\n"
     "  did you mean identity?\n",
     false},
    {"unknown_role", "config/catalogue/plans/cosmic.yaml", "role: platform-on-call", "role: platform-oncall",
     "config/catalogue/plans/cosmic.yaml:LINE:11: error: there is no role platform-oncall\n"
     "  did you mean platform-on-call?\n",
     false},
    {"role_unlike_any", "rules/escalation.yaml", "tell: ksd-on-call", "tell: nobody",
     "rules/escalation.yaml:LINE:12: error: there is no role nobody\n"
     "  there are administration-it, administrative-director, ambulance-control-lead, chief-physician-on-call, "
     "data-protection-officer, database-on-call, device-manufacturer-officer, dispatch-it-on-call, "
     "duty-officer-region, duty-officer-transport, facilities-on-call, finance-manager, ...\n",
     false},
    {"unknown_regime", "config/catalogue/organisation.yaml", "regimes: [nis2,", "regimes: [nis3,",
     "config/catalogue/organisation.yaml:LINE:15: error: there is no regime nis3\n"
     "  did you mean nis2?\n"
     "config/catalogue/organisation.yaml:101:18: error: region-care-provider is not bound by nis2\n"
     "  add it to the regimes of region-care-provider, or remove the entry\n",
     false},
    {"unknown_administration", "config/catalogue/activities/lab-east.yaml", "hospital-east", "hospital-esat",
     "config/catalogue/activities/lab-east.yaml:LINE:17: error: there is no administration hospital-esat\n"
     "  did you mean hospital-east?\n",
     false},
    {"unknown_stage", "rules/nis2.yaml", "submitted(notification)", "submitted(notifcation)",
     "rules/nis2.yaml:LINE:32: error: there is no stage notifcation\n"
     "  did you mean submitted(notification)?\n",
     false},
    {"unknown_sector", "config/catalogue/activities/lab-east.yaml", "healthcare_provider", "health_care_provider",
     "config/catalogue/activities/lab-east.yaml:LINE:11: error: no criterion names the sector health_care_provider\n"
     "  did you mean healthcare_provider?\n",
     false},
    {"rto_longer_than_mta", "config/catalogue/plans/cosmic.yaml", "rto: 90m", "rto: 3h",
     "config/catalogue/plans/cosmic.yaml:LINE:6: error: rto 3h is longer than the mta 2h of emergency-east, which "
     "stops "
     "without cosmic\n"
     "  shorten the rto, give emergency-east an alternative to cosmic, or accept the gap there: accept_gap: [{service: "
     "cosmic, reason: ...}]\n",
     false},
    {"cycle", "config/catalogue/services/dc-north.yaml", "component: true",
     "component: true\ndepends_on:\n  - all: [care-database]",
     "config/catalogue/services/care-database.yaml:6:11: error: services depend on themselves: care-database -> "
     "dc-north -> care-database\n"
     "  remove one of these dependencies\n",
     false},
    {"two_of_a_service", "config/catalogue/services/sterile-tracking.yaml", "service: sterile-tracking",
     "service: dc-south",
     "config/catalogue/services/sterile-tracking.yaml:LINE:10: error: there are two of the service dc-south\n"
     "  rename one, or remove the one that is out of date\n"
     "config/catalogue/activities/operation-east.yaml:9:57: error: there is no service sterile-tracking\n"
     "  there are ambulance-dispatch, ambulance-record, backup, blood-bank, building-automation, care-database, "
     "centuri, "
     "cosmic, dc-north, dc-south, dc-west, diary, ...\n",
     false},
    {"two_plans", "config/catalogue/plans/other.yaml", "",
     "plan: other\nversion: '1'\nservice: cosmic\nrto: 1h\nsettle: 1m\nactivate: {when: {elapsed: 5m}}\n"
     "approved: {by: X, on: 2026-01-01, review_by: 2027-01-01}\n",
     "config/catalogue/plans/other.yaml:3:10: error: cosmic has two plans: cosmic and other\n"
     "  keep the one that is in force\n",
     false},
    {"clock_without_down", "config/catalogue/plans/cosmic.yaml", "[down, degraded]", "[degraded]",
     "config/catalogue/plans/cosmic.yaml:LINE:11: error: an outage counts down, or down and degraded\n"
     "  write [down] or [down, degraded]\n",
     false},
    {"vital_without_plan", "config/catalogue/plans/cosmic.yaml", "", nullptr,
     "config/catalogue/services/cosmic.yaml:1:10: error: cosmic has no continuity plan, but availability class 4\n"
     "  write a plan for it under plans/\n",
     true},
    {"holiday_out_of_order", "rules/calendar.yaml", "date: 2026-01-06", "date: 2025-01-06",
     "rules/calendar.yaml:LINE:12: error: 2025-01-06 does not come after the day before it in the list\n"
     "  write the days in order, each once\n",
     false},
    {"two_of_a_criterion", "rules/nis2.yaml", "id: ambulance", "id: injury",
     "rules/nis2.yaml:LINE:11: error: there are two of the criterion injury\n"
     "  rename one of them\n",
     false},
    {"zone", "config/avbrottsvakt.yaml", "Europe/Stockholm", "Europe/Stokholm",
     "config/avbrottsvakt.yaml:LINE:7: error: there is no time zone Europe/Stokholm\n"
     "  did you mean Europe/Stockholm?\n",
     false},
    {"zone_by_default", "config/avbrottsvakt.yaml", "zone: Europe/Stockholm\n", "", "", true},
    {"broken_file_among_good_ones", "config/catalogue/services/identity.yaml", "component: true", "component: true: x",
     "config/catalogue/services/identity.yaml:LINE:16: error: not readable as YAML: illegal map value\n"
     "  indent keys of one mapping alike, and put text that contains \": \" in quotation marks\n",
     false},
    {"key_that_names_the_service_missing", "config/catalogue/services/sterile-tracking.yaml",
     "service: sterile-tracking\n", "",
     "config/catalogue/services/sterile-tracking.yaml:LINE:1: error: service is missing\n"
     "  add service: an identifier like emergency-east\n"
     "config/catalogue/activities/operation-east.yaml:9:57: error: there is no service sterile-tracking\n"
     "  there are ambulance-dispatch, ambulance-record, backup, blood-bank, building-automation, care-database, "
     "centuri, "
     "cosmic, dc-north, dc-south, dc-west, diary, ...\n",
     false},
    {"organisation_missing", "config/catalogue/organisation.yaml", "", nullptr,
     "config/catalogue/organisation.yaml: error: there is no such file\n", false},
    {"calendar_missing", "rules/calendar.yaml", "", nullptr, "rules/calendar.yaml: error: there is no such file\n",
     false},
    {"catalogue_missing", "config/catalogue", "", nullptr,
     "config/catalogue: error: there is no such folder\n"
     "  avbrottsvakt.yaml says where the folders are\n",
     false},
    {"rules_missing", "rules", "", nullptr,
     "rules: error: there is no such folder\n"
     "  avbrottsvakt.yaml says where the folders are\n",
     false},
    {"configuration_missing", "config/avbrottsvakt.yaml", "", nullptr,
     "config/avbrottsvakt.yaml: error: there is no such file\n", false},
    {"folder_misspelt", "config/catalogue/activites/ward.yaml", "", "activity: ward\n",
     "config/catalogue/activites: error: is not read: no folder of this name is known here\n"
     "  did you mean activities?\n",
     false},
    {"folder_in_services", "config/catalogue/services/hospital/pacs.yaml", "", "service: pacs\n",
     "config/catalogue/services/hospital: error: is not read: no folder of this name is known here\n"
     "  move what it holds one level up\n",
     false},
    {"file_in_catalogue", "config/catalogue/organization.yaml", "", "roles: []\n",
     "config/catalogue/organization.yaml: error: is not read: no file of this name is known here\n"
     "  did you mean organisation.yaml?\n",
     false},
    {"file_with_another_ending", "config/catalogue/services/pacs.yml", "", "service: pacs\n",
     "config/catalogue/services/pacs.yml: error: is not read: files here end in .yaml\n"
     "  rename it, or keep it elsewhere\n",
     false},
    {"backup_and_notes_are_passed_over", "config/catalogue/services/cosmic.yaml~", "", "what: ever\n", "", true},
    {"directory_named_like_a_file", "config/catalogue/services/pacs.yaml/x", "", "x",
     "config/catalogue/services/pacs.yaml: error: is not read: no folder of this name is known here\n"
     "  move what it holds one level up\n",
     false},
    {"not_utf8", "config/catalogue/services/dc-south.yaml", "Datahall", "Datah\xe5ll",
     "config/catalogue/services/dc-south.yaml:LINE:12: error: this is not UTF-8\n"
     "  save the file as UTF-8\n",
     false},
    {"sector_nobody_has", "config/catalogue/activities/lab-east.yaml", "[healthcare_provider]",
     "[healthcare_provider, education]",
     "config/catalogue/activities/lab-east.yaml:LINE:32: error: no criterion names the sector education\n"
     "  its limitations make nothing reportable by themselves\n",
     true},
};

INSTANTIATE_TEST_SUITE_P(, ChangedRegion, testing::ValuesIn(kChanges),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace avbrottsvakt
