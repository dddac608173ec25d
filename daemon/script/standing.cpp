#include "script/standing.h"

#include <algorithm>
#include <map>
#include <string>

namespace avbrottsvakt {
namespace {

using Duty = IncidentPicture::Duty;

std::vector<std::string> criteria_of(const Duty& duty) {
  std::vector<std::string> criteria;
  for (const Ground& ground : duty.grounds) {
    criteria.push_back(ground.criterion);
  }
  return criteria;
}

/// What a duty rests on: its weakest ground.
std::optional<Basis> basis_of(const Duty& duty) {
  std::optional<Basis> basis;
  for (const Ground& ground : duty.grounds) {
    basis = std::min(basis.value_or(ground.basis), ground.basis);
  }
  return basis;
}

void add_duty(const Duty& duty, std::vector<Statement>& standing) {
  Statement one;
  one.of_law = true;
  one.subject = duty.regime.id;
  one.duty_holder = duty.duty_holder.id;
  one.because = criteria_of(duty);
  one.true_at = duty.true_at;
  one.basis = basis_of(duty);
  one.kind = Statement::Kind::in_force;
  standing.push_back(one);
  if (duty.state == "forecast") {
    one.kind = Statement::Kind::forecast;
    standing.push_back(one);
  }
  if (duty.state != "assess" && duty.state != "due") {
    return;
  }
  one.kind = Statement::Kind::still;
  for (const StageState& stage : duty.stages) {
    if (!stage.submitted_at) {
      one.stage = stage.id;
      one.by = DueText{stage.due, std::nullopt, std::nullopt, {}};
      standing.push_back(one);
    }
  }
}

void add_objective(const Objective& objective, const IncidentPicture& picture, Instant at,
                   std::vector<Statement>& standing) {
  if (objective.ended_at) {
    return;
  }
  Statement one;
  one.subject = objective.subject.id;
  one.true_at = objective.reached_at;
  one.basis = objective.basis;
  if (objective.reached_at > at) {
    one.kind = Statement::Kind::forecast;
    one.objective = objective.kind;
    standing.push_back(one);
  }
  one.kind = Statement::Kind::still;
  one.objective.reset();
  one.true_at.reset();
  one.basis.reset();
  one.level = picture.level;
  one.root = picture.root.id.empty() ? std::nullopt : std::optional(picture.root.id);
  one.services = picture.services;
  one.activities = picture.activities;
  const bool known = std::any_of(standing.begin(), standing.end(), [&](const Statement& other) {
    return other.kind == one.kind && other.subject == one.subject;
  });
  if (!known) {
    standing.push_back(one);
  }
}

}  // namespace

std::vector<Statement> standing_at(const std::vector<Output>& outputs, Instant at) {
  std::map<std::string, const IncidentPicture*> pictures;
  for (const Output& output : outputs) {
    if (const auto* picture = std::get_if<IncidentPicture>(&output); picture != nullptr && picture->header.at <= at) {
      pictures[picture->header.incident_id] = picture;
    }
  }
  std::vector<Statement> standing;
  for (const auto& [id, picture] : pictures) {
    if (picture->state == "merged" || picture->state == "withdrawn") {
      continue;
    }
    for (const Objective& objective : picture->objectives) {
      add_objective(objective, *picture, at, standing);
    }
    for (const Duty& duty : picture->duties) {
      add_duty(duty, standing);
    }
  }
  return standing;
}

}  // namespace avbrottsvakt
