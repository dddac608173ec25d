// Every seed, and every finding of the fuzzers that was mended, through its target: so that what was found once is
// looked for by every compiler, without a fuzzer.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "seeds.h"
#include "targets.h"

namespace avbrottsvakt::fuzz {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(AV_SOURCE_DIR) / "tests/fuzz/corpus";

std::vector<std::filesystem::path> files_of(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

class Corpus : public testing::TestWithParam<Target> {};

TEST_P(Corpus, KeepsItsPromises) {
  const auto [name, run] = GetParam();
  const std::vector<std::string> seeds = seeds_of(name);
  EXPECT_FALSE(seeds.empty());
  for (const std::string& seed : seeds) run(seed);
  if (!std::filesystem::exists(kFolder / name)) return;
  for (const std::filesystem::path& file : files_of(kFolder / name)) {
    SCOPED_TRACE(file);
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    run(bytes.str());
  }
}

INSTANTIATE_TEST_SUITE_P(, Corpus, testing::ValuesIn(kTargets),
                         [](const auto& p) { return std::string(p.param.name); });

TEST(CorpusFolder, HoldsNothingElse) {
  std::set<std::string> names;
  for (const Target& target : kTargets) names.insert(target.name);
  for (const std::filesystem::path& path : files_of(kFolder)) {
    EXPECT_TRUE(path.extension() == ".md" || path.extension() == ".dict" || names.contains(path.filename()))
        << path << " belongs to no target";
  }
}

}  // namespace
}  // namespace avbrottsvakt::fuzz
