#include <gtest/gtest.h>

#include <array>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {
namespace {

struct Ladder {
  const char* name;
  const char* text;
  LadderPoint::Of of = LadderPoint::Of::rto;
  int percent = 0;  ///< 0: refused
  int column = 0;
};
void PrintTo(const Ladder& ladder, std::ostream* out) { *out << ladder.text; }

class ParseLadderPoint : public testing::TestWithParam<Ladder> {};

TEST_P(ParseLadderPoint, ReadsOrRefuses) {
  const Result<LadderPoint> point = parse_ladder_point(GetParam().text);
  if (GetParam().percent > 0) {
    ASSERT_TRUE(point.has_value()) << point.error().message;
    EXPECT_EQ(point->of, GetParam().of);
    EXPECT_EQ(point->percent, GetParam().percent);
  } else {
    ASSERT_FALSE(point.has_value());
    EXPECT_EQ(point.error().place.column, GetParam().column);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Texts, ParseLadderPoint,
    testing::Values(Ladder{"Rto", "50% of rto", LadderPoint::Of::rto, 50},
                    Ladder{"Mta", "100% of mta", LadderPoint::Of::mta, 100},
                    Ladder{"Least", "1% of rto", LadderPoint::Of::rto, 1},
                    Ladder{"Most", "1000% of mta", LadderPoint::Of::mta, 1000},
                    Ladder{"BelowLeast", "0% of rto", {}, 0, 1}, Ladder{"AboveMost", "1001% of rto", {}, 0, 1},
                    Ladder{"Negative", "-5% of rto", {}, 0, 1}, Ladder{"Huge", "99999999999% of rto", {}, 0, 1},
                    Ladder{"NoPercent", "50 of rto", {}, 0, 3}, Ladder{"Fraction", "50.5% of rto", {}, 0, 3},
                    Ladder{"OtherLimit", "50% of rpo", {}, 0, 8}, Ladder{"Trailing", "50% of rto ", {}, 0, 8},
                    Ladder{"Empty", "", {}, 0, 1}, Ladder{"NoLimit", "50%", {}, 0, 3}),
    [](const auto& test) { return test.param.name; });

constexpr Condition U = Condition::up;
constexpr Condition D = Condition::degraded;
constexpr Condition X = Condition::down;

struct Worth {
  const char* name;
  Need::Kind kind;
  std::uint32_t k;
  std::vector<Condition> of;
  Condition worth;
  Condition loss = X;
  Condition without_spare = U;
};
void PrintTo(const Worth& worth, std::ostream* out) { *out << worth.name; }

class ConditionOf : public testing::TestWithParam<Worth> {};

TEST_P(ConditionOf, IsTheWorth) {
  Need need;
  need.kind = GetParam().kind;
  need.k = GetParam().k;
  need.of.resize(GetParam().of.size());
  need.loss = GetParam().loss;
  need.without_spare = GetParam().without_spare;
  EXPECT_EQ(condition_of(need, GetParam().of), GetParam().worth);
}

constexpr auto kAll = Need::Kind::all;
constexpr auto kAny = Need::Kind::any;
constexpr auto kAtLeast = Need::Kind::at_least;

INSTANTIATE_TEST_SUITE_P(
    Needs, ConditionOf,
    testing::Values(Worth{"AllUp", kAll, 0, {U, U}, U}, Worth{"AllWithOneDegraded", kAll, 0, {U, D}, D},
                    Worth{"AllWithOneDown", kAll, 0, {X, D}, X}, Worth{"AllLimits", kAll, 0, {X, U}, D, D},
                    Worth{"AllLimitsNoWorseThanItIs", kAll, 0, {U, U}, U, D}, Worth{"AnyWithOneUp", kAny, 0, {X, U}, U},
                    Worth{"AnyWithOneDegraded", kAny, 0, {X, D}, D}, Worth{"AnyAllDown", kAny, 0, {X, X}, X},
                    Worth{"AnyLimits", kAny, 0, {X, X}, D, D}, Worth{"OneOfTwo", kAtLeast, 1, {U, U}, U},
                    Worth{"OneOfTwoSpareLost", kAtLeast, 1, {U, X}, U},
                    Worth{"OneOfTwoSpareLostMatters", kAtLeast, 1, {U, X}, D, X, D},
                    Worth{"OneOfTwoLost", kAtLeast, 1, {X, X}, X}, Worth{"OneOfTwoOneDegraded", kAtLeast, 1, {U, D}, U},
                    Worth{"OneOfTwoBothDegraded", kAtLeast, 1, {D, D}, D},
                    Worth{"OneOfTwoDegradedWithoutSpare", kAtLeast, 1, {D, X}, D},
                    Worth{"OneOfTwoLimits", kAtLeast, 1, {X, X}, D, D},
                    Worth{"TwoOfFour", kAtLeast, 2, {U, U, U, U}, U},
                    Worth{"TwoOfFourOneSpareLeft", kAtLeast, 2, {U, U, U, X}, U},
                    Worth{"TwoOfFourOneSpareLeftMatters", kAtLeast, 2, {U, U, U, X}, U, X, D},
                    Worth{"TwoOfFourNoSpareLeft", kAtLeast, 2, {U, U, X, X}, U},
                    Worth{"TwoOfFourNoSpareLeftMatters", kAtLeast, 2, {U, U, X, X}, D, X, D},
                    Worth{"TwoOfFourLost", kAtLeast, 2, {U, X, X, X}, X},
                    Worth{"TwoOfFourTooFewFullyUp", kAtLeast, 2, {U, D, D, X}, D},
                    Worth{"TwoOfFourEnoughFullyUp", kAtLeast, 2, {U, U, D, X}, U},
                    // Without a spare from the beginning none can be lost: as all.
                    Worth{"TwoOfTwo", kAtLeast, 2, {U, U}, U}, Worth{"TwoOfTwoOneDegraded", kAtLeast, 2, {U, D}, D},
                    Worth{"TwoOfTwoOneDown", kAtLeast, 2, {U, X}, X}, Worth{"OneOfOne", kAtLeast, 1, {U}, U},
                    Worth{"OneOfOneNeverHadASpare", kAtLeast, 1, {U}, U, X, D}),
    [](const auto& test) { return test.param.name; });

struct Meant {
  const char* name;
  const char* written;
  const char* meant;  ///< null: none is near enough
};
void PrintTo(const Meant& meant, std::ostream* out) { *out << meant.written; }

class Nearest : public testing::TestWithParam<Meant> {};

TEST_P(Nearest, IsFoundOrNot) {
  const std::array<std::string, 6> names{"identity", "cosmic", "cosmos", "care-database", "dc-north", "dc-south"};
  const std::optional<std::string> found = nearest(GetParam().written, names);
  EXPECT_EQ(found, GetParam().meant != nullptr ? std::optional<std::string>(GetParam().meant) : std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(Words, Nearest,
                         testing::Values(Meant{"Replaced", "kosmic", "cosmic"},
                                         Meant{"Swapped", "idnetity", "identity"},
                                         Meant{"Removed", "dc-nort", "dc-north"},
                                         Meant{"Added", "care-databases", "care-database"},
                                         Meant{"Same", "cosmic", "cosmic"}, Meant{"OneInThree", "dc_norht", "dc-north"},
                                         Meant{"TwoInSix", "kosmik", "cosmic"}, Meant{"ThreeInSix", "kozmik", nullptr},
                                         // Both one letter away: the first of the alphabet.
                                         Meant{"Tie", "cosmis", "cosmic"}, Meant{"FarAway", "telephony", nullptr},
                                         Meant{"Empty", "", nullptr}, Meant{"TooShortToTell", "xy", nullptr}),
                         [](const auto& test) { return test.param.name; });

TEST(NearestName, LongNamesAreNotCompared) {
  const std::array<std::string, 1> names{std::string(129, 'a')};
  EXPECT_EQ(nearest(std::string(129, 'a'), names), std::nullopt);
}

}  // namespace
}  // namespace avbrottsvakt
