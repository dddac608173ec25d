// Who is asked: those of the regime, or else those of the duty holder.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

const Instant kStart = at("2026-11-22T01:00:00Z");

/// Whom the prompts of an outage that nobody answers for go to, in order.
std::vector<std::string> asked(const World& world) {
  Rig rig(world.compile(), kStart);
  rig.signal(kStart, "cosmic", Condition::down);
  rig.tick_until(kStart + dur("18h30m"));
  std::vector<std::string> roles;
  for (const ReportPrompt& prompt : all_of<ReportPrompt>(rig.outputs())) {
    if (roles.empty() || roles.back() != prompt.to.id) roles.push_back(prompt.to.id);
  }
  return roles;
}

TEST(Assessors, OfTheDutyHolderUnlessTheRegimeHasItsOwn) {
  World world;
  world.catalogue.roles.push_back({"lawyer", "Jurist", "internt 7", ""});
  DutyHolderSpec& holder = world.catalogue.duty_holders.at(0);
  const std::vector<std::string> usual = asked(world);
  EXPECT_EQ(usual.front(), holder.assessors.front());
  EXPECT_THAT(usual, ::testing::Not(::testing::Contains("lawyer")));

  holder.responsibilities = {{"nis2", {}, {"lawyer"}, {"lawyer"}}};
  EXPECT_EQ(asked(world), usual) << "who decides and files does not assess";

  holder.responsibilities = {{"nis2", {"lawyer", holder.assessors.front()}, {}, {}}};
  EXPECT_THAT(asked(world), ::testing::ElementsAre("lawyer", holder.assessors.front()));
}

}  // namespace
}  // namespace avbrottsvakt::testing
