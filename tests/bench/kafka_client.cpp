#include "kafka_client.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <thread>

namespace avbrottsvakt::testing {

void FreeKafka::operator()(rd_kafka_t* client) const {
  // Without leaving a group in order: whoever measures next need not wait.
  rd_kafka_destroy_flags(client, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

void give_up(const std::string& why) {
  std::fprintf(stderr, "kafka_loops: %s\n", why.c_str());
  std::exit(1);
}

void must(rd_kafka_resp_err_t code, const char* doing) {
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) give_up(std::string(doing) + ": " + rd_kafka_err2str(code));
}

void must(rd_kafka_error_t* error, const char* doing) {
  if (error != nullptr) give_up(std::string(doing) + ": " + rd_kafka_error_string(error));
}

Client open_client(rd_kafka_type_t kind, const std::string& bootstrap, Pairs settings, Delivered delivered,
                   void* opaque) {
  rd_kafka_conf_t* conf = rd_kafka_conf_new();
  std::array<char, 512> why{};
  const auto set = [&](const char* name, const std::string& value) {
    if (rd_kafka_conf_set(conf, name, value.c_str(), why.data(), why.size()) != RD_KAFKA_CONF_OK) give_up(why.data());
  };
  set("bootstrap.servers", bootstrap);
  set("reconnect.backoff.ms", "50");
  set("reconnect.backoff.max.ms", "500");
  set("socket.timeout.ms", "5000");
  set("allow.auto.create.topics", "false");
  for (const auto& [name, value] : settings) set(name, value);
  if (delivered != nullptr) rd_kafka_conf_set_dr_msg_cb(conf, delivered);
  rd_kafka_conf_set_opaque(conf, opaque);
  Client client(rd_kafka_new(kind, conf, why.data(), why.size()));
  if (client == nullptr) give_up(why.data());
  if (kind == RD_KAFKA_CONSUMER) rd_kafka_poll_set_consumer(client.get());
  return client;
}

Client open_reader(const std::string& bootstrap, const char* isolation) {
  return open_client(RD_KAFKA_CONSUMER, bootstrap,
                     {{"group.id", "plain"},
                      {"fetch.wait.max.ms", "50"},
                      {"enable.auto.commit", "false"},
                      {"enable.auto.offset.store", "false"},
                      {"auto.offset.reset", "error"},
                      {"enable.partition.eof", "true"},
                      {"check.crcs", "true"},
                      {"isolation.level", isolation},
                      {"queued.min.messages", "10000000"},
                      {"queued.max.messages.kbytes", "131072"}});
}

Client open_member(const std::string& bootstrap, const std::string& group, const std::string& topic) {
  Client member = open_client(RD_KAFKA_CONSUMER, bootstrap,
                              {{"group.id", group},
                               {"fetch.wait.max.ms", "100"},
                               {"session.timeout.ms", "10000"},
                               {"enable.auto.commit", "false"},
                               {"enable.auto.offset.store", "false"},
                               {"auto.offset.reset", "earliest"},
                               {"check.crcs", "true"},
                               {"isolation.level", "read_committed"},
                               {"partition.assignment.strategy", "range"},
                               {"queued.min.messages", "10000000"},
                               {"queued.max.messages.kbytes", "262144"}});
  rd_kafka_topic_partition_list_t* topics = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(topics, topic.c_str(), RD_KAFKA_PARTITION_UA);
  must(rd_kafka_subscribe(member.get(), topics), "joining a group");
  rd_kafka_topic_partition_list_destroy(topics);
  for (int given = 0; given == 0;) {
    if (next_message(member, 50) != nullptr) give_up(topic + " is not empty");
    rd_kafka_topic_partition_list_t* list = nullptr;
    must(rd_kafka_assignment(member.get(), &list), "joining a group");
    given = list->cnt;
    rd_kafka_topic_partition_list_destroy(list);
  }
  return member;
}

Client open_appender(const std::string& bootstrap, Delivered delivered, void* opaque) {
  return open_client(RD_KAFKA_PRODUCER, bootstrap,
                     {{"linger.ms", "1"},
                      {"retry.backoff.ms", "20"},
                      {"enable.idempotence", "true"},
                      {"acks", "all"},
                      {"message.timeout.ms", "10000"},
                      {"message.max.bytes", "17000000"},
                      {"queue.buffering.max.messages", "20000"},
                      {"queue.buffering.max.kbytes", "131072"}},
                     delivered, opaque);
}

Client open_owner(const std::string& bootstrap, const std::string& transactional_id) {
  // Without reports of deliveries a commit waits in steps of 10 ms.
  Client owner = open_client(
      RD_KAFKA_PRODUCER, bootstrap,
      {{"transactional.id", transactional_id},
       {"linger.ms", "0"},
       {"retry.backoff.ms", "5"},
       {"enable.idempotence", "true"},
       {"acks", "all"},
       {"transaction.timeout.ms", "15000"},
       {"message.max.bytes", "17000000"},
       {"queue.buffering.max.messages", "1000000"},
       {"queue.buffering.max.kbytes", "262144"},
       {"partitioner", "murmur2_random"}},
      [](rd_kafka_t*, const rd_kafka_message_t* message, void*) { must(message->err, "a record of a transaction"); });
  must(rd_kafka_init_transactions(owner.get(), 30'000), "fencing");
  return owner;
}

Topic open_topic(const Client& client, const std::string& name) {
  return Topic(rd_kafka_topic_new(client.get(), name.c_str(), nullptr));
}

void assign(const Client& consumer, const std::string& topic, std::int64_t offset) {
  rd_kafka_topic_partition_list_t* list = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(list, topic.c_str(), 0)->offset = offset;
  must(rd_kafka_assign(consumer.get(), list), "assigning");
  rd_kafka_topic_partition_list_destroy(list);
}

std::int64_t end_of(const Client& consumer, const std::string& topic) {
  std::int64_t low = 0;
  std::int64_t high = 0;
  // A topic that has just been made is not known everywhere at once.
  for (const double began = now();;) {
    const auto code = rd_kafka_query_watermark_offsets(consumer.get(), topic.c_str(), 0, &low, &high, 10'000);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) return high;
    if (now() - began > 10) must(code, topic.c_str());
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

Message next_message(const Client& consumer, int wait_ms) {
  Message message(rd_kafka_consumer_poll(consumer.get(), wait_ms));
  if (message == nullptr || message->err == RD_KAFKA_RESP_ERR_NO_ERROR) return message;
  if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return nullptr;
  give_up(std::string("reading: ") + rd_kafka_message_errstr(message.get()));
}

void produce(const Client& producer, const Topic& topic, std::string_view key, std::string_view value, void* opaque) {
  while (rd_kafka_produce(topic.get(), 0, RD_KAFKA_MSG_F_COPY, const_cast<char*>(value.data()), value.size(),
                          key.data(), key.size(), opaque) != 0) {
    if (rd_kafka_last_error() != RD_KAFKA_RESP_ERR__QUEUE_FULL) must(rd_kafka_last_error(), "producing");
    rd_kafka_poll(producer.get(), 100);
  }
}

void commit(const Client& owner, const Client& member, const std::string& topic, std::int64_t next) {
  rd_kafka_topic_partition_list_t* offsets = rd_kafka_topic_partition_list_new(1);
  rd_kafka_topic_partition_list_add(offsets, topic.c_str(), 0)->offset = next;
  rd_kafka_consumer_group_metadata_t* metadata = rd_kafka_consumer_group_metadata(member.get());
  must(rd_kafka_send_offsets_to_transaction(owner.get(), offsets, metadata, 10'000), "sending the offset");
  rd_kafka_consumer_group_metadata_destroy(metadata);
  rd_kafka_topic_partition_list_destroy(offsets);
  must(rd_kafka_commit_transaction(owner.get(), 10'000), "committing");
}

}  // namespace avbrottsvakt::testing
