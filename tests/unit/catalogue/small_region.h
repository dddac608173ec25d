#pragma once

#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {

inline DependencySpec all(std::vector<std::string> of, Condition loss = Condition::down) {
  DependencySpec spec;
  spec.all = std::move(of);
  spec.loss = loss;
  return spec;
}
inline DependencySpec any(std::vector<std::string> of) {
  DependencySpec spec;
  spec.any = std::move(of);
  return spec;
}
inline DependencySpec at_least(int k, std::vector<std::string> of) {
  DependencySpec spec;
  spec.at_least = k;
  spec.of = std::move(of);
  return spec;
}

inline ServiceSpec service(std::string id, std::vector<DependencySpec> needs = {},
                           std::vector<std::string> match = {}) {
  ServiceSpec spec;
  spec.name = id;
  spec.id = std::move(id);
  spec.depends_on = std::move(needs);
  spec.match = std::move(match);
  return spec;
}
inline ActivitySpec activity(std::string id, Millis mta, std::vector<DependencySpec> uses) {
  ActivitySpec spec;
  spec.name = id;
  spec.id = std::move(id);
  spec.administration = "east";
  spec.mta = mta;
  spec.uses = std::move(uses);
  return spec;
}
inline PlanSpec plan(std::string id, std::string of, Millis rto) {
  PlanSpec spec;
  spec.id = std::move(id);
  spec.service = std::move(of);
  spec.rto = rto;
  spec.settle = std::chrono::minutes(10);
  return spec;
}

/// A catalogue without faults, to which each test adds one.
inline CatalogueSpec region() {
  CatalogueSpec spec;
  spec.services = {service("cosmic", {all({"identity", "care-database"}), at_least(1, {"dc-north", "dc-south"})}),
                   service("identity", {at_least(1, {"dc-north", "dc-south"})}), service("dc-south"),
                   service("care-database", {all({"dc-north"})}), service("dc-north")};
  spec.activities = {activity("emergency-east", std::chrono::hours(2), {all({"cosmic"})})};
  spec.plans = {plan("cosmic", "cosmic", std::chrono::minutes(90))};
  spec.roles = {{"ksd", "KSD i beredskap", "", ""}, {"service-owner", "Tjänsteägare", "", ""}};
  spec.administrations = {{"east", "Östra sjukhuset"}};
  spec.duty_holders = {{"region", "Regionen", "care_provider", {"nis2"}, {"east"}, {"ksd"}}};
  return spec;
}

inline std::vector<std::string> lines(const SpecFaults& faults) {
  std::vector<std::string> result;
  for (const SpecFault& fault : faults) {
    result.push_back(fault.path + ": " + fault.message + " | " + fault.remedy);
  }
  return result;
}

}  // namespace avbrottsvakt
