// A partition whose leader is not there yet, as one that has just been made.
#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <memory>
#include <string>

#include "kafka/source_consumer.h"

namespace avbrottsvakt::kafka {
namespace {

constexpr std::int16_t kListOffsets = 2;  ///< the number of that request in Kafka's protocol

/// A broker in this process that answers what it is told to.
class Broker {
 public:
  Broker()
      : host_(rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0)), cluster_(rd_kafka_mock_cluster_new(host_, 1)) {
    rd_kafka_mock_topic_create(cluster_, "made-just-now", 1, 1);
  }
  ~Broker() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  void answer_once(rd_kafka_resp_err_t error) { rd_kafka_mock_push_request_errors(cluster_, kListOffsets, 1, error); }
  std::unique_ptr<SourceConsumer> consumer() const {
    Connection connection;
    connection.bootstrap = rd_kafka_mock_cluster_bootstraps(cluster_);
    connection.client_id = "test";
    SourceConsumer::Options options;
    options.topic = "made-just-now";
    return SourceConsumer::open(connection, options).value();
  }

 private:
  rd_kafka_t* host_;
  rd_kafka_mock_cluster_t* cluster_;
};

class WithoutALeader : public testing::TestWithParam<rd_kafka_resp_err_t> {};

TEST_P(WithoutALeader, IsAskedForAgain) {
  Broker broker;
  const auto consumer = broker.consumer();
  broker.answer_once(GetParam());
  broker.answer_once(GetParam());
  const auto ends = consumer->ends(0, Millis{20'000});
  ASSERT_TRUE(ends.has_value()) << ends.error().message;
  EXPECT_EQ(*ends, (SourceConsumer::Ends{0, 0}));
}

TEST_P(WithoutALeader, IsAnErrorOnceTheTimeIsUp) {
  Broker broker;
  const auto consumer = broker.consumer();
  for (int i = 0; i < 100; ++i) {
    broker.answer_once(GetParam());
  }
  const auto ends = consumer->ends(0, Millis{300});
  ASSERT_FALSE(ends.has_value());
  EXPECT_EQ(ends.error().code, ErrorCode::unavailable);
}

INSTANTIATE_TEST_SUITE_P(Answers, WithoutALeader,
                         testing::Values(RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
                                         RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE),
                         [](const auto& test) { return std::string(rd_kafka_err2name(test.param)); });

}  // namespace
}  // namespace avbrottsvakt::kafka
