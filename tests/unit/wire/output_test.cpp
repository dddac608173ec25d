#include "wire/output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/limits.h"

namespace avbrottsvakt {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using Headers = std::vector<std::pair<std::string, std::string>>;

Instant at(const char* text) { return *parse_instant(text); }

OutputHeader header() {
  OutputHeader made;
  made.id = "0f1e";
  made.sequence = 3;
  made.incident_id = "incident-id";
  made.incident = "2026-0117";
  made.at = at("2026-11-22T02:12:00Z");
  made.domain = "region";
  made.bundle = "abcd";
  return made;
}

Alert alert() {
  Alert made;
  made.header = header();
  made.header.replaces = "0d0c";
  made.header.exercise = true;
  made.level = Level::critical;
  made.entries.push_back({AlertReason::ladder,
                          {"cosmic", "COSMIC"},
                          at("2026-11-22T02:12:00Z"),
                          false,
                          std::nullopt,
                          Level::critical,
                          {"ksd-on-call", "service-owner"},
                          "plan cosmic 2026.2: ladder[2] at 75% of mta",
                          AlertEntry::Share::mta,
                          75});
  made.first = {"cosmic", "COSMIC"};
  made.condition = Condition::down;
  made.began = at("2026-11-22T01:14:00Z");
  made.root = {"dc-north", "Datahall Nord"};
  made.root_condition = Condition::down;
  made.root_began = at("2026-11-22T01:13:00Z");
  made.services = 41;
  made.activities = 4;
  made.affected_activities.push_back({"emergency-east", "Akutmottagningen, Östra sjukhuset"});
  Objective mta;
  mta.kind = Objective::Kind::mta;
  mta.subject = {"emergency-east", "Akutmottagningen, Östra sjukhuset"};
  mta.limit = std::chrono::hours{2};
  mta.since = made.began;
  mta.reached_at = at("2026-11-22T03:14:00Z");
  mta.basis = Basis::presumed;
  made.objectives.push_back(mta);
  made.objectives_total = 5;
  made.plans.push_back({{"cosmic", "COSMIC"}, "cosmic", "2026.2", at("2026-11-22T01:44:00Z")});
  made.call.push_back({{"ksd-on-call", "KSD i beredskap"}, "010-000 00 01", "dygnet runt"});
  made.next = Alert::Next{at("2026-11-22T02:44:00Z"), {}};
  AlertEntry crossing;
  crossing.reason = AlertReason::rto_missed;
  crossing.subject = {"cosmic", "COSMIC"};
  crossing.at = at("2026-11-22T02:44:00Z");
  made.next->entries.push_back(crossing);
  made.summaries.push_back("COSMIC svarar inte: \"timeout\"");
  made.without_spare.push_back({"identity", "Identitetskatalogen"});
  made.without_spare_total = 12;
  made.silent = true;
  made.external_numbers.push_back("INC0012");
  made.contradictions.push_back({{"cosmic", "COSMIC"}, "synthetic", at("2026-11-22T01:15:00Z")});
  Maintenance work;
  work.service = {"dc-north", "Datahall Nord"};
  work.reference = "CHG-4711";
  work.from = at("2026-11-21T23:00:00Z");
  work.until = at("2026-11-22T01:13:00Z");
  work.approved_by = "Driftchefen";
  work.overran = true;
  work.not_agreed.push_back({"emergency-east", "Akutmottagningen, Östra sjukhuset"});
  made.maintenance.push_back(work);
  return made;
}

/// What JSON of one line is when it is broken into lines for people: a line's indentation is not in it.
std::string one_line(std::string_view text) {
  std::string line;
  bool indentation = true;
  for (const char c : text) {
    if (c == '\n') indentation = true;
    if (c != ' ' && c != '\n') indentation = false;
    if (!indentation) line += c;
  }
  return line;
}

TEST(EncodeOutput, AnAlertIsReadableAsJson) {
  const EncodedOutput record = encode_output(alert(), OutputFormat::json);
  EXPECT_EQ(record.value, one_line(R"json(
    {"header":{
      "id":"0f1e","replaces":"0d0c","sequence":3,"incident_id":"incident-id","incident":"2026-0117",
      "at":"2026-11-22T02:12:00.000Z","exercise":true,"lagging":false,"domain":"region","bundle":"abcd",
      "engine_version":1,"protected_mode":false},
    "level":"critical",
    "entries":[{
      "reason":"ladder","subject":{"id":"cosmic","name":"COSMIC"},"at":"2026-11-22T02:12:00.000Z","withdrawn":false,
      "level":"critical","tell":["ksd-on-call","service-owner"],
      "rule":"plan cosmic 2026.2: ladder[2] at 75% of mta","share_of":"mta","percent":75}],
    "first":{"id":"cosmic","name":"COSMIC"},
    "condition":"down",
    "began":"2026-11-22T01:14:00.000Z",
    "root":{"id":"dc-north","name":"Datahall Nord"},
    "root_condition":"down",
    "root_began":"2026-11-22T01:13:00.000Z",
    "settling":false,
    "services":41,
    "activities":4,
    "affected_activities":[{"id":"emergency-east","name":"Akutmottagningen, Östra sjukhuset"}],
    "objectives":[{
      "kind":"mta","subject":{"id":"emergency-east","name":"Akutmottagningen, Östra sjukhuset"},"limit":"2h",
      "since":"2026-11-22T01:14:00.000Z","reached_at":"2026-11-22T03:14:00.000Z","state":"running",
      "basis":"presumed"}],
    "objectives_total":5,
    "plans":[{
      "service":{"id":"cosmic","name":"COSMIC"},"plan":"cosmic","version":"2026.2",
      "proposed_at":"2026-11-22T01:44:00.000Z"}],
    "call":[{
      "role":{"id":"ksd-on-call","name":"KSD i beredskap"},"phone":"010-000 00 01","hours":"dygnet runt"}],
    "next":{
      "at":"2026-11-22T02:44:00.000Z",
      "entries":[{
        "reason":"rto_missed","subject":{"id":"cosmic","name":"COSMIC"},"at":"2026-11-22T02:44:00.000Z",
        "withdrawn":false,"share_of":"none","percent":0}]},
    "summaries":["COSMIC svarar inte: \"timeout\""],
    "without_spare":[{"id":"identity","name":"Identitetskatalogen"}],
    "without_spare_total":12,
    "silent":true,
    "external_numbers":["INC0012"],
    "contradictions":[{"service":{"id":"cosmic","name":"COSMIC"},"source":"synthetic",
      "at":"2026-11-22T01:15:00.000Z"}],
    "maintenance":[{
      "service":{"id":"dc-north","name":"Datahall Nord"},"reference":"CHG-4711","from":"2026-11-21T23:00:00.000Z",
      "until":"2026-11-22T01:13:00.000Z","approved_by":"Driftchefen","overran":true,
      "not_agreed":[{"id":"emergency-east","name":"Akutmottagningen, Östra sjukhuset"}]}]})json"));

  // In protected mode all that would tell an attacker something is absent, not empty.
  Alert concealed;
  concealed.header = header();
  concealed.header.protected_mode = true;
  concealed.level = Level::critical;
  concealed.call.push_back({{"security-protection-officer", "Säkerhetsskyddschef"}, "internt 0014", "dygnet runt"});
  const std::string text = encode_output(concealed, OutputFormat::json).value;
  for (const char* absent : {"began", "first", "root", "entries", "condition", "objectives"}) {
    EXPECT_EQ(text.find("\"" + std::string(absent) + "\""), std::string::npos) << text;
  }
}

TEST(EncodeOutput, CarriesTheAttributesOfCloudEvents) {
  const EncodedOutput record = encode_output(alert(), OutputFormat::json);
  EXPECT_EQ(record.topic, "alerts");
  EXPECT_EQ(record.key, "incident-id");
  EXPECT_EQ(record.id, "0f1e");
  EXPECT_EQ(record.headers, (Headers{{"content-type", "application/json"},
                                     {"ce_specversion", "1.0"},
                                     {"ce_id", "0f1e"},
                                     {"ce_source", "/avbrottsvakt/region"},
                                     {"ce_type", "se.avbrottsvakt.alert.v1"},
                                     {"ce_time", "2026-11-22T02:12:00.000Z"},
                                     {"ce_subject", "2026-0117"},
                                     {"ce_avbrottsvaktexercise", "true"}}));
}

TEST(EncodeOutput, ARealOneIsNotMarkedAsExercise) {
  Alert real = alert();
  real.header.exercise = false;
  real.header.incident.clear();
  const EncodedOutput record = encode_output(real, OutputFormat::protobuf);
  EXPECT_THAT(record.headers, Contains(std::pair<std::string, std::string>("content-type", "application/protobuf")));
  for (const auto& [name, value] : record.headers) {
    EXPECT_NE(name, "ce_avbrottsvaktexercise");
    EXPECT_NE(name, "ce_subject");
  }
}

struct RouteCase {
  const char* name;
  Output output;
  const char* topic;
  const char* type;
};
class Routes : public ::testing::TestWithParam<RouteCase> {};

TEST_P(Routes, AreThoseOfTheContract) {
  Output output = GetParam().output;
  std::visit([](auto& said) { said.header = header(); }, output);
  const EncodedOutput record = encode_output(output, OutputFormat::json);
  EXPECT_EQ(record.topic, GetParam().topic);
  EXPECT_THAT(record.headers, Contains(std::pair<std::string, std::string>("ce_type", GetParam().type)));
  const auto read = decode_output(record);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(read->index(), output.index());
}
INSTANTIATE_TEST_SUITE_P(
    Output, Routes,
    ::testing::Values(RouteCase{"Alert", Alert{}, "alerts", "se.avbrottsvakt.alert.v1"},
                      RouteCase{"Activation", ActivationPrompt{}, "activations", "se.avbrottsvakt.activation.v1"},
                      RouteCase{"Report", ReportPrompt{}, "report-prompts", "se.avbrottsvakt.report-prompt.v1"},
                      RouteCase{"Incident", IncidentPicture{}, "incidents", "se.avbrottsvakt.incident.v1"},
                      RouteCase{"DeadLetter", DeadLetter{}, "dead-letter", "se.avbrottsvakt.dead-letter.v1"}),
    [](const auto& case_) { return case_.param.name; });

DeadLetter dead_letter() {
  DeadLetter letter;
  letter.header.id = "0f1e";
  letter.header.at = at("2026-11-22T02:12:00Z");
  letter.header.domain = "region";
  letter.record = {"alertmanager",
                   2,
                   41,
                   std::string("\xff\0k", 3),
                   std::string("\0{broken", 8),
                   {{"trace", std::string("\xfe", 1)}, {"content-type", "text/plain"}},
                   "mapping",
                   "wrong_type",
                   "/alerts must be a list"};
  return letter;
}

TEST(EncodeOutput, ADeadLetterIsTheRecordAndWhatWentWrong) {
  const EncodedOutput record = encode_output(dead_letter(), OutputFormat::protobuf);
  EXPECT_EQ(record.key, dead_letter().record.key);
  EXPECT_EQ(record.value, dead_letter().record.value);
  EXPECT_EQ(record.headers, (Headers{{"trace", std::string("\xfe", 1)},
                                     {"content-type", "text/plain"},
                                     {"__connect.errors.topic", "alertmanager"},
                                     {"__connect.errors.partition", "2"},
                                     {"__connect.errors.offset", "41"},
                                     {"__connect.errors.connector.name", "avbrottsvakt"},
                                     {"__connect.errors.task.id", "0"},
                                     {"__connect.errors.stage", "mapping"},
                                     {"__connect.errors.class.name", "avbrottsvakt.mapping"},
                                     {"__connect.errors.exception.class.name", "wrong_type"},
                                     {"__connect.errors.exception.message", "/alerts must be a list"},
                                     {"ce_specversion", "1.0"},
                                     {"ce_id", "0f1e"},
                                     {"ce_source", "/avbrottsvakt/region"},
                                     {"ce_type", "se.avbrottsvakt.dead-letter.v1"},
                                     {"ce_time", "2026-11-22T02:12:00.000Z"}}));
}

TEST(DecodeOutput, ADeadLetterThatWasSentRoundKeepsBothSetsOfHeaders) {
  const EncodedOutput first = encode_output(dead_letter(), OutputFormat::json);
  DeadLetter second = dead_letter();
  second.header.id = "2222";
  second.header.exercise = true;
  second.record.topic = "dead-letter";
  second.record.offset = 7;
  second.record.headers.clear();
  for (const auto& [name, value] : first.headers) second.record.headers.push_back({name, value});
  const auto read = decode_output(encode_output(second, OutputFormat::json));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  const auto& letter = std::get<DeadLetter>(*read);
  EXPECT_EQ(letter.record, second.record);
  EXPECT_EQ(letter.header.id, "2222");
  EXPECT_TRUE(letter.header.exercise);
}

TEST(DecodeOutput, TheExerciseOfADeadLettersSourceIsNotItsOwn) {
  DeadLetter letter = dead_letter();
  letter.record.headers.push_back({"ce_avbrottsvaktexercise", "true"});
  const auto read = decode_output(encode_output(letter, OutputFormat::json));
  ASSERT_TRUE(read.has_value());
  EXPECT_FALSE(std::get<DeadLetter>(*read).header.exercise);
}

struct BadHeaders {
  const char* name;
  const char* header;
  const char* value;  ///< null: the header is missing
};
class BadDeadLetter : public ::testing::TestWithParam<BadHeaders> {};

TEST_P(BadDeadLetter, IsRefused) {
  EncodedOutput record = encode_output(dead_letter(), OutputFormat::json);
  std::erase_if(record.headers, [](const auto& header) { return header.first == GetParam().header; });
  if (GetParam().value != nullptr) record.headers.emplace_back(GetParam().header, GetParam().value);
  const auto read = decode_output(record);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().action, Remedy::skip);
}
INSTANTIATE_TEST_SUITE_P(
    Header, BadDeadLetter,
    ::testing::Values(BadHeaders{"NoTopic", "__connect.errors.topic", nullptr},
                      BadHeaders{"NoPartition", "__connect.errors.partition", nullptr},
                      BadHeaders{"PartitionNoNumber", "__connect.errors.partition", "2x"},
                      BadHeaders{"OffsetTooLarge", "__connect.errors.offset", "9223372036854775808"},
                      BadHeaders{"NoId", "ce_id", nullptr}, BadHeaders{"OtherSource", "ce_source", "/other/region"},
                      BadHeaders{"NoTime", "ce_time", nullptr}),
    [](const auto& case_) { return case_.param.name; });

TEST(Instants, ThatAreNotKnownOrDoNotComeAreSaidSo) {
  for (const auto format : {OutputFormat::json, OutputFormat::protobuf}) {
    Alert said = alert();
    said.began = Instant{};
    said.root_began = kNever;
    said.ended = Instant{};
    said.acknowledged_at = kNever;
    said.objectives[0].reached_at = kLatest;
    const EncodedOutput record = encode_output(said, format);
    if (format == OutputFormat::json) {
      EXPECT_THAT(record.value, Not(HasSubstr("\"began\"")));
      EXPECT_THAT(record.value, HasSubstr("\"root_began\":\"never\""));
      EXPECT_THAT(record.value, HasSubstr("\"ended\":\"1970-01-01T00:00:00.000Z\""));
    }
    const auto read = decode_output(record);
    ASSERT_TRUE(read.has_value()) << to_string(read.error());
    const auto& got = std::get<Alert>(*read);
    EXPECT_EQ(got.began, Instant{});
    EXPECT_EQ(got.root_began, kNever);
    EXPECT_EQ(got.ended, Instant{});
    EXPECT_EQ(got.acknowledged_at, kNever);
    EXPECT_EQ(got.objectives[0].reached_at, kLatest);
  }
}

TEST(EncodeOutput, TextThatIsNotUtf8IsMended) {
  for (const auto format : {OutputFormat::json, OutputFormat::protobuf}) {
    Alert said = alert();
    said.first.name = "\xd6stra";
    const auto read = decode_output(encode_output(said, format));
    ASSERT_TRUE(read.has_value()) << to_string(read.error());
    EXPECT_EQ(std::get<Alert>(*read).first.name, "\xef\xbf\xbdstra");
  }
}

TEST(OutputJson, ShowsADeadLetterInBase64) {
  const std::string json = output_json(dead_letter());
  EXPECT_THAT(json, HasSubstr("\"value\":\"AHticm9rZW4=\""));
  EXPECT_THAT(json, HasSubstr("\"message\":\"/alerts must be a list\""));
}

TEST(OutputJson, IsTheValueOfTheTopic) {
  EXPECT_EQ(output_json(alert()), encode_output(alert(), OutputFormat::json).value);
}

}  // namespace
}  // namespace avbrottsvakt
