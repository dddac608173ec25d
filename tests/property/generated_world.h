#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/input.h"
#include "second_opinion.h"
#include "support/world.h"

namespace avbrottsvakt::testing {

/// How the signals of a world reach the log.
enum class Timing : std::uint8_t {
  prompt,  ///< each is stamped at the instant at which it happened, in that order
  ragged   ///< late by up to hours, ahead by up to minutes, several in one input, some twice
};

/// A region, what happened in it, and the log in which that was heard. All of it follows from the seed.
struct GeneratedWorld {
  std::uint64_t seed = 0;
  Timing timing = Timing::prompt;
  World world;                  ///< the first bundle, "bundle-1"
  std::vector<World> later;     ///< "bundle-2" and so on, in the order in which they are activated
  std::vector<Signal> signals;  ///< each once, in no order
  /// Planned work, as it stands when all has been heard.
  std::vector<SecondOpinion::Window> windows;
  std::vector<Input> log;  ///< ascending stamps; begins with the first Activate
  bool forgets = false;    ///< its horizon is shorter than its log
  bool people = false;     ///< there are commands in it
  bool beats = false;      ///< there are signs of life in it
  bool absences = false;   ///< there are Resumed in it
  Instant end{};           ///< after the last stamp; nothing is heard any more
  const World& last() const { return later.empty() ? world : later.back(); }
};

GeneratedWorld generate(std::uint64_t seed);

}  // namespace avbrottsvakt::testing
