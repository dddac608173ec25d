#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace avbrottsvakt {

using OutputHeaders = std::vector<std::pair<std::string, std::string>>;

/// [["ce_id","..."],["content-type","..."]]. A pair that is not UTF-8, as a dead letter's source may have written, is
/// ["bmFtZQ==","dmFsdWU=","base64"].
std::string headers_to_json(const OutputHeaders& headers);

/// Error: corrupt.
[[nodiscard]] Result<OutputHeaders> headers_from_json(std::string_view json);

}  // namespace avbrottsvakt
