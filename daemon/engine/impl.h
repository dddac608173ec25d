#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "engine/escalation.h"
#include "engine/facts.h"
#include "engine/incident.h"
#include "engine/maintenance.h"
#include "engine/obligation.h"
#include "engine/say.h"

namespace avbrottsvakt {

/// The parts of the engine and what binds them: engine.cpp applies inputs, judging.cpp says what follows.
struct Engine::Impl {
  Impl(std::string name, BundleSource source)
      : domain(std::move(name)), bundles(std::move(source)), incidents(domain) {}

  // engine.cpp
  void step(const Input& input, Effects& effects);
  void settle_until(LogTime now, Effects& effects);
  void apply(const Input& input, const Heard& heard, Effects& effects);
  void apply(const Input& input, const Command& command, Effects& effects);
  void apply(const Input& input, const Activate& activate, Effects& effects);
  void apply(const Input& input, const Resumed& resumed, Effects& effects);
  void apply(const Input& input, const CaughtUp& caught_up, Effects& effects);
  void apply(const Input& input, const SourceGap& gap, Effects& effects);
  void apply(const Input& input, const Tick& tick, Effects& effects);
  void end_catching_up(bool lagging, Effects& effects);
  /// False if the input must be dropped: heard before, or a gap lies before it.
  bool admit(const SourceSpan& span, Effects& effects);
  void dead_letter(const Input& input, Unreadable record, std::int64_t index, Effects& effects);
  void use(BundlePtr next);
  void sweep(LogTime before);
  std::optional<LogTime> next_deadline() const;
  std::vector<StateChange> take_changes();
  LogTime* heard_at(const std::string& source);

  // judging.cpp
  /// Takes changed facts to the incidents and judges those that they reach.
  void facts_changed(std::vector<NodeIx> touched, Effects& effects);
  /// Concludes from the silence of what should have been heard by now. Returns what follows.
  std::vector<NodeIx> silent_by(Instant now);
  void judge_all(Effects& effects);
  /// Says what follows for one incident; while an attack is suspected, only whom to call.
  void judge(IncidentIx ix, Effects& effects);
  void judge_openly(IncidentIx ix, Effects& effects);
  /// What people have reported through these causes: the incidents of the services are known from now on, and to be
  /// judged.
  void note_reports(const std::vector<CauseIx>& reported, std::vector<IncidentIx>& judged);
  void judge_merged(Incident& incident, Effects& effects);
  void judge_withdrawn(Incident& incident, Effects& effects);
  /// The last alert of an incident that does not go on.
  void say_end(Incident& incident, AlertEntry entry, Effects& effects);
  void withdraw_activations(Incident& incident, const std::string& because, Effects& effects);
  void withdraw_duties(Incident& incident, Effects& effects);
  void arm(IncidentIx ix, Instant deadline);
  std::optional<Instant> hold_of(const Incident& incident) const;

  // maintaining.cpp
  void plan(const Input& input, const Command& command, const PlanMaintenance& body, Effects& effects);
  void cancel(const Input& input, const Command& command, const CancelMaintenance& body, Effects& effects);
  /// Nobody reads notes: who is refused must hear of it before the night.
  void refuse(const Input& input, const Command& command, const std::string& why, Effects& effects);
  void windows_changed(PlannedWork& work, Effects& effects);
  /// Forgets the windows that ended before the edge.
  void forget_maintenances(Instant edge);
  /// Says what follows for planned work that is watched or due.
  void judge_maintenances(Effects& effects);
  void arm(PlannedWork& work, Instant deadline);
  Saying saying() const { return {domain, *bundle, facts, meta, meta.now}; }

  std::string domain;
  BundleSource bundles;
  BundlePtr bundle;
  Reach reach;
  Facts facts;
  Incidents incidents;
  MetaRecord meta;
  std::vector<AppliedRecord> applied;  ///< ascending by source, stream, partition
  std::vector<bool> applied_dirty;
  std::vector<SourceRecord> sources;  ///< ascending
  std::vector<bool> sources_dirty;
  std::map<std::string, LogTime, std::less<>> commands;
  std::set<std::string> commands_dirty;
  std::vector<CommandRecord> commands_taken;  ///< what the last changes that were taken point to
  std::set<std::string> deleted;              ///< keys of records that are gone
  std::set<std::pair<Instant, IncidentIx>> deadlines;
  Maintenances maintenances;
  std::set<std::pair<Instant, std::string>> maintenance_deadlines;
  std::set<std::string> maintenances_watched;  ///< of which any signal may change what is to be said
  bool meta_dirty = false;
  bool after_absence = false;  ///< what is said now came due while nothing was heard
  std::size_t last_applied = 0;
  std::size_t last_source = 0;
};

}  // namespace avbrottsvakt
