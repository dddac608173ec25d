#include "engine/duty_facts.h"

#include <algorithm>

#include "engine/escalation.h"

namespace avbrottsvakt {
namespace {

// A data hall takes hundreds of services; a prompt names these, the counts tell the rest.
constexpr std::size_t kSubjectsMax = 20;

bool holds(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

DutyFacts::DutyFacts(const Catalogue& catalogue, const Incident& incident, const DutyHolderSpec& holder)
    : catalogue_(catalogue), incident_(incident), holder_(holder) {
  if (holder.administrations.empty()) {
    return;
  }
  hit_ = false;
  needed_.resize(catalogue.nodes().size());
  std::vector<NodeIx> next;
  for (const NodeOutage& member : incident.members) {
    const Node& node = catalogue.node(member.node);
    if (node.activity && answers_for(*node.activity_spec)) {
      hit_ = true;
      next.push_back(member.node);
    }
  }
  while (!next.empty()) {
    const NodeIx node = next.back();
    next.pop_back();
    if (!needed_[node]) {
      needed_[node] = true;
      const std::vector<NodeIx>& below = catalogue.node(node).dependencies;
      next.insert(next.end(), below.begin(), below.end());
    }
  }
}

bool DutyFacts::answers_for(const ActivitySpec& activity) const {
  return holder_.administrations.empty() || holds(holder_.administrations, activity.administration);
}

CriteriaFacts::Spans DutyFacts::spans(const std::string& sector, bool fallback) const {
  Spans spans;
  for (const NodeOutage& member : incident_.members) {
    const Node& node = catalogue_.node(member.node);
    if (!node.activity) {
      continue;
    }
    const ActivitySpec& spec = *node.activity_spec;
    if ((!sector.empty() && !holds(spec.sectors, sector)) || !answers_for(spec) || (fallback && !spec.fallback)) {
      continue;
    }
    const ActivityConfirmation* said = confirmation_of(incident_.record, spec.id);
    if (said != nullptr && !said->limited) {
      continue;
    }
    spans.all.push_back(member.outage);
    const auto asked = [&](const Question& q) { return q.text == node.name.name; };
    if (said == nullptr && !fallback && std::none_of(spans.questions.begin(), spans.questions.end(), asked)) {
      spans.questions.push_back({"limited:" + spec.id, node.name.name});
    }
    // That an activity is limited does not say that its routine was taken into use: that stays presumed.
    if (said != nullptr && !fallback) {
      spans.confirmed.push_back(member.outage);
      spans.confirmed_by = said->by;
    }
  }
  spans.all = unite(std::move(spans.all));
  spans.confirmed = unite(std::move(spans.confirmed));
  return spans;
}

CriteriaFacts::Spans DutyFacts::outage(const ServiceFilter& services) const {
  Spans spans;
  for (const NodeOutage& member : incident_.members) {
    const Node& node = catalogue_.node(member.node);
    if (node.activity || !is_one_of(*node.service, services, holder_) || !concerns(member.node)) {
      continue;
    }
    spans.all.push_back(member.outage);
    const bool named = !spans.subjects.empty() && spans.subjects.back() == node.name;
    if (!named && spans.subjects.size() < kSubjectsMax) {
      spans.subjects.push_back(node.name);
    }
  }
  spans.all = unite(std::move(spans.all));
  spans.confirmed = spans.all;
  return spans;
}

std::optional<CriteriaFacts::Answered> DutyFacts::answer(const std::string& fact) const {
  std::optional<Answered> own;
  std::optional<Answered> yes;
  std::optional<Answered> last;
  bool all_no = true;
  for (const AnsweredFact& said : incident_.record.answers) {
    const bool same = said.fact == fact;
    const bool of_activity =
        said.fact.size() > fact.size() && said.fact.starts_with(fact) && said.fact[fact.size()] == ':';
    if (!same && !of_activity) {
      continue;
    }
    const Answered answered{said.answer, said.by, said.at, said.reference};
    if (same) {
      own = answered;
    } else {
      all_no = all_no && said.answer == Answer::no;
      last = last && last->at >= said.at ? last : answered;
    }
    if (said.answer == Answer::yes && (!yes || said.at < yes->at)) {
      yes = answered;
    }
  }
  if (yes || own) {
    return yes ? yes : own;
  }
  if (last && !all_no) {
    last->answer = Answer::not_known;
  }
  return last;
}

std::vector<std::string> DutyFacts::manufacturers() const {
  std::vector<std::string> names;
  for (const NodeOutage& member : incident_.members) {
    const Node& node = catalogue_.node(member.node);
    if (!node.activity && node.service->device && node.service->device->kind != DeviceKind::in_house_made &&
        !node.service->device->manufacturer.empty() && concerns(member.node)) {
      names.push_back(node.service->device->manufacturer);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace avbrottsvakt
