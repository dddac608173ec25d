// One night, from the first alarm to the recovery: the way that everything else varies.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

const Instant kStart = at("2026-11-22T01:13:00Z");

std::string line(const Output& output) {
  const OutputHeader& header = header_of(output);
  std::string text = format_instant(header.at).substr(11, 8) + " ";
  if (const auto* alert = std::get_if<Alert>(&output)) {
    return text + "alert " + std::string(to_string(alert->level)) + " root=" + alert->root.id + " " + reasons(*alert);
  }
  if (const auto* prompt = std::get_if<ActivationPrompt>(&output)) {
    return text + "activation " + prompt->service.id + " " + prompt->version;
  }
  if (const auto* prompt = std::get_if<ReportPrompt>(&output)) {
    return text + "report " + std::string(to_string(prompt->kind)) + " " + prompt->stage + " " + prompt->because;
  }
  if (std::holds_alternative<DeadLetter>(output)) {
    return text + "dead-letter";
  }
  return "";
}

std::string story(const std::vector<Output>& outputs) {
  std::string text;
  for (const Output& output : outputs) {
    const std::string one = line(output);
    text += one.empty() ? "" : one + "\n";
  }
  return text;
}

TEST(Story, DataHallAtNight) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart + dur("1m"), "cosmic", Condition::down);
  rig.signal(kStart + dur("4m"), "dc-north", Condition::down, kStart);
  rig.command(kStart + dur("7m"), "ksd-on-call", Acknowledge{"2026-0001"});
  rig.command(kStart + dur("40m"), "ward-manager", ConfirmLimited{"2026-0001", "emergency-east", true});
  rig.signal(kStart + dur("150m"), "dc-north", Condition::up);
  rig.signal(kStart + dur("151m"), "cosmic", Condition::up);
  rig.tick_until(kStart + dur("30h"));
  EXPECT_EQ(story(rig.outputs()), "");
}

}  // namespace
}  // namespace avbrottsvakt::testing
