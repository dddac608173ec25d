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

/// A node of a criteria tree.
struct Criterion {
  enum class Kind : std::uint8_t { all, any, negation, limited, on_fallback, fact };
  Kind kind = Kind::any;
  std::string id;
  std::string text;
  std::vector<Criterion> children;  ///< all, any: one or more; negation: exactly one
  std::string sector;               ///< limited, on_fallback; empty: every sector
  Millis more_than{0};              ///< limited, on_fallback: strictly more
  std::string fact;
  std::string ask;
  Validity valid;
  LegalSource source;
};

struct StageSpec {
  enum class Anchor : std::uint8_t { known_incident, submitted };
  std::string id;
  std::string name;
  std::optional<Period> within;  ///< absent: as soon as possible
  Anchor anchor = Anchor::known_incident;
  std::string anchor_stage;  ///< with submitted
  std::vector<int> remind_percent;
  LegalSource source;
  std::vector<std::string> contents;
};

struct RecipientSpec {
  std::string to;
  std::string channel;
  Validity valid;
  LegalSource source;
};

struct RegimeSpec {
  std::string id;
  std::string name;
  std::string question;
  Validity valid;
  Criterion criteria;
  std::vector<StageSpec> stages;
  std::vector<RecipientSpec> recipients;
  int ask_next_percent = 0;
  Millis due_before{0};
  LegalSource assess_source;
  std::vector<std::string> cautions;
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
