#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "base/time.h"

namespace avbrottsvakt::kafka {

/// Puts an end to calls that may outlive their time limit: librdkafka 2.0.2's send_offsets_to_transaction() ignores its
/// own (2 s became 24 s, librdkafka#5456), and watermark queries and closing overrun theirs.
///
/// Calls run one at a time on a thread of this object. One that is neither done nor stopped within its limit and three
/// seconds is left behind with its thread, and this object takes no more calls.
///
/// Threads: one owner.
class BoundedCaller {
 public:
  class Patience;
  /// Runs on the other thread. Owns or shares what it touches: it may be left behind.
  using Job = std::function<Result<void>(Patience&)>;

  BoundedCaller();
  ~BoundedCaller();
  BoundedCaller(const BoundedCaller&) = delete;
  BoundedCaller& operator=(const BoundedCaller&) = delete;

  /// What the job gives. Errors: unavailable, within limit + 3 s, if it does not end. `doing` begins the sentence.
  [[nodiscard]] Result<void> call(Job job, Millis limit, const std::string& doing);

 private:
  struct Shared;
  static void run(const std::shared_ptr<Shared>& shared);

  std::shared_ptr<Shared> shared_;
  std::thread thread_;
  bool left_behind_ = false;
};

/// Tells a job that tries something again and again when to stop.
class BoundedCaller::Patience {
 public:
  explicit Patience(Shared& shared) : shared_(shared) {}
  /// Waits before the next try. False: stop trying, the time is up.
  bool wait(Millis pause);

 private:
  Shared& shared_;
};

}  // namespace avbrottsvakt::kafka
