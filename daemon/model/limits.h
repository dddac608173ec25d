#pragma once

#include <cstddef>

#include "base/time.h"

namespace avbrottsvakt {

// Bounds of what travels, in bytes of UTF-8 unless said otherwise. Whoever makes a value keeps to them; decoders refuse
// what does not, so that one bad sender cannot fill the log or the state.

inline constexpr std::size_t kSourceBytesMax = 64;
inline constexpr std::size_t kKeyBytesMax = 512;
inline constexpr std::size_t kSummaryBytesMax = 1024;
inline constexpr std::size_t kLabelsMax = 64;  ///< of one signal
inline constexpr std::size_t kLabelNameBytesMax = 128;
inline constexpr std::size_t kLabelValueBytesMax = 1024;
inline constexpr std::size_t kCommandIdBytesMax = 128;
/// Of a role, an incident, an activity, a fact, a regime, a stage, a hash: whatever a command or an Activate names.
inline constexpr std::size_t kNameBytesMax = 256;
/// Topics have at most 249 characters; files have paths.
inline constexpr std::size_t kStreamBytesMax = 4096;
/// Between two heartbeats: what comes more seldom is no sign of life.
inline constexpr Millis kExpectWithinMax = std::chrono::days(7);
/// Signals, or unreadable parts, that one source record becomes.
inline constexpr std::size_t kSignalsMax = 10'000;
/// Of one input as encoded. A source record that cannot be read is kept whole inside its input, beside what could be:
/// this must be larger than the largest payload and the largest texts of signals together (mapping/mapping.h), and
/// smaller than what Kafka is told to take (16 MiB).
inline constexpr std::size_t kInputBytesMax = 15U * 1024U * 1024U;

/// How long planned work may last: what is gone for longer is an outage that somebody decided on.
inline constexpr Millis kMaintenanceMax = std::chrono::days(7);
/// Windows of planned work that are kept in one domain; one more is refused.
inline constexpr std::size_t kMaintenancesMax = 1'000;
/// Activities that have agreed to one of them.
inline constexpr std::size_t kAgreedMax = 1'000;

/// Instants that have a date of four digits: 0001-01-01 to 9999-12-31.
inline constexpr Instant kEarliest{Millis{-62'135'596'800'000}};
inline constexpr Instant kLatest{Millis{253'402'300'799'999}};
/// From 2000-01-01 (included) to 2100-01-01 (not), between which lies whatever anybody tells of: beyond, it is the unit
/// or the clock that is wrong.
inline constexpr Instant kPlausibleFrom{Millis{946'684'800'000}};
inline constexpr Instant kPlausibleUntil{Millis{4'102'444'800'000}};
inline constexpr bool plausible(Instant at) { return at >= kPlausibleFrom && at < kPlausibleUntil; }

}  // namespace avbrottsvakt
