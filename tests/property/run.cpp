#include "run.h"

#include <algorithm>
#include <map>

#include "dump.h"

namespace avbrottsvakt::testing {
namespace {

class Bundles {
 public:
  explicit Bundles(const GeneratedWorld& world) {
    add(world.world);
    for (const World& later : world.later) {
      add(later);
    }
  }
  BundlePtr operator()(const std::string& hash) const {
    const auto found = bundles_.find(hash);
    return found == bundles_.end() ? nullptr : found->second;
  }

 private:
  void add(const World& world) {
    const std::string hash = "bundle-" + std::to_string(bundles_.size() + 1);
    bundles_.emplace(hash, world.compile(hash));
  }
  std::map<std::string, BundlePtr> bundles_;
};

Input silence_until(Instant end) {
  Input input;
  input.stamp = end;
  input.body = Tick{};
  return input;
}

void take(Effects& effects, std::vector<Output>& into) {
  std::move(effects.outputs.begin(), effects.outputs.end(), std::back_inserter(into));
  effects.clear();
}

}  // namespace

std::string Outcome::outputs_text() const {
  std::string text;
  for (const Output& output : outputs) {
    text += dump(output);
  }
  return text;
}

std::string Outcome::facts_text() const {
  std::string text;
  for (const Engine::NodeFacts& node : facts) {
    text += dump(node);
  }
  return text;
}

Outcome run(const GeneratedWorld& world, const std::vector<Input>& log) {
  const Bundles bundles(world);
  Engine engine("region", bundles);
  Outcome outcome;
  Effects effects;
  for (const Input& input : log) {
    engine.step(input, effects);
    take(effects, outcome.outputs);
  }
  engine.step(silence_until(world.end), effects);
  take(effects, outcome.outputs);
  outcome.facts = engine.facts();
  return outcome;
}

Outcome run_with_crashes(const GeneratedWorld& world, Random random, std::size_t batch_most) {
  const Bundles bundles(world);
  std::vector<Input> log = world.log;
  log.push_back(silence_until(world.end));

  std::map<std::string, StateRecord> state;
  Outcome outcome;
  std::size_t position = 0;
  Engine engine("region", bundles);
  while (position < log.size()) {
    const std::size_t batch = std::min(1 + random.below(batch_most), log.size() - position);
    // Killed in the middle of a batch, at its end before the commit, or after it; or not at all.
    const std::size_t steps = random.chance(40) ? random.below(batch + 1) : batch;
    const bool committed = steps == batch && random.chance(80);
    Effects effects;
    for (std::size_t i = 0; i < steps; ++i) {
      engine.step(log[position + i], effects);
    }
    if (committed) {
      for (StateChange& change : engine.take_changes()) {
        if (change.record) {
          state.insert_or_assign(change.key, copy_of(*change.record));
        } else {
          state.erase(change.key);
        }
      }
      take(effects, outcome.outputs);
      position += batch;
    }
    if (!committed || random.chance(50)) {
      std::vector<StateRecord> records;
      for (const auto& [key, record] : state) {
        records.push_back(record);
      }
      random.shuffle(records);
      engine = Engine("region", bundles);
      if (!engine.restore(records)) {
        std::abort();
      }
    }
  }
  outcome.facts = engine.facts();
  return outcome;
}

std::vector<Input> with_ticks(const GeneratedWorld& world, Random random) {
  const Bundles bundles(world);
  Engine engine("region", bundles);
  Effects effects;
  std::vector<Input> log;
  const auto append = [&](const Input& input) {
    engine.step(input, effects);
    effects.clear();
    log.push_back(input);
  };
  for (std::size_t i = 0; i < world.log.size(); ++i) {
    const Input& input = world.log[i];
    // While the daemon is away nobody ticks; the inputs before Resumed are those of the time before.
    const bool away = std::holds_alternative<Resumed>(input.body);
    while (!away && engine.next_deadline() && *engine.next_deadline() <= input.stamp && random.chance(90)) {
      append(silence_until(std::max(*engine.next_deadline(), engine.now())));
    }
    if (!away && i > 0 && random.chance(40)) {
      const Millis gap = input.stamp - engine.now();
      append(silence_until(engine.now() + Millis{random.between(0, std::max<std::int64_t>(gap.count(), 0))}));
    }
    append(input);
    if (random.chance(20)) {
      append(silence_until(engine.now()));
    }
  }
  return log;
}

}  // namespace avbrottsvakt::testing
