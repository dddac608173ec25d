// How records carry CloudEvents. What config/sources/cloudevents.yaml makes of them is in tests/unit/config/payloads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "specs.h"

namespace avbrottsvakt::test {
namespace {

using testing::HasSubstr;

MappingSpec cloud_events() {
  MappingSpec spec;
  spec.source = "cloudevents";
  spec.decode = Decode::cloudevents;
  SignalRuleSpec rule;
  rule.key = {"{/source} {/id}"};
  rule.condition.from = "/type";
  rule.condition.endings = {{".down", Meaning::down}, {".up", Meaning::up}};
  rule.at.rfc3339 = "/time";
  rule.labels = {{"content", "/datacontenttype"}, {"name", "/data/name"}};
  spec.signals = {rule};
  return spec;
}

using Headers = std::vector<Header>;

Headers binary(const std::string& content_type = "application/json") {
  Headers headers = {{"ce_specversion", "1.0"},
                     {"ce_id", "1"},
                     {"ce_source", "/s"},
                     {"ce_type", "x.down"},
                     {"ce_time", "2026-11-22T02:13:00Z"}};
  if (!content_type.empty()) {
    headers.push_back({"content-type", content_type});
  }
  return headers;
}

const char* const kStructured =
    R"({"specversion":"1.0","id":"1","source":"/s","type":"x.down","time":"2026-11-22T02:13:00Z",)"
    R"("datacontenttype":"application/json","data":{"name":"a"}})";

TEST(CloudEvents, BothModesAreOneDocument) {
  const auto mapping = compiled(cloud_events());
  const Headers as_structured = {{"content-type", "application/cloudevents+json"}};
  const Mapped structured = mapping->map(Payload{kStructured, as_structured});
  const Mapped headed = mapping->map(Payload{R"({"name":"a"})", binary()});
  ASSERT_EQ(structured.signals.size(), 1u) << structured.refusal->message;
  EXPECT_EQ(structured.signals, headed.signals);
  EXPECT_EQ(structured.signals, mapping->map(kStructured).signals) << "a line has no headers";
  EXPECT_EQ(structured.signals[0].key, "/s 1");
  EXPECT_EQ(structured.signals[0].labels, (Labels{{"content", "application/json"}, {"name", "a"}}));
}

struct ContentType {
  const char* name;
  const char* written;
  bool with_attributes;  ///< headers ce_* beside it
  const char* value;
  const char* error;  ///< null: a signal comes out
};

class ContentTypes : public testing::TestWithParam<ContentType> {};

TEST_P(ContentTypes, DecideTheMode) {
  const ContentType& p = GetParam();
  const Headers headers = p.with_attributes ? binary(p.written) : Headers{{"Content-Type", p.written}};
  const Mapped mapped = compiled(cloud_events())->map(Payload{p.value, headers});
  EXPECT_EQ(mapped.signals.size(), p.error == nullptr ? 1u : 0u);
  EXPECT_EQ(mapped.refusal ? mapped.refusal->error : "none", p.error == nullptr ? "none" : p.error);
}

TEST(ContentType, ThatIsNotUtf8CanBeReadInTheReason) {
  const Headers headers = binary("application/x\xf4\x1b[2J");
  const Mapped mapped = compiled(cloud_events())->map(Payload{"{}", headers});
  ASSERT_TRUE(mapped.refusal);
  EXPECT_THAT(mapped.refusal->message, HasSubstr("found \"application/x\xEF\xBF\xBD\\x1b[2J\""))
      << "a fuzzer's finding";
}

INSTANTIATE_TEST_SUITE_P(
    Cases, ContentTypes,
    testing::Values(ContentType{"Structured", "application/cloudevents+json", false, kStructured, nullptr},
                    ContentType{"StructuredWithCharset", "Application/CloudEvents+JSON ; charset=UTF-8", false,
                                kStructured, nullptr},
                    ContentType{"StructuredWithoutFormat", "application/cloudevents", false, kStructured, nullptr},
                    ContentType{"StructuredDespiteAttributes", "application/cloudevents+json", true, kStructured,
                                nullptr},
                    ContentType{"StructuredButOnlyData", "application/cloudevents+json", true, "{}", "no_cloud_event"},
                    ContentType{"Batch", "application/cloudevents-batch+json", false, "[]", "unsupported_format"},
                    ContentType{"Avro", "application/cloudevents+avro", true, "{}", "unsupported_format"},
                    ContentType{"BinaryJson", "application/json;charset=utf-8", true, "{}", nullptr},
                    ContentType{"BinaryTextJson", "text/json", true, "{}", nullptr},
                    ContentType{"BinaryVendorJson", "application/vnd.a+json", true, "{}", nullptr},
                    ContentType{"BinaryWithoutType", "", true, "{}", nullptr},
                    ContentType{"BinaryXml", "application/xml", true, "<a/>", "unsupported_format"},
                    ContentType{"JsonWithoutAttributes", "application/json", false, "{}", "no_cloud_event"},
                    ContentType{"JsonThatIsAnEvent", "application/json", false, kStructured, nullptr}),
    [](const auto& p) { return std::string(p.param.name); });

class Attributes : public testing::TestWithParam<const char*> {};

TEST_P(Attributes, MustBeThere) {
  const std::string name = GetParam();
  Headers headers = binary();
  const auto same = [&](const Header& header) { return header.name == "ce_" + name; };
  for (const bool empty : {true, false}) {
    if (empty) {
      std::find_if(headers.begin(), headers.end(), same)->value.clear();
    } else {
      std::erase_if(headers, same);
    }
    const Mapped mapped = compiled(cloud_events())->map(Payload{"{}", headers});
    EXPECT_TRUE(mapped.signals.empty());
    ASSERT_TRUE(mapped.refusal);
    EXPECT_EQ(mapped.refusal->stage, "decode");
    EXPECT_EQ(mapped.refusal->error, "no_cloud_event");
    EXPECT_THAT(mapped.refusal->message, HasSubstr(name));
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, Attributes, testing::Values("specversion", "id", "source", "type"),
                         [](const auto& p) { return std::string(p.param); });

TEST(CloudEvents, DataCannotBecomeAttributes) {
  const auto mapping = compiled(cloud_events());
  const Mapped mapped = mapping->map(Payload{R"({},"time":"2027-01-01T00:00:00Z","x":{})", binary()});
  EXPECT_TRUE(mapped.signals.empty());
  EXPECT_THAT(mapped.refusal->message, testing::StartsWith("/data: "));
  Headers headers = binary();
  headers.insert(headers.begin(), {{"ce_data", "{\"name\":\"b\"}"}, {"ce_x\",\"id\":\"2", "\",\"id\":\"3"}});
  const Mapped quoted = mapping->map(Payload{R"({"name":"a"})", headers});
  ASSERT_EQ(quoted.signals.size(), 1u) << quoted.refusal->message;
  EXPECT_EQ(quoted.signals[0].key, "/s 1");
  EXPECT_EQ(quoted.signals[0].labels.at(1), (Label{"name", "a"}));
}

TEST(CloudEvents, TheBoundHoldsForAttributesAndDataTogether) {
  const auto mapping = compiled(cloud_events());
  const std::string document = R"({"specversion":"1.0","id":"1","source":"/s","type":"x.down",)"
                               R"("time":"2026-11-22T02:13:00Z","datacontenttype":"application/json","data":})";
  std::string data = "{}";
  data.resize(kPayloadBytesMax - document.size(), ' ');
  EXPECT_EQ(mapping->map(Payload{data, binary()}).signals.size(), 1u);
  data += ' ';
  EXPECT_EQ(mapping->map(Payload{data, binary()}).refusal->error, "too_large");
  EXPECT_EQ(mapping->map(Payload{"{}", binary()}).signals.size(), 1u);
}

/// Bytes of headers and data changed at random: nothing crashes, and what gives no signal gives a reason.
TEST(CloudEvents, AnyBytesAreReadOrRefused) {
  constexpr unsigned kSeed = 20261125;
  std::mt19937 random(kSeed);
  const auto below = [&](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
  };
  const auto spoil = [&](std::string& text) {
    if (!text.empty()) {
      text[below(text.size())] = static_cast<char>(below(256));
    }
  };
  const auto mapping = compiled(cloud_events());
  std::size_t refused = 0;
  for (int round = 0; round < 10'000; ++round) {
    Headers headers = binary();
    std::string data = R"({"name":"å"})";
    for (std::size_t change = 0; change <= below(3); ++change) {
      Header& header = headers[below(headers.size())];
      std::string* const choices[] = {&header.name, &header.value, &data};
      spoil(*choices[below(3)]);
    }
    const Mapped mapped = mapping->map(Payload{data, headers});
    EXPECT_EQ(mapped.signals.empty(), mapped.refusal.has_value()) << "seed " << kSeed << " round " << round;
    refused += mapped.refusal ? 1u : 0u;
  }
  EXPECT_GT(refused, 2'000u);
  EXPECT_LT(refused, 9'000u);
}

}  // namespace
}  // namespace avbrottsvakt::test
