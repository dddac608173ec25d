#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "base/time.h"
#include "config/check.h"
#include "files.h"

namespace avbrottsvakt {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(AV_SOURCE_DIR) / "tests/unit/config/broken_regions";

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".change") found.push_back(entry.path().stem().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// One part of a .change file, as README.md there says.
struct Hunk {
  std::string file;
  bool gone = false;
  bool loop = false;
  std::string from;
  std::string to;
};

struct RegionChange {
  std::vector<Hunk> hunks;
  ReviewDay on;
};

RegionChange parse_change(const std::string& text) {
  RegionChange change;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("on ")) {
      change.on = parse_date(line.substr(3)).value();
    } else if (line.starts_with("@ ")) {
      Hunk hunk;
      hunk.gone = line.ends_with(" gone");
      hunk.loop = line.ends_with(" loop");
      hunk.file = line.substr(2, line.size() - 2 - (hunk.gone || hunk.loop ? 5 : 0));
      change.hunks.push_back(std::move(hunk));
    } else if (line.starts_with("- ")) {
      change.hunks.back().from += line.substr(2) + "\n";
    } else if (line == "+" || line.starts_with("+ ")) {
      change.hunks.back().to += line.substr(std::min<std::size_t>(2, line.size())) + "\n";
    } else {
      EXPECT_TRUE(line.starts_with("# ")) << line;
    }
  }
  return change;
}

void apply(const Hunk& hunk, const std::filesystem::path& root) {
  const std::filesystem::path file = root / hunk.file;
  if (hunk.gone) {
    ASSERT_GT(std::filesystem::remove_all(file), 0U) << hunk.file;
    return;
  }
  if (hunk.loop) {
    std::filesystem::remove_all(file);
    std::filesystem::create_symlink(file, file);
    return;
  }
  std::string text = std::filesystem::exists(file) ? read_bytes(file) : "";
  if (hunk.from.empty()) {
    write_bytes(file, text + hunk.to);
    return;
  }
  const std::size_t at = text.find(hunk.from);
  ASSERT_NE(at, std::string::npos) << hunk.file << " does not say\n" << hunk.from;
  ASSERT_EQ(text.find(hunk.from, at + 1), std::string::npos) << hunk.file << " says more than once\n" << hunk.from;
  write_bytes(file, text.replace(at, hunk.from.size(), hunk.to));
}

/// What check says of the small region after the change, as people read it.
std::string said_of(const RegionChange& change) {
  const TemporaryFolder folder;
  std::filesystem::copy(kFolder / "base", folder.path(), std::filesystem::copy_options::recursive);
  for (const Hunk& hunk : change.hunks) apply(hunk, folder.path());
  std::string said;
  for (const Finding& finding : check_region(folder.path() / "config/avbrottsvakt.yaml", change.on).reading.findings) {
    std::string text = text_of({finding.error}, folder.path());
    if (finding.warning) text.replace(text.find("error: "), 5, "warning");
    said += text;
  }
  return said;
}

TEST(SmallRegion, is_in_order) { EXPECT_EQ(said_of({}), ""); }

class BrokenRegion : public testing::TestWithParam<std::string> {};

TEST_P(BrokenRegion, says_what_is_wrong_where) {
  const std::string said = said_of(parse_change(read_bytes(kFolder / (GetParam() + ".change"))));
  EXPECT_EQ(said, read_bytes(kFolder / (GetParam() + ".expected")));
  EXPECT_NE(said, "") << "nothing is wrong with it";
}

INSTANTIATE_TEST_SUITE_P(, BrokenRegion, testing::ValuesIn(names()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(BrokenRegions, are_all_there) {
  EXPECT_GE(names().size(), 30U);
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".expected") continue;
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(entry.path()).replace_extension(".change"))) << entry;
  }
}

}  // namespace
}  // namespace avbrottsvakt
