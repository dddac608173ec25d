#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/engine.h"

namespace avbrottsvakt::testing {

inline Instant at(std::string_view text) { return parse_instant(text).value(); }
inline Millis dur(std::string_view text) { return parse_duration(text).value(); }

/// Central Europe in 2026 and 2027, so that tests need no time-zone database.
ZoneTable stockholm();

/// A small region: dc-north -> care-database -> cosmic -> emergency-east, and lab with its activity, and identity on
/// both halls. Tests change what they need before they compile it.
struct World {
  CatalogueSpec catalogue;
  RulesSpec rules;
  World();
  ServiceSpec& service(std::string_view id);
  ActivitySpec& activity(std::string_view id);
  PlanSpec& plan(std::string_view id);
  /// Fails the test program if the spec has faults.
  BundlePtr compile(std::string hash = "bundle-1") const;
};

/// An engine with its log: stamps inputs, collects what is said, and can be killed and restored at any point.
class Rig {
 public:
  explicit Rig(BundlePtr bundle, Instant start, bool exercise = false);

  void add_bundle(BundlePtr bundle);
  /// Advances the log without an input: ticks as the owner does, at each deadline.
  void tick_until(Instant now);
  void input(Input input);
  /// One signal with label service=ID, stamped `now`, that happened `when`.
  void signal(Instant now, std::string_view service, Condition condition, Instant when, std::string_view key = "probe");
  void signal(Instant now, std::string_view service, Condition condition) { signal(now, service, condition, now); }
  void command(Instant now, std::string_view by, decltype(Command::body) body, std::optional<EventTime> when = {});
  /// Throws the engine away and restores another from the state that was committed.
  void restart();

  Engine& engine() { return engine_; }
  const std::vector<Output>& outputs() const { return outputs_; }
  const std::vector<std::string>& notes() const { return notes_; }
  /// Takes what was said since the last call.
  std::vector<Output> said();
  /// How many records of incidents were written since the last call.
  int incidents_written() { return std::exchange(incidents_written_, 0); }
  template <typename T>
  std::vector<T> all() const {
    std::vector<T> found;
    for (const Output& output : outputs_) {
      if (const T* one = std::get_if<T>(&output)) {
        found.push_back(*one);
      }
    }
    return found;
  }

 private:
  Engine make();
  void collect(Effects& effects);
  std::map<std::string, BundlePtr> bundles_;
  Engine engine_;
  std::map<std::string, StateRecord> state_;
  std::vector<Output> outputs_;
  std::vector<std::string> notes_;
  std::size_t taken_ = 0;
  int commands_ = 0;
  int incidents_written_ = 0;
};

/// Reasons of an alert in one line: "opened rto_missed(cosmic)".
std::string reasons(const Alert& alert);
std::string_view to_string(AlertReason reason);
std::string_view to_string(ReportPrompt::Kind kind);

}  // namespace avbrottsvakt::testing
