#include "app/exercise.h"

#include <utility>

#include "base/check.h"
#include "base/time.h"
#include "wire/input.h"

namespace avbrottsvakt {
namespace {

// A turn on Kafka waits for the broker; long before this the broker is gone.
constexpr Millis kTurnMax{60'000};

Condition condition_of(v1::Condition condition) {
  switch (condition) {
    case v1::CONDITION_DOWN:
      return Condition::down;
    case v1::CONDITION_DEGRADED:
      return Condition::degraded;
    default:
      return Condition::up;
  }
}

/// The loader has checked the notation.
Millis duration(const std::string& text) {
  const Result<Millis> parsed = parse_duration(text);
  AV_CHECK(parsed.has_value());
  return *parsed;
}

}  // namespace

Input scripted_input(const v1::ExerciseEvent& event, int number, Instant start, const std::string& incident) {
  Input input;
  input.stamp = start + duration(event.at());
  const std::string about = event.has_incident() ? event.incident() : incident;
  const auto command = [&](decltype(Command::body) body) {
    input.body = Command{"drill/" + std::to_string(number), event.by(), std::nullopt, std::move(body)};
  };
  switch (event.event_case()) {
    case v1::ExerciseEvent::kSignal: {
      const auto& scripted = event.signal();
      Signal signal;
      signal.source = "exercise";
      signal.key = scripted.has_key() ? scripted.key() : scripted.service();
      signal.condition = condition_of(scripted.is());
      signal.at = scripted.has_since() ? start + duration(scripted.since()) : input.stamp;
      signal.labels = {{"service", scripted.service()}};
      signal.summary = scripted.summary();
      input.body = Heard{{std::move(signal)}, {}};
      break;
    }
    case v1::ExerciseEvent::kAcknowledge:
      command(Acknowledge{about});
      break;
    case v1::ExerciseEvent::kConfirm:
      command(ConfirmLimited{about, event.confirm().activity(), event.confirm().limited()});
      break;
    case v1::ExerciseEvent::kAnswer: {
      Answer answer = Answer::not_known;
      if (event.answer().answer() == v1::FACT_ANSWER_YES) {
        answer = Answer::yes;
      } else if (event.answer().answer() == v1::FACT_ANSWER_NO) {
        answer = Answer::no;
      }
      command(AnswerFact{about, event.answer().fact(), answer});
      break;
    }
    case v1::ExerciseEvent::kSubmitted:
      command(Submitted{about, event.submitted().regime(), event.submitted().duty_holder(), event.submitted().stage()});
      break;
    case v1::ExerciseEvent::EVENT_NOT_SET:
      input.body = Tick{};
      break;
  }
  return input;
}

Drill::Drill(Journal& journal, Owner::Options options, Observer observer)
    : journal_(journal), owner_(journal, std::move(options)), observer_(std::move(observer)) {}

Result<void> Drill::hear(const Input& input) {
  const std::string encoded = encode_input(input);
  if (Result<void> done = journal_.append_stamped(encoded, input.stamp); !done) {
    return done;
  }
  if (observer_.appended) {
    observer_.appended(input.stamp, encoded);
  }
  Result<Owner::Turn> turn = owner_.turn(kTurnMax);
  if (!turn) {
    return fail(std::move(turn.error()));
  }
  if (turn->inputs != 1) {
    return fail(ErrorCode::unavailable, "the journal did not give back what was appended to it within a minute",
                "look at the broker's log");
  }
  ++inputs_;
  for (const Output& output : turn->outputs) {
    if (incident_.empty() && std::holds_alternative<Alert>(output)) {
      incident_ = header_of(output).incident;
    }
  }
  observer_.said(*turn);
  return {};
}

Result<void> Drill::tick_until(Instant until) {
  while (const std::optional<LogTime> due = owner_.engine().next_deadline()) {
    if (*due > until) {
      break;
    }
    Input tick;
    tick.stamp = std::max(*due, owner_.engine().now());
    tick.body = Tick{};
    if (Result<void> done = hear(tick); !done) {
      return done;
    }
  }
  return {};
}

Result<void> Drill::play(const v1::Exercise& script, const std::string& bundle_hash, const std::string& bundle_bytes) {
  const Result<Instant> start = parse_instant(script.start());
  AV_CHECK(start.has_value());
  if (Result<void> owned = owner_.take_over(nullptr); !owned) {
    return owned;
  }
  if (!owner_.fresh()) {
    return fail(ErrorCode::conflict, "something was played in this journal before",
                "give --journal a new file, or a new prefix on Kafka");
  }
  if (Result<void> stored = journal_.store_bundle(bundle_hash, bundle_bytes); !stored) {
    return stored;
  }
  Input first;
  first.stamp = *start;
  first.body = Activate{bundle_hash, "", true};
  if (Result<void> done = hear(first); !done) {
    return done;
  }
  int number = 0;
  for (const v1::ExerciseEvent& event : script.events()) {
    if (Result<void> done = tick_until(*start + duration(event.at())); !done) {
      return done;
    }
    const Input input = scripted_input(event, ++number, *start, incident_);
    observer_.heard(input.stamp, event.say());
    if (Result<void> done = hear(input); !done) {
      return done;
    }
  }
  const Instant end = *start + duration(script.until());
  if (Result<void> done = tick_until(end); !done) {
    return done;
  }
  Input last;
  last.stamp = std::max(end, owner_.engine().now());
  last.body = Tick{};
  return hear(last);
}

}  // namespace avbrottsvakt
