// libFuzzer's entry, once for each target.
#include <cstddef>
#include <cstdint>

#include "targets.h"

// The name is libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // libFuzzer has bytes; what they are given to has text.
  avbrottsvakt::fuzz::AV_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
