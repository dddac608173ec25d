#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

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
using testing::IsEmpty;
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
