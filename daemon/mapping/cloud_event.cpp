#include "mapping/cloud_event.h"

#include <algorithm>

#include "base/text.h"

namespace avbrottsvakt {
namespace {

constexpr std::string_view kStructured = "application/cloudevents";
constexpr std::string_view kAttribute = "ce_";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

/// Of headers that come twice, the first counts, as with members of an object.
const std::string* header(const Payload& payload, std::string_view name) {
  const auto found = std::find_if(payload.headers.begin(), payload.headers.end(),
                                  [&](const Header& header) { return lower_case(header.name) == name; });
  return found == payload.headers.end() ? nullptr : &found->value;
}

/// "application/json" of "Application/JSON; charset=utf-8".
std::string media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  const std::size_t first = content_type.find_first_not_of(" \t");
  const std::size_t last = content_type.find_last_not_of(" \t");
  return first == std::string_view::npos ? std::string() : lower_case(content_type.substr(first, last - first + 1));
}

}  // namespace

Outcome<CloudEventMode> cloud_event_mode(const Payload& payload) {
  const std::string* content_type = header(payload, "content-type");
  const std::string type = content_type == nullptr ? std::string() : media_type(*content_type);
  if (type.starts_with(kStructured)) {
    if (type != kStructured && type != "application/cloudevents+json") {
      return refuse("unsupported_format", "expected the content-type application/cloudevents+json, found " +
                                              in_quotes(*content_type) + "; send one event a record, as JSON");
    }
    return CloudEventMode::structured;
  }
  if (header(payload, "ce_specversion") == nullptr) {
    return CloudEventMode::structured;
  }
  if (!type.empty() && type != "application/json" && type != "text/json" && !type.ends_with("+json")) {
    return refuse("unsupported_format", "expected data of the content-type application/json, found " +
                                            in_quotes(*content_type) + "; send the data as JSON");
  }
  return CloudEventMode::binary;
}

std::string binary_document(const Payload& payload) {
  std::string document = "{";
  for (const Header& header : payload.headers) {
    const std::string name = lower_case(header.name);
    const bool attribute = name.starts_with(kAttribute) && name.size() > kAttribute.size();
    // The data is what the value says, not a header.
    if ((attribute && name != "ce_data") || name == "content-type") {
      append_json_string(attribute ? name.substr(kAttribute.size()) : "datacontenttype", document);
      document += ':';
      append_json_string(header.value, document);
      document += ',';
    }
  }
  document += "\"data\":";
  document += payload.value;
  document += '}';
  return document;
}

Outcome<void> check_attributes(simdjson::dom::element document) {
  const auto attribute = [&](const std::string& name, std::string& text) {
    return text_at(document, JsonPointer{"/" + name, {name}}, text) == Found::text && !text.empty();
  };
  std::string version;
  if (!attribute("specversion", version)) {
    return refuse("no_cloud_event",
                  "expected a CloudEvent, found no specversion: neither in the document nor as header ce_specversion");
  }
  if (version != "1.0") {
    return refuse("no_cloud_event", "expected specversion 1.0, found " + in_quotes(version));
  }
  for (const char* name : {"id", "source", "type"}) {
    std::string text;
    if (!attribute(name, text)) {
      return refuse("no_cloud_event", std::string("expected the attribute ") + name +
                                          ", which every CloudEvent has, found nothing at /" + name);
    }
  }
  return {};
}

}  // namespace avbrottsvakt
