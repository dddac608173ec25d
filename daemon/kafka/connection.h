#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"

namespace avbrottsvakt::kafka {

/// In the order of the record; a name may come more than once. A header without a value reads as an empty one.
using Headers = std::vector<std::pair<std::string, std::string>>;

/// librdkafka settings by their own names, in the order in which a person wrote them.
using Settings = std::vector<std::pair<std::string, std::string>>;

/// Takes a line of librdkafka's log. Level as in syslog: 3 error, 4 warning, 6 information, 7 debug.
///
/// Threads: called from librdkafka's threads, several at a time, and for up to ten seconds after the object that it was
/// given to has been destroyed; it must not block, nor call back into kafka/.
using LogSink = std::function<void(int level, std::string_view facility, std::string_view text)>;

/// What every client of a cluster needs.
struct Connection {
  std::string bootstrap;  ///< host:port, several separated by commas
  std::string client_id;  ///< shown in the broker's logs
  Settings settings;      ///< check_settings() has accepted them
  LogSink log;            ///< may be null: nothing is logged
};

/// Whether these may be given by a person: librdkafka knows each name and takes the value, and none of them is one on
/// which exactly-once or a stated bound rests.
/// Errors: invalid_input, naming the first that is not, and why.
[[nodiscard]] Result<void> check_settings(const Settings& settings);

/// Where a key lies, as Java's clients compute it: murmur2, never negative. Requires partitions >= 1.
std::int32_t partition_of(std::string_view key, std::int32_t partitions);

/// A record as read.
struct Record {
  /// Who set the stamp. `none`: written by a client older than Kafka 0.10.
  enum class StampedBy { none, writer, broker };

  std::int32_t partition = 0;
  std::int64_t offset = 0;
  StampedBy stamped_by = StampedBy::none;
  Instant stamp{};
  std::optional<std::string> key;
  std::optional<std::string> value;  ///< absent: a tombstone
  Headers headers;
};

}  // namespace avbrottsvakt::kafka
