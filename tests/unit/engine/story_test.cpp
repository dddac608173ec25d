// One night, from the first alarm to the deadline: the way that everything else varies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

const Instant kStart = at("2026-11-22T01:13:00Z");

TEST(Story, DataHallAtNight) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart + dur("1m"), "cosmic", Condition::down);
  rig.signal(kStart + dur("4m"), "dc-north", Condition::down, kStart);
  rig.command(kStart + dur("7m"), "ksd-on-call", Acknowledge{"2026-0001"});
  rig.command(kStart + dur("40m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  rig.signal(kStart + dur("150m"), "dc-north", Condition::up);
  rig.signal(kStart + dur("151m"), "cosmic", Condition::up);
  rig.tick_until(kStart + dur("30h"));
  EXPECT_EQ(
      story(rig.outputs()),
      "01:14:00 0001 notice cosmic: opened(cosmic) ladder(cosmic)\n"
      // The hall has been down since 01:13, and everything on it as long.
      "01:17:00 0001 notice dc-north: root_found(dc-north) grown(dc-north) amended(cosmic)\n"
      "01:43:00 0001 notice dc-north: activation(cosmic)\n"
      "01:43:00 0001 activation cosmic 2026.2\n"
      "01:58:00 0001 warning dc-north: ladder(cosmic)\n"
      // More than an hour: one millisecond later than the hour. Confirmed at 01:53, so there is nothing to assess.
      "02:13:00.001 0001 warning dc-north: legal(nis2)\n"
      "02:13:00.001 0001 nis2 due early_warning\n"
      // RTO, and 75 % of two hours.
      "02:43:00 0001 critical dc-north: ladder(cosmic) rto_missed(cosmic)\n"
      "03:13:00 0001 emergency dc-north: ladder(cosmic) mta_missed(emergency-east)\n"
      // Up again at 03:44, and held for ten minutes.
      "03:54:00 0001 none dc-north: recovered(cosmic)\n"
      "03:54:00 0001 nis2 still_open early_warning\n"
      // 50, 75 and 90 % of 24 hours from the acknowledgement at 01:20.
      "13:20:00 0001 nis2 reminder early_warning\n"
      "19:20:00 0001 nis2 reminder early_warning\n"
      "22:56:00 0001 nis2 reminder early_warning\n"
      "01:20:00 0001 nis2 overdue early_warning\n");
}

TEST(Story, EachIdOnce) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "dc-north", Condition::down);
  rig.signal(kStart + dur("5h"), "dc-north", Condition::up);
  rig.tick_until(kStart + dur("80h"));
  std::set<std::string> ids;
  for (const Output& output : rig.outputs()) {
    EXPECT_TRUE(ids.insert(header_of(output).id).second) << header_of(output).id;
  }
  EXPECT_GT(ids.size(), 20U);
}

}  // namespace
}  // namespace avbrottsvakt::testing
