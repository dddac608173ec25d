#pragma once

#include <optional>
#include <string>
#include <vector>

#include "engine/incident.h"
#include "rules/bundle.h"
#include "rules/evaluate.h"

namespace avbrottsvakt {

/// One law for one incident and one duty holder, as the facts stand.
struct Duty {
  const RegimeSpec* regime = nullptr;
  const DutyHolderSpec* holder = nullptr;
  Verdict verdict;
};

/// Every regime that is in force on the day the incident began, for every holder that it binds; in the order of the
/// rules, then of the holders.
std::vector<Duty> duties_of(const Bundle& bundle, const Incident& incident, Instant now);

/// The stages of a regime with their deadlines, counted from awareness and from what has been submitted; a stage whose
/// anchor is not there yet is predicted.
std::vector<StageState> stages_of(const Bundle& bundle, const RegimeSpec& regime, Instant aware_at,
                                  const std::vector<SubmittedStage>& submitted);

/// When the incident was known: the first acknowledgement; until there is one, the first alert.
/// Source: the cautious reading of CSL (2025:1506) 2 kap. 5 §; the other one stands beside it in each prompt.
struct Awareness {
  Instant at{};
  ReportPrompt::Awareness how = ReportPrompt::Awareness::first_alert;
  std::string by;
};
Awareness awareness_of(const IncidentRecord& record, Instant now);

/// What a duty says at one instant. At most one prompt: of several that are due together the weightiest, which shows
/// all there is.
struct DutyStep {
  std::optional<ReportPrompt::Kind> kind;
  std::string stage;
  std::string because;       ///< a word of the vocabulary below
  std::size_t assessor = 0;  ///< which of the holder's assessors is asked
  Instant wake = kNever;     ///< when it must be judged again
};
// because: "confirmed", "unanswered", "criterion_no_longer_met", "awareness_changed", "criterion_moved",
// "submitted:STAGE", "merged:NUMBER", "" if the kind says it all.

/// Moves the record on and says what must be said. Changes nothing while what is new is held back.
///
/// `recovered`: when all was up again, if it is over. `held_since`: crossings up to then wait for their source.
DutyStep judge(DutyRecord& record, const Duty& duty, const Bundle& bundle, const IncidentRecord& incident,
               std::optional<EventTime> recovered, std::optional<LogTime> held_since, Instant now);

}  // namespace avbrottsvakt
