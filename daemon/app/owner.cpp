#include "app/owner.h"

#include <utility>

#include "app/restoring.h"
#include "wire/bundle.h"
#include "wire/input.h"
#include "wire/state.h"

namespace avbrottsvakt {

Input unreadable_input(const Error& error, std::string_view value, std::int64_t position, LogTime stamp) {
  Unreadable record;
  record.topic = "inputs";
  record.offset = position;
  record.value = std::string(value);
  record.stage = "log";
  record.error = to_string(error.code);
  record.message = error.message;
  Input input;
  input.stamp = stamp;
  input.body = Heard{{}, {std::move(record)}};
  return input;
}

Owner::Owner(Journal& journal, Options options) : journal_(journal), options_(std::move(options)) {}

BundlePtr Owner::bundle(const std::string& hash) {
  const auto known = bundles_.find(hash);
  if (known != bundles_.end()) {
    return known->second;
  }
  const auto remember = [&](Error error) {
    bundle_error_ = std::move(error);
    return nullptr;
  };
  const Result<std::string> bytes = journal_.load_bundle(hash);
  if (!bytes) {
    return remember(bytes.error());
  }
  Result<BundlePtr> compiled = compile_bundle(*bytes);
  if (!compiled) {
    return remember(compiled.error());
  }
  bundles_.emplace(hash, *compiled);
  return *compiled;
}

Result<void> Owner::take_over(const Progress& progress) {
  Result<Journal::Restored> restored = journal_.take_over(progress);
  if (!restored) {
    return fail(std::move(restored.error()));
  }
  fresh_ = restored->fresh;
  bundle_error_.reset();
  engine_ = std::make_unique<Engine>(options_.domain, [this](const std::string& hash) { return bundle(hash); });
  if (Result<void> built = restore(*engine_, std::move(restored->state)); !built) {
    return fail(bundle_error_.value_or(built.error()));
  }
  const std::lock_guard lock(mutex_);
  applied_ = engine_->applied();
  return {};
}

Journal::Commit Owner::encode(std::int64_t next_position, const std::vector<Output>& outputs) {
  Journal::Commit commit;
  commit.next_position = next_position;
  commit.now = engine_->now();
  for (StateChange& change : engine_->take_changes()) {
    Journal::Commit::Put put;
    put.key = std::move(change.key);
    if (change.record) {
      put.value = encode_state(*change.record);
      if (std::holds_alternative<const AppliedRecord*>(*change.record)) {
        commit.positions.push_back({put.key, *put.value});
      }
    }
    commit.state.push_back(std::move(put));
  }
  for (const Output& output : outputs) {
    EncodedOutput encoded = encode_output(output, options_.format);
    commit.outputs.push_back({std::move(encoded.topic), std::move(encoded.key), std::move(encoded.id),
                              std::move(encoded.value), std::move(encoded.headers)});
  }
  return commit;
}

Result<Owner::Turn> Owner::turn(Millis wait) {
  Result<std::vector<Journal::Record>> records = journal_.poll(options_.batch_max, wait);
  if (!records) {
    return fail(std::move(records.error()));
  }
  Turn turn;
  if (records->empty()) {
    return turn;
  }
  // After the wait, in which time has passed. Backlogs are old, and pass.
  const LogTime latest = options_.latest_stamp ? options_.latest_stamp() : kNever;
  Effects effects;
  for (const Journal::Record& record : *records) {
    if (record.stamp > latest) {
      turn.ahead = Ahead{record.position, record.stamp};
      break;
    }
    Result<Input> input = decode_input(record.value, record.stamp);
    if (!input && input.error().action == Remedy::stop) {
      return fail(std::move(input.error()));
    }
    if (!input) {
      input = unreadable_input(input.error(), record.value, record.position, record.stamp);
    }
    if (const auto* activate = std::get_if<Activate>(&input->body)) {
      // The engine takes it for granted that a bundle that it steps over can be read.
      bundle_error_.reset();
      if (activate->expected_previous == engine_->bundle_hash() && bundle(activate->hash) == nullptr) {
        return fail(*bundle_error_);
      }
    }
    engine_->step(*input, effects);
    ++turn.inputs;
  }
  if (turn.inputs == 0) {
    return turn;
  }
  const std::int64_t next_position = (*records)[turn.inputs - 1].position + 1;
  if (Result<void> done = journal_.commit(encode(next_position, effects.outputs)); !done) {
    return fail(std::move(done.error()));
  }
  fresh_ = false;
  turn.outputs = std::move(effects.outputs);
  turn.notes = std::move(effects.notes);
  const std::lock_guard lock(mutex_);
  applied_ = engine_->applied();
  return turn;
}

std::vector<AppliedRecord> Owner::applied() const {
  const std::lock_guard lock(mutex_);
  return applied_;
}

}  // namespace avbrottsvakt
