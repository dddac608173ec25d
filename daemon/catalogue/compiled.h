#pragma once

#include <vector>

#include "catalogue/catalogue.h"
#include "catalogue/matcher_index.h"

namespace avbrottsvakt {

struct Catalogue::Impl {
  CatalogueSpec spec;  ///< nodes point into it
  std::vector<Node> nodes;
  // Ascending by identifier.
  std::vector<NodeIx> services;
  std::vector<NodeIx> activities;
  std::vector<const RoleSpec*> roles;
  MatcherIndex index;
};

}  // namespace avbrottsvakt
