#pragma once

#include <atomic>

#include "kafka/client.h"
#include "kafka/group_consumer.h"

/// Inside kafka/ only: TransactionalProducer needs the consumer's handle.
namespace avbrottsvakt::kafka {

struct GroupConsumer::Impl {
  void on_rebalanced(rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t& partitions);

  Options options;
  std::shared_ptr<Client> client;
  Owned<rd_kafka_queue_t> queue;  // Goes before the client.
  std::optional<std::vector<std::int32_t>> given;
  std::uint64_t changes = 0;
  bool left_behind = false;
  std::atomic<bool> interrupted{false};
  std::optional<Error> postponed;  // Records that came before it had to be given first.
};

}  // namespace avbrottsvakt::kafka
