#include "kafka/transactional_producer.h"

#include <map>
#include <utility>

#include "kafka/bounded_caller.h"
#include "kafka/client.h"
#include "kafka/error.h"
#include "kafka/group_consumer_impl.h"

namespace avbrottsvakt::kafka {
namespace {

// One call of librdkafka at most; what is retriable is called again until the limit of the whole is reached.
constexpr int kSliceMs = 2000;
constexpr Millis kPause{20};
// Asks librdkafka's own main thread, not a broker.
constexpr std::chrono::seconds kBeginLimit{2};
// How long produce() waits for room in a full queue: 100 polls of 100 ms.
constexpr int kRoomPolls = 100;
// Of records that are given up: librdkafka reports them at once.
constexpr int kLastReportsMs = 1000;

using KafkaError = Owned<rd_kafka_error_t>;

/// After a fatal error every call says only that there was one; what it was, the client remembers.
rd_kafka_resp_err_t cause_of(rd_kafka_t* handle, rd_kafka_resp_err_t code) {
  if (code != RD_KAFKA_RESP_ERR__FATAL) return code;
  const auto fatal = rd_kafka_fatal_error(handle, nullptr, 0);
  return fatal == RD_KAFKA_RESP_ERR_NO_ERROR ? code : fatal;
}

Error explained(rd_kafka_t* handle, const rd_kafka_error_t& error, const std::string& doing) {
  Error known = to_error(cause_of(handle, rd_kafka_error_code(&error)), doing);
  known.message += std::string(": ") + rd_kafka_error_string(&error);
  return known;
}

/// Calls again while that may help. Aborts, as far as it can, what must be aborted: readers then need not wait for the
/// coordinator to do so.
template <typename Call>
Result<void> until_decided(rd_kafka_t* handle, BoundedCaller::Patience& patience, const std::string& doing, Call call) {
  while (true) {
    const KafkaError error(call());
    if (error == nullptr) return {};
    const auto failure = classify(*error);
    if (failure == TransactionFailure::again && patience.wait(kPause)) continue;
    if (failure == TransactionFailure::abort) {
      const KafkaError ignored(rd_kafka_abort_transaction(handle, kSliceMs));
    }
    return fail(explained(handle, *error, doing));
  }
}

}  // namespace

struct TransactionalProducer::Impl {
  ~Impl();

  std::shared_ptr<Client> client;
  std::map<std::string, Owned<rd_kafka_topic_t>, std::less<>> topics;  // Go before the client.
  BoundedCaller caller;
  bool must_be_replaced = false;

  rd_kafka_topic_t* topic(std::string_view name) {
    auto known = topics.find(name);
    if (known == topics.end()) {
      const std::string text(name);
      known = topics.emplace(text, rd_kafka_topic_new(client->get(), text.c_str(), nullptr)).first;
    }
    return known->second.get();
  }
};

/// Nothing may be under way when librdkafka 2.0.2 ends: it frees the text of a fatal error when its main thread does,
/// and once more when a refusal of further records, of a producer that was fenced say, comes after that.
TransactionalProducer::Impl::~Impl() {
  if (client == nullptr || rd_kafka_outq_len(client->get()) == 0) return;
  rd_kafka_purge(client->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  rd_kafka_flush(client->get(), kLastReportsMs);
}

TransactionalProducer::TransactionalProducer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TransactionalProducer::~TransactionalProducer() = default;

Result<std::unique_ptr<TransactionalProducer>> TransactionalProducer::open(const Connection& connection,
                                                                           const std::string& transactional_id) {
  auto client = Client::open(
      Client::Kind::producer, connection,
      // Measured: with the default back-off of 100 ms transactions that follow at once on each other stall that long.
      {{"linger.ms", "0"}, {"retry.backoff.ms", "5"}},
      {{"transactional.id", transactional_id},
       {"enable.idempotence", "true"},
       {"acks", "all"},
       {"transaction.timeout.ms", "15000"},
       {"message.max.bytes", "17000000"},
       {"queue.buffering.max.messages", "1000000"},
       {"queue.buffering.max.kbytes", "262144"},
       {"partitioner", "murmur2_random"},
       {"allow.auto.create.topics", "false"},
       // Measured: without reports of success, commit waits in steps of 10 ms.
       {"delivery.report.only.error", "false"}},
      std::make_unique<Client::Hooks>());
  if (!client) return fail(client.error());
  auto impl = std::make_unique<Impl>();
  impl->client = std::move(*client);
  return std::unique_ptr<TransactionalProducer>(new TransactionalProducer(std::move(impl)));
}

Result<void> TransactionalProducer::init(Millis limit) {
  const std::string doing = "cannot become the owner of the transactional id";
  auto job = [client = impl_->client, doing](BoundedCaller::Patience& patience) {
    return until_decided(client->get(), patience, doing,
                         [&] { return rd_kafka_init_transactions(client->get(), kSliceMs); });
  };
  return impl_->caller.call(std::move(job), limit, doing);
}

Result<void> TransactionalProducer::begin() {
  impl_->client->hooks().end_transactions_sent.store(0);
  impl_->must_be_replaced = false;
  const std::string doing = "cannot begin a transaction";
  auto job = [client = impl_->client, doing](BoundedCaller::Patience& patience) {
    return until_decided(client->get(), patience, doing, [&] { return rd_kafka_begin_transaction(client->get()); });
  };
  return impl_->caller.call(std::move(job), kBeginLimit, doing);
}

Result<void> TransactionalProducer::produce(const NewRecord& record) {
  const std::string doing = "cannot write to " + std::string(record.topic);
  rd_kafka_topic_t* topic = impl_->topic(record.topic);
  if (topic == nullptr) return fail(to_error(rd_kafka_last_error(), doing));
  const Outgoing outgoing{.topic = topic,
                          .partition = record.partition.value_or(RD_KAFKA_PARTITION_UA),
                          .key = record.key,
                          .value = record.value,
                          .headers = record.headers};
  for (int tries = 0;; ++tries) {
    const auto code = send(impl_->client->get(), outgoing);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return {};
    if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL || tries == kRoomPolls) {
      return fail(to_error(cause_of(impl_->client->get(), code), doing));
    }
    rd_kafka_poll(impl_->client->get(), 100);
  }
}

Result<void> TransactionalProducer::flush(Millis limit) {
  const std::string doing = "cannot hand over the records of a transaction";
  auto job = [client = impl_->client, limit, doing](BoundedCaller::Patience&) -> Result<void> {
    const auto code = rd_kafka_flush(client->get(), to_int(limit));
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, doing));
    return {};
  };
  return impl_->caller.call(std::move(job), limit, doing);
}

Result<void> TransactionalProducer::commit(const Position& position, const GroupConsumer& consumer, Millis limit) {
  const std::string doing = "cannot commit";
  auto job = [client = impl_->client, reader = consumer.impl_->client, position,
              doing](BoundedCaller::Patience& patience) -> Result<void> {
    // Fetched anew each time: it carries the generation, which is what fences a member that the group has left behind.
    const Owned<rd_kafka_consumer_group_metadata_t> member(rd_kafka_consumer_group_metadata(reader->get()));
    if (member == nullptr) return fail(to_error(RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, doing));
    const Owned<rd_kafka_topic_partition_list_t> offsets(rd_kafka_topic_partition_list_new(1));
    // An explicit offset, always: a list without any is accepted and nothing is sent, so nothing would be fenced.
    rd_kafka_topic_partition_list_add(offsets.get(), position.topic.c_str(), position.partition)->offset =
        position.next;
    auto sent = until_decided(client->get(), patience, doing, [&] {
      return rd_kafka_send_offsets_to_transaction(client->get(), offsets.get(), member.get(), kSliceMs);
    });
    if (!sent) return sent;
    return until_decided(client->get(), patience, doing,
                         [&] { return rd_kafka_commit_transaction(client->get(), kSliceMs); });
  };
  auto done = impl_->caller.call(std::move(job), limit, doing);
  impl_->must_be_replaced = impl_->client->hooks().end_transactions_sent.load() > 1;
  return done;
}

bool TransactionalProducer::must_be_replaced() const { return impl_->must_be_replaced; }

}  // namespace avbrottsvakt::kafka
