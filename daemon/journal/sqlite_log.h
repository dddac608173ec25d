#pragma once

#include <memory>
#include <string>

#include "journal/input_log.h"

namespace avbrottsvakt {

/// Opens the log of inputs of an embedded journal, of a real run or an exercise.
///
/// A daemon that has the journal open goes on undisturbed: each read() is a short reading transaction, so that its
/// write-ahead log does not grow. Where no daemon has it open, nothing is put beside the file either; should one open
/// it meanwhile, read() says so, and has given nothing that was not whole.
///
/// Errors: io (there is no such file, or it may not be read); corrupt (not a journal); incompatible; not_found (the
/// beginning of the log is gone, or nothing was ever written); unavailable.
[[nodiscard]] Result<std::unique_ptr<InputLog>> open_sqlite_log(const std::string& path);

}  // namespace avbrottsvakt
