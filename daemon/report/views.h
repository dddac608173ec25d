#pragma once

#include <map>
#include <string>

#include "model/output.h"
#include "report/templates.h"
#include "report/words.h"

namespace avbrottsvakt {

/// How to word an output: the language, zone and instant, and the names of roles.
struct Reading {
  Wording wording;
  const std::map<std::string, std::string>& roles;

  const std::string& role(const std::string& id) const {
    const auto found = roles.find(id);
    return found == roles.end() ? id : found->second;
  }
};

/// The name that people say, or the identifier where there is none.
inline const std::string& name_of(const Named& named) { return named.name.empty() ? named.id : named.name; }

View alert_view(const Alert& alert, const Reading& reading);
View activation_view(const ActivationPrompt& prompt, const Reading& reading);
View report_view(const ReportPrompt& prompt, const Reading& reading);
View incident_view(const IncidentPicture& picture, const Reading& reading);
View dead_letter_view(const DeadLetter& letter, const Reading& reading);
/// Of any output whose header says protected_mode.
View protected_mode_view(const Output& output, const Reading& reading);

}  // namespace avbrottsvakt
