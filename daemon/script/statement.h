#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil.h"
#include "model/output.h"

namespace avbrottsvakt {

/// A deadline as people write it: an instant, a civil date, or a period after an instant.
struct DueText {
  std::optional<Instant> at;
  std::optional<Date> date;
  std::optional<Period> period;
  Instant after{};  ///< with period
};

/// One thing that is said, in the words in which people expect it: of an expectation only what it names is set, of what
/// was really said all that can be named.
struct Statement {
  enum class Kind : std::uint8_t {
    alert,
    takes_back,
    activation,
    activation_withdrawn,
    prompt,
    forecast,
    still,
    nothing,
    silent,
    dead_letter,
    in_force,
    not_in_force
  };
  enum class Stream : std::uint8_t { everything, alerts, activations, prompts };

  Kind kind = Kind::alert;
  AlertReason reason = AlertReason::opened;                ///< alert, takes_back
  ReportPrompt::Kind prompt = ReportPrompt::Kind::assess;  ///< prompt
  Stream stream = Stream::everything;                      ///< silent
  /// forecast: of a law if not set, else of this objective of the subject.
  std::optional<Objective::Kind> objective;
  /// Service, activity, regime or number of an incident; of a dead letter the word for why. Empty: whichever.
  std::string subject;
  std::string stage;    ///< prompt, still, nothing: of the regime; empty: whichever
  bool of_law = false;  ///< the subject is a regime

  std::optional<Level> level;
  std::optional<std::vector<std::string>> tells;  ///< ascending
  std::vector<std::string> calls;                 ///< alert: the roles to call, in order; expected: at most one
  std::vector<std::string> because;               ///< expected: at most one
  std::string not_because;                        ///< only expected
  std::optional<Instant> true_at;
  std::optional<Basis> basis;
  std::optional<DueText> by;
  std::optional<std::string> recipient;
  std::vector<std::string> asks;
  std::optional<std::string> root;
  std::optional<std::uint32_t> services;
  std::optional<std::uint32_t> activities;
  std::optional<std::string> duty_holder;
};

/// "30m to 45m" or "30m", after start: from and until, both included. Error: invalid_input, with the column.
struct Span {
  Millis from{0};
  Millis until{0};
};
[[nodiscard]] Result<Span> parse_span(std::string_view text);

/// "24h after 6m", "1 month after 78h" (after start), "2026-12-25", "2026-11-23T02:19:00+01:00". Error: invalid_input,
/// with the column.
[[nodiscard]] Result<DueText> parse_due(std::string_view text, Instant start);

/// Each thing that `output` says, one statement for each reason of an alert. Pictures say nothing; nor does, in
/// protected mode, anything but an alert, whose only reason that is.
std::vector<Statement> statements_of(const Output& output);

/// The words of a statement as they are written in a file, without braces: "alert: opened, of: cosmic, level: notice".
std::string to_text(const Statement& statement, Instant start, const ZoneTable& zone);

std::string_view to_string(AlertReason reason);
std::string_view to_string(ReportPrompt::Kind kind);
std::string_view to_string(Objective::Kind kind);
std::string_view to_string(Statement::Stream stream);

}  // namespace avbrottsvakt
