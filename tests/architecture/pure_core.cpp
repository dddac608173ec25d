// All of the pure folders in one program, whole archives and all, and nothing else: pure_core_test.py looks at what the
// linker had to bring along.
#include <cstdio>
#include <string>

#include "engine/engine.h"

int main() {
  avbrottsvakt::Engine engine("region", [](const std::string&) { return avbrottsvakt::BundlePtr(); });
  avbrottsvakt::Effects effects;
  avbrottsvakt::Input tick;
  tick.body = avbrottsvakt::Tick{};
  engine.step(tick, effects);
  std::printf("%zu outputs\n", effects.outputs.size());
}
