#pragma once

#include <filesystem>

#include "avbrottsvakt/v1/exercise.pb.h"
#include "base/error.h"
#include "base/result.h"
#include "config/region.h"

namespace avbrottsvakt {

/// Reads a scripted disruption and checks it against the region that it is played in: what it names exists, its events
/// stand in the order in which they are heard, and each command says which role gives it.
///
/// Failure: all errors, each with its place.
[[nodiscard]] tl::expected<v1::Exercise, Errors> load_exercise(const std::filesystem::path& file, const Region& region);

}  // namespace avbrottsvakt
