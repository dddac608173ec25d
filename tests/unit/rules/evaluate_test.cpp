#include "rules/evaluate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "criteria.h"

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

const Instant kStart{Millis(1'800'000'000'000)};
const Date kToday = std::chrono::year(2026) / 11 / 22;

Instant at(Millis after) { return kStart + after; }

CriteriaFacts::Spans presumed_since_start() { return {{{kStart, kNever}}, {}, "", {}}; }
CriteriaFacts::Spans confirmed_since_start() { return {{{kStart, kNever}}, {{kStart, kNever}}, "ward-manager", {}}; }

std::vector<std::string> facts_of(const Verdict& verdict) {
  std::vector<std::string> facts;
  for (const Question& question : verdict.questions) {
    facts.push_back(question.fact);
  }
  return facts;
}
std::vector<std::string> criteria_of(const Verdict& verdict) {
  std::vector<std::string> criteria;
  for (const Ground& ground : verdict.grounds) {
    criteria.push_back(ground.criterion);
  }
  return criteria;
}

struct Boundary {
  const char* name;
  Millis after;
  Truth truth;
};
void PrintTo(const Boundary& boundary, std::ostream* out) { *out << boundary.name; }

class MoreThanAnHour : public testing::TestWithParam<Boundary> {};

TEST_P(MoreThanAnHour, IsStrict) {
  for (const bool fallback : {false, true}) {
    GivenFacts facts;
    (fallback ? facts.on_fallback_ : facts.limited_)["care"] = presumed_since_start();
    const Criterion criterion = fallback ? on_fallback(hours(1)) : limited(hours(1));
    const Verdict verdict = evaluate(criterion, facts, at(GetParam().after), kToday);
    EXPECT_EQ(verdict.truth, GetParam().truth);
    const Instant crossing = at(hours(1) + Millis(1));
    if (GetParam().truth == Truth::yes) {
      EXPECT_EQ(verdict.true_since, crossing);
      EXPECT_EQ(verdict.true_at, std::nullopt);
      EXPECT_EQ(verdict.basis, Basis::presumed);
    } else {
      EXPECT_EQ(verdict.true_at, crossing);
      EXPECT_EQ(verdict.true_since, std::nullopt);
    }
    EXPECT_EQ(verdict.confirmed_at, std::nullopt);
    ASSERT_EQ(verdict.grounds.size(), 1U);
    EXPECT_EQ(verdict.grounds[0].true_since, crossing);
    EXPECT_EQ(verdict.grounds[0].forecast, GetParam().truth != Truth::yes);
    EXPECT_EQ(verdict.grounds[0].measured, GetParam().after);
    EXPECT_EQ(verdict.grounds[0].limit, Millis(hours(1)));
  }
}

INSTANTIATE_TEST_SUITE_P(Instants, MoreThanAnHour,
                         testing::Values(Boundary{"AtTheBeginning", Millis(0), Truth::no},
                                         Boundary{"OneMillisecondShort", hours(1) - Millis(1), Truth::no},
                                         Boundary{"ExactlyAnHour", hours(1), Truth::no},
                                         Boundary{"OneMillisecondMore", hours(1) + Millis(1), Truth::yes},
                                         Boundary{"Later", hours(5), Truth::yes}),
                         [](const auto& test) { return test.param.name; });

TEST(Duration, SumsWhatIsApart) {
  GivenFacts facts;
  facts.limited_["care"].all = {{at(minutes(0)), at(minutes(40))}, {at(minutes(100)), kNever}};
  EXPECT_EQ(evaluate(limited(hours(1)), facts, at(minutes(50)), kToday).true_at, at(minutes(120) + Millis(1)));
}

TEST(Duration, EndedExactlyAtTheLimitIsNeverMore) {
  GivenFacts facts;
  facts.limited_["care"].all = {{kStart, at(hours(1))}};
  const Verdict verdict = evaluate(limited(hours(1)), facts, at(hours(2)), kToday);
  EXPECT_EQ(verdict.truth, Truth::no);
  EXPECT_EQ(verdict.true_at, std::nullopt);
  EXPECT_THAT(verdict.grounds, IsEmpty());
  facts.limited_["care"].all = {{kStart, at(hours(1) + Millis(1))}};
  EXPECT_EQ(evaluate(limited(hours(1)), facts, at(hours(2)), kToday).true_since, at(hours(1) + Millis(1)));
}

TEST(Duration, OfAnotherSectorDoesNotCount) {
  GivenFacts facts;
  facts.limited_["transport"] = presumed_since_start();
  EXPECT_EQ(evaluate(limited(hours(1)), facts, at(hours(2)), kToday).truth, Truth::no);
  // No sector named: the engine is asked for every sector.
  facts.limited_[""] = presumed_since_start();
  EXPECT_EQ(evaluate(limited(hours(1), ""), facts, at(hours(2)), kToday).truth, Truth::yes);
}

TEST(Readings, ConfirmedFromTheBeginning) {
  GivenFacts facts;
  facts.limited_["care"] = confirmed_since_start();
  const Verdict before = evaluate(limited(hours(1)), facts, at(minutes(40)), kToday);
  EXPECT_EQ(before.truth, Truth::no);
  EXPECT_EQ(before.true_at, at(hours(1) + Millis(1)));
  EXPECT_EQ(before.confirmed_at, at(hours(1) + Millis(1)));
  const Verdict after = evaluate(limited(hours(1)), facts, at(hours(2)), kToday);
  EXPECT_EQ(after.truth, Truth::yes);
  EXPECT_EQ(after.basis, Basis::confirmed);
  EXPECT_EQ(after.true_since, at(hours(1) + Millis(1)));
  EXPECT_EQ(after.confirmed_at, std::nullopt);
  EXPECT_EQ(after.grounds[0].basis, Basis::confirmed);
  EXPECT_EQ(after.grounds[0].confirmed_by, "ward-manager");
}

/// Presumed limited since 0, and confirmed for another activity since 30 minutes.
class ConfirmedLater : public testing::TestWithParam<Boundary> {
 protected:
  ConfirmedLater() {
    facts_.limited_["care"] = {{{kStart, kNever}},
                               {{at(minutes(30)), kNever}},
                               "ward-manager",
                               {{"limited:emergency-east", "Är akuten begränsad?"}}};
  }
  GivenFacts facts_;
};

TEST_F(ConfirmedLater, ForecastsBothInstants) {
  const Verdict verdict = evaluate(limited(hours(1)), facts_, at(minutes(45)), kToday);
  EXPECT_EQ(verdict.truth, Truth::no);
  EXPECT_EQ(verdict.true_at, at(minutes(60) + Millis(1)));
  EXPECT_EQ(verdict.confirmed_at, at(minutes(90) + Millis(1)));
  EXPECT_THAT(facts_of(verdict), ElementsAre("limited:emergency-east"));
}

TEST_F(ConfirmedLater, IsPresumedInBetween) {
  for (const Millis after : {Millis(minutes(60)) + Millis(1), Millis(minutes(90))}) {
    const Verdict verdict = evaluate(limited(hours(1)), facts_, at(after), kToday);
    EXPECT_EQ(verdict.truth, Truth::yes);
    EXPECT_EQ(verdict.basis, Basis::presumed);
    EXPECT_EQ(verdict.true_since, at(minutes(60) + Millis(1)));
    EXPECT_EQ(verdict.confirmed_at, at(minutes(90) + Millis(1)));
    EXPECT_EQ(verdict.grounds[0].basis, Basis::presumed);
    EXPECT_EQ(verdict.grounds[0].measured, after);
    EXPECT_THAT(facts_of(verdict), ElementsAre("limited:emergency-east"));
  }
}

TEST_F(ConfirmedLater, IsConfirmedSinceTheConfirmedPartSufficed) {
  const Verdict verdict = evaluate(limited(hours(1)), facts_, at(minutes(90) + Millis(1)), kToday);
  EXPECT_EQ(verdict.basis, Basis::confirmed);
  EXPECT_EQ(verdict.true_since, at(minutes(90) + Millis(1)));
  EXPECT_EQ(verdict.confirmed_at, std::nullopt);
  EXPECT_EQ(verdict.grounds[0].true_since, at(minutes(90) + Millis(1)));
  EXPECT_EQ(verdict.grounds[0].measured, Millis(minutes(60)) + Millis(1));
  EXPECT_THAT(verdict.questions, IsEmpty());
}

TEST(Questions, ADurationAsksByItsOwnWordsIfTheEngineHasNone) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  Criterion criterion = limited(hours(1));
  EXPECT_THAT(evaluate(criterion, facts, at(hours(2)), kToday).questions, IsEmpty());
  criterion.ask = "Är vården begränsad?";
  const Verdict verdict = evaluate(criterion, facts, at(hours(2)), kToday);
  EXPECT_THAT(facts_of(verdict), ElementsAre("limited:care"));
  EXPECT_EQ(verdict.questions[0].text, "Är vården begränsad?");
  facts.limited_["care"] = confirmed_since_start();
  EXPECT_THAT(evaluate(criterion, facts, at(minutes(1)), kToday).questions, IsEmpty());
  EXPECT_THAT(evaluate(criterion, facts, at(hours(2)), kToday).questions, IsEmpty());
}

struct Kleene {
  const char* name;
  Criterion::Kind kind;
  std::vector<Answer> answers;
  Truth truth;
};
void PrintTo(const Kleene& kleene, std::ostream* out) { *out << kleene.name; }

class KleeneLogic : public testing::TestWithParam<Kleene> {};

TEST_P(KleeneLogic, OfAnswers) {
  GivenFacts facts;
  std::vector<Criterion> children;
  for (std::size_t i = 0; i < GetParam().answers.size(); ++i) {
    const std::string name = "f" + std::to_string(i);
    facts.answers_[name] = {GetParam().answers[i], "officer", kStart};
    children.push_back(fact(name));
  }
  EXPECT_EQ(evaluate(group(GetParam().kind, children), facts, at(minutes(1)), kToday).truth, GetParam().truth);
}

constexpr auto kAll = Criterion::Kind::all;
constexpr auto kAny = Criterion::Kind::any;
constexpr auto kNot = Criterion::Kind::negation;

INSTANTIATE_TEST_SUITE_P(
    Tables, KleeneLogic,
    testing::Values(Kleene{"AllYes", kAll, {Answer::yes, Answer::yes}, Truth::yes},
                    Kleene{"AllWithUnknown", kAll, {Answer::yes, Answer::not_known}, Truth::unknown},
                    Kleene{"AllWithNo", kAll, {Answer::not_known, Answer::no, Answer::yes}, Truth::no},
                    Kleene{"AnyNo", kAny, {Answer::no, Answer::no}, Truth::no},
                    Kleene{"AnyWithUnknown", kAny, {Answer::no, Answer::not_known}, Truth::unknown},
                    Kleene{"AnyWithYes", kAny, {Answer::not_known, Answer::yes, Answer::no}, Truth::yes},
                    Kleene{"NotYes", kNot, {Answer::yes}, Truth::no}, Kleene{"NotNo", kNot, {Answer::no}, Truth::yes},
                    Kleene{"NotUnknown", kNot, {Answer::not_known}, Truth::unknown}),
    [](const auto& test) { return test.param.name; });

TEST(Facts, UnansweredAsksAndAnsweredRestsOnTheAnswer) {
  GivenFacts facts;
  const Verdict open = evaluate(fact("injury"), facts, at(minutes(1)), kToday);
  EXPECT_EQ(open.truth, Truth::unknown);
  EXPECT_EQ(open.true_at, std::nullopt);
  ASSERT_THAT(facts_of(open), ElementsAre("injury"));
  EXPECT_EQ(open.questions[0].text, "injury?");

  facts.answers_["injury"] = {Answer::yes, "officer", at(minutes(5))};
  EXPECT_EQ(evaluate(fact("injury"), facts, at(minutes(5)) - Millis(1), kToday).true_at, at(minutes(5)));
  const Verdict yes = evaluate(fact("injury"), facts, at(minutes(5)), kToday);
  EXPECT_EQ(yes.truth, Truth::yes);
  EXPECT_EQ(yes.basis, Basis::confirmed);
  EXPECT_EQ(yes.true_since, at(minutes(5)));
  EXPECT_EQ(yes.grounds[0].confirmed_by, "officer");
  EXPECT_EQ(yes.grounds[0].measured, std::nullopt);
  EXPECT_THAT(yes.questions, IsEmpty());

  facts.answers_["injury"].answer = Answer::no;
  EXPECT_THAT(evaluate(fact("injury"), facts, at(minutes(6)), kToday).questions, IsEmpty());
  facts.answers_["injury"].answer = Answer::not_known;
  EXPECT_THAT(facts_of(evaluate(fact("injury"), facts, at(minutes(6)), kToday)), ElementsAre("injury"));
}

/// any: care limited > 1 h (presumed), or somebody injured.
TEST(AnyBasis, IsThatOfTheStrongestYes) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  facts.answers_["injury"] = {Answer::yes, "officer", at(minutes(90))};
  const Criterion tree = any({named("care-limited", limited(hours(1))), named("injury", fact("injury"))});

  const Verdict presumed = evaluate(tree, facts, at(minutes(80)), kToday);
  EXPECT_EQ(presumed.truth, Truth::yes);
  EXPECT_EQ(presumed.basis, Basis::presumed);
  EXPECT_EQ(presumed.true_since, at(minutes(60) + Millis(1)));
  EXPECT_EQ(presumed.confirmed_at, at(minutes(90)));
  EXPECT_THAT(criteria_of(presumed), ElementsAre("care-limited"));
  EXPECT_THAT(facts_of(presumed), ElementsAre("injury"));

  const Verdict confirmed = evaluate(tree, facts, at(minutes(90)), kToday);
  EXPECT_EQ(confirmed.basis, Basis::confirmed);
  EXPECT_EQ(confirmed.true_since, at(minutes(90)));
  EXPECT_THAT(criteria_of(confirmed), ElementsAre("care-limited", "injury"));
  EXPECT_EQ(confirmed.grounds[0].basis, Basis::presumed);
  EXPECT_EQ(confirmed.grounds[1].basis, Basis::confirmed);
  EXPECT_THAT(confirmed.questions, IsEmpty());
}

/// all: a critical system, and activity limited > 12 h.
TEST(AllBasis, IsThatOfTheWeakest) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  facts.answers_["critical"] = {Answer::yes, "officer", at(hours(1))};
  const Criterion tree = all({fact("critical"), limited(hours(12))});
  const Verdict before = evaluate(tree, facts, at(hours(2)), kToday);
  EXPECT_EQ(before.truth, Truth::no);
  EXPECT_EQ(before.true_at, at(hours(12) + Millis(1)));
  EXPECT_EQ(before.grounds.size(), 2U);
  const Verdict yes = evaluate(tree, facts, at(hours(13)), kToday);
  EXPECT_EQ(yes.truth, Truth::yes);
  EXPECT_EQ(yes.basis, Basis::presumed);
  EXPECT_EQ(yes.true_since, at(hours(12) + Millis(1)));
  facts.limited_["care"] = confirmed_since_start();
  EXPECT_EQ(evaluate(tree, facts, at(hours(13)), kToday).basis, Basis::confirmed);
}

TEST(AllBasis, IsTrueSinceTheLastOfThem) {
  GivenFacts facts;
  facts.limited_["care"] = confirmed_since_start();
  facts.answers_["critical"] = {Answer::yes, "officer", at(hours(14))};
  const Verdict verdict = evaluate(all({fact("critical"), limited(hours(12))}), facts, at(hours(15)), kToday);
  EXPECT_EQ(verdict.true_since, at(hours(14)));
  EXPECT_EQ(verdict.grounds[0].true_since, at(hours(12) + Millis(1)));
  EXPECT_EQ(verdict.grounds[1].true_since, at(hours(14)));
}

TEST(AllQuestions, NoneWhereTheAnswerCannotMatter) {
  GivenFacts facts;
  const Criterion tree = all({fact("critical"), limited(hours(12))});
  // Nothing is limited: whatever is answered, it stays no.
  EXPECT_THAT(evaluate(tree, facts, at(hours(1)), kToday).questions, IsEmpty());
  facts.limited_["care"] = presumed_since_start();
  EXPECT_THAT(facts_of(evaluate(tree, facts, at(hours(1)), kToday)), ElementsAre("critical"));
  facts.answers_["critical"] = {Answer::no, "officer", kStart};
  facts.limited_["care"].questions = {{"limited:emergency-east", ""}};
  EXPECT_THAT(evaluate(tree, facts, at(hours(1)), kToday).questions, IsEmpty());
}

TEST(AllQuestions, UnknownAtTheCrossingIsUnknown) {
  GivenFacts facts;
  facts.limited_["care"] = confirmed_since_start();
  const Verdict verdict = evaluate(all({fact("critical"), limited(hours(12))}), facts, at(hours(13)), kToday);
  EXPECT_EQ(verdict.truth, Truth::unknown);
  EXPECT_EQ(verdict.true_at, std::nullopt);
  EXPECT_THAT(facts_of(verdict), ElementsAre("critical"));
}

TEST(Questions, WhatSettlesMostSoonestComesFirstEachOnce) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  facts.limited_["care"].questions = {{"limited:ward", ""}};
  const Criterion tree =
      any({fact("b"), limited(hours(1)), all({fact("a"), fact("b")}), negation(fact("c")), limited(hours(2))});
  EXPECT_THAT(facts_of(evaluate(tree, facts, at(hours(3)), kToday)), ElementsAre("limited:ward", "b", "c", "a"));
}

TEST(Questions, OfThoseThatSettleLaterTheSoonerComesFirst) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  facts.limited_["care"].questions = {{"limited:ward", ""}};
  const Criterion tree =
      any({all({limited(hours(12)), fact("late")}), all({limited(hours(2)), fact("soon")}), fact("now")});
  const Verdict verdict = evaluate(tree, facts, at(hours(1)), kToday);
  EXPECT_THAT(facts_of(verdict), ElementsAre("now", "limited:ward", "late", "soon"));
  EXPECT_EQ(verdict.questions[0].settles_at, at(hours(1)));
  // Alone none of the others meets anything.
  EXPECT_EQ(verdict.questions[1].settles_at, Instant{});
  facts.answers_["soon"] = {Answer::yes, "officer", at(Millis(0))};
  facts.answers_["late"] = {Answer::yes, "officer", at(Millis(0))};
  const Verdict answered = evaluate(tree, facts, at(hours(1)), kToday);
  EXPECT_THAT(facts_of(answered), ElementsAre("now", "limited:ward"));
  EXPECT_EQ(answered.questions[1].settles_at, at(hours(2) + Millis(1)));
  EXPECT_TRUE(evaluate(tree, facts, at(hours(1)), kToday, Asking::no).questions.empty());
}

// Outages of services: measured, so nobody is asked.

struct OutageCase {
  const char* name;
  std::optional<Millis> more_than;
  Millis after;
  Truth truth;
};
void PrintTo(const OutageCase& outage, std::ostream* out) { *out << outage.name; }

class Outages : public testing::TestWithParam<OutageCase> {};

TEST_P(Outages, AreMeasured) {
  GivenFacts facts;
  facts.sector_critical_ = confirmed_since_start();
  facts.sector_critical_.confirmed_by.clear();
  facts.sector_critical_.subjects = {{"cosmic", "COSMIC"}};
  const Verdict verdict = evaluate(outage(GetParam().more_than), facts, at(GetParam().after), kToday);
  EXPECT_EQ(verdict.truth, GetParam().truth);
  EXPECT_TRUE(verdict.questions.empty());
  EXPECT_EQ(verdict.basis, Basis::measured);
  ASSERT_EQ(verdict.grounds.size(), 1U);
  EXPECT_EQ(verdict.grounds[0].basis, Basis::measured);
  EXPECT_EQ(verdict.grounds[0].limit, GetParam().more_than);
  EXPECT_EQ(verdict.grounds[0].subjects.at(0).id, "cosmic");
}

INSTANTIATE_TEST_SUITE_P(Instants, Outages,
                         testing::Values(OutageCase{"AtOnceBefore", std::nullopt, -Millis(1), Truth::no},
                                         OutageCase{"AtOnce", std::nullopt, Millis(0), Truth::yes},
                                         OutageCase{"OneMillisecondShort", hours(4), hours(4) - Millis(1), Truth::no},
                                         OutageCase{"Exactly", hours(4), hours(4), Truth::no},
                                         OutageCase{"OneMillisecondMore", hours(4), hours(4) + Millis(1), Truth::yes}),
                         [](const auto& test) { return test.param.name; });

TEST(BasisOf, IsTheWeakestOfWhatIsNeededAndTheStrongestOfAlternatives) {
  GivenFacts facts;
  facts.sector_critical_ = confirmed_since_start();
  facts.limited_["care"] = presumed_since_start();
  facts.answers_["a"] = {Answer::yes, "officer", at(Millis(0))};
  const auto basis = [&](const Criterion& tree) { return evaluate(tree, facts, at(hours(2)), kToday).basis; };
  EXPECT_EQ(basis(outage(std::nullopt)), Basis::measured);
  EXPECT_EQ(basis(all({outage(std::nullopt), fact("a")})), Basis::measured);
  EXPECT_EQ(basis(any({outage(std::nullopt), fact("a")})), Basis::confirmed);
  EXPECT_EQ(basis(all({outage(std::nullopt), limited(hours(1))})), Basis::presumed);
  EXPECT_EQ(basis(any({outage(std::nullopt), limited(hours(1))})), Basis::measured);
}

// A no that others have overtaken.

struct ReopenedCase {
  const char* name;
  Answer other;
  Millis other_after;
  Millis now;
  Truth truth;
};
void PrintTo(const ReopenedCase& reopened, std::ostream* out) { *out << reopened.name; }

class Reopened : public testing::TestWithParam<ReopenedCase> {};

TEST_P(Reopened, ByALaterYesToTheOtherFact) {
  GivenFacts facts;
  facts.answers_["malfunction"] = {Answer::no, "officer", at(hours(2))};
  facts.answers_["event"] = {GetParam().other, "ward-manager", at(GetParam().other_after)};
  Criterion criterion = fact("malfunction");
  criterion.reopened_by = "event";
  const Verdict verdict = evaluate(criterion, facts, at(GetParam().now), kToday);
  EXPECT_EQ(verdict.truth, GetParam().truth);
  EXPECT_EQ(verdict.denied.size(), GetParam().truth == Truth::no ? 1U : 0U);
  EXPECT_EQ(verdict.questions.empty(), GetParam().truth == Truth::no && GetParam().now >= GetParam().other_after);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, Reopened,
    testing::Values(ReopenedCase{"Before", Answer::yes, hours(1), hours(3), Truth::no},
                    ReopenedCase{"AtTheSameInstant", Answer::yes, hours(2), hours(3), Truth::no},
                    ReopenedCase{"Later", Answer::yes, hours(2) + Millis(1), hours(3), Truth::unknown},
                    ReopenedCase{"LaterButNotYet", Answer::yes, hours(4), hours(3), Truth::no},
                    ReopenedCase{"ANoChangesNothing", Answer::no, hours(2) + Millis(1), hours(3), Truth::no}),
    [](const auto& test) { return test.param.name; });

TEST(Negation, TheYesBelowItDenies) {
  GivenFacts facts;
  facts.answers_["unlikely"] = {Answer::yes, "officer", at(minutes(30))};
  facts.answers_["breach"] = {Answer::yes, "officer", at(minutes(20))};
  const Verdict verdict =
      evaluate(all({fact("breach"), named("risk", negation(fact("unlikely")))}), facts, at(hours(2)), kToday);
  EXPECT_EQ(verdict.truth, Truth::no);
  ASSERT_EQ(verdict.denied.size(), 1U);
  EXPECT_EQ(verdict.denied[0].criterion, "risk");
  EXPECT_EQ(verdict.denied[0].true_since, at(minutes(30)));
}

TEST(Negation, OfAnAnswer) {
  GivenFacts facts;
  facts.answers_["planned"] = {Answer::no, "officer", at(minutes(30))};
  facts.limited_["care"] = confirmed_since_start();
  const Criterion tree = all({limited(hours(1)), named("unplanned", negation(fact("planned")))});
  const Verdict verdict = evaluate(tree, facts, at(hours(2)), kToday);
  EXPECT_EQ(verdict.truth, Truth::yes);
  EXPECT_EQ(verdict.true_since, at(hours(1) + Millis(1)));
  EXPECT_THAT(criteria_of(verdict), ElementsAre("unplanned", ""));
}

TEST(Negation, OfADurationEndsByItself) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  facts.answers_["injury"] = {Answer::yes, "officer", at(minutes(5))};
  const Criterion tree = all({fact("injury"), negation(limited(hours(1)))});
  const Verdict yes = evaluate(tree, facts, at(minutes(10)), kToday);
  EXPECT_EQ(yes.truth, Truth::yes);
  EXPECT_EQ(yes.true_since, at(minutes(5)));
  EXPECT_EQ(yes.ends_at, at(minutes(60) + Millis(1)));
  const Verdict over = evaluate(tree, facts, at(minutes(61)), kToday);
  EXPECT_EQ(over.truth, Truth::no);
  EXPECT_EQ(over.basis, Basis::presumed);
  EXPECT_EQ(over.true_at, std::nullopt);
}

struct Dated {
  const char* name;
  Date date;
  bool valid;
};
void PrintTo(const Dated& dated, std::ostream* out) { *out << dated.name; }

class Validities : public testing::TestWithParam<Dated> {};

TEST_P(Validities, BoundACriterion) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  Criterion care = limited(hours(1));
  care.ask = "Är vården begränsad?";
  care.valid = {std::chrono::year(2026) / 7 / 1, std::chrono::year(2027) / 1 / 1};
  const Verdict verdict = evaluate(care, facts, at(hours(2)), GetParam().date);
  EXPECT_EQ(verdict.truth, GetParam().valid ? Truth::yes : Truth::no);
  EXPECT_EQ(verdict.questions.empty(), !GetParam().valid);
  EXPECT_EQ(verdict.grounds.empty(), !GetParam().valid);
  EXPECT_EQ(evaluate(care, facts, kStart, GetParam().date).true_at.has_value(), GetParam().valid);
}

INSTANTIATE_TEST_SUITE_P(Dates, Validities,
                         testing::Values(Dated{"DayBefore", std::chrono::year(2026) / 6 / 30, false},
                                         Dated{"FirstDay", std::chrono::year(2026) / 7 / 1, true},
                                         Dated{"LastDay", std::chrono::year(2026) / 12 / 31, true},
                                         Dated{"DayAfter", std::chrono::year(2027) / 1 / 1, false}),
                         [](const auto& test) { return test.param.name; });

TEST(Grounds, EarliestFirstAndNamedByTheNearestAround) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  facts.on_fallback_["care"] = presumed_since_start();
  Criterion outer = named("general", all({on_fallback(hours(2)), limited(hours(1))}));
  outer.text = "Allvarlig driftsstörning";
  outer.source = {"MCFFS 2026:8", "3 kap. 1 §", SourceBasis::transcription, Confidence::low, ""};
  outer.children[1].text = "Vården begränsad";
  const Verdict verdict = evaluate(outer, facts, at(hours(3)), kToday);
  ASSERT_EQ(verdict.grounds.size(), 2U);
  EXPECT_EQ(verdict.grounds[0].true_since, at(hours(1) + Millis(1)));
  EXPECT_EQ(verdict.grounds[0].text, "Vården begränsad");
  EXPECT_EQ(verdict.grounds[0].criterion, "general");
  EXPECT_EQ(verdict.grounds[1].text, "Allvarlig driftsstörning");
  EXPECT_EQ(verdict.grounds[1].source.act, "MCFFS 2026:8");
  EXPECT_EQ(verdict.grounds[1].limit, Millis(hours(2)));
}

TEST(Grounds, OfAForecastAreThoseOfItsInstant) {
  GivenFacts facts;
  facts.limited_["care"] = presumed_since_start();
  facts.on_fallback_["care"] = presumed_since_start();
  const Criterion tree = any({named("fallback", on_fallback(hours(6))), named("limited", limited(hours(1)))});
  const Verdict verdict = evaluate(tree, facts, at(minutes(10)), kToday);
  EXPECT_EQ(verdict.true_at, at(hours(1) + Millis(1)));
  EXPECT_THAT(criteria_of(verdict), ElementsAre("limited"));
  EXPECT_TRUE(verdict.grounds[0].forecast);
  EXPECT_EQ(verdict.grounds[0].measured, Millis(minutes(10)));
}

}  // namespace
}  // namespace avbrottsvakt
