#include "journal/kafka_restore.h"

#include "kafka/source_consumer.h"

namespace avbrottsvakt {
namespace {

using kafka::SourceConsumer;

constexpr Millis kEndsLimit{10'000};
constexpr Millis kSlice{200};
constexpr std::size_t kBatch = 10'000;
// Twice the time after which the coordinator aborts a transaction of ours: nothing honest stays silent longer.
constexpr std::chrono::seconds kSilence{30};
constexpr std::chrono::seconds kBeat{1};
// The state is read once and the consumer then closed, so it may take more than a source does.
constexpr std::int64_t kQueueBytes = 256LL << 20;

/// The offset up to which there may be committed records, those behind open transactions included. A read_committed
/// client would be told the last stable offset, and an open transaction of a dead owner would hide what lies behind it
/// (KAFKA-10167).
Result<SourceConsumer::Ends> ends_of(const kafka::Connection& connection, const KafkaStateSource& source) {
  auto any = SourceConsumer::open(connection, {source.topic, SourceConsumer::Isolation::uncommitted});
  if (!any) return fail(any.error());
  return (*any)->ends(source.partition, kEndsLimit);
}

Result<void> apply(kafka::Record& record, const std::string& meta, const std::string& prefix, KafkaState& state) {
  if (!record.key) return {};
  if (*record.key == meta) {
    if (!record.value) return fail(ErrorCode::corrupt, "the state topic has had its meta record deleted");
    auto decoded = decode_meta(*record.value);
    if (!decoded) return fail(decoded.error());
    state.meta = *decoded;
    return {};
  }
  if (!record.key->starts_with(prefix)) return {};  // Another domain's.
  std::string key = record.key->substr(prefix.size());
  if (record.value) {
    state.state.insert_or_assign(std::move(key), std::move(*record.value));
  } else {
    state.state.erase(key);
  }
  return {};
}

}  // namespace

Result<KafkaState> read_state(const kafka::Connection& connection, const KafkaStateSource& source, const Clock& clock,
                              const std::function<Result<void>(std::int64_t)>& each_second) {
  const auto ends = ends_of(connection, source);
  if (!ends) return fail(ends.error());
  auto reader = SourceConsumer::open(connection, {source.topic, SourceConsumer::Isolation::committed, kQueueBytes});
  if (!reader) return fail(reader.error());
  if (auto ok = (*reader)->assign({{source.partition, ends->first}}); !ok) return fail(ok.error());

  const std::string meta = meta_key(source.domain);
  const std::string prefix = state_key(source.domain, "");
  KafkaState state;
  std::int64_t count = 0;
  // The end that is said is the last stable offset; it passes the markers that end transactions. Until it has reached
  // what was the high watermark, a transaction is still open.
  bool at_end = false;
  auto heard = clock.steady();
  auto beat = heard;
  while (!at_end) {
    auto events = (*reader)->poll(kBatch, kSlice);
    if (!events) return fail(events.error());
    for (auto& event : *events) {
      if (auto* record = std::get_if<kafka::Record>(&event)) {
        ++count;
        if (auto ok = apply(*record, meta, prefix, state); !ok) return fail(ok.error());
      } else if (const auto* end = std::get_if<SourceConsumer::EndReached>(&event)) {
        at_end = at_end || end->offset >= ends->next;
      } else {
        // Compaction does not delete the head of a log; only somebody with a tool does.
        return fail(ErrorCode::corrupt, source.topic + " was truncated while it was read",
                    "find out who deletes records from the state topic");
      }
    }
    const auto now = clock.steady();
    if (!events->empty()) heard = now;
    if (now - heard > kSilence) {
      return fail(ErrorCode::unavailable,
                  source.topic + " partition " + std::to_string(source.partition) +
                      " cannot be read to its end: the brokers do not answer, or a transaction stays open",
                  "kafka-transactions find-hanging lists such transactions; it is tried again", Remedy::retry);
    }
    if (now - beat >= kBeat) {
      beat = now;
      if (auto ok = each_second(count); !ok) return fail(ok.error());
    }
  }
  return state;
}

}  // namespace avbrottsvakt
