#pragma once

#include <string>

#include "mapping/evaluate.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {

// CloudEvents 1.0 as records carry them: the specification's JSON format and its binding to Kafka.

/// How a record carries its event.
enum class CloudEventMode : std::uint8_t {
  structured,  ///< the value is the whole event: content-type application/cloudevents+json, or no headers of an event
  binary       ///< attributes in headers ce_*, the value is the data: content-type application/json or something+json
};

/// Fails with what is wrong with the content-type: another format than JSON.
Outcome<CloudEventMode> cloud_event_mode(const Payload& payload);

/// The document of a binary event, as the structured one would be. `payload.value` must be one JSON document: it is
/// copied into the text as it is.
std::string binary_document(const Payload& payload);

/// Whether the document has what every event must have: specversion 1.0, and id, source and type, which are not empty.
Outcome<void> check_attributes(simdjson::dom::element document);

}  // namespace avbrottsvakt
