#include "app/restoring.h"

#include <algorithm>
#include <deque>
#include <future>
#include <span>
#include <thread>
#include <utility>

#include "wire/state.h"

namespace avbrottsvakt {
namespace {

/// Large enough that starting a thread for it is nothing, small enough that what waits to be taken in stays small.
constexpr std::size_t kPortion = 8'192;

Result<std::vector<StateRecord>> decode(std::span<Journal::KeyValue> portion) {
  std::vector<StateRecord> records;
  records.reserve(portion.size());
  for (Journal::KeyValue& item : portion) {
    Result<StateRecord> record = decode_state(item.key, item.value);
    if (!record) {
      return fail(std::move(record.error()));
    }
    records.push_back(std::move(*record));
    item = {};
  }
  return records;
}

}  // namespace

Result<void> restore(Engine& engine, std::vector<Journal::KeyValue> state) {
  const std::size_t ahead = std::max(1U, std::thread::hardware_concurrency());
  std::deque<std::future<Result<std::vector<StateRecord>>>> decoding;
  std::span<Journal::KeyValue> left = state;
  while (!left.empty() || !decoding.empty()) {
    while (!left.empty() && decoding.size() < ahead) {
      const std::size_t size = std::min(left.size(), kPortion);
      // A small state is decoded here: most are, and a thread would be more than they cost.
      const auto policy = state.size() <= kPortion ? std::launch::deferred : std::launch::async;
      decoding.push_back(std::async(policy, decode, left.first(size)));
      left = left.subspan(size);
    }
    Result<std::vector<StateRecord>> records = decoding.front().get();
    decoding.pop_front();
    if (!records) {
      return fail(std::move(records.error()));
    }
    for (StateRecord& record : *records) {
      if (Result<void> taken = engine.take_in(std::move(record)); !taken) {
        return taken;
      }
    }
  }
  return engine.restored();
}

}  // namespace avbrottsvakt
