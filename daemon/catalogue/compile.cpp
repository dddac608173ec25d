#include <algorithm>
#include <queue>
#include <set>

#include "base/check.h"
#include "catalogue/compiled.h"
#include "catalogue/references.h"

namespace avbrottsvakt {
namespace {

/// A service or an activity while its number is not known yet; services come first, in the order of the spec.
struct Draft {
  bool activity = false;
  std::string_view id;
  struct Need {
    const DependencySpec* spec;
    std::vector<NamedService> of;
  };
  std::vector<Need> needs;
  std::vector<std::size_t> dependants;  ///< with repeats
  std::size_t waits_for = 0;            ///< dependencies, with repeats, that have no number yet
  const PlanSpec* plan = nullptr;
  std::size_t plan_index = 0;
};

class Compiler {
 public:
  Compiler(CatalogueSpec spec, Millis default_settle)
      : impl_(std::make_unique<Catalogue::Impl>()), default_settle_(default_settle) {
    impl_->spec = std::move(spec);
  }

  std::unique_ptr<Catalogue::Impl> compile() {
    collect_identifiers();
    check_references();
    draft_nodes();
    attach_plans();
    const std::vector<std::size_t> order = sort_drafts();
    if (faults_.empty()) {
      build_nodes(order);
    }
    build_index();
    return std::move(impl_);
  }

  SpecFaults faults_;
  SpecFaults warnings_;

 private:
  const CatalogueSpec& spec() const { return impl_->spec; }

  void fault(std::string path, std::string message, std::string remedy) {
    faults_.push_back({std::move(path), std::move(message), std::move(remedy), false});
  }
  void warn(std::string path, std::string message, std::string remedy) {
    warnings_.push_back({std::move(path), std::move(message), std::move(remedy), true});
  }
  void require(const Identifiers& ids, std::string_view id, const std::string& path) { ids.resolve(id, path, faults_); }
  void require_all(const Identifiers& ids, const std::vector<std::string>& wanted, const std::string& path) {
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      require(ids, wanted[i], at(path, i));
    }
  }

  void collect_identifiers();
  void check_references();
  void check_responsibilities(const DutyHolderSpec& holder, const std::string& path);
  void check_plan(const PlanSpec& plan, const std::string& path);
  void draft_nodes();
  void draft_needs(Draft& draft, const std::vector<DependencySpec>& needs, const std::string& path);
  void attach_plans();
  std::vector<std::size_t> sort_drafts();
  std::vector<std::size_t> find_cycle(const std::vector<bool>& placed) const;
  void report_cycle(const std::vector<std::size_t>& cycle);
  void build_nodes(const std::vector<std::size_t>& order);
  void build_index();

  bool comes_before(std::size_t a, std::size_t b) const {
    return std::pair(drafts_[a].activity, drafts_[a].id) < std::pair(drafts_[b].activity, drafts_[b].id);
  }

  std::unique_ptr<Catalogue::Impl> impl_;
  Millis default_settle_;
  Identifiers services_{"service", "services", "service"};
  Identifiers activities_{"activity", "activities", "activity"};
  Identifiers plans_{"plan", "plans", "plan"};
  Identifiers roles_{"role", "roles", "role"};
  Identifiers administrations_{"administration", "administrations", "administration"};
  Identifiers duty_holders_{"duty holder", "duty_holders", "duty_holder"};
  std::vector<Draft> drafts_;
};

void Compiler::collect_identifiers() {
  const auto add = [&](Identifiers& ids, const auto& specs) {
    for (const auto& one : specs) {
      ids.add(one.id, faults_);
    }
  };
  add(services_, spec().services);
  add(activities_, spec().activities);
  add(plans_, spec().plans);
  add(roles_, spec().roles);
  add(administrations_, spec().administrations);
  add(duty_holders_, spec().duty_holders);
}

void Compiler::check_references() {
  for (std::size_t i = 0; i < spec().services.size(); ++i) {
    if (!spec().services[i].owner.empty()) {
      require(roles_, spec().services[i].owner, at("services", i) + ".owner");
    }
  }
  for (std::size_t i = 0; i < spec().activities.size(); ++i) {
    const ActivitySpec& activity = spec().activities[i];
    require(administrations_, activity.administration, at("activities", i) + ".administration");
    if (activity.mta <= Millis(0)) {
      fault(at("activities", i) + ".mta", "an mta is longer than 0", "say how long the activity can be without");
    }
    for (std::size_t j = 0; j < activity.accept_gap.size(); ++j) {
      require(services_, activity.accept_gap[j].service, at(at("activities", i) + ".accept_gap", j) + ".service");
    }
  }
  for (std::size_t i = 0; i < spec().plans.size(); ++i) {
    check_plan(spec().plans[i], at("plans", i));
  }
  for (std::size_t i = 0; i < spec().roles.size(); ++i) {
    const RoleSpec& role = spec().roles[i];
    require_all(roles_, role.substitutes, at("roles", i) + ".substitutes");
    for (std::size_t j = 0; j < role.substitutes.size(); ++j) {
      if (role.substitutes[j] == role.id) {
        fault(at(at("roles", i) + ".substitutes", j), role.id + " cannot stand in for itself", "name another role");
      }
    }
  }
  for (std::size_t i = 0; i < spec().duty_holders.size(); ++i) {
    const DutyHolderSpec& holder = spec().duty_holders[i];
    const std::string path = at("duty_holders", i);
    require_all(administrations_, holder.administrations, path + ".administrations");
    require_all(roles_, holder.assessors, path + ".assessors");
    if (holder.assessors.empty()) {
      fault(path + ".assessors", "nobody assesses for " + holder.id, "name at least one role");
    }
    check_responsibilities(holder, path + ".responsibilities");
  }
}

void Compiler::check_responsibilities(const DutyHolderSpec& holder, const std::string& path) {
  std::set<std::string_view> regimes;
  for (std::size_t i = 0; i < holder.responsibilities.size(); ++i) {
    const ResponsibilitySpec& one = holder.responsibilities[i];
    const std::string here = at(path, i);
    require_all(roles_, one.assessors, here + ".assessors");
    require_all(roles_, one.deciders, here + ".deciders");
    require_all(roles_, one.filers, here + ".filers");
    if (!regimes.insert(one.regime).second) {
      fault(here + ".regime", "there are two entries for " + one.regime, "join them");
    } else if (std::find(holder.regimes.begin(), holder.regimes.end(), one.regime) == holder.regimes.end()) {
      fault(here + ".regime", holder.id + " is not bound by " + one.regime,
            "add it to the regimes of " + holder.id + ", or remove the entry");
    }
  }
}

void Compiler::check_plan(const PlanSpec& plan, const std::string& path) {
  if (!plan.owner.empty()) {
    require(roles_, plan.owner, path + ".owner");
  }
  for (std::size_t i = 0; i < plan.agreements.size(); ++i) {
    require(administrations_, plan.agreements[i], at(path + ".agreements", i) + ".administration");
  }
  if (plan.rto <= Millis(0)) {
    fault(path + ".rto", "an rto is longer than 0", "say within what time the service is to be restored");
  }
  for (std::size_t i = 0; i < plan.ladder.size(); ++i) {
    const LadderStepSpec& step = plan.ladder[i];
    const std::string step_path = at(path + ".ladder", i);
    require_all(roles_, step.tell, step_path + ".tell");
    if (step.repeat && *step.repeat <= Millis(0)) {
      fault(step_path + ".repeat", "a repeat interval is longer than 0", "leave it out if nothing is to be repeated");
    }
  }
  std::set<std::string_view> step_ids;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const std::string step_path = at(path + ".steps", i);
    require(roles_, plan.steps[i].role, step_path + ".role");
    if (!step_ids.insert(plan.steps[i].id).second) {
      fault(step_path + ".id", "there are two of the step " + plan.steps[i].id, "rename one of them");
    }
  }
  for (std::size_t i = 0; i < plan.contacts.size(); ++i) {
    require(roles_, plan.contacts[i].role, at(path + ".contacts", i) + ".role");
  }
}

void Compiler::draft_needs(Draft& draft, const std::vector<DependencySpec>& needs, const std::string& path) {
  for (std::size_t i = 0; i < needs.size(); ++i) {
    std::vector<NamedService> of = check_dependency(needs[i], at(path, i), services_, faults_);
    if (of.empty()) {
      continue;
    }
    // As written: a name that does not exist is said by itself.
    const std::size_t named = needs[i].of.size();
    if (needs[i].at_least && static_cast<std::size_t>(*needs[i].at_least) == named) {
      warn(at(path, i) + ".at_least",
           "at_least " + std::to_string(named) + " of " + std::to_string(named) + " leaves no spare: the same as all",
           "write all, or name the spare");
    }
    draft.needs.push_back({&needs[i], std::move(of)});
  }
}

void Compiler::draft_nodes() {
  for (std::size_t i = 0; i < spec().services.size(); ++i) {
    Draft draft;
    draft.id = spec().services[i].id;
    draft_needs(draft, spec().services[i].depends_on, at("services", i) + ".depends_on");
    drafts_.push_back(std::move(draft));
  }
  for (std::size_t i = 0; i < spec().activities.size(); ++i) {
    Draft draft;
    draft.activity = true;
    draft.id = spec().activities[i].id;
    draft_needs(draft, spec().activities[i].uses, at("activities", i) + ".uses");
    drafts_.push_back(std::move(draft));
  }
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    for (const Draft::Need& need : drafts_[i].needs) {
      for (const NamedService& named : need.of) {
        drafts_[named.service].dependants.push_back(i);
        ++drafts_[i].waits_for;
      }
    }
  }
}

void Compiler::attach_plans() {
  for (std::size_t i = 0; i < spec().plans.size(); ++i) {
    const std::string path = at("plans", i) + ".service";
    const std::optional<std::size_t> service = services_.resolve(spec().plans[i].service, path, faults_);
    if (!service) {
      continue;
    }
    Draft& draft = drafts_[*service];
    if (draft.plan != nullptr) {
      fault(path, std::string(draft.id) + " has two plans: " + draft.plan->id + " and " + spec().plans[i].id,
            "keep the one that is in force");
      continue;
    }
    draft.plan = &spec().plans[i];
    draft.plan_index = i;
  }
}

std::vector<std::size_t> Compiler::sort_drafts() {
  const auto later = [&](std::size_t a, std::size_t b) { return comes_before(b, a); };
  std::priority_queue<std::size_t, std::vector<std::size_t>, decltype(later)> ready(later);
  std::vector<bool> placed(drafts_.size(), false);
  for (std::size_t i = 0; i < drafts_.size(); ++i) {
    if (drafts_[i].waits_for == 0) {
      ready.push(i);
    }
  }
  std::vector<std::size_t> order;
  const auto place = [&](std::size_t draft) {
    order.push_back(draft);
    placed[draft] = true;
    for (const std::size_t dependant : drafts_[draft].dependants) {
      if (--drafts_[dependant].waits_for == 0 && !placed[dependant]) {
        ready.push(dependant);
      }
    }
  };
  while (order.size() < drafts_.size()) {
    if (!ready.empty()) {
      const std::size_t next = ready.top();
      ready.pop();
      if (!placed[next]) {
        place(next);
      }
      continue;
    }
    // Only what is on a cycle or above one is left. Report one, and go on as if it were none, to find the others.
    const std::vector<std::size_t> cycle = find_cycle(placed);
    report_cycle(cycle);
    for (const std::size_t draft : cycle) {
      place(draft);
    }
  }
  return order;
}

/// A cycle among those not placed, each of which waits for another of them. Begins with its first by identifier, and
/// each depends on the next.
std::vector<std::size_t> Compiler::find_cycle(const std::vector<bool>& placed) const {
  const auto next_of = [&](std::size_t draft) {
    std::optional<std::size_t> first;
    for (const Draft::Need& need : drafts_[draft].needs) {
      for (const NamedService& named : need.of) {
        if (!placed[named.service] && (!first || comes_before(named.service, *first))) {
          first = named.service;
        }
      }
    }
    AV_CHECK(first.has_value());
    return *first;
  };
  std::size_t current = static_cast<std::size_t>(std::find(placed.begin(), placed.end(), false) - placed.begin());
  std::vector<std::optional<std::size_t>> position(drafts_.size());
  std::vector<std::size_t> walk;
  while (!position[current]) {
    position[current] = walk.size();
    walk.push_back(current);
    current = next_of(current);
  }
  walk.erase(walk.begin(), walk.begin() + static_cast<std::ptrdiff_t>(*position[current]));
  std::rotate(walk.begin(),
              std::min_element(walk.begin(), walk.end(), [&](auto a, auto b) { return comes_before(a, b); }),
              walk.end());
  return walk;
}

void Compiler::report_cycle(const std::vector<std::size_t>& cycle) {
  std::string text;
  for (const std::size_t draft : cycle) {
    text += std::string(drafts_[draft].id) + " -> ";
  }
  text += drafts_[cycle.front()].id;
  const std::size_t target = cycle[1 % cycle.size()];
  for (const Draft::Need& need : drafts_[cycle.front()].needs) {
    for (const NamedService& named : need.of) {
      if (named.service == target) {
        fault(named.path, "services depend on themselves: " + text, "remove one of these dependencies");
        return;
      }
    }
  }
}

void Compiler::build_nodes(const std::vector<std::size_t>& order) {
  std::vector<NodeIx> number(drafts_.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    number[order[i]] = static_cast<NodeIx>(i);
  }
  impl_->nodes.resize(order.size());
  impl_->services.reserve(spec().services.size());
  impl_->activities.reserve(spec().activities.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const Draft& draft = drafts_[order[i]];
    Node& node = impl_->nodes[i];
    node.activity = draft.activity;
    if (draft.activity) {
      node.activity_spec = &spec().activities[order[i] - spec().services.size()];
      node.name = {node.activity_spec->id, node.activity_spec->name};
      impl_->activities.push_back(static_cast<NodeIx>(i));
    } else {
      node.service = &spec().services[order[i]];
      node.name = {node.service->id, node.service->name};
      impl_->services.push_back(static_cast<NodeIx>(i));
    }
    node.plan = draft.plan;
    node.counts_degraded = draft.plan == nullptr || draft.plan->counts_degraded;
    for (const Draft::Need& from : draft.needs) {
      Need need;
      need.kind = !from.spec->all.empty()   ? Need::Kind::all
                  : !from.spec->any.empty() ? Need::Kind::any
                                            : Need::Kind::at_least;
      need.k = need.kind == Need::Kind::at_least ? static_cast<std::uint32_t>(*from.spec->at_least) : 0;
      need.loss = from.spec->loss;
      need.without_spare = from.spec->without_spare;
      for (const NamedService& named : from.of) {
        need.of.push_back(number[named.service]);
      }
      node.dependencies.insert(node.dependencies.end(), need.of.begin(), need.of.end());
      node.needs.push_back(std::move(need));
    }
    std::sort(node.dependencies.begin(), node.dependencies.end());
    node.dependencies.erase(std::unique(node.dependencies.begin(), node.dependencies.end()), node.dependencies.end());
    node.settle = draft.plan != nullptr ? draft.plan->settle : default_settle_;
    if (draft.plan == nullptr) {
      // What has not held for a service has not held for those who use it: a blip that continues its outage must not
      // begin their clocks anew.
      for (const NodeIx dependency : node.dependencies) {
        node.settle = std::max(node.settle, impl_->nodes[dependency].settle);
      }
    }
    for (const NodeIx dependency : node.dependencies) {
      impl_->nodes[dependency].dependants.push_back(static_cast<NodeIx>(i));
    }
  }
  for (const RoleSpec& role : spec().roles) {
    impl_->roles.push_back(&role);
  }
  const auto by_id = [&](NodeIx a, NodeIx b) { return impl_->nodes[a].name.id < impl_->nodes[b].name.id; };
  std::sort(impl_->services.begin(), impl_->services.end(), by_id);
  std::sort(impl_->activities.begin(), impl_->activities.end(), by_id);
  std::sort(impl_->roles.begin(), impl_->roles.end(),
            [](const RoleSpec* a, const RoleSpec* b) { return a->id < b->id; });
}

void Compiler::build_index() {
  for (std::size_t i = 0; i < spec().services.size(); ++i) {
    const ServiceSpec& service = spec().services[i];
    for (std::size_t j = 0; j < service.match.size(); ++j) {
      Result<LabelMatchers> matchers = LabelMatchers::parse(service.match[j]);
      if (!matchers) {
        fault(at(at("services", i) + ".match", j), matchers.error().message, matchers.error().remedy);
        continue;
      }
      if (faults_.empty()) {
        const auto node =
            std::lower_bound(impl_->services.begin(), impl_->services.end(), service.id,
                             [&](NodeIx ix, const std::string& id) { return impl_->nodes[ix].name.id < id; });
        impl_->index.add(std::move(*matchers), *node);
      }
    }
  }
  impl_->index.finish();
}

}  // namespace

tl::expected<Catalogue, SpecFaults> Catalogue::compile(CatalogueSpec spec, Millis default_settle,
                                                       SpecFaults* warnings) {
  Compiler compiler(std::move(spec), default_settle);
  std::unique_ptr<Impl> impl = compiler.compile();
  if (warnings != nullptr) {
    warnings->insert(warnings->end(), compiler.warnings_.begin(), compiler.warnings_.end());
  }
  if (!compiler.faults_.empty()) {
    return tl::unexpected(std::move(compiler.faults_));
  }
  return Catalogue(std::move(impl));
}

}  // namespace avbrottsvakt
