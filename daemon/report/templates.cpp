#include "report/templates.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <kainjow/mustache.hpp>
#include <utility>

#include "base/check.h"
#include "report/text.h"

namespace avbrottsvakt {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::size_t kFileBytesMax = 64 * 1024;

// As rules/templates/README.md explains them.
// clang-format off
constexpr std::string_view kAlertNames[] = {
    "time", "level", "incident", "lagging", "exercise", "blind_from", "blind_until",
    "service", "since", "duration", "ended", "is_down", "is_degraded",
    "running", "healed", "settling", "over", "merged_into", "remaining", "remaining_since", "remaining_for",
    "reasons", "withdrawn", "opened", "root_found", "merged", "ladder", "ladder_start", "share",
    "forecast_mta", "rto_missed", "mta_missed", "fallback_missed", "activation", "legal", "grown", "repeated", "amended",
    "level_lowered", "recovered", "merged_away", "other", "subject", "at", "left", "was", "told",
    "objectives", "kind", "limit", "ahead", "holds", "held", "never", "missed", "kept", "margin",
    "presumed", "confirmed", "more_activities",
    "root", "root_down", "root_degraded", "root_up", "root_since", "services", "activities",
    "plans", "version", "proposed", "without_plan", "silent", "external_numbers", "contradictions", "source", "protected_mode", "without_spare", "more_without_spare", "calling", "call_now", "call", "acknowledged", "acknowledged_by",
    "next", "crossings", "summaries", "text",
    "planned", "maintenance", "overrun_ahead", "reference", "from", "until", "overran", "open", "past",
    "not_agreed", "approved_by"};

constexpr std::string_view kActivationNames[] = {
    "time", "kind", "incident", "lagging", "exercise", "service", "version", "proposed", "withdrawn", "because",
    "is_down", "is_degraded", "since", "duration", "met", "elapsed",
    "rto", "rto_ahead", "rto_missed", "rto_never", "rto_at", "rto_left", "approved_on", "approved_by",
    "steps", "number", "role", "within", "text", "verify", "more_steps", "contacts", "phone", "hours",
    "fallbacks", "subject", "routine", "name", "holds_for", "mta_ahead", "mta_missed", "mta_at", "mta_left"};

constexpr std::string_view kReportNames[] = {
    "time", "kind", "incident", "lagging", "exercise", "regime", "heading", "question", "stage", "stage_lower",
    "undecided", "ask_next", "asked_again", "because", "recovered", "withdrawn", "merged_into", "closed", "dismissed",
    "follow_up", "activity", "active", "advisory", "binds_from",
    "to_do", "overdue", "timely", "later", "soonest", "due", "period", "from", "after", "left", "clock_change",
    "presumed_due", "case", "case_presumed", "policy_target", "policy_left", "policy_passed",
    "other_reading", "significant", "by_incident", "by_answer", "aware", "first_alert", "reported", "acknowledged_by", "asked_at",
    "grounds", "numbered", "number", "presumed", "confirmed_by", "text", "forecast", "at", "measured", "limit",
    "denied", "subjects", "reference", "source", "act", "place", "basis", "check", "uncertain", "note",
    "duty_holder", "asked", "phone", "recipient", "channel", "recipient_check", "recipient_uncertain", "cautions",
    "questions", "more_questions",
    "stages", "name", "submitted", "requested", "dated", "predicted", "target", "legal_latest", "contents",
    "contents_check", "contents_act", "assess_note", "maintenance", "subject", "until", "maintenance_source"};

constexpr std::string_view kIncidentNames[] = {
    "time", "incident", "exercise", "level", "state", "service", "since", "duration", "ended", "root", "services",
    "activities", "duties", "regime", "at"};

constexpr std::string_view kDeadLetterNames[] = {
    "time", "exercise", "topic", "partition", "offset", "bytes", "error", "message", "stage"};

constexpr std::string_view kProtectedModeNames[] = {"time", "incident", "exercise", "call"};
// clang-format on

constexpr std::array<std::span<const std::string_view>, kTemplateFiles.size()> kNames = {
    kAlertNames, kActivationNames, kReportNames, kIncidentNames, kDeadLetterNames, kProtectedModeNames};

bool may_name(TemplateKind kind, std::string_view name) { return std::ranges::count(template_names(kind), name) > 0; }

mustache::data to_data(const View& view) {
  mustache::data data{mustache::data::type::object};
  for (const auto& [name, value] : view.values()) {
    const std::string key(name);
    if (const auto* flag = std::get_if<bool>(&value)) {
      data.set(key, mustache::data(*flag));
    } else if (const auto* text = std::get_if<std::string>(&value)) {
      data.set(key, mustache::data(*text));
    } else {
      mustache::data list{mustache::data::type::list};
      for (const auto& item : std::get<std::vector<View>>(value)) list.push_back(to_data(item));
      data.set(key, list);
    }
  }
  return data;
}

Error fault(const std::string& file, std::string_view source, std::size_t at, std::string message, std::string remedy) {
  Error error(ErrorCode::invalid_input, std::move(message), std::move(remedy));
  const auto before = source.substr(0, at);
  const auto line_start = before.rfind('\n');
  error.place.file = file;
  error.place.line = static_cast<int>(std::ranges::count(before, '\n')) + 1;
  error.place.column = columns(line_start == std::string_view::npos ? before : before.substr(line_start + 1)) + 1;
  return error;
}

/// Refuses what mustache itself would silently show as nothing, or let pass unescaped.
Result<void> check(const std::string& file, const std::string& source, TemplateKind kind) {
  const std::string_view text = source;
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const std::size_t end = text.find("}}", at);
    if (end == std::string_view::npos) {
      return fail(fault(file, text, at, "this {{ is never closed", "end the tag with }}"));
    }
    std::string_view tag = text.substr(at + 2, end - at - 2);
    constexpr std::string_view kSections = "#^/";
    constexpr std::string_view kRefused = "{&>=";
    if (!tag.empty() && kRefused.find(tag.front()) != std::string_view::npos) {
      return fail(fault(file, text, at, fmt::format("{{{{{} is not allowed in these templates", tag.front()),
                        "use {{name}}: every value must be made safe for a terminal first"));
    }
    if (tag.empty() || tag.front() != '!') {
      if (!tag.empty() && kSections.find(tag.front()) != std::string_view::npos) tag.remove_prefix(1);
      if (!may_name(kind, tag)) {
        return fail(fault(file, text, at + 2, fmt::format("there is no \"{}\" in this kind of message", tag),
                          fmt::format("the names are: {}", fmt::join(template_names(kind), ", "))));
      }
    }
    at = end + 2;
  }
  const mustache::mustache parsed(source);
  if (!parsed.is_valid()) {
    return fail(fault(file, text, 0, "not a template: " + parsed.error_message(),
                      "every {{#name}} and {{^name}} needs its {{/name}}"));
  }
  return {};
}

}  // namespace

std::span<const std::string_view> template_names(TemplateKind kind) {
  return kNames.at(static_cast<std::size_t>(kind));
}

View& View::put(std::string_view name, Value value) {
  const auto names = template_names(kind_);
  const auto known = std::ranges::find(names, name);
  AV_CHECK(known != names.end());
  values_.insert_or_assign(*known, std::move(value));
  return *this;
}

View& View::set(std::string_view name, std::string text) {
  return text.empty() ? put(name, false) : put(name, std::move(text));
}
View& View::set(std::string_view name, bool flag) { return put(name, flag); }
View& View::set(std::string_view name, std::vector<View> items) { return put(name, std::move(items)); }

Result<Templates> Templates::load(const std::string& folder, Language language) {
  Templates result;
  for (std::size_t i = 0; i < kTemplateFiles.size(); ++i) {
    const std::string file =
        fmt::format("{}/{}/{}.mustache", folder, language == Language::sv ? "sv" : "en", kTemplateFiles.at(i));
    std::ifstream stream(file, std::ios::binary);
    if (!stream) {
      return fail(ErrorCode::not_found, "cannot open the template " + file,
                  "templates lie in rules/templates; name that folder, or put the file back");
    }
    std::string source{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (source.size() > kFileBytesMax) {
      return fail(ErrorCode::limit, fmt::format("{} is larger than {} bytes", file, kFileBytesMax),
                  "a template is a page of text");
    }
    if (auto checked = check(file, source, static_cast<TemplateKind>(i)); !checked) return fail(checked.error());
    result.sources_.at(i) = std::move(source);
  }
  return result;
}

std::string Templates::render(TemplateKind kind, const View& view) const {
  // Parsed each time, some tens of microseconds: messages are for people, and this way any thread may render.
  mustache::mustache parsed(sources_.at(static_cast<std::size_t>(kind)));
  parsed.set_custom_escape([](const std::string& value) { return as_value(value); });
  return parsed.render(to_data(view));
}

}  // namespace avbrottsvakt
