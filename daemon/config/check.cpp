#include "config/check.h"

#include "config/exercise.h"
#include "config/folder.h"
#include "config/source.h"

namespace avbrottsvakt {
namespace {

void add(const Errors& errors, std::vector<Finding>& findings) {
  for (const Error& error : errors) findings.push_back({error, false});
}

}  // namespace

RegionCheck check_region(const std::filesystem::path& file, const ReviewDay& on) {
  RegionCheck check{read_region(file, on)};
  const Region& region = check.reading.region;
  std::vector<Finding>& findings = check.reading.findings;
  if (check.reading.configured) {
    const auto sources = load_sources(region.sources_folder(), region.configuration.domain());
    if (sources) {
      check.sources = sources->size();
    } else {
      add(sources.error(), findings);
    }
  }
  const std::filesystem::path folder = file.parent_path() / "exercises";
  std::error_code unknown;
  if (check.reading.named && std::filesystem::exists(folder, unknown)) {
    Errors errors;
    for (const std::filesystem::path& script : list_folder(folder, errors).files) {
      if (const auto exercise = load_exercise(script, region); !exercise) {
        errors.insert(errors.end(), exercise.error().begin(), exercise.error().end());
      }
      ++check.exercises;
    }
    add(errors, findings);
  }
  return check;
}

}  // namespace avbrottsvakt
