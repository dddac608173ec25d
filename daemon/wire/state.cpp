#include "wire/state.h"

#include "wire/convert.h"

namespace avbrottsvakt {
namespace {

using wire::Fault;
using wire::put_enum;
using wire::put_ms;
using wire::take_enum;
using wire::take_ms;

/// Of the encoding. A change that an older binary would read wrongly raises it.
constexpr std::uint32_t kStateVersion = 1;

void put(const MetaRecord& from, v1::MetaState& to) {
  to.set_engine_version(from.engine_version);
  to.set_now_ms(put_ms(from.now));
  to.set_bundle(to_utf8(from.bundle));
  to.set_exercise(from.exercise);
  to.set_incidents(from.incidents);
  if (from.catching_up_since) to.set_catching_up_since_ms(put_ms(*from.catching_up_since));
  to.set_lagging(from.lagging);
  if (from.blind_from) to.set_blind_from_ms(put_ms(*from.blind_from));
  if (from.blind_until) to.set_blind_until_ms(put_ms(*from.blind_until));
  if (from.silent_until) to.set_silent_until_ms(put_ms(*from.silent_until));
}

void take(const v1::MetaState& from, MetaRecord& to) {
  to.engine_version = from.engine_version();
  to.now = take_ms(from.now_ms());
  to.bundle = from.bundle();
  to.exercise = from.exercise();
  to.incidents = from.incidents();
  to.catching_up_since = take_ms(from.has_catching_up_since_ms(), from.catching_up_since_ms());
  to.lagging = from.lagging();
  to.blind_from = take_ms(from.has_blind_from_ms(), from.blind_from_ms());
  to.blind_until = take_ms(from.has_blind_until_ms(), from.blind_until_ms());
  to.silent_until = take_ms(from.has_silent_until_ms(), from.silent_until_ms());
}

void put(const CauseRecord& from, v1::CauseState& to) {
  to.set_source(to_utf8(from.source));
  to.set_key(to_utf8(from.key));
  for (const CauseRecord::Point& point : from.points) {
    v1::CauseState::Point& added = *to.add_points();
    added.set_at_ms(put_ms(point.at));
    added.set_condition(put_enum(point.condition));
  }
  if (from.pruned_before) to.set_pruned_before_ms(put_ms(*from.pruned_before));
  wire::put(from.labels, *to.mutable_labels());
  to.set_labels_at_ms(put_ms(from.labels_at));
  to.set_summary(to_utf8(from.summary));
  to.set_origin(wire::put_origin(from.origin));
  if (from.expect_within) to.set_expect_within_ms(from.expect_within->count());
}

void take(const v1::CauseState& from, CauseRecord& to, Fault& fault) {
  to.source = from.source();
  to.key = from.key();
  to.points.reserve(static_cast<std::size_t>(from.points_size()));
  for (const v1::CauseState::Point& point : from.points()) {
    const Instant at = take_ms(point.at_ms());
    fault.expect(to.points.empty() || to.points.back().at < at, "cause.points", "ascending by at_ms");
    to.points.push_back({at, take_enum<Condition>(point.condition(), "cause.points.condition", fault)});
  }
  to.pruned_before = take_ms(from.has_pruned_before_ms(), from.pruned_before_ms());
  wire::take(from.labels(), to.labels, fault);
  to.labels_at = take_ms(from.labels_at_ms());
  to.summary = from.summary();
  to.origin = wire::take_origin(from.origin(), "cause.origin", fault);
  to.expect_within =
      wire::take_expect_within(from.has_expect_within_ms(), from.expect_within_ms(), "cause.expect_within_ms", fault);
}

void put(const MemberOutage& from, v1::MemberOutageState& to) {
  to.set_node(to_utf8(from.node));
  to.set_from_ms(put_ms(from.from));
  if (from.until) to.set_until_ms(put_ms(*from.until));
}

void put(const SaidReason& from, v1::SaidReasonState& to) {
  to.set_reason(put_enum(from.reason));
  to.set_subject(to_utf8(from.subject));
  to.set_step(from.step);
  to.set_at_ms(put_ms(from.at));
}

void put(const ActivityConfirmation& from, v1::ConfirmationState& to) {
  to.set_activity(to_utf8(from.activity));
  to.set_limited(from.limited);
  to.set_by(to_utf8(from.by));
  to.set_at_ms(put_ms(from.at));
}

void put(const AnsweredFact& from, v1::AnsweredFactState& to) {
  to.set_fact(to_utf8(from.fact));
  to.set_answer(put_enum(from.answer));
  to.set_by(to_utf8(from.by));
  to.set_at_ms(put_ms(from.at));
  to.set_reference(to_utf8(from.reference));
}

void put(const SaidActivation& from, v1::SaidActivationState& to) {
  to.set_service(to_utf8(from.service));
  to.set_plan(to_utf8(from.plan));
  to.set_version(to_utf8(from.version));
  to.set_condition_met_at_ms(put_ms(from.condition_met_at));
  to.set_output_id(to_utf8(from.output_id));
  to.set_sequence(from.sequence);
  to.set_withdrawn(from.withdrawn);
}

void put(const DutyRecord& from, v1::DutyRecordState& to) {
  to.set_regime(to_utf8(from.regime));
  to.set_duty_holder(to_utf8(from.duty_holder));
  to.set_incident_id(to_utf8(from.incident_id));
  to.set_state(put_enum(from.state));
  to.set_criterion_true_at_ms(put_ms(from.criterion_true_at));
  to.set_known_significant_at_ms(put_ms(from.known_significant_at));
  to.set_basis(put_enum(from.basis));
  to.set_aware_at_ms(put_ms(from.aware_at));
  for (const std::string& mark : from.marks) to.add_marks(to_utf8(mark));
  for (const SubmittedStage& stage : from.submitted) {
    v1::SubmittedStageState& added = *to.add_submitted();
    added.set_stage(to_utf8(stage.stage));
    added.set_at_ms(put_ms(stage.at));
    added.set_by(to_utf8(stage.by));
  }
  to.set_output_id(to_utf8(from.output_id));
  to.set_sequence(from.sequence);
  for (const RequestedStage& stage : from.requested) {
    v1::RequestedStageState& added = *to.add_requested();
    added.set_stage(to_utf8(stage.stage));
    added.set_at_ms(put_ms(stage.at));
    added.set_by(to_utf8(stage.by));
  }
  if (from.asked_at) to.set_asked_at_ms(put_ms(*from.asked_at));
}

void take(const v1::DutyRecordState& from, DutyRecord& to, Fault& fault) {
  to.regime = from.regime();
  to.duty_holder = from.duty_holder();
  to.incident_id = from.incident_id();
  to.state = take_enum<DutyRecord::State>(from.state(), "duty.state", fault);
  to.criterion_true_at = take_ms(from.criterion_true_at_ms());
  to.known_significant_at = take_ms(from.known_significant_at_ms());
  to.basis = take_enum<Basis>(from.basis(), "duty.basis", fault);
  to.aware_at = take_ms(from.aware_at_ms());
  to.marks.assign(from.marks().begin(), from.marks().end());
  for (const v1::SubmittedStageState& stage : from.submitted()) {
    to.submitted.push_back({stage.stage(), take_ms(stage.at_ms()), stage.by()});
  }
  to.output_id = from.output_id();
  to.sequence = from.sequence();
  for (const v1::RequestedStageState& stage : from.requested()) {
    to.requested.push_back({stage.stage(), take_ms(stage.at_ms()), stage.by()});
  }
  to.asked_at = take_ms(from.has_asked_at_ms(), from.asked_at_ms());
}

void put(const IncidentRecord& from, v1::IncidentState& to) {
  to.set_id(to_utf8(from.id));
  to.set_number(to_utf8(from.number));
  to.set_serial(from.serial);
  to.set_known_at_ms(put_ms(from.known_at));
  to.set_merged_into(to_utf8(from.merged_into));
  for (const MemberOutage& member : from.members) put(member, *to.add_members());
  to.set_first_node(to_utf8(from.first_node));
  to.set_root_node(to_utf8(from.root_node));
  for (const SaidReason& said : from.said) put(said, *to.add_said());
  to.set_level(put_enum(from.level));
  to.set_services(from.services);
  to.set_activities(from.activities);
  if (from.growth_said_at) to.set_growth_said_at_ms(put_ms(*from.growth_said_at));
  if (from.first_alert_at) to.set_first_alert_at_ms(put_ms(*from.first_alert_at));
  to.set_alert_id(to_utf8(from.alert_id));
  to.set_sequence(from.sequence);
  to.set_acknowledged_by(to_utf8(from.acknowledged_by));
  if (from.acknowledged_at) to.set_acknowledged_at_ms(put_ms(*from.acknowledged_at));
  if (from.reported_at) to.set_reported_at_ms(put_ms(*from.reported_at));
  for (const ActivityConfirmation& confirmation : from.confirmations) put(confirmation, *to.add_confirmations());
  for (const AnsweredFact& answer : from.answers) put(answer, *to.add_answers());
  for (const SaidActivation& activation : from.activations) put(activation, *to.add_activations());
  for (const DutyRecord& duty : from.duties) put(duty, *to.add_duties());
  to.set_over(from.over);
  if (from.held_since) to.set_held_since_ms(put_ms(*from.held_since));
  to.set_held_source(to_utf8(from.held_source));
  for (const std::string& number : from.external_numbers) to.add_external_numbers(to_utf8(number));
  to.set_picture_sequence(from.picture_sequence);
  to.set_withdrawn(from.withdrawn);
  for (const SaidFollowUp& said : from.follow_ups) {
    v1::SaidFollowUpState& added = *to.add_follow_ups();
    added.set_activity(to_utf8(said.activity));
    added.set_after_ms(said.after.count());
    added.set_output_id(to_utf8(said.output_id));
  }
}

void take(const v1::IncidentState& from, IncidentRecord& to, Fault& fault) {
  to.id = from.id();
  to.number = from.number();
  to.serial = from.serial();
  to.known_at = take_ms(from.known_at_ms());
  to.merged_into = from.merged_into();
  for (const v1::MemberOutageState& member : from.members()) {
    to.members.push_back({member.node(), take_ms(member.from_ms()), take_ms(member.has_until_ms(), member.until_ms())});
  }
  to.first_node = from.first_node();
  to.root_node = from.root_node();
  for (const v1::SaidReasonState& said : from.said()) {
    to.said.push_back({take_enum<AlertReason>(said.reason(), "incident.said.reason", fault), said.subject(),
                       said.step(), take_ms(said.at_ms())});
  }
  to.level = take_enum<Level>(from.level(), "incident.level", fault);
  to.services = from.services();
  to.activities = from.activities();
  to.growth_said_at = take_ms(from.has_growth_said_at_ms(), from.growth_said_at_ms());
  to.first_alert_at = take_ms(from.has_first_alert_at_ms(), from.first_alert_at_ms());
  to.alert_id = from.alert_id();
  to.sequence = from.sequence();
  to.acknowledged_by = from.acknowledged_by();
  to.acknowledged_at = take_ms(from.has_acknowledged_at_ms(), from.acknowledged_at_ms());
  to.reported_at = take_ms(from.has_reported_at_ms(), from.reported_at_ms());
  for (const v1::ConfirmationState& confirmation : from.confirmations()) {
    to.confirmations.push_back(
        {confirmation.activity(), confirmation.limited(), confirmation.by(), take_ms(confirmation.at_ms())});
  }
  for (const v1::AnsweredFactState& answer : from.answers()) {
    to.answers.push_back({answer.fact(), take_enum<Answer>(answer.answer(), "incident.answers.answer", fault),
                          answer.by(), take_ms(answer.at_ms()), answer.reference()});
  }
  for (const v1::SaidActivationState& said : from.activations()) {
    to.activations.push_back({said.service(), said.plan(), said.version(), take_ms(said.condition_met_at_ms()),
                              said.output_id(), said.sequence(), said.withdrawn()});
  }
  for (const v1::DutyRecordState& duty : from.duties()) take(duty, to.duties.emplace_back(), fault);
  to.over = from.over();
  to.held_since = take_ms(from.has_held_since_ms(), from.held_since_ms());
  to.held_source = from.held_source();
  to.external_numbers.assign(from.external_numbers().begin(), from.external_numbers().end());
  to.picture_sequence = from.picture_sequence();
  to.withdrawn = from.withdrawn();
  for (const v1::SaidFollowUpState& said : from.follow_ups()) {
    to.follow_ups.push_back({said.activity(), Millis{said.after_ms()}, said.output_id()});
  }
}

void put(const MaintenanceRecord& from, v1::MaintenanceState& to) {
  to.set_reference(to_utf8(from.reference));
  to.set_id(to_utf8(from.id));
  to.set_service(to_utf8(from.service));
  to.set_from_ms(put_ms(from.from));
  to.set_until_ms(put_ms(from.until));
  if (from.return_by) to.set_return_by_ms(put_ms(*from.return_by));
  to.set_approved_by(to_utf8(from.approved_by));
  to.set_approved_at_ms(put_ms(from.approved_at));
  for (const std::string& activity : from.agreed) to.add_agreed(to_utf8(activity));
  to.set_cancelled(from.cancelled);
  to.set_said(put_enum(from.said));
  to.set_said_at_ms(put_ms(from.said_at));
  to.set_alert_id(to_utf8(from.alert_id));
  to.set_sequence(from.sequence);
}

void take(const v1::MaintenanceState& from, MaintenanceRecord& to, Fault& fault) {
  to.reference = from.reference();
  to.id = from.id();
  to.service = from.service();
  to.from = take_ms(from.from_ms());
  to.until = take_ms(from.until_ms());
  fault.expect(to.from < to.until, "maintenance.until_ms", "after from_ms");
  to.return_by = take_ms(from.has_return_by_ms(), from.return_by_ms());
  to.approved_by = from.approved_by();
  to.approved_at = take_ms(from.approved_at_ms());
  to.agreed.assign(from.agreed().begin(), from.agreed().end());
  to.cancelled = from.cancelled();
  to.said = take_enum<MaintenanceRecord::Said>(from.said(), "maintenance.said", fault);
  to.said_at = take_ms(from.said_at_ms());
  to.alert_id = from.alert_id();
  to.sequence = from.sequence();
}

struct PutRecord {
  v1::StateRecord& to;
  void operator()(const MetaRecord& from) const { put(from, *to.mutable_meta()); }
  void operator()(const AppliedRecord& from) const {
    v1::AppliedState& made = *to.mutable_applied();
    made.set_source(to_utf8(from.source));
    made.set_stream(to_utf8(from.stream));
    made.set_partition(from.partition);
    made.set_incarnation(to_utf8(from.incarnation));
    made.set_upto(from.upto);
  }
  void operator()(const SourceRecord& from) const {
    v1::SourceState& made = *to.mutable_source();
    made.set_source(to_utf8(from.source));
    made.set_heard_at_ms(put_ms(from.heard_at));
  }
  void operator()(const CommandRecord& from) const {
    v1::CommandState& made = *to.mutable_command();
    made.set_id(to_utf8(from.id));
    made.set_stamp_ms(put_ms(from.stamp));
  }
  void operator()(const CauseRecord& from) const { put(from, *to.mutable_cause()); }
  void operator()(const IncidentRecord& from) const { put(from, *to.mutable_incident()); }
  void operator()(const MaintenanceRecord& from) const { put(from, *to.mutable_maintenance()); }
};

void take(const v1::StateRecord& from, StateRecord& to, Fault& fault) {
  switch (from.record_case()) {
    case v1::StateRecord::kMeta:
      take(from.meta(), to.emplace<MetaRecord>());
      return;
    case v1::StateRecord::kApplied: {
      const v1::AppliedState& read = from.applied();
      to = AppliedRecord{read.source(), read.stream(), read.partition(), read.incarnation(), read.upto()};
      return;
    }
    case v1::StateRecord::kSource:
      to = SourceRecord{from.source().source(), take_ms(from.source().heard_at_ms())};
      return;
    case v1::StateRecord::kCommand:
      to = CommandRecord{from.command().id(), take_ms(from.command().stamp_ms())};
      return;
    case v1::StateRecord::kCause:
      take(from.cause(), to.emplace<CauseRecord>(), fault);
      return;
    case v1::StateRecord::kIncident:
      take(from.incident(), to.emplace<IncidentRecord>(), fault);
      return;
    case v1::StateRecord::kMaintenance:
      take(from.maintenance(), to.emplace<MaintenanceRecord>(), fault);
      return;
    case v1::StateRecord::RECORD_NOT_SET:
      break;
  }
  fault.note("it holds no record that this version knows");
}

}  // namespace

std::string encode_state(const StateRecord& record) {
  return std::visit([](const auto& known) { return encode_state(StateView(&known)); }, record);
}

std::string encode_state(const StateView& record) {
  wire::Compact<v1::StateRecord> made;
  made->set_version(kStateVersion);
  std::visit([&](const auto* known) { PutRecord{*made}(*known); }, record);
  return wire::serialize(*made);
}

Result<StateRecord> decode_state(std::string_view key, std::string_view bytes) {
  static constexpr const char* kRestore = "restore the journal from a copy, or begin a new one and replay its inputs";
  const auto place = [&] { return "the state record " + to_utf8(key); };
  wire::Compact<v1::StateRecord> compact;
  const v1::StateRecord& read = *compact;
  if (!wire::parse(bytes, *compact)) return fail(ErrorCode::corrupt, place() + " cannot be read", kRestore);
  if (read.version() > kStateVersion) {
    return fail(ErrorCode::incompatible,
                place() + " is of version " + std::to_string(read.version()) + ", this program reads up to " +
                    std::to_string(kStateVersion),
                "run the newer version of avbrottsvakt that wrote it");
  }
  Fault fault;
  fault.expect(read.version() != 0, "version", "present");
  StateRecord record;
  take(read, record, fault);
  if (fault.none() && key_of(record) != key) fault.note("it is the record of " + key_of(record));
  if (!fault.none()) return fail(ErrorCode::corrupt, place() + " cannot be used: " + fault.what(), kRestore);
  return record;
}

}  // namespace avbrottsvakt
