// What the journal and the topics hold: written by us, read whatever it has become.
#include <array>
#include <variant>

#include "catalogue/catalogue.h"
#include "require.h"
#include "targets.h"
#include "wire/bundle.h"
#include "wire/input.h"
#include "wire/output.h"
#include "wire/state.h"

namespace avbrottsvakt::fuzz {

void input(std::string_view bytes) {
  const auto read = decode_input(bytes, LogTime{Millis{1'795'313'580'000}});
  if (!read) {
    require_said(read.error());
    require(read.error().action == Remedy::skip || read.error().code == ErrorCode::incompatible,
            "one bad input stops nothing, unless it is from the future");
    return;
  }
  const std::string written = encode_input(*read);
  const auto again = decode_input(written, read->stamp);
  require(again.has_value() && encode_input(*again) == written, "an input reads back as it was");
}

void state(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) return;
  const std::string_view key = bytes.substr(0, end);
  const auto read = decode_state(key, bytes.substr(end + 1));
  if (!read) {
    require_said(read.error());
    require(read.error().action == Remedy::stop && !read.error().remedy.empty(),
            "damaged state stops, and says what to do");
    return;
  }
  require(key_of(*read) == key, "a record is that of its key");
  const std::string written = encode_state(*read);
  const auto again = decode_state(key, written);
  require(again.has_value() && encode_state(*again) == written, "a record reads back as it was");
}

void bundle(std::string_view bytes) {
  const auto read = compile_bundle(bytes);
  if (!read) {
    require_said(read.error());
    return;
  }
  require((*read)->hash == bundle_hash(bytes), "a bundle is known by its bytes");
}

void output(std::string_view bytes) {
  static constexpr std::array<const char*, 6> kTopics = {"alerts",    "activations", "report-prompts",
                                                         "incidents", "dead-letter", "other"};
  if (bytes.empty()) return;
  const auto choice = static_cast<unsigned char>(bytes.front());
  const auto format = choice % 2 == 0 ? OutputFormat::json : OutputFormat::protobuf;
  EncodedOutput record{kTopics[choice / 2 % kTopics.size()], "", "", std::string(bytes.substr(1)), {}};
  record.headers = {{"content-type", format == OutputFormat::json ? "application/json" : "application/protobuf"}};
  const auto read = decode_output(record);
  if (!read) {
    require_said(read.error());
    return;
  }
  const EncodedOutput written = encode_output(*read, format);
  const auto again = decode_output(written);
  require(again.has_value() && encode_output(*again, format) == written, "an output reads back as it was");
  require(is_utf8(output_json(*read)), "an output can be shown");
}

}  // namespace avbrottsvakt::fuzz
