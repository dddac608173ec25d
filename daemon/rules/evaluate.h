#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/interval.h"
#include "model/command.h"
#include "rules/regime.h"

namespace avbrottsvakt {

/// What criteria are measured against, for one incident and one duty holder. Intervals are sums over all activities
/// that count; a running one ends at kNever.
class CriteriaFacts {
 public:
  struct Spans {
    Intervals all;        ///< presumed and confirmed
    Intervals confirmed;  ///< only what a role has confirmed; lies within `all`
    std::string confirmed_by;
    /// What would confirm the presumed part, "limited:emergency-east"; may be empty.
    std::vector<Question> questions;
    std::vector<Named> subjects = {};  ///< what the intervals are of, at most 20
  };
  struct Answered {
    Answer answer = Answer::not_known;
    std::string by;
    Instant at{};
    std::string reference = {};
  };
  virtual ~CriteriaFacts() = default;
  /// Activities of the sector limited or stopped.
  virtual Spans limited(const std::string& sector) const = 0;
  /// Activities of the sector on their fallback routine.
  virtual Spans on_fallback(const std::string& sector) const = 0;
  virtual std::optional<Answered> answer(const std::string& fact) const = 0;
  /// Outages of services. Measured: `confirmed` equals `all`, and nobody is asked.
  virtual Spans outage(const ServiceFilter& services) const = 0;
};

enum class Truth : std::uint8_t { no, unknown, yes };

/// The value of a criterion as things stand at `now`.
///
/// There are two readings of the facts: one counts what is presumed as if it were so, the other counts only what a role
/// has confirmed, or monitoring has measured, and calls the rest unknown. The truth is that of the first. If the second
/// says the same, the basis is `confirmed`, or `measured` where it rests on an outage alone, and then every instant
/// here is one of the second reading; else it is `presumed`, with the instants of the first. So a limitation presumed
/// since 02:00 and confirmed since 02:30 makes "more than 1 h" true since 03:00, presumed, and from 03:30 on true since
/// 03:30, confirmed: the instant always belongs to the basis beside it.
struct Verdict {
  Truth truth = Truth::no;
  Basis basis = Basis::confirmed;  ///< what the truth rests on
  /// yes: the earliest instant since when it has been true without a break, in the reading that `basis` names.
  /// Instant::min() if it was true before anything happened, which check_rules refuses.
  std::optional<Instant> true_since;
  /// no or unknown: the instant at which it becomes true by itself if nothing changes. What timers are set to.
  std::optional<Instant> true_at;
  /// The instant at which the truth becomes another one by itself if nothing changes.
  std::optional<Instant> changes_at;
  /// Unless it is yes and confirmed: the instant at which the confirmed part alone makes it true if nothing changes.
  /// Never before true_since or true_at; a timer like true_at.
  std::optional<Instant> confirmed_at;
  /// yes: the instant at which it stops being true by itself, in the reading that `basis` names. Only below a negation.
  std::optional<Instant> ends_at;
  std::vector<Ground> grounds;  ///< the leaves that make (or will make) it true, earliest first
  std::vector<Ground> denied;   ///< no: the answers that make it so, Ground::denied set
  /// What a person could answer to settle or confirm it; none once it is confirmed for good. First what alone meets the
  /// criteria soonest; of equals first what a no changes too, then what more criteria rest on, then in the order of
  /// the rules. A fact by its name; a presumed duration by CriteriaFacts::Spans::questions or, if the engine gives
  /// none, by the `ask` of the criterion as "limited:SECTOR" or "on_fallback:SECTOR".
  std::vector<Question> questions;
};

/// Kleene: all is the least of its children, any the greatest, negation turns yes and no around. The basis is the
/// weakest of those that the truth rests on; an `any` rests on its strongest yes. A criterion outside its validity on
/// `date` is no, and gives no question. `more_than` is strict: with a limit of 1 h it is true from 1 h and 1 ms.
/// An answer counts from its instant on; before, the fact is unknown. A no is unknown again from the instant on at
/// which `reopened_by` was answered yes.
///
/// A leaf without an identifier, text or source of its own has those of the nearest criterion around it.
/// Cost: in proportion to the square of the number of leaves, of which a regime has tens; to put questions in order as
/// much again for each question, so ask for them only where they are shown.
enum class Asking : std::uint8_t { no, yes };
Verdict evaluate(const Criterion& criterion, const CriteriaFacts& facts, Instant now, Date date,
                 Asking asking = Asking::yes);

}  // namespace avbrottsvakt
