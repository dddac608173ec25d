#include "catalogue/references.h"

#include <algorithm>

namespace avbrottsvakt {

std::string at(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

Identifiers::Identifiers(std::string kind, std::string list, std::string key)
    : kind_(std::move(kind)), list_(std::move(list)), key_(std::move(key)) {}

void Identifiers::add(std::string_view id, SpecFaults& faults) {
  const std::size_t index = ids_.size();
  ids_.emplace_back(id);
  const std::string path = at(list_, index) + "." + key_;
  if (id.empty()) {
    faults.push_back({path, "the identifier of a " + kind_ + " is empty", "give it a name of its own", false});
    return;
  }
  if (!index_.emplace(id, index).second) {
    faults.push_back({path, "there are two of the " + kind_ + " " + std::string(id),
                      "rename one, or remove the one that is out of date", false});
  }
}

std::optional<std::size_t> Identifiers::resolve(std::string_view id, const std::string& path,
                                                SpecFaults& faults) const {
  const auto found = index_.find(std::string(id));
  if (found != index_.end()) {
    return found->second;
  }
  const std::optional<std::string> meant = nearest(id, ids_);
  faults.push_back({path, "there is no " + kind_ + " " + std::string(id),
                    meant ? "did you mean " + *meant + "?" : "add it to the catalogue, or remove the reference",
                    false});
  return std::nullopt;
}

std::vector<NamedService> check_dependency(const DependencySpec& spec, const std::string& path,
                                           const Identifiers& services, SpecFaults& faults) {
  const bool counted = spec.at_least.has_value() || !spec.of.empty();
  const int kinds = (spec.all.empty() ? 0 : 1) + (spec.any.empty() ? 0 : 1) + (counted ? 1 : 0);
  if (kinds == 0) {
    faults.push_back(
        {path, "a dependency that names nothing", "name services under all, any, or at_least with of", false});
    return {};
  }
  if (kinds > 1) {
    faults.push_back({path, "a dependency is one of all, any, and at_least with of",
                      "make it two dependencies: each of them is needed", false});
    return {};
  }
  if (counted && !spec.at_least) {
    faults.push_back({path + ".of", "of without at_least", "say how many of them are needed: at_least: 1", false});
    return {};
  }
  if (counted && spec.of.empty()) {
    faults.push_back({path + ".at_least", "at_least without of", "name the services that it counts: of: [...]", false});
    return {};
  }
  if (counted && (*spec.at_least < 1 || static_cast<std::size_t>(*spec.at_least) > spec.of.size())) {
    faults.push_back(
        {path + ".at_least",
         "at_least " + std::to_string(*spec.at_least) + " of " + std::to_string(spec.of.size()) + " cannot be met",
         "a number from 1 to " + std::to_string(spec.of.size()), false});
    return {};
  }
  if (spec.without_spare != Condition::up && !counted) {
    faults.push_back({path + ".without_spare", "without_spare where there is no spare",
                      "it belongs to at_least with of; remove it", false});
  } else if (spec.without_spare == Condition::down) {
    faults.push_back({path + ".without_spare", "as many are left as are needed, so it cannot be down",
                      "write degraded, or remove it; if more are needed, raise at_least", false});
  }
  const auto& names = !spec.all.empty() ? spec.all : !spec.any.empty() ? spec.any : spec.of;
  const std::string list = path + (!spec.all.empty() ? ".all" : !spec.any.empty() ? ".any" : ".of");
  std::vector<NamedService> found;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::optional<std::size_t> service = services.resolve(names[i], at(list, i), faults);
    if (!service) {
      continue;
    }
    if (std::any_of(found.begin(), found.end(), [&](const NamedService& f) { return f.service == *service; })) {
      faults.push_back({at(list, i), names[i] + " is named twice", "remove one of them", false});
      continue;
    }
    found.push_back({*service, at(list, i)});
  }
  return found;
}

}  // namespace avbrottsvakt
