// The timeline of one cause or node, point by point. Instants are small numbers of milliseconds.
#include "engine/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace avbrottsvakt {

// Found by argument-dependent lookup: failures show milliseconds.
static void PrintTo(const Interval& interval, std::ostream* out) {
  *out << interval.from.time_since_epoch().count() << ".." << interval.until.time_since_epoch().count();
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
constexpr Condition kUp = Condition::up;
constexpr Condition kDegraded = Condition::degraded;
constexpr Condition kDown = Condition::down;

Instant ms(std::int64_t count) { return Instant{Millis{count}}; }
Point point(std::int64_t at, Condition condition) { return {ms(at), condition}; }

TEST(ConditionAt, IsUpBeforeTheFirstPointAndHoldsFromEachPointOn) {
  const Timeline timeline = {point(10, kDown), point(20, kDegraded), point(30, kUp), point(40, kDown)};
  const std::vector<std::pair<std::int64_t, Condition>> expected = {
      {9, kUp},  {10, kDown}, {11, kDown}, {19, kDown}, {20, kDegraded}, {29, kDegraded},
      {30, kUp}, {39, kUp},   {40, kDown}, {41, kDown}, {1000, kDown}};
  for (const auto& [at, condition] : expected) {
    EXPECT_EQ(condition_at(timeline, ms(at)), condition) << at;
  }
  EXPECT_EQ(condition_at({}, ms(10)), kUp);
}

// Signs of life: a run is kept as its first and its last.

struct BeatCase {
  const char* name;
  std::vector<std::int64_t> heard;  ///< each within 10 ms of the one before belongs to its run
  Timeline kept;
};
class AddBeat : public ::testing::TestWithParam<BeatCase> {};
TEST_P(AddBeat, KeepsRunsWhateverOrderTheyAreHeardIn) {
  std::vector<std::int64_t> heard = GetParam().heard;
  std::sort(heard.begin(), heard.end());
  do {
    Timeline timeline;
    for (const std::int64_t at : heard) {
      add_beat(timeline, ms(at), Millis{10});
    }
    ASSERT_EQ(timeline, GetParam().kept);
    for (const std::int64_t at : heard) {
      EXPECT_EQ(add_beat(timeline, ms(at), Millis{10}), Added::nothing) << at << " a second time";
    }
    ASSERT_EQ(timeline, GetParam().kept);
  } while (std::next_permutation(heard.begin(), heard.end()));
}
INSTANTIATE_TEST_SUITE_P(
    Timeline, AddBeat,
    ::testing::Values(
        BeatCase{"One", {5}, {point(5, kDown)}},
        BeatCase{"OneMillisecondEarly", {5, 14}, {point(5, kUp), point(14, kDown)}},
        BeatCase{"JustInTime", {5, 15}, {point(5, kUp), point(15, kDown)}},
        BeatCase{"OneMillisecondLate", {5, 16}, {point(5, kDown), point(16, kDown)}},
        BeatCase{"OneBetweenJoinsTwoRuns", {0, 10, 20, 30, 40}, {point(0, kUp), point(40, kDown)}},
        BeatCase{
            "ARunAndAHoleAndARun", {0, 8, 30, 40}, {point(0, kUp), point(8, kDown), point(30, kUp), point(40, kDown)}},
        BeatCase{"LonelyOnesAmongRuns",
                 {0, 20, 40, 45, 60},
                 {point(0, kDown), point(20, kDown), point(40, kUp), point(45, kDown), point(60, kDown)}}),
    [](const auto& test) { return test.param.name; });

struct AddCase {
  const char* name;
  Timeline before;
  Point added;
  Added outcome;
  Timeline after;
};
class AddPoint : public ::testing::TestWithParam<AddCase> {};
TEST_P(AddPoint, KeepsTheTimelineAscending) {
  Timeline timeline = GetParam().before;
  EXPECT_EQ(add_point(timeline, GetParam().added), GetParam().outcome);
  EXPECT_EQ(timeline, GetParam().after);
}
INSTANTIATE_TEST_SUITE_P(
    Timeline, AddPoint,
    ::testing::Values(
        AddCase{"FirstIsDown", {}, point(10, kDown), Added::changed, {point(10, kDown)}},
        AddCase{"FirstIsUp", {}, point(10, kUp), Added::redundant, {point(10, kUp)}},
        AddCase{"Repeated", {point(10, kDown)}, point(10, kDown), Added::nothing, {point(10, kDown)}},
        AddCase{"SameConditionLater",
                {point(10, kDown)},
                point(11, kDown),
                Added::redundant,
                {point(10, kDown), point(11, kDown)}},
        AddCase{"SameConditionEarlier",
                {point(10, kDown)},
                point(9, kDown),
                Added::changed,
                {point(9, kDown), point(10, kDown)}},
        AddCase{
            "UpBeforeTheFirst", {point(10, kDown)}, point(9, kUp), Added::redundant, {point(9, kUp), point(10, kDown)}},
        AddCase{"WorseAtTheSameInstant", {point(10, kDegraded)}, point(10, kDown), Added::changed, {point(10, kDown)}},
        AddCase{
            "BetterAtTheSameInstant", {point(10, kDegraded)}, point(10, kUp), Added::nothing, {point(10, kDegraded)}},
        AddCase{"LateInside",
                {point(10, kDown), point(20, kUp)},
                point(15, kUp),
                Added::changed,
                {point(10, kDown), point(15, kUp), point(20, kUp)}},
        AddCase{"LateInsideTheSame",
                {point(10, kDown), point(20, kUp)},
                point(15, kDown),
                Added::redundant,
                {point(10, kDown), point(15, kDown), point(20, kUp)}}),
    [](const auto& test) { return test.param.name; });

struct OutageCase {
  const char* name;
  Timeline timeline;
  bool counts_degraded;
  std::int64_t settle;
  Intervals outages;
};
Interval span(std::int64_t from, std::int64_t until) { return {ms(from), ms(until)}; }
Interval running(std::int64_t from) { return {ms(from), kNever}; }
class Outages : public ::testing::TestWithParam<OutageCase> {};
TEST_P(Outages, AreJoinedWhereARecoveryDidNotHold) {
  const OutageCase& c = GetParam();
  EXPECT_EQ(outages_of(c.timeline, c.counts_degraded, Millis(c.settle)), c.outages);
}
const Timeline kRelapse = {point(100, kDown), point(200, kUp), point(300, kDown), point(400, kUp)};
INSTANTIATE_TEST_SUITE_P(
    Timeline, Outages,
    ::testing::Values(
        OutageCase{"None", {}, true, 100, {}}, OutageCase{"OnlyUp", {point(100, kUp)}, true, 100, {}},
        OutageCase{"Running", {point(100, kDown)}, true, 100, {running(100)}},
        OutageCase{"Ended", {point(100, kDown), point(150, kUp)}, true, 100, {span(100, 150)}},
        OutageCase{"RelapseOneMillisecondInside", kRelapse, true, 101, {span(100, 400)}},
        OutageCase{"RelapseExactlyAt", kRelapse, true, 100, {span(100, 200), span(300, 400)}},
        OutageCase{"RelapseOneMillisecondAfter", kRelapse, true, 99, {span(100, 200), span(300, 400)}},
        OutageCase{"NoSettle",
                   {point(100, kDown), point(200, kUp), point(201, kDown)},
                   true,
                   0,
                   {span(100, 200), running(201)}},
        OutageCase{
            "RelapseStillRuns", {point(100, kDown), point(200, kUp), point(299, kDown)}, true, 100, {running(100)}},
        OutageCase{
            "ThreeInARow",
            {point(0, kDown), point(10, kUp), point(50, kDown), point(60, kUp), point(109, kDown), point(120, kUp)},
            true,
            50,
            {span(0, 120)}},
        OutageCase{"DegradedCounts",
                   {point(100, kDegraded), point(200, kDown), point(300, kDegraded)},
                   true,
                   10,
                   {running(100)}},
        OutageCase{"DegradedDoesNotCount",
                   {point(100, kDegraded), point(200, kDown), point(300, kDegraded)},
                   false,
                   10,
                   {span(200, 300)}},
        OutageCase{"DegradedIsNoRelapse",
                   {point(100, kDown), point(200, kUp), point(205, kDegraded), point(300, kUp)},
                   false,
                   10,
                   {span(100, 200)}},
        OutageCase{"RedundantPoints",
                   {point(50, kUp), point(100, kDown), point(120, kDown), point(200, kUp)},
                   true,
                   10,
                   {span(100, 200)}}),
    [](const auto& test) { return test.param.name; });

TEST(Thin, LeavesWhatFits) {
  Timeline timeline = {point(1, kDown), point(2, kDown), point(3, kUp)};
  EXPECT_EQ(thin(timeline, 3), 0U);
  EXPECT_EQ(timeline.size(), 3U);
}

TEST(Thin, DropsTheOldestOfThoseThatChangeNothing) {
  Timeline timeline = {point(1, kUp), point(2, kDown), point(3, kDown), point(4, kUp), point(5, kUp)};
  EXPECT_EQ(thin(timeline, 4), 1U);
  EXPECT_THAT(timeline, ElementsAre(point(2, kDown), point(3, kDown), point(4, kUp), point(5, kUp)));
  EXPECT_EQ(thin(timeline, 3), 1U);
  EXPECT_THAT(timeline, ElementsAre(point(2, kDown), point(4, kUp), point(5, kUp)));
}

TEST(Prune, KeepsTheConditionAtTheEdge) {
  const Timeline whole = {point(10, kDown), point(20, kDegraded), point(30, kUp)};
  struct Case {
    std::int64_t edge;
    bool forgot;
    Timeline after;
  };
  const std::vector<Case> cases = {
      {9, false, whole},
      {10, false, whole},
      {11, true, {point(11, kDown), point(20, kDegraded), point(30, kUp)}},
      {19, true, {point(19, kDown), point(20, kDegraded), point(30, kUp)}},
      {20, true, {point(20, kDegraded), point(30, kUp)}},
      {29, true, {point(29, kDegraded), point(30, kUp)}},
      {30, true, {point(30, kUp)}},
      {31, true, {point(31, kUp)}},
  };
  for (const Case& c : cases) {
    Timeline timeline = whole;
    EXPECT_EQ(prune(timeline, ms(c.edge)), c.forgot) << c.edge;
    EXPECT_EQ(timeline, c.after) << c.edge;
    for (std::int64_t t = c.edge; t < 40; ++t) {
      EXPECT_EQ(condition_at(timeline, ms(t)), condition_at(whole, ms(t))) << c.edge << " " << t;
    }
  }
  Timeline nothing;
  EXPECT_FALSE(prune(nothing, ms(5)));
  EXPECT_THAT(nothing, IsEmpty());
}

}  // namespace
}  // namespace avbrottsvakt
