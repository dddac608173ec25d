#include "journal/sqlite_schema.h"

#include <array>

namespace avbrottsvakt::sqlite {
namespace {

/// "Avbr": tells a journal from any other SQLite database.
constexpr std::int64_t kApplicationId = 0x41766272;
constexpr std::int64_t kSchemaVersion = 2;
/// From this one on rows carry their sum.
constexpr std::int64_t kSumsSince = 2;

constexpr const char* kTables = R"sql(
  PRAGMA application_id = 1098277490;
  CREATE TABLE meta (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    schema_version INTEGER NOT NULL,
    exercise INTEGER NOT NULL,
    epoch INTEGER NOT NULL,          -- counts owners: whoever has an older one is fenced
    next_position INTEGER NOT NULL,  -- of the first input not yet applied
    now_ms INTEGER,                  -- of the last commit; NULL before the first
    outputs INTEGER NOT NULL         -- how many were said
  );
  CREATE TABLE inputs (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    stamp_ms INTEGER NOT NULL,
    sum INTEGER,                     -- of the columns that the journal writes, in each table; NULL: before version 2
    value BLOB NOT NULL
  );
  CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL, sum INTEGER);
  CREATE TABLE outputs (
    seq INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    key BLOB NOT NULL,
    id TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    sum INTEGER,
    headers TEXT NOT NULL            -- [["name","value"]], or ["bmFtZQ==","dmFsdWU=","base64"] where not UTF-8
  );
  CREATE TABLE positions (key TEXT PRIMARY KEY, value BLOB NOT NULL, sum INTEGER);
  CREATE TABLE bundles (hash TEXT PRIMARY KEY, value BLOB NOT NULL);
)sql";

constexpr const char* kAddSums = R"sql(
  ALTER TABLE inputs ADD COLUMN sum INTEGER;
  ALTER TABLE state ADD COLUMN sum INTEGER;
  ALTER TABLE outputs ADD COLUMN sum INTEGER;
  ALTER TABLE positions ADD COLUMN sum INTEGER;
  UPDATE meta SET schema_version = 2;
)sql";

struct Sums {
  const char* table;
  const char* damaged;  ///< how many rows are not what was written
};
constexpr std::array<Sums, 4> kSums = {{
    {"inputs", "SELECT count(*) FROM inputs WHERE sum IS NOT NULL AND sum <> row_sum(stamp_ms, value)"},
    {"state", "SELECT count(*) FROM state WHERE sum IS NOT NULL AND sum <> row_sum(key, value)"},
    {"outputs",
     "SELECT count(*) FROM outputs WHERE sum IS NOT NULL AND sum <> row_sum(topic, key, id, value, headers)"},
    {"positions", "SELECT count(*) FROM positions WHERE sum IS NOT NULL AND sum <> row_sum(key, value)"},
}};

Result<std::int64_t> version_of(Database& database) { return database.number_of("SELECT schema_version FROM meta"); }

/// SQLite sees whether its pages hang together, not whether what lies in them is what was written.
Result<void> check_sums(Database& database, const std::string& path) {
  for (const Sums& sums : kSums) {
    const auto damaged = database.number_of(sums.damaged);
    if (!damaged) return fail(damaged.error());
    if (*damaged > 0) {
      return fail(ErrorCode::corrupt,
                  "the journal " + path + " is damaged: " + std::to_string(*damaged) + " rows of " + sums.table +
                      " are not what was written",
                  "check the disk, and restore the journal from a copy");
    }
  }
  return {};
}

}  // namespace

Result<bool> check_identity(Database& database, const std::string& path) {
  const auto tables = database.number_of("SELECT count(*) FROM sqlite_schema");
  if (!tables) return fail(tables.error());
  if (*tables == 0) return true;

  const auto application = database.number_of("PRAGMA application_id");
  if (!application) return fail(application.error());
  if (*application != kApplicationId) {
    return fail(ErrorCode::corrupt, path + " is a database of another program, not a journal",
                "name a file that does not exist yet");
  }
  const auto version = version_of(database);
  if (!version) return fail(version.error());
  if (*version > kSchemaVersion) {
    return fail(ErrorCode::incompatible,
                "the journal " + path + " is of version " + std::to_string(*version) + ", this program knows up to " +
                    std::to_string(kSchemaVersion),
                "run the newer version of avbrottsvakt that made it");
  }
  return false;
}

Result<bool> check_schema(Database& database, const std::string& path, bool exercise) {
  const auto empty = check_identity(database, path);
  if (!empty || *empty) return empty;
  const auto is_exercise = database.number_of("SELECT exercise FROM meta");
  if (!is_exercise) return fail(is_exercise.error());
  if ((*is_exercise != 0) != exercise) {
    return fail(ErrorCode::invalid_input,
                exercise ? "the journal " + path + " is that of a real run, and this is an exercise"
                         : "the journal " + path + " is that of an exercise, and this is a real run",
                "use a journal of its own: what was never real must not stand beside what was");
  }
  const auto checked = database.text_of("PRAGMA quick_check(1)");
  if (!checked) return fail(checked.error());
  if (*checked != "ok") {
    return fail(ErrorCode::corrupt, "the journal " + path + " is damaged: " + *checked,
                "restore the journal from a copy");
  }
  const auto version = version_of(database);
  if (!version) return fail(version.error());
  if (*version >= kSumsSince) {
    if (auto ok = check_sums(database, path); !ok) return fail(ok.error());
  }
  return false;
}

Result<void> upgrade_schema(Database& database) {
  Transaction transaction(database);
  if (auto begun = transaction.begin(); !begun) return begun;
  const auto version = version_of(database);
  if (!version) return fail(version.error());
  if (*version >= kSumsSince) return {};
  if (auto added = database.execute(kAddSums); !added) return added;
  return transaction.commit();
}

Result<void> create_schema(Database& database, bool exercise) {
  Transaction transaction(database);
  if (auto begun = transaction.begin(); !begun) return begun;
  if (auto made = database.execute(kTables); !made) return made;
  auto insert = database.prepare(
      "INSERT INTO meta (id, schema_version, exercise, epoch, next_position, outputs) VALUES (1, ?1, ?2, 0, 1, 0)");
  if (!insert) return fail(insert.error());
  insert->bind(1, kSchemaVersion).bind(2, exercise ? 1 : 0);
  if (insert->step() != SQLITE_DONE) return fail(database.error("making the journal"));
  insert->reset();
  return transaction.commit();
}

}  // namespace avbrottsvakt::sqlite
