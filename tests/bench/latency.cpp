// From produce to visible: of the daemon, and of one bare transaction between two topics.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "kafka_client.h"
#include "kafka_loops.h"
#include "webhooks.h"

namespace avbrottsvakt::testing {
namespace {

constexpr int kEach = 10;  // Every so many records one from which an alert follows.

/// Milliseconds: the shares of them that matter.
std::string shares(std::vector<double> times) {
  if (times.empty()) give_up("nothing was seen");
  std::sort(times.begin(), times.end());
  const auto share = [&](double part) {
    return times[std::min(times.size() - 1, static_cast<std::size_t>(part * static_cast<double>(times.size())))] * 1e3;
  };
  char text[160];
  std::snprintf(text, sizeof text, R"({"count": %zu, "p50": %.2f, "p90": %.2f, "p99": %.2f, "max": %.2f})",
                times.size(), share(0.5), share(0.9), share(0.99), times.back() * 1e3);
  return text;
}

Client open_teller(const std::string& bootstrap) {
  return open_client(RD_KAFKA_PRODUCER, bootstrap, {{"linger.ms", "0"}});
}

/// At an even pace, for so long. `record(i)` gives the record, and is called when it is its turn.
template <typename Record>
void produce_evenly(const Client& producer, const Topic& topic, int rate, double seconds, Record record) {
  const auto count = static_cast<int>(seconds * rate);
  const double began = now();
  for (int i = 0; i < count; ++i) {
    const double left = began + static_cast<double>(i) / rate - now();
    if (left > 0) std::this_thread::sleep_for(std::chrono::duration<double>(left));
    produce(producer, topic, "", record(i));
    rd_kafka_poll(producer.get(), 0);
  }
  must(rd_kafka_flush(producer.get(), 10'000), "producing");
}

/// When each thing was told, and when it was seen.
class Seen {
 public:
  void tell(int what) {
    const double at = now();
    const std::lock_guard lock(mutex_);
    told_.emplace(what, at);
  }
  void see(int what) {
    const double at = now();
    const std::lock_guard lock(mutex_);
    const auto told = told_.find(what);
    if (told == told_.end()) return;
    times_.push_back(at - told->second);
    told_.erase(told);
  }
  /// Waits for what is missing.
  std::vector<double> times() {
    for (const double began = now();;) {
      {
        const std::lock_guard lock(mutex_);
        if (told_.empty()) return times_;
        if (now() - began > 30) give_up(std::to_string(told_.size()) + " of what was told was not seen in 30 s");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  }

 private:
  std::mutex mutex_;
  std::map<int, double> told_;
  std::vector<double> times_;
};

/// Calls `take` with each record that becomes visible in the topic.
template <typename Take>
class Watcher {
 public:
  Watcher(const std::string& bootstrap, const std::string& topic, Take take)
      : consumer_(open_reader(bootstrap, "read_committed")), take_(std::move(take)) {
    assign(consumer_, topic, end_of(consumer_, topic));
    // Until it has read to the end, it does not hear at once of what comes.
    for (Message message; message == nullptr || message->err != RD_KAFKA_RESP_ERR__PARTITION_EOF;) {
      message.reset(rd_kafka_consumer_poll(consumer_.get(), 100));
    }
    thread_ = std::thread([this] {
      while (!ending_) {
        if (const Message message = next_message(consumer_, 100)) take_(value_of(*message));
      }
    });
  }
  ~Watcher() {
    ending_ = true;
    thread_.join();
  }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  Client consumer_;
  Take take_;
  std::atomic<bool> ending_{false};
  std::thread thread_;
};

void of_daemon(const Client& producer, const Topic& source, const std::string& bootstrap, const std::string& prefix,
               Webhooks& webhooks, int& service, double seconds, int rate) {
  Seen seen;
  Watcher watcher(bootstrap, prefix + ".alerts", [&](std::string_view alert) {
    // The first service that it names is the one that it is about.
    static constexpr std::string_view kBefore = "\"id\":\"service-";
    const std::size_t at = alert.find(kBefore);
    if (at != std::string_view::npos) seen.see(std::atoi(alert.data() + at + kBefore.size()));
  });
  produce_evenly(producer, source, rate, seconds, [&](int i) {
    if (i % kEach != kEach / 2) return webhooks.next_quiet();
    std::string text = webhooks.down(service);
    seen.tell(service++);
    return text;
  });
  std::printf("{\"visible\": %s}\n", shares(seen.times()).c_str());
}

/// Reads what comes, and commits it at once: a record of state, and an output for each from which one follows.
void bare(const std::string& bootstrap, const std::string& from, const std::string& to, double seconds, int rate) {
  Seen seen;
  std::vector<double> transactions;
  std::atomic<bool> ending{false};
  Watcher watcher(bootstrap, to, [&](std::string_view value) { seen.see(std::atoi(value.data())); });
  const Client member = open_member(bootstrap, "bare-" + from, from);
  const Client owner = open_owner(bootstrap, "bare-" + from);
  std::thread owning([&] {
    const Topic output = open_topic(owner, to);
    while (!ending) {
      std::int64_t next = -1;
      std::vector<std::string> said;
      for (Message message = next_message(member, 100); message != nullptr; message = next_message(member, 0)) {
        next = message->offset + 1;
        if (value_of(*message).front() == '!') said.emplace_back(value_of(*message).substr(1));
      }
      if (next < 0) continue;
      const double began = now();
      must(rd_kafka_begin_transaction(owner.get()), "beginning a transaction");
      produce(owner, output, "state", "-1 a record of state");
      for (const std::string& text : said) produce(owner, output, "output", text);
      commit(owner, member, from, next);
      transactions.push_back(now() - began);
    }
  });
  const Client producer = open_teller(bootstrap);
  const Topic source = open_topic(producer, from);
  produce_evenly(producer, source, rate, seconds, [&](int i) {
    std::string text = std::to_string(i) + std::string(600, ' ');
    if (i % kEach != kEach / 2) return text;
    seen.tell(i);
    return "!" + text;
  });
  const std::vector<double> times = seen.times();
  ending = true;
  owning.join();
  std::printf("{\"visible\": %s, \"transaction\": %s}\n", shares(times).c_str(), shares(transactions).c_str());
}

}  // namespace

/// BOOTSTRAP PREFIX SERVICES, then a line for each thing to do: "daemon SECONDS RATE", "bare SECONDS RATE FROM TO" with
/// new topics each time.
void latency(const Arguments& arguments) {
  const std::string& bootstrap = arguments[0];
  Webhooks webhooks(std::stoi(arguments[2]));
  int service = webhooks.held();
  const Client producer = open_teller(bootstrap);
  const Topic source = open_topic(producer, arguments[1] + ".source");
  const std::vector<std::string> first = webhooks.first();
  for (const std::string& text : first) produce(producer, source, "", text);
  must(rd_kafka_flush(producer.get(), 60'000), "writing the workload");
  std::printf("{\"records\": %zu}\n", first.size());
  std::fflush(stdout);
  std::string what;
  double seconds = 0;
  int rate = 0;
  while (std::cin >> what >> seconds >> rate) {
    if (what == "daemon") {
      of_daemon(producer, source, bootstrap, arguments[1], webhooks, service, seconds, rate);
    } else {
      std::string from;
      std::string to;
      std::cin >> from >> to;
      bare(bootstrap, from, to, seconds, rate);
    }
    std::fflush(stdout);
  }
}

}  // namespace avbrottsvakt::testing
