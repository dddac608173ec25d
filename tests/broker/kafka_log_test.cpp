// The log of inputs on Kafka, read beside its owner.

#include "journal/kafka_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/administrator.h"
#include "broker/broker.h"

namespace avbrottsvakt {
namespace {

using test::new_options;
using test::new_owner;
using test::poll_all;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::unique_ptr<InputLog> open(const KafkaJournalOptions& options) {
  auto log = open_kafka_log(options, test::real_clock());
  EXPECT_TRUE(log) << to_string(log.error());
  return std::move(*log);
}

/// To its end.
std::vector<std::string> values(InputLog& log) {
  std::vector<std::string> all;
  while (true) {
    const auto records = log.read(2);
    EXPECT_TRUE(records) << to_string(records.error());
    if (!records || records->empty()) return all;
    for (const Journal::Record& record : *records) all.push_back(record.value);
  }
}

TEST(KafkaLog, GivesWhatTheOwnerReadsAndLeavesItAlone) {
  const auto options = new_options();
  const auto journal = new_owner(options);
  ASSERT_TRUE(journal->append_all({"a", "b", "c"}));
  const auto records = poll_all(*journal, 3);
  ASSERT_TRUE(journal->commit({2, records[1].stamp, {}, {}, {}}));
  const auto log = open(options);
  const auto first = log->read(1);
  ASSERT_TRUE(first);
  ASSERT_THAT(*first, testing::SizeIs(1));
  EXPECT_EQ((*first)[0].position, 0);
  EXPECT_EQ((*first)[0].stamp, records[0].stamp);
  EXPECT_EQ((*first)[0].value, "a");
  EXPECT_THAT(values(*log), ElementsAre("b", "c"));
  EXPECT_THAT(values(*log), IsEmpty());
  // Neither fenced nor moved.
  ASSERT_TRUE(journal->commit({3, records[2].stamp, {}, {}, {}}));
  ASSERT_TRUE(journal->append("d"));
  EXPECT_EQ(poll_all(*journal, 1).at(0).value, "d");
}

TEST(KafkaLog, EndsWhereTheLogEndedWhenItWasOpened) {
  const auto options = new_options();
  const auto journal = new_owner(options);
  const auto empty = open(options);
  ASSERT_TRUE(journal->append("a"));
  const auto log = open(options);
  ASSERT_TRUE(journal->append("b"));
  EXPECT_THAT(values(*empty), IsEmpty());
  EXPECT_THAT(values(*log), ElementsAre("a"));
}

TEST(KafkaLog, PassesOverWhatOtherDomainsHaveInThePartition) {
  const auto options = new_options();
  auto neighbour = options;
  neighbour.domain = "neighbour";
  const auto journal = new_owner(options);
  const auto other = new_owner(neighbour);
  ASSERT_TRUE(other->append("theirs"));
  ASSERT_TRUE(journal->append("ours"));
  ASSERT_TRUE(other->append("theirs, at the end"));
  const auto log = open(options);
  const auto records = log->read(10);
  ASSERT_TRUE(records);
  ASSERT_THAT(*records, testing::SizeIs(1));
  EXPECT_EQ((*records)[0].value, "ours");
  EXPECT_EQ((*records)[0].position, 1);
  EXPECT_THAT(values(*log), IsEmpty());
}

TEST(KafkaLog, GivesTheBundlesThatItsInputsActivate) {
  const auto options = new_options();
  const auto journal = new_owner(options);
  ASSERT_TRUE(journal->store_bundle("hash", "bytes"));
  const auto log = open(options);
  EXPECT_EQ(*log->load_bundle("hash"), "bytes");
  EXPECT_EQ(log->load_bundle("other").error().code, ErrorCode::not_found);
}

TEST(KafkaLog, SaysThatTheBeginningIsGone) {
  const auto options = new_options();
  const auto journal = new_owner(options);
  ASSERT_TRUE(journal->append_all({"a", "b", "c"}));
  test::AdministratorsTool().delete_records_before(topic_name(options, "inputs"), 2);
  const auto log = open_kafka_log(options, test::real_clock());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code, ErrorCode::not_found);
  EXPECT_THAT(log.error().message, HasSubstr("is gone: its oldest input that is kept has position 2"));
  EXPECT_THAT(log.error().remedy, HasSubstr("retention.ms"));
}

TEST(KafkaLog, IsNotThereBeforeItsTopicsAre) {
  EXPECT_EQ(open_kafka_log(new_options(), test::real_clock()).error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace avbrottsvakt
