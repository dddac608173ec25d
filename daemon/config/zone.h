#pragma once

#include <string>

#include "base/civil.h"
#include "base/result.h"

namespace avbrottsvakt {

/// The years that a zone table covers; outside, the nearest offset holds. The last is that to which the compiled files
/// of tzdata list their transitions: the rule for later years, in their footer, is not read by date::tz.
inline constexpr int kZoneFirstYear = 2020;
inline constexpr int kZoneLastYear = 2037;

/// The offsets of an IANA zone, from the tzdata of this machine.
/// Errors: invalid_input, with the nearest right name; not_found, if the machine has no tzdata.
/// Threads: any.
[[nodiscard]] Result<ZoneTable> load_zone(const std::string& name);

}  // namespace avbrottsvakt
