#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "engine/state.h"

namespace avbrottsvakt {

/// The value that the journal keeps under key_of(record). Never fails.
std::string encode_state(const StateRecord& record);
std::string encode_state(const StateView& record);

/// Never crashes, on any bytes.
/// Errors: incompatible (stop: written by a newer version); corrupt (stop: not a state record, or not that of `key`).
[[nodiscard]] Result<StateRecord> decode_state(std::string_view key, std::string_view bytes);

}  // namespace avbrottsvakt
