#include "intake/source_pump.h"

#include <algorithm>

#include "model/limits.h"

namespace avbrottsvakt {

SourcePump::SourcePump(std::string source, Decoder decoder, std::shared_ptr<Reader> reader, Journal& journal,
                       const Clock& clock, const std::vector<AppliedRecord>& applied, PumpHooks hooks)
    : source_(std::move(source)),
      decoder_(std::move(decoder)),
      reader_(std::move(reader)),
      journal_(journal),
      clock_(clock),
      hooks_(std::move(hooks)),
      input_bytes_max_(kInputBytesMax),
      progress_at_(clock.steady()),
      growth_looked_at_(clock.steady()),
      retry_at_(clock.steady()) {
  set_applied(applied);
}

void SourcePump::set_applied(const std::vector<AppliedRecord>& applied) {
  for (const AppliedRecord& record : applied) {
    if (record.source == source_) {
      applied_[{record.stream, record.partition}] = record;
    }
  }
  note_progress();
}

/// Forgets what has been applied among what is on its way.
void SourcePump::note_progress() {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    Stream& stream = streams_[i];
    const StreamStart& start = stream.spans.start();
    const auto applied = applied_.find({start.stream, start.partition});
    if (applied == applied_.end() || applied->second.incarnation != start.incarnation) {
      continue;
    }
    bool progress = false;
    while (!stream.on_its_way.empty() && stream.on_its_way.front().upto <= applied->second.upto) {
      way_bytes_ -= stream.on_its_way.front().bytes;
      --way_inputs_;
      stream.on_its_way.pop_front();
      progress = true;
    }
    if (progress) {
      progress_at_ = clock_.steady();
      reader_->release(i, applied->second.upto);
    }
  }
}

bool SourcePump::window_full() const { return way_inputs_ >= kWindowInputs || way_bytes_ >= kWindowBytes; }

/// Begins again later: at first soon, then less often.
Millis SourcePump::again_after(const Error& error) {
  begun_ = false;
  retry_pause_ = std::clamp(retry_pause_ * 2, kRetryFirst, kRetryMax);
  retry_at_ = clock_.steady() + retry_pause_;
  say_trouble(error);
  return retry_pause_;
}

/// It may last for days, as when a source's topic has not been made.
void SourcePump::say_trouble(const Error& error) {
  if (trouble_.due(error.message, clock_.steady())) {
    hooks_.trouble(source_, error);
  }
}

Millis SourcePump::step(Millis wait) {
  const Moment now = clock_.steady();
  if (now < retry_at_) {
    return std::chrono::ceil<Millis>(retry_at_ - now);
  }
  if (begun_ && way_inputs_ > 0 && now - progress_at_ >= kAppliedWithin) {
    hooks_.note(source_, "nothing of what was appended has been applied for " + format_duration(kAppliedWithin) +
                             ": beginning again behind what has been");
    begun_ = false;
  }
  if (!begun_) {
    if (const auto done = begin(); !done) {
      return again_after(done.error());
    }
  }
  if (window_full()) {
    return kRetryFirst;
  }
  auto events = reader_->poll(kBatchRecords, wait);
  if (!events) {
    return again_after(events.error());
  }
  const bool idle = events->empty();
  if (const auto done = take(std::move(*events)); !done) {
    return again_after(done.error());
  }
  if (begun_) {
    if (const auto done = close_runs(idle); !done) {
      return again_after(done.error());
    }
    // Something has come, an end at least, and lies in the log.
    if (!idle && trouble_.over()) {
      hooks_.note(source_, "is read again");
    }
    look_for_growth();
  }
  return Millis{0};
}

Result<void> SourcePump::begin() {
  std::vector<AppliedRecord> applied;
  for (const auto& [name, record] : applied_) {
    applied.push_back(record);
  }
  // What was on its way may come or not. Either way the engine tells by its spans what it has heard before.
  streams_.clear();
  batch_.clear();
  batch_spans_.clear();
  batch_bytes_ = way_inputs_ = way_bytes_ = 0;
  auto starts = reader_->begin(applied);
  if (!starts) {
    return fail(std::move(starts.error()));
  }
  begun_ = true;
  progress_at_ = growth_looked_at_ = clock_.steady();
  for (StreamStart& start : *starts) {
    const StreamName name{start.stream, start.partition};
    const auto known = applied_.find(name);
    const auto [target, added] = targets_.try_emplace(name, Target{start.incarnation, start.end});
    if (!added && target->second.incarnation != start.incarnation) {
      target->second = Target{start.incarnation, start.end};
    }
    if (known != applied_.end() && known->second.incarnation != start.incarnation) {
      hooks_.note(source_, start.stream + " was made anew: reading it from its beginning");
    }
    const std::int64_t after = start.after;
    streams_.push_back(
        {StreamSpans(source_, std::move(start), known == applied_.end() ? nullptr : &known->second), {}, after, false});
  }
  for (Stream& stream : streams_) {
    const StreamStart& start = stream.spans.start();
    if (auto gap = stream.spans.gap()) {
      hooks_.note(source_, "records " + std::to_string(start.after + 1) + " to " + std::to_string(start.gone_upto) +
                               " of " + start.stream + " are gone");
      if (auto done = queue(stream, std::move(*gap)); !done) {
        return done;
      }
    }
  }
  return close_runs(false);
}

Result<void> SourcePump::take(std::vector<SourceEvent> events) {
  for (SourceEvent& event : events) {
    if (auto* record = std::get_if<ReadRecord>(&event)) {
      Stream& stream = streams_[record->stream];
      if (!record->received) {
        record->received = clock_.wall();  // A line has no time of its own: it was received when it was read.
      }
      Heard heard = decoder_.decode(*record, stream.spans.start());
      if (heard.signals.empty() && heard.unreadable.empty() && heard.commands.empty()) {
        stream.spans.nothing(record->position);
      } else if (auto done = queue(stream, stream.spans.heard(record->position, std::move(heard))); !done) {
        return done;
      }
    } else if (const auto* end = std::get_if<EndReached>(&event)) {
      Stream& stream = streams_[end->stream];
      stream.spans.end(end->position);
      stream.end_seen = true;
    } else {
      hooks_.note(source_, std::get<StreamsChanged>(event).why);
      begun_ = false;
      return append();
    }
  }
  return {};
}

/// Runs that end here: `all`, when nothing more comes. Then appends what there is.
Result<void> SourcePump::close_runs(bool all) {
  for (Stream& stream : streams_) {
    if (all || stream.spans.run() >= kRunMax || (stream.end_seen && !caught_up_)) {
      if (auto input = stream.spans.close()) {
        if (auto done = queue(stream, std::move(*input)); !done) {
          return done;
        }
      }
    }
  }
  if (auto done = append(); !done) {
    return done;
  }
  if (!caught_up_) {
    caught_up_ = std::all_of(streams_.begin(), streams_.end(), [&](const Stream& stream) {
      const StreamStart& start = stream.spans.start();
      return stream.end_seen || stream.appended >= targets_.at({start.stream, start.partition}).end;
    });
  }
  return {};
}

Result<void> SourcePump::queue(Stream& stream, Input input) {
  const std::int64_t upto = input.span->upto;
  batch_.push_back(encode_within(std::move(input), input_bytes_max_));
  batch_spans_.emplace_back(static_cast<std::size_t>(&stream - streams_.data()), upto);
  batch_bytes_ += batch_.back().size();
  return batch_bytes_ >= kBatchBytes ? append() : Result<void>();
}

Result<void> SourcePump::append() {
  if (batch_.empty()) {
    return {};
  }
  if (way_inputs_ == 0) {
    progress_at_ = clock_.steady();
  }
  if (auto done = journal_.append_all(batch_); !done) {
    if (done.error().code == ErrorCode::limit && done.error().action == Remedy::skip) {
      // The topic takes less than it should; a record too large for it must not hold up all that follow.
      input_bytes_max_ = kSmallInputBytes;
    }
    return done;
  }
  for (std::size_t i = 0; i < batch_.size(); ++i) {
    const auto& [index, upto] = batch_spans_[i];
    streams_[index].on_its_way.push_back({upto, batch_[i].size()});
    streams_[index].appended = upto;
    ++way_inputs_;
    way_bytes_ += batch_[i].size();
  }
  batch_.clear();
  batch_spans_.clear();
  batch_bytes_ = 0;
  retry_pause_ = Millis{0};
  return {};
}

void SourcePump::look_for_growth() {
  const Moment now = clock_.steady();
  if (now - growth_looked_at_ < kGrowthEvery) {
    return;
  }
  growth_looked_at_ = now;
  const auto grown = reader_->grown();
  if (!grown) {
    say_trouble(grown.error());
  } else if (*grown) {
    hooks_.note(source_, "the source has more streams than before");
    begun_ = false;
  }
}

}  // namespace avbrottsvakt
