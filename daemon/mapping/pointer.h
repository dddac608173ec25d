#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace avbrottsvakt {

/// A JSON Pointer (RFC 6901), taken apart once: "/hosts/0/host". The empty text points at the whole document.
struct JsonPointer {
  std::string text;
  std::vector<std::string> tokens;

  /// Errors: invalid_input; the column is in Error::place.
  [[nodiscard]] static Result<JsonPointer> parse(std::string_view text);
};

/// Text with pointers in braces: "{/host}!{/service}". "{{" and "}}" are single braces.
struct Template {
  struct Part {
    std::string literal;
    std::optional<JsonPointer> pointer;  ///< after the literal
  };
  std::string text;
  std::vector<Part> parts;

  /// Errors: invalid_input; the column is in Error::place.
  [[nodiscard]] static Result<Template> parse(std::string_view text);
};

}  // namespace avbrottsvakt
