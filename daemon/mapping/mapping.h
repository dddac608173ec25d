#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/spec_fault.h"
#include "mapping/spec.h"
#include "model/input.h"
#include "model/limits.h"
#include "model/signal.h"

namespace avbrottsvakt {

/// Why a record, or a part of it, could not be read.
struct Refusal {
  std::string stage;    ///< "decode": it is not what the source says it sends; "mapping": the mapping does not know it
  std::string error;    ///< a short constant name: "invalid_json", "too_large", "unmapped"
  std::string message;  ///< the first reasons, each with its place in the payload; at most 2 KiB, printable
};

/// What a mapping reads of a record.
struct Payload {
  std::string_view value;
  std::span<const Header> headers = {};            ///< as the record has them; only decode cloudevents looks at them
  std::optional<Instant> received = std::nullopt;  ///< when it was put on its topic, or its line was read
};

/// What one record became. Both may be there: what can be read is used, and the record goes to the dead letters
/// besides, so that the rest is not lost.
struct Mapped {
  std::vector<Signal> signals;  ///< in the order of the payload
  std::optional<Refusal> refusal;
};

/// What a payload may take, besides the bounds of model/limits.h; beyond, it is refused with the bound in the reason.
inline constexpr std::size_t kPayloadBytesMax = std::size_t{10} * 1024 * 1024;
inline constexpr std::size_t kPayloadDepthMax = 64;
/// Texts of all signals of one record. Leaves room in an Input for the record itself, should a part be unreadable.
inline constexpr std::size_t kSignalTextBytesMax = std::size_t{4} * 1024 * 1024;
static_assert(kPayloadBytesMax + kSignalTextBytesMax < kInputBytesMax, "what cannot be read must be kept whole");

/// A compiled mapping of JSON payloads to Signals. A pure function of the Payload: any bytes give signals, a refusal,
/// both or (nothing to tell) neither; no bytes make it fail otherwise.
///
/// An element of which one rule cannot be carried out gives no signal at all: half of what was said may be false.
/// Of a member that comes twice in one object, the first counts.
///
/// Memory:  about twelve times the payload while it is mapped; what a payload above 1 MiB took is given back.
/// Threads: one owner; not synchronised.
class Mapping {
 public:
  struct Compiled {
    std::unique_ptr<Mapping> mapping;  ///< null if there are faults, or nothing to map
    SpecFaults faults;                 ///< with paths as in YAML: "signals[0].condition.map"
  };
  /// Of decode json, ndjson or cloudevents. The others need no mapping: they give null, and faults only if there are
  /// rules.
  static Compiled compile(const MappingSpec& spec);

  Mapped map(const Payload& payload);
  /// The same of a record without headers, of which it is not known when it was received.
  Mapped map(std::string_view value) { return map(Payload{value}); }

  const std::string& source() const;
  /// Of all that decides what signals are made, so that the same payload and hash always give the same signals.
  const std::string& hash() const;

  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

 private:
  struct Impl;
  explicit Mapping(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// The hash of a mapping as its signals carry it.
std::string mapping_hash(const MappingSpec& spec);

}  // namespace avbrottsvakt
