#include "catalogue/matcher_index.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>
#include <utility>

namespace avbrottsvakt {
namespace {

using testing::ElementsAre;

class Worlds {
 public:
  explicit Worlds(unsigned seed) : random_(seed) {}

  std::string conjunction() {
    static constexpr std::array<const char*, 5> operators{"=", "=", "!=", "=~", "!~"};
    static constexpr std::array<const char*, 8> values{"x", "y", "z", "", "x|y", "[xy]+", ".*", "z.?"};
    std::string text;
    for (std::size_t i = 1 + pick(3); i > 0; --i) {
      const std::string value = values.at(pick(8));
      text += std::string(1, static_cast<char>('a' + static_cast<int>(pick(4)))) + operators.at(pick(5)) + "\"" +
              value + "\",";
    }
    return text;
  }

  Labels labels() {
    static constexpr std::array<const char*, 6> values{"x", "y", "z", "xy", "zz", ""};
    Labels labels;
    for (char name = 'a'; name < 'e'; ++name) {
      // Now and then one occurs twice.
      for (std::size_t i = std::min<std::size_t>(pick(7), 4) / 2; i > 0; --i) {
        labels.push_back({std::string(1, name), values.at(pick(6))});
      }
    }
    return labels;
  }

  std::size_t pick(std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random_); }

 private:
  std::mt19937 random_;
};

/// With room for the automata, and with so little that none fits.
class Index : public testing::TestWithParam<std::int64_t> {};

TEST_P(Index, AgreesWithTryingEach) {
  for (unsigned seed = 1; seed <= 300; ++seed) {
    Worlds worlds(seed);
    MatcherIndex index(GetParam());
    std::vector<std::pair<LabelMatchers, NodeIx>> all;
    for (NodeIx i = 0; i < 30; ++i) {
      const std::string text = worlds.conjunction();
      // Some services have several conjunctions.
      all.emplace_back(LabelMatchers::parse(text).value(), i / 2);
      index.add(LabelMatchers::parse(text).value(), i / 2);
    }
    index.finish();
    for (int i = 0; i < 30; ++i) {
      const Labels labels = worlds.labels();
      std::vector<NodeIx> expected;
      for (const auto& [matchers, service] : all) {
        if (matchers.matches(labels)) {
          expected.push_back(service);
        }
      }
      expected.erase(std::unique(expected.begin(), expected.end()), expected.end());
      ASSERT_EQ(index.match(labels), expected) << "seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Room, Index, testing::Values(std::int64_t{64} << 20, std::int64_t{1}),
                         [](const auto& test) { return test.param > 1 ? "Enough" : "None"; });

TEST(IndexOfExpressions, TenThousandInOneAutomaton) {
  MatcherIndex index;
  for (NodeIx i = 0; i < 10000; ++i) {
    index.add(LabelMatchers::parse("{host=~\"svc" + std::to_string(i) + "-(app|db)[0-9]+\"}").value(), i);
  }
  index.finish();
  EXPECT_THAT(index.match({{"host", "svc9999-db17"}}), ElementsAre(9999));
  EXPECT_THAT(index.match({{"host", "svc9999-web1"}}), ElementsAre());
}

TEST(IndexOfNothing, MatchesNothing) {
  MatcherIndex index;
  index.finish();
  EXPECT_THAT(index.match({{"host", "a"}}), ElementsAre());
}

}  // namespace
}  // namespace avbrottsvakt
