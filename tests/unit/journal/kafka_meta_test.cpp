#include "journal/kafka_meta.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/kafka_topics.h"

namespace avbrottsvakt {
namespace {

TEST(KafkaMeta, IsTextThatReadsBack) {
  const KafkaMeta meta{17, 4, *parse_instant("2026-11-22T02:13:00.000Z")};
  EXPECT_EQ(encode(meta), "v1 next=17 sequence=4 now=1795313580000");
  EXPECT_EQ(decode_meta(encode(meta)), meta);
  // A field that a later version adds is no reason to stop.
  EXPECT_EQ(decode_meta(encode(meta) + " head=abc"), meta);
}

struct Unreadable {
  const char* name;
  const char* text;
  ErrorCode code;
};

class UnreadableMeta : public testing::TestWithParam<Unreadable> {};

TEST_P(UnreadableMeta, IsRefused) {
  const auto meta = decode_meta(GetParam().text);
  ASSERT_FALSE(meta);
  EXPECT_EQ(meta.error().code, GetParam().code);
  EXPECT_EQ(meta.error().action, Remedy::stop);
}

INSTANTIATE_TEST_SUITE_P(Texts, UnreadableMeta,
                         testing::Values(Unreadable{"Empty", "", ErrorCode::corrupt},
                                         Unreadable{"Newer", "v2 next=1 sequence=1 now=1", ErrorCode::incompatible},
                                         Unreadable{"LacksAField", "v1 next=1 now=1", ErrorCode::corrupt},
                                         Unreadable{"NoNumber", "v1 next=one sequence=1 now=1", ErrorCode::corrupt},
                                         Unreadable{"HalfANumber", "v1 next=1x sequence=1 now=1", ErrorCode::corrupt},
                                         Unreadable{"Negative", "v1 next=-1 sequence=1 now=1", ErrorCode::corrupt},
                                         Unreadable{"TooLarge", "v1 next=9223372036854775808 sequence=1 now=1",
                                                    ErrorCode::corrupt},
                                         Unreadable{"NoSign", "v1 next sequence=1 now=1", ErrorCode::corrupt}),
                         [](const auto& test) { return test.param.name; });

TEST(KafkaMeta, KeysOfDomainsDoNotMix) {
  EXPECT_EQ(state_key("region", "cause/a"), "region/s/cause/a");
  EXPECT_EQ(meta_key("region"), "region/m");
  EXPECT_FALSE(state_key("region-two", "x").starts_with(state_key("region", "")));
  EXPECT_FALSE(meta_key("region").starts_with(state_key("region", "")));
}

struct Option {
  const char* name;
  void (*change)(KafkaJournalOptions&);
  bool good;
};

class KafkaOptions : public testing::TestWithParam<Option> {};

TEST_P(KafkaOptions, AreChecked) {
  KafkaJournalOptions options;
  options.bootstrap = "broker:9092";
  options.domain = "region";
  GetParam().change(options);
  const auto checked = check_options(options);
  EXPECT_EQ(checked.has_value(), GetParam().good);
  if (!checked) {
    EXPECT_EQ(checked.error().code, ErrorCode::invalid_input);
    EXPECT_FALSE(checked.error().remedy.empty());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, KafkaOptions,
    testing::Values(
        Option{"Defaults", [](KafkaJournalOptions&) {}, true},
        Option{"NoBootstrap", [](KafkaJournalOptions& o) { o.bootstrap.clear(); }, false},
        Option{"NoDomain", [](KafkaJournalOptions& o) { o.domain.clear(); }, false},
        Option{"DomainThatWouldReachIntoAnother", [](KafkaJournalOptions& o) { o.domain = "region/s"; }, false},
        Option{"NoPrefix", [](KafkaJournalOptions& o) { o.prefix.clear(); }, false},
        Option{"PrefixWithSpace", [](KafkaJournalOptions& o) { o.prefix = "a b"; }, false},
        Option{"LongestPrefix", [](KafkaJournalOptions& o) { o.prefix.assign(200, 'a'); }, true},
        Option{"PrefixOneTooLong", [](KafkaJournalOptions& o) { o.prefix.assign(201, 'a'); }, false},
        Option{"NoPartitions", [](KafkaJournalOptions& o) { o.partitions = 0; }, false},
        Option{"MostPartitions", [](KafkaJournalOptions& o) { o.partitions = 1000; }, true},
        Option{"OnePartitionTooMany", [](KafkaJournalOptions& o) { o.partitions = 1001; }, false},
        Option{"NoReplication", [](KafkaJournalOptions& o) { o.replication = 0; }, false},
        Option{"MostReplication", [](KafkaJournalOptions& o) { o.replication = 9; }, true},
        Option{"OneReplicaTooMany", [](KafkaJournalOptions& o) { o.replication = 10; }, false},
        Option{"SettingOnWhichExactlyOnceRests",
               [](KafkaJournalOptions& o) { o.settings = {{"isolation.level", "read_uncommitted"}}; }, false}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace avbrottsvakt
