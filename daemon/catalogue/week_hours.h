#pragma once

#include <bitset>
#include <string>
#include <string_view>

#include "base/result.h"

namespace avbrottsvakt {

/// When in the week somebody can be reached, to the minute and in local time.
///
/// Holidays are an eighth day: whoever works "mon-fri" does not work on a Monday that is one, and a gap on holidays is
/// found although it has no weekday. Which days they are stands in rules/calendar.yaml.
class WeekHours {
 public:
  /// Never.
  WeekHours() = default;

  /// "always", or days and hours: "mon-fri 08:00-17:00", "sat 10:00-14:00", "holidays 08:00-12:00", "daily
  /// 07:00-21:00". Half-open, within one day, at most until 24:00. A week does not wrap around: "sat-mon" is two.
  /// Error: invalid_input, with the column in Error::place.
  [[nodiscard]] static Result<WeekHours> parse(std::string_view text);

  WeekHours& operator|=(const WeekHours& other);

  bool always() const { return minutes_.all(); }

  /// What is not covered, as people read it: "mon-fri 00:00-08:00 and 17:00-24:00, sat-sun all day, holidays all day".
  /// Empty if always.
  std::string gaps() const;

  friend bool operator==(const WeekHours&, const WeekHours&) = default;

 private:
  static constexpr std::size_t kMinutesPerDay = 24 * 60;
  static constexpr std::size_t kDays = 8;  ///< Monday to Sunday, and a holiday

  /// "00:00-08:00 and 17:00-24:00", "all day", or empty.
  std::string gaps_of(std::size_t day) const;

  std::bitset<kDays * kMinutesPerDay> minutes_;
};

}  // namespace avbrottsvakt
