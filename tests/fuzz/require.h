#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/text.h"

namespace avbrottsvakt::fuzz {

/// Ends the program with the reason, so that the bytes that led here are kept.
inline void require(bool holds, std::string_view promise) {
  if (!holds) {
    std::fprintf(stderr, "does not hold: %.*s\n", static_cast<int>(promise.size()), promise.data());
    std::abort();
  }
}

/// What every error keeps to, whoever caused it.
inline void require_said(const Error& error) {
  require(!error.message.empty(), "an error says what is wrong");
  require(is_utf8(error.message) && is_utf8(error.remedy), "an error can be written down");
}

}  // namespace avbrottsvakt::fuzz
