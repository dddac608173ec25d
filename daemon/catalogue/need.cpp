#include <algorithm>

#include "base/check.h"
#include "catalogue/catalogue.h"

namespace avbrottsvakt {
namespace {

Condition with_spares(std::uint32_t k, std::span<const Condition> of) {
  const auto count = [&](auto wanted) { return static_cast<std::size_t>(std::count_if(of.begin(), of.end(), wanted)); };
  const std::size_t not_down = count([](Condition c) { return c != Condition::down; });
  const std::size_t up = count([](Condition c) { return c == Condition::up; });
  if (not_down < k) {
    return Condition::down;
  }
  const bool spares_lost = not_down == k && of.size() > k;
  return spares_lost || up < k ? Condition::degraded : Condition::up;
}

}  // namespace

Condition condition_of(const Need& need, std::span<const Condition> of) {
  AV_CHECK(!of.empty() && of.size() == need.of.size());
  Condition worth = Condition::up;
  switch (need.kind) {
    case Need::Kind::all:
      worth = *std::max_element(of.begin(), of.end());
      break;
    case Need::Kind::any:
      worth = *std::min_element(of.begin(), of.end());
      break;
    case Need::Kind::at_least:
      worth = with_spares(need.k, of);
      break;
  }
  return std::min(worth, need.loss);
}

}  // namespace avbrottsvakt
