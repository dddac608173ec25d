#include "base/interval.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace avbrottsvakt {
namespace {

constexpr Instant at(int ms) { return Instant(Millis(ms)); }

TEST(Unite, JoinsWhatTouchesAndDropsWhatIsEmpty) {
  EXPECT_EQ(unite({}), Intervals{});
  EXPECT_EQ(unite({{at(5), at(5)}, {at(7), at(6)}}), Intervals{});
  EXPECT_EQ(unite({{at(10), at(20)}, {at(0), at(10)}}), (Intervals{{at(0), at(20)}}));
  EXPECT_EQ(unite({{at(11), at(20)}, {at(0), at(10)}}), (Intervals{{at(0), at(10)}, {at(11), at(20)}}));
  EXPECT_EQ(unite({{at(0), at(20)}, {at(5), at(6)}}), (Intervals{{at(0), at(20)}}));
  EXPECT_EQ(unite({{at(0), kNever}, {at(5), at(6)}}), (Intervals{{at(0), kNever}}));
}

TEST(Elapsed, HalfOpen) {
  const Intervals one{{at(10), at(20)}};
  EXPECT_EQ(elapsed_at(one, at(10)), Millis(0));
  EXPECT_EQ(elapsed_at(one, at(11)), Millis(1));
  EXPECT_EQ(elapsed_at(one, at(20)), Millis(10));
  EXPECT_EQ(elapsed_at(one, at(99)), Millis(10));
}

TEST(WhenElapsed, AtJustBelowAndJustAbove) {
  const Intervals two{{at(10), at(20)}, {at(50), at(60)}};
  EXPECT_EQ(when_elapsed(two, Millis(0)), at(10));
  EXPECT_EQ(when_elapsed(two, Millis(10)), at(20));
  EXPECT_EQ(when_elapsed(two, Millis(11)), at(51));
  EXPECT_EQ(when_elapsed(two, Millis(20)), at(60));
  EXPECT_EQ(when_elapsed(two, Millis(21)), std::nullopt);
  EXPECT_EQ(when_elapsed({{at(10), at(20)}, {at(50), kNever}}, Millis(1000000)), at(50 + 1000000 - 10));
  EXPECT_EQ(when_elapsed({}, Millis(0)), std::nullopt);
}

/// Against a line of single milliseconds, each of which lies in the set or not.
TEST(Intervals, AgreeWithABruteForce) {
  constexpr int length = 60;
  std::mt19937 random(7);
  std::uniform_int_distribution<int> any(0, length);
  std::uniform_int_distribution<int> how_many(0, 8);
  for (int round = 0; round < 3000; ++round) {
    Intervals intervals;
    std::array<bool, length> covered{};
    for (int i = how_many(random); i > 0; --i) {
      const int from = any(random);
      const int until = any(random);
      intervals.push_back({at(from), at(until)});
      for (int t = from; t < until; ++t) {
        covered.at(static_cast<std::size_t>(t)) = true;
      }
    }
    const Intervals united = unite(intervals);
    for (std::size_t i = 0; i < united.size(); ++i) {
      ASSERT_LT(united[i].from, united[i].until);
      ASSERT_TRUE(i == 0 || united[i - 1].until < united[i].from);
    }
    const int total = static_cast<int>(std::count(covered.begin(), covered.end(), true));
    int passed = 0;
    for (int t = 0; t <= length; ++t) {
      ASSERT_EQ(elapsed_at(united, at(t)), Millis(passed)) << "round " << round << " at " << t;
      if (t < length && covered.at(static_cast<std::size_t>(t))) {
        ++passed;
        // The limit `passed` is reached as this millisecond ends.
        ASSERT_EQ(when_elapsed(united, Millis(passed)), at(t + 1)) << "round " << round;
      }
    }
    ASSERT_EQ(when_elapsed(united, Millis(total + 1)), std::nullopt) << "round " << round;
  }
}

}  // namespace
}  // namespace avbrottsvakt
