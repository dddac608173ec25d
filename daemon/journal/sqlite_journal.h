#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "base/time.h"
#include "journal/embedded_journal.h"

namespace avbrottsvakt {

struct SqliteJournalOptions {
  std::string path;       ///< of the database; PATH-wal, PATH-shm and PATH.lock lie beside it. On a local disk
  bool exercise = false;  ///< a drill, whose stamps a script may set. Fixed for good when the file is made
  /// Inputs that are applied are kept for replay: at most this many, and at most this long before the last commit. What
  /// is not applied is never removed, and neither are outputs: they are records.
  std::int64_t applied_inputs_max = 1'000'000;
  Millis applied_inputs_for{std::chrono::days{7}};
  std::size_t input_bytes_max = std::size_t{16} * 1024 * 1024;  ///< a longer one is refused
  /// How long to wait for a stranger, a backup say, who holds the database.
  Millis busy_timeout{5000};
};

/// Opens the embedded journal: one SQLite database in WAL mode, one transaction per commit, on disk when commit() and
/// append() return. Makes it if there is none. Holds PATH.lock until close(), so that no second process, and no second
/// journal of this one, comes near.
///
/// Stamps are the clock's wall time, but never fall: while it is behind the last stamp, that one is given again.
/// Appends by several threads take turns. append_all is all or nothing. The outcome of a failed commit or append is
/// unknown only if the disk failed; then it is unavailable with Remedy::stop, and so is every later call, of any
/// thread: nothing that is read back can be relied on. Likewise corrupt, once it has been met.
///
/// `clock` must outlive the journal.
/// Errors: conflict (another has it: the message names the process); corrupt (damaged, or not a journal); incompatible
/// (made by a newer version); invalid_input (an exercise in the file of a real run, or the other way); io.
[[nodiscard]] Result<std::unique_ptr<EmbeddedJournal>> open_sqlite_journal(const SqliteJournalOptions& options,
                                                                           const Clock& clock);

}  // namespace avbrottsvakt
