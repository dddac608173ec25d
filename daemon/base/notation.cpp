#include "base/notation.h"

#include <algorithm>
#include <utility>

namespace avbrottsvakt {

int column_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte, text.size()));
  return 1 + static_cast<int>(std::count_if(before.begin(), before.end(),
                                            [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

Error notation_error(std::string_view text, std::size_t byte, std::string message, std::string remedy) {
  Error error(ErrorCode::invalid_input, std::move(message), std::move(remedy));
  error.place.column = column_of(text, byte);
  return error;
}

}  // namespace avbrottsvakt
