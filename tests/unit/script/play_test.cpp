#include <gtest/gtest.h>

#include "script/script.h"

namespace avbrottsvakt {
namespace {

const Instant kStart = parse_instant("2026-11-22T01:00:00Z").value();
Instant after(const char* text) { return kStart + parse_duration(text).value(); }

/// Has something due every ten minutes, and opens an incident at the first signal.
class Listener : public Audience {
 public:
  Result<std::vector<Output>> hear(const Input& input) override {
    if (broken_at && input.stamp >= *broken_at) {
      return fail(ErrorCode::unavailable, "gone");
    }
    now_ = input.stamp;
    std::string line = format_duration(input.stamp - kStart);
    std::vector<Output> said;
    if (const auto* command = std::get_if<Command>(&input.body)) {
      line += " " + command->id + " " + std::get<Acknowledge>(command->body).incident;
    } else if (std::holds_alternative<Heard>(input.body)) {
      line += " signal";
      Alert alert;
      alert.header.incident = "2026-0001";
      said.emplace_back(alert);
    } else if (std::holds_alternative<Resumed>(input.body)) {
      line += " resumed";
    }
    heard.push_back(std::move(line));
    return said;
  }
  std::optional<LogTime> next_deadline() const override { return now_ + std::chrono::minutes(10); }
  LogTime now() const override { return now_; }

  std::vector<std::string> heard;
  std::optional<Instant> broken_at;

 private:
  Instant now_ = kStart;
};

Script script(std::vector<ScriptEvent> events, const char* until) {
  Script script;
  script.start = kStart;
  script.until = after(until);
  script.events = std::move(events);
  return script;
}

ScriptEvent event(const char* at, decltype(Input::body) body) { return {after(at), "", std::move(body), false}; }

TEST(Play, TicksWhereTheScriptIsSilentAndAtTheEnd) {
  Listener listener;
  ASSERT_TRUE(play(script({event("12m", Heard{})}, "25m"), listener, nullptr).has_value());
  EXPECT_EQ(listener.heard, (std::vector<std::string>{"10m", "12m signal", "22m", "25m"}));
}

TEST(Play, GivesCommandsThatNameNoneTheFirstIncident) {
  Listener listener;
  ScriptEvent about_first = event("2m", Command{"drill/2", "on-call", std::nullopt, Acknowledge{}});
  about_first.about_first = true;
  ScriptEvent named = event("3m", Command{"drill/3", "on-call", std::nullopt, Acknowledge{"2026-0007"}});
  ASSERT_TRUE(play(script({event("1m", Heard{}), about_first, named}, "3m"), listener, nullptr).has_value());
  EXPECT_EQ(listener.heard,
            (std::vector<std::string>{"1m signal", "2m drill/2 2026-0001", "3m drill/3 2026-0007", "3m"}));
}

TEST(Play, HearsNothingWhileItIsAway) {
  Listener listener;
  ASSERT_TRUE(play(script({event("45m", Resumed{after("15m"), after("45m")})}, "46m"), listener, nullptr).has_value());
  EXPECT_EQ(listener.heard, (std::vector<std::string>{"10m", "45m resumed", "46m"}));
}

TEST(Play, EndsWithTheAudience) {
  Listener listener;
  listener.broken_at = after("12m");
  const Result<void> played = play(script({event("12m", Heard{})}, "25m"), listener, nullptr);
  ASSERT_FALSE(played.has_value());
  EXPECT_EQ(played.error().code, ErrorCode::unavailable);
  EXPECT_EQ(listener.heard, std::vector<std::string>{"10m"});
}

TEST(Play, TellsBeforeEachEvent) {
  Listener listener;
  std::vector<std::string> told;
  ScriptEvent spoken = event("1m", Tick{});
  spoken.say = "Ett";
  ASSERT_TRUE(
      play(script({spoken}, "1m"), listener, [&](const ScriptEvent& one) { told.push_back(one.say); }).has_value());
  EXPECT_EQ(told, std::vector<std::string>{"Ett"});
}

}  // namespace
}  // namespace avbrottsvakt
