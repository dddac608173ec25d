#pragma once

#include <string>
#include <string_view>

namespace avbrottsvakt {

/// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong, nothing above U+10FFFF).
bool is_utf8(std::string_view bytes);

/// The same text, with U+FFFD for each byte that is not part of well-formed UTF-8. Protobuf writes any bytes into a
/// text field but refuses to read them back: one such byte would make a record that nobody can read.
std::string to_utf8(std::string_view bytes);

/// RFC 4648 with padding.
std::string to_base64(std::string_view bytes);

}  // namespace avbrottsvakt
