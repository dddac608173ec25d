#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <atomic>
#include <thread>

#include "broker/broker.h"
#include "kafka/admin.h"
#include "kafka/appender.h"
#include "kafka/group_consumer.h"
#include "kafka/transactional_producer.h"

namespace avbrottsvakt::kafka {
namespace {

using test::connection;
using test::eventually;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Optional;
using testing::Pair;

constexpr Millis kLimit{20'000};

std::string new_topic(std::int32_t partitions = 1, Admin::Configuration configuration = {}) {
  auto admin = Admin::open(connection());
  const std::string name = test::new_prefix();
  EXPECT_TRUE(admin);
  const auto made = (*admin)->create({{name, partitions, 1, std::move(configuration)}}, kLimit);
  EXPECT_TRUE(made) << to_string(made.error());
  return name;
}

std::unique_ptr<Appender> new_appender(const std::string& topic, std::int32_t partition = 0) {
  auto appender = Appender::open(connection(), {topic, partition});
  EXPECT_TRUE(appender);
  return std::move(*appender);
}

std::unique_ptr<SourceConsumer> new_consumer(const std::string& topic) {
  auto consumer = SourceConsumer::open(connection(), {topic});
  EXPECT_TRUE(consumer);
  return std::move(*consumer);
}

/// What an administrator with a tool does to a topic.
void delete_records_before(const std::string& topic, std::int64_t offset) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  rd_kafka_conf_set(conf, "bootstrap.servers", test::bootstrap().c_str(), nullptr, 0);
  rd_kafka_t* client = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), 0)->offset = offset;
  rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(list);
  rd_kafka_queue_t* queue = rd_kafka_queue_new(client);
  rd_kafka_DeleteRecords(client, &request, 1, nullptr, queue);
  rd_kafka_event_t* event = rd_kafka_queue_poll(queue, 20'000);
  ASSERT_NE(event, nullptr);
  ASSERT_EQ(rd_kafka_event_error(event), RD_KAFKA_RESP_ERR_NO_ERROR);
  rd_kafka_event_destroy(event);
  rd_kafka_queue_destroy(queue);
  rd_kafka_DeleteRecords_destroy(request);
  rd_kafka_topic_partition_list_destroy(list);
  rd_kafka_destroy(client);
}

struct Seen {
  std::vector<std::pair<std::int32_t, std::string>> values;  // by partition
  std::vector<std::pair<std::int32_t, std::int64_t>> ends;
  std::vector<std::int32_t> out_of_range;
};

/// Polls until `enough`.
Seen read_until(SourceConsumer& consumer, const std::function<bool(const Seen&)>& enough) {
  Seen seen;
  EXPECT_TRUE(eventually([&] {
    const auto events = consumer.poll(100, Millis(1000));
    if (!events) {
      ADD_FAILURE() << to_string(events.error());
      return true;
    }
    for (const auto& event : *events) {
      if (const auto* record = std::get_if<Record>(&event)) {
        seen.values.emplace_back(record->partition, record->value.value_or("(tombstone)"));
      } else if (const auto* end = std::get_if<SourceConsumer::EndReached>(&event)) {
        seen.ends.emplace_back(end->partition, end->offset);
      } else {
        seen.out_of_range.push_back(std::get<SourceConsumer::OutOfRange>(event).partition);
      }
    }
    return enough(seen);
  }));
  return seen;
}

TEST(SourceConsumer, ReadsEachPartitionFromWhereItIsToldAndSaysWhereItEnds) {
  const std::string topic = new_topic(2);
  for (std::int32_t p = 0; p < 2; ++p) {
    auto appender = new_appender(topic, p);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(appender->append_and_wait({"key", std::to_string(i)}));
  }
  auto consumer = new_consumer(topic);
  EXPECT_EQ(consumer->partitions(kLimit), 2);
  EXPECT_EQ(consumer->ends(1, kLimit), (SourceConsumer::Ends{0, 3}));
  ASSERT_TRUE(consumer->assign({{0, 2}, {1, 0}}));
  const Seen seen = read_until(*consumer, [](const Seen& s) { return s.ends.size() == 2; });
  EXPECT_THAT(seen.values, testing::UnorderedElementsAre(Pair(0, "2"), Pair(1, "0"), Pair(1, "1"), Pair(1, "2")));
  EXPECT_THAT(seen.ends, testing::UnorderedElementsAre(Pair(0, 3), Pair(1, 3)));
}

TEST(SourceConsumer, SaysTheEndAgainAfterMoreHasCome) {
  const std::string topic = new_topic();
  auto consumer = new_consumer(topic);
  ASSERT_TRUE(consumer->assign({{0, 0}}));
  EXPECT_THAT(read_until(*consumer, [](const Seen& s) { return !s.ends.empty(); }).ends, ElementsAre(Pair(0, 0)));
  ASSERT_TRUE(new_appender(topic)->append_and_wait({"key", "later"}));
  const Seen seen = read_until(*consumer, [](const Seen& s) { return !s.ends.empty(); });
  EXPECT_THAT(seen.values, ElementsAre(Pair(0, "later")));
  EXPECT_THAT(seen.ends, ElementsAre(Pair(0, 1)));
}

TEST(SourceConsumer, AssigningAgainGivesNothingOfTheFirstAssignment) {
  const std::string topic = new_topic();
  auto appender = new_appender(topic);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(appender->append_and_wait({"key", std::to_string(i)}));
  auto consumer = new_consumer(topic);
  ASSERT_TRUE(consumer->assign({{0, 0}}));
  ASSERT_TRUE(eventually([&] { return !consumer->poll(1, Millis(1000))->empty(); }));
  ASSERT_TRUE(consumer->assign({{0, 8}}));
  const Seen seen = read_until(*consumer, [](const Seen& s) { return !s.ends.empty(); });
  EXPECT_THAT(seen.values, ElementsAre(Pair(0, "8"), Pair(0, "9")));
}

TEST(SourceConsumer, GivesKeyHeadersStampAndTombstone) {
  const std::string topic = new_topic(1, {{"message.timestamp.type", "LogAppendTime"}});
  const Instant before = test::real_clock().wall();
  ASSERT_TRUE(new_appender(topic)->append_and_wait({"", ""}));
  auto producer = TransactionalProducer::open(connection(), topic);
  ASSERT_TRUE((*producer)->init(kLimit));
  auto member = GroupConsumer::open(connection(), {topic, topic});
  ASSERT_TRUE(eventually([&] { return (*member)->poll(1, Millis(100)) && (*member)->given(); }));
  const Headers headers = {{"ce_id", "1"}, {"same", "a"}, {"same", ""}};
  ASSERT_TRUE((*producer)->begin());
  ASSERT_TRUE((*producer)->produce({topic, 0, "key", std::nullopt, &headers}));
  ASSERT_TRUE((*producer)->commit({topic, 0, 0}, **member, kLimit));

  const auto records = test::read_all(topic);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(records[0].key, Optional(std::string()));
  EXPECT_THAT(records[0].value, Optional(std::string()));
  EXPECT_THAT(records[1].key, Optional(std::string("key")));
  EXPECT_EQ(records[1].value, std::nullopt);
  EXPECT_EQ(records[1].headers, headers);
  for (const Record& record : records) {
    EXPECT_EQ(record.stamped_by, Record::StampedBy::broker);
    EXPECT_GE(record.stamp, before);
    EXPECT_LE(record.stamp, test::real_clock().wall());
  }
}

TEST(SourceConsumer, APositionBehindTheEndIsOutOfRange) {
  const std::string topic = new_topic();
  ASSERT_TRUE(new_appender(topic)->append_and_wait({"key", "only"}));
  auto consumer = new_consumer(topic);
  ASSERT_TRUE(consumer->assign({{0, 2}}));
  const Seen seen = read_until(*consumer, [](const Seen& s) { return !s.out_of_range.empty(); });
  EXPECT_THAT(seen.values, testing::IsEmpty());
  EXPECT_EQ(continuity(1, *consumer->ends(0, kLimit)), Continuity::shorter);
}

TEST(SourceConsumer, ADeletedPositionIsOutOfRangeAndTheHoleCanBeSeen) {
  const std::string topic = new_topic();
  auto appender = new_appender(topic);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(appender->append_and_wait({"key", std::to_string(i)}));
  delete_records_before(topic, 3);
  auto consumer = new_consumer(topic);
  EXPECT_EQ(consumer->ends(0, kLimit), (SourceConsumer::Ends{3, 5}));
  EXPECT_EQ(continuity(1, *consumer->ends(0, kLimit)), Continuity::gap);
  EXPECT_EQ(continuity(2, *consumer->ends(0, kLimit)), Continuity::whole);
  ASSERT_TRUE(consumer->assign({{0, 2}}));
  EXPECT_THAT(read_until(*consumer, [](const Seen& s) { return !s.out_of_range.empty(); }).values, testing::IsEmpty());
  ASSERT_TRUE(consumer->assign({{0, 3}}));
  const Seen seen = read_until(*consumer, [](const Seen& s) { return !s.ends.empty(); });
  EXPECT_THAT(seen.values, ElementsAre(Pair(0, "3"), Pair(0, "4")));
}

TEST(SourceConsumer, ATopicThatIsNotThereIsNotFound) {
  auto consumer = new_consumer(test::new_prefix());
  const auto partitions = consumer->partitions(kLimit);
  ASSERT_FALSE(partitions);
  EXPECT_EQ(partitions.error().code, ErrorCode::not_found);
  EXPECT_THAT(partitions.error().remedy, HasSubstr("topics --create"));
}

TEST(SourceConsumer, InterruptEndsAWaitingPoll) {
  const std::string topic = new_topic();
  auto consumer = new_consumer(topic);
  ASSERT_TRUE(consumer->assign({{0, 0}}));
  read_until(*consumer, [](const Seen& s) { return !s.ends.empty(); });
  const auto began = test::real_clock().steady();
  std::thread other([&] { consumer->interrupt(); });
  const auto events = consumer->poll(10, Millis(60'000));
  other.join();
  ASSERT_TRUE(events);
  EXPECT_TRUE(events->empty());
  EXPECT_LT(test::real_clock().steady() - began, std::chrono::seconds(30));
}

TEST(Appender, TellsTheOffsetOfEachRecordInTheOrderOfTheCalls) {
  const std::string topic = new_topic();
  auto appender = new_appender(topic);
  std::mutex mutex;
  std::vector<std::int64_t> offsets;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(appender->append({"key", std::to_string(i)}, [&](const Result<Appender::Appended>& appended) {
      const std::lock_guard lock(mutex);
      offsets.push_back(appended ? appended->offset : -1);
    }));
  }
  ASSERT_TRUE(appender->flush(kLimit));
  std::vector<std::int64_t> expected;
  std::vector<std::string> values;
  for (int i = 0; i < 1000; ++i) {
    expected.push_back(i);
    values.push_back(std::to_string(i));
  }
  EXPECT_EQ(offsets, expected);
  EXPECT_EQ(test::values_of(test::read_all(topic)), values);
}

TEST(Appender, TakesSixteenMebibytesAndNotOneByteMore) {
  const std::string topic = new_topic(1, {{"max.message.bytes", "17000000"}});
  auto appender = new_appender(topic);
  const std::string value((16 << 20) - 3, 'x');
  const auto exact = appender->append_and_wait({"key", value});
  EXPECT_TRUE(exact) << to_string(exact.error());
  const auto more = appender->append_and_wait({"key", value + "x"});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::limit);
  EXPECT_EQ(more.error().action, Remedy::skip);
  EXPECT_FALSE(appender->spent());
}

TEST(Appender, ARecordThatTheTopicDoesNotTakeSpendsIt) {
  const std::string topic = new_topic(1, {{"max.message.bytes", "1000"}});
  auto appender = new_appender(topic);
  const auto refused = appender->append_and_wait({"key", std::string(2000, 'x')});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::limit);
  EXPECT_TRUE(appender->spent());
  EXPECT_EQ(appender->append_and_wait({"key", "small"}).error().code, ErrorCode::unavailable);
  EXPECT_TRUE(new_appender(topic)->append_and_wait({"key", "small"}));
}

TEST(Appender, StopsTakingRecordsWhenTooManyWait) {
  // Nobody answers at this address: every record waits.
  auto appender = Appender::open({"127.0.0.1:1", "test", {}, nullptr}, {"topic", 0});
  std::atomic<int> failed{0};
  const auto done = [&](const Result<Appender::Appended>& appended) { failed += appended ? 0 : 1; };
  for (int i = 0; i < 10'000; ++i) ASSERT_TRUE((*appender)->append({"key", "value"}, done));
  const auto more = (*appender)->append({"key", "value"}, done);
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::limit);
  EXPECT_EQ(more.error().action, Remedy::retry);
  appender->reset();
  EXPECT_EQ(failed, 10'000);
}

TEST(TransactionalProducer, WhatIsNotCommittedIsNotSeen) {
  const std::string topic = new_topic();
  {
    auto producer = TransactionalProducer::open(connection(), topic);
    ASSERT_TRUE((*producer)->init(kLimit));
    ASSERT_TRUE((*producer)->begin());
    ASSERT_TRUE((*producer)->produce({topic, 0, "key", "never"}));
    ASSERT_TRUE((*producer)->flush(kLimit));
  }
  auto successor = TransactionalProducer::open(connection(), topic);
  ASSERT_TRUE((*successor)->init(kLimit));
  EXPECT_THAT(test::values_of(test::read_all(topic, 0, SourceConsumer::Isolation::uncommitted)), ElementsAre("never"));
  EXPECT_THAT(test::read_all(topic), testing::IsEmpty());
}

TEST(TransactionalProducer, RecordsAndPositionAreCommittedTogether) {
  const std::string topic = new_topic();
  auto producer = TransactionalProducer::open(connection(), topic);
  ASSERT_TRUE((*producer)->init(kLimit));
  auto member = GroupConsumer::open(connection(), {topic, topic});
  ASSERT_TRUE(eventually([&] { return (*member)->poll(1, Millis(100)) && (*member)->given(); }));
  EXPECT_EQ(*(*member)->committed(0, kLimit), std::nullopt);
  ASSERT_TRUE((*producer)->begin());
  ASSERT_TRUE((*producer)->produce({topic, 0, "key", "value"}));
  const auto committed = (*producer)->commit({topic, 0, 17}, **member, kLimit);
  ASSERT_TRUE(committed) << to_string(committed.error());
  EXPECT_FALSE((*producer)->must_be_replaced());
  EXPECT_EQ(*(*member)->committed(0, kLimit), 17);
  EXPECT_THAT(test::values_of(test::read_all(topic)), ElementsAre("value"));
}

TEST(TransactionalProducer, AMemberThatTheGroupHasLeftBehindCommitsNothing) {
  const std::string topic = new_topic();
  auto producer = TransactionalProducer::open(connection(), topic);
  ASSERT_TRUE((*producer)->init(kLimit));
  auto member = GroupConsumer::open(connection(), {topic, topic});
  ASSERT_TRUE(eventually([&] { return (*member)->poll(1, Millis(100)) && (*member)->given(); }));
  ASSERT_TRUE((*member)->leave(kLimit));
  ASSERT_TRUE((*producer)->begin());
  ASSERT_TRUE((*producer)->produce({topic, 0, "key", "never"}));
  auto other = GroupConsumer::open(connection(), {topic, topic});
  ASSERT_TRUE(eventually([&] { return (*other)->poll(1, Millis(100)) && (*other)->given(); }));
  const auto committed = (*producer)->commit({topic, 0, 1}, **member, kLimit);
  ASSERT_FALSE(committed);
  EXPECT_EQ(committed.error().code, ErrorCode::fenced) << to_string(committed.error());
  EXPECT_EQ(*(*other)->committed(0, kLimit), std::nullopt);
  EXPECT_THAT(test::read_all(topic), testing::IsEmpty());
}

// librdkafka 2.0.2 frees the text of a fatal error when its main thread ends, and once more when a refusal of further
// records comes after that: now and then an owner that woke up fenced ended in place of standing by.
TEST(TransactionalProducer, OneThatIsFencedIsDestroyedWithRecordsUnderWay) {
  constexpr std::int32_t kPartitions = 16;
  const std::string topic = new_topic(kPartitions);
  for (int round = 0; round < 30; ++round) {
    auto fenced = TransactionalProducer::open(connection(), topic);
    ASSERT_TRUE((*fenced)->init(kLimit));
    ASSERT_TRUE((*fenced)->begin());
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
      const auto sent = (*fenced)->produce({topic, partition, "key", "value"});
      ASSERT_TRUE(sent) << to_string(sent.error());
    }
    ASSERT_TRUE((*fenced)->flush(kLimit));
    auto successor = TransactionalProducer::open(connection(), topic);
    ASSERT_TRUE((*successor)->init(kLimit));
    for (std::int32_t partition = 0; partition < kPartitions; ++partition) {
      // The refusal of an earlier one may be known already.
      const auto under_way = (*fenced)->produce({topic, partition, "key", "value"});
      ASSERT_TRUE(under_way || under_way.error().code == ErrorCode::fenced) << to_string(under_way.error());
    }
  }
}

TEST(TransactionalProducer, ARecordWithoutAPartitionGoesWhereItsKeyBelongs) {
  const std::string topic = new_topic(5);
  auto producer = TransactionalProducer::open(connection(), topic);
  ASSERT_TRUE((*producer)->init(kLimit));
  auto member = GroupConsumer::open(connection(), {topic, topic});
  ASSERT_TRUE(eventually([&] { return (*member)->poll(1, Millis(100)) && (*member)->given(); }));
  ASSERT_TRUE((*producer)->begin());
  const std::vector<std::string> keys = {"a", "incident-17", "", "region", "Östra sjukhuset"};
  for (const auto& key : keys) ASSERT_TRUE((*producer)->produce({topic, std::nullopt, key, key}));
  ASSERT_TRUE((*producer)->commit({topic, 0, 0}, **member, kLimit));
  std::size_t found = 0;
  for (std::int32_t p = 0; p < 5; ++p) {
    for (const Record& record : test::read_all(topic, p)) {
      EXPECT_EQ(partition_of(*record.key, 5), p) << *record.key;
      ++found;
    }
  }
  EXPECT_EQ(found, keys.size());
}

}  // namespace
}  // namespace avbrottsvakt::kafka
