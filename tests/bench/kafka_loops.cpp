// What end_to_end.py measures the daemon against, and with. Each command is one process; end_to_end.py says in which
// order.
#include "kafka_loops.h"

#include <cstdio>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>

#include "kafka_client.h"
#include "webhooks.h"
#include "wire/state.h"

namespace avbrottsvakt::testing {
namespace {

const std::vector<std::string> kTopics = {"inputs",         "state",     "alerts",      "activations",
                                          "report-prompts", "incidents", "dead-letter", "positions"};

constexpr std::size_t kTickBytesMost = 64;

void wait_for_word() {
  std::string line;
  if (!std::getline(std::cin, line)) std::exit(0);
}

std::size_t bytes_of_headers(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  if (rd_kafka_message_headers(&message, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR) return 0;
  std::size_t bytes = 0;
  const char* name = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  for (std::size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &size) == 0; ++i) {
    bytes += std::string_view(name).size() + size;
  }
  return bytes;
}

}  // namespace

/// BOOTSTRAP TOPIC SERVICES MESSAGES: writes what is known before, and waits for a line; writes the mix in a
/// transaction that nobody sees yet, and waits for a line; shows it.
void load(const Arguments& arguments) {
  const std::string& bootstrap = arguments[0];
  Webhooks webhooks(std::stoi(arguments[2]));
  {
    const Client before = open_client(RD_KAFKA_PRODUCER, bootstrap, {});
    const Topic topic = open_topic(before, arguments[1]);
    const std::vector<std::string> first = webhooks.first();
    for (const std::string& text : first) produce(before, topic, "", text);
    must(rd_kafka_flush(before.get(), 60'000), "writing the workload");
    std::printf("{\"records\": %zu, \"events\": %lld}\n", first.size(), static_cast<long long>(webhooks.alerts()));
    std::fflush(stdout);
  }
  wait_for_word();
  const std::int64_t known = webhooks.alerts();
  const Client producer = open_client(
      RD_KAFKA_PRODUCER, bootstrap,
      {{"transactional.id", "load-" + arguments[1]}, {"transaction.timeout.ms", "600000"}, {"linger.ms", "20"}},
      [](rd_kafka_t*, const rd_kafka_message_t* message, void*) { must(message->err, "writing the workload"); });
  must(rd_kafka_init_transactions(producer.get(), 30'000), "writing the workload");
  must(rd_kafka_begin_transaction(producer.get()), "writing the workload");
  const Topic topic = open_topic(producer, arguments[1]);
  const int messages = std::stoi(arguments[3]);
  std::size_t bytes = 0;
  for (int i = 0; i < messages; ++i) {
    const std::string text = webhooks.next();
    bytes += text.size();
    produce(producer, topic, "", text);
    rd_kafka_poll(producer.get(), 0);
  }
  must(rd_kafka_flush(producer.get(), 120'000), "writing the workload");
  std::printf("{\"records\": %d, \"events\": %lld, \"bytes\": %zu}\n", messages,
              static_cast<long long>(webhooks.alerts() - known), bytes);
  std::fflush(stdout);
  wait_for_word();
  const double at = now();
  must(rd_kafka_commit_transaction(producer.get(), 30'000), "showing the workload");
  std::printf("{\"at\": %.6f}\n", at);
}

/// BOOTSTRAP TOPIC FROM RECORDS: (a) reads them and does nothing.
void consume(const Arguments& arguments) {
  const Client consumer = open_client(RD_KAFKA_CONSUMER, arguments[0],
                                      {{"group.id", "bare"},
                                       {"enable.auto.commit", "false"},
                                       {"enable.auto.offset.store", "false"},
                                       {"auto.offset.reset", "error"},
                                       {"queued.min.messages", "10000000"},
                                       {"queued.max.messages.kbytes", "2000000"}});
  end_of(consumer, arguments[1]);  // It is connected now, as the daemon is.
  rd_kafka_queue_t* queue = rd_kafka_queue_get_consumer(consumer.get());
  const auto wanted = static_cast<std::size_t>(std::stoll(arguments[3]));
  std::vector<rd_kafka_message_t*> messages(10'000);
  std::size_t records = 0;
  std::size_t bytes = 0;
  const double began = now();
  assign(consumer, arguments[1], std::stoll(arguments[2]));
  while (records < wanted) {
    const auto count = rd_kafka_consume_batch_queue(queue, 1000, messages.data(), messages.size());
    for (ssize_t i = 0; i < count; ++i) {
      must(messages[static_cast<std::size_t>(i)]->err, "reading");
      bytes += messages[static_cast<std::size_t>(i)]->len;
      rd_kafka_message_destroy(messages[static_cast<std::size_t>(i)]);
    }
    records += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  }
  std::printf("{\"seconds\": %.6f, \"records\": %zu, \"bytes\": %zu}\n", now() - began, records, bytes);
  rd_kafka_queue_destroy(queue);
}

/// BOOTSTRAP PREFIX: where each topic ends.
void ends(const Arguments& arguments) {
  const Client consumer = open_reader(arguments[0], "read_committed");
  std::string text;
  for (const std::string& name : kTopics) {
    text += (text.empty() ? "" : " ") + std::to_string(end_of(consumer, arguments[1] + "." + name));
  }
  std::printf("{\"ends\": \"%s\"}\n", text.c_str());
}

/// BOOTSTRAP PREFIX FILE ENDS...: writes to FILE what has been written since.
void profile(const Arguments& arguments) {
  std::ofstream file(arguments[2]);
  std::vector<std::size_t> inputs;
  for (std::size_t i = 0; i < kTopics.size(); ++i) {
    const Client consumer = open_reader(arguments[0], "read_committed");
    const std::string topic = arguments[1] + "." + kTopics[i];
    const std::int64_t end = end_of(consumer, topic);
    std::int64_t at = std::stoll(arguments[3 + i]);
    std::size_t records = 0;
    std::size_t bytes = 0;
    std::size_t metas = 0;
    if (at < end) assign(consumer, topic, at);
    while (at < end) {
      const Message message(rd_kafka_consumer_poll(consumer.get(), 1000));
      if (message == nullptr) continue;
      if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        at = message->offset;
        continue;
      }
      must(message->err, "reading");
      at = message->offset + 1;
      const std::size_t size = message->key_len + message->len + bytes_of_headers(*message);
      // Ticks stand for no record of the source.
      if (kTopics[i] == "inputs" && message->len > kTickBytesMost) inputs.push_back(message->len);
      if (kTopics[i] == "state" && value_of(*message).starts_with("v1 next=")) {
        ++metas;
        continue;
      }
      ++records;
      bytes += size;
    }
    file << kTopics[i] << ' ' << records << ' ' << bytes << '\n';
    if (metas > 0) file << "commits " << metas << " 0\n";
  }
  file << "sizes";
  for (const std::size_t size : inputs) file << ' ' << size;
  file << '\n';
  if (!file.flush()) give_up("cannot write " + arguments[2]);
  std::printf("{}\n");
}

Written read_written(const std::string& name) {
  Written written;
  std::ifstream file(name);
  for (std::string word; file >> word;) {
    if (word == "sizes") {
      for (std::size_t size = 0; file >> size;) written.inputs.push_back(size);
      break;
    }
    Written::Topic topic{word, 0, 0};
    file >> topic.records >> topic.bytes;
    written.topics.push_back(topic);
  }
  if (written.inputs.empty()) give_up(name + " holds no profile");
  return written;
}

/// BOOTSTRAP PREFIX UPTO: until the daemon has applied and committed the source up to there.
void await_applied(const Arguments& arguments) {
  const Client consumer = open_reader(arguments[0], "read_committed");
  assign(consumer, arguments[1] + ".positions", 0);
  const std::int64_t upto = std::stoll(arguments[2]);
  std::printf("{}\n");
  std::fflush(stdout);
  while (true) {
    const Message message = next_message(consumer, 1000);
    if (message == nullptr) continue;
    const std::string_view key{static_cast<const char*>(message->key), message->key_len};
    const auto record = decode_state(key.substr(key.find('/') + 1), value_of(*message));
    if (!record) give_up("no position: " + record.error().message);
    if (std::get<AppliedRecord>(*record).upto >= upto) break;
  }
  std::printf("{\"at\": %.6f}\n", now());
}

}  // namespace avbrottsvakt::testing

int main(int argc, char** argv) {
  using namespace avbrottsvakt::testing;
  struct Command {
    std::size_t arguments;
    std::function<void(const Arguments&)> run;
  };
  const std::map<std::string, Command> commands = {
      {"load", {4, load}},   {"consume", {4, consume}},     {"ends", {2, ends}},       {"profile", {11, profile}},
      {"plain", {6, plain}}, {"await", {3, await_applied}}, {"latency", {3, latency}},
  };
  const auto command = argc > 1 ? commands.find(argv[1]) : commands.end();
  if (command == commands.end() || static_cast<std::size_t>(argc) < command->second.arguments + 2) {
    std::fprintf(stderr, "usage: see tests/bench/end_to_end.py, which runs this\n");
    return 2;
  }
  command->second.run(Arguments(argv + 2, argv + argc));
  return 0;
}
