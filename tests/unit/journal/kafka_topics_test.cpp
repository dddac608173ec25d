// Topics that are there, but that nobody can use just now: while a broker restarts, its partitions have no leader.
#include "journal/kafka_topics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "../kafka/mock_cluster.h"

namespace avbrottsvakt {
namespace {

using ::testing::HasSubstr;

TEST(KafkaTopicsWithoutALeader, AreWaitedFor) {
  kafka::MockCluster cluster;
  KafkaJournalOptions options;
  options.bootstrap = cluster.bootstrap();
  options.prefix = "a";
  options.domain = "region";
  options.replication = 1;
  for (const char* name : {"inputs", "state", "alerts", "activations", "report-prompts", "incidents", "dead-letter",
                           "positions", "bundles"}) {
    cluster.create(topic_name(options, name), 1);
  }
  const auto before = check_topics(options);
  ASSERT_TRUE(before) << to_string(before.error());

  cluster.take_leader_away(topic_name(options, "state"), 0);
  const auto without = check_topics(options);
  ASSERT_FALSE(without);
  EXPECT_EQ(without.error().code, ErrorCode::unavailable);
  EXPECT_EQ(without.error().action, Remedy::retry);
  EXPECT_THAT(without.error().message, HasSubstr("a.state"));

  cluster.give_leader_back(topic_name(options, "state"), 0);
  const auto after = check_topics(options);
  EXPECT_TRUE(after) << to_string(after.error());
}

}  // namespace
}  // namespace avbrottsvakt
