#include "app/recording.h"

#include <simdjson.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <system_error>

#include "base/text.h"

namespace avbrottsvakt {
namespace {

constexpr std::size_t kLineBytesMax = std::size_t{64} * 1024 * 1024;

/// No log comes near, and one more can still be counted.
constexpr std::int64_t kPositionMax = std::numeric_limits<std::int64_t>::max() - 1;

enum class Line { whole, too_long, none };

/// Never holds more than a line may have: what is no recording may have no end of line in a terabyte.
Line read_line(std::streambuf& from, std::string& line) {
  using Traits = std::streambuf::traits_type;
  line.clear();
  for (auto c = from.sbumpc(); c != Traits::eof(); c = from.sbumpc()) {
    if (c == '\n') {
      return Line::whole;
    }
    if (line.size() == kLineBytesMax) {
      return Line::too_long;
    }
    line += Traits::to_char_type(c);
  }
  return line.empty() ? Line::none : Line::whole;
}

}  // namespace

Result<RecordingWriter> RecordingWriter::open(const std::string& path) {
  RecordingWriter writer;
  writer.path_ = path;
  writer.file_.open(path, std::ios::binary | std::ios::trunc);
  if (!writer.file_) {
    return fail(ErrorCode::io, "cannot write " + path + ": " + std::strerror(errno));
  }
  return writer;
}

void RecordingWriter::bundle(const std::string& hash, std::string_view bytes) {
  file_ << R"({"bundle":")" << hash << R"(","bytes":")" << to_base64(bytes) << "\"}\n";
}

void RecordingWriter::input(std::optional<std::int64_t> position, LogTime stamp, std::string_view encoded) {
  file_ << R"({"stamp":")" << format_instant(stamp) << "\",";
  if (position) {
    file_ << R"("position":)" << *position << ",";
  }
  file_ << R"("input":")" << to_base64(encoded) << "\"}\n";
}

Result<void> RecordingWriter::close() {
  file_.close();
  if (!file_) {
    return fail(ErrorCode::io, "could not write all of " + path_, "is the disk full?");
  }
  return {};
}

Result<void> read_recording(const std::string& path, const RecordingReader& reader) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return fail(ErrorCode::not_found, "cannot read " + path + ": " + std::strerror(errno));
  }
  std::error_code unknown;
  if (std::filesystem::is_directory(path, unknown)) {
    // It can be opened, and then reads as if it were empty.
    return fail(ErrorCode::io, "cannot read " + path + ": it is a directory", "name a recording in it");
  }
  simdjson::dom::parser parser;
  std::string line;
  int number = 0;
  std::int64_t next_position = 0;
  const auto refuse = [&](const std::string& what) {
    Error error(ErrorCode::invalid_input, what,
                R"(expected {"stamp":"...","input":"..."} or {"bundle":"...","bytes":"..."})");
    error.place = {path, number, 1};
    return fail(std::move(error));
  };
  bool empty = true;
  for (Line read = read_line(*file.rdbuf(), line); read != Line::none; read = read_line(*file.rdbuf(), line)) {
    ++number;
    if (read == Line::too_long) {
      return refuse("the line is longer than 64 MiB");
    }
    if (line.empty()) {
      continue;
    }
    empty = false;
    simdjson::dom::element object;
    if (parser.parse(line).get(object) != simdjson::SUCCESS) {
      return refuse("the line is not JSON");
    }
    const auto text = [&](const char* name) -> std::optional<std::string> {
      std::string_view value;
      if (object[name].get(value) != simdjson::SUCCESS) {
        return std::nullopt;
      }
      return std::string(value);
    };
    const auto bytes = [&](const char* name) -> std::optional<std::string> {
      const std::optional<std::string> encoded = text(name);
      return encoded ? from_base64(*encoded) : std::nullopt;
    };
    if (const std::optional<std::string> hash = text("bundle")) {
      std::optional<std::string> content = bytes("bytes");
      if (!content) {
        return refuse("a bundle without bytes in base64");
      }
      reader.bundle(*hash, std::move(*content));
      continue;
    }
    const std::optional<std::string> stamp = text("stamp");
    std::optional<std::string> input = bytes("input");
    if (!stamp || !input) {
      return refuse("neither a stamped input nor a bundle");
    }
    const Result<Instant> at = parse_instant(*stamp);
    if (!at) {
      return refuse("stamp: " + at.error().message);
    }
    std::int64_t position = next_position;
    if (const auto given = object["position"]; given.error() == simdjson::SUCCESS) {
      if (given.get(position) != simdjson::SUCCESS || position < 0 || position > kPositionMax) {
        return refuse("position: expected a whole number, 0 to " + std::to_string(kPositionMax));
      }
    }
    next_position = position + 1;
    if (Result<void> done = reader.input(position, *at, std::move(*input)); !done) {
      return done;
    }
  }
  return empty ? refuse("the recording is empty") : Result<void>();
}

}  // namespace avbrottsvakt
