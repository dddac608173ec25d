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

const std::vector<std::string>& assessors_of(const DutyHolderSpec& holder, std::string_view regime) {
  const auto one = std::find_if(holder.responsibilities.begin(), holder.responsibilities.end(),
                                [&](const ResponsibilitySpec& r) { return r.regime == regime; });
  const bool own = one != holder.responsibilities.end() && !one->assessors.empty();
  return own ? one->assessors : holder.assessors;
}

std::vector<NodeIx> Catalogue::match(const Labels& labels) const { return impl_->index.match(labels); }

}  // namespace avbrottsvakt
