#pragma once

#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <string>

namespace avbrottsvakt::kafka {

/// A cluster of one broker in this process, which answers what it is told to.
class MockCluster {
 public:
  MockCluster()
      : host_(rd_kafka_new(RD_KAFKA_PRODUCER, nullptr, nullptr, 0)), cluster_(rd_kafka_mock_cluster_new(host_, 1)) {}
  ~MockCluster() {
    rd_kafka_mock_cluster_destroy(cluster_);
    rd_kafka_destroy(host_);
  }
  MockCluster(const MockCluster&) = delete;
  MockCluster& operator=(const MockCluster&) = delete;

  std::string bootstrap() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
  void create(const std::string& topic, int partitions) {
    rd_kafka_mock_topic_create(cluster_, topic.c_str(), partitions, 1);
  }
  void take_leader_away(const std::string& topic, int partition) {
    rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), partition, -1);
  }
  void give_leader_back(const std::string& topic, int partition) {
    rd_kafka_mock_partition_set_leader(cluster_, topic.c_str(), partition, 1);
  }
  /// `request`: its number in Kafka's protocol. May be said several times: then it answers so several times.
  void answer_once(std::int16_t request, rd_kafka_resp_err_t error) {
    rd_kafka_mock_push_request_errors(cluster_, request, 1, error);
  }

 private:
  rd_kafka_t* host_;
  rd_kafka_mock_cluster_t* cluster_;
};

}  // namespace avbrottsvakt::kafka
