#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/time.h"

namespace avbrottsvakt {

/// The record that every commit writes beside the state: what it must agree with.
///
/// As text, so that a person with any Kafka client can read it: "v1 next=17 sequence=4 now=1795312380000".
struct KafkaMeta {
  std::int64_t next_position = 0;  ///< of the first input not yet applied; equals the group's committed offset
  std::int64_t sequence = 0;       ///< counts the commits of the domain, without gaps
  LogTime now{};
  friend bool operator==(const KafkaMeta&, const KafkaMeta&) = default;
};

std::string encode(const KafkaMeta& meta);
/// Errors: corrupt; incompatible (another version).
[[nodiscard]] Result<KafkaMeta> decode_meta(std::string_view text);

/// "v1 name=value name=value": what is after v1. Values have no spaces. Errors: corrupt; incompatible.
using TextFields = std::map<std::string, std::string, std::less<>>;
[[nodiscard]] Result<TextFields> decode_fields(std::string_view text);
/// A field that must be there and be a number, at least 0. Errors: corrupt.
[[nodiscard]] Result<std::int64_t> number_field(const TextFields& fields, std::string_view name);

/// Keys of the state topic. Domains that share a partition keep apart by them.
std::string state_key(const std::string& domain, std::string_view key);
std::string meta_key(const std::string& domain);

}  // namespace avbrottsvakt
