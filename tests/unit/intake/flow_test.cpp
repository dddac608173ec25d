// Readers, pump and engine's rule together, on real files and pipes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "engine/engine.h"
#include "fakes.h"
#include "intake/file_reader.h"
#include "intake/source_pump.h"
#include "intake/stdin_reader.h"

namespace avbrottsvakt::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// A log whose appends fail when told to, and an engine that reads it. What the engine applies it says as dead letters,
/// for want of a catalogue: one for each signal.
class Flow : public testing::Test {
 protected:
  void start(std::shared_ptr<Reader> reader) {
    pump_ = std::make_unique<SourcePump>(
        "tool", test_decoder(), std::move(reader), journal_, clock_, engine_.applied(),
        PumpHooks{[](const std::string&, const Error&) {}, [](const std::string&, const std::string&) {}});
  }
  /// Steps until nothing more happens; gives the keys of the signals that were applied.
  std::vector<std::string> flow() {
    std::vector<std::string> keys;
    for (int i = 0; i < 8; ++i) {
      clock_.advance(pump_->step(0ms));
      Effects effects;
      for (const Input& input : decoded(std::exchange(log_, {}))) {
        engine_.step(input, effects);
      }
      for (const Output& output : effects.outputs) {
        const Unreadable& record = std::get<DeadLetter>(output).record;
        keys.push_back(record.stage == "engine" ? record.key : record.error);
      }
      if (told_) {
        pump_->set_applied(engine_.applied());
      }
    }
    return keys;
  }

  std::vector<std::string> log_;
  std::size_t failures_ = 0;
  bool told_ = true;
  FakeJournal journal_{[this](const std::vector<std::string>& values) -> Result<void> {
    if (failures_ > 0) {
      --failures_;
      // The last of them is durable all the same, the others are not.
      log_.push_back(values.back());
      return fail(ErrorCode::unavailable, "no answer", "", Remedy::retry);
    }
    log_.insert(log_.end(), values.begin(), values.end());
    return {};
  }};
  FakeClock clock_{Instant(Millis(1'795'313'580'000))};
  Engine engine_{"region", [](const std::string&) { return BundlePtr(); }};
  TemporaryFolder folder_;
  std::unique_ptr<SourcePump> pump_;
};

TEST_F(Flow, AFileThatGrowsIsRotatedAndFails) {
  const std::string path = folder_.path("events");
  write_file(path, payload("a") + "\n" + payload("b", "noise") + "\n" + payload("c", "strange") + "\n");
  start(std::make_shared<FileReader>(path));
  EXPECT_THAT(flow(), ElementsAre("a", "unmapped_value"));
  EXPECT_TRUE(pump_->caught_up());

  failures_ = 2;
  append_file(path, payload("d") + "\n" + payload("e") + "\n");
  EXPECT_THAT(flow(), ElementsAre("d", "e"));

  failures_ = 1;
  append_file(path, payload("f") + "\n" + payload("g") + "\n");
  std::filesystem::rename(path, folder_.path("events.1"));
  write_file(path, payload("h") + "\n");
  EXPECT_THAT(flow(), ElementsAre("f", "g", "h"));
  const auto applied = engine_.applied();
  ASSERT_EQ(applied.size(), 1u);
  EXPECT_EQ(applied[0].upto, static_cast<std::int64_t>(payload("h").size()));
}

TEST_F(Flow, ARestartBeginsWhereTheEngineIs) {
  const std::string path = folder_.path("events");
  write_file(path, payload("a") + "\n" + payload("b") + "\n");
  start(std::make_shared<FileReader>(path));
  EXPECT_THAT(flow(), ElementsAre("a", "b"));
  append_file(path, payload("c") + "\n");
  start(std::make_shared<FileReader>(path));
  EXPECT_THAT(flow(), ElementsAre("c"));
  start(std::make_shared<FileReader>(path));
  EXPECT_THAT(flow(), IsEmpty());
}

class Pipe {
 public:
  Pipe() { EXPECT_EQ(pipe(ends_.data()), 0); }
  ~Pipe() {
    close(ends_[0]);
    close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int out() const { return ends_[0]; }
  void write_line(const std::string& text) {
    const std::string line = text + "\n";
    EXPECT_EQ(write(ends_[1], line.data(), line.size()), static_cast<ssize_t>(line.size()));
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

TEST_F(Flow, LinesOfAPipeSurviveFailures) {
  Pipe pipe;
  auto reader = std::make_shared<StdinReader>(pipe.out(), "run-1");
  start(reader);
  pipe.write_line(payload("a"));
  EXPECT_THAT(flow(), ElementsAre("a"));
  failures_ = 3;
  pipe.write_line(payload("b"));
  pipe.write_line(payload("c"));
  EXPECT_THAT(flow(), ElementsAre("b", "c"));
}

TEST_F(Flow, AReaderServesThePumpOfTheNextTakeOver) {
  Pipe pipe;
  auto reader = std::make_shared<StdinReader>(pipe.out(), "run-1");
  start(reader);
  pipe.write_line(payload("a"));
  EXPECT_THAT(flow(), ElementsAre("a"));
  pipe.write_line(payload("b"));
  pump_->step(0ms);
  log_.clear();  // Appended, and lost with the pump.
  start(reader);
  EXPECT_THAT(flow(), ElementsAre("b"));
}

TEST_F(Flow, AnotherReaderOfTheSameRunCountsOn) {
  Pipe pipe;
  start(std::make_shared<StdinReader>(pipe.out(), "run-1"));
  pipe.write_line(payload("a"));
  EXPECT_THAT(flow(), ElementsAre("a"));
  start(std::make_shared<StdinReader>(pipe.out(), "run-1"));
  pipe.write_line(payload("b"));
  EXPECT_THAT(flow(), ElementsAre("b"));
}

TEST_F(Flow, AnotherRunIsAnotherIncarnation) {
  Pipe pipe;
  start(std::make_shared<StdinReader>(pipe.out(), "run-1"));
  pipe.write_line(payload("a"));
  EXPECT_THAT(flow(), ElementsAre("a"));
  start(std::make_shared<StdinReader>(pipe.out(), "run-2"));
  pipe.write_line(payload("b"));
  EXPECT_THAT(flow(), ElementsAre("b"));
  EXPECT_EQ(engine_.applied().at(0).incarnation, "run-2");
}

}  // namespace
}  // namespace avbrottsvakt::test
