#pragma once

#include <vector>

#include "base/time.h"

namespace avbrottsvakt {

/// The offsets of one time zone, as data: the engine reads no system database, and a bundle carries its own.
///
/// Ascending by `from`; the first entry holds for everything before it too.
struct ZoneTable {
  struct Offset {
    Instant from;
    std::chrono::seconds offset;
    friend bool operator==(const Offset&, const Offset&) = default;
  };
  std::string name;
  std::vector<Offset> offsets;
  friend bool operator==(const ZoneTable&, const ZoneTable&) = default;
};

/// A civil date and time of day in a zone.
struct LocalTime {
  Date date;
  Millis time_of_day;
};

std::chrono::seconds offset_at(const ZoneTable& zone, Instant at);
LocalTime to_local(const ZoneTable& zone, Instant at);

/// A local time that does not exist (spring) becomes the instant of the change; one that comes twice, the first.
Instant from_local(const ZoneTable& zone, LocalTime local);

/// A period as laws state it: exact hours, or civil days and months.
struct Period {
  enum class Kind { exact, days, months };
  Kind kind = Kind::exact;
  Millis exact{0};
  int count = 0;
  friend bool operator==(const Period&, const Period&) = default;
};

/// "24h", "15 days", "1 day", "1 month", "3 months". Hours and smaller units are exact; "1d" is refused, since it would
/// leave open which is meant. Bounds: more than 0, at most 3650 days, 120 months.
[[nodiscard]] Result<Period> parse_period(std::string_view text);
std::string format_period(const Period& period);

/// Days that are not working days, besides Saturdays and Sundays.
struct Holidays {
  struct Day {
    Date date;
    bool eve = false;
    friend bool operator==(const Day&, const Day&) = default;
  };
  std::vector<Day> days;  ///< ascending
  friend bool operator==(const Holidays&, const Holidays&) = default;
};

/// A deadline. `due` is what the program holds people to; the others are information.
struct Deadline {
  Instant due;
  /// The latest that the law can be read to allow: equal to due for exact hours; for days and months the end
  /// (23:59:59.999 local time) of the last day, or of the next working day. Sources: Reg. 1182/71 Art. 3(4) and, for
  /// two days or more, 3(5); lag (1930:173) 2 §.
  ///
  /// Midsummer, Christmas and New Year's Eve are working days here. Under the EU regulation they are, under the Swedish
  /// act they are not; a period does not know which act it stands in, and the earlier reading misses no deadline.
  Instant legal_latest;
  /// The working day to aim for: the day of due or, if that is none, the last one before it; eves are none. The day of
  /// due itself if no working day lies between the anchor and it, as from a Saturday to a Sunday.
  Date target;
  friend bool operator==(const Deadline&, const Deadline&) = default;
};

/// Hours are exact elapsed time, also across the nights when clocks change. Days and months go by the civil date in
/// `zone`, with the same time of day, clamped to the month's last day.
Deadline deadline_after(const Period& period, Instant anchor, const ZoneTable& zone, const Holidays& holidays);

}  // namespace avbrottsvakt
