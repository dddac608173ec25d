#include "wire/input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "avbrottsvakt/v1/input.pb.h"
#include "generated.h"
#include "model/limits.h"

namespace avbrottsvakt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Instant kStamp = *parse_instant("2026-11-22T02:13:00Z");

v1::Signal good_signal() {
  v1::Signal signal;
  signal.set_key("cosmic-app1");
  signal.set_condition(v1::CONDITION_DOWN);
  signal.set_at_ms(kStamp.time_since_epoch().count());
  return signal;
}

Result<Signal> decode(const v1::Signal& signal) { return decode_signal("zabbix", signal.SerializeAsString()); }

TEST(DecodeSignal, TakesItsSourceFromTheTopic) {
  v1::Signal signal = good_signal();
  signal.set_summary("Tjänsten svarar inte");
  signal.set_mapping_hash("made up by the producer");
  const auto read = decode(signal);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  const Signal expected{"zabbix", "cosmic-app1", Condition::down, kStamp, {}, "Tjänsten svarar inte", ""};
  EXPECT_EQ(*read, expected);
}

TEST(DecodeSignal, SortsLabels) {
  v1::Signal signal = good_signal();
  for (const char* name : {"service", "host", "environment"}) {
    signal.add_labels()->set_name(name);
    signal.mutable_labels()->rbegin()->set_value(std::string("of ") + name);
  }
  const auto read = decode(signal);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_THAT(read->labels, ElementsAre(Label{"environment", "of environment"}, Label{"host", "of host"},
                                        Label{"service", "of service"}));
}

TEST(DecodeSignal, ReadsWhatEncodeSignalWrote) {
  const Signal signal{"zabbix", "key", Condition::degraded, kStamp, {{"host", "app1"}}, "text", ""};
  const auto read = decode_signal("zabbix", encode_signal(signal));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, signal);
}

/// A change to a good signal, and what is then said of it; nothing: it is still good.
struct SignalCase {
  const char* name;
  std::function<void(v1::Signal&)> change;
  const char* message;
};

void add_labels(v1::Signal& signal, std::size_t count, std::size_t name_size, std::size_t value_size) {
  for (std::size_t i = 0; i < count; ++i) {
    v1::Label& label = *signal.add_labels();
    std::string name = std::to_string(i);
    name.insert(0, name_size - std::min(name.size(), name_size), 'n');
    label.set_name(name);
    label.set_value(std::string(value_size, 'v'));
  }
}

void heartbeat(v1::Signal& signal, std::int64_t within_ms) {
  signal.set_origin(v1::ORIGIN_HEARTBEAT);
  signal.set_expect_within_ms(within_ms);
}

class SignalBounds : public ::testing::TestWithParam<SignalCase> {};

TEST_P(SignalBounds, Hold) {
  v1::Signal signal = good_signal();
  GetParam().change(signal);
  const auto read = decode(signal);
  if (GetParam().message == nullptr) {
    EXPECT_TRUE(read.has_value()) << to_string(read.error());
    return;
  }
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read.error().action, Remedy::skip);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().message));
  EXPECT_FALSE(read.error().remedy.empty());
}

using S = v1::Signal;
INSTANTIATE_TEST_SUITE_P(
    Signal, SignalBounds,
    ::testing::Values(
        SignalCase{"NoKey", [](S& s) { s.clear_key(); }, "signal.key must be present"},
        SignalCase{"KeyAtBound", [](S& s) { s.set_key(std::string(kKeyBytesMax, 'k')); }, nullptr},
        SignalCase{"KeyAbove", [](S& s) { s.set_key(std::string(kKeyBytesMax + 1, 'k')); },
                   "signal.key must be at most 512 bytes"},
        SignalCase{"SameSource", [](S& s) { s.set_source("zabbix"); }, nullptr},
        SignalCase{"OtherSource", [](S& s) { s.set_source("zabbix2"); }, "signal.source must be empty or zabbix"},
        SignalCase{"NoCondition", [](S& s) { s.clear_condition(); }, "signal.condition"},
        SignalCase{"UnknownCondition", [](S& s) { s.set_condition(static_cast<v1::Condition>(4)); },
                   "signal.condition"},
        SignalCase{"NegativeCondition", [](S& s) { s.set_condition(static_cast<v1::Condition>(-1)); },
                   "signal.condition"},
        SignalCase{"NoTime", [](S& s) { s.clear_at_ms(); }, "signal.at_ms must be present"},
        SignalCase{"EarliestTime", [](S& s) { s.set_at_ms(946'684'800'000); }, nullptr},
        SignalCase{"TooEarly", [](S& s) { s.set_at_ms(946'684'799'999); },
                   "signal.at_ms must be between the years 2000 and 2100"},
        SignalCase{"SecondsForMilliseconds", [](S& s) { s.set_at_ms(1'795'313'580); }, "is the unit right?"},
        SignalCase{"LatestTime", [](S& s) { s.set_at_ms(4'102'444'799'999); }, nullptr},
        SignalCase{"TooLate", [](S& s) { s.set_at_ms(4'102'444'800'000); }, "signal.at_ms"},
        SignalCase{"TheYear9999", [](S& s) { s.set_at_ms(kLatest.time_since_epoch().count()); }, "signal.at_ms"},
        SignalCase{"LatestNumber", [](S& s) { s.set_at_ms(std::numeric_limits<std::int64_t>::max()); }, "signal.at_ms"},
        SignalCase{"EveryOrigin", [](S& s) { s.set_origin(v1::ORIGIN_PERSON); }, nullptr},
        SignalCase{"UnknownOrigin", [](S& s) { s.set_origin(static_cast<v1::Origin>(5)); }, "signal.origin"},
        SignalCase{"NegativeOrigin", [](S& s) { s.set_origin(static_cast<v1::Origin>(-1)); }, "signal.origin"},
        SignalCase{"Heartbeat", [](S& s) { heartbeat(s, 1); }, nullptr},
        SignalCase{"HeartbeatAtBound", [](S& s) { heartbeat(s, kExpectWithinMax.count()); }, nullptr},
        SignalCase{"HeartbeatAbove", [](S& s) { heartbeat(s, kExpectWithinMax.count() + 1); },
                   "signal.expect_within_ms must be 1 to 604800000 milliseconds"},
        SignalCase{"HeartbeatAtOnce", [](S& s) { heartbeat(s, 0); }, "signal.expect_within_ms"},
        SignalCase{"HeartbeatWithoutInterval", [](S& s) { s.set_origin(v1::ORIGIN_HEARTBEAT); },
                   "signal.expect_within_ms must be present with origin heartbeat"},
        SignalCase{"IntervalOfAProbe",
                   [](S& s) {
                     heartbeat(s, 60'000);
                     s.set_origin(v1::ORIGIN_PROBE);
                   },
                   "signal.expect_within_ms must be present with origin heartbeat, and only with it"},
        SignalCase{"SummaryAtBound", [](S& s) { s.set_summary(std::string(kSummaryBytesMax, 's')); }, nullptr},
        SignalCase{"SummaryAbove", [](S& s) { s.set_summary(std::string(kSummaryBytesMax + 1, 's')); },
                   "signal.summary must be at most 1024 bytes"},
        SignalCase{"LabelsAtBound", [](S& s) { add_labels(s, kLabelsMax, 4, 4); }, nullptr},
        SignalCase{"LabelsAbove", [](S& s) { add_labels(s, kLabelsMax + 1, 4, 4); }, "labels must be at most 64"},
        SignalCase{"LabelNameAtBound", [](S& s) { add_labels(s, 1, kLabelNameBytesMax, 1); }, nullptr},
        SignalCase{"LabelNameAbove", [](S& s) { add_labels(s, 1, kLabelNameBytesMax + 1, 1); },
                   "labels.name must be at most 128 bytes"},
        SignalCase{"LabelValueAtBound", [](S& s) { add_labels(s, 1, 1, kLabelValueBytesMax); }, nullptr},
        SignalCase{"LabelValueAbove", [](S& s) { add_labels(s, 1, 1, kLabelValueBytesMax + 1); },
                   "labels.value must be at most 1024 bytes"},
        SignalCase{"LabelWithoutName", [](S& s) { s.add_labels()->set_value("v"); }, "labels.name must be present"},
        SignalCase{"LabelTwice",
                   [](S& s) {
                     for (const char* value : {"a", "b"}) {
                       s.add_labels()->set_name("host");
                       s.mutable_labels()->rbegin()->set_value(value);
                     }
                   },
                   "labels.name must be given once each"}),
    [](const auto& case_) { return case_.param.name; });

TEST(DecodeSignal, CarriesWhatStandsBehindIt) {
  Signal signal{"zabbix", "key", Condition::up, kStamp, {{"site", "dc-north"}}, "", ""};
  signal.origin = Origin::heartbeat;
  signal.expect_within = Millis{300'000};
  const auto read = decode_signal("zabbix", encode_signal(signal));
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(*read, signal);
}

TEST(EncodeSignal, OfMonitoringIsWrittenAsBeforeThereWereOrigins) {
  const Signal signal{"s", "k", Condition::down, Instant{Millis{1}}, {}, "", ""};
  EXPECT_EQ(encode_signal(signal), std::string("\x0a\x01s\x12\x01k\x18\x03\x20\x01"));
}

TEST(DecodeSignal, RefusesTextThatIsNotUtf8) {
  // Protobuf writes such a text, grumbling on standard error, and no reader takes it.
  const std::string bytes = std::string("\x12\x01\xff\x18\x03\x20\x01", 7);
  EXPECT_FALSE(decode_signal("zabbix", bytes).has_value());
}

TEST(DecodeInput, GivesTheStampOfTheJournal) {
  const auto read = decode_input(encode_input({Instant{Millis{1}}, std::nullopt, Tick{}}), kStamp);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->stamp, kStamp);
}

struct VersionCase {
  std::uint32_t version;
  std::optional<ErrorCode> code;
};
class InputVersion : public ::testing::TestWithParam<VersionCase> {};

TEST_P(InputVersion, IsLookedAtFirst) {
  v1::Input input;
  input.set_version(GetParam().version);
  input.mutable_tick();
  const auto read = decode_input(input.SerializeAsString(), kStamp);
  if (!GetParam().code) {
    EXPECT_TRUE(read.has_value());
    return;
  }
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, *GetParam().code);
  EXPECT_EQ(read.error().action, *GetParam().code == ErrorCode::incompatible ? Remedy::stop : Remedy::skip);
}
INSTANTIATE_TEST_SUITE_P(Version, InputVersion,
                         ::testing::Values(VersionCase{0, ErrorCode::invalid_input}, VersionCase{1, std::nullopt},
                                           VersionCase{2, std::nullopt}, VersionCase{3, ErrorCode::incompatible}),
                         [](const auto& case_) { return "Is" + std::to_string(case_.param.version); });

struct InputCase {
  const char* name;
  std::function<void(v1::Input&)> make;
  const char* message;
};
class RefusedInput : public ::testing::TestWithParam<InputCase> {};

TEST_P(RefusedInput, SaysWhat) {
  v1::Input input;
  input.set_version(1);
  GetParam().make(input);
  const auto read = decode_input(input.SerializeAsString(), kStamp);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read.error().action, Remedy::skip);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().message));
}

v1::Command& add_command(v1::Input& input) {
  v1::Command& command = *input.mutable_command();
  command.set_id("id");
  command.set_by("ksd-on-call");
  command.mutable_acknowledge()->set_incident("2026-0001");
  return command;
}

/// With texts 1 "s" and 2 "key".
v1::LoggedSignal& add_logged(v1::Input& input) {
  v1::Heard& heard = *input.mutable_heard();
  if (heard.texts().empty()) heard.add_texts("s"), heard.add_texts("key");
  v1::LoggedSignal& signal = *heard.add_logged();
  signal.set_source(1);
  signal.set_key(2);
  signal.set_condition(v1::CONDITION_DOWN);
  return signal;
}

using I = v1::Input;
INSTANTIATE_TEST_SUITE_P(
    Input, RefusedInput,
    ::testing::Values(
        InputCase{"Nothing", [](I&) {}, "says nothing"},
        InputCase{"GapWithoutSpan", [](I& i) { i.mutable_source_gap(); }, "span must be present"},
        InputCase{"SpanWithoutSource", [](I& i) { i.mutable_heard(), i.mutable_span(); }, "span.source"},
        InputCase{"SpanSourceTooLong",
                  [](I& i) { i.mutable_heard(), i.mutable_span()->set_source(std::string(kSourceBytesMax + 1, 's')); },
                  "span.source must be at most 64 bytes"},
        InputCase{"SignalWithoutKey", [](I& i) { i.mutable_heard()->add_signals()->set_source("s"); }, "signal.key"},
        InputCase{"TooManySignals",
                  [](I& i) {
                    for (std::size_t k = 0; k <= kSignalsMax; ++k) i.mutable_heard()->add_signals();
                  },
                  "heard.signals must be at most 10000"},
        InputCase{"TooManyOfBothVersions",
                  [](I& i) {
                    for (std::size_t k = 0; k < kSignalsMax; ++k) add_logged(i);
                    i.mutable_heard()->add_signals();
                  },
                  "heard.signals must be at most 10000"},
        InputCase{"TextWithoutNumber", [](I& i) { add_logged(i).set_summary(3); },
                  "heard.logged must be of the numbers of heard.texts"},
        InputCase{"EmptyKey", [](I& i) { add_logged(i).set_key(0); }, "signal.key must be present"},
        InputCase{"KeyTooLong",
                  [](I& i) { add_logged(i), i.mutable_heard()->set_texts(1, std::string(kKeyBytesMax + 1, 'k')); },
                  "signal.key must be at most 512 bytes"},
        InputCase{"LoggedWithoutCondition", [](I& i) { add_logged(i).clear_condition(); }, "signal.condition"},
        InputCase{"NameWithoutValue", [](I& i) { add_logged(i).add_labels(1); },
                  "heard.logged.labels must be pairs of name and value"},
        InputCase{"LabelTwice",
                  [](I& i) {
                    auto& signal = add_logged(i);
                    for (const std::uint32_t number : {1U, 1U, 1U, 2U}) signal.add_labels(number);
                  },
                  "labels.name must be given once each"},
        InputCase{"TooManyLabels",
                  [](I& i) {
                    auto& signal = add_logged(i);
                    for (std::size_t k = 0; k <= kLabelsMax; ++k) signal.add_labels(1), signal.add_labels(1);
                  },
                  "labels must be at most 64"},
        InputCase{"CommandWithoutId", [](I& i) { add_command(i).clear_id(); }, "command.id must be present"},
        InputCase{"CommandIdTooLong", [](I& i) { add_command(i).set_id(std::string(kCommandIdBytesMax + 1, 'i')); },
                  "command.id must be at most 128 bytes"},
        InputCase{"CommandByNobody", [](I& i) { add_command(i).clear_by(); }, "command.by must be present"},
        InputCase{"CommandWithoutBody", [](I& i) { add_command(i).clear_acknowledge(); }, "the command says nothing"},
        InputCase{"CommandBeforeTime", [](I& i) { add_command(i).set_at_ms(std::numeric_limits<std::int64_t>::min()); },
                  "command.at_ms"},
        InputCase{"ConfirmNothing", [](I& i) { add_command(i).mutable_confirm_limited()->set_activity("a"); },
                  "confirm_limited.limited must be true or false"},
        InputCase{"UnknownAnswer",
                  [](I& i) { add_command(i).mutable_answer_fact()->set_answer(static_cast<v1::Answer>(9)); },
                  "answer_fact.answer"},
        InputCase{"HashTooLong", [](I& i) { i.mutable_activate()->set_hash(std::string(kNameBytesMax + 1, 'h')); },
                  "activate.hash"},
        InputCase{"ResumedBeforeTime",
                  [](I& i) { i.mutable_resumed()->set_from_ms(std::numeric_limits<std::int64_t>::min()); },
                  "resumed.from_ms"}),
    [](const auto& case_) { return case_.param.name; });

TEST(DecodeCommand, ReadsWhatEncodeCommandWrote) {
  for (const bool limited : {false, true}) {
    const Command command{"id", "ward-manager", kStamp, ConfirmLimited{"2026-0001", "emergency-east", limited}};
    const auto read = decode_command(encode_command(command));
    ASSERT_TRUE(read.has_value()) << to_string(read.error());
    EXPECT_TRUE(testing::same(*read, command));
  }
}

constexpr const char* kWorkOf9999 =
    R"({"id":"1","by":"r","plan_maintenance":{"reference":"C-1","service":"cosmic","from_ms":1795313580000,)"
    R"("until_ms":253402300799999,"approved_by":"r"}})";

struct CommandCase {
  const char* name;
  const char* json;
  const char* message;
};
class RefusedCommand : public ::testing::TestWithParam<CommandCase> {};

TEST_P(RefusedCommand, SaysWhat) {
  const auto read = decode_command(GetParam().json);
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(read.error().action, Remedy::skip);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().message));
}
INSTANTIATE_TEST_SUITE_P(
    Command, RefusedCommand,
    ::testing::Values(
        CommandCase{"NotJson", "acknowledge 2026-0001", "not JSON"},
        CommandCase{
            "Misspelt", R"({"id":"1","by":"r","confirm_limited":{"incident":"i","activity":"a","limitd":true}})",
            "/confirm_limited/limitd: no key of this name is known here; known are incident, activity, limited"},
        CommandCase{"LeftOut", R"({"id":"1","by":"r","confirm_limited":{"incident":"i","activity":"a"}})",
                    "confirm_limited.limited must be true or false"},
        CommandCase{"AnswerLeftOut", R"({"id":"1","by":"r","answer_fact":{"incident":"i","fact":"f"}})",
                    "answer_fact.answer"},
        CommandCase{"NoCommand", R"({"id":"1","by":"r"})", "the command says nothing"},
        CommandCase{"TwoCommands", R"({"id":"1","by":"r","acknowledge":{"incident":"i"},"cancel_maintenance":{}})",
                    "/cancel_maintenance: cannot stand beside acknowledge; keep one of them"},
        CommandCase{"KeyTwice", R"({"id":"1","id":"2","by":"r","acknowledge":{"incident":"i"}})",
                    "/id: this key stands twice; keep one"},
        CommandCase{"SecondsForMilliseconds",
                    R"({"id":"1","by":"r","at_ms":1795313580,"acknowledge":{"incident":"i"}})",
                    "command.at_ms must be between the years 2000 and 2100"},
        CommandCase{"TextForMilliseconds",
                    R"({"id":"1","by":"r","at_ms":"1795313580000","acknowledge":{"incident":"i"}})",
                    "/at_ms: expected a whole number"},
        CommandCase{"WorkInTheYear9999", kWorkOf9999,
                    "plan_maintenance.until_ms must be between the years 2000 and 2100"},
        CommandCase{"KeyOfControls", "{\"a\\u001b[31m/~\":1}", "/a?[31m~1~0: no key of this name"}),
    [](const auto& case_) { return case_.param.name; });

TEST(DecodeInput, HasABound) {
  Input input{kStamp, std::nullopt, Heard{{}, {Unreadable{}}}};
  auto& value = std::get<Heard>(input.body).unreadable[0].value;
  value.assign(kInputBytesMax, 'x');
  value.resize(value.size() - (encode_input(input).size() - kInputBytesMax));
  ASSERT_EQ(encode_input(input).size(), kInputBytesMax);
  EXPECT_TRUE(decode_input(encode_input(input), kStamp).has_value());
  value += 'x';
  const auto refused = decode_input(encode_input(input), kStamp);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().action, Remedy::skip);
}

/// A small input may say a long text many times. `more`: beyond what all texts together may take.
v1::Input much_text(std::size_t more) {
  v1::Input input;
  input.set_version(2);
  add_logged(input);
  v1::Heard& heard = *input.mutable_heard();
  heard.mutable_logged()->Clear();
  heard.add_texts(std::string(kLabelValueBytesMax, 'x'));
  std::size_t left = kInputBytesMax + more;
  while (left > 4 * kLabelValueBytesMax) {
    v1::LoggedSignal& signal = add_logged(input);
    for (const std::uint32_t number : {1U, 3U, 2U, 3U}) signal.add_labels(number);
    left -= 2 * (1 + 3) + 2 * kLabelValueBytesMax;
  }
  for (; left > 0; left -= std::min(left, kSummaryBytesMax)) {
    heard.add_texts(std::string(std::min(left, kSummaryBytesMax) - 4, 'y'));
    add_logged(input).set_summary(static_cast<std::uint32_t>(heard.texts_size()));
  }
  return input;
}

TEST(DecodeInput, BoundsWhatItsTextsBecome) {
  const auto read = decode_input(much_text(0).SerializeAsString(), kStamp);
  EXPECT_TRUE(read.has_value()) << to_string(read.error());
  const auto refused = decode_input(much_text(1).SerializeAsString(), kStamp);
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("the texts of heard.logged must be at most 15728640 bytes"));
}

TEST(DecodeInput, ReadsWhatVersion1Wrote) {
  const Signal signal{"s",       "key",  Condition::down,   kStamp,        {{"host", "a"}, {"site", "b"}},
                      "summary", "hash", Origin::heartbeat, Millis{60'000}};
  v1::Input old;
  old.set_version(1);
  ASSERT_TRUE(old.mutable_heard()->add_signals()->ParseFromString(encode_signal(signal)));
  const auto read = decode_input(old.SerializeAsString(), kStamp);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_THAT(std::get<Heard>(read->body).signals, ElementsAre(signal));
}

TEST(EncodeInput, TellsATextOnceWhereTheSignalBeforeSaysItToo) {
  const auto signal = [](const std::string& key, Labels labels) {
    return Signal{"tool", key, Condition::down, kStamp, std::move(labels), "does not answer", "0123456789abcdef"};
  };
  const Heard heard{{signal("first", {{"alertname", "ServiceDown"}, {"instance", "host-1"}, {"region", "north"}}),
                     // One label less, one more, one of another value.
                     signal("second", {{"alertname", "ServiceDown"}, {"region", "south"}, {"site", "east"}}),
                     signal("third", {{"alertname", "ServiceDown"}, {"region", "south"}, {"site", "east"}})},
                    {}};
  const std::string bytes = encode_input({kStamp, std::nullopt, heard});
  const auto times = [&](const std::string& text) {
    std::size_t count = 0;
    for (auto at = bytes.find(text); at != std::string::npos; at = bytes.find(text, at + 1)) ++count;
    return count;
  };
  for (const char* once : {"tool", "does not answer", "0123456789abcdef", "alertname", "ServiceDown", "instance",
                           "host-1", "region", "north", "south", "site", "east", "first", "second", "third"}) {
    EXPECT_EQ(times(once), 1U) << once;
  }
  const auto read = decode_input(bytes, kStamp);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  EXPECT_EQ(std::get<Heard>(read->body).signals, heard.signals);
}

TEST(EncodeInput, WhatNobodyWouldReadIsTooLargeToSee) {
  const Signal large{"s", "k", Condition::down, kStamp, {}, std::string(kSummaryBytesMax, 'x'), ""};
  const Heard heard{std::vector<Signal>(kInputBytesMax / kSummaryBytesMax, large), {}};
  EXPECT_GT(encode_input({kStamp, std::nullopt, heard}).size(), kInputBytesMax);
}

TEST(EncodeInput, MendsTextsAndKeepsBytes) {
  const std::string bytes("\xff\0", 2);
  Heard heard;
  heard.signals.push_back({"s", "key \xff", Condition::up, kStamp, {{"host", "\xd6stra"}}, "cut \xe2\x82", ""});
  heard.unreadable.push_back({"topic", 0, 0, bytes, bytes, {{bytes, bytes}}, "decode", "code", "found \xff"});
  const auto read = decode_input(encode_input({kStamp, std::nullopt, heard}), kStamp);
  ASSERT_TRUE(read.has_value()) << to_string(read.error());
  const auto& got = std::get<Heard>(read->body);
  EXPECT_EQ(got.signals[0].key, "key \xef\xbf\xbd");
  EXPECT_EQ(got.signals[0].labels[0].value, "\xef\xbf\xbdstra");
  EXPECT_EQ(got.unreadable[0].key, bytes);
  EXPECT_EQ(got.unreadable[0].value, bytes);
  EXPECT_EQ(got.unreadable[0].headers, (std::vector<Header>{{bytes, bytes}}));
  EXPECT_EQ(got.unreadable[0].message, "found \xef\xbf\xbd");
}

}  // namespace
}  // namespace avbrottsvakt
