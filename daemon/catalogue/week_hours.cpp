#include "catalogue/week_hours.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/notation.h"

namespace avbrottsvakt {
namespace {

constexpr std::array<std::string_view, 8> kDayNames = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", "holidays"};
constexpr std::size_t kHoliday = 7;

tl::unexpected<Error> fail_at(std::string_view text, std::size_t byte, std::string message) {
  return fail(notation_error(text, byte, std::move(message),
                             "write always, or days and hours: mon-fri 08:00-17:00, sat 10:00-14:00, holidays "
                             "08:00-12:00, daily 07:00-21:00"));
}

struct Span {
  std::size_t from = 0;
  std::size_t until = 0;  ///< not included
};

std::optional<std::size_t> day_of(std::string_view name) {
  const auto* found = std::find(kDayNames.begin(), kDayNames.end(), name);
  if (found == kDayNames.end()) return std::nullopt;
  return static_cast<std::size_t>(found - kDayNames.begin());
}

/// Text from `begin` to `end` of the whole: one day, a range, or daily.
Result<Span> parse_days(std::string_view text, std::size_t end) {
  const std::string_view days = text.substr(0, end);
  if (days == "daily") return Span{0, kDayNames.size()};
  const std::size_t dash = days.find('-');
  const auto first = day_of(days.substr(0, dash));
  if (!first || (*first == kHoliday && dash != std::string_view::npos)) {
    return fail_at(text, 0, "expected always, daily, holidays, or a day: mon, tue, wed, thu, fri, sat, sun");
  }
  if (dash == std::string_view::npos) return Span{*first, *first + 1};
  const auto last = day_of(days.substr(dash + 1));
  if (!last || *last == kHoliday) return fail_at(text, dash + 1, "expected a day: mon, tue, wed, thu, fri, sat, sun");
  if (*last <= *first) return fail_at(text, dash + 1, "the last day does not come after the first in the week");
  return Span{*first, *last + 1};
}

/// "08:00" at `begin`, in minutes; 24:00 is one.
std::optional<std::size_t> parse_minute(std::string_view text, std::size_t begin) {
  if (text.size() < begin + 5 || text[begin + 2] != ':') return std::nullopt;
  const auto digit = [&](std::size_t at) { return static_cast<std::size_t>(text[begin + at] - '0'); };
  for (const std::size_t at : {0U, 1U, 3U, 4U}) {
    if (text[begin + at] < '0' || text[begin + at] > '9') return std::nullopt;
  }
  const std::size_t hour = 10 * digit(0) + digit(1);
  const std::size_t minute = 10 * digit(3) + digit(4);
  if (minute > 59 || hour > 24 || (hour == 24 && minute > 0)) return std::nullopt;
  return 60 * hour + minute;
}

std::string clock(std::size_t minute) {
  std::string text = "00:00";
  const std::size_t hour = minute / 60;
  text[0] = static_cast<char>('0' + hour / 10);
  text[1] = static_cast<char>('0' + hour % 10);
  text[3] = static_cast<char>('0' + minute % 60 / 10);
  text[4] = static_cast<char>('0' + minute % 10);
  return text;
}

}  // namespace

Result<WeekHours> WeekHours::parse(std::string_view text) {
  WeekHours hours;
  if (text == "always") {
    hours.minutes_.set();
    return hours;
  }
  const std::size_t space = std::min(text.find(' '), text.size());
  const Result<Span> days = parse_days(text, space);
  if (!days) return fail(days.error());
  const std::size_t from_at = space + 1;
  const auto from = parse_minute(text, from_at);
  if (!from) return fail_at(text, std::min(from_at, text.size()), "expected a time of day like 08:00 after the days");
  const std::size_t until_at = from_at + 6;
  if (text.size() < until_at || text[until_at - 1] != '-') {
    return fail_at(text, until_at - 1, "expected - and the time until which they can be reached");
  }
  const auto until = parse_minute(text, until_at);
  if (!until) return fail_at(text, until_at, "expected a time of day like 17:00, at most 24:00");
  if (text.size() > until_at + 5) return fail_at(text, until_at + 5, "expected nothing more; write a second entry");
  if (*until <= *from) {
    return fail(notation_error(text, until_at, "these hours end before they begin",
                               "hours across midnight are two entries: mon 20:00-24:00 and tue 00:00-07:00"));
  }
  for (std::size_t day = days->from; day < days->until; ++day) {
    for (std::size_t minute = *from; minute < *until; ++minute) hours.minutes_.set(day * kMinutesPerDay + minute);
  }
  return hours;
}

WeekHours& WeekHours::operator|=(const WeekHours& other) {
  minutes_ |= other.minutes_;
  return *this;
}

std::string WeekHours::gaps_of(std::size_t day) const {
  const auto covered = [&](std::size_t minute) { return minutes_[day * kMinutesPerDay + minute]; };
  std::string text;
  for (std::size_t minute = 0; minute < kMinutesPerDay;) {
    if (covered(minute)) {
      ++minute;
      continue;
    }
    const std::size_t from = minute;
    while (minute < kMinutesPerDay && !covered(minute)) ++minute;
    if (from == 0 && minute == kMinutesPerDay) return "all day";
    text.append(text.empty() ? "" : " and ").append(clock(from)).append("-").append(clock(minute));
  }
  return text;
}

std::string WeekHours::gaps() const {
  std::array<std::string, kDays> of_day;
  for (std::size_t day = 0; day < kDays; ++day) of_day[day] = gaps_of(day);
  const bool same = std::all_of(of_day.begin(), of_day.end(), [&](const std::string& one) { return one == of_day[0]; });
  if (same) {
    if (of_day[0].empty()) return "";
    return of_day[0] == "all day" ? "at any time" : std::string("daily ").append(of_day[0]);
  }
  std::string text;
  for (std::size_t day = 0; day < kDays;) {
    const std::size_t first = day;
    // A holiday is no day of the week, so that no range reaches it.
    while (day < kDays && of_day[day] == of_day[first] && (day == first || day != kHoliday)) ++day;
    if (of_day[first].empty()) continue;
    text += text.empty() ? "" : ", ";
    text += kDayNames[first];
    if (day - first > 1) text.append("-").append(kDayNames[day - 1]);
    text.append(" ").append(of_day[first]);
  }
  return text;
}

}  // namespace avbrottsvakt
