#include "rules/explain.h"

namespace avbrottsvakt {
namespace {

/// A duration is shown also where it is too short to be a ground.
void measure(const Criterion& criterion, const CriteriaFacts& facts, Instant now, Explained& node) {
  const CriteriaFacts::Spans spans = criterion.kind == Criterion::Kind::limited ? facts.limited(criterion.sector)
                                                                                : facts.on_fallback(criterion.sector);
  const Millis all = elapsed_at(spans.all, now);
  const Millis confirmed = elapsed_at(spans.confirmed, now);
  const bool rests_on_people = node.truth == Truth::yes ? node.basis == Basis::confirmed : all == confirmed;
  node.basis = rests_on_people && !spans.confirmed.empty() ? Basis::confirmed : Basis::presumed;
  node.measured = node.basis == Basis::confirmed ? confirmed : all;
  node.limit = criterion.more_than;
  node.by = node.basis == Basis::confirmed ? spans.confirmed_by : "";
}

}  // namespace

Explained explain(const Criterion& criterion, const CriteriaFacts& facts, Instant now, Date date) {
  Explained node;
  node.kind = criterion.kind;
  node.id = criterion.id;
  node.text = criterion.text;
  node.source = criterion.source;
  node.fact = criterion.fact;
  node.valid = criterion.valid.holds(date);
  if (!node.valid) {
    return node;
  }
  const Verdict verdict = evaluate(criterion, facts, now, date);
  node.truth = verdict.truth;
  node.basis = verdict.basis;
  node.true_since = verdict.true_since;
  node.true_at = verdict.true_at;
  if (criterion.children.empty() && verdict.grounds.size() == 1) {
    node.measured = verdict.grounds.front().measured;
    node.limit = verdict.grounds.front().limit;
    node.by = verdict.grounds.front().confirmed_by;
  }
  if (criterion.kind == Criterion::Kind::limited || criterion.kind == Criterion::Kind::on_fallback) {
    measure(criterion, facts, now, node);
  } else if (criterion.kind == Criterion::Kind::fact) {
    if (const auto answer = facts.answer(criterion.fact)) {
      node.by = answer->by;
    }
  }
  for (const Criterion& child : criterion.children) {
    node.children.push_back(explain(child, facts, now, date));
  }
  return node;
}

}  // namespace avbrottsvakt
