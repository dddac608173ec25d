// A partition whose leader is not there yet, as one that has just been made.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "kafka/source_consumer.h"
#include "mock_cluster.h"

namespace avbrottsvakt::kafka {
namespace {

constexpr std::int16_t kListOffsets = 2;  ///< the number of that request in Kafka's protocol
constexpr const char* kTopic = "made-just-now";

class WithoutALeader : public testing::TestWithParam<rd_kafka_resp_err_t> {
 protected:
  WithoutALeader() { cluster_.create(kTopic, 1); }

  void answer_once(rd_kafka_resp_err_t error) { cluster_.answer_once(kListOffsets, error); }
  std::unique_ptr<SourceConsumer> consumer() const {
    Connection connection;
    connection.bootstrap = cluster_.bootstrap();
    connection.client_id = "test";
    SourceConsumer::Options options;
    options.topic = kTopic;
    return SourceConsumer::open(connection, options).value();
  }

 private:
  MockCluster cluster_;
};

TEST_P(WithoutALeader, IsAskedForAgain) {
  const auto reader = consumer();
  answer_once(GetParam());
  answer_once(GetParam());
  const auto ends = reader->ends(0, Millis{20'000});
  ASSERT_TRUE(ends.has_value()) << ends.error().message;
  EXPECT_EQ(*ends, (SourceConsumer::Ends{0, 0}));
}

TEST_P(WithoutALeader, IsAnErrorOnceTheTimeIsUp) {
  const auto reader = consumer();
  for (int i = 0; i < 100; ++i) {
    answer_once(GetParam());
  }
  const auto ends = reader->ends(0, Millis{300});
  ASSERT_FALSE(ends.has_value());
  EXPECT_EQ(ends.error().code, ErrorCode::unavailable);
}

INSTANTIATE_TEST_SUITE_P(Answers, WithoutALeader,
                         testing::Values(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                         RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE),
                         [](const auto& test) { return std::string(rd_kafka_err2name(test.param)); });

}  // namespace
}  // namespace avbrottsvakt::kafka
