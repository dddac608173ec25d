#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "specs.h"

namespace avbrottsvakt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kZero = "0001-01-01T00:00:00Z";

class Alertmanager : public testing::Test {
 protected:
  Mapped map(const std::string& payload) { return mapping_->map(payload); }
  std::unique_ptr<Mapping> mapping_ = compiled(alertmanager());
};

std::string at(const Signal& signal) { return format_instant(signal.at); }

TEST_F(Alertmanager, FiringIsDownSinceStartsAt) {
  const Mapped mapped = map(webhook(alert("firing", "critical", kZero)));
  EXPECT_FALSE(mapped.refusal);
  ASSERT_EQ(mapped.signals.size(), 1u);
  const Signal& signal = mapped.signals[0];
  EXPECT_EQ(signal.source, "alertmanager");
  EXPECT_EQ(signal.key, "a1bc48475b20e73d");
  EXPECT_EQ(signal.condition, Condition::down);
  EXPECT_EQ(at(signal), "2026-11-22T01:13:00.123Z");
  EXPECT_THAT(signal.labels, ElementsAre(Label{"alertname", "DatabaseDown"}, Label{"service", "cosmic"},
                                         Label{"severity", "critical"}));
  EXPECT_EQ(signal.summary, "Databasen svarar inte");
  EXPECT_EQ(signal.mapping_hash, mapping_->hash());
}

TEST_F(Alertmanager, ResolvedIsDownAtItsStartAndUpAtItsEnd) {
  const Mapped mapped = map(webhook(alert("resolved", "critical", "2026-11-22T02:43:00+01:00")));
  EXPECT_FALSE(mapped.refusal);
  ASSERT_EQ(mapped.signals.size(), 2u);
  EXPECT_EQ(mapped.signals[0].condition, Condition::down);
  EXPECT_EQ(at(mapped.signals[0]), "2026-11-22T01:13:00.123Z");
  EXPECT_EQ(mapped.signals[1].condition, Condition::up);
  EXPECT_EQ(at(mapped.signals[1]), "2026-11-22T01:43:00.000Z");
  EXPECT_EQ(mapped.signals[0].key, mapped.signals[1].key);
  EXPECT_TRUE(mapped.signals[1].labels.empty()) << "the cause keeps those it has";
}

TEST_F(Alertmanager, AFiringGroupMayHoldResolvedAlerts) {
  const Mapped mapped = map(webhook(alert("firing", "critical", kZero, "0000000000000001") + "," +
                                    alert("resolved", "warning", "2026-11-22T02:43:00+01:00", "0000000000000002") +
                                    "," + alert("firing", "warning", kZero, "0000000000000003")));
  EXPECT_FALSE(mapped.refusal);
  std::vector<std::string> told;
  for (const Signal& signal : mapped.signals) {
    told.push_back(signal.key.substr(15) + " " + std::string(to_string(signal.condition)));
  }
  EXPECT_THAT(told, ElementsAre("1 down", "2 degraded", "2 up", "3 degraded"));
}

TEST_F(Alertmanager, WithoutSeverityTheStatedDefaultHolds) {
  const Mapped mapped = map(webhook(alert("firing", "", kZero)));
  EXPECT_FALSE(mapped.refusal);
  ASSERT_EQ(mapped.signals.size(), 1u);
  EXPECT_EQ(mapped.signals[0].condition, Condition::down);
}

TEST_F(Alertmanager, AnUnknownSeverityIsNamed) {
  const Mapped mapped = map(webhook(alert("firing", "page", kZero)));
  EXPECT_TRUE(mapped.signals.empty());
  ASSERT_TRUE(mapped.refusal);
  EXPECT_EQ(mapped.refusal->stage, "mapping");
  EXPECT_EQ(mapped.refusal->error, "unmapped_value");
  EXPECT_THAT(mapped.refusal->message, HasSubstr("/alerts/0: the mapping does not know the value \"page\""));
  EXPECT_THAT(mapped.refusal->message, HasSubstr("/labels/severity"));
}

TEST_F(Alertmanager, AnUnknownStatusGivesNothingOfItsAlert) {
  const Mapped mapped = map(webhook(alert("suppressed", "critical", kZero)));
  EXPECT_TRUE(mapped.signals.empty()) << "half of what was said may be false";
  ASSERT_TRUE(mapped.refusal);
  EXPECT_THAT(mapped.refusal->message, HasSubstr("\"suppressed\""));
}

TEST_F(Alertmanager, InformationIsNoOutage) {
  const Mapped mapped =
      map(webhook(alert("firing", "info", kZero) + "," + alert("resolved", "none", "2026-11-22T02:43:00+01:00")));
  EXPECT_FALSE(mapped.refusal);
  EXPECT_TRUE(mapped.signals.empty());
}

TEST_F(Alertmanager, ZeroEndOfAResolvedAlertIsNotTakenForATime) {
  const Mapped mapped = map(webhook(alert("resolved", "critical", kZero)));
  EXPECT_TRUE(mapped.signals.empty());
  ASSERT_TRUE(mapped.refusal);
  EXPECT_EQ(mapped.refusal->error, "bad_time");
  EXPECT_THAT(mapped.refusal->message, HasSubstr("/endsAt is a zero time"));
}

TEST_F(Alertmanager, ZeroEndMeansOpenWhereTheMappingSaysSo) {
  MappingSpec spec = alertmanager();
  spec.signals[1].condition = {};
  spec.signals[1].condition.is = Meaning::up;
  spec.signals[1].at.zero = ZeroTime::open;
  const Mapped mapped = compiled(spec)->map(
      webhook(alert("firing", "critical", kZero) + "," + alert("firing", "critical", "2026-11-22T02:43:00Z")));
  EXPECT_FALSE(mapped.refusal);
  ASSERT_EQ(mapped.signals.size(), 3u);
  EXPECT_EQ(mapped.signals[0].condition, Condition::down);
  EXPECT_EQ(mapped.signals[1].condition, Condition::down);
  EXPECT_EQ(mapped.signals[2].condition, Condition::up);
}

TEST_F(Alertmanager, WhatWasCutOffIsADeadLetterBesides) {
  const Mapped mapped = map(webhook(alert("firing", "critical", kZero), 12));
  EXPECT_EQ(mapped.signals.size(), 1u) << "what is there is used";
  ASSERT_TRUE(mapped.refusal);
  EXPECT_EQ(mapped.refusal->error, "unexpected");
  EXPECT_THAT(mapped.refusal->message, HasSubstr("/truncatedAlerts: expected \"0\", found \"12\""));
}

TEST_F(Alertmanager, OneBadAlertDoesNotSpoilTheOthers) {
  const Mapped mapped = map(webhook(alert("firing", "critical", kZero, "0000000000000001") + "," +
                                    alert("firing", "page", kZero, "0000000000000002") + ",17,null," +
                                    alert("firing", "critical", kZero, "0000000000000003")));
  ASSERT_EQ(mapped.signals.size(), 2u);
  EXPECT_EQ(mapped.signals[0].key, "0000000000000001");
  EXPECT_EQ(mapped.signals[1].key, "0000000000000003");
  ASSERT_TRUE(mapped.refusal);
  EXPECT_THAT(mapped.refusal->message, HasSubstr("/alerts/1: "));
  EXPECT_THAT(mapped.refusal->message, HasSubstr("/alerts/2: "));
  EXPECT_THAT(mapped.refusal->message, HasSubstr("/alerts/3: "));
}

TEST_F(Alertmanager, SwedishAndSymbolsSurvive) {
  const Mapped mapped =
      map(R"({"alerts":[{"status":"firing","labels":{"tjänst":"Östra sjukhuset","emoji":"\ud83d\ude91 \u00e5"},)"
          R"("annotations":{"summary":"Åtkomst nekad – «köer»\n\t\"hjälp\""},"startsAt":"2026-11-22T02:13:00Z",)"
          R"("endsAt":"0001-01-01T00:00:00Z","fingerprint":"0000000000000001"}]})");
  EXPECT_FALSE(mapped.refusal);
  ASSERT_EQ(mapped.signals.size(), 1u);
  EXPECT_THAT(mapped.signals[0].labels, ElementsAre(Label{"emoji", "🚑 å"}, Label{"tjänst", "Östra sjukhuset"}));
  EXPECT_EQ(mapped.signals[0].summary, "Åtkomst nekad – «köer»\n\t\"hjälp\"");
}

TEST_F(Alertmanager, NoAlertsTellNothing) {
  const Mapped mapped = map(webhook(""));
  EXPECT_TRUE(mapped.signals.empty());
  EXPECT_FALSE(mapped.refusal);
}

TEST_F(Alertmanager, TheSamePayloadGivesTheSameAgain) {
  const std::string payload = webhook(alert("resolved", "critical", "2026-11-22T02:43:00+01:00"));
  const Mapped first = map(payload);
  map("{ broken");
  const Mapped second = map(payload);
  EXPECT_EQ(first.signals, second.signals);
  EXPECT_EQ(compiled(alertmanager())->map(payload).signals, first.signals);
}

struct Spelling {
  const char* name;
  KeySpelling spelling;
  const char* written;
  const char* key;  ///< null: refused
};

class Fingerprint : public testing::TestWithParam<Spelling> {};

TEST_P(Fingerprint, HasOneSpelling) {
  MappingSpec spec = simple();
  spec.signals[0].key_spelling = GetParam().spelling;
  const Mapped mapped = compiled(spec)->map(std::string(R"({"id":)") + GetParam().written +
                                            R"(,"state":"down","at":"2026-11-22T02:13:00Z"})");
  if (GetParam().key != nullptr) {
    ASSERT_EQ(mapped.signals.size(), 1u) << mapped.refusal->message;
    EXPECT_EQ(mapped.signals[0].key, GetParam().key);
  } else {
    ASSERT_TRUE(mapped.refusal);
    EXPECT_EQ(mapped.refusal->error, "bad_key");
  }
}

INSTANTIATE_TEST_SUITE_P(
    Spellings, Fingerprint,
    testing::Values(
        Spelling{"Webhook", KeySpelling::hex_fingerprint, "\"a1bc48475b20e73d\"", "a1bc48475b20e73d"},
        Spelling{"EventRecorder", KeySpelling::decimal_fingerprint, "\"11654269407036761917\"", "a1bc48475b20e73d"},
        Spelling{"DecimalNumber", KeySpelling::decimal_fingerprint, "11654269407036761917", "a1bc48475b20e73d"},
        Spelling{"UpperCase", KeySpelling::hex_fingerprint, "\"A1BC48475B20E73D\"", "a1bc48475b20e73d"},
        Spelling{"Short", KeySpelling::hex_fingerprint, "\"1f\"", "000000000000001f"},
        Spelling{"Largest", KeySpelling::decimal_fingerprint, "\"18446744073709551615\"", "ffffffffffffffff"},
        Spelling{"BeyondLargest", KeySpelling::decimal_fingerprint, "\"18446744073709551616\"", nullptr},
        Spelling{"TooLong", KeySpelling::hex_fingerprint, "\"1a1bc48475b20e73d\"", nullptr},
        Spelling{"NotHex", KeySpelling::hex_fingerprint, "\"a1bc48475b20e73g\"", nullptr},
        Spelling{"Negative", KeySpelling::decimal_fingerprint, "-1", nullptr},
        Spelling{"AsWritten", KeySpelling::as_written, "\"A1bc\"", "A1bc"}),
    [](const auto& p) { return std::string(p.param.name); });

}  // namespace
}  // namespace avbrottsvakt::test
