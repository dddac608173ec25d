#include "engine/obligation.h"

#include <algorithm>

#include "base/check.h"
#include "engine/escalation.h"

namespace avbrottsvakt {
namespace {

/// The incident's activities, as criteria see them, for one holder.
class MemberFacts : public CriteriaFacts {
 public:
  MemberFacts(const Catalogue& catalogue, const Incident& incident, const DutyHolderSpec& holder)
      : catalogue_(catalogue), incident_(incident), holder_(holder) {}

  Spans limited(const std::string& sector) const override { return spans(sector, false); }
  Spans on_fallback(const std::string& sector) const override { return spans(sector, true); }

  std::optional<Answered> answer(const std::string& fact) const override {
    for (const AnsweredFact& answered : incident_.record.answers) {
      if (answered.fact == fact) {
        return Answered{answered.answer, answered.by, answered.at};
      }
    }
    return std::nullopt;
  }

 private:
  Spans spans(const std::string& sector, bool fallback) const {
    Spans spans;
    for (const NodeOutage& member : incident_.members) {
      const Node& node = catalogue_.node(member.node);
      if (!node.activity) {
        continue;
      }
      const ActivitySpec& spec = *node.activity_spec;
      const auto holds = [](const std::vector<std::string>& list, const std::string& item) {
        return std::find(list.begin(), list.end(), item) != list.end();
      };
      if ((!sector.empty() && !holds(spec.sectors, sector)) ||
          (!holder_.administrations.empty() && !holds(holder_.administrations, spec.administration)) ||
          (fallback && !spec.fallback)) {
        continue;
      }
      const ActivityConfirmation* said = confirmation_of(incident_.record, spec.id);
      if (said != nullptr && !said->limited) {
        continue;
      }
      spans.all.push_back(member.outage);
      const auto asked = [&](const Question& q) { return q.text == node.name.name; };
      if (said == nullptr && !fallback && std::none_of(spans.questions.begin(), spans.questions.end(), asked)) {
        spans.questions.push_back({"limited:" + spec.id, node.name.name});
      }
      // That an activity is limited does not say that its routine was taken into use: that stays presumed.
      if (said != nullptr && !fallback) {
        spans.confirmed.push_back(member.outage);
        spans.confirmed_by = said->by;
      }
    }
    spans.all = unite(std::move(spans.all));
    spans.confirmed = unite(std::move(spans.confirmed));
    return spans;
  }

  const Catalogue& catalogue_;
  const Incident& incident_;
  const DutyHolderSpec& holder_;
};

bool has(const std::vector<std::string>& marks, const std::string& mark) {
  return std::binary_search(marks.begin(), marks.end(), mark);
}

void set(std::vector<std::string>& marks, std::string mark) {
  const auto place = std::lower_bound(marks.begin(), marks.end(), mark);
  if (place == marks.end() || *place != mark) {
    marks.insert(place, std::move(mark));
  }
}

/// Where a stage's period begins.
Instant anchor_of(const StageSpec& spec, Instant aware_at, const std::vector<SubmittedStage>& submitted) {
  if (spec.anchor == StageSpec::Anchor::submitted) {
    for (const SubmittedStage& s : submitted) {
      if (s.stage == spec.anchor_stage) {
        return s.at;
      }
    }
  }
  return aware_at;
}

Instant share(Instant from, Instant to, int percent) { return from + (to - from) * percent / 100; }

/// Collects what is due and what lies ahead; keeps the weightiest.
struct Sayer {
  DutyRecord& record;
  Instant now;
  DutyStep& step;

  static int weight(ReportPrompt::Kind kind) {
    switch (kind) {
      case ReportPrompt::Kind::withdrawn:
      case ReportPrompt::Kind::dismissed:
        return 9;
      case ReportPrompt::Kind::closed:
      case ReportPrompt::Kind::reopened:
        return 8;
      case ReportPrompt::Kind::overdue:
        return 7;
      case ReportPrompt::Kind::due:
        return 6;
      case ReportPrompt::Kind::assess:
        return 5;
      case ReportPrompt::Kind::ask_next:
        return 4;
      case ReportPrompt::Kind::reminder:
        return 3;
      case ReportPrompt::Kind::still_open:
        return 2;
      case ReportPrompt::Kind::amended:
        return 1;
      case ReportPrompt::Kind::follow_up:
        return 0;  // said on its own, never beside another
    }
    return 0;
  }

  void say(ReportPrompt::Kind kind, const std::string& stage, std::string because = {}) {
    if (step.kind && weight(*step.kind) >= weight(kind)) {
      return;
    }
    step.kind = kind;
    step.stage = stage;
    step.because = std::move(because);
  }

  /// Once at `at`: says it then, or wakes for it.
  bool once(Instant at, const std::string& mark) {
    if (has(record.marks, mark)) {
      return false;
    }
    if (at > now) {
      step.wake = std::min(step.wake, at);
      return false;
    }
    set(record.marks, mark);
    return true;
  }
};

}  // namespace

std::vector<Duty> duties_of(const Bundle& bundle, const Incident& incident, Instant now) {
  std::vector<Duty> duties;
  if (incident.members.empty()) {
    return duties;
  }
  Instant began = kNever;
  for (const NodeOutage& member : incident.members) {
    began = std::min(began, member.outage.from);
  }
  const Date date = to_local(bundle.rules.zone, began).date;
  for (const RegimeSpec& regime : bundle.rules.regimes) {
    if (!regime.valid.holds(date)) {
      continue;
    }
    for (const DutyHolderSpec& holder : bundle.catalogue.duty_holders()) {
      if (std::find(holder.regimes.begin(), holder.regimes.end(), regime.id) == holder.regimes.end()) {
        continue;
      }
      const MemberFacts facts(bundle.catalogue, incident, holder);
      duties.push_back({&regime, &holder, evaluate(regime.criteria, facts, now, date)});
    }
  }
  return duties;
}

std::vector<StageState> stages_of(const Bundle& bundle, const RegimeSpec& regime, Instant aware_at,
                                  const std::vector<SubmittedStage>& submitted) {
  std::vector<StageState> stages;
  for (const StageSpec& spec : regime.stages) {
    StageState stage;
    stage.id = spec.id;
    stage.name = spec.name;
    stage.source = spec.source;
    stage.within = spec.within;
    Instant anchor = aware_at;
    if (spec.anchor == StageSpec::Anchor::submitted) {
      stage.predicted = true;
      for (const StageState& before : stages) {
        if (before.id == spec.anchor_stage) {
          stage.after = before.name;
          anchor = before.submitted_at.value_or(before.due);
          stage.predicted = !before.submitted_at;
        }
      }
    }
    if (spec.within) {
      const Deadline deadline = deadline_after(*spec.within, anchor, bundle.rules.zone, bundle.rules.holidays);
      stage.due = deadline.due;
      stage.legal_latest = deadline.legal_latest;
      stage.target = deadline.target;
    } else {
      stage.due = anchor;
      stage.legal_latest = anchor;
      stage.target = to_local(bundle.rules.zone, anchor).date;
    }
    for (const SubmittedStage& s : submitted) {
      if (s.stage == spec.id) {
        stage.submitted_at = s.at;
      }
    }
    stages.push_back(std::move(stage));
  }
  return stages;
}

Awareness awareness_of(const IncidentRecord& record, Instant now) {
  if (record.acknowledged_at) {
    return {*record.acknowledged_at, ReportPrompt::Awareness::acknowledged, record.acknowledged_by};
  }
  return {record.first_alert_at.value_or(now), ReportPrompt::Awareness::first_alert, {}};
}

DutyStep judge(DutyRecord& record, const Duty& duty, const Bundle& bundle, const IncidentRecord& incident,
               std::optional<EventTime> recovered, std::optional<LogTime> held_since, Instant now) {
  using State = DutyRecord::State;
  DutyStep step;
  Sayer sayer{record, now, step};
  const RegimeSpec& regime = *duty.regime;
  const Verdict& verdict = duty.verdict;
  const Instant aware_at = awareness_of(incident, now).at;
  const bool yes = verdict.truth == Truth::yes;
  AV_CHECK(!regime.stages.empty());
  const std::vector<StageState> stages = stages_of(bundle, regime, aware_at, record.submitted);
  // Prompts that are about the duty as a whole name the first stage that remains.
  const auto remaining =
      std::find_if(stages.begin(), stages.end(), [](const StageState& s) { return !s.submitted_at; });
  const std::string first_stage = remaining == stages.end() ? regime.stages.back().id : remaining->id;

  if (record.state == State::closed) {
    return step;
  }
  const bool begun = record.state == State::assess || record.state == State::due;
  if (!begun) {
    if (!yes) {
      step.wake = verdict.true_at.value_or(kNever);
      return step;
    }
    AV_CHECK(verdict.true_since.has_value());
    if (held_since && *verdict.true_since <= *held_since) {
      return step;
    }
    record.state = verdict.basis == Basis::presumed ? State::assess : State::due;
    record.criterion_true_at = *verdict.true_since;
    record.known_significant_at = std::max(*verdict.true_since, now);
    record.basis = verdict.basis;
    record.aware_at = aware_at;
    if (recovered) {
      set(record.marks, "still_open");
    }
    // What lies behind already is not reminded of: this prompt says it.
    for (std::size_t i = 0; i < stages.size(); ++i) {
      const Instant anchor = anchor_of(regime.stages[i], aware_at, record.submitted);
      for (const int percent : regime.stages[i].remind_percent) {
        if (regime.stages[i].within && !stages[i].predicted && share(anchor, stages[i].due, percent) <= now) {
          set(record.marks, "reminder:" + stages[i].id + ":" + std::to_string(percent));
        }
      }
    }
    sayer.say(record.state == State::assess ? ReportPrompt::Kind::assess : ReportPrompt::Kind::due, first_stage);
  } else if (!yes && record.submitted.empty()) {
    step.wake = verdict.true_at.value_or(kNever);
    if (held_since) {
      return step;
    }
    record.state = State::withdrawn;
    record.marks.clear();
    sayer.say(ReportPrompt::Kind::withdrawn, first_stage, "criterion_no_longer_met");
    return step;
  } else if (yes) {
    if (record.state == State::assess && verdict.basis != Basis::presumed) {
      record.state = State::due;
      record.known_significant_at = std::max(*verdict.true_since, now);
      sayer.say(ReportPrompt::Kind::due, first_stage, "confirmed");
    }
    record.basis = verdict.basis;
    const bool waits = held_since && *verdict.true_since <= *held_since;
    if (record.criterion_true_at != *verdict.true_since && !waits) {
      sayer.say(ReportPrompt::Kind::amended, first_stage, "criterion_moved");
      record.criterion_true_at = *verdict.true_since;
    }
  }
  // What is not met now may be met again by itself: while its source has not fallen silent, and of a duty that goes on
  // because something has been submitted. A restart would look then, so this one does.
  if (verdict.true_at && *verdict.true_at > now) {
    step.wake = std::min(step.wake, *verdict.true_at);
  }
  if (verdict.confirmed_at && *verdict.confirmed_at > now) {
    step.wake = std::min(step.wake, *verdict.confirmed_at);
  }
  // Who reports has answered the question.
  if (record.state == State::assess && !record.submitted.empty()) {
    record.state = State::due;
  }
  if (record.aware_at != aware_at) {
    sayer.say(ReportPrompt::Kind::amended, first_stage, "awareness_changed");
    record.aware_at = aware_at;
  }

  bool all_submitted = true;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const StageSpec& spec = regime.stages[i];
    const StageState& stage = stages[i];
    if (stage.submitted_at) {
      if (sayer.once(now, "submitted:" + stage.id)) {
        // The prompt is about what comes next.
        const auto next =
            std::find_if(stages.begin(), stages.end(), [](const StageState& s) { return !s.submitted_at; });
        sayer.say(ReportPrompt::Kind::amended, next == stages.end() ? stage.id : next->id, "submitted:" + stage.id);
      }
      continue;
    }
    all_submitted = false;
    if (!spec.within || stage.predicted) {
      continue;
    }
    const Instant anchor = anchor_of(spec, aware_at, record.submitted);
    if (i == 0 && record.state == State::assess) {
      if (sayer.once(share(anchor, stage.due, regime.ask_next_percent), "ask_next")) {
        sayer.say(ReportPrompt::Kind::ask_next, stage.id);
      }
      if (sayer.once(stage.due - regime.due_before, "due")) {
        record.state = State::due;
        record.known_significant_at = std::max(record.known_significant_at, record.criterion_true_at);
        sayer.say(ReportPrompt::Kind::due, stage.id, "unanswered");
      }
    }
    if (record.state == State::due) {
      for (const int percent : spec.remind_percent) {
        if (sayer.once(share(anchor, stage.due, percent), "reminder:" + stage.id + ":" + std::to_string(percent))) {
          sayer.say(ReportPrompt::Kind::reminder, stage.id);
        }
      }
    }
    if (sayer.once(stage.due, "overdue:" + stage.id)) {
      sayer.say(ReportPrompt::Kind::overdue, stage.id);
    }
  }
  if (all_submitted) {
    record.state = State::closed;
    sayer.say(ReportPrompt::Kind::closed, regime.stages.back().id);
    return step;
  }
  if (recovered && sayer.once(now, "still_open")) {
    sayer.say(ReportPrompt::Kind::still_open, first_stage);
  }
  // The next in line is asked once the first has been silent for too long, and stays asked.
  if (has(record.marks, "ask_next")) {
    step.assessor = 1;
  }
  return step;
}

}  // namespace avbrottsvakt
