#include "catalogue/catalogue.h"

#include <algorithm>

#include "base/check.h"
#include "catalogue/compiled.h"

namespace avbrottsvakt {
namespace {

/// Of those that ascend by identifier, the one that `id_of` gives `key` of.
template <typename One, typename IdOf>
std::optional<One> find(const std::vector<One>& all, std::string_view key, const IdOf& id_of) {
  const auto found = std::lower_bound(all.begin(), all.end(), key, [&](const One& one, std::string_view wanted) {
    return std::string_view(id_of(one)) < wanted;
  });
  return found != all.end() && id_of(*found) == key ? std::optional<One>(*found) : std::nullopt;
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

std::optional<NodeIx> Catalogue::service(std::string_view id) const {
  return find(impl_->services, id, [&](NodeIx ix) -> const std::string& { return impl_->nodes[ix].name.id; });
}

std::optional<NodeIx> Catalogue::activity(std::string_view id) const {
  return find(impl_->activities, id, [&](NodeIx ix) -> const std::string& { return impl_->nodes[ix].name.id; });
}

const RoleSpec* Catalogue::role(std::string_view id) const {
  return find(impl_->roles, id, [](const RoleSpec* role) -> const std::string& { return role->id; }).value_or(nullptr);
}

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
