#include "mapping/event_time.h"

#include <gtest/gtest.h>

#include "model/limits.h"

namespace avbrottsvakt::test {
namespace {

using namespace std::chrono_literals;

/// Stockholm around the two nights of 2026.
const ZoneTable& stockholm() {
  static const ZoneTable zone{"Europe/Stockholm",
                              {{*parse_instant("2025-10-26T01:00:00Z"), 1h},
                               {*parse_instant("2026-03-29T01:00:00Z"), 2h},
                               {*parse_instant("2026-10-25T01:00:00Z"), 1h}}};
  return zone;
}

struct Stamp {
  const char* name;
  const char* text;
  bool zone;
  const char* instant;  ///< null: refused
};

class Stamps : public testing::TestWithParam<Stamp> {};

TEST_P(Stamps, AreReadOrRefused) {
  const auto instant = parse_stamp(GetParam().text, GetParam().zone ? &stockholm() : nullptr);
  if (GetParam().instant == nullptr) {
    EXPECT_FALSE(instant);
  } else {
    ASSERT_TRUE(instant) << instant.error().message;
    EXPECT_EQ(format_instant(*instant), GetParam().instant);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Stamps, Stamps,
    testing::Values(Stamp{"Offset", "2026-11-22T02:13:00+01:00", false, "2026-11-22T01:13:00.000Z"},
                    Stamp{"OffsetOutranksZone", "2026-11-22T02:13:00Z", true, "2026-11-22T02:13:00.000Z"},
                    Stamp{"NanosecondsAreCut", "2026-11-22T02:13:00.123999999Z", false, "2026-11-22T02:13:00.123Z"},
                    Stamp{"NoOffsetNoZone", "2026-11-22T02:13:00", false, nullptr},
                    Stamp{"Local", "2026-11-22T02:13:00", true, "2026-11-22T01:13:00.000Z"},
                    Stamp{"LocalWithBlank", "2026-11-22 02:13:00", true, "2026-11-22T01:13:00.000Z"},
                    Stamp{"LocalSummer", "2026-07-01 02:13", true, "2026-07-01T00:13:00.000Z"},
                    Stamp{"LocalFraction", "2026-11-22 02:13:00.5", true, "2026-11-22T01:13:00.500Z"},
                    Stamp{"LocalTwice", "2026-10-25 02:30:00", true, "2026-10-25T00:30:00.000Z"},
                    Stamp{"LocalNever", "2026-03-29 02:30:00", true, "2026-03-29T01:00:00.000Z"},
                    Stamp{"LocalHour24", "2026-11-22 24:00:00", true, nullptr},
                    Stamp{"LocalMinute60", "2026-11-22 02:60:00", true, nullptr},
                    Stamp{"LocalSecond60", "2026-11-22 02:00:60", true, nullptr},
                    Stamp{"LocalNoDay", "2026-02-29 02:00:00", true, nullptr},
                    Stamp{"LocalTail", "2026-11-22 02:13:00 CET", true, nullptr},
                    Stamp{"LocalEmptyFraction", "2026-11-22 02:13:00.", true, nullptr},
                    Stamp{"LocalShort", "2026-11-22 02", true, nullptr}, Stamp{"Empty", "", true, nullptr}),
    [](const auto& p) { return std::string(p.param.name); });

struct Number {
  const char* name;
  const char* text;
  std::optional<std::int64_t> millis;
};

class Seconds : public testing::TestWithParam<Number> {};

TEST_P(Seconds, AreReadOrRefused) {
  const auto instant = parse_unix_seconds(GetParam().text);
  ASSERT_EQ(instant.has_value(), GetParam().millis.has_value());
  if (instant) {
    EXPECT_EQ(instant->time_since_epoch().count(), *GetParam().millis);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Seconds, Seconds,
    testing::Values(Number{"Whole", "1519304285", 1519304285000}, Number{"Fraction", "1697188278.2", 1697188278200},
                    Number{"RoundedDown", "1.0004", 1000}, Number{"RoundedUp", "1.0005", 1001},
                    Number{"NearlyTheNext", "1.9999999", 2000}, Number{"Zero", "0", 0},
                    Number{"FifteenDigits", "999999999999999", 999999999999999000},
                    Number{"SixteenDigits", "1000000000000000", std::nullopt}, Number{"Negative", "-1", std::nullopt},
                    Number{"Plus", "+1", std::nullopt}, Number{"Exponent", "1.5e9", std::nullopt},
                    Number{"Empty", "", std::nullopt}, Number{"OnlyPoint", ".", std::nullopt},
                    Number{"NoFraction", "1.", std::nullopt}, Number{"Words", "now", std::nullopt}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(UnixMilliseconds, AreReadOrRefused) {
  EXPECT_EQ(parse_unix_milliseconds("1519304285123")->time_since_epoch().count(), 1519304285123);
  EXPECT_TRUE(parse_unix_milliseconds("999999999999999999"));
  EXPECT_FALSE(parse_unix_milliseconds("1000000000000000000"));
  EXPECT_FALSE(parse_unix_milliseconds("1519304285123.5"));
  EXPECT_FALSE(parse_unix_milliseconds("-1"));
  EXPECT_FALSE(parse_unix_milliseconds(""));
}

TEST(Nanoseconds, AreCutToMilliseconds) {
  EXPECT_EQ(*parse_nanoseconds("0"), 0ms);
  EXPECT_EQ(*parse_nanoseconds("999999"), 0ms);
  EXPECT_EQ(*parse_nanoseconds("1000000"), 1ms);
  EXPECT_EQ(*parse_nanoseconds("999999999"), 999ms);
  EXPECT_FALSE(parse_nanoseconds("1000000000"));
  EXPECT_FALSE(parse_nanoseconds("-1"));
}

TEST(Plausible, FromTheYear2000To2100) {
  EXPECT_FALSE(plausible(*parse_instant("1999-12-31T23:59:59.999Z")));
  EXPECT_TRUE(plausible(*parse_instant("2000-01-01T00:00:00Z")));
  EXPECT_TRUE(plausible(*parse_instant("2099-12-31T23:59:59.999Z")));
  EXPECT_FALSE(plausible(*parse_instant("2100-01-01T00:00:00Z")));
}

TEST(ZeroTime, IsTheYear1Or1970) {
  EXPECT_TRUE(is_zero_time(*parse_instant("0001-01-01T00:00:00Z")));
  EXPECT_TRUE(is_zero_time(*parse_instant("1970-01-01T00:00:00Z")));
  EXPECT_FALSE(is_zero_time(*parse_instant("1970-01-01T00:00:00.001Z")));
}

}  // namespace
}  // namespace avbrottsvakt::test
