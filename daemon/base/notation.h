#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace avbrottsvakt {

/// The column of a byte of `text`, counted from 1 in characters: UTF-8 continuation bytes do not count.
int column_of(std::string_view text, std::size_t byte);

/// The error of a small notation ("90m", "50% of rto"): invalid_input, with the column of `byte` in Error::place. The
/// loader adds the column at which the scalar itself begins.
Error notation_error(std::string_view text, std::size_t byte, std::string message, std::string remedy = {});

}  // namespace avbrottsvakt
