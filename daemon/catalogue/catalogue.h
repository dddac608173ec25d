#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/matcher.h"
#include "catalogue/spec.h"
#include "model/output.h"

namespace avbrottsvakt {

/// A service or an activity. Nodes are numbered in topological order, dependencies before those who depend on them;
/// among equals by kind and identifier, so the same catalogue always gives the same numbers.
using NodeIx = std::uint32_t;

/// A need of a node. all: the worst counts; any: the best counts; at_least: with fewer than k not down it is lost, with
/// fewer than k fully up it is degraded, with exactly k not down it has no spare left and is `without_spare`. If k is
/// all of them, there never was a spare to lose: then it is as `all`.
struct Need {
  enum class Kind : std::uint8_t { all, any, at_least };
  Kind kind = Kind::all;
  std::uint32_t k = 0;
  std::vector<NodeIx> of;
  Condition loss = Condition::down;
  Condition without_spare = Condition::up;
};

/// What a need is worth, given the condition of each of `of`. Never worse than need.loss.
Condition condition_of(const Need& need, std::span<const Condition> of);

/// Whether the last spare is gone: exactly as many are left as are needed, of more.
bool lacks_spare(const Need& need, std::span<const Condition> of);

struct Node {
  Named name;
  bool activity = false;
  std::vector<Need> needs;
  std::vector<NodeIx> dependants;        ///< ascending
  std::vector<NodeIx> dependencies;      ///< ascending, each once
  const ServiceSpec* service = nullptr;  ///< exactly one of service and activity_spec is set
  const ActivitySpec* activity_spec = nullptr;
  const PlanSpec* plan = nullptr;  ///< of a service, if it has one
  Millis settle{0};  ///< how long a recovery must hold; without a plan never less than for what it depends on
  bool counts_degraded = true;
};

/// Everything that people keep, checked and compiled. Immutable; any thread may read it.
class Catalogue {
 public:
  struct Impl;  ///< in compiled.h, for the folder's own use

  /// All faults at once: unknown references (with the nearest right name), duplicates, cycles (printed), needs that
  /// cannot be met. Warnings go to `warnings` and do not fail. Whether it is also fit for use, readiness.h says: what
  /// is in force must stay readable when those checks grow stricter. `default_settle`: for nodes without a plan.
  [[nodiscard]] static tl::expected<Catalogue, SpecFaults> compile(CatalogueSpec spec, Millis default_settle,
                                                                   SpecFaults* warnings);

  std::span<const Node> nodes() const;
  const Node& node(NodeIx ix) const;
  std::optional<NodeIx> service(std::string_view id) const;
  std::optional<NodeIx> activity(std::string_view id) const;
  const RoleSpec* role(std::string_view id) const;
  std::span<const DutyHolderSpec> duty_holders() const;
  const CatalogueSpec& spec() const;

  /// The services whose matchers match, ascending, each once.
  std::vector<NodeIx> match(const Labels& labels) const;

  Catalogue(Catalogue&&) noexcept;
  Catalogue& operator=(Catalogue&&) noexcept;
  ~Catalogue();

 private:
  explicit Catalogue(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The candidate that differs least from `name`, if it is near enough to be what was meant; for error messages.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates);

}  // namespace avbrottsvakt
