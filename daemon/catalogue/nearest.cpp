#include <algorithm>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {
namespace {

/// Names are short; longer ones are not compared, so that an error message never costs much.
constexpr std::size_t kNameMax = 128;

/// How many letters must be inserted, removed, replaced or swapped with their neighbour (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> current(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) {
    last[j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({last[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, current);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view name, std::span<const std::string> candidates) {
  if (name.empty() || name.size() > kNameMax) {
    return std::nullopt;
  }
  // One error in three letters is still the same word; of a name of one or two letters, nothing can be said.
  std::size_t best = name.size() / 3 + 1;
  const std::string* found = nullptr;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), name.size());
    const std::size_t shorter = std::min(candidate.size(), name.size());
    if (candidate.size() > kNameMax || longer - shorter > best) {
      continue;
    }
    const std::size_t distance = edit_distance(name, candidate);
    // Among equals the first of the alphabet, so that the message does not depend on the order of the files.
    if (distance < best || (distance == best && found != nullptr && candidate < *found)) {
      best = distance;
      found = &candidate;
    }
  }
  return found == nullptr ? std::nullopt : std::optional(*found);
}

}  // namespace avbrottsvakt
