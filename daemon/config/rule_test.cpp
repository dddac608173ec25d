#include "config/rule_test.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "avbrottsvakt/v1/bundle.pb.h"
#include "avbrottsvakt/v1/exercise.pb.h"
#include "base/check.h"
#include "catalogue/catalogue.h"
#include "config/folder.h"
#include "config/loader.h"
#include "config/script_reader.h"
#include "rules/regime.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

/// A story that does not say when it ends goes on a little, so that what was said too late is shown beside what was
/// expected. Not if its messages are counted: then it ends where its file does.
constexpr Millis kAfterwards = std::chrono::hours(1);

void add(Errors& to, Errors from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// One file of rule tests to the scripts of its cases.
class RuleTestReader {
 public:
  RuleTestReader(const Region& region, const Places& places, Errors& errors)
      : reader_(region, places, errors), places_(places) {}

  std::vector<Script> read(const v1::RuleTest& file) {
    std::vector<Script> scripts;
    if (file.cases().empty()) {
      v1::RuleCase whole;
      whole.set_name(file.name());
      *whole.mutable_expect() = file.expect();
      if (file.has_totals()) *whole.mutable_totals() = file.totals();
      scripts.push_back(one(file, whole, ""));
      return scripts;
    }
    if (!file.expect().empty()) {
      reader_.report("expect", "a file with cases expects nothing of its own",
                     "move it into the case that it is about");
    }
    if (file.has_totals()) {
      reader_.report("totals", "a file with cases counts nothing of its own", "move it into the case that it is about");
    }
    for (int i = 0; i < file.cases_size(); ++i) {
      scripts.push_back(one(file, file.cases(i), "cases[" + std::to_string(i) + "]."));
    }
    return scripts;
  }

 private:
  Script one(const v1::RuleTest& file, const v1::RuleCase& from, const std::string& path) {
    Script script;
    script.name = from.name();
    script.about = file.about();
    script.start = parse_instant(from.has_start() ? from.start() : file.start()).value_or(Instant{});
    script.place = places_.at(path.substr(0, path.empty() ? 0 : path.size() - 1));
    int number = 0;
    script.events = reader_.events(file.events(), "events", script.start, number);
    std::vector<ScriptEvent> own = reader_.events(from.events(), path + "events", script.start, number);
    std::move(own.begin(), own.end(), std::back_inserter(script.events));
    std::stable_sort(script.events.begin(), script.events.end(),
                     [](const ScriptEvent& a, const ScriptEvent& b) { return a.at < b.at; });
    script.expect = reader_.expectations(from.expect(), path + "expect", script.start);
    if (from.has_totals()) script.totals = reader_.totals(from.totals(), path + "totals");
    end(file, from, path, script);
    return script;
  }

  void end(const v1::RuleTest& file, const v1::RuleCase& from, const std::string& path, Script& script) {
    if (from.has_until() || file.has_until()) {
      script.until = script.start + parse_duration(from.has_until() ? from.until() : file.until()).value_or(Millis{0});
      reader_.check_end(script, from.has_until() ? path + "until" : "until");
      return;
    }
    script.until = script.events.empty() ? script.start : script.events.back().at;
    for (const Expectation& expectation : script.expect) script.until = std::max(script.until, expectation.until);
    if (!script.totals) script.until += kAfterwards;
  }

  ScriptReader reader_;
  const Places& places_;
};

/// The faults of a small region, turned to places: all of it stands in one file, by the paths of the bundle.
void add_faults(const SpecFaults& faults, const Places& places, Errors& errors) {
  for (const SpecFault& fault : faults) {
    if (fault.warning) continue;
    Error error(ErrorCode::invalid_input, fault.message, fault.remedy);
    error.place = places.at(fault.path);
    const bool known = std::any_of(errors.begin(), errors.end(), [&](const Error& other) {
      return other.place == error.place && other.message == error.message;
    });
    if (!known) errors.push_back(std::move(error));
  }
}

class RuleTestsReader {
 public:
  explicit RuleTestsReader(const Region& region) : region_(region) {}

  tl::expected<RuleTests, Errors> read(const std::filesystem::path& path) {
    std::vector<std::filesystem::path> files{path};
    std::error_code unknown;  // Then it is read as a file, which says why it cannot be.
    if (std::filesystem::is_directory(path, unknown)) files = list_folder(path, errors_).files;
    for (const std::filesystem::path& file : files) one(file);
    if (files.empty()) {
      Error error(ErrorCode::not_found, "there is no rule test here", "a rule test is a file *.yaml");
      error.place.file = path.string();
      errors_.push_back(std::move(error));
    }
    if (!errors_.empty()) return tl::unexpected<Errors>(std::move(errors_));
    return std::move(tests_);
  }

 private:
  void one(const std::filesystem::path& file) {
    v1::RuleTest test;
    Places places;
    Errors errors = load_message(file, test, &places);
    const bool clean = errors.empty();
    std::string small;
    if (test.has_region()) small = (file.parent_path() / test.region()).lexically_normal().string();
    if (const Region* region = region_of(small, errors)) {
      region->names.check(test, places, errors);
      if (clean) {
        tests_.files.push_back({file, test.name(), small, RuleTestReader(*region, places, errors).read(test)});
      }
    }
    sort_by_place(errors);
    add(errors_, std::move(errors));
  }

  /// Null if the small region cannot be used; said once.
  const Region* region_of(const std::string& small, Errors& errors) {
    if (small.empty()) return &region_;
    if (const auto known = tests_.regions.find(small); known != tests_.regions.end()) return &known->second;
    if (std::find(broken_.begin(), broken_.end(), small) != broken_.end()) return nullptr;
    auto loaded = load_small_region(small, region_);
    if (!loaded) {
      add(errors, std::move(loaded.error()));
      broken_.push_back(small);
      return nullptr;
    }
    return &tests_.regions.emplace(small, *std::move(loaded)).first->second;
  }

  const Region& region_;
  RuleTests tests_;
  std::vector<std::string> broken_;
  Errors errors_;
};

}  // namespace

tl::expected<Region, Errors> load_small_region(const std::filesystem::path& file, const Region& base) {
  v1::SmallRegion small;
  Places places;
  Errors errors = load_message(file, small, &places);
  if (!errors.empty()) return tl::unexpected<Errors>(std::move(errors));
  v1::Bundle bundle;
  AV_CHECK(bundle.ParseFromString(base.bundle));
  *bundle.mutable_organisation()->mutable_administrations() = small.administrations();
  *bundle.mutable_organisation()->mutable_roles() = small.roles();
  *bundle.mutable_organisation()->mutable_duty_holders() = small.duty_holders();
  *bundle.mutable_services() = small.services();
  *bundle.mutable_activities() = small.activities();
  *bundle.mutable_plans() = small.plans();

  Region region;
  region.file = base.file;
  region.configuration = base.configuration;
  region.names.add(bundle);
  region.names.check(small, places, errors);
  if (errors.empty()) {
    auto spec = bundle_spec(bundle);
    if (!spec) {
      add_faults(spec.error(), places, errors);
    } else {
      add_faults(check_rules(spec->rules, spec->catalogue), places, errors);
      SpecFaults warnings;
      const auto compiled = Catalogue::compile(std::move(spec->catalogue), spec->rules.escalation.settle, &warnings);
      if (!compiled) add_faults(compiled.error(), places, errors);
    }
  }
  if (!errors.empty()) {
    sort_by_place(errors);
    return tl::unexpected<Errors>(std::move(errors));
  }
  region.bundle = bundle_bytes(bundle);
  region.hash = bundle_hash(region.bundle);
  return region;
}

tl::expected<RuleTests, Errors> load_rule_tests(const std::filesystem::path& path, const Region& region) {
  return RuleTestsReader(region).read(path);
}

}  // namespace avbrottsvakt
