#pragma once

#include <cstdint>
#include <string_view>

namespace avbrottsvakt {

/// What is known of something watched. In rising badness, so that the worst is the greatest.
enum class Condition : std::uint8_t { up, degraded, down };

/// What stands behind a signal, as Origin of common.proto explains. In rising weight, so that the most telling is the
/// greatest.
enum class Origin : std::uint8_t { monitoring, heartbeat, probe, person };

/// How urgent, in rising order.
enum class Level : std::uint8_t { none, notice, warning, critical, emergency };

/// What a statement rests on; a statement that rests on several rests on the weakest.
enum class Basis : std::uint8_t { presumed, measured, confirmed };

enum class Confidence : std::uint8_t { low, medium, high };
enum class SourceBasis : std::uint8_t { text, transcription, interpretation, policy };

/// The word that YAML and JSON use: "down", "critical", "presumed".
std::string_view to_string(Condition condition);
std::string_view to_string(Origin origin);
std::string_view to_string(Level level);
std::string_view to_string(Basis basis);
std::string_view to_string(Confidence confidence);
std::string_view to_string(SourceBasis basis);

}  // namespace avbrottsvakt
