#include "journal/sqlite_journal.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

#include "base/check.h"
#include "journal/file_lock.h"
#include "journal/output_headers.h"
#include "journal/sqlite_database.h"
#include "journal/sqlite_schema.h"

namespace avbrottsvakt {
namespace {

using sqlite::Database;
using sqlite::Run;
using sqlite::Statement;
using sqlite::Transaction;

/// Of what one call reads, so that a backlog of large records does not fill the memory. One always comes.
constexpr std::size_t kReadBytesMax = std::size_t{16} * 1024 * 1024;
/// Removed in one commit, so that no commit takes long.
constexpr std::int64_t kRemovedAtMost = 10'000;
/// Longer waits are cut: the owner asks again anyway, and no deadline overflows.
constexpr Millis kWaitMax{std::chrono::hours{1}};

std::int64_t to_ms(Instant at) { return at.time_since_epoch().count(); }

/// Prepares several, and keeps the first error.
class Preparer {
 public:
  explicit Preparer(Database& database) : database_(database) {}
  Statement operator()(const char* sql) {
    auto statement = database_.prepare(sql);
    if (statement) return std::move(*statement);
    if (!error_) error_ = statement.error();
    return {};
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  Database& database_;
  std::optional<Error> error_;
};

class SqliteJournal final : public EmbeddedJournal {
 public:
  SqliteJournal(SqliteJournalOptions options, const Clock& clock, FileLock lock, Database owner, Database appender,
                Database reader)
      : options_(std::move(options)),
        clock_(clock),
        lock_(std::move(lock)),
        owner_(std::move(owner)),
        appender_(std::move(appender)),
        reader_(std::move(reader)) {}

  Result<void> prepare();

  Result<Restored> take_over(const std::function<void(std::int64_t)>& progress) override;
  Result<std::vector<Record>> poll(std::size_t max, Millis wait) override;
  Result<void> commit(const Commit& commit) override;
  Result<std::optional<LogTime>> append(std::string_view value) override;
  Result<void> append_all(const std::vector<std::string>& values) override;
  Result<void> append_stamped(std::string_view value, LogTime stamp) override;
  Result<void> store_bundle(const std::string& hash, std::string_view bytes) override;
  Result<std::string> load_bundle(const std::string& hash) override;
  Result<std::vector<StoredOutput>> read_outputs(std::int64_t after_sequence, std::size_t max) override;
  void interrupt() override;
  void close() override;

 private:
  Result<void> check_continuity(std::int64_t next_position, std::int64_t outputs);
  Result<void> read_state(std::vector<KeyValue>& state, const std::function<void(std::int64_t)>& progress);
  Result<void> write(const Commit& commit);
  Result<void> write_output(const OutputRecord& output);
  Result<void> remove_applied(std::int64_t next_position, LogTime now);
  Result<void> insert(std::string_view value, Instant stamp);
  Result<LogTime> append_now(const std::vector<std::string>& values);
  Result<void> check_size(std::string_view value) const;
  void announce(std::int64_t last_position);
  Result<Restored> take_over_now(const std::function<void(std::int64_t)>& progress);
  Result<std::vector<Record>> read_inputs(std::size_t max);
  Result<void> commit_now(const Commit& commit);
  Result<void> append_stamped_now(std::string_view value, LogTime stamp);
  Result<void> sound();
  template <typename T>
  Result<T> kept(Result<T> outcome);
  tl::unexpected<Error> not_owner() const {
    return fail(ErrorCode::fenced, "the journal " + options_.path + " has no owner here", "take it over again");
  }

  /// Runs a statement that gives no rows.
  Result<void> run(Database& database, Statement& statement, std::string_view doing) {
    const int code = statement.step();
    auto result = code == SQLITE_DONE ? Result<void>{} : Result<void>(fail(database.error(doing)));
    statement.reset();
    return result;
  }

  const SqliteJournalOptions options_;
  const Clock& clock_;
  std::optional<FileLock> lock_;

  // Of the owner thread. Statements stand after their database, to be finished before it is closed.
  std::optional<Database> owner_;
  struct {
    Statement take_over, read_meta, read_state, read_inputs;
    Statement put_state, delete_state, put_output, put_position, put_meta;
    Statement oldest_input, first_younger, remove_inputs, put_bundle, get_bundle;
  } owned_;
  std::optional<std::int64_t> epoch_;  ///< absent: not the owner
  std::int64_t committed_position_ = 1;
  std::int64_t read_position_ = 1;

  /// Taken by whoever writes, on either connection: threads of ours then never find the database busy.
  std::mutex write_mutex_;
  std::optional<Database> appender_;
  struct {
    Statement last_stamp, insert;
  } appending_;

  std::mutex reader_mutex_;
  std::optional<Database> reader_;
  Statement read_outputs_;

  /// Under wake_mutex_: what poll() waits for.
  std::mutex wake_mutex_;
  std::condition_variable wake_;
  std::int64_t end_position_ = 1;
  bool interrupted_ = false;
  std::optional<Error> failed_;  ///< of the disk, or of what lies on it: nothing works any more
};

/// What a disk that failed says the second time proves nothing: after a failed sync nobody knows what the kernel has
/// kept, and the next sync succeeds all the same. So the first failure is final, whichever thread meets it; opening the
/// journal anew shows what is there.
template <typename T>
Result<T> SqliteJournal::kept(Result<T> outcome) {
  if (!outcome && outcome.error().action == Remedy::stop &&
      (outcome.error().code == ErrorCode::unavailable || outcome.error().code == ErrorCode::corrupt)) {
    const std::lock_guard lock(wake_mutex_);
    if (!failed_) failed_ = outcome.error();
    wake_.notify_one();
  }
  return outcome;
}

Result<void> SqliteJournal::sound() {
  const std::lock_guard lock(wake_mutex_);
  if (failed_) return fail(*failed_);
  return {};
}

Result<void> SqliteJournal::prepare() {
  Preparer owner(*owner_);
  owned_.take_over = owner("UPDATE meta SET epoch = epoch + 1");
  owned_.read_meta = owner("SELECT epoch, next_position, outputs, now_ms IS NULL FROM meta");
  owned_.read_state = owner("SELECT key, value FROM state ORDER BY key");
  owned_.read_inputs =
      owner("SELECT position, stamp_ms, value FROM inputs WHERE position >= ?1 ORDER BY position LIMIT ?2");
  owned_.put_state = owner(
      "INSERT INTO state (key, value, sum) VALUES (?1, ?2, row_sum(?1, ?2)) ON CONFLICT (key) DO UPDATE SET value = "
      "excluded.value, sum = excluded.sum");
  owned_.delete_state = owner("DELETE FROM state WHERE key = ?1");
  owned_.put_output = owner(
      "INSERT INTO outputs (topic, key, id, value, headers, sum) VALUES (?1, ?2, ?3, ?4, ?5, row_sum(?1, ?2, ?3, ?4, "
      "?5))");
  owned_.put_position = owner(
      "INSERT INTO positions (key, value, sum) VALUES (?1, ?2, row_sum(?1, ?2)) ON CONFLICT (key) DO UPDATE SET value "
      "= excluded.value, sum = excluded.sum");
  owned_.put_meta = owner(
      "UPDATE meta SET next_position = ?1, now_ms = ?2, outputs = outputs + ?3 WHERE epoch = ?4 AND next_position = "
      "?5");
  owned_.oldest_input = owner("SELECT position, stamp_ms FROM inputs ORDER BY position LIMIT 1");
  // Each with one bound, and the first row that is kept ends it: with others SQLite walks over what is kept, at every
  // commit.
  owned_.first_younger =
      owner("SELECT position FROM inputs WHERE position < ?1 AND stamp_ms >= ?2 ORDER BY position LIMIT 1");
  owned_.remove_inputs = owner("DELETE FROM inputs WHERE position < ?1");
  owned_.put_bundle = owner("INSERT INTO bundles (hash, value) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING");
  owned_.get_bundle = owner("SELECT value FROM bundles WHERE hash = ?1");
  if (owner.error()) return fail(*owner.error());

  Preparer appender(*appender_);
  appending_.last_stamp = appender(
      "SELECT max(coalesce((SELECT stamp_ms FROM inputs ORDER BY position DESC LIMIT 1), -9223372036854775808),"
      " coalesce((SELECT now_ms FROM meta), -9223372036854775808))");
  appending_.insert = appender("INSERT INTO inputs (stamp_ms, value, sum) VALUES (?1, ?2, row_sum(?1, ?2))");
  if (appender.error()) return fail(*appender.error());

  Preparer reader(*reader_);
  read_outputs_ =
      reader("SELECT seq, topic, key, id, value, headers FROM outputs WHERE seq > ?1 ORDER BY seq LIMIT ?2");
  if (reader.error()) return fail(*reader.error());

  const auto end = owner_->number_of("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'inputs'), 0) + 1");
  if (!end) return fail(end.error());
  end_position_ = *end;
  return {};
}

Result<Journal::Restored> SqliteJournal::take_over(const std::function<void(std::int64_t)>& progress) {
  if (auto ok = sound(); !ok) return fail(ok.error());
  return kept(take_over_now(progress));
}

Result<Journal::Restored> SqliteJournal::take_over_now(const std::function<void(std::int64_t)>& progress) {
  const std::lock_guard write_lock(write_mutex_);
  epoch_.reset();
  // One transaction: what is read is what the epoch was taken with.
  Transaction transaction(*owner_);
  if (auto begun = transaction.begin(); !begun) return fail(begun.error());
  if (auto taken = run(*owner_, owned_.take_over, "taking over"); !taken) return fail(taken.error());
  Restored restored;
  std::int64_t epoch = 0;
  std::int64_t outputs = 0;
  {
    Run meta(owned_.read_meta);
    if (meta->step() != SQLITE_ROW) return fail(owner_->error("reading meta"));
    epoch = meta->number(0);
    restored.next_position = meta->number(1);
    outputs = meta->number(2);
    restored.fresh = meta->number(3) != 0;
  }
  if (auto checked = check_continuity(restored.next_position, outputs); !checked) return fail(checked.error());
  if (auto read = read_state(restored.state, progress); !read) return fail(read.error());
  if (auto committed = transaction.commit(); !committed) return fail(committed.error());
  epoch_ = epoch;
  committed_position_ = restored.next_position;
  read_position_ = restored.next_position;
  return restored;
}

Result<void> SqliteJournal::check_continuity(std::int64_t next_position, std::int64_t outputs) {
  const auto torn = [&](const std::string& what) {
    return fail(ErrorCode::corrupt, "the journal " + options_.path + " contradicts itself: " + what,
                "restore the journal from a copy");
  };
  const auto next = std::to_string(next_position);
  const auto last = owner_->number_of("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'inputs'), 0)");
  if (!last) return fail(last.error());
  if (*last + 1 < next_position) {
    return torn("position " + next + " is committed, the log ends at " + std::to_string(*last + 1));
  }
  const auto waiting = owner_->number_of(("SELECT count(*) FROM inputs WHERE position >= " + next).c_str());
  if (!waiting) return fail(waiting.error());
  if (*waiting != *last + 1 - next_position) {
    return torn("of the inputs from " + next + " to " + std::to_string(*last) + ", " + std::to_string(*waiting) +
                " are there");
  }
  const auto said = owner_->number_of("SELECT coalesce(max(seq), 0) FROM outputs");
  if (!said) return fail(said.error());
  if (*said != outputs) {
    return torn(std::to_string(outputs) + " outputs are committed, the last is number " + std::to_string(*said));
  }
  return {};
}

Result<void> SqliteJournal::read_state(std::vector<KeyValue>& state,
                                       const std::function<void(std::int64_t)>& progress) {
  Run run(owned_.read_state);
  auto said_at = clock_.steady();
  int code = SQLITE_ROW;
  while ((code = run->step()) == SQLITE_ROW) {
    state.push_back({run->bytes(0), run->bytes(1)});
    const auto now = clock_.steady();
    if (progress && now - said_at >= std::chrono::seconds(1)) {
      said_at = now;
      progress(static_cast<std::int64_t>(state.size()));
    }
  }
  if (code != SQLITE_DONE) return fail(owner_->error("reading the state"));
  return {};
}

Result<std::vector<Journal::Record>> SqliteJournal::poll(std::size_t max, Millis wait) {
  if (!epoch_) return not_owner();
  {
    std::unique_lock lock(wake_mutex_);
    wake_.wait_for(lock, std::clamp(wait, Millis{0}, kWaitMax),
                   [&] { return interrupted_ || failed_ || end_position_ > read_position_; });
    if (failed_) return fail(*failed_);
    interrupted_ = false;
    if (end_position_ <= read_position_) return std::vector<Record>{};
  }
  return kept(read_inputs(max));
}

Result<std::vector<Journal::Record>> SqliteJournal::read_inputs(std::size_t max) {
  Run run(owned_.read_inputs);
  run->bind(1, read_position_).bind(2, static_cast<std::int64_t>(max));
  std::vector<Record> records;
  std::size_t bytes = 0;
  int code = SQLITE_DONE;
  while (bytes < kReadBytesMax && (code = run->step()) == SQLITE_ROW) {
    records.push_back({run->number(0), Instant{Millis{run->number(1)}}, run->bytes(2)});
    bytes += records.back().value.size();
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) return fail(owner_->error("reading inputs"));
  if (!records.empty()) read_position_ = records.back().position + 1;
  return records;
}

Result<void> SqliteJournal::commit(const Commit& commit) {
  if (!epoch_) return not_owner();
  AV_CHECK(commit.next_position >= committed_position_ && commit.next_position <= read_position_);
  if (auto ok = sound(); !ok) return ok;
  return kept(commit_now(commit));
}

Result<void> SqliteJournal::commit_now(const Commit& commit) {
  const std::lock_guard write_lock(write_mutex_);
  Transaction transaction(*owner_);
  auto done = transaction.begin();
  if (done) done = write(commit);
  if (done) done = transaction.commit();
  if (done) {
    committed_position_ = commit.next_position;
  } else {
    epoch_.reset();  // only take_over() goes on from here
  }
  return done;
}

Result<void> SqliteJournal::write(const Commit& commit) {
  auto& meta = owned_.put_meta;
  meta.bind(1, commit.next_position).bind(2, to_ms(commit.now));
  meta.bind(3, static_cast<std::int64_t>(commit.outputs.size())).bind(4, *epoch_).bind(5, committed_position_);
  if (auto put = run(*owner_, meta, "committing"); !put) return put;
  if (sqlite3_changes(owner_->handle()) != 1) {
    return fail(ErrorCode::fenced, "another owner has taken over the journal " + options_.path,
                "run one daemon per journal, and leave its .lock file alone");
  }
  for (const Commit::Put& put : commit.state) {
    Statement& statement = put.value ? owned_.put_state : owned_.delete_state;
    statement.bind_text(1, put.key);
    if (put.value) statement.bind_blob(2, *put.value);
    if (auto done = run(*owner_, statement, "writing state"); !done) return done;
  }
  for (const OutputRecord& output : commit.outputs) {
    if (auto done = write_output(output); !done) return done;
  }
  for (const KeyValue& position : commit.positions) {
    owned_.put_position.bind_text(1, position.key).bind_blob(2, position.value);
    if (auto done = run(*owner_, owned_.put_position, "writing positions"); !done) return done;
  }
  return remove_applied(commit.next_position, commit.now);
}

Result<void> SqliteJournal::write_output(const OutputRecord& output) {
  const std::string headers = headers_to_json(output.headers);
  Run run(owned_.put_output);
  run->bind_text(1, output.topic).bind_blob(2, output.key).bind_text(3, output.id).bind_blob(4, output.value);
  run->bind_text(5, headers);
  const int code = run->step();
  if (code == SQLITE_CONSTRAINT_UNIQUE) {
    return fail(ErrorCode::conflict, "the output " + output.id + " has been said before",
                "this is a fault of the program: report it, with a copy of the journal");
  }
  if (code != SQLITE_DONE) return fail(owner_->error("writing outputs"));
  return {};
}

Result<void> SqliteJournal::remove_applied(std::int64_t next_position, LogTime now) {
  const std::int64_t keep_from = next_position - options_.applied_inputs_max;
  const std::int64_t keep_since = to_ms(now - options_.applied_inputs_for);
  std::int64_t end = next_position;
  {
    // Positions and stamps never fall, so that what may go lies at the beginning.
    Run run(owned_.oldest_input);
    const int code = run->step();
    if (code == SQLITE_DONE) return {};
    if (code != SQLITE_ROW) return fail(owner_->error("looking for old inputs"));
    const std::int64_t oldest = run->number(0);
    if (oldest >= next_position || (oldest >= keep_from && run->number(1) >= keep_since)) return {};
    end = std::min(end, oldest + kRemovedAtMost);
  }
  std::int64_t younger = end;
  {
    owned_.first_younger.bind(1, end).bind(2, keep_since);
    Run run(owned_.first_younger);
    const int code = run->step();
    if (code != SQLITE_ROW && code != SQLITE_DONE) return fail(owner_->error("looking for old inputs"));
    if (code == SQLITE_ROW) younger = run->number(0);
  }
  owned_.remove_inputs.bind(1, std::min(end, std::max(keep_from, younger)));
  return run(*owner_, owned_.remove_inputs, "removing old inputs");
}

Result<void> SqliteJournal::check_size(std::string_view value) const {
  if (value.size() <= options_.input_bytes_max) return {};
  return fail(ErrorCode::limit,
              "an input of " + std::to_string(value.size()) + " bytes, the log takes at most " +
                  std::to_string(options_.input_bytes_max),
              {}, Remedy::skip);
}

Result<void> SqliteJournal::insert(std::string_view value, Instant stamp) {
  appending_.insert.bind(1, to_ms(stamp)).bind_blob(2, value);
  return run(*appender_, appending_.insert, "appending");
}

void SqliteJournal::announce(std::int64_t last_position) {
  const std::lock_guard lock(wake_mutex_);
  end_position_ = last_position + 1;
  wake_.notify_one();
}

Result<std::optional<LogTime>> SqliteJournal::append(std::string_view value) {
  auto stamp = kept(append_now({std::string(value)}));
  if (!stamp) return fail(stamp.error());
  return *stamp;
}

Result<void> SqliteJournal::append_all(const std::vector<std::string>& values) {
  if (values.empty()) return {};
  if (auto stamp = kept(append_now(values)); !stamp) return fail(stamp.error());
  return {};
}

/// All or nothing, under one stamp.
Result<LogTime> SqliteJournal::append_now(const std::vector<std::string>& values) {
  if (auto ok = sound(); !ok) return fail(ok.error());
  for (const std::string& value : values) {
    if (auto fits = check_size(value); !fits) return fail(fits.error());
  }
  const std::lock_guard write_lock(write_mutex_);
  if (!appender_) return fail(ErrorCode::unavailable, "the journal is closed");
  Transaction transaction(*appender_);
  if (auto begun = transaction.begin(); !begun) return fail(begun.error());
  std::int64_t last_stamp = 0;
  {
    Run run(appending_.last_stamp);
    if (run->step() != SQLITE_ROW) return fail(appender_->error("reading the last stamp"));
    last_stamp = run->number(0);
  }
  const Instant stamp = std::max(Instant{Millis{last_stamp}}, clock_.wall());
  for (const std::string& value : values) {
    if (auto done = insert(value, stamp); !done) return fail(done.error());
  }
  const std::int64_t last_position = sqlite3_last_insert_rowid(appender_->handle());
  if (auto committed = transaction.commit(); !committed) return fail(committed.error());
  announce(last_position);
  return stamp;
}

Result<void> SqliteJournal::append_stamped(std::string_view value, LogTime stamp) {
  if (!options_.exercise) {
    return fail(ErrorCode::invalid_input, "only an exercise sets its own stamps", "open the journal for an exercise");
  }
  if (auto fits = check_size(value); !fits) return fits;
  if (auto ok = sound(); !ok) return ok;
  return kept(append_stamped_now(value, stamp));
}

Result<void> SqliteJournal::append_stamped_now(std::string_view value, LogTime stamp) {
  const std::lock_guard write_lock(write_mutex_);
  if (!appender_) return fail(ErrorCode::unavailable, "the journal is closed");
  Transaction transaction(*appender_);
  if (auto begun = transaction.begin(); !begun) return begun;
  {
    Run run(appending_.last_stamp);
    if (run->step() != SQLITE_ROW) return fail(appender_->error("reading the last stamp"));
    if (to_ms(stamp) < run->number(0)) {
      return fail(ErrorCode::invalid_input,
                  "the stamp " + format_instant(stamp) + " lies before the last, " +
                      format_instant(Instant{Millis{run->number(0)}}),
                  "order the exercise's events by time, and begin in a journal of its own");
    }
  }
  if (auto done = insert(value, stamp); !done) return done;
  const std::int64_t last_position = sqlite3_last_insert_rowid(appender_->handle());
  if (auto committed = transaction.commit(); !committed) return committed;
  announce(last_position);
  return {};
}

Result<void> SqliteJournal::store_bundle(const std::string& hash, std::string_view bytes) {
  const std::lock_guard write_lock(write_mutex_);
  if (auto ok = sound(); !ok) return ok;
  owned_.put_bundle.bind_text(1, hash).bind_blob(2, bytes);
  return kept(run(*owner_, owned_.put_bundle, "storing a bundle"));
}

Result<std::string> SqliteJournal::load_bundle(const std::string& hash) {
  Run run(owned_.get_bundle);
  run->bind_text(1, hash);
  const int code = run->step();
  if (code == SQLITE_ROW) return run->bytes(0);
  if (code != SQLITE_DONE) return fail(owner_->error("loading a bundle"));
  return fail(ErrorCode::not_found, "the journal " + options_.path + " holds no bundle " + hash,
              "restore the journal from a copy, or begin a new one");
}

Result<std::vector<EmbeddedJournal::StoredOutput>> SqliteJournal::read_outputs(std::int64_t after_sequence,
                                                                               std::size_t max) {
  const std::lock_guard lock(reader_mutex_);
  if (!reader_) return fail(ErrorCode::unavailable, "the journal is closed");
  Run run(read_outputs_);
  run->bind(1, after_sequence).bind(2, static_cast<std::int64_t>(max));
  std::vector<StoredOutput> outputs;
  std::size_t bytes = 0;
  int code = SQLITE_DONE;
  while (bytes < kReadBytesMax && (code = run->step()) == SQLITE_ROW) {
    const std::string headers_json = run->bytes(5);
    auto headers = headers_from_json(headers_json);
    if (!headers) return fail(headers.error());
    outputs.push_back(
        {run->number(0), {run->bytes(1), run->bytes(2), run->bytes(3), run->bytes(4), std::move(*headers)}});
    bytes += outputs.back().record.value.size() + headers_json.size();
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) return fail(reader_->error("reading outputs"));
  return outputs;
}

void SqliteJournal::interrupt() {
  const std::lock_guard lock(wake_mutex_);
  interrupted_ = true;
  wake_.notify_one();
}

void SqliteJournal::close() {
  const std::scoped_lock lock(write_mutex_, reader_mutex_);
  epoch_.reset();
  owned_ = {};
  appending_ = {};
  read_outputs_ = {};
  reader_.reset();
  appender_.reset();
  owner_.reset();
  // Last: until here nobody else may open the file.
  lock_.reset();
}

}  // namespace

Result<std::unique_ptr<EmbeddedJournal>> open_sqlite_journal(const SqliteJournalOptions& options, const Clock& clock) {
  auto lock = FileLock::take(options.path + ".lock");
  if (!lock) return fail(lock.error());
  auto owner = Database::open(options.path, Database::Mode::create, options.busy_timeout);
  if (!owner) return fail(owner.error());
  // Nothing is written before it is known whose file it is.
  const auto fresh = sqlite::check_schema(*owner, options.path, options.exercise);
  if (!fresh) return fail(fresh.error());
  const auto mode = owner->text_of("PRAGMA journal_mode = WAL");
  if (!mode) return fail(mode.error());
  if (*mode != "wal") {
    return fail(ErrorCode::io, "the journal " + options.path + " cannot be kept in WAL mode",
                "keep it on a local disk");
  }
  static constexpr const char* kDurable =
      "PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;"
      "PRAGMA trusted_schema = OFF; PRAGMA journal_size_limit = 67108864";
  if (auto set = owner->execute(kDurable); !set) return fail(set.error());
  owner->tell_of_checkpoints();
  if (*fresh) {
    if (auto made = sqlite::create_schema(*owner, options.exercise); !made) return fail(made.error());
  } else if (auto upgraded = sqlite::upgrade_schema(*owner); !upgraded) {
    return fail(upgraded.error());
  }

  auto appender = Database::open(options.path, Database::Mode::create, options.busy_timeout);
  if (!appender) return fail(appender.error());
  if (auto set = appender->execute(kDurable); !set) return fail(set.error());
  appender->tell_of_checkpoints();
  auto reader = Database::open(options.path, Database::Mode::read_only, options.busy_timeout);
  if (!reader) return fail(reader.error());

  auto journal = std::make_unique<SqliteJournal>(options, clock, std::move(*lock), std::move(*owner),
                                                 std::move(*appender), std::move(*reader));
  if (auto prepared = journal->prepare(); !prepared) return fail(prepared.error());
  return journal;
}

}  // namespace avbrottsvakt
