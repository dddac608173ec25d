#include "support/world.h"

#include <cstdio>
#include <cstdlib>

namespace avbrottsvakt::testing {

ZoneTable stockholm() {
  using std::chrono::hours;
  ZoneTable zone;
  zone.name = "Europe/Stockholm";
  zone.offsets = {{at("2025-10-26T01:00:00Z"), hours(1)},
                  {at("2026-03-29T01:00:00Z"), hours(2)},
                  {at("2026-10-25T01:00:00Z"), hours(1)},
                  {at("2027-03-28T01:00:00Z"), hours(2)},
                  {at("2027-10-31T01:00:00Z"), hours(1)}};
  return zone;
}

World::World() {
  const auto service_of = [&](std::string id, std::string name, std::vector<std::string> all) {
    ServiceSpec spec;
    spec.id = id;
    spec.name = std::move(name);
    spec.match = {"{service=\"" + id + "\"}"};
    if (!all.empty()) {
      DependencySpec need;
      need.all = std::move(all);
      spec.depends_on.push_back(std::move(need));
    }
    catalogue.services.push_back(std::move(spec));
  };
  service_of("dc-north", "Datahall Nord", {});
  service_of("dc-south", "Datahall Syd", {});
  service_of("care-database", "Vårddatabasen", {"dc-north"});
  service_of("cosmic", "COSMIC", {"care-database"});
  service_of("lab", "Laboratoriesystemet", {"dc-north"});
  for (const char* id : {"dc-north", "dc-south", "care-database"}) {
    service(id).component = true;
  }
  service_of("identity", "Identitetskatalogen", {});
  DependencySpec halls;
  halls.at_least = 1;
  halls.of = {"dc-north", "dc-south"};
  halls.without_spare = Condition::degraded;
  service("identity").depends_on.push_back(halls);
  service("identity").component = true;
  catalogue.administrations = {{"hospital-east", "Östra sjukhuset"}};
  catalogue.roles = {{"ksd-on-call", "KSD i beredskap", "internt 0001", "dygnet runt"},
                     {"service-owner", "Tjänsteägaren", "internt 0002", "vardagar 08-17"},
                     {"duty-officer-region", "TiB", "internt 0003", "dygnet runt"},
                     {"ward-manager", "Vårdenhetschefen", "internt 0004", "dygnet runt"}};
  ActivitySpec emergency;
  emergency.id = "emergency-east";
  emergency.name = "Akutmottagningen, Östra sjukhuset";
  emergency.administration = "hospital-east";
  emergency.sectors = {"healthcare_provider"};
  emergency.mta = dur("2h");
  DependencySpec uses;
  uses.all = {"cosmic"};
  emergency.uses = {uses};
  emergency.fallback = FallbackSpec{"RR-AKM-07", "Journalföring på papper", dur("12h")};
  ActivitySpec laboratory = emergency;
  laboratory.id = "laboratory";
  laboratory.name = "Laboratoriet";
  laboratory.mta = dur("4h");
  laboratory.uses.front().all = {"lab"};
  laboratory.fallback.reset();
  catalogue.activities = {emergency, laboratory};

  PlanSpec cosmic;
  cosmic.id = "cosmic";
  cosmic.version = "2026.2";
  cosmic.service = "cosmic";
  cosmic.approved_by = "service-owner";
  cosmic.approved_on = parse_date("2026-04-02").value();
  cosmic.review_by = parse_date("2027-04-02").value();
  cosmic.rto = dur("90m");
  cosmic.settle = dur("10m");
  cosmic.activate_elapsed = dur("30m");
  const auto step = [](std::optional<LadderPoint> point, std::string role, Level level, std::optional<Millis> repeat) {
    LadderStepSpec spec;
    spec.at = point;
    spec.tell = {std::move(role)};
    spec.level = level;
    spec.repeat = repeat;
    return spec;
  };
  using Of = LadderPoint::Of;
  cosmic.ladder = {step(std::nullopt, "ksd-on-call", Level::notice, std::nullopt),
                   step(LadderPoint{Of::rto, 50}, "service-owner", Level::warning, std::nullopt),
                   step(LadderPoint{Of::mta, 75}, "ksd-on-call", Level::critical, dur("15m")),
                   step(LadderPoint{Of::mta, 100}, "duty-officer-region", Level::emergency, dur("10m"))};
  cosmic.steps = {
      {"inform", "ksd-on-call", dur("15m"), "Meddela verksamheterna", "Bekräftelse från varje förvaltning"}};
  cosmic.contacts = {{"ksd-on-call", "internt 0001", "dygnet runt"}};
  catalogue.plans = {cosmic};

  DutyHolderSpec holder;
  holder.id = "region";
  holder.name = "Regionen";
  holder.kind = "care_provider";
  holder.regimes = {"nis2"};
  holder.assessors = {"ksd-on-call", "duty-officer-region"};
  catalogue.duty_holders = {holder};

  EscalationSpec& times = rules.escalation;
  times.growth_at_most_every = dur("1m");
  times.root_window = dur("10m");
  times.late_after = dur("10s");
  times.late_quiet = dur("10s");
  times.late_at_most = dur("60s");
  times.catch_up_at_most = dur("60s");
  times.horizon = dur("30d");
  times.future_at_most = dur("5m");
  times.settle = dur("5m");
  times.repeats_at_most = 96;
  times.default_ladder = {{"ksd-on-call", Level::notice}};
  rules.zone = stockholm();

  RegimeSpec nis2;
  nis2.id = "nis2";
  nis2.name = "Cybersäkerhetslagen (NIS2)";
  nis2.question = "Är incidenten betydande?";
  const LegalSource low{"MCFFS 2026:8", "vårdgivare", SourceBasis::transcription, Confidence::low, ""};
  Criterion limited;
  limited.kind = Criterion::Kind::limited;
  limited.id = "care-limited";
  limited.text = "Vården har varit begränsad i mer än 1 timme";
  limited.sector = "healthcare_provider";
  limited.more_than = dur("1h");
  limited.source = low;
  Criterion injury;
  injury.kind = Criterion::Kind::fact;
  injury.id = "injury";
  injury.fact = "serious_injury_or_death";
  injury.ask = "Har någon skadats allvarligt?";
  injury.source = low;
  nis2.criteria.kind = Criterion::Kind::any;
  nis2.criteria.children = {limited, injury};
  const LegalSource act{"SFS 2025:1506", "2 kap. 5 §", SourceBasis::text, Confidence::high, ""};
  StageSpec warning;
  warning.id = "early_warning";
  warning.name = "Upplysning";
  warning.within = parse_period("24h").value();
  warning.remind_percent = {50, 75, 90};
  warning.source = act;
  StageSpec notification = warning;
  notification.id = "notification";
  notification.name = "Incidentanmälan";
  notification.within = parse_period("72h").value();
  StageSpec final_report = warning;
  final_report.id = "final_report";
  final_report.name = "Slutrapport";
  final_report.within = parse_period("1 month").value();
  final_report.anchor = StageSpec::Anchor::submitted;
  final_report.anchor_stage = "notification";
  nis2.stages = {warning, notification, final_report};
  nis2.recipients = {{"NCSC vid FRA", "Cyberportalen", {}, low}};
  nis2.ask_next_percent = 75;
  nis2.due_before = dur("6h");
  rules.regimes = {nis2};
}

ServiceSpec& World::service(std::string_view id) {
  for (ServiceSpec& spec : catalogue.services) {
    if (spec.id == id) {
      return spec;
    }
  }
  std::abort();
}

ActivitySpec& World::activity(std::string_view id) {
  for (ActivitySpec& spec : catalogue.activities) {
    if (spec.id == id) {
      return spec;
    }
  }
  std::abort();
}

PlanSpec& World::plan(std::string_view id) {
  for (PlanSpec& spec : catalogue.plans) {
    if (spec.id == id) {
      return spec;
    }
  }
  std::abort();
}

BundlePtr World::compile(std::string hash) const {
  SpecFaults warnings;
  auto compiled = Catalogue::compile(catalogue, rules.escalation.settle, &warnings);
  if (!compiled) {
    for (const SpecFault& fault : compiled.error()) {
      std::fprintf(stderr, "%s: %s\n", fault.path.c_str(), fault.message.c_str());
    }
    std::abort();
  }
  return std::make_shared<const Bundle>(Bundle{std::move(hash), "region", std::move(*compiled), rules});
}

Rig::Rig(BundlePtr bundle, Instant start, bool exercise) : bundles_{{bundle->hash, bundle}}, engine_(make()) {
  Input first;
  first.stamp = start;
  first.body = Activate{bundle->hash, "", exercise};
  input(std::move(first));
}

Engine Rig::make() {
  return Engine("region", [this](const std::string& hash) {
    const auto found = bundles_.find(hash);
    return found == bundles_.end() ? nullptr : found->second;
  });
}

void Rig::add_bundle(BundlePtr bundle) { bundles_[bundle->hash] = std::move(bundle); }

void Rig::collect(Effects& effects) {
  for (Output& output : effects.outputs) {
    outputs_.push_back(std::move(output));
  }
  notes_.insert(notes_.end(), effects.notes.begin(), effects.notes.end());
  for (StateChange& change : engine_.take_changes()) {
    incidents_written_ += change.key.starts_with("incident/") ? 1 : 0;
    if (change.record) {
      state_.insert_or_assign(change.key, copy_of(*change.record));
    } else {
      state_.erase(change.key);
    }
  }
}

void Rig::input(Input input) {
  Effects effects;
  engine_.step(input, effects);
  collect(effects);
}

void Rig::tick_until(Instant now) {
  while (const std::optional<LogTime> due = engine_.next_deadline()) {
    if (*due > now) {
      break;
    }
    Input tick;
    tick.stamp = std::max(*due, engine_.now());
    tick.body = Tick{};
    input(std::move(tick));
  }
}

void Rig::signal(Instant now, std::string_view service, Condition condition, Instant when, std::string_view key) {
  tick_until(now);
  Signal signal;
  signal.source = "test";
  signal.key = std::string(service) + "/" + std::string(key);
  signal.condition = condition;
  signal.at = when;
  signal.labels = {{"service", std::string(service)}};
  Input in;
  in.stamp = now;
  in.body = Heard{{std::move(signal)}, {}};
  input(std::move(in));
}

void Rig::command(Instant now, std::string_view by, decltype(Command::body) body, std::optional<EventTime> when) {
  tick_until(now);
  Input in;
  in.stamp = now;
  in.body = Command{"command-" + std::to_string(++commands_), std::string(by), when, std::move(body)};
  input(std::move(in));
}

void Rig::restart() {
  std::vector<StateRecord> records;
  for (const auto& [key, record] : state_) {
    records.push_back(record);
  }
  engine_ = make();
  if (!engine_.restore(records)) {
    std::abort();
  }
}

std::vector<Output> Rig::said() {
  std::vector<Output> fresh(outputs_.begin() + static_cast<std::ptrdiff_t>(taken_), outputs_.end());
  taken_ = outputs_.size();
  return fresh;
}

std::string_view to_string(AlertReason reason) {
  switch (reason) {
    case AlertReason::opened:
      return "opened";
    case AlertReason::root_found:
      return "root_found";
    case AlertReason::merged:
      return "merged";
    case AlertReason::ladder:
      return "ladder";
    case AlertReason::forecast_mta:
      return "forecast_mta";
    case AlertReason::rto_missed:
      return "rto_missed";
    case AlertReason::mta_missed:
      return "mta_missed";
    case AlertReason::fallback_missed:
      return "fallback_missed";
    case AlertReason::protected_mode:
      return "protected_mode";
    case AlertReason::overrun_ahead:
      return "overrun_ahead";
    case AlertReason::activation:
      return "activation";
    case AlertReason::legal:
      return "legal";
    case AlertReason::grown:
      return "grown";
    case AlertReason::repeated:
      return "repeated";
    case AlertReason::amended:
      return "amended";
    case AlertReason::level_lowered:
      return "level_lowered";
    case AlertReason::recovered:
      return "recovered";
    case AlertReason::merged_away:
      return "merged_away";
  }
  return "?";
}

std::string_view to_string(ReportPrompt::Kind kind) {
  switch (kind) {
    case ReportPrompt::Kind::assess:
      return "assess";
    case ReportPrompt::Kind::ask_next:
      return "ask_next";
    case ReportPrompt::Kind::due:
      return "due";
    case ReportPrompt::Kind::reminder:
      return "reminder";
    case ReportPrompt::Kind::overdue:
      return "overdue";
    case ReportPrompt::Kind::amended:
      return "amended";
    case ReportPrompt::Kind::withdrawn:
      return "withdrawn";
    case ReportPrompt::Kind::still_open:
      return "still_open";
    case ReportPrompt::Kind::closed:
      return "closed";
    case ReportPrompt::Kind::dismissed:
      return "dismissed";
    case ReportPrompt::Kind::reopened:
      return "reopened";
    case ReportPrompt::Kind::follow_up:
      return "follow_up";
  }
  return "?";
}

std::string reasons(const Alert& alert) {
  std::string text;
  for (const AlertEntry& entry : alert.entries) {
    text += text.empty() ? "" : " ";
    text += entry.withdrawn ? "-" : "";
    text += to_string(entry.reason);
    text += "(" + entry.subject.id + ")";
  }
  return text;
}

}  // namespace avbrottsvakt::testing
