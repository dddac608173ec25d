#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace avbrottsvakt {

/// Puts lines together from pieces of a stream.
///
/// Bounds:  a line above `bytes_max` is not kept whole: what it begins with is given, and how much was left out.
/// Threads: one owner.
class LineSplitter {
 public:
  struct Line {
    std::string text;  ///< without its end, be it "\n" or "\r\n"
    std::uint64_t bytes_left_out = 0;
    std::int64_t end = 0;  ///< position of its last byte, the "\n"
  };

  explicit LineSplitter(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  /// The next byte to come stands at this position; what was held of a line is forgotten.
  void restart(std::int64_t position);
  void feed(std::string_view piece, const std::function<void(Line)>& take);

 private:
  /// What is shown of a line that is too long.
  static constexpr std::size_t kBeginningBytes = std::size_t{64} * 1024;

  std::size_t bytes_max_;
  std::string held_;
  std::uint64_t left_out_ = 0;
  std::int64_t position_ = 0;
};

/// Waits for a file descriptor, and can be woken from another thread.
class Wakeup {
 public:
  /// Aborts if the system gives no descriptor: there is no way to go on.
  Wakeup();
  ~Wakeup();
  Wakeup(const Wakeup&) = delete;
  Wakeup& operator=(const Wakeup&) = delete;

  /// Waits at most `wait` until `descriptor` (-1: none) can be read, or wake() is called; that ends one wait, this or
  /// the next. True: it can be read.
  bool wait(int descriptor, Millis wait);
  /// Any thread.
  void wake();

 private:
  int event_;
};

}  // namespace avbrottsvakt
