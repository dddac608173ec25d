#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "kafka/connection.h"

namespace avbrottsvakt::kafka {

/// Reads partitions of one topic from offsets that the caller names: no group, no committed offsets, nothing chosen by
/// Kafka. For intake, and for restoring.
///
/// Bounds:  librdkafka fetches at most `queue_bytes_max` ahead. It then stops fetching for a whole second (2.0.2), so
///          the bound is set generously rather than tightly.
/// Threads: one owner; interrupt() may be called from any thread.
class SourceConsumer {
 public:
  enum class Isolation { committed, uncommitted };
  struct Options {
    std::string topic;
    /// With `uncommitted`, ends() gives the high watermark. With `committed` it gives the last stable offset, and
    /// records of open and aborted transactions are not seen.
    Isolation isolation = Isolation::committed;
    std::int64_t queue_bytes_max = 128LL << 20;  ///< 1 MiB to 2 GiB
  };

  /// One partition and the offset of the first record wanted, at least 0.
  struct Start {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
  };
  /// [first, next): `first` is the oldest record that is still kept, `next` the offset that the next one will get. They
  /// are equal in an empty partition.
  struct Ends {
    std::int64_t first = 0;
    std::int64_t next = 0;
    friend bool operator==(const Ends&, const Ends&) = default;
  };

  /// All there is has been read: the next record will get this offset or a later one. Said each time the end is
  /// reached, within about 50 ms.
  struct EndReached {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
  };
  /// There is no record at the position: it has been deleted, or the topic is shorter than thought. Nothing more is
  /// read from this partition until it is assigned again.
  struct OutOfRange {
    std::int32_t partition = 0;
  };
  using Event = std::variant<Record, EndReached, OutOfRange>;

  /// Connects in the background; a wrong address shows in the first call that needs an answer.
  /// Errors: invalid_input (a setting that librdkafka refuses).
  [[nodiscard]] static Result<std::unique_ptr<SourceConsumer>> open(const Connection& connection, Options options);
  ~SourceConsumer();
  SourceConsumer(const SourceConsumer&) = delete;
  SourceConsumer& operator=(const SourceConsumer&) = delete;

  /// How many partitions the topic has: 0 to n - 1.
  /// Errors: not_found (there is no such topic); unavailable, after `limit`.
  [[nodiscard]] Result<std::int32_t> partitions(Millis limit);

  /// Asks again while the partition has no leader, as one that has just been made.
  /// Errors: unavailable, after `limit`.
  [[nodiscard]] Result<Ends> ends(std::int32_t partition, Millis limit);

  /// From now on poll() gives these partitions from these offsets, and nothing of an earlier assignment. Each but the
  /// first connects anew.
  [[nodiscard]] Result<void> assign(const std::vector<Start>& starts);

  /// The next events, at most `max` and those that reach 64 MiB, waiting at most `wait` for the first. Order holds
  /// within a partition. Empty: none came, or interrupted. A broker that does not answer is no error here: librdkafka
  /// logs it and tries again. Errors: what only a person can mend, such as a missing permission (invalid_input) or
  /// topic (not_found).
  [[nodiscard]] Result<std::vector<Event>> poll(std::size_t max, Millis wait);

  /// Makes a waiting poll() return early, or the next one at once.
  void interrupt();

 private:
  struct Impl;
  explicit SourceConsumer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// What the ends of a partition say of a reader that has applied everything up to and with `applied` (-1: nothing).
///
/// librdkafka 2.0.2 does not show topic ids, so a topic that was deleted and made anew is recognised only while it is
/// shorter than what was applied: `shorter`. One that has grown past `applied` before anybody looked passes for the old
/// one. Where topics are made anew, give the source another name; then there is nothing to mistake.
enum class Continuity {
  whole,    ///< the next record wanted is there, or is the next to be written
  gap,      ///< records after `applied` are gone: (applied, ends.first - 1]
  shorter,  ///< the partition ends before `applied`: probably another topic of the same name
};
Continuity continuity(std::int64_t applied, SourceConsumer::Ends ends);

}  // namespace avbrottsvakt::kafka
