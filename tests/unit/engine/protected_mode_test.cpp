// While an attack is suspected, whoever made it may read along: only whom to call is said.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration) { return kStart + dur(duration); }

class ProtectedModeTest : public ::testing::Test {
 protected:
  static World world() {
    World world;
    world.catalogue.roles.push_back(
        {"security-protection-officer", "Säkerhetsskyddschef", "internt 0014", "dygnet runt"});
    world.rules.escalation.protected_mode = {"malicious", "Misstänks ett angrepp?", "security-protection-officer"};
    return world;
  }
  void answer(Instant now, Answer answer) {
    rig_.command(now, "information-security", AnswerFact{"2026-0001", "malicious", answer});
  }
  /// COSMIC down, seen, its activation proposed and a report asked for.
  void outage() {
    rig_.signal(kStart, "cosmic", Condition::down);
    rig_.tick_until(after("70m"));
    ASSERT_THAT(rig_.all<ActivationPrompt>(), SizeIs(1));
    ASSERT_THAT(rig_.all<ReportPrompt>(), SizeIs(1));
    rig_.said();
  }

  Rig rig_{world().compile(), kStart};
};

TEST_F(ProtectedModeTest, SaysTheNumberAndWhomToCallAndNothingElse) {
  outage();
  answer(after("71m"), Answer::yes);
  const std::vector<Output> said = rig_.said();
  ASSERT_THAT(said, SizeIs(2));
  const auto& alert = std::get<Alert>(said[0]);
  EXPECT_TRUE(alert.header.protected_mode);
  EXPECT_EQ(alert.header.incident, "2026-0001");
  ASSERT_THAT(alert.call, SizeIs(1));
  EXPECT_EQ(alert.call[0].role.name, "Säkerhetsskyddschef");
  EXPECT_EQ(alert.call[0].phone, "internt 0014");
  EXPECT_THAT(alert.entries, IsEmpty());
  EXPECT_THAT(alert.first.id, IsEmpty());
  EXPECT_THAT(alert.objectives, IsEmpty());
  EXPECT_THAT(alert.summaries, IsEmpty());
  const auto& picture = std::get<IncidentPicture>(said[1]);
  EXPECT_TRUE(picture.header.protected_mode);
  EXPECT_THAT(picture.duties, IsEmpty());
  EXPECT_THAT(picture.first.id, IsEmpty());
}

TEST_F(ProtectedModeTest, GoesOnRemindingWithoutSayingOfWhat) {
  outage();
  answer(after("71m"), Answer::yes);
  rig_.said();
  rig_.tick_until(after("25h"));
  const std::vector<Output> said = rig_.said();
  EXPECT_THAT(all_of<ReportPrompt>(said), ::testing::Not(IsEmpty()));
  for (const Output& output : said) {
    EXPECT_TRUE(header_of(output).protected_mode);
  }
  for (const ReportPrompt& prompt : all_of<ReportPrompt>(said)) {
    EXPECT_EQ(prompt.to.id, "security-protection-officer");
    EXPECT_THAT(prompt.regime.id, IsEmpty());
    EXPECT_THAT(prompt.grounds, IsEmpty());
    EXPECT_THAT(prompt.stages, IsEmpty());
  }
}

TEST_F(ProtectedModeTest, IsSaidOnceHoweverOftenItIsConfirmed) {
  outage();
  answer(after("71m"), Answer::yes);
  rig_.said();
  answer(after("72m"), Answer::yes);
  EXPECT_THAT(rig_.said(), IsEmpty());
}

TEST_F(ProtectedModeTest, NotKnownDoesNotBeginIt) {
  outage();
  answer(after("71m"), Answer::not_known);
  for (const Output& output : rig_.said()) {
    EXPECT_FALSE(header_of(output).protected_mode);
  }
}

TEST_F(ProtectedModeTest, EndsWithANoAndWhatWasHeldBackIsSaid) {
  outage();
  answer(after("71m"), Answer::yes);
  rig_.restart();
  rig_.tick_until(after("80m"));
  rig_.said();
  answer(after("80m"), Answer::no);
  const std::vector<Output> said = rig_.said();
  const auto alerts = all_of<Alert>(said);
  ASSERT_THAT(alerts, SizeIs(1));
  EXPECT_FALSE(alerts[0].header.protected_mode);
  EXPECT_EQ(alerts[0].first.id, "cosmic");
  EXPECT_TRUE(std::any_of(alerts[0].entries.begin(), alerts[0].entries.end(), [](const AlertEntry& entry) {
    return entry.reason == AlertReason::protected_mode && entry.withdrawn;
  }));
  const auto activations = all_of<ActivationPrompt>(said);
  ASSERT_THAT(activations, SizeIs(1));
  EXPECT_EQ(activations[0].kind, ActivationPrompt::Kind::proposed);
  const auto reports = all_of<ReportPrompt>(said);
  ASSERT_THAT(reports, SizeIs(1));
  EXPECT_EQ(reports[0].because, "protection_lifted");
  rig_.tick_until(after("81m"));
  EXPECT_THAT(rig_.said(), IsEmpty()) << "once";
}

TEST_F(ProtectedModeTest, EndedAfterTheOutageItProposesNothingAnyMore) {
  outage();
  answer(after("71m"), Answer::yes);
  rig_.signal(after("80m"), "cosmic", Condition::up);
  rig_.tick_until(after("100m"));
  rig_.said();
  answer(after("101m"), Answer::no);
  const std::vector<Output> said = rig_.said();
  EXPECT_THAT(all_of<Alert>(said), SizeIs(1));
  EXPECT_THAT(all_of<ReportPrompt>(said), SizeIs(1)) << "the question remains";
  EXPECT_THAT(all_of<ActivationPrompt>(said), IsEmpty());
}

}  // namespace
}  // namespace avbrottsvakt::testing
