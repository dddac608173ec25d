#include "broker/broker.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <variant>

namespace avbrottsvakt::test {
namespace {

// A broker that was killed takes half a minute to come back on a machine that also compiles.
constexpr std::chrono::minutes kPatience{3};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  if (value != nullptr) return value;
  std::cerr << "no broker: " << name << " is not set. Remedy: scripts/kafka with -- PROGRAM\n";
  std::exit(1);
}

std::string broker_pid() {
  std::ifstream file(environment("AVBROTTSVAKT_KAFKA_DIR") + "/pid");
  std::string pid;
  EXPECT_TRUE(file >> pid);
  return pid;
}

}  // namespace

const std::string& bootstrap() {
  static const std::string address = environment("AVBROTTSVAKT_KAFKA_BOOTSTRAP");
  return address;
}

void broker(const std::string& action) {
  const std::string command = std::string("'") + AV_SOURCE_DIR + "/scripts/kafka' " + action + " '" +
                              environment("AVBROTTSVAKT_KAFKA_DIR") + "' >&2";
  ASSERT_EQ(std::system(command.c_str()), 0) << command;
}

void freeze_broker() {
  const std::string pid = broker_pid();
  ASSERT_EQ(kill(std::stoi(pid), SIGSTOP), 0);
  // The signal reaches each thread in its own time.
  EXPECT_TRUE(eventually([&] {
    for (const auto& task : std::filesystem::directory_iterator("/proc/" + pid + "/task")) {
      std::ifstream file(task.path() / "stat");
      std::string stat;
      std::getline(file, stat);
      if (file && stat.substr(stat.rfind(')') + 1, 2) != " T") return false;
    }
    return true;
  }));
}

void thaw_broker() { ASSERT_EQ(kill(std::stoi(broker_pid()), SIGCONT), 0); }

Instant RealClock::wall() const { return std::chrono::time_point_cast<Millis>(std::chrono::system_clock::now()); }

std::chrono::steady_clock::time_point RealClock::steady() const { return std::chrono::steady_clock::now(); }

const Clock& real_clock() {
  static const RealClock clock;
  return clock;
}

std::string new_prefix() {
  static int count = 0;
  return "t" + std::to_string(getpid()) + "-" + std::to_string(++count);
}

KafkaJournalOptions new_options() {
  KafkaJournalOptions options;
  options.bootstrap = bootstrap();
  options.prefix = new_prefix();
  options.domain = "region";
  options.replication = 1;
  options.settings = {{"session.timeout.ms", "2000"}, {"heartbeat.interval.ms", "500"}};
  return options;
}

kafka::Connection connection(const std::string& client_id) { return {bootstrap(), client_id, {}, nullptr}; }

bool eventually(const std::function<bool()>& attempt) {
  const auto began = real_clock().steady();
  while (!attempt()) {
    if (real_clock().steady() - began > kPatience) return false;
  }
  return true;
}

std::vector<kafka::Record> read_all(const std::string& topic, std::int32_t partition,
                                    kafka::SourceConsumer::Isolation isolation) {
  std::vector<kafka::Record> records;
  auto consumer = kafka::SourceConsumer::open(connection(), {topic, isolation});
  if (!consumer) {
    ADD_FAILURE() << to_string(consumer.error());
    return records;
  }
  Result<kafka::SourceConsumer::Ends> ends;
  eventually([&] {
    ends = (*consumer)->ends(partition, Millis(10'000));
    return ends || ends.error().action != Remedy::retry;
  });
  if (!ends) {
    ADD_FAILURE() << to_string(ends.error());
    return records;
  }
  if (auto ok = (*consumer)->assign({{partition, ends->first}}); !ok) ADD_FAILURE() << to_string(ok.error());
  EXPECT_TRUE(eventually([&] {
    const auto events = (*consumer)->poll(1000, Millis(1000));
    if (!events) {
      ADD_FAILURE() << to_string(events.error());
      return true;
    }
    for (const auto& event : *events) {
      if (const auto* record = std::get_if<kafka::Record>(&event)) records.push_back(*record);
      const auto* end = std::get_if<kafka::SourceConsumer::EndReached>(&event);
      if (end != nullptr && end->offset >= ends->next) return true;
    }
    return false;
  })) << topic;
  return records;
}

std::vector<std::string> values_of(const std::vector<kafka::Record>& records) {
  std::vector<std::string> values;
  values.reserve(records.size());
  for (const auto& record : records) values.push_back(record.value.value_or("(tombstone)"));
  return values;
}

Result<Journal::Restored> become_owner(Journal& journal) {
  Result<Journal::Restored> restored = fail(ErrorCode::internal, "never tried");
  EXPECT_TRUE(eventually([&] {
    restored = journal.take_over(nullptr);
    return restored || restored.error().action != Remedy::retry;
  }));
  return restored;
}

std::unique_ptr<KafkaJournal> new_owner(const KafkaJournalOptions& options) {
  const auto report = create_topics(options);
  EXPECT_TRUE(report) << to_string(report.error());
  auto journal = KafkaJournal::open(options, real_clock());
  EXPECT_TRUE(journal) << to_string(journal.error());
  const auto restored = become_owner(**journal);
  EXPECT_TRUE(restored) << to_string(restored.error());
  return std::move(*journal);
}

std::vector<Journal::Record> poll_all(Journal& journal, std::size_t count) {
  std::vector<Journal::Record> all;
  EXPECT_TRUE(eventually([&] {
    auto records = journal.poll(count - all.size(), Millis(1000));
    if (!records) {
      ADD_FAILURE() << to_string(records.error());
      return true;
    }
    for (auto& record : *records) all.push_back(std::move(record));
    return all.size() >= count;
  })) << "got "
      << all.size() << " of " << count;
  return all;
}

std::vector<std::pair<std::string, std::string>> sorted(const std::vector<Journal::KeyValue>& state) {
  std::vector<std::pair<std::string, std::string>> pairs;
  pairs.reserve(state.size());
  for (const auto& entry : state) pairs.emplace_back(entry.key, entry.value);
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace avbrottsvakt::test
