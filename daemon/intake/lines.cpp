#include "intake/lines.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "base/check.h"

namespace avbrottsvakt {

void LineSplitter::restart(std::int64_t position) {
  held_.clear();
  left_out_ = 0;
  position_ = position;
}

void LineSplitter::feed(std::string_view piece, const std::function<void(Line)>& take) {
  while (!piece.empty()) {
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (left_out_ > 0) {
      left_out_ += part.size();
    } else if (held_.size() + part.size() > bytes_max_) {
      const std::size_t whole = held_.size() + part.size();
      held_.append(part.substr(0, kBeginningBytes));
      held_.resize(std::min(held_.size(), kBeginningBytes));
      held_.shrink_to_fit();
      left_out_ = whole - held_.size();
    } else {
      held_.append(part);
    }
    position_ += static_cast<std::int64_t>(part.size());
    if (end == std::string_view::npos) {
      return;
    }
    if (left_out_ == 0 && held_.ends_with('\r')) {
      held_.pop_back();
    }
    take({std::exchange(held_, {}), std::exchange(left_out_, 0), position_});
    ++position_;
    piece.remove_prefix(end + 1);
  }
}

Wakeup::Wakeup() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) { AV_CHECK(event_ >= 0); }
Wakeup::~Wakeup() { close(event_); }

bool Wakeup::wait(int descriptor, Millis wait) {
  std::array<pollfd, 2> watched{{{event_, POLLIN, 0}, {descriptor, POLLIN, 0}}};
  const auto millis = std::clamp<std::int64_t>(wait.count(), 0, std::numeric_limits<int>::max());
  // A negative descriptor is passed over by poll(). A signal ends the wait early, which callers take for no news.
  if (::poll(watched.data(), watched.size(), static_cast<int>(millis)) <= 0) {
    return false;
  }
  if (watched[0].revents != 0) {
    std::uint64_t count = 0;
    AV_CHECK(read(event_, &count, sizeof count) == static_cast<ssize_t>(sizeof count));
  }
  return watched[1].revents != 0;
}

void Wakeup::wake() {
  const std::uint64_t one = 1;
  // It fails only when the counter is full, and then a wake-up is waiting already.
  [[maybe_unused]] const auto written = write(event_, &one, sizeof one);
}

}  // namespace avbrottsvakt
