// Intake and engine as a model: pumps that fail, linger on as zombies and start again behind stale positions; a log in
// which records are lost and come late; sources that lose their beginning and are made anew. Whatever the schedule,
// each record of the source is applied once, none is passed over, and in the end all has been applied.
//
// The pumps are the real ones. The engine's rule is restated here in a few lines, and the real engine runs beside it.
// The model must be able to fail: with each of its planted faults it must find a schedule that does harm.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "engine/engine.h"
#include "fakes.h"
#include "intake/source_pump.h"
#include "wire/input.h"

namespace avbrottsvakt::test {
namespace {

enum class Plant {
  none,
  no_after,                 ///< the engine asks only whether upto is new
  no_upper_bound,           ///< the engine asks only whether after has been applied
  no_compare_and_set,       ///< the engine takes any incarnation that begins
  no_empty_inputs,          ///< runs that yield nothing are not closed
  resend_in_same_producer,  ///< what failed is sent again behind what did not, and called a success
};

struct Options {
  Plant plant = Plant::none;
  bool made_anew = false;  ///< streams are made anew, and pumps may need the time limit of kAppliedWithin
};

/// One life of a stream.
struct Epoch {
  std::vector<std::string> kinds;  ///< by position; "hole": there is no record
  std::int64_t first = 0;          ///< the oldest that is still kept
};

constexpr std::size_t kPartitions = 2;

std::string incarnation_of(std::size_t epoch) { return epoch == 0 ? "" : std::to_string(epoch + 1); }
std::size_t epoch_of(const std::string& incarnation) { return incarnation.empty() ? 0 : std::stoul(incarnation) - 1; }
std::string id_of(std::size_t epoch, std::size_t partition, std::int64_t position) {
  return std::to_string(epoch) + "-" + std::to_string(partition) + "-" + std::to_string(position);
}
bool says_something(const std::string& kind, bool maybe_is_down) {
  return kind == "down" || kind == "up" || kind == "strange" || (kind == "maybe" && maybe_is_down);
}

class World {
 public:
  World(std::uint64_t seed, Options options) : options_(options), random_(seed) {
    for (auto& partition : source_) {
      partition.emplace_back();
    }
    snapshots_.emplace_back();
  }

  /// Runs one schedule. What went wrong, or empty.
  std::string run() {
    const std::size_t steps = 40 + below(120);
    for (std::size_t i = 0; i < steps && harm_.empty(); ++i) {
      happen();
    }
    heal();
    return harm_;
  }

 private:
  class ModelReader;
  struct Actor {
    std::unique_ptr<FakeJournal> journal;
    std::unique_ptr<SourcePump> pump;
    std::size_t told = 0;  ///< the snapshot it was given last
  };
  struct LogEntry {
    std::string bytes;
    bool maybe_is_down;  ///< by the configuration of the intake that appended it
  };
  using Applied = std::map<std::size_t, AppliedRecord>;  ///< by partition

  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  void harm(const std::string& what) {
    if (harm_.empty()) {
      harm_ = what;
    }
  }

  void happen() {
    switch (below(12)) {
      case 0:
      case 1:
        write();
        break;
      case 2:
      case 3:
      case 4:
      case 5:
        step_one();
        break;
      case 6:
      case 7:
        advance(1 + below(5));
        break;
      case 8:
        tell_one();
        break;
      case 9:
        land_one();
        break;
      case 10:
        clock_.advance(Millis(static_cast<std::int64_t>(below(2500))));
        break;
      default:
        upheaval();
        break;
    }
  }

  void write() {
    static const std::vector<std::string> kinds{"down", "up", "noise", "noise", "maybe", "strange", "hole"};
    Epoch& epoch = source_[below(kPartitions)].back();
    for (std::size_t i = 0; i <= below(6); ++i) {
      epoch.kinds.push_back(kinds[below(kinds.size())]);
    }
  }

  void upheaval() {
    switch (below(6)) {
      case 0:
      case 1: {  // Another intake starts; those before linger on.
        if (actors_.size() == 3) {
          actors_.erase(actors_.begin());
        }
        start_actor();
        break;
      }
      case 2:
        if (!actors_.empty()) {
          actors_.erase(actors_.begin() + static_cast<std::ptrdiff_t>(below(actors_.size())));
        }
        break;
      case 3: {  // Retention.
        Epoch& epoch = source_[below(kPartitions)].back();
        const auto size = static_cast<std::int64_t>(epoch.kinds.size());
        epoch.first = std::min(size, epoch.first + static_cast<std::int64_t>(below(4)));
        break;
      }
      case 4:
        if (options_.made_anew) {
          source_[below(kPartitions)].emplace_back();
        }
        break;
      default:
        break;
    }
  }

  void start_actor();

  void step_one() {
    if (!actors_.empty()) {
      actors_[below(actors_.size())].pump->step(Millis{0});
    }
  }

  /// An intake hears how far the engine has come, perhaps not of the latest.
  void tell(Actor& actor, std::size_t snapshot) {
    actor.told = std::max(actor.told, snapshot);
    std::vector<AppliedRecord> records;
    for (const auto& [partition, record] : snapshots_[actor.told]) {
      records.push_back(record);
    }
    actor.pump->set_applied(records);
  }
  void tell_one() {
    if (!actors_.empty()) {
      Actor& actor = actors_[below(actors_.size())];
      tell(actor, actor.told + below(snapshots_.size() - actor.told));
    }
  }

  /// An append that was given up arrives after all.
  void land_one() {
    if (!in_the_air_.empty()) {
      const std::size_t which = below(in_the_air_.size());
      log_.push_back(in_the_air_[which]);
      in_the_air_.erase(in_the_air_.begin() + static_cast<std::ptrdiff_t>(which));
    }
  }

  Result<void> append_all(const std::vector<std::string>& values, bool maybe_is_down) {
    std::vector<LogEntry> batch;
    for (const std::string& value : values) {
      const Input input = *decode_input(value, LogTime{});
      const auto* heard = std::get_if<Heard>(&input.body);
      const bool empty = heard != nullptr && heard->signals.empty() && heard->unreadable.empty();
      if (options_.plant != Plant::no_empty_inputs || !empty) {
        batch.push_back({value, maybe_is_down});
      }
    }
    if (healing_ || chance(75)) {
      log_.insert(log_.end(), batch.begin(), batch.end());
      return {};
    }
    std::vector<LogEntry> failed;
    for (const LogEntry& entry : batch) {
      (chance(50) ? log_ : failed).push_back(entry);
    }
    if (options_.plant == Plant::resend_in_same_producer) {
      log_.insert(log_.end(), failed.begin(), failed.end());
      return {};
    }
    for (const LogEntry& entry : failed) {
      if (chance(50)) {
        in_the_air_.push_back(entry);
      }
    }
    return fail(ErrorCode::unavailable, "no answer", "", Remedy::retry);
  }

  void advance(std::size_t count) {
    for (std::size_t i = 0; i < count && engine_position_ < log_.size() && harm_.empty(); ++i) {
      apply(log_[engine_position_++]);
    }
    snapshots_.push_back(applied_);
  }

  void apply(const LogEntry& entry) {
    const Input input = *decode_input(entry.bytes, LogTime{});
    const SourceSpan& span = *input.span;
    const auto partition = static_cast<std::size_t>(span.partition);
    const auto known = applied_.find(partition);
    const std::string incarnation = known == applied_.end() ? "" : known->second.incarnation;
    std::int64_t upto = known == applied_.end() ? -1 : known->second.upto;
    bool admitted = true;
    if (span.incarnation != incarnation) {
      admitted = span.after == -1 && (options_.plant == Plant::no_compare_and_set || span.replaces == incarnation);
      upto = -1;
    }
    admitted = admitted && (options_.plant == Plant::no_after || span.after <= upto) &&
               (options_.plant == Plant::no_upper_bound || upto < span.upto);
    if (admitted) {
      check(input, upto, entry.maybe_is_down);
      applied_[partition] = {span.source, span.stream, span.partition, span.incarnation, span.upto};
    }
    if (options_.plant == Plant::none) {
      compare_with_engine(input);
    }
  }

  /// Positions in (from, upto] have now been applied, by this input.
  void check(const Input& input, std::int64_t from, bool maybe_is_down) {
    const SourceSpan& span = *input.span;
    const auto partition = static_cast<std::size_t>(span.partition);
    const std::size_t epoch_index = epoch_of(span.incarnation);
    const Epoch& epoch = source_[partition].at(epoch_index);
    const std::string place = id_of(epoch_index, partition, span.upto);
    const auto* heard = std::get_if<Heard>(&input.body);
    const bool empty = heard == nullptr || (heard->signals.empty() && heard->unreadable.empty());
    for (std::int64_t position = from + 1; position <= span.upto; ++position) {
      const bool gone = position < epoch.first;
      if (heard == nullptr) {
        if (!gone) {
          harm("a gap was said where there is none, at " + place);
        }
        continue;
      }
      if (position < span.upto || empty) {
        const std::string& kind = epoch.kinds.at(static_cast<std::size_t>(position));
        if (says_something(kind, maybe_is_down)) {
          harm(id_of(epoch_index, partition, position) + " (" + kind + ") was passed over");
        }
      }
    }
    if (empty) {
      return;
    }
    if (!heard_.insert(place).second) {
      harm(place + " was applied twice");
    }
    const std::string& kind = epoch.kinds.at(static_cast<std::size_t>(span.upto));
    const bool right = kind == "strange" ? heard->signals.empty() && heard->unreadable.size() == 1
                                         : heard->signals.size() == 1 && heard->signals[0].key == place;
    if (!right) {
      harm(place + " was applied as something else");
    }
  }

  void compare_with_engine(const Input& input) {
    effects_.clear();
    engine_.step(input, effects_);
    std::map<std::size_t, AppliedRecord> theirs;
    for (const AppliedRecord& record : engine_.applied()) {
      theirs[static_cast<std::size_t>(record.partition)] = record;
    }
    if (theirs != applied_) {
      harm("the engine and the model differ after " + shown(input));
    }
  }

  /// Nothing fails any more; one intake is left. All must be applied soon.
  void heal() {
    healing_ = true;
    if (actors_.empty()) {
      start_actor();
    }
    actors_.erase(actors_.begin(), actors_.end() - 1);
    Actor& actor = actors_.back();
    while (!in_the_air_.empty()) {
      land_one();
    }
    Millis waited{0};
    const Millis patience = options_.made_anew ? Millis{600'000} : Millis{35'000};
    for (int i = 0; i < 200 && harm_.empty() && !settled(); ++i) {
      Millis pause = actor.pump->step(Millis{0});
      advance(log_.size());
      tell(actor, snapshots_.size() - 1);
      if (options_.made_anew) {
        pause = std::max(pause, Millis{5'000});
      }
      if (waited + pause < patience) {
        waited += pause;
        clock_.advance(pause);
      }
    }
    if (harm_.empty() && !settled()) {
      harm("something was never applied");
    }
    if (harm_.empty() && !actor.pump->caught_up()) {
      harm("caught up was never said");
    }
  }

  /// All that the source still holds has been applied.
  bool settled() const {
    for (std::size_t partition = 0; partition < kPartitions; ++partition) {
      const Epoch& epoch = source_[partition].back();
      auto last = static_cast<std::int64_t>(epoch.kinds.size()) - 1;
      while (last >= epoch.first && epoch.kinds[static_cast<std::size_t>(last)] == "hole") {
        --last;
      }
      if (last < epoch.first) {
        continue;
      }
      const auto applied = applied_.find(partition);
      if (applied == applied_.end() || applied->second.upto < last ||
          applied->second.incarnation != incarnation_of(source_[partition].size() - 1)) {
        return false;
      }
    }
    return actors_.empty() || actors_.back().pump->caught_up();
  }

  Options options_;
  std::mt19937_64 random_;
  FakeClock clock_{Instant(Millis(1'795'313'580'000))};
  std::array<std::vector<Epoch>, kPartitions> source_;
  std::vector<Actor> actors_;
  std::vector<LogEntry> log_;
  std::vector<LogEntry> in_the_air_;
  std::size_t engine_position_ = 0;
  Applied applied_;
  std::vector<Applied> snapshots_;
  std::set<std::string> heard_;
  Engine engine_{"region", [](const std::string&) { return BundlePtr(); }};
  Effects effects_;
  bool healing_ = false;
  std::string harm_;
};

/// Reads the world's source as a topic or a file is read.
class World::ModelReader : public Reader {
 public:
  explicit ModelReader(World& world) : world_(world) {}

  Result<std::vector<StreamStart>> begin(const std::vector<AppliedRecord>& applied) override {
    std::vector<StreamStart> starts;
    cursors_.clear();
    for (std::size_t partition = 0; partition < kPartitions; ++partition) {
      const std::size_t epoch_index = world_.source_[partition].size() - 1;
      const Epoch& epoch = world_.source_[partition].back();
      StreamStart start{"topic",
                        static_cast<std::int32_t>(partition),
                        incarnation_of(epoch_index),
                        -1,
                        -1,
                        static_cast<std::int64_t>(epoch.kinds.size()) - 1};
      for (const AppliedRecord& record : applied) {
        if (record.partition == start.partition && record.incarnation == start.incarnation) {
          start.after = record.upto;
        }
      }
      if (epoch.first - 1 > start.after) {
        start.gone_upto = epoch.first - 1;
      }
      cursors_.push_back({epoch_index, std::max(start.after, start.gone_upto) + 1});
      starts.push_back(std::move(start));
    }
    return starts;
  }

  Result<std::vector<SourceEvent>> poll(std::size_t /*max*/, Millis /*wait*/) override {
    std::vector<SourceEvent> events;
    if (!world_.healing_ && world_.chance(5)) {
      return fail(ErrorCode::unavailable, "cannot read", "", Remedy::retry);
    }
    for (std::size_t partition = 0; partition < kPartitions; ++partition) {
      Cursor& cursor = cursors_[partition];
      const Epoch& epoch = world_.source_[partition].back();
      if (cursor.epoch != world_.source_[partition].size() - 1 || cursor.next < epoch.first) {
        events.emplace_back(StreamsChanged{"not what it was"});
        return events;
      }
      const auto size = static_cast<std::int64_t>(epoch.kinds.size());
      const std::size_t few = world_.healing_ ? 1000 : world_.below(6);
      for (std::size_t i = 0; i < few && cursor.next < size; ++i, ++cursor.next) {
        cursor.end_said = false;
        const std::string& kind = epoch.kinds[static_cast<std::size_t>(cursor.next)];
        if (kind != "hole") {
          ReadRecord read = record(cursor.next, kind, partition);
          read.value = payload(id_of(cursor.epoch, partition, cursor.next), kind);
          events.emplace_back(std::move(read));
        }
      }
      if (cursor.next == size && !cursor.end_said && (world_.healing_ || world_.chance(60))) {
        cursor.end_said = true;
        events.emplace_back(EndReached{partition, size - 1});
      }
    }
    return events;
  }

  void release(std::size_t, std::int64_t) override {}
  Result<bool> grown() override { return false; }
  void interrupt() override {}

 private:
  struct Cursor {
    std::size_t epoch;
    std::int64_t next;
    bool end_said = false;
  };
  World& world_;
  std::vector<Cursor> cursors_;
};

void World::start_actor() {
  const bool maybe_is_down = chance(50);
  Actor actor;
  actor.journal = std::make_unique<FakeJournal>(
      [this, maybe_is_down](const std::vector<std::string>& values) { return append_all(values, maybe_is_down); });
  actor.told = snapshots_.size() - 1 - below(std::min<std::size_t>(snapshots_.size(), 4));
  std::vector<AppliedRecord> records;
  for (const auto& [partition, record] : snapshots_[actor.told]) {
    records.push_back(record);
  }
  actor.pump = std::make_unique<SourcePump>(
      "tool", test_decoder("tool", maybe_is_down), std::make_unique<ModelReader>(*this), *actor.journal, clock_,
      records, PumpHooks{[](const std::string&, const Error&) {}, [](const std::string&, const std::string&) {}});
  actors_.push_back(std::move(actor));
}

struct Harm {
  std::uint64_t seed;
  std::string what;
};

std::optional<Harm> first_harm(Options options, std::uint64_t seeds) {
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const std::string what = World(seed, options).run();
    if (!what.empty()) {
      return Harm{seed, what};
    }
  }
  return std::nullopt;
}

TEST(Model, EachRecordIsAppliedOnce) {
  const auto harm = first_harm({Plant::none, false}, 2000);
  EXPECT_FALSE(harm) << "seed " << harm->seed << ": " << harm->what;
}

TEST(Model, EachRecordIsAppliedOnceThoughStreamsAreMadeAnew) {
  const auto harm = first_harm({Plant::none, true}, 2000);
  EXPECT_FALSE(harm) << "seed " << harm->seed << ": " << harm->what;
}

struct PlantCase {
  const char* name;
  Options options;
};

class PlantedFault : public testing::TestWithParam<PlantCase> {};

TEST_P(PlantedFault, IsFound) {
  const auto harm = first_harm(GetParam().options, 2000);
  ASSERT_TRUE(harm) << "no schedule of 2000 found it";
  RecordProperty("seed", std::to_string(harm->seed));
  RecordProperty("harm", harm->what);
}

INSTANTIATE_TEST_SUITE_P(Plants, PlantedFault,
                         testing::Values(PlantCase{"NoAfter", {Plant::no_after, false}},
                                         PlantCase{"NoUpperBound", {Plant::no_upper_bound, false}},
                                         PlantCase{"NoCompareAndSet", {Plant::no_compare_and_set, true}},
                                         PlantCase{"NoEmptyInputs", {Plant::no_empty_inputs, false}},
                                         PlantCase{"ResendInSameProducer", {Plant::resend_in_same_producer, false}}),
                         [](const auto& p) { return std::string(p.param.name); });

}  // namespace
}  // namespace avbrottsvakt::test
