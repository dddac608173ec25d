// What both embedded journals promise, run against each.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "journal/memory_journal.h"
#include "journal/sqlite_journal.h"
#include "temporary_folder.h"

namespace avbrottsvakt {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = *parse_instant("2026-11-22T02:00:00Z");
constexpr Millis kNow{0};

/// One storage; journals are opened on it as after a restart.
class Storage {
 public:
  virtual ~Storage() = default;
  virtual std::unique_ptr<EmbeddedJournal> open(const Clock& clock) = 0;
  /// A second owner beside the first, however that may come about.
  virtual std::unique_ptr<EmbeddedJournal> open_beside(const Clock& clock) = 0;
};

class SqliteStorage : public Storage {
 public:
  explicit SqliteStorage(bool exercise) { options_.exercise = exercise; }
  std::unique_ptr<EmbeddedJournal> open(const Clock& clock) override {
    options_.path = folder_.file("journal.db");
    auto journal = open_sqlite_journal(options_, clock);
    EXPECT_TRUE(journal.has_value()) << to_string(journal.error());
    return std::move(*journal);
  }
  std::unique_ptr<EmbeddedJournal> open_beside(const Clock& clock) override {
    // Somebody has removed the lock, thinking it was left over.
    std::filesystem::remove(folder_.file("journal.db.lock"));
    return open(clock);
  }

 private:
  testing::TemporaryFolder folder_;
  SqliteJournalOptions options_;
};

class MemoryStorage : public Storage {
 public:
  explicit MemoryStorage(bool exercise) : store_(std::make_shared<MemoryStore>(exercise)) {}
  std::unique_ptr<EmbeddedJournal> open(const Clock& clock) override { return open_memory_journal(store_, clock); }
  std::unique_ptr<EmbeddedJournal> open_beside(const Clock& clock) override { return open(clock); }

 private:
  std::shared_ptr<MemoryStore> store_;
};

enum class Kind { sqlite, memory };

std::unique_ptr<Storage> make_storage(Kind kind, bool exercise) {
  if (kind == Kind::sqlite) return std::make_unique<SqliteStorage>(exercise);
  return std::make_unique<MemoryStorage>(exercise);
}

class EmbeddedJournalTest : public ::testing::TestWithParam<Kind> {
 protected:
  /// Closes the journal in order and opens it again, as its owner.
  Journal::Restored restart() {
    if (journal_) journal_->close();
    journal_.reset();
    journal_ = storage_->open(clock_);
    return take_over(*journal_);
  }

  static Journal::Restored take_over(Journal& journal) {
    auto restored = journal.take_over(nullptr);
    EXPECT_TRUE(restored.has_value()) << to_string(restored.error());
    return restored.value_or(Journal::Restored{});
  }
  static std::vector<Journal::Record> poll(Journal& journal, std::size_t max = 100) {
    auto records = journal.poll(max, kNow);
    EXPECT_TRUE(records.has_value()) << to_string(records.error());
    return records.value_or(std::vector<Journal::Record>{});
  }
  static std::vector<std::string> values(const std::vector<Journal::Record>& records) {
    std::vector<std::string> found;
    for (const auto& record : records) found.push_back(record.value);
    return found;
  }
  std::vector<std::string> output_ids() {
    std::vector<std::string> ids;
    auto outputs = journal_->read_outputs(0, 100);
    EXPECT_TRUE(outputs.has_value());
    for (const auto& output : *outputs) ids.push_back(output.record.id);
    return ids;
  }
  void append(const std::string& value) { ASSERT_TRUE(journal_->append(value).has_value()); }

  static Journal::OutputRecord output(const std::string& id) { return {"alerts", "incident", id, "value", {}}; }

  FakeClock clock_{kStart};
  std::unique_ptr<Storage> storage_ = make_storage(GetParam(), false);
  std::unique_ptr<EmbeddedJournal> journal_;
};

TEST_P(EmbeddedJournalTest, AFreshOneIsEmpty) {
  const Journal::Restored restored = restart();
  EXPECT_TRUE(restored.fresh);
  EXPECT_THAT(restored.state, IsEmpty());
  EXPECT_THAT(poll(*journal_), IsEmpty());
  EXPECT_THAT(output_ids(), IsEmpty());
}

TEST_P(EmbeddedJournalTest, AppendTellsTheStampThatPollGives) {
  restart();
  EXPECT_EQ(*journal_->append("first"), kStart);
  clock_.jump(-Millis{5});
  EXPECT_EQ(*journal_->append("second"), kStart) << "stamps never fall";
  const auto records = poll(*journal_);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].stamp, kStart);
  EXPECT_EQ(records[1].stamp, kStart);
}

TEST_P(EmbeddedJournalTest, InputsComeInOrderWithTheirStamps) {
  restart();
  append("first");
  clock_.advance(Millis{5});
  append("second");
  const auto records = poll(*journal_);
  ASSERT_THAT(values(records), ElementsAre("first", "second"));
  EXPECT_EQ(records[0].stamp, kStart);
  EXPECT_EQ(records[1].stamp, kStart + Millis{5});
  EXPECT_EQ(records[1].position, records[0].position + 1);
  EXPECT_THAT(poll(*journal_), IsEmpty());
}

TEST_P(EmbeddedJournalTest, PollGivesAtMostAsManyAsAsked) {
  restart();
  for (const char* value : {"a", "b", "c"}) append(value);
  EXPECT_THAT(values(poll(*journal_, 2)), ElementsAre("a", "b"));
  EXPECT_THAT(values(poll(*journal_, 2)), ElementsAre("c"));
}

TEST_P(EmbeddedJournalTest, AnyBytesAreAnInput) {
  restart();
  const std::string bytes("\0\xff", 2);
  append(bytes);
  append("");
  EXPECT_THAT(values(poll(*journal_)), ElementsAre(bytes, ""));
}

TEST_P(EmbeddedJournalTest, SeveralAreAppendedInOrder) {
  restart();
  ASSERT_TRUE(journal_->append_all({"a", "b", "c"}).has_value());
  ASSERT_TRUE(journal_->append_all({}).has_value());
  EXPECT_THAT(values(poll(*journal_)), ElementsAre("a", "b", "c"));
}

TEST_P(EmbeddedJournalTest, WhatIsCommittedOutlivesARestart) {
  restart();
  for (const char* value : {"a", "b", "c"}) append(value);
  const auto records = poll(*journal_);
  ASSERT_TRUE(journal_
                  ->commit({records[1].position,
                            kStart,
                            {{"kept", "1"}, {"changed", "1"}, {"removed", "1"}},
                            {output("one")},
                            {{"source/0", "7"}}})
                  .has_value());
  ASSERT_TRUE(journal_
                  ->commit({records[2].position,
                            kStart,
                            {{"changed", "2"}, {"removed", std::nullopt}, {"never", std::nullopt}},
                            {output("two")},
                            {{"source/0", "8"}}})
                  .has_value());

  const Journal::Restored restored = restart();
  EXPECT_FALSE(restored.fresh);
  EXPECT_EQ(restored.next_position, records[2].position);
  std::map<std::string, std::string> state;
  for (const auto& [key, value] : restored.state) state[key] = value;
  EXPECT_THAT(restored.state, SizeIs(state.size()));
  EXPECT_THAT(state, ElementsAre(std::pair("changed", "2"), std::pair("kept", "1")));
  EXPECT_THAT(output_ids(), ElementsAre("one", "two"));
  EXPECT_THAT(values(poll(*journal_)), ElementsAre("c"));
}

TEST_P(EmbeddedJournalTest, WhatIsNotCommittedIsHeardAgain) {
  restart();
  append("a");
  EXPECT_THAT(values(poll(*journal_)), ElementsAre("a"));
  // Without close(), as a process that dies.
  journal_.reset();
  const Journal::Restored restored = restart();
  EXPECT_TRUE(restored.fresh);
  EXPECT_THAT(values(poll(*journal_)), ElementsAre("a"));
}

TEST_P(EmbeddedJournalTest, TakingOverAgainReadsFromTheLastCommit) {
  restart();
  append("a");
  append("b");
  const auto records = poll(*journal_);
  ASSERT_TRUE(journal_->commit({records[1].position, kStart, {}, {}, {}}).has_value());
  take_over(*journal_);
  EXPECT_THAT(values(poll(*journal_)), ElementsAre("b"));
}

TEST_P(EmbeddedJournalTest, ACommitMayHoldNoNewPosition) {
  const Journal::Restored restored = restart();
  EXPECT_TRUE(journal_->commit({restored.next_position, kStart, {{"key", "value"}}, {}, {}}).has_value());
  EXPECT_FALSE(restart().fresh);
}

struct Double {
  const char* name;
  std::vector<std::string> first;
  std::vector<std::string> second;
};

TEST_P(EmbeddedJournalTest, AnOutputSaidTwiceIsRefusedWithAllOfItsCommit) {
  for (const Double& way :
       {Double{"in the same commit", {}, {"x", "x"}}, Double{"in a later one", {"y"}, {"z", "y"}}}) {
    SCOPED_TRACE(way.name);
    restart();
    const auto before = output_ids();
    append("a");
    const auto records = poll(*journal_);
    ASSERT_FALSE(records.empty());
    Journal::Commit first{records.back().position, kStart, {}, {}, {}};
    for (const auto& id : way.first) first.outputs.push_back(output(id));
    ASSERT_TRUE(journal_->commit(first).has_value());

    Journal::Commit second{records.back().position + 1, kStart, {{"said", "twice"}}, {}, {}};
    for (const auto& id : way.second) second.outputs.push_back(output(id));
    const auto refused = journal_->commit(second);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr(way.second.back()));

    // Nothing goes on from here but a new owner, for whom it never was.
    EXPECT_EQ(journal_->commit(first).error().code, ErrorCode::fenced);
    const Journal::Restored restored = take_over(*journal_);
    EXPECT_THAT(restored.state, IsEmpty());
    EXPECT_EQ(restored.next_position, records.back().position);
    EXPECT_THAT(output_ids(), SizeIs(before.size() + way.first.size()));
    EXPECT_THAT(values(poll(*journal_)), ElementsAre("a"));
    ASSERT_TRUE(journal_->commit({records.back().position + 1, kStart, {}, {}, {}}).has_value());
  }
}

TEST_P(EmbeddedJournalTest, ASecondOwnerFencesTheFirst) {
  restart();
  append("a");
  const auto records = poll(*journal_);
  const auto second = storage_->open_beside(clock_);
  take_over(*second);
  const auto refused = journal_->commit({records[0].position + 1, kStart, {{"key", "old"}}, {output("old")}, {}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::fenced);

  EXPECT_THAT(values(poll(*second)), ElementsAre("a"));
  ASSERT_TRUE(second->commit({records[0].position + 1, kStart, {{"key", "new"}}, {output("new")}, {}}).has_value());
  const auto outputs = second->read_outputs(0, 10);
  ASSERT_TRUE(outputs.has_value());
  ASSERT_THAT(*outputs, SizeIs(1));
  EXPECT_EQ((*outputs)[0].record.id, "new");
}

TEST_P(EmbeddedJournalTest, WhoHasNotTakenOverIsNotTheOwner) {
  journal_ = storage_->open(clock_);
  EXPECT_EQ(journal_->poll(1, kNow).error().code, ErrorCode::fenced);
  EXPECT_EQ(journal_->commit({1, kStart, {}, {}, {}}).error().code, ErrorCode::fenced);
}

TEST_P(EmbeddedJournalTest, StampsNeverFallWhenTheClockJumpsBack) {
  restart();
  append("a");
  clock_.jump(Millis{-1});
  append("just before");
  clock_.jump(-std::chrono::hours{24});
  append("a day before");
  clock_.jump(std::chrono::hours{24} + Millis{2});
  append("just after");
  const auto records = poll(*journal_);
  std::vector<Instant> stamps;
  for (const auto& record : records) stamps.push_back(record.stamp);
  EXPECT_THAT(stamps, ElementsAre(kStart, kStart, kStart, kStart + Millis{1}));
}

TEST_P(EmbeddedJournalTest, StampsNeverFallAcrossARestart) {
  restart();
  append("a");
  const auto position = poll(*journal_)[0].position + 1;
  // The engine's now may lie after the last stamp that is kept.
  ASSERT_TRUE(journal_->commit({position, kStart + Millis{10}, {}, {}, {}}).has_value());
  clock_.jump(-std::chrono::hours{1});
  restart();
  append("b");
  EXPECT_EQ(poll(*journal_)[0].stamp, kStart + Millis{10});
}

TEST_P(EmbeddedJournalTest, ARealRunSetsNoStamps) {
  restart();
  const auto refused = journal_->append_stamped("a", kStart);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(poll(*journal_), IsEmpty());
}

TEST_P(EmbeddedJournalTest, AnExerciseSetsItsStampsAndTheyDoNotFall) {
  storage_ = make_storage(GetParam(), true);
  restart();
  ASSERT_TRUE(journal_->append_stamped("long before the clock", kStart - std::chrono::days{300}).has_value());
  ASSERT_TRUE(journal_->append_stamped("a", kStart).has_value());
  ASSERT_TRUE(journal_->append_stamped("at the same instant", kStart).has_value());
  const auto refused = journal_->append_stamped("before", kStart - Millis{1});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::invalid_input);
  const auto records = poll(*journal_);
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].stamp, kStart - std::chrono::days{300});
  EXPECT_EQ(records[2].stamp, kStart);
}

TEST_P(EmbeddedJournalTest, InterruptEndsAWait) {
  restart();
  std::thread owner([&] { EXPECT_THAT(journal_->poll(1, std::chrono::hours{1})->size(), 0U); });
  journal_->interrupt();
  owner.join();
}

TEST_P(EmbeddedJournalTest, AnAppendEndsAWait) {
  restart();
  std::thread owner([&] { EXPECT_THAT(journal_->poll(1, std::chrono::hours{1})->size(), 1U); });
  append("a");
  owner.join();
}

TEST_P(EmbeddedJournalTest, ThreadsAppendBesideTheOwner) {
  constexpr int kThreads = 4;
  constexpr std::size_t kEach = 25;
  restart();
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([this, i] {
      for (std::size_t k = 0; k < kEach; ++k) {
        EXPECT_TRUE(journal_->append(std::to_string(i) + "/" + std::to_string(k)).has_value());
      }
    });
  }
  std::vector<Journal::Record> heard;
  while (heard.size() < kThreads * kEach) {
    auto records = journal_->poll(7, std::chrono::minutes{1});
    ASSERT_TRUE(records.has_value()) << to_string(records.error());
    if (records->empty()) break;
    heard.insert(heard.end(), records->begin(), records->end());
    const auto committed = journal_->commit({heard.back().position + 1, heard.back().stamp, {}, {}, {}});
    ASSERT_TRUE(committed.has_value()) << to_string(committed.error());
  }
  for (auto& thread : threads) thread.join();
  ASSERT_THAT(heard, SizeIs(kThreads * kEach));
  std::map<std::string, int> next;
  for (std::size_t i = 0; i < heard.size(); ++i) {
    EXPECT_EQ(heard[i].position, heard[0].position + static_cast<std::int64_t>(i));
    const std::string thread = heard[i].value.substr(0, 1);
    EXPECT_EQ(heard[i].value, thread + "/" + std::to_string(next[thread]++));
  }
}

TEST_P(EmbeddedJournalTest, OutputsComeBackWhole) {
  const auto position = restart().next_position;
  const std::string bytes("\0\xff\xfe", 3);
  const Journal::OutputRecord plain{"alerts", "incident", "one", "{\"level\":\"critical\"}", {{"ce_id", "one"}}};
  const Journal::OutputRecord odd{"dead-letter", bytes, "two", bytes, {{"trace", bytes}, {bytes, ""}, {"å\"\n", "å"}}};
  const Journal::OutputRecord empty{"dead-letter", "", "three", "", {}};
  ASSERT_TRUE(journal_->commit({position, kStart, {}, {plain, odd, empty}, {}}).has_value());
  restart();
  const auto outputs = journal_->read_outputs(0, 10);
  ASSERT_TRUE(outputs.has_value()) << to_string(outputs.error());
  ASSERT_THAT(*outputs, SizeIs(3));
  std::size_t i = 0;
  for (const Journal::OutputRecord& said : {plain, odd, empty}) {
    SCOPED_TRACE(said.id);
    const auto& read = (*outputs)[i++];
    EXPECT_EQ(read.sequence, static_cast<std::int64_t>(i));
    EXPECT_EQ(read.record.topic, said.topic);
    EXPECT_EQ(read.record.key, said.key);
    EXPECT_EQ(read.record.id, said.id);
    EXPECT_EQ(read.record.value, said.value);
    EXPECT_EQ(read.record.headers, said.headers);
  }
}

TEST_P(EmbeddedJournalTest, OutputsAreReadFromAnyPlace) {
  const auto position = restart().next_position;
  ASSERT_TRUE(journal_->commit({position, kStart, {}, {output("1"), output("2"), output("3")}, {}}).has_value());
  const auto ids = [&](std::int64_t after, std::size_t max) {
    std::string text;
    const auto outputs = journal_->read_outputs(after, max);
    for (const auto& read : *outputs) text += read.record.id;
    return text;
  };
  EXPECT_EQ(ids(0, 2), "12");
  EXPECT_EQ(ids(2, 2), "3");
  EXPECT_EQ(ids(3, 2), "");
  EXPECT_EQ(ids(99, 2), "");
  EXPECT_EQ(ids(0, 0), "");
}

TEST_P(EmbeddedJournalTest, BundlesAreKeptByTheirHash) {
  restart();
  const std::string bytes("\0\xff", 2);
  ASSERT_TRUE(journal_->store_bundle("hash", bytes).has_value());
  ASSERT_TRUE(journal_->store_bundle("hash", bytes).has_value());
  restart();
  EXPECT_EQ(journal_->load_bundle("hash").value_or("missing"), bytes);
  const auto missing = journal_->load_bundle("other");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

INSTANTIATE_TEST_SUITE_P(Embedded, EmbeddedJournalTest, ::testing::Values(Kind::sqlite, Kind::memory),
                         [](const auto& case_) { return case_.param == Kind::sqlite ? "Sqlite" : "Memory"; });

}  // namespace
}  // namespace avbrottsvakt
