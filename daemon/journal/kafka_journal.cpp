#include "journal/kafka_journal.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <utility>

#include "base/check.h"
#include "journal/kafka_bundles.h"
#include "journal/kafka_restore.h"
#include "kafka/appender.h"
#include "kafka/group_consumer.h"
#include "kafka/transactional_producer.h"

namespace avbrottsvakt {
namespace {

using kafka::Appender;
using kafka::GroupConsumer;
using kafka::TransactionalProducer;

constexpr Millis kGivenLimit{10'000};
constexpr Millis kGivenSlice{100};
constexpr Millis kFenceLimit{30'000};
// As long as the coordinator keeps a transaction open: waiting longer could only hear that it is lost.
constexpr Millis kCommitLimit{15'000};
constexpr Millis kCommittedLimit{10'000};
constexpr Millis kLeaveLimit{10'000};
// Of a member whose session has ended: the group waits for nothing but its joining again, which this prevents.
constexpr Millis kLeaveBehindLimit{2'000};
constexpr Millis kRoomLimit{17'000};

/// Members of a group are put in order by their ids, which begin with this. The one that has been there longest comes
/// first and so keeps a single partition when a standby joins.
std::string member_name(const std::string& group, const Clock& clock) {
  const std::string millis = std::to_string(clock.wall().time_since_epoch().count());
  return group + "-" + std::string(14 - std::min<std::size_t>(14, millis.size()), '0') + millis;
}

Error interrupted() { return {ErrorCode::unavailable, "interrupted", {}, Remedy::retry}; }

Error not_owner() {
  return {ErrorCode::fenced, "this process does not own the domain", "take over again", Remedy::retry};
}

tl::unexpected<Error> unstamped() {
  return fail(ErrorCode::invalid_input, "an exercise takes only inputs that its script has stamped",
              "append with a stamp");
}

std::string text_of(const std::optional<std::int64_t>& offset) { return offset ? std::to_string(*offset) : "none"; }

}  // namespace

struct KafkaJournal::Impl {
  Impl(KafkaJournalOptions given, const Clock& clock_given)
      : options(std::move(given)),
        clock(clock_given),
        connection(connection_of(options)),
        inputs(topic_name(options, "inputs")),
        partition(partition_of_domain(options)) {}

  Result<void> join();
  Result<void> enter(Millis leave_limit);
  Result<void> wait_until_given();
  Result<void> replace_producer();
  Result<void> agree(const std::optional<KafkaMeta>& meta, const std::optional<std::int64_t>& committed) const;
  Result<void> settle_rebalance();
  Result<void> write(const Commit& commit);
  tl::unexpected<Error> lost(Error error);
  tl::unexpected<Error> refused(Error error);
  bool given() const;
  Result<std::shared_ptr<Appender>> appender();

  const KafkaJournalOptions options;
  const Clock& clock;
  const kafka::Connection connection;
  const std::string inputs;
  const std::int32_t partition;

  std::atomic<bool> interrupted_while_taking_over{false};
  std::mutex consumer_mutex;  // Guards the pointer only, for interrupt().
  std::unique_ptr<GroupConsumer> consumer;
  std::unique_ptr<TransactionalProducer> producer;

  bool owned = false;
  bool rejoin = false;                    // The group does not know us any more, or somebody fenced us.
  std::uint64_t settled = 0;              // consumer->changes() that have been dealt with.
  std::int64_t position = 0;              // Of the next input to be given by poll().
  std::optional<std::int64_t> committed;  // The group's offset, as we know it.
  std::int64_t sequence = 0;

  std::mutex append_mutex;
  std::shared_ptr<Appender> shared_appender;
  std::optional<LogTime> last_stamp;
};

bool KafkaJournal::Impl::given() const {
  const auto& partitions = consumer->given();
  return partitions && std::binary_search(partitions->begin(), partitions->end(), partition);
}

Result<void> KafkaJournal::Impl::join() {
  if (consumer != nullptr && !rejoin && !consumer->left_behind()) return {};
  if (auto ok = check_topics(options); !ok) return ok;
  return enter(kLeaveLimit);
}

/// As a new member, behind all that are there.
Result<void> KafkaJournal::Impl::enter(Millis leave_limit) {
  if (consumer != nullptr) {
    // In order, so that the group need not wait for our old self. Its failure only costs that wait.
    static_cast<void>(consumer->leave(leave_limit));
    const std::lock_guard lock(consumer_mutex);
    consumer.reset();
  }
  kafka::Connection member = connection;
  member.client_id = member_name(connection.client_id, clock);
  auto opened = GroupConsumer::open(member, {connection.client_id, inputs});
  if (!opened) return fail(opened.error());
  const std::lock_guard lock(consumer_mutex);
  consumer = std::move(*opened);
  rejoin = false;
  return {};
}

Result<void> KafkaJournal::Impl::wait_until_given() {
  const auto began = clock.steady();
  while (!given()) {
    if (interrupted_while_taking_over.exchange(false)) return fail(interrupted());
    if (clock.steady() - began > kGivenLimit) {
      return fail(ErrorCode::unavailable,
                  "group " + connection.client_id + " has not given " + inputs + " partition " +
                      std::to_string(partition) + " to this process: another one owns it, or its session has not ended",
                  "nothing: this process stands by and tries again", Remedy::retry);
    }
    auto polled = consumer->poll(1, kGivenSlice);
    if (!polled) return fail(polled.error());
    if (consumer->left_behind()) {
      if (auto ok = enter(kLeaveBehindLimit); !ok) return ok;
    }
  }
  return {};
}

Result<void> KafkaJournal::Impl::replace_producer() {
  producer.reset();
  auto opened =
      TransactionalProducer::open(connection, options.prefix + "-" + options.domain + "-" + std::to_string(partition));
  if (!opened) return fail(opened.error());
  if (auto ok = (*opened)->init(kFenceLimit); !ok) return ok;
  producer = std::move(*opened);
  return {};
}

Result<void> KafkaJournal::Impl::agree(const std::optional<KafkaMeta>& meta,
                                       const std::optional<std::int64_t>& offset) const {
  const std::optional<std::int64_t> next = meta ? std::optional(meta->next_position) : std::nullopt;
  if (next == offset) return {};
  std::string remedy;
  if (!meta) {
    remedy = "the state topic was lost or made anew: bring it back, or begin under another prefix";
  } else if (!offset) {
    remedy =
        "the group's offsets were deleted, or expired while no daemon ran (offsets.retention.minutes); if the state "
        "topic is known to be whole: kafka-consumer-groups --reset-offsets --group " +
        connection.client_id + " --topic " + inputs + ":" + std::to_string(partition) + " --to-offset " +
        std::to_string(*next) + " --execute";
  } else {
    remedy = "somebody moved the group's offset, or a transaction was torn; compare both topics before anything runs";
  }
  return fail(ErrorCode::corrupt,
              "group " + connection.client_id + " stands at " + text_of(offset) + " in " + inputs + " partition " +
                  std::to_string(partition) + ", but the state was made up to " + text_of(next),
              std::move(remedy));
}

tl::unexpected<Error> KafkaJournal::Impl::lost(Error error) {
  owned = false;
  producer.reset();
  if (consumer != nullptr) static_cast<void>(consumer->fetch_nothing());
  return fail(std::move(error));
}

/// A broker has refused us. If it was because of another owner, the group has left us behind without our knowing, or
/// somebody owns without the group: joining anew settles both.
tl::unexpected<Error> KafkaJournal::Impl::refused(Error error) {
  rejoin = error.code == ErrorCode::fenced;
  if (error.code == ErrorCode::limit) error.action = Remedy::stop;  // Skipping part of a commit is no remedy.
  return lost(std::move(error));
}

KafkaJournal::KafkaJournal(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
KafkaJournal::~KafkaJournal() = default;

Result<std::unique_ptr<KafkaJournal>> KafkaJournal::open(KafkaJournalOptions options, const Clock& clock) {
  if (auto ok = check_options(options); !ok) return fail(ok.error());
  return std::unique_ptr<KafkaJournal>(new KafkaJournal(std::make_unique<Impl>(std::move(options), clock)));
}

Result<Journal::Restored> KafkaJournal::take_over(const std::function<void(std::int64_t)>& progress) {
  Impl& self = *impl_;
  self.owned = false;
  self.producer.reset();
  // Of an earlier ownership: nothing may be fetched from a position that is yet to be restored.
  if (self.consumer != nullptr) static_cast<void>(self.consumer->fetch_nothing());
  if (auto ok = self.join(); !ok) return fail(ok.error());
  if (auto ok = self.wait_until_given(); !ok) return fail(ok.error());
  self.settled = self.consumer->changes();
  if (auto ok = self.replace_producer(); !ok) return fail(ok.error());

  const auto each_second = [&](std::int64_t count) -> Result<void> {
    if (progress) progress(count);
    if (self.interrupted_while_taking_over.exchange(false)) return fail(interrupted());
    auto polled = self.consumer->poll(1, Millis(0));
    if (!polled) return fail(polled.error());
    if (self.consumer->changes() != self.settled) return fail(not_owner());
    return {};
  };
  auto read = read_state(self.connection, {topic_name(self.options, "state"), self.partition, self.options.domain},
                         self.clock, each_second);
  if (!read) return fail(read.error());
  self.committed = std::nullopt;
  auto offset = self.consumer->committed(self.partition, kCommittedLimit);
  if (!offset) return fail(offset.error());
  if (auto ok = self.agree(read->meta, *offset); !ok) return fail(ok.error());

  Restored restored;
  restored.fresh = !read->meta.has_value();
  // The log of a domain begins at 0. Where its head is gone although nothing was ever applied, poll() says so.
  restored.next_position = offset->value_or(0);
  restored.state.reserve(read->state.size());
  while (!read->state.empty()) {
    auto entry = read->state.extract(read->state.begin());
    restored.state.push_back({std::move(entry.key()), std::move(entry.mapped())});
  }
  self.committed = *offset;
  self.position = restored.next_position;
  self.sequence = read->meta ? read->meta->sequence : 0;
  if (auto ok = self.consumer->fetch(self.partition, self.position); !ok) return fail(ok.error());
  self.owned = true;
  return restored;
}

/// The group has decided anew, or is about to.
Result<void> KafkaJournal::Impl::settle_rebalance() {
  if (consumer->left_behind()) {
    // Under its old name it would come first, and displace whoever has taken over while it slept. Nobody may have: then
    // the group gives the partition back to the new member, and all goes on as before.
    if (auto ok = enter(kLeaveBehindLimit); !ok) return lost(ok.error());
    settled = consumer->changes();
    return {};
  }
  if (!consumer->given()) return {};  // About to: poll() is called again.
  if (!given()) return lost(not_owner());
  // Ours again. Whoever owned it in between has fenced our producer, and has moved the offset if it committed: every
  // commit moves it. If neither happened, our state still is the state; if only the first, our next commit fails.
  auto offset = consumer->committed(partition, kCommittedLimit);
  if (!offset) return fail(offset.error());
  if (*offset != committed) return lost(not_owner());
  if (auto ok = consumer->fetch(partition, position); !ok) return ok;
  settled = consumer->changes();
  return {};
}

Result<std::vector<Journal::Record>> KafkaJournal::poll(std::size_t max, Millis wait) {
  Impl& self = *impl_;
  if (!self.owned) return fail(not_owner());
  auto polled = self.consumer->poll(max, wait);
  self.interrupted_while_taking_over.store(false);
  if (!polled) return fail(polled.error());
  if (self.consumer->changes() != self.settled) {
    if (auto ok = self.settle_rebalance(); !ok) return fail(ok.error());
    return std::vector<Record>();
  }
  const auto stamped_by = self.options.exercise ? kafka::Record::StampedBy::writer : kafka::Record::StampedBy::broker;
  std::vector<Record> records;
  records.reserve(polled->size());
  for (kafka::Record& record : *polled) {
    self.position = record.offset + 1;
    if (record.key != self.options.domain) continue;  // Another domain's, in the same partition.
    if (record.stamped_by != stamped_by) {
      return fail(ErrorCode::invalid_input,
                  "offset " + std::to_string(record.offset) + " of " + self.inputs + " is not stamped by " +
                      (self.options.exercise ? "the script of an exercise" : "the broker"),
                  "avbrottsvakt topics --create shows which settings of the topic differ");
    }
    records.push_back({record.offset, record.stamp, record.value ? std::move(*record.value) : std::string()});
  }
  return records;
}

Result<void> KafkaJournal::Impl::write(const Commit& commit) {
  const std::string state = topic_name(options, "state");
  const auto put = [&](std::string_view key, std::optional<std::string_view> value) {
    return producer->produce({state, partition, key, value});
  };
  for (const Commit::Put& change : commit.state) {
    const auto value = change.value ? std::optional<std::string_view>(*change.value) : std::nullopt;
    if (auto ok = put(state_key(options.domain, change.key), value); !ok) return ok;
  }
  for (const OutputRecord& output : commit.outputs) {
    const std::string topic = topic_name(options, output.topic);
    if (auto ok = producer->produce({topic, std::nullopt, output.key, output.value, &output.headers}); !ok) return ok;
  }
  const std::string positions = topic_name(options, "positions");
  for (const KeyValue& applied : commit.positions) {
    const std::string key = options.domain + "/" + applied.key;
    if (auto ok = producer->produce({positions, 0, key, applied.value}); !ok) return ok;
  }
  return put(meta_key(options.domain), encode(KafkaMeta{commit.next_position, sequence + 1, commit.now}));
}

Result<void> KafkaJournal::commit(const Commit& commit) {
  Impl& self = *impl_;
  if (!self.owned) return fail(not_owner());
  AV_CHECK(commit.next_position >= self.committed.value_or(0) && commit.next_position <= self.position);
  if (self.consumer->changes() != self.settled) return self.lost(not_owner());
  if (self.producer->must_be_replaced()) {
    if (self.options.log) {
      self.options.log(4, "REPLACE",
                       "the last commit was asked for twice: replacing the producer, so that a stray request "
                       "cannot decide the next transaction");
    }
    // The new one fences, too: should somebody else own the domain by now, our generation in the group is an old one,
    // and the commit below fails.
    if (auto ok = self.replace_producer(); !ok) return self.refused(ok.error());
    const auto offset = self.consumer->committed(self.partition, kCommittedLimit);
    if (!offset) return self.lost(offset.error());
    if (*offset != self.committed) return self.lost(not_owner());
  }
  if (auto ok = self.producer->begin(); !ok) return self.refused(ok.error());
  if (auto ok = self.write(commit); !ok) return self.refused(ok.error());
  if (auto ok =
          self.producer->commit({self.inputs, self.partition, commit.next_position}, *self.consumer, kCommitLimit);
      !ok) {
    return self.refused(ok.error());
  }
  self.committed = commit.next_position;
  ++self.sequence;
  return {};
}

Result<std::shared_ptr<Appender>> KafkaJournal::Impl::appender() {
  const std::lock_guard lock(append_mutex);
  if (shared_appender == nullptr || shared_appender->spent()) {
    auto opened = Appender::open(connection, {inputs, partition});
    if (!opened) return fail(opened.error());
    shared_appender = std::move(*opened);
  }
  return shared_appender;
}

Result<std::optional<LogTime>> KafkaJournal::append(std::string_view value) {
  if (impl_->options.exercise) return unstamped();
  auto appender = impl_->appender();
  if (!appender) return fail(appender.error());
  auto done = (*appender)->append_and_wait({impl_->options.domain, value});
  if (!done) return fail(done.error());
  return done->stamp;
}

Result<void> KafkaJournal::append_all(const std::vector<std::string>& values) {
  if (values.empty()) return {};
  if (impl_->options.exercise) return unstamped();
  auto appender = impl_->appender();
  if (!appender) return fail(appender.error());
  struct Outcome {
    std::mutex mutex;
    std::optional<Error> first_error;
  };
  auto outcome = std::make_shared<Outcome>();
  const auto done = [outcome](const Result<Appender::Appended>& appended) {
    if (appended) return;
    const std::lock_guard lock(outcome->mutex);
    if (!outcome->first_error) outcome->first_error = appended.error();
  };
  for (const std::string& value : values) {
    auto queued = (*appender)->append({impl_->options.domain, value}, done);
    if (!queued && queued.error().code == ErrorCode::limit && queued.error().action == Remedy::retry) {
      if (auto ok = (*appender)->flush(kRoomLimit); !ok) return ok;
      queued = (*appender)->append({impl_->options.domain, value}, done);
    }
    if (!queued) return queued;
  }
  if (auto ok = (*appender)->flush(kRoomLimit); !ok) return ok;
  const std::lock_guard lock(outcome->mutex);
  if (outcome->first_error) return fail(*outcome->first_error);
  return {};
}

Result<void> KafkaJournal::append_stamped(std::string_view value, LogTime stamp) {
  if (!impl_->options.exercise) {
    return fail(ErrorCode::invalid_input, "only an exercise sets stamps", "append without a stamp");
  }
  {
    const std::lock_guard lock(impl_->append_mutex);
    if (impl_->last_stamp && stamp < *impl_->last_stamp) {
      return fail(ErrorCode::invalid_input,
                  "stamp " + format_instant(stamp) + " lies before " + format_instant(*impl_->last_stamp),
                  "stamps of an exercise must not fall");
    }
    impl_->last_stamp = stamp;
  }
  auto appender = impl_->appender();
  if (!appender) return fail(appender.error());
  auto done = (*appender)->append_and_wait({impl_->options.domain, value, stamp});
  if (!done) return fail(done.error());
  return {};
}

Result<void> KafkaJournal::store_bundle(const std::string& hash, std::string_view bytes) {
  return avbrottsvakt::store_bundle(impl_->connection, topic_name(impl_->options, "bundles"), impl_->clock, hash,
                                    bytes);
}

Result<std::string> KafkaJournal::load_bundle(const std::string& hash) {
  return avbrottsvakt::load_bundle(impl_->connection, topic_name(impl_->options, "bundles"), impl_->clock, hash);
}

void KafkaJournal::interrupt() {
  impl_->interrupted_while_taking_over.store(true);
  const std::lock_guard lock(impl_->consumer_mutex);
  if (impl_->consumer != nullptr) impl_->consumer->interrupt();
}

void KafkaJournal::close() {
  Impl& self = *impl_;
  self.owned = false;
  self.producer.reset();
  {
    const std::lock_guard lock(self.append_mutex);
    self.shared_appender.reset();
  }
  if (self.consumer == nullptr) return;
  // Its failure only costs the others the rest of our session.
  static_cast<void>(self.consumer->leave(kLeaveLimit));
  const std::lock_guard lock(self.consumer_mutex);
  self.consumer.reset();
}

}  // namespace avbrottsvakt
