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
}
inline void tidy(Output& output) {
  std::visit([](auto& said) { said.header.id += "id"; }, output);
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
