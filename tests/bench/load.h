#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "support/world.h"

namespace avbrottsvakt::testing {

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

/// Services in twos (a database, an application that needs it), as many as asked for. With `plans` every tenth has one,
/// and an activity that uses it.
BundlePtr region(int services, bool plans = true);

/// config/ of this project. Ends the program if it cannot be read.
BundlePtr sample_region();

/// An engine that has heard of every cause of every service, and what it hears next. The first tenth of the services is
/// down by its first cause throughout: what their other causes do changes nothing.
struct Load {
  Load(BundlePtr used, int causes_per_service, Millis between);
  /// What is known of this cause, once more.
  void step(int cause);
  /// It goes down, or comes back.
  void change(int cause);

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

}  // namespace avbrottsvakt::testing
