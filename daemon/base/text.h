#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace avbrottsvakt {

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing above U+10FFFF).
bool is_utf8(std::string_view bytes);

/// The same text, with U+FFFD for each byte that is not part of well-formed UTF-8. Protobuf writes any bytes into a
/// text field but refuses to read them back: one such byte would make a record that nobody can read.
std::string to_utf8(std::string_view bytes);

/// RFC 4648, standard alphabet, with padding.
std::string to_base64(std::string_view bytes);
/// Exactly what to_base64 writes; nothing for anything else.
std::optional<std::string> from_base64(std::string_view text);

/// Appends the text as a JSON string, quotes included. What is not UTF-8 becomes U+FFFD; characters beyond ASCII stay
/// as they are, for people to read.
void append_json_string(std::string_view text, std::string& out);

}  // namespace avbrottsvakt
