#include "engine/say.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "engine/ids.h"
#include "engine/maintenance.h"

namespace avbrottsvakt {
namespace {

// An incident may touch thousands of nodes, a record may not: these are shown, the counts tell the rest.
constexpr std::size_t kObjectivesMax = 20;
constexpr std::size_t kNamesMax = 20;
constexpr std::size_t kSummariesMax = 5;

OutputHeader header_of_incident(const Saying& saying, const Incident& incident, const std::string& rule,
                                const std::string& recipient, std::uint32_t sequence) {
  OutputHeader header;
  header.id = output_id(saying.domain, incident.record.id, rule, recipient, sequence);
  header.sequence = sequence;
  header.incident_id = incident.record.id;
  header.incident = incident.record.number;
  header.at = saying.now;
  header.exercise = saying.meta.exercise;
  header.lagging = saying.meta.lagging;
  header.domain = saying.domain;
  header.bundle = saying.bundle.hash;
  return header;
}

}  // namespace

CallEntry call_of(const Catalogue& catalogue, const std::string& role, const PlanSpec* plan) {
  CallEntry call;
  call.role = {role, role};
  if (const RoleSpec* spec = catalogue.role(role)) {
    call.role.name = spec->name;
    call.phone = spec->phone;
    call.hours = spec->hours;
  }
  if (plan != nullptr) {
    for (const PlanSpec::Contact& contact : plan->contacts) {
      if (contact.role == role) {
        // The plan knows better whom to reach during this disruption.
        call.phone = contact.phone.empty() ? call.phone : contact.phone;
        call.hours = contact.hours.empty() ? call.hours : contact.hours;
        break;
      }
    }
  }
  return call;
}

namespace {

void add_call(std::vector<CallEntry>& calls, CallEntry call) {
  const bool known =
      std::any_of(calls.begin(), calls.end(), [&](const CallEntry& c) { return c.role.id == call.role.id; });
  if (!known) {
    calls.push_back(std::move(call));
  }
}

const PlanSpec* plan_of(const Catalogue& catalogue, const std::string& service) {
  const std::optional<NodeIx> node = catalogue.service(service);
  return node ? catalogue.node(*node).plan : nullptr;
}

/// Whom to call: the roles of what was reached, the most urgent step first.
std::vector<CallEntry> calls_of(const Catalogue& catalogue, const std::vector<Reason>& reached) {
  std::vector<const Reason*> steps;
  for (const Reason& reason : reached) {
    if (!reason.entry.tell.empty()) {
      steps.push_back(&reason);
    }
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Reason* a, const Reason* b) { return a->entry.level > b->entry.level; });
  std::vector<CallEntry> calls;
  for (const Reason* step : steps) {
    for (const std::string& role : step->entry.tell) {
      add_call(calls, call_of(catalogue, role, plan_of(catalogue, step->entry.subject.id)));
    }
  }
  return calls;
}

/// The record of a duty that goes on; if there is none, one that was taken back. Null if there is neither.
const DutyRecord* record_of(const IncidentRecord& incident, const Duty& duty) {
  const DutyRecord* found = nullptr;
  for (const DutyRecord& record : incident.duties) {
    const bool same = record.regime == duty.regime->id && record.duty_holder == duty.holder->id;
    if (same && (found == nullptr || found->state == DutyRecord::State::withdrawn)) {
      found = &record;
    }
  }
  return found;
}

std::string word_of(DutyRecord::State state, const std::string& watching) {
  switch (state) {
    case DutyRecord::State::watching:
      return watching;
    case DutyRecord::State::withdrawn:
      return "withdrawn";
    case DutyRecord::State::assess:
      return "assess";
    case DutyRecord::State::due:
      return "due";
    case DutyRecord::State::closed:
      return "closed";
    case DutyRecord::State::dismissed:
      return "dismissed";
  }
  return watching;
}

void cut_objectives(std::vector<Objective>& objectives) {
  if (objectives.size() > kObjectivesMax) {
    objectives.resize(kObjectivesMax);
  }
}

/// Who uses what is out and holds on by the last of it.
void add_without_spare(const Saying& saying, const Incident& incident, Alert& alert) {
  const Catalogue& catalogue = saying.bundle.catalogue;
  // A spare that is being worked on is none.
  const auto now_of = [&](NodeIx node) { return condition_at(saying.facts.actual(node), saying.now); };
  const auto lacks = [&](NodeIx user, NodeIx lost) {
    for (const Need& need : catalogue.node(user).needs) {
      std::vector<Condition> of(need.of.size());
      std::transform(need.of.begin(), need.of.end(), of.begin(), now_of);
      if (lacks_spare(need, of) && std::find(need.of.begin(), need.of.end(), lost) != need.of.end()) {
        return true;
      }
    }
    return false;
  };
  std::set<NodeIx> users;
  for (const NodeOutage& member : incident.members) {
    if (now_of(member.node) != Condition::down) {
      continue;
    }
    for (const NodeIx user : catalogue.node(member.node).dependants) {
      if (now_of(user) == Condition::up && !users.contains(user) && lacks(user, member.node)) {
        users.insert(user);
      }
    }
  }
  for (const NodeIx user : users) {
    alert.without_spare.push_back(catalogue.node(user).name);
  }
  alert.without_spare_total = static_cast<std::uint32_t>(users.size());
  std::sort(alert.without_spare.begin(), alert.without_spare.end(),
            [](const Named& a, const Named& b) { return a.name < b.name; });
  alert.without_spare.resize(std::min(alert.without_spare.size(), kNamesMax));
}

/// People must see that not all agree, and decide: a probe may try less than the ward does.
void add_contradictions(const Saying& saying, const Incident& incident, Alert& alert) {
  const Catalogue& catalogue = saying.bundle.catalogue;
  for (const NodeOutage& member : incident.members) {
    const CauseRecord* probe = saying.facts.working_probe(member.node, member.outage.from, saying.now);
    if (probe != nullptr && condition_at(saying.facts.effective(member.node), saying.now) != Condition::up &&
        alert.contradictions.size() < kNamesMax) {
      alert.contradictions.push_back({catalogue.node(member.node).name, probe->source, probe->points.back().at});
    }
  }
}

}  // namespace

Alert make_alert(const Saying& saying, const Incident& incident, const Situation* situation,
                 std::vector<AlertEntry> entries) {
  const IncidentRecord& record = incident.record;
  const Catalogue& catalogue = saying.bundle.catalogue;
  Alert alert;
  alert.header = header_of_incident(saying, incident, "alert", "operations", record.sequence);
  alert.header.replaces = record.alert_id;
  alert.level = record.level;
  alert.entries = std::move(entries);
  alert.acknowledged_by = record.acknowledged_by;
  alert.acknowledged_at = record.acknowledged_at;
  if (situation == nullptr) {
    alert.first = named(catalogue, record.first_node);
    alert.root = alert.first;
    return alert;
  }

  alert.first = catalogue.node(situation->first.node).name;
  alert.condition = condition_at(saying.facts.effective(situation->first.node), saying.now);
  alert.began = situation->first.outage.from;
  const CauseRecord* opening = saying.facts.opening_cause(situation->first);
  alert.silent = opening != nullptr && beats(*opening) && !situation->over;
  alert.root = catalogue.node(situation->root.node).name;
  alert.root_condition = condition_at(saying.facts.actual(situation->root.node), saying.now);
  alert.root_began = situation->root.outage.from;
  if (situation->over || situation->settling) {
    alert.ended = situation->ended;
  }
  alert.settling = situation->settling;
  alert.services = situation->over ? situation->services : situation->services_now;
  alert.activities = situation->over ? situation->activities : situation->activities_now;
  for (const NodeOutage& outage : situation->activity_outages) {
    if (alert.affected_activities.size() < kNamesMax) {
      alert.affected_activities.push_back(catalogue.node(outage.node).name);
    }
  }
  alert.objectives = objectives_of(saying.bundle.catalogue, incident, saying.now);
  alert.objectives_total = static_cast<std::uint32_t>(alert.objectives.size());
  cut_objectives(alert.objectives);
  for (const NodeOutage& member : incident.members) {
    const Node& node = catalogue.node(member.node);
    if (node.activity) {
      continue;
    }
    if (node.plan == nullptr) {
      const bool should_have =
          !node.service->component && (node.service->vital || node.service->availability.value_or(0) >= 3);
      if (should_have && alert.without_plan.size() < kNamesMax) {
        alert.without_plan.push_back(node.name);
      }
      continue;
    }
    if (alert.plans.size() < kNamesMax && (alert.plans.empty() || alert.plans.back().service != node.name)) {
      Alert::PlanState plan;
      plan.service = node.name;
      plan.plan = node.plan->id;
      plan.version = node.plan->version;
      for (const SaidActivation& said : record.activations) {
        if (said.service == node.name.id && !said.withdrawn) {
          plan.version = said.version;
          plan.proposed_at = said.condition_met_at;
        }
      }
      alert.plans.push_back(std::move(plan));
    }
  }
  add_without_spare(saying, incident, alert);
  alert.external_numbers = record.external_numbers;
  add_contradictions(saying, incident, alert);
  alert.maintenance = maintenance_of(saying, incident);
  alert.call = calls_of(catalogue, situation->reached);
  if (!situation->next.empty()) {
    Alert::Next next;
    next.at = situation->next.front().entry.at;
    for (const Reason& reason : situation->next) {
      next.entries.push_back(reason.entry);
    }
    alert.next = std::move(next);
  }
  for (const NodeOutage& member : incident.members) {
    for (const CauseRecord* cause : saying.facts.causes_at(member.node, std::min(saying.now, member.outage.from))) {
      if (alert.summaries.size() < kSummariesMax && !cause->summary.empty() &&
          std::find(alert.summaries.begin(), alert.summaries.end(), cause->summary) == alert.summaries.end()) {
        alert.summaries.push_back(cause->summary);
      }
    }
  }
  return alert;
}

ActivationPrompt make_activation(const Saying& saying, const Incident& incident, const Situation& situation,
                                 const SaidActivation& said, const NodeOutage& outage) {
  const Catalogue& catalogue = saying.bundle.catalogue;
  const Node& node = catalogue.node(outage.node);
  const PlanSpec& plan = *node.plan;
  ActivationPrompt prompt;
  prompt.header =
      header_of_incident(saying, incident, "activation/" + said.service, "incident-handlers", said.sequence);
  prompt.header.replaces = said.output_id;
  prompt.kind = said.withdrawn ? ActivationPrompt::Kind::withdrawn : ActivationPrompt::Kind::proposed;
  prompt.service = node.name;
  prompt.plan = said.plan;
  prompt.version = said.version;
  prompt.approved_on = plan.approved_on;
  prompt.approved_by = plan.approved_by;
  if (const RoleSpec* role = catalogue.role(plan.approved_by)) {
    prompt.approved_by = role->name;
  }
  prompt.began = outage.outage.from;
  prompt.condition = condition_at(saying.facts.effective(outage.node), saying.now);
  prompt.condition_met_at = said.condition_met_at;
  prompt.elapsed = plan.activate_elapsed;
  if (plan.activate_elapsed) {
    prompt.rule = fmt::format("plan {} {}: activate.when.elapsed {}", plan.id, plan.version,
                              format_duration(*plan.activate_elapsed));
  }
  prompt.rto = plan.rto;
  prompt.rto_reached_at = outage.outage.from + plan.rto;
  for (const PlanSpec::Step& step : plan.steps) {
    prompt.steps.push_back({step.id, call_of(catalogue, step.role, nullptr).role, step.within, step.text, step.verify});
  }
  for (const PlanSpec::Contact& contact : plan.contacts) {
    prompt.contacts.push_back(call_of(catalogue, contact.role, &plan));
  }
  for (const NodeOutage& activity : situation.activity_outages) {
    const Node& affected = catalogue.node(activity.node);
    if (affected.activity_spec->fallback && prompt.fallbacks.size() < kNamesMax) {
      const FallbackSpec& fallback = *affected.activity_spec->fallback;
      prompt.fallbacks.push_back({affected.name, fallback.routine, fallback.name, fallback.holds_for,
                                  activity.outage.from + affected.activity_spec->mta});
    }
  }
  return prompt;
}

namespace {

/// Why it is said: what makes it reportable; else what raises the question, or who answered no.
const std::vector<Ground>& grounds_of(const Duty& duty, const DutyRecord& record) {
  if (record.state == DutyRecord::State::dismissed) {
    return duty.verdict.denied;
  }
  const bool asked = duty.verdict.truth == Truth::unknown && duty.ask;
  return asked ? duty.ask->grounds : duty.verdict.grounds;
}

/// Whether it depends on how long something was out: then it matters what of that was planned.
bool measures_time(const Criterion& criterion) {
  switch (criterion.kind) {
    case Criterion::Kind::limited:
    case Criterion::Kind::on_fallback:
      return true;
    case Criterion::Kind::outage:
      return !criterion.at_once;
    case Criterion::Kind::fact:
      return false;
    case Criterion::Kind::all:
    case Criterion::Kind::any:
    case Criterion::Kind::negation:
      break;
  }
  return std::any_of(criterion.children.begin(), criterion.children.end(), measures_time);
}

/// Who receives the stage that the prompt is about, on the day it is said.
void set_recipient(const Saying& saying, const Duty& duty, ReportPrompt& prompt) {
  const Date today = to_local(saying.bundle.rules.zone, saying.now).date;
  for (const RecipientSpec& recipient : duty.regime->recipients) {
    const std::vector<std::string>& stages = recipient.stages;
    const bool receives = stages.empty() || std::find(stages.begin(), stages.end(), prompt.stage) != stages.end();
    if (!receives || !recipient.valid.holds(today)) {
      continue;
    }
    prompt.recipient = recipient.to;
    if (recipient.device_manufacturer && !duty.manufacturers.empty()) {
      prompt.recipient += fmt::format(" ({})", fmt::join(duty.manufacturers, ", "));
    }
    prompt.channel = recipient.channel;
    prompt.recipient_source = recipient.source;
    return;
  }
}

}  // namespace

ReportPrompt make_report(const Saying& saying, const Incident& incident, const Situation* situation, const Duty& duty,
                         const DutyRecord& record, const DutyStep& step) {
  const Catalogue& catalogue = saying.bundle.catalogue;
  const RegimeSpec& regime = *duty.regime;
  ReportPrompt prompt;
  prompt.header = header_of_incident(saying, incident, "report/" + regime.id, duty.holder->id, record.sequence);
  // The duty keeps the identity of the incident in which it began, also after a merge.
  prompt.header.id =
      output_id(saying.domain, record.incident_id, "report/" + regime.id, duty.holder->id, record.sequence);
  prompt.header.replaces = record.output_id;
  prompt.kind = step.kind.value_or(ReportPrompt::Kind::amended);
  prompt.regime = {regime.id, regime.name};
  prompt.question = regime.question;
  prompt.duty_holder = {duty.holder->id, duty.holder->name};
  const std::vector<std::string>& assessors = assessors_of(*duty.holder, regime.id);
  const CallEntry assessor = call_of(catalogue, assessors[std::min(step.assessor, assessors.size() - 1)], nullptr);
  prompt.to = assessor.role;
  prompt.phone = assessor.phone;
  prompt.stage = step.stage;
  const Awareness awareness = awareness_of(incident.record, saying.now);
  prompt.aware_at = awareness.at;
  prompt.awareness = awareness.how;
  prompt.aware_by = awareness.by;
  if (const RoleSpec* role = catalogue.role(awareness.by)) {
    prompt.aware_by = role->name;
  }
  prompt.criterion_true_at = record.criterion_true_at;
  prompt.known_significant_at = record.known_significant_at;
  prompt.basis = record.basis;
  prompt.grounds = grounds_of(duty, record);
  for (Ground& ground : prompt.grounds) {
    if (const RoleSpec* role = catalogue.role(ground.confirmed_by)) {
      ground.confirmed_by = role->name;
    }
  }
  const std::optional<EventTime> recovered = situation != nullptr && situation->over ? situation->ended : std::nullopt;
  const StageAnchors anchors = anchors_of(record, awareness.at, recovered);
  prompt.stages = stages_of(saying.bundle, duty, record, anchors);
  // The other reading: from when it was known to be significant, if that is known.
  StageAnchors later = anchors;
  later.aware_at = anchors.known_significant_at.value_or(anchors.aware_at);
  const std::vector<StageState> other = stages_of(saying.bundle, duty, record, later);
  for (std::size_t i = 0; i < prompt.stages.size(); ++i) {
    if (prompt.stages[i].id == step.stage) {
      prompt.due = prompt.stages[i].due;
      prompt.other_reading = other[i].due;
    }
  }
  for (const StageSpec& stage : regime.stages) {
    if (stage.id == step.stage) {
      prompt.contents = stage.contents;
      prompt.contents_source = stage.contents_source.value_or(stage.source);
    }
  }
  // An advisory duty is never more than assessed, also once it has been answered or reported.
  prompt.undecided =
      record.state == DutyRecord::State::assess && record.basis == Basis::presumed && record.submitted.empty();
  if (prompt.undecided || record.state == DutyRecord::State::due) {
    for (Question& question : questions_of(saying.bundle, incident, duty, saying.now)) {
      // When a routine was taken into use is not among what can be answered yet: it stays presumed, and says so.
      if (!question.fact.starts_with("on_fallback:") && prompt.questions.size() < kNamesMax) {
        prompt.questions.push_back(std::move(question));
      }
    }
  }
  if (prompt.undecided) {
    prompt.asked_at = record.asked_at;
    prompt.assess_source = regime.assess_source;
  }
  prompt.advisory = duty.advisory;
  if (regime.by_designation && duty.holder->duty_applies_from) {
    prompt.binds_from = *duty.holder->duty_applies_from;
  }
  set_recipient(saying, duty, prompt);
  prompt.cautions = regime.cautions;
  prompt.recovered_at = recovered;
  prompt.because = step.because;
  const bool measured = measures_time(regime.criteria) || (regime.ask_when && measures_time(*regime.ask_when));
  for (Maintenance& maintenance : maintenance_of(saying, incident)) {
    if (maintenance.overran && measured) {
      prompt.maintenance.push_back(std::move(maintenance));
      prompt.maintenance_source = regime.maintenance;
    }
  }
  return prompt;
}

ReportPrompt make_follow_up(const Saying& saying, const Incident& incident, const Situation& situation,
                            const Node& activity, Millis after) {
  const Catalogue& catalogue = saying.bundle.catalogue;
  const FollowUpSpec& spec = *saying.bundle.rules.escalation.follow_up;
  const std::string& id = activity.name.id;
  ReportPrompt prompt;
  // Which of the questions it is tells one from another: each is asked once.
  const std::string rule = "follow_up/" + format_duration(after);
  prompt.header = header_of_incident(saying, incident, rule, id, 1);
  prompt.kind = ReportPrompt::Kind::follow_up;
  prompt.regime.name = spec.name;
  prompt.question = spec.ask;
  prompt.activity = activity.name;
  const std::string& manager = activity.activity_spec->manager;
  const CallEntry asked = call_of(catalogue, manager.empty() ? spec.tell : manager, nullptr);
  prompt.to = asked.role;
  prompt.phone = asked.phone;
  prompt.questions.push_back({spec.fact + ":" + id, spec.ask, {}});
  prompt.cautions = spec.cautions;
  prompt.asked_at = saying.now;
  prompt.assess_source = spec.source;
  prompt.aware_at = awareness_of(incident.record, saying.now).at;
  prompt.recovered_at = situation.ended;
  for (const SaidFollowUp& said : incident.record.follow_ups) {
    if (said.activity == id && !said.output_id.empty()) {
      prompt.header.replaces = said.output_id;
    }
  }
  return prompt;
}

IncidentPicture make_picture(const Saying& saying, const Incident& incident, const Situation* situation,
                             const std::vector<Duty>& duties) {
  const IncidentRecord& record = incident.record;
  const Catalogue& catalogue = saying.bundle.catalogue;
  IncidentPicture picture;
  picture.header = header_of_incident(saying, incident, "incident", "picture", record.picture_sequence);
  picture.level = record.level;
  picture.merged_into = record.merged_into;
  if (!record.merged_into.empty()) {
    picture.state = "merged";
  } else if (record.withdrawn) {
    picture.state = "withdrawn";
  } else if (situation != nullptr && situation->over) {
    picture.state = "over";
  } else if (situation != nullptr && situation->settling) {
    picture.state = "settling";
  } else {
    picture.state = "open";
  }
  if (situation != nullptr) {
    picture.first = catalogue.node(situation->first.node).name;
    picture.root = catalogue.node(situation->root.node).name;
    picture.began = situation->first.outage.from;
    picture.ended = situation->over ? situation->ended : std::nullopt;
    picture.services = situation->services;
    picture.activities = situation->activities;
    picture.objectives = objectives_of(saying.bundle.catalogue, incident, saying.now);
    cut_objectives(picture.objectives);
  }
  const Instant aware_at = awareness_of(record, saying.now).at;
  for (const Duty& duty : duties) {
    IncidentPicture::Duty out;
    out.regime = {duty.regime->id, duty.regime->name};
    out.duty_holder = {duty.holder->id, duty.holder->name};
    out.state = duty.verdict.true_at ? "forecast" : "watching";
    out.true_at = duty.verdict.true_at;
    out.grounds = duty.verdict.grounds;
    out.advisory = duty.advisory;
    if (const DutyRecord* known = record_of(record, duty)) {
      out.state = word_of(known->state, out.state);
      if (known->state != DutyRecord::State::watching && known->state != DutyRecord::State::withdrawn) {
        out.true_at = known->criterion_true_at;
        const std::optional<EventTime> recovered =
            situation != nullptr && situation->over ? situation->ended : std::nullopt;
        out.stages = stages_of(saying.bundle, duty, *known, anchors_of(*known, aware_at, recovered));
      }
    }
    picture.duties.push_back(std::move(out));
  }
  return picture;
}

}  // namespace avbrottsvakt
