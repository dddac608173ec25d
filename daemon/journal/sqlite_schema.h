#pragma once

#include <string>

#include "base/result.h"
#include "journal/sqlite_database.h"

namespace avbrottsvakt::sqlite {

/// Whose file it is. True: it is empty. Errors: corrupt (somebody else's database), incompatible (a newer version's).
[[nodiscard]] Result<bool> check_identity(Database& database, const std::string& path);

/// Compares a file with what this program and this run expect of it, and reads it through for damage. True: it is
/// empty. Errors: those of check_identity(); corrupt (damaged); invalid_input (exercise and real run mixed).
[[nodiscard]] Result<bool> check_schema(Database& database, const std::string& path, bool exercise);

/// Brings a file of an older version up to this one. What it holds is then as it was, and as unproved.
[[nodiscard]] Result<void> upgrade_schema(Database& database);

/// Makes the tables in an empty file.
[[nodiscard]] Result<void> create_schema(Database& database, bool exercise);

}  // namespace avbrottsvakt::sqlite
