#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/engine.h"

namespace avbrottsvakt {

/// Plays the inputs of a log through an engine of its own, from the log's beginning. The same inputs give the same
/// outputs as when the owner read them, byte for byte.
///
/// Bounds:  inputs before the first activation are held until it tells the domain, kBeforeActivationMax at most.
/// Threads: one.
class Replay {
 public:
  /// An owner appends Resumed, then Activate; a few more where it was killed in between.
  static constexpr std::size_t kBeforeActivationMax = 1000;

  struct Source {
    std::string name;  ///< in messages: "the recording"
    /// Gives the bytes of a bundle. Error: not_found.
    std::function<Result<std::string>(const std::string& hash)> bundle;
  };
  struct Observer {
    std::function<void(const std::vector<Output>&)> said;
    /// A bundle comes into force: called once for each, before the input that activates it. May be null.
    std::function<void(const std::string& hash, const std::string& bytes)> bundle;
  };

  Replay(Source source, Observer observer);

  /// The next input as it lies in the log; `position` as the journal counts.
  /// Errors: invalid_input (this is not the beginning of a log); not_found, corrupt (the bundle); incompatible (written
  /// by a newer program). Nothing goes on after one.
  [[nodiscard]] Result<void> hear(std::int64_t position, LogTime stamp, const std::string& encoded);

  /// The log has ended. Error: invalid_input, if nothing was ever in force in it. A log without inputs is in order.
  [[nodiscard]] Result<void> end() const;

 private:
  [[nodiscard]] Result<void> begin(const Activate& first);
  [[nodiscard]] Result<BundlePtr> bundle(const std::string& hash);
  [[nodiscard]] Result<void> step(const Input& input);
  tl::unexpected<Error> no_beginning() const;

  Source source_;
  Observer observer_;
  std::map<std::string, BundlePtr> bundles_;
  std::vector<Input> waiting_;  ///< before the first activation
  std::unique_ptr<Engine> engine_;
};

}  // namespace avbrottsvakt
