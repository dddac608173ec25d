#include "journal/memory_journal.h"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include "base/check.h"

namespace avbrottsvakt {

struct MemoryStore::Contents {
  explicit Contents(bool is_exercise) : exercise(is_exercise) {}

  const bool exercise;
  std::mutex mutex;  ///< for all below
  std::condition_variable wake;
  std::vector<Journal::Record> inputs;  ///< input i has position i + 1
  std::map<std::string, std::string> state;
  std::vector<EmbeddedJournal::StoredOutput> outputs;
  std::set<std::string> output_ids;
  std::map<std::string, std::string> positions;
  std::map<std::string, std::string> bundles;
  std::int64_t epoch = 0;
  std::int64_t next_position = 1;
  std::optional<LogTime> now;  ///< of the last commit

  std::int64_t end_position() const { return static_cast<std::int64_t>(inputs.size()) + 1; }
};

MemoryStore::MemoryStore(bool exercise) : contents_(std::make_unique<Contents>(exercise)) {}
MemoryStore::~MemoryStore() = default;

namespace {

class MemoryJournal final : public EmbeddedJournal {
 public:
  MemoryJournal(std::shared_ptr<MemoryStore> store, const Clock& clock)
      : store_(std::move(store)), contents_(store_->contents()), clock_(clock) {}

  Result<Restored> take_over(const std::function<void(std::int64_t)>& /*progress*/) override {
    const std::lock_guard lock(contents_.mutex);
    epoch_ = ++contents_.epoch;
    read_position_ = contents_.next_position;
    Restored restored;
    for (const auto& [key, value] : contents_.state) restored.state.push_back({key, value});
    restored.next_position = contents_.next_position;
    restored.fresh = !contents_.now.has_value();
    return restored;
  }

  Result<std::vector<Record>> poll(std::size_t max, Millis wait) override {
    std::unique_lock lock(contents_.mutex);
    if (epoch_ != contents_.epoch) return fenced();
    const Millis longest{std::chrono::hours{1}};
    contents_.wake.wait_for(lock, std::clamp(wait, Millis{0}, longest),
                            [&] { return interrupted_ || contents_.end_position() > read_position_; });
    interrupted_ = false;
    const auto waiting = static_cast<std::size_t>(contents_.end_position() - read_position_);
    const auto first = contents_.inputs.begin() + (read_position_ - 1);
    std::vector<Record> records(first, first + static_cast<std::ptrdiff_t>(std::min(waiting, max)));
    read_position_ += static_cast<std::int64_t>(records.size());
    return records;
  }

  Result<void> commit(const Commit& commit) override {
    const std::lock_guard lock(contents_.mutex);
    if (epoch_ != contents_.epoch) return fenced();
    AV_CHECK(commit.next_position >= contents_.next_position && commit.next_position <= read_position_);
    // All ids first: a commit that is refused changes nothing.
    std::set<std::string> ids;
    for (const OutputRecord& output : commit.outputs) {
      if (contents_.output_ids.count(output.id) != 0 || !ids.insert(output.id).second) {
        epoch_ = kNotOwner;
        return fail(ErrorCode::conflict, "the output " + output.id + " has been said before",
                    "this is a fault of the program: report it");
      }
    }
    contents_.output_ids.merge(ids);
    for (const OutputRecord& output : commit.outputs) {
      contents_.outputs.push_back({static_cast<std::int64_t>(contents_.outputs.size()) + 1, output});
    }
    for (const Commit::Put& put : commit.state) {
      if (put.value) {
        contents_.state[put.key] = *put.value;
      } else {
        contents_.state.erase(put.key);
      }
    }
    for (const KeyValue& position : commit.positions) contents_.positions[position.key] = position.value;
    contents_.next_position = commit.next_position;
    contents_.now = commit.now;
    return {};
  }

  Result<std::optional<LogTime>> append(std::string_view value) override {
    const std::lock_guard lock(contents_.mutex);
    const LogTime wall = clock_.wall();
    const LogTime stamp = std::max(wall, last_stamp().value_or(wall));
    push(value, stamp);
    return stamp;
  }

  Result<void> append_stamped(std::string_view value, LogTime stamp) override {
    const std::lock_guard lock(contents_.mutex);
    if (!contents_.exercise) {
      return fail(ErrorCode::invalid_input, "only an exercise sets its own stamps", "open the store for an exercise");
    }
    if (const auto last = last_stamp(); last && stamp < *last) {
      return fail(ErrorCode::invalid_input,
                  "the stamp " + format_instant(stamp) + " lies before the last, " + format_instant(*last),
                  "order the exercise's events by time");
    }
    push(value, stamp);
    return {};
  }

  Result<void> store_bundle(const std::string& hash, std::string_view bytes) override {
    const std::lock_guard lock(contents_.mutex);
    contents_.bundles.emplace(hash, bytes);
    return {};
  }

  Result<std::string> load_bundle(const std::string& hash) override {
    const std::lock_guard lock(contents_.mutex);
    const auto found = contents_.bundles.find(hash);
    if (found == contents_.bundles.end()) return fail(ErrorCode::not_found, "the journal holds no bundle " + hash);
    return found->second;
  }

  Result<std::vector<StoredOutput>> read_outputs(std::int64_t after_sequence, std::size_t max) override {
    const std::lock_guard lock(contents_.mutex);
    const auto size = static_cast<std::int64_t>(contents_.outputs.size());
    const auto first = contents_.outputs.begin() + std::clamp(after_sequence, std::int64_t{0}, size);
    const auto count = std::min(max, static_cast<std::size_t>(contents_.outputs.end() - first));
    return std::vector<StoredOutput>(first, first + static_cast<std::ptrdiff_t>(count));
  }

  void interrupt() override {
    const std::lock_guard lock(contents_.mutex);
    interrupted_ = true;
    contents_.wake.notify_all();
  }

  void close() override {
    const std::lock_guard lock(contents_.mutex);
    epoch_ = kNotOwner;
  }

 private:
  static tl::unexpected<Error> fenced() {
    return fail(ErrorCode::fenced, "another owner has taken over the journal, or nobody has", "take it over again");
  }
  std::optional<LogTime> last_stamp() const {
    return contents_.inputs.empty() ? contents_.now
                                    : std::max(contents_.now, std::optional(contents_.inputs.back().stamp));
  }
  void push(std::string_view value, LogTime stamp) {
    contents_.inputs.push_back({contents_.end_position(), stamp, std::string(value)});
    contents_.wake.notify_all();
  }

  const std::shared_ptr<MemoryStore> store_;
  MemoryStore::Contents& contents_;
  const Clock& clock_;
  static constexpr std::int64_t kNotOwner = -1;
  std::int64_t epoch_ = kNotOwner;
  std::int64_t read_position_ = 1;
  bool interrupted_ = false;
};

}  // namespace

std::unique_ptr<EmbeddedJournal> open_memory_journal(std::shared_ptr<MemoryStore> store, const Clock& clock) {
  return std::make_unique<MemoryJournal>(std::move(store), clock);
}

}  // namespace avbrottsvakt
