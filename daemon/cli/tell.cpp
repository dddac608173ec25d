#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <memory>

#include "app/journals.h"
#include "app/system_clock.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "config/source.h"
#include "kafka/appender.h"
#include "wire/input.h"

namespace avbrottsvakt::cli {
namespace {

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
};

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
  connection.settings = !topic.bootstrap.empty() ? topic.settings : journal.kafka.settings;
  connection.client_id = "avbrottsvakt-tell";
  if (connection.bootstrap.empty()) {
    return fail(ErrorCode::invalid_input, "neither the source nor the journal names a broker",
                "give --journal kafka:HOST:PORT, or write bootstrap in the source's file");
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
  const SourceSpec* source = nullptr;
  for (const SourceSpec& spec : *sources) {
    if (spec.mapping.decode == Decode::command_json && spec.input) {
      source = &spec;
    }
  }
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
  CLI::App* command = app.add_subcommand(
      "tell", "Tells the daemon what people say: acknowledge, confirm, answer, submitted, requested");
  command->require_subcommand(1);
  command->footer(
      "The command goes to the source that carries them (decode: command_json) and counts from when the log stamps "
      "it.\n"
      "  avbrottsvakt tell acknowledge 2026-0001 --by ksd-on-call\n"
      "  avbrottsvakt tell confirm 2026-0001 emergency-east yes --by ward-manager-emergency");
  const auto add = [&](const char* name, const char* about) {
    CLI::App* one = command->add_subcommand(name, about);
    add_config(*one, *options);
    one->add_option("--journal", options->journal, "Instead of the configured one: kafka:HOST:PORT[/PREFIX]");
    one->add_option("--by", options->by, "The role that says it")->required();
    one->add_option("--at", options->at, "When it was said, if it is entered afterwards: 2026-11-22T03:20:00+01:00");
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
}

}  // namespace avbrottsvakt::cli
