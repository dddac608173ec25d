#pragma once

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

/// librdkafka, bare: what the daemon is compared with must not go through the daemon's own kafka/. Whatever fails ends
/// the program with its reason.
namespace avbrottsvakt::testing {

using Pairs = std::initializer_list<std::pair<const char*, std::string>>;
using Delivered = void (*)(rd_kafka_t*, const rd_kafka_message_t*, void*);

struct FreeKafka {
  void operator()(rd_kafka_t* client) const;
  void operator()(rd_kafka_message_t* message) const { rd_kafka_message_destroy(message); }
  void operator()(rd_kafka_topic_t* topic) const { rd_kafka_topic_destroy(topic); }
};
using Client = std::unique_ptr<rd_kafka_t, FreeKafka>;
using Message = std::unique_ptr<rd_kafka_message_t, FreeKafka>;
using Topic = std::unique_ptr<rd_kafka_topic_t, FreeKafka>;

[[noreturn]] void give_up(const std::string& why);
void must(rd_kafka_resp_err_t code, const char* doing);
/// Takes the error.
void must(rd_kafka_error_t* error, const char* doing);

/// `delivered` may be null, and `opaque` goes to it.
Client open_client(rd_kafka_type_t kind, const std::string& bootstrap, Pairs settings, Delivered delivered = nullptr,
                   void* opaque = nullptr);
/// With the daemon's settings (daemon/kafka/): of a reader of sources, of the log of inputs, of the appender and of the
/// owner's producer.
Client open_reader(const std::string& bootstrap, const char* isolation);
Client open_member(const std::string& bootstrap, const std::string& group, const std::string& topic);
Client open_appender(const std::string& bootstrap, Delivered delivered, void* opaque);
Client open_owner(const std::string& bootstrap, const std::string& transactional_id);
Topic open_topic(const Client& client, const std::string& name);

/// Partition 0, from this offset.
void assign(const Client& consumer, const std::string& topic, std::int64_t offset);
/// Offset behind the last record of partition 0 that a client of this isolation may see.
std::int64_t end_of(const Client& consumer, const std::string& topic);
/// The next record; null if none came within `wait_ms`. Whatever else is told is passed over, but for what is final.
Message next_message(const Client& consumer, int wait_ms);
/// Waits for room in the queue.
void produce(const Client& producer, const Topic& topic, std::string_view key, std::string_view value,
             void* opaque = nullptr);
/// Of a transaction that has begun: the offset of partition 0, and the end.
void commit(const Client& owner, const Client& member, const std::string& topic, std::int64_t next);

inline std::string_view value_of(const rd_kafka_message_t& message) {
  return {static_cast<const char*>(message.payload), message.len};
}

/// Seconds of the clock that all processes of the machine share.
inline double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace avbrottsvakt::testing
