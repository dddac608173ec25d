// One message of each kind; specimens.cpp makes its variants from them.
#include "specimen_parts.h"

namespace avbrottsvakt::specimens {

using namespace std::chrono_literals;

ZoneTable stockholm() {
  return {"Europe/Stockholm",
          {{instant("2026-03-29T01:00:00Z"), 2h},
           {instant("2026-10-25T01:00:00Z"), 1h},
           {instant("2027-03-28T01:00:00Z"), 2h},
           {instant("2027-10-31T01:00:00Z"), 1h}}};
}

Instant instant(const std::string& text) { return parse_instant(text).value(); }
Instant night(const std::string& clock) { return instant("2026-11-22T" + clock + ":00+01:00"); }

RenderOptions options(Language language) {
  RenderOptions result;
  result.language = language;
  result.zone = stockholm();
  result.roles = {{"ksd-on-call", "KSD i beredskap"},
                  {"service-owner", "tjänsteägaren"},
                  {"duty-officer-region", "tjänsteman i beredskap"},
                  {"ward-manager", "vårdenhetschefen"},
                  {"forvaltningschef-ost", "förvaltningschef Öst"}};
  return result;
}

Alert alert() {
  Alert result;
  result.header = header(night("03:12"));
  result.level = Level::critical;
  result.first = kCosmic;
  result.condition = Condition::down;
  result.began = night("02:14");
  result.root = kHall;
  result.root_condition = Condition::down;
  result.root_began = night("02:13");
  result.services = 41;
  result.activities = 4;
  result.affected_activities = {kEmergency, kWard};
  result.objectives = {objective(Objective::Kind::rto, kCosmic, 90min, result.began, night("03:44")),
                       objective(Objective::Kind::mta, kEmergency, 2h, result.began, night("04:14"))};
  result.objectives[0].plan = "cosmic 2026.2";
  result.objectives[1].basis = Basis::presumed;
  result.objectives_total = 2;
  result.entries = {entry(AlertReason::forecast_mta, kEmergency, night("03:12"), {"ksd-on-call"}),
                    ladder(AlertEntry::Share::rto, 50, night("02:59"), {"service-owner", "ksd-on-call"})};
  result.plans = {{kCosmic, "cosmic", "2026.2", night("02:44")}};
  result.call = {{{"ksd-on-call", "KSD i beredskap"}, "010-123 45 67", "dygnet runt"},
                 {{"duty-officer-region", "TiB"}, "", ""}};
  result.next = Alert::Next{night("03:44"),
                            {entry(AlertReason::rto_missed, kCosmic, night("03:44")),
                             ladder(AlertEntry::Share::mta, 75, night("03:44"), {"ksd-on-call", "service-owner"})}};
  return result;
}

ActivationPrompt activation() {
  ActivationPrompt result;
  result.header = header(night("02:44"));
  result.service = kCosmic;
  result.plan = "cosmic";
  result.version = "2026.2";
  result.approved_on = std::chrono::year(2026) / 4 / 2;
  result.approved_by = "forvaltningschef-ost";
  result.began = night("02:14");
  result.condition_met_at = night("02:44");
  result.elapsed = 30min;
  result.rule = "plan cosmic 2026.2: activate.when.elapsed 30m";
  result.rto = 90min;
  result.rto_reached_at = night("03:44");
  result.steps = {{"inform",
                   {"ksd-on-call", "KSD i beredskap"},
                   15min,
                   "Meddela berörda verksamheter att reservrutinen gäller",
                   "Bekräftelse från varje berörd förvaltning"},
                  {"failover",
                   {"platform-on-call", "Plattformsjouren"},
                   60min,
                   "Växla över till Datahall Syd",
                   "Inloggning och journalöppning kontrollerade med testpatient"},
                  {"note", {"service-owner", "Tjänsteägaren"}, {}, "För logg över beslut", ""}};
  result.contacts = {{{"ksd-on-call", "KSD i beredskap"}, "010-123 45 67", "dygnet runt"},
                     {{"supplier", "Leverantörens jour"}, "", "vardagar 08–17"}};
  result.fallbacks = {{kEmergency, "RR-AKM-07", "Journalföring på papper", 12h, night("04:14")},
                      {kWard, "", "", {}, night("02:40")}};
  return result;
}

ReportPrompt report() {
  ReportPrompt result;
  result.header = header(night("03:15"));
  result.kind = ReportPrompt::Kind::assess;
  result.regime = kRegime;
  result.question = "är incidenten betydande?";
  result.duty_holder = {"region", "Region Exempel"};
  result.to = {"reporting-officer", "Rapporteringsansvarig i beredskap"};
  result.phone = "010-765 43 21";
  result.stage = "early_warning";
  result.due = instant("2026-11-23T02:20:00+01:00");
  result.other_reading = instant("2026-11-23T03:14:00+01:00");
  result.aware_at = night("02:20");
  result.awareness = ReportPrompt::Awareness::acknowledged;
  result.aware_by = "ksd-on-call";
  result.criterion_true_at = night("03:14");
  result.known_significant_at = night("03:14");
  result.basis = Basis::presumed;
  result.undecided = true;
  Ground ground;
  ground.criterion = "care-limited";
  ground.text = "Vården har varit begränsad i mer än 1 timme";
  ground.basis = Basis::presumed;
  ground.true_since = night("03:14");
  ground.measured = 61min;
  ground.limit = 1h;
  ground.source = transcription();
  result.grounds = {ground};
  result.questions = {{"limited:emergency-east", kEmergency.name},
                      {"limited:healthcare_provider", "Är vården begränsad?"},
                      {"malicious", "Misstänks angrepp?"},
                      {"serious_injury_or_death",
                       "Har någon skadats allvarligt, blivit allvarligt sjuk eller avlidit till följd av incidenten?"}};
  const Period day{Period::Kind::exact, 24h, 0};
  const Period three_days{Period::Kind::exact, 72h, 0};
  const Period month{Period::Kind::months, Millis(0), 1};
  result.stages = {
      stage("early_warning", "Upplysning", result.due, day, "2 kap. 5 §"),
      stage("notification", "Incidentanmälan", instant("2026-11-25T02:20:00+01:00"), three_days, "2 kap. 6 §"),
      stage("final_report", "Slutrapport", instant("2026-12-25T02:20:00+01:00"), month, "2 kap. 8 §")};
  result.stages[2].predicted = true;
  result.stages[2].after = "Incidentanmälan";
  result.stages[2].counts_from = StageState::CountsFrom::submitted;
  result.stages[2].target = std::chrono::year(2026) / 12 / 23;
  result.stages[2].legal_latest = instant("2026-12-28T23:59:59.999+01:00");
  result.recipient = "NCSC vid FRA";
  result.channel = "Cyberportalen";
  result.recipient_source = {"SFS 2026:623", "", SourceBasis::transcription, Confidence::low, ""};
  result.cautions = {
      "Berörs säkerhetskänslig verksamhet? Om ja eller osäkert: skriv inget här, ring säkerhetsskyddschefen."};
  result.contents = {"organisationens namn och organisationsnummer", "kontaktperson", "pågår incidenten: ja eller nej"};
  return result;
}

IncidentPicture picture() {
  IncidentPicture result;
  result.header = header(night("03:12"));
  result.state = "open";
  result.level = Level::critical;
  result.first = kCosmic;
  result.root = kHall;
  result.began = night("02:14");
  result.services = 41;
  result.activities = 4;
  IncidentPicture::Duty duty;
  duty.regime = kRegime;
  duty.duty_holder = {"region", "Region Exempel"};
  duty.state = "forecast";
  duty.true_at = night("03:14");
  result.duties = {duty};
  return result;
}

DeadLetter dead_letter() {
  DeadLetter result;
  result.header = header(night("03:12"));
  result.header.incident.clear();
  result.record.topic = "monitoring.alertmanager";
  result.record.partition = 2;
  result.record.offset = 4711;
  result.record.value = "19121212-1212 {";
  result.record.stage = "decode";
  result.record.error = "invalid_input";
  result.record.message = "not JSON: expected a value at byte 0";
  return result;
}

}  // namespace avbrottsvakt::specimens
