#pragma once

#include <cstdint>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace avbrottsvakt {

/// A recording: the stamped inputs of a log and the bundles that they activate, as JSON lines that can be passed on,
/// cut and compared.
///
///   {"bundle":"HASH","bytes":"BASE64"}
///   {"stamp":"2026-11-22T01:14:00.000Z","input":"BASE64"}
///   {"stamp":"2026-11-22T01:14:00.000Z","position":17,"input":"BASE64"}
///
/// The position is that of the input in its journal: what cannot be read is named by it. Without, inputs are counted.
class RecordingWriter {
 public:
  /// Error: io.
  [[nodiscard]] static Result<RecordingWriter> open(const std::string& path);
  void bundle(const std::string& hash, std::string_view bytes);
  void input(std::optional<std::int64_t> position, LogTime stamp, std::string_view encoded);
  /// Error: io, if something could not be written.
  [[nodiscard]] Result<void> close();

 private:
  RecordingWriter() = default;
  std::string path_;
  std::ofstream file_;
};

struct RecordingReader {
  std::function<void(const std::string& hash, std::string bytes)> bundle;
  std::function<Result<void>(std::int64_t position, LogTime stamp, std::string input)> input;
};

/// Reads a recording to its end, line by line; at most 64 MiB a line.
/// Errors: not_found, io; invalid_input with file and line, also if it is empty; and what the reader says.
[[nodiscard]] Result<void> read_recording(const std::string& path, const RecordingReader& reader);

}  // namespace avbrottsvakt
