// Engine steps per second and core, for the mix that an operations centre sees: nearly everything is a repetition.
//
//   90 %  a repetition, as Alertmanager sends it: same key, same startsAt, same labels
//    9 %  another cause of a service comes or goes while one holds the service down: nothing follows
//    1 %  a service goes down or comes back
//
// State changes are collected as for a commit, every 500 steps, and count. Twice: in a region made for it, of any size,
// with one law; and in the sample region with all its plans and laws.
#include <benchmark/benchmark.h>

#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "config/region.h"
#include "support/world.h"
#include "wire/bundle.h"

namespace avbrottsvakt::testing {
namespace {

constexpr int kCausesPerService = 5;
constexpr int kBatch = 500;

/// splitmix64: the same numbers on every machine.
struct Random {
  std::uint64_t state;
  std::uint64_t next() {
    std::uint64_t z = (state += 0x9e3779b97f4a7c15U);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  std::uint64_t below(std::uint64_t n) { return next() % n; }
};

/// Services in threes (a database, an application, an activity), as many as asked for; every tenth has a plan.
BundlePtr region(int services) {
  World world;
  CatalogueSpec& catalogue = world.catalogue;
  const PlanSpec plan = catalogue.plans.front();
  const ActivitySpec activity = catalogue.activities.front();
  catalogue.services.clear();
  catalogue.plans.clear();
  catalogue.activities.clear();
  for (int i = 0; i < services; ++i) {
    ServiceSpec service;
    service.id = "service-" + std::to_string(i);
    service.name = service.id;
    service.match = {"{service=\"" + service.id + "\"}"};
    if (i % 2 == 1) {
      DependencySpec need;
      need.all = {"service-" + std::to_string(i - 1)};
      service.depends_on.push_back(need);
    }
    catalogue.services.push_back(std::move(service));
    if (i % 10 == 1) {
      PlanSpec own = plan;
      own.id = "service-" + std::to_string(i);
      own.service = own.id;
      catalogue.plans.push_back(std::move(own));
      ActivitySpec user = activity;
      user.id = "activity-" + std::to_string(i);
      user.name = user.id;
      user.uses.front().all = {"service-" + std::to_string(i)};
      catalogue.activities.push_back(std::move(user));
    }
  }
  return world.compile();
}

BundlePtr sample_region() {
  const auto loaded = load_region(AV_SAMPLE_REGION);
  if (!loaded) {
    std::fprintf(stderr, "%s\n", loaded.error().front().message.c_str());
    std::exit(1);
  }
  return compile_bundle(loaded->bundle).value();
}

std::vector<std::string> services_of(const Bundle& bundle) {
  std::vector<std::string> ids;
  for (const Node& node : bundle.catalogue.nodes()) {
    if (!node.activity) {
      ids.push_back(node.name.id);
    }
  }
  return ids;
}

struct Load {
  Load(BundlePtr used, int causes_per_service, Millis between)
      : bundle(std::move(used)),
        services(services_of(*bundle)),
        count(static_cast<int>(services.size())),
        causes(causes_per_service),
        pace(between),
        engine("region", [this](const std::string&) { return bundle; }) {
    Input first;
    first.stamp = now;
    first.body = Activate{bundle->hash, "", false};
    engine.step(first, effects);
    // One signal, filled in anew for each step, as a decoder hands it over: hot in the cache.
    Signal& signal = std::get<Heard>(input.body).signals[0];
    signal.source = "alertmanager";
    signal.labels = {{"alertname", "HighErrorRate"},
                     {"environment", "prod"},
                     {"instance", ""},
                     {"service", ""},
                     {"severity", "critical"}};
    signal.summary = "error rate above 5 %";
    points.assign(static_cast<std::size_t>(count * causes), {now, Condition::up});
    for (int cause = 0; cause < count * causes; ++cause) {
      step(cause);
    }
    // The first tenth of the services is down by its first cause throughout: what their other causes do changes
    // nothing.
    for (int service = 0; service < count / 10; ++service) {
      change(service * causes);
    }
    engine.take_changes();
  }

  void step(int cause) {
    Signal& signal = std::get<Heard>(input.body).signals[0];
    const auto number = [](std::string& text, std::string_view prefix, int value) {
      char digits[12];
      const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
      text.assign(prefix);
      text.append(digits, end);
    };
    number(signal.key, "a1bc48475b", cause);
    number(signal.labels[2].value, "host-", cause / causes);
    signal.labels[3].value = services[static_cast<std::size_t>(cause / causes)];
    const CauseRecord::Point& point = points[static_cast<std::size_t>(cause)];
    signal.at = point.at;
    signal.condition = point.condition;
    input.stamp = now;
    engine.step(input, effects);
  }
  /// It goes down, or comes back.
  void change(int cause) {
    now += pace;
    CauseRecord::Point& point = points[static_cast<std::size_t>(cause)];
    point.condition = point.condition == Condition::up ? Condition::down : Condition::up;
    point.at = now;
    step(cause);
  }

  BundlePtr bundle;
  std::vector<std::string> services;
  int count;
  int causes;   ///< of each service
  Millis pace;  ///< from one change to the next
  Engine engine;
  Effects effects;
  Instant now = at("2026-11-22T01:00:00Z");
  std::vector<CauseRecord::Point> points;  ///< the last that was said of each cause
  Input input{{}, std::nullopt, Heard{{Signal{}}, {}}};
};

void run_mix(benchmark::State& state, Load& load) {
  Random random{42};
  const auto causes = static_cast<std::uint64_t>(load.points.size());
  const auto held = static_cast<std::uint64_t>(load.count / 10);
  const auto per_service = static_cast<std::uint64_t>(load.causes);
  int in_batch = 0;
  std::int64_t outputs = 0;
  for (auto _ : state) {
    const std::uint64_t kind = random.below(100);
    if (kind < 90) {
      load.step(static_cast<int>(random.below(causes)));
    } else if (kind < 99) {
      load.change(static_cast<int>(random.below(held) * per_service + 1 + random.below(per_service - 1)));
    } else {
      const auto service = static_cast<int>(held + random.below(static_cast<std::uint64_t>(load.count) - held));
      load.change(service * load.causes);
    }
    if (++in_batch == kBatch) {
      benchmark::DoNotOptimize(load.engine.take_changes());
      outputs += static_cast<std::int64_t>(load.effects.outputs.size());
      load.effects.clear();
      in_batch = 0;
    }
  }
  state.SetItemsProcessed(state.iterations());
  state.counters["outputs_per_1000"] = 1000.0 * static_cast<double>(outputs) / static_cast<double>(state.iterations());
}

void mix(benchmark::State& state) {
  Load load(region(static_cast<int>(state.range(0))), kCausesPerService, Millis{1});
  run_mix(state, load);
}
BENCHMARK(mix)->Arg(10'000)->Unit(benchmark::kNanosecond);

/// A region of fifty services: a step does not wait for memory here, but an incident is about everything.
void sample_region_mix(benchmark::State& state) {
  Load load(sample_region(), 20, Millis{20000});
  run_mix(state, load);
}
BENCHMARK(sample_region_mix)->Unit(benchmark::kNanosecond);

void repetition(benchmark::State& state) {
  Load load(region(static_cast<int>(state.range(0))), kCausesPerService, Millis{1});
  Random random{42};
  const auto causes = static_cast<std::uint64_t>(load.points.size());
  for (auto _ : state) {
    load.step(static_cast<int>(random.below(causes)));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(repetition)->Arg(1'000)->Arg(10'000)->Arg(100'000);

}  // namespace
}  // namespace avbrottsvakt::testing

BENCHMARK_MAIN();
