#pragma once

#include <deque>
#include <memory>
#include <string>

#include "intake/lines.h"
#include "intake/reader.h"

namespace avbrottsvakt {

/// The lines of a file, as it grows. A line's position is that of its last byte, the "\n"; one without is not read yet.
/// Empty lines are passed over.
///
/// The incarnation is the inode and a digest of the first line (of at most 1 KiB of it), so a file that was rotated or
/// written anew is not taken for a longer old one. The device is left out: its number may change when a machine starts.
/// A rotated file is read to its end, and held until that has been applied; then the new one is begun. What is still
/// written to the old one after the new one has its first line is not seen. Nor is that a file was cut, if it has
/// outgrown again what it was within kLookEvery: rotate by renaming.
///
/// Bounds:  one file open, 64 KiB read at a time, a line as a payload.
class FileReader final : public Reader {
 public:
  explicit FileReader(std::string path);
  ~FileReader() override;

  /// No file, or none with a first line yet: no streams; poll() then tells when there is.
  [[nodiscard]] Result<std::vector<StreamStart>> begin(const std::vector<AppliedRecord>& applied) override;
  [[nodiscard]] Result<std::vector<SourceEvent>> poll(std::size_t max, Millis wait) override;
  void release(std::size_t stream, std::int64_t upto) override;
  [[nodiscard]] Result<bool> grown() override;
  void interrupt() override;

 private:
  /// How long a change of the file may go unseen.
  static constexpr Millis kLookEvery{200};

  class File;

  Result<void> read_some(std::size_t max, std::vector<SourceEvent>& events);
  /// What to say if the path no longer names what is being read, or that became shorter; empty: nothing.
  Result<std::string> changed() const;

  std::string path_;
  Wakeup wakeup_;
  LineSplitter lines_;
  std::deque<ReadRecord> ready_;  ///< read, and not yet given
  std::unique_ptr<File> file_;
  std::string incarnation_;
  std::int64_t next_ = 0;       ///< the next byte to read
  std::int64_t line_end_ = -1;  ///< of the last line that was read
  std::int64_t released_ = -1;
  bool end_said_ = false;
};

}  // namespace avbrottsvakt
