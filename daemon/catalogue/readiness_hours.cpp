#include <algorithm>
#include <set>

#include "catalogue/readiness_parts.h"
#include "catalogue/references.h"

namespace avbrottsvakt {
namespace {

class HoursCheck {
 public:
  HoursCheck(const Catalogue& catalogue, Findings& findings) : catalogue_(catalogue), findings_(findings) {}

  void check(const std::vector<std::string>& default_ladder) {
    for (std::size_t i = 0; i < spec().plans.size(); ++i) {
      const std::vector<LadderStepSpec>& ladder = spec().plans[i].ladder;
      for (std::size_t j = 0; j < ladder.size(); ++j) {
        check_roles(ladder[j].tell, at(at("plans", i) + ".ladder", j) + ".tell", "this step tells nobody");
      }
    }
    for (std::size_t i = 0; i < default_ladder.size(); ++i) {
      if (catalogue_.role(default_ladder[i]) == nullptr) {
        continue;  // check_rules says so.
      }
      check_roles({default_ladder[i]}, at("escalation.default_ladder", i) + ".tell", "this step tells nobody");
    }
    for (std::size_t i = 0; i < spec().duty_holders.size(); ++i) {
      check_duty_holder(spec().duty_holders[i], at("duty_holders", i));
    }
    report_roles();
  }

 private:
  const CatalogueSpec& spec() const { return catalogue_.spec(); }

  /// A role and all who stand in for it, each once.
  void collect(const std::string& id, std::set<std::string>& roles) const {
    std::vector<std::string> waiting{id};
    while (!waiting.empty()) {
      const std::string next = std::move(waiting.back());
      waiting.pop_back();
      if (roles.insert(next).second) {
        const std::vector<std::string>& substitutes = catalogue_.role(next)->substitutes;
        waiting.insert(waiting.end(), substitutes.begin(), substitutes.end());
      }
    }
  }

  /// Some of these roles, or of those who stand in for them, can be reached at every hour.
  void check_roles(const std::vector<std::string>& ids, const std::string& path, const std::string& what) {
    std::set<std::string> roles;
    for (const std::string& id : ids) {
      collect(id, roles);
    }
    called_.insert(roles.begin(), roles.end());
    WeekHours reached;
    for (const std::string& role : roles) {
      const std::optional<WeekHours>& covers = catalogue_.role(role)->covers;
      if (!covers) {
        return;  // Said of the role: what it does not say is no gap here.
      }
      reached |= *covers;
    }
    if (!reached.always()) {
      findings_.warn(path, what + " who can be reached " + reached.gaps(),
                     "add a role that can, or name who stands in: substitutes: [...]");
    }
  }

  void check_duty_holder(const DutyHolderSpec& holder, const std::string& path) {
    bool defaults_used = holder.regimes.empty();
    for (const std::string& regime : holder.regimes) {
      const auto found = std::find_if(holder.responsibilities.begin(), holder.responsibilities.end(),
                                      [&](const ResponsibilitySpec& one) { return one.regime == regime; });
      if (found == holder.responsibilities.end()) {
        findings_.warn(path + ".responsibilities", "nobody is named who decides and files under " + regime,
                       "add responsibilities: [{regime: " + regime + ", deciders: [...], filers: [...]}]");
        defaults_used = true;
        continue;
      }
      defaults_used = defaults_used || found->assessors.empty();
      const std::string here =
          at(path + ".responsibilities", static_cast<std::size_t>(found - holder.responsibilities.begin()));
      if (!found->assessors.empty()) {
        check_roles(found->assessors, here + ".assessors", "nobody assesses under " + regime);
      }
      check_named(found->deciders, here + ".deciders", "nobody decides under " + regime);
      check_named(found->filers, here + ".filers", "nobody files under " + regime);
    }
    if (defaults_used) {
      check_roles(holder.assessors, path + ".assessors", "nobody assesses for " + holder.id);
    }
  }

  void check_named(const std::vector<std::string>& ids, const std::string& path, const std::string& what) {
    if (ids.empty()) {
      findings_.warn(path, what, "name the roles, in the order in which they are asked");
    } else {
      check_roles(ids, path, what);
    }
  }

  /// What those who are called lack.
  void report_roles() {
    for (std::size_t i = 0; i < spec().roles.size(); ++i) {
      const RoleSpec& role = spec().roles[i];
      if (!called_.contains(role.id)) {
        continue;
      }
      if (!role.covers) {
        findings_.warn(at("roles", i) + ".role", role.id + " is called, but does not say when it can be reached",
                       "add covers: [always], or hours like mon-fri 08:00-17:00");
      }
      if (role.phone.empty()) {
        findings_.warn(at("roles", i) + ".role", role.id + " is called, but has no phone", "add phone");
      }
    }
  }

  const Catalogue& catalogue_;
  Findings& findings_;
  std::set<std::string> called_;
};

}  // namespace

void check_hours(const Catalogue& catalogue, const std::vector<std::string>& default_ladder, Findings& findings) {
  HoursCheck(catalogue, findings).check(default_ladder);
}

}  // namespace avbrottsvakt
