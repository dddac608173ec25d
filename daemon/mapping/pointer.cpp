#include "mapping/pointer.h"

#include <algorithm>

namespace avbrottsvakt {
namespace {

/// Columns count characters, as editors do: continuation bytes of UTF-8 are not characters.
tl::unexpected<Error> fail_at(std::string_view text, std::size_t byte, const std::string& message, std::string remedy) {
  const auto characters = std::count_if(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte),
                                        [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; });
  Error error(ErrorCode::invalid_input, message + " at column " + std::to_string(characters + 1), std::move(remedy));
  error.place.column = static_cast<int>(characters + 1);
  return fail(std::move(error));
}

}  // namespace

Result<JsonPointer> JsonPointer::parse(std::string_view text) {
  JsonPointer pointer;
  pointer.text = text;
  if (text.empty()) {
    return pointer;
  }
  if (text.front() != '/') {
    return fail_at(text, 0, "a JSON Pointer must begin with /, but \"" + pointer.text + "\" does not",
                   "write /" + pointer.text);
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '/') {
      pointer.tokens.emplace_back();
    } else if (text[i] == '~') {
      if (i + 1 >= text.size() || (text[i + 1] != '0' && text[i + 1] != '1')) {
        return fail_at(text, i, "~ in a JSON Pointer must be followed by 0 or 1", "write ~0 for ~, and ~1 for /");
      }
      pointer.tokens.back() += text[i + 1] == '0' ? '~' : '/';
      ++i;
    } else {
      pointer.tokens.back() += text[i];
    }
  }
  return pointer;
}

Result<Template> Template::parse(std::string_view text) {
  Template result;
  result.text = text;
  std::string literal;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool doubled = i + 1 < text.size() && text[i + 1] == text[i];
    if ((text[i] == '{' || text[i] == '}') && doubled) {
      literal += text[i];
      ++i;
    } else if (text[i] == '}') {
      return fail_at(text, i, "} without {", "write }} for a brace");
    } else if (text[i] == '{') {
      const std::size_t end = text.find('}', i);
      if (end == std::string_view::npos) {
        return fail_at(text, i, "{ without }", "write {{ for a brace");
      }
      auto pointer = JsonPointer::parse(text.substr(i + 1, end - i - 1));
      if (!pointer) {
        const int column = std::max(pointer.error().place.column, 1);
        return fail_at(text, i + static_cast<std::size_t>(column), "this is not a JSON Pointer",
                       pointer.error().remedy);
      }
      result.parts.push_back({std::move(literal), std::move(*pointer)});
      literal.clear();
      i = end;
    } else {
      literal += text[i];
    }
  }
  if (!literal.empty()) {
    result.parts.push_back({std::move(literal), std::nullopt});
  }
  if (result.parts.empty()) {
    return fail(ErrorCode::invalid_input, "a template must not be empty", "write a pointer in braces: \"{/id}\"");
  }
  return result;
}

}  // namespace avbrottsvakt
