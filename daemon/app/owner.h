#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "engine/engine.h"
#include "journal/journal.h"
#include "wire/output.h"

namespace avbrottsvakt {

/// Owns one domain: reads its log, steps the engine, commits position, state and outputs together.
///
/// Whatever goes wrong between two commits, the journal holds the last one whole: the owner then takes over again with
/// an engine restored from it.
///
/// Threads: one, but for applied().
class Owner {
 public:
  struct Options {
    std::string domain;
    OutputFormat format = OutputFormat::json;
    /// Inputs in one commit; under load batches grow up to here. A commit costs brokers and daemon as much as some
    /// hundred inputs, but a larger batch delays what is due in it: of webhooks with ten alerts this one takes 0.2 s.
    std::size_t batch_max = 2000;
    /// Asked with each batch: a record with a later stamp is not applied. Null: all are, as where a script sets stamps.
    std::function<LogTime()> latest_stamp;
  };
  /// Where the log lies too far in the future.
  struct Ahead {
    std::int64_t position = 0;
    LogTime stamp{};
  };
  /// What one turn did.
  struct Turn {
    std::size_t inputs = 0;
    std::vector<Output> outputs;     ///< committed, in the order in which they were said
    std::vector<std::string> notes;  ///< for the log
    std::optional<Ahead> ahead;      ///< this record was read and not applied; take_over() before the next turn
  };
  using Progress = std::function<void(std::int64_t)>;

  /// `journal` must outlive the owner.
  Owner(Journal& journal, Options options);

  /// Becomes the owner and restores the engine from what was committed.
  /// Errors: those of Journal::take_over; corrupt, incompatible (stop).
  [[nodiscard]] Result<void> take_over(const Progress& progress);

  /// One batch: poll, step, commit. Waits at most `wait` for the first input. What was read before a record that lies
  /// ahead is applied.
  /// Errors: those of Journal::poll and commit. After one, take_over() before the next turn.
  [[nodiscard]] Result<Turn> turn(Millis wait);

  /// Nothing was ever committed here: there is no bundle in force.
  bool fresh() const { return fresh_; }
  const Engine& engine() const { return *engine_; }

  /// How far each source stream has been applied and committed. Any thread.
  std::vector<AppliedRecord> applied() const;

 private:
  BundlePtr bundle(const std::string& hash);
  Journal::Commit encode(std::int64_t next_position, const std::vector<Output>& outputs);

  Journal& journal_;
  Options options_;
  std::unique_ptr<Engine> engine_;
  std::map<std::string, BundlePtr> bundles_;
  std::optional<Error> bundle_error_;
  bool fresh_ = false;
  mutable std::mutex mutex_;
  std::vector<AppliedRecord> applied_;
};

/// An input that cannot be decoded as one that says so: the engine makes a dead letter of it. Nothing is lost, and a
/// replay does the same.
Input unreadable_input(const Error& error, std::string_view value, std::int64_t position, LogTime stamp);

}  // namespace avbrottsvakt
