#pragma once

#include "base/civil.h"

namespace avbrottsvakt {

/// An instant that must be right: the test stops if it is not.
inline Instant instant(std::string_view text) { return parse_instant(text).value(); }
inline Date date(std::string_view text) { return parse_date(text).value(); }

/// The transitions of Europe/Stockholm from 2025 to 2028, written by hand.
inline ZoneTable stockholm() {
  using std::chrono::hours;
  return {"Europe/Stockholm",
          {{instant("2024-10-27T01:00:00Z"), hours(1)},
           {instant("2025-03-30T01:00:00Z"), hours(2)},
           {instant("2025-10-26T01:00:00Z"), hours(1)},
           {instant("2026-03-29T01:00:00Z"), hours(2)},
           {instant("2026-10-25T01:00:00Z"), hours(1)},
           {instant("2027-03-28T01:00:00Z"), hours(2)},
           {instant("2027-10-31T01:00:00Z"), hours(1)},
           {instant("2028-03-26T01:00:00Z"), hours(2)},
           {instant("2028-10-29T01:00:00Z"), hours(1)}}};
}

/// Swedish days off of the winter 2026/27 and of midsummer 2026.
inline Holidays swedish_holidays() {
  return {{{date("2026-06-19"), true},
           {date("2026-06-20"), false},
           {date("2026-12-24"), true},
           {date("2026-12-25"), false},
           {date("2026-12-26"), false},
           {date("2026-12-31"), true},
           {date("2027-01-01"), false},
           {date("2027-01-06"), false},
           {date("2027-03-26"), false},
           {date("2027-03-28"), false},
           {date("2027-03-29"), false}}};
}

}  // namespace avbrottsvakt
