#pragma once

#include <string>

#include "base/digest.h"
#include "base/time.h"

namespace avbrottsvakt {

// Identifiers of what is said. They hold no stamp and no version of a rule: neither a crash, a replay, a reload, a
// merge nor an amendment can make a double or a collision.

/// By the content of the signal that opened the first outage.
inline std::string incident_id(const std::string& domain, const std::string& source, const std::string& key,
                               EventTime at, std::int64_t again) {
  return Digest().add("incident").add(domain).add(source).add(key).add(at.time_since_epoch().count()).add(again).hex();
}

/// `rule`: path without version. `recipient`: the stream or duty holder. `sequence`: kept in the ledger.
inline std::string output_id(const std::string& domain, const std::string& incident, const std::string& rule,
                             const std::string& recipient, std::uint32_t sequence) {
  return Digest().add("output").add(domain).add(incident).add(rule).add(recipient).add(std::int64_t{sequence}).hex();
}

}  // namespace avbrottsvakt
