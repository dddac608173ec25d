// What an event costs the daemon, from its bytes to what follows from it, beside reading and writing the journal: it is
// decoded, written as an input, read as one, and stepped over. And how it finds the services that it is about.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "catalogue/matcher_index.h"
#include "config/source.h"
#include "intake/decoder.h"
#include "load.h"
#include "wire/input.h"

namespace avbrottsvakt::testing {
namespace {

constexpr int kChecksPerService = 5;
constexpr int kBatch = 500;
const Instant kHeard = at("2026-11-22T01:00:00Z");

Decoder decoder() {
  const auto source = load_source(AV_CHECKS_SOURCE);
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().front().message.c_str());
    std::exit(1);
  }
  return Decoder::make(source->mapping).value();
}

std::string result_of_check(int check) {
  const std::string service = std::to_string(check / kChecksPerService);
  return R"({"host":"host-)" + service + R"(.example.org","check":"http-)" + std::to_string(check % kChecksPerService) +
         R"(","state":"OK","state_type":"hard","since":"2026-11-20T11:32:07.120Z","attempt":1,"max_attempts":3,)"
         R"("output":"HTTP OK: 200 - 1422 bytes in 0.112 second response time",)"
         R"("performance":[{"label":"time","value":0.112,"unit":"s"},{"label":"size","value":1422,"unit":"B"}],)"
         R"("labels":{"environment":"prod","job":"http","service":"service-)" +
         service + R"(","severity":"critical","site":"dc-north"}})";
}

/// An event's way, as intake and owner share it.
struct Way {
  explicit Way(BundlePtr used)
      : bundle(std::move(used)), engine("region", [this](const std::string&) { return bundle; }) {
    Input first;
    first.stamp = kHeard;
    first.body = Activate{bundle->hash, "", false};
    engine.step(first, effects);
  }

  void take(int check) {
    record.value = result_of_check(check);
    Input input;
    input.body = decode.decode(record, stream);
    const std::string written = encode_input(input);
    bytes += written.size();
    const Input read = decode_input(written, kHeard).value();
    engine.step(read, effects);
    if (++taken % kBatch == 0) {
      benchmark::DoNotOptimize(engine.take_changes());
      effects.clear();
    }
  }

  BundlePtr bundle;
  Engine engine;
  Effects effects;
  Decoder decode = decoder();
  const StreamStart stream{"monitoring.checks", 0, "", -1, -1, -1};
  ReadRecord record;
  std::size_t bytes = 0;
  std::size_t taken = 0;
};

/// The result of one of all checks, said again: what nearly every event is.
void event(benchmark::State& state) {
  const auto services = static_cast<int>(state.range(0));
  Way way(region(services));
  const int checks = services * kChecksPerService;
  for (int check = 0; check < checks; ++check) {
    way.take(check);
  }
  Random random{42};
  for (auto _ : state) {
    way.take(static_cast<int>(random.below(static_cast<std::uint64_t>(checks))));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(event)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// Inputs of so many signals, as the alerts of one webhook: what an input costs on its way through the log.
Input input_of(std::size_t signals) {
  Heard heard;
  for (std::size_t i = 0; i < signals; ++i) {
    const std::string host = "host-" + std::to_string(i) + ".example.org";
    heard.signals.push_back({"alertmanager",
                             host + "/0123456789abcdef",
                             Condition::down,
                             kHeard,
                             {{"alertname", "ServiceDown"},
                              {"environment", "prod"},
                              {"instance", host},
                              {"job", "http"},
                              {"service", "service-" + std::to_string(i)},
                              {"severity", "critical"},
                              {"site", "dc-north"}},
                             host + " does not answer",
                             std::string(64, 'a')});
  }
  return {kHeard, SourceSpan{"alertmanager", "monitoring.alertmanager", 0, "", "", 41, 42}, std::move(heard)};
}

void encode(benchmark::State& state) {
  const Input input = input_of(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    benchmark::DoNotOptimize(encode_input(input));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(encode)->Arg(1)->Arg(10);

void decode(benchmark::State& state) {
  const std::string bytes = encode_input(input_of(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) {
    benchmark::DoNotOptimize(decode_input(bytes, kHeard));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(decode)->Arg(1)->Arg(10);

/// The services of a signal: each named by one value of one label.
void match(benchmark::State& state) {
  const auto services = static_cast<int>(state.range(0));
  const BundlePtr bundle = region(services);
  Random random{42};
  Labels labels{{"environment", "prod"}, {"job", "http"}, {"service", ""}, {"severity", "critical"}, {"site", "dc"}};
  for (auto _ : state) {
    labels[2].value = "service-" + std::to_string(random.below(static_cast<std::uint64_t>(services)));
    const std::vector<NodeIx> found = bundle->catalogue.match(labels);
    if (found.size() != 1) {
      state.SkipWithError("not found");
      break;
    }
    benchmark::DoNotOptimize(found);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(match)->Arg(1'000)->Arg(10'000)->Arg(100'000);

/// The same where each is named by an expression for the hosts that it runs on.
void match_expressions(benchmark::State& state) {
  MatcherIndex index;
  const auto services = static_cast<NodeIx>(state.range(0));
  for (NodeIx i = 0; i < services; ++i) {
    index.add(LabelMatchers::parse("{host=~\"svc" + std::to_string(i) + "-(app|db)[0-9]+\"}").value(), i);
  }
  index.finish();
  Random random{42};
  Labels labels{{"environment", "prod"}, {"host", ""}};
  for (auto _ : state) {
    labels[1].value = "svc" + std::to_string(random.below(services)) + "-db17";
    const std::vector<NodeIx> found = index.match(labels);
    if (found.size() != 1) {
      state.SkipWithError("not found");
      break;
    }
    benchmark::DoNotOptimize(found);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(match_expressions)->Arg(1'000)->Arg(10'000);

}  // namespace
}  // namespace avbrottsvakt::testing

BENCHMARK_MAIN();
