#include <algorithm>
#include <set>

#include "catalogue/catalogue.h"
#include "rules/evaluate.h"
#include "rules/regime.h"

namespace avbrottsvakt {
namespace {

std::string at(const std::string& path, std::size_t index) { return path + "[" + std::to_string(index) + "]"; }

/// An incident of which nothing is known.
class NoFacts : public CriteriaFacts {
 public:
  Spans limited(const std::string& /*sector*/) const override { return {}; }
  Spans on_fallback(const std::string& /*sector*/) const override { return {}; }
  std::optional<Answered> answer(const std::string& /*fact*/) const override { return std::nullopt; }
  Spans outage(const ServiceFilter& /*services*/) const override { return {}; }
};

/// The dates on which the tree may become another one.
void collect_dates(const Criterion& criterion, std::set<Date>& dates) {
  for (const std::optional<Date>& date : {criterion.valid.from, criterion.valid.until}) {
    if (date) {
      dates.insert(*date);
    }
  }
  for (const Criterion& child : criterion.children) {
    collect_dates(child, dates);
  }
}

class RulesCheck {
 public:
  RulesCheck(const RulesSpec& rules, const CatalogueSpec& catalogue) : rules_(rules), catalogue_(catalogue) {}

  SpecFaults check() {
    for (const ActivitySpec& activity : catalogue_.activities) {
      activity_sectors_.insert(activity.sectors.begin(), activity.sectors.end());
    }
    std::set<std::string> ids;
    for (std::size_t i = 0; i < rules_.regimes.size(); ++i) {
      if (!ids.insert(rules_.regimes[i].id).second) {
        fault(at("regimes", i) + ".regime", "there are two of the regime " + rules_.regimes[i].id,
              "rename one of them");
      }
      check_regime(rules_.regimes[i], at("regimes", i));
    }
    check_duty_holders(ids);
    check_follow_up();
    check_activity_sectors();
    check_escalation();
    check_calendar();
    return std::move(faults_);
  }

 private:
  void fault(std::string path, std::string message, std::string remedy) {
    faults_.push_back({std::move(path), std::move(message), std::move(remedy), false});
  }
  void warn(std::string path, std::string message, std::string remedy) {
    faults_.push_back({std::move(path), std::move(message), std::move(remedy), true});
  }
  static std::optional<std::string> nearest_of(const std::string& name, const std::set<std::string>& names) {
    return nearest(name, std::vector<std::string>(names.begin(), names.end()));
  }

  void check_validity(const Validity& valid, const std::string& path) {
    if (valid.from && valid.until && *valid.from >= *valid.until) {
      fault(path + ".until", "valid until " + format_date(*valid.until) + ", but only from " + format_date(*valid.from),
            "until is the first day on which it does not hold any more");
    }
  }

  void check_regime(const RegimeSpec& regime, const std::string& path);
  void check_not_always(const Criterion& criterion, const RegimeSpec& regime, const std::string& path);
  void check_stages(const RegimeSpec& regime, const std::string& path, std::set<std::string>& criteria);
  void check_stage(const RegimeSpec& regime, std::size_t index, const std::string& path);
  void check_asking(const RegimeSpec& regime, const std::string& path);
  void check_recipients(const RegimeSpec& regime, const std::string& path);
  void check_follow_up();
  void check_criterion(const Criterion& criterion, const std::string& path, std::set<std::string>& ids);
  void check_sector(const std::string& sector, const std::string& path);
  void check_duty_holders(const std::set<std::string>& regimes);
  void check_activity_sectors();
  void check_escalation();
  void check_calendar();

  const RulesSpec& rules_;
  const CatalogueSpec& catalogue_;
  std::set<std::string> activity_sectors_;
  std::set<std::string> rule_sectors_;
  SpecFaults faults_;
};

void RulesCheck::check_regime(const RegimeSpec& regime, const std::string& path) {
  check_validity(regime.valid, path + ".valid");
  const std::size_t faults_before = faults_.size();
  std::set<std::string> ids;
  check_criterion(regime.criteria, path + ".criteria", ids);
  // Only a well-formed tree can be evaluated.
  if (std::none_of(faults_.begin() + static_cast<std::ptrdiff_t>(faults_before), faults_.end(),
                   [](const SpecFault& f) { return !f.warning; })) {
    check_not_always(regime.criteria, regime, path + ".criteria");
    if (regime.ask_when) {
      const std::size_t before = faults_.size();
      check_criterion(*regime.ask_when, path + ".ask_when", ids);
      if (faults_.size() == before) {
        check_not_always(*regime.ask_when, regime, path + ".ask_when");
      }
    }
  }
  check_stages(regime, path, ids);
  check_recipients(regime, path);
}

void RulesCheck::check_not_always(const Criterion& criterion, const RegimeSpec& regime, const std::string& path) {
  std::set<Date> dates{regime.valid.from.value_or(Date(std::chrono::year(2026) / 1 / 1))};
  collect_dates(criterion, dates);
  const bool always = std::any_of(dates.begin(), dates.end(), [&](Date date) {
    return evaluate(criterion, NoFacts(), Instant(), date, Asking::no).truth == Truth::yes;
  });
  if (always) {
    fault(path, "the criteria are met before anything has happened",
          "a not over a duration is true from the beginning: join it with all to something that is not");
  }
}

void RulesCheck::check_recipients(const RegimeSpec& regime, const std::string& path) {
  if (regime.recipients.empty()) {
    fault(path + ".recipients", "nobody receives the reports", "name at least one recipient");
  }
  std::set<std::string> stages;
  for (const StageSpec& stage : regime.stages) {
    stages.insert(stage.id);
  }
  for (std::size_t i = 0; i < regime.recipients.size(); ++i) {
    const RecipientSpec& recipient = regime.recipients[i];
    const std::string here = at(path + ".recipients", i);
    check_validity(recipient.valid, here + ".valid");
    for (std::size_t j = 0; j < recipient.stages.size(); ++j) {
      if (!stages.contains(recipient.stages[j])) {
        const auto meant = nearest_of(recipient.stages[j], stages);
        fault(at(here + ".stages", j), "there is no stage " + recipient.stages[j],
              meant ? "did you mean " + *meant + "?" : "name a stage of this regime");
      }
    }
  }
  for (std::size_t i = 0; i < regime.stages.size() && !regime.recipients.empty(); ++i) {
    const bool received = std::any_of(regime.recipients.begin(), regime.recipients.end(), [&](const RecipientSpec& r) {
      return r.stages.empty() || std::count(r.stages.begin(), r.stages.end(), regime.stages[i].id) > 0;
    });
    if (!received) {
      fault(at(path + ".stages", i) + ".id", "nobody receives the stage " + regime.stages[i].id,
            "name it under the stages of a recipient");
    }
  }
}

void RulesCheck::check_stages(const RegimeSpec& regime, const std::string& path, std::set<std::string>& criteria) {
  if (regime.stages.empty()) {
    fault(path + ".stages", "a regime without stages asks for no report", "name at least one stage");
    return;
  }
  for (std::size_t i = 0; i < regime.stages.size(); ++i) {
    const StageSpec& stage = regime.stages[i];
    const std::string here = at(path + ".stages", i);
    check_stage(regime, i, here);
    if (stage.when) {
      check_criterion(*stage.when, here + ".when", criteria);
    }
    for (std::size_t j = 0; j < stage.cases.size(); ++j) {
      check_criterion(stage.cases[j].when, at(here + ".cases", j) + ".when", criteria);
    }
  }
  check_asking(regime, path);
}

void RulesCheck::check_stage(const RegimeSpec& regime, std::size_t index, const std::string& path) {
  using Anchor = StageSpec::Anchor;
  const StageSpec& stage = regime.stages[index];
  std::set<std::string> all;
  std::set<std::string> earlier;
  for (std::size_t i = 0; i < regime.stages.size(); ++i) {
    all.insert(regime.stages[i].id);
    if (i < index) {
      earlier.insert(regime.stages[i].id);
    }
  }
  if (stage.anchor == Anchor::submitted && !earlier.contains(stage.anchor_stage)) {
    const auto meant = nearest_of(stage.anchor_stage, earlier);
    fault(path + ".due.of",
          all.contains(stage.anchor_stage) ? "counts from the stage " + stage.anchor_stage + ", which is not earlier"
                                           : "there is no stage " + stage.anchor_stage,
          meant ? "did you mean submitted(" + *meant + ")?" : "a stage counts from known_incident or an earlier stage");
  }
  if (earlier.contains(stage.id)) {
    fault(path + ".id", "there are two of the stage " + stage.id, "rename one of them");
  }
  if (!stage.remind_percent.empty() && !stage.within && stage.cases.empty()) {
    fault(path + ".remind_percent", "reminders at percentages of a period that is not stated",
          "state due.within, or remind at policy.remind_after");
  }
  const bool numbered = stage.within || !stage.cases.empty();
  if (numbered && (stage.policy_target || !stage.policy_remind_after.empty())) {
    fault(path + ".policy", "the law gives a number for this stage: policy is for those without",
          "remind at remind_percent instead");
  }
  if (!std::is_sorted(stage.policy_remind_after.begin(), stage.policy_remind_after.end())) {
    fault(path + ".policy.remind_after", "the reminders are not in order", "write the earliest first");
  }
  if (stage.on_request != (stage.anchor == Anchor::requested)) {
    fault(path + ".due.of",
          stage.on_request ? "made on request, but does not count from requested"
                           : "counts from requested, but is not made on request",
          "write on_request: true and of: requested together");
  }
  if (stage.on_request && index == 0) {
    fault(path + ".on_request", "the first stage is made on request only", "begin with one that is always made");
  }
  if (stage.when && index == 0) {
    fault(path + ".when", "the first stage is made under a condition only", "begin with one that is always made");
  }
  if (!stage.cases.empty() && !stage.within) {
    fault(path + ".cases", "there is no period for when none of the cases applies", "state it as due.within");
  }
  if (!stage.instead.empty()) {
    const bool counts = stage.anchor == Anchor::submitted && stage.within.has_value();
    if (!all.contains(stage.instead) || stage.instead == stage.id) {
      const auto meant = nearest_of(stage.instead, all);
      fault(path + ".if_ongoing.instead", "there is no other stage " + stage.instead,
            meant ? "did you mean " + *meant + "?" : "name a stage of this regime");
    } else if (!counts) {
      fault(path + ".if_ongoing", "what is due instead needs a day on which this one is due",
            "count it from submitted(STAGE), with a period");
    }
  }
}

void RulesCheck::check_asking(const RegimeSpec& regime, const std::string& path) {
  const std::string here = path + ".assess";
  if (regime.stages.front().anchor == StageSpec::Anchor::submitted) {
    return;  // said already: nothing comes before the first
  }
  if (!regime.asks_by_deadline()) {
    if (!regime.ask_next_after) {
      fault(here, "ask_next_after is missing: the first stage has no deadline that is known before the answer",
            "say how long after the question the next assessor is asked");
    }
    if (!std::is_sorted(regime.ask_again_after.begin(), regime.ask_again_after.end())) {
      fault(here + ".remind_after", "the reminders are not in order", "write the earliest first");
    }
    return;
  }
  if (regime.ask_next_percent == 0 || regime.due_before == Millis(0)) {
    fault(here, "ask_next_percent and due_before are missing: the first stage has a deadline of its own",
          "say at which share of it the next assessor is asked, and how long before it the question becomes due");
    return;
  }
  const Period& first = *regime.stages.front().within;
  if (first.kind == Period::Kind::exact && regime.due_before >= first.exact) {
    fault(here + ".due_before",
          "due_before " + format_duration(regime.due_before) + " is not shorter than the first stage's " +
              format_period(first),
          "shorten it: until then people are asked, from then on they are told");
  }
}

void RulesCheck::check_criterion(const Criterion& criterion, const std::string& path, std::set<std::string>& ids) {
  check_validity(criterion.valid, path + ".valid");
  if (!criterion.id.empty() && !ids.insert(criterion.id).second) {
    fault(path + ".id", "there are two of the criterion " + criterion.id, "rename one of them");
  }
  switch (criterion.kind) {
    case Criterion::Kind::all:
    case Criterion::Kind::any: {
      const std::string list = path + (criterion.kind == Criterion::Kind::all ? ".all" : ".any");
      if (criterion.children.empty()) {
        fault(list, "a list of criteria that is empty", "name at least one criterion");
      }
      for (std::size_t i = 0; i < criterion.children.size(); ++i) {
        check_criterion(criterion.children[i], at(list, i), ids);
      }
      break;
    }
    case Criterion::Kind::negation:
      if (criterion.children.size() != 1) {
        fault(path + ".not", "not turns exactly one criterion around", "put all or any below it");
      }
      for (const Criterion& child : criterion.children) {
        check_criterion(child, path + ".not", ids);
      }
      break;
    case Criterion::Kind::outage: {
      const ServiceFilter& services = criterion.services;
      if (!services.sector_critical && !services.vital && !services.availability_at_least &&
          !services.confidentiality_at_least && services.device.empty() && !services.made_by_duty_holder) {
        fault(
            path + ".when.outage", "says nothing of the services: every outage would meet it",
            "state at least one of sector_critical, vital, availability_at_least, confidentiality_at_least, device and "
            "made_by_duty_holder");
      }
      break;
    }
    case Criterion::Kind::limited:
      check_sector(criterion.sector, path + ".when.limited.sector");
      break;
    case Criterion::Kind::on_fallback:
      check_sector(criterion.sector, path + ".when.on_fallback.sector");
      break;
    case Criterion::Kind::fact:
      if (criterion.fact.empty()) {
        fault(path + ".when.fact", "a fact without a name", "name what people answer, serious_injury_or_death say");
      }
      if (criterion.ask.empty()) {
        fault(path + ".ask", "nobody is asked about the fact " + criterion.fact,
              "write the question that settles it: ask: \"...\"");
      }
      break;
  }
}

void RulesCheck::check_sector(const std::string& sector, const std::string& path) {
  if (sector.empty()) {
    return;  // every sector
  }
  rule_sectors_.insert(sector);
  if (activity_sectors_.contains(sector)) {
    return;
  }
  if (const auto meant = nearest_of(sector, activity_sectors_)) {
    fault(path, "no activity is of the sector " + sector, "did you mean " + *meant + "?");
  } else {
    warn(path, "no activity is of the sector " + sector,
         "the criterion is never met; add the sector to its activities");
  }
}

void RulesCheck::check_activity_sectors() {
  if (rules_.regimes.empty()) {
    return;
  }
  for (std::size_t i = 0; i < catalogue_.activities.size(); ++i) {
    const std::vector<std::string>& sectors = catalogue_.activities[i].sectors;
    for (std::size_t j = 0; j < sectors.size(); ++j) {
      if (rule_sectors_.contains(sectors[j])) {
        continue;
      }
      const std::string path = at(at("activities", i) + ".sectors", j);
      const std::string message = "no criterion names the sector " + sectors[j];
      if (const auto meant = nearest_of(sectors[j], rule_sectors_)) {
        fault(path, message, "did you mean " + *meant + "?");
      } else {
        warn(path, message, "its limitations make nothing reportable by themselves");
      }
    }
  }
}

void RulesCheck::check_duty_holders(const std::set<std::string>& regimes) {
  std::set<std::string> bound;
  for (std::size_t i = 0; i < catalogue_.duty_holders.size(); ++i) {
    const DutyHolderSpec& holder = catalogue_.duty_holders[i];
    if (holder.designated_critical_entity && !holder.duty_applies_from) {
      fault(at("duty_holders", i) + ".designated_critical_entity",
            "named as a critical entity, but from when is missing",
            "add duty_applies_from: the day ten months after the State told it");
    }
    if (holder.duty_applies_from && !holder.designated_critical_entity) {
      fault(at("duty_holders", i) + ".duty_applies_from", "says from when, but not that it is named",
            "add designated_critical_entity: true, or remove the date");
    }
    const std::vector<std::string>& wanted = catalogue_.duty_holders[i].regimes;
    for (std::size_t j = 0; j < wanted.size(); ++j) {
      bound.insert(wanted[j]);
      if (!regimes.contains(wanted[j])) {
        const auto meant = nearest_of(wanted[j], regimes);
        fault(at(at("duty_holders", i) + ".regimes", j), "there is no regime " + wanted[j],
              meant ? "did you mean " + *meant + "?" : "add it to the rules, or remove the reference");
      }
    }
  }
  for (std::size_t i = 0; i < rules_.regimes.size(); ++i) {
    if (!bound.contains(rules_.regimes[i].id)) {
      warn(at("regimes", i) + ".regime", "no duty holder is bound by " + rules_.regimes[i].id,
           "name it under the regimes of whoever must report");
    }
  }
}

void RulesCheck::check_escalation() {
  std::set<std::string> roles;
  for (const RoleSpec& role : catalogue_.roles) {
    roles.insert(role.id);
  }
  const auto needs = [&](const std::string& role, const std::string& path) {
    if (!roles.contains(role)) {
      const auto meant = nearest_of(role, roles);
      fault(path, "there is no role " + role,
            meant ? "did you mean " + *meant + "?" : "add it to the catalogue, or remove the reference");
    }
  };
  const auto& ladder = rules_.escalation.default_ladder;
  for (std::size_t i = 0; i < ladder.size(); ++i) {
    needs(ladder[i].tell, at("escalation.default_ladder", i) + ".tell");
  }
  if (rules_.escalation.protected_mode) {
    needs(rules_.escalation.protected_mode->call, "escalation.protected_mode.call");
  }
}

void RulesCheck::check_follow_up() {
  const std::optional<FollowUpSpec>& follow_up = rules_.escalation.follow_up;
  if (!follow_up) {
    return;
  }
  const std::string path = "escalation.follow_up";
  const std::vector<Millis>& after = follow_up->after;
  for (std::size_t i = 0; i < after.size(); ++i) {
    if (i > 0 && after[i] <= after[i - 1]) {
      fault(at(path + ".after", i), "does not come after the question before it", "write the earliest first");
    }
    // What is forgotten cannot be asked about.
    if (after[i] >= rules_.escalation.horizon) {
      fault(
          at(path + ".after", i),
          format_duration(after[i]) + " is not shorter than the horizon, " + format_duration(rules_.escalation.horizon),
          "ask earlier, or keep incidents longer");
    }
  }
  std::set<std::string> roles;
  for (const RoleSpec& role : catalogue_.roles) {
    roles.insert(role.id);
  }
  if (!roles.contains(follow_up->tell)) {
    const auto meant = nearest_of(follow_up->tell, roles);
    fault(path + ".tell", "there is no role " + follow_up->tell,
          meant ? "did you mean " + *meant + "?" : "add it to the catalogue, or remove the reference");
  }
  for (std::size_t i = 0; i < follow_up->sectors.size(); ++i) {
    check_sector(follow_up->sectors[i], at(path + ".sectors", i));
  }
}

void RulesCheck::check_calendar() {
  const std::vector<Holidays::Day>& days = rules_.holidays.days;
  for (std::size_t i = 1; i < days.size(); ++i) {
    if (days[i].date <= days[i - 1].date) {
      fault(at("calendar.holidays", i) + ".date",
            format_date(days[i].date) + " does not come after the day before it in the list",
            "write the days in order, each once");
    }
  }
  if (rules_.zone.offsets.empty()) {
    fault("zone", "the time zone " + rules_.zone.name + " has no offsets", "name a zone that exists: Europe/Stockholm");
  }
}

}  // namespace

SpecFaults check_rules(const RulesSpec& rules, const CatalogueSpec& catalogue) {
  return RulesCheck(rules, catalogue).check();
}

}  // namespace avbrottsvakt
