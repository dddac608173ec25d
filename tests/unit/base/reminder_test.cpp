#include "base/reminder.h"

#include <gtest/gtest.h>

#include "base/line_quota.h"

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

TEST(Reminder, SaysItAtOnceAndThenEverMoreSeldom) {
  Reminder reminder;
  Reminder::Moment now{hours{7}};
  EXPECT_FALSE(reminder.over()) << "nothing was said";
  EXPECT_TRUE(reminder.due(now));
  for (const minutes pause :
       {minutes{1}, minutes{2}, minutes{4}, minutes{8}, minutes{16}, minutes{32}, minutes{60}, minutes{60}}) {
    EXPECT_FALSE(reminder.due(now + pause - Millis{1})) << pause.count();
    now += pause;
    EXPECT_TRUE(reminder.due(now)) << pause.count();
  }
  EXPECT_TRUE(reminder.over());
  EXPECT_FALSE(reminder.over());
  EXPECT_TRUE(reminder.due(now)) << "it is so again: at once";
  EXPECT_FALSE(reminder.due(now + minutes{1} - Millis{1}));
  EXPECT_TRUE(reminder.due(now + minutes{1}));
}

TEST(TroubleReminder, SaysAtOnceWhatIsNew) {
  TroubleReminder reminder;
  Reminder::Moment now{hours{7}};
  EXPECT_FALSE(reminder.over()) << "nothing was said";
  EXPECT_TRUE(reminder.due("no topic", now));
  now += minutes{1} - Millis{1};
  EXPECT_FALSE(reminder.due("no topic", now));
  EXPECT_TRUE(reminder.due("no broker", now));
  EXPECT_FALSE(reminder.due("no broker", now + minutes{1} - Millis{1})) << "its pauses begin with it";
  EXPECT_TRUE(reminder.due("no broker", now + minutes{1}));
  EXPECT_TRUE(reminder.over());
  EXPECT_FALSE(reminder.over());
  EXPECT_TRUE(reminder.due("no broker", now)) << "again";
}

TEST(LineQuota, LogsTheFirstOfAPeriodAndCountsTheOthers) {
  LineQuota quota;
  LineQuota::Moment now{hours{7}};
  for (std::int64_t i = 1; i < LineQuota::kMost; ++i) {
    const auto verdict = quota.take(now + Millis{i});
    EXPECT_TRUE(verdict.log && !verdict.last && verdict.left_out == 0) << i;
  }
  EXPECT_TRUE(quota.take(now).last);
  for (int i = 0; i < 7; ++i) EXPECT_FALSE(quota.take(now + LineQuota::kPeriod - Millis{1}).log);
  now += LineQuota::kPeriod;
  // The period began with the first line, at now + 1 ms.
  EXPECT_FALSE(quota.take(now).log);
  const auto next = quota.take(now + Millis{1});
  EXPECT_TRUE(next.log && !next.last);
  EXPECT_EQ(next.left_out, 8);
  EXPECT_EQ(quota.take(now + Millis{1}).left_out, 0) << "said once";
}

TEST(LineQuota, HasNothingToSayOfAPeriodThatWasJustFull) {
  LineQuota quota;
  const LineQuota::Moment now{hours{7}};
  for (std::int64_t i = 0; i < LineQuota::kMost; ++i) EXPECT_TRUE(quota.take(now).log);
  EXPECT_EQ(quota.take(now + LineQuota::kPeriod).left_out, 0);
}

}  // namespace
}  // namespace avbrottsvakt
