#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs.h"

namespace avbrottsvakt::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

TEST(Zabbix, ARecoveryJoinsItsProblem) {
  const auto mapping = compiled(zabbix());
  const Mapped mapped = mapping->map(
      "{\"clock\":1519304285,\"ns\":123456789,\"value\":1,\"eventid\":42,\"name\":\"Disk full\",\"severity\":3,"
      "\"hosts\":[{\"host\":\"cosmic-db1\",\"name\":\"COSMIC db 1\"}],\"groups\":[\"db\"]}\r\n"
      "\n"
      "{\"clock\":1519304345,\"ns\":987654321,\"value\":0,\"eventid\":43,\"p_eventid\":42}\n");
  ASSERT_FALSE(mapped.refusal) << mapped.refusal->message;
  ASSERT_EQ(mapped.signals.size(), 2u);
  EXPECT_EQ(mapped.signals[0].key, "42");
  EXPECT_EQ(mapped.signals[0].condition, Condition::down);
  EXPECT_EQ(mapped.signals[0].at, Instant(1519304285123ms));
  EXPECT_THAT(mapped.signals[0].labels, ElementsAre(Label{"host", "cosmic-db1"}, Label{"severity", "3"}));
  EXPECT_EQ(mapped.signals[1].key, "42");
  EXPECT_EQ(mapped.signals[1].condition, Condition::up);
  EXPECT_EQ(mapped.signals[1].at, Instant(1519304345987ms));
  EXPECT_TRUE(mapped.signals[1].labels.empty());
}

TEST(Zabbix, ABadLineDoesNotSpoilTheOthers) {
  const Mapped mapped = compiled(zabbix())->map(
      "{\"clock\":1519304285,\"ns\":0,\"value\":1,\"eventid\":42}\n"
      "{\"clock\":\n"
      "{\"clock\":1519304285,\"ns\":0,\"value\":7,\"eventid\":44}\n"
      "{\"clock\":1519304285,\"ns\":0,\"value\":1,\"eventid\":45}");
  EXPECT_EQ(mapped.signals.size(), 2u);
  ASSERT_TRUE(mapped.refusal);
  EXPECT_EQ(mapped.refusal->stage, "decode");
  EXPECT_THAT(mapped.refusal->message, HasSubstr("line 2: expected JSON"));
  EXPECT_THAT(mapped.refusal->message, HasSubstr("line 3: the mapping does not know the value \"7\""));
}

TEST(Unmatched, IsADeadLetterUnlessTheMappingSaysOtherwise) {
  MappingSpec spec = zabbix();
  const std::string payload = R"({"clock":1519304285,"note":"acknowledged"})";
  const Mapped refused = compiled(spec)->map(payload);
  ASSERT_TRUE(refused.refusal);
  EXPECT_EQ(refused.refusal->error, "no_rule");
  spec.unmatched = Unmatched::ignore;
  const Mapped ignored = compiled(spec)->map(payload);
  EXPECT_FALSE(ignored.refusal);
  EXPECT_TRUE(ignored.signals.empty());
}

struct WhenCase {
  const char* name;
  WhenSpec when;
  const char* payload;
  bool holds;
};

class When : public testing::TestWithParam<WhenCase> {};

TEST_P(When, DecidesWhetherTheRuleApplies) {
  MappingSpec spec = simple();
  spec.unmatched = Unmatched::ignore;
  spec.signals[0].when = GetParam().when;
  spec.signals[0].key = {"k"};
  spec.signals[0].condition = {};
  spec.signals[0].condition.is = Meaning::down;
  const Mapped mapped = compiled(spec)->map(GetParam().payload);
  EXPECT_FALSE(mapped.refusal);
  EXPECT_EQ(mapped.signals.size(), GetParam().holds ? 1u : 0u);
}

#define AT R"("at":"2026-11-22T02:13:00Z")"
INSTANTIATE_TEST_SUITE_P(
    Cases, When,
    testing::Values(WhenCase{"Always", {}, "{" AT "}", true},
                    WhenCase{"Present", {"/v", {}, {}}, "{\"v\":0," AT "}", true},
                    WhenCase{"PresentButNull", {"/v", {}, {}}, "{\"v\":null," AT "}", false},
                    WhenCase{"PresentObject", {"/v", {}, {}}, "{\"v\":{}," AT "}", true},
                    WhenCase{"NotPresent", {"/v", {}, {}}, "{" AT "}", false},
                    WhenCase{"Absent", {{}, "/v", {}}, "{" AT "}", true},
                    WhenCase{"NotAbsent", {{}, "/v", {}}, "{\"v\":\"\"," AT "}", false},
                    WhenCase{"Equal", {{}, {}, {{"/v", "a"}}}, "{\"v\":\"a\"," AT "}", true},
                    WhenCase{"EqualNumber", {{}, {}, {{"/v", "1"}}}, "{\"v\":1," AT "}", true},
                    WhenCase{"EqualBoolean", {{}, {}, {{"/v", "true"}}}, "{\"v\":true," AT "}", true},
                    WhenCase{"NotEqual", {{}, {}, {{"/v", "a"}}}, "{\"v\":\"A\"," AT "}", false},
                    WhenCase{"EqualMissing", {{}, {}, {{"/v", "a"}}}, "{" AT "}", false},
                    WhenCase{"EqualObject", {{}, {}, {{"/v", "{}"}}}, "{\"v\":{}," AT "}", false},
                    WhenCase{"AllMustHold", {"/v", {}, {{"/v", "a"}, {"/w", "b"}}}, "{\"v\":\"a\"," AT "}", false}),
    [](const auto& p) { return std::string(p.param.name); });

struct KeyCase {
  const char* name;
  std::vector<std::string> templates;
  std::string payload;
  const char* key;  ///< null: refused
};

class Key : public testing::TestWithParam<KeyCase> {};

TEST_P(Key, IsTheFirstThatResolves) {
  MappingSpec spec = simple();
  spec.signals[0].key = GetParam().templates;
  spec.signals[0].condition = {};
  spec.signals[0].condition.is = Meaning::down;
  const Mapped mapped = compiled(spec)->map(GetParam().payload);
  if (GetParam().key == nullptr) {
    EXPECT_TRUE(mapped.refusal);
    EXPECT_TRUE(mapped.signals.empty());
  } else {
    ASSERT_EQ(mapped.signals.size(), 1u) << mapped.refusal->message;
    EXPECT_EQ(mapped.signals[0].key, GetParam().key);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Key,
    testing::Values(KeyCase{"First", {"{/a}", "{/b}"}, "{\"a\":1,\"b\":2," AT "}", "1"},
                    KeyCase{"SecondIfAbsent", {"{/a}", "{/b}"}, "{\"b\":2," AT "}", "2"},
                    KeyCase{"SecondIfNull", {"{/a}", "{/b}"}, "{\"a\":null,\"b\":2," AT "}", "2"},
                    KeyCase{"SecondIfEmpty", {"{/a}", "{/b}"}, "{\"a\":\"\",\"b\":2," AT "}", "2"},
                    KeyCase{"None", {"{/a}", "{/b}"}, "{" AT "}", nullptr},
                    KeyCase{"Joined", {"{/a}!{/b}"}, "{\"a\":\"h\",\"b\":\"s\"," AT "}", "h!s"},
                    KeyCase{"JoinedNeedsAll", {"{/a}!{/b}", "{/a}"}, "{\"a\":\"h\"," AT "}", "h"},
                    KeyCase{"Braces", {"{{{/a}}}"}, "{\"a\":\"h\"," AT "}", "{h}"},
                    KeyCase{"EscapedPointer", {"{/a~1b~0c}"}, "{\"a/b~c\":\"h\"," AT "}", "h"},
                    KeyCase{"ListIndex", {"{/a/1/b}"}, "{\"a\":[0,{\"b\":7}]," AT "}", "7"},
                    KeyCase{"LeadingZeroIsNoIndex", {"{/a/01}"}, "{\"a\":[0,7]," AT "}", nullptr},
                    KeyCase{"NumericMember", {"{/a/01}"}, "{\"a\":{\"01\":7}," AT "}", "7"},
                    KeyCase{"IndexBeyondTheEnd", {"{/a/2}"}, "{\"a\":[0,7]," AT "}", nullptr},
                    KeyCase{"IndexBeyondAll", {"{/a/99999999999999999999}"}, "{\"a\":[0,7]," AT "}", nullptr},
                    KeyCase{"StepIntoText", {"{/a/b}"}, "{\"a\":\"b\"," AT "}", nullptr},
                    KeyCase{"Object", {"{/a}"}, "{\"a\":{\"b\":1}," AT "}", nullptr},
                    KeyCase{"Largest64", {"{/a}"}, "{\"a\":18446744073709551615," AT "}", "18446744073709551615"},
                    KeyCase{"Fraction", {"{/a}"}, "{\"a\":1.5," AT "}", "1.5"},
                    KeyCase{"At513Bytes", {"{/a}"}, "{\"a\":\"" + std::string(513, 'x') + "\"," AT "}", nullptr}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(KeyBound, At512BytesItFits) {
  const std::string key = std::string(510, 'x') + "å";
  const auto signals = compiled(simple())->map("{\"id\":\"" + key + "\",\"state\":\"up\"," AT "}").signals;
  ASSERT_EQ(signals.size(), 1u);
  EXPECT_EQ(signals[0].key, key);
}

struct MeaningCase {
  const char* name;
  std::optional<Meaning> absent;
  std::optional<Meaning> otherwise;
  const char* payload;
  std::optional<Condition> condition;
  bool refused;
};

class MeaningOfValues : public testing::TestWithParam<MeaningCase> {};

TEST_P(MeaningOfValues, IsStatedOrRefused) {
  MappingSpec spec = simple();
  spec.signals[0].key = {"k"};
  spec.signals[0].condition.absent = GetParam().absent;
  spec.signals[0].condition.otherwise = GetParam().otherwise;
  spec.signals[0].condition.map.emplace_back("paused", Meaning::ignore);
  const Mapped mapped = compiled(spec)->map(GetParam().payload);
  EXPECT_EQ(mapped.refusal.has_value(), GetParam().refused);
  ASSERT_EQ(mapped.signals.size(), GetParam().condition ? 1u : 0u);
  if (GetParam().condition) {
    EXPECT_EQ(mapped.signals[0].condition, *GetParam().condition);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Cases, MeaningOfValues,
    testing::Values(MeaningCase{"Down", {}, {}, R"({"state":"down",)" AT "}", Condition::down, false},
                    MeaningCase{"Degraded", {}, {}, R"({"state":"degraded",)" AT "}", Condition::degraded, false},
                    MeaningCase{"Up", {}, {}, R"({"state":"up",)" AT "}", Condition::up, false},
                    MeaningCase{"Ignored", {}, {}, R"({"state":"paused",)" AT "}", {}, false},
                    MeaningCase{"IgnoredBeforeItsTimeIsRead", {}, {}, R"({"state":"paused"})", {}, false},
                    MeaningCase{"Unlisted", {}, {}, R"({"state":"Down",)" AT "}", {}, true},
                    MeaningCase{"Otherwise", {}, Meaning::down, R"({"state":"Down",)" AT "}", Condition::down, false},
                    MeaningCase{"Missing", {}, Meaning::down, "{" AT "}", {}, true},
                    MeaningCase{"Absent", Meaning::up, {}, "{" AT "}", Condition::up, false},
                    MeaningCase{"Null", Meaning::up, {}, R"({"state":null,)" AT "}", Condition::up, false},
                    MeaningCase{"AbsentIgnored", Meaning::ignore, {}, "{" AT "}", {}, false},
                    MeaningCase{"AList", Meaning::up, Meaning::up, R"({"state":["down"],)" AT "}", {}, true}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(Labels, LaterObjectsAndNamedOnesOutrank) {
  MappingSpec spec = simple();
  spec.signals[0].labels_from = {"/common", "/own", "/missing"};
  spec.signals[0].labels = {{"c", "/named"}, {"host", "/hosts/0"}, {"gone", "/nothing"}};
  const Mapped mapped = compiled(spec)->map(
      R"({"id":1,"state":"down","common":{"a":"1","b":"1","c":"1"},"own":{"b":"2","c":"2","n":7,"t":true},)"
      R"("named":"3","hosts":["h"],)" AT "}");
  ASSERT_EQ(mapped.signals.size(), 1u) << mapped.refusal->message;
  EXPECT_THAT(mapped.signals[0].labels, ElementsAre(Label{"a", "1"}, Label{"b", "2"}, Label{"c", "3"},
                                                    Label{"host", "h"}, Label{"n", "7"}, Label{"t", "true"}));
}

TEST(Labels, SweptInOnesThatIdentifyNothingAreLeftOut) {
  MappingSpec spec = simple();
  spec.signals[0].labels_from = {"/l"};
  const std::string fits(kLabelValueBytesMax, 'x');
  const Mapped mapped =
      compiled(spec)->map(R"({"id":1,"state":"down","l":{"a":"1","o":{},"p":[1],"n":null,"":"e","f":")" + fits +
                          R"(","g":")" + fits + "x\",\"" + std::string(129, 'n') + "\":\"1\"}," AT "}");
  ASSERT_EQ(mapped.signals.size(), 1u) << mapped.refusal->message;
  EXPECT_THAT(mapped.signals[0].labels, ElementsAre(Label{"a", "1"}, Label{"f", fits}));
}

TEST(Labels, NamedOnesMustBeUsable) {
  MappingSpec spec = simple();
  spec.signals[0].labels = {{"host", "/host"}};
  const auto mapping = compiled(spec);
  EXPECT_EQ(mapping->map(R"({"id":1,"state":"down","host":{},)" AT "}").refusal->error, "wrong_type");
  EXPECT_EQ(mapping->map(R"({"id":1,"state":"down","host":")" + std::string(1025, 'x') + "\"," AT "}").refusal->error,
            "limit");
  EXPECT_FALSE(mapping->map(R"({"id":1,"state":"down","host":")" + std::string(1024, 'x') + "\"," AT "}").refusal);
}

TEST(Labels, AtMost64) {
  MappingSpec spec = simple();
  spec.signals[0].labels_from = {"/l"};
  const auto mapping = compiled(spec);
  const auto with = [&](std::size_t count) {
    std::string text = R"({"id":1,"state":"down","l":{)";
    for (std::size_t i = 0; i < count; ++i) {
      text += (i == 0 ? "\"l" : ",\"l") + std::to_string(i) + "\":1";
    }
    return mapping->map(text + "}," AT "}");
  };
  EXPECT_EQ(with(64).signals.size(), 1u);
  EXPECT_EQ(with(65).refusal->error, "limit");
}

TEST(Summary, IsCutWhereACharacterEnds) {
  MappingSpec spec = simple();
  spec.signals[0].summary = {"{/none}", "{/text}"};
  const auto mapping = compiled(spec);
  const auto with = [&](const std::string& text) {
    return mapping->map(R"({"id":1,"state":"down","text":")" + text + "\"," AT "}").signals.at(0).summary;
  };
  EXPECT_EQ(with(std::string(1024, 'x')).size(), 1024u);
  EXPECT_EQ(with(std::string(1025, 'x')).size(), 1024u);
  EXPECT_EQ(with(std::string(1023, 'x') + "å").size(), 1023u);
  EXPECT_EQ(with(""), "");
}

TEST(Time, EachClock) {
  MappingSpec spec = simple();
  spec.signals[0].at = {};
  spec.signals[0].at.milliseconds = "/t";
  EXPECT_EQ(compiled(spec)->map(R"({"id":1,"state":"down","t":"1795313580123"})").signals.at(0).at,
            Instant(1795313580123ms));
  EXPECT_EQ(compiled(spec)->map(R"({"id":1,"state":"down","t":1795313580})").refusal->error, "bad_time")
      << "seconds taken for milliseconds";
  spec.signals[0].at = {};
  spec.signals[0].at.seconds = "/t";
  EXPECT_EQ(compiled(spec)->map(R"({"id":1,"state":"down","t":1697188278.2})").signals.at(0).at,
            Instant(1697188278200ms));
  EXPECT_EQ(compiled(spec)->map(R"({"id":1,"state":"down","t":1795313580123})").refusal->error, "bad_time")
      << "milliseconds taken for seconds";
  EXPECT_EQ(compiled(spec)->map(R"({"id":1,"state":"down","t":1e300})").refusal->error, "bad_time");
  EXPECT_EQ(compiled(spec)->map(R"({"id":1,"state":"down","t":true})").refusal->error, "bad_time");
  EXPECT_EQ(compiled(spec)->map(R"({"id":1,"state":"down","t":0})").refusal->error, "bad_time");
}

TEST(Time, NanosecondsMustBeThereIfAskedFor) {
  const auto mapping = compiled(zabbix());
  EXPECT_EQ(mapping->map(R"({"clock":1519304285,"value":1,"eventid":42})").refusal->error, "missing");
  EXPECT_EQ(mapping->map(R"({"clock":1519304285,"ns":1000000000,"value":1,"eventid":42})").refusal->error, "bad_time");
}

TEST(Payload, AByteOrderMarkIsNoFault) {
  EXPECT_EQ(compiled(simple())->map("\xEF\xBB\xBF{\"id\":1,\"state\":\"down\"," AT "}").signals.size(), 1u);
}

TEST(Payload, IterateAtTheRoot) {
  MappingSpec spec = simple();
  spec.iterate = "";
  const auto mapping = compiled(spec);
  EXPECT_EQ(mapping->map("[{\"id\":1,\"state\":\"down\"," AT "},{\"id\":2,\"state\":\"up\"," AT "}]").signals.size(),
            2u);
  EXPECT_EQ(mapping->map("{}").refusal->error, "not_a_list");
}
#undef AT

}  // namespace
}  // namespace avbrottsvakt::test
