#include "app/trial.h"

#include <gtest/gtest.h>

#include "config/region.h"
#include "config/rule_test.h"
#include "config/rule_values.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

/// Journalsystemet down, in the small region that the rules are tested in.
struct Suite {
  Region region = load_region(std::filesystem::path(AV_SOURCE_DIR) / "config/avbrottsvakt.yaml").value();
  Region small =
      load_small_region(std::filesystem::path(AV_SOURCE_DIR) / "rules/tests/regions/small.yaml", region).value();
  BundlePtr bundle = compile_bundle(small.bundle).value();
  Script script;

  Suite() {
    script.start = parse_instant("2026-11-22T01:00:00Z").value();
    script.until = script.start + std::chrono::hours(3);
    ScriptEvent down;
    down.at = script.start;
    Signal signal;
    signal.source = "test";
    signal.key = "record";
    signal.condition = Condition::down;
    signal.at = down.at;
    signal.labels = {{"service", "record"}};
    down.body = Heard{{signal}, {}};
    script.events = {down};
    Expectation assess;
    assess.statement.kind = Statement::Kind::prompt;
    assess.statement.of_law = true;
    assess.statement.subject = "nis2";
    assess.from = assess.until = script.start + std::chrono::hours(1) + Millis{1};
    script.expect = {assess};
  }

  /// The bundle with another limit than "more than one hour".
  BundlePtr with_limit(const std::string& limit) const {
    const std::vector<RuleValue> values = rule_values(region);
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (values[i].name == "criteria.any[0].when.limited.more_than") {
        return compile_bundle(bundle_with(small.bundle, i, limit)).value();
      }
    }
    return nullptr;
  }
};

TEST(Trial, SaysWhatTheEngineSays) {
  const Suite suite;
  const Trial trial = try_script(suite.script, suite.bundle);
  EXPECT_TRUE(trial.met());
  EXPECT_FALSE(trial.outputs.empty());
  // The activation, the signal, ticks where something came due, and the end.
  EXPECT_GT(trial.inputs.size(), 5U);
  EXPECT_EQ(trial.inputs.back().stamp, suite.script.until);
}

TEST(Trial, IsNotMetOneMillisecondOff) {
  Suite suite;
  suite.script.expect.front().from += Millis{1};
  suite.script.expect.front().until += Millis{1};
  EXPECT_FALSE(try_script(suite.script, suite.bundle).met());
}

TEST(Trial, ThatExpectsNothingIsNotMet) {
  Suite suite;
  suite.script.expect.clear();
  EXPECT_FALSE(try_script(suite.script, suite.bundle).met());
}

TEST(Explanation, IsOfTheInstantThatIsAskedFor) {
  const Suite suite;
  const Trial trial = try_script(suite.script, suite.bundle);
  const auto at = [&](Millis elapsed) {
    const auto explanations = explain_at(trial, suite.bundle, suite.script.start + elapsed);
    EXPECT_EQ(explanations.size(), 1U);
    for (const Explained& child : explanations.at(0).criteria.children) {
      if (child.id == "care-limited") return child;
    }
    return Explained{};
  };
  const Explained before = at(std::chrono::minutes(60));
  EXPECT_EQ(before.truth, Truth::no);
  EXPECT_EQ(before.measured, std::chrono::minutes(60));
  EXPECT_EQ(before.limit, std::chrono::hours(1));
  EXPECT_EQ(before.true_at, suite.script.start + std::chrono::minutes(60) + Millis{1});
  EXPECT_EQ(at(std::chrono::minutes(60) + Millis{1}).truth, Truth::yes);
}

struct LooseCase {
  const char* name;
  const char* moved;
  bool loose;
};
void PrintTo(const LooseCase& one, std::ostream* stream) { *stream << one.name; }
class LooseValues : public testing::TestWithParam<LooseCase> {};

TEST_P(LooseValues, AreThoseThatNoCaseNotices) {
  const Suite suite;
  std::size_t done = 0;
  const auto loose = find_loose_values(
      {{&suite.script, 0}}, {{GetParam().moved}},
      [&](std::size_t, const std::string& moved) { return std::vector{suite.with_limit(moved)}; },
      [&](std::size_t now) { done = now; });
  EXPECT_EQ(loose.size(), GetParam().loose ? 1U : 0U);
  EXPECT_EQ(done, 1U);
}

INSTANTIATE_TEST_SUITE_P(, LooseValues,
                         testing::Values(LooseCase{"as_it_is", "60m", true},
                                         LooseCase{"a_millisecond_less", "59m59s999ms", false},
                                         LooseCase{"a_millisecond_more", "1h1ms", false}),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(LooseValue, ThatTheRulesRefuseIsHeld) {
  const Suite suite;
  EXPECT_TRUE(find_loose_values(
                  {{&suite.script, 0}}, {{"moved"}},
                  [](std::size_t, const std::string&) { return std::vector<BundlePtr>(); }, nullptr)
                  .empty());
}

}  // namespace
}  // namespace avbrottsvakt
