#include "intake/spans.h"

#include <gtest/gtest.h>

#include "fakes.h"

namespace avbrottsvakt::test {
namespace {

StreamStart start_at(std::int64_t after) { return {"topic", 0, "", after, -1, -1}; }

TEST(Spans, EachBeginsWhereTheOneBeforeEnded) {
  StreamSpans spans("tool", start_at(-1), nullptr);
  EXPECT_EQ(shown(spans.heard(0, {})), "topic/0 (-1,0] nothing");
  EXPECT_EQ(shown(spans.heard(1, {})), "topic/0 (0,1] nothing");
  EXPECT_EQ(shown(spans.heard(7, {})), "topic/0 (1,7] nothing") << "compaction and markers leave holes";
}

TEST(Spans, RecordsThatYieldNothingBelongToTheNext) {
  StreamSpans spans("tool", start_at(4), nullptr);
  spans.nothing(5);
  spans.nothing(6);
  EXPECT_EQ(spans.run(), 2u);
  EXPECT_EQ(shown(spans.heard(7, {})), "topic/0 (4,7] nothing");
  EXPECT_EQ(spans.run(), 0u);
}

TEST(Spans, ARunIsClosedOnce) {
  StreamSpans spans("tool", start_at(-1), nullptr);
  EXPECT_FALSE(spans.close());
  spans.nothing(0);
  spans.nothing(3);
  EXPECT_EQ(shown(*spans.close()), "topic/0 (-1,3] nothing");
  EXPECT_FALSE(spans.close());
}

TEST(Spans, TheEndCoversMarkers) {
  StreamSpans spans("tool", start_at(-1), nullptr);
  spans.heard(3, {});
  spans.end(3);
  EXPECT_FALSE(spans.close());
  spans.end(5);
  EXPECT_EQ(shown(*spans.close()), "topic/0 (3,5] nothing");
  spans.end(4);
  EXPECT_FALSE(spans.close()) << "an end seen earlier";
}

TEST(Spans, WhatIsGoneIsAGap) {
  const AppliedRecord known{"tool", "topic", 0, "", 4};
  StreamStart start = start_at(4);
  start.gone_upto = 9;
  StreamSpans read("tool", start, &known);
  EXPECT_EQ(shown(*read.gap()), "topic/0 (4,9] gap");
  EXPECT_FALSE(read.gap());
  EXPECT_EQ(shown(read.heard(10, {})), "topic/0 (9,10] nothing");

  start.after = -1;
  StreamSpans fresh("tool", start, nullptr);
  EXPECT_EQ(shown(*fresh.gap()), "topic/0 (-1,9] gap");
}

TEST(Spans, ANewIncarnationNamesTheOneItReplaces) {
  const AppliedRecord known{"tool", "topic", 0, "one", 40};
  StreamStart start = start_at(-1);
  start.incarnation = "two";
  StreamSpans spans("tool", start, &known);
  EXPECT_EQ(shown(spans.heard(0, {})), "topic/0 (-1,0] of two after one nothing");
  EXPECT_EQ(shown(spans.heard(1, {})), "topic/0 (0,1] of two after one nothing");
  start.incarnation = "one";
  start.after = 40;
  EXPECT_EQ(shown(StreamSpans("tool", start, &known).heard(41, {})), "topic/0 (40,41] of one nothing");
}

TEST(SpansDeathTest, PositionsMustRise) {
  StreamSpans spans("tool", start_at(4), nullptr);
  EXPECT_DEATH(spans.heard(4, {}), "broken invariant");
  spans.nothing(5);
  EXPECT_DEATH(spans.nothing(5), "broken invariant");
}

}  // namespace
}  // namespace avbrottsvakt::test
