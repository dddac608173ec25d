#include "journal/sqlite_schema.h"

namespace avbrottsvakt::sqlite {
namespace {

/// "Avbr": tells a journal from any other SQLite database.
constexpr std::int64_t kApplicationId = 0x41766272;
constexpr std::int64_t kSchemaVersion = 1;

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
    value BLOB NOT NULL
  );
  CREATE TABLE state (key TEXT PRIMARY KEY, value BLOB NOT NULL);
  CREATE TABLE outputs (
    seq INTEGER PRIMARY KEY,
    topic TEXT NOT NULL,
    key BLOB NOT NULL,
    id TEXT NOT NULL UNIQUE,
    value BLOB NOT NULL,
    headers TEXT NOT NULL            -- [["name","value"]], or ["bmFtZQ==","dmFsdWU=","base64"] where not UTF-8
  );
  CREATE TABLE positions (key TEXT PRIMARY KEY, value BLOB NOT NULL);
  CREATE TABLE bundles (hash TEXT PRIMARY KEY, value BLOB NOT NULL);
)sql";

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
  const auto version = database.number_of("SELECT schema_version FROM meta");
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
  return false;
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
