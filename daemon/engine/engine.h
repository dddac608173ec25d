#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "engine/state.h"
#include "model/input.h"
#include "model/output.h"
#include "rules/bundle.h"
#include "rules/explain.h"

namespace avbrottsvakt {

/// What one step says.
struct Effects {
  std::vector<Output> outputs;  ///< in the order in which they are said
  /// Things worth a line in the log of the daemon, not an output: unmatched labels, dropped duplicates of a span.
  std::vector<std::string> notes;
  void clear() {
    outputs.clear();
    notes.clear();
  }
};

/// Why a law is met by an incident, or is not, as things stand.
struct DutyExplanation {
  std::string incident;  ///< its number
  Named regime;
  Named duty_holder;
  Explained criteria;
};

/// The engine of one domain: a pure function of its inputs, in the order of the log.
///
/// It reads no clock: now is the largest stamp it has read, and all that is due up to now is settled before an input is
/// applied. The same inputs give the same outputs and state, byte for byte, in the same build.
///
/// Memory:  in proportion to causes, nodes and open incidents; timelines are pruned at the horizon.
/// Threads: one owner; not synchronised.
class Engine {
 public:
  /// Gives the compiled bundle of a hash, or null if there is none. Called while applying Activate and in restored().
  using BundleSource = std::function<BundlePtr(const std::string& hash)>;

  Engine(std::string domain, BundleSource bundles);
  ~Engine();
  Engine(Engine&&) noexcept;
  Engine& operator=(Engine&&) noexcept;

  /// Takes in what was kept, one record at a time and in any order; restored() once after the last, and before
  /// anything else. A million records of their own beside what they become would take longer than all the rest.
  /// Error: incompatible, if they were written by a newer engine. The engine must then be thrown away.
  [[nodiscard]] Result<void> take_in(StateRecord record);

  /// Builds everything else again. Nothing is said.
  /// Error: not_found, if the bundle in force is missing. The engine must then be thrown away.
  [[nodiscard]] Result<void> restored();

  /// Both, for records that are kept elsewhere too.
  [[nodiscard]] Result<void> restore(const std::vector<StateRecord>& records);

  /// Applies one input. Appends to `effects`.
  void step(const Input& input, Effects& effects);

  /// What changed in the state since the last call, each key once, ascending. To be committed together with the
  /// outputs and the position. The records are the engine's own, and stay as they are until the next call of step(),
  /// take_in(), restored() or take_changes().
  std::vector<StateChange> take_changes();

  /// The instant at which something becomes due if nothing is heard. The owner appends a Tick then.
  std::optional<LogTime> next_deadline() const;

  LogTime now() const;
  bool catching_up() const;
  const std::string& bundle_hash() const;
  bool exercise() const;

  /// How far each source stream has been applied: where intake begins. Ascending.
  std::vector<AppliedRecord> applied() const;

  /// The facts of one node, for tests and `replay`: outages that lie in the horizon, ascending, with the condition
  /// timeline they come from.
  struct NodeFacts {
    std::string node;  ///< "service/cosmic"
    std::vector<CauseRecord::Point> effective;
    std::vector<MemberOutage> outages;
    std::string root;  ///< of the last outage: the node that explains it
  };
  std::vector<NodeFacts> facts() const;

  /// The criteria of each law in force, for each incident that goes on and each holder, with what they were compared
  /// with. Says nothing and changes nothing.
  std::vector<DutyExplanation> explain() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace avbrottsvakt
