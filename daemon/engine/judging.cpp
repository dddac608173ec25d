#include <algorithm>

#include "engine/impl.h"
#include "engine/judgement.h"
#include "engine/protected_mode.h"

namespace avbrottsvakt {

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

std::vector<NodeIx> Engine::Impl::silent_by(Instant now) {
  facts.take_silent(now);
  std::vector<NodeIx> touched;
  facts.settle(touched);
  return touched;
}

void Engine::Impl::facts_changed(std::vector<NodeIx> touched, Effects& effects) {
  if (bundle == nullptr || touched.empty()) {
    return;
  }
  judge_maintenances(effects);
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
  const std::string number = survivor ? incidents.at(incidents.living(*survivor)).record.number : "";
  record.said.push_back({AlertReason::merged_away, record.merged_into, 0, meta.now});
  say_end(incident, entry_of(AlertReason::merged_away, {number, number}, meta.now), effects);
  withdraw_activations(incident, "merged", effects);
  effects.outputs.push_back(make_picture(saying(), incident, nullptr, {}));
}

void Engine::Impl::judge_withdrawn(Incident& incident, Effects& effects) {
  IncidentRecord& record = incident.record;
  record.withdrawn = true;
  record.over = true;
  incident.dirty = true;
  if (!record.first_alert_at) {
    return;
  }
  AlertEntry entry = entry_of(AlertReason::opened, named(bundle->catalogue, record.first_node), meta.now);
  entry.withdrawn = true;
  say_end(incident, std::move(entry), effects);
  withdraw_activations(incident, "condition_no_longer_met", effects);
  withdraw_duties(incident, effects);
  effects.outputs.push_back(make_picture(saying(), incident, nullptr, {}));
}

void Engine::Impl::say_end(Incident& incident, AlertEntry entry, Effects& effects) {
  IncidentRecord& record = incident.record;
  record.level = Level::none;
  ++record.sequence;
  ++record.picture_sequence;
  Alert alert = make_alert(saying(), incident, nullptr, {std::move(entry)});
  record.alert_id = alert.header.id;
  incident.dirty = true;
  effects.outputs.push_back(std::move(alert));
}

void Engine::Impl::withdraw_activations(Incident& incident, const std::string& because, Effects& effects) {
  for (SaidActivation& said : incident.record.activations) {
    const std::optional<NodeIx> service = bundle->catalogue.service(said.service);
    if (said.withdrawn || !service || bundle->catalogue.node(*service).plan == nullptr) {
      continue;
    }
    const Millis elapsed = bundle->catalogue.node(*service).plan->activate_elapsed.value_or(Millis{0});
    said.withdrawn = true;
    ++said.sequence;
    ActivationPrompt prompt =
        make_activation(saying(), incident, {}, said, {*service, {said.condition_met_at - elapsed, kNever}});
    prompt.withdrawn_because = because;
    said.output_id = prompt.header.id;
    effects.outputs.push_back(std::move(prompt));
  }
}

void Engine::Impl::withdraw_duties(Incident& incident, Effects& effects) {
  for (DutyRecord& duty : incident.record.duties) {
    if (duty.state != DutyRecord::State::assess && duty.state != DutyRecord::State::due) {
      continue;
    }
    for (const RegimeSpec& regime : bundle->rules.regimes) {
      for (const DutyHolderSpec& holder : bundle->catalogue.duty_holders()) {
        if (regime.id != duty.regime || holder.id != duty.duty_holder) {
          continue;
        }
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

void Engine::Impl::judge(IncidentIx ix, Effects& effects) {
  const std::size_t said_before = effects.outputs.size();
  judge_openly(ix, effects);
  if (bundle == nullptr || !attack_suspected(*bundle, incidents.at(ix).record)) {
    return;
  }
  for (std::size_t i = said_before; i < effects.outputs.size(); ++i) {
    conceal(effects.outputs[i], *bundle);
  }
}

void Engine::Impl::judge_openly(IncidentIx ix, Effects& effects) {
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

  Instant deadline = kNever;
  if (const std::optional<Instant> until = hold_of(incident)) {
    if (*until <= meta.now) {
      record.held_since.reset();
      record.held_source.clear();
      incident.dirty = true;
    } else {
      deadline = *until;
    }
  }
  const Saying said_by = saying();
  Judgement judgement(said_by, reach, incident, record.held_since, after_absence);
  arm(ix, std::min(deadline, judgement.run(effects.outputs)));
}

}  // namespace avbrottsvakt
