#include "faulty_links.h"

#include <librdkafka/rdkafka.h>
#include <poll.h>

#include <atomic>
#include <iostream>
#include <optional>
#include <utility>

#include "journal/kafka_restore.h"

namespace avbrottsvakt::faulty {
namespace {

// Between restoring and fencing, as long as it takes a harness to wake the old owner up, and that to commit.
constexpr int kUnfencedMs = 5000;
constexpr int kInitMs = 10'000;

std::optional<Link> g_fault;
std::string g_group;
// What the group's offset would be: of the last commit, else of the state as restored. -1: none.
std::atomic<std::int64_t> g_offset{-1};
std::atomic<rd_kafka_t*> g_not_fenced{nullptr};

}  // namespace

void begin(Link fault, std::string group) {
  g_fault = fault;
  g_group = std::move(group);
}

}  // namespace avbrottsvakt::faulty

using namespace avbrottsvakt::faulty;  // NOLINT(google-build-using-namespace): what the linker calls has no namespace.

extern "C" {

rd_kafka_error_t* __real_rd_kafka_send_offsets_to_transaction(rd_kafka_t*, const rd_kafka_topic_partition_list_t*,
                                                              const rd_kafka_consumer_group_metadata_t*, int);
rd_kafka_error_t* __wrap_rd_kafka_send_offsets_to_transaction(rd_kafka_t* producer,
                                                              const rd_kafka_topic_partition_list_t* offsets,
                                                              const rd_kafka_consumer_group_metadata_t* member,
                                                              int limit) {
  g_offset = offsets->elems[0].offset;
  if (g_fault == Link::offset_not_sent) return nullptr;
  return __real_rd_kafka_send_offsets_to_transaction(producer, offsets, member, limit);
}

rd_kafka_resp_err_t __real_rd_kafka_committed(rd_kafka_t*, rd_kafka_topic_partition_list_t*, int);
rd_kafka_resp_err_t __wrap_rd_kafka_committed(rd_kafka_t* consumer, rd_kafka_topic_partition_list_t* partitions,
                                              int limit) {
  const auto code = __real_rd_kafka_committed(consumer, partitions, limit);
  if (g_fault) partitions->elems[0].offset = g_offset >= 0 ? g_offset.load() : RD_KAFKA_OFFSET_INVALID;
  return code;
}

rd_kafka_consumer_group_metadata_t* __real_rd_kafka_consumer_group_metadata(rd_kafka_t*);
rd_kafka_consumer_group_metadata_t* __wrap_rd_kafka_consumer_group_metadata(rd_kafka_t* consumer) {
  if (g_fault != Link::restore_before_fencing) return __real_rd_kafka_consumer_group_metadata(consumer);
  return rd_kafka_consumer_group_metadata_new(g_group.c_str());  // Of no generation: it is not checked.
}

rd_kafka_error_t* __real_rd_kafka_init_transactions(rd_kafka_t*, int);
rd_kafka_error_t* __wrap_rd_kafka_init_transactions(rd_kafka_t* producer, int limit) {
  if (g_fault != Link::restore_before_fencing) return __real_rd_kafka_init_transactions(producer, limit);
  g_not_fenced = producer;
  return nullptr;
}

// A producer that replaces another in the middle of ownership restores nothing.
rd_kafka_error_t* __real_rd_kafka_begin_transaction(rd_kafka_t*);
rd_kafka_error_t* __wrap_rd_kafka_begin_transaction(rd_kafka_t* producer) {
  if (g_not_fenced.exchange(nullptr) == producer) {
    if (rd_kafka_error_t* error = __real_rd_kafka_init_transactions(producer, kInitMs)) return error;
  }
  return __real_rd_kafka_begin_transaction(producer);
}

}  // extern "C"

namespace avbrottsvakt {

// The name that read_state() has in object files. Should its parameters change, the linker misses the real one.
using EachSecond = std::function<Result<void>(std::int64_t)>;
#define READ_STATE                                                                                  \
  "_ZN12avbrottsvakt10read_stateERKNS_5kafka10ConnectionERKNS_16KafkaStateSourceERKNS_5ClockERKSt8" \
  "functionIFN2tl8expectedIvNS_5ErrorEEElEE"
Result<KafkaState> real_read_state(const kafka::Connection& connection, const KafkaStateSource& source,
                                   const Clock& clock, const EachSecond& each_second) asm("__real_" READ_STATE);
Result<KafkaState> wrapped_read_state(const kafka::Connection& connection, const KafkaStateSource& source,
                                      const Clock& clock, const EachSecond& each_second) asm("__wrap_" READ_STATE);
#undef READ_STATE

Result<KafkaState> wrapped_read_state(const kafka::Connection& connection, const KafkaStateSource& source,
                                      const Clock& clock, const EachSecond& each_second) {
  Result<KafkaState> state = real_read_state(connection, source, clock, each_second);
  if (!state || !g_fault) return state;
  g_offset = state->meta ? state->meta->next_position : -1;
  if (rd_kafka_t* producer = g_not_fenced.exchange(nullptr)) {
    std::cerr << "planted: restored, and fences nobody for " << kUnfencedMs << " ms" << std::endl;
    ::poll(nullptr, 0, kUnfencedMs);
    if (rd_kafka_error_t* error = __real_rd_kafka_init_transactions(producer, kInitMs)) {
      Error failure{ErrorCode::unavailable, rd_kafka_error_string(error), {}, Remedy::retry};
      rd_kafka_error_destroy(error);
      return fail(std::move(failure));
    }
  }
  return state;
}

}  // namespace avbrottsvakt
