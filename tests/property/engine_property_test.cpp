// What must hold in any region, whatever happens in it and in whatever order it is heard.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
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

/// Fewer, if AVBROTTSVAKT_WORLDS says so, as where a sanitizer makes each of them cost seven times as much; said
/// aloud, since less is shown then.
std::uint64_t worlds_per_case() {
  const char* fewer = std::getenv("AVBROTTSVAKT_WORLDS");
  const std::uint64_t count = fewer == nullptr ? kWorldsPerCase : std::strtoull(fewer, nullptr, 10);
  if (count < kWorldsPerCase) {
    std::cout << "AVBROTTSVAKT_WORLDS: " << count << " worlds instead of " << kWorldsPerCase << "\n";
  }
  return std::min(count, kWorldsPerCase);
}

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
    const std::uint64_t worlds = worlds_per_case();
    for (std::uint64_t i = 0; i < worlds && !HasFailure(); ++i) {
      one(GetParam() * kWorldsPerCase + i, check);
    }
    RecordProperty("worlds", std::to_string(worlds_));
    RecordProperty("outputs", std::to_string(outputs_));
    // A generator that makes nothing happen would let every property hold.
    EXPECT_GT(worlds_, 0U);
  }

  /// Whether each world of the case has been tried: only then what is seldom must have happened.
  bool all_tried() const { return worlds_ == kWorldsPerCase; }

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
  std::vector<Input> planned;
  for (const Input& input : world.log) {
    const auto* command = std::get_if<Command>(&input.body);
    if (command != nullptr && (std::holds_alternative<PlanMaintenance>(command->body) ||
                               std::holds_alternative<CancelMaintenance>(command->body))) {
      planned.push_back(input);
    }
  }
  std::vector<Input> log;
  Instant stamp = world.log.back().stamp + std::chrono::hours(1);
  for (const Input& input : world.log) {
    if (std::holds_alternative<Activate>(input.body)) {
      log.push_back(input);
    }
  }
  // What people plan keeps its order, but may come anywhere among the signals.
  std::size_t next = 0;
  const auto plan = [&] {
    planned[next].stamp = stamp;
    log.push_back(planned[next++]);
  };
  for (const Signal& signal : signals) {
    while (next < planned.size() && random.chance(30)) {
      plan();
    }
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
  while (next < planned.size()) {
    plan();
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
  return SecondOpinion(world.last().catalogue, times.settle, times.root_window, world.signals, world.windows,
                       std::move(order));
}

TEST_P(Worlds, FactsAreThoseOfTheSecondOpinion) {
  std::size_t outages = 0;
  std::size_t explained = 0;
  std::size_t overran = 0;
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
      for (const SecondOpinion::Window& window : world.windows) {
        overran += static_cast<std::size_t>(
            std::count_if(all.begin(), all.end(), [&](const auto& o) { return o.from == window.until; }));
      }
      ASSERT_EQ(dump(node), dump(expected));
    }
  });
  if (all_tried()) {
    EXPECT_GT(outages, 1000U);
    EXPECT_GT(explained, 200U);
    EXPECT_GT(overran, 20U);
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

/// What readers of the alerts hold to be so in the end, per incident.
class Standing {
 public:
  struct Crossing {
    AlertReason reason = AlertReason::opened;
    std::string subject;
    std::uint32_t percent = 0;
    Instant at{};
    friend auto operator<=>(const Crossing&, const Crossing&) = default;
  };
  static std::string text_of(const Crossing& crossing) {
    return std::string(to_string(crossing.reason)) + " " + crossing.subject + " " + std::to_string(crossing.percent) +
           "% " + format_instant(crossing.at);
  }

  void read(const Alert& alert) {
    // What was said under a number that is gone holds under the one that goes on.
    std::set<std::string> merged;
    for (const AlertEntry& entry : alert.entries) {
      if (entry.reason == AlertReason::merged) {
        merged.insert(entry.subject.id);
      }
    }
    for (const std::string& number : merged) {
      merge(incidents_[alert.header.incident], incidents_[number]);
    }
    for (const AlertEntry& entry : alert.entries) {
      read(alert.header, entry);
    }
  }
  /// With the instant at which each was said last. A step of a ladder can stand twice: a service that goes out again
  /// during one outage of an activity climbs to the same share of the same MTA.
  std::multimap<Crossing, Instant> all() const {
    std::multimap<Crossing, Instant> all;
    for (const auto& [incident, crossings] : incidents_) {
      all.insert(crossings.begin(), crossings.end());
    }
    return all;
  }
  /// What no reader could make sense of.
  const std::string& faults() const { return faults_; }

 private:
  using Crossings = std::multimap<Crossing, Instant>;
  static void merge(Crossings& into, Crossings& from) {
    // A plan that was proposed under both numbers is proposed once from then on: the prompt of the later one is
    // withdrawn.
    for (const auto& [crossing, said] : from) {
      const auto proposed = [&, c = &crossing](const auto& other) {
        return other.first.reason == AlertReason::activation && other.first.subject == c->subject;
      };
      if (crossing.reason != AlertReason::activation || std::none_of(into.begin(), into.end(), proposed)) {
        into.emplace(crossing, said);
      }
    }
    from.clear();
  }
  void read(const OutputHeader& header, const AlertEntry& entry) {
    Crossings& mine = incidents_[header.incident];
    if (entry.reason == AlertReason::opened && entry.withdrawn) {
      mine.clear();
      return;
    }
    // The step of a ladder that is taken at opening is no crossing: where the opening moves, that is told.
    const bool ladder = entry.reason == AlertReason::ladder && entry.percent > 0;
    if (entry.reason != AlertReason::rto_missed && entry.reason != AlertReason::mta_missed &&
        entry.reason != AlertReason::activation && !ladder) {
      return;
    }
    Crossing crossing{entry.reason, entry.subject.id, entry.percent, entry.was_at.value_or(entry.at)};
    if (entry.withdrawn || entry.was_at) {
      const auto said = mine.find(crossing);
      if (said == mine.end()) {
        fault("never said what is taken back", header, crossing);
      } else {
        mine.erase(said);
      }
    }
    if (!entry.withdrawn) {
      crossing.at = entry.at;
      if (header.at < entry.at) {
        fault("said before its time", header, crossing);
      }
      mine.emplace(crossing, header.at);
    }
  }
  void fault(const char* what, const OutputHeader& header, const Crossing& crossing) {
    faults_ += format_instant(header.at) + " " + header.incident + ": " + what + ": " + text_of(crossing) + "\n";
  }

  std::map<std::string, Crossings> incidents_;
  std::string faults_;
};

/// Every RTO and MTA that was missed by the second opinion, and every half of an RTO that was passed.
std::set<Standing::Crossing> expected_crossings(const GeneratedWorld& world, const SecondOpinion& opinion) {
  std::set<Standing::Crossing> expected;
  const auto missed = [](const SecondOpinion::Outage& outage, Instant at) {
    return !outage.until || at < *outage.until;
  };
  for (const PlanSpec& plan : world.last().catalogue.plans) {
    for (const SecondOpinion::Outage& outage : opinion.outages("service/" + plan.service)) {
      if (missed(outage, outage.from + plan.rto)) {
        expected.insert({AlertReason::rto_missed, plan.service, 0, outage.from + plan.rto});
      }
      if (missed(outage, outage.from + plan.rto / 2)) {
        expected.insert({AlertReason::ladder, plan.service, 50, outage.from + plan.rto / 2});
      }
    }
  }
  for (const ActivitySpec& activity : world.last().catalogue.activities) {
    for (const SecondOpinion::Outage& outage : opinion.outages("activity/" + activity.id)) {
      if (missed(outage, outage.from + activity.mta)) {
        expected.insert({AlertReason::mta_missed, activity.id, 0, outage.from + activity.mta});
      }
    }
  }
  return expected;
}

TEST_P(Worlds, EveryCrossingThatIsDueIsSaidAndNoneBeforeItsTime) {
  std::size_t crossings = 0;
  each([&](const GeneratedWorld& world) {
    if (world.forgets || world.people || !world.later.empty()) {
      return;  // people deny, and other catalogues have other limits
    }
    const Outcome outcome = run(world, world.log);
    Standing standing;
    for (const Output& output : outcome.outputs) {
      if (const auto* alert = std::get_if<Alert>(&output)) {
        standing.read(*alert);
      }
    }
    const SecondOpinion opinion = opinion_on(world, outcome.facts);
    const std::set<Standing::Crossing> expected = expected_crossings(world, opinion);
    ASSERT_EQ(standing.faults(), "") << outcome.outputs_text();
    std::multiset<Standing::Crossing> found;
    for (const auto& [crossing, said] : standing.all()) {
      const bool of_mta = crossing.reason == AlertReason::ladder && crossing.percent != 50;
      if (crossing.reason != AlertReason::activation && !of_mta) {
        found.insert(crossing);
      }
    }
    const auto text = [](const auto& crossings_of) {
      std::string lines;
      for (const Standing::Crossing& crossing : crossings_of) {
        lines += Standing::text_of(crossing) + "\n";
      }
      return lines;
    };
    ASSERT_EQ(text(found), text(expected)) << outcome.outputs_text();
    crossings += expected.size();

    // A proposal stands exactly where the condition of the plan was met.
    for (const PlanSpec& plan : world.last().catalogue.plans) {
      std::set<Instant> met;
      for (const SecondOpinion::Outage& outage : opinion.outages("service/" + plan.service)) {
        if (plan.activate_elapsed && (!outage.until || outage.from + *plan.activate_elapsed < *outage.until)) {
          met.insert(outage.from + *plan.activate_elapsed);
        }
      }
      std::set<Instant> proposed;
      for (const auto& [crossing, said] : standing.all()) {
        if (crossing.reason == AlertReason::activation && crossing.subject == plan.service) {
          proposed.insert(crossing.at);
        }
      }
      ASSERT_EQ(met.empty(), proposed.empty()) << plan.service << "\n" << outcome.outputs_text();
      ASSERT_TRUE(std::includes(met.begin(), met.end(), proposed.begin(), proposed.end())) << plan.service << "\n"
                                                                                           << outcome.outputs_text();
    }
  });
  if (all_tried()) {
    EXPECT_GT(crossings, 100U);
  }
}

/// The same world, but each cause belongs to the services that it named first: what moves to another service later has
/// been heard of too late there, however promptly.
GeneratedWorld with_steady_labels(GeneratedWorld world) {
  std::map<std::pair<std::string, std::string>, Labels> labels;
  const auto learn = [&](const Signal& signal) {
    Labels& known = labels[{signal.source, signal.key}];
    known = known.empty() ? signal.labels : known;
  };
  const auto each_signal = [&](auto&& visit) {
    for (Input& input : world.log) {
      if (auto* heard = std::get_if<Heard>(&input.body)) {
        std::for_each(heard->signals.begin(), heard->signals.end(), visit);
      }
    }
    std::for_each(world.signals.begin(), world.signals.end(), visit);
  };
  each_signal(learn);
  each_signal([&](Signal& signal) { signal.labels = labels[{signal.source, signal.key}]; });
  return world;
}

TEST_P(Worlds, WhatIsHeardPromptlyIsSaidAtItsInstant) {
  std::size_t crossings = 0;
  each([&](const GeneratedWorld& generated) {
    // Of silence nobody hears promptly.
    if (generated.timing != Timing::prompt || generated.forgets || generated.people || generated.beats ||
        !generated.later.empty()) {
      return;
    }
    const GeneratedWorld world = with_steady_labels(generated);
    const Outcome outcome = run(world, world.log);
    Standing standing;
    for (const Output& output : outcome.outputs) {
      if (const auto* alert = std::get_if<Alert>(&output)) {
        standing.read(*alert);
      }
    }
    const SecondOpinion opinion = opinion_on(world, outcome.facts);
    for (const auto& [crossing, said] : standing.all()) {
      if (crossing.reason != AlertReason::rto_missed && crossing.reason != AlertReason::mta_missed) {
        continue;
      }
      // At once; or, if a recovery was settling then, with the relapse.
      const std::string node =
          (crossing.reason == AlertReason::rto_missed ? "service/" : "activity/") + crossing.subject;
      Instant expected = crossing.at;
      for (const Engine::NodeFacts& facts : outcome.facts) {
        if (facts.node != node) {
          continue;
        }
        const PlanSpec* plan = nullptr;
        for (const PlanSpec& candidate : world.world.catalogue.plans) {
          plan = "service/" + candidate.service == node ? &candidate : plan;
        }
        const auto is_out = [&](Condition condition) {
          return condition == Condition::down ||
                 (condition == Condition::degraded && (plan == nullptr || plan->counts_degraded));
        };
        if (!is_out(opinion.condition(node, crossing.at))) {
          for (const CauseRecord::Point& point : facts.effective) {
            if (point.at > crossing.at && is_out(point.condition)) {
              expected = point.at;
              break;
            }
          }
        }
      }
      ASSERT_EQ(format_instant(said), format_instant(expected))
          << to_string(crossing.reason) << " " << crossing.subject;
      ++crossings;
    }
  });
  if (all_tried()) {
    EXPECT_GT(crossings, 20U);
  }
}

INSTANTIATE_TEST_SUITE_P(Property, Worlds, ::testing::Range<std::uint64_t>(0, kCases));

}  // namespace
}  // namespace avbrottsvakt::testing
