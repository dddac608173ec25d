#pragma once

#include <string>
#include <vector>

#include "app/trial.h"
#include "cli/console.h"
#include "script/compare.h"

namespace avbrottsvakt::cli {

/// An expectation that was not met, in lines: where it stands, expected, got. Each begins with `indent`.
std::string to_lines(const ExpectationResult& finding, const std::string& indent);

/// The same as an error: for JSON lines.
Error to_error(const ExpectationResult& finding);

/// The tree of criteria with the values compared; instants after `start`. Each line begins with `indent`.
std::string to_lines(const DutyExplanation& explanation, Instant start, const std::string& indent);

}  // namespace avbrottsvakt::cli
