// Why the engine says what it says, for who asks.
#include "engine/impl.h"

namespace avbrottsvakt {

std::vector<DutyExplanation> Engine::explain() const {
  std::vector<DutyExplanation> explanations;
  if (impl_->bundle == nullptr) {
    return explanations;
  }
  const Bundle& bundle = *impl_->bundle;
  for (const Incident& incident : impl_->incidents.all()) {
    if (incident.record.id.empty() || !incident.record.merged_into.empty() || incident.members.empty()) {
      continue;
    }
    const Date date = deciding_date(bundle.rules.zone, incident);
    for (const Duty& duty : duties_of(bundle, incident, impl_->meta.now)) {
      DutyExplanation explanation;
      explanation.incident = incident.record.number;
      explanation.regime = {duty.regime->id, duty.regime->name};
      explanation.duty_holder = {duty.holder->id, duty.holder->name};
      explanation.criteria = avbrottsvakt::explain(
          duty.regime->criteria, *criteria_facts(bundle, incident, *duty.regime, *duty.holder), impl_->meta.now, date);
      explanations.push_back(std::move(explanation));
    }
  }
  return explanations;
}

}  // namespace avbrottsvakt
