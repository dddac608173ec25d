#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "config/region.h"
#include "script/script.h"

namespace avbrottsvakt {

/// One file of rule tests.
struct RuleTestFile {
  std::filesystem::path file;
  std::string name;
  std::string region;  ///< file of the small region; empty: the configured one
  std::vector<Script> cases;
};

/// Rule tests with the regions that they are played in.
struct RuleTests {
  std::vector<RuleTestFile> files;        ///< by name of the file
  std::map<std::string, Region> regions;  ///< small ones, by file
};

/// Reads rule tests: `path` is one file, or a folder, of which each *.yaml is one; folders below it are not read (small
/// regions lie there). Small regions are compiled together with the rules, calendar and zone of `region`.
///
/// Failure: all errors of all files, each with its place; not_found, if there is nothing to test.
[[nodiscard]] tl::expected<RuleTests, Errors> load_rule_tests(const std::filesystem::path& path, const Region& region);

/// A catalogue in one file with the rules of `base`. Its hash is that of the bundle made of both.
[[nodiscard]] tl::expected<Region, Errors> load_small_region(const std::filesystem::path& file, const Region& base);

}  // namespace avbrottsvakt
