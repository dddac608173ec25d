#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kafka/connection.h"
#include "kafka/group_consumer.h"

namespace avbrottsvakt::kafka {

/// Records and a position in the log that they were made from: visible together, or not at all.
///
/// The transactional id fences: after init() no earlier producer with the same id can commit, and none of its open
/// transaction becomes visible. Use: init() once; then begin(), produce() ..., commit(). After any failure of begin(),
/// produce() or commit() the producer is spent: destroy it, open and init() a new one, and look at what is committed.
///
/// Time:    begin() takes at most 5 s, produce() 10 s, the others their limit and 3 s; destroying 11 s, usually none.
///          The transaction coordinator aborts what is not committed 15 s after it began.
/// Bounds:  1,000,000 records or 256 MiB in one transaction, one record 16 MiB.
/// Threads: one owner. Blocking calls run on a thread of its own, which the owner waits for.
class TransactionalProducer {
 public:
  struct NewRecord {
    std::string_view topic;
    std::optional<std::int32_t> partition;  ///< absent: by the key, with murmur2
    std::string_view key;
    std::optional<std::string_view> value;  ///< absent: a tombstone
    const Headers* headers = nullptr;       ///< may be null; only borrowed for the call
  };
  /// Where the owner will go on reading: the offset of the first record not yet applied.
  struct Position {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t next = 0;
  };

  /// Errors: invalid_input (a setting that librdkafka refuses).
  [[nodiscard]] static Result<std::unique_ptr<TransactionalProducer>> open(const Connection& connection,
                                                                           const std::string& transactional_id);
  ~TransactionalProducer();
  TransactionalProducer(const TransactionalProducer&) = delete;
  TransactionalProducer& operator=(const TransactionalProducer&) = delete;

  /// Ends the predecessor's transaction, markers included, and fences it.
  /// Errors: unavailable, within limit + 3 s; invalid_input (no permission).
  [[nodiscard]] Result<void> init(Millis limit);

  [[nodiscard]] Result<void> begin();

  /// Queues a copy; it is sent at once.
  /// Errors: limit (the transaction is larger than its bounds).
  [[nodiscard]] Result<void> produce(const NewRecord& record);

  /// Waits until the brokers have all records of the open transaction. commit() does so by itself.
  /// Errors: unavailable, within limit + 3 s.
  [[nodiscard]] Result<void> flush(Millis limit);

  /// Commits the records and the position, as the member of the group that `consumer` is at this moment.
  /// Errors: fenced (another producer or member is the owner now); limit (a record is larger than its topic takes);
  /// unavailable, within limit + 3 s. Only restoring tells what the outcome was: the reply may have been lost.
  [[nodiscard]] Result<void> commit(const Position& position, const GroupConsumer& consumer, Millis limit);

  /// The last commit succeeded, but its request has been sent more than once. The broker may still act on the stray one
  /// when the next transaction is open, and decide that instead (KAFKA-17754; librdkafka lacks KIP-890). Open and
  /// init() a new producer before the next begin(): its epoch fences strays.
  bool must_be_replaced() const;

 private:
  struct Impl;
  explicit TransactionalProducer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace avbrottsvakt::kafka
