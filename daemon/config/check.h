#pragma once

#include "config/region.h"

namespace avbrottsvakt {

/// All that belongs to a region, and all that is to be mended in it.
struct RegionCheck {
  RegionReading reading;  ///< findings of the others stand after those of catalogue and rules
  std::size_t sources = 0;
  std::size_t exercises = 0;
  std::size_t rule_tests = 0;  ///< files
};

/// Reads a region with its sources, the exercises beside its configuration and the tests beside its rules, as far as
/// each can be judged: sources once the configuration is in order, exercises once all names are known, tests of the
/// rules once catalogue and rules are in order. Plays none of them. Threads: any.
[[nodiscard]] RegionCheck check_region(const std::filesystem::path& file, const ReviewDay& on);

}  // namespace avbrottsvakt
