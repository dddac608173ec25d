#include "rules/evaluate.h"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <tuple>

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
  explicit Course(Truth from_the_beginning) { steps_.push_back({Instant::min(), from_the_beginning}); }

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

  /// What a criterion of this kind makes of the courses of its children, at each instant. `course` gives one of each.
  template <typename Children, typename Of>
  static Course combined(Criterion::Kind kind, const Children& children, Of course) {
    boost::container::small_vector<Instant, 16> changes;
    for (const auto& child : children) {
      for (const Step& step : course(child).steps_) {
        changes.push_back(step.from);
      }
    }
    std::sort(changes.begin(), changes.end());
    const auto at = [&](Instant t) {
      Truth truth = course(children.front()).at(t);
      for (const auto& child : children) {
        const Truth other = course(child).at(t);
        truth = kind == Criterion::Kind::any ? std::max(truth, other) : std::min(truth, other);
      }
      return kind == Criterion::Kind::negation ? negated(truth) : truth;
    };
    Course result(at(Instant::min()));
    for (auto t = changes.begin(); t != changes.end(); t = std::upper_bound(t, changes.end(), *t)) {
      result.then(*t, at(*t));
    }
    return result;
  }

  friend bool operator==(const Course&, const Course&) = default;

 private:
  struct Step {
    Instant from;
    Truth truth;
    friend bool operator==(const Step&, const Step&) = default;
  };
  /// Nearly all change once or twice.
  using Steps = boost::container::small_vector<Step, 3>;
  Steps::const_iterator step_at(Instant t) const {
    return std::prev(std::upper_bound(steps_.begin(), steps_.end(), t,
                                      [](Instant wanted, const Step& step) { return wanted < step.from; }));
  }
  Steps steps_;  ///< ascending; the first from Instant::min()
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
  return criterion.kind == Criterion::Kind::limited || criterion.kind == Criterion::Kind::on_fallback ||
         criterion.kind == Criterion::Kind::outage;
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
  switch (criterion.kind) {
    case Criterion::Kind::limited:
      reading.spans = facts.limited(criterion.sector);
      break;
    case Criterion::Kind::on_fallback:
      reading.spans = facts.on_fallback(criterion.sector);
      break;
    default:
      reading.spans = facts.outage(criterion.services);
      break;
  }
  // Instants are whole milliseconds: more than the limit is the limit and one more.
  const Millis more = criterion.at_once ? Millis(0) : criterion.more_than + Millis(1);
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

void read_fact(Reading& reading, const CriteriaFacts& facts) {
  const Criterion& criterion = *reading.criterion;
  reading.answer = facts.answer(criterion.fact);
  Course course(Truth::unknown);
  if (reading.answer) {
    course.then(reading.answer->at, truth_of(reading.answer->answer));
    const auto later = criterion.reopened_by.empty() ? std::nullopt : facts.answer(criterion.reopened_by);
    // Who said no did not know yet what has been said since.
    if (reading.answer->answer == Answer::no && later && later->answer == Answer::yes &&
        later->at > reading.answer->at) {
      course.then(later->at, Truth::unknown);
    }
  }
  reading.presumed = course;
  reading.confirmed = std::move(course);
}

void read(Reading& reading, const Criterion& criterion, const CriteriaFacts& facts, Date date);

void read_children(Reading& reading, const CriteriaFacts& facts, Date date) {
  const Criterion& criterion = *reading.criterion;
  AV_CHECK(!criterion.children.empty());
  reading.children = std::vector<Reading>(criterion.children.size());
  for (std::size_t i = 0; i < criterion.children.size(); ++i) {
    read(reading.children[i], criterion.children[i], facts, date);
  }
  const auto presumed = [](const Reading& child) -> const Course& { return child.presumed; };
  const auto confirmed = [](const Reading& child) -> const Course& { return child.confirmed; };
  reading.presumed = Course::combined(criterion.kind, reading.children, presumed);
  // Mostly nothing is presumed that is not confirmed, and both readings are one.
  const bool both = std::all_of(reading.children.begin(), reading.children.end(),
                                [](const Reading& child) { return child.presumed == child.confirmed; });
  reading.confirmed = both ? reading.presumed : Course::combined(criterion.kind, reading.children, confirmed);
}

void read(Reading& reading, const Criterion& criterion, const CriteriaFacts& facts, Date date) {
  reading.criterion = &criterion;
  reading.valid = criterion.valid.holds(date);
  if (!reading.valid) {
    return;
  }
  switch (criterion.kind) {
    case Criterion::Kind::all:
    case Criterion::Kind::any:
    case Criterion::Kind::negation:
      read_children(reading, facts, date);
      break;
    case Criterion::Kind::limited:
    case Criterion::Kind::on_fallback:
    case Criterion::Kind::outage:
      read_duration(reading, facts);
      break;
    case Criterion::Kind::fact:
      read_fact(reading, facts);
      break;
  }
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

/// What a leaf that nobody has to confirm any more rests on.
Basis firm_basis(const Criterion& leaf) {
  return leaf.kind == Criterion::Kind::outage ? Basis::measured : Basis::confirmed;
}

/// What the truth at `when` rests on: of those that are needed the weakest, of alternatives the strongest.
Basis basis_of(const Reading& reading, Instant when) {
  const Truth truth = reading.presumed.at(when);
  if (reading.confirmed.at(when) != truth) {
    return Basis::presumed;
  }
  if (reading.children.empty()) {
    return firm_basis(*reading.criterion);
  }
  const Criterion::Kind kind = reading.criterion->kind;
  if (kind == Criterion::Kind::negation) {
    return basis_of(reading.children.front(), when);
  }
  // One no settles that not all are so; one yes that some are.
  const bool one_is_enough = (kind == Criterion::Kind::any) == (truth == Truth::yes);
  std::optional<Basis> found;
  for (const Reading& child : reading.children) {
    if (child.presumed.at(when) != truth) {
      continue;
    }
    const Basis basis = basis_of(child, when);
    found = !found ? basis : one_is_enough ? std::max(*found, basis) : std::min(*found, basis);
  }
  return found.value_or(Basis::confirmed);
}

Ground ground_of(const Reading& leaf, const Shown& shown, Instant when, Instant now) {
  const bool confirmed = leaf.confirmed.at(when) == leaf.presumed.at(when);
  const Course& course = confirmed ? leaf.confirmed : leaf.presumed;
  Ground ground;
  ground.criterion = shown.named != nullptr ? shown.named->id : "";
  ground.text = shown.worded != nullptr ? shown.worded->text : "";
  ground.basis = confirmed ? firm_basis(*leaf.criterion) : Basis::presumed;
  ground.true_since = course.since(when);
  ground.forecast = ground.true_since > now;
  if (is_duration(*leaf.criterion)) {
    ground.measured = elapsed_at(confirmed ? leaf.spans.confirmed : leaf.spans.all, now);
    if (!leaf.criterion->at_once) {
      ground.limit = leaf.criterion->more_than;
    }
    ground.confirmed_by = confirmed ? leaf.spans.confirmed_by : "";
    ground.subjects = leaf.spans.subjects;
  } else if (leaf.answer) {
    ground.confirmed_by = leaf.answer->by;
    ground.reference = leaf.answer->reference;
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

/// The answers to which `reading` owes that it has the truth `wanted`: below a not it is the yes that makes it not so.
void collect_denied(const Reading& reading, Truth wanted, const Shown& around, Instant now,
                    std::vector<Ground>& denied) {
  if (reading.presumed.at(now) != wanted || !reading.valid) {
    return;
  }
  const Shown shown = around.inside(*reading.criterion);
  if (reading.criterion->kind == Criterion::Kind::fact && reading.answer) {
    denied.push_back(ground_of(reading, shown, now, now));
    denied.back().denied = true;
  }
  const Truth of_child = reading.criterion->kind == Criterion::Kind::negation ? negated(wanted) : wanted;
  for (const Reading& child : reading.children) {
    collect_denied(child, of_child, shown, now, denied);
  }
}

/// Nobody's answer changes it any more: firm, now and later.
bool settled(const Reading& reading, Instant now) {
  return reading.confirmed.at(now) != Truth::unknown && !reading.confirmed.next_change(now);
}

/// A question, and the leaves that its answer settles.
struct Open {
  Question question;
  std::vector<const Criterion*> leaves;
  bool no_matters = false;  ///< a no changes the truth as it stands
};

void collect_questions(const Reading& reading, Instant now, std::vector<Open>& questions) {
  if (settled(reading, now)) {
    return;
  }
  const Criterion& criterion = *reading.criterion;
  const auto ask = [&](const Question& question) {
    const auto asked = std::find_if(questions.begin(), questions.end(),
                                    [&](const Open& other) { return other.question.fact == question.fact; });
    if (asked == questions.end()) {
      questions.push_back({question, {&criterion}});
    } else {
      asked->leaves.push_back(&criterion);
    }
  };
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

/// What the tree would be if these leaves were answered now, as far as they can be: a duration that is confirmed is
/// what it was presumed to be.
Course assumed(const Reading& reading, const std::vector<const Criterion*>& leaves, Truth answer, Instant now,
               bool confirmed) {
  if (std::find(leaves.begin(), leaves.end(), reading.criterion) != leaves.end()) {
    if (answer == Truth::no) {
      return Course(Truth::no);
    }
    if (is_duration(*reading.criterion)) {
      return reading.presumed;
    }
    Course course(Truth::unknown);
    course.then(now, answer);
    return course;
  }
  if (reading.children.empty() || !reading.valid) {
    return confirmed ? reading.confirmed : reading.presumed;
  }
  std::vector<Course> courses;
  courses.reserve(reading.children.size());
  for (const Reading& child : reading.children) {
    courses.push_back(assumed(child, leaves, answer, now, confirmed));
  }
  return Course::combined(reading.criterion->kind, courses,
                          [](const Course& course) -> const Course& { return course; });
}

/// What settles most, soonest.
std::vector<Question> ordered(std::vector<Open> open, const Reading& reading, Instant now) {
  for (Open& one : open) {
    // Below a not it is the no that settles it.
    Instant settles = kNever;
    for (const Truth answer : {Truth::yes, Truth::no}) {
      const Course course = assumed(reading, one.leaves, answer, now, true);
      settles = std::min(settles, course.at(now) == Truth::yes ? now : course.next(Truth::yes, now).value_or(kNever));
    }
    one.question.settles_at = settles == kNever ? Instant{} : settles;
    one.no_matters = assumed(reading, one.leaves, Truth::no, now, false).at(now) != reading.presumed.at(now);
  }
  std::stable_sort(open.begin(), open.end(), [](const Open& a, const Open& b) {
    const auto key = [](const Open& o) {
      return std::tuple(o.question.settles_at == Instant{} ? kNever : o.question.settles_at, !o.no_matters,
                        -static_cast<std::int64_t>(o.leaves.size()));
    };
    return key(a) < key(b);
  });
  std::vector<Question> questions;
  questions.reserve(open.size());
  for (Open& one : open) {
    questions.push_back(std::move(one.question));
  }
  return questions;
}

}  // namespace

bool is_one_of(const ServiceSpec& service, const ServiceFilter& filter, const DutyHolderSpec& holder) {
  const auto at_least = [](const std::optional<int>& wanted, const std::optional<int>& has) {
    return !wanted || (has && *has >= *wanted);
  };
  const DeviceKind kind = service.device ? service.device->kind : DeviceKind::none;
  const bool of_kind =
      filter.device.empty() ||
      (kind != DeviceKind::none && std::find(filter.device.begin(), filter.device.end(), kind) != filter.device.end());
  const bool made = !filter.made_by_duty_holder ||
                    (service.device && !service.device->manufacturer.empty() &&
                     (service.device->manufacturer == holder.id || service.device->manufacturer == holder.name));
  return (!filter.sector_critical || service.sector_critical) && (!filter.vital || service.vital) &&
         at_least(filter.availability_at_least, service.availability) &&
         at_least(filter.confidentiality_at_least, service.confidentiality) && of_kind && made;
}

Verdict evaluate(const Criterion& criterion, const CriteriaFacts& facts, Instant now, Date date, Asking asking) {
  Reading reading;
  read(reading, criterion, facts, date);
  Verdict verdict;
  verdict.truth = reading.presumed.at(now);
  const bool confirmed = reading.confirmed.at(now) == verdict.truth;
  verdict.basis = basis_of(reading, now);
  verdict.changes_at = reading.presumed.next_change(now);
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
  if (verdict.truth == Truth::no) {
    collect_denied(reading, Truth::no, {}, now, verdict.denied);
  }
  if (asking == Asking::yes) {
    std::vector<Open> open;
    collect_questions(reading, now, open);
    verdict.questions = ordered(std::move(open), reading, now);
  }
  return verdict;
}

}  // namespace avbrottsvakt
