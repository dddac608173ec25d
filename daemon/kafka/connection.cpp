#include "kafka/connection.h"

#include <algorithm>
#include <array>

#include "base/check.h"
#include "kafka/client.h"

namespace avbrottsvakt::kafka {
namespace {

struct Denied {
  const char* name;
  const char* reason;
};

constexpr const char* kIdentity = "the program gives it";
constexpr const char* kExactlyOnce = "exactly-once rests on it";
constexpr const char* kBound = "a stated bound of memory or time rests on it";
constexpr const char* kForeignCode = "it would load or replace code";

// With librdkafka's aliases: it takes either name.
constexpr std::array kDenied = {
    Denied{"bootstrap.servers", kIdentity},
    Denied{"metadata.broker.list", kIdentity},
    Denied{"client.id", kIdentity},
    Denied{"group.id", kIdentity},
    Denied{"transactional.id", kIdentity},
    Denied{"group.instance.id", "a standby that is closed would be waited for"},
    Denied{"enable.idempotence", kExactlyOnce},
    Denied{"enable.gapless.guarantee", kExactlyOnce},
    Denied{"acks", kExactlyOnce},
    Denied{"request.required.acks", kExactlyOnce},
    Denied{"retries", kExactlyOnce},
    Denied{"message.send.max.retries", kExactlyOnce},
    Denied{"max.in.flight", kExactlyOnce},
    Denied{"max.in.flight.requests.per.connection", kExactlyOnce},
    Denied{"queuing.strategy", kExactlyOnce},
    Denied{"delivery.report.only.error", kExactlyOnce},
    Denied{"partitioner", "a key's partition is fixed for good"},
    Denied{"enable.auto.commit", kExactlyOnce},
    Denied{"auto.commit.enable", kExactlyOnce},
    Denied{"enable.auto.offset.store", kExactlyOnce},
    Denied{"auto.offset.reset", kExactlyOnce},
    Denied{"isolation.level", kExactlyOnce},
    Denied{"enable.partition.eof", kExactlyOnce},
    Denied{"partition.assignment.strategy", kExactlyOnce},
    Denied{"check.crcs", kExactlyOnce},
    Denied{"allow.auto.create.topics", "topics are made by avbrottsvakt topics --create, with the right settings"},
    Denied{"transaction.timeout.ms", kBound},
    Denied{"message.timeout.ms", kBound},
    Denied{"delivery.timeout.ms", kBound},
    Denied{"socket.timeout.ms", kBound},
    Denied{"message.max.bytes", kBound},
    Denied{"queue.buffering.max.messages", kBound},
    Denied{"queue.buffering.max.kbytes", kBound},
    Denied{"queued.min.messages", kBound},
    Denied{"queued.max.messages.kbytes", kBound},
    Denied{"log.queue", "the daemon has a log of its own"},
    Denied{"enabled_events", kForeignCode},
    Denied{"plugin.library.paths", kForeignCode},
    Denied{"test.mock.num.brokers", kForeignCode},
};

}  // namespace

Result<void> check_settings(const Settings& settings) {
  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  for (const auto& [name, value] : settings) {
    const auto* denied = std::find_if(kDenied.begin(), kDenied.end(), [&](const Denied& d) { return d.name == name; });
    if (denied != kDenied.end()) {
      return fail(ErrorCode::invalid_input, "Kafka setting " + name + " cannot be chosen: " + denied->reason,
                  "remove it");
    }
    std::array<char, 512> text{};
    if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(), text.size()) != RD_KAFKA_CONF_OK) {
      return fail(ErrorCode::invalid_input, "Kafka setting " + name + ": " + text.data(),
                  "librdkafka's CONFIGURATION.md lists names and values");
    }
  }
  return {};
}

std::int32_t partition_of(std::string_view key, std::int32_t partitions) {
  AV_CHECK(partitions >= 1);
  // librdkafka's partitioner looks at neither topic nor opaques.
  return rd_kafka_msg_partitioner_murmur2(nullptr, key.data(), key.size(), partitions, nullptr, nullptr);
}

}  // namespace avbrottsvakt::kafka
