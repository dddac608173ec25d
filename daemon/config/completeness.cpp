#include "config/completeness.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <array>

#include "avbrottsvakt/v1/options.pb.h"
#include "avbrottsvakt/v1/plan.pb.h"

namespace avbrottsvakt {
namespace {

/// Security during disruption, ICT readiness, redundancy of facilities: what ISO/IEC 27002:2022 asks of continuity.
constexpr std::array<const char*, 3> kControls = {"5.29", "5.30", "8.14"};

void warn(Errors& warnings, Place place, std::string message, std::string remedy) {
  Error warning(ErrorCode::invalid_input, std::move(message), std::move(remedy));
  warning.place = std::move(place);
  warnings.push_back(std::move(warning));
}

bool is_there(const google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field) {
  const auto& reflection = *message.GetReflection();
  return field.is_repeated() ? reflection.FieldSize(message, &field) > 0 : reflection.HasField(message, &field);
}

/// What a plan rests on is there when it is approved. Dates sort as text: the loader has checked them.
void check_order(const v1::ContinuityPlan& plan, const Places& places, Errors& warnings) {
  const std::string& approved = plan.approved().on();
  const auto check = [&](const std::string& date, const std::string& path) {
    if (date > approved) {
      warn(warnings, places.at(path), "dated " + date + ", after the approval of the plan on " + approved,
           "let the plan be approved anew, as a new version");
    }
  };
  check(plan.impact_analysis().dated(), "impact_analysis.dated");
  check(plan.risk_reference().dated(), "risk_reference.dated");
  check(plan.mta_reference().dated(), "mta_reference.dated");
  check(plan.classification().dated(), "classification.dated");
  for (int i = 0; i < plan.agreements_size(); ++i) {
    check(plan.agreements(i).on(), "agreements[" + std::to_string(i) + "].on");
  }
}

}  // namespace

void check_completeness(const v1::ContinuityPlan& plan, const Places& places, Errors& warnings) {
  std::string absent;
  for (int i = 0; i < plan.GetDescriptor()->field_count(); ++i) {
    const auto& field = *plan.GetDescriptor()->field(i);
    // The loader demands what is required. The clock has a default that suits most.
    const bool demanded = !field.options().GetExtension(v1::required) && field.name() != "clock";
    if (demanded && !is_there(plan, field)) absent += (absent.empty() ? "" : ", ") + field.name();
  }
  if (!absent.empty()) {
    warn(warnings, places.at("plan"), "the plan leaves out " + absent,
         "a plan says all of it; where there is nothing, it says why");
  }
  for (const char* control : kControls) {
    const bool answered = std::any_of(plan.iso27002().begin(), plan.iso27002().end(),
                                      [&](const v1::SecurityControl& one) { return one.control() == control; });
    if (plan.iso27002_size() > 0 && !answered) {
      warn(warnings, places.at("iso27002"), "the plan does not say how it meets " + std::string(control),
           "add {control: \"" + std::string(control) + "\", how: ...}");
    }
  }
  check_order(plan, places, warnings);
}

}  // namespace avbrottsvakt
