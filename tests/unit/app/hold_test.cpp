// The daemon when its clock and the journal's stamps do not agree.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/daemon.h"
#include "config/region.h"
#include "config/source.h"
#include "journal/memory_journal.h"
#include "wire/input.h"

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = *parse_instant("2026-11-22T01:00:00Z");
constexpr Millis kTwo = minutes{2};

/// A FakeClock for several threads.
class SharedClock final : public Clock {
 public:
  Instant wall() const override { return kStart + Millis{wall_.load()}; }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(hours(7)) + Millis{steady_.load()};
  }
  void advance(Millis by) {
    steady_ += by.count();
    wall_ += by.count();
  }
  void jump(Millis by) { wall_ += by.count(); }

 private:
  std::atomic<Millis::rep> wall_{0};
  std::atomic<Millis::rep> steady_{0};
};

/// A journal in memory, but for records whose stamps are others than it gave: brokers' clocks are set, too.
class SkewedJournal final : public Journal {
 public:
  explicit SkewedJournal(std::unique_ptr<Journal> journal) : journal_(std::move(journal)) {}
  std::map<std::string, Millis> skew;  ///< by the record's value

  Result<Restored> take_over(const std::function<void(std::int64_t)>& progress) override {
    return journal_->take_over(progress);
  }
  Result<std::vector<Record>> poll(std::size_t max, Millis wait) override {
    auto records = journal_->poll(max, wait);
    if (records) {
      for (Record& record : *records) {
        if (const auto found = skew.find(record.value); found != skew.end()) record.stamp += found->second;
      }
    }
    return records;
  }
  Result<void> commit(const Commit& commit) override { return journal_->commit(commit); }
  Result<std::optional<LogTime>> append(std::string_view value) override { return journal_->append(value); }
  Result<void> append_stamped(std::string_view value, LogTime stamp) override {
    return journal_->append_stamped(value, stamp);
  }
  Result<void> store_bundle(const std::string& hash, std::string_view bytes) override {
    return journal_->store_bundle(hash, bytes);
  }
  Result<std::string> load_bundle(const std::string& hash) override { return journal_->load_bundle(hash); }
  void interrupt() override { journal_->interrupt(); }
  void close() override { journal_->close(); }

 private:
  std::unique_ptr<Journal> journal_;
};

class Hold : public ::testing::Test {
 protected:
  Hold() {
    const auto region = load_region(AV_SOURCE_DIR "/config/avbrottsvakt.yaml");
    EXPECT_TRUE(region);
    bundle_ = region->bundle;
    hash_ = region->hash;
  }
  ~Hold() override { end(); }

  /// Another process, as it were. `stamps_by_guarded`: as an embedded journal; else as a broker with its own clock.
  void start(bool trust_stamps = false, bool stamps_by_guarded = false) {
    guarded_ = std::make_unique<GuardedClock>(machine_);
    const Clock& stamps = stamps_by_guarded ? static_cast<const Clock&>(*guarded_) : broker_;
    journal_ = std::make_unique<SkewedJournal>(open_memory_journal(store_, stamps));
    journal_->skew = skew_;
    Daemon::Options options;
    options.owner.domain = "region";
    options.files.bundle_hash = hash_;
    options.files.bundle_bytes = bundle_;
    options.trust_stamps = trust_stamps;
    options.files.sources = sources_;
    const auto keep = [this](std::vector<std::string>& texts) {
      return [this, &texts](const std::string& text) {
        const std::lock_guard lock(mutex_);
        texts.push_back(text);
        changed_.notify_all();
      };
    };
    Daemon::Hooks hooks;
    hooks.said = [this](const Owner::Turn& turn) {
      const std::lock_guard lock(mutex_);
      inputs_ += turn.inputs;
      for (const Output& output : turn.outputs) {
        if (const auto* alert = std::get_if<Alert>(&output)) alerts_.push_back(*alert);
      }
      changed_.notify_all();
    };
    hooks.trouble = [](const std::string& where, const Error& error) { ADD_FAILURE() << where << to_string(error); };
    hooks.note = keep(notes_);
    hooks.alarm = keep(alarms_);
    hooks.calm = keep(calms_);
    hooks.ready = [this] {
      const std::lock_guard lock(mutex_);
      ready_ = true;
      changed_.notify_all();
    };
    daemon_ = std::make_unique<Daemon>(*journal_, *guarded_, std::move(options), std::move(hooks));
    thread_ = std::thread([this] { EXPECT_TRUE(daemon_->run()); });
  }
  void end() {
    if (daemon_ == nullptr) return;
    daemon_->stop();
    thread_.join();
    daemon_.reset();
    journal_->close();
    inputs_ = 0;
    ready_ = false;
  }
  /// A first run, which leaves a log with catalogue and rules in force: Resumed, Activate, CaughtUp.
  void run_once() {
    start();
    ASSERT_TRUE(await([this] { return inputs_ >= 3; }));
    end();
    notes_.clear();
  }

  void pass(Millis by) {
    broker_.advance(by);
    machine_.advance(by);
    journal_->interrupt();
  }
  /// COSMIC is down since down_at_, as somebody else appends it. Not long before its stamp: what is late may wait.
  std::string down() const {
    Signal signal;
    signal.source = "test";
    signal.key = "cosmic";
    signal.condition = Condition::down;
    signal.at = down_at_;
    signal.labels = {{"service", "cosmic"}};
    Input input;
    input.body = Heard{{signal}, {}};
    return encode_input(input);
  }
  void append_down() { ASSERT_TRUE(journal_->append(down())); }
  bool said_down() const { return !alerts_.empty(); }

  /// Waits until it holds. The limit is only met when the test fails.
  template <typename Condition>
  [[nodiscard]] bool await(Condition holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(60), [&] { return holds(); });
  }
  /// Of what the daemon's thread writes.
  template <typename T>
  T now(const T& value) {
    const std::lock_guard lock(mutex_);
    return value;
  }

  SharedClock broker_;
  SharedClock machine_;
  std::shared_ptr<MemoryStore> store_ = std::make_shared<MemoryStore>();
  std::map<std::string, Millis> skew_;
  std::vector<SourceSpec> sources_;
  Instant down_at_ = kStart;
  std::string bundle_;
  std::string hash_;
  std::unique_ptr<GuardedClock> guarded_;
  std::unique_ptr<SkewedJournal> journal_;
  std::unique_ptr<Daemon> daemon_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t inputs_ = 0;
  bool ready_ = false;
  std::vector<Alert> alerts_;
  std::vector<std::string> notes_, alarms_, calms_;
};

struct SkewCase {
  const char* name;
  Millis by;
  bool holds;
};
void PrintTo(const SkewCase& c, std::ostream* out) { *out << c.name; }
std::string name_of(const ::testing::TestParamInfo<SkewCase>& instance) { return instance.param.name; }

class HoldOwnStamps : public Hold, public ::testing::WithParamInterface<SkewCase> {};

TEST_P(HoldOwnStamps, MustAgreeWithTheClock) {
  run_once();
  // Stamps of a journal in memory never fall; the broker's may lie behind only what has passed since.
  broker_.advance(minutes{10});
  machine_.advance(minutes{10});
  broker_.jump(GetParam().by);
  down_at_ = broker_.wall();
  start();
  if (!GetParam().holds) {
    ASSERT_TRUE(await([this] { return inputs_ >= 2; }));
    append_down();
    ASSERT_TRUE(await([this] { return said_down(); }));
    EXPECT_THAT(now(alarms_), IsEmpty());
    return;
  }
  ASSERT_TRUE(await([this] { return !alarms_.empty(); }));
  EXPECT_TRUE(now(ready_)) << "it is the owner, and the service manager must not think that it hangs";
  EXPECT_THAT(now(alarms_)[0], HasSubstr(GetParam().by > Millis{0} ? "ahead" : "behind"));
  append_down();
  // It stays so while they stay so, and is said again after a minute.
  pass(minutes{1});
  ASSERT_TRUE(await([this] { return alarms_.size() == 2; }));
  EXPECT_EQ(now(inputs_), 0U);
  EXPECT_THAT(now(alerts_), IsEmpty());
  broker_.jump(-GetParam().by);
  pass(Daemon::kAskMost);
  ASSERT_TRUE(await([this] { return !calms_.empty() && said_down(); }));
  EXPECT_THAT(now(alarms_), SizeIs(2));
}

INSTANTIATE_TEST_SUITE_P(Boundaries, HoldOwnStamps,
                         ::testing::Values(SkewCase{"AheadJustBelow", kTwo - Millis{1}, false},
                                           SkewCase{"AheadExactly", kTwo, false},
                                           SkewCase{"AheadJustAbove", kTwo + Millis{1}, true},
                                           SkewCase{"BehindJustBelow", -kTwo + Millis{1}, false},
                                           SkewCase{"BehindExactly", -kTwo, false},
                                           SkewCase{"BehindJustAbove", -kTwo - Millis{1}, true}),
                         name_of);

class HoldRecords : public Hold, public ::testing::WithParamInterface<SkewCase> {};

TEST_P(HoldRecords, ThatLieAheadWaitUntilTheClockHasCaughtUp) {
  run_once();
  skew_ = {{down(), GetParam().by}};
  append_down();
  start();
  if (GetParam().holds) {
    ASSERT_TRUE(await([this] { return !alarms_.empty(); }));
    EXPECT_THAT(now(alarms_)[0], HasSubstr("input 4 of the log is stamped 2026-11-22T01:02:00.001Z"));
    EXPECT_EQ(now(inputs_), 0U);
    EXPECT_THAT(now(alerts_), IsEmpty());
    pass(std::max(GetParam().by - kTwo, Daemon::kAskFirst));
  }
  ASSERT_TRUE(await([this] { return said_down(); }));
  ASSERT_TRUE(await([this] { return inputs_ >= 2; }));
  EXPECT_THAT(now(alarms_), SizeIs(GetParam().holds ? 1 : 0));
  end();
  EXPECT_THAT(calms_, SizeIs(GetParam().holds ? 1 : 0));
  EXPECT_THAT(alerts_, SizeIs(1)) << "said once";
}

INSTANTIATE_TEST_SUITE_P(Boundaries, HoldRecords,
                         ::testing::Values(SkewCase{"AheadJustBelow", kTwo - Millis{1}, false},
                                           SkewCase{"AheadExactly", kTwo, false},
                                           SkewCase{"AheadJustAbove", kTwo + Millis{1}, true},
                                           SkewCase{"ABacklogOfTenDays", -hours{240}, false}),
                         name_of);

TEST_F(Hold, WhatStandsBeforeTheRecordIsApplied) {
  run_once();
  skew_ = {{down(), hours{1}}};
  Input tick;
  tick.body = Tick{};
  ASSERT_TRUE(journal_->append(encode_input(tick)));
  append_down();
  start();
  ASSERT_TRUE(await([this] { return !alarms_.empty(); }));
  EXPECT_EQ(now(inputs_), 1U);
  end();
  auto again = open_memory_journal(store_, broker_);
  EXPECT_EQ(again->take_over(nullptr)->next_position, 5) << "input 4 is committed, input 5 is held";
}

TEST_F(Hold, IsAnAbsenceAfterWhichSourcesAreReadBeforeAnythingIsSaid) {
  const std::string feed = ::testing::TempDir() + "/avbrottsvakt-hold-" + std::to_string(getpid());
  const auto tell =
      [&](const char* status, const char* ends) {
        std::ofstream(feed, std::ios::app)
            << R"({"version":"4","truncatedAlerts":0,"alerts":[{"status":")" << status
            << R"(","labels":{"service":"cosmic","severity":"critical"},"startsAt":"2026-11-22T01:00:00Z","endsAt":")"
            << ends << R"(","fingerprint":"00000000000000c5"}]})" << "\n";
      };
  const auto source = load_source(AV_SOURCE_DIR "/config/sources/alertmanager.yaml");
  ASSERT_TRUE(source);
  sources_ = {*source};
  sources_[0].input = FileInput{feed};
  tell("firing", "0001-01-01T00:00:00Z");
  start();
  ASSERT_TRUE(await([this] { return said_down(); }));
  // The plan's activation is due after 30 min; the Tick for it tells that the broker's clock is ten behind.
  broker_.jump(-minutes{10});
  pass(minutes{31});
  ASSERT_TRUE(await([this] { return !alarms_.empty(); }));
  EXPECT_THAT(now(alarms_)[0], HasSubstr("10m behind"));
  tell("resolved", "2026-11-22T01:20:00Z");
  broker_.jump(minutes{10});
  pass(Daemon::kAskFirst);
  ASSERT_TRUE(await([this] { return !calms_.empty() && alerts_.size() > 1; }));
  end();
  std::filesystem::remove(feed);
  ASSERT_THAT(alerts_, SizeIs(2));
  ASSERT_THAT(alerts_[1].entries, SizeIs(1)) << "the recovery, and no activation";
  EXPECT_EQ(alerts_[1].entries[0].reason, AlertReason::recovered);
  EXPECT_EQ(alerts_[1].ended, kStart + minutes{20});
}

TEST_F(Hold, AnOperatorMayTrustTheStamps) {
  run_once();
  broker_.jump(hours{1});
  append_down();
  start(true);
  ASSERT_TRUE(await([this] { return said_down() && !alarms_.empty(); }));
  EXPECT_THAT(now(alarms_), ElementsAre(HasSubstr("goes on by the stamps")));
}

TEST_F(Hold, EndsWhenItIsTold) {
  broker_.jump(hours{1});
  start();
  ASSERT_TRUE(await([this] { return !alarms_.empty(); }));
  end();  // run() gives success
}

TEST_F(Hold, AMachineThatWasWrongAndIsSetRightGoesOn) {
  machine_.jump(-minutes{10});
  start();
  ASSERT_TRUE(await([this] { return !alarms_.empty(); }));
  machine_.jump(minutes{10});
  pass(Daemon::kAskFirst);
  ASSERT_TRUE(await([this] { return !calms_.empty(); }));
  EXPECT_THAT(now(notes_), testing::Contains(HasSubstr("side with it")));
  EXPECT_EQ(guarded_->wall(), machine_.wall());
}

TEST_F(Hold, AMachineThatSleptIsNoReasonForAnAlarm) {
  run_once();
  start();
  ASSERT_TRUE(await([this] { return inputs_ >= 2; }));
  // The steady clock stood still, and the wall clock has been set right.
  machine_.jump(minutes{10});
  broker_.jump(minutes{10});
  append_down();
  ASSERT_TRUE(await([this] { return said_down(); }));
  end();
  EXPECT_THAT(notes_, testing::Contains(HasSubstr("side with it")));
  EXPECT_THAT(alarms_, testing::AllOf(SizeIs(testing::Le(1U)), testing::Each(HasSubstr("was set 10m forwards"))));
}

TEST_F(Hold, AJumpOfTheMachineAloneReachesNoStampOfAnEmbeddedJournal) {
  start(false, true);
  ASSERT_TRUE(await([this] { return inputs_ >= 3; }));
  machine_.jump(hours{3});
  pass(seconds{1});
  ASSERT_TRUE(await([this] { return !alarms_.empty(); }));
  EXPECT_THAT(now(alarms_)[0], HasSubstr("this machine's clock was set 3h forwards"));
  append_down();
  ASSERT_TRUE(await([this] { return said_down(); })) << "it goes on";
  EXPECT_EQ(now(alerts_)[0].header.at, kStart + seconds{1});
  machine_.jump(-hours{3});
  journal_->interrupt();
  ASSERT_TRUE(await([this] { return !calms_.empty(); }));
}

}  // namespace
}  // namespace avbrottsvakt
