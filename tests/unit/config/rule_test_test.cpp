#include "config/rule_test.h"

#include <gtest/gtest.h>

#include "config/rule_values.h"
#include "files.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

const std::filesystem::path kSource = AV_SOURCE_DIR;

const Region& sample() {
  static const auto region = load_region(kSource / "config/avbrottsvakt.yaml");
  return *region;
}

const char* const kSmall =
    "administrations: [{administration: a, name: A}]\n"
    "roles: [{role: ksd-on-call, name: KSD}, {role: security-protection-officer, name: SSC},"
    " {role: duty-officer-region, name: TiB}]\n"
    "services: [{service: record, name: Journalen, match: ['{service=\"record\"}']}]\n"
    "activities: [{activity: ward, name: Avdelningen, administration: a, mta: 2h, uses: [{all: [record]}]}]\n";

const char* const kHead = "name: Prov\nstart: 2026-11-22T02:00:00+01:00\nregion: regions/small.yaml\n";

struct Written {
  const char* name;
  const char* test;   ///< t.yaml
  const char* small;  ///< regions/small.yaml
  const char* said;
};
void PrintTo(const Written& one, std::ostream* stream) { *stream << one.name; }

class RuleTestFiles : public testing::TestWithParam<Written> {};

TEST_P(RuleTestFiles, are_checked) {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "t.yaml", std::string(kHead) + GetParam().test);
  write_bytes(folder.path() / "regions/small.yaml", GetParam().small);
  const auto tests = load_rule_tests(folder.path(), sample());
  EXPECT_EQ(tests ? "" : text_of(tests.error(), folder.path()), GetParam().said);
}

const Written kWritten[] = {
    {"one_story",
     "events: [{at: 0m, signal: {service: record, is: down}}]\nexpect: [{at: 0m, alert: opened, of: record}]\n", kSmall,
     ""},
    {"several", "cases:\n  - {name: Ett, expect: [{at: 0m, silent: alerts}]}\n  - {name: Två, totals: {alerts: 0}}\n",
     kSmall, ""},
    {"expects_nothing_yet", "events: [{at: 0m, signal: {service: record, is: down}}]\n", kSmall, ""},
    {"expects_beside_its_cases",
     "expect: [{at: 0m, silent: alerts}]\ncases:\n  - {name: Ett, expect: [{at: 0m, silent: alerts}]}\n", kSmall,
     "t.yaml:4:9: error: a file with cases expects nothing of its own\n  move it into the case that it is about\n"},
    {"of_the_configured_region",
     "expect: [{at: 0m, silent: alerts}]\nevents: [{at: 0m, signal: {service: cosmic, is: up}}]\n", kSmall,
     "t.yaml:5:37: error: there is no service cosmic\n  there are record\n"},
    {"small_region_that_is_wrong", "expect: [{at: 0m, silent: alerts}]\n",
     "administrations: [{administration: a, name: A}]\n"
     "activities: [{activity: ward, name: Avdelningen, administration: b, mta: 2h}]\n",
     "regions/small.yaml:2:66: error: there is no administration b\n  there are a\n"},
    {"small_region_without_the_roles_of_the_rules", "expect: [{at: 0m, silent: alerts}]\n",
     "administrations: [{administration: a, name: A}]\nroles: [{role: security-protection-officer, name: SSC},"
     " {role: duty-officer-region, name: TiB}]\n",
     "regions/small.yaml:1:1: error: there is no role ksd-on-call\n"
     "  add it to the catalogue, or remove the reference\n"},
};

INSTANTIATE_TEST_SUITE_P(, RuleTestFiles, testing::ValuesIn(kWritten),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(RuleTestFolder, ThatIsEmptyTestsNothing) {
  const TemporaryFolder folder;
  const auto tests = load_rule_tests(folder.path(), sample());
  ASSERT_FALSE(tests.has_value());
  EXPECT_EQ(tests.error().front().code, ErrorCode::not_found);
}

TEST(RuleTestCase, GoesOnAnHourAfterItsLastEventOrExpectation) {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "regions/small.yaml", kSmall);
  write_bytes(folder.path() / "t.yaml", std::string(kHead) +
                                            "events: [{at: 5m, signal: {service: record, is: down}}]\n"
                                            "cases:\n"
                                            "  - {name: Ett, expect: [{at: 1m to 7m, silent: alerts}]}\n"
                                            "  - {name: Två, expect: [{at: 1m, silent: alerts}], events: [{at: 2m}]}\n"
                                            "  - {name: Tre, expect: [{at: 1m, silent: alerts}], until: 9m}\n"
                                            "  - {name: Fyra, start: 2026-01-01T00:00:00Z, totals: {alerts: 1}}\n");
  const auto tests = load_rule_tests(folder.path() / "t.yaml", sample());
  ASSERT_TRUE(tests.has_value()) << text_of(tests.error(), folder.path());
  const std::vector<Script>& cases = tests->files.at(0).cases;
  ASSERT_EQ(cases.size(), 4U);
  EXPECT_EQ(cases[0].until - cases[0].start, std::chrono::minutes(67));
  EXPECT_EQ(cases[1].until - cases[1].start, std::chrono::minutes(65));
  EXPECT_EQ(cases[2].until - cases[2].start, std::chrono::minutes(9));
  // What is counted ends where the file does.
  EXPECT_EQ(cases[3].until - cases[3].start, std::chrono::minutes(5));
  EXPECT_EQ(format_instant(cases[3].start), "2026-01-01T00:00:00.000Z");
  EXPECT_EQ(cases[1].events.size(), 2U);
  EXPECT_EQ(cases[1].events.front().at - cases[1].start, std::chrono::minutes(2));
}

// Values of the rules.

const RuleValue* value_of(const std::vector<RuleValue>& values, const std::string& file, const std::string& name) {
  for (const RuleValue& value : values) {
    if (value.name == name && value.place.file.ends_with(file)) return &value;
  }
  return nullptr;
}

struct Moved {
  const char* name;
  const char* file;
  const char* path;
  const char* text;
  std::vector<std::string> moved;
};
void PrintTo(const Moved& one, std::ostream* stream) { *stream << one.name; }

class RuleValues : public testing::TestWithParam<Moved> {};

TEST_P(RuleValues, are_found_where_they_stand_and_moved_by_the_least) {
  static const std::vector<RuleValue> values = rule_values(sample());
  const RuleValue* value = value_of(values, GetParam().file, GetParam().path);
  ASSERT_NE(value, nullptr);
  EXPECT_EQ(value->text, GetParam().text);
  EXPECT_EQ(value->moved, GetParam().moved);
  EXPECT_GT(value->place.line, 1);
}

INSTANTIATE_TEST_SUITE_P(
    , RuleValues,
    testing::Values(Moved{"period", "nis2.yaml", "stages[0].due.within", "24h", {"23h59m59s999ms", "24h1ms"}},
                    Moved{"month", "nis2.yaml", "stages[5].due.within", "1 month", {"27 days", "2 months"}},
                    Moved{"percent", "nis2.yaml", "assess.ask_next_percent", "75", {"74", "76"}},
                    Moved{"date", "nis2.yaml", "valid.from", "2026-01-15", {"2026-01-14", "2026-01-16"}},
                    Moved{"anchor", "nis2.yaml", "stages[5].due.of", "submitted(notification)", {"known_incident"}},
                    Moved{"awareness", "nis2.yaml", "stages[0].due.of", "known_incident", {"known_significant"}},
                    Moved{"significance", "gdpr.yaml", "stages[1].due.of", "known_significant", {"known_incident"}},
                    Moved{"role", "escalation.yaml", "follow_up.tell", "duty-officer-region", {"ksd-on-call"}},
                    Moved{"policy", "escalation.yaml", "settle", "5m", {"4m59s999ms", "5m1ms"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST(RuleValue, ThatOnlyPeopleReadIsNone) {
  for (const RuleValue& value : rule_values(sample())) {
    EXPECT_EQ(value.name.find("source"), std::string::npos) << value.name;
    EXPECT_FALSE(value.name.ends_with(".text") || value.name.ends_with(".ask") || value.name == "name") << value.name;
    EXPECT_FALSE(value.moved.empty()) << value.name;
  }
}

TEST(RuleValue, IsMovedAloneInABundle) {
  const std::vector<RuleValue> values = rule_values(sample());
  const RuleValue* settle = value_of(values, "escalation.yaml", "settle");
  ASSERT_NE(settle, nullptr);
  const auto index = static_cast<std::size_t>(settle - values.data());
  const std::string moved = bundle_with(sample().bundle, index, "7m");
  EXPECT_EQ(compile_bundle(moved).value()->rules.escalation.settle, std::chrono::minutes(7));
  EXPECT_EQ(bundle_with(moved, index, "5m"), sample().bundle);
}

}  // namespace
}  // namespace avbrottsvakt
