#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/incident.h"
#include "rules/bundle.h"
#include "rules/evaluate.h"

namespace avbrottsvakt {

/// What answers make of one stage of a regime.
struct StageVerdict {
  Truth made = Truth::yes;          ///< whether the report is made at all, by StageSpec::when
  std::optional<std::size_t> of{};  ///< which of StageSpec::cases counts; none: the period itself
  bool presumed = false;            ///< nobody has answered whether it is that case
};

/// One law for one incident and one duty holder, as the facts stand.
struct Duty {
  const RegimeSpec* regime = nullptr;
  const DutyHolderSpec* holder = nullptr;
  Verdict verdict;                           ///< without questions: questions_of()
  std::optional<Verdict> ask{};              ///< of RegimeSpec::ask_when
  std::vector<StageVerdict> stages{};        ///< one for each of the regime's; none while nothing asks for any
  std::vector<std::string> manufacturers{};  ///< of the devices that are hit, ascending
  bool advisory = false;                     ///< the law does not bind the holder yet
};

/// Every regime that is in force on the day the incident began, for every holder that it binds; in the order of the
/// rules, then of the holders.
std::vector<Duty> duties_of(const Bundle& bundle, const Incident& incident, Instant now);

/// Unless the facts ask something of the holder: when they may do so by themselves if nothing changes; kNever if never.
/// Until then a duty that has no record needs none.
std::optional<Instant> unwanted_until(const Duty& duty);

/// What the criteria of one holder are measured against. Refers to its arguments.
///
/// An answer about the incident concerns those holders that answer for an activity that is hit; if none of those whom
/// the law binds does, all of them, so that nothing is forgotten.
std::unique_ptr<CriteriaFacts> criteria_facts(const Bundle& bundle, const Incident& incident, const RegimeSpec& regime,
                                              const DutyHolderSpec& holder);

/// The day that decides which rules are in force for an incident with members: that on which its first outage began.
Date deciding_date(const ZoneTable& zone, const Incident& incident);

/// What a person could answer, what settles most, soonest, first: of the criteria, then of the stages.
std::vector<Question> questions_of(const Bundle& bundle, const Incident& incident, const Duty& duty, Instant now);

/// What deadlines count from.
struct StageAnchors {
  Instant aware_at{};                             ///< known incident
  std::optional<Instant> known_significant_at{};  ///< when it was known that the criteria are met, if it is
  std::optional<EventTime> recovered{};           ///< when all was up again, if the incident is over
};
StageAnchors anchors_of(const DutyRecord& record, Instant aware_at, std::optional<EventTime> recovered);

/// The stages of a regime that are to be made, with their deadlines. A stage whose anchor is another one that has not
/// been submitted is predicted from that one's deadline; a stage whose anchor nobody can predict has no deadline yet.
///
/// A report on request is there once it was requested; one under a condition once that is met; what is due instead of
/// another one while the incident goes on (lägesrapport) once that other one counts and is not over by its day.
/// Source: CSL (2025:1506) 2 kap. 7 and 8 §§ for the shape; the numbers are those of the rules.
std::vector<StageState> stages_of(const Bundle& bundle, const Duty& duty, const DutyRecord& record,
                                  const StageAnchors& anchors);

/// When the incident was known: the first acknowledgement or a person's report (an ITSM record, a call), whichever was
/// heard of first; until there is one, the first alert.
/// Source: the cautious reading of CSL (2025:1506) 2 kap. 5 §; the other one stands beside it in each prompt.
struct Awareness {
  Instant at{};
  ReportPrompt::Awareness how = ReportPrompt::Awareness::first_alert;
  std::string by;
};
Awareness awareness_of(const IncidentRecord& record, Instant now);

/// Whether prompts of a duty read otherwise by other rules or another catalogue, though nothing about the incident
/// changed: who is asked, and by which number; who receives the reports today, and how; the question, the reports, and
/// what they must contain. What follows for criteria and deadlines, judge() finds by itself; how sources and cautions
/// are worded is not worth a prompt.
bool reads_otherwise(const std::string& regime, const std::string& duty_holder, const Bundle& before,
                     const Bundle& in_force, Instant now);

/// Has it said again when it is judged next, if it is open. False if it is not.
bool say_particulars(DutyRecord& record);

/// What a duty says at one instant. At most one prompt: of several that are due together the weightiest, which shows
/// all there is.
struct DutyStep {
  std::optional<ReportPrompt::Kind> kind;
  std::string stage;
  std::string because;       ///< a word of the vocabulary below
  std::size_t assessor = 0;  ///< which of the holder's assessors is asked
  Instant wake = kNever;     ///< when it must be judged again
};
// because: "confirmed", "unanswered", "answered_yes", "answered_no", "answered_anew", "criterion_no_longer_met",
// "awareness_changed", "criterion_moved", "period_changed", "rules_changed", "particulars_changed",
// "target_passed", "submitted:STAGE",
// "requested:STAGE", "added:STAGE", "merged:NUMBER", "" if the kind says it all.

/// Moves the record on and says what must be said. Changes nothing while what is new is held back.
///
/// An advisory duty is assessed, and said again when facts change that: an answer, the awareness, a report. It is never
/// due, reminded of or overdue, its questions are asked once and of nobody else, and its end does not make it still
/// open. Source: policy, none of it binds.
///
/// `recovered`: when all was up again, if it is over. `held_since`: crossings up to then wait for their source.
DutyStep judge(DutyRecord& record, const Duty& duty, const Bundle& bundle, const IncidentRecord& incident,
               std::optional<EventTime> recovered, std::optional<LogTime> held_since, Instant now);

}  // namespace avbrottsvakt
