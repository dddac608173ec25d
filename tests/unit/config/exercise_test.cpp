#include "config/exercise.h"

#include <gtest/gtest.h>

#include "files.h"

namespace avbrottsvakt {
namespace {

struct Script {
  const char* name;
  const char* events;
  const char* said;
};
void PrintTo(const Script& script, std::ostream* stream) { *stream << script.name; }

class Exercises : public testing::TestWithParam<Script> {};

TEST_P(Exercises, are_checked_against_the_region) {
  static const auto region = load_region(std::filesystem::path(AV_SOURCE_DIR) / "config/avbrottsvakt.yaml");
  ASSERT_TRUE(region.has_value()) << text_of(region.error(), AV_SOURCE_DIR);
  const TemporaryFolder folder;
  write_bytes(folder.path() / "e.yaml",
              std::string("name: Övning\nstart: 2026-11-22T02:13:00+01:00\nuntil: 1h\nevents:\n") + GetParam().events);
  const auto exercise = load_exercise(folder.path() / "e.yaml", *region);
  EXPECT_EQ(exercise ? "" : text_of(exercise.error(), folder.path()), GetParam().said);
}

const Script kScripts[] = {
    {"good",
     "  - {at: 1m, signal: {service: cosmic, is: down, since: 1m}}\n"
     "  - {at: 1m, acknowledge: true, by: ksd-on-call}\n"
     "  - {at: 1m, maintenance: {reference: CHG-1, service: cosmic, from: 1m, until: 1h, return_by: 1m,\n"
     "      approved_by: service-owner-cosmic, agreed: [emergency-east]}, by: ksd-on-call}\n"
     "  - {at: 2m, cancel_maintenance: {reference: CHG-1}, by: ksd-on-call}\n"
     "  - {at: 3m, answer: {fact: \"adverse_event:radiology-east\", answer: yes, reference: AVV-1}, by: ksd-on-call}\n"
     "  - {at: 4m, answer: {fact: malicious, answer: not_known}, by: ksd-on-call}\n"
     "  - {at: 5m, requested: {regime: nis2, duty_holder: region-operator, stage: intermediate_report}, by: "
     "ksd-on-call}\n"
     "  - {at: 1h, say: Slut.}\n",
     ""},
    {"planned_as_it_cannot_be",
     "  - {at: 2m, maintenance: {reference: A, service: cosmic, from: 119s, until: 1h, approved_by: ksd-on-call}, by: "
     "ksd-on-call}\n"
     "  - {at: 2m, maintenance: {reference: B, service: cosmic, from: 3m, until: 3m, approved_by: ksd-on-call}, by: "
     "ksd-on-call}\n"
     "  - at: 2m\n"
     "    by: ksd-on-call\n"
     "    maintenance: {reference: C, service: cosmic, from: 3m, until: 10083m1ms, approved_by: ksd-on-call}\n"
     "  - at: 2m\n"
     "    by: ksd-on-call\n"
     "    maintenance: {reference: D, service: cosmic, from: 3m, until: 5m, return_by: 5m, approved_by: ksd-on-call}\n",
     "e.yaml:5:27: error: approved at 2026-11-22T01:15:00.000Z, after the window begins at 2026-11-22T01:14:59.000Z: "
     "what "
     "has begun is no planned work; if it was approved before, say when\n"
     "  from, until and return_by are counted from start, as at is\n"
     "e.yaml:6:27: error: the window ends at 2026-11-22T01:16:00.000Z, which is not after it begins, at "
     "2026-11-22T01:16:00.000Z\n"
     "  from, until and return_by are counted from start, as at is\n"
     "e.yaml:9:18: error: the window lasts for 7d1ms, and at most 7d can be planned: divide the work\n"
     "  from, until and return_by are counted from start, as at is\n"
     "e.yaml:12:18: error: the point of no return, 2026-11-22T01:18:00.000Z, must lie within the window, from "
     "2026-11-22T01:16:00.000Z to 2026-11-22T01:18:00.000Z\n"
     "  from, until and return_by are counted from start, as at is\n"},
    {"answers_of_nobody",
     "  - {at: 3m, answer: {fact: adverse_event:radiology-aest, answer: yes}, by: ksd-on-call}\n"
     "  - {at: 3m, answer: {fact: adverse_events:radiology-east, answer: yes}, by: ksd-on-call}\n",
     "e.yaml:5:43: error: there is no activity radiology-aest\n  did you mean radiology-east?\n"
     "e.yaml:6:29: error: there is no fact adverse_events\n  did you mean adverse_event?\n"},
    {"requested_what_is_made_anyway",
     "  - {at: 5m, requested: {regime: nis2, duty_holder: region-operator, stage: early_warning}, by: ksd-on-call}\n",
     "e.yaml:5:77: error: nis2/early_warning is not made on request\n  on request is nis2/intermediate_report\n"},
    {"heard_before_it_happens", "  - {at: 1m, signal: {service: cosmic, is: down, since: 61s}}\n",
     "e.yaml:5:57: error: this happens after it is heard, at 1m\n  since is counted from start, as at is\n"},
    {"out_of_order", "  - {at: 2m, say: Två.}\n  - {at: 1m, say: Ett.}\n",
     "e.yaml:6:10: error: comes before the event above it, at 2m\n"
     "  write the events in the order in which they are heard; since says when something really happened\n"},
    {"beyond_the_end", "  - {at: 61m, say: Sent.}\n",
     "e.yaml:3:8: error: the run ends before its last event, at 1h1m\n  let it go on\n"},
    {"command_of_nobody", "  - {at: 1m, acknowledge: true}\n",
     "e.yaml:5:5: error: by is missing: a command is given by a role\n  add by: ROLE\n"},
    {"acknowledgement_taken_back", "  - {at: 1m, acknowledge: false, by: ksd-on-call}\n",
     "e.yaml:5:27: error: nothing is taken back in an exercise\n  leave it out\n"},
    {"names_that_do_not_exist",
     "  - {at: 1m, signal: {service: cosmos, is: down}}\n"
     "  - {at: 2m, confirm: {activity: emergency-aest, limited: true}, by: ksd}\n"
     "  - {at: 3m, answer: {fact: injuries, answer: yes}, by: ksd-on-call}\n"
     "  - {at: 4m, submitted: {regime: nis2, duty_holder: region, stage: early-warning}, by: ksd-on-call}\n",
     "e.yaml:5:32: error: there is no service cosmos\n  did you mean cosmic?\n"
     "e.yaml:6:34: error: there is no activity emergency-aest\n  did you mean emergency-east?\n"
     "e.yaml:6:70: error: there is no role ksd\n"
     "  there are administration-it, administrative-director, ambulance-control-lead, chief-physician-on-call, "
     "data-protection-officer, database-on-call, device-manufacturer-officer, dispatch-it-on-call, "
     "duty-officer-region, duty-officer-transport, facilities-on-call, finance-manager, ...\n"
     "e.yaml:7:29: error: there is no fact injuries\n"
     "  there are adverse_event, ambulance_care_not_possible, cost_over_5_percent, "
     "death_or_unanticipated_deterioration, departures_affected_over_5_percent, device_malfunction_serious, "
     "environmental_damage, essential_service_disrupted, high_risk_to_persons, in_house_device_malfunction_serious, "
     "information_of_others_compromised, malicious, ...\n"
     "e.yaml:8:53: error: there is no duty holder region\n"
     "  there are board-hospitals, board-primary-care, board-region, board-transport, region-care-provider, "
     "region-manufacturer, region-operator\n"
     "e.yaml:8:68: error: there is no stage early-warning\n  did you mean early_warning?\n"},
    {"good_signals",
     "  - {at: 1m, signal: {services: [cosmic, identity], is: down, repeat: {every: 2m, times: 6, alternate: up}}}\n"
     "  - {at: 2m, signal: {service: cosmic, is: up, origin: heartbeat, expect_within: 2m}}\n"
     "  - {at: 3m, signal: {service: cosmic, is: down, origin: person, clock_ahead: 1m}}\n"
     "  - {at: 30m, resumed: {away_since: 20m}}\n"
     "  - {at: 31m, caught_up: true}\n",
     ""},
    {"signal_of_nothing", "  - {at: 1m, signal: {is: down}}\n",
     "e.yaml:5:22: error: one of service, services is needed\n"
     "  name the service that it is about, or several in a list\n"},
    {"signal_of_both", "  - {at: 1m, signal: {service: cosmic, services: [identity], is: down}}\n",
     "e.yaml:5:22: error: one of service, services is needed\n"
     "  name the service that it is about, or several in a list\n"},
    {"heartbeat_without_a_next", "  - {at: 1m, signal: {service: cosmic, is: up, origin: heartbeat}}\n",
     "e.yaml:5:22: error: a heartbeat says within which time the next is expected, and nothing else does\n"
     "  write origin: heartbeat and expect_within together\n"},
    {"repeated_at_once", "  - {at: 1m, signal: {service: cosmic, is: down, repeat: {every: 0s, times: 2}}}\n",
     "e.yaml:5:66: error: repetitions follow one another\n  write a time longer than 0s\n"},
    {"repeated_beyond_the_end", "  - {at: 1m, signal: {service: cosmic, is: down, repeat: {every: 30m, times: 3}}}\n",
     "e.yaml:3:8: error: the run ends before its last event, at 1h1m\n  let it go on\n"},
    {"two_clocks", "  - {at: 1m, signal: {service: cosmic, is: down, since: 0m, clock_ahead: 1m}}\n",
     "e.yaml:5:74: error: clock_ahead cannot stand beside since\n  keep one of them\n"},
    {"away_after_it_is_back", "  - {at: 1m, resumed: {away_since: 2m}}\n",
     "e.yaml:5:36: error: this comes after it is back, at 1m\n  away_since is counted from start, as at is\n"},
    {"heard_while_away", "  - {at: 1m, say: Hej.}\n  - {at: 2m, resumed: {away_since: 30s}}\n",
     "e.yaml:5:3: error: something is heard while the daemon is away\n"
     "  let it be heard once the daemon is back, with since for when it happened\n"},
    {"caught_up_with_nothing", "  - {at: 1m, caught_up: false}\n",
     "e.yaml:5:25: error: this says nothing\n  write caught_up: true\n"},

    // What is expected must be possible.
    {"good_expectations",
     "  - {at: 0m, signal: {service: cosmic, is: down}}\n"
     "expect:\n"
     "  - {at: 0m, alert: opened, of: cosmic, level: notice, tells: [ksd-on-call], root: cosmic, services: 1}\n"
     "  - {at: 1m to 2m, takes_back: ladder, of: cosmic, times: 2}\n"
     "  - {at: 1m, alert: merged, of: 2026-0002}\n"
     "  - {at: 30m, activation: cosmic, true_at: 30m}\n"
     "  - {at: 31m, activation_withdrawn: cosmic}\n"
     "  - {at: 0m, forecast: nis2, because: care-limited, true_at: 60m1ms, basis: presumed}\n"
     "  - {at: 0m, forecast: mta, of: emergency-east, true_at: 2h}\n"
     "  - {at: 60m, assess: nis2, by: 24h after 6m, recipient: FRA, asks: [serious_injury_or_death]}\n"
     "  - {at: 60m, due: nis2/early_warning, by: 2026-11-23, not_because: injury, duty_holder: region-care-provider}\n"
     "  - {at: 60m, still: nis2/early_warning, by: \"2026-11-23T02:19:00+01:00\"}\n"
     "  - {at: 60m, still: emergency-east, level: critical}\n"
     "  - {at: 60m, nothing: cosmic}\n"
     "  - {at: 60m, in_force: nis2}\n"
     "  - {at: 5m to 6m, silent: alerts, tells: [duty-officer-region]}\n"
     "  - {at: 60m, dead_letter: in_the_future}\n"
     "totals: {incidents: 1, alerts: 2, told: {ksd-on-call: 3}}\n",
     ""},
    {"expected_at_no_time", "  - {at: 0m, say: Ett.}\nexpect:\n  - {at: 5m to 4m, silent: alerts}\n",
     "e.yaml:7:16: error: the time ends before it begins\n  write the earlier instant first\n"},
    {"expected_after_the_end", "  - {at: 0m, say: Ett.}\nexpect:\n  - {at: 60m1ms, silent: alerts}\n",
     "e.yaml:7:5: error: the run ends before that, at 1h\n  let the run go on, or expect it earlier\n"},
    {"expected_by_no_deadline", "  - {at: 0m, say: Ett.}\nexpect:\n  - {at: 5m, due: nis2, by: 24h from 6m}\n",
     "e.yaml:7:29: error: expected a deadline\n"
     "  write it as 24h after 6m (after start), as 2026-12-25, or as 2026-11-23T02:19:00+01:00\n"},
    {"expected_of_nothing_known",
     "  - {at: 0m, say: Ett.}\n"
     "expect:\n"
     "  - {at: 5m, due: nis/early_warning}\n"
     "  - {at: 5m, due: nis2/early-warning}\n"
     "  - {at: 5m, alert: opened, of: cosmos}\n"
     "  - {at: 5m, still: emergency-aest}\n"
     "  - {at: 5m, still: dc-north}\n"
     "  - {at: 5m, forecast: mta}\n",
     "e.yaml:7:19: error: there is no regime nis\n  did you mean nis2?\n"
     "e.yaml:8:19: error: there is no stage early-warning\n  did you mean early_warning?\n"
     "e.yaml:9:33: error: there is no service cosmos\n  did you mean cosmic?\n"
     "e.yaml:10:21: error: there is no regime, activity or service emergency-aest\n"
     "  write a REGIME, a REGIME/STAGE, an activity, or a service with a plan\n"
     "e.yaml:11:21: error: the outage of a service without a plan has no clock by which it stands\n"
     "  name an activity that uses it, or give it a plan\n"
     "e.yaml:12:24: error: of is missing: whose mta?\n  add of: SERVICE or of: ACTIVITY\n"},
    {"expected_what_cannot_be",
     "  - {at: 0m, say: Ett.}\n"
     "expect:\n"
     "  - {at: 5m, alert: opened, by: 24h after 0m}\n"
     "  - {at: 5m, silent: alerts, times: 2}\n"
     "  - {at: 5m to 6m, still: nis2}\n",
     "e.yaml:7:33: error: by cannot stand beside alert\n  leave it out: it could never be met\n"
     "e.yaml:8:37: error: times cannot stand beside silent\n  leave it out: it could never be met\n"
     "e.yaml:9:10: error: how things stand is asked of one instant\n"
     "  write one instant, or use silent for a time\n"},
    {"expected_two_things", "  - {at: 0m, say: Ett.}\nexpect:\n  - {at: 5m, due: nis2, assess: nis2}\n",
     "e.yaml:7:25: error: assess cannot stand beside due\n  keep one of them\n"},
};

INSTANTIATE_TEST_SUITE_P(, Exercises, testing::ValuesIn(kScripts),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(Exercise, becomes_inputs_in_the_order_in_which_they_are_heard) {
  static const auto region = load_region(std::filesystem::path(AV_SOURCE_DIR) / "config/avbrottsvakt.yaml");
  ASSERT_TRUE(region.has_value());
  const TemporaryFolder folder;
  write_bytes(
      folder.path() / "e.yaml",
      "name: Övning\nstart: 2026-11-22T02:00:00+01:00\nuntil: 1h\nevents:\n"
      "  - at: 1m\n"
      "    say: Den slår av och på.\n"
      "    signal: {services: [cosmic, identity], is: down, since: 0m, repeat: {every: 2m, times: 3, alternate: up}}\n"
      "  - {at: 2m, acknowledge: true, by: ksd-on-call}\n"
      "  - {at: 3m, signal: {service: cosmic, is: degraded, key: k, clock_ahead: 10s, source: zabbix}}\n");
  const auto script = load_exercise(folder.path() / "e.yaml", *region);
  ASSERT_TRUE(script.has_value()) << text_of(script.error(), folder.path());
  std::string heard;
  for (const ScriptEvent& event : script->events) {
    heard += format_duration(event.at - script->start) + (event.say.empty() ? "" : " (" + event.say + ")");
    if (const auto* command = std::get_if<Command>(&event.body)) heard += " " + command->id + " by " + command->by;
    if (const auto* signals = std::get_if<Heard>(&event.body)) {
      for (const Signal& signal : signals->signals) {
        heard += " " + signal.source + "/" + signal.key + " " + std::string(to_string(signal.condition)) + " since " +
                 format_duration(signal.at - script->start);
      }
    }
    heard += "\n";
  }
  EXPECT_EQ(heard,
            "1m (Den slår av och på.) exercise/cosmic down since 0s exercise/identity down since 0s\n"
            "2m drill/2 by ksd-on-call\n"
            "3m exercise/cosmic up since 2m exercise/identity up since 2m\n"
            "3m zabbix/k degraded since 3m10s\n"
            "5m exercise/cosmic down since 4m exercise/identity down since 4m\n");
}

}  // namespace
}  // namespace avbrottsvakt
