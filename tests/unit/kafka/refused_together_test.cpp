#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "kafka/appender.h"
#include "kafka/group_consumer.h"
#include "kafka/source_consumer.h"
#include "kafka/transactional_producer.h"

namespace avbrottsvakt::kafka {
namespace {

using testing::HasSubstr;

/// Settings that librdkafka takes one by one, and refuses together with ours only when a client is made.
Connection with(Settings settings) {
  Connection connection;
  connection.bootstrap = "127.0.0.1:1";  // Nobody is asked.
  connection.client_id = "refused";
  connection.settings = std::move(settings);
  EXPECT_TRUE(check_settings(connection.settings));
  return connection;
}

template <typename Opened>
void expect_refused(const Opened& opened, const char* setting) {
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(opened.error().message, HasSubstr(setting));
}

TEST(SettingsThatAreRefusedTogether, AreAnErrorOfEachProducer) {
  const char* setting = "queue.buffering.backpressure.threshold";
  const Connection connection = with({{setting, "5"}});
  expect_refused(Appender::open(connection, {"inputs", 0}), setting);
  expect_refused(TransactionalProducer::open(connection, "region"), setting);
}

TEST(SettingsThatAreRefusedTogether, AreAnErrorOfEachConsumer) {
  const char* setting = "fetch.max.bytes";
  const Connection connection = with({{setting, "1000"}});
  expect_refused(SourceConsumer::open(connection, {"source"}), setting);
  expect_refused(GroupConsumer::open(connection, {"group", "inputs"}), setting);
}

}  // namespace
}  // namespace avbrottsvakt::kafka
