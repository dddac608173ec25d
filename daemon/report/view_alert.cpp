#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "report/text.h"
#include "report/views.h"

namespace avbrottsvakt {
namespace {

/// A page must be read at night: the tightest of each kind are shown, the counts tell of the rest.
constexpr std::size_t kShownOfKind = 3;
/// Fallback routines stand in full in the activation prompt.
constexpr std::size_t kShownFallbacks = 1;
constexpr std::size_t kShownSummaries = 2;

/// Each role once, in the order in which they are named.
std::string told(const std::vector<AlertEntry>& entries, const Reading& reading) {
  std::vector<std::string> names;
  for (const auto& entry : entries) {
    for (const auto& role : entry.tell) {
      if (std::ranges::count(names, reading.role(role)) == 0) names.push_back(reading.role(role));
    }
  }
  return reading.wording.list(names);
}

/// "75 % av MTA", or nothing for the step at opening.
std::string share_of(const AlertEntry& entry, const Reading& reading) {
  if (entry.share_of == AlertEntry::Share::none) return {};
  const auto kind = entry.share_of == AlertEntry::Share::rto ? Objective::Kind::rto : Objective::Kind::mta;
  const auto& words = reading.wording.words();
  return put(put(words.share, std::to_string(entry.percent)), words.objective.at(static_cast<std::size_t>(kind)));
}

/// When a forecast MTA will be reached: what the objective says, for the entry tells only since when it is forecast.
std::string forecast_at(const Alert& alert, const AlertEntry& entry, const Wording& wording, std::string& left) {
  for (const auto& objective : alert.objectives) {
    if (objective.kind != Objective::Kind::mta || objective.subject.id != entry.subject.id) continue;
    if (objective.reached_at == kNever) return {};
    left = wording.relative(objective.reached_at);
    return wording.clock(objective.reached_at);
  }
  return {};
}

/// When planned work on a service ends: what a warning of its overrun is about.
std::string until_of(const Alert& alert, const Named& service, const Wording& wording) {
  for (const auto& maintenance : alert.maintenance) {
    if (maintenance.service.id == service.id) return wording.clock(maintenance.until);
  }
  return {};
}

View entry_view(const Alert& alert, const AlertEntry& entry, const Reading& reading, const View& parent) {
  const Wording& wording = reading.wording;
  const auto is = [&](AlertReason reason) { return entry.reason == reason; };
  const std::string share = is(AlertReason::ladder) ? share_of(entry, reading) : std::string();
  std::string left = wording.relative(entry.at);
  const std::string at =
      is(AlertReason::forecast_mta) ? forecast_at(alert, entry, wording, left) : wording.clock(entry.at);
  View view = parent.item();
  view.set("withdrawn", entry.withdrawn)
      .set("opened", is(AlertReason::opened))
      .set("root_found", is(AlertReason::root_found))
      .set("merged", is(AlertReason::merged))
      .set("ladder", is(AlertReason::ladder))
      .set("ladder_start", is(AlertReason::ladder) && share.empty())
      .set("share", share)
      .set("forecast_mta", is(AlertReason::forecast_mta))
      .set("rto_missed", is(AlertReason::rto_missed))
      .set("mta_missed", is(AlertReason::mta_missed))
      .set("fallback_missed", is(AlertReason::fallback_missed))
      .set("activation", is(AlertReason::activation))
      .set("legal", is(AlertReason::legal))
      .set("grown", is(AlertReason::grown))
      .set("repeated", is(AlertReason::repeated))
      .set("amended", is(AlertReason::amended))
      .set("protected_mode", is(AlertReason::protected_mode))
      .set("level_lowered", is(AlertReason::level_lowered))
      .set("recovered", is(AlertReason::recovered))
      .set("merged_away", is(AlertReason::merged_away))
      .set("overrun_ahead", is(AlertReason::overrun_ahead))
      .set("until", is(AlertReason::overrun_ahead) ? until_of(alert, entry.subject, wording) : "")
      .set("subject", name_of(entry.subject))
      .set("at", at)
      .set("left", left)
      .set("was", entry.was_at ? wording.clock(*entry.was_at) : std::string());
  // For what the template has no words of its own, as something yet to come.
  constexpr std::array kForeseen = {AlertReason::rto_missed,     AlertReason::mta_missed, AlertReason::forecast_mta,
                                    AlertReason::activation,     AlertReason::legal,      AlertReason::repeated,
                                    AlertReason::fallback_missed};
  view.set("other", share.empty() && std::ranges::count(kForeseen, entry.reason) == 0);
  return view;
}

/// The ladder's step at 100 % is said by the missed objective beside it.
bool says_the_same(const AlertEntry& entry, const std::vector<AlertEntry>& entries) {
  if (entry.reason != AlertReason::ladder || entry.percent != 100) return false;
  const auto missed = entry.share_of == AlertEntry::Share::rto ? AlertReason::rto_missed : AlertReason::mta_missed;
  return std::ranges::any_of(entries, [&](const AlertEntry& other) {
    return other.reason == missed && other.at == entry.at && other.withdrawn == entry.withdrawn;
  });
}

std::vector<View> entry_views(const Alert& alert, const std::vector<AlertEntry>& entries, const Reading& reading,
                              const View& parent) {
  std::vector<View> views;
  for (const auto& entry : entries) {
    if (!says_the_same(entry, entries)) views.push_back(entry_view(alert, entry, reading, parent));
  }
  return views;
}

View objective_view(const Objective& objective, const Wording& wording, const View& parent) {
  const bool running = objective.state == Objective::State::running;
  const bool never = running && objective.reached_at == kNever;
  const bool fallback = objective.kind == Objective::Kind::fallback;
  const bool missed = objective.state == Objective::State::missed;
  const bool kept = objective.state == Objective::State::kept;
  std::string margin;
  if (kept && objective.ended_at && objective.reached_at != kNever) {
    margin = wording.duration(std::max(objective.reached_at - *objective.ended_at, Millis(0)));
  }
  View view = parent.item();
  view.set("kind", std::string(wording.words().objective.at(static_cast<std::size_t>(objective.kind))))
      .set("limit", wording.limit(objective.limit))
      .set("ahead", running && !never && !fallback)
      .set("holds", running && !never && fallback)
      .set("held", missed && fallback)
      .set("never", never)
      .set("missed", missed && !fallback)
      .set("kept", kept)
      .set("margin", margin)
      .set("at", wording.clock(objective.reached_at))
      .set("left", wording.relative(objective.reached_at))
      .set("subject", name_of(objective.subject))
      .set("presumed", objective.basis == Basis::presumed)
      .set("confirmed", objective.basis == Basis::confirmed);
  return view;
}

/// What is still out though the first works again: the service with a plan that has been out the longest, else the
/// activity. Null if no clock tells.
const Objective* remaining_of(const Alert& alert) {
  const Objective* found = nullptr;
  for (const auto& objective : alert.objectives) {
    if (objective.ended_at || objective.kind == Objective::Kind::fallback) continue;
    const bool service = objective.kind == Objective::Kind::rto;
    const bool found_service = found != nullptr && found->kind == Objective::Kind::rto;
    const bool longer = found != nullptr && service == found_service && objective.since < found->since;
    if (found == nullptr || (service && !found_service) || longer) found = &objective;
  }
  return found;
}

void set_remaining(View& view, const Alert& alert, const Wording& wording) {
  const Objective* remaining = remaining_of(alert);
  const bool known = remaining != nullptr;
  view.set("remaining", known ? name_of(remaining->subject) : std::string())
      .set("remaining_since", known ? wording.clock(remaining->since) : std::string())
      .set("remaining_for",
           known ? wording.duration(std::max(alert.header.at - remaining->since, Millis(0))) : std::string());
}

void set_objectives(View& view, const Alert& alert, const Reading& reading) {
  std::vector<View> shown;
  std::size_t activities_shown = 0;
  for (const auto kind : {Objective::Kind::rto, Objective::Kind::mta, Objective::Kind::fallback}) {
    const bool fallback = kind == Objective::Kind::fallback;
    std::size_t of_kind = 0;
    for (const auto& objective : alert.objectives) {
      if (objective.kind != kind || of_kind == (fallback ? kShownFallbacks : kShownOfKind)) continue;
      // A routine that was not used up is no news.
      if (fallback && objective.state == Objective::State::kept) continue;
      shown.push_back(objective_view(objective, reading.wording, view));
      ++of_kind;
    }
    if (kind == Objective::Kind::mta) activities_shown = of_kind;
  }
  const bool more = alert.activities > activities_shown;
  view.set("objectives", std::move(shown))
      .set("more_activities",
           more ? count(alert.activities - activities_shown, reading.wording.words().activity) : std::string());
}

void set_cause(View& view, const Alert& alert, const Wording& wording) {
  const bool known = !alert.root.id.empty() && alert.root.id != alert.first.id;
  view.set("root", known ? name_of(alert.root) : std::string())
      .set("root_down", known && alert.root_condition == Condition::down)
      .set("root_degraded", known && alert.root_condition == Condition::degraded)
      .set("root_up", known && alert.root_condition == Condition::up)
      .set("root_since", wording.clock(alert.root_began))
      // Planned work can be out for some activities alone.
      .set("services", alert.services > 0 ? count(alert.services, wording.words().service) : std::string())
      .set("activities", count(alert.activities, wording.words().activity));
}

void set_plans(View& view, const Alert& alert, const Wording& wording) {
  std::vector<View> plans;
  for (const auto& plan : alert.plans) {
    View item = view.item();
    item.set("subject", name_of(plan.service))
        .set("version", plan.version)
        .set("proposed", plan.proposed_at ? wording.clock(*plan.proposed_at) : std::string());
    plans.push_back(std::move(item));
  }
  std::vector<View> without;
  for (const auto& service : alert.without_plan) {
    without.push_back(view.item().set("subject", name_of(service)));
  }
  std::vector<std::string> spare;
  for (const auto& service : alert.without_spare) {
    if (spare.size() < kShownOfKind) spare.push_back(name_of(service));
  }
  const std::uint32_t more = alert.without_spare_total - static_cast<std::uint32_t>(spare.size());
  view.set("plans", std::move(plans))
      .set("without_plan", std::move(without))
      .set("without_spare", more > 0 ? fmt::format("{}", fmt::join(spare, ", ")) : wording.list(spare))
      .set("more_without_spare", more > 0 ? std::to_string(more) : std::string());
}

void set_maintenance(View& view, const Alert& alert, const Wording& wording) {
  std::vector<View> shown;
  for (const auto& maintenance : alert.maintenance) {
    const bool open = maintenance.from <= alert.header.at && alert.header.at < maintenance.until;
    std::vector<std::string> not_agreed;
    for (const auto& activity : maintenance.not_agreed) {
      if (not_agreed.size() < kShownOfKind) not_agreed.push_back(name_of(activity));
    }
    const std::size_t more = maintenance.not_agreed.size() - not_agreed.size();
    if (more > 0) not_agreed.push_back(count(static_cast<std::uint32_t>(more), wording.words().activity));
    View item = view.item();
    item.set("subject", name_of(maintenance.service))
        .set("reference", maintenance.reference)
        .set("from", wording.clock(maintenance.from))
        .set("until", wording.clock(maintenance.until))
        .set("approved_by", maintenance.approved_by)
        .set("overran", maintenance.overran)
        .set("open", !maintenance.overran && open)
        .set("past", !maintenance.overran && !open)
        .set("not_agreed", wording.list(not_agreed));
    shown.push_back(std::move(item));
  }
  view.set("maintenance", std::move(shown));
}

/// The first service is being worked on as planned: it is neither out nor back. The end of that work, or nothing.
std::string planned_until(const Alert& alert, const Wording& wording) {
  for (const auto& maintenance : alert.maintenance) {
    const bool open = maintenance.from <= alert.header.at && alert.header.at < maintenance.until;
    // What somebody told us has been restored is.
    const bool restored = alert.header.incident.empty() && alert.ended.has_value();
    if (open && maintenance.service.id == alert.first.id && !maintenance.overran && !restored) {
      return wording.clock(maintenance.until);
    }
  }
  return {};
}

/// "KSD i beredskap 010-123 45 67 (dygnet runt), därefter TiB": one sentence, to be read out.
std::string call_list(const Alert& alert, const Words& words) {
  std::string result;
  for (const auto& entry : alert.call) {
    if (!result.empty()) result += fmt::format(", {} ", words.thereafter);
    result += name_of(entry.role);
    result += fmt::format(" {}", entry.phone.empty() ? std::string(words.no_phone) : entry.phone);
    if (!entry.hours.empty()) result += fmt::format(" ({})", entry.hours);
  }
  return result;
}

/// The incident that this one is part of now, if this message says so.
std::string merged_into(const Alert& alert) {
  const auto away = std::ranges::find_if(
      alert.entries, [](const AlertEntry& e) { return e.reason == AlertReason::merged_away && !e.withdrawn; });
  return away == alert.entries.end() ? std::string() : name_of(away->subject);
}

}  // namespace

View alert_view(const Alert& alert, const Reading& reading) {
  const Wording& wording = reading.wording;
  const Words& words = wording.words();
  const std::string merged = merged_into(alert);
  const bool over = alert.ended.has_value() && merged.empty();
  const bool settling = alert.settling && !over && merged.empty();
  const bool active = !over && !settling && merged.empty();
  const std::string planned = planned_until(alert, wording);
  const Millis lasted = alert.ended.value_or(alert.header.at) - alert.began;

  View view(TemplateKind::alert);
  view.set("time", wording.time_of_day(alert.header.at))
      .set("level", std::string(over ? words.level_over : words.level.at(static_cast<std::size_t>(alert.level))))
      .set("incident", alert.header.incident)
      .set("lagging", alert.header.lagging)
      .set("exercise", alert.header.exercise)
      .set("blind_from", alert.blind_from ? wording.clock(*alert.blind_from) : std::string())
      .set("blind_until", alert.blind_until ? wording.clock(*alert.blind_until) : std::string())
      .set("service", name_of(alert.first))
      .set("since", wording.clock(alert.began))
      .set("duration", wording.duration(std::max(lasted, Millis(0))))
      .set("ended", over ? wording.clock(*alert.ended) : std::string())
      .set("silent", alert.silent)
      .set("is_down", alert.condition == Condition::down)
      .set("is_degraded", alert.condition == Condition::degraded)
      .set("planned", planned)
      .set("running", planned.empty() && active && alert.condition != Condition::up)
      .set("healed", planned.empty() && active && alert.condition == Condition::up)
      .set("settling", planned.empty() && settling)
      .set("over", planned.empty() && over)
      .set("merged_into", merged)
      .set("reasons", entry_views(alert, alert.entries, reading, view))
      .set("told", told(alert.entries, reading))
      // Somebody answers for it already; but a step of the ladder calls for more.
      .set("call_now", !alert.acknowledged_at || !told(alert.entries, reading).empty())
      .set("acknowledged", alert.acknowledged_at ? wording.clock(*alert.acknowledged_at) : std::string())
      .set("acknowledged_by", reading.role(alert.acknowledged_by))
      .set("call", call_list(alert, words))
      .set("calling", (active || settling) && !alert.call.empty());
  set_remaining(view, alert, wording);
  set_objectives(view, alert, reading);
  set_cause(view, alert, wording);
  set_plans(view, alert, wording);
  set_maintenance(view, alert, wording);

  std::vector<View> next;
  if (alert.next && !over && merged.empty()) {
    View item = view.item();
    item.set("at", wording.clock(alert.next->at))
        .set("left", wording.relative(alert.next->at))
        .set("crossings", entry_views(alert, alert.next->entries, reading, view))
        .set("told", told(alert.next->entries, reading));
    next.push_back(std::move(item));
  }
  std::vector<View> summaries;
  for (const auto& summary : alert.summaries) {
    if (summaries.size() < kShownSummaries) summaries.push_back(view.item().set("text", summary));
  }
  std::vector<View> numbers;
  for (const auto& number : alert.external_numbers) numbers.push_back(view.item().set("text", number));
  std::vector<View> contradictions;
  for (const auto& one : alert.contradictions) {
    View item = view.item();
    item.set("source", one.source).set("subject", name_of(one.service)).set("at", wording.clock(one.at));
    contradictions.push_back(std::move(item));
  }
  view.set("external_numbers", std::move(numbers)).set("contradictions", std::move(contradictions));
  view.set("next", std::move(next)).set("summaries", std::move(summaries));
  return view;
}

}  // namespace avbrottsvakt
