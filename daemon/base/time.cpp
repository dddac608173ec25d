#include "base/time.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/notation.h"

namespace avbrottsvakt {
namespace {

constexpr Millis kDurationMax = std::chrono::days(3650);

/// The instants that RFC 3339 can write.
constexpr Instant kFirstWritten = std::chrono::sys_days(std::chrono::year(0) / 1 / 1);
constexpr Instant kLastWritten =
    std::chrono::sys_days(std::chrono::year(9999) / 12 / 31) + std::chrono::days(1) - Millis(1);

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads a text from left to right, and remembers where it stopped.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  std::size_t position() const { return position_; }
  bool at_end() const { return position_ == text_.size(); }

  bool take(std::string_view characters) {
    if (at_end() || characters.find(text_[position_]) == std::string_view::npos) {
      return false;
    }
    ++position_;
    return true;
  }

  /// A number of exactly `digits` digits.
  std::optional<int> number(std::size_t digits) {
    int value = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      if (position_ + i >= text_.size() || !is_digit(text_[position_ + i])) {
        return std::nullopt;
      }
      value = value * 10 + (text_[position_ + i] - '0');
    }
    position_ += digits;
    return value;
  }

 private:
  std::string_view text_;
  std::size_t position_ = 0;
};

std::optional<Date> read_date(Cursor& cursor) {
  const auto year = cursor.number(4);
  if (!year || !cursor.take("-")) {
    return std::nullopt;
  }
  const auto month = cursor.number(2);
  if (!month || !cursor.take("-")) {
    return std::nullopt;
  }
  const auto day = cursor.number(2);
  if (!day) {
    return std::nullopt;
  }
  return Date(std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)),
              std::chrono::day(static_cast<unsigned>(*day)));
}

/// "T02:13:00.000", as the time since midnight. A leap second is the first instant after it: our minutes have 60 s.
std::optional<Millis> read_time_of_day(Cursor& cursor) {
  if (!cursor.take("Tt")) {
    return std::nullopt;
  }
  const auto hour = cursor.number(2);
  if (!hour || *hour > 23 || !cursor.take(":")) {
    return std::nullopt;
  }
  const auto minute = cursor.number(2);
  if (!minute || *minute > 59 || !cursor.take(":")) {
    return std::nullopt;
  }
  const auto second = cursor.number(2);
  if (!second || *second > 60) {
    return std::nullopt;
  }
  Millis fraction{0};
  if (cursor.take(".")) {
    std::optional<int> digit = cursor.number(1);
    if (!digit) {
      return std::nullopt;
    }
    for (int unit = 100; digit; unit /= 10, digit = cursor.number(1)) {
      fraction += Millis(*digit * unit);
    }
  }
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute) + std::chrono::seconds(*second) + fraction;
}

/// What local time is ahead of UTC by: "Z", "+01:00".
std::optional<Millis> read_offset(Cursor& cursor) {
  if (cursor.take("Zz")) {
    return Millis(0);
  }
  const bool east = cursor.take("+");
  if (!east && !cursor.take("-")) {
    return std::nullopt;
  }
  const auto hours = cursor.number(2);
  if (!hours || *hours > 23 || !cursor.take(":")) {
    return std::nullopt;
  }
  const auto minutes = cursor.number(2);
  if (!minutes || *minutes > 59) {
    return std::nullopt;
  }
  const Millis offset = std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
  return east ? offset : -offset;
}

struct Unit {
  std::string_view name;
  Millis length;
};
constexpr std::array<Unit, 5> kUnits{{{"d", std::chrono::days(1)},
                                      {"h", std::chrono::hours(1)},
                                      {"m", std::chrono::minutes(1)},
                                      {"s", std::chrono::seconds(1)},
                                      {"ms", Millis(1)}}};

}  // namespace

Result<Instant> parse_instant(std::string_view text) {
  static constexpr const char* remedy = "write it as 2026-11-22T02:13:00Z or 2026-11-22T03:13:00+01:00";
  Cursor cursor(text);
  const auto date = read_date(cursor);
  const auto time_of_day = date ? read_time_of_day(cursor) : std::nullopt;
  if (!time_of_day) {
    return fail(notation_error(text, cursor.position(), "expected a date and a time of day (RFC 3339)", remedy));
  }
  if (!date->ok()) {
    return fail(notation_error(text, 0, "there is no such date", remedy));
  }
  if (cursor.at_end()) {
    return fail(notation_error(text, cursor.position(), "expected Z or an offset from UTC after the time", remedy));
  }
  const auto offset = read_offset(cursor);
  if (!offset || !cursor.at_end()) {
    return fail(
        notation_error(text, cursor.position(), "expected Z or an offset from UTC, and nothing after it", remedy));
  }
  return Instant(std::chrono::sys_days(*date)) + *time_of_day - *offset;
}

std::string format_instant(Instant at) {
  const Instant written = std::clamp(at, kFirstWritten, kLastWritten);
  const auto day = std::chrono::floor<std::chrono::days>(written);
  const std::chrono::hh_mm_ss<Millis> time(written - day);
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", format_date(Date(day)), time.hours().count(),
                     time.minutes().count(), time.seconds().count(), time.subseconds().count());
}

Result<Millis> parse_duration(std::string_view text) {
  static constexpr const char* remedy = "write it as 90m, 1h30m, 2d or 250ms: units d, h, m, s, ms, largest first";
  if (text.empty()) {
    return fail(notation_error(text, 0, "expected a duration, found nothing", remedy));
  }
  Millis sum{0};
  std::size_t position = 0;
  std::size_t next_unit = 0;
  while (position < text.size()) {
    const std::size_t number_at = position;
    std::int64_t number = 0;
    while (position < text.size() && is_digit(text[position])) {
      number = number * 10 + (text[position] - '0');
      if (number > kDurationMax.count()) {
        return fail(notation_error(text, number_at, "the duration is longer than 3650d", remedy));
      }
      ++position;
    }
    if (position == number_at) {
      return fail(notation_error(text, position, "expected a number", remedy));
    }
    const std::size_t unit_at = position;
    while (position < text.size() && !is_digit(text[position])) {
      ++position;
    }
    const std::string_view name = text.substr(unit_at, position - unit_at);
    const auto* const unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const Unit& u) { return u.name == name; });
    if (unit == kUnits.end()) {
      return fail(notation_error(text, unit_at, "expected a unit after the number: d, h, m, s or ms", remedy));
    }
    const auto index = static_cast<std::size_t>(unit - kUnits.begin());
    if (index < next_unit) {
      return fail(notation_error(text, unit_at, "units come largest first, each at most once", remedy));
    }
    next_unit = index + 1;
    if (number > (kDurationMax - sum) / unit->length) {
      return fail(notation_error(text, number_at, "the duration is longer than 3650d", remedy));
    }
    sum += number * unit->length;
  }
  return sum;
}

std::string format_duration(Millis duration) {
  if (duration == Millis(0)) {
    return "0s";
  }
  // Unsigned, because the most negative duration has no positive counterpart.
  const auto count = static_cast<std::uint64_t>(duration.count());
  std::uint64_t left = duration < Millis(0) ? 0U - count : count;
  std::string text = duration < Millis(0) ? "-" : "";
  for (const Unit& unit : kUnits) {
    const auto length = static_cast<std::uint64_t>(unit.length.count());
    if (left >= length) {
      text += fmt::format("{}{}", left / length, unit.name);
      left %= length;
    }
  }
  return text;
}

Result<Date> parse_date(std::string_view text) {
  static constexpr const char* remedy = "write it as 2026-07-01";
  Cursor cursor(text);
  const auto date = read_date(cursor);
  if (!date || !cursor.at_end()) {
    return fail(notation_error(text, cursor.position(), "expected a date", remedy));
  }
  if (!date->ok()) {
    return fail(notation_error(text, 0, "there is no such date", remedy));
  }
  return *date;
}

std::string format_date(Date date) {
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace avbrottsvakt
