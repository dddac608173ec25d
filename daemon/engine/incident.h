#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "engine/facts.h"
#include "engine/state.h"
#include "rules/bundle.h"

namespace avbrottsvakt {

using IncidentIx = std::uint32_t;

/// One incident in memory: its ledger, and its members as the facts stand.
struct Incident {
  IncidentRecord record;            ///< record.members is filled only when it is written
  std::vector<NodeOutage> members;  ///< ascending by node and beginning
  NodeOutage root{};                ///< what explains the first of them, as the facts stand
  Instant deadline = kNever;        ///< when it must be judged again if nothing is heard
  bool dirty = false;               ///< the record must be written
  bool alive() const { return record.merged_into.empty() && !record.withdrawn; }
};

/// The outage that an incident is named after: the first of the node that was known first; if that is out no more, of
/// all members the one that began first. Requires members.
NodeOutage first_of(const Catalogue& catalogue, const Incident& incident);

/// A duty that was begun and is neither closed nor taken back.
bool has_open_duty(const IncidentRecord& record);

/// "service/cosmic", "activity/emergency-east".
std::string node_key(const Node& node);
std::optional<NodeIx> node_of(const Catalogue& catalogue, std::string_view key);
/// The node of a key as people say it; by its identifier if it is no longer in the catalogue.
Named named(const Catalogue& catalogue, std::string_view key);

/// Groups outages by their root into incidents, and keeps what is known of each.
///
/// Outages with one root are one incident, and those that another tool keeps under one number. When a root turns out to
/// have a root of its own, incidents merge into the one that became known first; they never split by themselves. A
/// member is recognised again by its node and an overlap in time, so that a late event can move an outage without
/// making a new one.
class Incidents {
 public:
  Incidents(std::string domain) : domain_(std::move(domain)) {}

  /// Takes over changed facts. `touched` is extended by those whose explanation may have changed. Returns the
  /// incidents that must be judged, ascending: those whose members or root are other than they were. All that a
  /// judgement reads of the facts follows from these.
  std::vector<IncidentIx> update(const Bundle& bundle, const Facts& facts, std::vector<NodeIx> touched, LogTime now,
                                 std::uint64_t& serial);

  /// After a new catalogue: members are found again by their names; a node that is gone has no outages.
  std::vector<IncidentIx> rebind(const Bundle& bundle, const Facts& facts, LogTime now, std::uint64_t& serial);

  Incident& at(IncidentIx ix) { return incidents_[ix]; }
  const std::vector<Incident>& all() const { return incidents_; }
  std::vector<Incident>& all() { return incidents_; }
  Incident* by_number(std::string_view number);
  std::optional<IncidentIx> index_of(std::string_view id) const;
  /// The one into which it has been merged in the end; itself if into none.
  IncidentIx living(IncidentIx ix) const;

  /// The next outage that lies ahead (a clock ran fast): its node must be updated then.
  std::optional<Instant> next_future() const;
  std::vector<NodeIx> take_future(Instant now);

  void restore(IncidentRecord record);
  /// After the last restore(): finds the members by their names, and the outages that lie ahead.
  void restored(const Bundle& bundle, const Facts& facts, LogTime now);
  /// After facts were forgotten that belong to no incident: what is left explains the others, as a restart would find.
  void explain_all(const Bundle& bundle, const Facts& facts, LogTime now);
  void erase(IncidentIx ix);
  /// Fills record.members for writing.
  void write_members(const Catalogue& catalogue, Incident& incident) const;

 private:
  /// Whether the root is another one than it was.
  static bool explain(Incident& incident, const Bundle& bundle, const Facts& facts, LogTime now);
  IncidentIx create(const Bundle& bundle, const Facts& facts, const NodeOutage& first, const NodeOutage& root,
                    LogTime now, std::uint64_t& serial);
  void merge(IncidentIx from, IncidentIx into);
  static void note_number(Incident& incident, const std::string& number);
  /// Outages that another tool keeps under one number are one incident, whatever their roots.
  void join_by_number(const Facts& facts, const std::set<IncidentIx>& grown, std::set<IncidentIx>& judged);

  std::string domain_;
  std::vector<Incident> incidents_;
  std::map<std::string, IncidentIx, std::less<>> by_id_;
  std::map<std::string, IncidentIx, std::less<>> by_number_elsewhere_;  ///< by the number in another tool
  std::vector<std::vector<IncidentIx>> of_node_;                        ///< ascending, each once
  std::set<std::pair<Instant, NodeIx>> future_;
};

}  // namespace avbrottsvakt
