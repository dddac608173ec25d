// (b): the same bytes over the same hops with the same guarantees as the daemon's, by loops that do nothing else.
#include <atomic>
#include <cstdio>
#include <thread>

#include "kafka_client.h"
#include "kafka_loops.h"

namespace avbrottsvakt::testing {
namespace {

// As SourcePump: so much may be on its way to the owner.
constexpr std::size_t kWindowInputs = 20'000;
constexpr std::size_t kWindowBytes = std::size_t{64} << 20;

struct Way {
  std::atomic<std::size_t> sent{0};
  std::atomic<std::size_t> sent_bytes{0};
  std::atomic<std::size_t> applied{0};
  std::atomic<std::size_t> applied_bytes{0};
};

/// What intake does: the source into the log, in order, without a transaction, each record acknowledged.
void intake(const Client& source, const Client& appender, const Topic& inputs, const Written& written, Way& way) {
  for (std::size_t i = 0; i < written.inputs.size();) {
    while (way.sent - way.applied >= kWindowInputs || way.sent_bytes - way.applied_bytes >= kWindowBytes) {
      rd_kafka_poll(appender.get(), 1);
    }
    const Message message = next_message(source, 10);
    rd_kafka_poll(appender.get(), 0);
    if (message == nullptr) continue;
    std::string_view value = value_of(*message);
    std::string longer;
    const std::size_t size = written.inputs[i++];
    if (size > value.size()) {
      longer.assign(size, 'x');
      value = longer;
    }
    produce(appender, inputs, "region", value.substr(0, size));
    way.sent_bytes += size;
    ++way.sent;
  }
  must(rd_kafka_flush(appender.get(), 30'000), "the log");
}

/// What each commit writes, in proportion to the inputs that it stands for.
class Outputs {
 public:
  Outputs(const Client& owner, const std::string& prefix, const Written& written) : inputs_(written.inputs.size()) {
    for (const Written::Topic& topic : written.topics) {
      if (topic.name == "inputs" || topic.name == "positions" || topic.name == "commits") continue;
      topics_.push_back({open_topic(owner, prefix + "." + topic.name), topic, 0,
                         std::string(topic.records == 0 ? 0 : topic.bytes / topic.records, 'x')});
    }
    positions_ = open_topic(owner, prefix + ".positions");
  }
  void write(const Client& owner, std::size_t applied) {
    for (Each& each : topics_) {
      for (const std::size_t due = each.all.records * applied / inputs_; each.done < due; ++each.done) {
        const std::string_view bytes = each.record;
        const std::size_t key = std::min<std::size_t>(40, bytes.size());
        produce(owner, each.topic, bytes.substr(0, key), bytes.substr(key));
      }
    }
    produce(owner, positions_, "region/applied/alertmanager", "where the source has been applied");
    produce(owner, topics_.front().topic, "region/!meta", "v1 next=1234567 sequence=12345 now=1795312380000");
  }

 private:
  struct Each {
    Topic topic;
    Written::Topic all;
    std::size_t done;
    std::string record;
  };
  std::size_t inputs_;
  std::vector<Each> topics_;
  Topic positions_;
};

/// What the journal's owner does: the log read_committed; state, outputs and the offset in one transaction.
int own(const Client& member, const Client& owner, const std::string& prefix, const Written& written, std::size_t batch,
        Way& way) {
  Outputs outputs(owner, prefix, written);
  int commits = 0;
  for (std::size_t applied = 0; applied < written.inputs.size();) {
    std::int64_t next = -1;
    std::size_t bytes = 0;
    std::size_t count = 0;
    while (count < batch) {
      const Message message = next_message(member, count == 0 ? 100 : 0);
      if (message == nullptr) break;
      next = message->offset + 1;
      bytes += message->len;
      ++count;
    }
    if (count == 0) continue;
    applied += count;
    must(rd_kafka_begin_transaction(owner.get()), "beginning a transaction");
    outputs.write(owner, applied);
    commit(owner, member, prefix + ".inputs", next);
    ++commits;
    way.applied += count;
    way.applied_bytes += bytes;
  }
  return commits;
}

}  // namespace

/// BOOTSTRAP SOURCE FROM PREFIX FILE BATCH
void plain(const Arguments& arguments) {
  const std::string& bootstrap = arguments[0];
  const std::string& prefix = arguments[3];
  const Written written = read_written(arguments[4]);
  const Client source = open_reader(bootstrap, "read_committed");
  end_of(source, arguments[1]);
  const Client appender = open_appender(
      bootstrap, [](rd_kafka_t*, const rd_kafka_message_t* message, void*) { must(message->err, "the log"); }, nullptr);
  const Topic inputs = open_topic(appender, prefix + ".inputs");
  const Client member = open_member(bootstrap, prefix, prefix + ".inputs");
  const Client owner = open_owner(bootstrap, prefix);
  Way way;
  const double began = now();
  assign(source, arguments[1], std::stoll(arguments[2]));
  std::thread feeding([&] { intake(source, appender, inputs, written, way); });
  const int commits = own(member, owner, prefix, written, std::stoul(arguments[5]), way);
  const double ended = now();
  feeding.join();
  std::printf("{\"seconds\": %.6f, \"commits\": %d}\n", ended - began, commits);
}

}  // namespace avbrottsvakt::testing
