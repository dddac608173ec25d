#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "kafka/connection.h"

namespace avbrottsvakt {

/// Bundles in a compacted topic of one partition: chunks of at most 512 KiB under HASH/000000, HASH/000001 ..., then
/// HASH/manifest, which makes the bundle exist. At most 64 MiB each.
///
/// Takes a minute at most; finding one reads the topic, a few MB per bundle ever activated.
/// Errors: limit (too large); conflict (other bytes have this hash); unavailable.
[[nodiscard]] Result<void> store_bundle(const kafka::Connection& connection, const std::string& topic,
                                        const Clock& clock, const std::string& hash, std::string_view bytes);
/// Errors: not_found; corrupt (chunks are missing or changed); unavailable.
[[nodiscard]] Result<std::string> load_bundle(const kafka::Connection& connection, const std::string& topic,
                                              const Clock& clock, const std::string& hash);

}  // namespace avbrottsvakt
