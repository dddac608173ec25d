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
  ASSERT_EQ(specs->size(), 6u);
  const auto source = [&](std::size_t i) {
    const SourceSpec& spec = specs->at(i);
    return spec.mapping.source + " " + std::get<KafkaTopicInput>(*spec.input).topic;
  };
  EXPECT_EQ(source(0), "alertmanager monitoring.alertmanager");
  EXPECT_EQ(source(1), "cloudevents monitoring.cloudevents");
  EXPECT_EQ(specs->at(1).mapping.decode, Decode::cloudevents);
  EXPECT_EQ(source(2), "commands avbrottsvakt.commands");
  EXPECT_EQ(specs->at(2).mapping.decode, Decode::command_json);
  EXPECT_EQ(source(3), "icinga2 monitoring.icinga2");
  EXPECT_EQ(source(4), "signal monitoring.signals");
  EXPECT_EQ(specs->at(4).mapping.decode, Decode::protobuf_signal);
  EXPECT_EQ(source(5), "zabbix monitoring.zabbix");
  EXPECT_EQ(specs->at(5).mapping.decode, Decode::ndjson);
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

TEST_F(Sources, WhatCameToTheLanguageLater) {
  const auto spec = load_source(write("events.yaml", R"(
source: events
domain: region
decode: cloudevents
skip:
  - {differs: {/kind: event}}
signals:
  - when: {differs: {/a: x, /b: "1"}}
    key: ["{/id}"]
    origin: heartbeat
    expect_within: 90s
    condition:
      from: /state
      map: {on: up}
      instead: {from: /type, endings: {.down: ignore, .up: up}, absent: ignore}
    at: {seconds: /clock, instead: {rfc3339: /time, instead: {received: true}}}
    labels_from_lists:
      - {from: /tags, name_from: /tag, value_from: /value}
      - {from: /hosts, name: host}
)"));
  ASSERT_TRUE(spec) << shown(spec.error());
  const MappingSpec& mapping = spec->mapping;
  EXPECT_EQ(mapping.decode, Decode::cloudevents);
  EXPECT_EQ(mapping.skip.at(0).differs.at(0).value, "event");
  const SignalRuleSpec& rule = mapping.signals.at(0);
  EXPECT_EQ(rule.when.differs.at(1).pointer, "/b");
  EXPECT_EQ(rule.origin, Origin::heartbeat);
  EXPECT_EQ(rule.expect_within, Millis(90'000));
  EXPECT_FALSE(rule.condition.absent);
  const ConditionSpec& instead = rule.condition.instead.at(0);
  EXPECT_EQ(instead.from, "/type");
  EXPECT_THAT(instead.endings, ElementsAre(std::pair<std::string, Meaning>(".down", Meaning::ignore),
                                           std::pair<std::string, Meaning>(".up", Meaning::up)));
  EXPECT_EQ(instead.absent, Meaning::ignore);
  EXPECT_FALSE(rule.at.received);
  EXPECT_EQ(rule.at.instead.at(0).rfc3339, "/time");
  EXPECT_TRUE(rule.at.instead.at(0).instead.at(0).received);
  EXPECT_EQ(rule.labels_from_lists.at(0).name_from, "/tag");
  EXPECT_EQ(rule.labels_from_lists.at(0).value_from, "/value");
  EXPECT_FALSE(rule.labels_from_lists.at(0).name);
  EXPECT_EQ(rule.labels_from_lists.at(1).name, "host");
  EXPECT_FALSE(rule.labels_from_lists.at(1).name_from || rule.labels_from_lists.at(1).value_from);
}

TEST_F(Sources, EachOriginHasItsWord) {
  for (const auto& [word, origin] : {std::pair("monitoring", Origin::monitoring), std::pair("probe", Origin::probe),
                                     std::pair("person", Origin::person)}) {
    const auto spec = load_source(write("a.yaml", std::string("source: a\ndomain: region\ndecode: json\nsignals:\n") +
                                                      "  - key: [a]\n    condition: {is: up}\n" +
                                                      "    at: {rfc3339: /t}\n    origin: " + word + "\n"));
    ASSERT_TRUE(spec) << shown(spec.error());
    EXPECT_EQ(spec->mapping.signals.at(0).origin, origin);
  }
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

/// The first error of a rule that is in order but for the line that the test adds, which is line 8.
struct LaterFault {
  const char* line;
  const char* error;
};

TEST_F(Sources, FaultsOfWhatCameLaterHavePlaces) {
  const std::string rule = std::string(kHead) +
                           "signals:\n  - key: [a]\n    condition: {from: /s, map: {a: up}}\n"
                           "    summary: [\"{/t}\"]\n";
  const std::string time = "    at: {rfc3339: /t}\n";
  for (const LaterFault& fault : {
           LaterFault{"    origin: heartbeat\n", "8:13: error: of a heartbeat it must be known"},
           LaterFault{"    origin: hartbeat\n", "8:13: error: origin: expected one of monitoring, heartbeat"},
           LaterFault{"    expect_within: 5m\n", "8:20: error: only a heartbeat is expected"},
           LaterFault{"    expect_within: 5min\n", "error: expect_within: expected a duration"},
           LaterFault{"    labels_from_lists: [{from: /l, name: a, name_from: /b}]\n",
                      "8:25: error: the name of a label is either"},
           LaterFault{"    labels_from_lists: [{from: /l, name_from: b}]\n", "8:47: error: name_from: expected a JSON"},
           LaterFault{"    labels_from_lists: [{name: a}]\n", "8:25: error: from is missing"},
           LaterFault{"    when: {differs: {a: b}}\n", "8:22: error: pointer: expected a JSON Pointer"},
       }) {
    EXPECT_THAT(only_error(rule + fault.line + time), HasSubstr(fault.error));
  }
  EXPECT_THAT(only_error(rule + "    at: {received: true, zero: open}\n"),
              HasSubstr("8:9: error: zero and instead mean nothing beside received"));
  EXPECT_THAT(only_error(rule + "    at: {received: yes}\n"), HasSubstr("8:20: error: received: expected true"));
  EXPECT_THAT(only_error(rule + "    at: {rfc3339: /t, instead: {seconds: /s, nanoseconds: /n, milliseconds: /m}}\n"),
              HasSubstr("8:32: error: a time is one of"));
  EXPECT_THAT(only_error(std::string(kHead) + "signals:\n  - key: [a]\n    condition:\n      from: /s\n"
                                              "      endings: {.a: up, \"\": down}\n    at: {rfc3339: /t}\n"),
              HasSubstr("8:25: error: value: expected text, found empty text"));
}

TEST_F(Sources, ACredentialIsNamedAndNotRead) {
  const auto spec = load_source(write("a.yaml", R"(
source: a
domain: region
decode: protobuf_signal
input:
  kafka:
    topic: t
    bootstrap: "kafka-9:9093"
    settings:
      - {name: sasl.username, value: avbrottsvakt}
      - {name: sasl.password, credential: other-password}
)"));
  ASSERT_TRUE(spec) << shown(spec.error());
  const auto& topic = std::get<KafkaTopicInput>(*spec->input);
  EXPECT_THAT(topic.settings, ElementsAre(testing::Pair("sasl.username", "avbrottsvakt")));
  EXPECT_THAT(topic.credentials, ElementsAre(testing::Pair("sasl.password", "other-password")));
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
