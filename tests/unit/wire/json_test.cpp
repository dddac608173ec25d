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
  EXPECT_EQ(read.error().message, "/first/nane: no key of this name is known here; known are id, name");
}

const std::string kDeep = "{\"began\":" + std::string(10'000, '[') + std::string(10'000, ']') + "}";

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
    ::testing::Values(
        JsonCase{"Empty", "", "not JSON"}, JsonCase{"Cut", R"({"level":"critical")", "not JSON"},
        JsonCase{"NotUtf8", "{\"began\":\"\xff\"}", "not JSON"}, JsonCase{"List", "[]", "expected an object"},
        JsonCase{"NumberForText", R"({"began":1})", "/began: expected a text"},
        JsonCase{"NullForText", R"({"began":null})", "/began: expected a text"},
        JsonCase{"TextForFlag", R"({"settling":"true"})", "/settling: expected true or false"},
        JsonCase{"TextForNumber", R"({"services":"1"})", "/services: expected a whole number"},
        JsonCase{"Fraction", R"({"services":1.5})", "/services: expected a whole number"},
        JsonCase{"BelowZero", R"({"services":-1})", "/services: expected a whole number"},
        JsonCase{"TooLarge", R"({"services":4294967296})", "/services: expected a whole number"},
        JsonCase{"UnknownWord", R"({"level":"disaster"})", "/level: expected one of notice, "},
        JsonCase{"WordOfNothing", R"({"level":"unspecified"})", "/level: expected one of notice, "},
        JsonCase{"WordInCapitals", R"({"level":"CRITICAL"})", "/level: expected one of notice, "},
        JsonCase{"NumberForWord", R"({"level":3})", "/level: expected a word"},
        JsonCase{"TextForObject", R"({"first":"cosmic"})", "/first: expected an object"},
        JsonCase{"OneForMany", R"({"summaries":"one"})", "/summaries: expected a list"},
        JsonCase{"Deeper", R"({"entries":[{"subject":{"id":1}}]})", "/entries/0/subject/id: expected a text"},
        JsonCase{"SecondOfMany", R"({"summaries":["one",2]})", "/summaries/1: expected a text"},
        JsonCase{"KeyTwice", R"({"began":"a","level":"critical","began":"b"})", "/began: this key stands twice"},
        JsonCase{"ListTwice", R"({"summaries":["a"],"summaries":["b"]})", "/summaries: this key stands"},
        JsonCase{"BeyondInt64", R"({"services":9223372036854775808})", "/services: expected a whole"},
        JsonCase{"Beyond64Bits", R"({"services":18446744073709551616})", "not JSON"},
        JsonCase{"TooDeep", kDeep.c_str(), "not JSON"}),
    [](const auto& case_) { return case_.param.name; });

TEST(ReadJson, DoesNotReadBytes) {
  v1::Unreadable record;
  const auto read = read_json(R"({"value":"AAAA"})", UnknownKeys::pass_over, record);
  ASSERT_FALSE(read.has_value());
  EXPECT_THAT(read.error().message, HasSubstr("/value: expected nothing"));
}

}  // namespace
}  // namespace avbrottsvakt
