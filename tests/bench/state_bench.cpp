// What state costs: to restore it, to follow a change through it, and to hold it in memory.
#include <benchmark/benchmark.h>
#include <malloc.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/restoring.h"
#include "journal/journal.h"
#include "load.h"
#include "wire/state.h"

namespace avbrottsvakt::testing {
namespace {

/// Also what lies in pieces so large that they are mapped one by one.
std::size_t allocated() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

/// What a journal would give back of an engine.
std::vector<Journal::KeyValue> journal_of(const BundlePtr& bundle, int causes) {
  std::vector<Journal::KeyValue> kept;
  MetaRecord meta;
  meta.bundle = bundle->hash;
  kept.push_back({key_of(meta), encode_state(StateRecord(meta))});
  const Instant heard = at("2026-11-22T01:00:00Z");
  for (int i = 0; i < causes; ++i) {
    CauseRecord record;
    record.source = "alertmanager";
    record.key = "a1bc48475b" + std::to_string(i);
    record.points = {{heard, Condition::down}, {heard + Millis{600'000}, Condition::up}};
    record.labels = {{"alertname", "HighErrorRate"},
                     {"environment", "prod"},
                     {"instance", "host-" + std::to_string(i)},
                     {"service", "service-" + std::to_string(i % 1000)},
                     {"severity", "critical"}};
    record.labels_at = heard;
    record.summary = "error rate above 5 %";
    kept.push_back({key_of(record), encode_state(StateRecord(record))});
  }
  return kept;
}

/// From bytes to an engine that can go on: what takes the time of a taking over, beside reading the bytes.
void restore(benchmark::State& state) {
  const BundlePtr bundle = region(1000);
  const std::vector<Journal::KeyValue> kept = journal_of(bundle, static_cast<int>(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<Journal::KeyValue> read = kept;
    auto engine = std::make_unique<Engine>("region", [&](const std::string&) { return bundle; });
    state.ResumeTiming();
    const Result<void> done = avbrottsvakt::restore(*engine, std::move(read));
    state.PauseTiming();
    if (!done) {
      state.SkipWithError("not restored");
      break;
    }
    engine.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kept.size()));
}
BENCHMARK(restore)->Arg(10'000)->Arg(1'000'000)->Unit(benchmark::kMillisecond)->UseRealTime();

/// One service takes many with it, and gives them back: what each of them costs, their one alert included.
void fan_out(benchmark::State& state) {
  World world;
  const int count = static_cast<int>(state.range(0));
  for (int i = 0; i < count; ++i) {
    ServiceSpec service;
    service.id = "leaf-" + std::to_string(i);
    service.name = service.id;
    DependencySpec need;
    need.all = {"dc-north"};
    service.depends_on.push_back(need);
    world.catalogue.services.push_back(std::move(service));
  }
  const BundlePtr bundle = world.compile();
  Engine engine("region", [&](const std::string&) { return bundle; });
  Effects effects;
  Instant now = at("2026-11-22T01:00:00Z");
  Input input;
  input.stamp = now;
  input.body = Activate{bundle->hash, "", false};
  engine.step(input, effects);
  Signal signal;
  signal.source = "alertmanager";
  signal.key = "hall";
  signal.labels = {{"service", "dc-north"}};
  signal.condition = Condition::up;
  for (auto _ : state) {
    now += Millis{3'600'000};
    signal.condition = signal.condition == Condition::up ? Condition::down : Condition::up;
    signal.at = now;
    input.stamp = now;
    input.body = Heard{{signal}, {}};
    engine.step(input, effects);
    benchmark::DoNotOptimize(engine.take_changes());
    effects.clear();
  }
  state.SetItemsProcessed(state.iterations() * count);
}
BENCHMARK(fan_out)->Arg(100)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMicrosecond);

/// Bytes that each service takes while all is well, of the catalogue and of the engine; and what a plan together with
/// an activity takes.
double bytes_of_region(int services, bool plans) {
  const std::size_t before = allocated();
  const BundlePtr bundle = region(services, plans);
  Engine engine("region", [&](const std::string&) { return bundle; });
  Effects effects;
  Input input;
  input.stamp = at("2026-11-22T01:00:00Z");
  input.body = Activate{bundle->hash, "", false};
  engine.step(input, effects);
  return static_cast<double>(allocated() - before);
}
void idle_service(benchmark::State& state) {
  const auto services = static_cast<int>(state.range(0));
  for (auto _ : state) {
    const double alone = bytes_of_region(services, false);
    const double with_plans = bytes_of_region(services, true);
    state.counters["bytes"] = alone / services;
    state.counters["plan_and_activity_bytes"] = (with_plans - alone) * 10 / services;
  }
}
BENCHMARK(idle_service)->Arg(10'000)->Arg(100'000)->Iterations(1)->Unit(benchmark::kMillisecond);

/// Bytes that each pending deadline takes, beside the cause that has it: of the same causes, with and without.
void pending_deadline(benchmark::State& state) {
  const BundlePtr bundle = region(1000);
  const auto fill = [&](std::optional<Millis> expect_within) {
    const std::size_t before = allocated();
    auto engine = std::make_unique<Engine>("region", [&](const std::string&) { return bundle; });
    std::vector<StateRecord> records;
    MetaRecord meta;
    meta.bundle = bundle->hash;
    records.emplace_back(meta);
    for (int i = 0; i < static_cast<int>(state.range(0)); ++i) {
      CauseRecord record;
      record.source = "alertmanager";
      record.key = "a1bc48475b" + std::to_string(i);
      record.origin = Origin::heartbeat;
      record.expect_within = expect_within;
      record.points = {{at("2026-11-22T01:00:00Z") + Millis{i}, Condition::down}};
      records.emplace_back(std::move(record));
    }
    if (!engine->restore(records)) {
      state.SkipWithError("not restored");
    }
    records = {};
    const std::size_t after = allocated();
    return std::pair(std::move(engine), static_cast<double>(after) - static_cast<double>(before));
  };
  for (auto _ : state) {
    const double with = fill(Millis{3'600'000}).second;
    const double without = fill(std::nullopt).second;
    state.counters["bytes"] = (with - without) / static_cast<double>(state.range(0));
  }
}
BENCHMARK(pending_deadline)->Arg(1'000'000)->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace avbrottsvakt::testing

BENCHMARK_MAIN();
