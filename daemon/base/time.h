#pragma once

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace avbrottsvakt {

using Millis = std::chrono::milliseconds;

/// An instant: UTC, milliseconds. One type for both kinds of time, because the engine compares them; the names tell
/// which is meant: `at`, `from`, `until` are event time, `stamp` and `now` are log time.
using Instant = std::chrono::sys_time<Millis>;

/// When something happened, as the event states it.
using EventTime = Instant;
/// When the journal stamped the input that told us.
using LogTime = Instant;

/// Later than every real instant.
inline constexpr Instant kNever{Millis{std::numeric_limits<std::int64_t>::max()}};

/// A civil date, in a zone that the context names.
using Date = std::chrono::year_month_day;

// The errors of all that parses here are invalid_input, with the column in Error::place.

/// RFC 3339 with Z or an offset; fractions beyond milliseconds are cut off. A local time without offset is refused.
[[nodiscard]] Result<Instant> parse_instant(std::string_view text);

/// 2026-11-22T02:13:00.000Z, always in UTC and with three decimals. Years beyond 0 to 9999, as of kNever, are written
/// as the first or last instant that the format has.
std::string format_instant(Instant at);

/// "90m", "1h30m", "250ms", "2d": numbers with units d, h, m, s, ms, each at most once, largest first. d is 24 h.
/// Bounds: 0 to 3650d.
[[nodiscard]] Result<Millis> parse_duration(std::string_view text);

/// The text that parse_duration reads back, each unit that is not zero: "1h30m", "0s". A negative one begins with "-",
/// for people only.
std::string format_duration(Millis duration);

/// 2026-07-01.
[[nodiscard]] Result<Date> parse_date(std::string_view text);
std::string format_date(Date date);

}  // namespace avbrottsvakt
