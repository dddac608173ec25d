#include "kafka/appender.h"

#include <atomic>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>
#include <utility>

#include "kafka/client.h"
#include "kafka/error.h"

namespace avbrottsvakt::kafka {
namespace {

constexpr std::size_t kRecordBytesMax = 16 << 20;
constexpr std::size_t kWaitingMax = 10'000;
constexpr std::size_t kWaitingBytesMax = 64 << 20;
constexpr std::chrono::seconds kWaitLimit{17};
constexpr Millis kLastReports{1000};

}  // namespace

struct Appender::Impl {
  /// A record on its way; librdkafka holds its address.
  struct Pending {
    Done done;
    std::size_t bytes = 0;
    std::list<Pending>::iterator self;
  };

  ~Impl();
  void serve();
  void delivered(const rd_kafka_message_t& message);
  void finish(std::list<Pending>::iterator which, Result<Appended> outcome);

  Options options;
  std::string doing;
  std::shared_ptr<Client> client;
  Owned<rd_kafka_topic_t> topic;  // Goes before the client.
  Owned<rd_kafka_queue_t> queue;  // Goes before the client.
  std::atomic<bool> spent{false};
  std::atomic<bool> ending{false};

  std::mutex mutex;
  std::condition_variable changed;
  std::list<Pending> waiting;
  std::size_t waiting_bytes = 0;

  std::thread thread;  // Delivery reports come while somebody polls.
};

Appender::Impl::~Impl() {
  if (client == nullptr || queue == nullptr) return;  // open() has failed: there is no thread, and nothing waits.
  ending.store(true);
  rd_kafka_queue_yield(queue.get());
  if (thread.joinable()) thread.join();
  rd_kafka_purge(client->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(client->get(), to_int(kLastReports));
  while (!waiting.empty()) finish(waiting.begin(), fail(to_error(RD_KAFKA_RESP_ERR__DESTROY, doing)));
}

void Appender::Impl::serve() {
  while (!ending.load()) rd_kafka_poll(client->get(), 100);
}

void Appender::Impl::delivered(const rd_kafka_message_t& message) {
  auto* pending = static_cast<Pending*>(message._private);
  if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) {
    Appended appended;
    appended.offset = message.offset;
    rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
    const std::int64_t stamp = rd_kafka_message_timestamp(&message, &type);
    if (type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME) appended.stamp = Instant(Millis(stamp));
    finish(pending->self, appended);
    return;
  }
  spent.store(true);
  finish(pending->self, fail(to_error(message.err, doing)));
}

void Appender::Impl::finish(std::list<Pending>::iterator which, Result<Appended> outcome) {
  std::list<Pending> finished;
  {
    const std::lock_guard lock(mutex);
    waiting_bytes -= which->bytes;
    finished.splice(finished.begin(), waiting, which);
  }
  finished.front().done(std::move(outcome));
  changed.notify_all();
}

Appender::Appender(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Appender::~Appender() = default;

Result<std::unique_ptr<Appender>> Appender::open(const Connection& connection, Options options) {
  auto impl = std::make_unique<Impl>();
  auto hooks = std::make_unique<Client::Hooks>();
  hooks->delivered = [raw = impl.get()](const rd_kafka_message_t& message) { raw->delivered(message); };
  // With no linger the first records of a batch go out one by one, and once five requests are under way, 2.0.2 asks the
  // socket without a pause until one is answered: measured, a seventh of the daemon's processor time.
  auto client = Client::open(Client::Kind::producer, connection, {{"linger.ms", "1"}, {"retry.backoff.ms", "20"}},
                             {{"enable.idempotence", "true"},
                              {"acks", "all"},
                              {"message.timeout.ms", "10000"},
                              {"message.max.bytes", "17000000"},
                              {"queue.buffering.max.messages", "20000"},
                              {"queue.buffering.max.kbytes", "131072"},
                              {"allow.auto.create.topics", "false"},
                              {"delivery.report.only.error", "false"}},
                             std::move(hooks));
  if (!client) return fail(client.error());
  impl->client = std::move(*client);
  impl->doing = "cannot append to " + options.topic;
  impl->topic.reset(rd_kafka_topic_new(impl->client->get(), options.topic.c_str(), nullptr));
  if (impl->topic == nullptr) return fail(to_error(rd_kafka_last_error(), impl->doing));
  impl->queue.reset(rd_kafka_queue_get_main(impl->client->get()));
  impl->options = std::move(options);
  impl->thread = std::thread([raw = impl.get()] { raw->serve(); });
  return std::unique_ptr<Appender>(new Appender(std::move(impl)));
}

Result<void> Appender::append(const NewRecord& record, Done done) {
  const std::size_t bytes = record.key.size() + record.value.size();
  if (bytes > kRecordBytesMax) {
    return fail(ErrorCode::limit, impl_->doing + ": the record has " + std::to_string(bytes) + " bytes, at most 16 MiB",
                "send smaller records", Remedy::skip);
  }
  if (impl_->spent.load()) {
    return fail(ErrorCode::unavailable, impl_->doing + ": an earlier record has failed", "open a new appender",
                Remedy::retry);
  }
  // Under the lock, so that a report cannot come before the record is known, and the order is that of the calls.
  const std::lock_guard lock(impl_->mutex);
  if (impl_->waiting.size() >= kWaitingMax || impl_->waiting_bytes + bytes > kWaitingBytesMax) {
    return fail(to_error(RD_KAFKA_RESP_ERR__QUEUE_FULL, impl_->doing));
  }
  auto pending = impl_->waiting.emplace(impl_->waiting.end());
  pending->done = std::move(done);
  pending->bytes = bytes;
  pending->self = pending;
  const auto code = send(impl_->client->get(), {.topic = impl_->topic.get(),
                                                .partition = impl_->options.partition,
                                                .key = record.key,
                                                .value = record.value,
                                                .stamp = record.stamp ? record.stamp->time_since_epoch().count() : 0,
                                                .opaque = &*pending});
  if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
    impl_->waiting_bytes += bytes;
    return {};
  }
  impl_->waiting.erase(pending);
  if (code == RD_KAFKA_RESP_ERR__FATAL) impl_->spent.store(true);
  return fail(to_error(code, impl_->doing));
}

Result<Appender::Appended> Appender::append_and_wait(const NewRecord& record) {
  struct Outcome {
    std::mutex mutex;
    std::condition_variable known;
    std::optional<Result<Appended>> value;
  };
  auto outcome = std::make_shared<Outcome>();
  auto queued = append(record, [outcome](Result<Appended> value) {
    const std::lock_guard lock(outcome->mutex);
    outcome->value.emplace(std::move(value));
    outcome->known.notify_all();
  });
  if (!queued) return fail(queued.error());
  std::unique_lock lock(outcome->mutex);
  if (!outcome->known.wait_for(lock, kWaitLimit, [&] { return outcome->value.has_value(); })) {
    impl_->spent.store(true);
    return fail(to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, impl_->doing));
  }
  return *outcome->value;
}

Result<void> Appender::flush(Millis limit) {
  std::unique_lock lock(impl_->mutex);
  if (impl_->changed.wait_for(lock, limit, [this] { return impl_->waiting.empty(); })) return {};
  return fail(to_error(RD_KAFKA_RESP_ERR__TIMED_OUT, impl_->doing));
}

bool Appender::spent() const { return impl_->spent.load(); }

}  // namespace avbrottsvakt::kafka
