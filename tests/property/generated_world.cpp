#include "generated_world.h"

#include <algorithm>
#include <set>

#include "random.h"

namespace avbrottsvakt::testing {
namespace {

const Instant kBegin = at("2026-11-22T00:00:00Z");
constexpr Millis kMinute{60'000};

DependencySpec need_of(Random& random, std::vector<std::string> of) {
  DependencySpec need;
  random.shuffle(of);
  of.resize(1 + random.below(std::min<std::size_t>(of.size(), 4)));
  switch (random.below(of.size() > 1 ? 3 : 1)) {
    case 0:
      need.all = of;
      break;
    case 1:
      need.any = of;
      break;
    default:
      need.at_least = static_cast<int>(1 + random.below(of.size()));
      need.of = of;
      need.without_spare = random.chance(50) ? Condition::degraded : Condition::up;
  }
  need.loss = random.chance(25) ? Condition::degraded : Condition::down;
  return need;
}

PlanSpec plan_of(Random& random, const PlanSpec& model, const std::string& service) {
  PlanSpec plan = model;
  plan.id = "plan-" + service;
  plan.service = service;
  plan.settle = random.pick(std::vector<Millis>{Millis{0}, Millis{1}, kMinute, 5 * kMinute, 10 * kMinute});
  plan.counts_degraded = random.chance(70);
  plan.rto = random.pick(std::vector<Millis>{5 * kMinute, 30 * kMinute, 90 * kMinute});
  plan.activate_elapsed = random.chance(60) ? std::optional(random.between(1, 40) * kMinute) : std::nullopt;
  return plan;
}

/// Replaces the region of the common test world by a random one; its rules stay.
void invent_catalogue(Random& random, World& world) {
  const PlanSpec plan = world.catalogue.plans.front();
  const ServiceSpec service = world.service("dc-south");
  const ActivitySpec activity = world.activity("emergency-east");
  world.catalogue.services.clear();
  world.catalogue.plans.clear();
  world.catalogue.activities.clear();

  // Identifiers in random order, so that the number of a node says nothing of its place.
  std::vector<std::string> ids;
  for (int i = 0; i < 13; ++i) {
    ids.push_back("s" + std::to_string(10 + i));
  }
  random.shuffle(ids);
  ids.resize(2 + random.below(ids.size() - 1));
  for (std::size_t i = 0; i < ids.size(); ++i) {
    ServiceSpec spec = service;
    spec.id = ids[i];
    spec.name = ids[i];
    spec.component = random.chance(50);
    spec.match = {"{service=\"" + spec.id + "\"}"};
    if (random.chance(30)) {
      spec.match.push_back("{group=\"" + std::string(1, static_cast<char>('a' + random.below(2))) + "\"}");
    }
    const std::vector<std::string> below(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(i));
    for (std::size_t n = i == 0 ? 0 : random.below(3); n > 0; --n) {
      spec.depends_on.push_back(need_of(random, below));
    }
    world.catalogue.services.push_back(spec);
    if (random.chance(40)) {
      world.catalogue.plans.push_back(plan_of(random, plan, spec.id));
    }
  }
  for (std::size_t i = 0; i < 1 + random.below(2); ++i) {
    ActivitySpec spec = activity;
    spec.id = "a" + std::to_string(i);
    spec.name = spec.id;
    // Longer than any RTO: a catalogue in which it is shorter is refused.
    spec.mta = random.pick(std::vector<Millis>{90 * kMinute, 100 * kMinute, 240 * kMinute});
    spec.uses = {need_of(random, ids)};
    if (random.chance(50)) {
      spec.fallback.reset();
    }
    world.catalogue.activities.push_back(spec);
  }
  world.rules.escalation.root_window = random.pick(std::vector<Millis>{Millis{0}, 2 * kMinute, 10 * kMinute});
  world.rules.escalation.settle = random.pick(std::vector<Millis>{Millis{0}, 3 * kMinute});
}

Criterion fact_of(std::string name, std::string reopened_by = {}) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::fact;
  criterion.ask = name + "?";
  criterion.fact = std::move(name);
  criterion.reopened_by = std::move(reopened_by);
  return criterion;
}

Criterion outage_of(Random& random) {
  Criterion criterion;
  criterion.kind = Criterion::Kind::outage;
  criterion.services.sector_critical = random.chance(50);
  if (!criterion.services.sector_critical) {
    criterion.services.device = {DeviceKind::ce_marked};
  }
  criterion.at_once = random.chance(50);
  criterion.more_than = random.pick(std::vector<Millis>{Millis{0}, 5 * kMinute, 60 * kMinute});
  return criterion;
}

/// Laws of the other shape: asked by an outage, dismissed by a no, reported without hours, by case, on request; and the
/// questions afterwards.
void invent_laws(Random& random, World& world) {
  for (ServiceSpec& service : world.catalogue.services) {
    service.sector_critical = random.chance(40);
    if (random.chance(40)) {
      service.device = MedicalDevice{DeviceKind::ce_marked, "maker"};
    }
  }
  RegimeSpec regime = world.rules.regimes.front();
  regime.id = "device";
  regime.ask_when = outage_of(random);
  regime.criteria.kind = Criterion::Kind::all;
  regime.criteria.children = {outage_of(random), fact_of("malfunction", "adverse_event")};
  StageSpec report = regime.stages.front();
  report.id = "report";
  report.anchor = StageSpec::Anchor::known_significant;
  if (random.chance(50)) {
    report.within = parse_period("15 days").value();
    report.cases = {{fact_of("serious_injury_or_death"), parse_period("2 days").value(), {}}};
  } else {
    report.within.reset();
    report.remind_percent.clear();
    report.policy_target = std::chrono::hours(24);
    report.policy_remind_after = {std::chrono::hours(2)};
  }
  StageSpec more = report;
  more.id = "more";
  more.cases.clear();
  more.within.reset();
  more.remind_percent.clear();
  more.policy_target = std::chrono::hours(3);
  more.anchor = StageSpec::Anchor::requested;
  more.on_request = true;
  regime.stages = {report, more};
  regime.ask_next_after = std::chrono::hours(4);
  regime.ask_again_after = {std::chrono::hours(12)};
  regime.by_designation = random.chance(50);
  world.rules.regimes.push_back(regime);
  world.catalogue.duty_holders.front().regimes.push_back("device");

  FollowUpSpec follow_up;
  follow_up.fact = "adverse_event";
  follow_up.ask = "?";
  follow_up.after = {std::chrono::hours(1), std::chrono::hours(5)};
  follow_up.tell = "duty-officer-region";
  world.rules.escalation.follow_up = follow_up;
}

/// Another version of the same region: limits move, needs change, a service may go.
World changed(Random& random, const World& before) {
  World world = before;
  for (PlanSpec& plan : world.catalogue.plans) {
    plan = plan_of(random, plan, plan.service);
  }
  for (ServiceSpec& service : world.catalogue.services) {
    if (random.chance(20)) {
      service.depends_on.clear();
    }
  }
  // The last one by order of needs is used by no other service.
  const std::string last = world.catalogue.services.back().id;
  const bool used = std::any_of(
      world.catalogue.activities.begin(), world.catalogue.activities.end(), [&](const ActivitySpec& activity) {
        const DependencySpec& need = activity.uses.front();
        return std::count(need.all.begin(), need.all.end(), last) + std::count(need.any.begin(), need.any.end(), last) +
                   std::count(need.of.begin(), need.of.end(), last) >
               0;
      });
  if (!used && random.chance(50)) {
    std::erase_if(world.catalogue.plans, [&](const PlanSpec& plan) { return plan.service == last; });
    world.catalogue.services.pop_back();
  }
  return world;
}

Labels labels_of(Random& random, const World& world) {
  if (random.chance(15)) {
    return {{"group", random.chance(50) ? "a" : "b"}};
  }
  if (random.chance(4)) {
    return {{"service", "nobody"}};
  }
  return {{"service", random.pick(world.catalogue.services).id}};
}

/// An instant on a coarse grid, so that several fall together and limits are hit exactly; sometimes a millisecond off.
Instant instant_of(Random& random) {
  const Millis off{random.chance(20) ? random.between(-1, 1) : 0};
  return kBegin + 10 * kMinute + random.between(0, 60) * 5 * kMinute + random.below(2) * kMinute + off;
}

std::vector<Signal> invent_signals(Random& random, const World& world) {
  std::vector<Signal> signals;
  const std::size_t causes = 1 + random.below(8);
  for (std::size_t c = 0; c < causes; ++c) {
    Signal signal;
    signal.source = random.chance(80) ? "zabbix" : "probe";
    signal.origin = signal.source == "probe" ? Origin::probe : Origin::monitoring;
    signal.key = "k" + std::to_string(c);
    signal.labels = labels_of(random, world);
    // Some keep two unrelated faults under one number.
    const Labels number =
        random.chance(10) ? Labels{{"external_number", "INC" + std::to_string(random.below(2))}} : Labels{};
    const auto numbered = [&](Labels labels) {
      labels.insert(labels.begin(), number.begin(), number.end());
      return labels;
    };
    signal.labels = numbered(std::move(signal.labels));
    const Labels usual = signal.labels;
    for (std::size_t n = 1 + random.below(7); n > 0; --n) {
      signal.at = instant_of(random);
      signal.condition = random.pick(
          std::vector<Condition>{Condition::up, Condition::up, Condition::degraded, Condition::down, Condition::down});
      signal.labels = usual;
      if (random.chance(4)) {
        signal.labels = numbered(labels_of(random, world));
      } else if (random.chance(signal.condition == Condition::up ? 50 : 5)) {
        signal.labels.clear();
      }
      signal.summary = random.chance(30) ? "what the tool wrote" : "";
      // The same signal twice is one; conflicts of one instant stay.
      if (std::find(signals.begin(), signals.end(), signal) == signals.end()) {
        signals.push_back(signal);
      }
    }
  }
  return signals;
}

/// Signs of life of one place, with holes of any length.
void invent_beats(Random& random, const World& world, std::vector<Signal>& signals) {
  Signal signal;
  signal.source = "agent";
  signal.key = "beat" + std::to_string(random.below(3));
  signal.labels = labels_of(random, world);
  signal.origin = Origin::heartbeat;
  signal.expect_within = random.pick(std::vector<Millis>{kMinute, 5 * kMinute, 15 * kMinute});
  for (const Signal& other : signals) {
    if (other.key == signal.key) {
      return;  // what is expected of one must not change, or the order of hearing would matter
    }
  }
  signal.at = instant_of(random);
  for (std::size_t n = 1 + random.below(25); n > 0; --n) {
    signals.push_back(signal);
    const Millis step = random.chance(70)   ? *signal.expect_within / (random.chance(50) ? 1 : 2)
                        : random.chance(50) ? *signal.expect_within + Millis{1}
                                            : random.between(1, 40) * kMinute;
    signal.at += step;
  }
}

Input input_of(Instant stamp, decltype(Input::body) body) {
  Input input;
  input.stamp = stamp;
  input.body = std::move(body);
  return input;
}

/// When a signal is heard.
Instant heard_at(Random& random, const GeneratedWorld& world, const Signal& signal) {
  if (world.timing == Timing::prompt) {
    return signal.at;
  }
  switch (random.below(6)) {
    case 0:
      return signal.at;
    case 1:
      return signal.at - Millis{random.between(0, 4 * 60'000)};
    case 2:
      return signal.at + Millis{random.between(9'999, 10'001)};
    case 3:
      return signal.at + Millis{random.between(0, 3 * 3'600'000)};
    default:
      return signal.at + Millis{random.between(0, 9'000)};
  }
}

decltype(Command::body) body_of(Random& random, const World& world) {
  const std::string number = "2026-000" + std::to_string(random.between(1, 4));
  switch (random.below(8)) {
    case 5:
      return AnswerFact{number, random.chance(50) ? "malfunction" : "adverse_event:a0",
                        random.pick(std::vector<Answer>{Answer::yes, Answer::no, Answer::not_known}), "A-1"};
    case 6:
      return Requested{number, "device", "region", random.chance(80) ? "more" : "report"};
    case 7:
      return Submitted{number, "device", "region", random.chance(50) ? "more" : "report"};
    case 0:
      return Acknowledge{number};
    case 1:
    case 2:
      return ConfirmLimited{number, random.pick(world.catalogue.activities).id, random.chance(60)};
    case 3:
      return AnswerFact{number, "serious_injury_or_death",
                        random.pick(std::vector<Answer>{Answer::yes, Answer::no, Answer::not_known}), ""};
    default:
      return Submitted{
          number, "nis2", "region",
          random.pick(std::vector<std::string>{"early_warning", "notification", "final_report", "no_such_stage"})};
  }
}

void invent_commands(Random& random, GeneratedWorld& world) {
  for (std::size_t n = 1 + random.below(6); n > 0; --n) {
    Command command;
    command.id = "c" + std::to_string(random.below(5));  // some twice
    command.by = "ward-manager";
    const Instant stamp = kBegin + Millis{random.between(20 * 60'000, 12 * 3'600'000)};
    if (random.chance(30)) {
      command.at = stamp - Millis{random.between(-60'000, 3'600'000)};
    }
    command.body = body_of(random, world.world);
    world.log.push_back(input_of(stamp, std::move(command)));
  }
}

/// Planned work, some of it cancelled. It was always approved in time, but may be heard of late.
void invent_maintenance(Random& random, GeneratedWorld& world) {
  for (std::size_t n = 1 + random.below(4); n > 0; --n) {
    PlanMaintenance work;
    work.reference = "W" + std::to_string(n);
    work.service = random.pick(world.world.catalogue.services).id;
    work.from = instant_of(random);
    work.until = work.from + random.pick(std::vector<Millis>{Millis{1}, 5 * kMinute, 30 * kMinute, 120 * kMinute});
    if (random.chance(60)) {
      work.return_by = std::max(work.from, work.from + (work.until - work.from) / random.between(1, 3) - Millis{1});
    }
    work.approved_by = "service-owner";
    for (const ActivitySpec& activity : world.world.catalogue.activities) {
      if (random.chance(60)) {
        work.agreed.push_back(activity.id);
      }
    }
    Command command;
    command.id = "plan/" + work.reference;
    command.by = "service-owner";
    command.at = kBegin - kMinute;
    const Instant stamp = world.timing == Timing::prompt ? kBegin : kBegin + Millis{random.between(0, 8 * 3'600'000)};
    SecondOpinion::Window window{work.service, work.from, work.until, work.agreed};
    command.body = work;
    world.log.push_back(input_of(stamp, command));
    if (random.chance(25)) {
      command.id = "cancel/" + work.reference;
      command.at = work.from + Millis{random.between(-60'000, (work.until - work.from).count() + 60'000)};
      command.body = CancelMaintenance{work.reference};
      window.until = std::min(window.until, *command.at);
      // What is said to have happened has happened when it is heard.
      world.log.push_back(input_of(std::max(stamp, *command.at) + Millis{random.between(0, 60'000)}, command));
    }
    if (window.from < window.until) {
      world.windows.push_back(window);
    }
  }
}

void invent_absence(Random& random, GeneratedWorld& world) {
  const Instant from = kBegin + Millis{random.between(0, 6 * 3'600'000)};
  const Instant to = from + Millis{random.between(0, 3 * 3'600'000)};
  // Nothing is appended while the daemon is away: what would have been comes once it is back.
  std::vector<Instant> back;
  for (Input& input : world.log) {
    if (input.stamp >= from && input.stamp <= to) {
      // What one person says of one thing keeps its order.
      const bool command = std::holds_alternative<Command>(input.body);
      input.stamp = to + Millis{command ? 1 : random.between(1, 70'000)};
    }
  }
  world.log.push_back(input_of(to, Resumed{from, to}));
  if (random.chance(70)) {
    world.log.push_back(input_of(to + Millis{random.between(1, 90'000)}, CaughtUp{}));
  }
}

}  // namespace

GeneratedWorld generate(std::uint64_t seed) {
  Random random(seed * 0x9e3779b97f4a7c15ULL + 1);
  GeneratedWorld world;
  world.seed = seed;
  world.timing = random.chance(30) ? Timing::prompt : Timing::ragged;
  invent_catalogue(random, world.world);
  if (random.chance(50)) {
    invent_laws(random, world.world);
  }
  world.forgets = random.chance(15);
  if (world.forgets) {
    world.world.rules.escalation.horizon = random.between(1, 5) * 60 * kMinute;
  }
  world.signals = invent_signals(random, world.world);
  world.beats = random.chance(30);
  for (std::size_t n = world.beats ? 1 + random.below(3) : 0; n > 0; --n) {
    invent_beats(random, world.world, world.signals);
  }

  for (const Signal& signal : world.signals) {
    const Instant stamp = heard_at(random, world, signal);
    world.log.push_back(input_of(stamp, Heard{{signal}, {}}));
    if (world.timing == Timing::ragged && random.chance(20)) {
      world.log.push_back(input_of(stamp + Millis{random.between(0, 7'200'000)}, Heard{{signal}, {}}));
    }
  }
  world.people = random.chance(50);
  if (world.people) {
    invent_commands(random, world);
  }
  if (random.chance(40)) {
    invent_maintenance(random, world);
  }
  world.absences = world.timing == Timing::ragged && random.chance(30);
  if (world.absences) {
    invent_absence(random, world);
  }
  if (random.chance(25)) {
    for (std::size_t n = 1 + random.below(2); n > 0; --n) {
      world.later.push_back(changed(random, world.last()));
    }
  }
  std::vector<Instant> changes;
  for (std::size_t i = 0; i < world.later.size(); ++i) {
    changes.push_back(kBegin + Millis{random.between(0, 8 * 3'600'000)});
  }
  std::sort(changes.begin(), changes.end());
  for (std::size_t i = 0; i < changes.size(); ++i) {
    world.log.push_back(
        input_of(changes[i], Activate{"bundle-" + std::to_string(i + 2), "bundle-" + std::to_string(i + 1), false}));
  }
  std::stable_sort(world.log.begin(), world.log.end(),
                   [](const Input& a, const Input& b) { return a.stamp < b.stamp; });
  world.log.insert(world.log.begin(), input_of(kBegin, Activate{"bundle-1", "", false}));
  // Several in one input, as one record of a source can hold them.
  if (world.timing == Timing::ragged) {
    for (std::size_t i = 2; i < world.log.size(); ++i) {
      auto* before = std::get_if<Heard>(&world.log[i - 1].body);
      const auto* heard = std::get_if<Heard>(&world.log[i].body);
      if (before != nullptr && heard != nullptr && world.log[i].stamp - world.log[i - 1].stamp < kMinute &&
          random.chance(30)) {
        world.log[i - 1].stamp = world.log[i].stamp;
        before->signals.insert(before->signals.end(), heard->signals.begin(), heard->signals.end());
        world.log.erase(world.log.begin() + static_cast<std::ptrdiff_t>(i));
        --i;
      }
    }
  }
  world.end = std::max(world.log.back().stamp, kBegin + std::chrono::hours(6)) + std::chrono::hours(80);
  return world;
}

}  // namespace avbrottsvakt::testing
