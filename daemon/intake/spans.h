#pragma once

#include <deque>
#include <optional>
#include <string>

#include "intake/reader.h"
#include "model/input.h"

namespace avbrottsvakt {

/// One stream of a source on its way into the log: which record has been read, put into an Input, applied.
///
/// Each Input stands for (after, upto], where after is the upto of the Input before it. So whichever of them are lost,
/// doubled or late: the engine, which applies one only if after <= applied < upto, never passes over a record. Records
/// that yield nothing are part of the next span; close() ends a run of them that none follows.
///
/// Pure. Threads: one owner.
class StreamSpans {
 public:
  /// `known` is what the engine has applied of the stream, if anything.
  StreamSpans(std::string source, StreamStart start, const AppliedRecord* known);

  /// The Input of one record. Requires position > read().
  Input heard(std::int64_t position, Heard what);
  /// A record that yields nothing. Requires position > read().
  void nothing(std::int64_t position);
  /// The end was reached: there is nothing between the last record and `position`, such as markers of transactions.
  void end(std::int64_t position);
  /// A SourceGap for what is gone at the beginning, if anything. The engine knows whether anybody missed it.
  std::optional<Input> gap();
  /// An empty Heard for the run of records that yielded nothing, if there is one.
  std::optional<Input> close();

  /// The last position that was read.
  std::int64_t read() const { return read_; }
  /// The last position that Inputs stand for.
  std::int64_t covered() const { return covered_; }
  /// How many records have yielded nothing since the last Input.
  std::size_t run() const { return run_; }

  const StreamStart& start() const { return start_; }
  const std::string& source() const { return source_; }

 private:
  Input input_upto(std::int64_t upto);

  std::string source_;
  StreamStart start_;
  std::string replaces_;
  std::int64_t read_;
  std::int64_t covered_;
  std::size_t run_ = 0;
};

}  // namespace avbrottsvakt
