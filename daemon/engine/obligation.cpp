#include "engine/obligation.h"

#include <algorithm>

#include "base/check.h"
#include "engine/duty_stages.h"

namespace avbrottsvakt {
namespace {

bool has(const std::vector<std::string>& marks, const std::string& mark) {
  return std::binary_search(marks.begin(), marks.end(), mark);
}

void set(std::vector<std::string>& marks, std::string mark) {
  const auto place = std::lower_bound(marks.begin(), marks.end(), mark);
  if (place == marks.end() || *place != mark) {
    marks.insert(place, std::move(mark));
  }
}

void unset(std::vector<std::string>& marks, const std::string& mark) { std::erase(marks, mark); }

/// Until it has been said.
const std::string kParticularsChanged = "particulars_changed";

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

/// What the facts ask of the holder.
struct Demand {
  bool wanted = false;
  bool asks = false;  ///< nobody knows whether the criteria are met
  Instant since{};
  Basis basis = Basis::presumed;
  Instant true_at = kNever;  ///< when it may be wanted by itself if nothing changes
};
Demand demand_of(const Duty& duty) {
  const Verdict& verdict = duty.verdict;
  const bool asking = duty.ask && duty.ask->truth == Truth::yes;
  Demand demand;
  demand.true_at = verdict.true_at.value_or(kNever);
  if (verdict.truth == Truth::yes) {
    demand.wanted = true;
    demand.since = verdict.true_since.value_or(Instant{});
    demand.basis = verdict.basis;
  } else if (verdict.truth == Truth::unknown && asking) {
    demand.wanted = true;
    demand.asks = true;
    demand.since = duty.ask->true_since.value_or(Instant{});
  }
  if (duty.ask) {
    // Not only a yes: that nobody knows is a reason to ask.
    demand.true_at =
        std::min({demand.true_at, duty.ask->true_at.value_or(kNever), verdict.changes_at.value_or(kNever)});
  }
  return demand;
}

}  // namespace

std::optional<Instant> unwanted_until(const Duty& duty) {
  const Demand demand = demand_of(duty);
  return demand.wanted ? std::nullopt : std::optional(demand.true_at);
}

Awareness awareness_of(const IncidentRecord& record, Instant now) {
  const std::optional<LogTime>& reported = record.reported_at;
  if (reported && (!record.acknowledged_at || *reported < *record.acknowledged_at)) {
    return {*reported, ReportPrompt::Awareness::reported, {}};
  }
  if (record.acknowledged_at) {
    return {*record.acknowledged_at, ReportPrompt::Awareness::acknowledged, record.acknowledged_by};
  }
  return {record.first_alert_at.value_or(now), ReportPrompt::Awareness::first_alert, {}};
}

namespace {

using Kind = ReportPrompt::Kind;
using State = DutyRecord::State;

/// One judgement of one duty.
class Judge {
 public:
  Judge(DutyRecord& record, const Duty& duty, const Bundle& bundle, const IncidentRecord& incident,
        std::optional<EventTime> recovered, std::optional<LogTime> held_since, Instant now)
      : record_(record),
        duty_(duty),
        regime_(*duty.regime),
        bundle_(bundle),
        recovered_(recovered),
        held_since_(held_since),
        now_(now),
        aware_at_(awareness_of(incident, now).at),
        demand_(demand_of(duty)),
        sayer_{record, now, step_} {}

  DutyStep run() {
    AV_CHECK(!regime_.stages.empty());
    // The catalogue may have said until now that the law binds.
    if (duty_.advisory && record_.state == State::due) {
      record_.state = State::assess;
    }
    const bool began = record_.state == State::assess || record_.state == State::due;
    if (record_.state == State::closed) {
      if (!open()) {
        return step_;
      }
      reopen_closed();
    } else if (!began) {
      if (!begin()) {
        return step_;
      }
    } else if (!demand_.wanted && record_.submitted.empty()) {
      end();
      return step_;
    } else if (demand_.wanted) {
      follow();
    }
    step_.wake = std::min(step_.wake, demand_.true_at);
    if (duty_.verdict.confirmed_at && *duty_.verdict.confirmed_at > now_) {
      step_.wake = std::min(step_.wake, *duty_.verdict.confirmed_at);
    }
    // Who reports has answered the question.
    if (record_.state == State::assess && !record_.submitted.empty() && !duty_.advisory) {
      record_.state = State::due;
    }
    const bool known_otherwise = record_.aware_at != aware_at_;
    record_.aware_at = aware_at_;
    plan();
    if (known_otherwise && counts_from_awareness()) {
      sayer_.say(Kind::amended, first_open(), "awareness_changed");
    }
    if (has(record_.marks, kParticularsChanged)) {
      unset(record_.marks, kParticularsChanged);
      sayer_.say(Kind::amended, first_open(), "particulars_changed");
    }
    say_stages();
    return step_;
  }

 private:
  void plan() { stages_ = plan_stages(bundle_, duty_, record_, anchors_of(record_, aware_at_, recovered_)); }

  /// The first stage that remains to be submitted; null if none does. Most judgements find nothing to say and never
  /// ask.
  const PlannedStage* open() {
    if (stages_.empty()) {
      plan();
    }
    const auto remaining =
        std::find_if(stages_.begin(), stages_.end(), [](const PlannedStage& s) { return !s.state.submitted_at; });
    return remaining == stages_.end() ? nullptr : &*remaining;
  }
  /// Prompts that are about the duty as a whole name the first stage that remains.
  std::string first_open() {
    const PlannedStage* remaining = open();
    return remaining != nullptr ? remaining->spec->id : regime_.stages.back().id;
  }
  /// A law whose reports all count from an answer, say, is not changed by when the incident was known.
  bool counts_from_awareness() const {
    return std::any_of(regime_.stages.begin(), regime_.stages.end(),
                       [](const StageSpec& s) { return s.anchor == StageSpec::Anchor::known_incident; });
  }
  bool waits(Instant since) const { return held_since_ && since <= *held_since_; }

  /// Takes up a duty that nobody works on. False if there is nothing to take up.
  bool begin() {
    step_.wake = demand_.true_at;
    if (!demand_.wanted || waits(demand_.since)) {
      return false;
    }
    const bool dismissed = record_.state == State::dismissed;
    record_.state = demand_.basis == Basis::presumed || duty_.advisory ? State::assess : State::due;
    record_.criterion_true_at = demand_.since;
    record_.known_significant_at = demand_.asks ? Instant{} : std::max(demand_.since, now_);
    record_.basis = demand_.basis;
    record_.aware_at = aware_at_;
    record_.asked_at = record_.state == State::assess ? std::optional(now_) : std::nullopt;
    if (recovered_) {
      set(record_.marks, "still_open");
    }
    plan();
    // What lies behind already is not reminded of, nor what is there from the beginning announced: this prompt says it.
    for (const PlannedStage& stage : stages_) {
      pass_reminders(stage);
      if (stage.spec->on_request || stage.spec->when) {
        set(record_.marks, "added:" + stage.spec->id);
      }
    }
    if (dismissed) {
      sayer_.say(Kind::reopened, first_open(), "answered_anew");
    } else {
      sayer_.say(record_.state == State::assess ? Kind::assess : Kind::due, first_open());
    }
    return true;
  }

  void pass_reminders(const PlannedStage& stage) {
    for (const int percent : stage.spec->remind_percent) {
      if (stage.dated() && share(stage.anchor, stage.state.due, percent) <= now_) {
        set(record_.marks, reminder_mark(stage, percent));
      }
    }
  }

  /// Nothing asks for it any more, and nothing has been submitted.
  void end() {
    // It may become true again before the source has fallen silent; a restart would look then, so this one does.
    step_.wake = demand_.true_at;
    if (held_since_) {
      return;
    }
    const bool answered = duty_.ask && duty_.ask->truth == Truth::yes && !duty_.verdict.denied.empty();
    record_.state = answered ? State::dismissed : State::withdrawn;
    record_.marks.clear();
    sayer_.say(answered ? Kind::dismissed : Kind::withdrawn, first_open(),
               answered ? "answered_no" : "criterion_no_longer_met");
  }

  void follow() {
    const bool confirmed = record_.state == State::assess && demand_.basis != Basis::presumed;
    // Nobody had presumed what was only asked.
    const char* const why = record_.known_significant_at == Instant{} ? "answered_yes" : "confirmed";
    if (confirmed && !duty_.advisory) {
      record_.state = State::due;
      record_.known_significant_at = std::max(demand_.since, now_);
      sayer_.say(Kind::due, first_open(), why);
    } else if (confirmed && record_.basis == Basis::presumed) {
      // It stays an assessment, but what is known has changed.
      record_.known_significant_at = std::max(demand_.since, now_);
      sayer_.say(Kind::amended, first_open(), why);
    } else if (record_.known_significant_at == Instant{} && !demand_.asks) {
      record_.known_significant_at = std::max(demand_.since, now_);
    }
    record_.basis = demand_.basis;
    if (record_.criterion_true_at != demand_.since && !waits(demand_.since)) {
      sayer_.say(Kind::amended, first_open(), "criterion_moved");
      record_.criterion_true_at = demand_.since;
    }
  }

  /// All was submitted, and now there is another report to make.
  void reopen_closed() {
    record_.state = duty_.advisory ? State::assess : State::due;
    const PlannedStage& stage = *open();
    set(record_.marks, "added:" + stage.spec->id);
    sayer_.say(Kind::reopened, stage.spec->id, added_because(stage));
  }

  static std::string added_because(const PlannedStage& stage) {
    return (stage.spec->on_request ? "requested:" : "added:") + stage.spec->id;
  }
  static std::string reminder_mark(const PlannedStage& stage, int percent) {
    return "reminder:" + stage.spec->id + ":" + std::to_string(percent);
  }

  void say_stages() {
    const PlannedStage* first = open();
    for (const PlannedStage& stage : stages_) {
      if (stage.state.submitted_at) {
        if (sayer_.once(now_, "submitted:" + stage.spec->id)) {
          // The prompt is about what comes next.
          sayer_.say(Kind::amended, first == nullptr ? stage.spec->id : first->spec->id, "submitted:" + stage.spec->id);
        }
        continue;
      }
      if (!duty_.advisory) {
        say_stage(stage, &stage == first);
      }
    }
    if (first == nullptr) {
      record_.state = State::closed;
      sayer_.say(Kind::closed, stages_.back().spec->id);
      return;
    }
    // Whoever is nagged about what does not bind learns to overlook what does.
    if (duty_.advisory) {
      return;
    }
    if (recovered_ && sayer_.once(now_, "still_open")) {
      sayer_.say(Kind::still_open, first->spec->id);
    }
    // The next in line is asked once the first has been silent for too long, and stays asked.
    if (has(record_.marks, "ask_next") || has(record_.marks, "target:" + first->spec->id)) {
      step_.assessor = 1;
    }
  }

  /// The period of a stage may depend on what people answer, and other rules may be put in force while the duty goes
  /// on: either may make the deadline earlier or later. What was reminded of the one that does not hold any more says
  /// nothing of the one that does.
  void follow_period(const PlannedStage& stage) {
    const std::string& id = stage.spec->id;
    const std::string known = "period:" + id + ":";
    const std::string mark = known + format_period(*stage.state.within);
    if (has(record_.marks, mark)) {
      return;
    }
    const bool another = std::erase_if(record_.marks, [&](const std::string& m) { return m.starts_with(known); }) > 0;
    set(record_.marks, mark);
    if (!another) {
      return;
    }
    for (const int percent : stage.spec->remind_percent) {
      unset(record_.marks, reminder_mark(stage, percent));
    }
    pass_reminders(stage);
    unset(record_.marks, "overdue:" + id);
    sayer_.say(Kind::amended, id, stage.spec->cases.empty() ? "rules_changed" : "period_changed");
  }

  void say_stage(const PlannedStage& stage, bool first) {
    const std::string& id = stage.spec->id;
    const bool added = stage.spec->on_request || stage.spec->when;
    if (added && record_.state == State::due && sayer_.once(now_, "added:" + id)) {
      sayer_.say(Kind::due, id, added_because(stage));
    }
    if (first && record_.state == State::assess) {
      say_unanswered(stage);
    }
    if (!stage.state.within) {
      remind_by_policy(stage);
      return;
    }
    if (!stage.dated()) {
      return;
    }
    follow_period(stage);
    if (record_.state == State::due) {
      for (const int percent : stage.spec->remind_percent) {
        if (sayer_.once(share(stage.anchor, stage.state.due, percent), reminder_mark(stage, percent))) {
          sayer_.say(Kind::reminder, id);
        }
      }
    }
    if (sayer_.once(stage.state.due, "overdue:" + id)) {
      sayer_.say(Kind::overdue, id);
    }
  }

  /// A question that nobody answers goes to the next in line; with a deadline of its own it becomes a duty before that.
  void say_unanswered(const PlannedStage& stage) {
    const std::string& id = stage.spec->id;
    if (regime_.asks_by_deadline()) {
      if (!stage.dated()) {
        return;
      }
      if (sayer_.once(share(stage.anchor, stage.state.due, regime_.ask_next_percent), "ask_next")) {
        sayer_.say(Kind::ask_next, id);
      }
      if (sayer_.once(stage.state.due - regime_.due_before, "due")) {
        record_.state = State::due;
        if (!demand_.asks) {
          record_.known_significant_at = std::max(record_.known_significant_at, record_.criterion_true_at);
        }
        sayer_.say(Kind::due, id, "unanswered");
      }
      return;
    }
    const Instant asked_at = record_.asked_at.value_or(now_);
    if (regime_.ask_next_after && sayer_.once(asked_at + *regime_.ask_next_after, "ask_next")) {
      sayer_.say(Kind::ask_next, id);
    }
    for (const Millis after : regime_.ask_again_after) {
      if (sayer_.once(asked_at + after, "ask_again:" + format_duration(after))) {
        sayer_.say(Kind::reminder, id, "unanswered");
      }
    }
  }

  /// The law gives no number: what is said then are the program's own times.
  void remind_by_policy(const PlannedStage& stage) {
    const std::string& id = stage.spec->id;
    if (record_.state != State::due || stage.anchor == Instant{} || stage.state.predicted) {
      return;
    }
    for (const Millis after : stage.spec->policy_remind_after) {
      if (sayer_.once(stage.anchor + after, "reminder:" + id + ":" + format_duration(after))) {
        sayer_.say(Kind::reminder, id);
      }
    }
    if (stage.state.policy_target && sayer_.once(*stage.state.policy_target, "target:" + id)) {
      sayer_.say(Kind::reminder, id, "target_passed");
    }
  }

  DutyRecord& record_;
  const Duty& duty_;
  const RegimeSpec& regime_;
  const Bundle& bundle_;
  const std::optional<EventTime> recovered_;
  const std::optional<LogTime> held_since_;
  const Instant now_;
  const Instant aware_at_;
  const Demand demand_;
  DutyStep step_;
  Sayer sayer_;
  std::vector<PlannedStage> stages_;
};

}  // namespace

bool say_particulars(DutyRecord& record) {
  const bool open = record.state == State::assess || record.state == State::due;
  if (open) {
    set(record.marks, kParticularsChanged);
  }
  return open;
}

DutyStep judge(DutyRecord& record, const Duty& duty, const Bundle& bundle, const IncidentRecord& incident,
               std::optional<EventTime> recovered, std::optional<LogTime> held_since, Instant now) {
  return Judge(record, duty, bundle, incident, recovered, held_since, now).run();
}

}  // namespace avbrottsvakt
