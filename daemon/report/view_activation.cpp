#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "report/views.h"

namespace avbrottsvakt {
namespace {

/// The first steps: who has done these opens the plan itself.
constexpr std::size_t kShownSteps = 6;
constexpr std::size_t kShownFallbacks = 5;

std::vector<View> step_views(const ActivationPrompt& prompt, const Wording& wording, const View& parent) {
  std::vector<View> views;
  for (const auto& step : prompt.steps) {
    if (views.size() == kShownSteps) break;
    View view = parent.item();
    view.set("number", std::to_string(views.size() + 1))
        .set("role", name_of(step.role))
        .set("within", step.within ? wording.limit(*step.within) : std::string())
        .set("text", step.text)
        .set("verify", step.verify);
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<View> contact_views(const ActivationPrompt& prompt, const View& parent) {
  std::vector<View> views;
  for (const auto& contact : prompt.contacts) {
    View view = parent.item();
    view.set("number", std::to_string(views.size() + 1))
        .set("role", name_of(contact.role))
        .set("phone", contact.phone)
        .set("hours", contact.hours);
    views.push_back(std::move(view));
  }
  return views;
}

std::vector<View> fallback_views(const ActivationPrompt& prompt, const Wording& wording, const View& parent) {
  std::vector<View> views;
  for (const auto& fallback : prompt.fallbacks) {
    if (views.size() == kShownFallbacks) break;
    const bool known = fallback.mta_reached_at != kNever;
    const bool missed = known && fallback.mta_reached_at <= prompt.header.at;
    View view = parent.item();
    view.set("subject", name_of(fallback.activity))
        .set("routine", fallback.routine)
        .set("name", fallback.name)
        .set("holds_for", fallback.holds_for ? wording.limit(*fallback.holds_for) : std::string())
        .set("mta_ahead", known && !missed)
        .set("mta_missed", missed)
        .set("mta_at", wording.clock(fallback.mta_reached_at))
        .set("mta_left", wording.relative(fallback.mta_reached_at));
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace

View activation_view(const ActivationPrompt& prompt, const Reading& reading) {
  const Wording& wording = reading.wording;
  const bool never = prompt.rto_reached_at == kNever;
  const bool missed = !never && prompt.rto_reached_at <= prompt.header.at;
  const std::size_t more = prompt.steps.size() - std::min(prompt.steps.size(), kShownSteps);

  View view(TemplateKind::activation);
  view.set("time", wording.time_of_day(prompt.header.at))
      .set("kind", std::string(wording.words().activation.at(static_cast<std::size_t>(prompt.kind))))
      .set("incident", prompt.header.incident)
      .set("lagging", prompt.header.lagging)
      .set("exercise", prompt.header.exercise)
      .set("service", name_of(prompt.service))
      .set("version", prompt.version)
      .set("proposed", prompt.kind == ActivationPrompt::Kind::proposed)
      .set("withdrawn", prompt.kind == ActivationPrompt::Kind::withdrawn)
      .set("because", because(wording.words(), prompt.withdrawn_because))
      .set("is_down", prompt.condition == Condition::down)
      .set("is_degraded", prompt.condition != Condition::down)
      .set("since", wording.clock(prompt.began))
      .set("duration", wording.duration(std::max(prompt.header.at - prompt.began, Millis(0))))
      .set("met", wording.clock(prompt.condition_met_at))
      .set("elapsed", prompt.elapsed ? wording.limit(*prompt.elapsed) : std::string())
      .set("rto", wording.limit(prompt.rto))
      .set("rto_ahead", !never && !missed)
      .set("rto_missed", missed)
      .set("rto_never", never)
      .set("rto_at", wording.clock(prompt.rto_reached_at))
      .set("rto_left", wording.relative(prompt.rto_reached_at))
      .set("approved_on", prompt.approved_on.ok() ? wording.date(prompt.approved_on) : std::string())
      .set("approved_by", reading.role(prompt.approved_by))
      .set("steps", step_views(prompt, wording, view))
      .set("more_steps", more > 0 ? count(more, wording.words().step) : std::string())
      .set("contacts", contact_views(prompt, view))
      .set("fallbacks", fallback_views(prompt, wording, view));
  return view;
}

}  // namespace avbrottsvakt
