#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/state.h"
#include "model/input.h"

namespace avbrottsvakt {

/// A record as its source gave it.
struct ReadRecord {
  std::size_t stream = 0;  ///< index into what begin() gave
  std::int64_t position = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;  ///< absent: a tombstone
  std::vector<Header> headers;
  std::optional<Instant> received = std::nullopt;  ///< when it was put on its topic; absent: the source does not say
  std::uint64_t bytes_left_out = 0;  ///< the record was larger than any payload may be; value is its beginning
};

/// Everything up to `position` has been read, and there is nothing more for now.
struct EndReached {
  std::size_t stream = 0;
  std::int64_t position = -1;
};

/// The stream is no longer what begin() said: records are gone, a file was rotated, a topic has more partitions.
struct StreamsChanged {
  std::string why;
};

using SourceEvent = std::variant<ReadRecord, EndReached, StreamsChanged>;

/// One ordered stream of a source, from where reading begins.
struct StreamStart {
  std::string stream;  ///< topic or file
  std::int32_t partition = 0;
  std::string incarnation;      ///< another than that of the applied record: the stream was made anew; then after is -1
  std::int64_t after = -1;      ///< what has been applied
  std::int64_t gone_upto = -1;  ///< records in (after, gone_upto] are gone; not above after: none are
  std::int64_t end = -1;        ///< the last position that there was when begin() looked; -1: none
};

/// The port over a source: records of ordered streams, by position.
///
/// Threads: one owner; interrupt() may be called from any thread.
class Reader {
 public:
  virtual ~Reader() = default;

  /// Begins, or begins again, behind what has been applied of this source's streams.
  /// Errors: unavailable (try again), not_found (the topic is not there; it may be made), what a person must mend.
  [[nodiscard]] virtual Result<std::vector<StreamStart>> begin(const std::vector<AppliedRecord>& applied) = 0;

  /// The next events, at most `max`, waiting at most `wait` for the first. Positions of a stream rise, and all lie
  /// above its start. After StreamsChanged nothing comes until begin(). Empty: none came, or interrupted.
  [[nodiscard]] virtual Result<std::vector<SourceEvent>> poll(std::size_t max, Millis wait) = 0;

  /// Everything up to `upto` has been applied and will not be asked for again.
  virtual void release(std::size_t stream, std::int64_t upto) = 0;

  /// Whether the source has streams that begin() did not give. Asked about once a minute.
  [[nodiscard]] virtual Result<bool> grown() = 0;

  /// Whether EndReached is only for now although nothing new is made: the other end of a pipe is still open, or what
  /// came of it has not been given yet. A file or topic ends where it ends.
  virtual bool goes_on() const { return false; }

  /// Makes a waiting poll() return early, or the next one at once.
  virtual void interrupt() = 0;
};

}  // namespace avbrottsvakt
