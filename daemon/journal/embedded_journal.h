#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "journal/journal.h"

namespace avbrottsvakt {

/// A journal whose outputs lie in it, for want of topics: whoever delivers or shows them reads them here.
class EmbeddedJournal : public Journal {
 public:
  struct StoredOutput {
    std::int64_t sequence = 0;  ///< counts from 1, without gaps, in the order in which they were said
    OutputRecord record;
  };

  /// Committed outputs after `after_sequence`, at most `max`, in their order; fewer if they are large, none only if
  /// there are none. Any thread; never waits for the owner.
  /// Errors: unavailable, corrupt.
  [[nodiscard]] virtual Result<std::vector<StoredOutput>> read_outputs(std::int64_t after_sequence,
                                                                       std::size_t max) = 0;
};

}  // namespace avbrottsvakt
