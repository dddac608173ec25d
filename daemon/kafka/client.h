#pragma once

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "kafka/connection.h"

/// Inside kafka/ only: other folders do not see librdkafka.
namespace avbrottsvakt::kafka {

/// Frees what librdkafka gave us.
struct Free {
  void operator()(rd_kafka_conf_t* p) const { rd_kafka_conf_destroy(p); }
  void operator()(rd_kafka_error_t* p) const { rd_kafka_error_destroy(p); }
  void operator()(rd_kafka_message_t* p) const { rd_kafka_message_destroy(p); }
  void operator()(rd_kafka_queue_t* p) const { rd_kafka_queue_destroy(p); }
  void operator()(rd_kafka_event_t* p) const { rd_kafka_event_destroy(p); }
  void operator()(rd_kafka_topic_t* p) const { rd_kafka_topic_destroy(p); }
  void operator()(rd_kafka_headers_t* p) const { rd_kafka_headers_destroy(p); }
  void operator()(rd_kafka_topic_partition_list_t* p) const { rd_kafka_topic_partition_list_destroy(p); }
  void operator()(rd_kafka_consumer_group_metadata_t* p) const { rd_kafka_consumer_group_metadata_destroy(p); }
  void operator()(const rd_kafka_metadata_t* p) const { rd_kafka_metadata_destroy(p); }
  void operator()(rd_kafka_NewTopic_t* p) const { rd_kafka_NewTopic_destroy(p); }
  void operator()(rd_kafka_ConfigResource_t* p) const { rd_kafka_ConfigResource_destroy(p); }
  void operator()(rd_kafka_AdminOptions_t* p) const { rd_kafka_AdminOptions_destroy(p); }
};
template <typename T>
using Owned = std::unique_ptr<T, Free>;

/// One librdkafka client.
///
/// Destroying it takes at most ten seconds: rd_kafka_destroy() of 2.0.2 can hang (librdkafka#4187, #4724), and is then
/// left behind on a thread of its own.
class Client {
 public:
  enum class Kind { producer, consumer };
  using Pairs = std::initializer_list<std::pair<std::string, std::string>>;

  /// What librdkafka calls. They live as long as the client's threads do.
  struct Hooks {
    LogSink log;
    std::function<void(const rd_kafka_message_t&)> delivered;  ///< in rd_kafka_poll() and rd_kafka_flush()
    std::function<void(rd_kafka_resp_err_t, rd_kafka_topic_partition_list_t*)> rebalanced;  ///< in consumer_poll()
    /// EndTxn requests that have left this client, see TransactionalProducer.
    std::atomic<int> end_transactions_sent{0};
  };

  /// `defaults` may be overridden by the connection's settings, `pinned` not.
  /// Errors: invalid_input (a setting that librdkafka refuses).
  static Result<std::shared_ptr<Client>> open(Kind kind, const Connection& connection, Pairs defaults, Pairs pinned,
                                              std::unique_ptr<Hooks> hooks);
  Client(rd_kafka_t* handle, std::shared_ptr<Hooks> hooks) : handle_(handle), hooks_(std::move(hooks)) {}
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  rd_kafka_t* get() const { return handle_; }
  Hooks& hooks() const { return *hooks_; }

 private:
  rd_kafka_t* handle_;
  std::shared_ptr<Hooks> hooks_;
};

/// What one poll takes at most, by and large: a record may be 16 MiB, and a caller thinks in counts.
inline constexpr std::size_t kPollBytes = 64 << 20;

/// A copy of a consumed message.
Record to_record(const rd_kafka_message_t& message);

/// A record to be sent, borrowed for the call.
struct Outgoing {
  rd_kafka_topic_t* topic = nullptr;
  std::int32_t partition = RD_KAFKA_PARTITION_UA;  ///< or by the key
  std::string_view key;
  std::optional<std::string_view> value;  ///< absent: a tombstone
  const Headers* headers = nullptr;
  std::int64_t stamp = 0;  ///< 0: librdkafka's own clock
  void* opaque = nullptr;  ///< comes back in the delivery report
};
/// Queues a copy. Never blocks.
rd_kafka_resp_err_t send(rd_kafka_t* client, const Outgoing& record);

/// For librdkafka's int milliseconds; negative becomes 0.
int to_int(Millis duration);

}  // namespace avbrottsvakt::kafka
