#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace avbrottsvakt {

/// The port under the engine: one ordered, stamped log of inputs, and with it state and outputs that commit together
/// with the position in it. Values are bytes: wire/ encodes and decodes. Two implementations: Kafka and SQLite.
///
/// Threads: one owner thread for everything but append(), which any thread may call, and interrupt().
class Journal {
 public:
  struct KeyValue {
    std::string key;
    std::string value;
  };
  /// A stamped input as read from the log.
  struct Record {
    std::int64_t position = 0;
    LogTime stamp{};
    std::string value;
  };
  struct OutputRecord {
    std::string topic;  ///< alerts, activations, report-prompts, incidents, dead-letter: without prefix
    std::string key;
    std::string id;
    std::string value;
    std::vector<std::pair<std::string, std::string>> headers;  ///< CloudEvents attributes as ce_*, and content-type
  };
  struct Commit {
    std::int64_t next_position = 0;  ///< of the first input not yet applied
    LogTime now{};
    struct Put {
      std::string key;
      std::optional<std::string> value;  ///< absent: delete
    };
    std::vector<Put> state;  ///< each key once
    std::vector<OutputRecord> outputs;
    std::vector<KeyValue> positions;  ///< applied per source stream, for intake; only those that changed
  };
  struct Restored {
    std::vector<KeyValue> state;  ///< in any order, each key once, no deletes
    std::int64_t next_position = 0;
    bool fresh = false;  ///< nothing was ever committed here
  };

  virtual ~Journal() = default;

  /// Becomes the owner, fencing whoever was before, and reads all committed state. Blocks; calls `progress` (may be
  /// null) with the count of records read, about once a second.
  /// Errors: unavailable (retry later), corrupt (committed offset and meta record disagree: a torn commit; stop).
  [[nodiscard]] virtual Result<Restored> take_over(const std::function<void(std::int64_t)>& progress) = 0;

  /// The next inputs in order, at most `max`, waiting at most `wait` for the first. Empty: none came, or interrupted.
  /// Errors: fenced (ownership is lost: take_over again, with a new engine), unavailable.
  [[nodiscard]] virtual Result<std::vector<Record>> poll(std::size_t max, Millis wait) = 0;

  /// All or nothing. After an error the engine's state may be ahead of the journal: take_over, and restore a new one.
  /// Errors: fenced; unavailable, also when the outcome is unknown.
  [[nodiscard]] virtual Result<void> commit(const Commit& commit) = 0;

  /// Appends one encoded input to the log, to be stamped there. Returns when it is durable, with its stamp; without, if
  /// the journal knows only that it has the input.
  [[nodiscard]] virtual Result<std::optional<LogTime>> append(std::string_view value) = 0;

  /// Appends several, in order; returns when all are durable. After an error some may have been appended, not
  /// necessarily the first ones.
  [[nodiscard]] virtual Result<void> append_all(const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      if (auto ok = append(value); !ok) return fail(ok.error());
    }
    return {};
  }

  /// Appends with a stamp that a script sets. Only journals opened for an exercise; stamps must not fall.
  [[nodiscard]] virtual Result<void> append_stamped(std::string_view value, LogTime stamp) = 0;

  /// Bundles, by their hash. Storing one twice changes nothing.
  [[nodiscard]] virtual Result<void> store_bundle(const std::string& hash, std::string_view bytes) = 0;
  /// Error: not_found.
  [[nodiscard]] virtual Result<std::string> load_bundle(const std::string& hash) = 0;

  /// Makes a waiting poll() return early.
  virtual void interrupt() = 0;

  /// Gives ownership up in order. Afterwards only destruction is allowed.
  virtual void close() = 0;
};

}  // namespace avbrottsvakt
