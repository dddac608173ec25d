#include "config/check.h"

#include <iostream>
#include <memory>

#include "app/system_clock.h"
#include "base/time.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "wire/bundle.h"

namespace avbrottsvakt::cli {
namespace {

struct Options : Common {
  std::string on;  ///< the day on which reviews are judged; empty: today
};

/// "1 plan", "2 plans", "2 activities".
std::string counted(std::size_t count, const std::string& one, const std::string& many = {}) {
  return std::to_string(count) + " " + (count == 1 ? one : many.empty() ? one + "s" : many);
}

/// Says all findings, in order. The status they stand for.
int say(const std::vector<Finding>& findings, Format format, std::size_t& warnings) {
  int status = kOk;
  for (const Finding& finding : findings) {
    if (finding.warning) {
      warn({finding.error}, format);
      ++warnings;
      continue;
    }
    const int one = report(finding.error, format);
    // What is wrong in the files weighs more than a file that is missing beside them.
    status = status == kOk || one == kFindings ? one : status;
  }
  return status;
}

int check(const Options& options) {
  ReviewDay on = SystemClock().wall();
  if (!options.on.empty()) {
    const Result<Date> date = parse_date(options.on);
    if (!date) {
      Error error = date.error();
      error.message = "--on: " + error.message;
      report(error, options.format);
      return kUsage;
    }
    on = *date;
  }
  const RegionCheck all = check_region(options.config, on);
  std::size_t warnings = 0;
  if (const int status = say(all.reading.findings, options.format, warnings); status != kOk) {
    return status;
  }
  const Result<BundlePtr> bundle = compile_bundle(all.reading.region.bundle);
  if (!bundle) {
    return report(bundle.error(), options.format);
  }
  const CatalogueSpec& spec = (*bundle)->catalogue.spec();
  const std::string& hash = all.reading.region.hash;
  if (options.format == Format::json) {
    std::cout << R"({"severity":"ok","bundle":")" << hash << R"(","services":)" << spec.services.size()
              << R"(,"activities":)" << spec.activities.size() << R"(,"plans":)" << spec.plans.size()
              << R"(,"regimes":)" << (*bundle)->rules.regimes.size() << R"(,"sources":)" << all.sources
              << R"(,"exercises":)" << all.exercises << R"(,"rule_tests":)" << all.rule_tests << R"(,"warnings":)"
              << warnings << "}\n";
  } else {
    std::cout << options.config << ": in order. " << counted(spec.services.size(), "service") << ", "
              << counted(spec.activities.size(), "activity", "activities") << ", " << counted(spec.plans.size(), "plan")
              << ", " << counted((*bundle)->rules.regimes.size(), "regime") << ", " << counted(all.sources, "source")
              << ", " << counted(all.exercises, "exercise") << ", " << counted(all.rule_tests, "rule test") << "; "
              << counted(warnings, "warning") << ".\nbundle " << hash << "\n";
  }
  return kOk;
}

}  // namespace

void add_check(CLI::App& app, int& status) {
  auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("check", "Proves catalogue, plans, rules and their tests, sources and exercises before use");
  command->footer(
      "All errors at once, each with file, line and column, what was expected and how to mend it.\n"
      "Exercises, and the tests beside the rules, are read, not played.\n"
      "Warnings are what would be found out too late: hours at which nobody can be reached, an RTO that\n"
      "is longer than others can bear, plans that leave something out, reviews that --on finds overdue,\n"
      "sources without a broker.\n"
      "Status 1 if there is an error; warnings leave it 0.");
  add_config(*command, *options);
  command->add_option("--on", options->on, "The day on which reviews are judged, like 2027-04-02; else today")
      ->option_text("DATE");
  add_format(*command, *options, "Lines for people, or one JSON object a line");
  command->callback([options, &status] { status = check(*options); });
}

}  // namespace avbrottsvakt::cli
