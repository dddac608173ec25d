#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kafka/connection.h"

namespace avbrottsvakt::kafka {

/// A member of a consumer group on one topic: the group says which partitions are this process's own; what is read of
/// them, and from where, its owner says.
///
/// Group membership is served in poll(), wherever that is called for; until then librdkafka keeps the member alive, for
/// at most a minute. Offsets are committed by TransactionalProducer only.
///
/// Threads: one owner; interrupt() may be called from any thread.
class GroupConsumer {
 public:
  struct Options {
    std::string group;
    std::string topic;
    std::int64_t queue_bytes_max = 256LL << 20;  ///< as in SourceConsumer
  };

  /// Joins in the background.
  /// Errors: invalid_input (a setting that librdkafka refuses).
  [[nodiscard]] static Result<std::unique_ptr<GroupConsumer>> open(const Connection& connection, Options options);
  /// Leaves without a word, unless leave() has been called: the group then waits for the session to end.
  ~GroupConsumer();
  GroupConsumer(const GroupConsumer&) = delete;
  GroupConsumer& operator=(const GroupConsumer&) = delete;

  /// The partitions that the group has given us, ascending. Absent: the group has not decided, or decides anew; what
  /// was ours before is not ours now.
  const std::optional<std::vector<std::int32_t>>& given() const;

  /// Counts the decisions of the group and their ends: whoever remembers it notices each change of given().
  std::uint64_t changes() const;

  /// Our session ended before we knew, and the group may have gone on without us. From then on this is no member, and
  /// nothing is given to it: librdkafka would join again under the same name, by which the group may prefer us to
  /// whoever has what was ours. Whoever wants to be a member again leaves, and opens a new one.
  bool left_behind() const;

  /// Reads this partition from this offset on, and nothing else. Requires that it is given.
  [[nodiscard]] Result<void> fetch(std::int32_t partition, std::int64_t offset);
  /// Reads nothing; stays a member.
  [[nodiscard]] Result<void> fetch_nothing();

  /// The next records, at most `max` and those that reach 64 MiB, waiting at most `wait` for the first. Empty: none
  /// came, or interrupted, or the group has decided anew; records that had come before it did are then not given.
  /// Errors: not_found, stop (the position does not exist any more); what only a person can mend.
  [[nodiscard]] Result<std::vector<Record>> poll(std::size_t max, Millis wait);

  /// The offset that the group has committed, if it has; waits for open transactions that would change it.
  /// Errors: unavailable, after `limit`.
  [[nodiscard]] Result<std::optional<std::int64_t>> committed(std::int32_t partition, Millis limit);

  /// Makes a waiting poll() return early, or the next one at once.
  void interrupt();

  /// Leaves the group in order, so that another member takes over at once. Only destruction may follow.
  /// Errors: unavailable, after `limit` and three seconds: the group then waits for the session to end.
  [[nodiscard]] Result<void> leave(Millis limit);

 private:
  friend class TransactionalProducer;
  struct Impl;
  explicit GroupConsumer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace avbrottsvakt::kafka
