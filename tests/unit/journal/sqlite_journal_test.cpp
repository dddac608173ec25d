// What only a journal on disk can do, or suffer.

#include "journal/sqlite_journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "temporary_folder.h"

namespace avbrottsvakt {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

const Instant kStart = *parse_instant("2026-11-22T02:00:00Z");

class SqliteJournalTest : public ::testing::Test {
 protected:
  SqliteJournalTest() { options_.path = folder_.file("journal.db"); }

  Result<std::unique_ptr<EmbeddedJournal>> open() { return open_sqlite_journal(options_, clock_); }
  std::unique_ptr<EmbeddedJournal> owner() {
    auto journal = open();
    EXPECT_TRUE(journal.has_value()) << to_string(journal.error());
    auto restored = (*journal)->take_over(nullptr);
    EXPECT_TRUE(restored.has_value()) << to_string(restored.error());
    return std::move(*journal);
  }
  /// A journal with three inputs, the first of them applied, and two outputs.
  void fill() {
    const auto journal = owner();
    ASSERT_TRUE(journal->append_all({"a", "b", "c"}).has_value());
    const auto records = journal->poll(10, Millis{0});
    ASSERT_TRUE(records.has_value());
    ASSERT_TRUE(journal
                    ->commit({(*records)[1].position,
                              kStart,
                              {{"key", std::string(10'000, 'v')}},
                              {{"alerts", "k", "one", "v", {}}, {"alerts", "k", "two", "v", {}}},
                              {}})
                    .has_value());
    journal->close();
  }
  /// As a stranger with the same library.
  void execute(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(options_.path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  std::string ask(const std::string& sql) {
    sqlite3* database = nullptr;
    std::string answer;
    EXPECT_EQ(sqlite3_open(options_.path.c_str(), &database), SQLITE_OK);
    const auto take = [](void* to, int, char** values, char**) {
      *static_cast<std::string*>(to) += values[0];
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &answer, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
    return answer;
  }

  testing::TemporaryFolder folder_;
  FakeClock clock_{kStart};
  SqliteJournalOptions options_;
};

TEST_F(SqliteJournalTest, ASecondOwnerIsToldWhoTheFirstIs) {
  const auto first = owner();
  const auto second = open();
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::conflict);
  EXPECT_THAT(second.error().message, HasSubstr("process " + std::to_string(::getpid())));
  first->close();
  EXPECT_TRUE(open().has_value());
}

TEST_F(SqliteJournalTest, AProcessThatDiedHoldsNothing) {
  owner().reset();  // without close()
  EXPECT_TRUE(open().has_value());
}

TEST_F(SqliteJournalTest, AfterCloseNothingIsAppended) {
  const auto journal = owner();
  journal->close();
  EXPECT_EQ(journal->append("a").error().code, ErrorCode::unavailable);
  EXPECT_EQ(journal->read_outputs(0, 1).error().code, ErrorCode::unavailable);
}

TEST_F(SqliteJournalTest, ItsFileIsInWalMode) {
  fill();
  EXPECT_EQ(ask("PRAGMA journal_mode"), "wal");
}

TEST_F(SqliteJournalTest, AnExerciseAndARealRunNeverShareAFile) {
  for (const bool exercise : {false, true}) {
    SCOPED_TRACE(exercise);
    options_.path = folder_.file(exercise ? "exercise.db" : "real.db");
    options_.exercise = exercise;
    ASSERT_TRUE(open().has_value());
    options_.exercise = !exercise;
    const auto refused = open();
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
    EXPECT_THAT(refused.error().message, HasSubstr(exercise ? "is that of an exercise" : "is that of a real run"));
    options_.exercise = exercise;
    EXPECT_TRUE(open().has_value());
  }
}

TEST_F(SqliteJournalTest, AnInputHasABound) {
  options_.input_bytes_max = 100;
  const auto journal = owner();
  EXPECT_TRUE(journal->append(std::string(100, 'a')).has_value());
  const auto one = journal->append(std::string(101, 'a'));
  const auto several = journal->append_all({"a", std::string(101, 'a')});
  ASSERT_FALSE(one.has_value());
  ASSERT_FALSE(several.has_value());
  for (const Error& refused : {one.error(), several.error()}) {
    EXPECT_EQ(refused.code, ErrorCode::limit);
    EXPECT_EQ(refused.action, Remedy::skip);
  }
  EXPECT_THAT(*journal->poll(10, Millis{0}), SizeIs(1));
}

TEST_F(SqliteJournalTest, APollOfLargeInputsGivesSomeAtATime) {
  const auto journal = owner();
  const std::string large(6 * 1024 * 1024, 'a');
  ASSERT_TRUE(journal->append_all({large, large, large, large}).has_value());
  EXPECT_THAT(*journal->poll(10, Millis{0}), SizeIs(3));
  EXPECT_THAT(*journal->poll(10, Millis{0}), SizeIs(1));
}

TEST_F(SqliteJournalTest, ARunOfLargeOutputsIsReadSomeAtATime) {
  const auto journal = owner();
  const std::string large(6 * 1024 * 1024, 'a');
  Journal::Commit commit{1, kStart, {}, {}, {}};
  for (const char* id : {"1", "2", "3", "4"}) commit.outputs.push_back({"dead-letter", "", id, large, {}});
  ASSERT_TRUE(journal->commit(commit).has_value());
  EXPECT_THAT(*journal->read_outputs(0, 10), SizeIs(3));
  EXPECT_THAT(*journal->read_outputs(3, 10), SizeIs(1));
}

TEST_F(SqliteJournalTest, AppliedInputsAreKeptUpToACount) {
  options_.applied_inputs_max = 3;
  const auto journal = owner();
  ASSERT_TRUE(journal->append_all({"1", "2", "3", "4", "5", "6"}).has_value());
  ASSERT_THAT(*journal->poll(10, Millis{0}), SizeIs(6));
  struct Case {
    std::int64_t next;
    const char* left;
  };
  for (const Case& one : {Case{3, "123456"}, Case{4, "123456"}, Case{5, "23456"}, Case{7, "456"}}) {
    ASSERT_TRUE(journal->commit({one.next, clock_.wall(), {}, {}, {}}).has_value());
    EXPECT_EQ(ask("SELECT value FROM inputs ORDER BY position"), one.left) << one.next;
  }
}

TEST_F(SqliteJournalTest, AppliedInputsAreKeptForATime) {
  options_.applied_inputs_for = std::chrono::hours{1};
  const auto journal = owner();
  ASSERT_TRUE(journal->append_all({"1", "2"}).has_value());
  ASSERT_THAT(*journal->poll(10, Millis{0}), SizeIs(2));
  struct Case {
    std::int64_t next;
    Millis after;
    const char* left;
  };
  // The second is older too, but not applied.
  const Millis hour = options_.applied_inputs_for;
  for (const Case& one : {Case{2, hour, "12"}, Case{2, hour + Millis{1}, "2"}, Case{3, hour + Millis{1}, ""}}) {
    ASSERT_TRUE(journal->commit({one.next, kStart + one.after, {}, {}, {}}).has_value());
    EXPECT_EQ(ask("SELECT value FROM inputs ORDER BY position"), one.left) << one.after.count();
  }
}

TEST_F(SqliteJournalTest, ALogWhoseInputsAreAllRemovedGoesOn) {
  options_.applied_inputs_max = 0;
  {
    const auto journal = owner();
    ASSERT_TRUE(journal->append("a").has_value());
    ASSERT_THAT(*journal->poll(10, Millis{0}), SizeIs(1));
    ASSERT_TRUE(journal->commit({2, clock_.wall(), {}, {}, {}}).has_value());
    EXPECT_EQ(ask("SELECT count(*) FROM inputs"), "0");
  }
  clock_.jump(Millis{-5});
  const auto journal = owner();
  ASSERT_TRUE(journal->append("b").has_value());
  const auto records = journal->poll(10, Millis{0});
  ASSERT_THAT(*records, SizeIs(1));
  EXPECT_EQ((*records)[0].position, 2);
  EXPECT_EQ((*records)[0].stamp, kStart);
}

/// While it lives the operating system refuses to write beyond a size, which SQLite takes for a failure of the disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    std::signal(SIGXFSZ, SIG_IGN);
    EXPECT_EQ(::getrlimit(RLIMIT_FSIZE, &before_), 0);
    rlimit small = before_;
    small.rlim_cur = bytes;
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  }
  ~FileSizeLimit() {
    EXPECT_EQ(::setrlimit(RLIMIT_FSIZE, &before_), 0);
    std::signal(SIGXFSZ, SIG_DFL);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;

 private:
  rlimit before_{};
};

TEST_F(SqliteJournalTest, ADiskThatFailsLosesNothing) {
  const std::string large(1024 * 1024, 'v');
  {
    const auto journal = owner();
    ASSERT_TRUE(journal->append("a").has_value());
    ASSERT_THAT(*journal->poll(10, Millis{0}), SizeIs(1));
    const FileSizeLimit limit(256 * 1024);
    const auto refused = journal->commit({2, kStart, {{"key", large}}, {{"alerts", "k", "one", "v", {}}}, {}});
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_EQ(refused.error().action, Remedy::stop);
  }
  const auto journal = open();
  const auto restored = (*journal)->take_over(nullptr);
  ASSERT_TRUE(restored.has_value()) << to_string(restored.error());
  EXPECT_TRUE(restored->fresh);
  EXPECT_THAT(*(*journal)->poll(10, Millis{0}), SizeIs(1));
  EXPECT_TRUE((*journal)->commit({2, kStart, {{"key", large}}, {{"alerts", "k", "one", "v", {}}}, {}}).has_value());
}

TEST_F(SqliteJournalTest, AFailureOfTheDiskIsFinalWhicheverThreadMeetsIt) {
  const auto journal = owner();
  ASSERT_TRUE(journal->append("a").has_value());
  ASSERT_THAT(*journal->poll(10, Millis{0}), SizeIs(1));
  Result<std::optional<LogTime>> appended{std::nullopt};
  {
    const FileSizeLimit limit(256 * 1024);
    appended = journal->append(std::string(1024 * 1024, 'v'));
  }
  ASSERT_FALSE(appended.has_value());
  // The disk works again, for all that anybody can see; the owner, who did not meet the failure, is told of it.
  const auto same = [&](const Error& error) { return error.message == appended.error().message; };
  const auto polled = journal->poll(10, Millis{60'000});
  ASSERT_FALSE(polled.has_value());
  EXPECT_TRUE(same(polled.error()));
  EXPECT_EQ(polled.error().action, Remedy::stop);
  EXPECT_TRUE(same(journal->append("b").error()));
  EXPECT_TRUE(same(journal->commit({2, kStart, {}, {}, {}}).error()));
  EXPECT_TRUE(same(journal->take_over(nullptr).error()));
  EXPECT_TRUE(same(journal->store_bundle("hash", "bytes").error()));
}

TEST_F(SqliteJournalTest, ACheckpointThatFailsIsToldThoughItsCommitIsDurable) {
  const auto key = [](int number) { return "key" + std::to_string(number); };
  constexpr int kKeys = 16;
  // 131 pages each: with the eighth there are 1,000 in the log of writes, and its checkpoint is due.
  constexpr int kToCheckpoint = 8;
  const std::string value(512 * 1024, 'v');
  {
    const auto journal = owner();
    for (int i = 0; i < kKeys; ++i) ASSERT_TRUE(journal->commit({1, kStart, {{key(i), value}}, {}, {}}).has_value());
    journal->close();
  }
  {
    const auto journal = owner();
    // The log of writes stays below this. The keys lie behind it in the database.
    const FileSizeLimit limit(4'500'000);
    for (int i = 1; i <= kToCheckpoint; ++i) {
      const auto done = journal->commit({1, kStart, {{key(kKeys - i), std::string(512 * 1024, 'w')}}, {}, {}});
      ASSERT_EQ(done.has_value(), i < kToCheckpoint) << i;
      if (!done) {
        EXPECT_EQ(done.error().code, ErrorCode::unavailable);
        EXPECT_EQ(done.error().action, Remedy::stop);
      }
    }
  }
  const auto journal = open();
  const auto restored = (*journal)->take_over(nullptr);
  ASSERT_TRUE(restored.has_value()) << to_string(restored.error());
  int written = 0;
  for (const auto& entry : restored->state) written += entry.value.front() == 'w' ? 1 : 0;
  EXPECT_EQ(written, kToCheckpoint);
}

TEST_F(SqliteJournalTest, AFolderThatDoesNotExistIsNamed) {
  options_.path = folder_.file("missing/journal.db");
  const auto refused = open();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::io);
  EXPECT_THAT(refused.error().message, HasSubstr(options_.path));
}

/// What may have happened to the file, and when that is noticed.
struct Damage {
  const char* name;
  const char* sql;  ///< or null: `bytes` are written over the file at `offset`
  std::streamoff offset;
  const char* bytes;
  ErrorCode code;
  const char* message;
};

class DamagedJournalTest : public SqliteJournalTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(DamagedJournalTest, IsRefused) {
  fill();
  if (GetParam().sql != nullptr) {
    execute(GetParam().sql);
  } else {
    std::fstream file(options_.path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(GetParam().offset);
    file << GetParam().bytes;
    ASSERT_TRUE(file.flush().good());
  }
  auto opened = open();
  Error error;
  if (!opened) {
    error = opened.error();
  } else {
    const auto restored = (*opened)->take_over(nullptr);
    ASSERT_FALSE(restored.has_value()) << "the damage was not noticed";
    error = restored.error();
  }
  EXPECT_EQ(error.code, GetParam().code) << to_string(error);
  EXPECT_THAT(error.message, HasSubstr(GetParam().message));
  EXPECT_THAT(error.message, HasSubstr(options_.path));
  EXPECT_FALSE(error.remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Damage, DamagedJournalTest,
    ::testing::Values(
        Damage{"NoDatabase", nullptr, 0, "this is a text and nothing else", ErrorCode::corrupt, "not a database"},
        Damage{"BrokenPage", nullptr, 4096 + 3, "\xff\xff\xff\xff", ErrorCode::corrupt, ""},
        Damage{"OtherProgram", "PRAGMA application_id = 7", 0, nullptr, ErrorCode::corrupt, "another program"},
        Damage{"NewerVersion", "UPDATE meta SET schema_version = 3", 0, nullptr, ErrorCode::incompatible, "version 3"},
        // As a disk does it that changes what lies in a page: nothing that SQLite would notice.
        Damage{"InputChanged", "UPDATE inputs SET value = 'B' WHERE position = 2", 0, nullptr, ErrorCode::corrupt,
               "1 rows of inputs"},
        Damage{"StampChanged", "UPDATE inputs SET stamp_ms = stamp_ms + 1", 0, nullptr, ErrorCode::corrupt,
               "3 rows of inputs"},
        Damage{"StateChanged", "UPDATE state SET value = replace(value, 'vvv', 'vvw')", 0, nullptr, ErrorCode::corrupt,
               "1 rows of state"},
        Damage{"OutputChanged", "UPDATE outputs SET value = 'w' WHERE seq = 2", 0, nullptr, ErrorCode::corrupt,
               "1 rows of outputs"},
        Damage{"SumChanged", "UPDATE outputs SET sum = sum + 1", 0, nullptr, ErrorCode::corrupt, "2 rows of outputs"},
        Damage{"InputLost", "DELETE FROM inputs WHERE position = 2", 0, nullptr, ErrorCode::corrupt,
               "from 2 to 3, 1 are there"},
        Damage{"LogCutShort", "DELETE FROM inputs; UPDATE sqlite_sequence SET seq = 0 WHERE name = 'inputs'", 0,
               nullptr, ErrorCode::corrupt, "position 2 is committed"},
        Damage{"PositionAhead", "UPDATE meta SET next_position = 5", 0, nullptr, ErrorCode::corrupt,
               "position 5 is committed"},
        Damage{"OutputLost", "DELETE FROM outputs WHERE seq = 2", 0, nullptr, ErrorCode::corrupt,
               "2 outputs are committed, the last is number 1"}),
    [](const auto& case_) { return case_.param.name; });

TEST_F(SqliteJournalTest, AFileOfTheVersionBeforeIsBroughtUp) {
  fill();
  execute(
      "ALTER TABLE inputs DROP COLUMN sum; ALTER TABLE state DROP COLUMN sum; ALTER TABLE outputs DROP COLUMN sum;"
      "ALTER TABLE positions DROP COLUMN sum; UPDATE meta SET schema_version = 1");
  {
    const auto journal = owner();
    EXPECT_THAT(*journal->poll(10, Millis{0}), SizeIs(2));
    ASSERT_TRUE(journal->append("d").has_value());
    ASSERT_TRUE(journal->commit({3, kStart, {{"new", "v"}}, {}, {}}).has_value());
    journal->close();
  }
  EXPECT_EQ(ask("SELECT schema_version FROM meta"), "2");
  EXPECT_EQ(ask("SELECT count(*) FROM inputs WHERE sum IS NULL"), "3") << "what was there is as unproved as before";
  EXPECT_EQ(ask("SELECT count(*) FROM inputs WHERE sum IS NOT NULL"), "1");
  EXPECT_EQ(ask("SELECT key FROM state WHERE sum IS NOT NULL"), "new");
  owner()->close();
}

TEST_F(SqliteJournalTest, ADamagedPageThatIsNotReadIsFoundAllTheSame) {
  fill();
  const int page_size = 4096;
  ASSERT_EQ(ask("PRAGMA page_size"), std::to_string(page_size));
  const int page = std::stoi(ask("SELECT rootpage FROM sqlite_schema WHERE name = 'bundles'"));
  std::fstream file(options_.path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekp((page - 1) * page_size);
  file << '\xff';
  file.close();
  const auto refused = open();
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::corrupt);
}

TEST_F(SqliteJournalTest, AnotherProgramsDatabaseIsLeftAsItIs) {
  execute("CREATE TABLE theirs (a INTEGER)");
  ASSERT_FALSE(open().has_value());
  EXPECT_EQ(ask("PRAGMA journal_mode"), "delete");
  EXPECT_EQ(ask("SELECT name FROM sqlite_schema"), "theirs");
}

}  // namespace
}  // namespace avbrottsvakt
