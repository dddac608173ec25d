#include "specimens.h"

#include "specimen_parts.h"

namespace avbrottsvakt::specimens {
namespace {

using namespace std::chrono_literals;

Alert alert_at(Instant at) {
  Alert result = alert();
  result.header.at = at;
  return result;
}

Alert opened() {
  Alert result = alert_at(night("02:14"));
  result.level = Level::notice;
  result.root = result.first;
  result.services = 1;
  result.activities = 1;
  result.objectives = {objective(Objective::Kind::rto, kCosmic, 90min, result.began, night("03:44")),
                       objective(Objective::Kind::mta, kEmergency, 2h, result.began, night("04:14"))};
  result.objectives[1].basis = Basis::presumed;
  result.entries = {entry(AlertReason::opened, kCosmic, result.began),
                    ladder(AlertEntry::Share::none, 0, result.began, {"ksd-on-call"})};
  result.plans[0].proposed_at.reset();
  result.next = Alert::Next{night("02:44"), {entry(AlertReason::activation, kCosmic, night("02:44"))}};
  result.summaries = {"HTTP 503 från cosmic-app3 | latens=9s\nsedan \x1b[31m02:13"};
  return result;
}

Alert merged_and_grown() {
  Alert result = alert_at(night("02:20"));
  result.entries = {entry(AlertReason::root_found, kHall, night("02:13")),
                    entry(AlertReason::merged, {"", "2026-0118"}, night("02:16")),
                    entry(AlertReason::grown, kHall, night("02:20")),
                    entry(AlertReason::legal, kRegime, night("02:20"))};
  result.header.lagging = true;
  result.acknowledged_by = "ksd-on-call";
  result.acknowledged_at = night("02:20");
  result.without_plan = {{"identity", "Identitetstjänsten"}};
  result.without_spare = {{"e-mail", "E-posten"}, {"integration", "Integrationsplattformen"}};
  result.without_spare_total = 9;
  result.silent = true;
  result.external_numbers = {"INC0012345"};
  result.contradictions = {{kCosmic, "inloggningsprov", night("02:16")}};
  return result;
}

Alert missed() {
  Alert result = alert_at(night("04:20"));
  result.level = Level::emergency;
  result.entries = {entry(AlertReason::mta_missed, kEmergency, night("04:14"), {"duty-officer-region"}),
                    entry(AlertReason::rto_missed, kCosmic, night("03:44")),
                    entry(AlertReason::repeated, kCosmic, night("04:20"))};
  result.objectives[0].state = Objective::State::missed;
  result.objectives[1].state = Objective::State::missed;
  result.objectives[1].basis = Basis::confirmed;
  result.objectives[1].confirmed_by = "ward-manager";
  result.objectives.push_back(objective(Objective::Kind::mta, kWard, 24h, result.began, kNever));
  Objective routine = objective(Objective::Kind::fallback, kEmergency, 12h, result.began, night("14:14"));
  routine.basis = Basis::presumed;
  result.objectives.push_back(routine);
  result.activities = 2;
  result.root_condition = Condition::up;
  result.next = Alert::Next{instant("2026-11-23T02:14:00+01:00"),
                            {entry(AlertReason::legal, kRegime, instant("2026-11-23T02:14:00+01:00"))}};
  return result;
}

Alert amended() {
  Alert result = alert_at(night("03:30"));
  result.level = Level::warning;
  result.condition = Condition::degraded;
  AlertEntry began = entry(AlertReason::amended, kCosmic, night("02:05"));
  began.was_at = night("02:14");
  AlertEntry withdrawn = entry(AlertReason::rto_missed, kCosmic, night("03:15"));
  withdrawn.withdrawn = true;
  result.entries = {began, withdrawn, entry(AlertReason::level_lowered, kCosmic, night("03:30"))};
  result.began = night("02:05");
  return result;
}

Alert left_behind() {
  Alert result = alert_at(night("04:00"));
  result.condition = Condition::up;
  result.level = Level::warning;
  result.entries = {entry(AlertReason::level_lowered, kCosmic, night("04:00"))};
  result.objectives[0].state = Objective::State::kept;
  result.objectives[0].ended_at = night("03:40");
  result.next.reset();
  return result;
}

Alert settling() {
  Alert result = alert_at(night("03:20"));
  result.condition = Condition::up;
  result.settling = true;
  result.entries = {entry(AlertReason::level_lowered, kCosmic, night("03:20"))};
  result.next.reset();
  return result;
}

Alert recovered() {
  Alert result = alert_at(night("03:30"));
  result.condition = Condition::up;
  result.level = Level::none;
  result.ended = night("03:20");
  result.entries = {entry(AlertReason::recovered, kCosmic, night("03:20"))};
  for (auto& o : result.objectives) {
    o.state = Objective::State::kept;
    o.ended_at = night("03:20");
  }
  return result;
}

Maintenance planned_work() {
  Maintenance result;
  result.service = kCosmic;
  result.reference = "CHG-4711";
  result.from = night("01:00");
  result.until = night("04:00");
  result.approved_by = "Tjänsteägaren";
  return result;
}

/// About planned work alone: there is no incident.
Alert overrun_ahead() {
  Alert result;
  result.header = header(night("03:30"));
  result.header.incident.clear();
  result.level = Level::warning;
  result.first = result.root = kCosmic;
  result.condition = result.root_condition = Condition::down;
  result.began = result.root_began = night("01:10");
  result.entries = {entry(AlertReason::overrun_ahead, kCosmic, night("03:30"), {"ksd-on-call", "service-owner"})};
  result.entries[0].level = Level::warning;
  result.maintenance = {planned_work()};
  result.call = {{{"ksd-on-call", "KSD i beredskap"}, "010-123 45 67", "dygnet runt"},
                 {{"service-owner", "tjänsteägaren"}, "", ""}};
  return result;
}

Alert overrun_averted() {
  Alert result = overrun_ahead();
  result.header.at = night("03:55");
  result.level = Level::none;
  result.condition = result.root_condition = Condition::up;
  result.ended = night("03:45");
  result.entries = {entry(AlertReason::recovered, kCosmic, night("03:45"))};
  result.call.clear();
  return result;
}

Alert overrun_taken_back() {
  Alert result = overrun_ahead();
  result.header.at = night("03:40");
  result.level = Level::none;
  result.condition = result.root_condition = Condition::up;
  result.entries[0].withdrawn = true;
  result.call.clear();
  return result;
}

Alert overran() {
  Alert result = opened();
  result.header.at = result.began = result.root_began = night("04:00");
  result.entries = {entry(AlertReason::opened, kCosmic, night("04:00"), {"ksd-on-call"})};
  result.objectives = {objective(Objective::Kind::rto, kCosmic, 90min, result.began, night("05:30"))};
  result.next.reset();
  result.maintenance = {planned_work()};
  result.maintenance[0].overran = true;
  return result;
}

Alert work_not_agreed() {
  Alert result = opened();
  result.header.at = result.began = night("02:14");
  result.first = kEmergency;
  result.root = kCosmic;
  result.root_condition = Condition::down;
  result.root_began = night("02:14");
  result.services = 0;
  result.activities = 2;
  result.objectives.erase(result.objectives.begin());
  result.next.reset();
  result.maintenance = {planned_work()};
  result.maintenance[0].not_agreed = {kEmergency, kWard};
  return result;
}

/// It had failed before its window began.
Alert failed_into_its_window() {
  Alert result = settling();
  result.maintenance = {planned_work()};
  return result;
}

Alert merged_away() {
  Alert result = alert_at(night("02:20"));
  result.level = Level::none;
  result.entries = {entry(AlertReason::merged_away, {"", "2026-0116"}, night("02:20"))};
  return result;
}

ReportPrompt of_kind(ReportPrompt::Kind kind, Instant at) {
  using Kind = ReportPrompt::Kind;
  ReportPrompt result = report();
  result.kind = kind;
  result.undecided =
      kind == Kind::assess || kind == Kind::ask_next || kind == Kind::amended || kind == Kind::still_open;
  result.header.at = at;
  return result;
}

ReportPrompt due_for_months() {
  ReportPrompt result = of_kind(ReportPrompt::Kind::due, instant("2027-01-31T10:00:00+01:00"));
  result.stage = "final_report";
  result.stages[0].submitted_at = instant("2026-12-28T09:00:00+01:00");
  result.stages[1].submitted_at = instant("2027-01-31T10:00:00+01:00");
  result.stages[2].predicted = false;
  result.stages[2].due = instant("2027-02-28T10:00:00+01:00");
  result.stages[2].legal_latest = instant("2027-03-01T23:59:59.999+01:00");
  result.stages[2].target = std::chrono::year(2027) / 2 / 26;
  result.due = result.stages[2].due;
  result.other_reading = result.due;
  result.basis = Basis::confirmed;
  result.grounds[0].basis = Basis::confirmed;
  result.grounds[0].confirmed_by = "ward-manager";
  result.grounds[0].source.confidence = Confidence::medium;
  Ground injury;
  injury.criterion = "injury";
  injury.text = "Någon har skadats allvarligt.";
  injury.basis = Basis::confirmed;
  injury.confirmed_by = "chief-medical-officer";
  injury.true_since = night("05:30");
  injury.source = {"egen rutin", "R-12", SourceBasis::policy, Confidence::low, ""};
  result.grounds.push_back(injury);
  result.questions.clear();
  return result;
}

ReportPrompt without_number() {
  ReportPrompt result = report();
  result.regime = {"lakemedelsverket", "Medicintekniska produkter (HSLF-FS 2021:52)"};
  result.question = "har en produkt bidragit till en negativ händelse eller ett tillbud?";
  result.stage = "report";
  StageState soonest;
  soonest.id = "report";
  soonest.name = "Anmälan";
  soonest.source = {"HSLF-FS 2021:52", "5 kap.", SourceBasis::interpretation, Confidence::medium, ""};
  soonest.counts_from = StageState::CountsFrom::known_significant;
  result.stages = {soonest};
  result.due = result.aware_at;
  result.other_reading = result.aware_at;
  result.recipient = "Läkemedelsverket";
  result.channel = "e-tjänsten";
  result.recipient_source.confidence = Confidence::high;
  result.grounds[0].forecast = true;
  result.grounds[0].true_since = night("03:20");
  result.grounds[0].measured.reset();
  result.awareness = ReportPrompt::Awareness::first_alert;
  return result;
}

const LegalSource kPolicy{"Avbrottsvakts policy", "", SourceBasis::policy, Confidence::high, "Målet är vårt eget."};

/// A device is out, and nobody knows yet whether that hurt anybody.
ReportPrompt device_asked() {
  ReportPrompt result = report();
  result.header.at = night("02:17");
  result.regime = {"lakemedelsverket", "Medicinteknik (Läkemedelsverket)"};
  result.question = "Har ett fel i en medicinteknisk produkt skadat någon, eller kunnat göra det?";
  result.stage = "report_authority";
  result.asked_at = result.header.at;
  result.known_significant_at = Instant{};
  result.criterion_true_at = night("02:14");
  StageState stage;
  stage.id = "report_authority";
  stage.name = "Anmälan till Läkemedelsverket";
  stage.counts_from = StageState::CountsFrom::known_significant;
  stage.predicted = true;
  stage.source = {"HSLF-FS 2021:52", "5 kap. 2 §", SourceBasis::transcription, Confidence::medium, ""};
  StageState other = stage;
  other.id = "report_manufacturer";
  other.name = "Anmälan till tillverkaren";
  result.stages = {stage, other};
  result.due = Instant{};
  result.other_reading = Instant{};
  Ground ground;
  ground.criterion = "device-outage";
  ground.text = "En medicinteknisk produkt är drabbad";
  ground.basis = Basis::measured;
  ground.true_since = night("02:14");
  ground.measured = 3min;
  ground.subjects = {{"monitoring-beds", "Patientövervakning"}, {"cosmic", "COSMIC"}};
  ground.source = {"HSLF-FS 2021:52", "1 kap. 3 §", SourceBasis::interpretation, Confidence::medium,
                   "Avbrottet väcker frågan."};
  result.grounds = {ground};
  result.questions = {{"device_malfunction_serious",
                       "Har ett fel hos produkten lett till, eller hade det kunnat leda "
                       "till, dödsfall eller allvarlig försämring?"}};
  result.recipient = "Läkemedelsverket";
  result.channel = "e-tjänsten";
  result.recipient_source = {"HSLF-FS 2021:52", "5 kap. 2 §", SourceBasis::transcription, Confidence::medium, ""};
  result.cautions = {"Skriv inga patientuppgifter här."};
  result.contents = {"Produkt, modell och version"};
  result.contents_source = {"Läkemedelsverkets formulär", "", SourceBasis::interpretation, Confidence::medium, ""};
  return result;
}

/// Answered with yes the day after; the internal target has passed.
ReportPrompt device_late() {
  ReportPrompt result = device_asked();
  result.header.at = instant("2026-11-24T09:00:00+01:00");
  result.kind = ReportPrompt::Kind::reminder;
  result.because = "target_passed";
  result.undecided = false;
  result.basis = Basis::confirmed;
  result.known_significant_at = instant("2026-11-23T09:00:00+01:00");
  for (auto& stage : result.stages) {
    stage.predicted = false;
    stage.due = result.known_significant_at;
    stage.policy_target = instant("2026-11-24T09:00:00+01:00");
    stage.policy_source = kPolicy;
  }
  result.stages[1].submitted_at = instant("2026-11-23T10:00:00+01:00");
  result.due = result.known_significant_at;
  Ground yes;
  yes.criterion = "device-malfunction";
  yes.text = "Ett fel hos produkten hade kunnat leda till allvarlig försämring";
  yes.basis = Basis::confirmed;
  yes.confirmed_by = "ward-manager";
  yes.true_since = result.known_significant_at;
  yes.reference = "AVV-2026-0412";
  result.grounds = {yes};
  result.questions.clear();
  return result;
}

ReportPrompt device_dismissed() {
  ReportPrompt result = device_asked();
  result.kind = ReportPrompt::Kind::dismissed;
  result.header.at = night("05:00");
  result.because = "answered_no";
  result.undecided = false;
  Ground no;
  no.criterion = "device-malfunction";
  no.text = "Ett fel hos produkten har lett till allvarlig försämring";
  no.confirmed_by = "ward-manager";
  no.basis = Basis::confirmed;
  no.true_since = night("05:00");
  no.denied = true;
  result.grounds = {no};
  return result;
}

ReportPrompt device_reopened() {
  ReportPrompt result = device_asked();
  result.kind = ReportPrompt::Kind::reopened;
  result.header.at = instant("2026-11-23T09:00:00+01:00");
  result.because = "answered_anew";
  result.asked_at = result.header.at;
  result.recovered_at = night("03:20");
  return result;
}

/// Unanswered: the strictest case counts, and from when nobody can say.
ReportPrompt by_case() {
  ReportPrompt result = device_asked();
  result.kind = ReportPrompt::Kind::ask_next;
  result.header.at = night("06:17");
  result.regime = {"device-manufacturer", "Tillverkare av medicinteknik (MDR och IVDR)"};
  result.question = "Är det ett allvarligt tillbud med vår produkt?";
  result.stages.resize(1);
  result.stages[0].name = "Rapport om allvarligt tillbud";
  result.stages[0].within = Period{Period::Kind::days, Millis(0), 2};
  result.stages[0].case_text = "Allvarligt hot mot folkhälsan";
  result.stages[0].case_presumed = true;
  result.stages[0].source = {"MDR (EU) 2017/745", "artikel 87.4", SourceBasis::text, Confidence::high, ""};
  return result;
}

ReportPrompt advisory() {
  ReportPrompt result = report();
  result.regime = {"cer", "Kritiska verksamhetsutövare (CER)"};
  result.question = "Störs en samhällsviktig tjänst betydligt?";
  result.advisory = true;
  result.binds_from = std::chrono::year(2027) / 5 / 17;
  result.stages.resize(1);
  result.stages[0].id = "initial_notification";
  result.stages[0].name = "Första anmälan";
  result.stage = "initial_notification";
  result.known_significant_at = Instant{};
  result.other_reading = Instant{};
  return result;
}

ReportPrompt follow_up() {
  ReportPrompt result;
  result.header = header(instant("2026-11-23T03:20:00+01:00"));
  result.kind = ReportPrompt::Kind::follow_up;
  result.regime.name = "Uppföljning efter störningen";
  result.question =
      "Har en negativ händelse eller ett tillbud inträffat hos er? Svara ja eller nej, med avvikelsens nummer.";
  result.activity = kEmergency;
  result.to = {"ward-manager", "Ledningsansvarig sjuksköterska, Akutmottagningen"};
  result.phone = "010-765 43 22";
  result.questions = {{"adverse_event:emergency-east", result.question}};
  result.cautions = {"Skriv ingen berättelse och inga patientuppgifter."};
  result.asked_at = result.header.at;
  result.recovered_at = night("03:20");
  result.assess_source = kPolicy;
  result.assess_source.note = "När frågan ställs är vårt eget val.";
  return result;
}

/// Months later the outage still goes on: another report on the day, and the final one when it is over.
ReportPrompt goes_on() {
  ReportPrompt result = due_for_months();
  result.kind = ReportPrompt::Kind::reminder;
  result.stage = "progress_report";
  result.stages.push_back(result.stages[2]);
  result.stages[2].id = "progress_report";
  result.stages[2].name = "Lägesrapport";
  StageState& last = result.stages[3];
  last.counts_from = StageState::CountsFrom::handled;
  last.after.clear();
  last.predicted = true;
  last.due = Instant{};
  last.legal_latest = Instant{};
  last.target = Date{};
  return result;
}

ReportPrompt across_clock_change() {
  ReportPrompt result = report();
  result.header.at = instant("2027-03-27T10:05:00+01:00");
  result.aware_at = instant("2027-03-27T10:00:00+01:00");
  result.criterion_true_at = result.aware_at;
  result.known_significant_at = result.aware_at;
  result.due = instant("2027-03-28T11:00:00+02:00");
  result.other_reading = result.due;
  result.stages[0].due = result.due;
  result.stages.resize(1);
  result.grounds[0].true_since = result.aware_at;
  return result;
}

ReportPrompt withdrawn() {
  ReportPrompt result = of_kind(ReportPrompt::Kind::withdrawn, night("03:40"));
  result.because = "criterion_no_longer_met";
  return result;
}

template <typename T>
T drill(T said) {
  said.header.exercise = true;
  return said;
}

}  // namespace

namespace {

const CallEntry kOfficer = {{"security-protection-officer", "Säkerhetsskyddschefen"}, "010-123 45 14", "dygnet runt"};

Alert concealed() {
  Alert result;
  result.header = alert().header;
  result.header.protected_mode = true;
  result.level = Level::critical;
  result.call = {kOfficer};
  return result;
}

ReportPrompt concealed_report() {
  ReportPrompt result;
  result.header = report().header;
  result.header.protected_mode = true;
  result.to = kOfficer.role;
  result.phone = kOfficer.phone;
  return result;
}

}  // namespace

std::vector<Specimen> all() {
  using Kind = ReportPrompt::Kind;
  std::vector<Specimen> result = {
      {"alert", alert()},
      {"alert_opened", opened()},
      {"alert_merged_and_grown", merged_and_grown()},
      {"alert_missed", missed()},
      {"alert_amended", amended()},
      {"alert_left_behind", left_behind()},
      {"alert_settling", settling()},
      {"alert_recovered", recovered()},
      {"alert_merged_away", merged_away()},
      {"alert_maintenance_overrun_ahead", overrun_ahead()},
      {"alert_maintenance_overrun_averted", overrun_averted()},
      {"alert_maintenance_overrun_taken_back", overrun_taken_back()},
      {"alert_maintenance_overran", overran()},
      {"alert_maintenance_not_agreed", work_not_agreed()},
      {"alert_maintenance_after_failure", failed_into_its_window()},
      {"alert_exercise", drill(alert())},
      {"activation", activation()},
      {"activation_exercise", drill(activation())},
      {"report_assess", report()},
      {"report_exercise", drill(report())},
      {"report_due_for_months", due_for_months()},
      {"report_without_number", without_number()},
      {"report_across_clock_change", across_clock_change()},
      {"report_withdrawn", withdrawn()},
      {"report_device_asked", device_asked()},
      {"report_device_late", device_late()},
      {"report_dismissed", device_dismissed()},
      {"report_reopened", device_reopened()},
      {"report_by_case", by_case()},
      {"report_advisory", advisory()},
      {"report_follow_up", follow_up()},
      {"report_goes_on", goes_on()},
      {"report_ask_next", of_kind(Kind::ask_next, instant("2026-11-22T20:20:00+01:00"))},
      {"report_due_presumed", of_kind(Kind::due, instant("2026-11-22T20:20:00+01:00"))},
      {"report_reminder", of_kind(Kind::reminder, instant("2026-11-23T01:20:30+01:00"))},
      {"report_overdue", of_kind(Kind::overdue, instant("2026-11-23T04:20:00+01:00"))},
      {"picture", picture()},
      {"dead_letter", dead_letter()},
      {"dead_letter_exercise", drill(dead_letter())},
      {"protected_alert", concealed()},
      {"protected_report", drill(concealed_report())},
  };
  ActivationPrompt no_longer = activation();
  no_longer.kind = ActivationPrompt::Kind::withdrawn;
  no_longer.withdrawn_because = "condition_no_longer_met";
  result.emplace_back("activation_withdrawn", no_longer);

  ReportPrompt still_open = of_kind(Kind::still_open, night("03:30"));
  still_open.recovered_at = night("03:20");
  still_open.awareness = ReportPrompt::Awareness::reported;
  result.emplace_back("report_still_open", still_open);

  ReportPrompt corrected = of_kind(Kind::amended, night("04:00"));
  corrected.because = "awareness_changed";
  result.emplace_back("report_amended", corrected);

  ReportPrompt confirmed = of_kind(Kind::due, night("03:20"));
  confirmed.because = "confirmed";
  confirmed.basis = Basis::confirmed;
  confirmed.grounds[0].basis = Basis::confirmed;
  confirmed.grounds[0].confirmed_by = "vårdenhetschefen";
  confirmed.questions.erase(confirmed.questions.begin());
  result.emplace_back("report_confirmed", confirmed);

  ReportPrompt submitted = of_kind(Kind::amended, night("08:13"));
  submitted.because = "submitted:early_warning";
  submitted.undecided = false;
  submitted.stages[0].submitted_at = night("08:13");
  submitted.recovered_at = night("03:20");
  result.emplace_back("report_submitted", submitted);

  ReportPrompt planned = report();
  planned.maintenance = {planned_work()};
  planned.maintenance[0].overran = true;
  result.emplace_back("report_maintenance", planned);
  planned.maintenance_source = LegalSource{"CIR 2024/2690", "art. 3", SourceBasis::interpretation, Confidence::low,
                                           "MCFFS 2026:8 säger inget om planerat underhåll."};
  result.emplace_back("report_maintenance_with_source", planned);

  ReportPrompt merged = of_kind(Kind::withdrawn, night("03:40"));
  merged.because = "merged:2026-0116";
  result.emplace_back("report_merged", merged);

  Alert blind = missed();
  blind.blind_from = night("03:00");
  blind.blind_until = night("04:19");
  result.emplace_back("alert_after_absence", blind);

  ReportPrompt closed = of_kind(Kind::closed, instant("2026-12-28T10:00:00+01:00"));
  for (auto& s : closed.stages) {
    s.submitted_at = instant("2026-12-28T09:00:00+01:00");
    s.predicted = false;
  }
  result.emplace_back("report_closed", closed);

  IncidentPicture over = picture();
  over.state = "over";
  over.level = Level::none;
  over.root = over.first;
  over.ended = night("03:10");
  over.duties.clear();
  over.services = 1;
  over.activities = 0;
  result.emplace_back("picture_over", over);
  return result;
}

}  // namespace avbrottsvakt::specimens
