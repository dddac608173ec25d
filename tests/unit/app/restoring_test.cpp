#include "app/restoring.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "support/world.h"
#include "wire/state.h"

namespace avbrottsvakt::testing {
namespace {

using ::testing::HasSubstr;

/// So many that several threads have some of them.
constexpr int kMany = 20'001;

Journal::KeyValue kept(const StateRecord& record) { return {key_of(record), encode_state(record)}; }

std::vector<Journal::KeyValue> state_of(const std::string& bundle, int causes) {
  MetaRecord meta;
  meta.bundle = bundle;
  std::vector<Journal::KeyValue> state;
  for (int i = 0; i < causes; ++i) {
    CauseRecord cause;
    cause.source = "alertmanager";
    cause.key = std::to_string(i);
    cause.labels = {{"service", i == kMany - 1 ? "cosmic" : "nothing"}};
    cause.points = {{at("2026-11-22T01:00:00Z") + Millis{i}, Condition::down}};
    state.push_back(kept(cause));
  }
  state.push_back(kept(meta));
  return state;
}

struct Restored {
  BundlePtr bundle = World().compile();
  Engine engine{"region", [this](const std::string& hash) { return hash == bundle->hash ? bundle : nullptr; }};
};

TEST(Restoring, TakesInAllThatWasKept) {
  Restored some;
  ASSERT_TRUE(restore(some.engine, state_of(some.bundle->hash, kMany)).has_value());
  EXPECT_EQ(some.engine.bundle_hash(), some.bundle->hash);
  // The last of them is the one that has a service.
  std::map<std::string, std::size_t> outages;
  for (const Engine::NodeFacts& node : some.engine.facts()) {
    outages[node.node] = node.outages.size();
  }
  EXPECT_EQ(outages.at("service/cosmic"), 1U);
  EXPECT_EQ(outages.at("service/dc-north"), 0U);
}

TEST(Restoring, OfNothingIsAnEngineWithoutABundle) {
  Restored none;
  ASSERT_TRUE(restore(none.engine, {}).has_value());
  EXPECT_EQ(none.engine.bundle_hash(), "");
}

TEST(Restoring, SaysTheFirstThatCannotBeRead) {
  for (const int first : {0, 8'191, 8'192, kMany - 1}) {
    Restored broken;
    std::vector<Journal::KeyValue> state = state_of(broken.bundle->hash, kMany);
    state[static_cast<std::size_t>(first)].value = "\xff";
    state.back().value = "\xff";
    const Result<void> done = restore(broken.engine, std::move(state));
    ASSERT_FALSE(done.has_value());
    EXPECT_EQ(done.error().code, ErrorCode::corrupt);
    EXPECT_THAT(done.error().message, HasSubstr("cause/alertmanager/" + std::to_string(first) + " "));
  }
}

TEST(Restoring, RefusesWhatANewerEngineWrote) {
  Restored newer;
  MetaRecord meta;
  meta.engine_version = kEngineVersion + 1;
  const Result<void> done = restore(newer.engine, {kept(meta)});
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::incompatible);
}

TEST(Restoring, NeedsTheBundleInForce) {
  Restored without;
  const Result<void> done = restore(without.engine, state_of("another", 1));
  ASSERT_FALSE(done.has_value());
  EXPECT_EQ(done.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace avbrottsvakt::testing
