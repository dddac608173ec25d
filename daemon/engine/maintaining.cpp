// Planned work enters, is watched and ends.
#include <fmt/format.h>

#include <algorithm>

#include "engine/impl.h"

namespace avbrottsvakt {

void Engine::Impl::refuse(const Input& input, const Command& command, const std::string& why, Effects& effects) {
  Unreadable record;
  if (input.span) {
    record.topic = input.span->stream;
    record.partition = input.span->partition;
    record.offset = input.span->upto;
  }
  record.key = command.id;
  record.value = fmt::format("command {} by {}", command.id, command.by);
  record.stage = "command";
  record.error = "refused";
  record.message = why;
  dead_letter(input, std::move(record), 0, effects);
}

void Engine::Impl::plan(const Input& input, const Command& command, const PlanMaintenance& body, Effects& effects) {
  const EventTime approved_at = std::min(command.at.value_or(meta.now), meta.now);
  if (bundle == nullptr) {
    refuse(input, command, "no catalogue is in force: activate one, then plan the work again", effects);
    return;
  }
  const auto known = maintenances.find(body.reference);
  const MaintenanceRecord* before = known == maintenances.end() ? nullptr : &known->second.record;
  if (const std::optional<std::string> why =
          refusal_of(body, approved_at, before, maintenances.size(), *bundle, meta.now)) {
    refuse(input, command, *why, effects);
    return;
  }
  PlannedWork& work = maintenances[body.reference];
  MaintenanceRecord& record = work.record;
  if (before == nullptr) {
    record.reference = body.reference;
    record.id = command.id;
  }
  record.service = body.service;
  record.from = body.from;
  record.until = body.until;
  record.return_by = body.return_by;
  record.approved_by = body.approved_by;
  record.approved_at = approved_at;
  record.agreed = body.agreed;
  std::sort(record.agreed.begin(), record.agreed.end());
  record.agreed.erase(std::unique(record.agreed.begin(), record.agreed.end()), record.agreed.end());
  record.cancelled = false;
  windows_changed(work, effects);
}

void Engine::Impl::cancel(const Input& input, const Command& command, const CancelMaintenance& body, Effects& effects) {
  const EventTime at = std::min(command.at.value_or(meta.now), meta.now);
  const auto known = maintenances.find(body.reference);
  if (known == maintenances.end()) {
    refuse(input, command,
           fmt::format("no work is planned under {}; give the reference under which it was planned", body.reference),
           effects);
    return;
  }
  MaintenanceRecord& record = known->second.record;
  if (record.cancelled || at >= record.until) {
    effects.notes.push_back("command " + command.id + ": " + body.reference + " has ended already");
    return;
  }
  if (at <= record.from) {
    record.cancelled = true;
  } else {
    record.until = at;
    if (record.return_by && *record.return_by >= at) {
      record.return_by.reset();
    }
  }
  windows_changed(known->second, effects);
}

void Engine::Impl::windows_changed(PlannedWork& work, Effects& effects) {
  work.dirty = true;
  maintenances_watched.insert(work.record.reference);
  facts.set_windows(windows_of(maintenances));
  std::vector<NodeIx> touched;
  facts.settle(touched);
  facts_changed(std::move(touched), effects);
  judge_maintenances(effects);
}

void Engine::Impl::arm(PlannedWork& work, Instant deadline) {
  if (work.deadline != kNever) {
    maintenance_deadlines.erase({work.deadline, work.record.reference});
  }
  work.deadline = deadline;
  if (deadline != kNever) {
    maintenance_deadlines.emplace(deadline, work.record.reference);
  }
}

void Engine::Impl::forget_maintenances(Instant edge) {
  for (auto it = maintenances.begin(); it != maintenances.end();) {
    if (it->second.record.until >= edge) {
      ++it;
      continue;
    }
    deleted.insert(key_of(it->second.record));
    arm(it->second, kNever);
    maintenances_watched.erase(it->first);
    it = maintenances.erase(it);
  }
  if (facts.windows().size() != windows_of(maintenances).size()) {
    facts.set_windows(windows_of(maintenances));
  }
}

void Engine::Impl::judge_maintenances(Effects& effects) {
  if (bundle == nullptr || meta.catching_up_since) {
    return;
  }
  std::set<std::string> judged = maintenances_watched;
  for (const auto& [deadline, reference] : maintenance_deadlines) {
    if (deadline > meta.now) {
      break;
    }
    judged.insert(reference);
  }
  for (const std::string& reference : judged) {
    PlannedWork& work = maintenances.find(reference)->second;
    MaintenanceRecord& record = work.record;
    MaintenanceStep step = avbrottsvakt::judge(record, *bundle, facts, meta.now);
    arm(work, step.wake);
    // Signals change what is to be said while the window is open after its point of no return, and as long as a warning
    // stands.
    const bool open = record.return_by && *record.return_by <= meta.now && meta.now < record.until;
    if (open || record.said == MaintenanceRecord::Said::overrun_ahead) {
      maintenances_watched.insert(reference);
    } else {
      maintenances_watched.erase(reference);
    }
    if (step.entry) {
      ++record.sequence;
      Alert alert = make_maintenance_alert(saying(), record, std::move(*step.entry));
      record.alert_id = alert.header.id;
      work.dirty = true;
      effects.outputs.push_back(std::move(alert));
    }
  }
}

}  // namespace avbrottsvakt
