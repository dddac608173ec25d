#pragma once

#include <string>

#include "base/result.h"

namespace avbrottsvakt {

/// Held by one process at a time, and by one holder in it. The operating system frees it when the process ends, however
/// it ends. The file itself stays: to remove it would let a third in beside a second that already waits on it.
class FileLock {
 public:
  /// Does not wait. `path` is made if it is missing, and then names the holder's process.
  /// Errors: conflict (somebody has it; the message names the process), io.
  [[nodiscard]] static Result<FileLock> take(const std::string& path);

  ~FileLock();
  FileLock(FileLock&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  FileLock& operator=(FileLock&&) = delete;

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace avbrottsvakt
