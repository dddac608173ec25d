#include "engine/protected_mode.h"

#include <algorithm>
#include <utility>

namespace avbrottsvakt {

bool attack_suspected(const Bundle& bundle, const IncidentRecord& record) {
  const auto& mode = bundle.rules.escalation.protected_mode;
  return mode && std::any_of(record.answers.begin(), record.answers.end(), [&](const AnsweredFact& answered) {
           return answered.fact == mode->fact && answered.answer == Answer::yes;
         });
}

void conceal(Output& output, const Bundle& bundle) {
  const std::string& officer = bundle.rules.escalation.protected_mode->call;
  CallEntry call;
  call.role = {officer, officer};
  if (const RoleSpec* role = bundle.catalogue.role(officer)) {
    call = {{role->id, role->name}, role->phone, role->hours};
  }
  if (auto* alert = std::get_if<Alert>(&output)) {
    Alert left;
    left.header = std::move(alert->header);
    left.level = alert->level;
    left.call = {call};
    *alert = std::move(left);
  } else if (auto* activation = std::get_if<ActivationPrompt>(&output)) {
    ActivationPrompt left;
    left.header = std::move(activation->header);
    left.kind = activation->kind;
    left.contacts = {call};
    *activation = std::move(left);
  } else if (auto* report = std::get_if<ReportPrompt>(&output)) {
    ReportPrompt left;
    left.header = std::move(report->header);
    left.kind = report->kind;
    left.to = call.role;
    left.phone = call.phone;
    *report = std::move(left);
  } else if (auto* picture = std::get_if<IncidentPicture>(&output)) {
    IncidentPicture left;
    left.header = std::move(picture->header);
    left.state = picture->state;
    *picture = std::move(left);
  } else {
    return;
  }
  std::visit([](auto& said) { said.header.protected_mode = true; }, output);
}

}  // namespace avbrottsvakt
