#include "config/zone.h"

#include <date/date.h>
#include <date/tz.h>

#include <stdexcept>
#include <vector>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {
namespace {

ZoneTable table_of(const date::time_zone& zone) {
  const date::sys_seconds first = date::sys_days(date::year(kZoneFirstYear) / 1 / 1);
  const date::sys_seconds end = date::sys_days(date::year(kZoneLastYear + 1) / 1 / 1);
  ZoneTable table;
  table.name = zone.name();
  for (date::sys_seconds at = first; at < end;) {
    const date::sys_info info = zone.get_info(at);
    // A zone may change its abbreviation alone.
    if (table.offsets.empty() || table.offsets.back().offset != info.offset) {
      table.offsets.push_back({Instant(at), info.offset});
    }
    at = info.end;
  }
  return table;
}

}  // namespace

Result<ZoneTable> load_zone(const std::string& name) {
  try {
    const date::tzdb& database = date::get_tzdb();
    for (const date::time_zone& zone : database.zones) {
      if (zone.name() == name) return table_of(zone);
    }
    std::vector<std::string> names;
    for (const date::time_zone& zone : database.zones) names.push_back(zone.name());
    const auto near = nearest(name, names);
    return fail(ErrorCode::invalid_input, "there is no time zone " + name,
                near ? "did you mean " + *near + "?" : "name one of IANA's time zones, like Europe/Stockholm");
  } catch (const std::exception& exception) {
    return fail(ErrorCode::not_found, std::string("the time zones of this machine cannot be read: ") + exception.what(),
                "install the package tzdata");
  }
}

}  // namespace avbrottsvakt
