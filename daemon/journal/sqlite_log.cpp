#include "journal/sqlite_log.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "journal/sqlite_database.h"
#include "journal/sqlite_schema.h"

namespace avbrottsvakt {
namespace {

using sqlite::Database;
using sqlite::Run;
using sqlite::Statement;

/// Of what one call reads, as in SqliteJournal.
constexpr std::size_t kReadBytesMax = std::size_t{16} * 1024 * 1024;
constexpr Millis kBusyTimeout{5000};

/// A journal file that nobody has open, as it was: SQLite has put its write-ahead log into it and removed that.
struct AtRest {
  std::filesystem::file_time_type written;
  std::uintmax_t size = 0;
  friend bool operator==(const AtRest&, const AtRest&) = default;
};

std::optional<AtRest> at_rest(const std::string& path) {
  std::error_code failed;
  if (std::filesystem::exists(path + "-wal", failed) || failed) return std::nullopt;
  AtRest rest;
  rest.written = std::filesystem::last_write_time(path, failed);
  if (failed) return std::nullopt;
  rest.size = std::filesystem::file_size(path, failed);
  if (failed) return std::nullopt;
  return rest;
}

class SqliteLog final : public InputLog {
 public:
  SqliteLog(std::string path, std::optional<AtRest> rest, Database database)
      : path_(std::move(path)), rest_(rest), database_(std::move(database)) {}

  Result<void> prepare();
  Result<std::vector<Journal::Record>> read(std::size_t max) override;
  Result<std::string> load_bundle(const std::string& hash) override;

 private:
  /// What was read since the last call is good.
  Result<void> undisturbed() const {
    if (!rest_ || at_rest(path_) == rest_) return {};
    return fail(ErrorCode::unavailable, "a daemon has opened the journal " + path_ + " while it was read",
                "replay it again: beside a running daemon it is read in another way", Remedy::retry);
  }

  const std::string path_;
  const std::optional<AtRest> rest_;  ///< absent: a daemon may have it open, and SQLite keeps reader and writer apart
  Database database_;
  Statement inputs_;  ///< goes before the database
  Statement bundle_;
  std::int64_t next_ = 1;
  std::int64_t end_ = 1;  ///< the position that the input after the last one would have got
};

Result<void> SqliteLog::prepare() {
  const auto empty = sqlite::check_identity(database_, path_);
  if (!empty) return fail(empty.error());
  if (*empty) return fail(ErrorCode::not_found, path_ + " is empty: no daemon has written a journal there");
  // Positions count from 1 and have no gaps; SQLite remembers the last one, also when all were removed.
  const auto last = database_.number_of("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'inputs'), 0)");
  if (!last) return fail(last.error());
  end_ = *last + 1;
  const auto first =
      database_.number_of(("SELECT coalesce(min(position), " + std::to_string(end_) + ") FROM inputs").c_str());
  if (!first) return fail(first.error());
  if (*first != 1) return fail(beginning_is_gone("the log in " + path_, *first, "7 days, at most 1,000,000 of them"));
  auto inputs = database_.prepare(
      "SELECT position, stamp_ms, value FROM inputs WHERE position >= ?1 AND position < ?2 ORDER BY position LIMIT ?3");
  if (!inputs) return fail(inputs.error());
  inputs_ = std::move(*inputs);
  auto bundle = database_.prepare("SELECT value FROM bundles WHERE hash = ?1");
  if (!bundle) return fail(bundle.error());
  bundle_ = std::move(*bundle);
  return undisturbed();
}

Result<std::vector<Journal::Record>> SqliteLog::read(std::size_t max) {
  std::vector<Journal::Record> records;
  {
    Run run(inputs_);
    run->bind(1, next_).bind(2, end_).bind(3, static_cast<std::int64_t>(max));
    std::size_t bytes = 0;
    int code = SQLITE_DONE;
    while (bytes < kReadBytesMax && (code = run->step()) == SQLITE_ROW) {
      records.push_back({run->number(0), Instant{Millis{run->number(1)}}, run->bytes(2)});
      bytes += records.back().value.size();
    }
    if (code != SQLITE_ROW && code != SQLITE_DONE) return fail(database_.error("reading inputs"));
  }
  if (auto ok = undisturbed(); !ok) return fail(ok.error());
  const std::int64_t came = records.empty() ? end_ : records.front().position;
  if (came != next_) {
    return fail(ErrorCode::not_found,
                "inputs " + std::to_string(next_) + " to " + std::to_string(came - 1) + " of the log in " + path_ +
                    " were removed before they were read",
                "its daemon removes what is older than it keeps; replay a copy of the journal");
  }
  if (!records.empty()) next_ = records.back().position + 1;
  return records;
}

Result<std::string> SqliteLog::load_bundle(const std::string& hash) {
  Run run(bundle_);
  run->bind_text(1, hash);
  const int code = run->step();
  if (code == SQLITE_DONE) {
    return fail(ErrorCode::not_found, "the journal " + path_ + " holds no bundle " + hash,
                "restore the journal from a copy");
  }
  if (code != SQLITE_ROW) return fail(database_.error("loading a bundle"));
  std::string bytes = run->bytes(0);
  if (auto ok = undisturbed(); !ok) return fail(ok.error());
  return bytes;
}

}  // namespace

Result<std::unique_ptr<InputLog>> open_sqlite_log(const std::string& path) {
  const std::optional<AtRest> rest = at_rest(path);
  auto database = Database::open(path, rest ? Database::Mode::immutable : Database::Mode::read_only, kBusyTimeout);
  if (!database) return fail(database.error());
  auto log = std::make_unique<SqliteLog>(path, rest, std::move(*database));
  if (auto prepared = log->prepare(); !prepared) return fail(prepared.error());
  return log;
}

}  // namespace avbrottsvakt
