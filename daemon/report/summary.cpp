#include "report/summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "model/receivers.h"
#include "report/text.h"
#include "report/views.h"

namespace avbrottsvakt {
namespace {

/// What messages themselves call the roles that they go to.
void learn_names(const Output& output, std::map<std::string, std::string>& names) {
  if (const auto* activation = std::get_if<ActivationPrompt>(&output)) {
    if (!activation->contacts.empty()) {
      const Named& role = activation->contacts.front().role;
      names.insert_or_assign(role.id, name_of(role));
    }
  } else if (const auto* prompt = std::get_if<ReportPrompt>(&output)) {
    if (!prompt->to.id.empty()) names.insert_or_assign(prompt->to.id, name_of(prompt->to));
  }
}

std::string when(const StageState& stage, const Wording& wording) {
  const Words& words = wording.words();
  if (!stage.within || stage.due == Instant{}) return std::string(words.summary_soonest);
  const std::string due =
      put(stage.predicted ? words.summary_predicted : words.summary_due, wording.deadline(stage.due));
  return fmt::format("{} ({})", due, wording.relative(stage.due));
}

}  // namespace

void Summary::add(const Output& output) {
  const OutputHeader& header = header_of(output);
  if (!first_) first_ = header.at;
  last_ = std::max(last_, header.at);
  exercise_ = exercise_ || header.exercise;

  Stream& stream = streams_.at(output.index());
  ++stream.messages;
  learn_names(output, names_);
  for (const std::string& role : receivers_of(output)) ++stream.roles[role];
  if (const auto* prompt = std::get_if<ReportPrompt>(&output)) add_duty(*prompt);
}

void Summary::add_duty(const ReportPrompt& prompt) {
  const auto key = std::make_tuple(prompt.header.incident_id, prompt.regime.id, prompt.duty_holder.id);
  Duty duty{prompt.regime, prompt.duty_holder, prompt.header.incident, {}, prompt.advisory};
  for (const auto& stage : prompt.stages) {
    if (!stage.submitted_at) duty.remaining.push_back(stage);
  }
  using Kind = ReportPrompt::Kind;
  const bool over = prompt.kind == Kind::withdrawn || prompt.kind == Kind::closed || prompt.kind == Kind::dismissed;
  if (over || duty.remaining.empty()) {
    duties_.erase(key);
  } else {
    duties_.insert_or_assign(key, std::move(duty));
  }
}

std::string Summary::render(const RenderOptions& options, Instant now) const {
  if (!first_) return {};
  const Words& words = words_of(options.language);
  const Wording wording(words, options.zone, now);
  const auto role = [&](const std::string& id) -> const std::string& {
    for (const auto* names : {&options.roles, &names_}) {
      if (const auto found = names->find(id); found != names->end()) return found->second;
    }
    return id;
  };

  std::string markup;
  const auto banner = [&](std::string_view text) {
    if (exercise_) markup += fmt::format("! {}\n", text);
  };
  banner(words.exercise_first);
  markup += fmt::format("# {} | {} {} {}\n", words.summary_title, wording.deadline(*first_), words.summary_until,
                        Wording(words, options.zone, *first_).clock(std::max(last_, now)));
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const Stream& stream = streams_.at(i);
    if (stream.messages == 0) continue;
    // The most told first; among equals by identifier.
    std::vector<std::pair<std::string, std::uint64_t>> roles(stream.roles.begin(), stream.roles.end());
    std::ranges::stable_sort(roles, std::ranges::greater(), &std::pair<std::string, std::uint64_t>::second);
    std::string told;
    for (const auto& [id, messages] : roles) {
      told += fmt::format("{} {}{}{}", told.empty() ? ":" : ",", as_value(role(id)), kNoBreak, messages);
    }
    markup += fmt::format("{} | {}{}\n", words.stream.at(i), count(stream.messages, words.message), told);
  }
  markup += fmt::format("# {}\n", duties_.empty() ? words.summary_no_duties : words.summary_duties);
  for (const auto& [key, duty] : duties_) {
    markup +=
        fmt::format("{}, {}, {}\n",
                    as_value(duty.advisory ? put(words.summary_advisory, name_of(duty.regime)) : name_of(duty.regime)),
                    as_value(name_of(duty.duty_holder)), put(words.summary_incident, as_value(duty.incident)));
    for (const auto& stage : duty.remaining) {
      markup += fmt::format("{} | {}\n", as_value(stage.name), when(stage, wording));
    }
  }
  banner(words.exercise_last);
  return lay_out(markup, {.width = options.width, .colour = options.colour, .tone = Tone::notice});
}

}  // namespace avbrottsvakt
