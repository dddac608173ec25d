#include "report/summary.h"

#include <gtest/gtest.h>

#include "specimens.h"

namespace avbrottsvakt {
namespace {

Summary of(const std::vector<Output>& outputs) {
  Summary summary;
  for (const auto& output : outputs) summary.add(output);
  return summary;
}

std::string render(const Summary& summary, Language language = Language::sv) {
  return summary.render(specimens::options(language), specimens::night("06:00"));
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

ReportPrompt of_kind(ReportPrompt::Kind kind) {
  ReportPrompt result = specimens::report();
  result.kind = kind;
  return result;
}

TEST(Summary, OfNothingIsEmpty) { EXPECT_EQ(render(Summary()), ""); }

TEST(Summary, IsATable) {
  const Summary summary =
      of({specimens::alert(), specimens::alert(), specimens::activation(), specimens::report(), specimens::picture()});
  EXPECT_EQ(render(summary),
            "SAMMANFATTNING  söndag 22 november 2026 kl. 03:12 till 06:00\n"
            "  Driftcentralen          2 meddelanden: KSD i beredskap 2, tjänsteägaren 2\n"
            "  Incidenthanterarna      1 meddelande: KSD i beredskap 1\n"
            "  Rapporteringsansvariga  1 meddelande: Rapporteringsansvarig i beredskap 1\n"
            "  Lägesbilder             1 meddelande\n"
            "Rapporter som återstår\n"
            "Cybersäkerhetslagen (NIS2), Region Exempel, incident 2026-0117\n"
            "  Upplysning              senast måndag 23 november 2026 kl. 02:20\n"
            "                          (om 20 h 20 min)\n"
            "  Incidentanmälan         senast onsdag 25 november 2026 kl. 02:20\n"
            "                          (om 2 dygn 20 h)\n"
            "  Slutrapport             beräknas till fredag 25 december 2026 kl. 02:20\n"
            "                          (om 32 dygn 20 h)\n");
}

TEST(Summary, CountsEachStream) {
  const Summary summary = of({specimens::alert(), specimens::alert(), specimens::dead_letter()});
  EXPECT_EQ(summary.count_of(0), 2U);
  EXPECT_EQ(summary.count_of(1), 0U);
  EXPECT_EQ(summary.count_of(4), 1U);
}

TEST(Summary, TheLastPromptOfADutyHolds) {
  ReportPrompt second = of_kind(ReportPrompt::Kind::reminder);
  second.stages[0].submitted_at = specimens::night("05:00");
  const std::string text = render(of({specimens::report(), second}));
  EXPECT_FALSE(contains(text, "Upplysning")) << text;
  EXPECT_TRUE(contains(text, "Incidentanmälan")) << text;
}

TEST(Summary, WithdrawnAndClosedDutiesAreGone) {
  for (const auto kind : {ReportPrompt::Kind::withdrawn, ReportPrompt::Kind::closed}) {
    EXPECT_TRUE(contains(render(of({specimens::report(), of_kind(kind)})), "Inga rapporter återstår."));
  }
}

TEST(Summary, DutiesOfTwoHoldersAreTwo) {
  ReportPrompt other = specimens::report();
  other.duty_holder = {"company", "Folktandvården AB"};
  const std::string text = render(of({specimens::report(), other}));
  EXPECT_TRUE(contains(text, "Region Exempel")) << text;
  EXPECT_TRUE(contains(text, "Folktandvården AB")) << text;
}

TEST(Summary, OfADrillBeginsAndEndsWithIt) {
  Alert drill = specimens::alert();
  drill.header.exercise = true;
  for (const auto language : {Language::sv, Language::en}) {
    const std::string text = render(of({drill}), language);
    EXPECT_TRUE(contains(text.substr(0, text.find('\n')), "ÖVNING")) << text;
    EXPECT_TRUE(contains(text.substr(text.rfind('\n', text.size() - 2)), "ÖVNING")) << text;
  }
}

}  // namespace
}  // namespace avbrottsvakt
