#include "specs.h"

#include <gtest/gtest.h>

namespace avbrottsvakt::test {

MappingSpec alertmanager() {
  MappingSpec spec;
  spec.source = "alertmanager";
  spec.expect = {{"/truncatedAlerts", "0"}};
  spec.iterate = "/alerts";
  spec.skip = {{{}, {}, {{"/labels/severity", "info"}}}, {{}, {}, {{"/labels/severity", "none"}}}};
  SignalRuleSpec began;
  began.key = {"{/fingerprint}"};
  began.key_spelling = KeySpelling::hex_fingerprint;
  began.condition.from = "/labels/severity";
  began.condition.map = {{"critical", Meaning::down}, {"warning", Meaning::degraded}};
  began.condition.absent = Meaning::down;
  began.at.rfc3339 = "/startsAt";
  began.labels_from = {"/labels"};
  began.summary = {"{/annotations/summary}", "{/annotations/description}", "{/labels/alertname}"};
  SignalRuleSpec ended;
  ended.key = began.key;
  ended.key_spelling = began.key_spelling;
  ended.condition.from = "/status";
  ended.condition.map = {{"firing", Meaning::ignore}, {"resolved", Meaning::up}};
  ended.at.rfc3339 = "/endsAt";
  spec.signals = {began, ended};
  return spec;
}

MappingSpec zabbix() {
  MappingSpec spec;
  spec.source = "zabbix";
  spec.decode = Decode::ndjson;
  SignalRuleSpec rule;
  rule.when.present = "/value";
  rule.key = {"{/p_eventid}", "{/eventid}"};
  rule.condition.from = "/value";
  rule.condition.map = {{"1", Meaning::down}, {"0", Meaning::up}};
  rule.at.seconds = "/clock";
  rule.at.nanoseconds = "/ns";
  rule.labels = {{"host", "/hosts/0/host"}, {"severity", "/severity"}};
  spec.signals = {rule};
  return spec;
}

MappingSpec simple() {
  MappingSpec spec;
  spec.source = "simple";
  SignalRuleSpec rule;
  rule.key = {"{/id}"};
  rule.condition.from = "/state";
  rule.condition.map = {{"down", Meaning::down}, {"degraded", Meaning::degraded}, {"up", Meaning::up}};
  rule.at.rfc3339 = "/at";
  spec.signals = {rule};
  return spec;
}

std::unique_ptr<Mapping> compiled(const MappingSpec& spec) {
  auto result = Mapping::compile(spec);
  for (const SpecFault& fault : result.faults) {
    ADD_FAILURE() << fault.path << ": " << fault.message;
  }
  EXPECT_NE(result.mapping, nullptr);
  return std::move(result.mapping);
}

std::string alert(std::string_view status, std::string_view severity, std::string_view ends_at,
                  std::string_view fingerprint) {
  std::string text = R"({"status":")";
  text += status;
  text += R"(","labels":{"alertname":"DatabaseDown","service":"cosmic")";
  if (!severity.empty()) {
    text += R"(,"severity":")";
    text += severity;
    text += '"';
  }
  text +=
      R"(},"annotations":{"summary":"Databasen svarar inte"},"startsAt":"2026-11-22T02:13:00.123+01:00","endsAt":")";
  text += ends_at;
  text += R"(","generatorURL":"http://prometheus/graph","fingerprint":")";
  text += fingerprint;
  text += "\"}";
  return text;
}

std::string webhook(std::string_view alerts, int truncated) {
  std::string text = R"({"version":"4","groupKey":"{}:{alertname=\"DatabaseDown\"}","truncatedAlerts":)";
  text += std::to_string(truncated);
  text +=
      R"(,"status":"firing","receiver":"avbrottsvakt","groupLabels":{"alertname":"DatabaseDown"},"commonLabels":{},)"
      R"("commonAnnotations":{},"externalURL":"http://alertmanager","notification_reason":"new alerts","alerts":[)";
  text += alerts;
  text += "]}";
  return text;
}

}  // namespace avbrottsvakt::test
