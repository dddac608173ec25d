#pragma once

#include <string>
#include <vector>

namespace avbrottsvakt {

/// A fault of a spec: where in it, what, how to mend it. config/ turns the path into file:line:column.
struct SpecFault {
  /// "services[3].depends_on[0].all[1]": a list and the index in it, as in the spec, then the keys as people write them
  /// ("plans[0].ladder[1].tell[0]", "services[3].service" for its identifier). A key that is absent is named too.
  std::string path;
  std::string message;
  std::string remedy;
  bool warning = false;
};
using SpecFaults = std::vector<SpecFault>;

}  // namespace avbrottsvakt
