#pragma once

#include <gtest/gtest.h>
#include <librdkafka/rdkafka.h>

#include <array>
#include <string>

#include "broker/broker.h"

namespace avbrottsvakt::test {

/// What an administrator does with a tool.
class AdministratorsTool {
 public:
  AdministratorsTool() {
    rd_kafka_conf_t* conf = rd_kafka_conf_new();
    rd_kafka_conf_set(conf, "bootstrap.servers", bootstrap().c_str(), nullptr, 0);
    client_ = rd_kafka_new(RD_KAFKA_PRODUCER, conf, nullptr, 0);
    queue_ = rd_kafka_queue_new(client_);
  }
  ~AdministratorsTool() {
    rd_kafka_queue_destroy(queue_);
    rd_kafka_destroy(client_);
  }
  AdministratorsTool(const AdministratorsTool&) = delete;
  AdministratorsTool& operator=(const AdministratorsTool&) = delete;

  void delete_records_before(const std::string& topic, std::int64_t offset) {
    rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(list, topic.c_str(), 0)->offset = offset;
    rd_kafka_DeleteRecords_t* request = rd_kafka_DeleteRecords_new(list);
    rd_kafka_DeleteRecords(client_, &request, 1, nullptr, queue_);
    expect_done();
    rd_kafka_DeleteRecords_destroy(request);
    rd_kafka_topic_partition_list_destroy(list);
  }
  void grow(const std::string& topic, std::size_t partitions) {
    std::array<char, 256> why{};
    rd_kafka_NewPartitions_t* request = rd_kafka_NewPartitions_new(topic.c_str(), partitions, why.data(), why.size());
    ASSERT_NE(request, nullptr) << why.data();
    rd_kafka_CreatePartitions(client_, &request, 1, nullptr, queue_);
    expect_done();
    rd_kafka_NewPartitions_destroy(request);
  }

 private:
  void expect_done() {
    rd_kafka_event_t* event = rd_kafka_queue_poll(queue_, 20'000);
    ASSERT_NE(event, nullptr);
    EXPECT_EQ(rd_kafka_event_error(event), RD_KAFKA_RESP_ERR_NO_ERROR) << rd_kafka_event_error_string(event);
    rd_kafka_event_destroy(event);
  }

  rd_kafka_t* client_;
  rd_kafka_queue_t* queue_;
};

}  // namespace avbrottsvakt::test
