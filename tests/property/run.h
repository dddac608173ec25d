#pragma once

#include <string>
#include <vector>

#include "generated_world.h"
#include "random.h"

namespace avbrottsvakt::testing {

/// What came out of a log.
struct Outcome {
  std::vector<Output> outputs;
  std::vector<Engine::NodeFacts> facts;

  std::string outputs_text() const;
  std::string facts_text() const;
};

/// One engine, every input once, then silence until the world's end.
Outcome run(const GeneratedWorld& world, const std::vector<Input>& log);

/// The same log, but the process is killed at random instants: what was not committed is lost and read again by a new
/// engine that was restored from what was. Commits come after 1 to `batch_most` inputs.
Outcome run_with_crashes(const GeneratedWorld& world, Random random, std::size_t batch_most);

/// The log with empty ticks anywhere, and an owner that ticks at every deadline.
std::vector<Input> with_ticks(const GeneratedWorld& world, Random random);

}  // namespace avbrottsvakt::testing
