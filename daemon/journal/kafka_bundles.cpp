#include "journal/kafka_bundles.h"

#include <cstdint>
#include <map>
#include <optional>

#include "base/digest.h"
#include "journal/kafka_meta.h"
#include "kafka/appender.h"
#include "kafka/source_consumer.h"

namespace avbrottsvakt {
namespace {

using kafka::Appender;
using kafka::SourceConsumer;

constexpr std::size_t kChunkBytes = 512 << 10;
constexpr std::size_t kBundleBytesMax = 64 << 20;
constexpr Millis kEndsLimit{10'000};
constexpr Millis kSlice{200};
constexpr std::size_t kBatch = 1'000;
constexpr std::chrono::seconds kReadLimit{60};

std::string chunk_key(const std::string& hash, std::size_t index) {
  const std::string digits = std::to_string(index);
  return hash + "/" + std::string(6 - std::min<std::size_t>(6, digits.size()), '0') + digits;
}

std::string manifest_key(const std::string& hash) { return hash + "/manifest"; }

std::string manifest_of(std::string_view bytes, std::size_t chunks) {
  return "v1 bytes=" + std::to_string(bytes.size()) + " chunks=" + std::to_string(chunks) +
         " sha256=" + sha256_hex(bytes);
}

/// All records of one bundle, by key.
Result<std::map<std::string, std::string>> parts_of(const kafka::Connection& connection, const std::string& topic,
                                                    const Clock& clock, const std::string& hash) {
  auto reader = SourceConsumer::open(connection, {topic, SourceConsumer::Isolation::uncommitted});
  if (!reader) return fail(reader.error());
  const auto ends = (*reader)->ends(0, kEndsLimit);
  if (!ends) return fail(ends.error());
  std::map<std::string, std::string> parts;
  if (ends->first == ends->next) return parts;
  if (auto ok = (*reader)->assign({{0, ends->first}}); !ok) return fail(ok.error());
  const auto began = clock.steady();
  while (clock.steady() - began < kReadLimit) {
    auto events = (*reader)->poll(kBatch, kSlice);
    if (!events) return fail(events.error());
    for (auto& event : *events) {
      if (auto* record = std::get_if<kafka::Record>(&event)) {
        if (record->key && record->value && record->key->starts_with(hash + "/")) {
          parts.insert_or_assign(std::move(*record->key), std::move(*record->value));
        }
      } else if (const auto* end = std::get_if<SourceConsumer::EndReached>(&event)) {
        if (end->offset >= ends->next) return parts;
      } else {
        return fail(ErrorCode::corrupt, topic + " was truncated while it was read",
                    "find out who deletes records from the topic of bundles");
      }
    }
  }
  return fail(ErrorCode::unavailable, "cannot read " + topic + " to its end within a minute",
              "check that the brokers answer", Remedy::retry);
}

}  // namespace

Result<void> store_bundle(const kafka::Connection& connection, const std::string& topic, const Clock& clock,
                          const std::string& hash, std::string_view bytes) {
  if (bytes.size() > kBundleBytesMax) {
    return fail(ErrorCode::limit, "the bundle has " + std::to_string(bytes.size()) + " bytes, at most 64 MiB",
                "split the catalogue into domains");
  }
  const auto stored = load_bundle(connection, topic, clock, hash);
  if (stored && *stored == bytes) return {};
  if (stored) return fail(ErrorCode::conflict, "bundle " + hash + " is stored with other bytes");
  if (!stored && stored.error().action == Remedy::retry) return fail(stored.error());
  // Not there, or not whole: the same keys are written again.
  auto appender = Appender::open(connection, {topic, 0});
  if (!appender) return fail(appender.error());
  const std::size_t chunks = (bytes.size() + kChunkBytes - 1) / kChunkBytes;
  for (std::size_t i = 0; i < chunks; ++i) {
    const auto chunk = bytes.substr(i * kChunkBytes, kChunkBytes);
    if (auto ok = (*appender)->append_and_wait({chunk_key(hash, i), chunk}); !ok) return fail(ok.error());
  }
  if (auto ok = (*appender)->append_and_wait({manifest_key(hash), manifest_of(bytes, chunks)}); !ok) {
    return fail(ok.error());
  }
  return {};
}

Result<std::string> load_bundle(const kafka::Connection& connection, const std::string& topic, const Clock& clock,
                                const std::string& hash) {
  const auto parts = parts_of(connection, topic, clock, hash);
  if (!parts) return fail(parts.error());
  const auto manifest = parts->find(manifest_key(hash));
  if (manifest == parts->end()) {
    return fail(ErrorCode::not_found, "there is no bundle " + hash + " in " + topic,
                "store it again: activate the files that it was made from");
  }
  const auto fields = decode_fields(manifest->second);
  if (!fields) return fail(fields.error());
  const auto chunks = number_field(*fields, "chunks");
  if (!chunks) return fail(chunks.error());
  std::string bytes;
  for (std::size_t i = 0; i < static_cast<std::size_t>(*chunks) && bytes.size() <= kBundleBytesMax; ++i) {
    const auto chunk = parts->find(chunk_key(hash, i));
    if (chunk == parts->end()) break;
    bytes += chunk->second;
  }
  if (manifest_of(bytes, static_cast<std::size_t>(*chunks)) != manifest->second) {
    return fail(ErrorCode::corrupt, "bundle " + hash + " in " + topic + " is not what was stored",
                "store it again: activate the files that it was made from");
  }
  return bytes;
}

}  // namespace avbrottsvakt
