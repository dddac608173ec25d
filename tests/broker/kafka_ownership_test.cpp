#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <utility>

#include "broker/broker.h"
#include "broker/child.h"
#include "journal/kafka_meta.h"
#include "kafka/appender.h"
#include "kafka/group_consumer.h"
#include "kafka/transactional_producer.h"

/// Who owns a domain, and what becomes of what the others had begun.
namespace avbrottsvakt {
namespace {

using kafka::GroupConsumer;
using kafka::SourceConsumer;
using kafka::TransactionalProducer;
using test::become_owner;
using test::new_options;
using test::new_owner;
using test::poll_all;
using test::sorted;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr Millis kLimit{30'000};

Journal::Commit one_alert(std::int64_t next, const std::string& value) {
  return {next, LogTime(Millis(next)), {{"last", value}}, {{"alerts", "incident", value, value, {}}}, {}};
}

std::vector<std::string> alerts(const KafkaJournalOptions& options,
                                SourceConsumer::Isolation isolation = SourceConsumer::Isolation::committed) {
  return test::values_of(test::read_all(topic_name(options, "alerts"), 0, isolation));
}

std::unique_ptr<TransactionalProducer> fence(const KafkaJournalOptions& options) {
  auto producer = TransactionalProducer::open(connection_of(options), options.prefix + "-" + options.domain + "-0");
  EXPECT_TRUE(producer);
  const auto ok = (*producer)->init(kLimit);
  EXPECT_TRUE(ok) << to_string(ok.error());
  return std::move(*producer);
}

/// Moves the group's offset, as somebody with a tool would.
void move_offset(const KafkaJournalOptions& options, std::int64_t offset) {
  const auto connection = connection_of(options);
  auto member = GroupConsumer::open(connection, {connection.client_id, topic_name(options, "inputs")});
  ASSERT_TRUE(test::eventually([&] { return (*member)->poll(1, Millis(100)) && (*member)->given(); }));
  auto producer = TransactionalProducer::open(connection, options.prefix + "-somebody-else");
  ASSERT_TRUE((*producer)->init(kLimit));
  ASSERT_TRUE((*producer)->begin());
  const auto ok = (*producer)->commit({topic_name(options, "inputs"), 0, offset}, **member, kLimit);
  ASSERT_TRUE(ok) << to_string(ok.error());
  ASSERT_TRUE((*member)->leave(kLimit));
}

TEST(KafkaOwnership, ASecondOwnerFencesTheFirst) {
  const auto options = new_options();
  auto first = new_owner(options);
  ASSERT_TRUE(first->append_all({"a", "b"}));
  poll_all(*first, 2);
  ASSERT_TRUE(first->commit(one_alert(1, "first")));
  fence(options);
  const auto refused = first->commit(one_alert(2, "zombie"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::fenced) << to_string(refused.error());
  EXPECT_EQ(refused.error().action, Remedy::retry);
  EXPECT_THAT(alerts(options), ElementsAre("first"));
  EXPECT_EQ(first->poll(1, Millis(0)).error().code, ErrorCode::fenced);
  // It may become the owner again, in order.
  const auto restored = become_owner(*first);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, 1);
  EXPECT_THAT(sorted(restored->state), ElementsAre(Pair("last", "first")));
  poll_all(*first, 1);
  EXPECT_TRUE(first->commit(one_alert(2, "in order")));
  EXPECT_THAT(alerts(options), ElementsAre("first", "in order"));
}

TEST(KafkaOwnership, AStandbyWaitsAndTheOwnerGoesOn) {
  const auto options = new_options();
  auto owner = new_owner(options);
  ASSERT_TRUE(owner->append_all({"a", "b", "c"}));
  poll_all(*owner, 1);
  ASSERT_TRUE(owner->commit(one_alert(1, "a")));

  auto standby = KafkaJournal::open(options, test::real_clock());
  Result<Journal::Restored> waited;
  std::atomic<bool> waiting{true};
  std::thread other([&] {
    waited = (*standby)->take_over(nullptr);
    waiting = false;
  });
  // The group decides anew when the standby joins, and keeps the owner: it goes on without restoring.
  std::vector<std::string> heard;
  ASSERT_TRUE(test::eventually([&] {
    const auto records = owner->poll(10, Millis(200));
    if (!records) {
      ADD_FAILURE() << to_string(records.error());
      return true;
    }
    for (const auto& record : *records) {
      heard.push_back(record.value);
      EXPECT_TRUE(owner->commit(one_alert(record.position + 1, record.value)));
    }
    return !waiting;
  }));
  other.join();
  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, ErrorCode::unavailable);
  EXPECT_EQ(waited.error().action, Remedy::retry);
  EXPECT_THAT(heard, ElementsAre("b", "c"));
  EXPECT_THAT(alerts(options), ElementsAre("a", "b", "c"));

  owner->close();
  const auto restored = become_owner(**standby);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, 3);
  EXPECT_THAT(sorted(restored->state), ElementsAre(Pair("last", "c")));
}

TEST(KafkaOwnership, AGroupThatRefusesUsIsNoStandby) {
  auto options = new_options();
  // Shorter than the broker allows.
  options.settings = {{"session.timeout.ms", "900"}, {"heartbeat.interval.ms", "300"}};
  ASSERT_TRUE(create_topics(options));
  auto journal = KafkaJournal::open(options, test::real_clock());
  const auto restored = become_owner(**journal);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(restored.error().action, Remedy::stop);
  EXPECT_THAT(restored.error().message, HasSubstr("session"));
}

TEST(KafkaOwnership, AnOpenTransactionOfAKilledOwnerIsNeverSeen) {
  const auto options = new_options();
  auto first = new_owner(options);
  ASSERT_TRUE(first->append_all({"a", "b", "c"}));
  poll_all(*first, 1);
  ASSERT_TRUE(first->commit(one_alert(1, "a")));
  first->close();

  test::Child child({AV_JOURNAL_OWNER, "stays-open", options.prefix});
  ASSERT_EQ(child.line(), "open");
  EXPECT_THAT(alerts(options, SourceConsumer::Isolation::uncommitted), ElementsAre("a", "never"));
  child.kill();

  auto second = KafkaJournal::open(options, test::real_clock());
  const auto restored = become_owner(**second);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, 1);
  EXPECT_THAT(sorted(restored->state), ElementsAre(Pair("last", "a")));
  poll_all(**second, 2);
  ASSERT_TRUE((*second)->commit(one_alert(3, "c")));
  EXPECT_THAT(alerts(options), ElementsAre("a", "c"));
}

TEST(KafkaOwnership, AnOwnerThatSleptThroughItsSessionCommitsNothing) {
  const auto options = new_options();
  ASSERT_TRUE(create_topics(options));
  auto second = KafkaJournal::open(options, test::real_clock());
  std::vector<std::string> inputs(10, "input");
  ASSERT_TRUE((*second)->append_all(inputs));

  test::Child child({AV_JOURNAL_OWNER, "commits", options.prefix});
  ASSERT_EQ(child.line(), "owner");
  child.write("one");
  ASSERT_EQ(child.line(), "committed one");
  child.send(SIGSTOP);
  const auto restored = become_owner(**second);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, 1);
  poll_all(**second, 1);
  ASSERT_TRUE((*second)->commit(one_alert(2, "two")));

  child.write("zombie");
  child.send(SIGCONT);
  EXPECT_EQ(child.line(), "error fenced");
  EXPECT_THAT(alerts(options), ElementsAre("one", "two"));
  poll_all(**second, 1);
  const auto next = (*second)->commit(one_alert(3, "three"));
  EXPECT_TRUE(next) << to_string(next.error());
  EXPECT_THAT(alerts(options), ElementsAre("one", "two", "three"));
}

TEST(KafkaOwnership, AnOwnerThatSleptWhileAnotherCameAndWentDoesNotGoOnAsBefore) {
  const auto options = new_options();
  ASSERT_TRUE(create_topics(options));
  auto second = KafkaJournal::open(options, test::real_clock());
  ASSERT_TRUE((*second)->append_all(std::vector<std::string>(10, "input")));
  test::Child child({AV_JOURNAL_OWNER, "commits", options.prefix});
  ASSERT_EQ(child.line(), "owner");
  child.write("one");
  ASSERT_EQ(child.line(), "committed one");
  child.send(SIGSTOP);
  ASSERT_TRUE(become_owner(**second));
  poll_all(**second, 1);
  ASSERT_TRUE((*second)->commit(one_alert(2, "two")));
  (*second)->close();

  // The group gives the partition back to it, but its state is no longer the state.
  child.write("poll");
  child.send(SIGCONT);
  EXPECT_EQ(child.line(), "error fenced");
}

TEST(KafkaOwnership, AnOwnerThatSleptDoesNotDisplaceItsSuccessor) {
  const auto options = new_options();
  ASSERT_TRUE(create_topics(options));
  auto second = KafkaJournal::open(options, test::real_clock());
  ASSERT_TRUE((*second)->append_all(std::vector<std::string>(10, "input")));
  test::Child child({AV_JOURNAL_OWNER, "commits", options.prefix});
  ASSERT_EQ(child.line(), "owner");
  child.send(SIGSTOP);
  ASSERT_TRUE(become_owner(**second));

  // Though it has been a member for longer, it comes back as one that stands by.
  child.write("poll");
  child.send(SIGCONT);
  std::atomic<bool> waiting{true};
  std::thread other([&] {
    EXPECT_EQ(child.line(), "error fenced");
    waiting = false;
  });
  EXPECT_TRUE(test::eventually([&] {
    const auto records = (*second)->poll(10, Millis(100));
    EXPECT_TRUE(records) << to_string(records.error());
    return !records || !waiting;
  }));
  other.join();
  const auto done = (*second)->commit(one_alert(1, "one"));
  EXPECT_TRUE(done) << to_string(done.error());
  EXPECT_THAT(alerts(options), ElementsAre("one"));
}

TEST(KafkaOwnership, RestoringWaitsForAnOpenTransactionOfAnotherDomain) {
  const auto options = new_options();
  const std::string state = topic_name(options, "state");
  auto first = new_owner(options);
  ASSERT_TRUE(first->append_all({"a"}));
  poll_all(*first, 1);
  // It lies before our commit in the same partition: until it ends, read_committed ends before our state.
  const std::string other = options.prefix + "-another-domain";
  auto open = TransactionalProducer::open(connection_of(options), other);
  ASSERT_TRUE((*open)->init(kLimit));
  ASSERT_TRUE((*open)->begin());
  ASSERT_TRUE((*open)->produce({state, 0, "another/s/x", "never"}));
  ASSERT_TRUE((*open)->flush(kLimit));
  ASSERT_TRUE(first->commit(one_alert(1, "a")));
  first->close();

  auto second = KafkaJournal::open(options, test::real_clock());
  bool waited = false;
  const auto restored = (*second)->take_over([&](std::int64_t) {
    if (!std::exchange(waited, true)) {
      auto successor = TransactionalProducer::open(connection_of(options), other);
      EXPECT_TRUE((*successor)->init(kLimit));
    }
  });
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_TRUE(waited);
  EXPECT_EQ(restored->next_position, 1);
  EXPECT_THAT(sorted(restored->state), ElementsAre(Pair("last", "a")));
}

/// Freezes the broker when librdkafka has all replies that EndTxn waits for, and thaws it when librdkafka has given up
/// waiting for a reply. Mostly that one is EndTxn's; the lines of the log come a little before what they tell of is
/// done.
class Freezer {
 public:
  ~Freezer() { test::thaw_broker(); }

  void hear(std::string_view facility, std::string_view text) {
    const auto says = [&](std::string_view what) { return text.find(what) != std::string_view::npos; };
    if (facility == "REPLACE") replaced_ = true;
    if (facility == "RECV" && says("ProduceResponse")) produced_ = true;
    if (facility == "RECV" && says("TxnOffsetCommitResponse")) offsets_sent_ = true;
    if (produced_ && offsets_sent_ && armed_.exchange(false)) {
      test::freeze_broker();
      frozen_ = true;
    } else if (facility == "REQTMOUT" && (says("Txn") || says("Produce")) && frozen_.exchange(false)) {
      test::thaw_broker();
    }
  }
  void arm() {
    produced_ = false;
    offsets_sent_ = false;
    armed_ = true;
  }
  bool replaced() const { return replaced_; }

 private:
  std::atomic<bool> armed_{false};
  std::atomic<bool> frozen_{false};
  std::atomic<bool> replaced_{false};
  std::atomic<bool> offsets_sent_{false};
  std::atomic<bool> produced_{false};
};

TEST(KafkaOwnership, ACommitThatWasAskedForTwiceReplacesTheProducer) {
  // The reply to EndTxn comes later than socket.timeout.ms, and librdkafka asks again.
  Freezer freezer;
  auto options = new_options();
  // The session must outlast the freeze.
  options.settings = {{"session.timeout.ms", "30000"}, {"debug", "protocol"}};
  options.log = [&](int, std::string_view facility, std::string_view text) { freezer.hear(facility, text); };
  auto journal = new_owner(options);
  ASSERT_TRUE(journal->append_all(std::vector<std::string>(20, "input")));
  std::vector<std::string> expected;
  std::int64_t next = 0;
  EXPECT_TRUE(test::eventually([&] {
    const auto records = journal->poll(1, Millis(10'000));
    if (records && !records->empty()) {
      // The first commit is not disturbed, and the one after a slow one shows whether the producer was replaced.
      if (next % 2 == 1) freezer.arm();
      // State alone: with two topics there are two requests at different times, and the freeze hits one of them.
      const auto done = journal->commit({next + 1, LogTime{}, {{"last", std::to_string(next)}}, {}, {}});
      if (done) {
        EXPECT_TRUE(next > 0 || !freezer.replaced()) << "nothing was asked for twice yet";
        ++next;
        return freezer.replaced() || next == 20;
      }
    }
    // The freeze hit something else than EndTxn, and outlasted the transaction.
    const auto restored = become_owner(*journal);
    EXPECT_TRUE(restored) << to_string(restored.error());
    next = restored ? restored->next_position : next;
    return !restored;
  }));
  EXPECT_TRUE(freezer.replaced());
  for (std::int64_t i = 0; i < next; ++i) expected.push_back(std::to_string(i));
  std::vector<std::string> committed;
  // A commit is done when the coordinator has written that it is; the marks that let readers see it follow.
  test::eventually([&] {
    committed.clear();
    for (const auto& record : test::read_all(topic_name(options, "state"))) {
      if (record.key == state_key(options.domain, "last")) committed.push_back(*record.value);
    }
    return committed.size() >= expected.size();
  });
  EXPECT_EQ(committed, expected);
  journal->close();
  auto again = KafkaJournal::open(options, test::real_clock());
  const auto restored = become_owner(**again);
  ASSERT_TRUE(restored) << to_string(restored.error());
  EXPECT_EQ(restored->next_position, next);
}

struct Disagreement {
  const char* name;
  bool commits;         // The daemon has committed input 0.
  std::int64_t offset;  // The group's offset is then moved here.
  const char* says;
};

class KafkaDisagreement : public testing::TestWithParam<Disagreement> {};

TEST_P(KafkaDisagreement, IsRefused) {
  const auto options = new_options();
  auto journal = new_owner(options);
  ASSERT_TRUE(journal->append_all({"a", "b", "c"}));
  if (GetParam().commits) {
    poll_all(*journal, 1);
    ASSERT_TRUE(journal->commit(one_alert(1, "a")));
  }
  journal->close();
  move_offset(options, GetParam().offset);
  auto again = KafkaJournal::open(options, test::real_clock());
  const auto restored = become_owner(**again);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::corrupt);
  EXPECT_EQ(restored.error().action, Remedy::stop);
  EXPECT_THAT(restored.error().message, HasSubstr(GetParam().says));
  EXPECT_EQ((*again)->poll(1, Millis(0)).error().code, ErrorCode::fenced);
}

INSTANTIATE_TEST_SUITE_P(Offsets, KafkaDisagreement,
                         testing::Values(Disagreement{"Behind", true, 0, "stands at 0"},
                                         Disagreement{"Ahead", true, 2, "stands at 2"},
                                         Disagreement{"WithoutState", false, 1, "was made up to none"}),
                         [](const auto& test) { return test.param.name; });

TEST(KafkaOwnership, StateWithoutAnOffsetIsRefusedAndTheRemedyNamesThePosition) {
  const auto options = new_options();
  ASSERT_TRUE(create_topics(options));
  auto appender = kafka::Appender::open(connection_of(options), {topic_name(options, "state"), 0});
  ASSERT_TRUE((*appender)->append_and_wait({meta_key(options.domain), encode(KafkaMeta{17, 4, LogTime(Millis(1))})}));
  auto journal = KafkaJournal::open(options, test::real_clock());
  const auto restored = become_owner(**journal);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::corrupt);
  EXPECT_THAT(restored.error().message, HasSubstr("stands at none"));
  EXPECT_THAT(restored.error().remedy, HasSubstr("--to-offset 17"));
}

TEST(KafkaOwnership, TheSameOffsetMovedToWhereItIsChangesNothing) {
  const auto options = new_options();
  auto journal = new_owner(options);
  ASSERT_TRUE(journal->append_all({"a"}));
  poll_all(*journal, 1);
  ASSERT_TRUE(journal->commit(one_alert(1, "a")));
  journal->close();
  move_offset(options, 1);
  auto again = KafkaJournal::open(options, test::real_clock());
  EXPECT_TRUE(become_owner(**again));
}

}  // namespace
}  // namespace avbrottsvakt
