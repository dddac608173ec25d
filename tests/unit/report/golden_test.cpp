// Each message, to the letter. When words or templates change on purpose:
//
//     AVBROTTSVAKT_REGENERATE=1 build/dev/tests/unit/report/report_test --gtest_filter='*Golden*'
//
// writes the files anew (and fails, so that no build server ever passes that way). Then read the difference in git.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <tuple>

#include "report/text.h"
#include "specimens.h"

namespace avbrottsvakt {
namespace {

const std::string kFolder = std::string(AV_SOURCE_DIR) + "/tests/unit/report/golden";
const std::string kTemplates = std::string(AV_SOURCE_DIR) + "/rules/templates";

std::string file_of(const std::string& name, Language language) {
  return kFolder + "/" + name + (language == Language::sv ? ".sv.txt" : ".en.txt");
}

std::string render(const Output& output, const RenderOptions& options) {
  auto reporter = Reporter::load(kTemplates, options);
  EXPECT_TRUE(reporter) << to_string(reporter.error());
  return reporter ? reporter->render(output) : std::string();
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    if (end == std::string::npos) break;
    at = end + 1;
  }
  return lines;
}

std::string language_name(Language language) { return language == Language::sv ? "sv" : "en"; }

class Golden : public testing::TestWithParam<std::tuple<specimens::Specimen, Language>> {
 protected:
  const std::string& name() const { return std::get<0>(GetParam()).first; }
  const Output& output() const { return std::get<0>(GetParam()).second; }
  Language language() const { return std::get<1>(GetParam()); }
};

TEST_P(Golden, ToTheLetter) {
  const std::string text = render(output(), specimens::options(language()));
  const std::string file = file_of(name(), language());
  if (std::getenv("AVBROTTSVAKT_REGENERATE") != nullptr) {
    std::ofstream(file, std::ios::binary) << text;
    FAIL() << "wrote " << file;
  }
  std::ifstream stream(file, std::ios::binary);
  ASSERT_TRUE(stream) << "no " << file << "; see the head of golden_test.cpp";
  const std::string expected{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  EXPECT_EQ(text, expected);
}

TEST_P(Golden, NeverWiderThanAsked) {
  for (const int width : {40, 52, 78, 120}) {
    RenderOptions options = specimens::options(language());
    options.width = width;
    for (const auto& line : lines_of(render(output(), options))) EXPECT_LE(columns(line), width) << line;
  }
}

TEST_P(Golden, ADrillBeginsAndEndsWithIt) {
  const bool exercise = header_of(output()).exercise;
  for (const bool colour : {false, true}) {
    RenderOptions options = specimens::options(language());
    options.colour = colour;
    const auto lines = lines_of(render(output(), options));
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.front().find("ÖVNING") != std::string::npos, exercise) << lines.front();
    EXPECT_EQ(lines.back().find("ÖVNING") != std::string::npos, exercise) << lines.back();
    if (exercise && std::holds_alternative<ReportPrompt>(output())) {
      const std::string_view forbidden =
          language() == Language::sv ? "skicka inget till någon myndighet" : "send nothing to any authority";
      EXPECT_NE(lines.back().find(forbidden), std::string::npos) << lines.back();
    }
  }
}

TEST_P(Golden, NothingDrivesTheTerminalUnlessColourIsAsked) {
  const std::string text = render(output(), specimens::options(language()));
  for (const char c : text) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << text;
  RenderOptions coloured = specimens::options(language());
  coloured.colour = true;
  EXPECT_NE(render(output(), coloured).find("\x1b["), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    All, Golden, testing::Combine(testing::ValuesIn(specimens::all()), testing::Values(Language::sv, Language::en)),
    [](const auto& test) { return std::get<0>(test.param).first + "_" + language_name(std::get<1>(test.param)); });

TEST(GoldenFiles, EveryOneBelongsToASpecimen) {
  std::set<std::string> known;
  for (const auto& [name, output] : specimens::all()) {
    for (const auto language : {Language::sv, Language::en}) {
      known.insert(std::filesystem::path(file_of(name, language)).filename().string());
    }
  }
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    EXPECT_TRUE(known.contains(entry.path().filename().string())) << "nobody compares " << entry.path();
  }
}

TEST(Report, ADeadLetterNeverShowsTheRecord) {
  for (const auto language : {Language::sv, Language::en}) {
    const std::string text = render(specimens::dead_letter(), specimens::options(language));
    EXPECT_EQ(text.find("19121212"), std::string::npos) << text;
  }
}

TEST(Report, AnUnknownZoneIsUtc) {
  RenderOptions options = specimens::options(Language::sv);
  options.zone = {};
  EXPECT_EQ(render(specimens::alert(), options).substr(0, 5), "02:12");
}

TEST(Report, ARoleWithoutANameIsShownByItsIdentifier) {
  RenderOptions options = specimens::options(Language::sv);
  options.roles.clear();
  EXPECT_NE(render(specimens::report(), options).find("ksd-on-call"), std::string::npos);
}

}  // namespace
}  // namespace avbrottsvakt
