#pragma once

#include <algorithm>
#include <string>

#include "generated.h"

namespace avbrottsvakt::testing {

// Makes generated values keep what the headers of model/ promise: the generator knows types, not promises.

inline void tidy(Labels& labels) {
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i].name = "label" + std::to_string(i);
}
inline void tidy(std::optional<Millis>& expect_within) {
  if (expect_within) expect_within = *expect_within % kExpectWithinMax + Millis{1};
}
inline void tidy(SourceSpan& span) { span.source = "source"; }
inline void tidy(Command& command) {
  command.id += "id";
  command.by += "role";
  if (auto* work = std::get_if<PlanMaintenance>(&command.body)) {
    work->reference += "reference";
    work->approved_by += "role";
  }
}
inline void tidy(Input& input) {
  if (input.span) tidy(*input.span);
  if (auto* heard = std::get_if<Heard>(&input.body)) {
    for (Signal& signal : heard->signals) {
      signal.source = "source";
      signal.key += "key";
      tidy(signal.labels);
      tidy(signal.expect_within);
    }
    for (Command& command : heard->commands) tidy(command);
  }
  if (auto* command = std::get_if<Command>(&input.body)) tidy(*command);
  if (std::holds_alternative<SourceGap>(input.body) && !input.span) tidy(input.span.emplace());
}
inline void tidy(StateRecord& record) {
  if (auto* cause = std::get_if<CauseRecord>(&record)) {
    tidy(cause->labels);
    tidy(cause->expect_within);
    std::sort(cause->points.begin(), cause->points.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  }
  if (auto* work = std::get_if<MaintenanceRecord>(&record)) work->until = work->from + Millis{1};
}
inline void tidy(Output& output) {
  std::visit([](auto& said) { said.header.id += "id"; }, output);
  // What is left in protected mode, as output.h says.
  if (auto* alert = std::get_if<Alert>(&output); alert != nullptr && alert->header.protected_mode) {
    Alert left;
    left.header = alert->header;
    left.level = alert->level;
    left.call = alert->call;
    *alert = left;
  } else if (auto* prompt = std::get_if<ActivationPrompt>(&output);
             prompt != nullptr && prompt->header.protected_mode) {
    ActivationPrompt left;
    left.header = prompt->header;
    left.kind = prompt->kind;
    left.contacts = prompt->contacts;
    *prompt = left;
  } else if (auto* report = std::get_if<ReportPrompt>(&output); report != nullptr && report->header.protected_mode) {
    ReportPrompt left;
    left.header = report->header;
    left.kind = report->kind;
    left.to = report->to;
    left.phone = report->phone;
    *report = left;
  } else if (auto* picture = std::get_if<IncidentPicture>(&output);
             picture != nullptr && picture->header.protected_mode) {
    IncidentPicture left;
    left.header = picture->header;
    left.state = picture->state;
    *picture = left;
  }
  if (auto* letter = std::get_if<DeadLetter>(&output)) {
    // What a dead letter does not carry, as output.h says.
    const OutputHeader full = letter->header;
    letter->header = {};
    letter->header.id = full.id;
    letter->header.at = full.at;
    letter->header.domain = full.domain;
    letter->header.exercise = full.exercise;
  }
}

}  // namespace avbrottsvakt::testing
