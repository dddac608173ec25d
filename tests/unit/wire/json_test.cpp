#include "wire/json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "avbrottsvakt/v1/input.pb.h"
#include "avbrottsvakt/v1/output.pb.h"
#include "avbrottsvakt/v1/state.pb.h"

namespace avbrottsvakt {
namespace {

using ::testing::HasSubstr;

TEST(WriteJson, LeavesOutWhatSaysNothing) {
  EXPECT_EQ(write_json(v1::Named()), "{}");
  EXPECT_EQ(write_json(v1::CauseState()), R"({"labels_at_ms":0})");
  v1::Objective objective;
  objective.set_ended_at("");  // present, and empty
  EXPECT_EQ(write_json(objective), R"({"ended_at":""})");
}

TEST(WriteJson, WritesNumbersWhole) {
  v1::Unreadable record;
  record.set_partition(std::numeric_limits<std::int32_t>::min());
  record.set_offset(std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(write_json(record), R"({"partition":-2147483648,"offset":9223372036854775807})");
  v1::MetaState meta;
  meta.set_incidents(std::numeric_limits<std::uint64_t>::max());
  EXPECT_THAT(write_json(meta), HasSubstr(R"("incidents":18446744073709551615)"));
  v1::MetaState read;
  ASSERT_TRUE(read_json(write_json(meta), UnknownKeys::refuse, read).has_value());
  EXPECT_EQ(read.incidents(), meta.incidents());
}

TEST(ReadJson, PassesOverWhatAProgramMayHaveAdded) {
  v1::Named named;
  ASSERT_TRUE(read_json(R"({"id":"cosmic","added":{"later":[1,null]},"name":"COSMIC"})", UnknownKeys::pass_over, named)
                  .has_value());
  EXPECT_EQ(named.id(), "cosmic");
  EXPECT_EQ(named.name(), "COSMIC");
}

TEST(ReadJson, RefusesWhatAPersonMisspelt) {
  v1::Alert alert;
  const auto read = read_json(R"({"first":{"id":"cosmic","nane":"COSMIC"}})", UnknownKeys::refuse, alert);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().message, "avbrottsvakt.v1.Named has no key nane");
}

struct JsonCase {
  const char* name;
  const char* text;
  const char* message;
};
class RefusedJson : public ::testing::TestWithParam<JsonCase> {};

TEST_P(RefusedJson, SaysWhere) {
  v1::Alert alert;
  const auto read = read_json(GetParam().text, UnknownKeys::pass_over, alert);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(
    Json, RefusedJson,
    ::testing::Values(JsonCase{"Empty", "", "not JSON"}, JsonCase{"Cut", R"({"level":"critical")", "not JSON"},
                      JsonCase{"NotUtf8", "{\"began\":\"\xff\"}", "not JSON"},
                      JsonCase{"List", "[]", "must be an object"},
                      JsonCase{"NumberForText", R"({"began":1})", "Alert.began must be a text"},
                      JsonCase{"NullForText", R"({"began":null})", "Alert.began must be a text"},
                      JsonCase{"TextForFlag", R"({"settling":"true"})", "Alert.settling must be true or false"},
                      JsonCase{"TextForNumber", R"({"services":"1"})", "Alert.services must be a whole number"},
                      JsonCase{"Fraction", R"({"services":1.5})", "Alert.services must be a whole number"},
                      JsonCase{"BelowZero", R"({"services":-1})", "Alert.services must be a whole number"},
                      JsonCase{"TooLarge", R"({"services":4294967296})", "Alert.services must be a whole number"},
                      JsonCase{"UnknownWord", R"({"level":"disaster"})", "Alert.level must be one of the words"},
                      JsonCase{"WordOfNothing", R"({"level":"unspecified"})", "Alert.level must be one of the words"},
                      JsonCase{"WordInCapitals", R"({"level":"CRITICAL"})", "Alert.level must be one of the words"},
                      JsonCase{"NumberForWord", R"({"level":3})", "Alert.level must be a word"},
                      JsonCase{"TextForObject", R"({"first":"cosmic"})", "Alert.first must be an object"},
                      JsonCase{"OneForMany", R"({"summaries":"one"})", "Alert.summaries must be a list"},
                      JsonCase{"Deeper", R"({"entries":[{"subject":{"id":1}}]})", "Named.id must be a text"}),
    [](const auto& case_) { return case_.param.name; });

TEST(ReadJson, DoesNotReadBytes) {
  v1::Unreadable record;
  const auto read = read_json(R"({"value":"AAAA"})", UnknownKeys::pass_over, record);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("Unreadable.value"));
}

}  // namespace
}  // namespace avbrottsvakt
