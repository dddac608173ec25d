#include <algorithm>
#include <utility>

#include "script/script.h"

namespace avbrottsvakt {
namespace {

/// A run under way: it knows the number of the first incident, which commands are about that name none.
class Playing {
 public:
  explicit Playing(Audience& audience) : audience_(audience) {}

  Result<void> hear(const Input& input) {
    const Result<std::vector<Output>> said = audience_.hear(input);
    if (!said) {
      return fail(said.error());
    }
    for (const Output& output : *said) {
      if (incident_.empty() && std::holds_alternative<Alert>(output)) {
        incident_ = header_of(output).incident;
      }
    }
    return {};
  }

  Result<void> tick_until(Instant until) {
    while (const std::optional<LogTime> due = audience_.next_deadline()) {
      if (*due > until) {
        break;
      }
      if (Result<void> done = tick(*due); !done) {
        return done;
      }
    }
    return {};
  }

  Result<void> tick(Instant at) {
    Input input;
    input.stamp = std::max(at, audience_.now());
    input.body = Tick{};
    return hear(input);
  }

  Input input_of(const ScriptEvent& event) const {
    Input input;
    input.stamp = event.at;
    input.body = event.body;
    if (auto* command = std::get_if<Command>(&input.body); command != nullptr && event.about_first) {
      std::visit(
          [&](auto& body) {
            if constexpr (requires { body.incident; }) {
              body.incident = incident_;
            }
          },
          command->body);
    }
    return input;
  }

 private:
  Audience& audience_;
  std::string incident_;
};

}  // namespace

Result<void> play(const Script& script, Audience& audience, const std::function<void(const ScriptEvent&)>& before) {
  Playing playing(audience);
  for (const ScriptEvent& event : script.events) {
    // Who is away says nothing, whatever comes due meanwhile.
    const auto* resumed = std::get_if<Resumed>(&event.body);
    if (Result<void> done = playing.tick_until(resumed != nullptr ? resumed->from : event.at); !done) {
      return done;
    }
    if (before) {
      before(event);
    }
    if (Result<void> done = playing.hear(playing.input_of(event)); !done) {
      return done;
    }
  }
  if (Result<void> done = playing.tick_until(script.until); !done) {
    return done;
  }
  return playing.tick(script.until);
}

}  // namespace avbrottsvakt
