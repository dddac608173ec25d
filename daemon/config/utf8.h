#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace avbrottsvakt {

/// The bytes of the character that begins with `first`, of valid UTF-8.
inline std::size_t utf8_width(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/// A byte that begins a character.
inline bool utf8_begins(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

/// The offset of the first byte that is not part of valid UTF-8 (no surrogates, no overlong forms), if any.
std::optional<std::size_t> invalid_utf8(std::string_view text);

}  // namespace avbrottsvakt
