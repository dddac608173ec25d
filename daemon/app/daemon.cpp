#include "app/daemon.h"

#include <algorithm>
#include <utility>

#include "app/readers.h"
#include "app/retry.h"
#include "base/check.h"
#include "wire/input.h"

namespace avbrottsvakt {
namespace {

// The longest the owner sleeps with nothing due; Kafka wants to be polled, and people want to be able to stop it.
constexpr Millis kIdleMax{1'000};
// How long a source thread reads at most before it looks whether it should stop.
constexpr Millis kReadMax{200};
// A tick whose stamp fell short of the deadline is followed by another; not faster than this.
constexpr Millis kTickAgainFirst{5};
constexpr Millis kTickAgainMax{1'000};

Owner::Options guarded(Owner::Options options, bool trust_stamps, const GuardedClock& clock) {
  if (!trust_stamps) {
    options.latest_stamp = [&clock] { return clock.wall() + kClocksApartMax; };
  }
  return options;
}

std::string text_of(Millis duration) { return format_duration(std::chrono::abs(duration)); }

}  // namespace

Daemon::Daemon(Journal& journal, GuardedClock& clock, Options options, Hooks hooks)
    : journal_(journal),
      clock_(clock),
      options_(std::move(options)),
      hooks_(std::move(hooks)),
      owner_(journal, guarded(options_.owner, options_.trust_stamps, clock)),
      watchdog_(clock, options_.alive_every, hooks_.alive),
      readers_(options_.files.sources.size()) {}

Daemon::~Daemon() {
  stop();
  stop_sources();
}

void Daemon::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  journal_.interrupt();
}

void Daemon::pause(Millis pause) {
  std::unique_lock lock(mutex_);
  // In slices, since to wait is to go on.
  for (Millis left = pause; left > Millis{0} && !stopping_; left -= kIdleMax) {
    going_on_.goes_on();
    changed_.wait_for(lock, std::min(left, kIdleMax), [&] { return stopping_.load(); });
  }
}

LogTime Daemon::log_time() const {
  // The journal's clock may be ahead of ours: what it stamped last, and the time since, is known better.
  const auto since = std::chrono::duration_cast<Millis>(clock_.steady() - read_at_);
  return std::max(clock_.wall(), owner_.engine().now() + since);
}

Millis Daemon::until_due() const {
  const std::optional<LogTime> due = owner_.engine().next_deadline();
  if (!due) {
    return kIdleMax;
  }
  const Millis left = *due - log_time();
  if (left > Millis{0}) {
    return std::min(left, kIdleMax);
  }
  const auto since = std::chrono::duration_cast<Millis>(clock_.steady() - ticked_at_);
  return std::clamp(tick_pause_ - since, Millis{0}, kIdleMax);
}

Result<void> Daemon::append(const Input& input) {
  const Instant before = clock_.wall();
  const Result<std::optional<LogTime>> stamp = journal_.append(encode_input(input));
  if (!stamp) {
    return fail(stamp.error());
  }
  if (!*stamp) {
    return {};  // It tells nothing of the clocks.
  }
  // It was stamped at some time in between; a broker may have taken seconds over it.
  const Millis age = clock_.wall() - before;
  if (clock_.confirmed(**stamp, age)) {
    hooks_.note("this machine's clock was set, and the journal's stamps side with it: it is followed from now on");
  }
  const Instant now = clock_.wall();
  const std::optional<Millis> by = apart(**stamp, now, age);
  apart_ = by ? std::optional(Apart{**stamp, now, *by}) : std::nullopt;
  return {};
}

Result<void> Daemon::tick_if_due() {
  const std::optional<LogTime> due = owner_.engine().next_deadline();
  if (!due || *due > log_time()) {
    tick_pause_ = Millis{0};
    return {};
  }
  const auto since = std::chrono::duration_cast<Millis>(clock_.steady() - ticked_at_);
  if (tick_pause_ > Millis{0} && since < tick_pause_) {
    return {};
  }
  ticked_at_ = clock_.steady();
  tick_pause_ = tick_pause_ == Millis{0} ? kTickAgainFirst : std::min(tick_pause_ * 2, kTickAgainMax);
  Input tick;
  tick.body = Tick{};
  return append(tick);
}

Input Daemon::resumed() const {
  Input input;
  const LogTime wall = clock_.wall();
  input.body = Resumed{owner_.engine().bundle_hash().empty() ? wall : owner_.engine().now(), wall};
  return input;
}

Result<void> Daemon::begin() {
  const std::string& in_force = owner_.engine().bundle_hash();
  caught_up_said_ = false;
  // First what was not seen: from here on nothing is said until the sources have been read to their ends.
  if (Result<void> done = append(resumed()); !done) {
    return done;
  }
  const Files& files = options_.files;
  if (must_hold() || in_force == files.bundle_hash) {
    return {};
  }
  if (!in_force.empty() && !options_.activate) {
    hooks_.note("catalogue and rules in force, bundle " + in_force + ", are others than those of the files, " +
                files.bundle_hash + "; start with --activate to put the files in force");
    return {};
  }
  return activate(files, in_force);
}

Result<void> Daemon::activate(const Files& files, const std::string& previous) {
  if (Result<void> stored = journal_.store_bundle(files.bundle_hash, files.bundle_bytes); !stored) {
    return stored;
  }
  Input activate;
  activate.body = Activate{files.bundle_hash, previous, false};
  hooks_.note("activates the catalogue and rules of these files, bundle " + files.bundle_hash);
  return append(activate);
}

Result<void> Daemon::start_sources() {
  sources_stopping_ = false;
  const std::vector<AppliedRecord> applied = owner_.applied();
  for (std::size_t i = 0; i < options_.files.sources.size(); ++i) {
    const SourceSpec& spec = options_.files.sources[i];
    if (!spec.input) {
      continue;
    }
    if (readers_[i] == nullptr) {
      Result<std::unique_ptr<Reader>> reader = reader_of(spec, options_.kafka, options_.run_id);
      if (!reader) {
        return fail(std::move(reader.error()));
      }
      readers_[i] = std::move(*reader);
    }
    Result<Decoder> decoder = Decoder::make(spec.mapping);
    if (!decoder) {
      return fail(std::move(decoder.error()));
    }
    PumpHooks hooks;
    hooks.trouble = hooks_.trouble;
    hooks.note = [this](const std::string& source, const std::string& text) { hooks_.note(source + ": " + text); };
    auto source = std::make_unique<Source>();
    source->pump = std::make_unique<SourcePump>(spec.mapping.source, std::move(*decoder), readers_[i], journal_, clock_,
                                                applied, std::move(hooks));
    sources_.push_back(std::move(source));
  }
  for (const std::unique_ptr<Source>& source : sources_) {
    source->thread = std::thread([this, &source = *source] { pump(source); });
  }
  return {};
}

void Daemon::stop_sources() {
  {
    const std::lock_guard lock(mutex_);
    sources_stopping_ = true;
  }
  changed_.notify_all();
  for (const std::unique_ptr<Source>& source : sources_) {
    source->pump->interrupt();
  }
  for (const std::unique_ptr<Source>& source : sources_) {
    if (source->thread.joinable()) {
      source->thread.join();
    }
  }
  sources_.clear();
}

void Daemon::pump(Source& source) {
  std::uint64_t seen = 0;
  Watchdog::Part going_on(watchdog_);
  while (!sources_stopping_) {
    source.pump->set_applied(owner_.applied());
    const Millis idle = source.pump->step(kReadMax);
    if (!source.caught_up && source.pump->caught_up()) {
      source.caught_up = true;
      journal_.interrupt();
    }
    if (const bool at_end = source.pump->at_end(); source.at_end.exchange(at_end) != at_end) {
      journal_.interrupt();
    }
    going_on.goes_on();
    std::unique_lock lock(mutex_);
    const auto woken = [&] { return sources_stopping_ || turns_ != seen; };
    for (Millis left = idle; left > Millis{0} && !woken(); left -= kIdleMax) {
      changed_.wait_for(lock, std::min(left, kIdleMax), woken);
      going_on.goes_on();
    }
    seen = turns_;
  }
}

bool Daemon::all_caught_up() const {
  return std::all_of(sources_.begin(), sources_.end(), [](const auto& source) { return source->caught_up.load(); });
}

bool Daemon::all_at_end() const {
  return std::all_of(sources_.begin(), sources_.end(), [](const auto& source) { return source->at_end.load(); });
}

void Daemon::say_ready() {
  if (!ready_said_) {
    ready_said_ = true;
    trouble_.over();
    hooks_.ready();
  }
}

Millis Daemon::next_question() {
  question_pause_ = question_pause_ == Millis{0} ? kAskFirst : std::min(question_pause_ * 2, kAskMost);
  return question_pause_;
}

std::string Daemon::disagreement(const std::optional<Owner::Ahead>& ahead) const {
  if (apart_) {
    return "the journal stamped what the daemon appended " + format_instant(apart_->stamp) + ", " +
           text_of(apart_->by) + (apart_->by > Millis{0} ? " ahead of" : " behind") +
           " this machine's clock, which said " + format_instant(apart_->clock);
  }
  AV_CHECK(ahead.has_value());
  const Instant now = clock_.wall();
  return "input " + std::to_string(ahead->position) + " of the log is stamped " + format_instant(ahead->stamp) + ", " +
         text_of(ahead->stamp - now) + " ahead of this machine's clock, which says " + format_instant(now);
}

bool Daemon::agree(const std::optional<Owner::Ahead>& ahead) const {
  const LogTime latest = clock_.wall() + kClocksApartMax;
  // Own stamps that lie ahead stand in the log, and will be read: they must be reached as others' must.
  const bool own = !apart_ || (apart_->by > Millis{0} && apart_->stamp <= latest);
  return own && (!ahead || ahead->stamp <= latest);
}

Result<Daemon::After> Daemon::hold(const std::optional<Owner::Ahead>& ahead) {
  // What sources would append now would only wait, and be taken for lost.
  stop_sources();
  say_ready();
  // Not at once, so that a difference that stands at the limit does not fill the log; but a machine that slept has its
  // clock set by now, and a stamp that we ask for sides with it.
  auto ask_at = clock_.steady() + (clock_.set_by() ? Millis{0} : next_question());
  while (!stopping_) {
    if (clock_.steady() >= ask_at) {
      // While only the journal is ahead nothing is asked: each answer would lie in the log, still further ahead. And
      // never by a Tick, which would have all that is due said before the sources have been read.
      if (clock_.set_by() || (apart_ && apart_->by < Millis{0})) {
        if (Result<void> done = append(resumed()); !done) {
          return fail(std::move(done.error()));
        }
        ask_at = clock_.steady() + next_question();
      }
      if (agree(ahead)) {
        return After::again;
      }
    }
    if (stamps_alarm_.due(clock_.steady())) {
      hooks_.alarm(disagreement(ahead) +
                   ". Holds: nothing is applied and nothing is said until they are at most 2 min apart. Mend the clock "
                   "that is wrong; if the stamps are to be believed, start again with --trust-stamps");
    }
    // Only to remain the owner: what is read now is read again by take_over().
    const Result<std::vector<Journal::Record>> passed_over = journal_.poll(options_.owner.batch_max, kIdleMax);
    if (!passed_over) {
      return fail(passed_over.error());
    }
    going_on_.goes_on();
  }
  return After::ended;
}

void Daemon::watch_clocks() {
  const auto now = clock_.steady();
  if (apart_) {
    if (stamps_alarm_.due(now)) {
      hooks_.alarm(disagreement(std::nullopt) + ". It goes on by the stamps, since it was started with --trust-stamps");
    }
  } else {
    question_pause_ = Millis{0};
    if (stamps_alarm_.over()) {
      hooks_.calm("the journal's stamps and this machine's clock agree again: goes on");
    }
  }
  if (const std::optional<Millis> set_by = clock_.set_by()) {
    if (machine_alarm_.due(now)) {
      hooks_.alarm("this machine's clock was set " + text_of(*set_by) + (*set_by > Millis{0} ? " forwards" : " back") +
                   " while the daemon ran. It goes on by the time that has passed since, as " +
                   format_instant(clock_.wall()) + ". If the machine's clock is right now, restart the daemon");
    }
  } else if (machine_alarm_.over()) {
    hooks_.calm("this machine's clock is followed again");
  }
}

Result<Daemon::After> Daemon::own() {
  ready_said_ = false;
  apart_.reset();
  if (Result<void> owned = owner_.take_over([this](std::int64_t) { going_on_.goes_on(); }); !owned) {
    return fail(std::move(owned.error()));
  }
  read_at_ = clock_.steady();
  if (Result<void> begun = begin(); !begun) {
    return fail(std::move(begun.error()));
  }
  if (must_hold()) {
    return hold(std::nullopt);
  }
  if (Result<void> started = start_sources(); !started) {
    return fail(std::move(started.error()));
  }
  say_ready();
  bool idle = false;
  while (!stopping_) {
    // Asked before the turn: what a source appended last is then read by it.
    const bool at_end = all_at_end();
    Result<Owner::Turn> turn = owner_.turn(until_due());
    if (!turn) {
      return fail(std::move(turn.error()));
    }
    going_on_.goes_on();
    if (turn->inputs > 0) {
      read_at_ = clock_.steady();
      hooks_.said(*turn);
      {
        const std::lock_guard lock(mutex_);
        ++turns_;
      }
      changed_.notify_all();
    }
    if (turn->ahead) {
      return hold(turn->ahead);
    }
    watch_clocks();
    if (Result<void> carried = carry_reload(); !carried) {
      return fail(std::move(carried.error()));
    }
    idle = turn->inputs == 0 && caught_up_said_ && !owner_.engine().catching_up();
    if (options_.stop_at_end && idle && at_end) {
      return After::ended;
    }
    if (!caught_up_said_ && all_caught_up()) {
      Input caught_up;
      caught_up.body = CaughtUp{};
      if (Result<void> done = append(caught_up); !done) {
        return fail(std::move(done.error()));
      }
      caught_up_said_ = true;
    } else if (Result<void> ticked = tick_if_due(); !ticked) {
      return fail(std::move(ticked.error()));
    }
    if (must_hold()) {
      return hold(std::nullopt);
    }
  }
  return After::ended;
}

/// A standby stands by for months: what does not change is said ever more seldom.
void Daemon::say_trouble(const Error& error) {
  if (trouble_.due(error.message, clock_.steady())) {
    hooks_.trouble("journal", error);
  }
}

Result<void> Daemon::run() {
  Retry retry;
  while (!stopping_) {
    const auto began = clock_.steady();
    Result<After> done = own();
    stop_sources();
    ask_again();
    if (done && *done == After::again) {
      continue;
    }
    if (done) {
      break;
    }
    // Losing the domain to another daemon is in order; this one stands by and takes over when that one goes.
    const bool again = done.error().action == Remedy::retry || done.error().code == ErrorCode::fenced;
    if (!again) {
      hooks_.trouble("journal", done.error());
      return fail(std::move(done.error()));
    }
    say_trouble(done.error());
    if (hooks_.waits) {
      hooks_.waits(done.error());
    }
    pause(retry.after(std::chrono::duration_cast<Millis>(clock_.steady() - began)));
  }
  return {};
}

}  // namespace avbrottsvakt
