#include "script/statement.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/notation.h"
#include "model/receivers.h"

namespace avbrottsvakt {
namespace {

constexpr std::string_view kTo = " to ";
constexpr std::string_view kAfter = " after ";

/// The error of a part of a text, with its column in the whole.
tl::unexpected<Error> fail_in(Error error, std::size_t part_begins) {
  error.place.column = std::max(error.place.column, 1) + static_cast<int>(part_begins);
  return fail(std::move(error));
}

/// When that happened from which a stage counts, or when it is expected at the latest.
Instant counted_from(const StageState& stage, const ReportPrompt& prompt) {
  switch (stage.counts_from) {
    case StageState::CountsFrom::submitted:
      for (const StageState& before : prompt.stages) {
        if (before.name == stage.after) {
          return before.submitted_at.value_or(before.due);
        }
      }
      break;
    case StageState::CountsFrom::known_significant:
      return prompt.known_significant_at;
    case StageState::CountsFrom::requested:
      return stage.requested_at.value_or(Instant{});
    case StageState::CountsFrom::handled:
      return prompt.recovered_at.value_or(Instant{});
    case StageState::CountsFrom::known_incident:
      break;
  }
  return prompt.aware_at;
}

/// A deadline as it was said, with the period of the law and what it counts from. None, where the law gives no number
/// or nobody can say yet from when it counts.
std::optional<DueText> due_of(const ReportPrompt& prompt) {
  const auto stage = std::find_if(prompt.stages.begin(), prompt.stages.end(),
                                  [&](const StageState& s) { return s.id == prompt.stage; });
  if (stage == prompt.stages.end() || !stage->within || prompt.due == Instant{}) {
    return std::nullopt;
  }
  DueText due;
  due.at = prompt.due;
  due.period = stage->within;
  due.after = counted_from(*stage, prompt);
  return due;
}

std::optional<std::string> some(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

std::vector<std::string> called_in(const Alert& alert) {
  std::vector<std::string> roles;
  for (const CallEntry& call : alert.call) {
    roles.push_back(call.role.id);
  }
  return roles;
}

std::vector<Statement> statements_of(const Alert& alert, const std::vector<std::string>& tells) {
  std::vector<Statement> statements;
  if (alert.header.protected_mode) {
    // It says that it says nothing, and whom to call.
    Statement said;
    said.reason = AlertReason::protected_mode;
    said.level = alert.level;
    said.calls = called_in(alert);
    statements.push_back(std::move(said));
  }
  for (const AlertEntry& entry : alert.entries) {
    Statement said;
    said.kind = entry.withdrawn ? Statement::Kind::takes_back : Statement::Kind::alert;
    said.reason = entry.reason;
    said.subject = entry.subject.id;
    said.level = alert.level;
    said.tells = tells;
    said.calls = called_in(alert);
    said.true_at = entry.at;
    said.root = some(alert.root.id);
    said.services = alert.services;
    said.activities = alert.activities;
    statements.push_back(std::move(said));
  }
  return statements;
}

Statement statement_of(const ActivationPrompt& prompt, std::vector<std::string> tells) {
  Statement said;
  said.kind = prompt.kind == ActivationPrompt::Kind::proposed ? Statement::Kind::activation
                                                              : Statement::Kind::activation_withdrawn;
  said.subject = prompt.service.id;
  said.tells = std::move(tells);
  said.true_at = prompt.condition_met_at;
  return said;
}

Statement statement_of(const ReportPrompt& prompt, std::vector<std::string> tells) {
  Statement said;
  said.kind = Statement::Kind::prompt;
  // An activity is asked, after the incident, on behalf of no law in particular.
  said.of_law = prompt.kind != ReportPrompt::Kind::follow_up;
  said.prompt = prompt.kind;
  said.subject = said.of_law ? prompt.regime.id : prompt.activity.id;
  said.stage = prompt.stage;
  said.tells = std::move(tells);
  for (const Ground& ground : prompt.grounds) {
    if (!ground.criterion.empty()) {
      said.because.push_back(ground.criterion);
    }
  }
  if (said.of_law) {
    said.true_at = prompt.criterion_true_at;
    said.basis = prompt.basis;
    said.by = due_of(prompt);
    said.recipient = some(prompt.recipient);
  }
  for (const Question& question : prompt.questions) {
    said.asks.push_back(question.fact);
  }
  said.duty_holder = some(prompt.duty_holder.id);
  return said;
}

std::string list(const std::vector<std::string>& items) { return fmt::format("[{}]", fmt::join(items, ", ")); }

/// Quoted where YAML would read something else.
std::string scalar(const std::string& text) {
  return text.find_first_of(":#,[]{}\"'") == std::string::npos ? text : "\"" + text + "\"";
}

std::string local_text(Instant at, const ZoneTable& zone) {
  const auto offset = std::chrono::duration_cast<std::chrono::minutes>(offset_at(zone, at)).count();
  std::string text = format_instant(at + offset_at(zone, at));
  text.pop_back();
  if (text.ends_with(".000")) {
    text.erase(text.size() - 4);
  }
  return fmt::format("{}{}{:02}:{:02}", text, offset < 0 ? "-" : "+", std::abs(offset) / 60, std::abs(offset) % 60);
}

std::string due_text(const DueText& due, Instant start, const ZoneTable& zone) {
  if (due.period) {
    return fmt::format("{} after {}", format_period(*due.period), format_duration(due.after - start));
  }
  return due.date ? format_date(*due.date) : local_text(due.at.value_or(start), zone);
}

std::string head(const Statement& statement) {
  const std::string duty = statement.subject + (statement.stage.empty() ? "" : "/" + statement.stage);
  const auto of = [&](std::string text) {
    return statement.subject.empty() ? text : text + ", of: " + scalar(statement.subject);
  };
  switch (statement.kind) {
    case Statement::Kind::alert:
      return of(fmt::format("alert: {}", to_string(statement.reason)));
    case Statement::Kind::takes_back:
      return of(fmt::format("takes_back: {}", to_string(statement.reason)));
    case Statement::Kind::activation:
      return "activation: " + statement.subject;
    case Statement::Kind::activation_withdrawn:
      return "activation_withdrawn: " + statement.subject;
    case Statement::Kind::prompt:
      return fmt::format("{}: {}", to_string(statement.prompt), duty);
    case Statement::Kind::forecast:
      return statement.objective ? of(fmt::format("forecast: {}", to_string(*statement.objective)))
                                 : "forecast: " + statement.subject;
    case Statement::Kind::still:
      return "still: " + duty;
    case Statement::Kind::nothing:
      return "nothing: " + duty;
    case Statement::Kind::silent:
      return fmt::format("silent: {}", to_string(statement.stream));
    case Statement::Kind::dead_letter:
      return "dead_letter: " + statement.subject;
    case Statement::Kind::in_force:
      return "in_force: " + statement.subject;
    case Statement::Kind::not_in_force:
      return "not_in_force: " + statement.subject;
  }
  return {};
}

}  // namespace

Result<Span> parse_span(std::string_view text) {
  const std::size_t to = text.find(kTo);
  const Result<Millis> from = parse_duration(text.substr(0, to));
  if (!from) {
    Error error = from.error();
    error.remedy = "write one instant as 60m1ms, or two as 31m to 44m: both count from start";
    return fail(std::move(error));
  }
  if (to == std::string_view::npos) {
    return Span{*from, *from};
  }
  const std::size_t begins = to + kTo.size();
  const Result<Millis> until = parse_duration(text.substr(begins));
  if (!until) {
    return fail_in(until.error(), begins);
  }
  if (*until < *from) {
    return fail(notation_error(text, begins, "the time ends before it begins", "write the earlier instant first"));
  }
  return Span{*from, *until};
}

Result<DueText> parse_due(std::string_view text, Instant start) {
  DueText due;
  const std::size_t after = text.find(kAfter);
  if (after != std::string_view::npos) {
    const Result<Period> period = parse_period(text.substr(0, after));
    if (!period) {
      return fail(period.error());
    }
    const std::size_t begins = after + kAfter.size();
    const Result<Millis> anchor = parse_duration(text.substr(begins));
    if (!anchor) {
      return fail_in(anchor.error(), begins);
    }
    due.period = *period;
    due.after = start + *anchor;
    return due;
  }
  if (const Result<Date> date = parse_date(text)) {
    due.date = *date;
    return due;
  }
  if (const Result<Instant> at = parse_instant(text)) {
    due.at = *at;
    return due;
  }
  return fail(notation_error(text, 0, "expected a deadline",
                             "write it as 24h after 6m (after start), as 2026-12-25, or as "
                             "2026-11-23T02:19:00+01:00"));
}

std::vector<Statement> statements_of(const Output& output) {
  std::vector<std::string> tells = receivers_of(output);
  if (const auto* alert = std::get_if<Alert>(&output)) {
    return statements_of(*alert, tells);
  }
  // In protected mode nothing is left of the others that could be named.
  if (header_of(output).protected_mode) {
    return {};
  }
  if (const auto* activation = std::get_if<ActivationPrompt>(&output)) {
    return {statement_of(*activation, std::move(tells))};
  }
  if (const auto* prompt = std::get_if<ReportPrompt>(&output)) {
    return {statement_of(*prompt, std::move(tells))};
  }
  if (const auto* letter = std::get_if<DeadLetter>(&output)) {
    Statement said;
    said.kind = Statement::Kind::dead_letter;
    said.subject = letter->record.error;
    return {said};
  }
  return {};
}

std::string to_text(const Statement& statement, Instant start, const ZoneTable& zone) {
  std::string text = head(statement);
  const auto add = [&](std::string_view key, const std::string& value) { text += fmt::format(", {}: {}", key, value); };
  // What is over has no level, and no word for that.
  if (statement.level && *statement.level != Level::none) {
    add("level", std::string(to_string(*statement.level)));
  }
  if (statement.tells && !statement.tells->empty()) {
    add("tells", list(*statement.tells));
  }
  if (!statement.calls.empty()) {
    add("calls", statement.calls.size() == 1 ? statement.calls.front() : list(statement.calls));
  }
  if (!statement.because.empty()) {
    // Of what was said all that it rests on; people expect one of them.
    add("because", statement.because.size() == 1 ? statement.because.front() : list(statement.because));
  }
  if (!statement.not_because.empty()) {
    add("not_because", statement.not_because);
  }
  if (statement.true_at) {
    add("true_at", format_duration(*statement.true_at - start));
  }
  if (statement.basis) {
    add("basis", std::string(to_string(*statement.basis)));
  }
  if (statement.by) {
    add("by", due_text(*statement.by, start, zone));
  }
  if (statement.recipient) {
    add("recipient", scalar(*statement.recipient));
  }
  if (!statement.asks.empty()) {
    add("asks", list(statement.asks));
  }
  if (statement.root) {
    add("root", *statement.root);
  }
  if (statement.services) {
    add("services", std::to_string(*statement.services));
  }
  if (statement.activities) {
    add("activities", std::to_string(*statement.activities));
  }
  if (statement.duty_holder) {
    add("duty_holder", *statement.duty_holder);
  }
  return text;
}

std::string_view to_string(AlertReason reason) {
  switch (reason) {
    case AlertReason::opened:
      return "opened";
    case AlertReason::root_found:
      return "root_found";
    case AlertReason::merged:
      return "merged";
    case AlertReason::ladder:
      return "ladder";
    case AlertReason::forecast_mta:
      return "forecast_mta";
    case AlertReason::rto_missed:
      return "rto_missed";
    case AlertReason::mta_missed:
      return "mta_missed";
    case AlertReason::activation:
      return "activation";
    case AlertReason::legal:
      return "legal";
    case AlertReason::grown:
      return "grown";
    case AlertReason::repeated:
      return "repeated";
    case AlertReason::amended:
      return "amended";
    case AlertReason::level_lowered:
      return "level_lowered";
    case AlertReason::recovered:
      return "recovered";
    case AlertReason::merged_away:
      return "merged_away";
    case AlertReason::fallback_missed:
      return "fallback_missed";
    case AlertReason::protected_mode:
      return "protected_mode";
    case AlertReason::overrun_ahead:
      return "overrun_ahead";
  }
  return "unknown";
}

std::string_view to_string(ReportPrompt::Kind kind) {
  switch (kind) {
    case ReportPrompt::Kind::assess:
      return "assess";
    case ReportPrompt::Kind::ask_next:
      return "ask_next";
    case ReportPrompt::Kind::due:
      return "due";
    case ReportPrompt::Kind::reminder:
      return "reminder";
    case ReportPrompt::Kind::overdue:
      return "overdue";
    case ReportPrompt::Kind::amended:
      return "amended";
    case ReportPrompt::Kind::withdrawn:
      return "withdrawn";
    case ReportPrompt::Kind::still_open:
      return "still_open";
    case ReportPrompt::Kind::closed:
      return "closed";
    case ReportPrompt::Kind::dismissed:
      return "dismissed";
    case ReportPrompt::Kind::reopened:
      return "reopened";
    case ReportPrompt::Kind::follow_up:
      return "follow_up";
  }
  return "unknown";
}

std::string_view to_string(Objective::Kind kind) {
  switch (kind) {
    case Objective::Kind::rto:
      return "rto";
    case Objective::Kind::mta:
      return "mta";
    case Objective::Kind::fallback:
      return "fallback";
  }
  return "unknown";
}

std::string_view to_string(Statement::Stream stream) {
  switch (stream) {
    case Statement::Stream::everything:
      return "everything";
    case Statement::Stream::alerts:
      return "alerts";
    case Statement::Stream::activations:
      return "activations";
    case Statement::Stream::prompts:
      return "prompts";
  }
  return "unknown";
}

}  // namespace avbrottsvakt
