#include "kafka/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace avbrottsvakt::kafka {
namespace {

using testing::HasSubstr;

TEST(Settings, OfConnectionAndTuningAreTaken) {
  const auto checked = check_settings({{"security.protocol", "SASL_SSL"},
                                       {"sasl.mechanism", "SCRAM-SHA-512"},
                                       {"sasl.username", "avbrottsvakt"},
                                       {"ssl.ca.location", "/etc/ssl/certs/ca.pem"},
                                       {"linger.ms", "5"},
                                       {"compression.type", "zstd"},
                                       {"session.timeout.ms", "30000"}});
  EXPECT_TRUE(checked) << to_string(checked.error());
}

class Refused : public testing::TestWithParam<const char*> {};

TEST_P(Refused, WhereExactlyOnceOrABoundRestsOnIt) {
  const auto checked = check_settings({{"linger.ms", "5"}, {GetParam(), "1"}});
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::invalid_input);
  EXPECT_EQ(checked.error().action, Remedy::stop);
  EXPECT_THAT(checked.error().message, HasSubstr(std::string(GetParam()) + " cannot be chosen: "));
}

INSTANTIATE_TEST_SUITE_P(Settings, Refused,
                         testing::Values("enable.idempotence", "acks", "request.required.acks", "transactional.id",
                                         "transaction.timeout.ms", "isolation.level", "enable.auto.commit",
                                         "auto.offset.reset", "enable.partition.eof", "partition.assignment.strategy",
                                         "check.crcs", "group.id", "group.instance.id", "message.timeout.ms",
                                         "delivery.timeout.ms", "retries", "max.in.flight",
                                         "queued.max.messages.kbytes", "queue.buffering.max.kbytes", "partitioner",
                                         "plugin.library.paths", "bootstrap.servers"));

TEST(Settings, ThatLibrdkafkaDoesNotKnowAreNamed) {
  const auto checked = check_settings({{"linger.msec", "5"}});
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("linger.msec"));
}

TEST(Settings, WithValuesThatLibrdkafkaDoesNotTakeAreNamed) {
  const auto checked = check_settings({{"linger.ms", "soon"}});
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("linger.ms"));
}

struct Hashed {
  const char* name;
  const char* key;
  std::int32_t hash;  // as in Kafka's own UtilsTest.testMurmur2
};

class PartitionOf : public testing::TestWithParam<Hashed> {};

TEST_P(PartitionOf, AgreesWithJava) {
  for (const std::int32_t partitions : {1, 2, 7, 1000}) {
    EXPECT_EQ(partition_of(GetParam().key, partitions), (GetParam().hash & 0x7fffffff) % partitions) << partitions;
  }
}

INSTANTIATE_TEST_SUITE_P(Keys, PartitionOf,
                         testing::Values(Hashed{"Number", "21", -973932308}, Hashed{"Word", "foobar", -790332482},
                                         Hashed{"Short", "abc", 479470107},
                                         Hashed{"Longer", "a-little-bit-long-string", -985981536},
                                         Hashed{"OneMore", "a-little-bit-longer-string", -1486304829},
                                         Hashed{"Long", "lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace avbrottsvakt::kafka
