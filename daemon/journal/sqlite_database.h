#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace avbrottsvakt::sqlite {

class Statement;

/// One connection. Its SQL has the function row_sum(...): an integer that depends on every byte of its arguments.
/// Threads: one at a time.
class Database {
 public:
  enum class Mode {
    create,
    read_only,  ///< makes PATH-wal and PATH-shm if they are missing: SQLite cannot read beside writers without them
    immutable,  ///< makes nothing and locks nothing: what is read is good only if nobody had the file open meanwhile
  };

  /// Errors: io, corrupt (not a database).
  [[nodiscard]] static Result<Database> open(const std::string& path, Mode mode, Millis busy_timeout);

  /// The statement must not outlive the database.
  /// Errors: those of error(); a damaged file may fail here, since SQLite reads its own tables first.
  [[nodiscard]] Result<Statement> prepare(const char* sql);

  /// One or more statements without parameters.
  [[nodiscard]] Result<void> execute(const char* sql);
  /// The first column of the first row of a statement without parameters.
  [[nodiscard]] Result<std::string> text_of(const char* sql);
  [[nodiscard]] Result<std::int64_t> number_of(const char* sql);

  /// A commit from now on reports a checkpoint that failed of the disk, though it is durable itself: SQLite alone would
  /// say nothing, and try again with the next.
  void tell_of_checkpoints();

  /// What the last call failed of, in the journal's terms: corrupt; unavailable with retry while another process holds
  /// the file or the disk is full; unavailable with stop for a failed read or write, after which nothing that the
  /// operating system says about the file can be relied on.
  Error error(std::string_view doing) const;

  sqlite3* handle() const { return handle_.get(); }

 private:
  struct Closer {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  explicit Database(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}
  std::string path_;
  std::unique_ptr<sqlite3, Closer> handle_;
};

/// A prepared statement, for one run at a time: bind, step until it is done, reset.
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  Statement& bind(int index, std::int64_t value);
  /// The bytes must live until the next reset.
  Statement& bind_text(int index, std::string_view value);
  Statement& bind_blob(int index, std::string_view value);

  /// SQLITE_ROW, SQLITE_DONE, or the code of a failure.
  int step() { return sqlite3_step(handle_.get()); }
  /// Of the current row; columns count from 0.
  std::int64_t number(int column) { return sqlite3_column_int64(handle_.get(), column); }
  std::string bytes(int column);

  /// Ends the run, so that no read transaction stays open, and forgets the values.
  void reset();

 private:
  struct Finalizer {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalizer> handle_;
};

/// BEGIN IMMEDIATE now; ROLLBACK when it goes out of scope without commit().
class Transaction {
 public:
  explicit Transaction(Database& database) : database_(database) {}
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> commit();

 private:
  Database& database_;
  bool open_ = false;
};

/// Resets on leaving the scope, whichever way.
class Run {
 public:
  explicit Run(Statement& statement) : statement_(statement) {}
  ~Run() { statement_.reset(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  Statement* operator->() { return &statement_; }

 private:
  Statement& statement_;
};

}  // namespace avbrottsvakt::sqlite
