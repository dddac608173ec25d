#include "config/exercise.h"

#include <algorithm>
#include <tuple>

#include "base/time.h"
#include "config/loader.h"

namespace avbrottsvakt {
namespace {

class ExerciseCheck {
 public:
  ExerciseCheck(const Places& places, Errors& errors) : places_(places), errors_(errors) {}

  void check(const v1::Exercise& exercise) {
    std::optional<Millis> before;
    for (int i = 0; i < exercise.events_size(); ++i) {
      const v1::ExerciseEvent& event = exercise.events(i);
      const std::string path = "events[" + std::to_string(i) + "]";
      const Millis at = duration(event.at());
      if (before && at < *before) {
        report(path + ".at", "comes before the event above it, at " + format_duration(*before),
               "write the events in the order in which they are heard; since says when something really happened");
      }
      before = std::max(at, before.value_or(at));
      check_event(event, at, path);
    }
    if (before && duration(exercise.until()) < *before) {
      report("until", "the run ends before its last event, at " + format_duration(*before), "let it go on");
    }
  }

 private:
  static Millis duration(const std::string& text) { return parse_duration(text).value_or(Millis(0)); }

  void check_event(const v1::ExerciseEvent& event, Millis at, const std::string& path) {
    if (event.has_signal()) {
      if (event.signal().has_since() && duration(event.signal().since()) > at) {
        report(path + ".signal.since", "this happens after it is heard, at " + format_duration(at),
               "since is counted from start, as at is");
      }
      return;
    }
    if (event.event_case() == v1::ExerciseEvent::EVENT_NOT_SET) return;
    if (event.has_acknowledge() && !event.acknowledge()) {
      report(path + ".acknowledge", "nothing is taken back in an exercise", "leave it out");
    }
    if (!event.has_by()) report(path, "by is missing: a command is given by a role", "add by: ROLE");
  }

  void report(const std::string& path, std::string message, std::string remedy) {
    Error error(ErrorCode::invalid_input, std::move(message), std::move(remedy));
    error.place = places_.at(path);
    errors_.push_back(std::move(error));
  }

  const Places& places_;
  Errors& errors_;
};

}  // namespace

tl::expected<v1::Exercise, Errors> load_exercise(const std::filesystem::path& file, const Region& region) {
  v1::Exercise exercise;
  Places places;
  Errors errors = load_message(file, exercise, &places);
  const bool clean = errors.empty();
  region.names.check(exercise, places, errors);
  if (clean) ExerciseCheck(places, errors).check(exercise);
  if (errors.empty()) return exercise;
  std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  return tl::unexpected<Errors>(std::move(errors));
}

}  // namespace avbrottsvakt
