#include "config/zone.h"

#include <gtest/gtest.h>

namespace avbrottsvakt {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

Instant at(const char* text) { return parse_instant(text).value(); }

TEST(Zone, stockholm_changes_at_the_nights_of_the_law) {
  const auto zone = load_zone("Europe/Stockholm");
  ASSERT_TRUE(zone.has_value()) << to_string(zone.error());
  EXPECT_EQ(zone->name, "Europe/Stockholm");
  EXPECT_EQ(offset_at(*zone, at("2026-03-29T00:59:59.999Z")), hours(1));
  EXPECT_EQ(offset_at(*zone, at("2026-03-29T01:00:00.000Z")), hours(2));
  EXPECT_EQ(offset_at(*zone, at("2026-10-25T00:59:59.999Z")), hours(2));
  EXPECT_EQ(offset_at(*zone, at("2026-10-25T01:00:00.000Z")), hours(1));
}

TEST(Zone, covers_its_years) {
  const auto zone = load_zone("Europe/Stockholm").value();
  EXPECT_EQ(zone.offsets.front(), (ZoneTable::Offset{at("2020-01-01T00:00:00Z"), hours(1)}));
  EXPECT_EQ(zone.offsets.back(), (ZoneTable::Offset{at("2037-10-25T01:00:00Z"), hours(1)}));
  EXPECT_EQ(zone.offsets.size(), 1U + 2U * (kZoneLastYear - kZoneFirstYear + 1));
}

TEST(Zone, without_summer_time_is_one_offset) {
  const auto zone = load_zone("Etc/UTC").value();
  ASSERT_EQ(zone.offsets.size(), 1U);
  EXPECT_EQ(zone.offsets[0].offset, seconds(0));
}

TEST(Zone, that_does_not_exist_names_the_nearest) {
  for (const char* name : {"Europe/Stokholm", "Europe/stockholm"}) {
    const auto zone = load_zone(name);
    ASSERT_FALSE(zone.has_value());
    EXPECT_EQ(zone.error().remedy, "did you mean Europe/Stockholm?");
  }
  EXPECT_FALSE(load_zone("").has_value());
  EXPECT_FALSE(load_zone("../../etc/passwd").has_value());
}

}  // namespace
}  // namespace avbrottsvakt
