#pragma once

#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <vector>

#include "catalogue/catalogue.h"
#include "engine/causes.h"
#include "engine/timeline.h"
#include "model/signal.h"

namespace avbrottsvakt {

/// One outage of one node.
struct NodeOutage {
  NodeIx node = 0;
  Interval outage{};
  friend bool operator==(const NodeOutage&, const NodeOutage&) = default;
  friend auto operator<=>(const NodeOutage&, const NodeOutage&) = default;
};

/// Planned work on one service, as facts need it.
struct Window {
  Interval open{};
  std::string reference;
  std::string service;
  std::vector<std::string> agreed;  ///< activities, ascending
  std::string approved_by;
  friend bool operator==(const Window&, const Window&) = default;
  friend auto operator<=>(const Window&, const Window&) = default;
};

/// What is known: the timelines of causes and nodes, and the outages that follow. A function of the set of signals, the
/// catalogue and the windows of planned work: the order in which signals were heard, and how often, leaves no trace (up
/// to the stated bounds).
///
/// There are two readings. What is *actual* knows of no window. What *counts*, and what everything else here is about
/// unless it says otherwise, leaves planned work out: while a window of a service is open, its own causes are hidden.
/// What its outage alone would do to others is hidden with it; what fails besides counts as it is, so that a spare
/// which fails while the other one is being worked on is an outage. For an activity only windows are left out to which
/// it has agreed: while another one is open that it depends on, the actual condition counts. Windows are half-open:
/// what is still wrong when one ends is an outage that begins then. Source: the design's outage clock; who has agreed
/// is said by the command that plans the work.
///
/// Bounds: kPointsMax points per cause; beyond it points that change nothing are dropped, oldest first, then the
/// shortest improvements, as if the cause had stayed as bad as it was.
///
/// Signs of life alone need to be told the time: what should have been heard by now and was not is silent since it was
/// heard last. A service of which every sign of life is silent is down since the last of them.
class Facts {
 public:
  static constexpr std::size_t kPointsMax = 256;

  /// Matches all causes again and computes everything anew. `catalogue` must outlive this object or the next call.
  void set_catalogue(const Catalogue* catalogue);

  /// Replaces all windows: call settle(). Those of services that the catalogue does not have wait for one that does.
  void set_windows(std::vector<Window> windows);
  const std::vector<Window>& windows() const { return windows_; }
  /// A window that bears on a node: on a service its own, on an activity those of every service that it needs.
  struct Bearing {
    const Window* window = nullptr;  ///< until the next set_windows()
    bool agreed = true;              ///< always, of a service
  };
  /// In the order of windows().
  std::vector<Bearing> windows_of(NodeIx node) const;

  enum class Outcome {
    unchanged,       ///< heard before
    kept,            ///< new, but nothing follows from it
    changed,         ///< nodes must be computed again: call settle()
    out_of_horizon,  ///< older than what is kept; nothing changed
  };
  /// `cause` is set in every case but out_of_horizon of an unknown cause.
  Outcome hear(const Signal& signal, CauseIx& cause);

  /// The next instant at which a sign of life that should have come has not: take_silent() then.
  std::optional<Instant> next_silence() const;
  /// What has not been heard of in time is silent since it was heard last: call settle().
  void take_silent(Instant now);
  Instant silence_taken_until() const { return now_; }

  /// Computes what follows from all that was heard since the last call. Appends the nodes whose condition changed at
  /// any instant, ascending: also where the outages stayed as they were, since it may explain those of others anew, and
  /// those of causes that got another number in another tool.
  void settle(std::vector<NodeIx>& touched);

  const Timeline& effective(NodeIx node) const { return nodes_[node].effective; }
  const Intervals& outages(NodeIx node) const { return nodes_[node].outages; }
  /// What is the case, planned or not.
  const Timeline& actual(NodeIx node) const { return actual_of(nodes_[node]); }
  const Intervals& actual_outages(NodeIx node) const;
  /// The outages that follow from what is said of a service itself, whatever it depends on, planned or not.
  Intervals own_outages(NodeIx node) const;

  /// The dependency that explains an outage: it was out when this one began, or began to be within `window` after,
  /// and the need that names it was hurt. Of several the one that began first. What begins after `until` explains
  /// nothing yet. What began to be out within a window that counts for the activity is explained by what is actual.
  std::optional<NodeOutage> explained_by(const NodeOutage& outage, Millis window, Instant until = kNever) const;
  /// The most upstream outage that explains it; itself if nothing does. If that is planned work which counts only for
  /// some, and no outage of its own yet, the actual outage is given.
  NodeOutage root_of(NodeOutage outage, Millis window, Instant until = kNever) const;

  /// Causes that hold a service down or degraded at `t`, in the order of source and key.
  std::vector<const CauseRecord*> causes_at(NodeIx node, Instant t) const;
  /// The numbers under which other tools keep the causes of an outage; ascending, one may occur twice.
  std::vector<std::string> external_numbers(const NodeOutage& outage) const;
  /// A probe of this service that worked last, at `since` or later; null if none did.
  const CauseRecord* working_probe(NodeIx node, Instant since, Instant now) const;
  /// The cause whose point begins an outage; the first by source and key. Null if the outage is inherited.
  const CauseRecord* opening_cause(const NodeOutage& outage) const;

  const CauseRecord& cause(CauseIx ix) const { return causes_[ix].record; }
  const std::vector<NodeIx>& services_of(CauseIx ix) const { return causes_[ix].services; }
  std::size_t cause_count() const { return index_.size(); }

  void restore(CauseRecord record);

  /// Forgets what lies before the edge. Causes that are up with nothing left to tell are dropped.
  void prune(Instant edge);

  /// Appends the causes that changed since the last call; after them, without a record, those that were dropped, which
  /// may have come anew since. What the changes point to stays as it is until the next call that is not const.
  void take_changed(std::vector<StateChange>& changes);

 private:
  struct Cause {
    CauseRecord record;
    std::vector<NodeIx> services;
    Instant silent_at = kNever;  ///< a heartbeat that is not silent yet: when it will be
    bool dirty = false;
    bool live = true;
  };
  enum class View : std::uint8_t { counted, actual };
  /// Only where windows bear on the node or on what it depends on: there the two readings can differ.
  struct Planned {
    std::vector<Bearing> windows;
    Timeline actual;
    Intervals actual_outages;
  };
  struct NodeState {
    std::vector<CauseIx> causes;
    Timeline effective;
    Intervals outages;
    Instant recompute_from = kNever;
    std::unique_ptr<Planned> planned;
  };

  void mark(NodeIx node, Instant from);
  /// After improvements of a cause were forgotten.
  void mark_forgotten(const Cause& cause, const Forgotten& forgotten);
  void mark_changed(CauseIx ix);
  void match(CauseIx ix);
  /// When its last sign of life was too long ago, from then on; kNever if it never gave any.
  void expect(CauseIx ix);
  bool is_up(const Cause& cause, Instant t) const;
  Condition of_causes(const NodeState& state, Instant t) const;
  /// Whether somebody tried the service from end to end after what it needs became what it is at `t`, and it worked.
  bool works_anyway(const NodeState& state, const Need& need, Instant t) const;
  static const Timeline& actual_of(const NodeState& state) {
    return state.planned ? state.planned->actual : state.effective;
  }
  /// The reading that counts for a node at `t`.
  View view_at(NodeIx node, Instant t) const;
  Condition inferred(const Need& need, Instant t, View view) const;
  Condition evaluate(NodeIx node, Instant t, View view) const;
  /// Fills Planned::windows, and gives each node that windows reach, and no other, its Planned.
  void spread_windows();
  std::vector<bool> downstream(NodeIx node) const;
  std::optional<NodeOutage> explained_by(const NodeOutage& outage, Millis window, Instant until, View view) const;
  /// Replaces what the timeline has from `from` on by what `view` gives at instants_. Returns the first instant at
  /// which it changed; kNever if it did not.
  Instant rewrite(Timeline& timeline, NodeIx node, Instant from, View view);
  /// The first instant at which a timeline of the node changed; kNever if none did.
  Instant recompute(NodeIx node, Instant from);

  const Catalogue* catalogue_ = nullptr;
  std::deque<Cause> causes_;
  std::vector<CauseIx> free_;
  CauseIndex index_;
  std::vector<NodeState> nodes_;
  std::vector<NodeIx> numbered_;  ///< services of causes that got an external number since the last settle()
  std::vector<Window> windows_;   ///< ascending
  std::priority_queue<NodeIx, std::vector<NodeIx>, std::greater<>> queue_;
  std::set<std::pair<Instant, CauseIx>> silences_;
  Instant now_{Millis{std::numeric_limits<std::int64_t>::min()}};  ///< of the last take_silent()
  std::vector<CauseIx> changed_;
  std::vector<std::string> dropped_;
  // Reused, because nearly every step comes by here.
  std::vector<Instant> instants_;
  Timeline suffix_;
  mutable std::vector<Condition> conditions_;
};

}  // namespace avbrottsvakt
