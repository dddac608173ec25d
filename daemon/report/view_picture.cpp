#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "report/views.h"

namespace avbrottsvakt {
namespace {

/// The word for a state that travels as text; a state that a newer engine invents is shown as it is.
template <std::size_t n>
std::string word_for(const std::string& state, const std::array<std::string_view, n>& states,
                     const std::array<std::string_view, n>& words) {
  const auto found = std::ranges::find(states, state);
  if (found == states.end()) return state;
  return std::string(words.at(static_cast<std::size_t>(found - states.begin())));
}

constexpr std::array<std::string_view, 4> kIncidentStates = {"open", "settling", "over", "merged"};
constexpr std::array<std::string_view, 7> kDutyStates = {"watching", "forecast",  "assess",   "due",
                                                         "closed",   "withdrawn", "dismissed"};

}  // namespace

View incident_view(const IncidentPicture& picture, const Reading& reading) {
  const Wording& wording = reading.wording;
  const Words& words = wording.words();
  const bool known = !picture.root.id.empty() && picture.root.id != picture.first.id;
  const Millis lasted = picture.ended.value_or(picture.header.at) - picture.began;

  View view(TemplateKind::incident);
  view.set("time", wording.time_of_day(picture.header.at))
      .set("incident", picture.header.incident)
      .set("exercise", picture.header.exercise)
      .set("level", std::string(picture.state == "over" ? words.level_over
                                                        : words.level.at(static_cast<std::size_t>(picture.level))))
      .set("state", word_for(picture.state, kIncidentStates, words.incident))
      .set("service", name_of(picture.first))
      .set("since", wording.clock(picture.began))
      .set("duration", wording.duration(std::max(lasted, Millis(0))))
      .set("ended", picture.ended ? wording.clock(*picture.ended) : std::string())
      .set("root", known ? name_of(picture.root) : std::string())
      .set("services", count(picture.services, words.service))
      .set("activities", count(picture.activities, words.activity));
  std::vector<View> duties;
  for (const auto& duty : picture.duties) {
    View item = view.item();
    item.set("regime", name_of(duty.regime))
        .set("state", word_for(duty.state, kDutyStates, words.duty))
        .set("at", duty.true_at ? wording.clock(*duty.true_at) : std::string());
    duties.push_back(std::move(item));
  }
  view.set("duties", std::move(duties));
  return view;
}

View protected_mode_view(const Output& output, const Reading& reading) {
  const OutputHeader& header = header_of(output);
  std::string who;
  std::string phone;
  const auto reach = [&](const Named& role, const std::string& number) {
    who = name_of(role);
    phone = number.empty() ? std::string(reading.wording.words().no_phone) : number;
  };
  if (const auto* alert = std::get_if<Alert>(&output); alert != nullptr && !alert->call.empty()) {
    reach(alert->call.front().role, alert->call.front().phone);
  } else if (const auto* prompt = std::get_if<ActivationPrompt>(&output);
             prompt != nullptr && !prompt->contacts.empty()) {
    reach(prompt->contacts.front().role, prompt->contacts.front().phone);
  } else if (const auto* report = std::get_if<ReportPrompt>(&output)) {
    reach(report->to, report->phone);
  }
  View view(TemplateKind::protected_mode);
  view.set("time", reading.wording.time_of_day(header.at))
      .set("incident", header.incident)
      .set("exercise", header.exercise)
      .set("call", who.empty() ? std::string() : who + " " + phone);
  return view;
}

View dead_letter_view(const DeadLetter& letter, const Reading& reading) {
  View view(TemplateKind::dead_letter);
  view.set("time", reading.wording.time_of_day(letter.header.at))
      .set("exercise", letter.header.exercise)
      .set("topic", letter.record.topic)
      .set("partition", std::to_string(letter.record.partition))
      .set("offset", std::to_string(letter.record.offset))
      .set("bytes", std::to_string(letter.record.value.size()))
      .set("error", letter.record.error)
      .set("message", letter.record.message)
      .set("stage", letter.record.stage);
  return view;
}

}  // namespace avbrottsvakt
