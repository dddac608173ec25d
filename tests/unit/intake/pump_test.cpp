#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fakes.h"
#include "intake/source_pump.h"

namespace avbrottsvakt::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A pump on a scripted reader and a journal that fails when told to.
class Pump : public testing::Test {
 protected:
  SourcePump& start(const std::vector<AppliedRecord>& applied = {}, Decoder decoder = test_decoder()) {
    pump_.emplace("tool", std::move(decoder), std::make_unique<ScriptedReader>(script_), journal_, clock_, applied,
                  PumpHooks{[this](const std::string&, const Error& error) { troubles_.push_back(error.message); },
                            [this](const std::string&, const std::string& text) { notes_.push_back(text); }});
    return *pump_;
  }
  void arrive(std::vector<SourceEvent> events) { script_->events.push_back(std::move(events)); }
  static AppliedRecord applied(std::int64_t upto, const std::string& incarnation = "") {
    return {"tool", "topic", 0, incarnation, upto};
  }
  std::vector<std::string> appended() const {
    std::vector<std::string> texts;
    for (const Input& input : decoded(log_)) {
      texts.push_back(shown(input));
    }
    return texts;
  }

  std::shared_ptr<ScriptedReader::Script> script_ = std::make_shared<ScriptedReader::Script>();
  std::vector<std::string> log_;
  std::vector<std::size_t> batches_;
  std::deque<Error> append_errors_;
  FakeJournal journal_{[this](const std::vector<std::string>& values) -> Result<void> {
    if (!append_errors_.empty()) {
      Error error = append_errors_.front();
      append_errors_.pop_front();
      return fail(std::move(error));
    }
    batches_.push_back(values.size());
    log_.insert(log_.end(), values.begin(), values.end());
    return {};
  }};
  FakeClock clock_{Instant(Millis(1'795'313'580'000))};
  std::vector<std::string> troubles_;
  std::vector<std::string> notes_;
  std::optional<SourcePump> pump_;
};

TEST_F(Pump, OneRecordIsOneInput) {
  arrive({record(0), record(1, "noise"), record(2, "up"), record(3, "strange")});
  EXPECT_EQ(start().step(1s), 0ms);
  EXPECT_THAT(appended(),
              ElementsAre("topic/0 (-1,0] 0 down", "topic/0 (0,2] 2 up", "topic/0 (2,3] unreadable unmapped_value"));
  EXPECT_THAT(batches_, ElementsAre(3u)) << "what has come together goes together";
}

TEST_F(Pump, BeginsBehindWhatHasBeenApplied) {
  script_->starts[0].after = 41;
  start({applied(41), {"other", "topic", 0, "", 7}, {"tool", "topic", 1, "", 8}}).step(1s);
  ASSERT_EQ(script_->begun.size(), 1u);
  EXPECT_THAT(script_->begun[0], ElementsAre(applied(41), AppliedRecord{"tool", "topic", 1, "", 8}));
}

TEST_F(Pump, ARunOfNothingIsClosedWhenNothingMoreComes) {
  arrive({record(0), EndReached{0, 0}});
  arrive({record(1, "noise"), record(2, "noise"), EndReached{0, 2}});
  SourcePump& pump = start();
  pump.step(1s);
  pump.step(1s);
  EXPECT_EQ(appended().size(), 1u) << "more may come";
  pump.step(1s);
  EXPECT_THAT(appended(), ElementsAre("topic/0 (-1,0] 0 down", "topic/0 (0,2] nothing"));
  pump.step(1s);
  EXPECT_EQ(appended().size(), 2u);
}

TEST_F(Pump, ALongRunIsClosedBeforeItsEnd) {
  std::vector<SourceEvent> noise;
  for (std::size_t i = 0; i < SourcePump::kRunMax; ++i) {
    noise.emplace_back(record(static_cast<std::int64_t>(i), "noise"));
  }
  const SourceEvent last = noise.back();
  noise.pop_back();
  arrive({EndReached{0, -1}});
  arrive(noise);
  arrive({last});
  SourcePump& pump = start();
  pump.step(1s);
  pump.step(1s);
  EXPECT_THAT(appended(), IsEmpty());
  pump.step(1s);
  EXPECT_THAT(appended(), ElementsAre("topic/0 (-1,999] nothing"));
}

TEST_F(Pump, HasCaughtUpWhenTheEndIsAppended) {
  script_->starts[0].end = 2;
  arrive({record(0), record(1)});
  arrive({record(2, "noise")});
  arrive({EndReached{0, 2}});
  SourcePump& pump = start();
  pump.step(1s);
  EXPECT_FALSE(pump.caught_up());
  pump.step(1s);
  EXPECT_FALSE(pump.caught_up()) << "read, but not appended";
  pump.step(1s);
  EXPECT_TRUE(pump.caught_up());
  EXPECT_EQ(appended().back(), "topic/0 (1,2] nothing");
}

TEST_F(Pump, HasCaughtUpAtTheEndThatWasThereThoughMoreComes) {
  script_->starts[0].end = 1;
  arrive({record(0), record(1), record(2)});
  SourcePump& pump = start();
  pump.step(1s);
  EXPECT_TRUE(pump.caught_up());
}

TEST_F(Pump, HasCaughtUpAtOnceIfThereIsNothing) {
  SourcePump& pump = start();
  pump.step(1s);
  EXPECT_TRUE(pump.caught_up());
}

TEST_F(Pump, HasNotCaughtUpWhileAPartitionLags) {
  script_->starts = {{"topic", 0, "", -1, -1, 0}, {"topic", 1, "", -1, -1, 0}};
  arrive({record(0, "down", 0), EndReached{0, 0}});
  arrive({record(0, "down", 1)});
  SourcePump& pump = start();
  pump.step(1s);
  EXPECT_FALSE(pump.caught_up());
  pump.step(1s);
  EXPECT_TRUE(pump.caught_up());
  EXPECT_THAT(appended(), ElementsAre("topic/0 (-1,0] 0 down", "topic/1 (-1,0] 0 down"));
}

TEST_F(Pump, SaysEverMoreSeldomWhatGoesOnFailingAndOnceThatItIsOver) {
  SourcePump& pump = start();
  const int minutes = 40;
  for (Millis left = std::chrono::minutes{minutes}; left > 0ms;) {
    append_errors_.emplace_back(ErrorCode::unavailable, left > 1min ? "no topic" : "no broker");
    arrive({record(0)});
    Millis pause = pump.step(1s);
    if (!append_errors_.empty()) append_errors_.clear();
    clock_.advance(pause);
    left -= pause;
  }
  // After 0, 1, 3, 7, 15 and 31 minutes, each at the next attempt; and what is new at once.
  EXPECT_THAT(troubles_,
              ElementsAre("no topic", "no topic", "no topic", "no topic", "no topic", "no topic", "no broker"));
  EXPECT_THAT(notes_, IsEmpty());
  arrive({record(0)});
  pump.step(1s);
  EXPECT_THAT(notes_, ElementsAre("is read again"));
  arrive({record(1)});
  pump.step(1s);
  EXPECT_THAT(notes_, SizeIs(1));
}

TEST_F(Pump, AFailedAppendBeginsAgainBehindWhatHasBeenApplied) {
  script_->starts[0].end = 1;
  arrive({record(0), record(1)});
  append_errors_.emplace_back(ErrorCode::unavailable, "no broker");
  SourcePump& pump = start();
  EXPECT_EQ(pump.step(1s), SourcePump::kRetryFirst);
  EXPECT_FALSE(pump.caught_up());
  EXPECT_THAT(troubles_, ElementsAre("no broker"));
  EXPECT_EQ(pump.step(1s), 1000ms) << "not before its time";
  clock_.advance(999ms);
  EXPECT_EQ(pump.step(1s), 1ms);
  EXPECT_EQ(script_->begun.size(), 1u);
  clock_.advance(1ms);
  pump.set_applied({applied(0)});
  script_->starts[0].after = 0;
  arrive({record(1)});
  EXPECT_EQ(pump.step(1s), 0ms);
  ASSERT_EQ(script_->begun.size(), 2u);
  EXPECT_THAT(script_->begun[1], ElementsAre(applied(0)));
  EXPECT_THAT(appended(), ElementsAre("topic/0 (0,1] 1 down"));
  EXPECT_TRUE(pump.caught_up());
}

TEST_F(Pump, TriesLessOftenWhileItFails) {
  SourcePump& pump = start();
  std::vector<Millis> pauses;
  for (int i = 0; i < 7; ++i) {
    script_->begin_errors.emplace_back(ErrorCode::not_found, "no topic");
    pauses.push_back(pump.step(1s));
    clock_.advance(pauses.back());
  }
  EXPECT_THAT(pauses, ElementsAre(1s, 2s, 4s, 8s, 16s, 30s, 30s));
  EXPECT_FALSE(pump.caught_up()) << "nobody knows what the topic holds";
}

TEST_F(Pump, ATroubledReaderIsBegunAgain) {
  script_->poll_errors.emplace_back(ErrorCode::io, "cannot read");
  SourcePump& pump = start();
  EXPECT_EQ(pump.step(1s), 1s);
  clock_.advance(1s);
  EXPECT_EQ(pump.step(1s), 0ms);
  EXPECT_EQ(script_->begun.size(), 2u);
}

TEST_F(Pump, AGapIsSaid) {
  script_->starts[0].after = 4;
  script_->starts[0].gone_upto = 9;
  arrive({record(10)});
  start({applied(4)}).step(1s);
  EXPECT_THAT(appended(), ElementsAre("topic/0 (4,9] gap", "topic/0 (9,10] 10 down"));
  EXPECT_THAT(notes_, ElementsAre("records 5 to 9 of topic are gone"));
}

TEST_F(Pump, ATopicMadeAnewIsSaid) {
  script_->starts[0].incarnation = "2";
  arrive({record(0)});
  start({applied(40)}).step(1s);
  EXPECT_THAT(appended(), ElementsAre("topic/0 (-1,0] of 2 0 down"));
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("was made anew")));
}

TEST_F(Pump, ChangedStreamsAreBegunAgain) {
  arrive({record(0), StreamsChanged{"topic was cut"}});
  SourcePump& pump = start();
  pump.step(1s);
  EXPECT_THAT(appended(), ElementsAre("topic/0 (-1,0] 0 down")) << "what came before it counts";
  pump.step(1s);
  EXPECT_EQ(script_->begun.size(), 2u);
  EXPECT_THAT(notes_, ElementsAre("topic was cut"));
}

TEST_F(Pump, GrowthIsLookedForOnceAMinute) {
  SourcePump& pump = start();
  script_->grown = true;
  pump.step(1s);
  clock_.advance(59'999ms);
  pump.step(1s);
  EXPECT_EQ(script_->begun.size(), 1u);
  clock_.advance(1ms);
  pump.step(1s);
  pump.step(1s);
  EXPECT_EQ(script_->begun.size(), 2u);
}

TEST_F(Pump, WhatIsNotAppliedInTimeIsSentAgain) {
  arrive({record(0), record(1)});
  SourcePump& pump = start();
  pump.step(1s);
  clock_.advance(59'999ms);
  pump.step(1s);
  EXPECT_EQ(script_->begun.size(), 1u);
  pump.set_applied({applied(0)});
  clock_.advance(59'999ms);
  pump.step(1s);
  EXPECT_EQ(script_->begun.size(), 1u) << "it goes on, slowly";
  clock_.advance(1ms);
  pump.step(1s);
  ASSERT_EQ(script_->begun.size(), 2u);
  EXPECT_THAT(script_->begun[1], ElementsAre(applied(0)));
  EXPECT_THAT(notes_, ElementsAre(HasSubstr("beginning again")));
}

TEST_F(Pump, SilenceIsNotTakenForLoss) {
  arrive({record(0)});
  SourcePump& pump = start();
  pump.step(1s);
  pump.set_applied({applied(0)});
  clock_.advance(24h);
  pump.step(1s);
  arrive({record(1)});
  pump.step(1s);
  pump.step(1s);
  EXPECT_EQ(script_->begun.size(), 1u);
  EXPECT_THAT(script_->released, ElementsAre(0));
}

TEST_F(Pump, WaitsForTheEngineWhenItsWindowIsFull) {
  std::int64_t position = 0;
  const auto more = [&](std::size_t count) {
    std::vector<SourceEvent> events;
    for (std::size_t i = 0; i < count; ++i) {
      events.emplace_back(record(position++));
    }
    arrive(std::move(events));
  };
  more(SourcePump::kWindowInputs - 1);
  more(1);
  more(1);
  SourcePump& pump = start();
  EXPECT_EQ(pump.step(1s), 0ms);
  EXPECT_EQ(pump.step(1s), 0ms);
  EXPECT_EQ(log_.size(), SourcePump::kWindowInputs);
  EXPECT_GT(pump.step(1s), 0ms);
  EXPECT_EQ(log_.size(), SourcePump::kWindowInputs);
  pump.set_applied({applied(0)});
  EXPECT_EQ(pump.step(1s), 0ms);
  EXPECT_EQ(log_.size(), SourcePump::kWindowInputs + 1);
}

TEST_F(Pump, WaitsForTheEngineWhenItsWindowHoldsAsManyBytes) {
  ReadRecord large = record(0);
  large.value = "{" + std::string(SourcePump::kWindowBytes / 8, ' ');
  for (std::int64_t position = 0; position < 10; ++position) {
    large.position = position;
    arrive({large});
  }
  SourcePump& pump = start();
  for (int i = 0; i < 8; ++i) {
    EXPECT_EQ(pump.step(1s), 0ms);
  }
  EXPECT_GT(pump.step(1s), 0ms);
  EXPECT_EQ(log_.size(), 8u);
  pump.set_applied({applied(0)});
  EXPECT_EQ(pump.step(1s), 0ms);
  EXPECT_EQ(log_.size(), 9u);
}

TEST_F(Pump, ATopicThatTakesLessGetsLess) {
  ReadRecord large = record(0);
  large.value = "{" + std::string(2'000'000, ' ');
  arrive({large, record(1)});
  append_errors_.emplace_back(ErrorCode::limit, "too large", "raise max.message.bytes", Remedy::skip);
  SourcePump& pump = start();
  pump.step(1s);
  clock_.advance(1s);
  arrive({large, record(1)});
  pump.step(1s);
  EXPECT_THAT(appended(), ElementsAre("topic/0 (-1,0] unreadable invalid_json", "topic/0 (0,1] 1 down"));
  EXPECT_LE(log_.at(0).size(), SourcePump::kSmallInputBytes);
}

TEST_F(Pump, ALineWasReceivedWhenItWasRead) {
  MappingSpec spec = test_mapping();
  spec.signals[0].at = {};
  spec.signals[0].at.received = true;
  SourcePump& pump = start({}, std::move(*Decoder::make(spec)));
  ReadRecord stamped = record(1);
  stamped.received = clock_.wall() - 5s;
  arrive({record(0), stamped});
  clock_.advance(2s);
  pump.step(1s);
  ASSERT_EQ(log_.size(), 2u);
  const auto at = [&](std::size_t i) { return std::get<Heard>(decoded({log_[i]}).at(0).body).signals.at(0).at; };
  EXPECT_EQ(at(0), clock_.wall());
  EXPECT_EQ(at(1), *stamped.received);
}

TEST_F(Pump, LargeBatchesAreCut) {
  std::vector<SourceEvent> events;
  for (int i = 0; i < 5; ++i) {
    ReadRecord large = record(i);
    large.value = "{" + std::string(2'000'000, ' ');
    events.emplace_back(large);
  }
  arrive(std::move(events));
  start().step(1s);
  EXPECT_THAT(batches_, ElementsAre(5u)) << "10 MB pass 8 MiB with the fifth";
  EXPECT_EQ(log_.size(), 5u);
}

}  // namespace
}  // namespace avbrottsvakt::test
