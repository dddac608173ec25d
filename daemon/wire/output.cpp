#include "wire/output.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "wire/json.h"
#include "wire/output_message.h"

namespace avbrottsvakt {
namespace {

using wire::Fault;

constexpr std::string_view kSourcePrefix = "/avbrottsvakt/";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kProtobuf = "application/protobuf";

/// Where an output of one type goes, and what CloudEvents calls it.
struct Route {
  std::string_view topic;
  std::string_view type;
};
constexpr Route kAlert{"alerts", "se.avbrottsvakt.alert.v1"};
constexpr Route kActivation{"activations", "se.avbrottsvakt.activation.v1"};
constexpr Route kReportPrompt{"report-prompts", "se.avbrottsvakt.report-prompt.v1"};
constexpr Route kIncident{"incidents", "se.avbrottsvakt.incident.v1"};
constexpr Route kDeadLetter{"dead-letter", "se.avbrottsvakt.dead-letter.v1"};

constexpr const Route& route_of(const Alert& /*output*/) { return kAlert; }
constexpr const Route& route_of(const ActivationPrompt& /*output*/) { return kActivation; }
constexpr const Route& route_of(const ReportPrompt& /*output*/) { return kReportPrompt; }
constexpr const Route& route_of(const IncidentPicture& /*output*/) { return kIncident; }
constexpr const Route& route_of(const DeadLetter& /*output*/) { return kDeadLetter; }

v1::Alert message_of(const Alert& output) {
  v1::Alert made;
  wire::put(output, made);
  return made;
}
v1::ActivationPrompt message_of(const ActivationPrompt& output) {
  v1::ActivationPrompt made;
  wire::put(output, made);
  return made;
}
v1::ReportPrompt message_of(const ReportPrompt& output) {
  v1::ReportPrompt made;
  wire::put(output, made);
  return made;
}
v1::Incident message_of(const IncidentPicture& output) {
  v1::Incident made;
  wire::put(output, made);
  return made;
}
v1::DeadLetter message_of(const DeadLetter& output) {
  v1::DeadLetter made;
  wire::put(output.header, *made.mutable_header());
  wire::put(output.record, *made.mutable_record());
  return made;
}

void add_attributes(const OutputHeader& header, const Route& route, EncodedOutput& to) {
  const auto add = [&](std::string_view name, std::string value) {
    to.headers.emplace_back(std::string(name), std::move(value));
  };
  add("ce_specversion", "1.0");
  add("ce_id", to.id);
  add("ce_source", std::string(kSourcePrefix) + to_utf8(header.domain));
  add("ce_type", std::string(route.type));
  add("ce_time", format_instant(header.at));
  if (!header.incident.empty()) add("ce_subject", to_utf8(header.incident));
  if (header.exercise) add("ce_avbrottsvaktexercise", "true");
}

template <typename Said>
void encode(const Said& said, OutputFormat format, EncodedOutput& to) {
  to.key = to_utf8(said.header.incident_id);
  to.value = format == OutputFormat::json ? write_json(message_of(said)) : wire::serialize(message_of(said));
  to.headers.emplace_back("content-type", format == OutputFormat::json ? kJson : kProtobuf);
}

void encode(const DeadLetter& letter, OutputFormat /*format*/, EncodedOutput& to) {
  const Unreadable& record = letter.record;
  to.key = record.key;
  to.value = record.value;
  for (const Header& header : record.headers) to.headers.emplace_back(header.name, header.value);
  const auto add = [&](std::string_view name, std::string value) {
    to.headers.emplace_back("__connect.errors." + std::string(name), std::move(value));
  };
  add("topic", to_utf8(record.topic));
  add("partition", std::to_string(record.partition));
  add("offset", std::to_string(record.offset));
  add("connector.name", "avbrottsvakt");
  add("task.id", "0");
  add("stage", to_utf8(record.stage));
  add("class.name", "avbrottsvakt." + to_utf8(record.stage));
  add("exception.class.name", to_utf8(record.error));
  add("exception.message", to_utf8(record.message));
}

tl::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::invalid_input, std::move(message), {}, Remedy::skip);
}

/// The last header of this name, from the given index on.
std::optional<std::string_view> find(const EncodedOutput& record, std::string_view name, std::size_t from = 0) {
  for (std::size_t i = record.headers.size(); i-- > from;) {
    if (record.headers[i].first == name) return record.headers[i].second;
  }
  return std::nullopt;
}

template <typename Message, typename Said>
Result<Output> decode(const EncodedOutput& record) {
  Message read;
  const std::string_view type = find(record, "content-type").value_or("");
  if (type == kJson) {
    if (auto parsed = read_json(record.value, UnknownKeys::pass_over, read); !parsed) return fail(parsed.error());
  } else if (type != kProtobuf) {
    return refuse("content-type must be application/json or application/protobuf");
  } else if (!wire::parse(record.value, read)) {
    return refuse("these bytes are not what Protobuf would write for the topic " + record.topic);
  }
  Said said;
  Fault fault;
  wire::take(read, said, fault);
  if (!fault.none()) return refuse(fault.what());
  return Output(std::move(said));
}

template <typename Number>
bool read_number(std::string_view text, Number& to) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc() && end == text.data() + text.size();
}

Result<Output> decode_dead_letter(const EncodedOutput& record) {
  // A dead letter that was sent round has headers of the same names from the first time: ours come last.
  std::size_t ours = record.headers.size();
  while (ours > 0 && record.headers[ours - 1].first != "__connect.errors.topic") --ours;
  if (ours == 0) return refuse("a dead letter must carry the headers __connect.errors.*");
  --ours;
  const auto value = [&](std::string_view name) { return find(record, name, ours).value_or(""); };

  DeadLetter letter;
  for (std::size_t i = 0; i < ours; ++i) {
    letter.record.headers.push_back({record.headers[i].first, record.headers[i].second});
  }
  letter.record.topic = value("__connect.errors.topic");
  letter.record.key = record.key;
  letter.record.value = record.value;
  letter.record.stage = value("__connect.errors.stage");
  letter.record.error = value("__connect.errors.exception.class.name");
  letter.record.message = value("__connect.errors.exception.message");
  Fault fault;
  fault.expect(read_number(value("__connect.errors.partition"), letter.record.partition), "__connect.errors.partition",
               "a number");
  fault.expect(read_number(value("__connect.errors.offset"), letter.record.offset), "__connect.errors.offset",
               "a number");

  letter.header.id = value("ce_id");
  fault.expect(!letter.header.id.empty(), "ce_id", "present");
  std::string_view domain = value("ce_source");
  fault.expect(domain.starts_with(kSourcePrefix), "ce_source", "/avbrottsvakt/DOMAIN");
  domain.remove_prefix(std::min(domain.size(), kSourcePrefix.size()));
  letter.header.domain = domain;
  const Result<Instant> at = parse_instant(value("ce_time"));
  fault.expect(at.has_value(), "ce_time", "an instant");
  letter.header.at = at.value_or(Instant{});
  letter.header.exercise = value("ce_avbrottsvaktexercise") == "true";
  if (!fault.none()) return refuse(fault.what());
  return Output(std::move(letter));
}

}  // namespace

EncodedOutput encode_output(const Output& output, OutputFormat format) {
  return std::visit(
      [&](const auto& said) {
        EncodedOutput record;
        const Route route = route_of(said);
        record.topic = route.topic;
        record.id = to_utf8(said.header.id);
        encode(said, format, record);
        add_attributes(said.header, route, record);
        return record;
      },
      output);
}

std::string output_json(const Output& output) {
  return std::visit([](const auto& said) { return write_json(message_of(said)); }, output);
}

Result<Output> decode_output(const EncodedOutput& record) {
  if (record.topic == kAlert.topic) return decode<v1::Alert, Alert>(record);
  if (record.topic == kActivation.topic) return decode<v1::ActivationPrompt, ActivationPrompt>(record);
  if (record.topic == kReportPrompt.topic) return decode<v1::ReportPrompt, ReportPrompt>(record);
  if (record.topic == kIncident.topic) return decode<v1::Incident, IncidentPicture>(record);
  if (record.topic == kDeadLetter.topic) return decode_dead_letter(record);
  return refuse("no output has the topic " + to_utf8(record.topic));
}

}  // namespace avbrottsvakt
