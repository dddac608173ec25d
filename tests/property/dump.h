#pragma once

#include <string>

#include "engine/engine.h"

namespace avbrottsvakt::testing {

/// An output as text, all that a reader could tell apart: what is compared where two runs must say the same.
std::string dump(const Output& output);
std::string dump(const Engine::NodeFacts& facts);
std::string dump(const Signal& signal);

}  // namespace avbrottsvakt::testing
