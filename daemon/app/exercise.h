#pragma once

#include <functional>
#include <string>

#include "app/owner.h"
#include "avbrottsvakt/v1/exercise.pb.h"

namespace avbrottsvakt {

/// Plays a scripted disruption through a journal that was opened for exercises: the script sets the stamps, and where
/// it is silent ticks come at the instants at which something is due. Reads no clock.
class Drill {
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
  [[nodiscard]] Result<void> play(const v1::Exercise& script, const std::string& bundle_hash,
                                  const std::string& bundle_bytes);

  const Owner& owner() const { return owner_; }
  std::size_t inputs() const { return inputs_; }

 private:
  [[nodiscard]] Result<void> hear(const Input& input);
  [[nodiscard]] Result<void> tick_until(Instant until);
  Journal& journal_;
  Owner owner_;
  Observer observer_;
  std::string incident_;  ///< the number of the first incident: what commands are about that name none
  std::size_t inputs_ = 0;
};

/// One event of a script as an input, at start + event.at. Commands get the id "drill/N".
Input scripted_input(const v1::ExerciseEvent& event, int number, Instant start, const std::string& incident);

}  // namespace avbrottsvakt
