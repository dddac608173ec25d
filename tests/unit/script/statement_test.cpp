#include "script/statement.h"

#include <gtest/gtest.h>

namespace avbrottsvakt {
namespace {

const Instant kStart = parse_instant("2026-11-22T01:00:00Z").value();
const ZoneTable kZone{"UTC+1", {{Instant{}, std::chrono::hours(1)}}};

struct SpanCase {
  const char* name;
  const char* text;
  Millis from;
  Millis until;
  int column;  ///< of the error; 0: none
};
void PrintTo(const SpanCase& one, std::ostream* stream) { *stream << one.name; }

class Spans : public testing::TestWithParam<SpanCase> {};

TEST_P(Spans, are_read) {
  const Result<Span> span = parse_span(GetParam().text);
  ASSERT_EQ(span.has_value(), GetParam().column == 0);
  if (span) {
    EXPECT_EQ(span->from, GetParam().from);
    EXPECT_EQ(span->until, GetParam().until);
  } else {
    EXPECT_EQ(span.error().place.column, GetParam().column);
  }
}

INSTANTIATE_TEST_SUITE_P(, Spans,
                         testing::Values(SpanCase{"instant", "60m1ms", Millis{3'600'001}, Millis{3'600'001}, 0},
                                         SpanCase{"two", "31m to 44m", Millis{1'860'000}, Millis{2'640'000}, 0},
                                         SpanCase{"the_same_twice", "5m to 5m", Millis{300'000}, Millis{300'000}, 0},
                                         SpanCase{"backwards", "44m to 31m", {}, {}, 8},
                                         SpanCase{"first_is_none", "soon to 31m", {}, {}, 1},
                                         SpanCase{"second_is_none", "31m to late", {}, {}, 8},
                                         SpanCase{"second_is_missing", "31m to ", {}, {}, 8}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Due, IsAPeriodAfterAnInstantOfTheScript) {
  const Result<DueText> due = parse_due("24h after 6m", kStart);
  ASSERT_TRUE(due.has_value());
  EXPECT_EQ(due->period, parse_period("24h").value());
  EXPECT_EQ(due->after, kStart + std::chrono::minutes(6));
}

TEST(Due, IsADateOrAnInstant) {
  EXPECT_EQ(parse_due("2026-12-25", kStart)->date, parse_date("2026-12-25").value());
  EXPECT_EQ(parse_due("2026-11-23T02:06:00+01:00", kStart)->at, parse_instant("2026-11-23T01:06:00Z").value());
}

TEST(Due, ThatIsNoneSaysWhereAndHow) {
  EXPECT_EQ(parse_due("tomorrow", kStart).error().place.column, 1);
  EXPECT_EQ(parse_due("1 moon after 6m", kStart).error().place.column, 3);
  EXPECT_EQ(parse_due("24h after breakfast", kStart).error().place.column, 11);
  EXPECT_NE(parse_due("tomorrow", kStart).error().remedy.find("24h after 6m"), std::string::npos);
}

// What is said reads as it is expected, so that one can be copied to the other.

TEST(Text, OfAnAlertIsALineForEachReason) {
  Alert alert;
  alert.level = Level::critical;
  alert.root = {"hall", "Hallen"};
  alert.services = 4;
  alert.activities = 2;
  AlertEntry opened;
  opened.subject = {"record", "Journalen"};
  opened.at = kStart;
  opened.tell = {"owner", "on-call"};
  AlertEntry withdrawn = opened;
  withdrawn.reason = AlertReason::rto_missed;
  withdrawn.withdrawn = true;
  withdrawn.at = kStart + Millis{1};
  alert.entries = {opened, withdrawn};
  const std::vector<Statement> said = statements_of(Output(alert));
  ASSERT_EQ(said.size(), 2U);
  EXPECT_EQ(
      to_text(said[0], kStart, kZone),
      "alert: opened, of: record, level: critical, tells: [on-call, owner], true_at: 0s, root: hall, services: 4, "
      "activities: 2");
  EXPECT_EQ(to_text(said[1], kStart, kZone),
            "takes_back: rto_missed, of: record, level: critical, tells: [on-call, owner], true_at: 1ms, root: hall, "
            "services: 4, activities: 2");
}

TEST(Text, OfAnAlertInProtectedModeIsThatItIsOne) {
  Alert alert;
  alert.header.protected_mode = true;
  alert.level = Level::critical;
  alert.call = {{{"officer", "Officeren"}, "", ""}};
  const std::vector<Statement> said = statements_of(Output(alert));
  ASSERT_EQ(said.size(), 1U);
  EXPECT_EQ(to_text(said[0], kStart, kZone), "alert: protected_mode, level: critical, calls: officer");
}

/// What a prompt counts from, and how its deadline reads.
struct Counted {
  const char* name;
  StageState::CountsFrom from;
  std::optional<Period> within;
  const char* by;  ///< "": none is said
};
void PrintTo(const Counted& one, std::ostream* stream) { *stream << one.name; }

class Deadlines : public testing::TestWithParam<Counted> {};

TEST_P(Deadlines, count_from_their_anchor) {
  ReportPrompt prompt;
  prompt.kind = ReportPrompt::Kind::due;
  prompt.regime = {"nis2", "NIS2"};
  prompt.stage = "final_report";
  prompt.to = {"officer", "Officeren"};
  prompt.recipient = "FRA: NCSC";
  prompt.aware_at = kStart;
  prompt.criterion_true_at = kStart + std::chrono::minutes(60) + Millis{1};
  prompt.known_significant_at = kStart + std::chrono::hours(2);
  StageState before;
  before.id = "notification";
  before.name = "Anmälan";
  before.submitted_at = kStart + std::chrono::hours(70);
  StageState stage;
  stage.id = "final_report";
  stage.counts_from = GetParam().from;
  stage.within = GetParam().within;
  stage.after = GetParam().from == StageState::CountsFrom::submitted ? "Anmälan" : "";
  stage.requested_at = kStart + std::chrono::hours(80);
  prompt.stages = {before, stage};
  prompt.duty_holder = {"region", "Regionen"};
  if (GetParam().from != StageState::CountsFrom::handled) prompt.due = kStart + std::chrono::hours(24 * 40);
  EXPECT_EQ(to_text(statements_of(Output(prompt)).at(0), kStart, kZone),
            std::string("due: nis2/final_report, tells: [officer], true_at: 1h1ms, basis: presumed, ") + GetParam().by +
                "recipient: \"FRA: NCSC\", duty_holder: region");
}

INSTANTIATE_TEST_SUITE_P(Text, Deadlines,
                         testing::Values(Counted{"submitted", StageState::CountsFrom::submitted,
                                                 parse_period("1 month").value(), "by: 1 month after 2d22h, "},
                                         Counted{"known_incident", StageState::CountsFrom::known_incident,
                                                 parse_period("24h").value(), "by: 24h after 0s, "},
                                         Counted{"known_significant", StageState::CountsFrom::known_significant,
                                                 parse_period("2 days").value(), "by: 2 days after 2h, "},
                                         Counted{"requested", StageState::CountsFrom::requested,
                                                 parse_period("24h").value(), "by: 24h after 3d8h, "},
                                         Counted{"over_at_nobody_knows_when", StageState::CountsFrom::handled,
                                                 parse_period("1 month").value(), ""},
                                         Counted{"soonest", StageState::CountsFrom::known_significant, std::nullopt,
                                                 ""}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Text, OfAnInstantIsLocal) {
  Statement still;
  still.kind = Statement::Kind::still;
  still.subject = "nis2";
  still.stage = "early_warning";
  still.by = DueText{kStart, std::nullopt, std::nullopt, {}};
  EXPECT_EQ(to_text(still, kStart, kZone), "still: nis2/early_warning, by: 2026-11-22T02:00:00+01:00");
}

TEST(Text, OfAPictureIsNone) { EXPECT_TRUE(statements_of(Output(IncidentPicture{})).empty()); }

}  // namespace
}  // namespace avbrottsvakt
