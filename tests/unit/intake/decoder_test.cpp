#include "intake/decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/digest.h"
#include "fakes.h"
#include "intake/kafka_reader.h"
#include "model/limits.h"
#include "wire/input.h"

namespace avbrottsvakt::test {
namespace {

using testing::HasSubstr;

const StreamStart kStream{"topic", 3, "", -1, -1, -1};

TEST(Decoder, AnUnreadableRecordIsKeptWhole) {
  ReadRecord read = record(17, "strange");
  read.key = "host-1";
  read.headers = {{"ce_id", "abc"}, {"ce_id", "def"}};
  const Heard heard = test_decoder().decode(read, kStream);
  EXPECT_TRUE(heard.signals.empty());
  ASSERT_EQ(heard.unreadable.size(), 1u);
  const Unreadable& letter = heard.unreadable[0];
  EXPECT_EQ(letter.topic, "topic");
  EXPECT_EQ(letter.partition, 3);
  EXPECT_EQ(letter.offset, 17);
  EXPECT_EQ(letter.key, "host-1");
  EXPECT_EQ(letter.value, *read.value);
  EXPECT_EQ(letter.headers, read.headers);
  EXPECT_EQ(letter.stage, "mapping");
  EXPECT_EQ(letter.error, "unmapped_value");
  EXPECT_THAT(letter.message, HasSubstr("\"strange\""));
}

TEST(Decoder, WhatCanBeReadIsUsedBesides) {
  MappingSpec spec = test_mapping();
  spec.iterate = "/all";
  ReadRecord read;
  read.value = R"({"all":[)" + payload("a") + "," + payload("b", "strange") + "]}";
  const Heard heard = Decoder::make(spec)->decode(read, kStream);
  EXPECT_EQ(heard.signals.size(), 1u);
  EXPECT_EQ(heard.unreadable.size(), 1u);
}

TEST(Decoder, ATombstoneSaysNothing) {
  const Heard heard = test_decoder().decode(ReadRecord{}, kStream);
  EXPECT_TRUE(heard.signals.empty());
  EXPECT_TRUE(heard.unreadable.empty());
}

MappingSpec cloud_events() {
  MappingSpec spec;
  spec.source = "events";
  spec.decode = Decode::cloudevents;
  SignalRuleSpec rule;
  rule.key = {"{/id}"};
  rule.condition.from = "/type";
  rule.condition.endings = {{".down", Meaning::down}};
  rule.at.received = true;
  spec.signals = {rule};
  return spec;
}

TEST(Decoder, ATombstoneAmongCloudEventsIsUnreadable) {
  ReadRecord read;
  read.position = 7;
  read.key = "cosmic";
  read.headers = {{"ce_specversion", "1.0"}, {"ce_id", "1"}, {"ce_source", "/s"}, {"ce_type", "x.up"}};
  const Heard heard = Decoder::make(cloud_events())->decode(read, kStream);
  EXPECT_TRUE(heard.signals.empty());
  ASSERT_EQ(heard.unreadable.size(), 1u);
  EXPECT_EQ(heard.unreadable[0].stage, "decode");
  EXPECT_EQ(heard.unreadable[0].error, "tombstone");
  EXPECT_THAT(heard.unreadable[0].message, HasSubstr("without a value"));
  EXPECT_EQ(heard.unreadable[0].key, "cosmic");
  EXPECT_EQ(heard.unreadable[0].headers, read.headers);
  EXPECT_EQ(heard.unreadable[0].offset, 7);
}

TEST(Decoder, HeadersAndStampReachTheMapping) {
  ReadRecord read;
  read.value = "{}";
  read.headers = {{"ce_specversion", "1.0"}, {"ce_id", "1"}, {"ce_source", "/s"}, {"ce_type", "x.down"}};
  read.received = Instant(Millis(1'795'313'580'123));
  const Heard heard = Decoder::make(cloud_events())->decode(read, kStream);
  ASSERT_EQ(heard.signals.size(), 1u) << heard.unreadable.at(0).message;
  EXPECT_EQ(heard.signals[0].key, "1");
  EXPECT_EQ(heard.signals[0].at, *read.received);
}

struct Stamped {
  kafka::Record::StampedBy by;
  bool received;
};

TEST(KafkaRecord, IsReadWhole) {
  for (const Stamped& stamped :
       {Stamped{kafka::Record::StampedBy::none, false}, Stamped{kafka::Record::StampedBy::writer, true},
        Stamped{kafka::Record::StampedBy::broker, true}}) {
    const Instant stamp(Millis(1'795'313'580'123));
    const ReadRecord read = read_record(kafka::Record{2, 41, stamped.by, stamp, "k", "v", {{"a", "1"}, {"a", "2"}}});
    EXPECT_EQ(read.stream, 2u);
    EXPECT_EQ(read.position, 41);
    EXPECT_EQ(read.key, "k");
    EXPECT_EQ(read.value, "v");
    EXPECT_EQ(read.headers, (std::vector<Header>{{"a", "1"}, {"a", "2"}}));
    EXPECT_EQ(read.received, stamped.received ? std::optional(stamp) : std::nullopt);
  }
}

TEST(Decoder, ALineThatIsTooLongSaysSo) {
  ReadRecord read = record(5);
  read.bytes_left_out = 20'000'000;
  const Heard heard = test_decoder().decode(read, kStream);
  EXPECT_TRUE(heard.signals.empty());
  ASSERT_EQ(heard.unreadable.size(), 1u);
  EXPECT_EQ(heard.unreadable[0].error, "too_large");
}

TEST(Decoder, OurOwnSignal) {
  MappingSpec spec;
  spec.source = "signal";
  spec.decode = Decode::protobuf_signal;
  auto decoder = Decoder::make(spec);
  ASSERT_TRUE(decoder);
  Signal signal;
  signal.source = "signal";
  signal.key = "k";
  signal.condition = Condition::down;
  signal.at = Instant(Millis(1'795'313'580'000));
  signal.labels = {{"service", "cosmic"}};
  ReadRecord read;
  read.value = encode_signal(signal);
  const Heard heard = decoder->decode(read, kStream);
  ASSERT_EQ(heard.signals.size(), 1u);
  EXPECT_EQ(heard.signals[0], signal);

  signal.source = "alertmanager";
  read.value = encode_signal(signal);
  const Heard forged = decoder->decode(read, kStream);
  EXPECT_TRUE(forged.signals.empty()) << "no source speaks for another";
  ASSERT_EQ(forged.unreadable.size(), 1u);
  EXPECT_EQ(forged.unreadable[0].stage, "decode");
  EXPECT_EQ(forged.unreadable[0].error, "invalid_signal");

  read.value = "\xff\xff\xff";
  EXPECT_EQ(decoder->decode(read, kStream).unreadable.size(), 1u);
}

struct WrongProtobuf {
  const char* name;
  std::string value;
  const char* says;
};
class WrongProtobufs : public testing::TestWithParam<WrongProtobuf> {};

TEST_P(WrongProtobufs, AreKeptWholeWithWhatWasExpected) {
  MappingSpec spec;
  spec.source = "signal";
  spec.decode = Decode::protobuf_signal;
  ReadRecord read;
  read.position = 5;
  read.value = GetParam().value;
  const Heard heard = Decoder::make(spec)->decode(read, kStream);
  EXPECT_TRUE(heard.signals.empty());
  ASSERT_EQ(heard.unreadable.size(), 1u);
  EXPECT_EQ(heard.unreadable[0].value, GetParam().value);
  EXPECT_EQ(heard.unreadable[0].offset, 5);
  EXPECT_EQ(heard.unreadable[0].error, "invalid_signal");
  EXPECT_THAT(heard.unreadable[0].message, HasSubstr(GetParam().says));
  EXPECT_THAT(heard.unreadable[0].message, HasSubstr("see proto/avbrottsvakt/v1/signal.proto"));
}

/// A signal as its bytes.
std::string signal_bytes() {
  Signal signal;
  signal.key = "k";
  signal.condition = Condition::down;
  signal.at = Instant(Millis(1'795'313'580'000));
  return encode_signal(signal);
}

INSTANTIATE_TEST_SUITE_P(
    Bytes, WrongProtobufs,
    testing::Values(WrongProtobuf{"Empty", "", "signal.at_ms must be present"},
                    WrongProtobuf{"Text", "down", "not a Protobuf Signal"},
                    WrongProtobuf{"Json", R"({"key":"k","condition":"down"})", "not a Protobuf Signal"},
                    WrongProtobuf{"Cut", signal_bytes().substr(0, signal_bytes().size() - 1), "not a Protobuf Signal"},
                    WrongProtobuf{"FramedByARegistry", std::string("\0\0\0\0\7\0", 6) + signal_bytes(),
                                  "not a Protobuf Signal"},
                    WrongProtobuf{"AnotherMessage", encode_input(Input{{}, std::nullopt, CaughtUp{}}), "signal."},
                    WrongProtobuf{"EndlessNumber", std::string(20, '\xff'), "not a Protobuf Signal"},
                    WrongProtobuf{"TextThatIsNotUtf8", signal_bytes() + "\x3a\x01\xff", "not a Protobuf Signal"}),
    [](const auto& p) { return std::string(p.param.name); });

TEST(Decoder, WhatPeopleSay) {
  MappingSpec spec;
  spec.source = "commands";
  spec.decode = Decode::command_json;
  auto decoder = Decoder::make(spec);
  ASSERT_TRUE(decoder);
  Command command;
  command.id = "a1";
  command.by = "ksd-on-call";
  command.body = ConfirmLimited{"2026-0001", "emergency-east", true};
  ReadRecord read;
  read.value = encode_command(command);
  const Heard heard = decoder->decode(read, kStream);
  ASSERT_EQ(heard.commands.size(), 1u);
  EXPECT_TRUE(heard.unreadable.empty());
  EXPECT_EQ(heard.commands[0].by, "ksd-on-call");
  EXPECT_EQ(std::get<ConfirmLimited>(heard.commands[0].body).activity, "emergency-east");

  for (const char* broken : {"", "{", "[]", "null", "\xff", R"({"id":"a1","acknowledge":{"incident":"2026-0001"}})",
                             R"({"id":"a1","by":"ksd-on-call"})", R"({"by":"ksd-on-call","acknowledge":{}})"}) {
    read.value = broken;
    const Heard refused = decoder->decode(read, kStream);
    EXPECT_TRUE(refused.commands.empty()) << broken;
    ASSERT_EQ(refused.unreadable.size(), 1u) << broken;
    EXPECT_EQ(refused.unreadable[0].error, "invalid_command") << broken;
  }
}

TEST(Decoder, AFaultyMappingIsRefused) {
  MappingSpec spec = test_mapping();
  spec.signals[0].key.clear();
  EXPECT_FALSE(Decoder::make(spec));
}

Input input_of(Heard heard) {
  Input input;
  input.span = SourceSpan{"tool", "topic", 0, "", "", 4, 5};
  input.body = std::move(heard);
  return input;
}

TEST(EncodeWithin, KeepsWhatFits) {
  Unreadable letter;
  letter.value = std::string(20'000, 'x');
  letter.headers = {{"a", "b"}};
  const Input whole = input_of(Heard{{}, {letter}});
  const std::string bytes = encode_within(whole, 30'000);
  const Heard heard = std::get<Heard>(decoded({bytes}).at(0).body);
  EXPECT_EQ(heard.unreadable.at(0), letter);
}

TEST(EncodeWithin, KeepsTheBeginningOfWhatDoesNot) {
  Unreadable letter;
  letter.value = std::string(40'000, 'x');
  letter.headers = {{"a", "b"}};
  letter.message = "it is broken";
  const std::string bytes = encode_within(input_of(Heard{{}, {letter}}), 30'000);
  EXPECT_LE(bytes.size(), 30'000u);
  const Heard heard = std::get<Heard>(decoded({bytes}).at(0).body);
  EXPECT_EQ(heard.unreadable.at(0).value, std::string(7'500, 'x'));
  EXPECT_THAT(heard.unreadable.at(0).message, HasSubstr("it is broken; only the first 7500 of 40000 bytes"));
  EXPECT_THAT(heard.unreadable.at(0).message, HasSubstr(sha256_hex(letter.value)));
}

TEST(EncodeWithin, SignalsThatDoNotFitBecomeUnreadable) {
  Heard many;
  for (int i = 0; i < 1000; ++i) {
    Signal signal;
    signal.source = "tool";
    signal.key = std::to_string(i);
    signal.summary = std::string(100, 'x') + signal.key;
    many.signals.push_back(std::move(signal));
  }
  const std::string bytes = encode_within(input_of(many), 30'000);
  EXPECT_LE(bytes.size(), 30'000u);
  const Input input = decoded({bytes}).at(0);
  EXPECT_EQ(input.span->upto, 5);
  const Heard heard = std::get<Heard>(input.body);
  EXPECT_TRUE(heard.signals.empty());
  ASSERT_EQ(heard.unreadable.size(), 1u);
  EXPECT_EQ(heard.unreadable[0].error, "too_large_for_the_log");
  EXPECT_EQ(heard.unreadable[0].offset, 5);
}

TEST(EncodeWithin, TheLargestPayloadIsKeptWhole) {
  ReadRecord read;
  read.value = std::string(kPayloadBytesMax, 'x');
  read.position = 0;
  read.headers = {{"a", "b"}};
  const std::string bytes = encode_within(input_of(test_decoder().decode(read, kStream)), kInputBytesMax);
  EXPECT_LE(bytes.size(), kInputBytesMax);
  const Heard heard = std::get<Heard>(decoded({bytes}).at(0).body);
  ASSERT_EQ(heard.unreadable.size(), 1u);
  EXPECT_EQ(heard.unreadable[0].value, *read.value);
  EXPECT_EQ(heard.unreadable[0].headers, read.headers);
}

TEST(EncodeWithin, TheLargestPayloadIsKeptWholeBesideAsManySignalsAsItMayGive) {
  MappingSpec spec = test_mapping();
  spec.iterate = "/all";
  spec.signals[0].summary = {"{/s}"};
  std::string all;
  while (all.size() < kSignalTextBytesMax + 1'000'000) {
    std::string one = payload("a");
    one.insert(1, R"("s":")" + std::string(kSummaryBytesMax, 'x') + "\",");
    all += one + ",";
  }
  ReadRecord read;
  read.value = R"({"all":[)" + all + payload("b", "strange") + "]}";
  read.value->resize(kPayloadBytesMax, ' ');
  const Heard made = Decoder::make(spec)->decode(read, kStream);
  const std::string bytes = encode_within(input_of(made), kInputBytesMax);
  const Heard heard = std::get<Heard>(decoded({bytes}).at(0).body);
  EXPECT_EQ(heard.signals, made.signals);
  EXPECT_GT(heard.signals.size(), 3'000u);
  ASSERT_EQ(heard.unreadable.size(), 1u);
  EXPECT_EQ(heard.unreadable[0].value, *read.value);
}

}  // namespace
}  // namespace avbrottsvakt::test
