// What pure_core.cpp must not be: a planted fault of each kind, so that pure_core_test.py is known to see them.
#include <google/protobuf/empty.pb.h>
#include <librdkafka/rdkafka.h>
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>

int main() {
  const google::protobuf::Empty empty;
  boost::asio::io_context context;
  spdlog::info("{} {} {}", rd_kafka_version_str(), empty.ByteSizeLong(), context.stopped());
}
