#pragma once

#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/catalogue.h"
#include "catalogue/matcher_index.h"

namespace avbrottsvakt {

struct Catalogue::Impl {
  CatalogueSpec spec;  ///< nodes point into it
  std::vector<Node> nodes;
  // Ascending by identifier.
  std::vector<std::pair<std::string_view, NodeIx>> services;
  std::vector<std::pair<std::string_view, NodeIx>> activities;
  std::vector<std::pair<std::string_view, const RoleSpec*>> roles;
  MatcherIndex index;
};

}  // namespace avbrottsvakt
