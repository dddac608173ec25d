// Other files, put in force while the daemon runs: all of them, or none.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <functional>
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

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// A journal in memory, with somebody who does something before the daemon does.
class WatchedJournal final : public Journal {
 public:
  explicit WatchedJournal(std::unique_ptr<Journal> journal) : journal_(std::move(journal)) {}
  std::function<Result<void>(Journal&, const Activate&)> before_activate;
  std::function<Result<void>()> before_store;
  std::function<void()> heard;  ///< after something of a source has been appended

  Result<Restored> take_over(const std::function<void(std::int64_t)>& progress) override {
    return journal_->take_over(progress);
  }
  Result<std::vector<Record>> poll(std::size_t max, Millis wait) override { return journal_->poll(max, wait); }
  Result<void> commit(const Commit& commit) override { return journal_->commit(commit); }
  Result<std::optional<LogTime>> append(std::string_view value) override {
    const Result<Input> input = decode_input(value, {});
    const auto* activate = input ? std::get_if<Activate>(&input->body) : nullptr;
    if (activate != nullptr && before_activate) {
      if (auto done = before_activate(*journal_, *activate); !done) return fail(done.error());
    }
    auto stamp = journal_->append(value);
    if (input && std::holds_alternative<Heard>(input->body) && heard) heard();
    return stamp;
  }
  Result<void> append_stamped(std::string_view value, LogTime stamp) override {
    return journal_->append_stamped(value, stamp);
  }
  Result<void> store_bundle(const std::string& hash, std::string_view bytes) override {
    if (before_store) {
      if (auto done = before_store(); !done) return done;
    }
    return journal_->store_bundle(hash, bytes);
  }
  Result<std::string> load_bundle(const std::string& hash) override { return journal_->load_bundle(hash); }
  void interrupt() override { journal_->interrupt(); }
  void close() override { journal_->close(); }

 private:
  std::unique_ptr<Journal> journal_;
};

class ReloadTest : public ::testing::Test {
 protected:
  ReloadTest() {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("avbrottsvakt-reload-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    std::filesystem::copy(AV_SOURCE_DIR "/config", folder_ / "config", std::filesystem::copy_options::recursive);
    std::filesystem::copy(AV_SOURCE_DIR "/rules", folder_ / "rules", std::filesystem::copy_options::recursive);
    first_ = files("90m");
    second_ = files("80m");
    third_ = files("70m");
  }
  ~ReloadTest() override {
    daemon_->stop();
    thread_.join();
    daemon_.reset();
    std::filesystem::remove_all(folder_);
  }

  /// The sample region, with this RTO of COSMIC.
  Daemon::Files files(const std::string& rto) const {
    const std::filesystem::path plan = folder_ / "config/catalogue/plans/cosmic.yaml";
    std::stringstream text;
    text << std::ifstream(AV_SOURCE_DIR "/config/catalogue/plans/cosmic.yaml").rdbuf();
    std::string changed = text.str();
    changed.replace(changed.find("rto: 90m"), 8, "rto: " + rto);
    std::ofstream(plan) << changed;
    const auto region = load_region(folder_ / "config/avbrottsvakt.yaml");
    EXPECT_TRUE(region);
    return {region->hash, region->bundle, {}};
  }

  /// With the first files, until they are in force.
  void start() {
    journal_ = std::make_unique<WatchedJournal>(open_memory_journal(std::make_shared<MemoryStore>(false), clock_));
    journal_->heard = [this] { keep(heard_, true); };
    guarded_ = std::make_unique<GuardedClock>(clock_);
    Daemon::Options options;
    options.owner.domain = "region";
    options.files = first_;
    Daemon::Hooks hooks;
    hooks.said = [](const Owner::Turn&) {};
    hooks.trouble = [this](const std::string&, const Error& error) { keep(troubles_, error); };
    hooks.note = [](const std::string&) {};
    hooks.ready = [] {};
    hooks.alarm = [](const std::string& text) { ADD_FAILURE() << text; };
    hooks.calm = [](const std::string&) {};
    hooks.reloaded = [this](const Result<void>& how) {
      feed_open_ = is_open(folder_ / "feed");
      keep(reloaded_, how);
    };
    daemon_ = std::make_unique<Daemon>(*journal_, *guarded_, std::move(options), std::move(hooks));
    thread_ = std::thread([this] { EXPECT_TRUE(daemon_->run()); });
    EXPECT_TRUE(reload(first_));
  }
  template <typename T>
  void keep(std::vector<T>& into, const T& what) {
    const std::lock_guard lock(mutex_);
    into.push_back(what);
    changed_.notify_all();
  }
  /// Does this process have the file open?
  static bool is_open(const std::filesystem::path& file) {
    for (const auto& descriptor : std::filesystem::directory_iterator("/proc/self/fd")) {
      std::error_code gone;
      if (std::filesystem::read_symlink(descriptor.path(), gone) == file) return true;
    }
    return false;
  }
  /// Until the daemon says how it went.
  Result<void> reload(const Daemon::Files& files) {
    const std::size_t before = reloaded_.size();
    daemon_->reload(files);
    std::unique_lock lock(mutex_);
    const auto said = [&] { return reloaded_.size() > before; };
    if (!changed_.wait_for(lock, std::chrono::seconds(60), said)) {
      return fail(ErrorCode::internal, "nothing was said of it");
    }
    return reloaded_.back();
  }

  FakeClock clock_{*parse_instant("2026-11-22T01:00:00Z")};
  std::filesystem::path folder_;
  Daemon::Files first_, second_, third_;
  std::unique_ptr<WatchedJournal> journal_;
  std::unique_ptr<GuardedClock> guarded_;
  std::unique_ptr<Daemon> daemon_;
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<bool> heard_;  ///< one for each input from a source
  std::vector<Result<void>> reloaded_;
  std::atomic<bool> feed_open_{false};  ///< when it last said how a reload went
  std::vector<Error> troubles_;
};

TEST_F(ReloadTest, IsActivatedAgainstWhatIsInForce) {
  start();
  std::vector<Activate> activated;
  journal_->before_activate = [&](Journal&, const Activate& activate) {
    activated.push_back(activate);
    return Result<void>();
  };
  EXPECT_TRUE(reload(second_));
  EXPECT_TRUE(reload(second_));  // Nothing differs: nothing is activated.
  EXPECT_TRUE(reload(first_));
  ASSERT_THAT(activated, SizeIs(2));
  EXPECT_EQ(activated[0].hash, second_.bundle_hash);
  EXPECT_EQ(activated[0].expected_previous, first_.bundle_hash);
  EXPECT_EQ(activated[1].hash, first_.bundle_hash);
  EXPECT_EQ(activated[1].expected_previous, second_.bundle_hash);
}

TEST_F(ReloadTest, WhoComesSecondIsToldWhatHolds) {
  start();
  journal_->before_activate = [&](Journal& journal, const Activate& ours) {
    EXPECT_TRUE(journal.store_bundle(third_.bundle_hash, third_.bundle_bytes));
    Input input;
    input.body = Activate{third_.bundle_hash, ours.expected_previous, false};
    EXPECT_TRUE(journal.append(encode_input(input)));
    return Result<void>();
  };
  const Result<void> how = reload(second_);
  ASSERT_FALSE(how);
  EXPECT_EQ(how.error().code, ErrorCode::conflict);
  EXPECT_THAT(how.error().message, HasSubstr(third_.bundle_hash));
  // Asked again it expects the other one, and takes its place.
  journal_->before_activate = nullptr;
  EXPECT_TRUE(reload(second_));
}

TEST_F(ReloadTest, AJournalThatDoesNotTakeTheBundleLeavesAllAsItWas) {
  start();
  journal_->before_store = [] { return Result<void>(fail(ErrorCode::limit, "too large")); };
  const Result<void> how = reload(second_);
  ASSERT_FALSE(how);
  EXPECT_EQ(how.error().message, "too large");
  EXPECT_THAT(troubles_, IsEmpty());
  journal_->before_store = nullptr;
  EXPECT_TRUE(reload(second_));
}

TEST_F(ReloadTest, OneThatTheJournalInterruptsIsAskedForAgain) {
  start();
  // The first time nobody knows whether it reached the log: it did.
  bool failed = false;
  journal_->before_activate = [&](Journal& journal, const Activate& ours) -> Result<void> {
    if (std::exchange(failed, true)) return {};
    Input input;
    input.body = ours;
    EXPECT_TRUE(journal.append(encode_input(input)));
    return fail(ErrorCode::unavailable, "no answer", "wait", Remedy::retry);
  };
  EXPECT_TRUE(reload(second_));
  EXPECT_THAT(troubles_, SizeIs(1));
}

TEST_F(ReloadTest, WhenItIsSaidNoSourceIsReadThatIsGone) {
  auto source = load_source(AV_SOURCE_DIR "/config/sources/alertmanager.yaml");
  ASSERT_TRUE(source);
  source->input = FileInput{folder_ / "feed"};
  std::ofstream(folder_ / "feed") << "{}\n";
  first_.sources = {*source};
  start();
  std::unique_lock lock(mutex_);
  ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(60), [&] { return !heard_.empty(); }));
  lock.unlock();
  EXPECT_TRUE(reload(first_));
  EXPECT_TRUE(feed_open_);
  EXPECT_TRUE(reload(second_));
  EXPECT_FALSE(feed_open_);
}

}  // namespace
}  // namespace avbrottsvakt
