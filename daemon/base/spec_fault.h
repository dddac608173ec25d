#pragma once

#include <string>
#include <vector>

namespace avbrottsvakt {

/// A fault of a spec: where in it, what, how to mend it. config/ turns the path into file:line:column.
struct SpecFault {
  std::string path;  ///< "services[3].depends_on[0].all[1]", indices as in the spec
  std::string message;
  std::string remedy;
  bool warning = false;
};
using SpecFaults = std::vector<SpecFault>;

}  // namespace avbrottsvakt
