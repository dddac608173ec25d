// The log of inputs read beside its owner, or when it has none.

#include "journal/sqlite_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>

#include "journal/sqlite_journal.h"
#include "temporary_folder.h"

namespace avbrottsvakt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

const Instant kStart = *parse_instant("2026-11-22T02:00:00Z");

class SqliteLogTest : public ::testing::Test {
 protected:
  SqliteLogTest() { options_.path = folder_.file("journal.db"); }

  std::unique_ptr<EmbeddedJournal> owner() {
    auto journal = open_sqlite_journal(options_, clock_);
    EXPECT_TRUE(journal) << to_string(journal.error());
    const auto restored = (*journal)->take_over(nullptr);
    EXPECT_TRUE(restored) << to_string(restored.error());
    return std::move(*journal);
  }
  /// Applies everything that waits.
  static void apply_all(Journal& journal, LogTime now) {
    const auto records = journal.poll(100, Millis{0});
    ASSERT_TRUE(records);
    ASSERT_TRUE(journal.commit({records->back().position + 1, now, {}, {}, {}}));
  }
  std::unique_ptr<InputLog> log() {
    auto opened = open_sqlite_log(options_.path);
    EXPECT_TRUE(opened) << to_string(opened.error());
    return std::move(*opened);
  }
  static std::vector<std::string> values(InputLog& log, std::size_t max = 100) {
    const auto records = log.read(max);
    EXPECT_TRUE(records) << to_string(records.error());
    std::vector<std::string> found;
    for (const Journal::Record& record : *records) found.push_back(record.value);
    return found;
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.file("."))) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  testing::TemporaryFolder folder_;
  FakeClock clock_{kStart};
  SqliteJournalOptions options_;
};

TEST_F(SqliteLogTest, GivesPositionsStampsAndValuesFromTheBeginning) {
  const auto journal = owner();
  ASSERT_TRUE(journal->append("a"));
  clock_.advance(Millis{5});
  ASSERT_TRUE(journal->append_all({"b", std::string("\0c", 2)}));
  apply_all(*journal, clock_.wall());
  const auto read = log();
  const auto records = read->read(2);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 2U);
  EXPECT_EQ((*records)[0].position, 1);
  EXPECT_EQ((*records)[0].stamp, kStart);
  EXPECT_EQ((*records)[1].stamp, kStart + Millis{5});
  EXPECT_THAT(values(*read), ElementsAre(std::string("\0c", 2)));
  EXPECT_THAT(values(*read), IsEmpty());
}

TEST_F(SqliteLogTest, EndsWhereTheLogEndedWhenItWasOpened) {
  const auto journal = owner();
  ASSERT_TRUE(journal->append("a"));
  const auto read = log();
  ASSERT_TRUE(journal->append("b"));
  EXPECT_THAT(values(*read), ElementsAre("a"));
  EXPECT_THAT(values(*read), IsEmpty());
  EXPECT_THAT(values(*log()), ElementsAre("a", "b"));
}

TEST_F(SqliteLogTest, NeitherHoldsUpNorFencesTheOwner) {
  const auto journal = owner();
  ASSERT_TRUE(journal->append("a"));
  const auto read = log();
  EXPECT_THAT(values(*read, 1), ElementsAre("a"));
  ASSERT_TRUE(journal->append("b"));
  apply_all(*journal, kStart);
  ASSERT_TRUE(journal->store_bundle("hash", "bytes"));
  EXPECT_EQ(*read->load_bundle("hash"), "bytes");
  EXPECT_EQ(read->load_bundle("other").error().code, ErrorCode::not_found);
  // No reading transaction is left open: the write-ahead log can be put into the file and emptied.
  sqlite3* stranger = nullptr;
  ASSERT_EQ(sqlite3_open(options_.path.c_str(), &stranger), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(stranger, "SELECT 1 FROM inputs", nullptr, nullptr, nullptr), SQLITE_OK);
  int left = -1;
  int done = -1;
  EXPECT_EQ(sqlite3_wal_checkpoint_v2(stranger, nullptr, SQLITE_CHECKPOINT_TRUNCATE, &left, &done), SQLITE_OK);
  EXPECT_EQ(left, 0);
  sqlite3_close(stranger);
}

TEST_F(SqliteLogTest, LeavesNothingBesideAJournalThatNobodyHasOpen) {
  {
    const auto journal = owner();
    ASSERT_TRUE(journal->append("a"));
    journal->close();
  }
  EXPECT_THAT(files(), UnorderedElementsAre("journal.db", "journal.db.lock"));
  const auto read = log();
  EXPECT_THAT(values(*read), ElementsAre("a"));
  EXPECT_THAT(files(), UnorderedElementsAre("journal.db", "journal.db.lock"));
}

TEST_F(SqliteLogTest, ADaemonThatStartsMeanwhileIsNoticed) {
  {
    const auto journal = owner();
    ASSERT_TRUE(journal->append("a"));
    journal->close();
  }
  const auto read = log();
  const auto journal = owner();
  const auto disturbed = read->read(1);
  ASSERT_FALSE(disturbed);
  EXPECT_EQ(disturbed.error().code, ErrorCode::unavailable);
  EXPECT_THAT(disturbed.error().remedy, HasSubstr("replay it again"));
  EXPECT_THAT(values(*log()), ElementsAre("a")) << "beside it";
  // One that has come and gone leaves a file that is at rest again, but another.
  journal->close();
  const auto later = log();
  {
    const auto third = owner();
    ASSERT_TRUE(third->append("b"));
    third->close();
  }
  EXPECT_EQ(later->read(1).error().code, ErrorCode::unavailable);
}

TEST_F(SqliteLogTest, AfterACrashWhatWasAppendedIsRead) {
  const auto journal = owner();
  ASSERT_TRUE(journal->append("a"));
  // As kill -9 leaves it: the input lies in the write-ahead log alone.
  const std::string copy = folder_.file("copy.db");
  std::filesystem::copy_file(options_.path, copy);
  std::filesystem::copy_file(options_.path + "-wal", copy + "-wal");
  options_.path = copy;
  EXPECT_THAT(values(*log()), ElementsAre("a"));
}

TEST_F(SqliteLogTest, ReadsAnExerciseToo) {
  options_.exercise = true;
  const auto journal = owner();
  ASSERT_TRUE(journal->append_stamped("a", kStart));
  EXPECT_THAT(values(*log()), ElementsAre("a"));
}

TEST_F(SqliteLogTest, SaysThatTheBeginningIsGone) {
  options_.applied_inputs_max = 2;
  const auto journal = owner();
  ASSERT_TRUE(journal->append_all({"a", "b"}));
  apply_all(*journal, kStart);
  EXPECT_THAT(values(*log()), ElementsAre("a", "b"));
  ASSERT_TRUE(journal->append("c"));
  const auto read = log();
  apply_all(*journal, kStart);
  const auto gone = open_sqlite_log(options_.path);
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, ErrorCode::not_found);
  EXPECT_THAT(gone.error().message, HasSubstr("is gone: its oldest input that is kept has position 2"));
  EXPECT_THAT(gone.error().remedy, HasSubstr("--record"));
  // While it is read.
  const auto removed = read->read(10);
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, ErrorCode::not_found);
  EXPECT_THAT(removed.error().message, HasSubstr("inputs 1 to 1 "));
  journal->close();
  // All of them.
  options_.applied_inputs_max = 0;
  const auto none = owner();
  ASSERT_TRUE(none->append("d"));
  apply_all(*none, kStart);
  EXPECT_THAT(open_sqlite_log(options_.path).error().message, HasSubstr("has position 5"));
}

TEST_F(SqliteLogTest, WhatIsNoJournalIsRefused) {
  EXPECT_EQ(open_sqlite_log(folder_.file("none.db")).error().code, ErrorCode::io);
  EXPECT_FALSE(std::filesystem::exists(folder_.file("none.db")));
  std::ofstream(folder_.file("empty.db")).flush();
  EXPECT_EQ(open_sqlite_log(folder_.file("empty.db")).error().code, ErrorCode::not_found);
  std::ofstream(folder_.file("text.db")) << std::string(5000, 'x');
  EXPECT_EQ(open_sqlite_log(folder_.file("text.db")).error().code, ErrorCode::corrupt);
}

TEST_F(SqliteLogTest, APathMayHoldWhatAddressesDoNot) {
  options_.path = folder_.file("50% of? #1 é.db");
  {
    const auto journal = owner();
    ASSERT_TRUE(journal->append("a"));
    journal->close();
  }
  EXPECT_THAT(values(*log()), ElementsAre("a"));
}

}  // namespace
}  // namespace avbrottsvakt
