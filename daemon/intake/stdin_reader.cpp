#include "intake/stdin_reader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "mapping/mapping.h"

namespace avbrottsvakt {
namespace {

const char* const kStream = "stdin";

}  // namespace

StdinReader::StdinReader(int descriptor, std::string run)
    : descriptor_(descriptor), run_(std::move(run)), lines_(kPayloadBytesMax) {}

Result<std::vector<StreamStart>> StdinReader::begin(const std::vector<AppliedRecord>& applied) {
  StreamStart start;
  start.stream = kStream;
  start.incarnation = run_;
  for (const AppliedRecord& record : applied) {
    if (record.stream == kStream && record.incarnation == run_) {
      start.after = record.upto;
    }
  }
  release(0, start.after);
  if (kept_.empty()) {
    // Another reader of this run may have read before; its numbers must not be given twice.
    first_ = std::max(first_, start.after + 1);
  }
  given_ = start.after;
  end_said_ = false;
  return std::vector<StreamStart>{std::move(start)};
}

Result<void> StdinReader::read_some() {
  std::array<char, 64 * 1024> bytes{};
  const ssize_t count = read(descriptor_, bytes.data(), bytes.size());
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) {
      return {};
    }
    return fail(ErrorCode::io, std::string("cannot read standard input: ") + std::generic_category().message(errno), "",
                Remedy::retry);
  }
  const auto take = [this](LineSplitter::Line line) {
    if (line.text.empty()) {
      return;
    }
    ReadRecord record;
    record.position = first_ + static_cast<std::int64_t>(kept_.size());
    record.value = std::move(line.text);
    record.bytes_left_out = line.bytes_left_out;
    kept_bytes_ += record.value->size();
    kept_.push_back(std::move(record));
    end_said_ = false;
  };
  if (count == 0) {
    ended_ = true;
    lines_.feed("\n", take);  // The last line may lack its end; nothing more can come of it.
    return {};
  }
  lines_.feed({bytes.data(), static_cast<std::size_t>(count)}, take);
  return {};
}

Result<std::vector<SourceEvent>> StdinReader::poll(std::size_t max, Millis wait) {
  std::vector<SourceEvent> events;
  const auto take_kept = [&] {
    while (events.size() < max && given_ + 1 < first_ + static_cast<std::int64_t>(kept_.size())) {
      ++given_;
      events.emplace_back(kept_[static_cast<std::size_t>(given_ - first_)]);
    }
  };
  take_kept();
  if (!events.empty()) {
    return events;
  }
  const bool room = kept_.size() < kKeptMax && kept_bytes_ < kKeptBytes;
  if (!end_said_) {
    end_said_ = true;
    events.emplace_back(EndReached{0, given_});
    wait = Millis{0};
  }
  if (wakeup_.wait(ended_ || !room ? -1 : descriptor_, wait)) {
    if (auto done = read_some(); !done) {
      return fail(std::move(done.error()));
    }
    take_kept();
  }
  return events;
}

void StdinReader::release(std::size_t /*stream*/, std::int64_t upto) {
  while (!kept_.empty() && first_ <= upto) {
    kept_bytes_ -= kept_.front().value->size();
    kept_.pop_front();
    ++first_;
  }
}

Result<bool> StdinReader::grown() { return false; }

void StdinReader::interrupt() { wakeup_.wake(); }

}  // namespace avbrottsvakt
