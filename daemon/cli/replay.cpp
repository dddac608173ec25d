#include <iostream>
#include <map>
#include <memory>

#include "app/owner.h"
#include "app/recording.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "wire/bundle.h"
#include "wire/input.h"

namespace avbrottsvakt::cli {
namespace {

struct ReplayOptions : Common {
  std::string recording;
};

int replay(const ReplayOptions& options) {
  int status = kOk;
  // Only the templates and the language are taken from the files: what was in force lies in the recording.
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  Result<Streams> streams = Streams::open(*region, options);
  if (!streams) {
    return report(streams.error(), options.format);
  }
  std::map<std::string, BundlePtr> bundles;
  std::unique_ptr<Engine> engine;
  std::optional<Error> fault;
  RecordingReader reader;
  reader.bundle = [&](const std::string& hash, std::string bytes) {
    Result<BundlePtr> compiled = compile_bundle(bytes);
    if (!compiled) {
      fault = compiled.error();
    } else if (bundle_hash(bytes) != hash) {
      fault = Error(ErrorCode::corrupt, "the recording's bundle " + hash + " holds other bytes than its hash says");
    } else {
      bundles.emplace(hash, std::move(*compiled));
    }
  };
  std::int64_t position = 0;
  reader.input = [&](LogTime stamp, std::string bytes) -> Result<void> {
    if (fault) {
      return fail(*fault);
    }
    Result<Input> input = decode_input(bytes, stamp);
    if (!input && input.error().action == Remedy::stop) {
      return fail(std::move(input.error()));
    }
    if (!input) {
      input = unreadable_input(input.error(), bytes, position, stamp);
    }
    ++position;
    if (const auto* activate = std::get_if<Activate>(&input->body)) {
      const auto found = bundles.find(activate->hash);
      if (found == bundles.end()) {
        return fail(ErrorCode::not_found, "the recording activates bundle " + activate->hash + ", but does not hold it",
                    "record from the beginning of the log");
      }
      if (engine == nullptr) {
        engine = std::make_unique<Engine>(found->second->domain, [&](const std::string& hash) {
          const auto known = bundles.find(hash);
          return known == bundles.end() ? nullptr : known->second;
        });
      }
    }
    if (engine == nullptr) {
      return fail(ErrorCode::invalid_input, "the recording does not begin with an activation",
                  "record from the beginning of the log");
    }
    Effects effects;
    engine->step(*input, effects);
    streams->show(effects.outputs);
    return {};
  };
  if (const Result<void> done = read_recording(options.recording, reader); !done) {
    return report(done.error(), options.format);
  }
  streams->summary();
  return kOk;
}

}  // namespace

void add_replay(CLI::App& app, int& status) {
  auto options = std::make_shared<ReplayOptions>();
  CLI::App* command = app.add_subcommand("replay", "Plays a recording of stamped inputs and shows the decisions");
  command->footer("The same recording gives the same decisions, byte for byte, as when it was made.");
  command->add_option("recording", options->recording, "A file made by --record of exercise or run")->required();
  add_config(*command, *options);
  add_format(*command, *options, "Readable messages, or one JSON object a line");
  command->callback([options, &status] { status = replay(*options); });
}

}  // namespace avbrottsvakt::cli
