#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace google::protobuf {
class Message;
}

namespace avbrottsvakt {

/// A message as people read it: keys are the schema's names in the schema's order, a value of an enum is its lower-case
/// word without prefix ("critical"), numbers are numbers. Empty texts and lists, absent messages and unspecified enums
/// are left out; false and 0 are written, unless the field is optional and absent. Bytes are base64. One line.
/// The same message gives the same bytes.
std::string write_json(const google::protobuf::Message& message);

/// What a key means that the schema does not have.
enum class UnknownKeys : std::uint8_t {
  pass_over,  ///< what programs wrote: a newer version may have added it
  refuse,     ///< what people wrote: it is a slip of the pen, and what was meant would be lost
};

/// Reads what write_json writes into an empty message. Messages with bytes in them are not read. Never crashes, on any
/// bytes.
/// A key that stands twice in one object, and two values where the schema has a choice, are refused in either case.
/// Error: invalid_input (skip), with a JSON Pointer to what is wrong, and what was expected there.
[[nodiscard]] Result<void> read_json(std::string_view text, UnknownKeys unknown_keys,
                                     google::protobuf::Message& message);

}  // namespace avbrottsvakt
