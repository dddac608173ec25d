#include "wire/bundle.h"

#include <algorithm>
#include <utility>

#include "avbrottsvakt/v1/bundle.pb.h"
#include "base/digest.h"
#include "base/notation.h"
#include "wire/convert.h"

namespace avbrottsvakt {
namespace {

template <typename Repeated>
std::vector<std::string> strings(const Repeated& from) {
  return {from.begin(), from.end()};
}

std::string indexed(const std::string& list, int index) { return list + "[" + std::to_string(index) + "]"; }

std::string kind_word(v1::DutyHolderKind kind) {
  switch (kind) {
    case v1::DUTY_HOLDER_KIND_OPERATOR:
      return "operator";
    case v1::DUTY_HOLDER_KIND_CONTROLLER:
      return "controller";
    case v1::DUTY_HOLDER_KIND_CARE_PROVIDER:
      return "care_provider";
    case v1::DUTY_HOLDER_KIND_MANUFACTURER:
      return "manufacturer";
    default:
      return {};
  }
}

DeviceKind device_kind(v1::DeviceKind kind) {
  switch (kind) {
    case v1::DEVICE_KIND_CE_MARKED:
      return DeviceKind::ce_marked;
    case v1::DEVICE_KIND_IN_HOUSE_MADE:
      return DeviceKind::in_house_made;
    case v1::DEVICE_KIND_NMI:
      return DeviceKind::nmi;
    default:
      return DeviceKind::none;
  }
}

/// Converts one bundle. Notations have been checked by the loader of files; a bundle made otherwise gets faults.
class Converter {
 public:
  SpecFaults faults;

  BundleSpec bundle(const v1::Bundle& from) {
    BundleSpec to;
    to.domain = from.domain();
    if (to.domain.empty()) fault("domain", "the bundle names no domain");
    organisation(from.organisation(), to.catalogue);
    for (int i = 0; i < from.services_size(); ++i) {
      to.catalogue.services.push_back(service(from.services(i), indexed("services", i)));
    }
    for (int i = 0; i < from.activities_size(); ++i) {
      to.catalogue.activities.push_back(activity(from.activities(i), indexed("activities", i)));
    }
    for (int i = 0; i < from.plans_size(); ++i) {
      to.catalogue.plans.push_back(plan(from.plans(i), to.catalogue.roles, indexed("plans", i)));
    }
    for (int i = 0; i < from.regimes_size(); ++i) {
      to.rules.regimes.push_back(regime(from.regimes(i), indexed("regimes", i)));
    }
    to.rules.escalation = escalation(from.escalation(), "escalation");
    to.rules.holidays = holidays(from.calendar(), "calendar");
    to.rules.zone = zone(from.zone());
    return to;
  }

 private:
  void fault(std::string path, std::string message, std::string remedy = {}) {
    faults.push_back({std::move(path), std::move(message), std::move(remedy)});
  }

  template <typename T>
  T take(Result<T> read, const std::string& path) {
    if (read) return *std::move(read);
    fault(path, std::move(read.error().message), std::move(read.error().remedy));
    return T{};
  }

  Millis duration(const std::string& text, const std::string& path) { return take(parse_duration(text), path); }
  std::optional<Millis> duration(bool present, const std::string& text, const std::string& path) {
    return present ? std::optional<Millis>(duration(text, path)) : std::nullopt;
  }
  Date date(const std::string& text, const std::string& path) { return take(parse_date(text), path); }
  std::optional<Date> date(bool present, const std::string& text, const std::string& path) {
    return present ? std::optional<Date>(date(text, path)) : std::nullopt;
  }

  template <typename Model>
  Model word(typename wire::EnumOf<Model>::Proto value, const std::string& path) {
    wire::Fault what;
    const Model model = wire::take_enum<Model>(value, path, what);
    if (!what.none()) fault(path, what.what());
    return model;
  }

  RoleSpec role(const v1::Role& from, const std::string& path) {
    RoleSpec to{from.role(), from.name(), from.phone(), from.hours(), {}, strings(from.substitutes())};
    for (int i = 0; i < from.covers_size(); ++i) {
      WeekHours hours = take(WeekHours::parse(from.covers(i)), indexed(path + ".covers", i));
      to.covers = to.covers.value_or(WeekHours()) |= hours;
    }
    return to;
  }

  DutyHolderSpec duty_holder(const v1::DutyHolder& from, const std::string& path) {
    DutyHolderSpec to{from.duty_holder(),
                      from.name(),
                      kind_word(from.kind()),
                      strings(from.regimes()),
                      strings(from.administrations()),
                      strings(from.assessors())};
    for (const v1::Responsibility& one : from.responsibilities()) {
      to.responsibilities.push_back(
          {one.regime(), strings(one.assessors()), strings(one.deciders()), strings(one.filers())});
    }
    to.designated_critical_entity = from.designated_critical_entity();
    to.duty_applies_from = date(from.has_duty_applies_from(), from.duty_applies_from(), path + ".duty_applies_from");
    return to;
  }

  void organisation(const v1::Organisation& from, CatalogueSpec& to) {
    for (const v1::Administration& one : from.administrations()) {
      to.administrations.push_back({one.administration(), one.name()});
    }
    for (int i = 0; i < from.roles_size(); ++i) to.roles.push_back(role(from.roles(i), indexed("roles", i)));
    for (int i = 0; i < from.duty_holders_size(); ++i) {
      to.duty_holders.push_back(duty_holder(from.duty_holders(i), indexed("duty_holders", i)));
    }
  }

  static DependencySpec dependency(const v1::Dependency& from) {
    DependencySpec to;
    to.all = strings(from.all());
    to.any = strings(from.any());
    if (from.has_at_least()) to.at_least = from.at_least();
    to.of = strings(from.of());
    to.loss = from.impact() == v1::IMPACT_DEGRADED ? Condition::degraded : Condition::down;
    if (from.has_without_spare()) {
      to.without_spare = from.without_spare() == v1::IMPACT_DEGRADED ? Condition::degraded : Condition::down;
    }
    return to;
  }

  ServiceSpec service(const v1::Service& from, const std::string& path) {
    ServiceSpec to;
    to.id = from.service();
    to.name = from.name();
    to.component = from.component();
    to.owner = from.owner();
    if (from.has_classification()) {
      to.confidentiality = from.classification().confidentiality();
      to.integrity = from.classification().integrity();
      to.availability = from.classification().availability();
    }
    to.vital = from.vital();
    to.sector_critical = from.sector_critical();
    to.users = from.users();
    for (const v1::Dependency& one : from.depends_on()) to.depends_on.push_back(dependency(one));
    to.match = strings(from.match());
    if (from.has_medical_device()) {
      to.device = MedicalDevice{device_kind(from.medical_device().kind()), from.medical_device().manufacturer()};
    }
    if (to.id.empty()) fault(path + ".service", "the service has no identifier");
    return to;
  }

  ActivitySpec activity(const v1::Activity& from, const std::string& path) {
    ActivitySpec to;
    to.id = from.activity();
    to.name = from.name();
    to.administration = from.administration();
    to.sectors = strings(from.sectors());
    to.mta = duration(from.mta(), path + ".mta");
    for (const v1::Dependency& one : from.uses()) to.uses.push_back(dependency(one));
    to.manager = from.manager();
    if (from.has_fallback()) {
      const v1::Fallback& fallback = from.fallback();
      to.fallback = FallbackSpec{fallback.routine(), fallback.name(),
                                 duration(fallback.has_holds_for(), fallback.holds_for(), path + ".fallback.holds_for"),
                                 date(fallback.has_approved(), fallback.approved(), path + ".fallback.approved"),
                                 date(fallback.has_review_by(), fallback.review_by(), path + ".fallback.review_by")};
    }
    for (const v1::AcceptedGap& gap : from.accept_gap()) to.accept_gap.push_back({gap.service(), gap.reason()});
    return to;
  }

  LadderStepSpec ladder_step(const v1::LadderStep& from, const std::string& path) {
    LadderStepSpec to;
    if (from.has_at()) {
      to.at = take(parse_ladder_point(from.at()), path + ".at");
    } else if (from.on() != v1::LadderStep::EVENT_OPENED) {
      fault(path, "a step of the ladder says neither on nor at");
    }
    to.tell = strings(from.tell());
    to.level = word<Level>(from.level(), path + ".level");
    to.repeat = duration(from.has_repeat(), from.repeat(), path + ".repeat");
    return to;
  }

  bool counts_degraded(const v1::OutageClockPolicy& clock, const std::string& path) {
    if (clock.counts().empty()) return true;
    const auto counts = [&](v1::Condition condition) {
      return std::find(clock.counts().begin(), clock.counts().end(), condition) != clock.counts().end();
    };
    if (!counts(v1::CONDITION_DOWN) || counts(v1::CONDITION_UP)) {
      fault(path + ".counts", "an outage counts down, or down and degraded", "write [down] or [down, degraded]");
    }
    return counts(v1::CONDITION_DEGRADED);
  }

  PlanSpec plan(const v1::ContinuityPlan& from, const std::vector<RoleSpec>& roles, const std::string& path) {
    PlanSpec to;
    to.id = from.plan();
    to.version = from.version();
    to.service = from.service();
    to.approved_by = from.approved().by();
    to.approved_on = date(from.approved().on(), path + ".approved.on");
    to.review_by = date(from.approved().review_by(), path + ".approved.review_by");
    to.rto = duration(from.rto(), path + ".rto");
    to.rpo = duration(from.has_rpo(), from.rpo(), path + ".rpo");
    to.settle = duration(from.settle(), path + ".settle");
    to.counts_degraded = counts_degraded(from.clock(), path + ".clock");
    const v1::ActivationConditions& when = from.activate().when();
    to.activate_elapsed = duration(when.has_elapsed(), when.elapsed(), path + ".activate.when.elapsed");
    for (int i = 0; i < from.ladder_size(); ++i) {
      to.ladder.push_back(ladder_step(from.ladder(i), indexed(path + ".ladder", i)));
    }
    for (int i = 0; i < from.steps_size(); ++i) {
      const v1::RestorationStep& step = from.steps(i);
      to.steps.push_back({step.id(), step.role(),
                          duration(step.has_within(), step.within(), indexed(path + ".steps", i) + ".within"),
                          step.do_(), step.verify()});
    }
    for (const v1::Contact& contact : from.contacts()) to.contacts.push_back(contact_of(contact, roles));
    to.owner = from.owner();
    for (const v1::Agreement& one : from.agreements()) to.agreements.push_back(one.administration());
    return to;
  }

  /// A contact that says no number or hours of its own has those of its role.
  static PlanSpec::Contact contact_of(const v1::Contact& from, const std::vector<RoleSpec>& roles) {
    PlanSpec::Contact to{from.role(), from.phone(), from.hours()};
    const auto role = std::find_if(roles.begin(), roles.end(), [&](const RoleSpec& r) { return r.id == to.role; });
    if (role != roles.end()) {
      if (to.phone.empty()) to.phone = role->phone;
      if (to.hours.empty()) to.hours = role->hours;
    }
    return to;
  }

  LegalSource legal_source(const v1::LegalSource& from, const std::string& path) {
    return {from.act(), from.place(), word<SourceBasis>(from.basis(), path + ".basis"),
            word<Confidence>(from.confidence(), path + ".confidence"), from.note()};
  }

  Validity validity(const v1::Validity& from, const std::string& path) {
    return {date(from.has_from(), from.from(), path + ".from"), date(from.has_until(), from.until(), path + ".until")};
  }

  void duration_measure(const v1::DurationMeasure& from, Criterion& to, const std::string& path) {
    to.sector = from.sector();
    to.more_than = duration(from.more_than(), path + ".more_than");
  }

  void outage_measure(const v1::OutageMeasure& from, Criterion& to, const std::string& path) {
    ServiceFilter& services = to.services;
    services.sector_critical = from.sector_critical();
    services.vital = from.vital();
    if (from.has_availability_at_least()) services.availability_at_least = from.availability_at_least();
    if (from.has_confidentiality_at_least()) services.confidentiality_at_least = from.confidentiality_at_least();
    for (const int kind : from.device()) {
      services.device.push_back(device_kind(static_cast<v1::DeviceKind>(kind)));
    }
    services.made_by_duty_holder = from.made_by_duty_holder();
    to.at_once = !from.has_more_than();
    if (from.has_more_than()) to.more_than = duration(from.more_than(), path + ".more_than");
  }

  std::vector<Millis> durations(const google::protobuf::RepeatedPtrField<std::string>& from, const std::string& path) {
    std::vector<Millis> to;
    for (int i = 0; i < from.size(); ++i) to.push_back(duration(from.Get(i), indexed(path, i)));
    return to;
  }

  void children(const v1::CriterionList& from, Criterion& to, const std::string& path) {
    for (int i = 0; i < from.items_size(); ++i) to.children.push_back(criterion(from.items(i), indexed(path, i)));
  }

  Criterion criterion(const v1::Criterion& from, const std::string& path) {
    Criterion to;
    to.id = from.id();
    to.text = from.text();
    to.ask = from.ask();
    to.reopened_by = from.reopened_by();
    to.valid = validity(from.valid(), path + ".valid");
    if (from.has_source()) to.source = legal_source(from.source(), path + ".source");
    switch (from.node_case()) {
      case v1::Criterion::kAll:
        to.kind = Criterion::Kind::all;
        children(from.all(), to, path + ".all");
        break;
      case v1::Criterion::kAny:
        to.kind = Criterion::Kind::any;
        children(from.any(), to, path + ".any");
        break;
      case v1::Criterion::kNot:
        to.kind = Criterion::Kind::negation;
        to.children.push_back(criterion(from.not_(), path + ".not"));
        break;
      case v1::Criterion::kWhen:
        measure(from.when(), to, path + ".when");
        break;
      case v1::Criterion::NODE_NOT_SET:
        fault(path, "the criterion says nothing");
        break;
    }
    return to;
  }

  void measure(const v1::Measure& from, Criterion& to, const std::string& path) {
    switch (from.measure_case()) {
      case v1::Measure::kLimited:
        to.kind = Criterion::Kind::limited;
        duration_measure(from.limited(), to, path + ".limited");
        break;
      case v1::Measure::kOnFallback:
        to.kind = Criterion::Kind::on_fallback;
        duration_measure(from.on_fallback(), to, path + ".on_fallback");
        break;
      case v1::Measure::kFact:
        to.kind = Criterion::Kind::fact;
        to.fact = from.fact();
        break;
      case v1::Measure::kOutage:
        to.kind = Criterion::Kind::outage;
        outage_measure(from.outage(), to, path + ".outage");
        break;
      case v1::Measure::MEASURE_NOT_SET:
        fault(path, "the measure says nothing");
        break;
    }
  }

  StageSpec stage(const v1::Stage& from, const std::string& path) {
    StageSpec to;
    to.id = from.id();
    to.name = from.name();
    if (from.due().has_within()) to.within = take(parse_period(from.due().within()), path + ".due.within");
    StageAnchor anchor = take(parse_anchor(from.due().of()), path + ".due.of");
    to.anchor = anchor.anchor;
    to.anchor_stage = std::move(anchor.stage);
    to.remind_percent = {from.remind_percent().begin(), from.remind_percent().end()};
    to.source = legal_source(from.source(), path + ".source");
    to.contents = strings(from.contents());
    if (from.has_contents_source())
      to.contents_source = legal_source(from.contents_source(), path + ".contents_source");
    if (from.has_when()) to.when = criterion(from.when(), path + ".when");
    to.on_request = from.on_request();
    for (int i = 0; i < from.cases_size(); ++i) {
      const v1::DueCase& one = from.cases(i);
      const std::string here = indexed(path + ".cases", i);
      to.cases.push_back({criterion(one.when(), here + ".when"), take(parse_period(one.within()), here + ".within"),
                          legal_source(one.source(), here + ".source")});
    }
    if (from.has_if_ongoing()) {
      to.instead = from.if_ongoing().instead();
      to.then_within = take(parse_period(from.if_ongoing().then_within()), path + ".if_ongoing.then_within");
    }
    if (from.has_policy()) {
      to.policy_target = duration(from.policy().has_target(), from.policy().target(), path + ".policy.target");
      to.policy_remind_after = durations(from.policy().remind_after(), path + ".policy.remind_after");
      to.policy_source = legal_source(from.policy().source(), path + ".policy.source");
    }
    return to;
  }

  RegimeSpec regime(const v1::Regime& from, const std::string& path) {
    RegimeSpec to;
    to.id = from.regime();
    to.name = from.name();
    to.question = from.question();
    to.valid = validity(from.valid(), path + ".valid");
    to.criteria = criterion(from.criteria(), path + ".criteria");
    for (int i = 0; i < from.stages_size(); ++i) {
      to.stages.push_back(stage(from.stages(i), indexed(path + ".stages", i)));
    }
    for (int i = 0; i < from.recipients_size(); ++i) {
      const v1::Recipient& one = from.recipients(i);
      const std::string at = indexed(path + ".recipients", i);
      to.recipients.push_back({one.to(), one.channel(), validity(one.valid(), at + ".valid"),
                               legal_source(one.source(), at + ".source"), strings(one.stages()),
                               one.device_manufacturer()});
    }
    const v1::AssessPolicy& assess = from.assess();
    to.ask_next_percent = assess.ask_next_percent();
    to.due_before =
        duration(assess.has_due_before(), assess.due_before(), path + ".assess.due_before").value_or(Millis(0));
    to.ask_next_after = duration(assess.has_ask_next_after(), assess.ask_next_after(), path + ".assess.ask_next_after");
    to.ask_again_after = durations(assess.remind_after(), path + ".assess.remind_after");
    to.assess_source = legal_source(from.assess().source(), path + ".assess.source");
    to.cautions = strings(from.cautions());
    if (from.has_ask_when()) to.ask_when = criterion(from.ask_when(), path + ".ask_when");
    to.by_designation = from.by_designation();
    if (from.has_maintenance()) {
      to.maintenance = legal_source(from.maintenance(), path + ".maintenance");
    }
    return to;
  }

  FollowUpSpec follow_up(const v1::FollowUp& from, const std::string& path) {
    return {from.name(),
            from.fact(),
            from.ask(),
            durations(from.after(), path + ".after"),
            from.tell(),
            strings(from.sectors()),
            strings(from.cautions()),
            legal_source(from.source(), path + ".source")};
  }

  EscalationSpec escalation(const v1::Escalation& from, const std::string& path) {
    EscalationSpec to;
    to.growth_at_most_every = duration(from.growth_at_most_every(), path + ".growth_at_most_every");
    to.root_window = duration(from.root_window(), path + ".root_window");
    to.late_after = duration(from.late_after(), path + ".late_after");
    to.late_quiet = duration(from.late_quiet(), path + ".late_quiet");
    to.late_at_most = duration(from.late_at_most(), path + ".late_at_most");
    to.catch_up_at_most = duration(from.catch_up_at_most(), path + ".catch_up_at_most");
    to.horizon = duration(from.horizon(), path + ".horizon");
    to.future_at_most = duration(from.future_at_most(), path + ".future_at_most");
    to.settle = duration(from.settle(), path + ".settle");
    to.repeats_at_most = from.repeats_at_most();
    if (from.has_follow_up()) to.follow_up = follow_up(from.follow_up(), path + ".follow_up");
    for (int i = 0; i < from.default_ladder_size(); ++i) {
      const v1::LadderStepDefault& step = from.default_ladder(i);
      to.default_ladder.push_back(
          {step.tell(), word<Level>(step.level(), indexed(path + ".default_ladder", i) + ".level")});
    }
    if (from.has_protected_mode()) {
      const v1::ProtectedMode& mode = from.protected_mode();
      to.protected_mode = {mode.fact(), mode.ask(), mode.call()};
    }
    return to;
  }

  Holidays holidays(const v1::Calendar& from, const std::string& path) {
    Holidays to;
    for (int i = 0; i < from.holidays_size(); ++i) {
      to.days.push_back(
          {date(from.holidays(i).date(), indexed(path + ".holidays", i) + ".date"), from.holidays(i).eve()});
    }
    return to;
  }

  ZoneTable zone(const v1::Zone& from) {
    ZoneTable to;
    to.name = from.name();
    for (const v1::Zone::Offset& one : from.offsets()) {
      to.offsets.push_back({Instant{Millis{one.from_ms()}}, std::chrono::seconds{one.offset_seconds()}});
    }
    if (to.offsets.empty()) fault("zone", "the bundle has no time zone");
    const bool ascending = std::is_sorted(to.offsets.begin(), to.offsets.end(),
                                          [](const auto& a, const auto& b) { return a.from <= b.from; });
    if (!ascending) fault("zone.offsets", "the offsets of the time zone do not ascend");
    return to;
  }
};

/// The first of the faults that are errors, as one Error.
std::optional<Error> first_error(const SpecFaults& faults) {
  const auto worst = std::find_if(faults.begin(), faults.end(), [](const SpecFault& fault) { return !fault.warning; });
  if (worst == faults.end()) return std::nullopt;
  return Error(ErrorCode::invalid_input, "the bundle contradicts itself at " + worst->path + ": " + worst->message,
               worst->remedy);
}

}  // namespace

Result<StageAnchor> parse_anchor(std::string_view text) {
  constexpr std::string_view submitted = "submitted(";
  if (text == "known_incident") return StageAnchor{};
  if (text == "known_significant") return StageAnchor{StageSpec::Anchor::known_significant, {}};
  if (text == "requested") return StageAnchor{StageSpec::Anchor::requested, {}};
  if (!text.starts_with(submitted)) {
    return fail(notation_error(
        text, 0, "a deadline counts from known_incident, known_significant, requested or submitted(STAGE)"));
  }
  if (!text.ends_with(')')) return fail(notation_error(text, text.size(), "expected ) after the stage"));
  const std::string_view stage = text.substr(submitted.size(), text.size() - submitted.size() - 1);
  if (stage.empty()) return fail(notation_error(text, submitted.size(), "expected the identifier of a stage"));
  const auto wrong = stage.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_");
  if (wrong != std::string_view::npos) {
    return fail(notation_error(text, submitted.size() + wrong, "expected the identifier of a stage and then )"));
  }
  return StageAnchor{StageSpec::Anchor::submitted, std::string(stage)};
}

tl::expected<BundleSpec, SpecFaults> bundle_spec(const v1::Bundle& bundle) {
  Converter converter;
  BundleSpec spec = converter.bundle(bundle);
  if (!converter.faults.empty()) return tl::unexpected<SpecFaults>(std::move(converter.faults));
  return spec;
}

std::string bundle_bytes(const v1::Bundle& bundle) { return wire::serialize(bundle); }

std::string bundle_hash(std::string_view bytes) { return sha256_hex(bytes); }

Result<BundlePtr> compile_bundle(std::string_view bytes) {
  if (bytes.size() > kBundleBytesMax) {
    return fail(ErrorCode::limit, "a bundle of catalogue and rules has at most 64 MiB");
  }
  v1::Bundle bundle;
  if (!wire::parse(bytes, bundle) || bundle.schema_version() == 0) {
    return fail(ErrorCode::corrupt, "these bytes are not a bundle of catalogue and rules");
  }
  if (bundle.schema_version() > kBundleSchemaVersion) {
    return fail(ErrorCode::incompatible,
                "the bundle has schema version " + std::to_string(bundle.schema_version()) + ", this program knows " +
                    std::to_string(kBundleSchemaVersion),
                "use the version of the program that activated it, or a newer one");
  }
  auto spec = bundle_spec(bundle);
  if (!spec) return fail(*first_error(spec.error()));
  if (auto error = first_error(check_rules(spec->rules, spec->catalogue))) return fail(*std::move(error));
  SpecFaults warnings;  // Said when the files were read.
  auto catalogue = Catalogue::compile(std::move(spec->catalogue), spec->rules.escalation.settle, &warnings);
  if (!catalogue) {
    auto error = first_error(catalogue.error());
    return fail(error ? *std::move(error) : Error(ErrorCode::internal, "the catalogue was refused without a reason"));
  }
  return std::make_shared<const Bundle>(
      Bundle{bundle_hash(bytes), std::move(spec->domain), *std::move(catalogue), std::move(spec->rules)});
}

}  // namespace avbrottsvakt
