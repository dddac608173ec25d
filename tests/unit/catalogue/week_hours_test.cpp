#include "catalogue/week_hours.h"

#include <gtest/gtest.h>

#include <vector>

namespace avbrottsvakt {
namespace {

WeekHours of(const std::vector<const char*>& entries) {
  WeekHours hours;
  for (const char* entry : entries) {
    hours |= WeekHours::parse(entry).value();
  }
  return hours;
}

struct GapCase {
  const char* name;
  std::vector<const char*> covers;
  const char* gaps;
};
void PrintTo(const GapCase& one, std::ostream* out) { *out << one.name; }

class Gaps : public testing::TestWithParam<GapCase> {};

TEST_P(Gaps, AreWhatNobodyCovers) {
  const WeekHours hours = of(GetParam().covers);
  EXPECT_EQ(hours.gaps(), GetParam().gaps);
  EXPECT_EQ(hours.always(), *GetParam().gaps == '\0');
}

INSTANTIATE_TEST_SUITE_P(
    , Gaps,
    testing::Values(
        GapCase{"Never", {}, "at any time"}, GapCase{"Always", {"always"}, ""},
        GapCase{"DailyWhole", {"daily 00:00-24:00"}, ""},
        GapCase{"DailyToTheLastMinute", {"daily 00:00-23:59"}, "daily 23:59-24:00"},
        GapCase{"OfficeHours",
                {"mon-fri 08:00-17:00"},
                "mon-fri 00:00-08:00 and 17:00-24:00, sat-sun all day, holidays all day"},
        GapCase{"WeekdaysAreNoHolidays", {"mon-sun 00:00-24:00"}, "holidays all day"},
        GapCase{"HolidaysAreNoWeekdays", {"holidays 00:00-24:00"}, "mon-sun all day"},
        GapCase{"OneDay", {"mon-tue 00:00-24:00", "thu-sun 00:00-24:00", "holidays 00:00-24:00"}, "wed all day"},
        GapCase{"TwoThatMeet", {"daily 00:00-08:00", "daily 08:00-24:00"}, ""},
        GapCase{"TwoAMinuteApart", {"daily 00:00-08:00", "daily 08:01-24:00"}, "daily 08:00-08:01"},
        GapCase{"TwoThatOverlap", {"daily 00:00-09:00", "daily 08:00-24:00"}, ""},
        GapCase{"AcrossMidnightAsTwo",
                {"fri 20:00-24:00", "sat 00:00-07:00"},
                "mon-thu all day, fri 00:00-20:00, sat 07:00-24:00, sun all day, holidays all day"}),
    [](const auto& test) { return std::string(test.param.name); });

struct WrongCase {
  const char* name;
  const char* text;
  int column;
  const char* message;
};
void PrintTo(const WrongCase& one, std::ostream* out) { *out << one.name; }

class WrongHours : public testing::TestWithParam<WrongCase> {};

TEST_P(WrongHours, AreRefusedWhereTheyAreWrong) {
  const Result<WeekHours> hours = WeekHours::parse(GetParam().text);
  ASSERT_FALSE(hours);
  EXPECT_EQ(hours.error().message, GetParam().message);
  EXPECT_EQ(hours.error().place.column, GetParam().column);
  EXPECT_FALSE(hours.error().remedy.empty());
}

const char* const kDaysExpected = "expected always, daily, holidays, or a day: mon, tue, wed, thu, fri, sat, sun";

INSTANTIATE_TEST_SUITE_P(
    , WrongHours,
    testing::Values(
        WrongCase{"Empty", "", 1, kDaysExpected}, WrongCase{"Swedish", "vardagar 08-17", 1, kDaysExpected},
        WrongCase{"Capital", "Mon 08:00-17:00", 1, kDaysExpected},
        WrongCase{"HolidayRange", "holidays-sun 08:00-17:00", 1, kDaysExpected},
        WrongCase{"SecondDay", "mon-fry 08:00-17:00", 5, "expected a day: mon, tue, wed, thu, fri, sat, sun"},
        WrongCase{"ToHoliday", "mon-holidays 08:00-17:00", 5, "expected a day: mon, tue, wed, thu, fri, sat, sun"},
        WrongCase{"Backwards", "sat-mon 08:00-17:00", 5, "the last day does not come after the first in the week"},
        WrongCase{"SameDay", "sat-sat 08:00-17:00", 5, "the last day does not come after the first in the week"},
        WrongCase{"NoHours", "mon-fri", 8, "expected a time of day like 08:00 after the days"},
        WrongCase{"HoursWithoutMinutes", "mon-fri 08-17", 9, "expected a time of day like 08:00 after the days"},
        WrongCase{"HourTooLate", "mon-fri 24:01-24:00", 9, "expected a time of day like 08:00 after the days"},
        WrongCase{"MinuteTooLate", "mon-fri 08:60-17:00", 9, "expected a time of day like 08:00 after the days"},
        WrongCase{"NoEnd", "mon-fri 08:00", 14, "expected - and the time until which they can be reached"},
        WrongCase{"EndTooLate", "mon-fri 08:00-25:00", 15, "expected a time of day like 17:00, at most 24:00"},
        WrongCase{"EndIsBegin", "mon-fri 08:00-08:00", 15, "these hours end before they begin"},
        WrongCase{"AcrossMidnight", "mon-fri 20:00-07:00", 15, "these hours end before they begin"},
        WrongCase{"More", "mon-fri 08:00-17:00, sat", 20, "expected nothing more; write a second entry"},
        WrongCase{"AlwaysAndMore", "always 08:00-17:00", 1, kDaysExpected}),
    [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace avbrottsvakt
