#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "model/output.h"

namespace avbrottsvakt {

/// How values on the output topics are written. Both hold the same; see proto/avbrottsvakt/v1/output.proto.
enum class OutputFormat : std::uint8_t { json, protobuf };

/// One record for the journal, with the attributes of CloudEvents 1.0 as its headers (Kafka binding, binary mode).
struct EncodedOutput {
  std::string topic;  ///< alerts, activations, report-prompts, incidents, dead-letter: without prefix
  std::string key;    ///< id of the incident, so that one incident's records keep their order; a dead letter's own
  std::string id;
  std::string value;
  std::vector<std::pair<std::string, std::string>> headers;
  friend bool operator==(const EncodedOutput&, const EncodedOutput&) = default;
};

/// ce_source is /avbrottsvakt/DOMAIN, ce_type se.avbrottsvakt.alert.v1 and so on, ce_time when it was said, ce_subject
/// the incident's number, ce_avbrottsvaktexercise "true" in a drill.
///
/// A dead letter is the record as its source gave it: key, value, and its headers first in their order; then what went
/// wrong, named as Kafka Connect names it (__connect.errors.*), and the ce_ attributes. Who looks for a header by name
/// takes the last.
///
/// The same output gives the same bytes, in the same build. Never fails; text that is not UTF-8 gets U+FFFD.
EncodedOutput encode_output(const Output& output, OutputFormat format);

/// One line of JSON, of a dead letter too (key, value and headers in base64). For tools that show outputs.
std::string output_json(const Output& output);

/// Reads what encode_output wrote, in either format, as content-type says. Of a dead letter's own header only what is
/// among the attributes comes back: id, at, domain, exercise. Never crashes, on any bytes.
/// Error: invalid_input (skip), with what was expected.
[[nodiscard]] Result<Output> decode_output(const EncodedOutput& record);

}  // namespace avbrottsvakt
