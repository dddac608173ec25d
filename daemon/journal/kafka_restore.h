#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.h"
#include "journal/kafka_meta.h"
#include "kafka/connection.h"

namespace avbrottsvakt {

/// All committed state of one domain.
struct KafkaState {
  std::unordered_map<std::string, std::string> state;
  std::optional<KafkaMeta> meta;  ///< absent: nothing was ever committed
};

struct KafkaStateSource {
  std::string topic;
  std::int32_t partition = 0;
  std::string domain;
};

/// Reads the state topic to its end as it is now. The caller has fenced earlier writers of this domain.
///
/// `each_second` is called about once a second with the count of records read; an error of it ends the reading.
/// Errors: that one; unavailable (brokers do not answer, or a transaction stays open for 30 s); corrupt.
[[nodiscard]] Result<KafkaState> read_state(const kafka::Connection& connection, const KafkaStateSource& source,
                                            const Clock& clock,
                                            const std::function<Result<void>(std::int64_t)>& each_second);

}  // namespace avbrottsvakt
