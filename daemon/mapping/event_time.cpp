#include "mapping/event_time.h"

#include <algorithm>
#include <charconv>
#include <string>

namespace avbrottsvakt {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// Of at most 18 digits, so that it cannot overflow.
std::int64_t number(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

tl::unexpected<Error> refuse(std::string expected) { return fail(ErrorCode::invalid_input, std::move(expected)); }

/// Reads "HH:MM", "HH:MM:SS", "HH:MM:SS.fff…", fractions cut to milliseconds.
std::optional<Millis> parse_time_of_day(std::string_view text) {
  const auto two = [&](std::size_t at) -> int {
    return text.size() >= at + 2 && all_digits(text.substr(at, 2)) ? static_cast<int>(number(text.substr(at, 2))) : -1;
  };
  const int hours = two(0);
  const int minutes = text.size() > 2 && text[2] == ':' ? two(3) : -1;
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59) {
    return std::nullopt;
  }
  Millis time = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  if (text.size() == 5) {
    return time;
  }
  const int seconds = text[5] == ':' ? two(6) : -1;
  if (seconds < 0 || seconds > 59) {
    return std::nullopt;
  }
  time += std::chrono::seconds(seconds);
  if (text.size() == 8) {
    return time;
  }
  std::string fraction(text.substr(9));
  if (text[8] != '.' || !all_digits(fraction) || fraction.size() > 9) {
    return std::nullopt;
  }
  fraction.resize(3, '0');
  return time + Millis(number(fraction));
}

}  // namespace

Result<Instant> parse_stamp(std::string_view text, const ZoneTable* zone) {
  auto instant = parse_instant(text);
  if (instant || zone == nullptr) {
    return instant;
  }
  if (text.size() >= 16 && (text[10] == 'T' || text[10] == ' ')) {
    const auto date = parse_date(text.substr(0, 10));
    const auto time = parse_time_of_day(text.substr(11));
    if (date && time) {
      return from_local(*zone, LocalTime{*date, *time});
    }
  }
  return refuse("expected a time such as 2026-11-22T02:13:00+01:00, or 2026-11-22 02:13:00 in " + zone->name);
}

Result<Instant> parse_unix_seconds(std::string_view text) {
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  std::string fraction(point == std::string_view::npos ? "0" : text.substr(point + 1));
  if (!all_digits(whole) || whole.size() > 15 || !all_digits(fraction)) {
    return refuse("expected seconds since 1970, as 1519304285 or 1519304285.25");
  }
  // Rounded, because what was 0.2 may come out of a tool's floating point as 0.1999999.
  fraction.resize(4, '0');
  const std::int64_t ten_thousandths = number(fraction);
  return Instant(std::chrono::seconds(number(whole))) + Millis((ten_thousandths + 5) / 10);
}

Result<Instant> parse_unix_milliseconds(std::string_view text) {
  if (!all_digits(text) || text.size() > 18) {
    return refuse("expected milliseconds since 1970, as 1519304285000");
  }
  return Instant(Millis(number(text)));
}

Result<Millis> parse_nanoseconds(std::string_view text) {
  if (!all_digits(text) || text.size() > 9) {
    return refuse("expected nanoseconds, 0 to 999999999");
  }
  return Millis(number(text) / 1'000'000);
}

bool is_zero_time(Instant at) {
  using namespace std::chrono_literals;
  return at == Instant{} || at == Instant(std::chrono::sys_days(1y / 1 / 1));
}

}  // namespace avbrottsvakt
