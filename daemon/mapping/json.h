#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

#include "mapping/pointer.h"

namespace avbrottsvakt {

/// What stands where a pointer points.
enum class Found { absent, text, structure };

/// Walks from `from`. Absent, null, an index beyond the end and a step into a scalar are all simdjson::NO_SUCH_FIELD.
simdjson::simdjson_result<simdjson::dom::element> find(simdjson::dom::element from, const JsonPointer& pointer);

/// A scalar as text: strings as they are, numbers and booleans as JSON writes them. Appends to `out`; false for
/// objects, arrays and null.
bool append_text(simdjson::dom::element element, std::string& out);

/// find() and append_text(). null counts as absent.
Found text_at(simdjson::dom::element from, const JsonPointer& pointer, std::string& out);

/// Within quotation marks, control characters escaped, U+FFFD for what is not UTF-8 (headers may be anything), of at
/// most 64 bytes: what a payload carries is shown to people and written to logs.
std::string in_quotes(std::string_view text);

/// At most `bytes_max` bytes, cut where a character ends.
std::string_view cut(std::string_view text, std::size_t bytes_max);

}  // namespace avbrottsvakt
