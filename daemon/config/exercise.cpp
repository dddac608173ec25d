#include "config/exercise.h"

#include "base/time.h"
#include "config/loader.h"
#include "config/script_reader.h"

namespace avbrottsvakt {

tl::expected<Script, Errors> load_exercise(const std::filesystem::path& file, const Region& region) {
  v1::Exercise exercise;
  Places places;
  Errors errors = load_message(file, exercise, &places);
  const bool clean = errors.empty();
  region.names.check(exercise, places, errors);
  Script script;
  if (clean) {
    ScriptReader reader(region, places, errors);
    int number = 0;
    script.name = exercise.name();
    script.about = exercise.about();
    script.start = parse_instant(exercise.start()).value_or(Instant{});
    script.until = script.start + parse_duration(exercise.until()).value_or(Millis{0});
    script.events = reader.events(exercise.events(), "events", script.start, number);
    script.expect = reader.expectations(exercise.expect(), "expect", script.start);
    if (exercise.has_totals()) script.totals = reader.totals(exercise.totals(), "totals");
    script.place = places.at("");
    reader.check_end(script, "until");
  }
  if (errors.empty()) return script;
  sort_by_place(errors);
  return tl::unexpected<Errors>(std::move(errors));
}

}  // namespace avbrottsvakt
