#include "catalogue/readiness.h"

#include <algorithm>
#include <set>

#include "catalogue/readiness_parts.h"
#include "catalogue/references.h"

namespace avbrottsvakt {
namespace {

/// From this availability class on (KLASSA, 0 to 4) a service needs a continuity plan. Policy of continuity planning,
/// not law.
constexpr int kPlanFromAvailability = 3;

bool contains(const std::vector<std::string>& list, const std::string& one) {
  return std::find(list.begin(), list.end(), one) != list.end();
}

class PartsCheck {
 public:
  PartsCheck(const Catalogue& catalogue, Findings& findings) : catalogue_(catalogue), findings_(findings) {}

  void check() {
    for (std::size_t i = 0; i < spec().services.size(); ++i) {
      check_service(spec().services[i], at("services", i));
    }
    for (std::size_t i = 0; i < spec().activities.size(); ++i) {
      check_activity(spec().activities[i], at("activities", i));
    }
    for (std::size_t i = 0; i < spec().plans.size(); ++i) {
      check_plan(spec().plans[i], at("plans", i));
    }
  }

 private:
  const CatalogueSpec& spec() const { return catalogue_.spec(); }
  const Node& node_of(const std::string& service) const { return catalogue_.node(*catalogue_.service(service)); }

  void check_service(const ServiceSpec& service, const std::string& path);
  void check_activity(const ActivitySpec& activity, const std::string& path);
  void check_plan(const PlanSpec& plan, const std::string& path);
  void check_steps(const PlanSpec& plan, const std::string& path);
  void check_agreements(const PlanSpec& plan, const std::string& path);

  const Catalogue& catalogue_;
  Findings& findings_;
};

void PartsCheck::check_service(const ServiceSpec& service, const std::string& path) {
  const bool critical = service.availability.value_or(0) >= kPlanFromAvailability;
  if (!service.component && node_of(service.id).plan == nullptr && (critical || service.vital)) {
    findings_.warn(path + ".service",
                   service.id + " has no continuity plan, but " +
                       (critical ? "availability class " + std::to_string(*service.availability) : "is vital"),
                   "write a plan for it under plans/");
  }
  if (!service.component && !service.availability) {
    findings_.warn(path + ".service", service.id + " is not classified",
                   "add classification: {confidentiality: ., integrity: ., availability: .}, each 0 to 4");
  }
  if (service.owner.empty()) {
    findings_.warn(path + ".service", service.id + " has no owner", "name the role that answers for it: owner: ...");
  }
  if (service.match.empty() && service.depends_on.empty()) {
    findings_.warn(path + ".service",
                   "no signal reaches " + service.id + ", and it depends on nothing: it is never down",
                   "say which labels its signals carry: match: ['{service=\"" + service.id + "\"}']");
  }
  if (service.device && service.device->manufacturer.empty() && service.device->kind != DeviceKind::in_house_made) {
    findings_.warn(path + ".medical_device", "the manufacturer of the device is not named",
                   "a malfunction must be reported to it: manufacturer: ...");
  }
}

void PartsCheck::check_activity(const ActivitySpec& activity, const std::string& path) {
  if (activity.sectors.empty()) {
    findings_.warn(path + ".activity", activity.id + " belongs to no sector: its outages make nothing reportable",
                   "add sectors: [healthcare_provider], say");
  }
  if (activity.uses.empty()) {
    findings_.warn(path + ".activity", activity.id + " uses nothing: no outage reaches it",
                   "name what it uses: uses: ...");
  }
  if (!activity.fallback) {
    findings_.warn(path + ".activity", activity.id + " has no fallback routine",
                   "say what it does without its services: fallback: {routine: ..., name: ..., holds_for: ...}");
  } else if (!activity.fallback->holds_for) {
    findings_.warn(path + ".fallback", "the fallback does not say how long it holds", "add holds_for");
  } else if (activity.fallback->approved && activity.fallback->review_by &&
             *activity.fallback->review_by <= *activity.fallback->approved) {
    findings_.fault(path + ".fallback.review_by",
                    "to be reviewed by " + format_date(*activity.fallback->review_by) + ", but approved on " +
                        format_date(*activity.fallback->approved),
                    "a review comes after the approval");
  }
  const bool answered = std::any_of(spec().duty_holders.begin(), spec().duty_holders.end(), [&](const auto& holder) {
    return !holder.regimes.empty() &&
           (holder.administrations.empty() || contains(holder.administrations, activity.administration));
  });
  if (!answered) {
    findings_.warn(path + ".administration",
                   "nobody must report for " + activity.administration + ": no duty holder answers for it",
                   "add it to the administrations of a duty holder that is bound by a regime");
  }
}

void PartsCheck::check_plan(const PlanSpec& plan, const std::string& path) {
  const ServiceSpec& service = *node_of(plan.service).service;
  if (!plan.owner.empty() && !service.owner.empty() && plan.owner != service.owner) {
    findings_.warn(path + ".owner",
                   "the plan is owned by " + plan.owner + ", the service " + service.id + " by " + service.owner,
                   "write the one who answers for both");
  }
  if (plan.review_by <= plan.approved_on) {
    findings_.fault(
        path + ".approved.review_by",
        "to be reviewed by " + format_date(plan.review_by) + ", but approved on " + format_date(plan.approved_on),
        "a review comes after the approval");
  }
  const bool opened =
      std::any_of(plan.ladder.begin(), plan.ladder.end(), [](const LadderStepSpec& step) { return !step.at; });
  if (!opened && !plan.ladder.empty()) {
    findings_.warn(path + ".ladder", "nobody is told when the outage opens", "add a step with on: opened");
  }
  check_steps(plan, path);
  check_agreements(plan, path);
}

/// Whether restoration, as planned, keeps the RTO; and whether those who are to act can be found.
void PartsCheck::check_steps(const PlanSpec& plan, const std::string& path) {
  const Millis proposed = plan.activate_elapsed.value_or(Millis(0));
  if (proposed >= plan.rto) {
    findings_.warn(path + ".activate.when.elapsed",
                   "activation is proposed after " + format_duration(proposed) + ", the rto " +
                       format_duration(plan.rto) + " has passed then",
                   "propose it earlier");
    return;
  }
  std::set<std::string> contacts;
  for (const PlanSpec::Contact& contact : plan.contacts) {
    contacts.insert(contact.role);
  }
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const PlanSpec::Step& step = plan.steps[i];
    const std::string here = at(path + ".steps", i);
    if (step.within && proposed + *step.within > plan.rto) {
      findings_.warn(here + ".within",
                     "the step " + step.id + " is done within " + format_duration(*step.within) +
                         " of activation, which is proposed after " + format_duration(proposed) +
                         ": later than the rto " + format_duration(plan.rto),
                     "at most " + format_duration(plan.rto - proposed) + "; or propose activation earlier");
    }
    if (step.verify.empty()) {
      findings_.warn(here + ".id", "nobody can see when the step " + step.id + " is done",
                     "say what shows it: verify: ...");
    }
    if (!contacts.contains(step.role)) {
      findings_.warn(here + ".role", step.role + " has a step, but is not among the contacts",
                     "add it to contacts, in the order in which they are called");
      contacts.insert(step.role);
    }
  }
}

/// Whether each administration whose activities use the service has checked the plan against its own.
void PartsCheck::check_agreements(const PlanSpec& plan, const std::string& path) {
  std::set<std::string> missing;
  for (const NodeIx dependant : node_of(plan.service).dependants) {
    const ActivitySpec* activity = catalogue_.node(dependant).activity_spec;
    if (activity != nullptr && !contains(plan.agreements, activity->administration)) {
      missing.insert(activity->administration);
    }
  }
  for (const std::string& administration : missing) {
    findings_.warn(path + ".agreements", administration + " uses " + plan.service + ", but has not agreed to the plan",
                   "let it check the plan against its own, then add {administration: " + administration +
                       ", on: DATE, with: ...}");
  }
}

std::string passed(const std::string& what, Date review_by, Date on) {
  return what + " was to be reviewed by " + format_date(review_by) + ", and it is " + format_date(on);
}

}  // namespace

SpecFaults check_readiness(const Catalogue& catalogue, const std::vector<std::string>& default_ladder) {
  Findings findings;
  PartsCheck(catalogue, findings).check();
  check_limits(catalogue, findings);
  check_hours(catalogue, default_ladder, findings);
  return findings.take();
}

SpecFaults check_reviews(const CatalogueSpec& spec, Date on) {
  Findings findings;
  for (std::size_t i = 0; i < spec.activities.size(); ++i) {
    const std::optional<FallbackSpec>& fallback = spec.activities[i].fallback;
    if (fallback && fallback->review_by && *fallback->review_by < on) {
      findings.warn(at("activities", i) + ".fallback.review_by",
                    passed("the fallback " + fallback->routine, *fallback->review_by, on),
                    "review the routine, then write the new dates");
    }
  }
  for (std::size_t i = 0; i < spec.plans.size(); ++i) {
    const PlanSpec& plan = spec.plans[i];
    if (plan.review_by < on) {
      findings.warn(at("plans", i) + ".approved.review_by", passed("the plan", plan.review_by, on),
                    "review the plan, then write the new dates and version");
    }
  }
  return findings.take();
}

}  // namespace avbrottsvakt
