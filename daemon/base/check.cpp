#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace avbrottsvakt::detail {

void check_failed(const char* condition, const char* file, int line) noexcept {
  std::fprintf(stderr, "avbrottsvakt: broken invariant: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace avbrottsvakt::detail
