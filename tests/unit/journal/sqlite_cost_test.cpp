// What a commit costs on a journal that has kept much. Counted in instructions of SQLite's machine, not in time.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <atomic>
#include <string>
#include <vector>

#include "base/clock.h"
#include "journal/sqlite_journal.h"
#include "temporary_folder.h"

namespace avbrottsvakt {
namespace {

/// Counts the instructions of all connections that are opened while it lives.
class Instructions {
 public:
  Instructions() { sqlite3_auto_extension(reinterpret_cast<void (*)()>(&listen)); }
  ~Instructions() { sqlite3_cancel_auto_extension(reinterpret_cast<void (*)()>(&listen)); }
  Instructions(const Instructions&) = delete;
  Instructions& operator=(const Instructions&) = delete;

  std::int64_t count() const { return count_; }

 private:
  static int listen(sqlite3* database, char**, const sqlite3_api_routines*) {
    sqlite3_progress_handler(
        database, 1,
        [](void*) {
          ++count_;
          return 0;
        },
        nullptr);
    return SQLITE_OK;
  }
  static inline std::atomic<std::int64_t> count_{0};
};

/// Instructions of one commit that applies one input and removes one, on a journal that keeps so many applied ones.
std::int64_t cost_of_a_commit(std::int64_t kept) {
  const testing::TemporaryFolder folder;
  FakeClock clock{*parse_instant("2026-11-22T02:00:00Z")};
  SqliteJournalOptions options;
  options.path = folder.file("journal.db");
  options.applied_inputs_max = kept;
  const Instructions instructions;
  auto journal = open_sqlite_journal(options, clock).value();
  EXPECT_TRUE(journal->take_over(nullptr).has_value());
  EXPECT_TRUE(journal->append_all(std::vector<std::string>(static_cast<std::size_t>(kept) + 10, "input")).has_value());
  const auto apply = [&](std::size_t inputs) {
    std::int64_t next = 0;
    while (inputs > 0) {
      const auto records = journal->poll(inputs, Millis{0});
      ASSERT_TRUE(records.has_value()) << to_string(records.error());
      ASSERT_FALSE(records->empty());
      inputs -= records->size();
      next = records->back().position + 1;
    }
    ASSERT_TRUE(journal->commit({next, clock.wall(), {{"key", "value"}}, {}, {}}).has_value());
  };
  apply(static_cast<std::size_t>(kept) + 5);
  const std::int64_t before = instructions.count();
  apply(1);
  return instructions.count() - before;
}

TEST(SqliteCost, OfACommitDoesNotGrowWithWhatIsKept) {
  const std::int64_t few = cost_of_a_commit(10);
  const std::int64_t many = cost_of_a_commit(20000);
  EXPECT_GT(few, 10) << "nothing is counted";
  EXPECT_LT(many, 2 * few);
}

}  // namespace
}  // namespace avbrottsvakt
