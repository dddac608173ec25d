#include "kafka/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace avbrottsvakt::kafka {
namespace {

struct Meaning {
  rd_kafka_resp_err_t code;
  ErrorCode means;
  Remedy action;
};

class ToError : public testing::TestWithParam<Meaning> {};

TEST_P(ToError, SaysWhatItMeansForUs) {
  const Error error = to_error(GetParam().code, "cannot commit");
  EXPECT_EQ(error.code, GetParam().means);
  EXPECT_EQ(error.action, GetParam().action);
  EXPECT_THAT(error.message, testing::StartsWith("cannot commit: "));
  EXPECT_THAT(error.message, testing::HasSubstr(rd_kafka_err2name(GetParam().code)));
  EXPECT_FALSE(error.remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Codes, ToError,
    testing::Values(Meaning{RD_KAFKA_RESP_ERR__FENCED, ErrorCode::fenced, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_PRODUCER_FENCED, ErrorCode::fenced, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, ErrorCode::fenced, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_INVALID_TXN_STATE, ErrorCode::fenced, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_ILLEGAL_GENERATION, ErrorCode::fenced, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID, ErrorCode::fenced, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, ErrorCode::fenced, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, ErrorCode::not_found, Remedy::stop},
                    Meaning{RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, ErrorCode::invalid_input,
                            Remedy::stop},
                    Meaning{RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, ErrorCode::invalid_input, Remedy::stop},
                    Meaning{RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, ErrorCode::invalid_input, Remedy::stop},
                    Meaning{RD_KAFKA_RESP_ERR_INVALID_SESSION_TIMEOUT, ErrorCode::invalid_input, Remedy::stop},
                    Meaning{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, ErrorCode::limit, Remedy::skip},
                    Meaning{RD_KAFKA_RESP_ERR__QUEUE_FULL, ErrorCode::limit, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION, ErrorCode::incompatible, Remedy::stop},
                    Meaning{RD_KAFKA_RESP_ERR__TIMED_OUT, ErrorCode::unavailable, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR__TRANSPORT, ErrorCode::unavailable, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS, ErrorCode::unavailable, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, ErrorCode::unavailable, Remedy::retry},
                    Meaning{RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID, ErrorCode::unavailable, Remedy::retry}),
    [](const auto& test) {
      const std::string name = rd_kafka_err2name(test.param.code);
      return name.front() == '_' ? "Local" + name : name;
    });

}  // namespace
}  // namespace avbrottsvakt::kafka
