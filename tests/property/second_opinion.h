#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
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

  /// Planned work, open in [from, until).
  struct Window {
    std::string service;
    Instant from{};
    Instant until{};
    std::vector<std::string> agreed;
  };

  /// All must outlive this object. `order`: nodes ("service/s1") with those that others depend on first, to break ties.
  SecondOpinion(const CatalogueSpec& catalogue, Millis default_settle, Millis root_window,
                const std::vector<Signal>& signals, const std::vector<Window>& windows, std::vector<std::string> order);

  /// Of a service or an activity, "service/s1", "activity/a0": what counts, planned work left out.
  Condition condition(const std::string& node, Instant t) const { return condition(node, t, Reading::counted); }
  std::vector<Step> timeline(const std::string& node) const;
  std::vector<Outage> outages(const std::string& node) const { return outages(node, Reading::counted); }
  /// The node that explains an outage in the end; the node itself if none does.
  std::string root(const std::string& node, const Outage& outage) const;

 private:
  enum class Reading : std::uint8_t { counted, actual };
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
  Condition condition(const std::string& node, Instant t, Reading reading) const;
  std::vector<Outage> outages(const std::string& node, Reading reading) const;
  bool in_window(const std::string& service, Instant t) const;
  bool reaches(const std::string& service, const std::string& node) const;
  /// A window is open at `t` on something that this activity needs, and it has not agreed.
  bool objects(const std::string& node, Instant t) const;
  Condition value_of(const DependencySpec& need, const std::vector<Condition>& members) const;
  Condition of_need(const DependencySpec& need, Instant t, Reading reading) const;
  /// With exactly as many left as are needed, of more.
  bool on_the_last(const DependencySpec& need, Instant t) const;
  std::optional<Explanation> explanation(const std::string& node, const Outage& outage, Reading reading) const;

  const CatalogueSpec& catalogue_;
  Millis default_settle_;
  Millis root_window_;
  const std::vector<Signal>& signals_;
  const std::vector<Window>& windows_;
  std::vector<std::string> order_;
  std::vector<Instant> instants_;  ///< at which anything was said to have happened, ascending
  // The same question twice costs once.
  mutable std::map<std::tuple<std::string, Instant, Reading>, Condition> asked_;
  mutable std::map<std::string, Millis> settles_;
};

}  // namespace avbrottsvakt::testing
