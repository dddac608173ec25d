#include "journal/output_headers.h"

#include <simdjson.h>

#include "base/text.h"

namespace avbrottsvakt {

std::string headers_to_json(const OutputHeaders& headers) {
  std::string json = "[";
  for (const auto& [name, value] : headers) {
    if (json.size() > 1) json += ',';
    const bool text = is_utf8(name) && is_utf8(value);
    json += '[';
    append_json_string(text ? name : to_base64(name), json);
    json += ',';
    append_json_string(text ? value : to_base64(value), json);
    json += text ? "]" : ",\"base64\"]";
  }
  return json + "]";
}

Result<OutputHeaders> headers_from_json(std::string_view json) {
  const auto corrupt =
      fail(ErrorCode::corrupt, "the headers of a stored output cannot be read", "restore the journal from a copy");
  simdjson::dom::parser parser;
  simdjson::dom::array list;
  if (parser.parse(simdjson::padded_string(json)).get(list) != simdjson::SUCCESS) return corrupt;
  OutputHeaders headers;
  for (const simdjson::dom::element& item : list) {
    simdjson::dom::array parts;
    if (item.get(parts) != simdjson::SUCCESS || parts.size() < 2 || parts.size() > 3) return corrupt;
    std::string_view name;
    std::string_view value;
    if (parts.at(0).get(name) != simdjson::SUCCESS || parts.at(1).get(value) != simdjson::SUCCESS) return corrupt;
    if (parts.size() == 2) {
      headers.emplace_back(name, value);
      continue;
    }
    const auto name_bytes = from_base64(name);
    const auto value_bytes = from_base64(value);
    if (!name_bytes || !value_bytes) return corrupt;
    headers.emplace_back(*name_bytes, *value_bytes);
  }
  return headers;
}

}  // namespace avbrottsvakt
