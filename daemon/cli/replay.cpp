#include "app/replay.h"

#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "app/journals.h"
#include "app/recording.h"
#include "app/system_clock.h"
#include "cli/commands.h"
#include "cli/console.h"

namespace avbrottsvakt::cli {
namespace {

struct ReplayOptions : Common {
  std::string recording;
  std::string journal;
  std::string record;
};

constexpr std::size_t kBatch = 500;

Result<void> replay_recording(const std::string& path, const Replay::Observer& observer) {
  std::map<std::string, std::string> bundles;
  Replay replay({"the recording",
                 [&](const std::string& hash) -> Result<std::string> {
                   const auto found = bundles.find(hash);
                   if (found == bundles.end()) {
                     return fail(ErrorCode::not_found,
                                 "the recording activates bundle " + hash + ", but does not hold it",
                                 "record from the beginning of the log");
                   }
                   return found->second;
                 }},
                observer);
  RecordingReader reader;
  reader.bundle = [&](const std::string& hash, std::string bytes) { bundles.emplace(hash, std::move(bytes)); };
  reader.input = [&](std::int64_t position, LogTime stamp, const std::string& input) {
    return replay.hear(position, stamp, input);
  };
  if (Result<void> done = read_recording(path, reader); !done) {
    return done;
  }
  return replay.end();
}

Result<void> replay_journal(const JournalChoice& choice, const std::string& domain, const std::string& record_path,
                            Replay::Observer observer) {
  const SystemClock clock;
  Result<std::unique_ptr<InputLog>> log = open_log(choice, domain, clock);
  if (!log) {
    return fail(std::move(log.error()));
  }
  std::optional<RecordingWriter> recording;
  if (!record_path.empty()) {
    Result<RecordingWriter> opened = RecordingWriter::open(record_path);
    if (!opened) {
      return fail(std::move(opened.error()));
    }
    recording = std::move(*opened);
    observer.bundle = [&](const std::string& hash, const std::string& bytes) { recording->bundle(hash, bytes); };
  }
  Replay replay({choice.text(), [&](const std::string& hash) { return (*log)->load_bundle(hash); }}, observer);
  while (true) {
    const Result<std::vector<Journal::Record>> records = (*log)->read(kBatch);
    if (!records) {
      return fail(records.error());
    }
    if (records->empty()) {
      break;
    }
    for (const Journal::Record& record : *records) {
      if (Result<void> done = replay.hear(record.position, record.stamp, record.value); !done) {
        return done;
      }
      if (recording) {
        recording->input(record.position, record.stamp, record.value);
      }
    }
  }
  if (Result<void> done = replay.end(); !done) {
    return done;
  }
  return recording ? recording->close() : Result<void>{};
}

int replay(const ReplayOptions& options) {
  int status = kOk;
  // Only the templates, the language and where the journal lies are taken from the files: what was in force lies in the
  // log itself.
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  std::optional<JournalChoice> choice;
  if (options.recording.empty()) {
    choice = choose_journal(*region, options.journal, options.format, status);
    if (!choice) {
      return status;
    }
  }
  Result<Streams> streams = Streams::open(*region, options);
  if (!streams) {
    return report(streams.error(), options.format);
  }
  Replay::Observer observer;
  observer.said = [&](const std::vector<Output>& outputs) { streams->show(outputs); };
  const Result<void> done =
      choice ? replay_journal(*choice, region->configuration.domain(), options.record, std::move(observer))
             : replay_recording(options.recording, observer);
  if (!done) {
    return report(done.error(), options.format);
  }
  streams->summary();
  return kOk;
}

}  // namespace

void add_replay(CLI::App& app, int& status) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand(
      "replay", "Plays the inputs of a recording, or of a journal from its beginning, and shows the decisions");
  command->footer(
      "The same inputs give the same decisions, byte for byte, as when they were made. A journal is only read, also\n"
      "beside a running daemon: up to the end that its log has now, which the daemon may not have applied yet.\n"
      "Without a recording and without --journal: the configured journal.");
  CLI::Option* recording =
      command->add_option("recording", options->recording, "A file made by --record of exercise or replay");
  add_config(*command, *options);
  command
      ->add_option("--journal", options->journal,
                   "Instead of the configured one: sqlite:FILE or kafka:HOST:PORT[/PREFIX]")
      ->excludes(recording);
  command->add_option("--record", options->record, "Keeps what was read of a journal in this file, to replay it later")
      ->excludes(recording);
  add_format(*command, *options, "Readable messages, or one JSON object a line");
  command->callback([options, &status] { status = replay(*options); });
}

}  // namespace avbrottsvakt::cli
