#include "mapping/json.h"

#include <algorithm>
#include <charconv>

#include "base/text.h"

namespace avbrottsvakt {

namespace dom = simdjson::dom;

simdjson::simdjson_result<dom::element> find(dom::element from, const JsonPointer& pointer) {
  dom::element here = from;
  for (const std::string& token : pointer.tokens) {
    dom::object object;
    dom::array array;
    dom::element next;
    auto error = simdjson::NO_SUCH_FIELD;
    if (here.get(object) == simdjson::SUCCESS) {
      error = object.at_key(token).get(next);
    } else if (here.get(array) == simdjson::SUCCESS) {
      std::size_t index = 0;
      const char* end = token.data() + token.size();
      const auto parsed = std::from_chars(token.data(), end, index);
      // RFC 6901: no leading zeros, so that an element has one pointer.
      const bool is_index = parsed.ec == std::errc() && parsed.ptr == end && (token == "0" || token.front() != '0');
      if (is_index) {
        error = array.at(index).get(next);
      }
    }
    if (error != simdjson::SUCCESS) {
      return simdjson::NO_SUCH_FIELD;
    }
    here = next;
  }
  if (here.is_null()) {
    return simdjson::NO_SUCH_FIELD;
  }
  return here;
}

bool append_text(dom::element element, std::string& out) {
  switch (element.type()) {
    case dom::element_type::STRING: {
      std::string_view text;
      if (element.get(text) != simdjson::SUCCESS) {
        return false;
      }
      out += text;
      return true;
    }
    case dom::element_type::INT64:
    case dom::element_type::UINT64:
    case dom::element_type::DOUBLE:
    case dom::element_type::BOOL:
      out += simdjson::minify(element);
      return true;
    case dom::element_type::ARRAY:
    case dom::element_type::OBJECT:
    case dom::element_type::NULL_VALUE:
      return false;
  }
  return false;
}

Found text_at(dom::element from, const JsonPointer& pointer, std::string& out) {
  dom::element element;
  if (find(from, pointer).get(element) != simdjson::SUCCESS) {
    return Found::absent;
  }
  return append_text(element, out) ? Found::text : Found::structure;
}

std::string in_quotes(std::string_view text) {
  static constexpr std::string_view digits = "0123456789abcdef";
  const std::string_view beginning = cut(text, 64);
  std::string out = "\"";
  for (const char c : to_utf8(beginning)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += "\\x";
      out += digits[byte >> 4U];
      out += digits[byte & 15U];
    } else {
      out += c;
    }
  }
  out += beginning.size() < text.size() ? "…\"" : "\"";
  return out;
}

std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) {
    return text;
  }
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) {
    --end;
  }
  return text.substr(0, end);
}

}  // namespace avbrottsvakt
