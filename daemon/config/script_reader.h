#pragma once

#include <set>
#include <string>
#include <vector>

#include "avbrottsvakt/v1/exercise.pb.h"
#include "config/loader.h"
#include "config/region.h"
#include "script/script.h"

namespace avbrottsvakt {

/// Events and expectations as files have them, to those that are played: what exercises and rule tests share. What is
/// wrong is added to `errors`, and what comes back is then not to be used.
class ScriptReader {
 public:
  using Events = google::protobuf::RepeatedPtrField<v1::ExerciseEvent>;
  using Expectations = google::protobuf::RepeatedPtrField<v1::Expectation>;

  /// All must outlive it. Of a region with errors (its bundle is empty) only the names are asked for.
  ScriptReader(const Region& region, const Places& places, Errors& errors);

  /// Events of one list of the file, repetitions expanded, ascending. `number`: of the last command; counts on.
  std::vector<ScriptEvent> events(const Events& from, const std::string& path, Instant start, int& number);
  std::vector<Expectation> expectations(const Expectations& from, const std::string& path, Instant start);
  Totals totals(const v1::Totals& from, const std::string& path);

  /// Whether the run goes on until everything has come: an error at `until_path` if not.
  void check_end(const Script& script, const std::string& until_path);

  void report(const std::string& path, std::string message, std::string remedy);
  void report(const std::string& path, Error error);

 private:
  void event(const v1::ExerciseEvent& from, const std::string& path, Instant start, int& number,
             std::vector<ScriptEvent>& to);
  void signals(const v1::ExerciseEvent& from, const std::string& path, Instant start, std::vector<ScriptEvent>& to);
  void check_absences(const std::vector<ScriptEvent>& events, const std::string& path);
  void command(const v1::ExerciseEvent& from, const std::string& path, Instant start, int& number, ScriptEvent& to);
  AnswerFact answer(const v1::ExerciseEvent::ScriptedAnswer& from, const std::string& path, const std::string& about);
  Requested requested(const v1::ExerciseEvent::ScriptedRequested& from, const std::string& path,
                      const std::string& about);
  /// Refuses what the engine would refuse, if it is planned at `at`.
  PlanMaintenance maintenance(const v1::ExerciseEvent::ScriptedMaintenance& from, const std::string& path,
                              Instant start, Instant at);
  Statement statement(const v1::Expectation& from, const std::string& path, Instant start);
  void duty(const std::string& text, const std::string& path, Statement& to);
  void objective_or_law(const v1::Expectation& from, const std::string& path, Statement& to);
  void standing(const std::string& text, const std::string& path, Statement& to);
  void details(const v1::Expectation& from, const std::string& path, Instant start, Statement& to);
  bool known_subject(const std::string& name) const;

  const Region& region_;
  const Places& places_;
  Errors& errors_;
  /// Else the region has errors, and what would be said of its plans and stages would follow from them.
  bool bundled_ = false;
  std::set<std::string> planned_;     ///< services with a plan
  std::set<std::string> on_request_;  ///< "REGIME/STAGE": the reports that are made when the authority asks for them
};

/// By line and column.
void sort_by_place(Errors& errors);

}  // namespace avbrottsvakt
