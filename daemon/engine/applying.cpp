// What each kind of input does to the facts and the ledger.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <type_traits>

#include "base/check.h"
#include "base/digest.h"
#include "engine/impl.h"

namespace avbrottsvakt {
namespace {

std::string describe(const Labels& labels) {
  std::string text = "{";
  for (const Label& label : labels) {
    text += (text.size() > 1 ? ", " : "") + label.name + "=\"" + label.value + "\"";
  }
  return text + "}";
}

/// A refused signal as text, for its dead letter; the original lies at the source position that the letter names.
std::string describe(const Signal& signal) {
  return fmt::format("source={} key={} condition={} at={} labels={} summary={}", signal.source, signal.key,
                     to_string(signal.condition), format_instant(signal.at), describe(signal.labels), signal.summary);
}

/// The number of the incident that a command is about; empty if it is about none.
std::string incident_of(const Command& command) {
  return std::visit(
      [](const auto& body) -> std::string {
        if constexpr (requires { body.incident; }) {
          return body.incident;
        } else {
          return {};
        }
      },
      command.body);
}

const StageSpec* stage_of(const RulesSpec& rules, const std::string& regime, const std::string& stage) {
  for (const RegimeSpec& known : rules.regimes) {
    for (const StageSpec& spec : known.stages) {
      if (known.id == regime && spec.id == stage) {
        return &spec;
      }
    }
  }
  return nullptr;
}

/// Writes a submission or a request into the duties that it is about: the first of a stage counts. False if the
/// incident has no such duty.
template <typename Said>
bool note_stage(IncidentRecord& record, const Said& said, const std::string& by, EventTime at) {
  bool known = false;
  for (DutyRecord& duty : record.duties) {
    if (duty.regime != said.regime || duty.duty_holder != said.duty_holder) {
      continue;
    }
    known = true;
    const auto note = [&](auto& stages) {
      const bool again =
          std::any_of(stages.begin(), stages.end(), [&](const auto& s) { return s.stage == said.stage; });
      if (!again) {
        stages.push_back({said.stage, at, by});
      }
    };
    if constexpr (std::is_same_v<Said, Requested>) {
      note(duty.requested);
    } else {
      note(duty.submitted);
    }
  }
  return known;
}

/// Which nodes a change of these services can reach: themselves, and all that depends on them.
std::vector<bool> downstream(const Catalogue& catalogue, const std::vector<NodeIx>& services) {
  std::vector<bool> reached(catalogue.nodes().size(), false);
  std::vector<NodeIx> next = services;
  while (!next.empty()) {
    const NodeIx node = next.back();
    next.pop_back();
    if (!reached[node]) {
      reached[node] = true;
      next.insert(next.end(), catalogue.node(node).dependants.begin(), catalogue.node(node).dependants.end());
    }
  }
  return reached;
}

}  // namespace

LogTime* Engine::Impl::heard_at(const std::string& source) {
  if (last_source < sources.size() && sources[last_source].source == source) {
    sources_dirty[last_source] = true;
    return &sources[last_source].heard_at;
  }
  const auto place = std::lower_bound(sources.begin(), sources.end(), source,
                                      [](const SourceRecord& r, const std::string& s) { return r.source < s; });
  last_source = static_cast<std::size_t>(place - sources.begin());
  if (place == sources.end() || place->source != source) {
    sources.insert(place, SourceRecord{source, {}});
    sources_dirty.insert(sources_dirty.begin() + static_cast<std::ptrdiff_t>(last_source), true);
  }
  sources_dirty[last_source] = true;
  return &sources[last_source].heard_at;
}

bool Engine::Impl::admit(const SourceSpan& span, Effects& effects) {
  const auto same = [&](const AppliedRecord& r) {
    return r.partition == span.partition && r.stream == span.stream && r.source == span.source;
  };
  if (last_applied >= applied.size() || !same(applied[last_applied])) {
    const auto place =
        std::lower_bound(applied.begin(), applied.end(), span, [](const AppliedRecord& r, const SourceSpan& s) {
          return std::tie(r.source, r.stream, r.partition) < std::tie(s.source, s.stream, s.partition);
        });
    last_applied = static_cast<std::size_t>(place - applied.begin());
  }
  const bool known = last_applied < applied.size() && same(applied[last_applied]);
  const std::string incarnation = known ? applied[last_applied].incarnation : std::string();
  std::int64_t upto = known ? applied[last_applied].upto : -1;
  if (incarnation != span.incarnation) {
    if (span.after != -1 || span.replaces != incarnation) {
      effects.notes.push_back(fmt::format("dropped: {} {}[{}] {}..{} is of another incarnation", span.source,
                                          span.stream, span.partition, span.after, span.upto));
      return false;
    }
    upto = -1;
  }
  if (span.after > upto || upto >= span.upto) {
    return false;
  }
  if (!known) {
    const auto place = static_cast<std::ptrdiff_t>(last_applied);
    applied.insert(applied.begin() + place, AppliedRecord{span.source, span.stream, span.partition, {}, -1});
    applied_dirty.insert(applied_dirty.begin() + place, true);
  }
  AppliedRecord& record = applied[last_applied];
  if (record.incarnation != span.incarnation) {
    if (known) {
      // The stream was made anew and is read from its beginning.
      effects.notes.push_back(
          fmt::format("source reset: {} {}[{}] was made anew", span.source, span.stream, span.partition));
    }
    record.incarnation = span.incarnation;
  }
  record.upto = span.upto;
  applied_dirty[last_applied] = true;
  return true;
}

void Engine::Impl::dead_letter(const Input& input, Unreadable record, std::int64_t index, Effects& effects) {
  DeadLetter letter;
  Digest digest;
  digest.add("dead-letter").add(domain).add(record.topic).add(std::int64_t{record.partition}).add(record.offset);
  digest.add(record.stage).add(index);
  if (record.stage == "command") {
    digest.add(record.key);  // several can be refused of one record
  }
  if (input.span) {
    digest.add(input.span->incarnation);
  } else {
    // Without a position only the log's instant and the content tell one from another.
    digest.add(input.stamp.time_since_epoch().count()).add(record.key).add(record.value);
  }
  letter.header.id = digest.hex();
  letter.header.at = meta.now;
  letter.header.exercise = meta.exercise;
  letter.header.domain = domain;
  letter.header.bundle = meta.bundle;
  letter.record = std::move(record);
  effects.outputs.push_back(std::move(letter));
}

void Engine::Impl::apply(const Input& input, const Heard& heard, Effects& effects) {
  if (input.span && !admit(*input.span, effects)) {
    return;
  }
  const auto letter_of = [&](const Signal& signal, std::string error, std::string message) {
    Unreadable record;
    if (input.span) {
      record.topic = input.span->stream;
      record.partition = input.span->partition;
      record.offset = input.span->upto;
    }
    record.key = signal.key;
    record.value = describe(signal);
    record.stage = "engine";
    record.error = std::move(error);
    record.message = std::move(message);
    return record;
  };
  for (const Command& command : heard.commands) {
    apply(input, command, effects);
  }
  std::int64_t index = 0;
  for (const Unreadable& record : heard.unreadable) {
    dead_letter(input, record, index++, effects);
  }
  if (bundle == nullptr) {
    for (const Signal& signal : heard.signals) {
      dead_letter(
          input,
          letter_of(signal, "no_catalogue", "no catalogue is in force: activate one, then send the signal again"),
          index++, effects);
    }
    return;
  }
  const EscalationSpec& times = bundle->rules.escalation;
  std::vector<std::pair<CauseIx, std::size_t>> late;
  std::vector<CauseIx> reported;
  for (std::size_t i = 0; i < heard.signals.size(); ++i) {
    const Signal& signal = heard.signals[i];
    *heard_at(signal.source) = meta.now;
    if (signal.at > meta.now + times.future_at_most) {
      dead_letter(
          input,
          letter_of(
              signal, "in_the_future",
              fmt::format("the event is stamped {}, which is more than {} ahead of the log ({}); mend the "
                          "clock or the time zone of the source",
                          format_instant(signal.at), format_duration(times.future_at_most), format_instant(meta.now))),
          index++, effects);
      continue;
    }
    CauseIx cause = 0;
    const Facts::Outcome outcome = facts.hear(signal, cause);
    if (outcome == Facts::Outcome::out_of_horizon) {
      dead_letter(input,
                  letter_of(signal, "out_of_horizon",
                            fmt::format("the event of {} is older than the history that is kept for its cause",
                                        format_instant(signal.at))),
                  index++, effects);
      continue;
    }
    if (outcome == Facts::Outcome::unchanged) {
      continue;
    }
    if (signal.origin == Origin::person && signal.condition != Condition::up) {
      reported.push_back(cause);
    }
    if (facts.services_of(cause).empty() && !signal.labels.empty()) {
      effects.notes.push_back("no service matches " + describe(signal.labels) + " from " + signal.source);
    }
    if (meta.now - signal.at > times.late_after && !meta.catching_up_since) {
      late.emplace_back(cause, i);
    }
  }
  std::vector<NodeIx> touched;
  facts.settle(touched);
  if (!maintenances_watched.empty()) {
    judge_maintenances(effects);
  }
  std::vector<IncidentIx> judged;
  if (!touched.empty()) {
    judged = incidents.update(*bundle, facts, std::move(touched), meta.now, meta.incidents);
  }
  note_reports(reported, judged);
  // What a late event makes cross is held until its source has been quiet: the recovery may be the next record.
  for (const auto& [cause, i] : late) {
    const std::vector<bool> reached = downstream(bundle->catalogue, facts.services_of(cause));
    for (const IncidentIx ix : judged) {
      Incident& incident = incidents.at(ix);
      const bool reaches = std::any_of(incident.members.begin(), incident.members.end(),
                                       [&](const NodeOutage& m) { return reached[m.node]; });
      if (reaches && !incident.record.held_since) {
        incident.record.held_since = meta.now;
        incident.record.held_source = heard.signals[i].source;
        incident.dirty = true;
      }
    }
  }
  for (const IncidentIx ix : judged) {
    judge(ix, effects);
  }
}

void Engine::Impl::note_reports(const std::vector<CauseIx>& reported, std::vector<IncidentIx>& judged) {
  for (const CauseIx cause : reported) {
    for (const NodeIx service : facts.services_of(cause)) {
      for (IncidentIx ix = 0; ix < incidents.all().size(); ++ix) {
        Incident& incident = incidents.at(ix);
        const bool runs = std::any_of(incident.members.begin(), incident.members.end(), [&](const NodeOutage& member) {
          return member.node == service && member.outage.until > meta.now;
        });
        if (!runs || incident.record.reported_at) {
          continue;
        }
        incident.record.reported_at = meta.now;
        incident.dirty = true;
        if (std::find(judged.begin(), judged.end(), ix) == judged.end()) {
          judged.push_back(ix);
        }
      }
    }
  }
}

void Engine::Impl::apply(const Input& input, const Command& command, Effects& effects) {
  if (commands.contains(command.id)) {
    effects.notes.push_back("command " + command.id + " was heard before");
    return;
  }
  commands.emplace(command.id, input.stamp);
  commands_dirty.insert(command.id);
  if (const auto* work = std::get_if<PlanMaintenance>(&command.body)) {
    plan(input, command, *work, effects);
    return;
  }
  if (const auto* work = std::get_if<CancelMaintenance>(&command.body)) {
    cancel(input, command, *work, effects);
    return;
  }
  const std::string number = incident_of(command);
  Incident* incident = incidents.by_number(number);
  if (incident == nullptr) {
    effects.notes.push_back("command " + command.id + ": there is no incident " + number);
    return;
  }
  IncidentRecord& record = incident->record;
  // Nobody knows before it happens: a time entered afterwards lies at most at the stamp.
  const EventTime at = std::min(command.at.value_or(meta.now), meta.now);
  if (std::holds_alternative<Acknowledge>(command.body)) {
    if (!record.acknowledged_at || at < *record.acknowledged_at) {
      record.acknowledged_at = at;
      record.acknowledged_by = command.by;
    }
  } else if (const auto* confirm = std::get_if<ConfirmLimited>(&command.body)) {
    const auto place = std::lower_bound(
        record.confirmations.begin(), record.confirmations.end(), confirm->activity,
        [](const ActivityConfirmation& c, const std::string& activity) { return c.activity < activity; });
    ActivityConfirmation said{confirm->activity, confirm->limited, command.by, at};
    if (place != record.confirmations.end() && place->activity == confirm->activity) {
      *place = std::move(said);
    } else {
      record.confirmations.insert(place, std::move(said));
    }
  } else if (const auto* answer = std::get_if<AnswerFact>(&command.body)) {
    const auto place = std::lower_bound(record.answers.begin(), record.answers.end(), answer->fact,
                                        [](const AnsweredFact& a, const std::string& fact) { return a.fact < fact; });
    AnsweredFact said{answer->fact, answer->answer, command.by, at, answer->reference};
    if (place != record.answers.end() && place->fact == answer->fact) {
      *place = std::move(said);
    } else {
      record.answers.insert(place, std::move(said));
    }
  } else {
    const auto note = [&](const auto& said) {
      const StageSpec* stage = stage_of(bundle->rules, said.regime, said.stage);
      const bool fits =
          stage != nullptr && (!std::is_same_v<std::decay_t<decltype(said)>, Requested> || stage->on_request);
      if (!fits || !note_stage(record, said, command.by, at)) {
        effects.notes.push_back("command " + command.id + ": incident " + number + " has no duty " + said.regime + "/" +
                                said.stage + " for " + said.duty_holder);
      }
    };
    if (const auto* submitted = std::get_if<Submitted>(&command.body)) {
      note(*submitted);
    } else if (const auto* requested = std::get_if<Requested>(&command.body)) {
      note(*requested);
    }
  }
  incident->dirty = true;
  judge(static_cast<IncidentIx>(incident - incidents.all().data()), effects);
}

void Engine::Impl::use(BundlePtr next) {
  bundle = std::move(next);
  reach = activities_reached(bundle->catalogue);
  facts.set_catalogue(&bundle->catalogue);
}

void Engine::Impl::apply(const Input&, const Activate& activate, Effects& effects) {
  if (activate.expected_previous != meta.bundle) {
    effects.notes.push_back("activation of " + activate.hash + " refused: it expects " +
                            (activate.expected_previous.empty() ? "none" : activate.expected_previous) +
                            " in force, but it is " + (meta.bundle.empty() ? "none" : meta.bundle));
    return;
  }
  BundlePtr next = bundles(activate.hash);
  // The owner makes sure that a bundle can be read before it steps over its activation.
  AV_CHECK(next != nullptr);
  if (bundle != nullptr) {
    for (Incident& incident : incidents.all()) {
      incidents.write_members(bundle->catalogue, incident);
    }
  } else {
    meta.exercise = activate.exercise;
  }
  // The catalogue in force must outlive the facts that point into it.
  const BundlePtr previous = bundle;
  use(std::move(next));
  meta.bundle = activate.hash;
  std::vector<NodeIx> touched;
  facts.settle(touched);
  for (const auto& [reference, work] : maintenances) {
    maintenances_watched.insert(reference);
  }
  judge_maintenances(effects);
  for (IncidentIx ix = 0; ix < incidents.all().size(); ++ix) {
    arm(ix, kNever);
    for (DutyRecord& duty : incidents.at(ix).record.duties) {
      if (previous != nullptr && reads_otherwise(duty.regime, duty.duty_holder, *previous, *bundle, meta.now) &&
          say_particulars(duty)) {
        incidents.at(ix).dirty = true;
      }
    }
  }
  for (const IncidentIx ix : incidents.rebind(*bundle, facts, meta.now, meta.incidents)) {
    Incident& incident = incidents.at(ix);
    // Of what was over, and concerns nobody any more, nobody is told that its services have left the catalogue.
    if (incident.members.empty() && incident.record.over && !has_open_duty(incident.record)) {
      incident.record.withdrawn = true;
      incident.dirty = true;
    }
    judge(ix, effects);
  }
}

void Engine::Impl::apply(const Input& input, const Resumed& resumed, Effects&) {
  // One start after another must not keep it silent for ever: the first one's time runs on, unless it ran out while
  // nobody listened.
  const bool runs_on = meta.catching_up_since && bundle != nullptr &&
                       input.stamp < *meta.catching_up_since + bundle->rules.escalation.catch_up_at_most;
  if (!meta.catching_up_since) {
    meta.blind_from = resumed.from;
    meta.silent_until = facts.silence_taken_until();
  }
  if (!runs_on) {
    meta.catching_up_since = input.stamp;
  }
  meta.blind_until = resumed.to;
  meta.lagging = false;
  for (IncidentIx ix = 0; ix < incidents.all().size(); ++ix) {
    arm(ix, kNever);
  }
}

void Engine::Impl::end_catching_up(bool lagging, Effects& effects) {
  meta.catching_up_since.reset();
  meta.silent_until.reset();
  meta.lagging = lagging;
  after_absence = meta.blind_from.has_value() && meta.blind_from != meta.blind_until;
  facts_changed(silent_by(meta.now), effects);
  facts_changed(incidents.take_future(meta.now), effects);
  judge_maintenances(effects);
  judge_all(effects);
  after_absence = false;
}

void Engine::Impl::apply(const Input&, const CaughtUp&, Effects& effects) {
  if (meta.catching_up_since) {
    end_catching_up(false, effects);
  }
  meta.lagging = false;
}

void Engine::Impl::apply(const Input& input, const SourceGap&, Effects& effects) {
  AV_CHECK(input.span.has_value());
  const SourceSpan& span = *input.span;
  const auto known = std::find_if(applied.begin(), applied.end(), [&](const AppliedRecord& r) {
    return r.partition == span.partition && r.stream == span.stream && r.source == span.source;
  });
  const bool first_ever = known == applied.end();
  const std::int64_t before = first_ever || known->incarnation != span.incarnation ? -1 : known->upto;
  if (!admit(span, effects) || first_ever) {
    return;  // Nobody has promised to read what was gone before a stream was known.
  }
  Unreadable record;
  record.topic = span.stream;
  record.partition = span.partition;
  record.offset = span.upto;
  record.stage = "source";
  record.error = "source_gap";
  record.message =
      fmt::format("records {} to {} were gone before they were read; look them up in the tool that sent them",
                  before + 1, span.upto);
  dead_letter(input, std::move(record), 0, effects);
}

void Engine::Impl::apply(const Input&, const Tick&, Effects&) {}

}  // namespace avbrottsvakt
