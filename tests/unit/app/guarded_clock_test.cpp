#include "app/guarded_clock.h"

#include <gtest/gtest.h>

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const Instant kStart = *parse_instant("2026-11-22T02:00:00Z");

struct ApartCase {
  const char* name;
  Millis stamp;  // After the clock's now.
  Millis age;
  std::optional<Millis> expected;
};
void PrintTo(const ApartCase& c, std::ostream* out) { *out << c.name; }

class Apart : public ::testing::TestWithParam<ApartCase> {};

TEST_P(Apart, IsMoreThanTwoMinutes) {
  EXPECT_EQ(apart(kStart + GetParam().stamp, kStart, GetParam().age), GetParam().expected);
}

constexpr Millis kTwo = minutes{2};
INSTANTIATE_TEST_SUITE_P(
    Boundaries, Apart,
    ::testing::Values(ApartCase{"Together", Millis{0}, Millis{0}, std::nullopt},
                      ApartCase{"AheadJustBelow", kTwo - Millis{1}, Millis{0}, std::nullopt},
                      ApartCase{"AheadExactly", kTwo, Millis{0}, std::nullopt},
                      ApartCase{"AheadJustAbove", kTwo + Millis{1}, Millis{0}, kTwo + Millis{1}},
                      ApartCase{"BehindJustBelow", -kTwo + Millis{1}, Millis{0}, std::nullopt},
                      ApartCase{"BehindExactly", -kTwo, Millis{0}, std::nullopt},
                      ApartCase{"BehindJustAbove", -kTwo - Millis{1}, Millis{0}, -kTwo - Millis{1}},
                      // A broker that took ten seconds may have stamped at once: that is not the clock's fault.
                      ApartCase{"BehindByWhatItTookExactly", -kTwo - seconds{10}, seconds{10}, std::nullopt},
                      ApartCase{"BehindByMoreThanItTook", -kTwo - seconds{10} - Millis{1}, seconds{10},
                                -kTwo - Millis{1}},
                      ApartCase{"AheadIsNotExcusedByWhatItTook", kTwo + Millis{1}, seconds{10}, kTwo + Millis{1}}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(GuardedClock, GoesWithAMachineThatIsInOrder) {
  FakeClock machine(kStart);
  const GuardedClock clock(machine);
  for (const Millis step : {Millis{1}, Millis{999}, Millis{hours{30}}, Millis{0}}) {
    machine.advance(step);
    EXPECT_EQ(clock.wall(), machine.wall());
    EXPECT_EQ(clock.steady(), machine.steady());
  }
  EXPECT_FALSE(clock.set_by());
}

struct JumpCase {
  const char* name;
  Millis jump;
  bool followed;
};
void PrintTo(const JumpCase& c, std::ostream* out) { *out << c.name; }

class Jump : public ::testing::TestWithParam<JumpCase> {};

TEST_P(Jump, IsNeverMadeAndFollowedSlowlyIfSmall) {
  FakeClock machine(kStart);
  const GuardedClock clock(machine);
  machine.advance(hours{1});
  const Instant before = clock.wall();
  machine.jump(GetParam().jump);
  EXPECT_EQ(clock.wall(), before) << "no time has passed";
  EXPECT_EQ(clock.set_by(), GetParam().followed ? std::nullopt : std::optional(GetParam().jump));
  machine.advance(seconds{10});
  const Millis drawn = GetParam().jump > Millis{0} ? seconds{1} : -seconds{1};
  EXPECT_EQ(clock.wall(), before + seconds{10} + (GetParam().followed ? drawn : Millis{0}));
  machine.advance(hours{1});
  EXPECT_EQ(clock.wall() - machine.wall(), GetParam().followed ? Millis{0} : -GetParam().jump);
}

INSTANTIATE_TEST_SUITE_P(Boundaries, Jump,
                         ::testing::Values(JumpCase{"ForwardsJustBelow", kTwo - Millis{1}, true},
                                           JumpCase{"ForwardsExactly", kTwo, true},
                                           JumpCase{"ForwardsJustAbove", kTwo + Millis{1}, false},
                                           JumpCase{"ForwardsAYear", hours{365 * 24}, false},
                                           JumpCase{"BackJustBelow", -kTwo + Millis{1}, true},
                                           JumpCase{"BackExactly", -kTwo, true},
                                           JumpCase{"BackJustAbove", -kTwo - Millis{1}, false},
                                           JumpCase{"BackTo1970", -hours{56 * 365 * 24}, false}),
                         [](const auto& instance) { return std::string(instance.param.name); });

TEST(GuardedClock, NeverRunsBackWhileItIsDrawnBack) {
  FakeClock machine(kStart);
  const GuardedClock clock(machine);
  machine.jump(-seconds{90});
  Instant last = clock.wall();
  for (int i = 0; i < 2'000; ++i) {
    machine.advance(Millis{i % 7});
    const Instant now = clock.wall();
    EXPECT_GE(now, last);
    last = now;
  }
}

TEST(GuardedClock, ManySmallLooksFollowAsFarAsOneLongOne) {
  FakeClock machine(kStart);
  const GuardedClock clock(machine);
  machine.jump(seconds{60});
  for (int i = 0; i < 10'000; ++i) {
    machine.advance(Millis{1});
    static_cast<void>(clock.wall());
  }
  EXPECT_EQ(clock.wall(), kStart + seconds{11}) << "ten seconds have passed, and a tenth of them is drawn";
}

TEST(GuardedClock, ManySmallJumpsDoNotCarryItAway) {
  FakeClock machine(kStart);
  const GuardedClock clock(machine);
  for (int i = 0; i < 60; ++i) {
    machine.jump(minutes{1});
    machine.advance(seconds{1});
    static_cast<void>(clock.wall());
  }
  EXPECT_LE(clock.wall(), kStart + seconds{66});
  EXPECT_TRUE(clock.set_by());
}

TEST(GuardedClock, FollowsAgainWhenTheMachineComesBack) {
  FakeClock machine(kStart);
  const GuardedClock clock(machine);
  machine.jump(hours{3});
  machine.advance(minutes{5});
  EXPECT_EQ(clock.set_by(), Millis{hours{3}});
  machine.jump(-hours{3});
  EXPECT_FALSE(clock.set_by());
  EXPECT_EQ(clock.wall(), kStart + minutes{5});
}

struct ConfirmCase {
  const char* name;
  Millis jump;
  Millis stamp;  // After what the machine's wall clock shows.
  Millis age;
  bool taken;
};
void PrintTo(const ConfirmCase& c, std::ostream* out) { *out << c.name; }

class Confirm : public ::testing::TestWithParam<ConfirmCase> {};

TEST_P(Confirm, TakesOverWhatAStampSidesWith) {
  FakeClock machine(kStart);
  GuardedClock clock(machine);
  machine.jump(GetParam().jump);
  EXPECT_EQ(clock.confirmed(machine.wall() + GetParam().stamp, GetParam().age), GetParam().taken);
  EXPECT_EQ(clock.wall(), GetParam().taken ? machine.wall() : kStart);
}

INSTANTIATE_TEST_SUITE_P(
    Boundaries, Confirm,
    ::testing::Values(ConfirmCase{"SetForwards", hours{1}, Millis{0}, Millis{0}, true},
                      ConfirmCase{"SetBack", -hours{1}, Millis{0}, Millis{0}, true},
                      ConfirmCase{"StampAheadExactly", hours{1}, kTwo, Millis{0}, true},
                      ConfirmCase{"StampAheadJustAbove", hours{1}, kTwo + Millis{1}, Millis{0}, false},
                      ConfirmCase{"StampBehindExactly", hours{1}, -kTwo, Millis{0}, true},
                      ConfirmCase{"StampBehindJustAbove", hours{1}, -kTwo - Millis{1}, Millis{0}, false},
                      ConfirmCase{"StampBehindByWhatItTook", hours{1}, -kTwo - seconds{5}, seconds{5}, true},
                      ConfirmCase{"StampSidesWithUs", hours{1}, -hours{1}, Millis{0}, false},
                      // Small steps need nobody's word, and must not become jumps.
                      ConfirmCase{"NothingToConfirm", minutes{1}, Millis{0}, Millis{0}, false}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace avbrottsvakt
