#include "engine/judgement.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "engine/protected_mode.h"

namespace avbrottsvakt {
namespace {

/// Said reasons are remembered by kind, subject and step; the instant tells whether they moved.
bool same_reason(const SaidReason& said, AlertReason reason, const std::string& subject, std::uint32_t step) {
  return said.reason == reason && said.subject == subject && said.step == step;
}

/// Crossings can turn out not to have happened. The others are history, or have a word of their own.
bool can_be_withdrawn(AlertReason reason) {
  switch (reason) {
    case AlertReason::ladder:
    case AlertReason::rto_missed:
    case AlertReason::mta_missed:
    case AlertReason::fallback_missed:
    case AlertReason::activation:
    case AlertReason::legal:
    case AlertReason::recovered:
    case AlertReason::protected_mode:
      return true;
    default:
      return false;
  }
}

/// Crossings of a late event wait for its source to fall silent; that something is out, or explained, does not.
bool is_crossing(const AlertEntry& entry) {
  return can_be_withdrawn(entry.reason) && entry.reason != AlertReason::protected_mode &&
         (entry.reason != AlertReason::ladder || entry.share_of != AlertEntry::Share::none);
}

}  // namespace

AlertEntry entry_of(AlertReason reason, Named subject, Instant at) {
  AlertEntry entry;
  entry.reason = reason;
  entry.subject = std::move(subject);
  entry.at = at;
  return entry;
}

SaidReason* find_said(IncidentRecord& record, AlertReason reason, const std::string& subject, std::uint32_t step) {
  for (SaidReason& said : record.said) {
    if (same_reason(said, reason, subject, step)) {
      return &said;
    }
  }
  return nullptr;
}

Judgement::Judgement(const Saying& saying, const Reach& reach, Incident& incident, std::optional<LogTime> held,
                     bool after_absence)
    : saying_(saying),
      reach_(reach),
      incident_(incident),
      record_(incident.record),
      now_(saying.now),
      held_(held),
      after_absence_(after_absence),
      first_alert_(!incident.record.first_alert_at),
      situation_(situation_of(saying.bundle, reach, saying.facts, incident, saying.now)),
      duties_(duties_of(saying.bundle, incident, saying.now)) {}

void Judgement::wake(Instant at) {
  if (at > now_) {
    wake_ = std::min(wake_, at);
  }
}

Instant Judgement::run(std::vector<Output>& outputs) {
  find_reasons();

  for (std::size_t i = 0; i < situation_.reached.size(); ++i) {
    compare_reached(situation_.reached[i], said_of_[i]);
  }
  for (std::size_t i = 0; i < record_.said.size(); ++i) {
    if (!still_reached_[i]) {
      compare_said(record_.said[i]);
    }
  }
  compare_size();
  repeat();

  const bool alert = alert_is_due();
  if (alert) {
    remember_alert();
  }
  // Prompts are written down before the alert is built, which shows them; they go out after it.
  say_activations();
  say_duties();
  say_follow_ups();
  if (alert) {
    say_alert(outputs);
  }
  if (alert || !prompts_.empty()) {
    std::move(prompts_.begin(), prompts_.end(), std::back_inserter(outputs));
    ++record_.picture_sequence;
    outputs.push_back(make_picture(saying_, incident_, &situation_, duties_));
    incident_.dirty = true;
  }
  return wake_;
}

// What should be said.

void Judgement::find_reasons() {
  if (situation_.settles_at) {
    wake(*situation_.settles_at);
  }
  if (!situation_.next.empty()) {
    wake(situation_.next.front().entry.at);
  }
  add_activations();
  add_duties();
  add_root();
  add_recovery();
  add_protected_mode();
  match();
  drop_what_waits();
  situation_.level = level_of(situation_, now_);
}

void Judgement::add(Reason reason) {
  const auto earlier = [](const Reason& a, const Reason& b) {
    return std::tie(a.entry.at, a.entry.reason) < std::tie(b.entry.at, b.entry.reason);
  };
  const auto place = std::upper_bound(situation_.reached.begin(), situation_.reached.end(), reason, earlier);
  situation_.reached.insert(place, std::move(reason));
}

void Judgement::match() {
  // By reason, subject and step, of equals the earlier first: an incident can hold thousands of reasons.
  std::vector<std::size_t> by_key(record_.said.size());
  std::iota(by_key.begin(), by_key.end(), std::size_t{0});
  const auto key = [&](std::size_t i) {
    const SaidReason& said = record_.said[i];
    return std::tie(said.reason, said.subject, said.step);
  };
  std::stable_sort(by_key.begin(), by_key.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple_cat(key(a), std::tie(record_.said[a].at)) < std::tuple_cat(key(b), std::tie(record_.said[b].at));
  });
  const auto first_of = [&](const Reason& reason) {
    const AlertEntry& entry = reason.entry;
    // An incident that moved its first service still was opened once.
    const bool any = entry.reason == AlertReason::opened;
    const std::string subject = any ? "" : entry.subject.id;
    const std::uint32_t step = any ? 0 : reason.step;
    return std::lower_bound(by_key.begin(), by_key.end(), std::tie(entry.reason, subject, step),
                            [&](std::size_t i, const auto& wanted) { return key(i) < wanted; });
  };
  still_reached_.assign(record_.said.size(), false);
  said_of_.assign(situation_.reached.size(), nullptr);
  // First those that are as they were, so that what moved is not taken for another.
  for (const bool exactly : {true, false}) {
    for (std::size_t r = 0; r < said_of_.size(); ++r) {
      const Reason& reason = situation_.reached[r];
      for (auto i = first_of(reason); said_of_[r] == nullptr && i != by_key.end(); ++i) {
        const SaidReason& said = record_.said[*i];
        const bool opened = said.reason == AlertReason::opened && reason.entry.reason == AlertReason::opened;
        const bool same = same_reason(said, reason.entry.reason, reason.entry.subject.id, reason.step);
        if (!same && !opened) {
          break;
        }
        if (!still_reached_[*i] && (!exactly || (same && said.at == reason.entry.at))) {
          said_of_[r] = &said;
          still_reached_[*i] = true;
        }
      }
    }
  }
}

void Judgement::drop_what_waits() {
  // What waits is not reached yet: neither the level nor whom to call may tell of it.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < said_of_.size(); ++i) {
    const AlertEntry& entry = situation_.reached[i].entry;
    if (is_crossing(entry) && waits(entry.at) && said_of_[i] == nullptr) {
      continue;
    }
    if (kept != i) {
      situation_.reached[kept] = std::move(situation_.reached[i]);
      said_of_[kept] = said_of_[i];
    }
    ++kept;
  }
  situation_.reached.resize(kept);
  said_of_.resize(kept);
}

void Judgement::add_activations() {
  std::vector<Instant> ahead;
  activations_ = activations_due(saying_.bundle, incident_, now_, ahead);
  for (const Instant at : ahead) {
    wake(at);
  }
  for (const ActivationDue& due : activations_) {
    const Node& node = catalogue().node(due.outage.node);
    // A second outage of the same service finds its plan proposed already.
    const bool listed = std::any_of(situation_.reached.begin(), situation_.reached.end(), [&](const Reason& r) {
      return r.entry.reason == AlertReason::activation && r.entry.subject == node.name;
    });
    if (listed) {
      continue;
    }
    Reason reason;
    reason.entry = entry_of(AlertReason::activation, node.name, due.at);
    reason.entry.rule = "plan " + node.plan->id + ": activate";
    reason.until = due.outage.outage.until;
    add(std::move(reason));
  }
}

void Judgement::add_duties() {
  for (const Duty& duty : duties_) {
    // The operations centre calls nobody for a law that does not bind.
    if (duty.verdict.truth != Truth::yes || duty.advisory) {
      continue;
    }
    // One law is one reason, however many holders it binds.
    const bool listed = std::any_of(situation_.reached.begin(), situation_.reached.end(), [&](const Reason& r) {
      return r.entry.reason == AlertReason::legal && r.entry.subject.id == duty.regime->id;
    });
    if (listed) {
      continue;
    }
    Reason reason;
    reason.entry = entry_of(AlertReason::legal, {duty.regime->id, duty.regime->name}, *duty.verdict.true_since);
    reason.entry.rule = duty.regime->id;
    if (!duty.verdict.grounds.empty()) {
      reason.entry.rule += "/" + duty.verdict.grounds.front().criterion;
    }
    add(std::move(reason));
  }
}

void Judgement::add_root() {
  if (situation_.root.node == situation_.first.node) {
    return;
  }
  Reason reason;
  reason.entry =
      entry_of(AlertReason::root_found, catalogue().node(situation_.root.node).name, situation_.root.outage.from);
  add(std::move(reason));
}

void Judgement::add_recovery() {
  if (!situation_.over) {
    return;
  }
  Reason reason;
  reason.entry = entry_of(AlertReason::recovered, catalogue().node(situation_.first.node).name, *situation_.ended);
  add(std::move(reason));
}

void Judgement::add_protected_mode() {
  const SaidReason* said = find_said(record_, AlertReason::protected_mode, {}, 0);
  if (!attack_suspected(saying_.bundle, record_)) {
    lifted_ = said != nullptr;
    return;
  }
  // Begun once, however often it is confirmed: its instant says nothing that would have to be amended.
  Reason reason;
  reason.entry = entry_of(AlertReason::protected_mode, {}, said != nullptr ? said->at : now_);
  add(std::move(reason));
}

// The difference between what should be said and what was said.

void Judgement::compare_reached(const Reason& reason, const SaidReason* said) {
  const AlertEntry& entry = reason.entry;
  if (said == nullptr) {
    entries_.push_back(entry);
    (reason.urgent ? urgent_ : growth_) = true;
    said_after_.push_back({entry.reason, entry.subject.id, reason.step, entry.at});
    return;
  }
  SaidReason kept = *said;
  if (said->at != entry.at && !(held_ && is_crossing(entry))) {
    // Of all that moves with the beginning of an outage only the beginning itself and the crossings are told.
    if (entry.reason == AlertReason::opened || is_crossing(entry)) {
      AlertEntry amended = entry;
      amended.was_at = said->at;
      if (entry.reason == AlertReason::opened) {
        amended.reason = AlertReason::amended;
      }
      entries_.push_back(std::move(amended));
      growth_ = true;
    }
    kept.at = entry.at;
    kept.subject = entry.subject.id;
  }
  said_after_.push_back(std::move(kept));
}

void Judgement::compare_said(const SaidReason& said) {
  if (said.reason == AlertReason::merged && said.at == kNever) {
    entries_.push_back(entry_of(AlertReason::merged, {said.subject, said.subject}, now_));
    urgent_ = true;
    said_after_.push_back({said.reason, said.subject, said.step, now_});
  } else if (held_ || (!can_be_withdrawn(said.reason) && said.reason != AlertReason::root_found)) {
    said_after_.push_back(said);
  } else if (said.reason != AlertReason::root_found || situation_.root.node == situation_.first.node) {
    // A root that is none is taken back; one that has a root of its own gives way to it.
    take_back(said);
  }
}

void Judgement::take_back(const SaidReason& said) {
  AlertEntry entry = entry_of(said.reason, {said.subject, said.subject}, said.at);
  if (const std::optional<NodeIx> service = catalogue().service(said.subject)) {
    const Node& node = catalogue().node(*service);
    entry.subject = node.name;
    // Whoever was told is told that it is taken back.
    if (said.reason == AlertReason::ladder && node.plan != nullptr) {
      describe_ladder_step(*node.plan, said.step, entry);
    } else if (said.reason == AlertReason::rto_missed && node.plan != nullptr) {
      entry.tell = told_of_rto(*node.plan);
    }
  } else if (const std::optional<NodeIx> activity = catalogue().activity(said.subject)) {
    entry.subject = catalogue().node(*activity).name;
    if (said.reason == AlertReason::mta_missed || said.reason == AlertReason::fallback_missed) {
      const std::vector<NodeOutage> planned = planned_outages(catalogue(), incident_);
      entry.tell = told_of_activity(catalogue(), reach_, planned, *activity, std::nullopt).roles;
    }
  }
  for (const RegimeSpec& regime : saying_.bundle.rules.regimes) {
    if (said.reason == AlertReason::legal && regime.id == said.subject) {
      entry.subject = {regime.id, regime.name};
    }
  }
  entry.withdrawn = true;
  entries_.push_back(std::move(entry));
  urgent_ = true;
}

void Judgement::compare_size() {
  const Named& root = catalogue().node(situation_.root.node).name;
  // Growth, and a level that sinks: worth saying, not worth waking somebody for each time.
  if (!first_alert_ && (situation_.services > record_.services || situation_.activities > record_.activities)) {
    entries_.push_back(entry_of(AlertReason::grown, root, now_));
    growth_ = true;
  }
  if (!first_alert_ && !situation_.over && situation_.level < record_.level && !held_) {
    entries_.push_back(entry_of(AlertReason::level_lowered, root, now_));
    growth_ = true;
  }
  urgent_ = urgent_ || (situation_.level > record_.level && !held_);
}

const Reason* Judgement::most_urgent_repeat() const {
  // What a ladder repeats goes before the same for a single activity: it is about all of them.
  const auto rank = [](const Reason& reason) { return reason.entry.reason == AlertReason::ladder ? 1 : 0; };
  const Reason* found = nullptr;
  for (const Reason& reason : situation_.reached) {
    if (reason.repeat && reason.until > now_ && !waits(reason.entry.at) &&
        (found == nullptr || reason.entry.level > found->entry.level ||
         (reason.entry.level == found->entry.level && rank(reason) >= rank(*found)))) {
      found = &reason;
    }
  }
  return found;
}

void Judgement::repeat() {
  if (record_.acknowledged_at || situation_.over || situation_.settling) {
    return;
  }
  const Reason* reason = most_urgent_repeat();
  if (reason == nullptr) {
    return;
  }
  const int most = times().repeats_at_most;
  const auto count = (now_ - reason->entry.at) / *reason->repeat;
  const Instant latest = reason->entry.at + count * *reason->repeat;
  if (count < most) {
    wake(latest + *reason->repeat);
  }
  const auto last = std::find_if(said_after_.begin(), said_after_.end(), [&](const SaidReason& said) {
    return same_reason(said, AlertReason::repeated, reason->entry.subject.id, reason->step);
  });
  if (count == 0 || count > most || (last != said_after_.end() && last->at >= latest)) {
    return;
  }
  // If the alert goes out for another reason at this very instant, it is not a repetition.
  if (!urgent_) {
    AlertEntry entry = reason->entry;
    entry.reason = AlertReason::repeated;
    entry.at = latest;
    entries_.push_back(std::move(entry));
    urgent_ = true;
  }
  if (last != said_after_.end()) {
    last->at = latest;
  } else {
    said_after_.push_back({AlertReason::repeated, reason->entry.subject.id, reason->step, latest});
  }
}

// Saying it.

bool Judgement::alert_is_due() {
  if (urgent_) {
    return true;
  }
  if (!growth_) {
    return false;
  }
  const Instant allowed = record_.growth_said_at ? *record_.growth_said_at + times().growth_at_most_every : now_;
  wake(allowed);
  return allowed <= now_;
}

void Judgement::remember_alert() {
  std::stable_sort(entries_.begin(), entries_.end(), [](const AlertEntry& a, const AlertEntry& b) {
    return std::tie(a.reason, a.at) < std::tie(b.reason, b.at);
  });
  record_.said = std::move(said_after_);
  record_.level = situation_.level;
  record_.services = situation_.services;
  record_.activities = situation_.activities;
  record_.over = situation_.over;
  record_.first_node = node_key(catalogue().node(situation_.first.node));
  record_.root_node = node_key(catalogue().node(situation_.root.node));
  record_.growth_said_at = now_;
  if (first_alert_) {
    record_.first_alert_at = now_;
  }
  ++record_.sequence;
  incident_.dirty = true;
}

void Judgement::say_activations() {
  for (const ActivationDue& due : activations_) {
    propose(due);
  }
  withdraw_activations();
}

void Judgement::propose(const ActivationDue& due) {
  const Node& node = catalogue().node(due.outage.node);
  auto known =
      std::lower_bound(record_.activations.begin(), record_.activations.end(), node.name.id,
                       [](const SaidActivation& a, const std::string& service) { return a.service < service; });
  const bool proposed = known != record_.activations.end() && known->service == node.name.id;
  // What was said in protected mode did not say what it was about; but nobody activates a plan for what is over.
  const bool again = lifted_ && due.outage.outage.until > now_;
  if (waits(due.at) || (proposed && !known->withdrawn && !again)) {
    return;
  }
  if (!proposed) {
    known = record_.activations.insert(known, SaidActivation{});
    known->service = node.name.id;
  }
  known->plan = node.plan->id;
  known->version = node.plan->version;
  known->condition_met_at = due.at;
  known->withdrawn = false;
  ++known->sequence;
  ActivationPrompt prompt = make_activation(saying_, incident_, situation_, *known, due.outage);
  known->output_id = prompt.header.id;
  prompts_.push_back(std::move(prompt));
}

void Judgement::withdraw_activations() {
  for (SaidActivation& known : record_.activations) {
    const bool stands = std::any_of(activations_.begin(), activations_.end(), [&](const ActivationDue& due) {
      return catalogue().node(due.outage.node).name.id == known.service;
    });
    const std::optional<NodeIx> node = catalogue().service(known.service);
    if (stands || known.withdrawn || held_ || !node || catalogue().node(*node).plan == nullptr) {
      continue;
    }
    known.withdrawn = true;
    ++known.sequence;
    NodeOutage outage{*node, {situation_.first.outage.from, kNever}};
    for (const NodeOutage& member : incident_.members) {
      if (member.node == *node) {
        outage = member;
      }
    }
    ActivationPrompt prompt = make_activation(saying_, incident_, situation_, known, outage);
    prompt.withdrawn_because = "condition_no_longer_met";
    known.output_id = prompt.header.id;
    prompts_.push_back(std::move(prompt));
  }
}

void Judgement::say_alert(std::vector<Output>& outputs) {
  Alert alert = make_alert(saying_, incident_, &situation_, std::move(entries_));
  if (after_absence_) {
    alert.blind_from = saying_.meta.blind_from;
    alert.blind_until = saying_.meta.blind_until;
  }
  record_.alert_id = alert.header.id;
  outputs.push_back(std::move(alert));
}

}  // namespace avbrottsvakt
