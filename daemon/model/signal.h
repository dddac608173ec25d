#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/condition.h"

namespace avbrottsvakt {

struct Label {
  std::string name;
  std::string value;
  friend bool operator==(const Label&, const Label&) = default;
  friend auto operator<=>(const Label&, const Label&) = default;
};
/// The label that carries the number of another tool's record: outages with one number are one incident.
inline constexpr std::string_view kExternalNumberLabel = "external_number";
/// Ascending by name, each name once.
using Labels = std::vector<Label>;

/// One normalised monitoring or incident event: at `at`, the thing that `source` calls `key` was in `condition`.
///
/// (source, key) names a cause. A recovery may carry no labels: the cause keeps those it has.
struct Signal {
  std::string source;  ///< never empty, at most 64 bytes
  std::string key;     ///< never empty, at most 512 bytes; what joins a recovery to its problem
  Condition condition = Condition::up;
  EventTime at{};
  Labels labels;
  std::string summary;       ///< at most 1 KiB, as the tool wrote it; no patient data belongs there
  std::string mapping_hash;  ///< of the mapping that made the signal, empty for our own Protobuf
  Origin origin = Origin::monitoring;
  /// Of a heartbeat, and only of one: the next is expected within this time. 1 ms to kExpectWithinMax.
  std::optional<Millis> expect_within = {};
  friend bool operator==(const Signal&, const Signal&) = default;
};

}  // namespace avbrottsvakt
