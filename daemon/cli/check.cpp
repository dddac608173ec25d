#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/commands.h"
#include "cli/console.h"
#include "config/exercise.h"
#include "config/source.h"
#include "wire/bundle.h"

namespace avbrottsvakt::cli {
namespace {

/// The scripts beside the configuration. How many there are, and what is wrong with them.
std::size_t check_exercises(const Region& region, Errors& errors) {
  std::vector<std::filesystem::path> files;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(region.file.parent_path() / "exercises", ignored)) {
    if (entry.path().extension() == ".yaml") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& file : files) {
    if (const auto exercise = load_exercise(file, region); !exercise) {
      errors.insert(errors.end(), exercise.error().begin(), exercise.error().end());
    }
  }
  return files.size();
}

int check(const Common& options) {
  int status = kOk;
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  warn(region->warnings, options.format);
  const auto sources = load_sources(region->sources_folder(), region->configuration.domain());
  if (!sources) {
    status = report(sources.error(), options.format);
  }
  Errors errors;
  const std::size_t exercises = check_exercises(*region, errors);
  if (!errors.empty()) {
    status = report(errors, options.format);
  }
  const Result<BundlePtr> bundle = compile_bundle(region->bundle);
  if (!bundle) {
    return report(bundle.error(), options.format);
  }
  if (status != kOk) {
    return status;
  }
  const CatalogueSpec& spec = (*bundle)->catalogue.spec();
  if (options.format == Format::json) {
    std::cout << R"({"severity":"ok","bundle":")" << region->hash << R"(","services":)" << spec.services.size()
              << R"(,"activities":)" << spec.activities.size() << R"(,"plans":)" << spec.plans.size()
              << R"(,"regimes":)" << (*bundle)->rules.regimes.size() << R"(,"sources":)" << sources->size()
              << R"(,"exercises":)" << exercises << R"(,"warnings":)" << region->warnings.size() << "}\n";
  } else {
    std::cout << options.config << ": in order. " << spec.services.size() << " services, " << spec.activities.size()
              << " activities, " << spec.plans.size() << " plans, " << (*bundle)->rules.regimes.size() << " regimes, "
              << sources->size() << " sources, " << exercises << " exercises; " << region->warnings.size()
              << " warnings.\nbundle " << region->hash << "\n";
  }
  return kOk;
}

}  // namespace

void add_check(CLI::App& app, int& status) {
  auto options = std::make_shared<Common>();
  CLI::App* command = app.add_subcommand("check", "Proves catalogue, plans, rules, sources and exercises before use");
  command->footer(
      "All errors at once, each with file, line and column, what was expected and how to mend it.\n"
      "Status 1 if there is an error; warnings leave it 0.");
  add_config(*command, *options);
  add_format(*command, *options, "Lines for people, or one JSON object a line");
  command->callback([options, &status] { status = check(*options); });
}

}  // namespace avbrottsvakt::cli
