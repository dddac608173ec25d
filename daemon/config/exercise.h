#pragma once

#include <filesystem>

#include "base/error.h"
#include "base/result.h"
#include "config/region.h"
#include "script/script.h"

namespace avbrottsvakt {

/// Inputs of one script, repetitions counted; beyond, it is refused. A night has some dozens.
inline constexpr std::size_t kScriptEventsMax = 100'000;

/// Reads a scripted disruption and checks it against the region that it is played in: what it names exists, its events
/// stand in the order in which they are heard, each command says which role gives it, and each expectation can be
/// missed.
///
/// Failure: all errors, each with its place.
[[nodiscard]] tl::expected<Script, Errors> load_exercise(const std::filesystem::path& file, const Region& region);

}  // namespace avbrottsvakt
