#include "kafka/source_consumer.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "kafka/bounded_caller.h"
#include "kafka/client.h"
#include "kafka/error.h"

namespace avbrottsvakt::kafka {
namespace {

/// Until a partition without a leader is asked for again.
constexpr Millis kLeaderPause{100};

}  // namespace

struct SourceConsumer::Impl {
  /// A client that has nothing assigned, in place of the one before.
  [[nodiscard]] Result<void> connect();

  Connection connection;
  Options options;
  std::shared_ptr<Client> client;
  std::mutex mutex;               // Of the queue, which interrupt() uses from another thread.
  Owned<rd_kafka_queue_t> queue;  // Goes before the client.
  bool assigned = false;
  std::atomic<bool> interrupted{false};
  std::optional<Error> postponed;  // Events that came before it had to be given first.
};

SourceConsumer::SourceConsumer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SourceConsumer::~SourceConsumer() = default;

Result<void> SourceConsumer::Impl::connect() {
  const std::int64_t queue_kbytes = std::clamp<std::int64_t>(options.queue_bytes_max >> 10, 1024, 2'000'000);
  auto opened = Client::open(
      Client::Kind::consumer, connection,
      // The end of a partition is noticed when a fetch comes back empty, which takes this long.
      {{"fetch.wait.max.ms", "50"}},
      // librdkafka's consumer wants the name of a group even if it joins none.
      {{"group.id", connection.client_id},
       {"enable.auto.commit", "false"},
       {"enable.auto.offset.store", "false"},
       {"auto.offset.reset", "error"},
       {"enable.partition.eof", "true"},
       {"check.crcs", "true"},
       {"allow.auto.create.topics", "false"},
       {"isolation.level", options.isolation == Isolation::committed ? "read_committed" : "read_uncommitted"},
       {"queued.min.messages", "10000000"},
       {"queued.max.messages.kbytes", std::to_string(queue_kbytes)}},
      std::make_unique<Client::Hooks>());
  if (!opened) return fail(opened.error());
  rd_kafka_poll_set_consumer((*opened)->get());
  std::shared_ptr<Client> before = std::move(*opened);
  {
    const std::lock_guard lock(mutex);
    queue.reset(rd_kafka_queue_get_consumer(before->get()));
    client.swap(before);  // Closing the one before takes its time: not under the lock.
  }
  assigned = false;
  postponed.reset();
  return {};
}

Result<std::unique_ptr<SourceConsumer>> SourceConsumer::open(const Connection& connection, Options options) {
  auto impl = std::make_unique<Impl>();
  impl->connection = connection;
  impl->options = std::move(options);
  if (auto connected = impl->connect(); !connected) return fail(connected.error());
  return std::unique_ptr<SourceConsumer>(new SourceConsumer(std::move(impl)));
}

Result<std::int32_t> SourceConsumer::partitions(Millis limit) {
  auto count = std::make_shared<std::int32_t>(0);
  const std::string doing = "cannot look up topic " + impl_->options.topic;
  auto job = [client = impl_->client, topic = impl_->options.topic, limit, doing,
              count](BoundedCaller::Patience&) -> Result<void> {
    const Owned<rd_kafka_topic_t> handle(rd_kafka_topic_new(client->get(), topic.c_str(), nullptr));
    const rd_kafka_metadata_t* answer = nullptr;
    const auto code = rd_kafka_metadata(client->get(), 0, handle.get(), &answer, to_int(limit));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, doing));
    const Owned<const rd_kafka_metadata_t> metadata(answer);
    if (metadata->topic_cnt != 1) return fail(to_error(RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, doing));
    if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(metadata->topics[0].err, doing));
    *count = metadata->topics[0].partition_cnt;
    return {};
  };
  if (auto ok = BoundedCaller().call(std::move(job), limit, doing); !ok) {
    Error error = ok.error();
    if (error.code == ErrorCode::not_found) {
      error.remedy =
          "whoever fills it makes it, but for that of commands: avbrottsvakt topics --create; if nobody does, "
          "take the source's file away";
    }
    return fail(std::move(error));
  }
  return *count;
}

Result<SourceConsumer::Ends> SourceConsumer::ends(std::int32_t partition, Millis limit) {
  auto ends = std::make_shared<Ends>();
  const std::string doing =
      "cannot find the ends of " + impl_->options.topic + " partition " + std::to_string(partition);
  auto job = [client = impl_->client, topic = impl_->options.topic, partition, limit, doing,
              ends](BoundedCaller::Patience& patience) -> Result<void> {
    while (true) {
      // The high one is that of this client's isolation level: the last stable offset for read_committed.
      const auto code = rd_kafka_query_watermark_offsets(client->get(), topic.c_str(), partition, &ends->first,
                                                         &ends->next, to_int(limit));
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
      // A partition that has just been made, or that moves, has no leader yet, or one that does not know it.
      const bool moving =
          code == RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION || code == RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE;
      if (!moving || !patience.wait(kLeaderPause)) return fail(to_error(code, doing));
    }
  };
  if (auto ok = BoundedCaller().call(std::move(job), limit, doing); !ok) return fail(ok.error());
  return *ends;
}

Result<void> SourceConsumer::assign(const std::vector<Start>& starts) {
  // librdkafka 2.0.2 ends the process (assertion rktp_started in rdkafka_assignment.c) if another assignment comes
  // while the topic has just got more partitions. To begin anew is seldom, and a new client knows no assignment before.
  if (impl_->assigned) {
    if (auto connected = impl_->connect(); !connected) return connected;
  }
  impl_->assigned = true;
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(static_cast<int>(starts.size())));
  for (const Start& start : starts) {
    rd_kafka_topic_partition_list_add(list.get(), impl_->options.topic.c_str(), start.partition)->offset =
        std::max<std::int64_t>(start.offset, 0);
  }
  const auto code = rd_kafka_assign(impl_->client->get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "cannot read " + impl_->options.topic));
  return {};
}

Result<std::vector<SourceConsumer::Event>> SourceConsumer::poll(std::size_t max, Millis wait) {
  if (impl_->postponed) return fail(*std::exchange(impl_->postponed, std::nullopt));
  std::vector<Event> events;
  std::size_t bytes = 0;
  int timeout = to_int(wait);
  while (events.size() < max && bytes < kPollBytes) {
    if (impl_->interrupted.load(std::memory_order_relaxed) && impl_->interrupted.exchange(false)) break;
    // Message by message: the batch call of 2.0.2 can skip some (librdkafka#4208).
    const Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll(impl_->client->get(), timeout));
    if (message == nullptr) break;
    timeout = 0;
    switch (message->err) {
      case RD_KAFKA_RESP_ERR_NO_ERROR:
        bytes += message->len;
        events.emplace_back(to_record(*message));
        break;
      case RD_KAFKA_RESP_ERR__PARTITION_EOF:
        events.emplace_back(EndReached{message->partition, message->offset});
        break;
      case RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET:
      case RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE:
        events.emplace_back(OutOfRange{message->partition});
        break;
      default: {
        Error error = to_error(message->err, "cannot read " + impl_->options.topic);
        if (error.action == Remedy::retry) break;  // librdkafka does so.
        if (events.empty()) return fail(std::move(error));
        impl_->postponed = std::move(error);
        return events;
      }
    }
  }
  // A wake-up whose flag was taken just above has done its work.
  impl_->interrupted.exchange(false);
  return events;
}

void SourceConsumer::interrupt() {
  impl_->interrupted.store(true);
  const std::lock_guard lock(impl_->mutex);
  rd_kafka_queue_yield(impl_->queue.get());
}

Continuity continuity(std::int64_t applied, SourceConsumer::Ends ends) {
  if (applied + 1 < ends.first) return Continuity::gap;
  if (applied + 1 > ends.next) return Continuity::shorter;
  return Continuity::whole;
}

}  // namespace avbrottsvakt::kafka
