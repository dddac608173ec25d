#include "catalogue/catalogue.h"

#include <algorithm>

#include "base/check.h"
#include "catalogue/compiled.h"

namespace avbrottsvakt {
namespace {

/// The value of a key in pairs that ascend by it.
template <typename Value>
std::optional<Value> find(const std::vector<std::pair<std::string_view, Value>>& pairs, std::string_view key) {
  const auto found = std::lower_bound(pairs.begin(), pairs.end(), key,
                                      [](const auto& pair, std::string_view wanted) { return pair.first < wanted; });
  return found != pairs.end() && found->first == key ? std::optional<Value>(found->second) : std::nullopt;
}

}  // namespace

void MatcherIndex::add(LabelMatchers matchers, NodeIx service) { entries_.push_back({std::move(matchers), service}); }

void MatcherIndex::finish() {
  std::vector<Label> demanded;
  for (const Entry& entry : entries_) {
    demanded.insert(demanded.end(), entry.matchers.equalities().begin(), entry.matchers.equalities().end());
  }
  std::sort(demanded.begin(), demanded.end());
  const auto uses = [&](const Label& label) {
    const auto [first, last] = std::equal_range(demanded.begin(), demanded.end(), label);
    return last - first;
  };
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const std::span<const Label> equalities = entries_[i].matchers.equalities();
    if (equalities.empty()) {
      unindexed_.push_back(i);
      continue;
    }
    const Label& rarest = *std::min_element(equalities.begin(), equalities.end(),
                                            [&](const Label& a, const Label& b) { return uses(a) < uses(b); });
    auto by_value = std::lower_bound(by_name_.begin(), by_name_.end(), rarest.name,
                                     [](const auto& pair, const std::string& name) { return pair.first < name; });
    if (by_value == by_name_.end() || by_value->first != rarest.name) {
      by_value = by_name_.emplace(by_value, rarest.name, ByValue());
    }
    by_value->second[rarest.value].push_back(i);
  }
}

void MatcherIndex::collect(const std::vector<std::size_t>& candidates, const Labels& labels,
                           std::vector<NodeIx>& found) const {
  for (const std::size_t candidate : candidates) {
    if (entries_[candidate].matchers.matches(labels)) {
      found.push_back(entries_[candidate].service);
    }
  }
}

std::vector<NodeIx> MatcherIndex::match(const Labels& labels) const {
  std::vector<NodeIx> found;
  auto by_value = by_name_.begin();
  for (const Label& label : labels) {
    while (by_value != by_name_.end() && by_value->first < label.name) {
      ++by_value;
    }
    if (by_value == by_name_.end()) {
      break;
    }
    if (by_value->first != label.name) {
      continue;
    }
    const auto candidates = by_value->second.find(std::string_view(label.value));
    if (candidates != by_value->second.end()) {
      collect(candidates->second, labels, found);
    }
  }
  collect(unindexed_, labels, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Catalogue::Catalogue(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Catalogue::Catalogue(Catalogue&&) noexcept = default;
Catalogue& Catalogue::operator=(Catalogue&&) noexcept = default;
Catalogue::~Catalogue() = default;

std::span<const Node> Catalogue::nodes() const { return impl_->nodes; }

const Node& Catalogue::node(NodeIx ix) const {
  AV_CHECK(ix < impl_->nodes.size());
  return impl_->nodes[ix];
}

std::optional<NodeIx> Catalogue::service(std::string_view id) const { return find(impl_->services, id); }

std::optional<NodeIx> Catalogue::activity(std::string_view id) const { return find(impl_->activities, id); }

const RoleSpec* Catalogue::role(std::string_view id) const { return find(impl_->roles, id).value_or(nullptr); }

std::span<const DutyHolderSpec> Catalogue::duty_holders() const { return impl_->spec.duty_holders; }

const CatalogueSpec& Catalogue::spec() const { return impl_->spec; }

std::vector<NodeIx> Catalogue::match(const Labels& labels) const { return impl_->index.match(labels); }

}  // namespace avbrottsvakt
