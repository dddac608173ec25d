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
     "  - {at: 1h, say: Slut.}\n",
     ""},
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
     "duty-officer-region, duty-officer-transport, facilities-on-call, information-owner-administration, ...\n"
     "e.yaml:7:29: error: there is no fact injuries\n"
     "  there are adverse_event, ambulance_care_not_possible, cost_over_5_percent, "
     "death_or_unanticipated_deterioration, departures_affected_over_5_percent, device_malfunction_serious, "
     "environmental_damage, essential_service_disrupted, high_risk_to_persons, in_house_device_malfunction_serious, "
     "information_of_others_compromised, malicious, ...\n"
     "e.yaml:8:53: error: there is no duty holder region\n"
     "  there are board-hospitals, board-primary-care, board-region, board-transport, region-care-provider, "
     "region-manufacturer, region-operator\n"
     "e.yaml:8:68: error: there is no stage early-warning\n  did you mean early_warning?\n"},
};

INSTANTIATE_TEST_SUITE_P(, Exercises, testing::ValuesIn(kScripts),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace avbrottsvakt
