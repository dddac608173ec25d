#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/civil.h"
#include "catalogue/spec.h"
#include "model/output.h"

namespace avbrottsvakt {

struct Validity {
  std::optional<Date> from;   ///< included
  std::optional<Date> until;  ///< not included
  bool holds(Date date) const { return (!from || *from <= date) && (!until || date < *until); }
};

/// Services, by what is stated of them: all that is stated must hold.
struct ServiceFilter {
  bool sector_critical = false;
  bool vital = false;
  std::optional<int> availability_at_least;
  std::optional<int> confidentiality_at_least;
  std::vector<DeviceKind> device;    ///< a medical device of one of these kinds
  bool made_by_duty_holder = false;  ///< whose manufacturer is the duty holder, by its name or identifier
};
bool is_one_of(const ServiceSpec& service, const ServiceFilter& filter, const DutyHolderSpec& holder);

/// A node of a criteria tree.
struct Criterion {
  enum class Kind : std::uint8_t { all, any, negation, limited, on_fallback, fact, outage };
  Kind kind = Kind::any;
  std::string id;
  std::string text;
  std::vector<Criterion> children;  ///< all, any: one or more; negation: exactly one
  std::string sector;               ///< limited, on_fallback; empty: every sector
  Millis more_than{0};              ///< limited, on_fallback, outage: strictly more
  std::string fact;
  std::string ask;
  Validity valid;
  LegalSource source;
  ServiceFilter services{};   ///< outage
  bool at_once = false;       ///< outage: true from its first instant; more_than does not count
  std::string reopened_by{};  ///< fact: a yes to this one makes an earlier no unknown again; may be empty
};

struct StageSpec {
  enum class Anchor : std::uint8_t { known_incident, submitted, known_significant, requested };
  struct Case {
    Criterion when;
    Period within;
    LegalSource source;
  };
  std::string id;
  std::string name;
  std::optional<Period> within;  ///< absent: as soon as possible
  Anchor anchor = Anchor::known_incident;
  std::string anchor_stage;  ///< with submitted
  std::vector<int> remind_percent;
  LegalSource source;
  std::vector<std::string> contents;
  std::optional<LegalSource> contents_source;  ///< absent: `source`
  std::optional<Criterion> when;               ///< the report is made only if this is so
  bool on_request = false;                     ///< the report is made only when the authority has asked for it
  std::vector<Case> cases;                     ///< instead of `within`: the first that nobody has denied
  std::string instead;   ///< the stage that is due instead if the incident is not over by then; may be empty
  Period then_within{};  ///< and this one so long after it was
  // Policy, where the law gives no number.
  std::optional<Millis> policy_target;
  std::vector<Millis> policy_remind_after;
  LegalSource policy_source;
};

struct RecipientSpec {
  std::string to;
  std::string channel;
  Validity valid;
  LegalSource source;
  std::vector<std::string> stages = {};  ///< none: all
  bool device_manufacturer = false;      ///< shown with the manufacturers of the devices that are hit
};

struct RegimeSpec {
  std::string id;
  std::string name;
  std::string question;
  Validity valid;
  Criterion criteria;
  std::vector<StageSpec> stages;
  std::vector<RecipientSpec> recipients;
  int ask_next_percent = 0;  ///< this and the next: with a first stage that is due hours after the incident was known
  Millis due_before{0};
  LegalSource assess_source;
  std::vector<std::string> cautions;
  std::optional<Millis> ask_next_after;  ///< with any other first stage: from when the question was raised
  std::vector<Millis> ask_again_after;
  std::optional<Criterion> ask_when;  ///< while it is met and nobody knows whether the criteria are, people are asked
  bool by_designation = false;        ///< advisory for those whom the State has not named
  /// Why time within planned work, to which an activity agreed, is not counted; nothing if the rules do not say.
  std::optional<LegalSource> maintenance;
  /// Whether an unanswered question counts from the deadline of the first stage, not from when it was raised.
  bool asks_by_deadline() const {
    return stages.front().within && stages.front().anchor == StageSpec::Anchor::known_incident;
  }
};

/// The question to activities that were hit, some time after an incident.
struct FollowUpSpec {
  std::string name;
  std::string fact;
  std::string ask;
  std::vector<Millis> after;  ///< ascending
  std::string tell;           ///< whom to ask for an activity that names no manager
  std::vector<std::string> sectors;
  std::vector<std::string> cautions;
  LegalSource source;
};

/// The program's own times: policy, not law. From rules/escalation.yaml.
struct EscalationSpec {
  Millis growth_at_most_every{0};
  Millis root_window{0};
  Millis late_after{0};
  Millis late_quiet{0};
  Millis late_at_most{0};
  Millis catch_up_at_most{0};
  Millis horizon{0};
  Millis future_at_most{0};
  Millis settle{0};
  int repeats_at_most = 0;
  struct DefaultStep {
    std::string tell;
    Level level = Level::notice;
  };
  std::vector<DefaultStep> default_ladder;
  struct ProtectedMode {
    std::string fact;  ///< its yes begins it, its no ends it
    std::string ask;
    std::string call;  ///< role
  };
  std::optional<ProtectedMode> protected_mode;
  std::optional<FollowUpSpec> follow_up{};
};

struct RulesSpec {
  std::vector<RegimeSpec> regimes;
  EscalationSpec escalation;
  Holidays holidays;
  ZoneTable zone;
};

/// Faults and warnings of the rules against themselves and the catalogue: stages that count from unknown or later
/// stages, identifiers that repeat, criteria that are malformed or met before anything happened, facts that nobody is
/// asked for, validities that end before they begin, a holiday out of order, unknown roles, a duty holder bound by a
/// regime that does not exist. A sector that only the rules or only the catalogue knows is an error if a name on the
/// other side is so like it that it was meant, else a warning: rules are shipped, and not every region has every
/// sector.
///
/// Paths are as in SpecFault: "regimes[0].stages[1].due.of", "regimes[0].criteria.any[2].when.limited.sector",
/// "escalation.default_ladder[0].tell", "calendar.holidays[3].date", "duty_holders[0].regimes[1]".
SpecFaults check_rules(const RulesSpec& rules, const CatalogueSpec& catalogue);

}  // namespace avbrottsvakt
