#include "app/exercise.h"

#include <utility>

#include "wire/input.h"

namespace avbrottsvakt {
namespace {

// A turn on Kafka waits for the broker; long before this the broker is gone.
constexpr Millis kTurnMax{60'000};

}  // namespace

Drill::Drill(Journal& journal, Owner::Options options, Observer observer)
    : journal_(journal), owner_(journal, std::move(options)), observer_(std::move(observer)) {}

Result<std::vector<Output>> Drill::hear(const Input& input) {
  const std::string encoded = encode_input(input);
  if (Result<void> done = journal_.append_stamped(encoded, input.stamp); !done) {
    return fail(std::move(done.error()));
  }
  if (observer_.appended) {
    observer_.appended(input.stamp, encoded);
  }
  Result<Owner::Turn> turn = owner_.turn(kTurnMax);
  if (!turn) {
    return fail(std::move(turn.error()));
  }
  if (turn->inputs != 1) {
    return fail(ErrorCode::unavailable, "the journal did not give back what was appended to it within a minute",
                "look at the broker's log");
  }
  ++inputs_;
  observer_.said(*turn);
  return std::move(turn->outputs);
}

Result<void> Drill::play(const Script& script, const std::string& bundle_hash, const std::string& bundle_bytes) {
  if (Result<void> owned = owner_.take_over(nullptr); !owned) {
    return owned;
  }
  if (!owner_.fresh()) {
    return fail(ErrorCode::conflict, "something was played in this journal before",
                "give --journal a new file, or a new prefix on Kafka");
  }
  if (Result<void> stored = journal_.store_bundle(bundle_hash, bundle_bytes); !stored) {
    return stored;
  }
  Input first;
  first.stamp = script.start;
  first.body = Activate{bundle_hash, "", true};
  if (const Result<std::vector<Output>> done = hear(first); !done) {
    return fail(done.error());
  }
  return avbrottsvakt::play(script, *this, [&](const ScriptEvent& event) { observer_.heard(event.at, event.say); });
}

}  // namespace avbrottsvakt
