#include <gtest/gtest.h>

#include "kafka/source_consumer.h"

namespace avbrottsvakt::kafka {
namespace {

struct Case {
  const char* name;
  std::int64_t applied;
  SourceConsumer::Ends ends;
  Continuity expected;
};

class ContinuityOf : public testing::TestWithParam<Case> {};

TEST_P(ContinuityOf, Applied) { EXPECT_EQ(continuity(GetParam().applied, GetParam().ends), GetParam().expected); }

INSTANTIATE_TEST_SUITE_P(Ends, ContinuityOf,
                         testing::Values(Case{"NothingReadOfAnEmptyTopic", -1, {0, 0}, Continuity::whole},
                                         Case{"NothingReadOfAFullTopic", -1, {0, 5}, Continuity::whole},
                                         Case{"NothingReadAndTheHeadIsGone", -1, {1, 5}, Continuity::gap},
                                         Case{"NextIsTheOldestKept", 2, {3, 5}, Continuity::whole},
                                         Case{"NextWasJustDeleted", 1, {3, 5}, Continuity::gap},
                                         Case{"AllRead", 4, {0, 5}, Continuity::whole},
                                         Case{"AllReadAndAllDeleted", 4, {5, 5}, Continuity::whole},
                                         Case{"OneShorterThanApplied", 5, {0, 5}, Continuity::shorter},
                                         Case{"MadeAnewAndEmpty", 5, {0, 0}, Continuity::shorter}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace avbrottsvakt::kafka
