#include "config/utf8.h"

namespace avbrottsvakt {

std::optional<std::size_t> invalid_utf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const auto first = static_cast<unsigned char>(text[at]);
    std::size_t width = 1;
    // The bounds of the second byte exclude overlong forms, surrogates and what lies beyond U+10FFFF.
    unsigned char low = 0x80;
    unsigned char high = 0xBF;
    if (first >= 0x80) {
      if (first < 0xC2 || first > 0xF4) return at;
      width = utf8_width(text[at]);
      if (first == 0xE0) low = 0xA0;
      if (first == 0xED) high = 0x9F;
      if (first == 0xF0) low = 0x90;
      if (first == 0xF4) high = 0x8F;
    }
    if (at + width > text.size()) return at;
    for (std::size_t i = 1; i < width; ++i) {
      const auto byte = static_cast<unsigned char>(text[at + i]);
      if (byte < low || byte > high) return at;
      low = 0x80;
      high = 0xBF;
    }
    at += width;
  }
  return std::nullopt;
}

}  // namespace avbrottsvakt
