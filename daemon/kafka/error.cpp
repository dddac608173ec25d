#include "kafka/error.h"

#include <string>

namespace avbrottsvakt::kafka {

Error to_error(rd_kafka_resp_err_t code, std::string_view doing) {
  const std::string message = std::string(doing) + ": " + rd_kafka_err2str(code) + " (" + rd_kafka_err2name(code) + ")";
  switch (code) {
    case RD_KAFKA_RESP_ERR__FENCED:
    case RD_KAFKA_RESP_ERR_PRODUCER_FENCED:
    case RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH:
    case RD_KAFKA_RESP_ERR_INVALID_TXN_STATE:
    case RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION:
    case RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID:
    case RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID:
    case RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS:
      return {ErrorCode::fenced, message, "another process owns this partition now; this one stands by", Remedy::retry};
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return {ErrorCode::not_found, message, "create the topics: avbrottsvakt topics --create", Remedy::stop};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
      return {ErrorCode::invalid_input, message, "grant this permission to the daemon's principal", Remedy::stop};
    case RD_KAFKA_RESP_ERR__AUTHENTICATION:
    case RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED:
      return {ErrorCode::invalid_input, message, "check the user, the secret and the mechanism", Remedy::stop};
    case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
    case RD_KAFKA_RESP_ERR_RECORD_LIST_TOO_LARGE:
      return {ErrorCode::limit, message, "raise max.message.bytes of the topic, or send smaller records", Remedy::skip};
    case RD_KAFKA_RESP_ERR__QUEUE_FULL:
      return {ErrorCode::limit, message, "wait until the broker has taken what is queued", Remedy::retry};
    case RD_KAFKA_RESP_ERR_INVALID_CONFIG:
    case RD_KAFKA_RESP_ERR_INVALID_REPLICATION_FACTOR:
    case RD_KAFKA_RESP_ERR_INVALID_PARTITIONS:
    case RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP:
    case RD_KAFKA_RESP_ERR_POLICY_VIOLATION:
    case RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT:
    case RD_KAFKA_RESP_ERR_INCONSISTENT_GROUP_PROTOCOL:
    case RD_KAFKA_RESP_ERR__INVALID_ARG:
      return {ErrorCode::invalid_input, message, "change the setting that the broker names, or the broker's own limit",
              Remedy::stop};
    case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
    case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
      return {ErrorCode::incompatible, message, "use Apache Kafka 3.6 or later", Remedy::stop};
    default:
      return {ErrorCode::unavailable, message, "check that the brokers answer; it is tried again", Remedy::retry};
  }
}

TransactionFailure classify(const rd_kafka_error_t& error) {
  if (rd_kafka_error_is_fatal(&error) != 0) return TransactionFailure::fatal;
  if (rd_kafka_error_txn_requires_abort(&error) != 0) return TransactionFailure::abort;
  if (rd_kafka_error_is_retriable(&error) != 0) return TransactionFailure::again;
  return TransactionFailure::fatal;
}

}  // namespace avbrottsvakt::kafka
