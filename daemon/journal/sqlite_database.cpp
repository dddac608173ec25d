#include "journal/sqlite_database.h"

#include <charconv>
#include <limits>

#include "base/check.h"
#include "base/digest.h"

namespace avbrottsvakt::sqlite {
namespace {

/// A path as SQLite's URIs want it.
std::string immutable_uri(const std::string& path) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string uri = "file:";
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '%' || c == '?' || c == '#') {
      uri += '%';
      uri += kHex[byte >> 4];
      uri += kHex[byte & 0xf];
    } else {
      uri += c;
    }
  }
  return uri + "?immutable=1";
}

/// As SQLite's own default.
constexpr int kCheckpointPages = 1000;

int checkpoint(void*, sqlite3* handle, const char* name, int pages) {
  if (pages < kCheckpointPages) return SQLITE_OK;
  const int code = sqlite3_wal_checkpoint_v2(handle, name, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  const int kind = code & 0xff;  // without the extension
  // Held up by a reader or by a full disk, it is done after a later commit: until then the log of writes has it all.
  return kind == SQLITE_IOERR || kind == SQLITE_CORRUPT ? code : SQLITE_OK;
}

void row_sum(sqlite3_context* context, int count, sqlite3_value** values) {
  Digest digest;
  for (int i = 0; i < count; ++i) {
    if (sqlite3_value_type(values[i]) == SQLITE_INTEGER) {
      digest.add(std::int64_t{sqlite3_value_int64(values[i])});
      continue;
    }
    const auto* const data = static_cast<const char*>(sqlite3_value_blob(values[i]));
    digest.add(data == nullptr ? std::string_view()
                               : std::string_view(data, static_cast<std::size_t>(sqlite3_value_bytes(values[i]))));
  }
  // 63 bits, so that it is the same number to whoever reads the file with another tool.
  const std::string digits = digest.hex().substr(0, 16);
  std::uint64_t sum = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), sum, 16);
  sqlite3_result_int64(context, static_cast<sqlite3_int64>(sum >> 1));
}

}  // namespace

Result<Database> Database::open(const std::string& path, Mode mode, Millis busy_timeout) {
  sqlite3* handle = nullptr;
  // Each connection is used by one thread at a time, so SQLite need not lock it again.
  const int flags = SQLITE_OPEN_NOMUTEX |
                    (mode == Mode::create ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY) |
                    (mode == Mode::immutable ? SQLITE_OPEN_URI : 0);
  const std::string name = mode == Mode::immutable ? immutable_uri(path) : path;
  const int code = sqlite3_open_v2(name.c_str(), &handle, flags, nullptr);
  Database database(path, handle);
  if (code != SQLITE_OK) {
    return fail(
        ErrorCode::io,
        "cannot open the journal " + path + ": " + (handle == nullptr ? "out of memory" : sqlite3_errmsg(handle)),
        mode == Mode::create ? "check that its folder exists and that this user may write there"
                             : "check that it exists and that this user may read it");
  }
  sqlite3_extended_result_codes(handle, 1);
  sqlite3_create_function_v2(handle, "row_sum", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr, row_sum, nullptr,
                             nullptr, nullptr);
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
  return database;
}

Result<Statement> Database::prepare(const char* sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return fail(error(sql));
  return Statement(statement);
}

Result<void> Database::execute(const char* sql) {
  if (sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return fail(error(sql));
  return {};
}

Result<std::string> Database::text_of(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return fail(statement.error());
  if (statement->step() != SQLITE_ROW) return fail(error(sql));
  return statement->bytes(0);
}

Result<std::int64_t> Database::number_of(const char* sql) {
  auto statement = prepare(sql);
  if (!statement) return fail(statement.error());
  if (statement->step() != SQLITE_ROW) return fail(error(sql));
  return statement->number(0);
}

void Database::tell_of_checkpoints() { sqlite3_wal_hook(handle(), checkpoint, nullptr); }

Error Database::error(std::string_view doing) const {
  const int code = sqlite3_errcode(handle()) & 0xff;  // without the extension
  const std::string message =
      "the journal " + path_ + ": " + sqlite3_errmsg(handle()) + " (while: " + std::string(doing) + ")";
  switch (code) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::unavailable, message, "no other program may write to the journal", Remedy::retry};
    case SQLITE_FULL:
      return {ErrorCode::unavailable, message, "free space on its disk", Remedy::retry};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      // What cannot be read counts as damaged too, and may be readable again.
      return {ErrorCode::corrupt, message,
              "check the disk and start again; if it stays so, restore the journal from a copy", Remedy::stop};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {ErrorCode::io, message, "check that this user may write the file and its folder", Remedy::stop};
    default:
      return {ErrorCode::unavailable, message, "check the disk", Remedy::stop};
  }
}

Statement& Statement::bind(int index, std::int64_t value) {
  AV_CHECK(sqlite3_bind_int64(handle_.get(), index, value) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_text(int index, std::string_view value) {
  // An empty view may have no address, which SQLite would take for NULL.
  const char* const data = value.data() == nullptr ? "" : value.data();
  AV_CHECK(sqlite3_bind_text64(handle_.get(), index, data, value.size(), SQLITE_STATIC, SQLITE_UTF8) == SQLITE_OK);
  return *this;
}

Statement& Statement::bind_blob(int index, std::string_view value) {
  const char* const data = value.data() == nullptr ? "" : value.data();
  AV_CHECK(sqlite3_bind_blob64(handle_.get(), index, data, value.size(), SQLITE_STATIC) == SQLITE_OK);
  return *this;
}

std::string Statement::bytes(int column) {
  const auto* const data = static_cast<const char*>(sqlite3_column_blob(handle_.get(), column));
  const int size = sqlite3_column_bytes(handle_.get(), column);
  return data == nullptr ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

Transaction::~Transaction() {
  // A failed ROLLBACK means that SQLite has rolled back by itself.
  if (open_) static_cast<void>(sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr));
}

Result<void> Transaction::begin() {
  auto begun = database_.execute("BEGIN IMMEDIATE");
  open_ = begun.has_value();
  return begun;
}

Result<void> Transaction::commit() {
  auto committed = database_.execute("COMMIT");
  // After a failure the destructor rolls back what may be left of it.
  if (committed) open_ = false;
  return committed;
}

}  // namespace avbrottsvakt::sqlite
