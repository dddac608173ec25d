#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/civil.h"
#include "base/spec_fault.h"
#include "base/time.h"
#include "catalogue/week_hours.h"
#include "model/condition.h"

namespace avbrottsvakt {

// What people wrote, typed, but not yet checked against itself. Identifiers are as written.

struct DependencySpec {
  std::vector<std::string> all;
  std::vector<std::string> any;
  std::optional<int> at_least;
  std::vector<std::string> of;
  Condition loss = Condition::down;         ///< what the loss of it does: down or degraded
  Condition without_spare = Condition::up;  ///< at_least, with exactly that many left: up or degraded
};

/// Under which rules a service is a medical device.
enum class DeviceKind { none, ce_marked, in_house_made, nmi };

struct MedicalDevice {
  DeviceKind kind = DeviceKind::none;
  std::string manufacturer;
};

struct ServiceSpec {
  std::string id;
  std::string name;
  bool component = false;
  std::string owner;
  std::optional<int> confidentiality, integrity, availability;
  bool vital = false;
  bool sector_critical = false;
  std::int64_t users = 0;
  std::vector<DependencySpec> depends_on;
  std::vector<std::string> match;  ///< label matchers, checked already by the loader
  std::optional<MedicalDevice> device;
};

struct FallbackSpec {
  std::string routine;
  std::string name;
  std::optional<Millis> holds_for;
  std::optional<Date> approved{};
  std::optional<Date> review_by{};
};

/// The activity bears that the plan of a service takes longer than its MTA.
struct AcceptedGap {
  std::string service;
  std::string reason;
};

struct ActivitySpec {
  std::string id;
  std::string name;
  std::string administration;
  std::vector<std::string> sectors;
  Millis mta{0};
  std::vector<DependencySpec> uses;
  std::optional<FallbackSpec> fallback;
  std::vector<AcceptedGap> accept_gap;
  std::string manager;  ///< the role that answers for it on site; may be empty
};

/// A point on the way to a limit: "50% of rto".
struct LadderPoint {
  enum class Of { rto, mta };
  Of of = Of::rto;
  int percent = 0;  ///< 1 to 1000
};

/// "50% of rto", "100% of mta". Error: invalid_input, with the column in Error::place.
[[nodiscard]] Result<LadderPoint> parse_ladder_point(std::string_view text);

struct LadderStepSpec {
  std::optional<LadderPoint> at;  ///< absent: when the outage opens
  std::vector<std::string> tell;
  Level level = Level::notice;
  std::optional<Millis> repeat;
};

struct PlanSpec {
  struct Step {
    std::string id;
    std::string role;
    std::optional<Millis> within;
    std::string text;
    std::string verify;
  };
  struct Contact {
    std::string role;
    std::string phone;
    std::string hours;
  };
  std::string id;
  std::string version;
  std::string service;
  std::string approved_by;
  Date approved_on{};
  Date review_by{};
  Millis rto{0};
  std::optional<Millis> rpo;
  Millis settle{0};
  bool counts_degraded = true;
  std::optional<Millis> activate_elapsed;
  std::vector<LadderStepSpec> ladder;
  std::vector<Step> steps;
  std::vector<Contact> contacts;
  std::string owner;
  std::vector<std::string> agreements;  ///< administrations that have checked the plan against their own
};

struct RoleSpec {
  std::string id;
  std::string name;
  std::string phone;
  std::string hours;                       ///< as people say it
  std::optional<WeekHours> covers{};       ///< absent: nobody has said
  std::vector<std::string> substitutes{};  ///< roles, in the order in which they are called
};

struct AdministrationSpec {
  std::string id;
  std::string name;
};

/// Who does what under one regime. Roles, in the order in which they are asked.
struct ResponsibilitySpec {
  std::string regime;
  std::vector<std::string> assessors;  ///< none: those of the duty holder
  std::vector<std::string> deciders;
  std::vector<std::string> filers;
};

struct DutyHolderSpec {
  std::string id;
  std::string name;
  std::string kind;  ///< operator, controller, care_provider, manufacturer
  std::vector<std::string> regimes;
  std::vector<std::string> administrations;  ///< none: all
  std::vector<std::string> assessors;        ///< roles, in the order in which they are asked
  std::vector<ResponsibilitySpec> responsibilities{};
  bool designated_critical_entity = false;
  std::optional<Date> duty_applies_from{};  ///< the first day on which what follows from that binds it
};

/// Who assesses for a duty holder under a regime, in the order in which they are asked. At least one, once compiled.
[[nodiscard]] const std::vector<std::string>& assessors_of(const DutyHolderSpec& holder, std::string_view regime);

struct CatalogueSpec {
  std::vector<ServiceSpec> services;
  std::vector<ActivitySpec> activities;
  std::vector<PlanSpec> plans;
  std::vector<RoleSpec> roles;
  std::vector<AdministrationSpec> administrations;
  std::vector<DutyHolderSpec> duty_holders;
};

}  // namespace avbrottsvakt
