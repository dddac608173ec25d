#include "app/exercise.h"

#include <fmt/format.h>

#include <iostream>
#include <memory>

#include "app/journals.h"
#include "app/recording.h"
#include "app/system_clock.h"
#include "base/check.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/verdict.h"
#include "config/exercise.h"
#include "wire/bundle.h"

namespace avbrottsvakt::cli {
namespace {

struct ExerciseOptions : Common {
  std::string script;
  std::string journal = "memory";
  std::string record;
};

/// Whether all was as the script expects; says so if it expects anything.
bool judge(const Script& script, const Region& region, const std::vector<Output>& outputs, bool swedish,
           Format format) {
  const Result<BundlePtr> bundle = compile_bundle(region.bundle);
  AV_CHECK(bundle.has_value());  // It was played.
  const std::vector<ExpectationResult> findings =
      compare(script, outputs, (*bundle)->rules.zone, (*bundle)->rules.holidays);
  std::size_t met = 0;
  for (const ExpectationResult& finding : findings) {
    met += finding.met ? 1 : 0;
    if (!finding.met && format == Format::json) {
      report(to_error(finding), format);
    } else if (!finding.met) {
      std::cout << "\n" << to_lines(finding, "");
    }
  }
  if (!findings.empty() && format == Format::text) {
    std::cout << "\n"
              << fmt::format(fmt::runtime(swedish ? "Som väntat: {} av {} förväntningar i {} uppfylldes.\n"
                                                  : "As expected: {} of {} expectations in {} were met.\n"),
                             met, findings.size(), script.place.file);
  }
  return met == findings.size();
}

int play(const ExerciseOptions& options) {
  int status = kOk;
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  const auto script = load_exercise(options.script, *region);
  if (!script) {
    return report(script.error(), options.format);
  }
  Result<Streams> streams = Streams::open(*region, options);
  if (!streams) {
    return report(streams.error(), options.format);
  }
  Result<JournalChoice> choice = parse_journal(options.journal);
  if (!choice) {
    report(choice.error(), options.format);
    return kUsage;
  }
  const std::string& domain = region->configuration.domain();
  if (choice->kind == JournalChoice::Kind::kafka) {
    // A drill has topics of its own, whose stamps are the script's.
    choice->kafka.domain = domain;
    choice->kafka.exercise = true;
    const Result<TopicsReport> topics = create_topics(choice->kafka);
    if (!topics) {
      return report(topics.error(), options.format);
    }
    if (!topics->mismatches.empty()) {
      return report(topics->mismatches, options.format);
    }
  }
  const SystemClock clock;
  Result<std::unique_ptr<Journal>> journal = open_journal(*choice, domain, true, clock);
  if (!journal) {
    return report(journal.error(), options.format);
  }
  std::optional<RecordingWriter> recording;
  if (!options.record.empty()) {
    Result<RecordingWriter> opened = RecordingWriter::open(options.record);
    if (!opened) {
      return report(opened.error(), options.format);
    }
    recording = std::move(*opened);
    recording->bundle(region->hash, region->bundle);
  }

  const bool text = options.format == Format::text;
  if (text) {
    std::cout << script->name << "\n" << script->about << (script->about.empty() ? "" : "\n") << "\n";
  }
  std::vector<Output> outputs;
  Drill::Observer observer;
  observer.heard = [&](Instant at, const std::string& say) { streams->narrate(at, say); };
  observer.said = [&](const Owner::Turn& turn) {
    streams->show(turn.outputs);
    outputs.insert(outputs.end(), turn.outputs.begin(), turn.outputs.end());
  };
  if (recording) {
    observer.appended = [&](LogTime stamp, const std::string& input) { recording->input(std::nullopt, stamp, input); };
  }
  Owner::Options owner;
  owner.domain = domain;
  owner.format =
      region->configuration.output_format() == v1::OUTPUT_FORMAT_PROTOBUF ? OutputFormat::protobuf : OutputFormat::json;
  Drill drill(**journal, owner, observer);
  const Result<void> played = drill.play(*script, region->hash, region->bundle);
  (*journal)->close();
  if (!played) {
    return report(played.error(), options.format);
  }
  if (recording) {
    if (const Result<void> kept = recording->close(); !kept) {
      return report(kept.error(), options.format);
    }
  }
  streams->summary();
  const bool swedish = streams->swedish();
  if (!judge(*script, *region, outputs, swedish, options.format)) {
    return kFindings;
  }
  if (text) {
    std::cout << (swedish ? "\nÖvningen är slut. Så körs det på riktigt, med er egen katalog och er egen Kafka:\n"
                          : "\nThe exercise is over. To run it for real, with your own catalogue and your own Kafka:\n")
              << "  avbrottsvakt check --config " << options.config
              << "\n  avbrottsvakt topics --create --journal kafka:HOST:9092"
                 "\n  avbrottsvakt run --journal kafka:HOST:9092 --show\n";
  }
  return kOk;
}

}  // namespace

void add_exercise(CLI::App& app, int& status) {
  auto options = std::make_shared<ExerciseOptions>();
  CLI::App* command =
      app.add_subcommand("exercise", "Plays a scripted disruption and shows what each group of people receives");
  command->footer(
      "The script sets the stamps, so it ends at once and always says the same. Everything is marked as exercise.\n"
      "What the script expects is compared with what is said: status 1 if something is not as expected.");
  command->add_option("script", options->script, "The exercise, as in config/exercises/")->required();
  add_config(*command, *options);
  command
      ->add_option("--journal", options->journal,
                   "Where it is played: memory, sqlite:FILE (a new one), kafka:HOST:PORT[/PREFIX] (topics are made)")
      ->capture_default_str();
  command->add_option("--record", options->record, "Keeps the stamped inputs in this file, for avbrottsvakt replay");
  add_format(*command, *options, "Readable messages, or one JSON object a line");
  command->callback([options, &status] { status = play(*options); });
}

}  // namespace avbrottsvakt::cli
