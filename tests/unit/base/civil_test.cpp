#include "base/civil.h"

#include <gtest/gtest.h>

#include "stockholm.h"

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

LocalTime local(const char* day, Millis time_of_day) { return {date(day), time_of_day}; }

struct Shown {
  const char* name;
  const char* utc;
  const char* day;
  Millis time_of_day;
};
void PrintTo(const Shown& shown, std::ostream* out) { *out << shown.utc; }

class ToLocal : public testing::TestWithParam<Shown> {};

TEST_P(ToLocal, ShowsTheLocalTime) {
  const LocalTime shown = to_local(stockholm(), instant(GetParam().utc));
  EXPECT_EQ(format_date(shown.date), GetParam().day);
  EXPECT_EQ(shown.time_of_day, GetParam().time_of_day);
}

INSTANTIATE_TEST_SUITE_P(
    Instants, ToLocal,
    testing::Values(Shown{"Winter", "2026-11-22T02:13:00Z", "2026-11-22", hours(3) + minutes(13)},
                    Shown{"Summer", "2026-07-01T22:00:00Z", "2026-07-02", Millis(0)},
                    Shown{"JustBeforeSpring", "2027-03-28T00:59:59.999Z", "2027-03-28", hours(2) - Millis(1)},
                    Shown{"AtSpring", "2027-03-28T01:00:00Z", "2027-03-28", hours(3)},
                    Shown{"JustBeforeAutumn", "2026-10-25T00:59:59.999Z", "2026-10-25", hours(3) - Millis(1)},
                    Shown{"AtAutumn", "2026-10-25T01:00:00Z", "2026-10-25", hours(2)},
                    Shown{"YearEnd", "2026-12-31T23:00:00Z", "2027-01-01", Millis(0)},
                    Shown{"BeforeTheTableBegins", "1990-01-01T00:00:00Z", "1990-01-01", hours(1)},
                    Shown{"AfterTheTableEnds", "2040-07-01T00:00:00Z", "2040-07-01", hours(1)}),
    [](const auto& test) { return test.param.name; });

struct Meant {
  const char* name;
  const char* day;
  Millis time_of_day;
  const char* utc;
};
void PrintTo(const Meant& meant, std::ostream* out) { *out << meant.utc; }

class FromLocal : public testing::TestWithParam<Meant> {};

TEST_P(FromLocal, GivesTheInstant) {
  EXPECT_EQ(format_instant(from_local(stockholm(), local(GetParam().day, GetParam().time_of_day))), GetParam().utc);
}

INSTANTIATE_TEST_SUITE_P(
    Times, FromLocal,
    testing::Values(Meant{"Winter", "2026-11-22", hours(3), "2026-11-22T02:00:00.000Z"},
                    Meant{"Summer", "2026-07-01", hours(3), "2026-07-01T01:00:00.000Z"},
                    Meant{"JustBeforeTheGap", "2027-03-28", hours(2) - Millis(1), "2027-03-28T00:59:59.999Z"},
                    Meant{"GapBegins", "2027-03-28", hours(2), "2027-03-28T01:00:00.000Z"},
                    Meant{"InTheGap", "2027-03-28", hours(2) + minutes(30), "2027-03-28T01:00:00.000Z"},
                    Meant{"LastOfTheGap", "2027-03-28", hours(3) - Millis(1), "2027-03-28T01:00:00.000Z"},
                    Meant{"GapOver", "2027-03-28", hours(3), "2027-03-28T01:00:00.000Z"},
                    Meant{"JustAfterTheGap", "2027-03-28", hours(3) + Millis(1), "2027-03-28T01:00:00.001Z"},
                    Meant{"JustBeforeTheOverlap", "2026-10-25", hours(2) - Millis(1), "2026-10-24T23:59:59.999Z"},
                    Meant{"OverlapBegins", "2026-10-25", hours(2), "2026-10-25T00:00:00.000Z"},
                    Meant{"TwiceIsTheFirst", "2026-10-25", hours(2) + minutes(30), "2026-10-25T00:30:00.000Z"},
                    Meant{"LastOfTheOverlap", "2026-10-25", hours(3) - Millis(1), "2026-10-25T00:59:59.999Z"},
                    Meant{"AfterTheOverlap", "2026-10-25", hours(3), "2026-10-25T02:00:00.000Z"},
                    Meant{"BeforeTheTableBegins", "1990-07-01", hours(3), "1990-07-01T02:00:00.000Z"}),
    [](const auto& test) { return test.param.name; });

TEST(FromLocal, TurnsToLocalAround) {
  const ZoneTable zone = stockholm();
  // Every seventh minute of four years; the second pass through the doubled hour reads as the first.
  for (Instant at = instant("2025-01-01T00:00:00Z"); at < instant("2029-01-01T00:00:00Z"); at += minutes(7)) {
    const Instant back = from_local(zone, to_local(zone, at));
    const bool second_pass = offset_at(zone, at) < offset_at(zone, at - hours(1));
    ASSERT_EQ(back, second_pass ? at - hours(1) : at) << format_instant(at);
  }
}

TEST(FromLocal, TwoChangesWithinADay) {
  const ZoneTable zone{"Nowhere",
                       {{instant("2026-01-01T00:00:00Z"), hours(0)},
                        {instant("2026-06-01T06:00:00Z"), hours(1)},
                        {instant("2026-06-01T12:00:00Z"), hours(3)}}};
  EXPECT_EQ(format_instant(from_local(zone, local("2026-06-01", hours(6)))), "2026-06-01T06:00:00.000Z");
  EXPECT_EQ(format_instant(from_local(zone, local("2026-06-01", hours(8)))), "2026-06-01T07:00:00.000Z");
  EXPECT_EQ(format_instant(from_local(zone, local("2026-06-01", hours(14)))), "2026-06-01T12:00:00.000Z");
  EXPECT_EQ(format_instant(from_local(zone, local("2026-06-01", hours(16)))), "2026-06-01T13:00:00.000Z");
}

struct PeriodText {
  const char* name;
  const char* text;
  std::optional<Period> period;
  int column = 0;
};
void PrintTo(const PeriodText& text, std::ostream* out) { *out << text.text; }

class ParsePeriod : public testing::TestWithParam<PeriodText> {};

TEST_P(ParsePeriod, ReadsAndWritesOrRefuses) {
  const Result<Period> period = parse_period(GetParam().text);
  if (GetParam().period) {
    ASSERT_TRUE(period.has_value()) << period.error().message;
    EXPECT_EQ(*period, *GetParam().period);
    EXPECT_EQ(format_period(*period), GetParam().text);
  } else {
    ASSERT_FALSE(period.has_value()) << format_period(*period);
    EXPECT_EQ(period.error().place.column, GetParam().column);
  }
}

constexpr Period in_days(int count) { return {Period::Kind::days, Millis(0), count}; }
constexpr Period in_months(int count) { return {Period::Kind::months, Millis(0), count}; }
constexpr Period exactly(Millis length) { return {Period::Kind::exact, length, 0}; }

INSTANTIATE_TEST_SUITE_P(
    Texts, ParsePeriod,
    testing::Values(
        PeriodText{"Hours", "24h", exactly(hours(24))}, PeriodText{"ManyHours", "72h", exactly(hours(72))},
        PeriodText{"HoursAndMinutes", "1h30m", exactly(minutes(90))},
        PeriodText{"Minutes", "30m", exactly(minutes(30))}, PeriodText{"OneDay", "1 day", in_days(1)},
        PeriodText{"Days", "15 days", in_days(15)}, PeriodText{"OneMonth", "1 month", in_months(1)},
        PeriodText{"Months", "3 months", in_months(3)}, PeriodText{"MostDays", "3650 days", in_days(3650)},
        PeriodText{"MostMonths", "120 months", in_months(120)}, PeriodText{"TooManyDays", "3651 days", std::nullopt, 1},
        PeriodText{"TooManyMonths", "121 months", std::nullopt, 1}, PeriodText{"DaysAsAUnit", "1d", std::nullopt, 2},
        PeriodText{"NoHours", "0h", std::nullopt, 1}, PeriodText{"NoDays", "0 days", std::nullopt, 1},
        PeriodText{"Negative", "-1 days", std::nullopt, 1}, PeriodText{"OneDays", "1 days", std::nullopt, 3},
        PeriodText{"TwoMonth", "2 month", std::nullopt, 3}, PeriodText{"Weeks", "2 weeks", std::nullopt, 3},
        PeriodText{"TwoSpaces", "2  days", std::nullopt, 3}, PeriodText{"Empty", "", std::nullopt, 1},
        PeriodText{"NoNumber", " month", std::nullopt, 1}, PeriodText{"Huge", "99999999999999 days", std::nullopt, 1}),
    [](const auto& test) { return test.param.name; });

struct DeadlineCase {
  const char* name;
  const char* period;
  const char* anchor;
  const char* due;
  const char* legal_latest;
  const char* target;
};
void PrintTo(const DeadlineCase& c, std::ostream* out) { *out << c.period << " after " << c.anchor; }

class DeadlineAfter : public testing::TestWithParam<DeadlineCase> {};

TEST_P(DeadlineAfter, IsComputed) {
  const DeadlineCase& c = GetParam();
  const Deadline deadline =
      deadline_after(parse_period(c.period).value(), instant(c.anchor), stockholm(), swedish_holidays());
  EXPECT_EQ(deadline.due, instant(c.due)) << format_instant(deadline.due);
  EXPECT_EQ(deadline.legal_latest, instant(c.legal_latest)) << format_instant(deadline.legal_latest);
  EXPECT_EQ(format_date(deadline.target), c.target);
}

INSTANTIATE_TEST_SUITE_P(ExactHours, DeadlineAfter,
                         testing::Values(
                             // Saturday 10:00 winter time; a working day lies neither on Sunday nor between.
                             DeadlineCase{"24hAcrossSpring", "24h", "2027-03-27T10:00:00+01:00",
                                          "2027-03-28T11:00:00+02:00", "2027-03-28T11:00:00+02:00", "2027-03-28"},
                             DeadlineCase{"24hAcrossAutumn", "24h", "2026-10-24T10:00:00+02:00",
                                          "2026-10-25T09:00:00+01:00", "2026-10-25T09:00:00+01:00", "2026-10-25"},
                             DeadlineCase{"24hUpToTheChange", "24h", "2027-03-27T02:00:00+01:00",
                                          "2027-03-28T03:00:00+02:00", "2027-03-28T03:00:00+02:00", "2027-03-28"},
                             DeadlineCase{"24hJustBeforeTheChange", "24h", "2027-03-27T01:59:59.999+01:00",
                                          "2027-03-28T01:59:59.999+01:00", "2027-03-28T01:59:59.999+01:00",
                                          "2027-03-28"},
                             DeadlineCase{"72hOverAWeekend", "72h", "2026-11-20T15:00:00+01:00",
                                          "2026-11-23T15:00:00+01:00", "2026-11-23T15:00:00+01:00", "2026-11-23"},
                             DeadlineCase{"24hIntoSaturdayAimsAtFriday", "24h", "2026-11-20T15:00:00+01:00",
                                          "2026-11-21T15:00:00+01:00", "2026-11-21T15:00:00+01:00", "2026-11-20"},
                             DeadlineCase{"24hAcrossYearEnd", "24h", "2026-12-30T23:30:00+01:00",
                                          "2026-12-31T23:30:00+01:00", "2026-12-31T23:30:00+01:00", "2026-12-30"}),
                         [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Months, DeadlineAfter,
    testing::Values(DeadlineCase{"January31", "1 month", "2027-01-31T10:00:00+01:00", "2027-02-28T10:00:00+01:00",
                                 "2027-03-01T23:59:59.999+01:00", "2027-02-26"},
                    DeadlineCase{"January31LeapYear", "1 month", "2028-01-31T10:00:00+01:00",
                                 "2028-02-29T10:00:00+01:00", "2028-02-29T23:59:59.999+01:00", "2028-02-29"},
                    DeadlineCase{"January30LeapYear", "1 month", "2028-01-30T10:00:00+01:00",
                                 "2028-02-29T10:00:00+01:00", "2028-02-29T23:59:59.999+01:00", "2028-02-29"},
                    DeadlineCase{"February28IsNotStretched", "1 month", "2027-02-28T10:00:00+01:00",
                                 "2027-03-28T10:00:00+02:00", "2027-03-30T23:59:59.999+02:00", "2027-03-25"},
                    DeadlineCase{"AcrossTheYearEnd", "1 month", "2026-12-15T10:00:00+01:00",
                                 "2027-01-15T10:00:00+01:00", "2027-01-15T23:59:59.999+01:00", "2027-01-15"},
                    DeadlineCase{"ThreeMonthsAcrossTheYearEnd", "3 months", "2026-11-30T10:00:00+01:00",
                                 "2027-02-28T10:00:00+01:00", "2027-03-01T23:59:59.999+01:00", "2027-02-26"},
                    DeadlineCase{"SameTimeOfDayInSummer", "1 month", "2027-03-01T10:00:00+01:00",
                                 "2027-04-01T10:00:00+02:00", "2027-04-01T23:59:59.999+02:00", "2027-04-01"},
                    DeadlineCase{"IntoTheGap", "1 month", "2027-02-28T02:30:00+01:00", "2027-03-28T03:00:00+02:00",
                                 "2027-03-30T23:59:59.999+02:00", "2027-03-25"},
                    DeadlineCase{"IntoTheDoubledHour", "1 month", "2026-09-25T02:30:00+02:00",
                                 "2026-10-25T02:30:00+02:00", "2026-10-26T23:59:59.999+01:00", "2026-10-23"},
                    // The civil date counts, not that of UTC.
                    DeadlineCase{"LocalDateOfTheAnchor", "1 month", "2026-10-31T23:30:00Z", "2026-12-01T00:30:00+01:00",
                                 "2026-12-01T23:59:59.999+01:00", "2026-12-01"},
                    DeadlineCase{"EveIsAWorkingDayOfTheLawButNotOfPeople", "1 month", "2026-11-24T10:00:00+01:00",
                                 "2026-12-24T10:00:00+01:00", "2026-12-24T23:59:59.999+01:00", "2026-12-23"},
                    DeadlineCase{"ChristmasDay", "1 month", "2026-11-25T10:00:00+01:00", "2026-12-25T10:00:00+01:00",
                                 "2026-12-28T23:59:59.999+01:00", "2026-12-23"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Days, DeadlineAfter,
    testing::Values(DeadlineCase{"FifteenDays", "15 days", "2026-11-01T10:00:00+01:00", "2026-11-16T10:00:00+01:00",
                                 "2026-11-16T23:59:59.999+01:00", "2026-11-16"},
                    DeadlineCase{"OneDayIsNotAlways24h", "1 day", "2027-03-27T10:00:00+01:00",
                                 "2027-03-28T10:00:00+02:00", "2027-03-30T23:59:59.999+02:00", "2027-03-28"},
                    // From Thursday: Friday and, Saturday being the last, Monday are two working days.
                    DeadlineCase{"TwoDaysWithTwoWorkingDays", "2 days", "2026-11-19T10:00:00+01:00",
                                 "2026-11-21T10:00:00+01:00", "2026-11-23T23:59:59.999+01:00", "2026-11-20"},
                    // From Friday: Monday alone is one, Art. 3(5) adds Tuesday.
                    DeadlineCase{"TwoDaysWithOneWorkingDay", "2 days", "2026-11-20T10:00:00+01:00",
                                 "2026-11-22T10:00:00+01:00", "2026-11-24T23:59:59.999+01:00", "2026-11-20"},
                    DeadlineCase{"TwoDaysMidweek", "2 days", "2026-11-16T10:00:00+01:00", "2026-11-18T10:00:00+01:00",
                                 "2026-11-18T23:59:59.999+01:00", "2026-11-18"},
                    DeadlineCase{"ThreeDaysOverChristmas", "3 days", "2026-12-24T10:00:00+01:00",
                                 "2026-12-27T10:00:00+01:00", "2026-12-29T23:59:59.999+01:00", "2026-12-27"}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace avbrottsvakt
