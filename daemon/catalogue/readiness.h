#pragma once

#include <string>
#include <vector>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {

/// Whether a catalogue, which is in order by itself, is fit for use: what people find out too late otherwise.
///
/// Errors: an RTO longer than the MTA of an activity that stops without the service, unless the activity accepts the
/// gap (`accept_gap`) and its fallback holds that long.
/// Warnings: a service slower than those that need it; no plan where the availability class is 3 or higher, or the
/// service vital; no owner; a service that no signal reaches; plans whose steps, contacts or agreements do not fit;
/// activities without sectors, needs or fallback, or for which nobody reports; hours at which a step of a ladder or
/// a question of the law reaches nobody; devices whose manufacturer is not named.
///
/// `default_ladder`: the roles of escalation.default_ladder, one a step.
/// Paths are as in SpecFault. Order: by kind of check; config/ sorts by place.
[[nodiscard]] SpecFaults check_readiness(const Catalogue& catalogue, const std::vector<std::string>& default_ladder);

/// A warning for each plan and each fallback routine whose review date has passed: `review_by` itself is the last day
/// on which it holds.
[[nodiscard]] SpecFaults check_reviews(const CatalogueSpec& spec, Date on);

}  // namespace avbrottsvakt
