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
    Intervals confirmed;  ///< only what a role has confirmed
    std::string confirmed_by;
  };
  struct Answered {
    Answer answer = Answer::not_known;
    std::string by;
    Instant at{};
  };
  virtual ~CriteriaFacts() = default;
  /// Activities of the sector limited or stopped.
  virtual Spans limited(const std::string& sector) const = 0;
  /// Activities of the sector on their fallback routine.
  virtual Spans on_fallback(const std::string& sector) const = 0;
  virtual std::optional<Answered> answer(const std::string& fact) const = 0;
};

enum class Truth : std::uint8_t { no, unknown, yes };

/// The value of a criterion as things stand at `now`.
struct Verdict {
  Truth truth = Truth::no;
  Basis basis = Basis::confirmed;  ///< what the truth rests on
  /// yes: the instant at which it became true.
  std::optional<Instant> true_since;
  /// no or unknown: the instant at which it becomes true by itself if nothing changes. What timers are set to.
  std::optional<Instant> true_at;
  /// yes and presumed: since when the confirmed part alone makes it true; or when it will.
  std::vector<Ground> grounds;      ///< the leaves that make (or will make) it true, earliest first
  std::vector<Question> questions;  ///< what a person could answer to settle it, in the order of the rules
};

/// Kleene: all is the least of its children, any the greatest, negation turns yes and no around. The basis is the
/// weakest of those that the truth rests on; an `any` rests on its strongest yes. A criterion outside its validity on
/// `date` is no, and gives no question. `more_than` is strict: with a limit of 1 h it is true from 1 h and 1 ms.
Verdict evaluate(const Criterion& criterion, const CriteriaFacts& facts, Instant now, Date date);

}  // namespace avbrottsvakt
