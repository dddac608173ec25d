// Each value of each enum, by the word that stands in JSON. A round trip would not notice two that changed places.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "generated.h"
#include "wire/output.h"

namespace avbrottsvakt {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct WordCase {
  const char* name;
  std::vector<std::string> words;  ///< in the model's order; empty: left out
  const char* field;
  std::function<Output(int)> make;  ///< an output with the value of this number in the field
};

template <typename Enum>
constexpr std::size_t count() {
  return static_cast<std::size_t>(testing::LastOf<Enum>::value) + 1;
}

template <typename Said>
Said with_id() {
  Said said;
  said.header.id = "id";
  return said;
}

class Words : public ::testing::TestWithParam<WordCase> {};

TEST_P(Words, AreThoseOfTheModel) {
  for (std::size_t value = 0; value < GetParam().words.size(); ++value) {
    const std::string& word = GetParam().words[value];
    const Output output = GetParam().make(static_cast<int>(value));
    const EncodedOutput record = encode_output(output, OutputFormat::json);
    const std::string key = std::string("\"") + GetParam().field + "\":";
    if (word.empty()) {
      EXPECT_THAT(record.value, Not(HasSubstr(key)));
    } else {
      EXPECT_THAT(record.value, HasSubstr(key + "\"" + word + "\""));
    }
    for (const auto format : {OutputFormat::json, OutputFormat::protobuf}) {
      const auto read = decode_output(encode_output(output, format));
      ASSERT_TRUE(read.has_value()) << to_string(read.error());
      EXPECT_TRUE(testing::same(*read, output)) << word;
    }
  }
}

template <typename Enum>
std::vector<std::string> words_of_model() {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < count<Enum>(); ++i) words.emplace_back(to_string(static_cast<Enum>(i)));
  return words;
}

std::vector<std::string> levels() {
  auto words = words_of_model<Level>();
  words[0].clear();  // none
  return words;
}

Output alert_with(const AlertEntry& entry) {
  Alert alert = with_id<Alert>();
  alert.entries.push_back(entry);
  return alert;
}
Output alert_with(const Objective& objective) {
  Alert alert = with_id<Alert>();
  alert.objectives.push_back(objective);
  return alert;
}
Output report_with(SourceBasis basis, Confidence confidence) {
  ReportPrompt prompt = with_id<ReportPrompt>();
  prompt.recipient_source.basis = basis;
  prompt.recipient_source.confidence = confidence;
  prompt.basis = Basis::measured;
  return prompt;
}

INSTANTIATE_TEST_SUITE_P(
    Enum, Words,
    ::testing::Values(
        WordCase{"Condition", words_of_model<Condition>(), "condition",
                 [](int value) {
                   Alert alert = with_id<Alert>();
                   alert.condition = static_cast<Condition>(value);
                   return Output(alert);
                 }},
        WordCase{"Level", levels(), "level",
                 [](int value) {
                   IncidentPicture picture = with_id<IncidentPicture>();
                   picture.level = static_cast<Level>(value);
                   return Output(picture);
                 }},
        WordCase{"Basis", words_of_model<Basis>(), "basis",
                 [](int value) {
                   Objective objective;
                   objective.basis = static_cast<Basis>(value);
                   return alert_with(objective);
                 }},
        WordCase{"Confidence", words_of_model<Confidence>(), "confidence",
                 [](int value) { return report_with(SourceBasis::text, static_cast<Confidence>(value)); }},
        WordCase{"SourceBasis", words_of_model<SourceBasis>(), "basis",
                 [](int value) { return report_with(static_cast<SourceBasis>(value), Confidence::high); }},
        WordCase{"AlertReason",
                 {"opened", "root_found", "merged", "ladder", "forecast_mta", "rto_missed", "mta_missed", "activation",
                  "legal", "grown", "repeated", "amended", "level_lowered", "recovered", "merged_away",
                  "fallback_missed", "protected_mode", "overrun_ahead"},
                 "reason",
                 [](int value) {
                   AlertEntry entry;
                   entry.reason = static_cast<AlertReason>(value);
                   return alert_with(entry);
                 }},
        WordCase{"Share",
                 {"none", "rto", "mta"},
                 "share_of",
                 [](int value) {
                   AlertEntry entry;
                   entry.share_of = static_cast<AlertEntry::Share>(value);
                   return alert_with(entry);
                 }},
        WordCase{"ObjectiveKind",
                 {"rto", "mta", "fallback"},
                 "kind",
                 [](int value) {
                   Objective objective;
                   objective.kind = static_cast<Objective::Kind>(value);
                   return alert_with(objective);
                 }},
        WordCase{"ObjectiveState",
                 {"running", "missed", "kept"},
                 "state",
                 [](int value) {
                   Objective objective;
                   objective.state = static_cast<Objective::State>(value);
                   return alert_with(objective);
                 }},
        WordCase{"ActivationKind",
                 {"proposed", "withdrawn"},
                 "kind",
                 [](int value) {
                   ActivationPrompt prompt = with_id<ActivationPrompt>();
                   prompt.kind = static_cast<ActivationPrompt::Kind>(value);
                   return Output(prompt);
                 }},
        WordCase{"ReportKind",
                 {"assess", "ask_next", "due", "reminder", "overdue", "amended", "withdrawn", "still_open", "closed",
                  "dismissed", "reopened", "follow_up"},
                 "kind",
                 [](int value) {
                   ReportPrompt prompt = with_id<ReportPrompt>();
                   prompt.kind = static_cast<ReportPrompt::Kind>(value);
                   return Output(prompt);
                 }},
        WordCase{"CountsFrom",
                 {"known_incident", "submitted", "known_significant", "requested", "handled"},
                 "counts_from",
                 [](int value) {
                   ReportPrompt prompt = with_id<ReportPrompt>();
                   prompt.stages.emplace_back().counts_from = static_cast<StageState::CountsFrom>(value);
                   return Output(prompt);
                 }},
        WordCase{"Awareness",
                 {"first_alert", "acknowledged"},
                 "awareness",
                 [](int value) {
                   ReportPrompt prompt = with_id<ReportPrompt>();
                   prompt.awareness = static_cast<ReportPrompt::Awareness>(value);
                   return Output(prompt);
                 }}),
    [](const auto& case_) { return case_.param.name; });

TEST(Words, CoverEachEnum) {
  EXPECT_EQ(count<AlertReason>(), 18U);
  EXPECT_EQ(count<AlertEntry::Share>(), 3U);
  EXPECT_EQ(count<Objective::Kind>(), 3U);
  EXPECT_EQ(count<Objective::State>(), 3U);
  EXPECT_EQ(count<ActivationPrompt::Kind>(), 2U);
  EXPECT_EQ(count<ReportPrompt::Kind>(), 12U);
  EXPECT_EQ(count<StageState::CountsFrom>(), 5U);
  EXPECT_EQ(count<ReportPrompt::Awareness>(), 3U);
}

}  // namespace
}  // namespace avbrottsvakt
