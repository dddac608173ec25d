// What each law asks of each holder, as the facts stand.
#include <algorithm>
#include <deque>

#include "engine/duty_facts.h"
#include "engine/obligation.h"

namespace avbrottsvakt {
namespace {

StageVerdict verdict_of(const StageSpec& spec, const CriteriaFacts& facts, Instant now, Date date) {
  StageVerdict verdict;
  if (spec.when) {
    verdict.made = evaluate(*spec.when, facts, now, date, Asking::no).truth;
  }
  for (std::size_t i = 0; i < spec.cases.size(); ++i) {
    const Truth truth = evaluate(spec.cases[i].when, facts, now, date, Asking::no).truth;
    if (truth != Truth::no) {
      verdict.of = i;
      verdict.presumed = truth == Truth::unknown;
      break;
    }
  }
  return verdict;
}

/// A regime as the facts of one holder have it; `known`: there is a record of it already.
Duty duty_of(const RegimeSpec& regime, const CriteriaFacts& facts, bool known, Instant now, Date date) {
  Duty duty;
  duty.regime = &regime;
  duty.verdict = evaluate(regime.criteria, facts, now, date, Asking::no);
  if (regime.ask_when) {
    duty.ask = evaluate(*regime.ask_when, facts, now, date, Asking::no);
  }
  if (!known && unwanted_until(duty)) {
    return duty;
  }
  duty.stages.reserve(regime.stages.size());
  for (const StageSpec& spec : regime.stages) {
    duty.stages.push_back(verdict_of(spec, facts, now, date));
  }
  return duty;
}

/// Whose it is, and what that makes of it.
void describe(Duty& duty, const DutyHolderSpec& holder, const DutyFacts& facts, Date date) {
  duty.holder = &holder;
  const std::vector<RecipientSpec>& recipients = duty.regime->recipients;
  if (std::any_of(recipients.begin(), recipients.end(), [](const RecipientSpec& r) { return r.device_manufacturer; })) {
    duty.manufacturers = facts.manufacturers();
  }
  duty.advisory = duty.regime->by_designation &&
                  !(holder.designated_critical_entity && holder.duty_applies_from && *holder.duty_applies_from <= date);
}

bool is_bound(const DutyHolderSpec& holder, const RegimeSpec& regime) {
  return std::find(holder.regimes.begin(), holder.regimes.end(), regime.id) != holder.regimes.end();
}

Instant began_at(const Incident& incident) {
  Instant began = kNever;
  for (const NodeOutage& member : incident.members) {
    began = std::min(began, member.outage.from);
  }
  return began;
}

}  // namespace

std::unique_ptr<CriteriaFacts> criteria_facts(const Bundle& bundle, const Incident& incident, const RegimeSpec& regime,
                                              const DutyHolderSpec& holder) {
  auto own = std::make_unique<DutyFacts>(bundle.catalogue, incident, holder);
  const auto holders = bundle.catalogue.duty_holders();
  const bool others = !own->hit() && std::any_of(holders.begin(), holders.end(), [&](const DutyHolderSpec& other) {
    return is_bound(other, regime) && DutyFacts(bundle.catalogue, incident, other).hit();
  });
  if (others) {
    return std::make_unique<NothingHit>();
  }
  return own;
}

Date deciding_date(const ZoneTable& zone, const Incident& incident) { return to_local(zone, began_at(incident)).date; }

std::vector<Duty> duties_of(const Bundle& bundle, const Incident& incident, Instant now) {
  std::vector<Duty> duties;
  if (incident.members.empty()) {
    return duties;
  }
  const Date date = deciding_date(bundle.rules.zone, incident);
  const NothingHit nothing_hit;
  const auto holders = bundle.catalogue.duty_holders();
  std::deque<DutyFacts> facts_of;
  for (const DutyHolderSpec& holder : holders) {
    facts_of.emplace_back(bundle.catalogue, incident, holder);
  }
  for (const RegimeSpec& regime : bundle.rules.regimes) {
    if (!regime.valid.holds(date)) {
      continue;
    }
    const bool known = std::any_of(incident.record.duties.begin(), incident.record.duties.end(),
                                   [&](const DutyRecord& record) { return record.regime == regime.id; });
    bool somebody_hit = false;
    for (std::size_t i = 0; i < holders.size(); ++i) {
      somebody_hit = somebody_hit || (is_bound(holders[i], regime) && facts_of[i].hit());
    }
    std::optional<Duty> of_others;  // What nothing of is hit is the same to every holder.
    for (std::size_t i = 0; i < holders.size(); ++i) {
      if (!is_bound(holders[i], regime)) {
        continue;
      }
      if (facts_of[i].hit() || !somebody_hit) {
        duties.push_back(duty_of(regime, facts_of[i], known, now, date));
      } else {
        of_others = of_others ? std::move(of_others) : duty_of(regime, nothing_hit, known, now, date);
        duties.push_back(*of_others);
      }
      describe(duties.back(), holders[i], facts_of[i], date);
    }
  }
  return duties;
}

std::vector<Question> questions_of(const Bundle& bundle, const Incident& incident, const Duty& duty, Instant now) {
  if (incident.members.empty()) {
    return {};
  }
  const Date date = deciding_date(bundle.rules.zone, incident);
  const std::unique_ptr<CriteriaFacts> facts = criteria_facts(bundle, incident, *duty.regime, *duty.holder);
  std::vector<Question> questions = evaluate(duty.regime->criteria, *facts, now, date).questions;
  const auto add = [&](const Criterion& criterion) {
    for (Question& question : evaluate(criterion, *facts, now, date).questions) {
      const bool asked = std::any_of(questions.begin(), questions.end(),
                                     [&](const Question& other) { return other.fact == question.fact; });
      if (!asked) {
        // It settles what the report is, not whether there is one.
        question.settles_at = Instant{};
        questions.push_back(std::move(question));
      }
    }
  };
  for (const StageSpec& spec : duty.regime->stages) {
    for (const StageSpec::Case& one : spec.cases) {
      add(one.when);
    }
    if (spec.when) {
      add(*spec.when);
    }
  }
  return questions;
}

}  // namespace avbrottsvakt
