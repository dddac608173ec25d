#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/spec_fault.h"
#include "catalogue/spec.h"
#include "rules/bundle.h"
#include "rules/regime.h"

namespace avbrottsvakt {

namespace v1 {
class Bundle;
}

/// Written into each bundle; one that says a higher number was made by a newer program.
inline constexpr std::uint32_t kBundleSchemaVersion = 1;
/// A hundred times the largest region that we know of.
inline constexpr std::size_t kBundleBytesMax = std::size_t{64} * 1024 * 1024;

/// What a stage's deadline counts from, as people write it.
struct StageAnchor {
  StageSpec::Anchor anchor = StageSpec::Anchor::known_incident;
  std::string stage;  ///< with submitted
};

/// "known_incident", "known_significant", "requested", "submitted(notification)". Error: invalid_input, with the column
/// in Error::place.
[[nodiscard]] Result<StageAnchor> parse_anchor(std::string_view text);

/// A bundle as typed values, not yet checked against themselves.
struct BundleSpec {
  std::string domain;
  CatalogueSpec catalogue;
  RulesSpec rules;
};

/// Lists keep their order, so that an index in a fault's path is the index in the bundle.
/// Failure: what the schema alone cannot exclude, and notations that nobody has checked; with paths of the schema:
/// "plans[0].clock.counts".
[[nodiscard]] tl::expected<BundleSpec, SpecFaults> bundle_spec(const v1::Bundle& bundle);

/// The same bytes for the same bundle, whatever machine makes them.
std::string bundle_bytes(const v1::Bundle& bundle);

/// The hash by which Activate names the bytes: 64 lower-case hexadecimal digits.
std::string bundle_hash(std::string_view bytes);

/// Stored bytes as the engine uses them.
///
/// Errors: corrupt, if they are not a bundle; incompatible, if a newer program wrote them; limit; invalid_input, if
/// catalogue or rules contradict themselves, which the loader of files would have refused.
/// Threads: any.
[[nodiscard]] Result<BundlePtr> compile_bundle(std::string_view bytes);

}  // namespace avbrottsvakt
