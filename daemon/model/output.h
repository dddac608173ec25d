#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/civil.h"
#include "base/time.h"
#include "model/condition.h"
#include "model/input.h"

namespace avbrottsvakt {

/// A thing with an identifier and the name that people say.
struct Named {
  std::string id;
  std::string name;
  friend bool operator==(const Named&, const Named&) = default;
};

/// Common to all that is said.
struct OutputHeader {
  std::string id;        ///< 64 hexadecimal digits; the same in every replay
  std::string replaces;  ///< the id of what this one replaces, or empty
  std::uint32_t sequence = 1;
  std::string incident_id;
  std::string incident;  ///< the number that people say: 2026-0001
  LogTime at{};          ///< when it was said: the engine's now
  bool exercise = false;
  bool lagging = false;  ///< said before the sources were read up to their ends
  std::string domain;
  std::string bundle;  ///< hash of the catalogue and rules in force
  std::uint32_t engine_version = kEngineVersion;
  /// An attack is suspected, and who made it may read along: the output says nothing but this and whom to call.
  bool protected_mode = false;
};

/// Why an alert is said, or said again. In the order in which they are shown.
enum class AlertReason : std::uint8_t {
  opened,           ///< the incident is new
  root_found,       ///< something upstream explains it; subject: the root
  merged,           ///< another incident turned out to be this one; subject: its number
  ladder,           ///< a step of a plan's ladder; subject: the service
  forecast_mta,     ///< the MTA of an activity will be reached before long; subject: the activity
  rto_missed,       ///< subject: the service
  mta_missed,       ///< subject: the activity
  activation,       ///< a plan's activation is proposed; subject: the service
  legal,            ///< a report must be assessed or made; subject: the regime
  grown,            ///< more services or activities are affected
  repeated,         ///< nobody has acknowledged; subject: the service whose plan repeats
  amended,          ///< its first outage began at another instant than was said; subject: the service
  level_lowered,    ///< what made it so urgent is over
  recovered,        ///< the last outage is over
  merged_away,      ///< the incident is part of another one now; subject: its number
  fallback_missed,  ///< its fallback routine has been in use for as long as it holds; subject: the activity
  protected_mode,   ///< an attack is suspected: from here on, only whom to call is said
  overrun_ahead     ///< planned work overruns unless restoring begins now; subject: the service
};

/// One reason, with the instant at which it became true and the values compared.
struct AlertEntry {
  enum class Share : std::uint8_t { none, rto, mta };
  AlertReason reason = AlertReason::opened;
  Named subject;
  Instant at{};                   ///< when it became true, in event time
  bool withdrawn = false;         ///< it was said, and turned out not to be so
  std::optional<Instant> was_at;  ///< the instant said before, where it moved: with any reason
  Level level = Level::none;
  std::vector<std::string> tell;  ///< roles
  std::string rule;               ///< "plan cosmic 2026.2: ladder[1] at 50% of rto"
  Share share_of = Share::none;   ///< ladder: what `percent` is of; none: the step that is taken at opening
  std::uint32_t percent = 0;      ///< ladder: at this share of the limit
};

/// An RTO, an MTA or how long a fallback routine holds, for one service or activity.
struct Objective {
  enum class Kind : std::uint8_t { rto, mta, fallback };
  enum class State : std::uint8_t { running, missed, kept };
  Kind kind = Kind::rto;
  Named subject;
  std::string plan;  ///< RTO: plan and version, "cosmic 2026.2"
  Millis limit{0};
  Instant since{};
  Instant reached_at{};  ///< when elapsed reaches the limit if nothing changes; for kept: when it would have
  std::optional<Instant> ended_at;
  State state = State::running;
  Basis basis = Basis::measured;
  std::string confirmed_by;  ///< the role, if basis is confirmed
};

/// One role to call, with where to reach it.
struct CallEntry {
  Named role;
  std::string phone;
  std::string hours;
};

/// Planned work that an incident, or an alert about itself, has to do with.
struct Maintenance {
  Named service;
  std::string reference;
  EventTime from{};  ///< the window is half-open
  EventTime until{};
  std::string approved_by;  ///< the role's name
  bool overran = false;     ///< what was still wrong at `until` has been an outage since then
  /// Activities of the incident that have not agreed, so that their time counts; at most 20.
  std::vector<Named> not_agreed;
};

/// One message per incident, that grows. At most 20 objectives; the counts tell how many there are.
struct Alert {
  OutputHeader header;
  Level level = Level::none;
  std::vector<AlertEntry> entries;      ///< why now
  Named first;                          ///< the service by whose outage the incident was known first
  Condition condition = Condition::up;  ///< of `first`
  EventTime began{};                    ///< of the first's outage
  Named root;                           ///< the most upstream that explains it; equal to first when nothing does
  Condition root_condition = Condition::up;
  EventTime root_began{};
  std::optional<EventTime> ended;  ///< when the last outage ended; set once all are over
  bool settling = false;           ///< everything is up again, but has not held long enough
  std::uint32_t services = 0;
  std::uint32_t activities = 0;
  std::vector<Named> affected_activities;  ///< at most 20, tightest MTA first
  std::vector<Objective> objectives;       ///< the tightest first
  std::uint32_t objectives_total = 0;
  struct PlanState {
    Named service;
    std::string plan;
    std::string version;
    std::optional<Instant> proposed_at;
  };
  std::vector<PlanState> plans;
  std::vector<Named> without_plan;  ///< services that are hit and should have a plan; at most 20
  /// Nothing was said of `first`: its signs of life have stopped, and from that its outage is presumed.
  bool silent = false;
  /// What is up but has no spare left because of this incident: what goes next takes it along. At most 20, by name.
  std::vector<Named> without_spare;
  std::uint32_t without_spare_total = 0;
  /// Numbers under which other tools keep it (an ITSM record); ascending, at most 20.
  std::vector<std::string> external_numbers;
  /// What speaks against a running outage of `service`: a probe has used it from end to end since, and it worked.
  struct Contradiction {
    Named service;
    std::string source;
    Instant at{};  ///< when it worked last
  };
  std::vector<Contradiction> contradictions;  ///< one a service at most; at most 20
  std::vector<CallEntry> call;
  std::string acknowledged_by;  ///< role; empty: nobody
  std::optional<Instant> acknowledged_at;
  struct Next {
    Instant at{};
    std::vector<AlertEntry> entries;
  };
  std::optional<Next> next;            ///< the next crossing if nothing changes
  std::vector<std::string> summaries;  ///< what the tools wrote, at most 5
  /// Said on coming back: the daemon saw nothing between these two; what came due meanwhile is said now, once.
  std::optional<LogTime> blind_from;
  std::optional<LogTime> blind_until;
  /// Planned work behind it, by beginning; at most 20. An alert that is about such work alone has no incident: its
  /// header.incident is empty.
  std::vector<Maintenance> maintenance;
};

/// A plan's activation is proposed, or the proposal is withdrawn.
struct ActivationPrompt {
  enum class Kind : std::uint8_t { proposed, withdrawn };
  OutputHeader header;
  Kind kind = Kind::proposed;
  Named service;
  std::string plan;
  std::string version;
  Date approved_on{};
  std::string approved_by;
  EventTime began{};
  Instant condition_met_at{};
  std::string rule;  ///< "plan cosmic 2026.2: activate.when.elapsed 30m"
  Millis rto{0};
  Instant rto_reached_at{};
  struct Step {
    std::string id;
    Named role;
    std::optional<Millis> within;
    std::string text;
    std::string verify;
  };
  std::vector<Step> steps;
  std::vector<CallEntry> contacts;
  struct Fallback {
    Named activity;
    std::string routine;
    std::string name;
    std::optional<Millis> holds_for;
    Instant mta_reached_at{};
  };
  std::vector<Fallback> fallbacks;  ///< of the affected activities, at most 20
  std::string withdrawn_because;
  Condition condition = Condition::down;  ///< of the service
  std::optional<Millis> elapsed;          ///< the condition that was met: the outage has lasted this long
};

struct LegalSource {
  std::string act;
  std::string place;
  SourceBasis basis = SourceBasis::text;
  Confidence confidence = Confidence::high;
  std::string note;
  friend bool operator==(const LegalSource&, const LegalSource&) = default;
};

/// A criterion that made (or would make) an incident reportable, with the values compared.
struct Ground {
  std::string criterion;
  std::string text;
  Basis basis = Basis::presumed;
  std::string confirmed_by;
  Instant true_since{};
  bool forecast = false;  ///< true_since lies ahead
  std::optional<Millis> measured;
  std::optional<Millis> limit;
  LegalSource source;
  std::vector<Named> subjects;  ///< the services that it is about, at most 20
  bool denied = false;          ///< in a prompt that dismisses: somebody answered no to this
  std::string reference;        ///< the number under which the answer is recorded elsewhere
};

struct Question {
  std::string fact;  ///< what the answer settles, "serious_injury_or_death", or "limited:emergency-east"
  std::string text;
  Instant settles_at{};  ///< from when on a yes alone would settle it; Instant{}: not alone
};

struct StageState {
  enum class CountsFrom : std::uint8_t { known_incident, submitted, known_significant, requested, handled };
  std::string id;
  std::string name;
  Instant due{};  ///< Instant{}, and so the next two, while nobody can say when what it counts from will happen
  Instant legal_latest{};
  Date target{};
  bool predicted = false;  ///< counts from a submission that has not been made
  std::optional<Instant> submitted_at;
  LegalSource source;
  std::optional<Period> within;  ///< as the law states it; absent: as soon as possible, and `due` is no deadline
  std::string after;             ///< name of the stage from whose submission it counts; empty: from something else
  CountsFrom counts_from = CountsFrom::known_incident;
  std::optional<Instant> requested_at;
  std::optional<Instant> policy_target;  ///< where the law gives no number: an internal target
  LegalSource policy_source;
  std::string case_text;       ///< which case the period is of; empty: there are no cases
  bool case_presumed = false;  ///< nobody has answered which case it is: the strictest that is left counts
};

/// A prompt to the reporting officer. It never reports by itself.
struct ReportPrompt {
  enum class Kind : std::uint8_t {
    assess,
    ask_next,
    due,
    reminder,
    overdue,
    amended,
    withdrawn,
    still_open,
    closed,
    dismissed,  ///< somebody answered no
    reopened,   ///< it was dismissed or closed, and what is known now opens it again
    follow_up   ///< an activity is asked, after the incident, whether anything happened: regime and stages are empty
  };
  OutputHeader header;
  Kind kind = Kind::assess;
  Named regime;
  std::string question;
  Named duty_holder;
  Named to;  ///< the role that is asked now
  std::string phone;
  std::string stage;        ///< the stage that this prompt is about
  Instant due{};            ///< of that stage
  Instant other_reading{};  ///< the same, counted from when the incident was known to be significant
  Instant aware_at{};       ///< known incident
  enum class Awareness : std::uint8_t { first_alert, acknowledged, reported } awareness = Awareness::first_alert;
  std::string aware_by;  ///< the role that acknowledged
  Instant criterion_true_at{};
  Instant known_significant_at{};
  Basis basis = Basis::presumed;
  std::vector<Ground> grounds;
  std::vector<Question> questions;  ///< what settles most first
  std::vector<StageState> stages;
  std::string recipient;
  std::string channel;
  LegalSource recipient_source;
  std::vector<std::string> cautions;
  std::vector<std::string> contents;  ///< what the report of this stage must contain
  std::optional<EventTime> recovered_at;
  std::string because;    ///< amended, withdrawn, dismissed, reopened: what changed
  bool advisory = false;  ///< the law does not bind this duty holder yet
  Date binds_from{};      ///< the day from which it does, if that is known
  Named activity;         ///< follow_up: who is asked
  std::optional<Instant> asked_at;
  LegalSource contents_source;
  bool undecided = false;     ///< nobody has said whether it is to be reported, and that is what is asked
  LegalSource assess_source;  ///< of the program's own times for an unanswered question
  /// Planned work behind the incident, and what is known of how the law sees it.
  std::vector<Maintenance> maintenance;
  std::optional<LegalSource> maintenance_source;
};

/// The current picture of one incident; compacted by its id.
struct IncidentPicture {
  OutputHeader header;
  std::string state;  ///< "open", "settling", "over", "merged"
  std::string merged_into;
  Level level = Level::none;
  Named first;
  Named root;
  EventTime began{};
  std::optional<EventTime> ended;
  std::uint32_t services = 0;
  std::uint32_t activities = 0;
  std::vector<Objective> objectives;
  struct Duty {
    Named regime;
    Named duty_holder;
    std::string state;  ///< "watching", "forecast", "assess", "due", "closed", "withdrawn", "dismissed"
    std::optional<Instant> true_at;
    std::vector<Ground> grounds;
    std::vector<StageState> stages;
    bool advisory = false;
  };
  std::vector<Duty> duties;
};

/// What could not be read, or was refused by the engine; whole.
struct DeadLetter {
  OutputHeader header;
  Unreadable record;
};

using Output = std::variant<Alert, ActivationPrompt, ReportPrompt, IncidentPicture, DeadLetter>;

inline const OutputHeader& header_of(const Output& output) {
  return std::visit([](const auto& o) -> const OutputHeader& { return o.header; }, output);
}

}  // namespace avbrottsvakt
