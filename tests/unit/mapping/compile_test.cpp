#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "mapping/pointer.h"
#include "specs.h"

namespace avbrottsvakt::test {
namespace {

using testing::HasSubstr;

struct FaultCase {
  const char* name;
  std::function<void(MappingSpec&)> spoil;
  const char* path;
  const char* says;
};

/// A time with so many instead within another.
AtSpec nested(int depth) {
  AtSpec at;
  at.rfc3339 = "/t";
  if (depth > 0) {
    at.instead.push_back(nested(depth - 1));
  }
  return at;
}

void expect_within(MappingSpec& spec, Millis within) {
  SignalRuleSpec& rule = spec.signals[0];
  rule.origin = Origin::heartbeat;
  rule.expect_within = within;
  rule.condition = {};
  rule.condition.from = "/status";
  rule.condition.map = {{"firing", Meaning::up}, {"resolved", Meaning::ignore}};
}

class CompileFault : public testing::TestWithParam<FaultCase> {};

TEST_P(CompileFault, NamesThePlace) {
  MappingSpec spec = alertmanager();
  GetParam().spoil(spec);
  const auto result = Mapping::compile(spec);
  EXPECT_EQ(result.mapping, nullptr);
  ASSERT_EQ(result.faults.size(), 1u);
  EXPECT_EQ(result.faults[0].path, GetParam().path);
  EXPECT_THAT(result.faults[0].message, HasSubstr(GetParam().says));
  EXPECT_FALSE(result.faults[0].remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Cases, CompileFault,
    testing::Values(
        FaultCase{"NoSource", [](MappingSpec& s) { s.source = ""; }, "source", "1 to 64"},
        FaultCase{"LongSource", [](MappingSpec& s) { s.source = std::string(65, 'a'); }, "source", "1 to 64"},
        FaultCase{"NoRules", [](MappingSpec& s) { s.signals.clear(); }, "signals", "1 to 100"},
        FaultCase{"BadIterate", [](MappingSpec& s) { s.iterate = "alerts"; }, "iterate", "begin with /"},
        FaultCase{"BadExpect", [](MappingSpec& s) { s.expect[0].pointer = "/a~2"; }, "expect[0]", "~"},
        FaultCase{"SkipsEverything", [](MappingSpec& s) { s.skip[1] = {}; }, "skip[1]", "everything"},
        FaultCase{"NoKey", [](MappingSpec& s) { s.signals[1].key.clear(); }, "signals[1].key", "needs a key"},
        FaultCase{"OpenBrace", [](MappingSpec& s) { s.signals[1].key = {"{/a}", "å{/b"}; }, "signals[1].key[1]",
                  "{ without } at column 2"},
        FaultCase{"CloseBrace", [](MappingSpec& s) { s.signals[1].key = {"{/a}}b"}; }, "signals[1].key[0]",
                  "} without { at column 5"},
        FaultCase{"PointerInTemplate", [](MappingSpec& s) { s.signals[1].key = {"x{a}"}; }, "signals[1].key[0]",
                  "not a JSON Pointer at column 3"},
        FaultCase{"EmptyTemplate", [](MappingSpec& s) { s.signals[0].summary = {""}; }, "signals[0].summary[0]",
                  "must not be empty"},
        FaultCase{"BadWhen", [](MappingSpec& s) { s.signals[0].when.present = "x"; }, "signals[0].when.present", "/"},
        FaultCase{"BadEquals", [](MappingSpec& s) { s.signals[0].when.equals = {{"x", "1"}}; },
                  "signals[0].when.equals[0]", "/"},
        FaultCase{"NoCondition", [](MappingSpec& s) { s.signals[0].condition = {}; }, "signals[0].condition", "either"},
        FaultCase{"TwoConditions", [](MappingSpec& s) { s.signals[0].condition.is = Meaning::up; },
                  "signals[0].condition", "either"},
        FaultCase{"MapBesideIs",
                  [](MappingSpec& s) {
                    s.signals[0].condition.is = Meaning::up;
                    s.signals[0].condition.from.reset();
                  },
                  "signals[0].condition", "beside is"},
        FaultCase{"NoMap", [](MappingSpec& s) { s.signals[1].condition.map.clear(); }, "signals[1].condition.map",
                  "need a meaning"},
        FaultCase{"ValueTwice", [](MappingSpec& s) { s.signals[1].condition.map.emplace_back("firing", Meaning::up); },
                  "signals[1].condition.map[2]", "firing has a meaning already"},
        FaultCase{"NoTime", [](MappingSpec& s) { s.signals[0].at = {}; }, "signals[0].at", "one of"},
        FaultCase{"TwoTimes", [](MappingSpec& s) { s.signals[0].at.seconds = "/t"; }, "signals[0].at", "one of"},
        FaultCase{"NanosecondsAlone", [](MappingSpec& s) { s.signals[0].at.nanoseconds = "/ns"; },
                  "signals[0].at.nanoseconds", "seconds only"},
        FaultCase{"LabelTwice", [](MappingSpec& s) { s.signals[0].labels = {{"a", "/a"}, {"a", "/b"}}; },
                  "signals[0].labels[1]", "there already"},
        FaultCase{"LabelWithoutName", [](MappingSpec& s) { s.signals[0].labels = {{"", "/a"}}; },
                  "signals[0].labels[0]", "a name"},
        FaultCase{"BadLabelsFrom", [](MappingSpec& s) { s.signals[0].labels_from.emplace_back("b"); },
                  "signals[0].labels_from[1]", "begin with /"},
        FaultCase{"BadDiffers", [](MappingSpec& s) { s.signals[0].when.differs = {{"x", "1"}}; },
                  "signals[0].when.differs[0]", "/"},
        FaultCase{"EndingsBesideIs",
                  [](MappingSpec& s) {
                    s.signals[1].condition = {};
                    s.signals[1].condition.is = Meaning::up;
                    s.signals[1].condition.endings = {{".up", Meaning::up}};
                  },
                  "signals[1].condition", "beside is"},
        FaultCase{"EmptyEnding", [](MappingSpec& s) { s.signals[1].condition.endings = {{"", Meaning::up}}; },
                  "signals[1].condition.endings[0]", "every value"},
        FaultCase{"EndingTwice",
                  [](MappingSpec& s) {
                    s.signals[1].condition.endings = {{".a", Meaning::up}, {".b", Meaning::up}, {".a", Meaning::down}};
                  },
                  "signals[1].condition.endings[2]", ".a has a meaning already"},
        FaultCase{"ConditionInsteadIsFaulty",
                  [](MappingSpec& s) { s.signals[1].condition.instead = {ConditionSpec{}}; },
                  "signals[1].condition.instead", "either"},
        FaultCase{"InsteadBesideAbsent",
                  [](MappingSpec& s) {
                    s.signals[0].condition.instead.emplace_back();
                    s.signals[0].condition.instead[0].is = Meaning::up;
                  },
                  "signals[0].condition.instead", "absent says already"},
        FaultCase{"TimeInsteadIsFaulty", [](MappingSpec& s) { s.signals[1].at.instead = {AtSpec{}}; },
                  "signals[1].at.instead", "one of"},
        FaultCase{"FiveInstead", [](MappingSpec& s) { s.signals[1].at = nested(5); },
                  "signals[1].at.instead.instead.instead.instead.instead", "at most 4"},
        FaultCase{"ReceivedAndAnother", [](MappingSpec& s) { s.signals[1].at.received = true; }, "signals[1].at",
                  "one of"},
        FaultCase{"ZeroBesideReceived",
                  [](MappingSpec& s) {
                    s.signals[1].at = {};
                    s.signals[1].at.received = true;
                    s.signals[1].at.zero = ZeroTime::open;
                  },
                  "signals[1].at", "beside received"},
        FaultCase{"LabelsOfAListWithoutName",
                  [](MappingSpec& s) { s.signals[0].labels_from_lists = {{"/tags", {}, {}, "/value"}}; },
                  "signals[0].labels_from_lists[0]", "either fixed or taken"},
        FaultCase{"LabelsOfAListWithTwoNames",
                  [](MappingSpec& s) { s.signals[0].labels_from_lists = {{"/tags", "/tag", "tag", "/value"}}; },
                  "signals[0].labels_from_lists[0]", "either fixed or taken"},
        FaultCase{"LabelsOfAListWithEmptyName",
                  [](MappingSpec& s) { s.signals[0].labels_from_lists = {{"/tags", {}, "", {}}}; },
                  "signals[0].labels_from_lists[0].name", "1 to 128"},
        FaultCase{"LabelsOfAListBadValue",
                  [](MappingSpec& s) {
                    s.signals[0].labels_from_lists = {{"/a", {}, "a", {}}, {"/tags", "/tag", {}, "value"}};
                  },
                  "signals[0].labels_from_lists[1].value_from", "begin with /"},
        FaultCase{"HeartbeatWithoutTime",
                  [](MappingSpec& s) {
                    expect_within(s, Millis(1));
                    s.signals[0].expect_within.reset();
                  },
                  "signals[0].origin", "when the next one"},
        FaultCase{"HeartbeatThatIsDown",
                  [](MappingSpec& s) {
                    expect_within(s, Millis(1));
                    s.signals[0].condition.map[1].second = Meaning::down;
                  },
                  "signals[0].condition", "it is up"},
        FaultCase{"HeartbeatThatIsDegradedOtherwise",
                  [](MappingSpec& s) {
                    expect_within(s, Millis(1));
                    s.signals[0].condition.otherwise = Meaning::degraded;
                  },
                  "signals[0].condition", "it is up"},
        FaultCase{"HeartbeatThatIsDownInstead",
                  [](MappingSpec& s) {
                    expect_within(s, Millis(1));
                    s.signals[0].condition.instead.emplace_back().is = Meaning::down;
                  },
                  "signals[0].condition", "it is up"},
        FaultCase{"ExpectedOfMonitoring", [](MappingSpec& s) { s.signals[0].expect_within = Millis(1); },
                  "signals[0].expect_within", "only a heartbeat"},
        FaultCase{"ExpectedOfAPerson",
                  [](MappingSpec& s) {
                    s.signals[0].origin = Origin::person;
                    s.signals[0].expect_within = Millis(1);
                  },
                  "signals[0].expect_within", "only a heartbeat"},
        FaultCase{"ExpectedAtOnce", [](MappingSpec& s) { expect_within(s, Millis(0)); }, "signals[0].expect_within",
                  "1ms to 7d, found 0s"},
        FaultCase{"ExpectedTooSeldom", [](MappingSpec& s) { expect_within(s, kExpectWithinMax + Millis(1)); },
                  "signals[0].expect_within", "1ms to 7d, found 7d1ms"},
        FaultCase{"ProtobufWithRules", [](MappingSpec& s) { s.decode = Decode::protobuf_signal; }, "decode",
                  "finished signals"}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(Compile, AllFaultsAtOnce) {
  MappingSpec spec = alertmanager();
  spec.source = "";
  spec.iterate = "x";
  spec.signals[0].key.clear();
  spec.signals[1].at = {};
  EXPECT_EQ(Mapping::compile(spec).faults.size(), 4u);
}

TEST(Compile, OurOwnProtobufNeedsNoMapping) {
  MappingSpec spec;
  spec.source = "signal";
  spec.decode = Decode::protobuf_signal;
  const auto result = Mapping::compile(spec);
  EXPECT_TRUE(result.faults.empty());
  EXPECT_EQ(result.mapping, nullptr);
}

TEST(Compile, BoundsThemselvesArePassed) {
  for (const Millis within : {Millis(1), kExpectWithinMax}) {
    MappingSpec spec = alertmanager();
    expect_within(spec, within);
    spec.signals[1].at = nested(4);
    EXPECT_TRUE(Mapping::compile(spec).faults.empty());
  }
}

/// Signals in the logs carry these: what comes to the language later must not change them.
TEST(Hash, OfWhatCouldBeWrittenFromTheBeginningStays) {
  EXPECT_EQ(mapping_hash(alertmanager()), "c5787a6fc9ea94482c0dd801b5b4a4964fbd80a98000b54aebd8adae884401bb");
  EXPECT_EQ(mapping_hash(zabbix()), "8e5f3d05db52dad3772dcceacf87ab9505607417a932d2d605a310d651f4ed31");
  EXPECT_EQ(mapping_hash(simple()), "540d3f34f7d08f0faf08a1cbc1d673d34fa171a5141b206665114b34889f47cf");
}

TEST(Hash, IsTheSameForTheSameSpecOnly) {
  EXPECT_EQ(mapping_hash(alertmanager()), mapping_hash(alertmanager()));
  EXPECT_EQ(mapping_hash(alertmanager()).size(), 64u);
  const std::vector<std::function<void(MappingSpec&)>> changes = {
      [](MappingSpec& s) { s.source = "b"; },
      [](MappingSpec& s) { s.decode = Decode::ndjson; },
      [](MappingSpec& s) { s.zone = ZoneTable{"UTC", {{Instant{}, std::chrono::seconds{0}}}}; },
      [](MappingSpec& s) { s.zone = ZoneTable{"UTC", {{Instant{}, std::chrono::seconds{1}}}}; },
      [](MappingSpec& s) { s.expect.clear(); },
      [](MappingSpec& s) { s.iterate.reset(); },
      [](MappingSpec& s) { s.iterate = ""; },
      [](MappingSpec& s) { s.skip.pop_back(); },
      [](MappingSpec& s) { s.unmatched = Unmatched::ignore; },
      [](MappingSpec& s) { s.signals.pop_back(); },
      [](MappingSpec& s) { std::swap(s.signals[0], s.signals[1]); },
      [](MappingSpec& s) { s.signals[0].when.present = "/a"; },
      [](MappingSpec& s) { s.signals[0].when.absent = "/a"; },
      [](MappingSpec& s) { s.signals[0].when.equals = {{"/a", "b"}}; },
      [](MappingSpec& s) { s.signals[0].when.equals = {{"/", "ab"}}; },
      [](MappingSpec& s) { s.signals[0].key.emplace_back("{/b}"); },
      [](MappingSpec& s) { s.signals[0].key_spelling = KeySpelling::as_written; },
      [](MappingSpec& s) { s.signals[0].condition.is = Meaning::up; },
      [](MappingSpec& s) { s.signals[0].condition.from = "/x"; },
      [](MappingSpec& s) { s.signals[0].condition.map[0].second = Meaning::degraded; },
      [](MappingSpec& s) { s.signals[0].condition.absent = Meaning::degraded; },
      [](MappingSpec& s) { s.signals[0].condition.absent.reset(); },
      [](MappingSpec& s) { s.signals[0].condition.otherwise = Meaning::degraded; },
      [](MappingSpec& s) { s.signals[0].at.rfc3339 = "/x"; },
      [](MappingSpec& s) { s.signals[0].at.seconds = "/x"; },
      [](MappingSpec& s) { s.signals[0].at.nanoseconds = "/x"; },
      [](MappingSpec& s) { s.signals[0].at.milliseconds = "/x"; },
      [](MappingSpec& s) { s.signals[0].at.zero = ZeroTime::open; },
      [](MappingSpec& s) { s.signals[0].labels_from.clear(); },
      [](MappingSpec& s) { s.signals[0].labels = {{"a", "/b"}}; },
      [](MappingSpec& s) { s.signals[0].summary.clear(); },
      [](MappingSpec& s) { s.skip[0].differs = {{"/a", "b"}}; },
      [](MappingSpec& s) { s.skip[1].differs = {{"/a", "b"}}; },
      [](MappingSpec& s) { s.signals[0].when.differs = {{"/a", "b"}}; },
      [](MappingSpec& s) { s.signals[1].when.differs = {{"/a", "b"}}; },
      [](MappingSpec& s) { s.signals[0].condition.endings = {{".a", Meaning::up}}; },
      [](MappingSpec& s) { s.signals[0].condition.endings = {{".a", Meaning::down}}; },
      [](MappingSpec& s) { s.signals[0].condition.instead = {s.signals[1].condition}; },
      [](MappingSpec& s) { s.signals[0].condition.instead = {s.signals[0].condition}; },
      [](MappingSpec& s) {
        s.signals[0].condition.instead = {s.signals[1].condition};
        s.signals[0].condition.instead[0].endings = {{".a", Meaning::up}};
      },
      [](MappingSpec& s) {
        s.signals[0].condition.instead = {s.signals[1].condition};
        s.signals[0].condition.instead[0].instead = {s.signals[1].condition};
      },
      [](MappingSpec& s) { s.signals[0].at.received = true; },
      [](MappingSpec& s) { s.signals[1].at.received = true; },
      [](MappingSpec& s) { s.signals[0].at.instead = {s.signals[0].at}; },
      [](MappingSpec& s) { s.signals[0].at.instead = {s.signals[1].at}; },
      [](MappingSpec& s) { s.signals[0].labels_from_lists = {{"/t", "/n", {}, "/v"}}; },
      [](MappingSpec& s) { s.signals[0].labels_from_lists = {{"/t", {}, "/n", "/v"}}; },
      [](MappingSpec& s) { s.signals[0].labels_from_lists = {{"/t", "/n", {}, {}}}; },
      [](MappingSpec& s) { s.signals[0].labels_from_lists = {{"/t", "/n", {}, {}}, {"/t", "/n", {}, {}}}; },
      [](MappingSpec& s) { s.signals[0].origin = Origin::probe; },
      [](MappingSpec& s) { s.signals[0].origin = Origin::person; },
      [](MappingSpec& s) { s.signals[1].origin = Origin::person; },
      [](MappingSpec& s) { expect_within(s, Millis(1)); },
      [](MappingSpec& s) { expect_within(s, Millis(2)); },
  };
  std::set<std::string> hashes{mapping_hash(alertmanager())};
  for (std::size_t i = 0; i < changes.size(); ++i) {
    MappingSpec spec = alertmanager();
    changes[i](spec);
    EXPECT_TRUE(hashes.insert(mapping_hash(spec)).second) << "change " << i;
  }
}

TEST(Pointer, TakesApart) {
  EXPECT_TRUE(JsonPointer::parse("")->tokens.empty());
  EXPECT_THAT(JsonPointer::parse("/")->tokens, testing::ElementsAre(""));
  EXPECT_THAT(JsonPointer::parse("/a//0")->tokens, testing::ElementsAre("a", "", "0"));
  EXPECT_THAT(JsonPointer::parse("/~01/~10")->tokens, testing::ElementsAre("~1", "/0"));
  EXPECT_EQ(JsonPointer::parse("/å~").error().place.column, 3) << "columns count characters";
}

}  // namespace
}  // namespace avbrottsvakt::test
