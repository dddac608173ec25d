#include "app/watchdog.h"

#include <algorithm>
#include <utility>

namespace avbrottsvakt {

Watchdog::Watchdog(const Clock& clock, Millis every, std::function<void()> alive)
    : clock_(clock), every_(every), alive_(std::move(alive)) {}

Watchdog::Part::Part(Watchdog& watchdog) : watchdog_(watchdog) {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.went_on_.emplace(this, false);
}

Watchdog::Part::~Part() {
  const std::lock_guard lock(watchdog_.mutex_);
  watchdog_.went_on_.erase(this);
}

void Watchdog::Part::goes_on() { watchdog_.goes_on(this); }

void Watchdog::goes_on(const Part* part) {
  if (!alive_) {
    return;
  }
  const std::lock_guard lock(mutex_);
  went_on_[part] = true;
  const auto now = clock_.steady();
  if (said_at_ && now - *said_at_ < every_) {
    return;
  }
  if (!std::all_of(went_on_.begin(), went_on_.end(), [](const auto& item) { return item.second; })) {
    return;
  }
  alive_();
  said_at_ = now;
  for (auto& [each, went_on] : went_on_) {
    went_on = false;
  }
}

}  // namespace avbrottsvakt
