#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {

/// The identifiers of one kind, and where in the spec each stands.
class Identifiers {
 public:
  /// `kind` as people say it, "service"; `list` the list in the spec, "services"; `key` the one that names it.
  Identifiers(std::string kind, std::string list, std::string key);

  /// In the order of the spec. A repeated or empty identifier is a fault.
  void add(std::string_view id, SpecFaults& faults);

  /// The index in the spec of the one that `path` refers to; a fault, with the nearest right name, if there is none.
  std::optional<std::size_t> resolve(std::string_view id, const std::string& path, SpecFaults& faults) const;

 private:
  std::string kind_;
  std::string list_;
  std::string key_;
  std::vector<std::string> ids_;
  std::unordered_map<std::string, std::size_t> index_;
};

/// "services[3].depends_on[0].all[1]".
std::string at(const std::string& path, std::size_t index);

/// Checks one need of a service or activity by itself: its form, and that all that it names exists. `wanted` receives,
/// in the order of the spec, the index of each service named and where it is named; nothing if the form is wrong.
struct NamedService {
  std::size_t service;
  std::string path;
};
std::vector<NamedService> check_dependency(const DependencySpec& spec, const std::string& path,
                                           const Identifiers& services, SpecFaults& faults);

}  // namespace avbrottsvakt
