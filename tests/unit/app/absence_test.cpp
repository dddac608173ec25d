#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "app/daemon.h"
#include "config/region.h"
#include "config/source.h"
#include "journal/sqlite_journal.h"

namespace avbrottsvakt {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Instant at(const char* text) { return parse_instant(text).value(); }

/// A FakeClock for several threads.
class SharedClock final : public Clock {
 public:
  explicit SharedClock(Instant start) : start_(start) {}
  Instant wall() const override { return start_ + Millis{passed_.load()}; }
  std::chrono::steady_clock::time_point steady() const override {
    return std::chrono::steady_clock::time_point(std::chrono::hours(7)) + Millis{passed_.load()};
  }
  void advance(Millis by) { passed_ += by.count(); }

 private:
  Instant start_;
  std::atomic<Millis::rep> passed_{0};
};

std::string payload(const char* status, const std::string& ends) {
  return std::string(R"({"version":"4","truncatedAlerts":0,"alerts":[{"status":")") + status +
         R"(","labels":{"alertname":"LoginFails","service":"cosmic","severity":"critical"},"annotations":{},)"
         R"("startsAt":"2026-11-22T01:00:00Z","endsAt":")" +
         ends + R"(","fingerprint":"00000000000000c5"}]})";
}

const Instant kBegan = at("2026-11-22T01:00:00Z");

/// The sample region over an SQLite journal and a source file, with daemons that come and go. In the sample's plan for
/// COSMIC: activation after 30 min, a ladder step at 45 min, RTO 90 min, settle 10 min; NIS2 asks after more than an
/// hour.
class Absence : public ::testing::Test {
 protected:
  Absence() : clock_(kBegan + seconds(2)) {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("avbrottsvakt-absence-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    auto region = load_region(AV_SOURCE_DIR "/config/avbrottsvakt.yaml");
    EXPECT_TRUE(region);
    bundle_ = region->bundle;
    hash_ = region->hash;
    auto source = load_source(AV_SOURCE_DIR "/config/sources/alertmanager.yaml");
    EXPECT_TRUE(source);
    source_ = *source;
    source_.input = FileInput{(folder_ / "feed").string()};
  }
  ~Absence() override {
    end();
    std::filesystem::remove_all(folder_);
  }

  void feed(const std::string& line) { std::ofstream(folder_ / "feed", std::ios::app) << line << "\n"; }

  /// Another process, as it were.
  void start() {
    auto opened = open_sqlite_journal({(folder_ / "journal").string()}, clock_);
    ASSERT_TRUE(opened) << opened.error().message;
    journal_ = std::move(*opened);
    Daemon::Options options;
    options.owner.domain = "region";
    options.files.bundle_hash = hash_;
    options.files.bundle_bytes = bundle_;
    options.files.sources = {source_};
    Daemon::Hooks hooks;
    hooks.said = [this](const Owner::Turn& turn) {
      const std::lock_guard lock(mutex_);
      said_.insert(said_.end(), turn.outputs.begin(), turn.outputs.end());
      changed_.notify_all();
    };
    hooks.trouble = [this](const std::string&, const Error&) {
      const std::lock_guard lock(mutex_);
      ++troubles_;
      changed_.notify_all();
    };
    hooks.note = [](const std::string&) {};
    hooks.ready = [] {};
    hooks.alarm = [](const std::string& text) { ADD_FAILURE() << text; };
    hooks.calm = [](const std::string&) {};
    guarded_ = std::make_unique<GuardedClock>(clock_);
    daemon_ = std::make_unique<Daemon>(*journal_, *guarded_, std::move(options), std::move(hooks));
    thread_ = std::thread([this] { EXPECT_TRUE(daemon_->run()); });
  }

  void end() {
    if (daemon_ == nullptr) return;
    daemon_->stop();
    thread_.join();
    daemon_.reset();
    journal_->close();
    journal_.reset();
  }

  void pass(Millis by) {
    clock_.advance(by);
    journal_->interrupt();
  }

  /// Waits until it holds. The limit is only met when the test fails.
  template <typename Condition>
  [[nodiscard]] bool await(Condition holds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, seconds(60), [&] { return holds(); });
  }

  /// Under mutex_, or when no daemon runs.
  template <typename T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Output& output : said_) {
      if (const T* one = std::get_if<T>(&output)) found.push_back(*one);
    }
    return found;
  }
  std::vector<AlertEntry> entries(AlertReason reason) const {
    std::vector<AlertEntry> found;
    for (const Alert& alert : all<Alert>()) {
      for (const AlertEntry& entry : alert.entries) {
        if (entry.reason == reason) found.push_back(entry);
      }
    }
    return found;
  }
  auto has(AlertReason reason) {
    return [this, reason] { return !entries(reason).empty(); };
  }

  /// The outage is heard, and said; the daemon stops; its absence begins.
  void open_outage_and_stop() {
    feed(payload("firing", "0001-01-01T00:00:00Z"));
    start();
    ASSERT_TRUE(await(has(AlertReason::opened)));
    end();
    ASSERT_THAT(all<Alert>(), SizeIs(1));
    stopped_at_ = clock_.wall();
    said_.clear();
  }

  SharedClock clock_;
  std::filesystem::path folder_;
  std::string bundle_;
  std::string hash_;
  SourceSpec source_;
  std::unique_ptr<EmbeddedJournal> journal_;
  std::unique_ptr<GuardedClock> guarded_;  ///< of one process
  std::unique_ptr<Daemon> daemon_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Output> said_;
  int troubles_ = 0;
  Instant stopped_at_{};
};

TEST_F(Absence, WhatCameDueIsSaidOnceWithTheTimeOfBlindness) {
  open_outage_and_stop();
  clock_.advance(minutes(61));
  start();
  ASSERT_TRUE(await(has(AlertReason::activation)));
  end();

  const std::vector<Alert> alerts = all<Alert>();
  ASSERT_THAT(alerts, SizeIs(1)) << "all that came due stands in one alert";
  EXPECT_EQ(alerts[0].blind_from, stopped_at_);
  EXPECT_EQ(alerts[0].blind_until, stopped_at_ + minutes(61));
  EXPECT_FALSE(alerts[0].header.lagging);
  // The clocks went on: what was crossed carries the instant at which it was, not that of the return.
  ASSERT_THAT(entries(AlertReason::activation), SizeIs(1));
  EXPECT_EQ(entries(AlertReason::activation)[0].at, kBegan + minutes(30));
  ASSERT_THAT(entries(AlertReason::ladder), SizeIs(1));
  EXPECT_EQ(entries(AlertReason::ladder)[0].at, kBegan + minutes(45));
  ASSERT_THAT(entries(AlertReason::legal), SizeIs(1));
  EXPECT_EQ(entries(AlertReason::legal)[0].at, kBegan + minutes(60) + Millis{1});
  EXPECT_THAT(entries(AlertReason::rto_missed), IsEmpty());
  ASSERT_THAT(all<ActivationPrompt>(), SizeIs(1));
  EXPECT_EQ(all<ActivationPrompt>()[0].condition_met_at, kBegan + minutes(30));
  ASSERT_THAT(all<ReportPrompt>(), SizeIs(1));
  EXPECT_EQ(all<ReportPrompt>()[0].criterion_true_at, kBegan + minutes(60) + Millis{1});

  // Again away, and back before anything else is due: there is nothing to say. RTO then comes at its instant.
  said_.clear();
  clock_.advance(minutes(1));
  start();
  pass(kBegan + minutes(90) - clock_.wall());
  ASSERT_TRUE(await(has(AlertReason::rto_missed)));
  end();
  ASSERT_THAT(all<Alert>(), SizeIs(1));
  EXPECT_EQ(entries(AlertReason::rto_missed)[0].at, kBegan + minutes(90));
  EXPECT_THAT(entries(AlertReason::activation), IsEmpty());
  EXPECT_THAT(entries(AlertReason::legal), IsEmpty());
  EXPECT_THAT(all<ActivationPrompt>(), IsEmpty());
  EXPECT_THAT(all<ReportPrompt>(), IsEmpty());
}

TEST_F(Absence, ARecoveryThatWaitedPreventsTheFalsePrompts) {
  open_outage_and_stop();
  feed(payload("resolved", "2026-11-22T01:20:00Z"));
  clock_.advance(minutes(61));
  start();
  ASSERT_TRUE(await(has(AlertReason::recovered)));
  end();
  EXPECT_THAT(all<ActivationPrompt>(), IsEmpty());
  EXPECT_THAT(all<ReportPrompt>(), IsEmpty());
  EXPECT_THAT(entries(AlertReason::activation), IsEmpty());
  EXPECT_THAT(entries(AlertReason::ladder), IsEmpty());
  EXPECT_THAT(entries(AlertReason::legal), IsEmpty());
  EXPECT_THAT(entries(AlertReason::rto_missed), IsEmpty());
  ASSERT_THAT(entries(AlertReason::recovered), SizeIs(1));
  EXPECT_EQ(all<Alert>().back().ended, kBegan + minutes(20));
}

TEST_F(Absence, SourcesThatDoNotReachTheirEndDelayItByAMinuteAndAreSaidToLag) {
  open_outage_and_stop();
  clock_.advance(minutes(61));
  const Instant back = clock_.wall();
  // Instead of a file there is a folder: it can be opened, and never read.
  std::filesystem::create_directory(folder_ / "unreadable");
  source_.input = FileInput{(folder_ / "unreadable").string()};
  start();
  ASSERT_TRUE(await([this] { return troubles_ > 0; }));
  pass(seconds(60));
  ASSERT_TRUE(await(has(AlertReason::activation)));
  end();
  ASSERT_THAT(all<Alert>(), SizeIs(1));
  EXPECT_TRUE(all<Alert>()[0].header.lagging);
  EXPECT_EQ(all<Alert>()[0].header.at, back + seconds(60)) << "not before";
  EXPECT_EQ(all<Alert>()[0].blind_until, back);
  ASSERT_THAT(all<ActivationPrompt>(), SizeIs(1));
  EXPECT_TRUE(all<ActivationPrompt>()[0].header.lagging);
}

}  // namespace
}  // namespace avbrottsvakt
