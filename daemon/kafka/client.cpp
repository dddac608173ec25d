#include "kafka/client.h"

#include <algorithm>
#include <array>
#include <future>
#include <limits>
#include <string_view>
#include <thread>

namespace avbrottsvakt::kafka {
namespace {

constexpr std::chrono::seconds kDestroyLimit{10};
constexpr std::int16_t kEndTxn = 26;

void on_log(const rd_kafka_t* client, int level, const char* facility, const char* text) {
  // During configuration there is a message or two before the opaque is set.
  auto* hooks = client != nullptr ? static_cast<Client::Hooks*>(rd_kafka_opaque(client)) : nullptr;
  if (hooks == nullptr || !hooks->log) return;
  const std::string_view words = text;
  // One list of settings serves both kinds of client; that each ignores the other's is as intended.
  if (words.find(" property and will be ignored by this ") != std::string_view::npos) return;
  hooks->log(level, facility, words);
}

void on_delivered(rd_kafka_t*, const rd_kafka_message_t* message, void* opaque) {
  auto& hooks = *static_cast<Client::Hooks*>(opaque);
  if (hooks.delivered) hooks.delivered(*message);
}

void on_rebalanced(rd_kafka_t*, rd_kafka_resp_err_t what, rd_kafka_topic_partition_list_t* partitions, void* opaque) {
  static_cast<Client::Hooks*>(opaque)->rebalanced(what, partitions);
}

rd_kafka_resp_err_t on_request_sent(rd_kafka_t*, int, const char*, std::int32_t, std::int16_t api, std::int16_t,
                                    std::int32_t, std::size_t, void* opaque) {
  if (api == kEndTxn) static_cast<Client::Hooks*>(opaque)->end_transactions_sent.fetch_add(1);
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

rd_kafka_resp_err_t on_new(rd_kafka_t* client, const rd_kafka_conf_t*, void* opaque, char*, std::size_t) {
  return rd_kafka_interceptor_add_on_request_sent(client, "count_end_txn", on_request_sent, opaque);
}

Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  std::array<char, 512> text{};
  if (rd_kafka_conf_set(conf, name.c_str(), value.c_str(), text.data(), text.size()) == RD_KAFKA_CONF_OK) return {};
  return fail(ErrorCode::invalid_input, "Kafka setting " + name + ": " + text.data(),
              "librdkafka's CONFIGURATION.md lists names and values");
}

}  // namespace

Result<std::shared_ptr<Client>> Client::open(Kind kind, const Connection& connection, Pairs defaults, Pairs pinned,
                                             std::unique_ptr<Hooks> given) {
  std::shared_ptr<Hooks> hooks = std::move(given);
  hooks->log = connection.log;
  Owned<rd_kafka_conf_t> conf(rd_kafka_conf_new());
  rd_kafka_conf_set_opaque(conf.get(), hooks.get());
  rd_kafka_conf_set_log_cb(conf.get(), on_log);
  if (kind == Kind::producer) rd_kafka_conf_set_dr_msg_cb(conf.get(), on_delivered);
  if (hooks->rebalanced) rd_kafka_conf_set_rebalance_cb(conf.get(), on_rebalanced);

  // In this order, the later wins. The default waits for a lost broker grow to ten seconds: too long for those who wait
  // for an alarm.
  Settings settings = {{"reconnect.backoff.ms", "50"}, {"reconnect.backoff.max.ms", "500"}};
  settings.insert(settings.end(), defaults.begin(), defaults.end());
  settings.insert(settings.end(), connection.settings.begin(), connection.settings.end());
  settings.insert(settings.end(), {{"bootstrap.servers", connection.bootstrap},
                                   {"client.id", connection.client_id},
                                   {"socket.timeout.ms", "5000"}});
  settings.insert(settings.end(), pinned.begin(), pinned.end());
  for (const auto& [name, value] : settings) {
    if (auto ok = set(conf.get(), name, value); !ok) return fail(ok.error());
  }
  rd_kafka_conf_interceptor_add_on_new(conf.get(), "count_end_txn", on_new, hooks.get());

  std::array<char, 512> text{};
  rd_kafka_t* handle = rd_kafka_new(kind == Kind::producer ? RD_KAFKA_PRODUCER : RD_KAFKA_CONSUMER, conf.get(),
                                    text.data(), text.size());
  if (handle == nullptr) {
    return fail(ErrorCode::invalid_input, std::string("librdkafka refuses these settings together: ") + text.data(),
                "mend the Kafka settings of the configuration");
  }
  static_cast<void>(conf.release());  // rd_kafka_new() has taken it.
  return std::make_shared<Client>(handle, std::move(hooks));
}

Client::~Client() {
  std::promise<void> gone;
  auto waiting = gone.get_future();
  std::thread reaper([handle = handle_, hooks = hooks_, promise = std::move(gone)]() mutable {
    // Leaving a group in order is leave()'s task; here nothing may call back into objects that are being destroyed.
    rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    promise.set_value();
  });
  if (waiting.wait_for(kDestroyLimit) == std::future_status::ready) {
    reaper.join();
  } else {
    reaper.detach();
  }
}

Record to_record(const rd_kafka_message_t& message) {
  Record record;
  record.partition = message.partition;
  record.offset = message.offset;
  rd_kafka_timestamp_type_t type = RD_KAFKA_TIMESTAMP_NOT_AVAILABLE;
  const std::int64_t stamp = rd_kafka_message_timestamp(&message, &type);
  if (type != RD_KAFKA_TIMESTAMP_NOT_AVAILABLE) {
    record.stamped_by =
        type == RD_KAFKA_TIMESTAMP_LOG_APPEND_TIME ? Record::StampedBy::broker : Record::StampedBy::writer;
    record.stamp = Instant(Millis(stamp));
  }
  if (message.key != nullptr) record.key.emplace(static_cast<const char*>(message.key), message.key_len);
  if (message.payload != nullptr) record.value.emplace(static_cast<const char*>(message.payload), message.len);
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR) {
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
      record.headers.emplace_back(name, value != nullptr ? std::string(static_cast<const char*>(value), size) : "");
    }
  }
  return record;
}

rd_kafka_resp_err_t send(rd_kafka_t* client, const Outgoing& record) {
  // librdkafka copies the bytes, it does not write to them. A null pointer would make a tombstone of an empty value.
  const auto bytes = [](std::string_view text) -> void* {
    return const_cast<char*>(text.data() != nullptr ? text.data() : "");
  };
  std::array<rd_kafka_vu_t, 8> parts{};
  std::size_t count = 0;
  const auto part = [&](rd_kafka_vtype_t type) -> auto& {
    parts[count].vtype = type;
    return parts[count++].u;
  };
  part(RD_KAFKA_VTYPE_RKT).rkt = record.topic;
  part(RD_KAFKA_VTYPE_PARTITION).i32 = record.partition;
  part(RD_KAFKA_VTYPE_MSGFLAGS).i = RD_KAFKA_MSG_F_COPY;
  part(RD_KAFKA_VTYPE_KEY).mem = {bytes(record.key), record.key.size()};
  if (record.value) part(RD_KAFKA_VTYPE_VALUE).mem = {bytes(*record.value), record.value->size()};
  part(RD_KAFKA_VTYPE_TIMESTAMP).i64 = record.stamp;
  part(RD_KAFKA_VTYPE_OPAQUE).ptr = record.opaque;
  Owned<rd_kafka_headers_t> headers;
  if (record.headers != nullptr && !record.headers->empty()) {
    headers.reset(rd_kafka_headers_new(record.headers->size()));
    for (const auto& [name, value] : *record.headers) {
      rd_kafka_header_add(headers.get(), name.data(), static_cast<ssize_t>(name.size()), value.data(),
                          static_cast<ssize_t>(value.size()));
    }
    part(RD_KAFKA_VTYPE_HEADERS).headers = headers.get();
  }
  const Owned<rd_kafka_error_t> error(rd_kafka_produceva(client, parts.data(), count));
  if (error != nullptr) return rd_kafka_error_code(error.get());
  static_cast<void>(headers.release());  // librdkafka has taken them; it does so only on success.
  return RD_KAFKA_RESP_ERR_NO_ERROR;
}

int to_int(Millis duration) {
  return static_cast<int>(
      std::clamp<Millis::rep>(duration.count(), 0, static_cast<Millis::rep>(std::numeric_limits<int>::max())));
}

}  // namespace avbrottsvakt::kafka
