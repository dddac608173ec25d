#include "base/civil.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "base/notation.h"

namespace avbrottsvakt {
namespace {

/// Which days may a period not end on? Eves are no working days for people, and under lag (1930:173) none for deadlines
/// either; Reg. 1182/71 does not know them.
enum class Eves { working, off };

bool is_working_day(Date date, const Holidays& holidays, Eves eves) {
  const std::chrono::weekday weekday{std::chrono::sys_days(date)};
  if (weekday == std::chrono::Saturday || weekday == std::chrono::Sunday) {
    return false;
  }
  auto day = std::lower_bound(holidays.days.begin(), holidays.days.end(), date,
                              [](const Holidays::Day& d, Date wanted) { return d.date < wanted; });
  for (; day != holidays.days.end() && day->date == date; ++day) {
    if (!day->eve || eves == Eves::off) {
      return false;
    }
  }
  return true;
}

Date shifted(Date date, int days) { return Date(std::chrono::sys_days(date) + std::chrono::days(days)); }

Date clamped(Date date) { return date.ok() ? date : Date(date.year() / date.month() / std::chrono::last); }

Instant end_of(Date date, const ZoneTable& zone) { return from_local(zone, {shifted(date, 1), Millis(0)}) - Millis(1); }

/// The last day that the law can be read to allow, for a period that ends on `last`.
Date extended(Date first_excluded, Date last, const Period& period, const Holidays& holidays) {
  const auto works = [&](Date date) { return is_working_day(date, holidays, Eves::working); };
  while (!works(last)) {
    last = shifted(last, 1);
  }
  // Reg. 1182/71 Art. 3(5): a period of two days or more contains at least two working days. Periods in days stand in
  // EU acts only (MDR 87, IVDR 82).
  if (period.kind == Period::Kind::days && period.count >= 2) {
    int working_days = 0;
    for (Date date = first_excluded; date < last && working_days < 2;) {
      date = shifted(date, 1);
      working_days += works(date) ? 1 : 0;
    }
    while (working_days < 2) {
      last = shifted(last, 1);
      working_days += works(last) ? 1 : 0;
    }
  }
  return last;
}

/// The working day on or before the due day; if that lies before the anchor, there is none to aim for.
Date target_for(Date anchor, Date due, const Holidays& holidays) {
  for (Date date = due; date >= anchor; date = shifted(date, -1)) {
    if (is_working_day(date, holidays, Eves::off)) {
      return date;
    }
  }
  return due;
}

}  // namespace

std::chrono::seconds offset_at(const ZoneTable& zone, Instant at) {
  AV_CHECK(!zone.offsets.empty());
  auto after = std::upper_bound(zone.offsets.begin(), zone.offsets.end(), at,
                                [](Instant wanted, const ZoneTable::Offset& o) { return wanted < o.from; });
  return after == zone.offsets.begin() ? after->offset : std::prev(after)->offset;
}

LocalTime to_local(const ZoneTable& zone, Instant at) {
  const Instant shown = at + offset_at(zone, at);
  const auto day = std::chrono::floor<std::chrono::days>(shown);
  return {Date(day), shown - day};
}

Instant from_local(const ZoneTable& zone, LocalTime local) {
  AV_CHECK(!zone.offsets.empty());
  const Instant shown = std::chrono::sys_days(local.date) + local.time_of_day;
  // Offsets are less than a day, so what held a day before the time as shown in UTC is early enough to begin with.
  auto next = std::upper_bound(zone.offsets.begin(), zone.offsets.end(), shown - std::chrono::days(1),
                               [](Instant wanted, const ZoneTable::Offset& o) { return wanted < o.from; });
  auto current = next == zone.offsets.begin() ? next : std::prev(next);
  Instant at = shown - current->offset;
  for (next = std::next(current); next != zone.offsets.end() && at >= next->from; ++next) {
    // Before `next` this local time had not come, and after it it is past already if it lies in the gap.
    at = std::max(shown - next->offset, next->from);
  }
  return at;
}

Result<Period> parse_period(std::string_view text) {
  static constexpr const char* remedy = "write exact hours as 24h, civil periods as 15 days or 1 month";
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) {
    // "1d" would leave open whether 24 hours or a civil day is meant, and across a change of clocks they differ.
    const std::size_t day_unit = text.find('d');
    if (day_unit != std::string_view::npos) {
      return fail(notation_error(text, day_unit, "a period does not use the unit d", remedy));
    }
    const Result<Millis> exact = parse_duration(text);
    if (!exact) {
      Error error = exact.error();
      error.remedy = remedy;
      return fail(std::move(error));
    }
    if (*exact == Millis(0)) {
      return fail(notation_error(text, 0, "a period is longer than 0", remedy));
    }
    return Period{Period::Kind::exact, *exact, 0};
  }
  int count = 0;
  const char* const number_end = text.data() + space;
  const auto [stopped, error] = std::from_chars(text.data(), number_end, count);
  if (error != std::errc() || stopped != number_end || count < 1) {
    return fail(notation_error(text, 0, "expected a number of days or months, at least 1", remedy));
  }
  const std::string_view unit = text.substr(space + 1);
  if (unit == (count == 1 ? "day" : "days")) {
    if (count > 3650) {
      return fail(notation_error(text, 0, "the period is longer than 3650 days", remedy));
    }
    return Period{Period::Kind::days, Millis(0), count};
  }
  if (unit == (count == 1 ? "month" : "months")) {
    if (count > 120) {
      return fail(notation_error(text, 0, "the period is longer than 120 months", remedy));
    }
    return Period{Period::Kind::months, Millis(0), count};
  }
  return fail(
      notation_error(text, space + 1, count == 1 ? "expected day or month" : "expected days or months", remedy));
}

std::string format_period(const Period& period) {
  switch (period.kind) {
    case Period::Kind::exact: {
      // Hours also above a day, as the law writes them: 72h.
      const auto hours = std::chrono::duration_cast<std::chrono::hours>(period.exact);
      const Millis rest = period.exact - hours;
      return (hours.count() > 0 ? fmt::format("{}h", hours.count()) : "") +
             (rest > Millis(0) || hours.count() == 0 ? format_duration(rest) : "");
    }
    case Period::Kind::days:
      return fmt::format("{} day{}", period.count, period.count == 1 ? "" : "s");
    case Period::Kind::months:
      return fmt::format("{} month{}", period.count, period.count == 1 ? "" : "s");
  }
  return {};
}

Deadline deadline_after(const Period& period, Instant anchor, const ZoneTable& zone, const Holidays& holidays) {
  const LocalTime from = to_local(zone, anchor);
  Deadline deadline;
  if (period.kind == Period::Kind::exact) {
    deadline.due = anchor + period.exact;
    deadline.legal_latest = deadline.due;
    deadline.target = target_for(from.date, to_local(zone, deadline.due).date, holidays);
    return deadline;
  }
  const Date last = period.kind == Period::Kind::days ? shifted(from.date, period.count)
                                                      : clamped(from.date + std::chrono::months(period.count));
  deadline.due = from_local(zone, {last, from.time_of_day});
  deadline.legal_latest = end_of(extended(from.date, last, period, holidays), zone);
  deadline.target = target_for(from.date, last, holidays);
  return deadline;
}

}  // namespace avbrottsvakt
