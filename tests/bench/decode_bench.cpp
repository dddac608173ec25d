// What reading a payload costs, beside what parsing its JSON costs alone.
//
// Alertmanager's webhook, as a group of alerts arrives on Kafka, by the mapping in config/sources/.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "config/source.h"
#include "intake/decoder.h"

namespace avbrottsvakt::testing {
namespace {

std::string alert(int number) {
  const std::string host = "host-" + std::to_string(number) + ".example.org";
  return R"({"status":"firing","labels":{"alertname":"HighErrorRate","environment":"prod","instance":")" + host +
         R"(:9100","job":"node","service":"cosmic","severity":"critical","site":"dc-north"},)"
         R"("annotations":{"description":"5xx responses above 5 % for ten minutes.","summary":"error rate above 5 %"},)"
         R"("startsAt":"2026-11-22T01:13:04.271Z","endsAt":"0001-01-01T00:00:00Z",)"
         R"("generatorURL":"http://prometheus.example.org/graph?g0.expr=job%3Aerrors%3Aratio5m+%3E+0.05&g0.tab=1",)"
         R"("fingerprint":"a1bc48475b)" +
         std::to_string(100'000 + number) + R"("})";
}

std::string payload(int alerts) {
  std::string text = R"({"version":"4","groupKey":"{}:{alertname=\"HighErrorRate\"}","truncatedAlerts":0,)"
                     R"("status":"firing","receiver":"kafka","groupLabels":{"alertname":"HighErrorRate"},)"
                     R"("commonLabels":{"environment":"prod"},"commonAnnotations":{},)"
                     R"("externalURL":"http://alertmanager.example.org","alerts":[)";
  for (int i = 0; i < alerts; ++i) {
    text += (i > 0 ? "," : "") + alert(i);
  }
  return text + "]}";
}

void set_counters(benchmark::State& state, std::size_t bytes) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

void parse_alone(benchmark::State& state) {
  const std::string text = payload(static_cast<int>(state.range(0)));
  simdjson::dom::parser parser;
  for (auto _ : state) {
    simdjson::dom::element root;
    if (parser.parse(text).get(root) != simdjson::SUCCESS) {
      state.SkipWithError("not JSON");
      break;
    }
    benchmark::DoNotOptimize(root);
  }
  set_counters(state, text.size());
}
BENCHMARK(parse_alone)->Arg(1)->Arg(20);

void decode(benchmark::State& state) {
  const auto source = load_source(AV_SAMPLE_SOURCE);
  if (!source) {
    std::fprintf(stderr, "%s\n", source.error().front().message.c_str());
    std::exit(1);
  }
  Decoder decoder = Decoder::make(source->mapping).value();
  const StreamStart stream{"monitoring.alertmanager", 0, "", -1, -1, -1};
  ReadRecord record;
  record.value = payload(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    const Heard heard = decoder.decode(record, stream);
    if (heard.signals.size() != static_cast<std::size_t>(state.range(0))) {
      state.SkipWithError("not every alert was read");
      break;
    }
    benchmark::DoNotOptimize(heard);
  }
  set_counters(state, record.value->size());
}
BENCHMARK(decode)->Arg(1)->Arg(20);

}  // namespace
}  // namespace avbrottsvakt::testing

BENCHMARK_MAIN();
