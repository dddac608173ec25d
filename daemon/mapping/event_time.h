#pragma once

#include <string_view>

#include "base/civil.h"

namespace avbrottsvakt {

/// Instants as tools write them. Each gives invalid_input for anything else, also for absurd magnitudes; none asks
/// whether the instant is plausible: see plausible() in model/limits.h.

/// RFC 3339; without an offset only if there is a zone, and then with T or a space, seconds and fraction optional.
[[nodiscard]] Result<Instant> parse_stamp(std::string_view text, const ZoneTable* zone);

/// "1519304285", "1697188278.2": rounded to milliseconds. At most 15 digits before the point. A sign is not accepted.
[[nodiscard]] Result<Instant> parse_unix_seconds(std::string_view text);
[[nodiscard]] Result<Instant> parse_unix_milliseconds(std::string_view text);

/// "0" to "999999999", cut to milliseconds.
[[nodiscard]] Result<Millis> parse_nanoseconds(std::string_view text);

/// How programs write "no time": the year 1 (Go), or 0 since 1970.
bool is_zero_time(Instant at);

}  // namespace avbrottsvakt
