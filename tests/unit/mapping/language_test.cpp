// What the mapping language can say beside the first rules of rule_test.cpp: what must differ, endings, what stands in
// instead, when a record was received, labels in lists, and what stands behind a signal.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs.h"

namespace avbrottsvakt::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

#define AT R"("at":"2026-11-22T02:13:00Z")"
constexpr Instant kAt{1'795'313'580'000ms};

struct DiffersCase {
  const char* name;
  const char* payload;
  bool holds;
};

class Differs : public testing::TestWithParam<DiffersCase> {};

TEST_P(Differs, WhatMustNotStandThere) {
  MappingSpec spec = simple();
  spec.unmatched = Unmatched::ignore;
  spec.signals[0].when.differs = {{"/v", "a"}, {"/w", "1"}};
  spec.signals[0].key = {"k"};
  spec.signals[0].condition = {};
  spec.signals[0].condition.is = Meaning::down;
  const Mapped mapped = compiled(spec)->map(GetParam().payload);
  EXPECT_FALSE(mapped.refusal);
  EXPECT_EQ(mapped.signals.size(), GetParam().holds ? 1u : 0u);
}

INSTANTIATE_TEST_SUITE_P(Cases, Differs,
                         testing::Values(DiffersCase{"Nothing", "{" AT "}", true},
                                         DiffersCase{"Null", R"({"v":null,"w":null,)" AT "}", true},
                                         DiffersCase{"Others", R"({"v":"A","w":2,)" AT "}", true},
                                         DiffersCase{"AList", R"({"v":["a"],)" AT "}", true},
                                         DiffersCase{"TheFirst", R"({"v":"a","w":2,)" AT "}", false},
                                         DiffersCase{"TheSecond", R"({"v":"b","w":1,)" AT "}", false}),
                         [](const auto& p) { return std::string(p.param.name); });

TEST(Differs, OfWhatIsSkipped) {
  MappingSpec spec = simple();
  spec.skip = {{{}, {}, {{"/grade", "none"}}, {{"/name", "Watchdog"}}}};
  const auto mapping = compiled(spec);
  EXPECT_TRUE(mapping->map(R"({"id":1,"state":"down","grade":"none",)" AT "}").signals.empty());
  EXPECT_EQ(mapping->map(R"({"id":1,"state":"down","grade":"none","name":"Watchdog",)" AT "}").signals.size(), 1u);
}

struct EndingCase {
  const char* name;
  const char* value;
  std::optional<Condition> condition;  ///< none: refused
};

class Endings : public testing::TestWithParam<EndingCase> {};

TEST_P(Endings, TheLongestCounts) {
  MappingSpec spec = simple();
  spec.signals[0].key = {"k"};
  spec.signals[0].condition.map = {{"se.lab.down", Meaning::degraded}};
  spec.signals[0].condition.endings = {
      {"up", Meaning::up}, {".not.up", Meaning::down}, {".down", Meaning::down}, {"not.up", Meaning::degraded}};
  const Mapped mapped = compiled(spec)->map(std::string(R"({"state":")") + GetParam().value + "\"," AT "}");
  ASSERT_EQ(mapped.signals.size(), GetParam().condition ? 1u : 0u);
  if (GetParam().condition) {
    EXPECT_EQ(mapped.signals[0].condition, *GetParam().condition);
  } else {
    EXPECT_EQ(mapped.refusal->error, "unmapped_value");
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Endings,
                         testing::Values(EndingCase{"Short", "se.lab.up", Condition::up},
                                         EndingCase{"TheWholeValue", "up", Condition::up},
                                         EndingCase{"Longer", "se.cannot.up", Condition::degraded},
                                         EndingCase{"Longest", "se.is.not.up", Condition::down},
                                         EndingCase{"AListedValueGoesFirst", "se.lab.down", Condition::degraded},
                                         EndingCase{"InTheMiddle", "se.down.lab", {}},
                                         EndingCase{"OtherCase", "se.DOWN", {}}, EndingCase{"Shorter", "p", {}}),
                         [](const auto& p) { return std::string(p.param.name); });

TEST(Instead, OfAConditionHoldsWhereNothingStands) {
  MappingSpec spec = simple();
  spec.signals[0].key = {"k"};
  ConditionSpec instead;
  instead.from = "/type";
  instead.endings = {{".down", Meaning::down}};
  instead.absent = Meaning::degraded;
  spec.signals[0].condition.instead = {instead};
  const auto mapping = compiled(spec);
  const auto said = [&](const std::string& members) { return mapping->map("{" + members + AT "}"); };
  EXPECT_EQ(said(R"("state":"up","type":"x.down",)").signals.at(0).condition, Condition::up);
  EXPECT_EQ(said(R"("type":"x.down",)").signals.at(0).condition, Condition::down);
  EXPECT_EQ(said(R"("state":null,"type":"x.down",)").signals.at(0).condition, Condition::down);
  EXPECT_EQ(said("").signals.at(0).condition, Condition::degraded);
  EXPECT_THAT(said(R"("state":"red","type":"x.down",)").refusal->message, HasSubstr("\"red\" of /state"))
      << "a value that is not known is not passed over";
  EXPECT_THAT(said(R"("type":"x.up",)").refusal->message, HasSubstr("\"x.up\" of /type"));
}

TEST(Instead, OfATimeHoldsWhereNothingStands) {
  MappingSpec spec = simple();
  spec.signals[0].at.rfc3339 = "/began";
  spec.signals[0].at.instead.emplace_back().milliseconds = "/ms";
  spec.signals[0].at.instead[0].instead.emplace_back().received = true;
  const auto mapping = compiled(spec);
  const auto at = [&](const std::string& members) {
    const std::string payload = R"({"id":1,"state":"down")" + members + "}";
    return mapping->map(Payload{payload, {}, kAt + 2ms});
  };
  EXPECT_EQ(at(R"(,"began":"2026-11-22T02:13:00Z","ms":1795313580001)").signals.at(0).at, kAt);
  EXPECT_EQ(at(R"(,"began":null,"ms":1795313580001)").signals.at(0).at, kAt + 1ms);
  EXPECT_EQ(at("").signals.at(0).at, kAt + 2ms);
  EXPECT_THAT(at(R"(,"began":"yesterday","ms":1795313580001)").refusal->message, HasSubstr("/began"));
}

TEST(Received, IsWhatTheRecordSays) {
  MappingSpec spec = simple();
  spec.signals[0].at = {};
  spec.signals[0].at.received = true;
  const auto mapping = compiled(spec);
  const std::string_view payload = R"({"id":1,"state":"up"})";
  EXPECT_EQ(mapping->map(Payload{payload, {}, kAt}).signals.at(0).at, kAt);
  EXPECT_EQ(mapping->map(payload).refusal->error, "missing");
  EXPECT_EQ(mapping->map(Payload{payload, {}, Instant(-1ms)}).refusal->error, "bad_time")
      << "as Kafka writes that there is no stamp";
}

/// The labels of {"l": …} by lists that the test says, as {name="value",…}.
std::string listed(const std::vector<LabelListSpec>& lists, const std::string& members) {
  MappingSpec spec = simple();
  spec.signals[0].labels_from_lists = lists;
  const Mapped mapped = compiled(spec)->map(R"({"id":1,"state":"down",)" + members + "," AT "}");
  if (mapped.refusal) {
    return mapped.refusal->error + ": " + mapped.refusal->message;
  }
  std::string text;
  for (const Label& label : mapped.signals.at(0).labels) {
    text += (text.empty() ? "" : ", ") + label.name + "=" + label.value;
  }
  return text;
}

struct ListCase {
  const char* name;
  std::vector<LabelListSpec> lists;
  const char* members;
  const char* labels;
};

class LabelLists : public testing::TestWithParam<ListCase> {};

TEST_P(LabelLists, BecomeLabels) { EXPECT_EQ(listed(GetParam().lists, GetParam().members), GetParam().labels); }

const LabelListSpec kTags{"/tags", "/tag", {}, "/value"};
const LabelListSpec kHosts{"/hosts", {}, "host", "/host"};
const LabelListSpec kTexts{"/hosts", {}, "host", {}};

INSTANTIATE_TEST_SUITE_P(
    Cases, LabelLists,
    testing::Values(
        ListCase{"Pairs", {kTags}, R"("tags":[{"tag":"b","value":"2"},{"tag":"a","value":1}])", "a=1, b=2"},
        ListCase{"Numbered",
                 {kTags},
                 R"("tags":[{"tag":"s","value":"x"},{"tag":"t","value":"1"},{"tag":"s","value":"y"}])",
                 "s=x, s_2=y, t=1"},
        ListCase{"TheSameTwiceIsOnce",
                 {kTags},
                 R"("tags":[{"tag":"s","value":"x"},{"tag":"s","value":"x"},{"tag":"s","value":"y"}])",
                 "s=x, s_2=y"},
        ListCase{"Objects",
                 {kHosts},
                 R"("hosts":[{"host":"h1"},{"host":"h2"},{"host":"h3"}])",
                 "host=h1, host_2=h2, host_3=h3"},
        ListCase{"Texts", {kTexts}, R"("hosts":["h1","h2"])", "host=h1, host_2=h2"},
        ListCase{"EitherOfTwoShapes", {kHosts, kTexts}, R"("hosts":["h1",{"host":"h2"}])", "host=h2, host_2=h1"},
        ListCase{"OpenTelemetry",
                 {{"/attributes", "/key", {}, "/value/stringValue"}, {"/attributes", "/key", {}, "/value/intValue"}},
                 R"("attributes":[{"key":"service.name","value":{"stringValue":"cosmic"}},)"
                 R"({"key":"pid","value":{"intValue":"17"}},{"key":"x","value":{"arrayValue":{}}}])",
                 "pid=17, service.name=cosmic"},
        ListCase{"Absent", {kTags}, R"("tags":null)", ""}, ListCase{"Empty", {kTags}, R"("tags":[])", ""},
        ListCase{"WithoutNameOrValue",
                 {kTags},
                 R"("tags":[{"tag":"a"},{"value":"b"},{"tag":"","value":"c"},{"tag":{},"value":"d"},7,null,)"
                 R"({"tag":"e","value":""}])",
                 "e="},
        ListCase{"AnObjectIsNoList", {kTags}, R"("tags":{"a":"b"})", "wrong_type: expected a list of labels at /tags"}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(LabelLists, OutrankObjectsAndAreOutrankedByName) {
  MappingSpec spec = simple();
  spec.signals[0].labels_from = {"/l"};
  spec.signals[0].labels_from_lists = {kTags};
  spec.signals[0].labels = {{"c", "/c"}};
  const Mapped mapped = compiled(spec)->map(
      R"({"id":1,"state":"down","l":{"a":"1","b":"1","c":"1"},"tags":[{"tag":"b","value":"2"},{"tag":"c","value":"2"}],)"
      R"("c":"3",)" AT "}");
  EXPECT_THAT(mapped.signals.at(0).labels, ElementsAre(Label{"a", "1"}, Label{"b", "2"}, Label{"c", "3"}));
}

std::string tags(std::size_t count, const std::string& name, std::size_t value_bytes = 1) {
  std::string text = R"("tags":[)";
  for (std::size_t i = 0; i < count; ++i) {
    text += i == 0 ? "" : ",";
    text += R"({"tag":")" + name + R"(","value":")" + std::string(value_bytes, 'x') + std::to_string(i) + "\"}";
  }
  return text + "]";
}

std::string names(std::size_t count) {
  std::string text = R"("tags":[)";
  for (std::size_t i = 0; i < count; ++i) {
    text += std::string(i == 0 ? "" : ",") + R"({"tag":"t)" + std::to_string(i) + R"(","value":"x"})";
  }
  return text + "]";
}

TEST(LabelLists, KeepToTheBounds) {
  const std::string eight = "a=x0, a_2=x1, a_3=x2, a_4=x3, a_5=x4, a_6=x5, a_7=x6, a_8=x7";
  EXPECT_EQ(listed({kTags}, tags(8, "a")), eight);
  EXPECT_EQ(listed({kTags}, tags(9, "a")), eight);
  EXPECT_EQ(listed({kTags}, tags(100'000, "a")), eight);
  EXPECT_EQ(listed({kTags}, names(64)).find("limit"), std::string::npos);
  EXPECT_EQ(listed({kTags}, names(65)), "limit: more than 64 labels at /tags");
  EXPECT_THAT(listed({kTags}, tags(1, "a", 1023)), HasSubstr("a=xxx"));
  EXPECT_EQ(listed({kTags}, tags(1, "a", 1024)), "") << "what is too long identifies nothing";
  const std::string longest(kLabelNameBytesMax, 'n');
  EXPECT_EQ(listed({kTags}, tags(2, longest)), longest + "=x0") << "its number would make the name too long";
  EXPECT_EQ(listed({kTags}, tags(1, longest + "n")), "");
}

TEST(Origin, IsWhatTheRuleSays) {
  MappingSpec spec = simple();
  const auto origin = [&] {
    const Mapped mapped = compiled(spec)->map(R"({"id":1,"state":"up",)" AT "}");
    return std::pair(mapped.signals.at(0).origin, mapped.signals.at(0).expect_within);
  };
  EXPECT_EQ(origin(), std::pair(Origin::monitoring, std::optional<Millis>()));
  spec.signals[0].origin = Origin::person;
  EXPECT_EQ(origin(), std::pair(Origin::person, std::optional<Millis>()));
  spec.signals[0].condition.map = {{"up", Meaning::up}, {"down", Meaning::ignore}};
  spec.signals[0].origin = Origin::heartbeat;
  spec.signals[0].expect_within = 5min;
  EXPECT_EQ(origin(), std::pair(Origin::heartbeat, std::optional<Millis>(5min)));
}

TEST(EventRecorder, SpeaksOfTheSameAlertAsTheWebhook) {
  // Alertmanager's event recorder: labels in a list, the fingerprint in decimal, the same as the webhook's hexadecimal.
  MappingSpec spec;
  spec.source = "alertmanager-events";
  SignalRuleSpec rule;
  rule.when.present = "/data/alertCreated";
  rule.key = {"{/data/alertCreated/alert/fingerprint}"};
  rule.key_spelling = KeySpelling::decimal_fingerprint;
  rule.condition.is = Meaning::down;
  rule.at.rfc3339 = "/data/alertCreated/alert/startsAt";
  rule.labels_from_lists = {{"/data/alertCreated/alert/labels/labels", "/key", {}, "/value"}};
  spec.signals = {rule};
  const Mapped mapped = compiled(spec)->map(
      R"({"@timestamp":"2026-11-22T02:13:01Z","instance":"am1","data":{"alertCreated":{"alert":)"
      R"({"fingerprint":"11654269407036761917","name":"DatabaseDown","labels":{"labels":[)"
      R"({"key":"alertname","value":"DatabaseDown"},{"key":"service","value":"cosmic"}]},)"
      R"("startsAt":"2026-11-22T02:13:00.123+01:00","endsAt":"2026-11-22T02:18:00Z"}}},"clusterPosition":1})");
  ASSERT_FALSE(mapped.refusal) << mapped.refusal->message;
  const auto webhooks = compiled(alertmanager())->map(webhook(alert("firing", "critical", "0001-01-01T00:00:00Z")));
  EXPECT_EQ(mapped.signals.at(0).key, webhooks.signals.at(0).key);
  EXPECT_EQ(mapped.signals.at(0).at, webhooks.signals.at(0).at);
  EXPECT_THAT(mapped.signals.at(0).labels, ElementsAre(Label{"alertname", "DatabaseDown"}, Label{"service", "cosmic"}));
}
#undef AT

}  // namespace
}  // namespace avbrottsvakt::test
