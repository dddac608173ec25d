#include "rules/explain.h"

#include <gtest/gtest.h>

namespace avbrottsvakt {
namespace {

const Instant kStart = parse_instant("2026-11-22T01:00:00Z").value();
const Date kDay = parse_date("2026-11-22").value();
Instant after(std::int64_t minutes) { return kStart + std::chrono::minutes(minutes); }

class Facts : public CriteriaFacts {
 public:
  Spans limited(const std::string&) const override { return spans; }
  Spans on_fallback(const std::string&) const override { return {}; }
  Spans outage(const ServiceFilter&) const override { return {}; }
  std::optional<Answered> answer(const std::string&) const override { return answered; }
  Spans spans;
  std::optional<Answered> answered;
};

Criterion limited() {
  Criterion criterion;
  criterion.kind = Criterion::Kind::limited;
  criterion.id = "care-limited";
  criterion.more_than = std::chrono::hours(1);
  criterion.source.act = "MCFFS 2026:8";
  return criterion;
}

Criterion injury() {
  Criterion criterion;
  criterion.kind = Criterion::Kind::fact;
  criterion.id = "injury";
  criterion.fact = "serious_injury_or_death";
  return criterion;
}

TEST(Explain, ShowsADurationThatIsTooShortToBeAGround) {
  Facts facts;
  facts.spans.all = {{after(0), after(40)}};
  const Explained node = explain(limited(), facts, after(50), kDay);
  EXPECT_EQ(node.truth, Truth::no);
  EXPECT_EQ(node.measured, std::chrono::minutes(40));
  EXPECT_EQ(node.limit, std::chrono::hours(1));
  EXPECT_EQ(node.basis, Basis::presumed);
  EXPECT_EQ(node.source.act, "MCFFS 2026:8");
}

TEST(Explain, SaysWhoConfirmed) {
  Facts facts;
  facts.spans.all = facts.spans.confirmed = {{after(0), kNever}};
  facts.spans.confirmed_by = "ward-manager";
  const Explained node = explain(limited(), facts, after(90), kDay);
  EXPECT_EQ(node.truth, Truth::yes);
  EXPECT_EQ(node.basis, Basis::confirmed);
  EXPECT_EQ(node.by, "ward-manager");
  EXPECT_EQ(node.measured, std::chrono::minutes(90));
  EXPECT_EQ(node.true_since, after(60) + Millis{1});
}

TEST(Explain, GoesDownTheTree) {
  Criterion any;
  any.kind = Criterion::Kind::any;
  any.children = {limited(), injury()};
  Facts facts;
  facts.spans.all = {{after(0), kNever}};
  const Explained before = explain(any, facts, after(10), kDay);
  EXPECT_EQ(before.truth, Truth::unknown);
  ASSERT_EQ(before.children.size(), 2U);
  EXPECT_EQ(before.children[0].true_at, after(60) + Millis{1});
  EXPECT_EQ(before.children[1].truth, Truth::unknown);
  facts.answered = CriteriaFacts::Answered{Answer::yes, "ward-manager", after(5)};
  const Explained then = explain(any, facts, after(10), kDay);
  EXPECT_EQ(then.truth, Truth::yes);
  EXPECT_EQ(then.children[0].truth, Truth::no);
  EXPECT_EQ(then.children[1].truth, Truth::yes);
  EXPECT_EQ(then.children[1].by, "ward-manager");
}

TEST(Explain, OfWhatIsNotInForceAsksNothing) {
  Criterion later = limited();
  later.valid.from = parse_date("2026-11-23").value();
  Facts facts;
  facts.spans.all = {{after(0), kNever}};
  const Explained node = explain(later, facts, after(90), kDay);
  EXPECT_FALSE(node.valid);
  EXPECT_EQ(node.truth, Truth::no);
  EXPECT_FALSE(node.measured.has_value());
}

}  // namespace
}  // namespace avbrottsvakt
