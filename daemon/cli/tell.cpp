#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>

#include "app/credentials.h"
#include "app/journals.h"
#include "app/system_clock.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "kafka/admin.h"
#include "kafka/appender.h"
#include "wire/input.h"

namespace avbrottsvakt::cli {
namespace {

constexpr Millis kLookLimit{10'000};

struct TellOptions : Common {
  std::string journal;
  std::string by;
  std::string at;
  std::string incident;
  std::string activity;
  std::string fact;
  std::string answer;
  std::string reference;
  std::string regime;
  std::string duty_holder;
  std::string stage;
  std::string service;
  std::string from;
  std::string until;
  std::string return_by;
  std::string approved_by;
  std::vector<std::string> agreed;
};

/// Of the command line.
Result<EventTime> instant_of(const std::string& option, const std::string& text) {
  Result<Instant> at = parse_instant(text);
  if (!at) {
    return fail(ErrorCode::invalid_input, option + ": " + at.error().message, at.error().remedy);
  }
  return *at;
}

Result<PlanMaintenance> plan_of(const TellOptions& options) {
  PlanMaintenance work;
  work.reference = options.reference;
  work.service = options.service;
  work.approved_by = options.approved_by;
  work.agreed = options.agreed;
  const auto from = instant_of("--from", options.from);
  const auto until = instant_of("--until", options.until);
  for (const auto* instant : {&from, &until}) {
    if (!*instant) {
      return fail(Error(instant->error()));
    }
  }
  work.from = *from;
  work.until = *until;
  if (!options.return_by.empty()) {
    const auto return_by = instant_of("--return-by", options.return_by);
    if (!return_by) {
      return fail(Error(return_by.error()));
    }
    work.return_by = *return_by;
  }
  const Result<EventTime> approved_at = options.at.empty() ? SystemClock().wall() : instant_of("--at", options.at);
  if (!approved_at) {
    return fail(Error(approved_at.error()));
  }
  if (const std::optional<std::string> why = refusal_of_times(work, *approved_at)) {
    return fail(ErrorCode::invalid_input, *why);
  }
  return work;
}

Result<void> append_line(const std::string& path, std::string line) {
  line += '\n';
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
  const int file = open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
  if (file < 0) {
    return fail(ErrorCode::io, "cannot write " + path + ": " + std::strerror(errno));
  }
  // One write: lines of two people at once do not mix.
  const bool written = write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(file) == 0;
  const int why = errno;
  close(file);
  if (!written) {
    return fail(ErrorCode::io, "could not write all of the command to " + path + ": " + std::strerror(why));
  }
  return {};
}

Result<void> produce(const KafkaTopicInput& topic, const JournalChoice& journal, const std::string& json) {
  kafka::Connection connection;
  connection.bootstrap = !topic.bootstrap.empty() ? topic.bootstrap : journal.kafka.bootstrap;
  Result<kafka::Settings> settings = !topic.bootstrap.empty() ? with_credentials(topic.settings, topic.credentials)
                                                              : Result<kafka::Settings>(journal.kafka.settings);
  if (!settings) {
    return fail(std::move(settings.error()));
  }
  connection.settings = std::move(*settings);
  connection.client_id = "avbrottsvakt-tell";
  if (connection.bootstrap.empty()) {
    return fail(ErrorCode::invalid_input, "neither the source nor the journal names a broker",
                "give --journal kafka:HOST:PORT, or write bootstrap in the source's file");
  }
  // Asked before, since a producer waits for a topic that is not there until its record is too old.
  auto admin = kafka::Admin::open(connection);
  if (!admin) {
    return fail(std::move(admin.error()));
  }
  const auto there = (*admin)->topics(kLookLimit);
  if (!there) {
    return fail(Error(there.error()));
  }
  if (!there->contains(topic.topic)) {
    return fail(ErrorCode::not_found, "there is no topic " + topic.topic,
                topic.bootstrap.empty() ? "avbrottsvakt topics --create makes it"
                                        : "make it on " + topic.bootstrap + ", with one partition");
  }
  auto appender = kafka::Appender::open(connection, {topic.topic, 0});
  if (!appender) {
    return fail(std::move(appender.error()));
  }
  if (auto done = (*appender)->append_and_wait({{}, json}); !done) {
    return fail(std::move(done.error()));
  }
  return {};
}

int tell(const TellOptions& options, decltype(Command::body) body) {
  int status = kOk;
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  const auto sources = load_sources(region->sources_folder(), region->configuration.domain());
  if (!sources) {
    return report(sources.error(), options.format);
  }
  const SourceSpec* source = source_of_commands(*sources);
  if (source == nullptr) {
    return report(Error(ErrorCode::invalid_input, "no source carries commands",
                        "write one with decode: command_json under " + region->sources_folder().string()),
                  options.format);
  }
  std::optional<JournalChoice> journal = choose_journal(*region, options.journal, options.format, status);
  if (!journal) {
    return status;
  }
  Command command;
  command.id = "tell/" + format_instant(SystemClock().wall()) + "/" + std::to_string(getpid());
  command.by = options.by;
  command.body = std::move(body);
  if (!options.at.empty()) {
    const Result<Instant> at = parse_instant(options.at);
    if (!at) {
      report(at.error(), options.format);
      return kUsage;
    }
    command.at = *at;
  }
  const std::string json = encode_command(command);
  // What the daemon would refuse is refused here, where somebody sees it.
  if (const Result<Command> read = decode_command(json); !read) {
    report(read.error(), options.format);
    return kUsage;
  }
  Result<void> sent;
  if (const auto* topic = std::get_if<KafkaTopicInput>(&*source->input)) {
    sent = produce(*topic, *journal, json);
  } else if (const auto* file = std::get_if<FileInput>(&*source->input)) {
    sent = append_line(file->path, json);
  } else {
    sent = fail(ErrorCode::invalid_input, "the source of commands is standard input",
                "send the daemon this line there: " + json);
  }
  if (!sent) {
    return report(sent.error(), options.format);
  }
  std::cout << json << "\n";
  return kOk;
}

}  // namespace

void add_tell(CLI::App& app, int& status) {
  auto options = std::make_shared<TellOptions>();
  CLI::App* command =
      app.add_subcommand("tell",
                         "Tells the daemon what people say: acknowledge, confirm, answer, submitted, requested, "
                         "maintenance, cancel-maintenance");
  command->require_subcommand(1);
  command->footer(
      "The command goes to the source that carries them (decode: command_json) and counts from when the log stamps "
      "it.\n"
      "  avbrottsvakt tell acknowledge 2026-0001 --by ksd-on-call\n"
      "  avbrottsvakt tell confirm 2026-0001 emergency-east yes --by ward-manager-emergency");
  const auto add_any = [&](const char* name, const char* about) {
    CLI::App* one = command->add_subcommand(name, about);
    add_config(*one, *options);
    one->add_option("--journal", options->journal, "Instead of the configured one: kafka:HOST:PORT[/PREFIX]");
    one->add_option("--by", options->by, "The role that says it")->required();
    one->add_option("--at", options->at, "When it was said, if it is entered afterwards: 2026-11-22T03:20:00+01:00");
    return one;
  };
  const auto add = [&](const char* name, const char* about) {
    CLI::App* one = add_any(name, about);
    one->add_option("incident", options->incident, "Its number: 2026-0001")->required();
    return one;
  };
  const auto yes_or_no = CLI::IsMember({"yes", "no"});
  CLI::App* acknowledge = add("acknowledge", "Somebody has seen the incident and answers for it");
  acknowledge->callback([options, &status] { status = tell(*options, Acknowledge{options->incident}); });

  CLI::App* confirm = add("confirm", "Whether an activity really is limited");
  confirm->add_option("activity", options->activity, "Its identifier")->required();
  confirm->add_option("limited", options->answer, "yes or no")->required()->check(yes_or_no);
  confirm->callback([options, &status] {
    status = tell(*options, ConfirmLimited{options->incident, options->activity, options->answer == "yes"});
  });

  CLI::App* answer = add("answer", "Answers a question that the rules ask");
  answer
      ->add_option("fact", options->fact,
                   "As the prompt names it: serious_injury_or_death; adverse_event:emergency-east for one activity")
      ->required();
  answer->add_option("answer", options->answer, "yes, no or not_known")
      ->required()
      ->check(CLI::IsMember({"yes", "no", "not_known"}));
  answer->add_option("--reference", options->reference, "The number of the deviation report; never a narrative");
  answer->callback([options, &status] {
    const Answer said = options->answer == "yes"  ? Answer::yes
                        : options->answer == "no" ? Answer::no
                                                  : Answer::not_known;
    status = tell(*options, AnswerFact{options->incident, options->fact, said, options->reference});
  });

  CLI::App* submitted = add("submitted", "A report has been submitted, by a person");
  submitted->add_option("regime", options->regime, "nis2")->required();
  submitted->add_option("duty_holder", options->duty_holder, "Its identifier")->required();
  submitted->add_option("stage", options->stage, "early_warning, notification, final_report ...")->required();
  submitted->callback([options, &status] {
    status = tell(*options, Submitted{options->incident, options->regime, options->duty_holder, options->stage});
  });

  CLI::App* requested = add("requested", "The authority has asked for a report that is made only when it is asked for");
  requested->add_option("regime", options->regime, "nis2")->required();
  requested->add_option("duty_holder", options->duty_holder, "Its identifier")->required();
  requested->add_option("stage", options->stage, "intermediate_report")->required();
  requested->callback([options, &status] {
    status = tell(*options, Requested{options->incident, options->regime, options->duty_holder, options->stage});
  });

  CLI::App* maintenance = add_any("maintenance", "Work on a service has been approved, before it begins");
  maintenance->footer(
      "While the window is open what is wrong with the service itself is no outage. For activities that have not "
      "agreed "
      "it is.\n"
      "What is still wrong when it ends is an outage that begins then. For more time plan another window.\n"
      "  avbrottsvakt tell maintenance CHG-4711 cosmic --from 2026-11-24T02:00:00+01:00 --until "
      "2026-11-24T05:00:00+01:00 \\\n"
      "      --return-by 2026-11-24T04:00:00+01:00 --approved-by service-owner-cosmic --agreed emergency-east --by "
      "ksd-on-call");
  maintenance->add_option("reference", options->reference, "What people call it: the number of the change")->required();
  maintenance->add_option("service", options->service, "Its identifier")->required();
  maintenance->add_option("--from", options->from, "When the window begins: 2026-11-24T02:00:00+01:00")->required();
  maintenance->add_option("--until", options->until, "When it ends; at most seven days later")->required();
  maintenance->add_option("--return-by", options->return_by,
                          "The point of no return: if restoring has not begun by then, the work overruns, and people "
                          "are told");
  maintenance->add_option("--approved-by", options->approved_by, "The role that approved it")->required();
  maintenance->add_option("--agreed", options->agreed, "Activities that have agreed; the clocks of all others run");
  maintenance->callback([options, &status] {
    Result<PlanMaintenance> work = plan_of(*options);
    if (!work) {
      report(work.error(), options->format);
      status = kUsage;
      return;
    }
    status = tell(*options, std::move(*work));
  });

  CLI::App* cancel = add_any("cancel-maintenance", "The work is off, or over: its window ends now");
  cancel->add_option("reference", options->reference, "Under which it was planned")->required();
  cancel->callback([options, &status] { status = tell(*options, CancelMaintenance{options->reference}); });
}

}  // namespace avbrottsvakt::cli
