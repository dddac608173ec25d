#include "base/civil.h"
#include "wire/output_message.h"

namespace avbrottsvakt::wire {
namespace {

std::string put_known(Instant at) { return at > kLatest ? "never" : format_instant(at); }

std::string put_date(Date date) { return date.ok() ? format_date(date) : std::string(); }

void put(const Named& from, v1::Named& to) {
  to.set_id(to_utf8(from.id));
  to.set_name(to_utf8(from.name));
}

void put(const std::vector<Named>& from, google::protobuf::RepeatedPtrField<v1::Named>& to) {
  for (const Named& named : from) put(named, *to.Add());
}

void put(const std::vector<std::string>& from, google::protobuf::RepeatedPtrField<std::string>& to) {
  for (const std::string& text : from) *to.Add() = to_utf8(text);
}

void put(const AlertEntry& from, v1::AlertEntry& to) {
  to.set_reason(put_enum(from.reason));
  put(from.subject, *to.mutable_subject());
  to.set_at(put_instant(from.at));
  to.set_withdrawn(from.withdrawn);
  if (from.was_at) to.set_was_at(put_known(*from.was_at));
  to.set_level(put_enum(from.level));
  put(from.tell, *to.mutable_tell());
  to.set_rule(to_utf8(from.rule));
  to.set_share_of(put_enum(from.share_of));
  to.set_percent(from.percent);
}

void put(const std::vector<AlertEntry>& from, google::protobuf::RepeatedPtrField<v1::AlertEntry>& to) {
  for (const AlertEntry& entry : from) put(entry, *to.Add());
}

void put(const std::vector<Objective>& from, google::protobuf::RepeatedPtrField<v1::Objective>& to) {
  for (const Objective& objective : from) {
    v1::Objective& added = *to.Add();
    added.set_kind(put_enum(objective.kind));
    put(objective.subject, *added.mutable_subject());
    added.set_plan(to_utf8(objective.plan));
    added.set_limit(format_duration(objective.limit));
    added.set_since(put_instant(objective.since));
    added.set_reached_at(put_instant(objective.reached_at));
    if (objective.ended_at) added.set_ended_at(put_known(*objective.ended_at));
    added.set_state(put_enum(objective.state));
    added.set_basis(put_enum(objective.basis));
    added.set_confirmed_by(to_utf8(objective.confirmed_by));
  }
}

void put(const std::vector<CallEntry>& from, google::protobuf::RepeatedPtrField<v1::CallEntry>& to) {
  for (const CallEntry& call : from) {
    v1::CallEntry& added = *to.Add();
    put(call.role, *added.mutable_role());
    added.set_phone(to_utf8(call.phone));
    added.set_hours(to_utf8(call.hours));
  }
}

void put(const LegalSource& from, v1::LegalSource& to) {
  if (!from.act.empty()) to.set_act(to_utf8(from.act));
  if (!from.place.empty()) to.set_place(to_utf8(from.place));
  to.set_basis(put_enum(from.basis));
  to.set_confidence(put_enum(from.confidence));
  if (!from.note.empty()) to.set_note(to_utf8(from.note));
}

/// A source that says nothing is left out.
template <typename Mutable>
void put_later(const LegalSource& from, Mutable to) {
  if (from != LegalSource{}) put(from, *to());
}

void put(const std::vector<Ground>& from, google::protobuf::RepeatedPtrField<v1::Ground>& to) {
  for (const Ground& ground : from) {
    v1::Ground& added = *to.Add();
    added.set_criterion(to_utf8(ground.criterion));
    added.set_text(to_utf8(ground.text));
    added.set_basis(put_enum(ground.basis));
    added.set_confirmed_by(to_utf8(ground.confirmed_by));
    added.set_true_since(put_instant(ground.true_since));
    added.set_forecast(ground.forecast);
    if (ground.measured) added.set_measured(format_duration(*ground.measured));
    if (ground.limit) added.set_limit(format_duration(*ground.limit));
    put(ground.source, *added.mutable_source());
    put(ground.subjects, *added.mutable_subjects());
    added.set_denied(ground.denied);
    added.set_reference(to_utf8(ground.reference));
  }
}

void put(const std::vector<StageState>& from, google::protobuf::RepeatedPtrField<v1::StageState>& to) {
  for (const StageState& stage : from) {
    v1::StageState& added = *to.Add();
    added.set_id(to_utf8(stage.id));
    added.set_name(to_utf8(stage.name));
    added.set_due(put_instant(stage.due));
    added.set_legal_latest(put_instant(stage.legal_latest));
    added.set_target(put_date(stage.target));
    added.set_predicted(stage.predicted);
    if (stage.submitted_at) added.set_submitted_at(put_known(*stage.submitted_at));
    put(stage.source, *added.mutable_source());
    if (stage.within) added.set_within(format_period(*stage.within));
    added.set_after(to_utf8(stage.after));
    added.set_counts_from(put_enum(stage.counts_from));
    if (stage.requested_at) added.set_requested_at(put_known(*stage.requested_at));
    if (stage.policy_target) added.set_policy_target(put_known(*stage.policy_target));
    put_later(stage.policy_source, [&] { return added.mutable_policy_source(); });
    added.set_case_text(to_utf8(stage.case_text));
    added.set_case_presumed(stage.case_presumed);
  }
}

void put(const std::vector<Maintenance>& from, google::protobuf::RepeatedPtrField<v1::Maintenance>& to) {
  for (const Maintenance& maintenance : from) {
    v1::Maintenance& added = *to.Add();
    put(maintenance.service, *added.mutable_service());
    added.set_reference(to_utf8(maintenance.reference));
    added.set_from(put_instant(maintenance.from));
    added.set_until(put_instant(maintenance.until));
    added.set_approved_by(to_utf8(maintenance.approved_by));
    added.set_overran(maintenance.overran);
    put(maintenance.not_agreed, *added.mutable_not_agreed());
  }
}

}  // namespace

std::string put_instant(Instant at) { return at == Instant{} ? std::string() : put_known(at); }

void put(const OutputHeader& from, v1::OutputHeader& to) {
  to.set_id(to_utf8(from.id));
  to.set_replaces(to_utf8(from.replaces));
  to.set_sequence(from.sequence);
  to.set_incident_id(to_utf8(from.incident_id));
  to.set_incident(to_utf8(from.incident));
  to.set_at(put_instant(from.at));
  to.set_exercise(from.exercise);
  to.set_lagging(from.lagging);
  to.set_domain(to_utf8(from.domain));
  to.set_bundle(to_utf8(from.bundle));
  to.set_engine_version(from.engine_version);
  to.set_protected_mode(from.protected_mode);
}

// What is said in protected mode is its header and whom to call; the rest is not there, rather than empty.

void put(const Alert& from, v1::Alert& to) {
  put(from.header, *to.mutable_header());
  to.set_level(put_enum(from.level));
  if (from.header.protected_mode) {
    put(from.call, *to.mutable_call());
    return;
  }
  put(from.entries, *to.mutable_entries());
  put(from.first, *to.mutable_first());
  to.set_condition(put_enum(from.condition));
  to.set_began(put_instant(from.began));
  put(from.root, *to.mutable_root());
  to.set_root_condition(put_enum(from.root_condition));
  to.set_root_began(put_instant(from.root_began));
  if (from.ended) to.set_ended(put_known(*from.ended));
  to.set_settling(from.settling);
  to.set_services(from.services);
  to.set_activities(from.activities);
  put(from.affected_activities, *to.mutable_affected_activities());
  put(from.objectives, *to.mutable_objectives());
  to.set_objectives_total(from.objectives_total);
  for (const Alert::PlanState& plan : from.plans) {
    v1::Alert::PlanState& added = *to.add_plans();
    put(plan.service, *added.mutable_service());
    added.set_plan(to_utf8(plan.plan));
    added.set_version(to_utf8(plan.version));
    if (plan.proposed_at) added.set_proposed_at(put_known(*plan.proposed_at));
  }
  put(from.without_plan, *to.mutable_without_plan());
  put(from.without_spare, *to.mutable_without_spare());
  to.set_without_spare_total(from.without_spare_total);
  to.set_silent(from.silent);
  for (const std::string& number : from.external_numbers) to.add_external_numbers(to_utf8(number));
  for (const Alert::Contradiction& one : from.contradictions) {
    v1::Alert::Contradiction& added = *to.add_contradictions();
    put(one.service, *added.mutable_service());
    added.set_source(to_utf8(one.source));
    added.set_at(put_known(one.at));
  }
  put(from.maintenance, *to.mutable_maintenance());
  put(from.call, *to.mutable_call());
  to.set_acknowledged_by(to_utf8(from.acknowledged_by));
  if (from.acknowledged_at) to.set_acknowledged_at(put_known(*from.acknowledged_at));
  if (from.next) {
    to.mutable_next()->set_at(put_instant(from.next->at));
    put(from.next->entries, *to.mutable_next()->mutable_entries());
  }
  put(from.summaries, *to.mutable_summaries());
  if (from.blind_from) to.set_blind_from(put_known(*from.blind_from));
  if (from.blind_until) to.set_blind_until(put_known(*from.blind_until));
}

void put(const ActivationPrompt& from, v1::ActivationPrompt& to) {
  put(from.header, *to.mutable_header());
  to.set_kind(put_enum(from.kind));
  if (from.header.protected_mode) {
    put(from.contacts, *to.mutable_contacts());
    return;
  }
  put(from.service, *to.mutable_service());
  to.set_plan(to_utf8(from.plan));
  to.set_version(to_utf8(from.version));
  to.set_approved_on(put_date(from.approved_on));
  to.set_approved_by(to_utf8(from.approved_by));
  to.set_began(put_instant(from.began));
  to.set_condition_met_at(put_instant(from.condition_met_at));
  to.set_rule(to_utf8(from.rule));
  to.set_rto(format_duration(from.rto));
  to.set_rto_reached_at(put_instant(from.rto_reached_at));
  for (const ActivationPrompt::Step& step : from.steps) {
    v1::ActivationPrompt::Step& added = *to.add_steps();
    added.set_id(to_utf8(step.id));
    put(step.role, *added.mutable_role());
    if (step.within) added.set_within(format_duration(*step.within));
    added.set_text(to_utf8(step.text));
    added.set_verify(to_utf8(step.verify));
  }
  put(from.contacts, *to.mutable_contacts());
  for (const ActivationPrompt::Fallback& fallback : from.fallbacks) {
    v1::ActivationPrompt::FallbackRoutine& added = *to.add_fallbacks();
    put(fallback.activity, *added.mutable_activity());
    added.set_routine(to_utf8(fallback.routine));
    added.set_name(to_utf8(fallback.name));
    if (fallback.holds_for) added.set_holds_for(format_duration(*fallback.holds_for));
    added.set_mta_reached_at(put_instant(fallback.mta_reached_at));
  }
  to.set_withdrawn_because(to_utf8(from.withdrawn_because));
  to.set_condition(put_enum(from.condition));
  if (from.elapsed) to.set_elapsed(format_duration(*from.elapsed));
}

void put(const ReportPrompt& from, v1::ReportPrompt& to) {
  put(from.header, *to.mutable_header());
  to.set_kind(put_enum(from.kind));
  if (from.header.protected_mode) {
    put(from.to, *to.mutable_to());
    to.set_phone(to_utf8(from.phone));
    return;
  }
  put(from.regime, *to.mutable_regime());
  to.set_question(to_utf8(from.question));
  put(from.duty_holder, *to.mutable_duty_holder());
  put(from.to, *to.mutable_to());
  to.set_phone(to_utf8(from.phone));
  to.set_stage(to_utf8(from.stage));
  to.set_due(put_instant(from.due));
  to.set_other_reading(put_instant(from.other_reading));
  to.set_aware_at(put_instant(from.aware_at));
  to.set_awareness(put_enum(from.awareness));
  to.set_aware_by(to_utf8(from.aware_by));
  to.set_criterion_true_at(put_instant(from.criterion_true_at));
  to.set_known_significant_at(put_instant(from.known_significant_at));
  to.set_basis(put_enum(from.basis));
  put(from.grounds, *to.mutable_grounds());
  for (const Question& question : from.questions) {
    v1::Question& added = *to.add_questions();
    added.set_fact(to_utf8(question.fact));
    added.set_text(to_utf8(question.text));
    added.set_settles_at(put_instant(question.settles_at));
  }
  put(from.stages, *to.mutable_stages());
  to.set_recipient(to_utf8(from.recipient));
  to.set_channel(to_utf8(from.channel));
  put(from.recipient_source, *to.mutable_recipient_source());
  put(from.cautions, *to.mutable_cautions());
  put(from.contents, *to.mutable_contents());
  if (from.recovered_at) to.set_recovered_at(put_known(*from.recovered_at));
  to.set_because(to_utf8(from.because));
  to.set_advisory(from.advisory);
  to.set_undecided(from.undecided);
  to.set_binds_from(put_date(from.binds_from));
  put(from.activity, *to.mutable_activity());
  if (from.asked_at) to.set_asked_at(put_known(*from.asked_at));
  put_later(from.contents_source, [&] { return to.mutable_contents_source(); });
  put_later(from.assess_source, [&] { return to.mutable_assess_source(); });
  put(from.maintenance, *to.mutable_maintenance());
  if (from.maintenance_source) put(*from.maintenance_source, *to.mutable_maintenance_source());
}

void put(const IncidentPicture& from, v1::Incident& to) {
  put(from.header, *to.mutable_header());
  to.set_state(to_utf8(from.state));
  if (from.header.protected_mode) {
    return;
  }
  to.set_merged_into(to_utf8(from.merged_into));
  to.set_level(put_enum(from.level));
  put(from.first, *to.mutable_first());
  put(from.root, *to.mutable_root());
  to.set_began(put_instant(from.began));
  if (from.ended) to.set_ended(put_known(*from.ended));
  to.set_services(from.services);
  to.set_activities(from.activities);
  put(from.objectives, *to.mutable_objectives());
  for (const IncidentPicture::Duty& duty : from.duties) {
    v1::Incident::Duty& added = *to.add_duties();
    put(duty.regime, *added.mutable_regime());
    put(duty.duty_holder, *added.mutable_duty_holder());
    added.set_state(to_utf8(duty.state));
    if (duty.true_at) added.set_true_at(put_known(*duty.true_at));
    put(duty.grounds, *added.mutable_grounds());
    put(duty.stages, *added.mutable_stages());
    added.set_advisory(duty.advisory);
  }
}

}  // namespace avbrottsvakt::wire
