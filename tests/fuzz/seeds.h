#pragma once

#include <string>
#include <vector>

namespace avbrottsvakt::fuzz {

/// Where a fuzzer of this name begins: the payloads, files and values that other tests have, and nothing of its own.
std::vector<std::string> seeds_of(const std::string& target);

}  // namespace avbrottsvakt::fuzz
