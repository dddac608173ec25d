#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "journal/journal.h"

namespace avbrottsvakt {

/// A journal's log of inputs, read from its beginning beside whoever owns it: takes no ownership and no lock that would
/// hold an owner up, and writes nothing. For replay.
///
/// It ends where the log ended when it was opened. Its last inputs may not have been applied by the owner yet.
///
/// Threads: one.
class InputLog {
 public:
  virtual ~InputLog() = default;

  /// The next inputs in order, at most `max`, fewer if they are large. Empty: there are no more.
  /// Errors: not_found, stop (inputs were removed before they were read); unavailable; corrupt; invalid_input, stop
  /// (stamps of two kinds).
  [[nodiscard]] virtual Result<std::vector<Journal::Record>> read(std::size_t max) = 0;

  /// Error: not_found.
  [[nodiscard]] virtual Result<std::string> load_bundle(const std::string& hash) = 0;
};

/// Whoever opens a log says this where its first inputs are gone: decisions rest on all that was heard, so the rest of
/// it would give others. `first` is the position of the oldest input that is left.
inline Error beginning_is_gone(const std::string& log, std::int64_t first, const std::string& kept_for) {
  return {ErrorCode::not_found,
          "the beginning of " + log + " is gone: its oldest input that is kept has position " + std::to_string(first) +
              ", and what was said rests on all of them",
          "replay a copy of the journal from before, or a recording that was made while all was there: replay "
          "--record FILE; inputs are kept for " +
              kept_for};
}

}  // namespace avbrottsvakt
