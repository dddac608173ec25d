#include "engine/duty_stages.h"

#include <algorithm>

namespace avbrottsvakt {
namespace {

template <typename Stages>
auto* find_stage(Stages& stages, const std::string& id) {
  const auto found = std::find_if(stages.begin(), stages.end(), [&](const auto& s) { return s.stage == id; });
  return found == stages.end() ? nullptr : &*found;
}

/// Lays out the stages of one duty, in the order of the rules.
class Planner {
 public:
  Planner(const Bundle& bundle, const Duty& duty, const DutyRecord& record, const StageAnchors& anchors)
      : rules_(bundle.rules), duty_(duty), record_(record), anchors_(anchors) {}

  std::vector<PlannedStage> plan() {
    const std::vector<StageSpec>& specs = duty_.regime->stages;
    for (std::size_t i = 0; i < specs.size(); ++i) {
      PlannedStage stage = stage_of(specs[i], i < duty_.stages.size() ? duty_.stages[i] : unanswered(specs[i]));
      if (stage.state.submitted_at || is_made(specs[i], stage)) {
        planned_.push_back(std::move(stage));
      }
    }
    return std::move(planned_);
  }

 private:
  /// Where nothing is known of the facts any more.
  static StageVerdict unanswered(const StageSpec& spec) {
    StageVerdict verdict;
    verdict.made = spec.when ? Truth::unknown : Truth::yes;
    if (!spec.cases.empty()) {
      verdict.of = 0;
      verdict.presumed = true;
    }
    return verdict;
  }

  PlannedStage stage_of(const StageSpec& spec, const StageVerdict& verdict) {
    PlannedStage stage;
    stage.spec = &spec;
    StageState& state = stage.state;
    state.id = spec.id;
    state.name = spec.name;
    state.source = spec.source;
    state.within = spec.within;
    if (verdict.of) {
      const StageSpec::Case& one = spec.cases.at(*verdict.of);
      state.within = one.within;
      state.source = one.source;
      state.case_text = one.when.text;
      state.case_presumed = verdict.presumed;
    }
    if (const SubmittedStage* submitted = find_stage(record_.submitted, spec.id)) {
      state.submitted_at = submitted->at;
    }
    if (const RequestedStage* requested = find_stage(record_.requested, spec.id)) {
      state.requested_at = requested->at;
    }
    made_ = verdict.made;
    anchor(spec, stage);
    set_deadline(stage);
    if (!spec.instead.empty() && goes_on_at(stage)) {
      // The day is that of what is due instead; this one is due when it is over.
      state.within = spec.then_within;
      state.counts_from = StageState::CountsFrom::handled;
      state.after.clear();
      state.predicted = !anchors_.recovered;
      stage.anchor = anchors_.recovered.value_or(Instant{});
      set_deadline(stage);
    }
    if (spec.policy_target && stage.anchor != Instant{} && !state.predicted) {
      state.policy_target = stage.anchor + *spec.policy_target;
      state.policy_source = spec.policy_source;
    }
    return stage;
  }

  void anchor(const StageSpec& spec, PlannedStage& stage) const {
    StageState& state = stage.state;
    switch (spec.anchor) {
      case StageSpec::Anchor::known_incident:
        stage.anchor = anchors_.aware_at;
        break;
      case StageSpec::Anchor::known_significant:
        state.counts_from = StageState::CountsFrom::known_significant;
        stage.anchor = anchors_.known_significant_at.value_or(Instant{});
        state.predicted = !anchors_.known_significant_at;
        break;
      case StageSpec::Anchor::requested:
        state.counts_from = StageState::CountsFrom::requested;
        stage.anchor = state.requested_at.value_or(Instant{});
        break;
      case StageSpec::Anchor::submitted:
        state.counts_from = StageState::CountsFrom::submitted;
        state.predicted = true;
        for (const PlannedStage& before : planned_) {
          if (before.spec->id == spec.anchor_stage) {
            state.after = before.state.name;
            stage.anchor = before.state.submitted_at.value_or(before.state.due);
            state.predicted = !before.state.submitted_at;
          }
        }
        break;
    }
  }

  void set_deadline(PlannedStage& stage) const {
    StageState& state = stage.state;
    state.due = state.legal_latest = stage.anchor;
    state.target = Date{};
    if (stage.anchor == Instant{}) {
      return;
    }
    if (state.within) {
      const Deadline deadline = deadline_after(*state.within, stage.anchor, rules_.zone, rules_.holidays);
      state.due = deadline.due;
      state.legal_latest = deadline.legal_latest;
      state.target = deadline.target;
    } else {
      state.target = to_local(rules_.zone, stage.anchor).date;
    }
  }

  /// Whether the incident was not over on the day of this stage. Only once that day is known.
  bool goes_on_at(const PlannedStage& stage) const {
    return stage.dated() && (!anchors_.recovered || *anchors_.recovered > stage.state.due);
  }

  bool is_made(const StageSpec& spec, const PlannedStage& stage) const {
    if (spec.on_request && !stage.state.requested_at) {
      return false;
    }
    for (const StageSpec& other : duty_.regime->stages) {
      if (other.instead == spec.id) {
        return stage.dated() && find_stage(record_.submitted, other.id) == nullptr && goes_on_at(stage);
      }
    }
    return made_ == Truth::yes;
  }

  const RulesSpec& rules_;
  const Duty& duty_;
  const DutyRecord& record_;
  const StageAnchors& anchors_;
  Truth made_ = Truth::yes;  ///< of the stage that is looked at
  std::vector<PlannedStage> planned_;
};

}  // namespace

std::vector<PlannedStage> plan_stages(const Bundle& bundle, const Duty& duty, const DutyRecord& record,
                                      const StageAnchors& anchors) {
  return Planner(bundle, duty, record, anchors).plan();
}

StageAnchors anchors_of(const DutyRecord& record, Instant aware_at, std::optional<EventTime> recovered) {
  StageAnchors anchors;
  anchors.aware_at = aware_at;
  if (record.known_significant_at != Instant{}) {
    anchors.known_significant_at = record.known_significant_at;
  }
  anchors.recovered = recovered;
  return anchors;
}

std::vector<StageState> stages_of(const Bundle& bundle, const Duty& duty, const DutyRecord& record,
                                  const StageAnchors& anchors) {
  std::vector<StageState> stages;
  for (PlannedStage& planned : plan_stages(bundle, duty, record, anchors)) {
    stages.push_back(std::move(planned.state));
  }
  return stages;
}

}  // namespace avbrottsvakt
