#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/input.h"
#include "script/statement.h"

namespace avbrottsvakt {

/// One input of a script, at the instant at which the log hears it.
struct ScriptEvent {
  Instant at{};
  std::string say;  ///< what the people in the drill see; may be empty
  decltype(Input::body) body;
  bool about_first = false;  ///< a command that names no incident is about the first one
};

/// What must be said, or must not: the statement at one instant (from == until), or between two, both included.
struct Expectation {
  Statement statement;
  Instant from{};
  Instant until{};
  std::optional<std::uint32_t> times;  ///< exactly so often; absent: at least once
  Place place;
};

/// A whole run, counted. What is absent may be as it is.
struct Totals {
  std::optional<std::uint32_t> incidents;
  std::optional<std::uint32_t> alerts;
  std::optional<std::uint32_t> activations;
  std::optional<std::uint32_t> prompts;
  std::optional<std::map<std::string, std::uint32_t>> told;  ///< messages by role; who is not in it gets none
  Place place;
};

/// A scripted disruption with what must be said of it, checked and typed: config/ reads it.
struct Script {
  std::string name;
  std::string about;
  Instant start{};
  Instant until{};
  std::vector<ScriptEvent> events;  ///< ascending
  std::vector<Expectation> expect;  ///< in the order of the file
  std::optional<Totals> totals;
  Place place;
};

/// What a script is played on: a journal with its owner, or an engine alone.
class Audience {
 public:
  virtual ~Audience() = default;
  /// Takes one stamped input, and gives what is said because of it.
  [[nodiscard]] virtual Result<std::vector<Output>> hear(const Input& input) = 0;
  virtual std::optional<LogTime> next_deadline() const = 0;
  virtual LogTime now() const = 0;
};

/// Plays the events on an audience in which the bundle is in force since script.start: each at its instant, ticks at
/// the instants at which something is due between them, and one at the end. Reads no clock.
///
/// `before`: called before an event is heard; may be null.
/// Errors: those of the audience; nothing is heard after one.
[[nodiscard]] Result<void> play(const Script& script, Audience& audience,
                                const std::function<void(const ScriptEvent&)>& before);

}  // namespace avbrottsvakt
