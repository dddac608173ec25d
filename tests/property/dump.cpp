#include "dump.h"

#include <fmt/format.h>

#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

template <typename T>
std::string maybe(const std::optional<T>& at) {
  return at ? format_instant(*at) : "-";
}

std::string text_of(const AlertEntry& entry) {
  std::string text = fmt::format("{}{}({}) at {}", entry.withdrawn ? "-" : "", to_string(entry.reason),
                                 entry.subject.id, format_instant(entry.at));
  text += fmt::format(" was {} {} {}% {}", maybe(entry.was_at), to_string(entry.level), entry.percent, entry.rule);
  for (const std::string& role : entry.tell) {
    text += " " + role;
  }
  return text;
}

std::string text_of(const std::vector<Objective>& objectives) {
  std::string text;
  for (const Objective& objective : objectives) {
    text +=
        fmt::format("  objective {} {} {} since {} reached {} ended {} {} {} {}\n", static_cast<int>(objective.kind),
                    objective.subject.id, format_duration(objective.limit), format_instant(objective.since),
                    format_instant(objective.reached_at), maybe(objective.ended_at), static_cast<int>(objective.state),
                    to_string(objective.basis), objective.confirmed_by);
  }
  return text;
}

std::string text_of(const std::vector<StageState>& stages) {
  std::string text;
  for (const StageState& stage : stages) {
    text += fmt::format("  stage {} due {} {}{} {} requested {} target {} case {} {}\n", stage.id,
                        format_instant(stage.due), maybe(stage.submitted_at), stage.predicted ? " predicted" : "",
                        static_cast<int>(stage.counts_from), maybe(stage.requested_at), maybe(stage.policy_target),
                        stage.case_text, stage.case_presumed);
  }
  return text;
}

std::string text_of(const std::vector<Ground>& grounds) {
  std::string text;
  for (const Ground& ground : grounds) {
    text += fmt::format("  ground {} {} since {} {} {} {} {} of {}\n", ground.criterion, to_string(ground.basis),
                        format_instant(ground.true_since), ground.forecast, ground.confirmed_by, ground.denied,
                        ground.reference, ground.subjects.size());
  }
  return text;
}

std::string body(const Alert& alert) {
  std::string text = fmt::format(
      "alert {} first {} {} since {} root {} {} since {} ended {} settling {} services {} activities {} of {}\n",
      to_string(alert.level), alert.first.id, to_string(alert.condition), format_instant(alert.began), alert.root.id,
      to_string(alert.root_condition), format_instant(alert.root_began), maybe(alert.ended), alert.settling,
      alert.services, alert.activities, alert.objectives_total);
  for (const AlertEntry& entry : alert.entries) {
    text += "  " + text_of(entry) + "\n";
  }
  text += text_of(alert.objectives);
  for (const Alert::PlanState& plan : alert.plans) {
    text += fmt::format("  plan {} {} proposed {}\n", plan.plan, plan.version, maybe(plan.proposed_at));
  }
  for (const Maintenance& maintenance : alert.maintenance) {
    text += fmt::format("  maintenance {} {} {} {}{}", maintenance.reference, maintenance.service.id,
                        format_instant(maintenance.from), format_instant(maintenance.until),
                        maintenance.overran ? " overran" : "");
    for (const Named& activity : maintenance.not_agreed) {
      text += " not " + activity.id;
    }
    text += "\n";
  }
  for (const CallEntry& call : alert.call) {
    text += "  call " + call.role.id + "\n";
  }
  for (const Named& activity : alert.affected_activities) {
    text += "  affected " + activity.id + "\n";
  }
  for (const std::string& summary : alert.summaries) {
    text += "  summary " + summary + "\n";
  }
  for (const std::string& number : alert.external_numbers) {
    text += "  number " + number + "\n";
  }
  for (const Alert::Contradiction& one : alert.contradictions) {
    text += "  contradicted " + one.service.id + " " + one.source + " " + format_instant(one.at) + "\n";
  }
  if (alert.next) {
    text += "  next " + format_instant(alert.next->at) + "\n";
    for (const AlertEntry& entry : alert.next->entries) {
      text += "    " + text_of(entry) + "\n";
    }
  }
  return text + fmt::format("  acknowledged {} {} blind {} {}\n", alert.acknowledged_by, maybe(alert.acknowledged_at),
                            maybe(alert.blind_from), maybe(alert.blind_until));
}

std::string body(const ActivationPrompt& prompt) {
  std::string text = fmt::format("activation {} {} {} {} began {} met {} rto {} because {}\n",
                                 prompt.kind == ActivationPrompt::Kind::proposed ? "proposed" : "withdrawn",
                                 prompt.service.id, prompt.version, to_string(prompt.condition),
                                 format_instant(prompt.began), format_instant(prompt.condition_met_at),
                                 format_instant(prompt.rto_reached_at), prompt.withdrawn_because);
  for (const ActivationPrompt::Fallback& fallback : prompt.fallbacks) {
    text += fmt::format("  fallback {} {}\n", fallback.activity.id, format_instant(fallback.mta_reached_at));
  }
  return text;
}

std::string body(const ReportPrompt& prompt) {
  std::string text = fmt::format(
      "report {} {} {} {} to {} stage {} due {} or {} aware {} {} true {} known {} {} because {} recovered {}\n",
      to_string(prompt.kind), prompt.regime.id, prompt.duty_holder.id, prompt.recipient, prompt.to.id, prompt.stage,
      format_instant(prompt.due), format_instant(prompt.other_reading), format_instant(prompt.aware_at),
      prompt.aware_by, format_instant(prompt.criterion_true_at), format_instant(prompt.known_significant_at),
      to_string(prompt.basis), prompt.because, maybe(prompt.recovered_at));
  text += fmt::format("  undecided {} advisory {} activity {} asked {}\n", prompt.undecided, prompt.advisory,
                      prompt.activity.id, maybe(prompt.asked_at));
  text += text_of(prompt.grounds) + text_of(prompt.stages);
  for (const Question& question : prompt.questions) {
    text += "  ask " + question.fact + " " + format_instant(question.settles_at) + "\n";
  }
  return text;
}

std::string body(const IncidentPicture& picture) {
  std::string text =
      fmt::format("picture {} {} {} first {} root {} began {} ended {} services {} activities {}\n", picture.state,
                  picture.merged_into, to_string(picture.level), picture.first.id, picture.root.id,
                  format_instant(picture.began), maybe(picture.ended), picture.services, picture.activities);
  text += text_of(picture.objectives);
  for (const IncidentPicture::Duty& duty : picture.duties) {
    text += fmt::format("  duty {} {} {} {}\n", duty.regime.id, duty.duty_holder.id, duty.state, maybe(duty.true_at));
    text += text_of(duty.grounds) + text_of(duty.stages);
  }
  return text;
}

std::string body(const DeadLetter& letter) {
  return fmt::format("dead letter {} {}: {}\n", letter.record.error, letter.record.key, letter.record.value);
}

}  // namespace

std::string dump(const Output& output) {
  const OutputHeader& header = header_of(output);
  return fmt::format("{} {} #{} id {} replaces {}{}{} ", format_instant(header.at), header.incident, header.sequence,
                     header.id.substr(0, 12), header.replaces.substr(0, 12), header.lagging ? " lagging" : "",
                     header.exercise ? " exercise" : "") +
         std::visit([](const auto& one) { return body(one); }, output);
}

std::string dump(const Engine::NodeFacts& facts) {
  std::string text = facts.node + ":";
  for (const CauseRecord::Point& point : facts.effective) {
    text += fmt::format(" {} {}", format_instant(point.at), to_string(point.condition));
  }
  text += ";";
  for (const MemberOutage& outage : facts.outages) {
    text += fmt::format(" [{}, {})", format_instant(outage.from), maybe(outage.until));
  }
  return text + " root " + facts.root + "\n";
}

std::string dump(const Signal& signal) {
  std::string text =
      fmt::format("{}/{} {} at {}", signal.source, signal.key, to_string(signal.condition), format_instant(signal.at));
  for (const Label& label : signal.labels) {
    text += fmt::format(" {}={}", label.name, label.value);
  }
  return text;
}

}  // namespace avbrottsvakt::testing
