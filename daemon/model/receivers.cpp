#include "model/receivers.h"

#include <algorithm>

namespace avbrottsvakt {

std::vector<std::string> receivers_of(const Output& output) {
  std::vector<std::string> roles;
  if (const auto* alert = std::get_if<Alert>(&output)) {
    for (const AlertEntry& entry : alert->entries) {
      roles.insert(roles.end(), entry.tell.begin(), entry.tell.end());
    }
  } else if (const auto* activation = std::get_if<ActivationPrompt>(&output)) {
    // The first contact is the one who is called.
    if (!activation->contacts.empty()) {
      roles.push_back(activation->contacts.front().role.id);
    }
  } else if (const auto* prompt = std::get_if<ReportPrompt>(&output)) {
    if (!prompt->to.id.empty()) {
      roles.push_back(prompt->to.id);
    }
  }
  std::sort(roles.begin(), roles.end());
  roles.erase(std::unique(roles.begin(), roles.end()), roles.end());
  return roles;
}

}  // namespace avbrottsvakt
