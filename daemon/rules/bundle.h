#pragma once

#include <memory>
#include <string>

#include "catalogue/catalogue.h"
#include "rules/regime.h"

namespace avbrottsvakt {

/// Catalogue and rules that belong together, addressed by the hash of their stored bytes. Immutable.
struct Bundle {
  std::string hash;  ///< 64 hexadecimal digits
  std::string domain;
  Catalogue catalogue;
  RulesSpec rules;
};
using BundlePtr = std::shared_ptr<const Bundle>;

}  // namespace avbrottsvakt
