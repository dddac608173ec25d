#pragma once

#include <string>
#include <vector>

#include "model/output.h"

namespace avbrottsvakt {

/// The roles that an output is for, by identifier, ascending, each once: whom an alert's steps tell, the first contact
/// of a plan, who is asked about a report. Pictures and dead letters are for programs: nobody.
std::vector<std::string> receivers_of(const Output& output);

}  // namespace avbrottsvakt
