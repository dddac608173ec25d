// The log itself: spans of sources, commands, bundles, dead letters, what is kept and what is forgotten.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/said.h"
#include "support/world.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = at("2026-11-22T01:00:00Z");
Instant after(std::string_view duration, Millis more = Millis{0}) { return kStart + dur(duration) + more; }

Signal down(std::string_view service, Instant when) {
  Signal signal;
  signal.source = "test";
  signal.key = std::string(service) + "/probe";
  signal.condition = Condition::down;
  signal.at = when;
  signal.labels = {{"service", std::string(service)}};
  return signal;
}
Input input_of(Instant stamp, decltype(Input::body) body, std::optional<SourceSpan> span = {}) {
  Input input;
  input.stamp = stamp;
  input.span = std::move(span);
  input.body = std::move(body);
  return input;
}
SourceSpan span_of(std::int64_t from, std::int64_t upto, std::string incarnation = "a", std::string replaces = "") {
  SourceSpan span;
  span.source = "zabbix";
  span.stream = "events";
  span.incarnation = std::move(incarnation);
  span.replaces = std::move(replaces);
  span.after = from;
  span.upto = upto;
  return span;
}

// Spans. What has been applied stands at 9.

struct SpanCase {
  const char* name;
  std::int64_t from;
  std::int64_t upto;
  bool applied;
};
class Span : public ::testing::TestWithParam<SpanCase> {};
TEST_P(Span, IsAppliedOnceAndNeverSkipsAGap) {
  Rig rig(World().compile(), kStart);
  rig.input(input_of(after("1s"), Heard{}, span_of(-1, 9)));
  rig.input(input_of(after("2s"), Heard{{down("cosmic", after("2s"))}, {}}, span_of(GetParam().from, GetParam().upto)));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::opened), SizeIs(GetParam().applied ? 1 : 0));
  ASSERT_THAT(rig.engine().applied(), SizeIs(1));
  EXPECT_EQ(rig.engine().applied()[0].upto, GetParam().applied ? GetParam().upto : 9);
}
INSTANTIATE_TEST_SUITE_P(Log, Span,
                         ::testing::Values(SpanCase{"Next", 9, 10, true}, SpanCase{"NextRun", 9, 15, true},
                                           SpanCase{"HeardBefore", 8, 9, false},
                                           SpanCase{"AllHeardBefore", 3, 7, false},
                                           SpanCase{"OverlapsTheEnd", 8, 10, true},
                                           SpanCase{"OverlapsFromTheBeginning", -1, 10, true},
                                           SpanCase{"GapOfOne", 10, 11, false}, SpanCase{"Empty", 9, 9, false}),
                         [](const auto& test) { return test.param.name; });

TEST(Span, OfTwoPartitionsAndTwoStreamsAreTheirOwn) {
  Rig rig(World().compile(), kStart);
  SourceSpan other = span_of(-1, 4);
  other.partition = 1;
  SourceSpan topic = span_of(-1, 2);
  topic.stream = "alerts";
  rig.input(input_of(after("1s"), Heard{}, span_of(-1, 9)));
  rig.input(input_of(after("1s"), Heard{}, other));
  rig.input(input_of(after("1s"), Heard{}, topic));
  const auto applied = rig.engine().applied();
  ASSERT_THAT(applied, SizeIs(3));
  EXPECT_EQ(applied[0].stream, "alerts");
  EXPECT_EQ(applied[0].upto, 2);
  EXPECT_EQ(applied[1].upto, 9);
  EXPECT_EQ(applied[2].partition, 1);
  EXPECT_EQ(applied[2].upto, 4);
}

TEST(Span, AStreamIsNotKnownBeforeItsFirstSpanIsApplied) {
  Rig rig(World().compile(), kStart);
  rig.input(input_of(after("1s"), Heard{{down("cosmic", after("1s"))}, {}}, span_of(3, 9)));
  EXPECT_THAT(rig.engine().applied(), IsEmpty());
  EXPECT_THAT(rig.outputs(), IsEmpty());
}

TEST(Span, ANewIncarnationBeginsAnewAndTheOldOneStaysBehind) {
  Rig rig(World().compile(), kStart);
  rig.input(input_of(after("1s"), Heard{}, span_of(-1, 9)));
  rig.input(input_of(after("2s"), Heard{}, span_of(9, 10, "b", "a")));
  EXPECT_EQ(rig.engine().applied().at(0).incarnation, "a");
  rig.input(input_of(after("3s"), Heard{}, span_of(-1, 4, "b", "a")));
  EXPECT_EQ(rig.engine().applied().at(0).incarnation, "b");
  EXPECT_EQ(rig.engine().applied().at(0).upto, 4);
  // What a dead intake had appended late.
  rig.input(input_of(after("4s"), Heard{{down("cosmic", after("4s"))}, {}}, span_of(9, 12, "a")));
  rig.input(input_of(after("4s"), Heard{{down("cosmic", after("4s"))}, {}}, span_of(-1, 12, "a")));
  EXPECT_EQ(rig.engine().applied().at(0).incarnation, "b");
  EXPECT_EQ(rig.engine().applied().at(0).upto, 4);
  EXPECT_THAT(rig.outputs(), IsEmpty());
}

TEST(Span, SurvivesARestart) {
  Rig rig(World().compile(), kStart);
  rig.input(input_of(after("1s"), Heard{}, span_of(-1, 9)));
  rig.restart();
  rig.input(input_of(after("2s"), Heard{{down("cosmic", after("2s"))}, {}}, span_of(4, 9)));
  EXPECT_THAT(rig.outputs(), IsEmpty());
  EXPECT_EQ(rig.engine().applied().at(0).upto, 9);
}

TEST(Span, AGapInTheSourceIsSaidOnceAndStepsOver) {
  Rig rig(World().compile(), kStart);
  rig.input(input_of(after("1s"), Heard{}, span_of(-1, 9)));
  rig.input(input_of(after("2s"), SourceGap{}, span_of(9, 20)));
  rig.input(input_of(after("3s"), SourceGap{}, span_of(9, 20)));
  const auto letters = all_of<DeadLetter>(rig.outputs());
  ASSERT_THAT(letters, SizeIs(1));
  EXPECT_EQ(letters[0].record.error, "source_gap");
  EXPECT_THAT(letters[0].record.message, HasSubstr("10 to 20"));
  EXPECT_EQ(rig.engine().applied().at(0).upto, 20);
}

// Dead letters.

std::set<std::string> ids_of(const std::vector<Output>& outputs) {
  std::set<std::string> ids;
  for (const Output& output : outputs) {
    ids.insert(header_of(output).id);
  }
  return ids;
}

TEST(DeadLetters, HaveAnIdEachAlsoWithoutASpan) {
  Rig rig(World().compile(), kStart);
  // The same broken clock, twice; and two in one input.
  rig.input(input_of(after("1s"), Heard{{down("cosmic", after("1h"))}, {}}));
  rig.input(input_of(after("2s"), Heard{{down("cosmic", after("1h")), down("lab", after("1h"))}, {}}));
  EXPECT_THAT(rig.outputs(), SizeIs(3));
  EXPECT_THAT(ids_of(rig.outputs()), SizeIs(3));
}

TEST(DeadLetters, OfAnotherIncarnationAreOthers) {
  Rig rig(World().compile(), kStart);
  Unreadable record;
  record.topic = "events";
  record.offset = 3;
  record.stage = "decode";
  rig.input(input_of(after("1s"), Heard{{}, {record}}, span_of(-1, 3)));
  rig.input(input_of(after("2s"), Heard{{}, {record}}, span_of(-1, 3, "b", "a")));
  EXPECT_THAT(rig.outputs(), SizeIs(2));
  EXPECT_THAT(ids_of(rig.outputs()), SizeIs(2));
}

TEST(DeadLetters, WithoutACatalogueNothingIsLost) {
  Engine engine("region", [](const std::string&) { return nullptr; });
  Effects effects;
  engine.step(input_of(kStart, Heard{{down("cosmic", kStart)}, {}}, span_of(-1, 0)), effects);
  ASSERT_THAT(effects.outputs, SizeIs(1));
  EXPECT_EQ(std::get<DeadLetter>(effects.outputs[0]).record.error, "no_catalogue");
  EXPECT_THAT(std::get<DeadLetter>(effects.outputs[0]).record.value, HasSubstr("cosmic"));
}

// Commands.

TEST(Commands, AreRecognisedByTheirId) {
  Rig rig(World().compile(), kStart);
  rig.input(input_of(kStart, Heard{{down("cosmic", kStart)}, {}}));
  rig.tick_until(after("61m"));
  Command command{"c1", "ward-manager", {}, ConfirmLimited{"2026-0001", "emergency-east", true}};
  rig.input(input_of(after("62m"), command));
  command.body = ConfirmLimited{"2026-0001", "emergency-east", false};
  rig.input(input_of(after("63m"), command));
  rig.restart();
  rig.input(input_of(after("64m"), command));
  EXPECT_EQ(all_of<ReportPrompt>(rig.outputs()).back().kind, ReportPrompt::Kind::due);
  EXPECT_THAT(rig.notes(), SizeIs(2));
}

TEST(Commands, OfAnUnknownIncidentChangeNothing) {
  Rig rig(World().compile(), kStart);
  rig.input(input_of(kStart, Heard{{down("cosmic", kStart)}, {}}));
  rig.said();
  for (const char* number : {"2026-0002", "", "0001"}) {
    rig.input(input_of(after("1m"), Command{number, "ksd-on-call", {}, Acknowledge{number}}));
  }
  EXPECT_EQ(story(rig.said()), "");
  EXPECT_THAT(rig.notes(), SizeIs(3));
}

// Bundles.

TEST(Activation, WithAnotherPreviousIsRefused) {
  World world;
  Rig rig(world.compile(), kStart);
  rig.add_bundle(world.compile("bundle-2"));
  rig.input(input_of(after("1s"), Activate{"bundle-2", "bundle-0", false}));
  rig.input(input_of(after("1s"), Activate{"bundle-2", "", false}));
  EXPECT_EQ(rig.engine().bundle_hash(), "bundle-1");
  EXPECT_THAT(rig.notes(), SizeIs(2));
  rig.input(input_of(after("2s"), Activate{"bundle-2", "bundle-1", false}));
  EXPECT_EQ(rig.engine().bundle_hash(), "bundle-2");
}

TEST(Activation, OnlyTheFirstDecidesWhetherItIsAnExercise) {
  World world;
  Rig rig(world.compile(), kStart, true);
  rig.add_bundle(world.compile("bundle-2"));
  rig.input(input_of(after("1s"), Activate{"bundle-2", "bundle-1", false}));
  EXPECT_TRUE(rig.engine().exercise());
  rig.input(input_of(after("2s"), Heard{{down("cosmic", after("2s"))}, {}}));
  ASSERT_FALSE(rig.outputs().empty());
  for (const Output& output : rig.outputs()) {
    EXPECT_TRUE(header_of(output).exercise);
  }
}

TEST(Activation, OfANewBundleKeepsOpenClocks) {
  World world;
  Rig rig(world.compile(), kStart);
  rig.input(input_of(kStart, Heard{{down("cosmic", kStart)}, {}}));
  rig.tick_until(after("40m"));
  rig.said();
  world.plan("cosmic").rto = dur("50m");
  world.plan("cosmic").version = "2026.3";
  // Another service before the others in the order of nodes: every number changes.
  ServiceSpec first = world.service("dc-north");
  first.id = "aaa";
  first.match = {"{service=\"aaa\"}"};
  world.catalogue.services.insert(world.catalogue.services.begin(), first);
  rig.add_bundle(world.compile("bundle-2"));
  rig.input(input_of(after("40m"), Activate{"bundle-2", "bundle-1", false}));
  rig.tick_until(after("51m"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::rto_missed, "cosmic"), after("50m"));
  EXPECT_THAT(entries(rig.outputs(), AlertReason::opened), SizeIs(1));
  // 50 % of the new RTO was passed before it was in force: said once, with its instant.
  EXPECT_EQ(story(rig.said()),
            "01:40:00 0001 warning cosmic: ladder(cosmic)\n"
            "01:50:00 0001 warning cosmic: rto_missed(cosmic)\n");
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().header.bundle, "bundle-2");
  // The proposal that stands is of the version that was in force when it was made.
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().plans.at(0).version, "2026.2");
}

TEST(Activation, AServiceThatDisappearsTakesItsOutageWithIt) {
  World world;
  Rig rig(world.compile(), kStart);
  rig.input(input_of(kStart, Heard{{down("identity", kStart), down("lab", kStart)}, {}}));
  rig.tick_until(after("10m"));
  rig.said();
  std::erase_if(world.catalogue.services, [](const ServiceSpec& s) { return s.id == "identity"; });
  rig.add_bundle(world.compile("bundle-2"));
  rig.input(input_of(after("10m"), Activate{"bundle-2", "bundle-1", false}));
  EXPECT_THAT(story(rig.said()), HasSubstr("-opened(identity)"));
  rig.restart();
  rig.tick_until(after("4h"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::mta_missed, "laboratory"), after("4h"));
  // Its cause is still there: with the service the outage comes back.
  rig.add_bundle(World().compile("bundle-3"));
  rig.input(input_of(after("5h"), Activate{"bundle-3", "bundle-2", false}));
  EXPECT_THAT(story(rig.said()), HasSubstr("opened(identity)"));
  EXPECT_THAT(ids_of(rig.outputs()), SizeIs(rig.outputs().size()));
}

TEST(Activation, WhatWasOverLongAgoIsLeftAlone) {
  World world;
  Rig rig(world.compile(), kStart);
  rig.input(input_of(kStart, Heard{{down("identity", kStart)}, {}}));
  rig.tick_until(after("10m"));
  Signal up = down("identity", after("10m"));
  up.condition = Condition::up;
  rig.input(input_of(after("10m"), Heard{{up}, {}}));
  rig.tick_until(after("5h"));
  rig.said();
  std::erase_if(world.catalogue.services, [](const ServiceSpec& s) { return s.id == "identity"; });
  rig.add_bundle(world.compile("bundle-2"));
  rig.input(input_of(after("5h"), Activate{"bundle-2", "bundle-1", false}));
  rig.tick_until(after("6h"));
  EXPECT_EQ(story(rig.said()), "");
}

// What is kept and what is forgotten: horizon 30 days.

TEST(Horizon, AnIncidentOlderThanItIsForgottenWithoutAWord) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "identity", Condition::down);
  rig.signal(after("10m"), "identity", Condition::up);
  rig.tick_until(after("20m"));
  rig.said();
  rig.input(input_of(after("720h") + dur("3h"), Tick{}));
  EXPECT_EQ(story(rig.said()), "");
  for (const Engine::NodeFacts& facts : rig.engine().facts()) {
    EXPECT_THAT(facts.outages, IsEmpty()) << facts.node;
  }
  rig.signal(after("721h") + dur("3h"), "identity", Condition::down);
  EXPECT_EQ(story(rig.said()), "05:00:00 0002 notice identity: opened(identity)\n");
}

TEST(Horizon, ACauseThatIsForgottenAndComesBackWithOneInputIsKept) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "identity", Condition::down);
  rig.signal(after("10m"), "identity", Condition::up);
  rig.tick_until(after("20m"));
  // The first input of a later hour: what is old is forgotten, and then it is heard again.
  rig.signal(after("721h"), "identity", Condition::down);
  rig.restart();
  rig.signal(after("722h"), "identity", Condition::up);
  rig.tick_until(after("723h"));
  EXPECT_EQ(standing(rig.outputs(), AlertReason::recovered, "identity"), after("722h"));
}

TEST(Horizon, AnOpenOutageIsNeverCutOff) {
  Rig rig(World().compile(), kStart);
  rig.signal(kStart, "identity", Condition::down);
  rig.tick_until(after("1h"));
  rig.input(input_of(after("1000h"), Tick{}));
  rig.signal(after("1001h"), "identity", Condition::up);
  rig.tick_until(after("1002h"));
  EXPECT_EQ(all_of<Alert>(rig.outputs()).back().began, kStart);
  EXPECT_EQ(standing(rig.outputs(), AlertReason::recovered, "identity"), after("1001h"));
}

TEST(Horizon, WhatALongOutageKeepsInFactsIsNotForgottenByIncidents) {
  Rig rig(World().compile(), kStart);
  rig.signal(after("24h"), "lab", Condition::down);
  rig.signal(after("25h"), "lab", Condition::up);
  rig.signal(after("26h"), "identity", Condition::down, after("20h"));
  rig.tick_until(after("30h"));
  // The incident of the laboratory is older than the horizon now, but facts reach back to the open one.
  rig.input(input_of(after("800h"), Tick{}));
  rig.said();
  rig.signal(after("801h"), "lab", Condition::down);
  EXPECT_EQ(story(rig.said()), "10:00:00 0003 notice lab: opened(lab)\n");
}

TEST(Restore, OfNewerStateIsRefused) {
  Engine engine("region", [](const std::string&) { return nullptr; });
  MetaRecord meta;
  meta.engine_version = kEngineVersion + 1;
  const Result<void> restored = engine.restore({meta});
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::incompatible);
}

TEST(Restore, WithoutItsBundleIsRefused) {
  Engine engine("region", [](const std::string&) { return nullptr; });
  MetaRecord meta;
  meta.bundle = "bundle-1";
  const Result<void> restored = engine.restore({meta});
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, ErrorCode::not_found);
}

TEST(Restore, AFreshEngineIsAsBefore) {
  Rig rig(World().compile(), kStart);
  rig.restart();
  EXPECT_EQ(rig.engine().bundle_hash(), "bundle-1");
  EXPECT_EQ(rig.engine().now(), kStart);
  rig.signal(after("1m"), "cosmic", Condition::down);
  rig.restart();
  EXPECT_EQ(rig.engine().now(), after("1m"));
}

}  // namespace
}  // namespace avbrottsvakt::testing
