// What a judgement says to those who report, and to the activities that are asked afterwards.
#include <algorithm>
#include <tuple>

#include "engine/judgement.h"
#include "engine/protected_mode.h"

namespace avbrottsvakt {
namespace {

bool is_begun(const DutyRecord& record) {
  return record.state == DutyRecord::State::assess || record.state == DutyRecord::State::due ||
         record.state == DutyRecord::State::closed;
}

template <typename Stages>
void take_stages(Stages& into, const Stages& from) {
  for (const auto& stage : from) {
    const bool again = std::any_of(into.begin(), into.end(), [&](const auto& s) { return s.stage == stage.stage; });
    if (!again) {
      into.push_back(stage);
    }
  }
}

bool is_of(const DutyRecord& record, const Duty& duty) {
  return record.regime == duty.regime->id && record.duty_holder == duty.holder->id;
}

/// The first stage that remains to be submitted; the last, if none does.
std::string next_of(const std::vector<StageState>& stages) {
  const auto next = std::find_if(stages.begin(), stages.end(), [](const StageState& s) { return !s.submitted_at; });
  return next == stages.end() ? stages.back().id : next->id;
}

/// Whether what happened at this activity may have hurt somebody: it is of a sector that is asked, and nobody has said
/// that it was not limited.
bool is_asked_afterwards(const FollowUpSpec& spec, const ActivitySpec& activity, const IncidentRecord& record) {
  const ActivityConfirmation* said = confirmation_of(record, activity.id);
  if (said != nullptr && !said->limited) {
    return false;
  }
  return spec.sectors.empty() || std::any_of(spec.sectors.begin(), spec.sectors.end(), [&](const std::string& sector) {
           return std::find(activity.sectors.begin(), activity.sectors.end(), sector) != activity.sectors.end();
         });
}

}  // namespace

void Judgement::say_duties() {
  for (const Duty& duty : duties_) {
    say_duty(duty);
  }
  std::erase_if(record_.duties,
                [](const DutyRecord& d) { return d.state == DutyRecord::State::withdrawn && d.sequence == 0; });
}

DutyRecord& Judgement::only_record_of(const Duty& duty) {
  const auto first = std::find_if(record_.duties.begin(), record_.duties.end(),
                                  [&](const DutyRecord& record) { return is_of(record, duty); });
  if (first == record_.duties.end()) {
    DutyRecord fresh;
    fresh.regime = duty.regime->id;
    fresh.duty_holder = duty.holder->id;
    fresh.incident_id = record_.id;
    record_.duties.push_back(std::move(fresh));
    incident_.dirty = true;
    return record_.duties.back();
  }
  DutyRecord& known = *first;
  for (DutyRecord& other : record_.duties) {
    if (&other == &known || !is_of(other, duty) || other.state == DutyRecord::State::withdrawn) {
      continue;
    }
    // One that nobody works on, or that was dismissed there, gives way without a word to one that goes on here.
    const bool silent = !is_begun(known) || !is_begun(other);
    if (!is_begun(known)) {
      std::swap(known, other);
    }
    // What was submitted is submitted, and what was asked for is asked for, under whichever number.
    take_stages(known.submitted, other.submitted);
    take_stages(known.requested, other.requested);
    other.state = DutyRecord::State::withdrawn;
    if (silent) {
      continue;
    }
    ++other.sequence;
    DutyStep step;
    step.kind = ReportPrompt::Kind::withdrawn;
    step.stage = duty.regime->stages.front().id;
    step.because = "merged:" + record_.number;
    ReportPrompt prompt = make_report(saying_, incident_, &situation_, duty, other, step);
    other.output_id = prompt.header.id;
    prompts_.push_back(std::move(prompt));
  }
  return known;
}

void Judgement::say_duty(const Duty& duty) {
  // Most laws ask nothing of most holders.
  if (const std::optional<Instant> until = unwanted_until(duty)) {
    const auto is_its = [&](const DutyRecord& record) { return is_of(record, duty); };
    if (std::none_of(record_.duties.begin(), record_.duties.end(), is_its)) {
      wake(*until);
      return;
    }
  }
  const std::optional<EventTime> recovered = situation_.over ? situation_.ended : std::nullopt;
  DutyRecord& known = only_record_of(duty);
  const DutyRecord before = known;
  DutyStep step = judge(known, duty, saying_.bundle, record_, recovered, held_, now_);
  wake(step.wake);
  const bool open = known.state == DutyRecord::State::assess || known.state == DutyRecord::State::due;
  if (lifted_ && open && !step.kind) {
    step.kind = ReportPrompt::Kind::amended;
    const Instant aware_at = awareness_of(record_, now_).at;
    step.stage = next_of(stages_of(saying_.bundle, duty, known, anchors_of(known, aware_at, recovered)));
    step.because = "protection_lifted";
  }
  if (step.kind) {
    ++known.sequence;
    ReportPrompt prompt = make_report(saying_, incident_, &situation_, duty, known, step);
    known.output_id = prompt.header.id;
    prompts_.push_back(std::move(prompt));
  }
  if (known != before) {
    incident_.dirty = true;
  }
}

void Judgement::say_follow_ups() {
  const std::optional<FollowUpSpec>& spec = times().follow_up;
  // While what is late waits for its source it may turn out that it is not over. And nobody is asked in a channel that
  // an attacker may read; once that is lifted they are.
  if (!spec || !situation_.over || held_ || attack_suspected(saying_.bundle, record_)) {
    return;
  }
  for (std::size_t i = 0; i < situation_.activity_outages.size(); ++i) {
    const Node& node = catalogue().node(situation_.activity_outages[i].node);
    const auto is_same = [&](const NodeOutage& o) { return o.node == situation_.activity_outages[i].node; };
    const bool before = std::any_of(situation_.activity_outages.begin(),
                                    situation_.activity_outages.begin() + static_cast<std::ptrdiff_t>(i), is_same);
    if (!before && is_asked_afterwards(*spec, *node.activity_spec, record_)) {
      say_follow_up(*spec, node);
    }
  }
}

void Judgement::say_follow_up(const FollowUpSpec& spec, const Node& activity) {
  for (const Millis after : spec.after) {
    const Instant at = *situation_.ended + after;
    if (at > now_) {
      wake(at);
      break;
    }
    const auto place = std::lower_bound(
        record_.follow_ups.begin(), record_.follow_ups.end(), std::tie(activity.name.id, after),
        [](const SaidFollowUp& said, const auto& key) { return std::tie(said.activity, said.after) < key; });
    const bool asked =
        place != record_.follow_ups.end() && place->activity == activity.name.id && place->after == after;
    const bool answered_yes = std::any_of(record_.answers.begin(), record_.answers.end(), [&](const AnsweredFact& a) {
      return a.fact == spec.fact + ":" + activity.name.id && a.answer == Answer::yes;
    });
    if (asked || answered_yes) {
      continue;
    }
    // Of questions that came due while nobody could be asked only the last is asked; the others are done with, unsaid.
    std::erase_if(prompts_, [&](const Output& output) {
      const auto* other = std::get_if<ReportPrompt>(&output);
      if (other == nullptr || other->kind != ReportPrompt::Kind::follow_up || other->activity != activity.name) {
        return false;
      }
      for (SaidFollowUp& unsaid : record_.follow_ups) {
        if (unsaid.output_id == other->header.id) {
          unsaid.output_id.clear();
        }
      }
      return true;
    });
    SaidFollowUp said{activity.name.id, after, {}};
    ReportPrompt prompt = make_follow_up(saying_, incident_, situation_, activity, after);
    said.output_id = prompt.header.id;
    record_.follow_ups.insert(place, std::move(said));
    incident_.dirty = true;
    prompts_.push_back(std::move(prompt));
  }
}

}  // namespace avbrottsvakt
