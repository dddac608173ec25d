#include "kafka/bounded_caller.h"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>

namespace avbrottsvakt::kafka {
namespace {

// For the slice of two seconds in which a job may be when its time is up.
constexpr std::chrono::seconds kGrace{3};

}  // namespace

struct BoundedCaller::Shared {
  std::mutex mutex;
  std::condition_variable changed;
  Job job;                              // wanted, not yet taken
  std::optional<Result<void>> outcome;  // of the last job
  bool time_is_up = false;
  bool ending = false;
};

BoundedCaller::BoundedCaller()
    : shared_(std::make_shared<Shared>()), thread_([shared = shared_] { BoundedCaller::run(shared); }) {}

BoundedCaller::~BoundedCaller() {
  {
    const std::lock_guard lock(shared_->mutex);
    shared_->ending = true;
  }
  shared_->changed.notify_all();
  if (left_behind_) {
    thread_.detach();
  } else {
    thread_.join();
  }
}

void BoundedCaller::run(const std::shared_ptr<Shared>& shared) {
  Patience patience(*shared);
  std::unique_lock lock(shared->mutex);
  while (true) {
    shared->changed.wait(lock, [&] { return shared->job != nullptr || shared->ending; });
    if (shared->job == nullptr) return;
    Job job = std::exchange(shared->job, nullptr);
    lock.unlock();
    auto outcome = job(patience);
    job = nullptr;  // Lets go of what it shares before anybody hears that it is done.
    lock.lock();
    shared->outcome.emplace(std::move(outcome));
    shared->changed.notify_all();
  }
}

Result<void> BoundedCaller::call(Job job, Millis limit, const std::string& doing) {
  const auto too_late = [&doing] {
    return fail(ErrorCode::unavailable, doing + ": no answer within the time limit", "check that the brokers answer",
                Remedy::retry);
  };
  if (left_behind_) return too_late();
  std::unique_lock lock(shared_->mutex);
  shared_->outcome.reset();
  shared_->time_is_up = false;
  shared_->job = std::move(job);
  shared_->changed.notify_all();
  const auto done = [this] { return shared_->outcome.has_value(); };
  if (!shared_->changed.wait_for(lock, limit, done)) {
    shared_->time_is_up = true;
    shared_->changed.notify_all();
    if (!shared_->changed.wait_for(lock, kGrace, done)) {
      left_behind_ = true;
      return too_late();
    }
  }
  return *shared_->outcome;
}

bool BoundedCaller::Patience::wait(Millis pause) {
  std::unique_lock lock(shared_.mutex);
  return !shared_.changed.wait_for(lock, pause, [this] { return shared_.time_is_up; });
}

}  // namespace avbrottsvakt::kafka
