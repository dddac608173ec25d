#pragma once

#include <tl/expected.hpp>
#include <utility>

#include "base/error.h"

namespace avbrottsvakt {

/// Success, or an Error. Mark each function that returns one [[nodiscard]]: the class is not.
template <typename T>
using Result = tl::expected<T, Error>;

/// A failure, to return from a function that gives a Result.
inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string remedy = {},
                                  Remedy action = Remedy::stop) {
  return tl::unexpected<Error>(Error(code, std::move(message), std::move(remedy), action));
}
inline tl::unexpected<Error> fail(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace avbrottsvakt
