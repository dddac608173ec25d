#include "support/said.h"

#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

std::string clock_of(Instant at) {
  const std::string text = format_instant(at);
  const std::string millis = text.substr(19, 4);
  return text.substr(11, 8) + (millis == ".000" ? "" : millis);
}

std::string line(const Output& output) {
  const OutputHeader& header = header_of(output);
  std::string text = clock_of(header.at) + " ";
  if (!header.incident.empty()) {
    text += header.incident.substr(5) + " ";
  }
  if (const auto* alert = std::get_if<Alert>(&output)) {
    return text + std::string(to_string(alert->level)) + " " + alert->root.id + ": " + reasons(*alert) + "\n";
  }
  if (const auto* prompt = std::get_if<ActivationPrompt>(&output)) {
    const bool withdrawn = prompt->kind == ActivationPrompt::Kind::withdrawn;
    return text + "activation " + prompt->service.id + " " + prompt->version + (withdrawn ? " withdrawn" : "") + "\n";
  }
  if (const auto* prompt = std::get_if<ReportPrompt>(&output)) {
    text += prompt->regime.id + " " + std::string(to_string(prompt->kind)) + " " + prompt->stage;
    return text + (prompt->because.empty() ? "" : " " + prompt->because) + "\n";
  }
  if (const auto* letter = std::get_if<DeadLetter>(&output)) {
    return text + "dead letter: " + letter->record.error + "\n";
  }
  return "";
}

}  // namespace

std::string story(const std::vector<Output>& outputs) {
  std::string text;
  for (const Output& output : outputs) {
    text += line(output);
  }
  return text;
}

std::vector<SaidEntry> entries(const std::vector<Output>& outputs, AlertReason reason, std::string_view subject) {
  std::vector<SaidEntry> found;
  for (const Output& output : outputs) {
    if (const auto* alert = std::get_if<Alert>(&output)) {
      for (const AlertEntry& entry : alert->entries) {
        if (entry.reason == reason && (subject.empty() || entry.subject.id == subject)) {
          found.push_back({alert->header.at, alert->header.incident, entry});
        }
      }
    }
  }
  return found;
}

std::optional<Instant> standing(const std::vector<Output>& outputs, AlertReason reason, std::string_view subject,
                                std::uint32_t percent) {
  std::optional<Instant> stands;
  for (const SaidEntry& said : entries(outputs, reason, subject)) {
    if (percent == 0 || said.entry.percent == percent) {
      stands = said.entry.withdrawn ? std::nullopt : std::optional(said.entry.at);
    }
  }
  return stands;
}

}  // namespace avbrottsvakt::testing
