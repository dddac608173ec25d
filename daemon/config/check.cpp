#include "config/check.h"

#include <algorithm>

#include "config/exercise.h"
#include "config/folder.h"
#include "config/rule_test.h"
#include "config/source.h"

namespace avbrottsvakt {
namespace {

void add(const Errors& errors, std::vector<Finding>& findings) {
  for (const Error& error : errors) findings.push_back({error, false});
}

/// The regions of the tests are compiled with the rules: what is wrong with those is said of those.
void check_rule_tests(RegionCheck& check) {
  const std::filesystem::path folder = check.reading.region.rules_folder() / "tests";
  if (!is_there(folder)) return;
  if (const auto tests = load_rule_tests(folder, check.reading.region)) {
    check.rule_tests = tests->files.size();
  } else {
    add(tests.error(), check.reading.findings);
  }
}

}  // namespace

RegionCheck check_region(const std::filesystem::path& file, const ReviewDay& on) {
  RegionCheck check{read_region(file, on)};
  const Region& region = check.reading.region;
  std::vector<Finding>& findings = check.reading.findings;
  const bool in_order =
      check.reading.named && std::all_of(findings.begin(), findings.end(), [](const Finding& f) { return f.warning; });
  if (check.reading.configured) {
    const auto sources = load_sources(region.sources_folder(), region.configuration.domain());
    if (sources) {
      check.sources = sources->size();
    } else {
      add(sources.error(), findings);
    }
  }
  const std::filesystem::path folder = file.parent_path() / "exercises";
  if (check.reading.named && is_there(folder)) {
    Errors errors;
    for (const std::filesystem::path& script : list_folder(folder, errors).files) {
      if (const auto exercise = load_exercise(script, region); !exercise) {
        errors.insert(errors.end(), exercise.error().begin(), exercise.error().end());
      }
      ++check.exercises;
    }
    add(errors, findings);
  }
  if (in_order) check_rule_tests(check);
  return check;
}

}  // namespace avbrottsvakt
