#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "criteria.h"

namespace avbrottsvakt {
namespace {

/// Time is short here, so that a second opinion may walk through it millisecond by millisecond.
constexpr int kLength = 40;
constexpr Instant at(int ms) { return Instant(Millis(ms)); }
const Date kToday = std::chrono::year(2026) / 11 / 22;

struct World {
  std::mt19937 random;
  explicit World(unsigned seed) : random(seed) {}

  int pick(int n) { return std::uniform_int_distribution<int>(0, n - 1)(random); }

  Intervals intervals() {
    Intervals some;
    for (int i = pick(4); i > 0; --i) {
      const int from = pick(kLength);
      some.push_back({at(from), pick(3) == 0 ? kNever : at(from + pick(12))});
    }
    return unite(some);
  }

  CriteriaFacts::Spans spans() {
    CriteriaFacts::Spans spans;
    spans.confirmed = intervals();
    spans.all = intervals();
    spans.all.insert(spans.all.end(), spans.confirmed.begin(), spans.confirmed.end());
    spans.all = unite(spans.all);
    return spans;
  }

  GivenFacts facts() {
    GivenFacts facts;
    for (const char* sector : {"care", "transport"}) {
      facts.limited_[sector] = spans();
      facts.on_fallback_[sector] = spans();
    }
    facts.sector_critical_.all = intervals();
    facts.sector_critical_.confirmed = facts.sector_critical_.all;
    for (const char* name : {"a", "b", "c"}) {
      if (pick(3) > 0) {
        facts.answers_[name] = {static_cast<Answer>(pick(3)), "officer", at(pick(kLength))};
      }
    }
    return facts;
  }

  Criterion tree(int depth) {
    const int kind = pick(depth > 0 ? 7 : 4);
    const std::string sector = pick(2) == 0 ? "care" : "transport";
    switch (kind) {
      case 0:
        return limited(Millis(pick(12)), sector);
      case 1:
        return on_fallback(Millis(pick(12)), sector);
      case 2: {
        Criterion criterion = fact(std::string(1, static_cast<char>('a' + pick(3))));
        if (pick(3) == 0) {
          criterion.reopened_by = std::string(1, static_cast<char>('a' + pick(3)));
        }
        return criterion;
      }
      case 3:
        return pick(3) == 0 ? outage(std::nullopt) : outage(Millis(pick(12)));
      case 4:
        return negation(tree(depth - 1));
      default: {
        std::vector<Criterion> children;
        for (int i = 1 + pick(3); i > 0; --i) {
          children.push_back(tree(depth - 1));
        }
        return kind == 5 ? all(children) : any(children);
      }
    }
  }
};

enum class Reading { presumed, confirmed };

/// The second opinion: what is true at one instant, with numbers -1 (no), 0 (unknown), 1 (yes).
int opinion(const Criterion& criterion, const GivenFacts& facts, Reading reading, int t) {
  const auto passed = [&](const Intervals& intervals) {
    int sum = 0;
    for (int ms = 0; ms < t; ++ms) {
      sum += std::any_of(intervals.begin(), intervals.end(),
                         [&](const Interval& i) { return i.from <= at(ms) && at(ms) < i.until; })
                 ? 1
                 : 0;
    }
    return Millis(sum);
  };
  const auto duration = [&](const CriteriaFacts::Spans& spans) {
    const bool presumed = passed(spans.all) > criterion.more_than;
    const bool confirmed = passed(spans.confirmed) > criterion.more_than;
    if (reading == Reading::presumed || presumed == confirmed) {
      return presumed ? 1 : -1;
    }
    return 0;
  };
  int worst = 1;
  int best = -1;
  for (const Criterion& child : criterion.children) {
    const int value = opinion(child, facts, reading, t);
    worst = std::min(worst, value);
    best = std::max(best, value);
  }
  switch (criterion.kind) {
    case Criterion::Kind::all:
      return worst;
    case Criterion::Kind::any:
      return best;
    case Criterion::Kind::negation:
      return -best;
    case Criterion::Kind::limited:
      return duration(facts.limited(criterion.sector));
    case Criterion::Kind::on_fallback:
      return duration(facts.on_fallback(criterion.sector));
    case Criterion::Kind::fact: {
      const auto answer = facts.answer(criterion.fact);
      if (!answer || answer->at > at(t) || answer->answer == Answer::not_known) {
        return 0;
      }
      const auto later = criterion.reopened_by.empty() ? std::nullopt : facts.answer(criterion.reopened_by);
      if (answer->answer == Answer::no && later && later->answer == Answer::yes && later->at > answer->at &&
          later->at <= at(t)) {
        return 0;
      }
      return answer->answer == Answer::yes ? 1 : -1;
    }
    case Criterion::Kind::outage: {
      const Intervals hit = facts.outage(criterion.services).all;
      if (criterion.at_once) {
        return !hit.empty() && hit.front().from <= at(t) ? 1 : -1;
      }
      return passed(hit) > criterion.more_than ? 1 : -1;
    }
  }
  return 0;
}

TEST(Evaluate, AgreesWithAWalkThroughTime) {
  // Everything that happens happens before this.
  constexpr int horizon = kLength + 30;
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    World world(seed);
    const GivenFacts facts = world.facts();
    const Criterion tree = world.tree(3);
    std::vector<int> presumed;
    std::vector<int> confirmed;
    for (int t = 0; t < horizon; ++t) {
      presumed.push_back(opinion(tree, facts, Reading::presumed, t));
      confirmed.push_back(opinion(tree, facts, Reading::confirmed, t));
    }
    const auto next_yes = [&](const std::vector<int>& course, int now) -> std::optional<Instant> {
      for (int t = now + 1; t < horizon; ++t) {
        if (course[static_cast<std::size_t>(t)] == 1 && course[static_cast<std::size_t>(t - 1)] != 1) {
          return at(t);
        }
      }
      return std::nullopt;
    };
    for (int now = 0; now < kLength; ++now) {
      const auto index = static_cast<std::size_t>(now);
      const Verdict verdict = evaluate(tree, facts, at(now), kToday);
      ASSERT_EQ(static_cast<int>(verdict.truth) - 1, presumed[index]) << "seed " << seed << " at " << now;
      const bool firm = confirmed[index] == presumed[index];
      ASSERT_EQ(verdict.basis != Basis::presumed, firm) << "seed " << seed << " at " << now;
      const std::vector<int>& course = firm ? confirmed : presumed;
      if (presumed[index] == 1) {
        int since = now;
        while (since > 0 && course[static_cast<std::size_t>(since - 1)] == 1) {
          --since;
        }
        if (since > 0) {
          ASSERT_EQ(verdict.true_since, at(since)) << "seed " << seed << " at " << now;
        } else {
          ASSERT_LE(verdict.true_since, at(0)) << "seed " << seed << " at " << now;
        }
        int until = now;
        while (until < horizon && course[static_cast<std::size_t>(until)] == 1) {
          ++until;
        }
        ASSERT_EQ(verdict.ends_at, until < horizon ? std::optional(at(until)) : std::nullopt)
            << "seed " << seed << " at " << now;
        ASSERT_EQ(verdict.true_at, std::nullopt);
        ASSERT_FALSE(verdict.grounds.empty()) << "seed " << seed << " at " << now;
      } else {
        ASSERT_EQ(verdict.true_at, next_yes(presumed, now)) << "seed " << seed << " at " << now;
        ASSERT_EQ(verdict.true_since, std::nullopt);
        ASSERT_EQ(verdict.grounds.empty(), !verdict.true_at.has_value()) << "seed " << seed << " at " << now;
      }
      const bool confirmed_yes = presumed[index] == 1 && firm;
      ASSERT_EQ(verdict.confirmed_at, confirmed_yes ? std::nullopt : next_yes(confirmed, now))
          << "seed " << seed << " at " << now;
      ASSERT_TRUE(std::is_sorted(verdict.grounds.begin(), verdict.grounds.end(),
                                 [](const Ground& a, const Ground& b) { return a.true_since < b.true_since; }));
    }
  }
}

bool reopens(const Criterion& criterion, const std::string& fact) {
  return criterion.reopened_by == fact || std::any_of(criterion.children.begin(), criterion.children.end(),
                                                      [&](const Criterion& child) { return reopens(child, fact); });
}

/// A fact that is not asked for does not matter: whatever is answered, the truth stays what it is, now and later.
TEST(Evaluate, WhatIsNotAskedDoesNotMatter) {
  for (unsigned seed = 1; seed <= 2000; ++seed) {
    World world(seed);
    GivenFacts facts = world.facts();
    const Criterion tree = world.tree(3);
    const int now = world.pick(kLength);
    const std::string name(1, static_cast<char>('a' + world.pick(3)));
    facts.answers_.erase(name);
    const Verdict before = evaluate(tree, facts, at(now), kToday);
    if (reopens(tree, name) || std::any_of(before.questions.begin(), before.questions.end(),
                                           [&](const Question& question) { return question.fact == name; })) {
      continue;
    }
    for (const Answer answer : {Answer::yes, Answer::no}) {
      facts.answers_[name] = {answer, "officer", at(now)};
      const Verdict after = evaluate(tree, facts, at(now), kToday);
      ASSERT_EQ(after.truth, before.truth) << "seed " << seed;
      ASSERT_EQ(after.true_at, before.true_at) << "seed " << seed;
      ASSERT_EQ(after.true_since, before.true_since) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace avbrottsvakt
