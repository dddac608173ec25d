#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/evaluate.h"

namespace avbrottsvakt {

/// One criterion as it stands: what a person needs to follow why the law is met, or is not.
struct Explained {
  Criterion::Kind kind = Criterion::Kind::any;
  std::string id;
  std::string text;
  bool valid = true;  ///< in force on the day that counts; if not, it is no, and nothing below it was asked
  Truth truth = Truth::no;
  Basis basis = Basis::confirmed;
  std::optional<Instant> true_since;  ///< of a yes
  std::optional<Instant> true_at;     ///< of what becomes a yes by itself
  std::optional<Millis> measured;     ///< a duration so far, presumed or confirmed as `basis` says
  std::optional<Millis> limit;        ///< more than this
  std::string fact;                   ///< what only a person can answer
  std::string by;                     ///< the role that answered or confirmed
  LegalSource source;
  std::vector<Explained> children;
};

/// The tree of a criterion with the verdict on each of its nodes; evaluate() says the same of the top.
Explained explain(const Criterion& criterion, const CriteriaFacts& facts, Instant now, Date date);

}  // namespace avbrottsvakt
