#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kafka/connection.h"

namespace avbrottsvakt::kafka {

/// Appends records to one partition, in order, idempotently and without transactions: an appender that dies never holds
/// up readers behind an open transaction.
///
/// A record that is reported as failed may still appear in the log later, and so may those behind it; the caller makes
/// that harmless (spans of source positions, ids of commands). After the first failure the appender is spent: it takes
/// no more records, and the caller opens a new one. librdkafka's own resending within one appender neither doubles nor
/// reorders.
///
/// Time:    a record is delivered or has failed within 16 s: 10 s in which it is sent again, 5 s for the reply to the
///          last request, 1 s between librdkafka's looks at its time limits.
/// Bounds:  at most 10,000 records or 64 MiB wait for delivery; then append() says limit. One record: 16 MiB.
/// Threads: any method from any thread. `Done` is called on the appender's own thread, or in the destructor; it must
///          not block, nor call into the appender.
class Appender {
 public:
  struct Appended {
    std::int64_t offset = 0;
    /// What the broker stamped it with. Absent where stamps are the writer's, and where the broker, asked twice, only
    /// said that it has the record already.
    std::optional<Instant> stamp;
  };
  /// What became of the record, or why it has failed.
  using Done = std::function<void(Result<Appended>)>;

  struct Options {
    std::string topic;
    std::int32_t partition = 0;
  };
  /// Only borrowed for the call.
  struct NewRecord {
    std::string_view key;
    std::string_view value;
    std::optional<Instant> stamp = std::nullopt;  ///< only where the topic's stamps are the writer's
  };

  /// Errors: invalid_input (a setting that librdkafka refuses).
  [[nodiscard]] static Result<std::unique_ptr<Appender>> open(const Connection& connection, Options options);
  /// Gives up what is not delivered: its `Done` says unavailable, before the destructor returns.
  ~Appender();
  Appender(const Appender&) = delete;
  Appender& operator=(const Appender&) = delete;

  /// Queues a record. `done` is called exactly once if this succeeds, never if it fails.
  /// Errors: limit, retry (too much is waiting); limit, skip (the record is too large); unavailable (spent).
  [[nodiscard]] Result<void> append(const NewRecord& record, Done done);

  /// Appends and waits until the record is durable.
  /// Errors: as append(), and unavailable within 17 s.
  [[nodiscard]] Result<Appended> append_and_wait(const NewRecord& record);

  /// Waits until nothing is waiting for delivery, at most `limit`.
  /// Errors: unavailable (some are still waiting).
  [[nodiscard]] Result<void> flush(Millis limit);

  /// A record has failed: open a new appender.
  bool spent() const;

 private:
  struct Impl;
  explicit Appender(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace avbrottsvakt::kafka
