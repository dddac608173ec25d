#include "wire/state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <optional>

#include "avbrottsvakt/v1/state.pb.h"

namespace avbrottsvakt {
namespace {

using ::testing::HasSubstr;

v1::StateRecord good_cause() {
  v1::StateRecord record;
  record.set_version(1);
  v1::CauseState& cause = *record.mutable_cause();
  cause.set_source("zabbix");
  cause.set_key("app1");
  for (const int at : {10, 20}) {
    cause.add_points()->set_at_ms(at);
    cause.mutable_points()->rbegin()->set_condition(v1::CONDITION_DOWN);
  }
  return record;
}
v1::StateRecord good_incident() {
  v1::StateRecord record;
  record.set_version(1);
  record.mutable_incident()->set_id("one");
  return record;
}

TEST(DecodeState, TakesTheRecordOfItsKey) {
  EXPECT_TRUE(decode_state("cause/zabbix/app1", good_cause().SerializeAsString()).has_value());
  EXPECT_TRUE(decode_state("incident/one", good_incident().SerializeAsString()).has_value());
}

struct StateCase {
  const char* name;
  std::function<v1::StateRecord()> make;
  const char* key;
  ErrorCode code;
  const char* message;
};
class RefusedState : public ::testing::TestWithParam<StateCase> {};

TEST_P(RefusedState, SaysWhat) {
  const auto read = decode_state(GetParam().key, GetParam().make().SerializeAsString());
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().code, GetParam().code);
  EXPECT_EQ(read.error().action, Remedy::stop);
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().key));
  EXPECT_THAT(read.error().message, HasSubstr(GetParam().message));
  EXPECT_FALSE(read.error().remedy.empty());
}

template <typename Change>
std::function<v1::StateRecord()> with(v1::StateRecord (*good)(), Change change) {
  return [good, change] {
    v1::StateRecord record = good();
    change(record);
    return record;
  };
}

using R = v1::StateRecord;
constexpr const char* kCause = "cause/zabbix/app1";
constexpr const char* kIncident = "incident/one";
INSTANTIATE_TEST_SUITE_P(
    State, RefusedState,
    ::testing::Values(
        StateCase{"Newer", with(good_cause, [](R& r) { r.set_version(2); }), kCause, ErrorCode::incompatible,
                  "version 2"},
        StateCase{"WithoutVersion", with(good_cause, [](R& r) { r.clear_version(); }), kCause, ErrorCode::corrupt,
                  "version"},
        StateCase{"WithoutRecord", with(good_cause, [](R& r) { r.clear_record(); }), kCause, ErrorCode::corrupt,
                  "no record"},
        StateCase{"OfAnotherKey", with(good_cause, [](R&) {}), "cause/zabbix/app2", ErrorCode::corrupt,
                  "the record of cause/zabbix/app1"},
        StateCase{"OfAnotherKind", with(good_cause, [](R&) {}), kIncident, ErrorCode::corrupt, "the record of cause/"},
        StateCase{"PointsOutOfOrder",
                  with(good_cause, [](R& r) { r.mutable_cause()->mutable_points(1)->set_at_ms(9); }), kCause,
                  ErrorCode::corrupt, "ascending"},
        StateCase{"PointTwice", with(good_cause, [](R& r) { r.mutable_cause()->mutable_points(1)->set_at_ms(10); }),
                  kCause, ErrorCode::corrupt, "ascending"},
        StateCase{"UnknownCondition",
                  with(good_cause, [](R& r) { r.mutable_cause()->mutable_points(1)->clear_condition(); }), kCause,
                  ErrorCode::corrupt, "cause.points.condition"},
        StateCase{"UnknownOrigin",
                  with(good_cause, [](R& r) { r.mutable_cause()->set_origin(static_cast<v1::Origin>(5)); }), kCause,
                  ErrorCode::corrupt, "cause.origin"},
        StateCase{"IntervalBeyondBound",
                  with(good_cause, [](R& r) { r.mutable_cause()->set_expect_within_ms(604'800'001); }), kCause,
                  ErrorCode::corrupt, "cause.expect_within_ms"},
        StateCase{"LabelTwice",
                  with(good_cause,
                       [](R& r) {
                         r.mutable_cause()->add_labels()->set_name("host");
                         r.mutable_cause()->add_labels()->set_name("host");
                       }),
                  kCause, ErrorCode::corrupt, "labels.name"},
        StateCase{"UnknownReason", with(good_incident, [](R& r) { r.mutable_incident()->add_said(); }), kIncident,
                  ErrorCode::corrupt, "incident.said.reason"},
        StateCase{"UnknownLevel",
                  with(good_incident, [](R& r) { r.mutable_incident()->set_level(static_cast<v1::Level>(5)); }),
                  kIncident, ErrorCode::corrupt, "incident.level"},
        StateCase{"UnknownAnswer", with(good_incident, [](R& r) { r.mutable_incident()->add_answers(); }), kIncident,
                  ErrorCode::corrupt, "incident.answers.answer"},
        StateCase{"UnknownDutyState",
                  with(good_incident, [](R& r) { r.mutable_incident()->add_duties()->set_basis(v1::BASIS_PRESUMED); }),
                  kIncident, ErrorCode::corrupt, "duty.state"},
        StateCase{"UnknownBasis",
                  with(good_incident,
                       [](R& r) { r.mutable_incident()->add_duties()->set_state(v1::DutyRecordState::STATE_DUE); }),
                  kIncident, ErrorCode::corrupt, "duty.basis"}),
    [](const auto& case_) { return case_.param.name; });

}  // namespace
}  // namespace avbrottsvakt
