#include "engine/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "engine/impl.h"

namespace avbrottsvakt {

std::optional<LogTime> Engine::Impl::next_deadline() const {
  if (bundle == nullptr) {
    return std::nullopt;
  }
  if (meta.catching_up_since) {
    return *meta.catching_up_since + bundle->rules.escalation.catch_up_at_most;
  }
  Instant next = deadlines.empty() ? kNever : deadlines.begin()->first;
  if (const std::optional<Instant> future = incidents.next_future()) {
    next = std::min(next, *future);
  }
  if (const std::optional<Instant> silence = facts.next_silence()) {
    next = std::min(next, *silence);
  }
  if (!maintenance_deadlines.empty()) {
    next = std::min(next, maintenance_deadlines.begin()->first);
  }
  return next == kNever ? std::nullopt : std::optional<LogTime>(next);
}

void Engine::Impl::settle_until(LogTime until, Effects& effects) {
  // In the order in which it came due, each at its own instant. Ends, because judging at t leaves nothing due at t.
  while (const std::optional<LogTime> due = next_deadline()) {
    if (*due > until) {
      break;
    }
    meta.now = std::max(meta.now, *due);
    if (meta.catching_up_since) {
      end_catching_up(true, effects);
      continue;
    }
    if (const std::optional<Instant> silence = facts.next_silence(); silence && *silence <= meta.now) {
      facts_changed(silent_by(meta.now), effects);
      continue;
    }
    if (const std::optional<Instant> future = incidents.next_future(); future && *future <= meta.now) {
      facts_changed(incidents.take_future(meta.now), effects);
      continue;
    }
    if (!maintenance_deadlines.empty() && maintenance_deadlines.begin()->first <= meta.now) {
      judge_maintenances(effects);
      continue;
    }
    judge(deadlines.begin()->second, effects);
  }
}

namespace {

/// From the first beginning to the last end of what an incident is about, and to when it became known.
Interval extent_of(const Incident& incident) {
  Interval extent{incident.record.known_at, incident.record.known_at};
  for (const NodeOutage& member : incident.members) {
    extent.from = std::min(extent.from, member.outage.from);
    extent.until = std::max(extent.until, member.outage.until);
  }
  return extent;
}

}  // namespace

void Engine::Impl::sweep(LogTime before) {
  // Once an hour by the log: what is older than the horizon and belongs to nothing open is forgotten.
  if (bundle == nullptr ||
      std::chrono::floor<std::chrono::hours>(before) == std::chrono::floor<std::chrono::hours>(meta.now)) {
    return;
  }
  Instant edge = meta.now - bundle->rules.escalation.horizon;
  for (auto it = commands.begin(); it != commands.end();) {
    if (it->second < edge) {
      deleted.insert(key_of(CommandRecord{it->first, it->second}));
      commands_dirty.erase(it->first);
      it = commands.erase(it);
    } else {
      ++it;
    }
  }
  // Facts reach back to the oldest outage of an incident that is kept, and an incident is kept while facts reach back
  // to it: what they still tell of a forgotten one would look like news.
  const auto kept = [&](const Incident& incident) {
    const bool open = incident.alive() && !incident.record.over;
    return open || has_open_duty(incident.record) || extent_of(incident).until >= edge;
  };
  for (bool moved = true; moved;) {
    moved = false;
    for (const Incident& incident : incidents.all()) {
      if (!incident.record.id.empty() && extent_of(incident).from < edge && kept(incident)) {
        edge = extent_of(incident).from;
        moved = true;
      }
    }
  }
  for (IncidentIx ix = 0; ix < incidents.all().size(); ++ix) {
    const Incident& incident = incidents.at(ix);
    if (!incident.record.id.empty() && !kept(incident)) {
      deleted.insert(key_of(incident.record));
      arm(ix, kNever);
      incidents.erase(ix);
    }
  }
  facts.prune(edge);
  forget_maintenances(edge);
  std::vector<NodeIx> touched;
  facts.settle(touched);
  // What was forgotten belongs to no incident that is kept, so nobody has to be told.
  incidents.explain_all(*bundle, facts, meta.now);
}

void Engine::Impl::step(const Input& input, Effects& effects) {
  const LogTime before = meta.now;
  // What came due while the daemon was away waits: the recovery may be the next thing that a source has to tell.
  if (!std::holds_alternative<Resumed>(input.body)) {
    settle_until(input.stamp, effects);
  }
  meta.now = std::max(meta.now, input.stamp);
  meta_dirty = true;
  if (!meta.catching_up_since && !std::holds_alternative<Resumed>(input.body)) {
    facts.take_silent(meta.now);
  }
  sweep(before);
  std::visit([&](const auto& body) { apply(input, body, effects); }, input.body);
}

std::vector<StateChange> Engine::Impl::take_changes() {
  std::vector<StateChange> changes;
  const auto put = [&](const auto& record) { changes.push_back({key_of(record), &record}); };
  if (meta_dirty) {
    put(meta);
    meta_dirty = false;
  }
  for (std::size_t i = 0; i < applied.size(); ++i) {
    if (applied_dirty[i]) {
      put(applied[i]);
      applied_dirty[i] = false;
    }
  }
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources_dirty[i]) {
      put(sources[i]);
      sources_dirty[i] = false;
    }
  }
  commands_taken.clear();
  for (const std::string& id : commands_dirty) {
    commands_taken.push_back({id, commands.find(id)->second});
  }
  commands_dirty.clear();
  for (const CommandRecord& command : commands_taken) {
    put(command);
  }
  facts.take_changed(changes);
  for (auto& [reference, work] : maintenances) {
    if (work.dirty) {
      put(work.record);
      work.dirty = false;
    }
  }
  for (Incident& incident : incidents.all()) {
    if (incident.dirty && !incident.record.id.empty()) {
      if (bundle != nullptr) {
        incidents.write_members(bundle->catalogue, incident);
      }
      put(incident.record);
    }
    incident.dirty = false;
  }
  for (const std::string& key : deleted) {
    changes.push_back({key, std::nullopt});
  }
  deleted.clear();
  // What was deleted and came anew is there: its record stands before its deletion.
  std::stable_sort(changes.begin(), changes.end(),
                   [](const StateChange& a, const StateChange& b) { return a.key < b.key; });
  const auto twice = std::unique(changes.begin(), changes.end(),
                                 [](const StateChange& a, const StateChange& b) { return a.key == b.key; });
  changes.erase(twice, changes.end());
  return changes;
}

Engine::Engine(std::string domain, BundleSource bundles)
    : impl_(std::make_unique<Impl>(std::move(domain), std::move(bundles))) {}
Engine::~Engine() = default;
Engine::Engine(Engine&&) noexcept = default;
Engine& Engine::operator=(Engine&&) noexcept = default;

Result<void> Engine::take_in(StateRecord record) {
  Impl& impl = *impl_;
  if (auto* cause = std::get_if<CauseRecord>(&record)) {
    impl.facts.restore(std::move(*cause));
  } else if (auto* incident = std::get_if<IncidentRecord>(&record)) {
    impl.incidents.restore(std::move(*incident));
  } else if (auto* meta = std::get_if<MetaRecord>(&record)) {
    if (meta->engine_version > kEngineVersion) {
      return fail(ErrorCode::incompatible,
                  fmt::format("the state was written by engine version {}, this is version {}", meta->engine_version,
                              kEngineVersion),
                  "start the newer program, or restore a backup made before the upgrade");
    }
    impl.meta = std::move(*meta);
    impl.meta.engine_version = kEngineVersion;
  } else if (auto* applied = std::get_if<AppliedRecord>(&record)) {
    impl.applied.push_back(std::move(*applied));
  } else if (auto* source = std::get_if<SourceRecord>(&record)) {
    impl.sources.push_back(std::move(*source));
  } else if (auto* command = std::get_if<CommandRecord>(&record)) {
    impl.commands.emplace(std::move(command->id), command->stamp);
  } else if (auto* work = std::get_if<MaintenanceRecord>(&record)) {
    MaintenanceRecord& kept = impl.maintenances[work->reference].record;
    kept = std::move(*work);
  }
  return {};
}

Result<void> Engine::restore(const std::vector<StateRecord>& records) {
  for (const StateRecord& record : records) {
    if (Result<void> taken = take_in(record); !taken) {
      return taken;
    }
  }
  return restored();
}

Result<void> Engine::restored() {
  Impl& impl = *impl_;
  std::sort(impl.applied.begin(), impl.applied.end(), [](const AppliedRecord& a, const AppliedRecord& b) {
    return std::tie(a.source, a.stream, a.partition) < std::tie(b.source, b.stream, b.partition);
  });
  std::sort(impl.sources.begin(), impl.sources.end(),
            [](const SourceRecord& a, const SourceRecord& b) { return a.source < b.source; });
  impl.applied_dirty.assign(impl.applied.size(), false);
  impl.sources_dirty.assign(impl.sources.size(), false);
  impl.facts.set_windows(windows_of(impl.maintenances));
  if (impl.meta.bundle.empty()) {
    return {};
  }
  BundlePtr bundle = impl.bundles(impl.meta.bundle);
  if (bundle == nullptr) {
    return fail(ErrorCode::not_found, "the catalogue in force, " + impl.meta.bundle + ", is not in the journal",
                "restore the journal's bundles from a backup");
  }
  impl.use(std::move(bundle));
  impl.facts.take_silent(impl.meta.silent_until.value_or(impl.meta.now));
  std::vector<NodeIx> touched;
  impl.facts.settle(touched);
  impl.incidents.restored(*impl.bundle, impl.facts, impl.meta.now);
  // Timers are derived again: each incident is judged with the next input. As the ledger holds what was said, that
  // says nothing, unless this engine sees more than the one that wrote.
  if (!impl.meta.catching_up_since) {
    for (IncidentIx ix = 0; ix < impl.incidents.all().size(); ++ix) {
      impl.arm(ix, impl.meta.now);
    }
  }
  // While it is catching up they wait for its end.
  for (auto& [reference, work] : impl.maintenances) {
    impl.arm(work, impl.meta.now);
  }
  return {};
}

void Engine::step(const Input& input, Effects& effects) { impl_->step(input, effects); }
std::vector<StateChange> Engine::take_changes() { return impl_->take_changes(); }
std::optional<LogTime> Engine::next_deadline() const { return impl_->next_deadline(); }
LogTime Engine::now() const { return impl_->meta.now; }
bool Engine::catching_up() const { return impl_->meta.catching_up_since.has_value(); }
const std::string& Engine::bundle_hash() const { return impl_->meta.bundle; }
bool Engine::exercise() const { return impl_->meta.exercise; }
std::vector<AppliedRecord> Engine::applied() const { return impl_->applied; }

std::vector<Engine::NodeFacts> Engine::facts() const {
  std::vector<NodeFacts> all;
  if (impl_->bundle == nullptr) {
    return all;
  }
  const Catalogue& catalogue = impl_->bundle->catalogue;
  for (NodeIx node = 0; node < catalogue.nodes().size(); ++node) {
    NodeFacts facts;
    facts.node = node_key(catalogue.node(node));
    facts.effective = impl_->facts.effective(node);
    for (const Interval& outage : impl_->facts.outages(node)) {
      MemberOutage member;
      member.node = facts.node;
      member.from = outage.from;
      if (outage.until != kNever) {
        member.until = outage.until;
      }
      facts.outages.push_back(std::move(member));
    }
    if (!facts.outages.empty()) {
      const NodeOutage last{node, impl_->facts.outages(node).back()};
      facts.root =
          node_key(catalogue.node(impl_->facts.root_of(last, impl_->bundle->rules.escalation.root_window).node));
    }
    all.push_back(std::move(facts));
  }
  return all;
}

}  // namespace avbrottsvakt
