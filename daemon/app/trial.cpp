#include "app/trial.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace avbrottsvakt {
namespace {

class EngineAlone : public Audience {
 public:
  EngineAlone(const Script& script, const BundlePtr& bundle, Trial& trial)
      : engine_(bundle->domain, [bundle](const std::string&) { return bundle; }), trial_(trial) {
    Input first;
    first.stamp = script.start;
    first.body = Activate{bundle->hash, "", true};
    step(first);
  }

  Result<std::vector<Output>> hear(const Input& input) override { return step(input); }
  std::optional<LogTime> next_deadline() const override { return engine_.next_deadline(); }
  LogTime now() const override { return engine_.now(); }

 private:
  std::vector<Output> step(const Input& input) {
    Effects effects;
    engine_.step(input, effects);
    trial_.inputs.push_back(input);
    trial_.outputs.insert(trial_.outputs.end(), effects.outputs.begin(), effects.outputs.end());
    std::move(effects.notes.begin(), effects.notes.end(), std::back_inserter(trial_.notes));
    return std::move(effects.outputs);
  }

  Engine engine_;
  Trial& trial_;
};

/// Whether some case says something else than it expects. The one that noticed last is asked first: it is about the
/// same part of the law.
bool noticed(const std::vector<TrialCase>& cases, const std::vector<BundlePtr>& bundles, std::size_t& last) {
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const std::size_t asked = (last + i) % cases.size();
    if (!try_script(*cases[asked].script, bundles.at(cases[asked].bundle)).met()) {
      last = asked;
      return true;
    }
  }
  return false;
}

}  // namespace

bool Trial::met() const {
  return !findings.empty() &&
         std::all_of(findings.begin(), findings.end(), [](const ExpectationResult& finding) { return finding.met; });
}

Trial try_script(const Script& script, const BundlePtr& bundle) {
  Trial trial;
  EngineAlone alone(script, bundle, trial);
  // An engine alone always answers.
  (void)play(script, alone, nullptr);
  trial.findings = compare(script, trial.outputs, bundle->rules.zone, bundle->rules.holidays);
  return trial;
}

std::vector<DutyExplanation> explain_at(const Trial& trial, const BundlePtr& bundle, Instant at) {
  Engine engine(bundle->domain, [bundle](const std::string&) { return bundle; });
  Effects effects;
  for (const Input& input : trial.inputs) {
    if (input.stamp > at) {
      break;
    }
    engine.step(input, effects);
  }
  Input last;
  last.stamp = std::max(at, engine.now());
  last.body = Tick{};
  engine.step(last, effects);
  return engine.explain();
}

std::vector<LooseValue> find_loose_values(
    const std::vector<TrialCase>& cases, const std::vector<std::vector<std::string>>& values,
    const std::function<std::vector<BundlePtr>(std::size_t value, const std::string& moved)>& with,
    const std::function<void(std::size_t done)>& progress) {
  std::vector<LooseValue> loose;
  std::size_t last = 0;
  for (std::size_t value = 0; value < values.size(); ++value) {
    LooseValue found{value, {}};
    for (const std::string& moved : values[value]) {
      const std::vector<BundlePtr> bundles = with(value, moved);
      if (!bundles.empty() && !noticed(cases, bundles, last)) {
        found.moved.push_back(moved);
      }
    }
    if (!found.moved.empty()) {
      loose.push_back(std::move(found));
    }
    if (progress) {
      progress(value + 1);
    }
  }
  return loose;
}

}  // namespace avbrottsvakt
