#include "app/replay.h"

#include <utility>

#include "app/owner.h"
#include "wire/bundle.h"
#include "wire/input.h"

namespace avbrottsvakt {

Replay::Replay(Source source, Observer observer) : source_(std::move(source)), observer_(std::move(observer)) {}

tl::unexpected<Error> Replay::no_beginning() const {
  return fail(ErrorCode::invalid_input, source_.name + " does not begin where a log does, with the first activation",
              "what was said rests on all that was heard: take the whole log, from its beginning");
}

Result<BundlePtr> Replay::bundle(const std::string& hash) {
  if (const auto known = bundles_.find(hash); known != bundles_.end()) {
    return known->second;
  }
  const Result<std::string> bytes = source_.bundle(hash);
  if (!bytes) {
    return fail(bytes.error());
  }
  if (bundle_hash(*bytes) != hash) {
    return fail(ErrorCode::corrupt, source_.name + " holds other bytes for bundle " + hash + " than its hash says");
  }
  Result<BundlePtr> compiled = compile_bundle(*bytes);
  if (!compiled) {
    return compiled;
  }
  if (observer_.bundle) {
    observer_.bundle(hash, *bytes);
  }
  bundles_.emplace(hash, *compiled);
  return compiled;
}

Result<void> Replay::step(const Input& input) {
  if (const auto* activate = std::get_if<Activate>(&input.body)) {
    // As the owner: the engine takes it for granted that a bundle that it steps over can be read, and an activation
    // that comes too late needs none.
    if (activate->expected_previous == engine_->bundle_hash()) {
      if (Result<BundlePtr> needed = bundle(activate->hash); !needed) {
        return fail(std::move(needed.error()));
      }
    }
  }
  Effects effects;
  engine_->step(input, effects);
  // Nobody keeps the state; what has changed since would only pile up.
  static_cast<void>(engine_->take_changes());
  if (!effects.outputs.empty()) {
    observer_.said(effects.outputs);
  }
  return {};
}

Result<void> Replay::begin(const Activate& first) {
  if (!first.expected_previous.empty()) {
    return no_beginning();
  }
  Result<BundlePtr> in_force = bundle(first.hash);
  if (!in_force) {
    return fail(std::move(in_force.error()));
  }
  engine_ = std::make_unique<Engine>((*in_force)->domain, [this](const std::string& hash) {
    const auto known = bundles_.find(hash);
    return known == bundles_.end() ? nullptr : known->second;
  });
  for (const Input& input : std::exchange(waiting_, {})) {
    if (Result<void> done = step(input); !done) {
      return done;
    }
  }
  return {};
}

Result<void> Replay::hear(std::int64_t position, LogTime stamp, const std::string& encoded) {
  Result<Input> input = decode_input(encoded, stamp);
  if (!input && input.error().action == Remedy::stop) {
    return fail(std::move(input.error()));
  }
  if (!input) {
    input = unreadable_input(input.error(), encoded, position, stamp);
  }
  if (engine_ == nullptr) {
    const auto* first = std::get_if<Activate>(&input->body);
    if (first == nullptr) {
      if (waiting_.size() == kBeforeActivationMax) {
        return no_beginning();
      }
      waiting_.push_back(std::move(*input));
      return {};
    }
    if (Result<void> begun = begin(*first); !begun) {
      return begun;
    }
  }
  return step(*input);
}

Result<void> Replay::end() const {
  if (engine_ == nullptr && !waiting_.empty()) {
    return no_beginning();
  }
  return {};
}

}  // namespace avbrottsvakt
