#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {

/// Finds the services of a signal without looking at all of them: a conjunction that demands an exact value of a label
/// is looked at only when the signal carries that value. Of several such labels the one whose value is rarest in the
/// catalogue is used, so that environment="prod" on every service does not bring the scan back.
class MatcherIndex {
 public:
  /// In any order; afterwards finish() once.
  void add(LabelMatchers matchers, NodeIx service);
  void finish();

  std::vector<NodeIx> match(const Labels& labels) const;

 private:
  struct Entry {
    LabelMatchers matchers;
    NodeIx service;
  };
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  using ByValue = std::unordered_map<std::string, std::vector<std::size_t>, StringHash, std::equal_to<>>;

  void collect(const std::vector<std::size_t>& candidates, const Labels& labels, std::vector<NodeIx>& found) const;

  std::vector<Entry> entries_;
  std::vector<std::pair<std::string, ByValue>> by_name_;  ///< ascending by label name
  std::vector<std::size_t> unindexed_;  ///< those that demand no exact value: tried against every signal
};

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
