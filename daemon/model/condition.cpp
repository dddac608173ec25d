#include "model/condition.h"

#include <array>

namespace avbrottsvakt {
namespace {

template <typename Enum, std::size_t N>
std::string_view word(const std::array<std::string_view, N>& words, Enum value) {
  const auto index = static_cast<std::size_t>(value);
  return index < N ? words[index] : "unknown";
}

}  // namespace

std::string_view to_string(Condition condition) {
  return word(std::array<std::string_view, 3>{"up", "degraded", "down"}, condition);
}
std::string_view to_string(Origin origin) {
  return word(std::array<std::string_view, 4>{"monitoring", "heartbeat", "probe", "person"}, origin);
}
std::string_view to_string(Level level) {
  return word(std::array<std::string_view, 5>{"none", "notice", "warning", "critical", "emergency"}, level);
}
std::string_view to_string(Basis basis) {
  return word(std::array<std::string_view, 3>{"presumed", "measured", "confirmed"}, basis);
}
std::string_view to_string(Confidence confidence) {
  return word(std::array<std::string_view, 3>{"low", "medium", "high"}, confidence);
}
std::string_view to_string(SourceBasis basis) {
  return word(std::array<std::string_view, 4>{"text", "transcription", "interpretation", "policy"}, basis);
}

}  // namespace avbrottsvakt
