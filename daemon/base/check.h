#pragma once

namespace avbrottsvakt::detail {
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;
}

/// A broken invariant: says where, and aborts. The service manager restarts, the log restores the state.
#define AV_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::avbrottsvakt::detail::check_failed(#condition, __FILE__, __LINE__))
