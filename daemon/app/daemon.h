#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "app/guarded_clock.h"
#include "app/owner.h"
#include "app/watchdog.h"
#include "base/reminder.h"
#include "intake/source_pump.h"
#include "kafka/connection.h"
#include "mapping/spec.h"

namespace avbrottsvakt {

/// The daemon for one domain: owns the log, and carries its sources into it, until it is told to stop.
///
/// Losing the ownership or the broker is no end: it takes over again, with an engine restored from what was committed.
///
/// Other files can be put in force while it runs: reload().
///
/// Time comes from the journal's stamps; the daemon's own clock only guards against them. When they are more than
/// kClocksApartMax apart, it holds: it remains the owner, applies nothing, says nothing, reads no source, and alarms.
/// That is so
/// - while a record of the log lies ahead of the clock. Old stamps are in order: a backlog has them;
/// - while what it appends itself is stamped ahead of the clock or behind it. From behind, and when the machine's clock
///   has been set, it asks again by appending Resumed, from kAskFirst up to kAskMost apart.
/// When they agree again it goes on by itself, as after an absence, within a second.
///
/// Threads: run() is the owner's; one more per source. stop() and reload() may be called from any.
class Daemon {
 public:
  /// What the files at hand say.
  struct Files {
    std::string bundle_hash;
    std::string bundle_bytes;
    std::vector<SourceSpec> sources;  ///< those without an input are not read
  };
  struct Options {
    Owner::Options owner;
    Files files;
    bool activate = false;      ///< puts the files in force if others are
    kafka::Connection kafka;    ///< the cluster of Kafka sources that name none
    std::string run_id;         ///< never used before: names what this run reads of standard input
    bool stop_at_end = false;   ///< stops when every source has been read to its end and what it said is committed
    bool trust_stamps = false;  ///< alarms, and goes on by the journal's stamps all the same
    Millis alive_every{0};      ///< how often `alive` is called at most
  };
  /// Called on the owner's thread, trouble, note and alive on any.
  struct Hooks {
    std::function<void(const Owner::Turn&)> said;
    std::function<void(const std::string&)> note;
    std::function<void(const std::string& where, const Error&)> trouble;
    std::function<void()> ready;  ///< each time it has become the owner
    /// It is not the owner now, and tries again: another daemon is, or the broker does not answer. Null: nobody asks.
    std::function<void(const Error&)> waits;
    /// Somebody must look: the clocks are apart. At once, and again as Reminder says.
    std::function<void(const std::string&)> alarm;
    std::function<void(const std::string&)> calm;  ///< what was alarmed about is over
    std::function<void()> alive;                   ///< all goes on: Watchdog says when. May be null
    /// What reload() asked for is in force; or why not, and nothing has changed. Null: nobody calls it.
    std::function<void(const Result<void>&)> reloaded;
  };
  static constexpr Millis kAskFirst{1'000};
  static constexpr Millis kAskMost{60'000};

  /// `journal` and `clock` must outlive the daemon.
  Daemon(Journal& journal, GuardedClock& clock, Options options, Hooks hooks);
  ~Daemon();

  /// Until stop(), or until something fails that trying again does not mend.
  [[nodiscard]] Result<void> run();
  void stop();

  /// Puts other files in force, as soon as the daemon is the owner and does not hold: the bundle by an Activate that
  /// expects the one now in force, and when it is applied, in the same turn, the sources. Whatever is open keeps its
  /// clocks; what it changes for people is said by the engine.
  ///
  /// Ends with hooks.reloaded. Asked again before that, only the last files count, and it is called once for them.
  void reload(Files files);

 private:
  struct Source {
    std::unique_ptr<SourcePump> pump;
    std::thread thread;
    std::atomic<bool> caught_up{false};
    std::atomic<bool> at_end{false};
  };

  /// A reload under way.
  struct Reload {
    Files files;
    std::vector<std::shared_ptr<Reader>> readers;  ///< of files.sources
    std::string previous;                          ///< the bundle that its Activate expects
  };

  enum class After { ended, again };
  /// What the journal stamped an input of ours with, although our clock says otherwise.
  struct Apart {
    LogTime stamp{};
    Instant clock{};  ///< ours, then
    Millis by{0};     ///< ahead; negative: behind
  };

  [[nodiscard]] Result<After> own();
  [[nodiscard]] Result<After> hold(const std::optional<Owner::Ahead>& ahead);
  void watch_clocks();
  bool agree(const std::optional<Owner::Ahead>& ahead) const;
  std::string disagreement(const std::optional<Owner::Ahead>& ahead) const;
  bool must_hold() const { return apart_.has_value() && !options_.trust_stamps; }
  Millis next_question();
  void say_ready();
  void say_trouble(const Error& error);
  [[nodiscard]] Result<void> begin();
  Input resumed() const;
  [[nodiscard]] Result<void> tick_if_due();
  /// Stores the bundle of the files and appends its Activate.
  [[nodiscard]] Result<void> activate(const Files& files, const std::string& previous);
  /// Begins the reload that was asked for, or ends the one under way, if it is time to.
  [[nodiscard]] Result<void> carry_reload();
  [[nodiscard]] Result<Reload> prepare(Files files) const;
  [[nodiscard]] Result<void> begin_reload(Files files);
  void end_reload(const Result<void>& how);
  /// What was under way when the ownership was lost is asked for again: its Activate may not have reached the log.
  void ask_again();
  [[nodiscard]] Result<void> start_sources();
  void stop_sources();
  void pump(Source& source);
  /// Appends an input of ours, and compares its stamp with our clock: apart_.
  [[nodiscard]] Result<void> append(const Input& input);
  LogTime log_time() const;
  Millis until_due() const;
  bool all_caught_up() const;
  bool all_at_end() const;
  /// Waits, unless stop() comes first.
  void pause(Millis pause);

  Journal& journal_;
  GuardedClock& clock_;
  Options options_;
  Hooks hooks_;
  Owner owner_;
  Watchdog watchdog_;
  Watchdog::Part going_on_{watchdog_};  ///< the owner's thread
  /// Of options_.files.sources. They outlive an ownership, since what was read of standard input cannot be read twice.
  std::vector<std::shared_ptr<Reader>> readers_;
  std::vector<std::unique_ptr<Source>> sources_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> stopping_{false};
  std::atomic<bool> sources_stopping_{false};
  std::uint64_t turns_ = 0;                        ///< under mutex_: something was committed
  std::optional<Files> asked_;                     ///< under mutex_: by reload(), and not begun
  std::optional<Reload> reload_;                   ///< under way
  std::chrono::steady_clock::time_point read_at_;  ///< when the last input was read
  std::chrono::steady_clock::time_point ticked_at_;
  Millis tick_pause_{0};
  bool caught_up_said_ = false;
  bool ready_said_ = false;
  std::optional<Apart> apart_;  ///< of the last input of ours whose stamp is known
  Millis question_pause_{0};    ///< 0: the clocks agreed
  Reminder stamps_alarm_;
  Reminder machine_alarm_;
  TroubleReminder trouble_;  ///< what keeps this daemon from owning
};

}  // namespace avbrottsvakt
