#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/time.h"
#include "model/command.h"
#include "model/output.h"
#include "model/signal.h"

namespace avbrottsvakt {

// What the engine keeps across a restart: facts and the ledger. Everything else is derived again. Written through
// wire/, keyed by key_of().

/// One thing wrong as one source sees it, and what was heard of it.
struct CauseRecord {
  struct Point {
    EventTime at{};
    Condition condition = Condition::up;
    friend bool operator==(const Point&, const Point&) = default;
  };
  std::string source;
  std::string key;
  std::vector<Point> points;  ///< ascending by at, each instant once
  /// Everything before is pruned; the first point then is the condition at this edge.
  std::optional<EventTime> pruned_before;
  Labels labels;  ///< of the latest signal (by at, then labels) that carried any
  EventTime labels_at{};
  std::string summary;                       ///< of the same signal
  Origin origin = Origin::monitoring;        ///< of the same signal
  std::optional<Millis> expect_within = {};  ///< of the same signal: when the next heartbeat should be here
  friend bool operator==(const CauseRecord&, const CauseRecord&) = default;
};

/// Signs of life are a cause of their own, beside what else is said under the same key.
inline bool beats(const CauseRecord& record) {
  return record.origin == Origin::heartbeat && record.expect_within.has_value();
}

/// What has been said of one reason for an alert. Two outages of one service in one incident have the same reasons: by
/// their instants they are told apart, and by their order where those moved.
struct SaidReason {
  AlertReason reason = AlertReason::opened;
  std::string subject;     ///< id of service, activity, regime, incident
  std::uint32_t step = 0;  ///< of a ladder
  Instant at{};            ///< the instant that was said
  friend bool operator==(const SaidReason&, const SaidReason&) = default;
};

struct ActivityConfirmation {
  std::string activity;
  bool limited = true;
  std::string by;
  EventTime at{};
  friend bool operator==(const ActivityConfirmation&, const ActivityConfirmation&) = default;
};

struct AnsweredFact {
  std::string fact;
  Answer answer = Answer::not_known;
  std::string by;
  EventTime at{};
  std::string reference = {};
  friend bool operator==(const AnsweredFact&, const AnsweredFact&) = default;
};

struct SaidActivation {
  std::string service;
  std::string plan;
  std::string version;  ///< pinned
  Instant condition_met_at{};
  std::string output_id;
  std::uint32_t sequence = 0;
  bool withdrawn = false;
  friend bool operator==(const SaidActivation&, const SaidActivation&) = default;
};

struct SubmittedStage {
  std::string stage;
  EventTime at{};
  std::string by;
  friend bool operator==(const SubmittedStage&, const SubmittedStage&) = default;
};

/// A report that the authority has asked for.
struct RequestedStage {
  std::string stage;
  EventTime at{};
  std::string by;
  friend bool operator==(const RequestedStage&, const RequestedStage&) = default;
};

/// One law, for one incident and one duty holder.
struct DutyRecord {
  enum class State : std::uint8_t { watching, assess, due, closed, withdrawn, dismissed };
  std::string regime;
  std::string duty_holder;
  std::string incident_id;  ///< the original incident: a merge moves the duty, never its identity
  State state = State::watching;
  Instant criterion_true_at{};  ///< as last said
  Instant known_significant_at{};
  Basis basis = Basis::presumed;
  Instant aware_at{};              ///< as last said
  std::vector<std::string> marks;  ///< what has been said: "assess", "ask_next", "reminder:early_warning:50"; ascending
  std::vector<SubmittedStage> submitted;
  std::string output_id;  ///< of the last prompt
  std::uint32_t sequence = 0;
  std::vector<RequestedStage> requested;  ///< in the order in which it was heard, each stage once
  std::optional<Instant> asked_at;        ///< when the question was raised; unanswered ones are asked again from there
  friend bool operator==(const DutyRecord&, const DutyRecord&) = default;
};

/// An activity that has been asked, some time after the end of an incident, whether anything happened.
struct SaidFollowUp {
  std::string activity;
  Millis after{0};  ///< which of the questions of the rules
  std::string output_id;
  friend bool operator==(const SaidFollowUp&, const SaidFollowUp&) = default;
};

/// The outage by which a node joined an incident.
struct MemberOutage {
  std::string node;  ///< "service/cosmic", "activity/emergency-east"
  EventTime from{};
  std::optional<EventTime> until;
  friend bool operator==(const MemberOutage&, const MemberOutage&) = default;
};

inline constexpr std::size_t kExternalNumbersMax = 20;

/// The ledger of one incident: what was said of it, and what people said.
struct IncidentRecord {
  std::string id;
  std::string number;
  std::uint64_t serial = 0;  ///< in the order in which incidents became known
  LogTime known_at{};
  std::string merged_into;            ///< the id of the incident that goes on; empty: this one does
  std::vector<MemberOutage> members;  ///< ascending by node
  std::string first_node;
  std::string root_node;
  std::vector<SaidReason> said;
  Level level = Level::none;
  std::uint32_t services = 0;
  std::uint32_t activities = 0;
  std::optional<LogTime> growth_said_at;
  std::optional<LogTime> first_alert_at;
  std::string alert_id;
  std::uint32_t sequence = 0;          ///< of alerts
  std::uint32_t picture_sequence = 0;  ///< of pictures
  std::string acknowledged_by;
  std::optional<EventTime> acknowledged_at;
  std::optional<LogTime> reported_at;               ///< when a person's report of it was first heard
  std::vector<ActivityConfirmation> confirmations;  ///< ascending by activity
  std::vector<AnsweredFact> answers;                ///< ascending by fact
  std::vector<SaidActivation> activations;          ///< ascending by service
  std::vector<DutyRecord> duties;                   ///< ascending by regime, duty holder, incident
  bool over = false;
  bool withdrawn = false;  ///< none of its outages turned out to be true
  /// While a late crossing waits for its source to fall silent.
  std::optional<LogTime> held_since;
  std::string held_source;
  /// Under which other tools keep it; ascending, at most kExternalNumbersMax, what comes after is not kept.
  std::vector<std::string> external_numbers;
  std::vector<SaidFollowUp> follow_ups;  ///< ascending by activity, then after
  friend bool operator==(const IncidentRecord&, const IncidentRecord&) = default;
};

/// Everything else of one domain.
struct MetaRecord {
  std::uint32_t engine_version = kEngineVersion;
  LogTime now{};
  std::string bundle;
  bool exercise = false;
  std::uint64_t incidents = 0;
  /// Since when the domain has been silent because it is catching up.
  std::optional<LogTime> catching_up_since;
  bool lagging = false;
  /// The latest absence: nothing was heard between these two.
  std::optional<LogTime> blind_from;
  std::optional<LogTime> blind_until;
  /// While it is catching up: silence has been concluded up to here, and from no later one before all is heard.
  std::optional<LogTime> silent_until;
  friend bool operator==(const MetaRecord&, const MetaRecord&) = default;
};

/// How far a source stream has been applied.
struct AppliedRecord {
  std::string source;
  std::string stream;
  std::int32_t partition = 0;
  std::string incarnation;
  std::int64_t upto = -1;
  friend bool operator==(const AppliedRecord&, const AppliedRecord&) = default;
};

/// When a source was last heard.
struct SourceRecord {
  std::string source;
  LogTime heard_at{};
  friend bool operator==(const SourceRecord&, const SourceRecord&) = default;
};

/// A command that has been applied; kept as long as the horizon.
struct CommandRecord {
  std::string id;
  LogTime stamp{};
  friend bool operator==(const CommandRecord&, const CommandRecord&) = default;
};

/// Planned work, and the ledger of what was said of it. Kept as long as the horizon.
struct MaintenanceRecord {
  std::string reference;
  std::string id;  ///< of the alerts about it: the command that planned it first
  std::string service;
  EventTime from{};
  EventTime until{};  ///< as approved, or when it was cancelled
  std::optional<EventTime> return_by;
  std::string approved_by;
  EventTime approved_at{};
  std::vector<std::string> agreed;  ///< ascending, each once
  bool cancelled = false;           ///< before it began: it never opens
  enum class Said : std::uint8_t { nothing, overrun_ahead, restored };
  Said said = Said::nothing;
  EventTime said_at{};  ///< the instant that was said
  std::string alert_id;
  std::uint32_t sequence = 0;  ///< of alerts
  friend bool operator==(const MaintenanceRecord&, const MaintenanceRecord&) = default;
};

using StateRecord = std::variant<MetaRecord, AppliedRecord, SourceRecord, CommandRecord, CauseRecord, IncidentRecord,
                                 MaintenanceRecord>;

/// "meta", "applied/zabbix/topic/0", "source/zabbix", "command/ID", "cause/SOURCE/KEY", "beat/SOURCE/KEY",
/// "incident/ID", "maintenance/REFERENCE". Unique per record.
std::string key_of(const MetaRecord& record);
std::string key_of(const AppliedRecord& record);
std::string key_of(const SourceRecord& record);
std::string key_of(const CommandRecord& record);
std::string key_of(const CauseRecord& record);
std::string key_of(const IncidentRecord& record);
std::string key_of(const MaintenanceRecord& record);
std::string key_of(const StateRecord& record);

/// A record where the engine keeps it: copying each that changed cost a fifth of a step.
using StateView = std::variant<const MetaRecord*, const AppliedRecord*, const SourceRecord*, const CommandRecord*,
                               const CauseRecord*, const IncidentRecord*, const MaintenanceRecord*>;
StateRecord copy_of(const StateView& view);

/// A put, or with no record a delete.
struct StateChange {
  std::string key;
  std::optional<StateView> record;
};

}  // namespace avbrottsvakt
