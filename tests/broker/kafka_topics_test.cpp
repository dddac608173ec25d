#include "journal/kafka_topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "broker/broker.h"
#include "kafka/admin.h"

namespace avbrottsvakt {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

constexpr Millis kLimit{20'000};

TEST(KafkaTopics, AreMadeOnceAndThenFoundAsTheyShouldBe) {
  auto options = test::new_options();
  options.partitions = 3;
  const auto first = create_topics(options);
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_THAT(first->created, SizeIs(9));
  EXPECT_THAT(first->existing, IsEmpty());
  const auto second = create_topics(options);
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_THAT(second->created, IsEmpty());
  EXPECT_THAT(second->existing, SizeIs(9));
  for (const Error& mismatch : second->mismatches) ADD_FAILURE() << to_string(mismatch);
  EXPECT_TRUE(check_topics(options));

  auto admin = kafka::Admin::open(test::connection());
  const auto inputs = (*admin)->configuration(topic_name(options, "inputs"), kLimit);
  ASSERT_TRUE(inputs);
  EXPECT_THAT(*inputs, Contains(Pair("message.timestamp.type", "LogAppendTime")));
  EXPECT_THAT(*inputs, Contains(Pair("max.message.bytes", "17000000")));
  const auto state = (*admin)->configuration(topic_name(options, "state"), kLimit);
  ASSERT_TRUE(state);
  EXPECT_THAT(*state, Contains(Pair("cleanup.policy", "compact")));
  EXPECT_THAT(*state, Contains(Pair("delete.retention.ms", "604800000")));
}

TEST(KafkaTopics, ThatOfCommandsIsMadeWithThemOrLeftAsItIs) {
  const auto options = test::new_options();
  const std::string commands = options.prefix + ".commands";
  const auto first = create_topics(options, commands);
  ASSERT_TRUE(first) << to_string(first.error());
  EXPECT_THAT(first->created, SizeIs(10));
  EXPECT_THAT(first->created, Contains(commands));
  auto admin = kafka::Admin::open(test::connection());
  EXPECT_EQ((*(*admin)->topics(kLimit))[commands].partitions, 1);
  EXPECT_THAT(*(*admin)->configuration(commands, kLimit), Contains(Pair("retention.ms", "2592000000")));

  const std::string made_by_others = options.prefix + ".told";
  ASSERT_TRUE((*admin)->create({{made_by_others, 2, 1, {{"retention.ms", "1000"}}}}, kLimit));
  const auto second = create_topics(options, made_by_others);
  ASSERT_TRUE(second) << to_string(second.error());
  EXPECT_THAT(second->existing, AllOf(SizeIs(10), Contains(made_by_others)));
  EXPECT_THAT(second->mismatches, IsEmpty());
}

TEST(KafkaTopics, OfAnExerciseKeepTheStampsOfTheScript) {
  auto options = test::new_options();
  options.exercise = true;
  ASSERT_TRUE(create_topics(options));
  auto admin = kafka::Admin::open(test::connection());
  const auto inputs = (*admin)->configuration(topic_name(options, "inputs"), kLimit);
  ASSERT_TRUE(inputs);
  EXPECT_THAT(*inputs, Contains(Pair("message.timestamp.type", "CreateTime")));
  EXPECT_THAT(*inputs, Contains(Pair("retention.ms", "-1")));
}

TEST(KafkaTopics, ThatDifferAreReportedAndLeftAlone) {
  const auto options = test::new_options();
  auto admin = kafka::Admin::open(test::connection());
  const std::string inputs = topic_name(options, "inputs");
  ASSERT_TRUE((*admin)->create({{inputs, 2, 1, {{"message.timestamp.type", "CreateTime"}}}}, kLimit));
  const auto report = create_topics(options);
  ASSERT_TRUE(report) << to_string(report.error());
  EXPECT_THAT(report->created, SizeIs(8));
  std::string all;
  for (const Error& mismatch : report->mismatches) {
    EXPECT_EQ(mismatch.code, ErrorCode::conflict);
    all += to_string(mismatch) + "\n";
  }
  EXPECT_THAT(all, HasSubstr("topic " + inputs + " has partitions 2, expected 1"));
  EXPECT_THAT(all, HasSubstr("topic " + inputs + " has message.timestamp.type CreateTime, expected LogAppendTime"));
  EXPECT_THAT(all, HasSubstr("--add-config message.timestamp.type=LogAppendTime"));
  const auto configuration = (*admin)->configuration(inputs, kLimit);
  EXPECT_THAT(*configuration, Contains(Pair("message.timestamp.type", "CreateTime")));
  EXPECT_EQ((*(*admin)->topics(kLimit))[inputs].partitions, 2);
  EXPECT_EQ(check_topics(options).error().code, ErrorCode::invalid_input);
}

TEST(KafkaTopics, ThatAreMissingAreNamedWithTheRemedy) {
  const auto options = test::new_options();
  auto journal = KafkaJournal::open(options, test::real_clock());
  ASSERT_TRUE(journal);
  const auto restored = (*journal)->take_over(nullptr);
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::not_found);
  EXPECT_EQ(restored.error().action, Remedy::stop);
  EXPECT_THAT(restored.error().message, HasSubstr(options.prefix + ".inputs"));
  EXPECT_THAT(restored.error().remedy, HasSubstr("topics --create"));
}

TEST(KafkaTopics, ABrokerThatIsNotThereIsUnavailable) {
  auto options = test::new_options();
  options.bootstrap = "127.0.0.1:1";
  const auto checked = check_topics(options);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::unavailable);
  EXPECT_EQ(checked.error().action, Remedy::retry);
}

}  // namespace
}  // namespace avbrottsvakt
