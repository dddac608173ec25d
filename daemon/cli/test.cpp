#include <fmt/format.h>
#include <unistd.h>

#include <iostream>
#include <memory>

#include "app/system_clock.h"
#include "app/trial.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/verdict.h"
#include "config/rule_test.h"
#include "config/rule_values.h"
#include "wire/bundle.h"

namespace avbrottsvakt::cli {
namespace {

struct TestOptions : Common {
  std::string path = "rules/tests";
  bool said = false;
  bool coverage = false;
  bool require_coverage = false;
};

/// The cases with the bundles that they are played on, the configured region's first.
struct Suite {
  RuleTests tests;
  std::vector<std::string> bytes;
  std::vector<BundlePtr> bundles;
  std::vector<TrialCase> cases;
  std::vector<const RuleTestFile*> files;  ///< of each case
};

Result<Suite> make_suite(RuleTests tests, const Region& region) {
  Suite suite;
  suite.tests = std::move(tests);
  std::map<std::string, std::size_t> numbers{{"", 0}};
  suite.bytes.push_back(region.bundle);
  for (const auto& [file, small] : suite.tests.regions) {
    numbers.emplace(file, suite.bytes.size());
    suite.bytes.push_back(small.bundle);
  }
  for (const std::string& bytes : suite.bytes) {
    Result<BundlePtr> bundle = compile_bundle(bytes);
    if (!bundle) {
      return fail(std::move(bundle.error()));
    }
    suite.bundles.push_back(std::move(*bundle));
  }
  for (const RuleTestFile& file : suite.tests.files) {
    for (const Script& script : file.cases) {
      suite.cases.push_back({&script, numbers.at(file.region)});
      suite.files.push_back(&file);
    }
  }
  return suite;
}

/// A case that expects nothing cannot fail, so it fails.
ExpectationResult nothing_expected(const Script& script) {
  ExpectationResult finding;
  finding.place = script.place;
  finding.expected = "something: add expect, or totals";
  finding.got.push_back("nothing is expected, so it could not fail; --said shows what is said");
  return finding;
}

void print_json(const RuleTestFile& file, const Script& script, const Trial& trial) {
  std::string line = R"({"file":)";
  append_json_string(file.file.string(), line);
  line += R"(,"case":)";
  append_json_string(script.name, line);
  line +=
      fmt::format(R"(,"line":{},"met":{},"expectations":{})", script.place.line, trial.met(), trial.findings.size());
  std::cout << line << "}\n";
  for (const ExpectationResult& finding : trial.findings) {
    if (!finding.met) {
      report(to_error(finding), Format::json);
    }
  }
  if (trial.findings.empty()) {
    report(to_error(nothing_expected(script)), Format::json);
  }
}

/// What decided a finding: the criteria of the law that it is about, as they stood then; else the clocks.
std::string why(const Script& script, const Trial& trial, const BundlePtr& bundle, const ExpectationResult& finding) {
  std::string text;
  if (finding.regime.empty()) {
    for (const std::string& line : clocks_at(script, trial.outputs, finding.at, bundle->rules.zone)) {
      text += "      " + line + "\n";
    }
    return text;
  }
  for (const DutyExplanation& explanation : explain_at(trial, bundle, finding.at)) {
    if (explanation.regime.id == finding.regime) {
      text += to_lines(explanation, script.start, "      ");
    }
  }
  return text;
}

/// Of findings one after another that have the same reason it is shown once.
void print_why(const Script& script, const Trial& trial, const BundlePtr& bundle) {
  std::string shown;
  for (const ExpectationResult& finding : trial.findings) {
    if (finding.met) {
      continue;
    }
    std::string text = why(script, trial, bundle, finding);
    if (!text.empty() && text != shown) {
      std::cout << "    why, at " << format_duration(finding.at - script.start) << ":\n" << text;
      shown = std::move(text);
    }
  }
}

void print_said(const Script& script, const Trial& trial, const BundlePtr& bundle) {
  for (const std::string& line : as_expectations(script, trial.outputs, bundle->rules.zone)) {
    std::cout << "    - " << line << "\n";
  }
  std::cout << "    totals:\n";
  for (const std::string& line : to_lines(totals_of(trial.outputs))) {
    std::cout << "      " << line << "\n";
  }
}

void print_text(const Script& script, const Trial& trial, const BundlePtr& bundle, bool said) {
  std::cout << (trial.met() ? "  ok      " : "  FAILED  ") << script.name << "\n";
  for (const ExpectationResult& finding : trial.findings) {
    if (!finding.met) {
      std::cout << to_lines(finding, "    ");
    }
  }
  if (trial.findings.empty()) {
    std::cout << to_lines(nothing_expected(script), "    ");
  } else if (!trial.met()) {
    print_why(script, trial, bundle);
    // A command that nobody could follow, a label that nothing matches: the likely slip of the pen.
    for (const std::string& note : trial.notes) {
      std::cout << "    note: " << note << "\n";
    }
  }
  if (said) {
    print_said(script, trial, bundle);
  }
}

std::size_t run_cases(const Suite& suite, const TestOptions& options) {
  std::size_t failed = 0;
  const RuleTestFile* shown = nullptr;
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    const Script& script = *suite.cases[i].script;
    const BundlePtr& bundle = suite.bundles[suite.cases[i].bundle];
    const Trial trial = try_script(script, bundle);
    failed += trial.met() ? 0 : 1;
    if (options.format == Format::json) {
      print_json(*suite.files[i], script, trial);
      continue;
    }
    if (shown != suite.files[i]) {
      shown = suite.files[i];
      std::cout << shown->file.string() << ": " << shown->name << "\n";
    }
    print_text(script, trial, bundle, options.said);
  }
  std::cout.flush();
  return failed;
}

std::string loose_text(const RuleValue& value, const LooseValue& loose) {
  return fmt::format("{} {} could be {} without any case failing", value.name, value.text,
                     fmt::join(loose.moved, " or "));
}

std::size_t run_coverage(const Suite& suite, const Region& region, Format format, const Clock& clock) {
  const auto began = clock.steady();
  const std::vector<RuleValue> values = rule_values(region);
  std::vector<std::vector<std::string>> moved;
  for (const RuleValue& value : values) {
    moved.push_back(value.moved);
  }
  const auto with = [&](std::size_t value, const std::string& text) {
    std::vector<BundlePtr> bundles;
    for (const std::string& bytes : suite.bytes) {
      Result<BundlePtr> bundle = compile_bundle(bundle_with(bytes, value, text));
      if (!bundle) {
        return std::vector<BundlePtr>();
      }
      bundles.push_back(std::move(*bundle));
    }
    return bundles;
  };
  const bool terminal = format == Format::text && isatty(STDERR_FILENO) == 1;
  const auto progress = [&](std::size_t done) {
    std::cerr << "\rcoverage: " << done << " of " << values.size() << " values moved" << std::flush;
  };
  const std::vector<LooseValue> loose =
      find_loose_values(suite.cases, moved, with, terminal ? progress : std::function<void(std::size_t)>());
  if (terminal) {
    std::cerr << "\r\x1b[K";
  }
  for (const LooseValue& one : loose) {
    const RuleValue& value = values[one.value];
    Error warning(ErrorCode::invalid_input, loose_text(value, one),
                  "add a case with an expectation at, just before or just after it");
    warning.place = value.place;
    warn({warning}, format);
  }
  const std::size_t held = values.size() - loose.size();
  if (format == Format::json) {
    std::cout << fmt::format(R"({{"values":{},"held":{}}})", values.size(), held) << "\n";
  } else {
    const auto took = std::chrono::duration_cast<Millis>(clock.steady() - began);
    std::cout << fmt::format("coverage: {} of {} values of the rules are held by a case ({}.{} s)\n", held,
                             values.size(), took.count() / 1000, took.count() / 100 % 10);
  }
  return loose.size();
}

std::string counted(std::size_t number, const std::string& noun) {
  return std::to_string(number) + " " + noun + (number == 1 ? "" : "s");
}

int test(const TestOptions& options) {
  int status = kOk;
  const std::optional<Region> region = load(options, status);
  if (!region) {
    return status;
  }
  tl::expected<RuleTests, Errors> tests = load_rule_tests(options.path, *region);
  if (!tests) {
    return report(tests.error(), options.format);
  }
  const Result<Suite> suite = make_suite(std::move(*tests), *region);
  if (!suite) {
    return report(suite.error(), options.format);
  }
  const SystemClock clock;
  const std::size_t failed = run_cases(*suite, options);
  if (options.format == Format::text) {
    const std::string cases =
        counted(suite->cases.size(), "case") + " in " + counted(suite->tests.files.size(), "file");
    std::cout << (failed == 0 ? cases + ", all as expected" : fmt::format("{} of {} FAILED", failed, cases)) << "\n";
  }
  if (failed > 0) {
    return kFindings;
  }
  if (options.coverage || options.require_coverage) {
    const std::size_t loose = run_coverage(*suite, *region, options.format, clock);
    return loose > 0 && options.require_coverage ? kFindings : kOk;
  }
  return kOk;
}

}  // namespace

void add_test(CLI::App& app, int& status) {
  auto options = std::make_shared<TestOptions>();
  CLI::App* command = app.add_subcommand("test", "Plays the tests of the rules and compares what is said");
  command->footer(
      "A test is a file like rules/tests/*.yaml: events at instants after start, and what must be said at which "
      "instant.\n"
      "  events:\n"
      "    - {at: 0m, signal: {service: record, is: down}}\n"
      "  expect:\n"
      "    - {at: 60m, nothing: nis2}                      # \"more than\" one hour\n"
      "    - {at: 60m1ms, assess: nis2/early_warning, by: 24h after 0m}\n"
      "To begin one, write its events and let --said show what is said; keep what is right.\n"
      "--coverage moves each value of the rules a little and names those that no case holds in its place.\n\n"
      "Exit status: 0 all as expected; 1 a case failed, a file is wrong, or --require-coverage found a value;\n"
      "             2 the command line is wrong; 3 there is no such file.");
  command->add_option("path", options->path, "A file, or a folder of them")->capture_default_str();
  add_config(*command, *options);
  command->add_flag("--said", options->said, "Also shows what each case says, as expectations are written");
  command->add_flag("--coverage", options->coverage, "Also names the values of the rules that no case holds");
  command->add_flag("--require-coverage", options->require_coverage, "The same, and fails if there is one");
  command->add_option("--format", options->format, "Lines for people, or one JSON object a case")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, Format>{{"text", Format::text}, {"json", Format::json}}))
      ->option_text("text|json [text]");
  command->callback([options, &status] { status = test(*options); });
}

}  // namespace avbrottsvakt::cli
