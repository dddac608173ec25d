#include "config/check.h"

#include <algorithm>

#include "config/exercise.h"
#include "config/folder.h"
#include "config/loader.h"
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

/// Sources on Kafka are read where the journal lies, unless they name a cluster of their own: a daemon whose journal is
/// a file would not start.
void check_brokers(const Region& region, const std::vector<SourceSpec>& sources, std::vector<Finding>& findings) {
  if (region.configuration.journal().has_kafka()) return;
  std::string without;
  for (const SourceSpec& source : sources) {
    const auto* topic = source.input ? std::get_if<KafkaTopicInput>(&*source.input) : nullptr;
    if (topic == nullptr || !topic->bootstrap.empty()) continue;
    without += (without.empty() ? "" : ", ") + source.mapping.source;
  }
  if (without.empty()) return;
  Error error(ErrorCode::invalid_input, "nothing names the Kafka of the sources " + without + ": `run` would not start",
              "choose a journal on Kafka, here or by --journal; or write bootstrap beside topic in their files");
  // Read again for its places: they are seldom needed, and the file was in order a moment ago.
  v1::Configuration again;
  Places places(region.file.string());
  static_cast<void>(load_message(region.file, again, &places));
  error.place = places.at("journal");
  findings.push_back({std::move(error), true});
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
      check_brokers(region, *sources, findings);
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
