// What prompts take from rules and catalogue as it stands there, and whether other ones make them read otherwise.
#include <algorithm>
#include <tuple>

#include "engine/obligation.h"

namespace avbrottsvakt {
namespace {

const RegimeSpec* regime_of(const Bundle& bundle, const std::string& id) {
  const std::vector<RegimeSpec>& all = bundle.rules.regimes;
  const auto found = std::find_if(all.begin(), all.end(), [&](const RegimeSpec& r) { return r.id == id; });
  return found == all.end() ? nullptr : &*found;
}

const DutyHolderSpec* holder_of(const Bundle& bundle, const std::string& id) {
  const std::span<const DutyHolderSpec> all = bundle.catalogue.duty_holders();
  const auto found = std::find_if(all.begin(), all.end(), [&](const DutyHolderSpec& h) { return h.id == id; });
  return found == all.end() ? nullptr : &*found;
}

struct Called {
  std::string role;
  std::string name;
  std::string phone;
  friend bool operator==(const Called&, const Called&) = default;
};

std::vector<Called> called(const Bundle& bundle, const DutyHolderSpec& holder, const std::string& regime) {
  std::vector<Called> all;
  for (const std::string& id : assessors_of(holder, regime)) {
    const RoleSpec* const role = bundle.catalogue.role(id);
    all.push_back({id, role != nullptr ? role->name : std::string(), role != nullptr ? role->phone : std::string()});
  }
  return all;
}

std::vector<RecipientSpec> receiving(const Bundle& bundle, const RegimeSpec& regime, Instant now) {
  const Date today = to_local(bundle.rules.zone, now).date;
  std::vector<RecipientSpec> all = regime.recipients;
  std::erase_if(all, [&](const RecipientSpec& r) { return !r.valid.holds(today); });
  return all;
}

bool alike(const RecipientSpec& a, const RecipientSpec& b) {
  return std::tie(a.to, a.channel, a.stages, a.device_manufacturer) ==
         std::tie(b.to, b.channel, b.stages, b.device_manufacturer);
}

bool alike(const StageSpec& a, const StageSpec& b) {
  return std::tie(a.id, a.name, a.contents) == std::tie(b.id, b.name, b.contents);
}

template <typename Spec>
bool alike(const std::vector<Spec>& a, const std::vector<Spec>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Spec& x, const Spec& y) { return alike(x, y); });
}

}  // namespace

bool reads_otherwise(const std::string& regime_id, const std::string& holder_id, const Bundle& before,
                     const Bundle& in_force, Instant now) {
  const RegimeSpec* const was = regime_of(before, regime_id);
  const RegimeSpec* const is = regime_of(in_force, regime_id);
  const DutyHolderSpec* const whose = holder_of(before, holder_id);
  const DutyHolderSpec* const whose_now = holder_of(in_force, holder_id);
  if (was == nullptr || is == nullptr || whose == nullptr || whose_now == nullptr) {
    return false;  // There is nothing to say it by, or the duty ends with this.
  }
  return was->name != is->name || was->question != is->question || whose->name != whose_now->name ||
         called(before, *whose, regime_id) != called(in_force, *whose_now, regime_id) ||
         !alike(receiving(before, *was, now), receiving(in_force, *is, now)) || !alike(was->stages, is->stages);
}

}  // namespace avbrottsvakt
