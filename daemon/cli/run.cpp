#include <unistd.h>

#include <iostream>
#include <memory>

#include "app/daemon.h"
#include "app/guarded_clock.h"
#include "app/journals.h"
#include "app/logging.h"
#include "app/service.h"
#include "app/system_clock.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "config/source.h"

namespace avbrottsvakt::cli {
namespace {

struct RunOptions : Common {
  std::string journal;
  std::string log_level = "info";
  bool show = false;
  bool activate = false;
  bool until_end = false;
  bool trust_stamps = false;
  std::string standard_input;
};

std::string short_line(const Output& output) {
  const OutputHeader& header = header_of(output);
  struct Name {
    std::string operator()(const Alert& a) const {
      return "alert to the operations centre, level " + std::string(to_string(a.level));
    }
    std::string operator()(const ActivationPrompt& p) const { return "activation prompt for " + p.service.id; }
    std::string operator()(const ReportPrompt& p) const { return "report prompt for " + p.regime.id + ", " + p.stage; }
    std::string operator()(const IncidentPicture&) const { return {}; }
    std::string operator()(const DeadLetter& d) const {
      return "dead letter: " + d.record.topic + "[" + std::to_string(d.record.partition) + "]@" +
             std::to_string(d.record.offset) + ": " + d.record.message;
    }
  };
  const std::string text = std::visit(Name{}, output);
  return text.empty() || header.incident.empty() ? text : text + ", incident " + header.incident;
}

kafka::Connection source_cluster(const JournalChoice& journal, const Log& log) {
  kafka::Connection connection;
  if (journal.kind == JournalChoice::Kind::kafka) {
    connection.bootstrap = journal.kafka.bootstrap;
    connection.settings = journal.kafka.settings;
  }
  connection.client_id = "avbrottsvakt-intake";
  connection.log = log.kafka_sink();
  return connection;
}

int run(const RunOptions& options) {
  int status = kOk;
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  const std::string& domain = region->configuration.domain();
  auto sources = load_sources(region->sources_folder(), domain);
  if (!sources) {
    return report(sources.error(), options.format);
  }
  if (!options.standard_input.empty()) {
    std::erase_if(*sources, [&](const SourceSpec& s) { return s.mapping.source != options.standard_input; });
    if (sources->empty()) {
      report(Error(ErrorCode::invalid_input, "there is no source " + options.standard_input,
                   "name one of those in " + region->sources_folder().string()),
             options.format);
      return kUsage;
    }
    sources->front().input = StandardInput{};
  }
  std::optional<JournalChoice> choice = choose_journal(*region, options.journal, options.format, status);
  if (!choice) {
    return status;
  }
  std::optional<Streams> streams;
  if (options.show) {
    Result<Streams> opened = Streams::open(*region, options);
    if (!opened) {
      return report(opened.error(), options.format);
    }
    streams = std::move(*opened);
  }
  const Log log(options.log_level);
  const SystemClock machine;
  // Guarded for the embedded journal too, which stamps by it: stamps never fall, so one bad jump would stay for good.
  GuardedClock clock(machine);
  choice->kafka.log = log.kafka_sink();
  Result<std::unique_ptr<Journal>> journal = open_journal(*choice, domain, false, clock);
  if (!journal) {
    return report(journal.error(), options.format);
  }

  Daemon::Options daemon_options;
  daemon_options.owner.domain = domain;
  daemon_options.owner.format =
      region->configuration.output_format() == v1::OUTPUT_FORMAT_PROTOBUF ? OutputFormat::protobuf : OutputFormat::json;
  daemon_options.bundle_hash = region->hash;
  daemon_options.bundle_bytes = region->bundle;
  daemon_options.activate = options.activate;
  daemon_options.sources = std::move(*sources);
  daemon_options.kafka = source_cluster(*choice, log);
  daemon_options.run_id = format_instant(clock.wall()) + "/" + std::to_string(getpid());
  daemon_options.stop_at_end = options.until_end;
  daemon_options.trust_stamps = options.trust_stamps;
  Daemon::Hooks hooks;
  hooks.said = [&](const Owner::Turn& turn) {
    if (streams) {
      streams->show(turn.outputs);
    }
    for (const Output& output : turn.outputs) {
      if (const std::string line = short_line(output); !line.empty()) {
        log.info(line);
      }
    }
    for (const std::string& note : turn.notes) {
      log.warn(note);
    }
  };
  hooks.note = [&](const std::string& text) { log.info(text); };
  hooks.trouble = [&](const std::string& where, const Error& error) {
    log.warn(where + ": " + error.message + (error.remedy.empty() ? "" : ". " + error.remedy));
  };
  const std::string follows = "follows domain " + domain + " in " + choice->text();
  hooks.ready = [&] {
    log.info(follows);
    notify_service_manager(("READY=1\nSTATUS=" + follows).c_str());
  };
  hooks.alarm = [&](const std::string& text) {
    log.error(text);
    notify_service_manager(("STATUS=" + text).c_str());
  };
  hooks.calm = [&](const std::string& text) {
    log.info(text);
    notify_service_manager(("STATUS=" + follows).c_str());
  };
  for (const Error& warning : region->warnings) {
    log.warn(warning.place.file + ":" + std::to_string(warning.place.line) + ": " + warning.message);
  }

  Daemon daemon(**journal, clock, std::move(daemon_options), std::move(hooks));
  const Result<void> done = run_until_signalled([&] { return daemon.run(); }, [&] { daemon.stop(); });
  (*journal)->close();
  log.info("stopped");
  return done ? kOk : report(done.error(), options.format);
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "The daemon: reads the sources, follows outages, says what is due");
  command->footer(
      "Ends on SIGTERM or Ctrl-C. Started again it goes on where it was, also after kill -9.\n"
      "To try a mapping: avbrottsvakt run --stdin alertmanager --until-end --show --journal memory < payloads.ndjson");
  add_config(*command, *options);
  command->add_option("--journal", options->journal,
                      "Instead of the configured one: sqlite:FILE or kafka:HOST:PORT[/PREFIX]");
  command->add_flag("--show", options->show, "Writes what is said to standard output, as people read it");
  command->add_flag("--activate", options->activate,
                    "Puts the catalogue and rules of the files in force, if others are. Nothing in force: always");
  command
      ->add_option("--stdin", options->standard_input,
                   "Reads this source alone, from standard input: one record a line")
      ->option_text("SOURCE");
  command->add_flag("--until-end", options->until_end,
                    "Ends when every source has been read to its end: for files and standard input");
  command->add_flag(
      "--trust-stamps", options->trust_stamps,
      "Goes on by the log's stamps although they and this machine's clock are more than 2 min apart; else "
      "the daemon then holds and alarms");
  command->add_option("--log", options->log_level, "What is logged to standard error")
      ->check(CLI::IsMember({"debug", "info", "warn", "error"}))
      ->option_text("debug|info|warn|error [info]");
  add_format(*command, *options, "With --show: readable messages, or one JSON object a line");
  command->callback([options, &status] { status = run(*options); });
}

}  // namespace avbrottsvakt::cli
