#include "config/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "avbrottsvakt/v1/source.pb.h"
#include "mapping/mapping.h"

namespace avbrottsvakt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A folder of its own for each test, gone afterwards.
class Sources : public testing::Test {
 protected:
  Sources() {
    std::string name = (std::filesystem::temp_directory_path() / "sources-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Sources() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }
  std::string only_error(const std::string& text) {
    const auto spec = load_source(write("source.yaml", text));
    if (spec) {
      return "none";
    }
    EXPECT_EQ(spec.error().size(), 1u) << to_string(spec.error().back());
    std::string line = to_string(spec.error().front());
    return line.substr(line.find("source.yaml:") + 12);
  }

  std::filesystem::path folder_;
};

std::string shown(const Errors& errors) {
  std::string text;
  for (const Error& error : errors) {
    text += to_string(error) + "\n";
  }
  return text;
}

TEST_F(Sources, OurOwnAreRead) {
  const auto specs = load_sources(AV_SOURCE_DIR "/config/sources", "region");
  ASSERT_TRUE(specs) << shown(specs.error());
  ASSERT_EQ(specs->size(), 3u);
  EXPECT_EQ(specs->at(0).mapping.source, "alertmanager");
  EXPECT_EQ(std::get<KafkaTopicInput>(*specs->at(0).input).topic, "monitoring.alertmanager");
  EXPECT_EQ(specs->at(1).mapping.source, "commands");
  EXPECT_EQ(specs->at(1).mapping.decode, Decode::command_json);
  EXPECT_EQ(specs->at(2).mapping.source, "signal");
  EXPECT_EQ(specs->at(2).mapping.decode, Decode::protobuf_signal);
}

TEST_F(Sources, OurOwnAlertmanagerReadsItsWebhook) {
  const auto spec = load_source(AV_SOURCE_DIR "/config/sources/alertmanager.yaml");
  ASSERT_TRUE(spec) << shown(spec.error());
  const Mapped mapped =
      Mapping::compile(spec->mapping)
          .mapping->map(
              R"({"version":"4","groupKey":"{}:{}","truncatedAlerts":0,"status":"firing","receiver":"kafka","groupLabels":{},)"
              R"("commonLabels":{},"commonAnnotations":{},"externalURL":"http://am","alerts":[{"status":"resolved",)"
              R"("labels":{"alertname":"CosmicDown","service":"cosmic","severity":"warning"},)"
              R"("annotations":{"description":"Inloggningen svarar långsamt"},"startsAt":"2026-11-22T02:13:00+01:00",)"
              R"("endsAt":"2026-11-22T02:43:00+01:00","generatorURL":"","fingerprint":"a1bc48475b20e73d"},)"
              R"({"status":"firing","labels":{"alertname":"Watchdog","severity":"none"},"annotations":{},)"
              R"("startsAt":"2026-11-01T00:00:00Z","endsAt":"0001-01-01T00:00:00Z","fingerprint":"a1bc48475b20e73e"}]})");
  ASSERT_FALSE(mapped.refusal) << mapped.refusal->message;
  ASSERT_EQ(mapped.signals.size(), 2u);
  EXPECT_EQ(mapped.signals[0].condition, Condition::degraded);
  EXPECT_EQ(mapped.signals[0].summary, "Inloggningen svarar långsamt");
  EXPECT_EQ(mapped.signals[0].labels.size(), 3u);
  EXPECT_EQ(mapped.signals[1].condition, Condition::up);
  EXPECT_EQ(mapped.signals[1].key, mapped.signals[0].key);
}

TEST_F(Sources, EverythingThatCanBeWritten) {
  const auto spec = load_source(write("zabbix.yaml", R"(
source: zabbix
domain: region
decode: ndjson
input: {file: {path: ../in/problems.ndjson}}
zone: Europe/Stockholm
expect: {/version: "7"}
iterate: /all
skip:
  - {present: /a, absent: /b, equals: {/c: x}}
unmatched: ignore
signals:
  - when: {present: /value, absent: /gone, equals: {/kind: problem, /n: "1"}}
    key: ["{/p_eventid}", "{/eventid}"]
    key_spelling: decimal_fingerprint
    condition: {from: /value, map: {"1": down, "0": up, "2": ignore}, absent: degraded, otherwise: down}
    at: {seconds: /clock, nanoseconds: /ns, zero: open}
    labels_from: [/tags]
    labels: {host: /hosts/0/host, severity: /severity}
    summary: ["{/name}"]
)"));
  ASSERT_TRUE(spec) << shown(spec.error());
  EXPECT_EQ(spec->domain, "region");
  EXPECT_EQ(std::get<FileInput>(*spec->input).path, (folder_.parent_path() / "in/problems.ndjson").string());
  const MappingSpec& mapping = spec->mapping;
  EXPECT_EQ(mapping.decode, Decode::ndjson);
  ASSERT_TRUE(mapping.zone);
  EXPECT_EQ(mapping.zone->name, "Europe/Stockholm");
  EXPECT_EQ(mapping.expect.at(0).value, "7");
  EXPECT_EQ(mapping.iterate, "/all");
  EXPECT_EQ(mapping.skip.at(0).absent, "/b");
  EXPECT_EQ(mapping.unmatched, Unmatched::ignore);
  const SignalRuleSpec& rule = mapping.signals.at(0);
  EXPECT_EQ(rule.when.equals.at(1).pointer, "/n");
  EXPECT_THAT(rule.key, ElementsAre("{/p_eventid}", "{/eventid}"));
  EXPECT_EQ(rule.key_spelling, KeySpelling::decimal_fingerprint);
  EXPECT_EQ(rule.condition.from, "/value");
  EXPECT_THAT(rule.condition.map, ElementsAre(std::pair<std::string, Meaning>("1", Meaning::down),
                                              std::pair<std::string, Meaning>("0", Meaning::up),
                                              std::pair<std::string, Meaning>("2", Meaning::ignore)));
  EXPECT_EQ(rule.condition.absent, Meaning::degraded);
  EXPECT_EQ(rule.condition.otherwise, Meaning::down);
  EXPECT_FALSE(rule.condition.is);
  EXPECT_EQ(rule.at.seconds, "/clock");
  EXPECT_EQ(rule.at.nanoseconds, "/ns");
  EXPECT_EQ(rule.at.zero, ZeroTime::open);
  EXPECT_THAT(rule.labels_from, ElementsAre("/tags"));
  EXPECT_EQ(rule.labels.at(1).from, "/severity");
  EXPECT_THAT(rule.summary, ElementsAre("{/name}"));
}

const char* const kHead = "source: a\ndomain: region\ndecode: json\n";

TEST_F(Sources, FaultsOfTheMappingHavePlaces) {
  EXPECT_THAT(only_error(std::string(kHead) + "signals:\n  - key: [\"{/a}\", \"x{b}\"]\n"
                                              "    condition: {is: up}\n    at: {rfc3339: /t}\n"),
              HasSubstr("5:19: error: this is not a JSON Pointer"));
  EXPECT_THAT(only_error(std::string(kHead) + "signals:\n  - key: [a]\n    condition: {from: /s, is: up}\n"
                                              "    at: {rfc3339: /t}\n"),
              HasSubstr("6:16: error: a condition is either fixed or taken"));
  EXPECT_THAT(only_error(std::string(kHead)), HasSubstr("error: a mapping has 1 to 100 rules"));
}

TEST_F(Sources, LinesCannotCarryProtobuf) {
  EXPECT_THAT(only_error("source: a\ndomain: region\ndecode: protobuf_signal\ninput: {stdin: {}}\n"),
              HasSubstr("3:9: error: protobuf_signal is for Kafka topics"));
}

TEST_F(Sources, AnUnknownZoneIsRefused) {
  EXPECT_THAT(only_error(std::string(kHead) + "zone: Europe/Stokholm\nsignals:\n  - key: [a]\n"
                                              "    condition: {is: up}\n    at: {rfc3339: /t}\n"),
              HasSubstr("4:7: error: "));
}

TEST_F(Sources, OfAnotherDomainOrTwiceAreRefused) {
  const std::string text = "decode: protobuf_signal\nsource: a\n";
  write("1.yaml", text + "domain: region\n");
  write("2.yaml", text + "domain: region\n");
  write("3.yaml", "decode: protobuf_signal\nsource: b\ndomain: other\n");
  const auto specs = load_sources(folder_, "region");
  ASSERT_FALSE(specs);
  ASSERT_EQ(specs.error().size(), 2u) << shown(specs.error());
  EXPECT_THAT(to_string(specs.error()[0]), HasSubstr("2.yaml:2:9: error: the source a is there already"));
  EXPECT_THAT(to_string(specs.error()[1]), HasSubstr("3.yaml:3:9: error: this source belongs to the domain other"));
}

TEST_F(Sources, NoFolderHoldsNone) {
  const auto specs = load_sources(folder_ / "none", "region");
  ASSERT_TRUE(specs);
  EXPECT_TRUE(specs->empty());
}

}  // namespace
}  // namespace avbrottsvakt::test
