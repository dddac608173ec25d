#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/owner.h"
#include "script/script.h"

namespace avbrottsvakt {

/// Plays a scripted disruption through a journal that was opened for exercises: the script sets the stamps, and where
/// it is silent ticks come at the instants at which something is due. Reads no clock.
class Drill : private Audience {
 public:
  struct Observer {
    /// Before an event is heard.
    std::function<void(Instant, const std::string& say)> heard;
    /// What was said, committed.
    std::function<void(const Owner::Turn&)> said;
    /// Every stamped input as it was appended, encoded: what a recording keeps. May be null.
    std::function<void(LogTime, const std::string& input)> appended;
  };

  Drill(Journal& journal, Owner::Options options, Observer observer);

  /// Errors: those of the journal; conflict, if something was played in it before.
  [[nodiscard]] Result<void> play(const Script& script, const std::string& bundle_hash,
                                  const std::string& bundle_bytes);

  const Owner& owner() const { return owner_; }
  std::size_t inputs() const { return inputs_; }

 private:
  Result<std::vector<Output>> hear(const Input& input) override;
  std::optional<LogTime> next_deadline() const override { return owner_.engine().next_deadline(); }
  LogTime now() const override { return owner_.engine().now(); }

  Journal& journal_;
  Owner owner_;
  Observer observer_;
  std::size_t inputs_ = 0;
};

}  // namespace avbrottsvakt
