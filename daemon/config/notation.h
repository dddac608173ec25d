#pragma once

#include <string>
#include <string_view>

#include "avbrottsvakt/v1/options.pb.h"
#include "base/result.h"

namespace avbrottsvakt {

/// Whether `text` can be read in the notation, by the parser that reads it later.
///
/// Error: invalid_input; the message completes "expected ..., ". Error::place.column is the column in `text`, counted
/// in characters from 1, if the parser knows it, else 0.
[[nodiscard]] Result<void> check_notation(v1::Notation notation, std::string_view text);

/// "a duration like 90m or 1h30m"
std::string describe(v1::Notation notation);

/// "service", "duty holder"
std::string describe(v1::Reference reference);

}  // namespace avbrottsvakt
