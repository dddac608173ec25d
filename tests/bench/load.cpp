#include "load.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "config/region.h"
#include "wire/bundle.h"

namespace avbrottsvakt::testing {

BundlePtr region(int services, bool plans) {
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
    if (plans && i % 10 == 1) {
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

namespace {

std::vector<std::string> services_of(const Bundle& bundle) {
  std::vector<std::string> ids;
  for (const Node& node : bundle.catalogue.nodes()) {
    if (!node.activity) {
      ids.push_back(node.name.id);
    }
  }
  return ids;
}

}  // namespace

Load::Load(BundlePtr used, int causes_per_service, Millis between)
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
  for (int service = 0; service < count / 10; ++service) {
    change(service * causes);
  }
  engine.take_changes();
}

void Load::step(int cause) {
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

void Load::change(int cause) {
  now += pace;
  CauseRecord::Point& point = points[static_cast<std::size_t>(cause)];
  point.condition = point.condition == Condition::up ? Condition::down : Condition::up;
  point.at = now;
  step(cause);
}

}  // namespace avbrottsvakt::testing
