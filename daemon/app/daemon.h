#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/owner.h"
#include "base/clock.h"
#include "intake/source_pump.h"
#include "kafka/connection.h"
#include "mapping/spec.h"

namespace avbrottsvakt {

/// The daemon for one domain: owns the log, and carries its sources into it, until it is told to stop.
///
/// Losing the ownership or the broker is no end: it takes over again, with an engine restored from what was committed.
///
/// Threads: run() is the owner's; one more per source. stop() may be called from any.
class Daemon {
 public:
  struct Options {
    Owner::Options owner;
    std::string bundle_hash;  ///< of the files at hand
    std::string bundle_bytes;
    bool activate = false;            ///< puts the files in force if others are
    std::vector<SourceSpec> sources;  ///< those without an input are not read
    kafka::Connection kafka;          ///< the cluster of Kafka sources that name none
    std::string run_id;               ///< never used before: names what this run reads of standard input
    bool stop_at_end = false;  ///< stops when every source has been read to its end and what it said is committed
  };
  /// Called on the owner's thread, trouble and note on any.
  struct Hooks {
    std::function<void(const Owner::Turn&)> said;
    std::function<void(const std::string&)> note;
    std::function<void(const std::string& where, const Error&)> trouble;
    std::function<void()> ready;  ///< each time it has become the owner
  };

  /// `journal` and `clock` must outlive the daemon.
  Daemon(Journal& journal, const Clock& clock, Options options, Hooks hooks);
  ~Daemon();

  /// Until stop(), or until something fails that trying again does not mend.
  [[nodiscard]] Result<void> run();
  void stop();

 private:
  struct Source {
    std::unique_ptr<SourcePump> pump;
    std::thread thread;
    std::atomic<bool> caught_up{false};
  };

  [[nodiscard]] Result<void> own();
  [[nodiscard]] Result<void> begin();
  [[nodiscard]] Result<void> tick_if_due();
  [[nodiscard]] Result<void> start_sources();
  void stop_sources();
  void pump(Source& source);
  [[nodiscard]] Result<void> append(const Input& input);
  LogTime log_time() const;
  Millis until_due() const;
  bool all_caught_up() const;
  /// Waits, unless stop() comes first.
  void pause(Millis pause);

  Journal& journal_;
  const Clock& clock_;
  Options options_;
  Hooks hooks_;
  Owner owner_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> sources_stopping_{false};
  std::uint64_t turns_ = 0;                        ///< under mutex_: something was committed
  std::chrono::steady_clock::time_point read_at_;  ///< when the last input was read
  std::chrono::steady_clock::time_point ticked_at_;
  Millis tick_pause_{0};
  bool caught_up_said_ = false;
};

}  // namespace avbrottsvakt
