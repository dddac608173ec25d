#include <algorithm>
#include <tuple>

#include "base/check.h"
#include "engine/ids.h"
#include "engine/impl.h"

namespace avbrottsvakt {
namespace {

/// Said reasons are remembered by kind, subject and step; the instant tells whether they moved.
bool same_reason(const SaidReason& said, AlertReason reason, const std::string& subject, std::uint32_t step) {
  return said.reason == reason && said.subject == subject && said.step == step;
}

SaidReason* find_said(IncidentRecord& record, AlertReason reason, const std::string& subject, std::uint32_t step) {
  for (SaidReason& said : record.said) {
    if (same_reason(said, reason, subject, step)) {
      return &said;
    }
  }
  return nullptr;
}

/// Crossings can turn out not to have happened. The others are history, or have a word of their own.
bool can_be_withdrawn(AlertReason reason) {
  switch (reason) {
    case AlertReason::ladder:
    case AlertReason::rto_missed:
    case AlertReason::mta_missed:
    case AlertReason::activation:
    case AlertReason::legal:
    case AlertReason::recovered:
      return true;
    default:
      return false;
  }
}

/// Crossings of a late event wait for its source to fall silent; that something is out, or explained, does not.
bool is_crossing(const AlertEntry& entry) {
  return can_be_withdrawn(entry.reason) &&
         (entry.reason != AlertReason::ladder || entry.share_of != AlertEntry::Share::none);
}

AlertEntry entry_of(AlertReason reason, Named subject, Instant at) {
  AlertEntry entry;
  entry.reason = reason;
  entry.subject = std::move(subject);
  entry.at = at;
  return entry;
}

/// What one judgement finds to say in the alert.
struct Alerting {
  std::vector<AlertEntry> entries;
  bool urgent = false;
  bool growth = false;
};

}  // namespace

void Engine::Impl::arm(IncidentIx ix, Instant deadline) {
  Incident& incident = incidents.at(ix);
  if (incident.deadline == deadline) {
    return;
  }
  if (incident.deadline != kNever) {
    deadlines.erase({incident.deadline, ix});
  }
  incident.deadline = deadline;
  if (deadline != kNever) {
    deadlines.emplace(deadline, ix);
  }
}

std::optional<Instant> Engine::Impl::hold_of(const Incident& incident) const {
  if (!incident.record.held_since) {
    return std::nullopt;
  }
  const EscalationSpec& times = bundle->rules.escalation;
  Instant quiet = *incident.record.held_since + times.late_quiet;
  for (const SourceRecord& source : sources) {
    if (source.source == incident.record.held_source) {
      quiet = std::max(quiet, source.heard_at + times.late_quiet);
    }
  }
  return std::min(quiet, *incident.record.held_since + times.late_at_most);
}

void Engine::Impl::facts_changed(std::vector<NodeIx> touched, Effects& effects) {
  if (bundle == nullptr || touched.empty()) {
    return;
  }
  for (const IncidentIx ix : incidents.update(*bundle, facts, std::move(touched), meta.now, meta.incidents)) {
    judge(ix, effects);
  }
}

void Engine::Impl::judge_all(Effects& effects) {
  for (IncidentIx ix = 0; ix < incidents.all().size(); ++ix) {
    judge(ix, effects);
  }
}

void Engine::Impl::judge_merged(Incident& incident, Effects& effects) {
  IncidentRecord& record = incident.record;
  // What was never said needs no taking back.
  if (!record.first_alert_at || find_said(record, AlertReason::merged_away, record.merged_into, 0) != nullptr) {
    return;
  }
  const std::optional<IncidentIx> survivor = incidents.index_of(record.merged_into);
  const std::string number = survivor ? incidents.at(*survivor).record.number : "";
  record.said.push_back({AlertReason::merged_away, record.merged_into, 0, meta.now});
  record.level = Level::none;
  ++record.sequence;
  ++record.picture_sequence;
  Alert alert =
      make_alert(saying(), incident, nullptr, {entry_of(AlertReason::merged_away, {number, number}, meta.now)});
  record.alert_id = alert.header.id;
  effects.outputs.push_back(std::move(alert));
  effects.outputs.push_back(make_picture(saying(), incident, nullptr, {}));
  incident.dirty = true;
}

void Engine::Impl::judge_withdrawn(Incident& incident, Effects& effects) {
  IncidentRecord& record = incident.record;
  record.withdrawn = true;
  record.over = true;
  incident.dirty = true;
  if (!record.first_alert_at) {
    return;
  }
  AlertEntry entry;
  entry.reason = AlertReason::opened;
  entry.at = meta.now;
  entry.withdrawn = true;
  if (const std::optional<NodeIx> first = node_of(bundle->catalogue, record.first_node)) {
    entry.subject = bundle->catalogue.node(*first).name;
  }
  record.level = Level::none;
  ++record.sequence;
  ++record.picture_sequence;
  Alert alert = make_alert(saying(), incident, nullptr, {entry});
  record.alert_id = alert.header.id;
  effects.outputs.push_back(std::move(alert));
  for (DutyRecord& duty : record.duties) {
    if (duty.state != DutyRecord::State::assess && duty.state != DutyRecord::State::due) {
      continue;
    }
    for (const RegimeSpec& regime : bundle->rules.regimes) {
      for (const DutyHolderSpec& holder : bundle->catalogue.duty_holders()) {
        if (regime.id == duty.regime && holder.id == duty.duty_holder) {
          duty.state = DutyRecord::State::withdrawn;
          ++duty.sequence;
          DutyStep step;
          step.kind = ReportPrompt::Kind::withdrawn;
          step.stage = regime.stages.front().id;
          step.because = "criterion_no_longer_met";
          ReportPrompt prompt = make_report(saying(), incident, nullptr, {&regime, &holder, {}}, duty, step);
          duty.output_id = prompt.header.id;
          effects.outputs.push_back(std::move(prompt));
        }
      }
    }
  }
  effects.outputs.push_back(make_picture(saying(), incident, nullptr, {}));
}

void Engine::Impl::judge(IncidentIx ix, Effects& effects) {
  Incident& incident = incidents.at(ix);
  IncidentRecord& record = incident.record;
  if (record.id.empty() || bundle == nullptr) {
    return;
  }
  if (meta.catching_up_since) {
    arm(ix, kNever);
    return;
  }
  if (!record.merged_into.empty()) {
    arm(ix, kNever);
    judge_merged(incident, effects);
    return;
  }
  if (incident.members.empty()) {
    arm(ix, kNever);
    if (!record.withdrawn) {
      judge_withdrawn(incident, effects);
    }
    return;
  }
  record.withdrawn = false;

  const Instant now = meta.now;
  Instant deadline = kNever;
  const auto wake = [&](Instant at) {
    if (at > now) {
      deadline = std::min(deadline, at);
    }
  };

  std::optional<LogTime> held = record.held_since;
  if (const std::optional<Instant> until = hold_of(incident)) {
    if (*until <= now) {
      held.reset();
      record.held_since.reset();
      record.held_source.clear();
      incident.dirty = true;
    } else {
      wake(*until);
    }
  }

  Situation situation = situation_of(*bundle, reach, facts, incident, now);
  const std::vector<Duty> duties = duties_of(*bundle, incident, now);
  if (situation.settles_at) {
    wake(*situation.settles_at);
  }
  if (!situation.ahead.empty()) {
    wake(situation.ahead.front().entry.at);
  }
  const auto waits = [&](Instant at) { return held && at <= *held; };

  // What should be said besides the crossings.
  std::vector<Instant> activations_ahead;
  const std::vector<ActivationDue> activations = activations_due(*bundle, incident, now, activations_ahead);
  for (const Instant at : activations_ahead) {
    wake(at);
  }
  for (const ActivationDue& due : activations) {
    Reason reason;
    reason.entry = entry_of(AlertReason::activation, bundle->catalogue.node(due.outage.node).name, due.at);
    reason.entry.rule = "plan " + bundle->catalogue.node(due.outage.node).plan->id + ": activate";
    reason.until = due.outage.outage.until;
    situation.reached.push_back(std::move(reason));
  }
  const auto duty_record = [&](const Duty& duty) -> DutyRecord* {
    for (DutyRecord& known : record.duties) {
      if (known.regime == duty.regime->id && known.duty_holder == duty.holder->id) {
        return &known;
      }
    }
    return nullptr;
  };
  for (const Duty& duty : duties) {
    if (duty.verdict.truth == Truth::yes) {
      Reason reason;
      reason.entry = entry_of(AlertReason::legal, {duty.regime->id, duty.regime->name}, *duty.verdict.true_since);
      reason.entry.rule = duty.verdict.grounds.empty() ? duty.regime->id
                                                       : duty.regime->id + "/" + duty.verdict.grounds.front().criterion;
      const bool listed = std::any_of(situation.reached.begin(), situation.reached.end(), [&](const Reason& r) {
        return r.entry.reason == AlertReason::legal && r.entry.subject.id == duty.regime->id;
      });
      if (!listed) {
        situation.reached.push_back(std::move(reason));
      }
    }
  }
  const bool first_alert = !record.first_alert_at.has_value();
  const Named root = bundle->catalogue.node(situation.root.node).name;
  const std::string root_key = node_key(bundle->catalogue.node(situation.root.node));
  if (situation.root.node != situation.first.node) {
    Reason reason;
    reason.entry = entry_of(AlertReason::root_found, root, situation.root.outage.from);
    situation.reached.push_back(std::move(reason));
  }
  if (situation.over) {
    Reason reason;
    reason.entry =
        entry_of(AlertReason::recovered, bundle->catalogue.node(situation.first.node).name, *situation.ended);
    situation.reached.push_back(std::move(reason));
  }
  std::stable_sort(situation.reached.begin(), situation.reached.end(), [](const Reason& a, const Reason& b) {
    return std::tie(a.entry.at, a.entry.reason) < std::tie(b.entry.at, b.entry.reason);
  });

  // The difference between what should be said and what was said.
  Alerting alerting;
  std::vector<SaidReason> said_after;
  for (const Reason& reason : situation.reached) {
    const AlertEntry& entry = reason.entry;
    SaidReason* said = find_said(record, entry.reason, entry.subject.id, reason.step);
    // An incident that moved its first service still was opened once.
    if (said == nullptr && entry.reason == AlertReason::opened && !first_alert) {
      for (SaidReason& other : record.said) {
        if (other.reason == AlertReason::opened) {
          said = &other;
        }
      }
    }
    if (said == nullptr) {
      if (is_crossing(entry) && waits(entry.at)) {
        continue;
      }
      alerting.entries.push_back(entry);
      (reason.urgent ? alerting.urgent : alerting.growth) = true;
      said_after.push_back({entry.reason, entry.subject.id, reason.step, entry.at});
      continue;
    }
    SaidReason kept = *said;
    if (said->at != entry.at && !(held && is_crossing(entry))) {
      // Of all that moves with the beginning of an outage only the beginning itself and the crossings are told.
      if (entry.reason == AlertReason::opened || is_crossing(entry)) {
        AlertEntry amended = entry;
        amended.was_at = said->at;
        if (entry.reason == AlertReason::opened) {
          amended.reason = AlertReason::amended;
        }
        alerting.entries.push_back(std::move(amended));
        alerting.growth = true;
      }
      kept.at = entry.at;
      kept.subject = entry.subject.id;
    }
    said_after.push_back(std::move(kept));
  }
  for (const SaidReason& said : record.said) {
    const bool still = std::any_of(said_after.begin(), said_after.end(), [&](const SaidReason& s) {
      return same_reason(s, said.reason, said.subject, said.step) ||
             (said.reason == AlertReason::opened && s.reason == AlertReason::opened);
    });
    if (still) {
      continue;
    }
    if (said.reason == AlertReason::merged && said.at == kNever) {
      AlertEntry entry = entry_of(AlertReason::merged, {said.subject, said.subject}, now);
      alerting.entries.push_back(std::move(entry));
      alerting.urgent = true;
      said_after.push_back({said.reason, said.subject, said.step, now});
    } else if (!can_be_withdrawn(said.reason) || held) {
      if (said.reason != AlertReason::root_found || held) {
        said_after.push_back(said);
      }
    } else {
      AlertEntry entry = entry_of(said.reason, {said.subject, said.subject}, said.at);
      if (const std::optional<NodeIx> service = bundle->catalogue.service(said.subject)) {
        const Node& node = bundle->catalogue.node(*service);
        entry.subject = node.name;
        // Whoever was told by this step is told that it is taken back.
        if (said.reason == AlertReason::ladder && node.plan != nullptr) {
          describe_ladder_step(*node.plan, said.step, entry);
        }
      } else if (const std::optional<NodeIx> activity = bundle->catalogue.activity(said.subject)) {
        entry.subject = bundle->catalogue.node(*activity).name;
      }
      for (const RegimeSpec& regime : bundle->rules.regimes) {
        if (said.reason == AlertReason::legal && regime.id == said.subject) {
          entry.subject = {regime.id, regime.name};
        }
      }
      entry.withdrawn = true;
      alerting.entries.push_back(std::move(entry));
      alerting.urgent = true;
    }
  }

  // Growth, and a level that sinks: worth saying, not worth waking somebody for each time.
  const bool rises = situation.level > record.level;
  if (!first_alert && (situation.services > record.services || situation.activities > record.activities)) {
    alerting.entries.push_back(entry_of(AlertReason::grown, root, now));
    alerting.growth = true;
  }
  if (!first_alert && !situation.over && situation.level < record.level && !held) {
    alerting.entries.push_back(entry_of(AlertReason::level_lowered, root, now));
    alerting.growth = true;
  }
  alerting.urgent = alerting.urgent || (rises && !held);

  // The most urgent step that repeats, until somebody answers.
  if (!record.acknowledged_at && !situation.over && !situation.settling) {
    const Reason* repeating = nullptr;
    for (const Reason& reason : situation.reached) {
      if (reason.repeat && reason.until > now && !waits(reason.entry.at) &&
          (repeating == nullptr || reason.entry.level >= repeating->entry.level)) {
        repeating = &reason;
      }
    }
    if (repeating != nullptr) {
      const auto count = (now - repeating->entry.at) / *repeating->repeat;
      const Instant latest = repeating->entry.at + count * *repeating->repeat;
      SaidReason* last = nullptr;
      for (SaidReason& said : said_after) {
        if (said.reason == AlertReason::repeated && said.subject == repeating->entry.subject.id &&
            said.step == repeating->step) {
          last = &said;
        }
      }
      const bool due =
          count > 0 && (last == nullptr || last->at < latest) && count <= bundle->rules.escalation.repeats_at_most;
      if (due) {
        // If the alert goes out for another reason at this very instant, it is not a repetition.
        if (!alerting.urgent) {
          AlertEntry entry = repeating->entry;
          entry.reason = AlertReason::repeated;
          entry.at = latest;
          alerting.entries.push_back(std::move(entry));
          alerting.urgent = true;
        }
        if (last != nullptr) {
          last->at = latest;
        } else {
          said_after.push_back({AlertReason::repeated, repeating->entry.subject.id, repeating->step, latest});
        }
      }
      if (count < bundle->rules.escalation.repeats_at_most) {
        wake(latest + *repeating->repeat);
      }
    }
  }

  bool say_alert = alerting.urgent;
  if (!say_alert && alerting.growth) {
    const Instant allowed =
        record.growth_said_at ? *record.growth_said_at + bundle->rules.escalation.growth_at_most_every : now;
    say_alert = allowed <= now;
    if (!say_alert) {
      wake(allowed);
    }
  }

  bool said_something = false;
  if (say_alert) {
    std::stable_sort(alerting.entries.begin(), alerting.entries.end(), [](const AlertEntry& a, const AlertEntry& b) {
      return std::tie(a.reason, a.at) < std::tie(b.reason, b.at);
    });
    record.said = std::move(said_after);
    record.level = situation.level;
    record.services = situation.services;
    record.activities = situation.activities;
    record.over = situation.over;
    record.first_node = node_key(bundle->catalogue.node(situation.first.node));
    record.root_node = root_key;
    record.growth_said_at = now;
    if (first_alert) {
      record.first_alert_at = now;
    }
    ++record.sequence;
    said_something = true;
    incident.dirty = true;
  }

  // Activation prompts go out with the alert that tells of them; they share its instant.
  std::vector<Output> prompts;
  for (const ActivationDue& due : activations) {
    const Node& node = bundle->catalogue.node(due.outage.node);
    SaidActivation* known = nullptr;
    for (SaidActivation& said : record.activations) {
      if (said.service == node.name.id) {
        known = &said;
      }
    }
    if (waits(due.at) || (known != nullptr && !known->withdrawn)) {
      continue;
    }
    if (known == nullptr) {
      const auto place =
          std::lower_bound(record.activations.begin(), record.activations.end(), node.name.id,
                           [](const SaidActivation& a, const std::string& service) { return a.service < service; });
      known = &*record.activations.insert(place, SaidActivation{});
      known->service = node.name.id;
    }
    known->plan = node.plan->id;
    known->version = node.plan->version;
    known->condition_met_at = due.at;
    known->withdrawn = false;
    ++known->sequence;
    ActivationPrompt prompt = make_activation(saying(), incident, situation, *known, due.outage);
    known->output_id = prompt.header.id;
    prompts.push_back(std::move(prompt));
  }
  for (SaidActivation& known : record.activations) {
    const auto is_due = std::any_of(activations.begin(), activations.end(), [&](const ActivationDue& due) {
      return bundle->catalogue.node(due.outage.node).name.id == known.service;
    });
    if (is_due || known.withdrawn || held) {
      continue;
    }
    const std::optional<NodeIx> node = bundle->catalogue.service(known.service);
    if (!node || bundle->catalogue.node(*node).plan == nullptr) {
      continue;
    }
    known.withdrawn = true;
    ++known.sequence;
    NodeOutage outage{*node, {situation.first.outage.from, kNever}};
    for (const NodeOutage& member : incident.members) {
      if (member.node == *node) {
        outage = member;
      }
    }
    ActivationPrompt prompt = make_activation(saying(), incident, situation, known, outage);
    prompt.withdrawn_because = "condition_no_longer_met";
    known.output_id = prompt.header.id;
    prompts.push_back(std::move(prompt));
  }

  const std::optional<EventTime> recovered = situation.over ? situation.ended : std::nullopt;
  for (const Duty& duty : duties) {
    DutyRecord* known = duty_record(duty);
    if (known == nullptr) {
      DutyRecord fresh;
      fresh.regime = duty.regime->id;
      fresh.duty_holder = duty.holder->id;
      fresh.incident_id = record.id;
      record.duties.push_back(std::move(fresh));
      known = &record.duties.back();
      incident.dirty = true;
    }
    // A merge can bring a second record of the same duty: the one that began first goes on, the other is taken back.
    for (DutyRecord& other : record.duties) {
      if (&other == known || other.regime != known->regime || other.duty_holder != known->duty_holder ||
          other.state == DutyRecord::State::withdrawn) {
        continue;
      }
      if (known->state == DutyRecord::State::watching) {
        std::swap(*known, other);
        other.state = DutyRecord::State::withdrawn;
        continue;
      }
      other.state = DutyRecord::State::withdrawn;
      ++other.sequence;
      DutyStep step;
      step.kind = ReportPrompt::Kind::withdrawn;
      step.stage = duty.regime->stages.front().id;
      step.because = "merged:" + record.number;
      ReportPrompt prompt = make_report(saying(), incident, &situation, duty, other, step);
      other.output_id = prompt.header.id;
      prompts.push_back(std::move(prompt));
    }
    const DutyRecord before = *known;
    const DutyStep step = avbrottsvakt::judge(*known, duty, *bundle, record, recovered, held, now);
    wake(step.wake);
    if (step.kind) {
      ++known->sequence;
      ReportPrompt prompt = make_report(saying(), incident, &situation, duty, *known, step);
      known->output_id = prompt.header.id;
      prompts.push_back(std::move(prompt));
    }
    if (*known != before) {
      incident.dirty = true;
    }
  }
  std::erase_if(record.duties,
                [](const DutyRecord& d) { return d.state == DutyRecord::State::withdrawn && d.sequence == 0; });

  if (say_alert) {
    Alert alert = make_alert(saying(), incident, &situation, std::move(alerting.entries));
    if (after_absence) {
      alert.blind_from = meta.blind_from;
      alert.blind_until = meta.blind_until;
    }
    record.alert_id = alert.header.id;
    effects.outputs.push_back(std::move(alert));
  }
  said_something = said_something || !prompts.empty();
  for (Output& prompt : prompts) {
    effects.outputs.push_back(std::move(prompt));
  }
  if (said_something) {
    ++record.picture_sequence;
    effects.outputs.push_back(make_picture(saying(), incident, &situation, duties));
    incident.dirty = true;
  }
  arm(ix, deadline);
}

}  // namespace avbrottsvakt
