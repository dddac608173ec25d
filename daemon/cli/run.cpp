#include <unistd.h>

#include <map>
#include <memory>
#include <mutex>

#include "app/daemon.h"
#include "app/guarded_clock.h"
#include "app/journals.h"
#include "app/logging.h"
#include "app/service.h"
#include "app/system_clock.h"
#include "base/line_quota.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "config/fixed.h"
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

/// What the daemon takes from its files: at the start, and again at each reload.
struct Running {
  Region region;
  std::vector<SourceSpec> sources;
  std::optional<Streams> streams;  ///< with --show
};

/// All errors of all files, or none.
tl::expected<Running, Errors> read_files(const RunOptions& options) {
  tl::expected<Region, Errors> region = load_region(options.config);
  if (!region) {
    return tl::unexpected<Errors>(std::move(region.error()));
  }
  auto sources = load_sources(region->sources_folder(), region->configuration.domain());
  if (!sources) {
    return tl::unexpected<Errors>(std::move(sources.error()));
  }
  Running files{std::move(*region), std::move(*sources), std::nullopt};
  if (options.show) {
    Result<Streams> streams = Streams::open(files.region, options);
    if (!streams) {
      return tl::unexpected<Errors>({std::move(streams.error())});
    }
    files.streams = std::move(*streams);
  }
  return files;
}

/// With --stdin that source alone is read. Errors: there is none of this name.
Errors choose_source(const RunOptions& options, Running& files) {
  if (options.standard_input.empty()) {
    return {};
  }
  std::erase_if(files.sources, [&](const SourceSpec& s) { return s.mapping.source != options.standard_input; });
  if (files.sources.empty()) {
    return {Error(ErrorCode::invalid_input, "there is no source " + options.standard_input,
                  "name one of those in " + files.region.sources_folder().string())};
  }
  files.sources.front().input = StandardInput{};
  return {};
}

Daemon::Files for_daemon(const Running& files) { return {files.region.hash, files.region.bundle, files.sources}; }

/// The daemon with its log, its messages, and what it tells the service manager.
class Run {
 public:
  Run(const RunOptions& options, Running files, JournalChoice choice)
      : options_(options),
        log_(options.log_level),
        running_(std::move(files)),
        choice_(std::move(choice)),
        follows_("follows domain " + running_.region.configuration.domain() + " in " + choice_.text()) {}

  int operator()() {
    const SystemClock machine;
    // Guarded for the embedded journal too, which stamps by it: stamps never fall, so one bad jump would stay for good.
    GuardedClock clock(machine);
    const std::string& domain = running_.region.configuration.domain();
    choice_.kafka.log = log_.kafka_sink();
    Result<std::unique_ptr<Journal>> journal = open_journal(choice_, domain, false, clock);
    if (!journal) {
      return report(journal.error(), options_.format);
    }
    warn_of(running_.region.warnings);
    Daemon daemon(**journal, clock, daemon_options(clock), hooks(clock));
    // A terminal that is closed sends the signal that asks for a reload; a daemon that nobody sees must not live on.
    const bool in_terminal = isatty(STDERR_FILENO) == 1;
    OnSignal on_signal;
    on_signal.stop = [&] { daemon.stop(); };
    on_signal.reload = [&] {
      if (in_terminal && isatty(STDERR_FILENO) != 1) {
        daemon.stop();
      } else {
        reload(daemon);
      }
    };
    const Result<void> done = run_until_signalled([&] { return daemon.run(); }, on_signal);
    (*journal)->close();
    log_.info("stopped");
    return done ? kOk : report(done.error(), options_.format);
  }

 private:
  Daemon::Options daemon_options(const Clock& clock) const {
    const v1::Configuration& configuration = running_.region.configuration;
    Daemon::Options options;
    options.owner.domain = configuration.domain();
    options.owner.format =
        configuration.output_format() == v1::OUTPUT_FORMAT_PROTOBUF ? OutputFormat::protobuf : OutputFormat::json;
    options.files = for_daemon(running_);
    options.activate = options_.activate;
    options.kafka = source_cluster(choice_, log_);
    options.run_id = format_instant(clock.wall()) + "/" + std::to_string(getpid());
    options.stop_at_end = options_.until_end;
    options.trust_stamps = options_.trust_stamps;
    // Twice in the time that it may be silent would do; a lost word must not kill it.
    options.alive_every = manager_.watchdog().value_or(Millis{0}) / 4;
    return options;
  }

  Daemon::Hooks hooks(const Clock& clock) {
    Daemon::Hooks hooks;
    hooks.said = [this, &clock](const Owner::Turn& turn) { said(turn, clock.steady()); };
    hooks.note = [this](const std::string& text) { log_.info(text); };
    hooks.trouble = [this](const std::string& where, const Error& error) {
      log_.warn(where + ": " + error.message + (error.remedy.empty() ? "" : ". " + error.remedy));
    };
    hooks.ready = [this] {
      log_.info(follows_);
      manager_.ready(follows_);
    };
    // It has started, and does what can be done; who starts it need not wait for the other daemon to end.
    hooks.waits = [this](const Error& error) { manager_.ready("waits: " + error.message); };
    hooks.alarm = [this](const std::string& text) {
      log_.error(text);
      manager_.status(text);
    };
    hooks.calm = [this](const std::string& text) {
      log_.info(text);
      manager_.status(follows_);
    };
    hooks.reloaded = [this](const Result<void>& how) { reloaded(how); };
    if (manager_.watchdog()) {
      hooks.alive = [this] { manager_.alive(); };
    }
    return hooks;
  }

  void said(const Owner::Turn& turn, LineQuota::Moment now) {
    if (running_.streams) {
      running_.streams->show(turn.outputs);
    }
    for (const Output& output : turn.outputs) {
      const std::string line = short_line(output);
      if (const auto* letter = std::get_if<DeadLetter>(&output)) {
        log_of_many(&Log::info, "dead letters from " + letter->record.topic, line, now);
      } else if (!line.empty()) {
        log_.info(line);
      }
    }
    for (const std::string& note : turn.notes) {
      // Its first word says what it is about: what a flood of signals causes leaves room for what a command does.
      log_of_many(&Log::warn, "remarks '" + note.substr(0, note.find_first_of(" :")) + " ...'", note, now);
    }
  }

  /// Of what one source alone may cause by thousands a second: prompts must still be found among it.
  void log_of_many(void (Log::*log)(const std::string&) const, const std::string& kind, const std::string& line,
                   LineQuota::Moment now) {
    const LineQuota::Verdict verdict = of_many_[kind].take(now);
    if (verdict.left_out > 0) {
      log_.warn(kind + ": " + std::to_string(verdict.left_out) + " more than were logged");
    }
    if (verdict.log) {
      (log_.*log)(line);
    }
    if (verdict.last) {
      log_.warn(kind + ": " + std::to_string(LineQuota::kMost) + " within " + format_duration(LineQuota::kPeriod) +
                ". The next are counted and not logged; the journal has them all");
    }
  }

  void warn_of(const Errors& warnings) const {
    for (const Error& warning : warnings) {
      log_.warn(warning.place.file + ":" + std::to_string(warning.place.line) + ": " + warning.message);
    }
  }

  /// On the thread that listens for signals.
  void reload(Daemon& daemon) {
    manager_.reloading();
    log_.info("reads " + options_.config + " and what it names again");
    tl::expected<Running, Errors> next = read_files(options_);
    if (!next) {
      return refuse(next.error());
    }
    // What it may be compared with is set at the start, and never by a reload.
    if (Errors fixed = fixed_while_running(running_.region, next->region, options_.journal.empty()); !fixed.empty()) {
      return refuse(fixed);
    }
    if (Errors none = choose_source(options_, *next); !none.empty()) {
      return refuse(none);
    }
    warn_of(next->region.warnings);
    log_.info("the files are in order: bundle " + next->region.hash +
              " is put in force as soon as this daemon is the owner and does not hold");
    Daemon::Files files = for_daemon(*next);
    {
      const std::lock_guard lock(mutex_);
      next_ = std::move(*next);
    }
    daemon.reload(std::move(files));
  }

  void refuse(const Errors& errors) const {
    for (const Error& error : errors) {
      log_.error(one_line(error));
    }
    const std::string kept = "nothing was changed by the reload: what was in force goes on";
    log_.error(kept);
    manager_.ready(follows_ + "; " + kept + ": " + one_line(errors.front()));
  }

  /// On the owner's thread.
  void reloaded(const Result<void>& how) {
    std::optional<Running> next;
    {
      const std::lock_guard lock(mutex_);
      std::swap(next, next_);
    }
    if (!how) {
      return refuse({how.error()});
    }
    // Only what the owner's thread alone uses: the rest is compared with by the thread that listens for signals.
    if (next) {
      running_.streams = std::move(next->streams);
    }
    log_.info("reloaded: the files are in force");
    manager_.ready(follows_);
  }

  const RunOptions& options_;
  const Log log_;
  const ServiceManager manager_;
  Running running_;
  JournalChoice choice_;
  const std::string follows_;
  std::map<std::string, LineQuota> of_many_;  ///< by kind; of the owner's thread
  std::mutex mutex_;
  std::optional<Running> next_;  ///< under mutex_: read, and not in force yet
};

int run(const RunOptions& options) {
  tl::expected<Running, Errors> files = read_files(options);
  if (!files) {
    return report(files.error(), options.format);
  }
  if (Errors none = choose_source(options, *files); !none.empty()) {
    report(none, options.format);
    return kUsage;
  }
  int status = kOk;
  std::optional<JournalChoice> choice = choose_journal(files->region, options.journal, options.format, status);
  if (!choice) {
    return status;
  }
  return Run(options, std::move(*files), std::move(*choice))();
}

}  // namespace

void add_run(CLI::App& app, int& status) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run", "The daemon: reads the sources, follows outages, says what is due");
  command->footer(
      "Ends on SIGTERM or Ctrl-C. Started again it goes on where it was, also after kill -9.\n"
      "On SIGHUP it reads its files again and puts them in force; or says why not, and goes on as it was.\n"
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
