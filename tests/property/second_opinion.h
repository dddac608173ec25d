#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalogue/spec.h"
#include "model/signal.h"

namespace avbrottsvakt::testing {

/// The facts of a region by their definitions alone: every question is answered from the set of signals, at the instant
/// that is asked for, by asking the services below. Slow, nothing is ever updated, and without a line of the engine.
///
/// Knows labels "service" and "group" only, as {service="s1"} and {group="a"} match them.
class SecondOpinion {
 public:
  struct Outage {
    Instant from{};
    std::optional<Instant> until;
    friend bool operator==(const Outage&, const Outage&) = default;
  };
  struct Step {
    Instant at{};
    Condition condition = Condition::up;
    friend bool operator==(const Step&, const Step&) = default;
  };

  /// All must outlive this object. `order`: nodes ("service/s1") with those that others depend on first, to break ties.
  SecondOpinion(const CatalogueSpec& catalogue, Millis default_settle, Millis root_window,
                const std::vector<Signal>& signals, std::vector<std::string> order);

  /// Of a service or an activity: "service/s1", "activity/a0".
  Condition condition(const std::string& node, Instant t) const;
  std::vector<Step> timeline(const std::string& node) const;
  std::vector<Outage> outages(const std::string& node) const;
  /// The node that explains an outage in the end; the node itself if none does.
  std::string root(const std::string& node, const Outage& outage) const;

 private:
  struct Cause {
    std::string source, key;
    bool beats = false;  ///< signs of life
    friend auto operator<=>(const Cause&, const Cause&) = default;
  };
  struct Explanation {
    std::string node;
    Outage outage;
  };
  const std::vector<DependencySpec>& needs_of(const std::string& node) const;
  const PlanSpec* plan_of(const std::string& node) const;
  bool counts(const std::string& node, Condition condition) const;
  Millis settle_of(const std::string& node) const;
  bool belongs(const Cause& cause, const std::string& service) const;
  static Cause cause_of(const Signal& signal);
  Condition of_cause(const Cause& cause, Instant t) const;
  /// The last sign of life before or at `t` was followed by none in time.
  bool silent(const Cause& cause, Instant t) const;
  bool is_probe(const Cause& cause) const;
  bool tried_since(const std::set<Cause>& causes, const DependencySpec& need, Instant t) const;
  Condition of_need(const DependencySpec& need, Instant t) const;
  /// With exactly as many left as are needed, of more.
  bool on_the_last(const DependencySpec& need, Instant t) const;
  std::optional<Explanation> explanation(const std::string& node, const Outage& outage) const;

  const CatalogueSpec& catalogue_;
  Millis default_settle_;
  Millis root_window_;
  const std::vector<Signal>& signals_;
  std::vector<std::string> order_;
  std::vector<Instant> instants_;  ///< at which anything was said to have happened, ascending
  // The same question twice costs once.
  mutable std::map<std::pair<std::string, Instant>, Condition> asked_;
  mutable std::map<std::string, Millis> settles_;
};

}  // namespace avbrottsvakt::testing
