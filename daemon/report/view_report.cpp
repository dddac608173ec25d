#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/text.h"
#include "report/views.h"

namespace avbrottsvakt {
namespace {

using Kind = ReportPrompt::Kind;

/// As the engine begins its reason for a prompt about a stage that has been submitted; the stage follows.
constexpr std::string_view kSubmitted = "submitted:";

/// More than these nobody answers in one breath; they are in the order of what settles most.
constexpr std::size_t kQuestionsShownMax = 6;

/// "Incidentanmälan" within a sentence: "incidentanmälan". What begins with two capitals is an abbreviation and stays.
std::string lower_first(std::string text) {
  constexpr std::string_view kCapitals[] = {"Å", "Ä", "Ö"};
  constexpr std::string_view kSmall[] = {"å", "ä", "ö"};
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (text.size() >= 2 && is_capital(text[0]) && !is_capital(text[1])) {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
    return text;
  }
  for (std::size_t i = 0; i < std::size(kCapitals); ++i) {
    if (text.starts_with(kCapitals[i])) return std::string(kSmall[i]).append(text.substr(kCapitals[i].size()));
  }
  return text;
}

/// Without the full stop that a rule's text may end with: the template sets its own.
std::string sentence(std::string text) {
  while (!text.empty() && (text.back() == '.' || text.back() == ' ')) text.pop_back();
  return text;
}

/// Chapter and section stay with their numbers: "2 kap. 5 §". Without a full stop of its own.
std::string place_of(const LegalSource& source) {
  std::string place = sentence(source.place);
  for (std::size_t i = 1; i + 1 < place.size(); ++i) {
    const bool after_number = place[i - 1] >= '0' && place[i - 1] <= '9';
    if (place[i] == ' ' && after_number) place.replace(i, 1, kNoBreak);
  }
  return place;
}

const StageState* find_stage(const ReportPrompt& prompt) {
  const auto found = std::ranges::find(prompt.stages, prompt.stage, &StageState::id);
  return found == prompt.stages.end() ? nullptr : &*found;
}

void set_source(View& view, const LegalSource& source, const Words& words) {
  // Our own rules are no law to check against.
  const bool law = source.basis != SourceBasis::policy;
  view.set("act", source.act)
      .set("place", place_of(source))
      .set("basis", std::string(words.source_basis.at(static_cast<std::size_t>(source.basis))))
      .set("check", law && source.confidence == Confidence::low)
      .set("uncertain", law && source.confidence == Confidence::medium)
      .set("note", source.note);
}

std::vector<std::string> names_of(const std::vector<Named>& named) {
  std::vector<std::string> names;
  for (const auto& one : named) names.push_back(name_of(one));
  return names;
}

std::vector<View> ground_views(const ReportPrompt& prompt, const Reading& reading, const View& parent) {
  const Wording& wording = reading.wording;
  std::vector<View> views;
  for (const auto& ground : prompt.grounds) {
    View source = parent.item();
    set_source(source, ground.source, wording.words());
    View view = parent.item();
    view.set("numbered", prompt.grounds.size() > 1)
        .set("number", std::to_string(views.size() + 1))
        .set("presumed", ground.basis == Basis::presumed)
        .set("confirmed_by", ground.basis == Basis::confirmed ? reading.role(ground.confirmed_by) : std::string())
        .set("denied", ground.denied)
        .set("subjects", wording.list(names_of(ground.subjects)))
        .set("reference", ground.reference)
        .set("text", sentence(ground.text.empty() ? ground.criterion : ground.text))
        .set("forecast", ground.forecast)
        .set("at", wording.clock(ground.true_since))
        .set("left", wording.relative(ground.true_since))
        .set("measured", ground.measured ? wording.duration(*ground.measured) : std::string())
        .set("limit", ground.limit ? wording.limit(*ground.limit) : std::string())
        .set("source", ground.source.act.empty() ? std::vector<View>() : std::vector<View>{std::move(source)});
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<View> maintenance_views(const ReportPrompt& prompt, const Wording& wording, const View& parent) {
  std::vector<View> views;
  for (const auto& maintenance : prompt.maintenance) {
    std::vector<View> sources;
    if (prompt.maintenance_source) {
      set_source(sources.emplace_back(parent.item()), *prompt.maintenance_source, wording.words());
    }
    View view = parent.item();
    view.set("subject", name_of(maintenance.service))
        .set("reference", maintenance.reference)
        .set("from", wording.clock(maintenance.from))
        .set("until", wording.clock(maintenance.until))
        .set("maintenance_source", std::move(sources));
    views.push_back(std::move(view));
  }
  return views;
}

/// What a stage's period counts from: "från kännedom".
std::string from_of(const StageState& stage, const Words& words) {
  if (!stage.after.empty()) return put(words.from_submitted, lower_first(stage.after));
  switch (stage.counts_from) {
    case StageState::CountsFrom::known_significant:
      return std::string(words.from_known_significant);
    case StageState::CountsFrom::requested:
      return std::string(words.from_requested);
    case StageState::CountsFrom::handled:
      return std::string(words.from_handled);
    default:
      return std::string(words.from_known_incident);
  }
}

/// What the law leaves open: the case that counts, and the program's own target.
void set_case_and_target(View& view, const StageState& stage, const Wording& wording, Instant now) {
  const bool target = stage.policy_target && !stage.submitted_at;
  view.set("case", stage.submitted_at ? std::string() : lower_first(sentence(stage.case_text)))
      .set("case_presumed", stage.case_presumed)
      .set("policy_target", target ? wording.deadline(*stage.policy_target) : std::string())
      .set("policy_left", target ? wording.relative(*stage.policy_target) : std::string())
      .set("policy_passed", target && *stage.policy_target <= now);
}

View stage_view(const StageState& stage, std::size_t number, const Wording& wording, Instant now, const View& parent) {
  const bool later = stage.within && stage.due == Instant{} && !stage.submitted_at;
  const bool dated = stage.within.has_value() && !stage.submitted_at && !later;
  // Only days and months can end on a day that is no working day, or be read to end later.
  const bool civil = dated && stage.within->kind != Period::Kind::exact;
  const Date day = wording.local_date(stage.due);
  const bool aim_earlier = civil && stage.target.ok() && stage.target != day;
  const bool reads_later = civil && wording.local_date(stage.legal_latest) > day;
  View view = parent.item();
  set_source(view, stage.source, wording.words());
  set_case_and_target(view, stage, wording, now);
  view.set("number", std::to_string(number))
      .set("name", stage.name)
      .set("submitted", stage.submitted_at ? wording.day_and_clock(*stage.submitted_at) : std::string())
      .set("soonest", !stage.within && !stage.submitted_at)
      .set("dated", dated)
      .set("predicted", stage.predicted)
      .set("later", later)
      .set("requested", stage.requested_at ? wording.day_and_clock(*stage.requested_at) : std::string())
      .set("due", dated ? wording.deadline(stage.due) : std::string())
      .set("period", stage.within ? wording.period(*stage.within) : std::string())
      .set("from", from_of(stage, wording.words()))
      .set("after", lower_first(stage.after))
      .set("target", aim_earlier ? wording.date(stage.target) : std::string())
      .set("legal_latest", reads_later ? wording.date(stage.legal_latest) : std::string());
  return view;
}

/// Nothing is to be done about it any more.
bool is_over(const ReportPrompt& prompt) {
  return prompt.kind == Kind::withdrawn || prompt.kind == Kind::closed || prompt.kind == Kind::dismissed;
}

/// The deadline of the stage that the prompt is about.
void set_deadline(View& view, const ReportPrompt& prompt, const Wording& wording) {
  const StageState* stage = find_stage(prompt);
  const bool open = !is_over(prompt) && prompt.kind != Kind::follow_up;
  const bool numbered = stage == nullptr || stage->within.has_value();
  const bool dated = numbered && prompt.due != Instant{};
  const bool overdue = dated && prompt.due < prompt.header.at;
  const bool other = dated && prompt.other_reading != Instant{} && prompt.other_reading != prompt.due;
  const bool exact = stage == nullptr || !stage->within || stage->within->kind == Period::Kind::exact;
  const std::string name = stage == nullptr ? prompt.stage : stage->name;
  view.set("active", open)
      .set("to_do", open && (stage == nullptr || !stage->submitted_at))
      .set("undecided", prompt.undecided)
      .set("stage", name)
      .set("stage_lower", lower_first(name))
      .set("overdue", overdue)
      .set("timely", dated && !overdue)
      .set("later", numbered && !dated)
      .set("soonest", !numbered)
      .set("due", dated ? wording.deadline(prompt.due) : std::string())
      .set("left", dated ? wording.relative(prompt.due) : std::string())
      .set("period", stage != nullptr && stage->within ? wording.period(*stage->within)
                                                       : wording.duration(prompt.due - prompt.aware_at))
      .set("from", stage != nullptr ? from_of(*stage, wording.words()) : std::string())
      .set("after", stage == nullptr ? std::string() : lower_first(stage->after))
      .set("clock_change", dated && exact && wording.clocks_change(prompt.aware_at, prompt.due))
      .set("presumed_due", prompt.basis == Basis::presumed && !prompt.undecided)
      .set("other_reading", other ? wording.deadline(prompt.other_reading) : std::string())
      .set("significant", prompt.known_significant_at == Instant{}
                              ? std::string()
                              : wording.day_and_clock(prompt.known_significant_at));
  if (stage != nullptr) set_case_and_target(view, *stage, wording, prompt.header.at);
}

/// From what the first report counts: the incident, or the answer to the question.
void set_awareness(View& view, const ReportPrompt& prompt, const Reading& reading) {
  const bool acknowledged = prompt.awareness == ReportPrompt::Awareness::acknowledged;
  const bool reported = prompt.awareness == ReportPrompt::Awareness::reported;
  const bool by_answer =
      !prompt.stages.empty() && prompt.stages.front().counts_from == StageState::CountsFrom::known_significant;
  view.set("by_incident", !by_answer)
      .set("by_answer", by_answer)
      .set("aware", reading.wording.day_and_clock(prompt.aware_at))
      .set("first_alert", !acknowledged && !reported)
      .set("reported", reported)
      .set("acknowledged_by", acknowledged ? reading.role(prompt.aware_by) : std::string())
      .set("asked_at", prompt.asked_at ? reading.wording.clock(*prompt.asked_at) : std::string());
}

/// What the message is about, after the name of the law.
const std::string& heading_of(const ReportPrompt& prompt) {
  if (prompt.kind == Kind::follow_up) return name_of(prompt.activity);
  if (prompt.undecided || prompt.kind == Kind::dismissed) return prompt.question;
  const StageState* stage = find_stage(prompt);
  return stage == nullptr ? prompt.stage : stage->name;
}

/// The number of the incident in which the same duty goes on, if that is why this one is withdrawn.
std::string merged_into(const ReportPrompt& prompt) {
  constexpr std::string_view kMerged = "merged:";
  return prompt.because.starts_with(kMerged) ? prompt.because.substr(kMerged.size()) : std::string();
}

/// Why it is said, with the stage's name where the engine gives its identifier.
std::string reason_of(const ReportPrompt& prompt, const Words& words) {
  const auto colon = prompt.because.find(':');
  for (const auto& stage : prompt.stages) {
    if (colon != std::string::npos && prompt.because.substr(colon + 1) == stage.id) {
      return because(words, prompt.because.substr(0, colon + 1) + stage.name);
    }
  }
  return because(words, prompt.because);
}

/// The engine asks whether an activity is limited by its name alone; the rules ask in words.
std::string question_of(const Question& question, const Words& words) {
  const bool name_alone = question.fact.starts_with("limited:") && !question.text.ends_with('?');
  return name_alone ? put(words.question_limited, question.text) : question.text;
}

std::vector<View> text_views(const std::vector<std::string>& texts, const View& parent) {
  std::vector<View> views;
  for (const auto& text : texts) {
    View view = parent.item();
    view.set("number", std::to_string(views.size() + 1)).set("text", text);
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace

View report_view(const ReportPrompt& prompt, const Reading& reading) {
  const Wording& wording = reading.wording;
  const std::string merged = merged_into(prompt);
  const bool submitted = prompt.kind == Kind::amended && prompt.because.starts_with(kSubmitted);
  const bool law = prompt.recipient_source.basis != SourceBasis::policy;
  const bool over = is_over(prompt);
  // That says itself why.
  const bool asked_again = prompt.kind == Kind::reminder && prompt.undecided;

  View view(TemplateKind::report);
  view.set("time", wording.time_of_day(prompt.header.at))
      .set("kind", std::string(submitted ? wording.words().prompt_submitted
                                         : wording.words().prompt.at(static_cast<std::size_t>(prompt.kind))))
      .set("incident", prompt.header.incident)
      .set("lagging", prompt.header.lagging)
      .set("exercise", prompt.header.exercise)
      .set("regime", name_of(prompt.regime))
      .set("heading", heading_of(prompt))
      .set("question", prompt.question)
      .set("ask_next", prompt.kind == Kind::ask_next)
      .set("asked_again", asked_again)
      .set("advisory", prompt.advisory)
      .set("binds_from", prompt.binds_from.ok() ? wording.date(prompt.binds_from) : std::string())
      .set("dismissed", prompt.kind == Kind::dismissed)
      .set("follow_up", prompt.kind == Kind::follow_up)
      .set("activity", name_of(prompt.activity))
      .set("because", merged.empty() && !asked_again ? reason_of(prompt, wording.words()) : std::string())
      .set("merged_into", merged)
      .set("recovered", prompt.recovered_at ? wording.clock(*prompt.recovered_at) : std::string())
      .set("withdrawn", prompt.kind == Kind::withdrawn)
      .set("closed", prompt.kind == Kind::closed)
      .set("grounds", ground_views(prompt, reading, view))
      .set("maintenance", maintenance_views(prompt, wording, view))
      .set("duty_holder", name_of(prompt.duty_holder))
      .set("asked", name_of(prompt.to))
      .set("phone", prompt.phone)
      .set("recipient", prompt.recipient)
      .set("channel", prompt.channel)
      .set("recipient_check", law && prompt.recipient_source.confidence == Confidence::low)
      .set("recipient_uncertain", law && prompt.recipient_source.confidence == Confidence::medium)
      .set("contents_check", prompt.contents_source.confidence != Confidence::high)
      .set("contents_act", prompt.contents_source.act)
      .set("assess_note", prompt.assess_source.note)
      .set("cautions", text_views(over ? std::vector<std::string>() : prompt.cautions, view))
      .set("contents", text_views(prompt.contents, view));
  set_deadline(view, prompt, wording);
  set_awareness(view, prompt, reading);

  std::vector<View> questions;
  for (const auto& question : prompt.questions) {
    if (questions.size() == kQuestionsShownMax) break;
    View item = view.item();
    item.set("number", std::to_string(questions.size() + 1)).set("text", question_of(question, wording.words()));
    questions.push_back(std::move(item));
  }
  std::vector<View> stages;
  for (const auto& stage : prompt.stages)
    stages.push_back(stage_view(stage, stages.size() + 1, wording, prompt.header.at, view));
  const std::size_t unshown = prompt.questions.size() - questions.size();
  view.set("more_questions", unshown > 0 ? std::to_string(unshown) : std::string());
  view.set("questions", std::move(questions)).set("stages", std::move(stages));
  return view;
}

}  // namespace avbrottsvakt
