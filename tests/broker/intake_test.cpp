// A Kafka topic through pump and log into the engine, on a real broker. For want of a catalogue the engine makes a dead
// letter of each signal that it applies, which is how it is seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "broker/administrator.h"
#include "broker/broker.h"
#include "engine/engine.h"
#include "intake/kafka_reader.h"
#include "intake/source_pump.h"
#include "kafka/admin.h"
#include "kafka/appender.h"
#include "unit/intake/fakes.h"
#include "wire/input.h"

namespace avbrottsvakt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

constexpr Millis kLimit{20'000};

std::string new_topic(std::int32_t partitions = 1) {
  auto admin = kafka::Admin::open(connection());
  const std::string name = new_prefix();
  const auto made = (*admin)->create({{name, partitions, 1, {}}}, kLimit);
  EXPECT_TRUE(made) << to_string(made.error());
  return name;
}

void write(const std::string& topic, std::int32_t partition, const std::vector<std::string>& values) {
  auto appender = *kafka::Appender::open(connection(), {topic, partition});
  for (const std::string& value : values) {
    EXPECT_TRUE(
        appender->append({"host", value}, [](const Result<kafka::Appender::Appended>& done) { EXPECT_TRUE(done); }));
  }
  EXPECT_TRUE(appender->flush(kLimit));
}

class KafkaIntake : public testing::Test {
 protected:
  void start(const std::string& topic) {
    pump_ = std::make_unique<SourcePump>(
        "tool", test_decoder(), *KafkaReader::open(connection(), topic), *journal_, real_clock(), engine_.applied(),
        PumpHooks{[this](const std::string&, const Error& error) { troubles_.push_back(error.message); },
                  [](const std::string&, const std::string&) {}});
  }
  /// Pumps, and lets the engine read, until `enough`.
  void run_until(const std::function<bool()>& enough) {
    EXPECT_TRUE(eventually([&] {
      const Millis pause = pump_->step(Millis{100});
      const auto records = journal_->poll(1000, std::min(pause, Millis{100}));
      if (!records) {
        return false;  // The broker is away, or the group decides anew.
      }
      Effects effects;
      for (const Journal::Record& record : *records) {
        engine_.step(*decode_input(record.value, record.stamp), effects);
      }
      for (const Output& output : effects.outputs) {
        letters_.push_back(std::get<DeadLetter>(output).record);
      }
      pump_->set_applied(engine_.applied());
      return enough();
    }));
  }
  std::vector<std::string> keys() const {
    std::vector<std::string> keys;
    for (const Unreadable& letter : letters_) {
      keys.push_back(letter.stage == "engine" ? letter.key : letter.error);
    }
    return keys;
  }

  std::unique_ptr<KafkaJournal> journal_ = new_owner(new_options());
  Engine engine_{"region", [](const std::string&) { return BundlePtr(); }};
  std::unique_ptr<SourcePump> pump_;
  std::vector<Unreadable> letters_;
  std::vector<std::string> troubles_;
};

TEST_F(KafkaIntake, PartitionsFlowIntoTheLog) {
  const std::string topic = new_topic(2);
  write(topic, 0, {payload("a"), payload("b", "noise"), payload("c", "strange")});
  write(topic, 1, {payload("d"), payload("e", "up")});
  start(topic);
  run_until([this] { return pump_->caught_up() && letters_.size() == 4; });
  EXPECT_THAT(keys(), UnorderedElementsAre("a", "unmapped_value", "d", "e"));
  for (const Unreadable& letter : letters_) {
    if (letter.stage == "mapping") {
      EXPECT_EQ(letter.topic, topic);
      EXPECT_EQ(letter.offset, 2);
      EXPECT_EQ(letter.key, "host");
      EXPECT_EQ(letter.value, payload("c", "strange"));
    }
  }
  const auto applied = engine_.applied();
  ASSERT_EQ(applied.size(), 2u);
  EXPECT_EQ(applied[0].upto, 2);
  EXPECT_EQ(applied[1].upto, 1);
}

TEST_F(KafkaIntake, GoesOnBehindWhatHasBeenAppliedAndSaysWhatIsGone) {
  const std::string topic = new_topic();
  write(topic, 0, {payload("a"), payload("b")});
  start(topic);
  run_until([this] { return letters_.size() == 2; });
  pump_.reset();
  write(topic, 0, {payload("c"), payload("d"), payload("e")});
  AdministratorsTool().delete_records_before(topic, 4);
  start(topic);
  run_until([this] { return letters_.size() == 4; });
  EXPECT_THAT(keys(), ElementsAre("a", "b", "source_gap", "e"));
  EXPECT_THAT(letters_[2].message, HasSubstr("records 2 to 3 were gone"));
}

TEST_F(KafkaIntake, WhatWasGoneBeforeItWasKnownIsNotMissed) {
  const std::string topic = new_topic();
  write(topic, 0, {payload("a"), payload("b")});
  AdministratorsTool().delete_records_before(topic, 1);
  start(topic);
  run_until([this] { return letters_.size() == 1; });
  EXPECT_THAT(keys(), ElementsAre("b"));
  EXPECT_EQ(engine_.applied().at(0).upto, 1);
}

TEST_F(KafkaIntake, NewPartitionsAreFound) {
  const std::string topic = new_topic();
  auto reader = *KafkaReader::open(connection(), topic);
  EXPECT_EQ(reader->begin({})->size(), 1u);
  EXPECT_FALSE(*reader->grown());
  AdministratorsTool().grow(topic, 2);
  EXPECT_TRUE(eventually([&] { return reader->grown().value_or(false); }));
  EXPECT_EQ(reader->begin({})->size(), 2u);
}

TEST(KafkaReader, ATopicThatIsShorterIsBegunAnewWhenItStaysSo) {
  const std::string topic = new_topic();
  write(topic, 0, {payload("a")});
  auto reader = *KafkaReader::open(connection(), topic);
  const std::vector<AppliedRecord> applied{{"tool", topic, 0, "2", 40}};
  for (int i = 0; i < 2; ++i) {
    const auto starts = reader->begin(applied);
    ASSERT_FALSE(starts);
    EXPECT_THAT(starts.error().message, HasSubstr("before what has been applied (40)"));
  }
  const auto starts = reader->begin(applied);
  ASSERT_TRUE(starts) << to_string(starts.error());
  EXPECT_EQ(starts->at(0).after, -1);
  EXPECT_EQ(starts->at(0).incarnation, "3");
}

TEST(KafkaReader, ATopicThatIsNotThereIsAnError) {
  auto reader = *KafkaReader::open(connection(), new_prefix());
  const auto starts = reader->begin({});
  ASSERT_FALSE(starts);
  EXPECT_EQ(starts.error().code, ErrorCode::not_found);
}

TEST_F(KafkaIntake, EachRecordIsAppliedOnceThoughTheBrokerIsKilled) {
  constexpr int kRecords = 3000;
  const std::string topic = new_topic(2);
  std::array<std::vector<std::string>, 2> values;
  for (int i = 0; i < kRecords; ++i) {
    values[static_cast<std::size_t>(i % 2)].push_back(payload(std::to_string(i), i % 3 == 0 ? "noise" : "down"));
  }
  write(topic, 0, values[0]);
  start(topic);
  run_until([this] { return letters_.size() > 100; });
  write(topic, 1, values[1]);
  broker("kill");
  pump_->step(Millis{100});
  broker("restart");
  run_until([this] { return pump_->caught_up() && letters_.size() >= std::size_t{kRecords} / 3 * 2; });
  pump_.reset();
  std::map<std::string, int> applied;
  for (const std::string& key : keys()) {
    ++applied[key];
  }
  EXPECT_EQ(applied.size(), std::size_t{kRecords} / 3 * 2);
  for (const auto& [key, count] : applied) {
    EXPECT_EQ(count, 1) << key;
  }
}

}  // namespace
}  // namespace avbrottsvakt::test
