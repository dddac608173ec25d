// No bytes may crash a mapping, and none may vanish: what gives no signal gives a reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "specs.h"

namespace avbrottsvakt::test {
namespace {

using testing::HasSubstr;

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) {
    all += text;
  }
  return all;
}

std::string one_alert(std::string_view members) {
  std::string text = R"({"alerts":[{"status":"firing","labels":{"severity":"critical"},"fingerprint":"1",)";
  text += R"("endsAt":"0001-01-01T00:00:00Z")";
  text += members;
  return text + "}]}";
}

struct Broken {
  const char* name;
  std::string payload;
  const char* stage;
  const char* error;
  const char* says;
};

class BrokenPayload : public testing::TestWithParam<Broken> {};

TEST_P(BrokenPayload, IsRefusedWithItsReason) {
  const Mapped mapped = compiled(alertmanager())->map(GetParam().payload);
  EXPECT_TRUE(mapped.signals.empty());
  ASSERT_TRUE(mapped.refusal);
  EXPECT_EQ(mapped.refusal->stage, GetParam().stage) << mapped.refusal->message;
  EXPECT_EQ(mapped.refusal->error, GetParam().error) << mapped.refusal->message;
  EXPECT_THAT(mapped.refusal->message, HasSubstr(GetParam().says));
  EXPECT_LE(mapped.refusal->message.size(), 2048u);
}

const char* const kStart = R"(,"startsAt":"2026-11-22T02:13:00Z")";

INSTANTIATE_TEST_SUITE_P(
    Payloads, BrokenPayload,
    testing::Values(
        Broken{"Empty", "", "decode", "empty", "found nothing"},
        Broken{"OnlyBlanks", " \n\t ", "decode", "empty", "found nothing"},
        Broken{"OnlyByteOrderMark", "\xEF\xBB\xBF", "decode", "empty", "found nothing"},
        Broken{"Text", "hello", "decode", "invalid_json", "expected JSON"},
        Broken{"CutInTheMiddle", R"({"alerts":[{"status":"fir)", "decode", "invalid_json", "expected JSON"},
        Broken{"CutAtTheEnd", R"({"alerts":[])", "decode", "invalid_json", "expected JSON"},
        Broken{"TwoDocuments", R"({"alerts":[]}{"alerts":[]})", "decode", "invalid_json", "expected JSON"},
        Broken{"TrailingComma", R"({"alerts":[],})", "decode", "invalid_json", "expected JSON"},
        Broken{"SingleQuotes", R"({'alerts':[]})", "decode", "invalid_json", "expected JSON"},
        Broken{"ZeroByte", std::string("{\"alerts\":[]\0}", 14), "decode", "invalid_json", "expected JSON"},
        Broken{"ControlCharacterInText", "{\"alerts\":[\"\x01\"]}", "decode", "invalid_json", "expected JSON"},
        Broken{"BadEscape", R"({"alerts":["\x41"]})", "decode", "invalid_json", "expected JSON"},
        Broken{"InvalidUtf8", "{\"alerts\":[\"\xff\"]}", "decode", "invalid_utf8", "UTF-8"},
        Broken{"Latin1", "{\"summary\":\"\xd6stra\"}", "decode", "invalid_utf8", "UTF-8"},
        Broken{"NumberBeyond64Bits", R"({"alerts":[],"n":18446744073709551616})", "decode", "invalid_number",
               "64 bits"},
        Broken{"NumberWithLeadingZero", R"({"alerts":[],"n":007})", "decode", "invalid_number", "malformed"},
        Broken{"Infinite", R"({"alerts":[],"n":1e999})", "decode", "invalid_number", "malformed"},
        Broken{"NotANumber", R"({"alerts":[],"n":NaN})", "decode", "invalid_json", "expected JSON"},
        Broken{"TooDeep", repeated("[", 65) + repeated("]", 65), "decode", "too_deep", "64 levels"},
        Broken{"MuchTooDeep", repeated("[", 500'000) + repeated("]", 500'000), "decode", "too_deep", "64 levels"},
        Broken{"TooLarge", std::string(kPayloadBytesMax + 1, ' '), "decode", "too_large", "10485761 bytes"},
        Broken{"Null", "null", "mapping", "not_a_list", "/alerts: expected a list"},
        Broken{"ANumber", "17", "mapping", "not_a_list", "/alerts: expected a list"},
        Broken{"AList", "[1,2]", "mapping", "not_a_list", "/alerts: expected a list"},
        Broken{"NoAlerts", "{}", "mapping", "not_a_list", "/alerts: expected a list"},
        Broken{"AlertsIsNull", R"({"alerts":null})", "mapping", "not_a_list", "/alerts: expected a list"},
        Broken{"AlertsIsAnObject", R"({"alerts":{"0":{}}})", "mapping", "not_a_list", "/alerts: expected a list"},
        Broken{"AnAlertIsAText", R"({"alerts":["firing"]})", "mapping", "missing", "/alerts/0: "},
        Broken{"AnAlertIsAList", R"({"alerts":[[]]})", "mapping", "missing", "/alerts/0: "},
        Broken{"NoStart", one_alert(""), "mapping", "missing", "/startsAt"},
        Broken{"StartIsNull", one_alert(R"(,"startsAt":null)"), "mapping", "missing", "/startsAt"},
        Broken{"StartIsAnObject", one_alert(R"(,"startsAt":{})"), "mapping", "wrong_type", "/startsAt"},
        Broken{"StartIsANumber", one_alert(R"(,"startsAt":1732240380)"), "mapping", "bad_time", "1732240380"},
        Broken{"StartIsWords", one_alert(R"(,"startsAt":"yesterday")"), "mapping", "bad_time", "\"yesterday\""},
        Broken{"StartHasNoZone", one_alert(R"(,"startsAt":"2026-11-22T02:13:00")"), "mapping", "bad_time", "/startsAt"},
        Broken{"StartIsNoDay", one_alert(R"(,"startsAt":"2026-02-30T02:13:00Z")"), "mapping", "bad_time", "/startsAt"},
        Broken{"StartIsZero", one_alert(R"(,"startsAt":"0001-01-01T00:00:00Z")"), "mapping", "bad_time", "zero time"},
        Broken{"StartLongAgo", one_alert(R"(,"startsAt":"1999-12-31T23:59:59.999Z")"), "mapping", "bad_time",
               "2000 and 2100"},
        Broken{"StartFarAhead", one_alert(R"(,"startsAt":"2100-01-01T00:00:00Z")"), "mapping", "bad_time",
               "2000 and 2100"},
        Broken{"StartIn1970", one_alert(R"(,"startsAt":"1970-01-01T00:00:01Z")"), "mapping", "bad_time",
               "2000 and 2100"},
        Broken{"StartIn9999", one_alert(R"(,"startsAt":"9999-12-31T23:59:59Z")"), "mapping", "bad_time",
               "2000 and 2100"},
        Broken{"StartIn10000", one_alert(R"(,"startsAt":"10000-01-01T00:00:00Z")"), "mapping", "bad_time", "/startsAt"},
        Broken{"StartIsTheLargestNumber", one_alert(R"(,"startsAt":18446744073709551615)"), "mapping", "bad_time",
               "18446744073709551615"},
        Broken{"StartHasControls", one_alert(R"(,"startsAt":"\u001b[31m\u0000")"), "mapping", "bad_time",
               "\"\\x1b[31m\\x00\""},
        Broken{"NoFingerprint",
               R"({"alerts":[{"status":"firing","startsAt":"2026-11-22T02:13:00Z","endsAt":"0001-01-01T00:00:00Z"}]})",
               "mapping", "missing", "no template of the key"},
        Broken{"LabelsAreAList", R"({"alerts":[{"labels":[1],"fingerprint":"1","startsAt":"2026-11-22T02:13:00Z"}]})",
               "mapping", "wrong_type", "/labels"},
        Broken{"SeverityIsAnObject", R"({"alerts":[{"labels":{"severity":{"is":"critical"}}}]})", "mapping",
               "wrong_type", "/labels/severity"},
        Broken{"SeverityIsANumber", R"({"alerts":[{"labels":{"severity":5}}]})", "mapping", "unmapped_value", "\"5\""},
        Broken{"LongSeverityIsCut", R"({"alerts":[{"labels":{"severity":")" + repeated("å", 5000) + "\"}}]}", "mapping",
               "unmapped_value", "å…\""},
        Broken{"ManyReasonsAreCounted", R"({"alerts":[)" + repeated("1,", 9999) + "1]}", "mapping", "missing",
               "and 9995 more"}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(BrokenPayload, TheGoodOneBesideThemIsReadWhole) {
  // So that the table above fails for its stated reason, not for a common one.
  const Mapped mapped = compiled(alertmanager())->map(one_alert(kStart));
  EXPECT_FALSE(mapped.refusal) << mapped.refusal->message;
  EXPECT_EQ(mapped.signals.size(), 1u);
}

/// A tool that states no offset, of which is known that it means Stockholm's clocks.
struct LocalStart {
  const char* name;
  const char* at;
  const char* expected;  ///< null: refused
};
class LocalStarts : public testing::TestWithParam<LocalStart> {};

TEST_P(LocalStarts, AreReadAsTheEarlierOrRefused) {
  MappingSpec spec = simple();
  spec.zone = ZoneTable{"Europe/Stockholm",
                        {{kEarliest, std::chrono::hours(1)},
                         {*parse_instant("2026-03-29T01:00:00Z"), std::chrono::hours(2)},
                         {*parse_instant("2026-10-25T01:00:00Z"), std::chrono::hours(1)}}};
  const Mapped mapped = compiled(spec)->map(R"({"id":"1","state":"down","at":")" + std::string(GetParam().at) + "\"}");
  if (GetParam().expected == nullptr) {
    EXPECT_TRUE(mapped.signals.empty());
    ASSERT_TRUE(mapped.refusal);
    EXPECT_EQ(mapped.refusal->error, "bad_time");
    EXPECT_THAT(mapped.refusal->message, HasSubstr("/at is \"" + std::string(GetParam().at)));
    return;
  }
  ASSERT_EQ(mapped.signals.size(), 1u) << mapped.refusal->message;
  EXPECT_EQ(format_instant(mapped.signals[0].at), GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(
    Nights, LocalStarts,
    testing::Values(LocalStart{"BeforeTheHourThatIsNot", "2026-03-29 01:59:59.999", "2026-03-29T00:59:59.999Z"},
                    LocalStart{"InTheHourThatIsNot", "2026-03-29 02:30:00", "2026-03-29T01:00:00.000Z"},
                    LocalStart{"AfterTheHourThatIsNot", "2026-03-29 03:00:00", "2026-03-29T01:00:00.000Z"},
                    LocalStart{"BeforeTheHourThatComesTwice", "2026-10-25 01:59:59.999", "2026-10-24T23:59:59.999Z"},
                    LocalStart{"TheHourThatComesTwice", "2026-10-25 02:00:00", "2026-10-25T00:00:00.000Z"},
                    LocalStart{"ItsEnd", "2026-10-25 02:59:59.999", "2026-10-25T00:59:59.999Z"},
                    LocalStart{"AfterTheHourThatComesTwice", "2026-10-25 03:00:00", "2026-10-25T02:00:00.000Z"},
                    LocalStart{"In1970", "1970-01-01 12:00:00", nullptr},
                    LocalStart{"In9999", "9999-12-31 23:59:59", nullptr},
                    LocalStart{"InTheYear0", "0000-01-01 00:00:00", nullptr}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(PayloadBounds, OfAMemberThatComesTwiceTheFirstCounts) {
  const Mapped mapped =
      compiled(simple())->map(R"({"id":"1","state":"down","state":"up","id":"2","at":"2026-11-22T02:13:00Z"})");
  ASSERT_EQ(mapped.signals.size(), 1u);
  EXPECT_EQ(mapped.signals[0].key, "1");
  EXPECT_EQ(mapped.signals[0].condition, Condition::down);
}

TEST(PayloadBounds, DepthOf64IsRead) {
  MappingSpec spec = simple();
  const std::string nested = repeated("[", 62) + repeated("]", 62);
  const std::string head = R"({"id":"1","state":"down","at":"2026-11-22T02:13:00Z","x":)";
  EXPECT_FALSE(compiled(spec)->map(head + nested + "}").refusal);
}

TEST(PayloadBounds, TheLargestPayloadIsRead) {
  std::string payload = R"({"id":"1","state":"down","at":"2026-11-22T02:13:00Z"})";
  payload.resize(kPayloadBytesMax, ' ');
  const auto mapping = compiled(simple());
  EXPECT_EQ(mapping->map(payload).signals.size(), 1u);
  payload += ' ';
  EXPECT_EQ(mapping->map(payload).refusal->error, "too_large");
  EXPECT_EQ(mapping->map(R"({"id":"1","state":"down","at":"2026-11-22T02:13:00Z"})").signals.size(), 1u);
}

TEST(PayloadBounds, SignalsOfARecord) {
  MappingSpec spec = simple();
  spec.iterate = "/all";
  const auto mapping = compiled(spec);
  const std::string one = R"({"id":"1","state":"down","at":"2026-11-22T02:13:00Z"})";
  const Mapped most = mapping->map(R"({"all":[)" + repeated(one + ",", kSignalsMax - 1) + one + "]}");
  EXPECT_EQ(most.signals.size(), kSignalsMax);
  EXPECT_FALSE(most.refusal);
  const Mapped more = mapping->map(R"({"all":[)" + repeated(one + ",", kSignalsMax) + one + "]}");
  EXPECT_EQ(more.signals.size(), kSignalsMax) << "what fits is used";
  ASSERT_TRUE(more.refusal);
  EXPECT_EQ(more.refusal->error, "limit");
}

TEST(PayloadBounds, TextOfARecordsSignals) {
  MappingSpec spec = simple();
  spec.iterate = "/all";
  spec.signals[0].summary = {"{/s}"};
  const std::string one =
      R"({"id":"1","state":"down","at":"2026-11-22T02:13:00Z","s":")" + std::string(1024, 'x') + "\"}";
  const Mapped mapped = compiled(spec)->map(R"({"all":[)" + repeated(one + ",", 4999) + one + "]}");
  EXPECT_GT(mapped.signals.size(), 3000u);
  EXPECT_LT(mapped.signals.size(), 4096u);
  ASSERT_TRUE(mapped.refusal);
  EXPECT_EQ(mapped.refusal->error, "limit");
}

TEST(PayloadBounds, ElementsThatTellNothingAreNotCounted) {
  const Mapped mapped = compiled(alertmanager())
                            ->map(R"({"alerts":[)" + repeated(R"({"labels":{"severity":"info"}},)", 20'000) +
                                  R"({"labels":{"severity":"info"}}]})");
  EXPECT_FALSE(mapped.refusal);
}

/// Bytes changed, cut and doubled at random: nothing crashes, and nothing is silent unless it is well-formed.
TEST(MutatedPayloads, AreReadOrRefused) {
  constexpr unsigned kSeed = 20261122;
  std::mt19937 random(kSeed);
  const std::string good = webhook(alert("resolved", "critical", "2026-11-22T02:43:00+01:00") + "," +
                                   alert("firing", "warning", "0001-01-01T00:00:00Z", "0000000000000002"));
  const auto mapping = compiled(alertmanager());
  MappingSpec by_line = alertmanager();
  by_line.decode = Decode::ndjson;
  const auto lines = compiled(by_line);
  const auto below = [&](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
  };
  std::size_t refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string payload = good;
    for (std::size_t change = 0; change <= below(4); ++change) {
      const std::size_t at = below(payload.size());
      switch (below(4)) {
        case 0:
          payload[at] = static_cast<char>(below(256));
          break;
        case 1:
          payload.erase(at, below(20));
          break;
        case 2:
          payload.insert(at, payload.substr(below(payload.size()), below(40)));
          break;
        default:
          payload[at] = "{}[]\",:\n0-\\"[below(11)];
          break;
      }
    }
    const Mapped mapped = mapping->map(payload);
    refused += mapped.refusal ? 1U : 0U;
    if (mapped.refusal) {
      EXPECT_FALSE(mapped.refusal->stage.empty() || mapped.refusal->error.empty() || mapped.refusal->message.empty());
    }
    for (const Signal& signal : mapped.signals) {
      EXPECT_EQ(signal.key.size(), 16u);
      EXPECT_TRUE(std::is_sorted(signal.labels.begin(), signal.labels.end()));
    }
    lines->map(payload);
  }
  EXPECT_GT(refused, 10'000u) << "seed " << kSeed;
}

}  // namespace
}  // namespace avbrottsvakt::test
