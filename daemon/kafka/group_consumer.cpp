#include "kafka/group_consumer.h"

#include <algorithm>
#include <utility>

#include "kafka/bounded_caller.h"
#include "kafka/error.h"
#include "kafka/group_consumer_impl.h"

namespace avbrottsvakt::kafka {
namespace {

Error reading_failed(rd_kafka_resp_err_t code, const std::string& topic) {
  if (code != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET && code != RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE) {
    return to_error(code, "cannot read " + topic);
  }
  return {ErrorCode::not_found,
          topic + " does not hold the position from which to go on: records were deleted before they were read",
          "keep inputs longer than the daemon may be absent (retention.ms); what is lost has to be told anew under "
          "another prefix",
          Remedy::stop};
}

}  // namespace

void GroupConsumer::Impl::on_rebalanced(rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t& partitions) {
  ++changes;
  given.reset();
  if (what != RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS && rd_kafka_assignment_lost(client->get()) != 0) {
    left_behind = true;
    // Before librdkafka is answered, so that it does not join again.
    rd_kafka_unsubscribe(client->get());
  }
  if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    given.emplace();
    for (int i = 0; i < partitions.cnt; ++i) given->push_back(partitions.elems[i].partition);
    std::sort(given->begin(), given->end());
  }
  // Nothing is fetched until the owner has restored what lies before: it calls fetch(). (Pausing would do the same, but
  // resuming a partition that is not paused makes 2.0.2 read again, librdkafka#4686.) librdkafka goes on only when it
  // has been answered, on other codes than assign and revoke too.
  const Owned<rd_kafka_topic_partition_list_t> nothing(rd_kafka_topic_partition_list_new(0));
  rd_kafka_assign(client->get(), what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? nothing.get() : nullptr);
}

GroupConsumer::GroupConsumer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
GroupConsumer::~GroupConsumer() = default;

Result<std::unique_ptr<GroupConsumer>> GroupConsumer::open(const Connection& connection, Options options) {
  auto impl = std::make_shared<Impl>();
  impl->options = std::move(options);
  auto hooks = std::make_unique<Client::Hooks>();
  // The hooks belong to the client, the client to impl: they never outlive it while anything is called back.
  hooks->rebalanced = [raw = impl.get()](rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions) {
    raw->on_rebalanced(what, *partitions);
  };
  const std::int64_t queue_kbytes = std::clamp<std::int64_t>(impl->options.queue_bytes_max >> 10, 1024, 2'000'000);
  auto client =
      Client::open(Client::Kind::consumer, connection,
                   {{"fetch.wait.max.ms", "100"}, {"session.timeout.ms", "10000"}, {"max.poll.interval.ms", "60000"}},
                   {{"group.id", impl->options.group},
                    {"enable.auto.commit", "false"},
                    {"enable.auto.offset.store", "false"},
                    {"auto.offset.reset", "error"},
                    {"enable.partition.eof", "false"},
                    {"check.crcs", "true"},
                    {"allow.auto.create.topics", "false"},
                    // Also makes committed() wait for transactions that are not decided.
                    {"isolation.level", "read_committed"},
                    // Eager: cooperative assignment of 2.0.2 has lost partitions and given one to two owners.
                    {"partition.assignment.strategy", "range"},
                    {"queued.min.messages", "10000000"},
                    {"queued.max.messages.kbytes", std::to_string(queue_kbytes)}},
                   std::move(hooks));
  if (!client) return fail(client.error());
  impl->client = std::move(*client);
  rd_kafka_t* handle = impl->client->get();
  rd_kafka_poll_set_consumer(handle);
  impl->queue.reset(rd_kafka_queue_get_consumer(handle));
  const Owned<rd_kafka_topic_partition_list_t> topics(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(topics.get(), impl->options.topic.c_str(), RD_KAFKA_PARTITION_UA);
  const auto code = rd_kafka_subscribe(handle, topics.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "cannot join group " + impl->options.group));
  return std::unique_ptr<GroupConsumer>(new GroupConsumer(std::move(impl)));
}

const std::optional<std::vector<std::int32_t>>& GroupConsumer::given() const { return impl_->given; }

std::uint64_t GroupConsumer::changes() const { return impl_->changes; }

bool GroupConsumer::left_behind() const { return impl_->left_behind; }

Result<void> GroupConsumer::fetch(std::int32_t partition, std::int64_t offset) {
  const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
  rd_kafka_topic_partition_list_add(list.get(), impl_->options.topic.c_str(), partition)->offset = offset;
  const auto code = rd_kafka_assign(impl_->client->get(), list.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "cannot read " + impl_->options.topic));
  return {};
}

Result<void> GroupConsumer::fetch_nothing() {
  const Owned<rd_kafka_topic_partition_list_t> nothing(rd_kafka_topic_partition_list_new(0));
  const auto code = rd_kafka_assign(impl_->client->get(), nothing.get());
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, "cannot stop reading " + impl_->options.topic));
  return {};
}

Result<std::vector<Record>> GroupConsumer::poll(std::size_t max, Millis wait) {
  if (impl_->postponed) return fail(*std::exchange(impl_->postponed, std::nullopt));
  std::vector<Record> records;
  const std::uint64_t before = impl_->changes;
  std::size_t bytes = 0;
  int timeout = to_int(wait);
  while (records.size() < max && bytes < kPollBytes) {
    if (impl_->interrupted.load(std::memory_order_relaxed) && impl_->interrupted.exchange(false)) break;
    const Owned<rd_kafka_message_t> message(rd_kafka_consumer_poll(impl_->client->get(), timeout));
    if (impl_->changes != before) {
      records.clear();
      break;
    }
    if (message == nullptr) break;
    timeout = 0;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      bytes += message->len;
      records.push_back(to_record(*message));
      continue;
    }
    Error error = reading_failed(message->err, impl_->options.topic);
    if (error.action == Remedy::retry) continue;  // librdkafka does so.
    if (records.empty()) return fail(std::move(error));
    impl_->postponed = std::move(error);
    break;
  }
  impl_->interrupted.exchange(false);
  return records;
}

Result<std::optional<std::int64_t>> GroupConsumer::committed(std::int32_t partition, Millis limit) {
  auto offset = std::make_shared<std::optional<std::int64_t>>();
  const std::string doing = "cannot read the committed offset of group " + impl_->options.group;
  auto job = [client = impl_->client, topic = impl_->options.topic, partition, limit, doing,
              offset](BoundedCaller::Patience& patience) -> Result<void> {
    const Owned<rd_kafka_topic_partition_list_t> list(rd_kafka_topic_partition_list_new(1));
    auto* entry = rd_kafka_topic_partition_list_add(list.get(), topic.c_str(), partition);
    while (true) {
      auto code = rd_kafka_committed(client->get(), list.get(), to_int(limit));
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) code = entry->err;
      if (code == RD_KAFKA_RESP_ERR_NO_ERROR) break;
      Error error = to_error(code, doing);
      if (error.action != Remedy::retry || !patience.wait(Millis(100))) return fail(std::move(error));
    }
    if (entry->offset >= 0) *offset = entry->offset;
    return {};
  };
  if (auto ok = BoundedCaller().call(std::move(job), limit, doing); !ok) return fail(ok.error());
  return *offset;
}

void GroupConsumer::interrupt() {
  impl_->interrupted.store(true);
  rd_kafka_queue_yield(impl_->queue.get());
}

Result<void> GroupConsumer::leave(Millis limit) {
  const std::string doing = "cannot leave group " + impl_->options.group;
  auto job = [impl = impl_, doing](BoundedCaller::Patience&) -> Result<void> {
    const auto code = rd_kafka_consumer_close(impl->client->get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) return fail(to_error(code, doing));
    return {};
  };
  return BoundedCaller().call(std::move(job), limit, doing);
}

}  // namespace avbrottsvakt::kafka
