#include "intake/file_reader.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "base/digest.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {
namespace {

constexpr std::size_t kReadBytes = std::size_t{64} * 1024;
/// Of the first line, as much as tells files apart.
constexpr std::size_t kFirstBytes = 1024;

tl::unexpected<Error> system_failure(const std::string& doing, const std::string& path) {
  return fail(ErrorCode::io, "cannot " + doing + " " + path + ": " + std::generic_category().message(errno),
              "see that the daemon may read it", Remedy::retry);
}

/// A name for what has the same inode and first line as the one before, but is shorter.
std::string counted_up(const std::string& incarnation) {
  const std::size_t mark = std::min(incarnation.find('#'), incarnation.size());
  int count = 1;
  std::from_chars(incarnation.data() + std::min(mark + 1, incarnation.size()), incarnation.data() + incarnation.size(),
                  count);
  return incarnation.substr(0, mark) + "#" + std::to_string(count + 1);
}

}  // namespace

/// An open file.
class FileReader::File {
 public:
  /// No file: null.
  static Result<std::unique_ptr<File>> open(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
      if (errno == ENOENT) {
        return nullptr;
      }
      return system_failure("open", path);
    }
    auto file = std::unique_ptr<File>(new File(descriptor, path));
    struct stat status{};
    if (fstat(descriptor, &status) != 0) {
      return system_failure("look at", path);
    }
    if (!S_ISREG(status.st_mode)) {
      return fail(ErrorCode::invalid_input, path + " is not a file", "name a file of lines, or read standard input",
                  Remedy::retry);
    }
    file->inode_ = status.st_ino;
    return file;
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  Result<std::int64_t> size() const {
    struct stat status{};
    if (fstat(descriptor_, &status) != 0) {
      return system_failure("look at", path_);
    }
    return status.st_size;
  }

  /// What there is from a position on, at most `bytes_max`.
  Result<std::string> read(std::int64_t from, std::size_t bytes_max) const {
    std::string bytes(bytes_max, '\0');
    const ssize_t count = pread(descriptor_, bytes.data(), bytes.size(), from);
    if (count < 0) {
      return system_failure("read", path_);
    }
    bytes.resize(static_cast<std::size_t>(count));
    return bytes;
  }

  /// Inode and first line; empty while that has no end and is short.
  Result<std::string> incarnation() const {
    auto first = read(0, kFirstBytes);
    if (!first) {
      return first;
    }
    const std::size_t end = first->find('\n');
    if (end == std::string::npos && first->size() < kFirstBytes) {
      return std::string();
    }
    return std::to_string(inode_) + "-" + sha256_hex(std::string_view(*first).substr(0, end)).substr(0, 16);
  }

  ino_t inode() const { return inode_; }

 private:
  File(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  int descriptor_;
  std::string path_;
  ino_t inode_ = 0;
};

FileReader::FileReader(std::string path) : path_(std::move(path)), lines_(kPayloadBytesMax) {}
FileReader::~FileReader() = default;

Result<std::vector<StreamStart>> FileReader::begin(const std::vector<AppliedRecord>& applied) {
  const auto known = std::find_if(applied.begin(), applied.end(), [&](const AppliedRecord& record) {
    return record.stream == path_ && record.partition == 0;
  });
  const std::string known_incarnation = known == applied.end() ? "" : known->incarnation;
  const std::int64_t known_upto = known == applied.end() ? -1 : known->upto;
  released_ = known_upto;

  // A file that was rotated away while a part of it had not been applied is read on; the path names another one.
  std::unique_ptr<File> held = std::move(file_);
  if (held != nullptr && incarnation_ == known_incarnation && known_upto < line_end_) {
    const auto size = held->size();
    if (size && *size > known_upto) {
      file_ = std::move(held);
    }
  }
  if (file_ == nullptr) {
    auto opened = File::open(path_);
    if (!opened) {
      return fail(std::move(opened.error()));
    }
    if (*opened == nullptr) {
      return std::vector<StreamStart>();
    }
    auto incarnation = (*opened)->incarnation();
    if (!incarnation) {
      return fail(std::move(incarnation.error()));
    }
    if (incarnation->empty()) {
      return std::vector<StreamStart>();
    }
    file_ = std::move(*opened);
    incarnation_ = std::move(*incarnation);
  }

  const auto size = file_->size();
  if (!size) {
    file_.reset();
    return fail(size.error());
  }
  StreamStart start;
  start.stream = path_;
  start.end = *size - 1;
  // The known one may carry a count behind the inode and digest.
  if (known_incarnation.substr(0, known_incarnation.find('#')) == incarnation_.substr(0, incarnation_.find('#'))) {
    incarnation_ = known_incarnation;
    const auto last = known_upto < 0 ? std::string("\n") : file_->read(known_upto, 1).value_or("");
    if (last == "\n") {
      start.after = known_upto;
    } else {
      // Shorter, or no line ends where one ended: it was written anew.
      incarnation_ = counted_up(known_incarnation);
    }
  }
  start.incarnation = incarnation_;
  next_ = start.after + 1;
  line_end_ = start.after;
  end_said_ = false;
  lines_.restart(next_);
  ready_.clear();
  return std::vector<StreamStart>{std::move(start)};
}

Result<void> FileReader::read_some(std::size_t max, std::vector<SourceEvent>& events) {
  while (ready_.size() < max) {
    auto piece = file_->read(next_, kReadBytes);
    if (!piece) {
      return fail(std::move(piece.error()));
    }
    if (piece->empty()) {
      break;
    }
    next_ += static_cast<std::int64_t>(piece->size());
    end_said_ = false;
    lines_.feed(*piece, [&](LineSplitter::Line line) {
      line_end_ = line.end;
      if (!line.text.empty()) {
        ReadRecord record;
        record.position = line.end;
        record.value = std::move(line.text);
        record.bytes_left_out = line.bytes_left_out;
        ready_.push_back(std::move(record));
      }
    });
  }
  while (events.size() < max && !ready_.empty()) {
    events.emplace_back(std::move(ready_.front()));
    ready_.pop_front();
  }
  return {};
}

Result<std::string> FileReader::changed() const {
  const auto size = file_->size();
  if (!size) {
    return fail(size.error());
  }
  if (*size < next_) {
    return path_ + " became shorter";
  }
  const auto named = File::open(path_);
  if (!named) {
    return fail(named.error());
  }
  if (*named == nullptr || (*named)->inode() == file_->inode()) {
    return std::string();
  }
  const auto begun = (*named)->incarnation();
  if (!begun) {
    return fail(begun.error());
  }
  // The new file must have its first line, since the writer has then gone over to it; and of the old one all must have
  // been applied, since it cannot be opened again.
  if (begun->empty() || released_ < line_end_) {
    return std::string();
  }
  return path_ + " was rotated";
}

Result<std::vector<SourceEvent>> FileReader::poll(std::size_t max, Millis wait) {
  std::vector<SourceEvent> events;
  const auto look = [&]() -> Result<void> {
    if (file_ == nullptr) {
      const auto opened = File::open(path_);
      if (!opened) {
        return fail(opened.error());
      }
      if (*opened != nullptr) {
        const auto incarnation = (*opened)->incarnation();
        if (!incarnation) {
          return fail(incarnation.error());
        }
        if (!incarnation->empty()) {
          events.emplace_back(StreamsChanged{path_ + " is there"});
        }
      }
      return {};
    }
    if (auto done = read_some(max, events); !done || !events.empty()) {
      return done;
    }
    if (!end_said_) {
      end_said_ = true;
      events.emplace_back(EndReached{0, line_end_});
      return {};
    }
    auto why = changed();
    if (!why) {
      return fail(std::move(why.error()));
    }
    if (!why->empty()) {
      // What was cut cannot be read on, even if it has grown again when it is begun.
      file_.reset();
      events.emplace_back(StreamsChanged{std::move(*why)});
    }
    return {};
  };
  auto done = look();
  if (done && events.empty() && wait.count() > 0) {
    wakeup_.wait(-1, std::min(wait, kLookEvery));
    done = look();
  }
  if (!done) {
    return fail(std::move(done.error()));
  }
  return events;
}

void FileReader::release(std::size_t /*stream*/, std::int64_t upto) { released_ = std::max(released_, upto); }

Result<bool> FileReader::grown() { return false; }

void FileReader::interrupt() { wakeup_.wake(); }

}  // namespace avbrottsvakt
