#pragma once

#include <deque>
#include <string>

#include "intake/lines.h"
#include "intake/reader.h"

namespace avbrottsvakt {

/// The lines of standard input, or of any descriptor that can be read once. A line's position is its number, from 0.
/// Empty lines are passed over, and not counted.
///
/// Each run is an incarnation of its own. Lines are kept until they have been applied, so that a failed append loses
/// none; what was read and not applied when the process ends is lost, as the other end of a pipe must know.
///
/// Bounds:  kKeptMax lines or kKeptBytes are kept; then nothing more is read until some have been applied.
class StdinReader final : public Reader {
 public:
  static constexpr std::size_t kKeptMax = 50'000;
  static constexpr std::size_t kKeptBytes = std::size_t{128} * 1024 * 1024;

  /// Borrows the descriptor. `run` must never have been used before.
  StdinReader(int descriptor, std::string run);

  [[nodiscard]] Result<std::vector<StreamStart>> begin(const std::vector<AppliedRecord>& applied) override;
  [[nodiscard]] Result<std::vector<SourceEvent>> poll(std::size_t max, Millis wait) override;
  void release(std::size_t stream, std::int64_t upto) override;
  [[nodiscard]] Result<bool> grown() override;
  /// Until the other end has been closed and all lines have been given.
  bool goes_on() const override { return !ended_ || given_ + 1 < first_ + static_cast<std::int64_t>(kept_.size()); }
  void interrupt() override;

 private:
  Result<void> read_some();

  int descriptor_;
  std::string run_;
  Wakeup wakeup_;
  LineSplitter lines_;
  std::deque<ReadRecord> kept_;  ///< ascending, without gaps: the first has position first_
  std::size_t kept_bytes_ = 0;
  std::int64_t first_ = 0;
  std::int64_t given_ = -1;  ///< the last position that poll() has given since begin()
  bool ended_ = false;
  bool end_said_ = false;
};

}  // namespace avbrottsvakt
