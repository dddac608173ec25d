// What must hold in any region, whatever happens in it and in whatever order it is heard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>

#include "dump.h"
#include "generated_world.h"
#include "run.h"
#include "second_opinion.h"

namespace avbrottsvakt::testing {
namespace {

// 8 x 300 worlds, in eight cases of each property so that they can run side by side.
constexpr std::uint64_t kCases = 8;
constexpr std::uint64_t kWorldsPerCase = 300;

/// All signals of a world, for the message of a failure.
std::string described(const GeneratedWorld& world) {
  std::string text = "AVBROTTSVAKT_SEED=" + std::to_string(world.seed) + "\n";
  for (const Input& input : world.log) {
    text += format_instant(input.stamp) + " ";
    if (const auto* heard = std::get_if<Heard>(&input.body)) {
      for (const Signal& signal : heard->signals) {
        text += dump(signal) + "; ";
      }
    } else {
      static const std::vector<std::string> kinds = {"tick",    "heard",     "command",   "activate",
                                                     "resumed", "caught_up", "source_gap"};
      text += kinds[input.body.index()];
    }
    text += "\n";
  }
  return text;
}

class Worlds : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  /// Calls `check` with each world of this case until one fails. A failure names its seed; with that in
  /// AVBROTTSVAKT_SEED only this world is tried, by the first case.
  template <typename Check>
  void each(Check check) {
    const char* only = std::getenv("AVBROTTSVAKT_SEED");
    if (only != nullptr) {
      if (GetParam() == 0) {
        one(std::strtoull(only, nullptr, 10), check);
      }
      return;
    }
    for (std::uint64_t i = 0; i < kWorldsPerCase && !HasFailure(); ++i) {
      one(GetParam() * kWorldsPerCase + i, check);
    }
    RecordProperty("worlds", std::to_string(worlds_));
    RecordProperty("outputs", std::to_string(outputs_));
    // A generator that makes nothing happen would let every property hold.
    EXPECT_GT(worlds_, 0U);
  }

  std::uint64_t worlds_ = 0;
  std::uint64_t outputs_ = 0;

 private:
  template <typename Check>
  void one(std::uint64_t seed, Check check) {
    const GeneratedWorld world = generate(seed);
    SCOPED_TRACE(described(world));
    ++worlds_;
    check(world);
  }
};

/// The signals in another order, some of them again, all heard at the end.
std::vector<Input> shuffled(const GeneratedWorld& world, Random random) {
  std::vector<Signal> signals = world.signals;
  for (std::size_t n = random.below(signals.size() + 1); n > 0; --n) {
    signals.push_back(random.pick(world.signals));
  }
  random.shuffle(signals);
  std::vector<Input> log;
  Instant stamp = world.log.back().stamp + std::chrono::hours(1);
  for (const Input& input : world.log) {
    if (std::holds_alternative<Activate>(input.body)) {
      log.push_back(input);
    }
  }
  for (const Signal& signal : signals) {
    Input input;
    input.stamp = stamp;
    input.body = Heard{{signal}, {}};
    stamp += Millis{random.between(0, 600'000)};
    if (!log.empty() && random.chance(20) && std::holds_alternative<Heard>(log.back().body)) {
      std::get<Heard>(log.back().body).signals.push_back(signal);
    } else {
      log.push_back(input);
    }
  }
  return log;
}

TEST_P(Worlds, AnyOrderAndDuplicationEndsInTheSameFacts) {
  each([&](const GeneratedWorld& world) {
    if (world.forgets) {
      return;
    }
    const std::string expected = run(world, world.log).facts_text();
    for (std::uint64_t order = 0; order < 3; ++order) {
      ASSERT_EQ(run(world, shuffled(world, Random(world.seed + order))).facts_text(), expected);
    }
  });
}

SecondOpinion opinion_on(const GeneratedWorld& world, const std::vector<Engine::NodeFacts>& facts) {
  std::vector<std::string> order;
  for (const Engine::NodeFacts& node : facts) {
    order.push_back(node.node);
  }
  const EscalationSpec& times = world.last().rules.escalation;
  return SecondOpinion(world.last().catalogue, times.settle, times.root_window, world.signals, std::move(order));
}

TEST_P(Worlds, FactsAreThoseOfTheSecondOpinion) {
  std::size_t outages = 0;
  std::size_t explained = 0;
  each([&](const GeneratedWorld& world) {
    if (world.forgets) {
      return;
    }
    const std::vector<Engine::NodeFacts> facts = run(world, world.log).facts;
    const SecondOpinion opinion = opinion_on(world, facts);
    ASSERT_EQ(facts.size(), world.last().catalogue.services.size() + world.last().catalogue.activities.size());
    for (const Engine::NodeFacts& node : facts) {
      Engine::NodeFacts expected;
      expected.node = node.node;
      for (const SecondOpinion::Step& step : opinion.timeline(node.node)) {
        expected.effective.push_back({step.at, step.condition});
      }
      const std::vector<SecondOpinion::Outage> all = opinion.outages(node.node);
      for (const SecondOpinion::Outage& outage : all) {
        expected.outages.push_back({node.node, outage.from, outage.until});
      }
      if (!all.empty()) {
        expected.root = opinion.root(node.node, all.back());
        explained += expected.root != node.node ? 1 : 0;
      }
      outages += all.size();
      ASSERT_EQ(dump(node), dump(expected));
    }
  });
  if (std::getenv("AVBROTTSVAKT_SEED") == nullptr) {
    EXPECT_GT(outages, 1000U);
    EXPECT_GT(explained, 200U);
  }
}

TEST_P(Worlds, ACrashAnywhereChangesNoOutput) {
  each([&](const GeneratedWorld& world) {
    const Outcome expected = run(world, world.log);
    outputs_ += expected.outputs.size();
    for (const std::size_t batch_most : {std::size_t{1}, std::size_t{6}}) {
      const Outcome outcome = run_with_crashes(world, Random(world.seed + batch_most), batch_most);
      ASSERT_EQ(outcome.outputs_text(), expected.outputs_text());
      ASSERT_EQ(outcome.facts_text(), expected.facts_text());
    }
  });
}

TEST_P(Worlds, ExtraTicksChangeNoOutput) {
  each([&](const GeneratedWorld& world) {
    if (world.forgets) {
      return;  // when something is forgotten depends on when the log's hour is seen to change
    }
    const Outcome expected = run(world, world.log);
    const Outcome outcome = run(world, with_ticks(world, Random(world.seed)));
    ASSERT_EQ(outcome.outputs_text(), expected.outputs_text());
  });
}

TEST_P(Worlds, EachOutputHasAnIdOfItsOwnAndReplacesAnEarlierOne) {
  each([&](const GeneratedWorld& world) {
    const Outcome outcome = run(world, world.log);
    std::set<std::string> ids;
    Instant last{};
    for (const Output& output : outcome.outputs) {
      const OutputHeader& header = header_of(output);
      ASSERT_TRUE(header.replaces.empty() || ids.contains(header.replaces)) << dump(output);
      ASSERT_TRUE(ids.insert(header.id).second) << dump(output);
      ASSERT_LE(last, header.at) << dump(output);
      last = header.at;
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Property, Worlds, ::testing::Range<std::uint64_t>(0, kCases));

}  // namespace
}  // namespace avbrottsvakt::testing
