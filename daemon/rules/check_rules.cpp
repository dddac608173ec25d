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
  void check_stages(const RegimeSpec& regime, const std::string& path);
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
    std::set<Date> dates{regime.valid.from.value_or(Date(std::chrono::year(2026) / 1 / 1))};
    collect_dates(regime.criteria, dates);
    const bool always = std::any_of(dates.begin(), dates.end(), [&](Date date) {
      return evaluate(regime.criteria, NoFacts(), Instant(), date).truth == Truth::yes;
    });
    if (always) {
      fault(path + ".criteria", "the criteria are met before anything has happened",
            "a not over a duration is true from the beginning: join it with all to something that is not");
    }
  }
  check_stages(regime, path);
  if (regime.recipients.empty()) {
    fault(path + ".recipients", "nobody receives the reports", "name at least one recipient");
  }
  for (std::size_t i = 0; i < regime.recipients.size(); ++i) {
    check_validity(regime.recipients[i].valid, at(path + ".recipients", i) + ".valid");
  }
}

void RulesCheck::check_stages(const RegimeSpec& regime, const std::string& path) {
  if (regime.stages.empty()) {
    fault(path + ".stages", "a regime without stages asks for no report", "name at least one stage");
    return;
  }
  std::set<std::string> all;
  for (const StageSpec& stage : regime.stages) {
    all.insert(stage.id);
  }
  std::set<std::string> earlier;
  for (std::size_t i = 0; i < regime.stages.size(); ++i) {
    const StageSpec& stage = regime.stages[i];
    const std::string stage_path = at(path + ".stages", i);
    if (stage.anchor == StageSpec::Anchor::submitted && !earlier.contains(stage.anchor_stage)) {
      const auto meant = nearest_of(stage.anchor_stage, earlier);
      fault(
          stage_path + ".due.of",
          all.contains(stage.anchor_stage) ? "counts from the stage " + stage.anchor_stage + ", which is not earlier"
                                           : "there is no stage " + stage.anchor_stage,
          meant ? "did you mean submitted(" + *meant + ")?" : "a stage counts from known_incident or an earlier stage");
    }
    if (!earlier.insert(stage.id).second) {
      fault(stage_path + ".id", "there are two of the stage " + stage.id, "rename one of them");
    }
    if (!stage.remind_percent.empty() && !stage.within) {
      fault(stage_path + ".remind_percent", "reminders at percentages of a period that is not stated",
            "state due.within, or leave the reminders out");
    }
  }
  const std::optional<Period>& first = regime.stages.front().within;
  if (first && first->kind == Period::Kind::exact && regime.due_before >= first->exact) {
    fault(path + ".assess.due_before",
          "due_before " + format_duration(regime.due_before) + " is not shorter than the first stage's " +
              format_period(*first),
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
