#pragma once

#include <string>
#include <vector>

#include "engine/incident.h"
#include "rules/evaluate.h"

namespace avbrottsvakt {

/// One incident as the criteria of a law see it, for one duty holder: of its activities those that the holder answers
/// for, of its services those that such an activity needs. A holder that names no administrations answers for all.
///
/// What is given must outlive this object. Threads: immutable.
class DutyFacts : public CriteriaFacts {
 public:
  DutyFacts(const Catalogue& catalogue, const Incident& incident, const DutyHolderSpec& holder);

  Spans limited(const std::string& sector) const override { return spans(sector, false); }
  Spans on_fallback(const std::string& sector) const override { return spans(sector, true); }
  Spans outage(const ServiceFilter& services) const override;
  /// Of FACT itself and of all FACT:ACTIVITY together: the first yes counts; without one, what was said of FACT itself;
  /// else no if all that were asked of it said no, and the last of them.
  std::optional<Answered> answer(const std::string& fact) const override;

  /// Whether an activity is hit that the holder answers for; a holder that names no administrations answers for all.
  bool hit() const { return hit_; }

  /// Of the devices that are hit: ascending, each once. What is made in house has none.
  std::vector<std::string> manufacturers() const;

 private:
  Spans spans(const std::string& sector, bool fallback) const;
  bool answers_for(const ActivitySpec& activity) const;
  bool concerns(NodeIx service) const { return needed_.empty() || needed_[service]; }

  const Catalogue& catalogue_;
  const Incident& incident_;
  const DutyHolderSpec& holder_;
  bool hit_ = true;
  std::vector<bool> needed_;  ///< by node: an activity of the holder that is hit needs it; empty: all concern it
};

/// The facts of a holder whom the incident does not concern: nothing of it is hit, and so what people answer about the
/// incident is about others.
class NothingHit : public CriteriaFacts {
 public:
  Spans limited(const std::string& /*sector*/) const override { return {}; }
  Spans on_fallback(const std::string& /*sector*/) const override { return {}; }
  Spans outage(const ServiceFilter& /*services*/) const override { return {}; }
  std::optional<Answered> answer(const std::string& /*fact*/) const override { return std::nullopt; }
};

}  // namespace avbrottsvakt
