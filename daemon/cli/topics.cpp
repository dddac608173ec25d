#include <iostream>
#include <memory>

#include "app/journals.h"
#include "cli/commands.h"
#include "cli/console.h"

namespace avbrottsvakt::cli {
namespace {

struct TopicsOptions : Common {
  std::string journal;
  bool create = false;
};

int topics(const TopicsOptions& options) {
  int status = kOk;
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  std::optional<JournalChoice> choice = choose_journal(*region, options.journal, options.format, status);
  if (!choice) {
    return status;
  }
  if (choice->kind != JournalChoice::Kind::kafka) {
    std::cout << "The journal is " << choice->text() << ": it needs no topics.\n";
    return kOk;
  }
  choice->kafka.domain = region->configuration.domain();
  if (!options.create) {
    if (const Result<void> there = check_topics(choice->kafka); !there) {
      return report(there.error(), options.format);
    }
    std::cout << "The topics of " << choice->text() << " are there.\n";
    return kOk;
  }
  const auto sources = load_sources(region->sources_folder(), region->configuration.domain());
  if (!sources) {
    return report(sources.error(), options.format);
  }
  const SourceSpec* commands = source_of_commands(*sources);
  const auto* told = commands != nullptr ? std::get_if<KafkaTopicInput>(&*commands->input) : nullptr;
  // Not on another cluster: what replication it can have there, this configuration does not say.
  const bool ours = told != nullptr && told->bootstrap.empty();
  const Result<TopicsReport> made = create_topics(choice->kafka, ours ? told->topic : std::string());
  if (!made) {
    return report(made.error(), options.format);
  }
  for (const std::string& topic : made->created) {
    std::cout << "created  " << topic << "\n";
  }
  for (const std::string& topic : made->existing) {
    std::cout << "existed  " << topic << "\n";
  }
  return report(made->mismatches, options.format);
}

}  // namespace

void add_topics(CLI::App& app, int& status) {
  auto options = std::make_shared<TopicsOptions>();
  CLI::App* command = app.add_subcommand("topics", "Looks at the topics of a Kafka journal, or makes them");
  command->footer(
      "--create makes those that are missing, with the settings that exactly-once rests on, and the one that `tell`\n"
      "writes to. Never changes or deletes one. Topics of other sources are made by whoever fills them.");
  add_config(*command, *options);
  command->add_option("--journal", options->journal, "Instead of the configured one: kafka:HOST:PORT[/PREFIX]");
  command->add_flag("--create", options->create, "Make what is missing");
  add_format(*command, *options, "How errors are written");
  command->callback([options, &status] { status = topics(*options); });
}

}  // namespace avbrottsvakt::cli
