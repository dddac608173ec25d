#include <gtest/gtest.h>

#include "broker/broker.h"
#include "journal/kafka_topics.h"

/// What is asked of a cluster whose only broker comes and goes: then no partition has a leader, and there is no
/// controller.
namespace avbrottsvakt {
namespace {

/// Topics that were made as soon as the broker could.
KafkaJournalOptions with_topics() {
  KafkaJournalOptions options;
  EXPECT_TRUE(test::eventually([&] {
    // Each with a client of its own, which finds the cluster as it is just then.
    options = test::new_options();
    const auto report = create_topics(options);
    if (report) return true;
    // The broker went after it was asked who the controller is. Kafka has no code for that, only words.
    EXPECT_NE(report.error().message.find("fenced"), std::string::npos) << to_string(report.error());
    return testing::Test::HasFailure();
  }));
  return options;
}

TEST(FencedBroker, HasTopicsMadeOnceItIsBack) {
  for (int i = 0; i < 5; ++i) with_topics();
}

TEST(FencedBroker, MakesItsTopicsUnavailableAndNeverMissing) {
  const auto options = with_topics();
  bool with = false;
  bool without = false;
  EXPECT_TRUE(test::eventually([&] {
    const auto there = check_topics(options);
    with = with || there;
    if (!there) {
      without = true;
      EXPECT_EQ(there.error().code, ErrorCode::unavailable) << to_string(there.error());
      EXPECT_EQ(there.error().action, Remedy::retry) << to_string(there.error());
    }
    return testing::Test::HasFailure() || (with && without);
  }));
}

}  // namespace
}  // namespace avbrottsvakt
