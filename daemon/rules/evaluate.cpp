#include "rules/evaluate.h"

#include <algorithm>
#include <functional>

#include "base/check.h"

namespace avbrottsvakt {
namespace {

Truth negated(Truth truth) {
  switch (truth) {
    case Truth::no:
      return Truth::yes;
    case Truth::unknown:
      return Truth::unknown;
    case Truth::yes:
      return Truth::no;
  }
  return Truth::unknown;
}

/// A truth as it changes with time, if nothing else changes: each step holds until the next.
class Course {
 public:
  explicit Course(Truth from_the_beginning) : steps_{{Instant::min(), from_the_beginning}} {}

  /// From `at` on, which is not before the last step.
  void then(Instant at, Truth truth) {
    if (steps_.back().truth == truth) {
      return;
    }
    if (steps_.back().from == at) {
      steps_.back().truth = truth;
      if (steps_.size() > 1 && steps_[steps_.size() - 2].truth == truth) {
        steps_.pop_back();
      }
      return;
    }
    steps_.push_back({at, truth});
  }

  Truth at(Instant t) const { return step_at(t)->truth; }
  /// Since when it has had the value that it has at t.
  Instant since(Instant t) const { return step_at(t)->from; }
  /// The first instant after t at which it is `truth` and was not before.
  std::optional<Instant> next(Truth truth, Instant t) const {
    const auto found =
        std::find_if(std::next(step_at(t)), steps_.end(), [&](const Step& s) { return s.truth == truth; });
    return found == steps_.end() ? std::nullopt : std::optional(found->from);
  }
  /// The first instant after t at which it changes.
  std::optional<Instant> next_change(Instant t) const {
    const auto after = std::next(step_at(t));
    return after == steps_.end() ? std::nullopt : std::optional(after->from);
  }

  /// The truth that `combine` makes of those of several, at each instant.
  static Course combined(const std::vector<const Course*>& parts,
                         const std::function<Truth(const std::vector<Truth>&)>& combine) {
    std::vector<Instant> changes;
    for (const Course* part : parts) {
      for (const Step& step : part->steps_) {
        changes.push_back(step.from);
      }
    }
    std::sort(changes.begin(), changes.end());
    std::optional<Course> result;
    std::vector<Truth> truths(parts.size());
    for (const Instant t : changes) {
      std::transform(parts.begin(), parts.end(), truths.begin(), [&](const Course* part) { return part->at(t); });
      const Truth truth = combine(truths);
      if (result) {
        result->then(t, truth);
      } else {
        result.emplace(truth);
      }
    }
    AV_CHECK(result.has_value());
    return *result;
  }

 private:
  struct Step {
    Instant from;
    Truth truth;
  };
  std::vector<Step>::const_iterator step_at(Instant t) const {
    return std::prev(std::upper_bound(steps_.begin(), steps_.end(), t,
                                      [](Instant wanted, const Step& step) { return wanted < step.from; }));
  }
  std::vector<Step> steps_;  ///< ascending; the first from Instant::min()
};

/// A criterion with its two readings, see Verdict.
struct Reading {
  const Criterion* criterion = nullptr;
  Course presumed{Truth::no};
  Course confirmed{Truth::no};
  bool valid = true;
  std::vector<Reading> children;
  CriteriaFacts::Spans spans;  ///< limited, on_fallback
  std::optional<CriteriaFacts::Answered> answer;
};

bool is_duration(const Criterion& criterion) {
  return criterion.kind == Criterion::Kind::limited || criterion.kind == Criterion::Kind::on_fallback;
}

Truth truth_of(Answer answer) {
  switch (answer) {
    case Answer::no:
      return Truth::no;
    case Answer::yes:
      return Truth::yes;
    case Answer::not_known:
      return Truth::unknown;
  }
  return Truth::unknown;
}

void read_duration(Reading& reading, const CriteriaFacts& facts) {
  const Criterion& criterion = *reading.criterion;
  reading.spans = criterion.kind == Criterion::Kind::limited ? facts.limited(criterion.sector)
                                                             : facts.on_fallback(criterion.sector);
  // Instants are whole milliseconds: more than the limit is the limit and one more.
  const Millis more = criterion.more_than + Millis(1);
  const std::optional<Instant> presumed = when_elapsed(reading.spans.all, more);
  const std::optional<Instant> confirmed = when_elapsed(reading.spans.confirmed, more);
  if (presumed) {
    reading.presumed.then(*presumed, Truth::yes);
    if (!confirmed || *presumed < *confirmed) {
      reading.confirmed.then(*presumed, Truth::unknown);
    }
  }
  if (confirmed) {
    reading.confirmed.then(*confirmed, Truth::yes);
  }
}

Reading read(const Criterion& criterion, const CriteriaFacts& facts, Date date);

void read_children(Reading& reading, const CriteriaFacts& facts, Date date) {
  const Criterion& criterion = *reading.criterion;
  AV_CHECK(!criterion.children.empty());
  std::vector<const Course*> presumed;
  std::vector<const Course*> confirmed;
  reading.children.reserve(criterion.children.size());
  for (const Criterion& child : criterion.children) {
    reading.children.push_back(read(child, facts, date));
    presumed.push_back(&reading.children.back().presumed);
    confirmed.push_back(&reading.children.back().confirmed);
  }
  const auto combine = [&](const std::vector<Truth>& truths) {
    switch (criterion.kind) {
      case Criterion::Kind::all:
        return *std::min_element(truths.begin(), truths.end());
      case Criterion::Kind::any:
        return *std::max_element(truths.begin(), truths.end());
      default:
        return negated(truths.front());
    }
  };
  reading.presumed = Course::combined(presumed, combine);
  reading.confirmed = Course::combined(confirmed, combine);
}

Reading read(const Criterion& criterion, const CriteriaFacts& facts, Date date) {
  Reading reading;
  reading.criterion = &criterion;
  reading.valid = criterion.valid.holds(date);
  if (!reading.valid) {
    return reading;
  }
  switch (criterion.kind) {
    case Criterion::Kind::all:
    case Criterion::Kind::any:
    case Criterion::Kind::negation:
      read_children(reading, facts, date);
      break;
    case Criterion::Kind::limited:
    case Criterion::Kind::on_fallback:
      read_duration(reading, facts);
      break;
    case Criterion::Kind::fact:
      reading.answer = facts.answer(criterion.fact);
      reading.presumed = Course(Truth::unknown);
      if (reading.answer) {
        reading.presumed.then(reading.answer->at, truth_of(reading.answer->answer));
      }
      reading.confirmed = reading.presumed;
      break;
  }
  return reading;
}

/// Whose identifier, text and source a leaf is shown under.
struct Shown {
  const Criterion* named = nullptr;
  const Criterion* worded = nullptr;
  const Criterion* sourced = nullptr;

  Shown inside(const Criterion& criterion) const {
    return {criterion.id.empty() ? named : &criterion, criterion.text.empty() ? worded : &criterion,
            criterion.source.act.empty() ? sourced : &criterion};
  }
};

Ground ground_of(const Reading& leaf, const Shown& shown, Instant when, Instant now) {
  const bool confirmed = leaf.confirmed.at(when) == leaf.presumed.at(when);
  const Course& course = confirmed ? leaf.confirmed : leaf.presumed;
  Ground ground;
  ground.criterion = shown.named != nullptr ? shown.named->id : "";
  ground.text = shown.worded != nullptr ? shown.worded->text : "";
  ground.basis = confirmed ? Basis::confirmed : Basis::presumed;
  ground.true_since = course.since(when);
  ground.forecast = ground.true_since > now;
  if (is_duration(*leaf.criterion)) {
    ground.measured = elapsed_at(confirmed ? leaf.spans.confirmed : leaf.spans.all, now);
    ground.limit = leaf.criterion->more_than;
    ground.confirmed_by = confirmed ? leaf.spans.confirmed_by : "";
  } else {
    ground.confirmed_by = leaf.answer ? leaf.answer->by : "";
  }
  if (shown.sourced != nullptr) {
    ground.source = shown.sourced->source;
  }
  return ground;
}

/// The leaves to which `reading` owes that it has the truth `wanted` at the instant `when`.
void collect_grounds(const Reading& reading, Truth wanted, const Shown& around, Instant when, Instant now,
                     std::vector<Ground>& grounds) {
  if (reading.presumed.at(when) != wanted || !reading.valid) {
    return;
  }
  const Shown shown = around.inside(*reading.criterion);
  if (reading.children.empty()) {
    grounds.push_back(ground_of(reading, shown, when, now));
    return;
  }
  const Truth of_child = reading.criterion->kind == Criterion::Kind::negation ? negated(wanted) : wanted;
  for (const Reading& child : reading.children) {
    collect_grounds(child, of_child, shown, when, now, grounds);
  }
}

/// Nobody's answer changes it any more: firm, now and later.
bool settled(const Reading& reading, Instant now) {
  return reading.confirmed.at(now) != Truth::unknown && !reading.confirmed.next_change(now);
}

void collect_questions(const Reading& reading, Instant now, std::vector<Question>& questions) {
  if (settled(reading, now)) {
    return;
  }
  const auto ask = [&](const Question& question) {
    const bool asked = std::any_of(questions.begin(), questions.end(),
                                   [&](const Question& other) { return other.fact == question.fact; });
    if (!asked) {
      questions.push_back(question);
    }
  };
  const Criterion& criterion = *reading.criterion;
  if (criterion.kind == Criterion::Kind::fact) {
    ask({criterion.fact, criterion.ask});
  } else if (is_duration(criterion)) {
    // What is confirmed to become true at a known instant leaves nothing to ask.
    if (!reading.confirmed.next(Truth::unknown, now) && reading.confirmed.at(now) != Truth::unknown) {
      return;
    }
    std::for_each(reading.spans.questions.begin(), reading.spans.questions.end(), ask);
    if (reading.spans.questions.empty() && !criterion.ask.empty()) {
      const char* const measure = criterion.kind == Criterion::Kind::limited ? "limited:" : "on_fallback:";
      ask({measure + criterion.sector, criterion.ask});
    }
  }
  for (const Reading& child : reading.children) {
    collect_questions(child, now, questions);
  }
}

}  // namespace

Verdict evaluate(const Criterion& criterion, const CriteriaFacts& facts, Instant now, Date date) {
  const Reading reading = read(criterion, facts, date);
  Verdict verdict;
  verdict.truth = reading.presumed.at(now);
  const bool confirmed = reading.confirmed.at(now) == verdict.truth;
  verdict.basis = confirmed ? Basis::confirmed : Basis::presumed;
  if (verdict.truth == Truth::yes) {
    const Course& course = confirmed ? reading.confirmed : reading.presumed;
    verdict.true_since = course.since(now);
    verdict.ends_at = course.next_change(now);
  } else {
    verdict.true_at = reading.presumed.next(Truth::yes, now);
  }
  if (verdict.truth != Truth::yes || !confirmed) {
    verdict.confirmed_at = reading.confirmed.next(Truth::yes, now);
  }
  if (verdict.truth == Truth::yes || verdict.true_at) {
    collect_grounds(reading, Truth::yes, {}, verdict.true_at.value_or(now), now, verdict.grounds);
    std::stable_sort(verdict.grounds.begin(), verdict.grounds.end(),
                     [](const Ground& a, const Ground& b) { return a.true_since < b.true_since; });
  }
  collect_questions(reading, now, verdict.questions);
  return verdict;
}

}  // namespace avbrottsvakt
