#pragma once

#include <librdkafka/rdkafka.h>

#include <string_view>

#include "base/result.h"

/// Inside kafka/ only: other folders do not see librdkafka.
namespace avbrottsvakt::kafka {

/// What a code of librdkafka means for us. `doing` begins the sentence: "cannot append to x.inputs".
///
///   fenced, retry         another producer or group member owns this now: become the owner again, or stand by
///   not_found, stop       topic or partition is missing
///   invalid_input, stop   permission or password
///   limit, skip           the record is larger than the topic takes
///   limit, retry          our own queue is full
///   incompatible, stop    the broker is too old
///   unavailable, retry    everything else: brokers, coordinators, time limits
Error to_error(rd_kafka_resp_err_t code, std::string_view doing);

/// What to do about a failed call of the transactional API. Tested in the order fatal, requires abort, retriable; an
/// error that is none of them counts as fatal.
enum class TransactionFailure {
  again,  ///< the same call again: it resumes
  abort,  ///< the transaction is lost, the producer is not
  fatal,  ///< this producer is spent
};
TransactionFailure classify(const rd_kafka_error_t& error);

}  // namespace avbrottsvakt::kafka
