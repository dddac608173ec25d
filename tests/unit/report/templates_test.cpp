#include "report/templates.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "specimens.h"

namespace avbrottsvakt {
namespace {

const std::string kTemplates = std::string(AV_SOURCE_DIR) + "/rules/templates";

/// A folder of templates of its own, which a test may spoil.
class TemplateFolder : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = testing::TempDir() + "avbrottsvakt-templates-XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    std::filesystem::copy(kTemplates, folder_, std::filesystem::copy_options::recursive);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& text) { std::ofstream(folder_ / "sv" / "alert.mustache", std::ios::binary) << text; }
  Result<Templates> load() { return Templates::load(folder_.string(), Language::sv); }

  std::filesystem::path folder_;
};

TEST_F(TemplateFolder, AsShippedIsLoaded) { EXPECT_TRUE(load()); }

TEST_F(TemplateFolder, AMissingFileIsNamed) {
  std::filesystem::remove(folder_ / "sv" / "report.mustache");
  const auto loaded = load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::not_found);
  EXPECT_NE(loaded.error().message.find("report.mustache"), std::string::npos);
}

TEST_F(TemplateFolder, AnUnknownNameIsRefusedWithItsPlace) {
  write("# {{time}}\nÅäö | {{servise}}\n");
  const auto loaded = load();
  ASSERT_FALSE(loaded);
  EXPECT_NE(to_string(loaded.error()).find("alert.mustache:2:9: error: there is no \"servise\""), std::string::npos)
      << to_string(loaded.error());
}

TEST_F(TemplateFolder, ANameOfAnotherKindIsUnknown) {
  write("{{duty_holder}}\n");
  EXPECT_FALSE(load());
}

TEST_F(TemplateFolder, ATagThatIsNotClosedIsRefused) {
  write("# {{time\n");
  const auto loaded = load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().place.column, 3);
}

TEST_F(TemplateFolder, ASectionThatIsNotClosedIsRefused) {
  write("{{#lagging}}x\n");
  EXPECT_FALSE(load());
}

TEST_F(TemplateFolder, UnescapedValuesAreRefused) {
  for (const char* text : {"{{{service}}}\n", "{{&service}}\n", "{{>service}}\n", "{{=<% %>=}}\n"}) {
    write(text);
    EXPECT_FALSE(load()) << text;
  }
}

TEST_F(TemplateFolder, AFileThatIsNoTemplateIsRefused) {
  write(std::string(64 * 1024 + 1, 'x'));
  const auto loaded = load();
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::limit);
}

TEST_F(TemplateFolder, ValuesCannotBeMarkup) {
  write("A | {{service}}\n");
  const auto templates = load();
  ASSERT_TRUE(templates);
  View view(TemplateKind::alert);
  view.set("service", std::string("x\n# {{time}} | y"));
  EXPECT_EQ(templates->render(TemplateKind::alert, view), "A | x # {{time}} \x1f y\n");
}

TEST(TemplateNames, AreEachExplained) {
  std::ifstream stream(kTemplates + "/README.md");
  const std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  for (std::size_t kind = 0; kind < kTemplateFiles.size(); ++kind) {
    for (const auto name : template_names(static_cast<TemplateKind>(kind))) {
      EXPECT_NE(text.find("`" + std::string(name) + "`"), std::string::npos)
          << kTemplateFiles.at(kind) << ": README.md does not say what " << name << " is";
    }
  }
}

}  // namespace
}  // namespace avbrottsvakt
