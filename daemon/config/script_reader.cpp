#include "config/script_reader.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "avbrottsvakt/v1/bundle.pb.h"
#include "base/check.h"
#include "base/time.h"
#include "config/exercise.h"

namespace avbrottsvakt {
namespace {

/// The loader has checked the notation.
Millis duration(const std::string& text) { return parse_duration(text).value_or(Millis{0}); }

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

Origin origin_of(v1::Origin origin) {
  switch (origin) {
    case v1::ORIGIN_HEARTBEAT:
      return Origin::heartbeat;
    case v1::ORIGIN_PROBE:
      return Origin::probe;
    case v1::ORIGIN_PERSON:
      return Origin::person;
    default:
      return Origin::monitoring;
  }
}

Answer answer_of(v1::FactAnswer answer) {
  switch (answer) {
    case v1::FACT_ANSWER_YES:
      return Answer::yes;
    case v1::FACT_ANSWER_NO:
      return Answer::no;
    default:
      return Answer::not_known;
  }
}

}  // namespace

ScriptReader::ScriptReader(const Region& region, const Places& places, Errors& errors)
    : region_(region), places_(places), errors_(errors) {
  if (region.bundle.empty()) return;
  bundled_ = true;
  v1::Bundle bundle;
  AV_CHECK(bundle.ParseFromString(region.bundle));
  for (const v1::ContinuityPlan& plan : bundle.plans()) planned_.insert(plan.service());
  for (const v1::Regime& regime : bundle.regimes()) {
    for (const v1::Stage& stage : regime.stages()) {
      if (stage.on_request()) on_request_.insert(regime.regime() + "/" + stage.id());
    }
  }
}

void ScriptReader::report(const std::string& path, Error error) {
  Place place = places_.at(path);
  // The parser of a notation knows the column within the text.
  if (error.place.column > 0) place.column += error.place.column - 1;
  error.place = std::move(place);
  errors_.push_back(std::move(error));
}

void ScriptReader::report(const std::string& path, std::string message, std::string remedy) {
  report(path, Error(ErrorCode::invalid_input, std::move(message), std::move(remedy)));
}

// Events.

std::vector<ScriptEvent> ScriptReader::events(const Events& from, const std::string& path, Instant start, int& number) {
  std::vector<ScriptEvent> to;
  std::optional<Millis> before;
  for (int i = 0; i < from.size(); ++i) {
    const std::string here = path + "[" + std::to_string(i) + "]";
    const Millis at = duration(from[i].at());
    if (before && at < *before) {
      report(here + ".at", "comes before the event above it, at " + format_duration(*before),
             "write the events in the order in which they are heard; since says when something really happened");
    }
    before = std::max(at, before.value_or(at));
    event(from[i], here, start, number, to);
    if (to.size() > kScriptEventsMax) {
      report(here, "a script has at most " + std::to_string(kScriptEventsMax) + " events, repetitions counted",
             "let it repeat less");
      break;
    }
  }
  std::stable_sort(to.begin(), to.end(), [](const ScriptEvent& a, const ScriptEvent& b) { return a.at < b.at; });
  check_absences(to, path);
  return to;
}

void ScriptReader::event(const v1::ExerciseEvent& from, const std::string& path, Instant start, int& number,
                         std::vector<ScriptEvent>& to) {
  ++number;
  if (from.has_signal()) {
    signals(from, path, start, to);
    return;
  }
  ScriptEvent event;
  event.at = start + duration(from.at());
  event.say = from.say();
  event.body = Tick{};
  switch (from.event_case()) {
    case v1::ExerciseEvent::EVENT_NOT_SET:
    case v1::ExerciseEvent::kSignal:
      break;
    case v1::ExerciseEvent::kResumed: {
      const Instant away = start + duration(from.resumed().away_since());
      if (away > event.at) {
        report(path + ".resumed.away_since", "this comes after it is back, at " + format_duration(event.at - start),
               "away_since is counted from start, as at is");
      }
      event.body = Resumed{away, event.at};
      break;
    }
    case v1::ExerciseEvent::kCaughtUp:
      event.body = CaughtUp{};
      if (!from.caught_up()) report(path + ".caught_up", "this says nothing", "write caught_up: true");
      break;
    default:
      command(from, path, start, number, event);
      break;
  }
  to.push_back(std::move(event));
}

void ScriptReader::signals(const v1::ExerciseEvent& from, const std::string& path, Instant start,
                           std::vector<ScriptEvent>& to) {
  const auto& scripted = from.signal();
  const std::string here = path + ".signal";
  const Instant first = start + duration(from.at());
  std::vector<std::string> services(scripted.services().begin(), scripted.services().end());
  if (scripted.has_service()) services.push_back(scripted.service());
  if (scripted.has_service() == !scripted.services().empty()) {
    report(here, "one of service, services is needed", "name the service that it is about, or several in a list");
  }
  if (scripted.has_since() && start + duration(scripted.since()) > first) {
    report(here + ".since", "this happens after it is heard, at " + format_duration(first - start),
           "since is counted from start, as at is");
  }
  if (scripted.has_since() && scripted.has_clock_ahead()) {
    report(here + ".clock_ahead", "clock_ahead cannot stand beside since", "keep one of them");
  }
  if (scripted.has_expect_within() != (scripted.origin() == v1::ORIGIN_HEARTBEAT)) {
    report(here, "a heartbeat says within which time the next is expected, and nothing else does",
           "write origin: heartbeat and expect_within together");
  }
  if (scripted.has_repeat() && duration(scripted.repeat().every()) == Millis{0}) {
    report(here + ".repeat.every", "repetitions follow one another", "write a time longer than 0s");
    return;
  }
  const int times = scripted.has_repeat() ? scripted.repeat().times() : 1;
  for (int i = 0; i < times; ++i) {
    const Millis later = duration(scripted.repeat().every()) * i;
    const bool other = scripted.repeat().has_alternate() && i % 2 == 1;
    Heard heard;
    for (const std::string& service : services) {
      Signal signal;
      signal.source = scripted.has_source() ? scripted.source() : "exercise";
      signal.key = !scripted.has_key()   ? service
                   : services.size() > 1 ? scripted.key() + "/" + service
                                         : scripted.key();
      signal.condition = condition_of(other ? scripted.repeat().alternate() : scripted.is());
      signal.at = (scripted.has_since() ? start + duration(scripted.since()) : first) + later +
                  duration(scripted.clock_ahead());
      if (scripted.has_external_number()) {
        signal.labels.push_back({std::string(kExternalNumberLabel), scripted.external_number()});
      }
      signal.labels.push_back({"service", service});
      signal.summary = scripted.summary();
      signal.origin = origin_of(scripted.origin());
      if (scripted.has_expect_within()) signal.expect_within = duration(scripted.expect_within());
      heard.signals.push_back(std::move(signal));
    }
    ScriptEvent event;
    event.at = first + later;
    event.say = i == 0 ? from.say() : "";
    event.body = std::move(heard);
    to.push_back(std::move(event));
  }
}

void ScriptReader::command(const v1::ExerciseEvent& from, const std::string& path, Instant start, int& number,
                           ScriptEvent& to) {
  if (from.has_acknowledge() && !from.acknowledge()) {
    report(path + ".acknowledge", "nothing is taken back in an exercise", "leave it out");
  }
  if (!from.has_by()) report(path, "by is missing: a command is given by a role", "add by: ROLE");
  const std::string& about = from.incident();
  Command command{"drill/" + std::to_string(number), from.by(), std::nullopt, {}};
  switch (from.event_case()) {
    case v1::ExerciseEvent::kConfirm:
      command.body = ConfirmLimited{about, from.confirm().activity(), from.confirm().limited()};
      break;
    case v1::ExerciseEvent::kAnswer:
      command.body = answer(from.answer(), path + ".answer", about);
      break;
    case v1::ExerciseEvent::kSubmitted:
      command.body =
          Submitted{about, from.submitted().regime(), from.submitted().duty_holder(), from.submitted().stage()};
      break;
    case v1::ExerciseEvent::kRequested:
      command.body = requested(from.requested(), path + ".requested", about);
      break;
    case v1::ExerciseEvent::kMaintenance:
      command.body = maintenance(from.maintenance(), path + ".maintenance", start, to.at);
      break;
    case v1::ExerciseEvent::kCancelMaintenance:
      command.body = CancelMaintenance{from.cancel_maintenance().reference()};
      break;
    default:
      command.body = Acknowledge{about};
      break;
  }
  const bool of_work = from.has_maintenance() || from.has_cancel_maintenance();
  if (of_work && from.has_incident()) report(path + ".incident", "planned work is about no incident", "leave it out");
  to.about_first = !of_work && !from.has_incident();
  to.body = std::move(command);
}

AnswerFact ScriptReader::answer(const v1::ExerciseEvent::ScriptedAnswer& from, const std::string& path,
                                const std::string& about) {
  const std::size_t colon = from.fact().find(':');
  const std::string fact = from.fact().substr(0, colon);
  if (!region_.names.has(v1::FACT, fact)) report(path + ".fact", region_.names.missing(v1::FACT, fact));
  if (colon != std::string::npos) {
    const std::string activity = from.fact().substr(colon + 1);
    if (!region_.names.has(v1::ACTIVITY, activity)) {
      Error error = region_.names.missing(v1::ACTIVITY, activity);
      error.place.column = static_cast<int>(colon) + 2;
      report(path + ".fact", std::move(error));
    }
  }
  return {about, from.fact(), answer_of(from.answer()), from.reference()};
}

Requested ScriptReader::requested(const v1::ExerciseEvent::ScriptedRequested& from, const std::string& path,
                                  const std::string& about) {
  const std::string stage = from.regime() + "/" + from.stage();
  if (bundled_ && !on_request_.contains(stage)) {
    const std::string known = on_request_.empty() ? "no report is made on request"
                                                  : "on request is " + fmt::format("{}", fmt::join(on_request_, ", "));
    report(path + ".stage", stage + " is not made on request", known);
  }
  return {about, from.regime(), from.duty_holder(), from.stage()};
}

PlanMaintenance ScriptReader::maintenance(const v1::ExerciseEvent::ScriptedMaintenance& from, const std::string& path,
                                          Instant start, Instant at) {
  PlanMaintenance work;
  work.reference = from.reference();
  work.service = from.service();
  work.from = start + duration(from.from());
  work.until = start + duration(from.until());
  if (from.has_return_by()) work.return_by = start + duration(from.return_by());
  work.approved_by = from.approved_by();
  work.agreed = {from.agreed().begin(), from.agreed().end()};
  if (const std::optional<std::string> why = refusal_of_times(work, at)) {
    report(path, *why, "from, until and return_by are counted from start, as at is");
  }
  return work;
}

void ScriptReader::check_absences(const std::vector<ScriptEvent>& events, const std::string& path) {
  for (std::size_t i = 1; i < events.size(); ++i) {
    const auto* resumed = std::get_if<Resumed>(&events[i].body);
    if (resumed != nullptr && events[i - 1].at > resumed->from) {
      report(path, "something is heard while the daemon is away",
             "let it be heard once the daemon is back, with since for when it happened");
    }
  }
}

void ScriptReader::check_end(const Script& script, const std::string& until_path) {
  if (!script.events.empty() && script.until < script.events.back().at) {
    report(until_path,
           "the run ends before its last event, at " + format_duration(script.events.back().at - script.start),
           "let it go on");
  }
  for (const Expectation& expectation : script.expect) {
    if (expectation.until <= script.until) continue;
    Error error(ErrorCode::invalid_input,
                "the run ends before that, at " + format_duration(script.until - script.start),
                "let the run go on, or expect it earlier");
    error.place = expectation.place;
    errors_.push_back(std::move(error));
  }
}

void sort_by_place(Errors& errors) {
  std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.file, a.place.line, a.place.column) < std::tie(b.place.file, b.place.line, b.place.column);
  });
}

}  // namespace avbrottsvakt
