// Engine steps per second and core, for the mix that an operations centre sees: nearly everything is a repetition.
//
//   90 %  a repetition, as Alertmanager sends it: same key, same startsAt, same labels
//    9 %  another cause of a service comes or goes while one holds the service down: nothing follows
//    1 %  a service goes down or comes back
//
// State changes are collected as for a commit, every 500 steps, and count. Twice: in a region made for it, of any size,
// with one law; and in the sample region with all its plans and laws.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "load.h"

namespace avbrottsvakt::testing {
namespace {

constexpr int kCausesPerService = 5;
constexpr int kBatch = 500;

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
