#pragma once

#include <map>

#include "rules/evaluate.h"

namespace avbrottsvakt {

// Short ways to write trees and facts.

inline Criterion group(Criterion::Kind kind, std::vector<Criterion> children) {
  Criterion criterion;
  criterion.kind = kind;
  criterion.children = std::move(children);
  return criterion;
}
inline Criterion all(std::vector<Criterion> children) { return group(Criterion::Kind::all, std::move(children)); }
inline Criterion any(std::vector<Criterion> children) { return group(Criterion::Kind::any, std::move(children)); }
inline Criterion negation(Criterion child) { return group(Criterion::Kind::negation, {std::move(child)}); }

inline Criterion limited(Millis more_than, std::string sector = "care") {
  Criterion criterion;
  criterion.kind = Criterion::Kind::limited;
  criterion.more_than = more_than;
  criterion.sector = std::move(sector);
  return criterion;
}
inline Criterion on_fallback(Millis more_than, std::string sector = "care") {
  Criterion criterion = limited(more_than, std::move(sector));
  criterion.kind = Criterion::Kind::on_fallback;
  return criterion;
}
/// Of services that are sector critical.
inline Criterion outage(std::optional<Millis> more_than) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::outage;
  criterion.services.sector_critical = true;
  criterion.at_once = !more_than;
  criterion.more_than = more_than.value_or(Millis(0));
  return criterion;
}
inline Criterion fact(std::string name) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::fact;
  criterion.ask = name + "?";
  criterion.fact = std::move(name);
  return criterion;
}
inline Criterion named(std::string id, Criterion criterion) {
  criterion.id = std::move(id);
  return criterion;
}

/// What a test says that is so.
class GivenFacts : public CriteriaFacts {
 public:
  Spans limited(const std::string& sector) const override { return find(limited_, sector); }
  Spans on_fallback(const std::string& sector) const override { return find(on_fallback_, sector); }
  std::optional<Answered> answer(const std::string& fact) const override {
    const auto found = answers_.find(fact);
    return found == answers_.end() ? std::nullopt : std::optional(found->second);
  }

  Spans outage(const ServiceFilter& services) const override {
    return services.vital ? vital_ : services.sector_critical ? sector_critical_ : Spans();
  }

  Spans vital_;
  Spans sector_critical_;
  std::map<std::string, Spans> limited_;
  std::map<std::string, Spans> on_fallback_;
  std::map<std::string, Answered> answers_;

 private:
  static Spans find(const std::map<std::string, Spans>& spans, const std::string& sector) {
    const auto found = spans.find(sector);
    return found == spans.end() ? Spans() : found->second;
  }
};

}  // namespace avbrottsvakt
