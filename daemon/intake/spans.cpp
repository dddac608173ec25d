#include "intake/spans.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace avbrottsvakt {

StreamSpans::StreamSpans(std::string source, StreamStart start, const AppliedRecord* known)
    : source_(std::move(source)), start_(std::move(start)), read_(start_.after), covered_(start_.after) {
  const std::string incarnation = known != nullptr ? known->incarnation : std::string();
  if (start_.incarnation != incarnation) {
    AV_CHECK(start_.after == -1);
    replaces_ = incarnation;
  }
}

Input StreamSpans::input_upto(std::int64_t upto) {
  AV_CHECK(upto > covered_);
  Input input;
  input.span = SourceSpan{source_, start_.stream, start_.partition, start_.incarnation, replaces_, covered_, upto};
  covered_ = upto;
  read_ = std::max(read_, upto);
  run_ = 0;
  return input;
}

Input StreamSpans::heard(std::int64_t position, Heard what) {
  AV_CHECK(position > read_);
  Input input = input_upto(position);
  input.body = std::move(what);
  return input;
}

void StreamSpans::nothing(std::int64_t position) {
  AV_CHECK(position > read_);
  read_ = position;
  ++run_;
}

void StreamSpans::end(std::int64_t position) { read_ = std::max(read_, position); }

std::optional<Input> StreamSpans::gap() {
  if (start_.gone_upto <= covered_) {
    return std::nullopt;
  }
  Input input = input_upto(start_.gone_upto);
  input.body = SourceGap{};
  return input;
}

std::optional<Input> StreamSpans::close() {
  if (read_ <= covered_) {
    return std::nullopt;
  }
  Input input = input_upto(read_);
  input.body = Heard{};
  return input;
}

}  // namespace avbrottsvakt
