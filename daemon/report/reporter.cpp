#include "report/reporter.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "report/text.h"
#include "report/views.h"

namespace avbrottsvakt {
namespace {

constexpr int kWidthLeast = 40;
constexpr int kWidthMost = 200;

Tone tone_of(Level level) {
  switch (level) {
    case Level::emergency:
    case Level::critical:
      return Tone::alarm;
    case Level::warning:
      return Tone::warning;
    case Level::notice:
      return Tone::notice;
    case Level::none:
      break;
  }
  return Tone::calm;
}

Tone tone_of(const Output& output) {
  return std::visit(
      [](const auto& said) {
        using T = std::decay_t<decltype(said)>;
        if constexpr (std::is_same_v<T, Alert> || std::is_same_v<T, IncidentPicture>) {
          return tone_of(said.level);
        } else if constexpr (std::is_same_v<T, ReportPrompt>) {
          const bool calm = said.kind == ReportPrompt::Kind::withdrawn || said.kind == ReportPrompt::Kind::closed ||
                            said.kind == ReportPrompt::Kind::dismissed;
          const bool late = said.kind == ReportPrompt::Kind::overdue;
          return calm ? Tone::calm : late ? Tone::alarm : Tone::warning;
        } else {
          return Tone::warning;
        }
      },
      output);
}

View view_of(const Output& output, const Reading& reading) {
  return std::visit(
      [&](const auto& said) {
        using T = std::decay_t<decltype(said)>;
        if constexpr (std::is_same_v<T, Alert>) {
          return alert_view(said, reading);
        } else if constexpr (std::is_same_v<T, ActivationPrompt>) {
          return activation_view(said, reading);
        } else if constexpr (std::is_same_v<T, ReportPrompt>) {
          return report_view(said, reading);
        } else if constexpr (std::is_same_v<T, IncidentPicture>) {
          return incident_view(said, reading);
        } else {
          return dead_letter_view(said, reading);
        }
      },
      output);
}

}  // namespace

Result<Reporter> Reporter::load(const std::string& templates, RenderOptions options) {
  auto loaded = Templates::load(templates, options.language);
  if (!loaded) return fail(loaded.error());
  options.width = std::clamp(options.width, kWidthLeast, kWidthMost);
  if (options.zone.offsets.empty()) options.zone = {"UTC", {{Instant{}, std::chrono::seconds(0)}}};
  return Reporter(*std::move(loaded), std::move(options));
}

Reporter::Reporter(Templates templates, RenderOptions options)
    : templates_(std::move(templates)), options_(std::move(options)) {}

std::string Reporter::render(const Output& output) const {
  const OutputHeader& header = header_of(output);
  const Words& words = words_of(options_.language);
  const Reading reading{Wording(words, options_.zone, header.at), options_.roles};
  std::string markup = header.protected_mode
                           ? templates_.render(TemplateKind::protected_mode, protected_mode_view(output, reading))
                           : templates_.render(static_cast<TemplateKind>(output.index()), view_of(output, reading));
  if (header.exercise) {
    const bool report = std::holds_alternative<ReportPrompt>(output);
    const std::string first = put("! {}\n", words.exercise_first);
    const std::string last = put("\n! {}\n", report ? words.exercise_report : words.exercise_last);
    markup = first + (report ? last : std::string()) + markup + last;
  }
  return lay_out(markup, {.width = options_.width, .colour = options_.colour, .tone = tone_of(output)});
}

}  // namespace avbrottsvakt
