#include "engine/incident.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "base/check.h"
#include "engine/ids.h"

namespace avbrottsvakt {
namespace {

bool overlap(const Interval& a, const Interval& b) { return a.from < b.until && b.from < a.until; }

/// Those of one node.
auto members_of(const Incident& incident, NodeIx node) {
  const auto before = [](const NodeOutage& member, NodeIx wanted) { return member.node < wanted; };
  const auto begin = std::lower_bound(incident.members.begin(), incident.members.end(), node, before);
  return std::pair(begin, std::find_if(begin, incident.members.end(),
                                       [&](const NodeOutage& member) { return member.node != node; }));
}

template <typename T>
void insert_sorted(std::vector<T>& values, T value) {
  const auto place = std::lower_bound(values.begin(), values.end(), value);
  if (place == values.end() || *place != value) {
    values.insert(place, value);
  }
}

/// Later words of the same kind win; ties are kept as they are.
template <typename T, typename Key>
void take_over(std::vector<T>& into, const std::vector<T>& from, Key key) {
  for (const T& item : from) {
    const auto place =
        std::lower_bound(into.begin(), into.end(), item, [&](const T& a, const T& b) { return key(a) < key(b); });
    if (place == into.end() || key(*place) != key(item)) {
      into.insert(place, item);
    } else if (place->at < item.at) {
      *place = item;
    }
  }
}

/// What was proposed under one number is not proposed again under the other. Of two proposals of one service the other
/// stays with its incident, to be taken back there.
void take_over_activations(IncidentRecord& into, IncidentRecord& from) {
  const auto by_service = [](const SaidActivation& x, const SaidActivation& y) { return x.service < y.service; };
  std::vector<SaidActivation> twice;
  for (SaidActivation& said : from.activations) {
    const auto place = std::lower_bound(into.activations.begin(), into.activations.end(), said, by_service);
    if (place == into.activations.end() || place->service != said.service) {
      into.activations.insert(place, std::move(said));
    } else {
      twice.push_back(std::move(said));
    }
  }
  from.activations = std::move(twice);
}

/// A crossing that was said under one number is not said again under the other, but can be taken back there.
void take_over_said(IncidentRecord& into, const IncidentRecord& from) {
  for (const SaidReason& said : from.said) {
    const bool once = said.reason == AlertReason::activation || said.reason == AlertReason::legal;
    const bool each = said.reason == AlertReason::ladder || said.reason == AlertReason::rto_missed ||
                      said.reason == AlertReason::mta_missed || said.reason == AlertReason::fallback_missed ||
                      said.reason == AlertReason::repeated;
    const bool known = std::any_of(into.said.begin(), into.said.end(), [&](const SaidReason& s) {
      return s == said || (once && s.reason == said.reason && s.subject == said.subject);
    });
    // That another number went into this one, and nobody has been told yet, is for the one that goes on to say.
    const bool untold = said.reason == AlertReason::merged && said.at == kNever;
    if ((once || each || untold) && !known) {
      into.said.push_back(said);
    }
  }
}

}  // namespace

bool has_open_duty(const IncidentRecord& record) {
  return std::any_of(record.duties.begin(), record.duties.end(), [](const DutyRecord& d) {
    return d.state == DutyRecord::State::assess || d.state == DutyRecord::State::due;
  });
}

std::string node_key(const Node& node) { return (node.activity ? "activity/" : "service/") + node.name.id; }

std::optional<NodeIx> node_of(const Catalogue& catalogue, std::string_view key) {
  constexpr std::string_view service = "service/";
  constexpr std::string_view activity = "activity/";
  if (key.substr(0, service.size()) == service) {
    return catalogue.service(key.substr(service.size()));
  }
  if (key.substr(0, activity.size()) == activity) {
    return catalogue.activity(key.substr(activity.size()));
  }
  return std::nullopt;
}

Named named(const Catalogue& catalogue, std::string_view key) {
  if (const std::optional<NodeIx> node = node_of(catalogue, key)) {
    return catalogue.node(*node).name;
  }
  const std::string id(key.substr(key.find('/') + 1));
  return {id, id};
}

NodeOutage first_of(const Catalogue& catalogue, const Incident& incident) {
  AV_CHECK(!incident.members.empty());
  if (const std::optional<NodeIx> known_first = node_of(catalogue, incident.record.first_node)) {
    if (const auto [begin, end] = members_of(incident, *known_first); begin != end) {
      return *begin;
    }
  }
  // What was known first turned out not to be so: the one that began first takes its place.
  return *std::min_element(incident.members.begin(), incident.members.end(),
                           [](const NodeOutage& a, const NodeOutage& b) {
                             return std::tie(a.outage.from, a.node) < std::tie(b.outage.from, b.node);
                           });
}

Incident* Incidents::by_number(std::string_view number) {
  for (Incident& incident : incidents_) {
    if (incident.record.number == number) {
      // What people say of a merged incident is about the one that goes on.
      return &incidents_[living(static_cast<IncidentIx>(&incident - incidents_.data()))];
    }
  }
  return nullptr;
}

std::optional<IncidentIx> Incidents::index_of(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional<IncidentIx>(found->second);
}

IncidentIx Incidents::living(IncidentIx ix) const {
  while (!incidents_[ix].record.merged_into.empty()) {
    const std::optional<IncidentIx> next = index_of(incidents_[ix].record.merged_into);
    if (!next) {
      break;  // the one that went on has been forgotten
    }
    ix = *next;
  }
  return ix;
}

IncidentIx Incidents::create(const Bundle& bundle, const Facts& facts, const NodeOutage& first, const NodeOutage& root,
                             LogTime now, std::uint64_t& serial) {
  // The signal that opened the first outage names the incident; an inherited outage is named by the root's signal.
  const CauseRecord* cause = facts.opening_cause(first);
  if (cause == nullptr) {
    cause = facts.opening_cause(root);
  }
  const std::string source = cause != nullptr ? cause->source : "";
  const std::string key = cause != nullptr ? cause->key : node_key(bundle.catalogue.node(first.node));
  std::string id;
  std::int64_t again = 0;
  do {
    id = incident_id(domain_, source, key, first.outage.from, again++);
  } while (by_id_.contains(id));

  const auto ix = static_cast<IncidentIx>(incidents_.size());
  incidents_.emplace_back();
  IncidentRecord& record = incidents_.back().record;
  record.id = id;
  record.serial = ++serial;
  const int year = static_cast<int>(to_local(bundle.rules.zone, now).date.year());
  record.number = fmt::format("{:04}-{:04}", year, record.serial);
  record.known_at = now;
  record.first_node = node_key(bundle.catalogue.node(first.node));
  by_id_.emplace(id, ix);
  return ix;
}

void Incidents::merge(IncidentIx from, IncidentIx into) {
  Incident& gone = incidents_[from];
  Incident& goes_on = incidents_[into];
  for (const NodeOutage& member : gone.members) {
    insert_sorted(goes_on.members, member);
    std::erase(of_node_[member.node], from);
    insert_sorted(of_node_[member.node], into);
  }
  gone.members.clear();
  gone.record.merged_into = goes_on.record.id;
  gone.dirty = true;

  // The earliest known times and every duty that was begun live on.
  IncidentRecord& a = goes_on.record;
  IncidentRecord& b = gone.record;
  if (b.first_alert_at && (!a.first_alert_at || *b.first_alert_at < *a.first_alert_at)) {
    a.first_alert_at = b.first_alert_at;
  }
  if (b.acknowledged_at && (!a.acknowledged_at || *b.acknowledged_at < *a.acknowledged_at)) {
    a.acknowledged_at = b.acknowledged_at;
    a.acknowledged_by = b.acknowledged_by;
  }
  if (b.reported_at && (!a.reported_at || *b.reported_at < *a.reported_at)) {
    a.reported_at = b.reported_at;
  }
  take_over(a.confirmations, b.confirmations, [](const ActivityConfirmation& c) { return c.activity; });
  take_over(a.answers, b.answers, [](const AnsweredFact& f) { return f.fact; });
  for (const std::string& number : b.external_numbers) {
    note_number(goes_on, number);
  }
  for (const std::string& number : a.external_numbers) {
    by_number_elsewhere_[number] = into;
  }
  take_over_activations(a, b);
  for (DutyRecord& duty : b.duties) {
    if (duty.state != DutyRecord::State::watching || !duty.submitted.empty()) {
      a.duties.push_back(std::move(duty));
    }
  }
  b.duties.clear();
  for (SaidFollowUp& said : b.follow_ups) {
    const auto place = std::lower_bound(a.follow_ups.begin(), a.follow_ups.end(), said,
                                        [](const SaidFollowUp& x, const SaidFollowUp& y) {
                                          return std::tie(x.activity, x.after) < std::tie(y.activity, y.after);
                                        });
    if (place == a.follow_ups.end() || place->activity != said.activity || place->after != said.after) {
      a.follow_ups.insert(place, std::move(said));
    }
  }
  b.follow_ups.clear();
  take_over_said(a, b);
  if (b.held_since && !a.held_since) {
    a.held_since = b.held_since;
    a.held_source = b.held_source;
  }
  // Nobody has to be told where a number went that nobody has heard of.
  if (b.first_alert_at) {
    SaidReason merged;
    merged.reason = AlertReason::merged;
    merged.subject = b.number;
    merged.at = kNever;  // not yet said: judging fills in the instant
    a.said.push_back(merged);
  }
  a.over = false;
  goes_on.dirty = true;
}

void Incidents::note_number(Incident& incident, const std::string& number) {
  std::vector<std::string>& numbers = incident.record.external_numbers;
  const auto place = std::lower_bound(numbers.begin(), numbers.end(), number);
  if ((place == numbers.end() || *place != number) && numbers.size() < kExternalNumbersMax) {
    numbers.insert(place, number);
    incident.dirty = true;
  }
}

void Incidents::join_by_number(const Facts& facts, const std::set<IncidentIx>& grown, std::set<IncidentIx>& judged) {
  for (IncidentIx ix : grown) {
    for (const NodeOutage& member : incidents_[ix].members) {
      for (const std::string& number : facts.external_numbers(member)) {
        note_number(incidents_[ix], number);
      }
    }
    const std::vector<std::string> numbers = incidents_[ix].record.external_numbers;
    for (const std::string& number : numbers) {
      const auto [place, fresh] = by_number_elsewhere_.emplace(number, ix);
      const IncidentIx other = living(place->second);
      ix = living(ix);
      // One of which nothing was true has been taken back as a whole: there is nothing to join.
      if (!fresh && other != ix && !incidents_[other].record.withdrawn) {
        const bool older = incidents_[other].record.serial < incidents_[ix].record.serial;
        merge(older ? ix : other, older ? other : ix);
        judged.insert({ix, other});
      }
      place->second = living(ix);
    }
  }
}

std::vector<IncidentIx> Incidents::update(const Bundle& bundle, const Facts& facts, std::vector<NodeIx> touched,
                                          LogTime now, std::uint64_t& serial) {
  const Catalogue& catalogue = bundle.catalogue;
  const Millis window = bundle.rules.escalation.root_window;
  of_node_.resize(catalogue.nodes().size());

  // An outage that began, ended or moved may explain those below it anew, even where their own outages stay as they
  // were.
  std::vector<bool> seen(catalogue.nodes().size(), false);
  for (const NodeIx node : touched) {
    seen[node] = true;
  }
  for (std::size_t i = 0; i < touched.size(); ++i) {
    for (const NodeIx dependant : catalogue.node(touched[i]).dependants) {
      if (!seen[dependant] && !facts.outages(dependant).empty()) {
        seen[dependant] = true;
        touched.push_back(dependant);
      }
    }
  }
  std::sort(touched.begin(), touched.end());

  struct Piece {
    NodeOutage outage;
    std::vector<IncidentIx> known;
  };
  std::map<NodeOutage, std::vector<Piece>> groups;  // by root
  std::set<IncidentIx> judged;
  const auto known_of = [&](const NodeOutage& outage) {
    std::vector<IncidentIx> known;
    for (const IncidentIx ix : of_node_[outage.node]) {
      const auto [begin, end] = members_of(incidents_[ix], outage.node);
      if (std::any_of(begin, end, [&](const NodeOutage& m) { return overlap(m.outage, outage.outage); })) {
        known.push_back(ix);
      }
    }
    return known;
  };
  for (const NodeIx node : touched) {
    std::erase_if(future_, [&](const auto& f) { return f.second == node; });
    for (const Interval& interval : facts.outages(node)) {
      if (interval.from > now) {
        future_.emplace(interval.from, node);
        continue;
      }
      const NodeOutage outage{node, interval};
      groups[facts.root_of(outage, window, now)].push_back({outage, known_of(outage)});
    }
  }

  std::map<NodeOutage, IncidentIx> assigned;
  for (auto& [root, pieces] : groups) {
    // One that has just gone into another takes that one along: what was told as one incident is not torn apart, and
    // goes on in one place only.
    std::vector<IncidentIx> candidates = known_of(root);
    for (const Piece& piece : pieces) {
      for (const IncidentIx ix : piece.known) {
        insert_sorted(candidates, living(ix));
      }
    }
    IncidentIx survivor = 0;
    if (candidates.empty()) {
      // Known first is what began first; an activity only inherits, so a service names the incident if there is one.
      const auto first = std::min_element(pieces.begin(), pieces.end(), [&](const Piece& a, const Piece& b) {
        return std::tuple(catalogue.node(a.outage.node).activity, a.outage.outage.from, a.outage.node) <
               std::tuple(catalogue.node(b.outage.node).activity, b.outage.outage.from, b.outage.node);
      });
      survivor = create(bundle, facts, first->outage, root, now, serial);
    } else {
      survivor = *std::min_element(candidates.begin(), candidates.end(), [&](IncidentIx a, IncidentIx b) {
        return incidents_[a].record.serial < incidents_[b].record.serial;
      });
      for (const IncidentIx other : candidates) {
        if (other != survivor) {
          merge(other, survivor);
          judged.insert({other, survivor});
        }
      }
    }
    for (const Piece& piece : pieces) {
      assigned[piece.outage] = survivor;
    }
  }

  // A merge for a later group may have moved an earlier one.
  for (auto& [outage, ix] : assigned) {
    ix = living(ix);
  }
  // Of each incident that has to do with what was touched: the members that were not, then those that it has now.
  std::map<IncidentIx, std::vector<NodeOutage>> members_after;
  for (const NodeIx node : touched) {
    for (const IncidentIx ix : std::exchange(of_node_[node], {})) {
      members_after.try_emplace(ix);
    }
  }
  for (const auto& [outage, ix] : assigned) {
    members_after.try_emplace(ix);
  }
  for (auto& [ix, members] : members_after) {
    std::copy_if(incidents_[ix].members.begin(), incidents_[ix].members.end(), std::back_inserter(members),
                 [&](const NodeOutage& member) { return !seen[member.node]; });
  }
  std::set<IncidentIx> grown;
  for (const auto& [outage, ix] : assigned) {
    members_after[ix].push_back(outage);
    insert_sorted(of_node_[outage.node], ix);
    grown.insert(ix);
  }
  for (auto& [ix, members] : members_after) {
    std::sort(members.begin(), members.end());
    Incident& incident = incidents_[ix];
    // An incident of last week is neither judged nor written anew because its services are out again.
    const bool other_members = incident.members != members;
    incident.members = std::move(members);
    incident.dirty = incident.dirty || other_members;
    if (explain(incident, bundle, facts, now) || other_members) {
      judged.insert(ix);
    }
  }
  join_by_number(facts, grown, judged);
  for (const IncidentIx ix : judged) {
    explain(incidents_[ix], bundle, facts, now);
  }
  return {judged.begin(), judged.end()};
}

std::vector<IncidentIx> Incidents::rebind(const Bundle& bundle, const Facts& facts, LogTime now,
                                          std::uint64_t& serial) {
  restored(bundle, facts, now);
  std::vector<NodeIx> every(bundle.catalogue.nodes().size());
  for (NodeIx node = 0; node < every.size(); ++node) {
    every[node] = node;
  }
  std::vector<IncidentIx> judged = update(bundle, facts, std::move(every), now, serial);
  for (IncidentIx ix = 0; ix < incidents_.size(); ++ix) {
    insert_sorted(judged, ix);
  }
  return judged;
}

std::optional<Instant> Incidents::next_future() const {
  return future_.empty() ? std::nullopt : std::optional<Instant>(future_.begin()->first);
}

std::vector<NodeIx> Incidents::take_future(Instant now) {
  std::vector<NodeIx> nodes;
  while (!future_.empty() && future_.begin()->first <= now) {
    insert_sorted(nodes, future_.begin()->second);
    future_.erase(future_.begin());
  }
  return nodes;
}

void Incidents::restore(IncidentRecord record) {
  incidents_.emplace_back();
  incidents_.back().record = std::move(record);
}

void Incidents::restored(const Bundle& bundle, const Facts& facts, LogTime now) {
  // Members live under node numbers, which belong to one catalogue; names carry them from one to the next.
  std::sort(incidents_.begin(), incidents_.end(),
            [](const Incident& a, const Incident& b) { return a.record.serial < b.record.serial; });
  by_id_.clear();
  by_number_elsewhere_.clear();
  future_.clear();
  of_node_.assign(bundle.catalogue.nodes().size(), {});
  for (IncidentIx ix = 0; ix < incidents_.size(); ++ix) {
    Incident& incident = incidents_[ix];
    by_id_.emplace(incident.record.id, ix);
    if (incident.alive()) {
      for (const std::string& number : incident.record.external_numbers) {
        by_number_elsewhere_.emplace(number, ix);
      }
    }
    incident.members.clear();
    for (const MemberOutage& member : incident.record.members) {
      if (const std::optional<NodeIx> node = node_of(bundle.catalogue, member.node)) {
        incident.members.push_back({*node, {member.from, member.until.value_or(kNever)}});
        insert_sorted(of_node_[*node], ix);
      }
    }
    std::sort(incident.members.begin(), incident.members.end());
  }
  for (NodeIx node = 0; node < of_node_.size(); ++node) {
    for (const Interval& outage : facts.outages(node)) {
      // What began while the daemon was away, heard of ahead of its time, is in no incident yet.
      const bool known = std::any_of(of_node_[node].begin(), of_node_[node].end(), [&](IncidentIx ix) {
        const auto [begin, end] = members_of(incidents_[ix], node);
        return std::any_of(begin, end, [&](const NodeOutage& m) { return overlap(m.outage, outage); });
      });
      if (outage.from > now || !known) {
        future_.emplace(outage.from, node);
      }
    }
  }
  explain_all(bundle, facts, now);
}

bool Incidents::explain(Incident& incident, const Bundle& bundle, const Facts& facts, LogTime now) {
  const NodeOutage before = std::exchange(incident.root, {});
  if (!incident.members.empty()) {
    incident.root = facts.root_of(first_of(bundle.catalogue, incident), bundle.rules.escalation.root_window, now);
  }
  return incident.root != before;
}

void Incidents::explain_all(const Bundle& bundle, const Facts& facts, LogTime now) {
  for (Incident& incident : incidents_) {
    explain(incident, bundle, facts, now);
  }
}

void Incidents::erase(IncidentIx ix) {
  // Its place stays empty, so that the numbers of the others hold.
  for (const NodeOutage& member : incidents_[ix].members) {
    std::erase(of_node_[member.node], ix);
  }
  by_id_.erase(incidents_[ix].record.id);
  std::erase_if(by_number_elsewhere_, [&](const auto& known) { return known.second == ix; });
  incidents_[ix] = Incident{};
}

void Incidents::write_members(const Catalogue& catalogue, Incident& incident) const {
  incident.record.members.clear();
  for (const NodeOutage& member : incident.members) {
    MemberOutage out;
    out.node = node_key(catalogue.node(member.node));
    out.from = member.outage.from;
    if (member.outage.until != kNever) {
      out.until = member.outage.until;
    }
    incident.record.members.push_back(std::move(out));
  }
  std::sort(
      incident.record.members.begin(), incident.record.members.end(),
      [](const MemberOutage& a, const MemberOutage& b) { return std::tie(a.node, a.from) < std::tie(b.node, b.from); });
}

}  // namespace avbrottsvakt
