#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/reminder.h"
#include "intake/decoder.h"
#include "intake/reader.h"
#include "intake/spans.h"
#include "journal/journal.h"

namespace avbrottsvakt {

/// What a pump tells its owner. Called from within step().
struct PumpHooks {
  /// Something does not work, and will be tried again. At once, and again as Reminder says while it does not.
  std::function<void(const std::string& source, const Error& error)> trouble;
  /// Worth a line in the log: a gap, a file that was rotated, a beginning anew.
  std::function<void(const std::string& source, const std::string& text)> note;
};

/// Carries one source into the log, exactly once: reads, decodes, appends, and begins again behind what the engine has
/// applied whenever an append fails or what was appended is not applied in time.
///
/// What was appended before a failure may lie in the log, in part, and may still come; the spans make that harmless.
/// So nothing is remembered across a beginning but how far the source was to be read.
///
/// Bounds:  kWindowInputs inputs or kWindowBytes of them are on their way, appended and not yet applied; then it waits
///          for the engine. A batch is kBatchRecords records.
/// Threads: one owner. Reads only the steady side of the clock.
class SourcePump {
 public:
  static constexpr std::size_t kBatchRecords = 500;
  static constexpr std::size_t kBatchBytes = std::size_t{8} * 1024 * 1024;
  static constexpr std::size_t kWindowInputs = 20'000;
  static constexpr std::size_t kWindowBytes = std::size_t{64} * 1024 * 1024;
  /// A run of records that yield nothing is closed when it is this long, or nothing more comes.
  static constexpr std::size_t kRunMax = 1000;
  /// What was appended and is not applied for so long is taken for lost.
  static constexpr Millis kAppliedWithin{60'000};
  static constexpr Millis kRetryFirst{1'000};
  static constexpr Millis kRetryMax{30'000};
  static constexpr Millis kGrowthEvery{60'000};
  /// Where the topic of inputs turns out to take less than model/limits.h says.
  static constexpr std::size_t kSmallInputBytes = std::size_t{900} * 1024;

  /// Journal and clock must outlive the pump. `applied` of other sources is passed over. A reader may serve one pump
  /// after another, and should when a domain is taken over again: it may hold what cannot be read twice.
  SourcePump(std::string source, Decoder decoder, std::shared_ptr<Reader> reader, Journal& journal, const Clock& clock,
             const std::vector<AppliedRecord>& applied, PumpHooks hooks);

  /// Does what there is to do, waiting at most `wait` for records. Gives how long the owner may wait before the next
  /// step, unless set_applied() comes first; 0: go on at once.
  Millis step(Millis wait);

  /// How far the engine has come, as committed.
  void set_applied(const std::vector<AppliedRecord>& applied);

  /// Every stream has been read up to the end that it had when it was first begun, and what was read has been appended.
  bool caught_up() const { return caught_up_; }

  /// The same, and nothing more comes: of a pipe, its other end has been closed.
  bool at_end() const { return caught_up_ && begun_ && !reader_->goes_on(); }

  /// Makes a waiting step() return early. Any thread.
  void interrupt() { reader_->interrupt(); }

  const std::string& source() const { return source_; }

 private:
  using StreamName = std::pair<std::string, std::int32_t>;
  using Moment = std::chrono::steady_clock::time_point;

  /// An Input that has been appended, or is about to be.
  struct OnItsWay {
    std::int64_t upto;
    std::size_t bytes;
  };
  struct Stream {
    StreamSpans spans;
    std::deque<OnItsWay> on_its_way;
    std::int64_t appended = -1;
    bool end_seen = false;
  };
  /// How far a stream must be read before the source has caught up.
  struct Target {
    std::string incarnation;
    std::int64_t end;
  };

  Result<void> begin();
  Result<void> take(std::vector<SourceEvent> events);
  void take(Stream& stream, const ReadRecord& record);
  Result<void> close_runs(bool all);
  Result<void> queue(Stream& stream, Input input);
  Result<void> append();
  void look_for_growth();
  void note_progress();
  bool window_full() const;
  Millis again_after(const Error& error);
  void say_trouble(const Error& error);

  std::string source_;
  Decoder decoder_;
  std::shared_ptr<Reader> reader_;
  Journal& journal_;
  const Clock& clock_;
  PumpHooks hooks_;

  std::map<StreamName, AppliedRecord> applied_;
  std::vector<Stream> streams_;
  bool begun_ = false;
  bool caught_up_ = false;
  std::map<StreamName, Target> targets_;

  std::vector<std::string> batch_;
  std::vector<std::pair<std::size_t, std::int64_t>> batch_spans_;  ///< of each in batch_: stream and upto
  std::size_t batch_bytes_ = 0;
  std::size_t way_inputs_ = 0;
  std::size_t way_bytes_ = 0;
  std::size_t input_bytes_max_;

  Moment progress_at_;
  Moment growth_looked_at_;
  Moment retry_at_;
  Millis retry_pause_{0};
  TroubleReminder trouble_;
};

}  // namespace avbrottsvakt
