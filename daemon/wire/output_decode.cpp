#include "base/civil.h"
#include "wire/output_message.h"

namespace avbrottsvakt::wire {
namespace {

Instant take_known(const std::string& text, std::string_view field, Fault& fault) {
  if (text == "never") return kNever;
  const Result<Instant> at = parse_instant(text);
  fault.expect(at.has_value(), field, "an instant, 2026-11-22T02:13:00.000Z");
  return at.value_or(Instant{});
}

Instant take_instant(const std::string& text, std::string_view field, Fault& fault) {
  return text.empty() ? Instant{} : take_known(text, field, fault);
}

Millis take_duration(const std::string& text, std::string_view field, Fault& fault) {
  const Result<Millis> duration = parse_duration(text);
  fault.expect(duration.has_value(), field, "a duration, 1h30m");
  return duration.value_or(Millis{0});
}

Date take_date(const std::string& text, std::string_view field, Fault& fault) {
  if (text.empty()) return Date{};
  const Result<Date> date = parse_date(text);
  fault.expect(date.has_value(), field, "a date, 2026-11-22");
  return date.value_or(Date{});
}

void take(const v1::OutputHeader& from, OutputHeader& to, Fault& fault) {
  fault.expect(!from.id().empty(), "header.id", "present");
  to.id = from.id();
  to.replaces = from.replaces();
  to.sequence = from.sequence();
  to.incident_id = from.incident_id();
  to.incident = from.incident();
  to.at = take_instant(from.at(), "header.at", fault);
  to.exercise = from.exercise();
  to.lagging = from.lagging();
  to.domain = from.domain();
  to.bundle = from.bundle();
  to.engine_version = from.engine_version();
  to.protected_mode = from.protected_mode();
}

Named take(const v1::Named& from) { return {from.id(), from.name()}; }

std::vector<Named> take(const google::protobuf::RepeatedPtrField<v1::Named>& from) {
  std::vector<Named> to;
  for (const v1::Named& named : from) to.push_back(take(named));
  return to;
}

std::vector<std::string> take(const google::protobuf::RepeatedPtrField<std::string>& from) {
  return {from.begin(), from.end()};
}

std::vector<AlertEntry> take(const google::protobuf::RepeatedPtrField<v1::AlertEntry>& from, Fault& fault) {
  std::vector<AlertEntry> to;
  for (const v1::AlertEntry& entry : from) {
    AlertEntry& added = to.emplace_back();
    added.reason = take_enum<AlertReason>(entry.reason(), "entries.reason", fault);
    added.subject = take(entry.subject());
    added.at = take_instant(entry.at(), "entries.at", fault);
    added.withdrawn = entry.withdrawn();
    if (entry.has_was_at()) added.was_at = take_known(entry.was_at(), "entries.was_at", fault);
    added.level = take_enum<Level>(entry.level(), "entries.level", fault);
    added.tell = take(entry.tell());
    added.rule = entry.rule();
    added.share_of = take_enum<AlertEntry::Share>(entry.share_of(), "entries.share_of", fault);
    added.percent = entry.percent();
  }
  return to;
}

std::vector<Objective> take(const google::protobuf::RepeatedPtrField<v1::Objective>& from, Fault& fault) {
  std::vector<Objective> to;
  for (const v1::Objective& objective : from) {
    Objective& added = to.emplace_back();
    added.kind = take_enum<Objective::Kind>(objective.kind(), "objectives.kind", fault);
    added.subject = take(objective.subject());
    added.plan = objective.plan();
    added.limit = take_duration(objective.limit(), "objectives.limit", fault);
    added.since = take_instant(objective.since(), "objectives.since", fault);
    added.reached_at = take_instant(objective.reached_at(), "objectives.reached_at", fault);
    if (objective.has_ended_at()) added.ended_at = take_known(objective.ended_at(), "objectives.ended_at", fault);
    added.state = take_enum<Objective::State>(objective.state(), "objectives.state", fault);
    added.basis = take_enum<Basis>(objective.basis(), "objectives.basis", fault);
    added.confirmed_by = objective.confirmed_by();
  }
  return to;
}

std::vector<CallEntry> take(const google::protobuf::RepeatedPtrField<v1::CallEntry>& from) {
  std::vector<CallEntry> to;
  for (const v1::CallEntry& call : from) to.push_back({take(call.role()), call.phone(), call.hours()});
  return to;
}

LegalSource take(const v1::LegalSource& from, Fault& fault) {
  LegalSource to;
  to.act = from.act();
  to.place = from.place();
  to.basis = take_enum<SourceBasis>(from.basis(), "source.basis", fault);
  to.confidence = take_enum<Confidence>(from.confidence(), "source.confidence", fault);
  to.note = from.note();
  return to;
}

/// A field that older outputs do not have.
LegalSource take_later(bool present, const v1::LegalSource& from, Fault& fault) {
  return present ? take(from, fault) : LegalSource{};
}
template <typename Model>
Model take_since(typename EnumOf<Model>::Proto value, std::string_view field, Fault& fault) {
  return static_cast<int>(value) == 0 ? Model{} : take_enum<Model>(value, field, fault);
}

std::vector<Ground> take(const google::protobuf::RepeatedPtrField<v1::Ground>& from, Fault& fault) {
  std::vector<Ground> to;
  for (const v1::Ground& ground : from) {
    Ground& added = to.emplace_back();
    added.criterion = ground.criterion();
    added.text = ground.text();
    added.basis = take_enum<Basis>(ground.basis(), "grounds.basis", fault);
    added.confirmed_by = ground.confirmed_by();
    added.true_since = take_instant(ground.true_since(), "grounds.true_since", fault);
    added.forecast = ground.forecast();
    if (ground.has_measured()) added.measured = take_duration(ground.measured(), "grounds.measured", fault);
    if (ground.has_limit()) added.limit = take_duration(ground.limit(), "grounds.limit", fault);
    added.source = take(ground.source(), fault);
    added.subjects = take(ground.subjects());
    added.denied = ground.denied();
    added.reference = ground.reference();
  }
  return to;
}

std::vector<StageState> take(const google::protobuf::RepeatedPtrField<v1::StageState>& from, Fault& fault) {
  std::vector<StageState> to;
  for (const v1::StageState& stage : from) {
    StageState& added = to.emplace_back();
    added.id = stage.id();
    added.name = stage.name();
    added.due = take_instant(stage.due(), "stages.due", fault);
    added.legal_latest = take_instant(stage.legal_latest(), "stages.legal_latest", fault);
    added.target = take_date(stage.target(), "stages.target", fault);
    added.predicted = stage.predicted();
    if (stage.has_submitted_at()) added.submitted_at = take_known(stage.submitted_at(), "stages.submitted_at", fault);
    added.source = take(stage.source(), fault);
    if (stage.has_within()) {
      const Result<Period> period = parse_period(stage.within());
      fault.expect(period.has_value(), "stages.within", "a period, 24h or 1 month");
      added.within = period.value_or(Period{});
    }
    added.after = stage.after();
    added.counts_from = take_since<StageState::CountsFrom>(stage.counts_from(), "stages.counts_from", fault);
    if (stage.has_requested_at()) added.requested_at = take_known(stage.requested_at(), "stages.requested_at", fault);
    if (stage.has_policy_target()) {
      added.policy_target = take_known(stage.policy_target(), "stages.policy_target", fault);
    }
    added.policy_source = take_later(stage.has_policy_source(), stage.policy_source(), fault);
    added.case_text = stage.case_text();
    added.case_presumed = stage.case_presumed();
  }
  return to;
}

std::vector<Maintenance> take(const google::protobuf::RepeatedPtrField<v1::Maintenance>& from, Fault& fault) {
  std::vector<Maintenance> to;
  for (const v1::Maintenance& maintenance : from) {
    Maintenance& added = to.emplace_back();
    added.service = take(maintenance.service());
    added.reference = maintenance.reference();
    added.from = take_instant(maintenance.from(), "maintenance.from", fault);
    added.until = take_instant(maintenance.until(), "maintenance.until", fault);
    added.approved_by = maintenance.approved_by();
    added.overran = maintenance.overran();
    added.not_agreed = take(maintenance.not_agreed());
  }
  return to;
}

}  // namespace

void take(const v1::Alert& from, Alert& to, Fault& fault) {
  take(from.header(), to.header, fault);
  to.level = take_enum<Level>(from.level(), "level", fault);
  if (to.header.protected_mode) {
    to.call = take(from.call());
    return;
  }
  to.entries = take(from.entries(), fault);
  to.first = take(from.first());
  to.condition = take_enum<Condition>(from.condition(), "condition", fault);
  to.began = take_instant(from.began(), "began", fault);
  to.root = take(from.root());
  to.root_condition = take_enum<Condition>(from.root_condition(), "root_condition", fault);
  to.root_began = take_instant(from.root_began(), "root_began", fault);
  if (from.has_ended()) to.ended = take_known(from.ended(), "ended", fault);
  to.settling = from.settling();
  to.services = from.services();
  to.activities = from.activities();
  to.affected_activities = take(from.affected_activities());
  to.objectives = take(from.objectives(), fault);
  to.objectives_total = from.objectives_total();
  for (const v1::Alert::PlanState& plan : from.plans()) {
    Alert::PlanState& added = to.plans.emplace_back();
    added.service = take(plan.service());
    added.plan = plan.plan();
    added.version = plan.version();
    if (plan.has_proposed_at()) added.proposed_at = take_known(plan.proposed_at(), "plans.proposed_at", fault);
  }
  to.without_plan = take(from.without_plan());
  to.without_spare = take(from.without_spare());
  to.without_spare_total = from.without_spare_total();
  to.silent = from.silent();
  to.external_numbers.assign(from.external_numbers().begin(), from.external_numbers().end());
  for (const v1::Alert::Contradiction& one : from.contradictions()) {
    to.contradictions.push_back({take(one.service()), one.source(), take_known(one.at(), "contradictions.at", fault)});
  }
  to.maintenance = take(from.maintenance(), fault);
  to.call = take(from.call());
  to.acknowledged_by = from.acknowledged_by();
  if (from.has_acknowledged_at()) to.acknowledged_at = take_known(from.acknowledged_at(), "acknowledged_at", fault);
  if (from.has_next()) {
    to.next = Alert::Next{take_instant(from.next().at(), "next.at", fault), take(from.next().entries(), fault)};
  }
  to.summaries = take(from.summaries());
  if (from.has_blind_from()) to.blind_from = take_known(from.blind_from(), "blind_from", fault);
  if (from.has_blind_until()) to.blind_until = take_known(from.blind_until(), "blind_until", fault);
}

void take(const v1::ActivationPrompt& from, ActivationPrompt& to, Fault& fault) {
  take(from.header(), to.header, fault);
  to.kind = take_enum<ActivationPrompt::Kind>(from.kind(), "kind", fault);
  if (to.header.protected_mode) {
    to.contacts = take(from.contacts());
    return;
  }
  to.service = take(from.service());
  to.plan = from.plan();
  to.version = from.version();
  to.approved_on = take_date(from.approved_on(), "approved_on", fault);
  to.approved_by = from.approved_by();
  to.began = take_instant(from.began(), "began", fault);
  to.condition_met_at = take_instant(from.condition_met_at(), "condition_met_at", fault);
  to.rule = from.rule();
  to.rto = take_duration(from.rto(), "rto", fault);
  to.rto_reached_at = take_instant(from.rto_reached_at(), "rto_reached_at", fault);
  for (const v1::ActivationPrompt::Step& step : from.steps()) {
    ActivationPrompt::Step& added = to.steps.emplace_back();
    added.id = step.id();
    added.role = take(step.role());
    if (step.has_within()) added.within = take_duration(step.within(), "steps.within", fault);
    added.text = step.text();
    added.verify = step.verify();
  }
  to.contacts = take(from.contacts());
  for (const v1::ActivationPrompt::FallbackRoutine& fallback : from.fallbacks()) {
    ActivationPrompt::Fallback& added = to.fallbacks.emplace_back();
    added.activity = take(fallback.activity());
    added.routine = fallback.routine();
    added.name = fallback.name();
    if (fallback.has_holds_for()) {
      added.holds_for = take_duration(fallback.holds_for(), "fallbacks.holds_for", fault);
    }
    added.mta_reached_at = take_instant(fallback.mta_reached_at(), "fallbacks.mta_reached_at", fault);
  }
  to.withdrawn_because = from.withdrawn_because();
  to.condition = take_enum<Condition>(from.condition(), "condition", fault);
  if (from.has_elapsed()) to.elapsed = take_duration(from.elapsed(), "elapsed", fault);
}

void take(const v1::ReportPrompt& from, ReportPrompt& to, Fault& fault) {
  take(from.header(), to.header, fault);
  to.kind = take_enum<ReportPrompt::Kind>(from.kind(), "kind", fault);
  if (to.header.protected_mode) {
    to.to = take(from.to());
    to.phone = from.phone();
    return;
  }
  to.regime = take(from.regime());
  to.question = from.question();
  to.duty_holder = take(from.duty_holder());
  to.to = take(from.to());
  to.phone = from.phone();
  to.stage = from.stage();
  to.due = take_instant(from.due(), "due", fault);
  to.other_reading = take_instant(from.other_reading(), "other_reading", fault);
  to.aware_at = take_instant(from.aware_at(), "aware_at", fault);
  to.awareness = take_enum<ReportPrompt::Awareness>(from.awareness(), "awareness", fault);
  to.aware_by = from.aware_by();
  to.criterion_true_at = take_instant(from.criterion_true_at(), "criterion_true_at", fault);
  to.known_significant_at = take_instant(from.known_significant_at(), "known_significant_at", fault);
  to.basis = take_enum<Basis>(from.basis(), "basis", fault);
  to.grounds = take(from.grounds(), fault);
  for (const v1::Question& question : from.questions()) {
    to.questions.push_back(
        {question.fact(), question.text(), take_instant(question.settles_at(), "questions.settles_at", fault)});
  }
  to.stages = take(from.stages(), fault);
  to.recipient = from.recipient();
  to.channel = from.channel();
  to.recipient_source = take(from.recipient_source(), fault);
  to.cautions = take(from.cautions());
  to.contents = take(from.contents());
  if (from.has_recovered_at()) to.recovered_at = take_known(from.recovered_at(), "recovered_at", fault);
  to.because = from.because();
  to.advisory = from.advisory();
  to.undecided = from.undecided();
  to.binds_from = take_date(from.binds_from(), "binds_from", fault);
  to.activity = take(from.activity());
  if (from.has_asked_at()) to.asked_at = take_known(from.asked_at(), "asked_at", fault);
  to.contents_source = take_later(from.has_contents_source(), from.contents_source(), fault);
  to.assess_source = take_later(from.has_assess_source(), from.assess_source(), fault);
  to.maintenance = take(from.maintenance(), fault);
  if (from.has_maintenance_source()) to.maintenance_source = take(from.maintenance_source(), fault);
}

void take(const v1::Incident& from, IncidentPicture& to, Fault& fault) {
  take(from.header(), to.header, fault);
  to.state = from.state();
  if (to.header.protected_mode) {
    return;
  }
  to.merged_into = from.merged_into();
  to.level = take_enum<Level>(from.level(), "level", fault);
  to.first = take(from.first());
  to.root = take(from.root());
  to.began = take_instant(from.began(), "began", fault);
  if (from.has_ended()) to.ended = take_known(from.ended(), "ended", fault);
  to.services = from.services();
  to.activities = from.activities();
  to.objectives = take(from.objectives(), fault);
  for (const v1::Incident::Duty& duty : from.duties()) {
    IncidentPicture::Duty& added = to.duties.emplace_back();
    added.regime = take(duty.regime());
    added.duty_holder = take(duty.duty_holder());
    added.state = duty.state();
    if (duty.has_true_at()) added.true_at = take_known(duty.true_at(), "duties.true_at", fault);
    added.grounds = take(duty.grounds(), fault);
    added.stages = take(duty.stages(), fault);
    added.advisory = duty.advisory();
  }
}

}  // namespace avbrottsvakt::wire
