#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/civil.h"
#include "model/signal.h"

namespace avbrottsvakt {

// What people wrote under config/sources/, typed, but not yet checked against itself. The words are those of
// proto/avbrottsvakt/v1/source.proto, where each is explained. Pointers are JSON Pointers (RFC 6901).

enum class Decode : std::uint8_t { json, ndjson, protobuf_signal, command_json, cloudevents };

/// Whether records are mapped to signals; the others carry finished values.
inline bool is_mapped(Decode decode) {
  return decode == Decode::json || decode == Decode::ndjson || decode == Decode::cloudevents;
}

/// A pointer and the text that must stand there.
struct PointedValue {
  std::string pointer;
  std::string value;
  friend bool operator==(const PointedValue&, const PointedValue&) = default;
};

struct WhenSpec {
  std::optional<std::string> present;
  std::optional<std::string> absent;
  std::vector<PointedValue> equals;
  std::vector<PointedValue> differs = {};
  friend bool operator==(const WhenSpec&, const WhenSpec&) = default;
};

/// What a value of the payload means.
enum class Meaning : std::uint8_t { up, degraded, down, ignore };

struct ConditionSpec {
  std::optional<Meaning> is;
  std::optional<std::string> from;
  std::vector<std::pair<std::string, Meaning>> map;
  std::optional<Meaning> absent;
  std::optional<Meaning> otherwise;
  std::vector<std::pair<std::string, Meaning>> endings;
  std::vector<ConditionSpec> instead;  ///< none or one
  friend bool operator==(const ConditionSpec&, const ConditionSpec&) = default;
};

enum class ZeroTime : std::uint8_t { refuse, open };

struct AtSpec {
  std::optional<std::string> rfc3339;
  std::optional<std::string> seconds;
  std::optional<std::string> nanoseconds;
  std::optional<std::string> milliseconds;
  ZeroTime zero = ZeroTime::refuse;
  bool received = false;
  std::vector<AtSpec> instead;  ///< none or one
  friend bool operator==(const AtSpec&, const AtSpec&) = default;
};

enum class KeySpelling : std::uint8_t { as_written, hex_fingerprint, decimal_fingerprint };

struct LabelFrom {
  std::string name;
  std::string from;
  friend bool operator==(const LabelFrom&, const LabelFrom&) = default;
};

/// Exactly one of name_from and name.
struct LabelListSpec {
  std::string from;
  std::optional<std::string> name_from;
  std::optional<std::string> name;
  std::optional<std::string> value_from;
  friend bool operator==(const LabelListSpec&, const LabelListSpec&) = default;
};

struct SignalRuleSpec {
  WhenSpec when;
  std::vector<std::string> key;
  KeySpelling key_spelling = KeySpelling::as_written;
  ConditionSpec condition;
  AtSpec at;
  std::vector<std::string> labels_from;
  std::vector<LabelFrom> labels;
  std::vector<std::string> summary;
  std::vector<LabelListSpec> labels_from_lists;
  Origin origin = Origin::monitoring;
  std::optional<Millis> expect_within;
  friend bool operator==(const SignalRuleSpec&, const SignalRuleSpec&) = default;
};

enum class Unmatched : std::uint8_t { refuse, ignore };

struct MappingSpec {
  std::string source;
  Decode decode = Decode::json;
  std::optional<ZoneTable> zone;  ///< of stamps without an offset; absent: they are refused
  std::vector<PointedValue> expect;
  std::optional<std::string> iterate;
  std::vector<WhenSpec> skip;
  std::vector<SignalRuleSpec> signals;
  Unmatched unmatched = Unmatched::refuse;
  friend bool operator==(const MappingSpec&, const MappingSpec&) = default;
};

/// Where the records of a source come from.
struct KafkaTopicInput {
  std::string topic;
  std::string bootstrap;  ///< empty: the cluster of the journal
  std::vector<std::pair<std::string, std::string>> settings;
  std::vector<std::pair<std::string, std::string>> credentials;  ///< setting, and the credential that is its value
  friend bool operator==(const KafkaTopicInput&, const KafkaTopicInput&) = default;
};
struct FileInput {
  std::string path;
  friend bool operator==(const FileInput&, const FileInput&) = default;
};
struct StandardInput {
  friend bool operator==(const StandardInput&, const StandardInput&) = default;
};

/// One source, whole.
struct SourceSpec {
  std::string domain;
  std::optional<std::variant<KafkaTopicInput, FileInput, StandardInput>>
      input;  ///< absent: the daemon does not read it
  MappingSpec mapping;
  friend bool operator==(const SourceSpec&, const SourceSpec&) = default;
};

}  // namespace avbrottsvakt
