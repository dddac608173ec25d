#include "report/words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "report/text.h"
#include "specimens.h"

namespace avbrottsvakt {
namespace {

using namespace std::chrono_literals;

/// As printed: what must not be parted is an ordinary space there.
std::string plain(std::string text) {
  for (auto at = text.find(kNoBreak); at != std::string::npos; at = text.find(kNoBreak)) {
    text.replace(at, kNoBreak.size(), " ");
  }
  return text;
}

class Worded {
 public:
  explicit Worded(const std::string& now, Language language = Language::sv)
      : zone_(specimens::stockholm()), wording(words_of(language), zone_, specimens::instant(now)) {}

 private:
  ZoneTable zone_;

 public:
  Wording wording;
};

struct RelativeCase {
  const char* name;
  Millis distance;
  const char* sv;
  const char* en;
};
class Relative : public testing::TestWithParam<RelativeCase> {};
TEST_P(Relative, IsTold) {
  const Worded sv("2026-11-22T03:12:00+01:00");
  const Worded en("2026-11-22T03:12:00+01:00", Language::en);
  const Instant at = specimens::night("03:12") + GetParam().distance;
  EXPECT_EQ(plain(sv.wording.relative(at)), GetParam().sv);
  EXPECT_EQ(plain(en.wording.relative(at)), GetParam().en);
}
INSTANTIATE_TEST_SUITE_P(
    Table, Relative,
    testing::Values(RelativeCase{"Now", 0ms, "nu", "now"}, RelativeCase{"JustAhead", 999ms, "nu", "now"},
                    RelativeCase{"JustPast", -999ms, "nu", "now"}, RelativeCase{"OneSecond", 1s, "om 1 s", "in 1 s"},
                    RelativeCase{"OneSecondAgo", -1s, "för 1 s sedan", "1 s ago"},
                    RelativeCase{"59Seconds", 59s, "om 59 s", "in 59 s"},
                    RelativeCase{"JustBelow60Seconds", 60s - 1ms, "om 59 s", "in 59 s"},
                    RelativeCase{"60Seconds", 60s, "om 1 min", "in 1 min"},
                    RelativeCase{"60SecondsAgo", -60s, "för 1 min sedan", "1 min ago"},
                    RelativeCase{"NeverOverstated", 32min + 59s, "om 32 min", "in 32 min"},
                    RelativeCase{"59Minutes", 59min, "om 59 min", "in 59 min"},
                    RelativeCase{"JustBelow60Minutes", 60min - 1ms, "om 59 min", "in 59 min"},
                    RelativeCase{"60Minutes", 60min, "om 1 h", "in 1 h"},
                    RelativeCase{"HourAndMinutes", 62min, "om 1 h 2 min", "in 1 h 2 min"},
                    RelativeCase{"JustBelow24Hours", 24h - 1ms, "om 23 h 59 min", "in 23 h 59 min"},
                    RelativeCase{"24Hours", 24h, "om 1 dygn", "in 1 day"},
                    RelativeCase{"24HoursAgo", -24h, "för 1 dygn sedan", "1 day ago"},
                    RelativeCase{"25Hours", 25h + 59min, "om 1 dygn 1 h", "in 1 day 1 h"},
                    RelativeCase{"TwoDays", 48h, "om 2 dygn", "in 2 days"},
                    RelativeCase{"AMonth", 30 * 24h + 5h, "om 30 dygn 5 h", "in 30 days 5 h"}),
    [](const auto& test) { return test.param.name; });
TEST(Relative, NeverIsNever) { EXPECT_EQ(Worded("2026-11-22T03:12:00+01:00").wording.relative(kNever), "aldrig"); }

struct LimitCase {
  const char* name;
  Millis limit;
  const char* text;
};
class Limit : public testing::TestWithParam<LimitCase> {};
TEST_P(Limit, IsExact) {
  EXPECT_EQ(plain(Worded("2026-11-22T03:12:00+01:00").wording.limit(GetParam().limit)), GetParam().text);
}
INSTANTIATE_TEST_SUITE_P(Table, Limit,
                         testing::Values(LimitCase{"Nothing", 0s, "0 min"}, LimitCase{"Seconds", 30s, "30 s"},
                                         LimitCase{"MinutesAndSeconds", 90s, "1 min 30 s"},
                                         LimitCase{"Minutes", 45min, "45 min"}, LimitCase{"OneHour", 60min, "1 h"},
                                         LimitCase{"AsPlansPutIt", 90min, "90 min"},
                                         LimitCase{"TwoHours", 120min, "2 h"},
                                         LimitCase{"HoursAndMinutes", 150min, "2 h 30 min"},
                                         LimitCase{"ADay", 24h, "24 h"}, LimitCase{"Milliseconds", 1500ms, "1s500ms"}),
                         [](const auto& test) { return test.param.name; });

struct PeriodCase {
  const char* name;
  Period period;
  const char* sv;
  const char* en;
};
class Periods : public testing::TestWithParam<PeriodCase> {};
TEST_P(Periods, AreWordedAsTheLawDoes) {
  EXPECT_EQ(plain(Worded("2026-11-22T03:12:00+01:00").wording.period(GetParam().period)), GetParam().sv);
  EXPECT_EQ(plain(Worded("2026-11-22T03:12:00+01:00", Language::en).wording.period(GetParam().period)), GetParam().en);
}
INSTANTIATE_TEST_SUITE_P(
    Table, Periods,
    testing::Values(PeriodCase{"OneHour", {Period::Kind::exact, 1h, 0}, "1 timme", "1 hour"},
                    PeriodCase{"24Hours", {Period::Kind::exact, 24h, 0}, "24 timmar", "24 hours"},
                    PeriodCase{"NoWholeHours", {Period::Kind::exact, 90min, 0}, "90 min", "90 min"},
                    PeriodCase{"OneDay", {Period::Kind::days, 0ms, 1}, "1 dag", "1 day"},
                    PeriodCase{"15Days", {Period::Kind::days, 0ms, 15}, "15 dagar", "15 days"},
                    PeriodCase{"OneMonth", {Period::Kind::months, 0ms, 1}, "1 månad", "1 month"},
                    PeriodCase{"3Months", {Period::Kind::months, 0ms, 3}, "3 månader", "3 months"}),
    [](const auto& test) { return test.param.name; });

struct ClockCase {
  const char* name;
  const char* now;
  const char* at;
  const char* sv;
  const char* en;
};
class Clocks : public testing::TestWithParam<ClockCase> {};
TEST_P(Clocks, AreTold) {
  const Instant at = specimens::instant(GetParam().at);
  EXPECT_EQ(plain(Worded(GetParam().now).wording.clock(at)), GetParam().sv);
  EXPECT_EQ(plain(Worded(GetParam().now, Language::en).wording.clock(at)), GetParam().en);
}
INSTANTIATE_TEST_SUITE_P(
    Table, Clocks,
    testing::Values(
        ClockCase{"SameDay", "2026-11-22T03:12:00+01:00", "2026-11-22T03:44:00+01:00", "03:44", "03:44"},
        ClockCase{"LastMinuteOfTheDay", "2026-11-22T03:12:00+01:00", "2026-11-22T23:59:59+01:00", "23:59", "23:59"},
        ClockCase{"Midnight", "2026-11-22T03:12:00+01:00", "2026-11-23T00:00:00+01:00", "måndag 23 november kl. 00:00",
                  "Monday 23 November at 00:00"},
        ClockCase{"TheDayBefore", "2026-11-22T00:10:00+01:00", "2026-11-21T23:55:00+01:00",
                  "lördag 21 november kl. 23:55", "Saturday 21 November at 23:55"},
        // The same day in UTC, but not to those who read.
        ClockCase{"LocalDayNotUtc", "2026-11-22T23:30:00Z", "2026-11-22T22:30:00Z", "söndag 22 november kl. 23:30",
                  "Sunday 22 November at 23:30"},
        ClockCase{"NextYear", "2026-12-31T23:50:00+01:00", "2027-01-01T00:20:00+01:00",
                  "fredag 1 januari 2027 kl. 00:20", "Friday 1 January 2027 at 00:20"},
        // Autumn: 02:30 comes twice.
        ClockCase{"AutumnFirst", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "02:30 (sommartid, UTC+2)",
                  "02:30 (summer time, UTC+2)"},
        ClockCase{"AutumnSecond", "2026-10-25T00:00:00Z", "2026-10-25T01:30:00Z", "02:30 (normaltid, UTC+1)",
                  "02:30 (standard time, UTC+1)"},
        ClockCase{"AutumnSecondSeenAfterwards", "2026-10-25T01:40:00Z", "2026-10-25T01:30:00Z",
                  "02:30 (normaltid, UTC+1)", "02:30 (standard time, UTC+1)"},
        ClockCase{"AutumnJustBefore", "2026-10-24T22:30:00Z", "2026-10-24T23:59:59Z", "01:59", "01:59"},
        ClockCase{"AutumnJustAfter", "2026-10-25T02:30:00Z", "2026-10-25T02:00:00Z", "03:00", "03:00"},
        // Spring: 02:30 does not come.
        ClockCase{"SpringAcross", "2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z", "03:30 (sommartid, UTC+2)",
                  "03:30 (summer time, UTC+2)"},
        ClockCase{"SpringAfterwards", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z", "03:30", "03:30"},
        ClockCase{"AcrossTheSummer", "2027-03-27T09:00:00Z", "2027-03-28T09:00:00Z",
                  "söndag 28 mars kl. 11:00 (sommartid, UTC+2)", "Sunday 28 March at 11:00 (summer time, UTC+2)"}),
    [](const auto& test) { return test.param.name; });

TEST(Deadline, AlwaysHasItsYear) {
  const Worded sv("2026-11-22T03:12:00+01:00");
  EXPECT_EQ(plain(sv.wording.deadline(specimens::instant("2026-11-23T02:20:00+01:00"))),
            "måndag 23 november 2026 kl. 02:20");
}

TEST(Count, IsSingularForOneOnly) {
  const Words& sv = words_of(Language::sv);
  EXPECT_EQ(plain(count(0, sv.service)), "0 tjänster");
  EXPECT_EQ(plain(count(1, sv.service)), "1 tjänst");
  EXPECT_EQ(plain(count(2, sv.service)), "2 tjänster");
  EXPECT_EQ(plain(count(1, words_of(Language::en).activity)), "1 activity");
  EXPECT_EQ(plain(count(21, words_of(Language::en).activity)), "21 activities");
}

TEST(List, IsOneSentence) {
  const Worded sv("2026-11-22T03:12:00+01:00");
  EXPECT_EQ(sv.wording.list({}), "");
  EXPECT_EQ(sv.wording.list({"A"}), "A");
  EXPECT_EQ(sv.wording.list({"A", "B"}), "A och B");
  EXPECT_EQ(sv.wording.list({"A", "B", "C"}), "A, B och C");
}

TEST(WordTables, LeaveNothingOut) {
  for (const auto language : {Language::sv, Language::en}) {
    const Words& words = words_of(language);
    const auto filled = [](const auto& list) { return std::ranges::none_of(list, &std::string_view::empty); };
    EXPECT_TRUE(filled(words.weekdays) && filled(words.months) && filled(words.level) && filled(words.objective));
    EXPECT_TRUE(filled(words.prompt) && filled(words.source_basis) && filled(words.activation));
    EXPECT_TRUE(filled(words.incident) && filled(words.duty) && filled(words.stream));
  }
}

}  // namespace
}  // namespace avbrottsvakt
