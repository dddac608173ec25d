#include "base/time.h"

#include <gtest/gtest.h>

#include <random>

namespace avbrottsvakt {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

struct Read {
  const char* name;
  const char* text;
  const char* utc;  ///< null: refused
  int column = 0;
};
void PrintTo(const Read& read, std::ostream* out) { *out << read.text; }

class ParseInstant : public testing::TestWithParam<Read> {};

TEST_P(ParseInstant, ReadsOrRefuses) {
  const Result<Instant> at = parse_instant(GetParam().text);
  if (GetParam().utc != nullptr) {
    ASSERT_TRUE(at.has_value()) << at.error().message;
    EXPECT_EQ(format_instant(*at), GetParam().utc);
  } else {
    ASSERT_FALSE(at.has_value()) << format_instant(*at);
    EXPECT_EQ(at.error().code, ErrorCode::invalid_input);
    EXPECT_EQ(at.error().place.column, GetParam().column);
    EXPECT_FALSE(at.error().remedy.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ParseInstant,
    testing::Values(
        Read{"Utc", "2026-11-22T02:13:00Z", "2026-11-22T02:13:00.000Z"},
        Read{"EastOfGreenwich", "2026-11-22T03:13:00+01:00", "2026-11-22T02:13:00.000Z"},
        Read{"WestAcrossMidnight", "2026-11-21T23:30:00-05:30", "2026-11-22T05:00:00.000Z"},
        Read{"EastAcrossYearEnd", "2027-01-01T00:30:00+01:00", "2026-12-31T23:30:00.000Z"},
        Read{"UnknownLocalOffset", "2026-11-22T02:13:00-00:00", "2026-11-22T02:13:00.000Z"},
        Read{"LowerCase", "2026-11-22t02:13:00z", "2026-11-22T02:13:00.000Z"},
        Read{"OneDecimal", "2026-11-22T02:13:00.5Z", "2026-11-22T02:13:00.500Z"},
        Read{"NineDecimalsAreCutOff", "2026-11-22T02:13:00.123999999Z", "2026-11-22T02:13:00.123Z"},
        Read{"LastMillisecondOfADay", "2026-12-31T23:59:59.999Z", "2026-12-31T23:59:59.999Z"},
        Read{"LeapSecondIsTheNextInstant", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000Z"},
        Read{"LeapDay", "2028-02-29T00:00:00Z", "2028-02-29T00:00:00.000Z"},
        Read{"BeforeTheEpoch", "1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        Read{"FirstYear", "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"}, Read{"Empty", "", nullptr, 1},
        Read{"DateOnly", "2026-11-22", nullptr, 11}, Read{"LocalTime", "2026-11-22T02:13:00", nullptr, 20},
        Read{"NoSuchDay", "2027-02-29T00:00:00Z", nullptr, 1},
        Read{"MonthThirteen", "2026-13-01T00:00:00Z", nullptr, 1}, Read{"Hour24", "2026-11-22T24:00:00Z", nullptr, 14},
        Read{"Minute60", "2026-11-22T02:60:00Z", nullptr, 17}, Read{"Second61", "2026-11-22T02:13:61Z", nullptr, 20},
        Read{"PointWithoutDigits", "2026-11-22T02:13:00.Z", nullptr, 21},
        Read{"OffsetWithoutColon", "2026-11-22T02:13:00+0100", nullptr, 23},
        Read{"SpaceForT", "2026-11-22 02:13:00Z", nullptr, 11}, Read{"Trailing", "2026-11-22T02:13:00Z ", nullptr, 21},
        Read{"OneDigitMonth", "2026-1-22T02:13:00Z", nullptr, 6}),
    [](const auto& test) { return test.param.name; });

TEST(FormatInstant, BeyondWhatTheFormatHas) {
  EXPECT_EQ(format_instant(kNever), "9999-12-31T23:59:59.999Z");
  EXPECT_EQ(format_instant(Instant::min()), "0000-01-01T00:00:00.000Z");
}

TEST(FormatInstant, IsReadBack) {
  std::mt19937_64 random(20261122);
  // 0000-01-01 to 9999-12-31.
  std::uniform_int_distribution<std::int64_t> any(-62167219200000, 253402300799999);
  for (int i = 0; i < 20000; ++i) {
    const Instant at{Millis(any(random))};
    ASSERT_EQ(parse_instant(format_instant(at)).value(), at) << format_instant(at);
  }
}

struct Length {
  const char* name;
  const char* text;
  std::optional<Millis> duration;
  int column = 0;
};
void PrintTo(const Length& length, std::ostream* out) { *out << length.text; }

class ParseDuration : public testing::TestWithParam<Length> {};

TEST_P(ParseDuration, ReadsOrRefuses) {
  const Result<Millis> duration = parse_duration(GetParam().text);
  if (GetParam().duration) {
    ASSERT_TRUE(duration.has_value()) << duration.error().message;
    EXPECT_EQ(*duration, *GetParam().duration);
  } else {
    ASSERT_FALSE(duration.has_value()) << format_duration(*duration);
    EXPECT_EQ(duration.error().place.column, GetParam().column);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ParseDuration,
    testing::Values(Length{"Minutes", "90m", minutes(90)}, Length{"HoursAndMinutes", "1h30m", minutes(90)},
                    Length{"Milliseconds", "250ms", Millis(250)}, Length{"Days", "2d", days(2)},
                    Length{"All", "1d2h3m4s5ms", days(1) + hours(2) + minutes(3) + seconds(4) + Millis(5)},
                    Length{"MinutesThenMilliseconds", "1m1ms", Millis(60001)}, Length{"Zero", "0s", Millis(0)},
                    Length{"ZeroInside", "1h0m", hours(1)}, Length{"LeadingZeros", "007s", seconds(7)},
                    Length{"AtTheBound", "3650d", days(3650)},
                    Length{"AtTheBoundInMilliseconds", "315360000000ms", days(3650)},
                    Length{"JustAboveTheBound", "3650d1ms", std::nullopt, 6},
                    Length{"JustAboveInMilliseconds", "315360000001ms", std::nullopt, 1},
                    Length{"FarAboveTheBound", "99999999999999999999999999d", std::nullopt, 1},
                    Length{"Empty", "", std::nullopt, 1}, Length{"NoUnit", "90", std::nullopt, 3},
                    Length{"NoNumber", "m", std::nullopt, 1}, Length{"SmallestFirst", "30m1h", std::nullopt, 5},
                    Length{"Twice", "1h1h", std::nullopt, 4}, Length{"Negative", "-5m", std::nullopt, 1},
                    Length{"Fraction", "1.5h", std::nullopt, 2}, Length{"Space", "90 m", std::nullopt, 3},
                    Length{"UnknownUnit", "3w", std::nullopt, 2}, Length{"Trailing", "90m ", std::nullopt, 3}),
    [](const auto& test) { return test.param.name; });

TEST(FormatDuration, Texts) {
  EXPECT_EQ(format_duration(minutes(90)), "1h30m");
  EXPECT_EQ(format_duration(Millis(0)), "0s");
  EXPECT_EQ(format_duration(Millis(1)), "1ms");
  EXPECT_EQ(format_duration(hours(24)), "1d");
  EXPECT_EQ(format_duration(hours(24) - Millis(1)), "23h59m59s999ms");
  EXPECT_EQ(format_duration(-minutes(5)), "-5m");
  EXPECT_EQ(format_duration(Millis::min()), "-106751991167d7h12m55s808ms");
}

TEST(FormatDuration, IsReadBack) {
  std::mt19937_64 random(20261123);
  std::uniform_int_distribution<std::int64_t> any(0, Millis(days(3650)).count());
  std::uniform_int_distribution<std::int64_t> shift(0, 38);
  for (int i = 0; i < 20000; ++i) {
    // Short and long ones alike.
    const Millis duration(any(random) >> shift(random));
    ASSERT_EQ(parse_duration(format_duration(duration)).value(), duration) << format_duration(duration);
  }
}

TEST(Date, ReadsAndRefuses) {
  EXPECT_EQ(format_date(parse_date("2026-07-01").value()), "2026-07-01");
  EXPECT_EQ(format_date(parse_date("2028-02-29").value()), "2028-02-29");
  EXPECT_FALSE(parse_date("2027-02-29").has_value());
  EXPECT_FALSE(parse_date("2026-00-01").has_value());
  EXPECT_EQ(parse_date("2026-07-1").error().place.column, 9);
  EXPECT_EQ(parse_date("2026-07-011").error().place.column, 11);
  EXPECT_FALSE(parse_date("26-07-01").has_value());
  EXPECT_FALSE(parse_date("").has_value());
}

}  // namespace
}  // namespace avbrottsvakt
