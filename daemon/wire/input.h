#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/input.h"

namespace avbrottsvakt {

/// The record that the log keeps of an input. The stamp is not in it: it comes from the journal. Never fails; bytes
/// that are not UTF-8 become U+FFFD in texts (never in an unreadable record's key, value and headers).
std::string encode_input(const Input& input);

/// Never crashes, on any bytes.
/// Errors: invalid_input (skip: it is not an input, or goes beyond model/limits.h; make a dead letter of it);
/// incompatible (stop: written by a newer version).
[[nodiscard]] Result<Input> decode_input(std::string_view bytes, LogTime stamp);

/// Our own Protobuf Signal, as producers send it on the topic of the source with this identifier. Its time must lie
/// between 2000 and 2100.
/// Error: invalid_input (skip), with the field and what was expected of it.
[[nodiscard]] Result<Signal> decode_signal(std::string_view source, std::string_view bytes);

/// The same, the other way: for producers of ours and for tests.
std::string encode_signal(const Signal& signal);

/// A command as JSON, one object: what a source with decode command_json carries a record. Keys are those of
/// proto/avbrottsvakt/v1/command.proto; one that is unknown or stands twice is refused, as are two commands in one and
/// times outside 2000 to 2100. Never crashes, on any bytes.
/// Error: invalid_input (skip), with the field and what was expected of it.
[[nodiscard]] Result<Command> decode_command(std::string_view json);
/// The same, the other way. One line.
std::string encode_command(const Command& command);
inline constexpr std::size_t kCommandJsonBytesMax = std::size_t{64} * 1024;

}  // namespace avbrottsvakt
