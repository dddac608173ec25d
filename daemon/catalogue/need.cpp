#include <algorithm>

#include "base/check.h"
#include "catalogue/catalogue.h"

namespace avbrottsvakt {
namespace {

std::size_t not_down(std::span<const Condition> of) {
  return of.size() - static_cast<std::size_t>(std::count(of.begin(), of.end(), Condition::down));
}

Condition with_spares(const Need& need, std::span<const Condition> of) {
  const auto up = static_cast<std::size_t>(std::count(of.begin(), of.end(), Condition::up));
  if (not_down(of) < need.k) {
    return Condition::down;
  }
  if (up < need.k) {
    return Condition::degraded;
  }
  return lacks_spare(need, of) ? need.without_spare : Condition::up;
}

}  // namespace

bool lacks_spare(const Need& need, std::span<const Condition> of) {
  return need.kind == Need::Kind::at_least && of.size() > need.k && not_down(of) == need.k;
}

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
      worth = with_spares(need, of);
      break;
  }
  return std::min(worth, need.loss);
}

}  // namespace avbrottsvakt
