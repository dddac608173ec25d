#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/output.h"
#include "report/reporter.h"

namespace avbrottsvakt::specimens {

/// Stockholm from the autumn of 2026 to the spring of 2028.
ZoneTable stockholm();

/// A time of day, "02:14", on the night of most specimens: Sunday 2026-11-22 in Stockholm.
Instant night(const std::string& clock);
Instant instant(const std::string& text);

RenderOptions options(Language language);

/// One message with its name, which is that of its golden file.
using Specimen = std::pair<std::string, Output>;
/// Every kind of message, and every variant of words in it.
std::vector<Specimen> all();

Alert alert();
ActivationPrompt activation();
ReportPrompt report();
IncidentPicture picture();
DeadLetter dead_letter();

}  // namespace avbrottsvakt::specimens
