#include "cli/console.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "base/text.h"
#include "cli/commands.h"
#include "wire/bundle.h"
#include "wire/output.h"

namespace avbrottsvakt::cli {
namespace {

int status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::unavailable:
    case ErrorCode::not_found:
    case ErrorCode::io:
    case ErrorCode::fenced:
      return kUnavailable;
    case ErrorCode::corrupt:
    case ErrorCode::incompatible:
      return kDamaged;
    default:
      return kFindings;
  }
}

void print(const Error& error, const std::string& severity, Format format) {
  if (format == Format::json) {
    std::string line =
        R"({"severity":")" + severity + R"(","code":")" + std::string(to_string(error.code)) + R"(","file":)";
    append_json_string(error.place.file, line);
    line += R"(,"line":)" + std::to_string(error.place.line) + R"(,"column":)" + std::to_string(error.place.column) +
            R"(,"message":)";
    append_json_string(error.message, line);
    line += R"(,"remedy":)";
    append_json_string(error.remedy, line);
    std::cout << line << "}\n";
  } else {
    std::string text = to_string(error);
    if (severity != "error") {
      text.replace(text.find("error: "), 5, severity);
    }
    std::cerr << text << "\n";
  }
}

struct Audience {
  const char* sv;
  const char* en;
  const char* colour;
};

/// Whom an output is for. Pictures and dead letters are for programs and administrators.
Audience audience_of(const Output& output) {
  if (std::holds_alternative<Alert>(output)) {
    return {"DRIFTCENTRALEN", "OPERATIONS CENTRE", "\x1b[36m"};
  }
  if (std::holds_alternative<ActivationPrompt>(output)) {
    return {"INCIDENTHANTERARE (KSD)", "INCIDENT HANDLERS (KSD)", "\x1b[35m"};
  }
  if (const auto* prompt = std::get_if<ReportPrompt>(&output)) {
    if (prompt->kind == ReportPrompt::Kind::follow_up) {
      return {"VERKSAMHETEN", "THE ACTIVITY", "\x1b[33m"};
    }
    return {"RAPPORTERINGSANSVARIG", "REPORTING OFFICER", "\x1b[33m"};
  }
  return {"ADMINISTRATÖREN", "ADMINISTRATOR", "\x1b[31m"};
}

}  // namespace

void add_config(CLI::App& command, Common& common) {
  command.add_option("-c,--config", common.config, "The configuration; catalogue and rules are named in it")
      ->capture_default_str();
}

void add_format(CLI::App& command, Common& common, const std::string& what) {
  command.add_option("--format", common.format, what)
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, Format>{{"text", Format::text}, {"json", Format::json}}))
      ->option_text("text|json [text]");
  command.add_option("--language", common.language, "Of what people read; else as configured")
      ->check(CLI::IsMember({"sv", "en"}))
      ->option_text("sv|en");
}

int report(const Error& error, Format format) {
  print(error, "error", format);
  return status_of(error.code);
}

void warn(const Errors& warnings, Format format) {
  for (const Error& warning : warnings) {
    print(warning, "warning", format);
  }
}

std::string one_line(const Error& error) {
  std::string text = to_string(error);
  text.replace(text.find("error: "), 7, "");
  if (const std::size_t remedy = text.find("\n  "); remedy != std::string::npos) {
    text.replace(remedy, 3, "; ");
  }
  return text;
}

int report(const Errors& errors, Format format) {
  int status = kOk;
  for (const Error& error : errors) {
    const int one = report(error, format);
    // What is wrong in the files weighs more than a file that is missing beside them.
    status = status == kOk || one == kFindings ? one : status;
  }
  return status;
}

std::optional<Region> load(const Common& common, int& status) {
  tl::expected<Region, Errors> region = load_region(common.config);
  if (!region) {
    status = report(region.error(), common.format);
    return std::nullopt;
  }
  return std::move(*region);
}

std::optional<JournalChoice> choose_journal(const Region& region, const std::string& given, Format format,
                                            int& status) {
  if (given.empty()) {
    Result<JournalChoice> configured = journal_of(region.configuration, region.file.parent_path().string());
    if (!configured) {
      status = report(configured.error(), format);
      return std::nullopt;
    }
    return std::move(*configured);
  }
  Result<JournalChoice> choice = parse_journal(given);
  if (!choice) {
    report(choice.error(), format);
    status = kUsage;
    return std::nullopt;
  }
  return std::move(*choice);
}

const SourceSpec* source_of_commands(const std::vector<SourceSpec>& sources) {
  const SourceSpec* found = nullptr;
  for (const SourceSpec& spec : sources) {
    if (spec.mapping.decode == Decode::command_json && spec.input) {
      found = &spec;
    }
  }
  return found;
}

bool colours() {
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (no_colour == nullptr || *no_colour == '\0');
}

Streams::Streams(Reporter reporter, Format format) : reporter_(std::move(reporter)), format_(format) {}

Result<Streams> Streams::open(const Region& region, const Common& common) {
  RenderOptions options;
  const bool english =
      common.language.empty() ? region.configuration.language() == v1::LANGUAGE_EN : common.language == "en";
  options.language = english ? Language::en : Language::sv;
  options.colour = colours();
  const Result<BundlePtr> bundle = compile_bundle(region.bundle);
  if (!bundle) {
    return fail(bundle.error());
  }
  options.zone = (*bundle)->rules.zone;
  for (const RoleSpec& role : (*bundle)->catalogue.spec().roles) {
    options.roles.emplace(role.id, role.name);
  }
  Result<Reporter> reporter = Reporter::load((region.rules_folder() / "templates").string(), options);
  if (!reporter) {
    return fail(std::move(reporter.error()));
  }
  return Streams(std::move(*reporter), common.format);
}

void Streams::show(const std::vector<Output>& outputs) {
  const bool colour = reporter_.options().colour;
  const bool swedish = reporter_.options().language == Language::sv;
  for (const Output& output : outputs) {
    ++said_;
    last_ = header_of(output).at;
    summary_.add(output);
    if (format_ == Format::json) {
      std::cout << output_json(output) << "\n";
      continue;
    }
    if (std::holds_alternative<IncidentPicture>(output)) {
      continue;
    }
    const Audience audience = audience_of(output);
    std::cout << (colour ? audience.colour : "") << "── " << (swedish ? audience.sv : audience.en) << " "
              << (colour ? "\x1b[0m" : "") << "\n"
              << reporter_.render(output) << "\n";
  }
  std::cout.flush();
}

void Streams::narrate(Instant at, const std::string& text) const {
  if (format_ == Format::json || text.empty()) {
    return;
  }
  const LocalTime local = to_local(reporter_.options().zone, at);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(local.time_of_day).count();
  char clock[8];
  std::snprintf(clock, sizeof clock, "%02d:%02d", static_cast<int>(minutes / 60), static_cast<int>(minutes % 60));
  std::cout << "»» " << clock << "  " << text << "\n\n";
}

void Streams::summary() const {
  if (format_ == Format::text) {
    std::cout << summary_.render(reporter_.options(), last_);
  }
}

}  // namespace avbrottsvakt::cli
