#pragma once

// What the conversions of this folder share. Includes generated Protobuf: only .cpp files of wire/ include it.

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "avbrottsvakt/v1/command.pb.h"
#include "avbrottsvakt/v1/common.pb.h"
#include "avbrottsvakt/v1/output.pb.h"
#include "avbrottsvakt/v1/signal.pb.h"
#include "avbrottsvakt/v1/state.pb.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/state.h"
#include "model/limits.h"

namespace avbrottsvakt::wire {

/// A message whose parts lie together, here while they fit: made and freed for each record, the pieces of memory that
/// it takes are a good part of what encoding and decoding cost. Only longer texts take their own.
template <typename Message>
class Compact {
 public:
  Compact() : arena_(options()), message_(*google::protobuf::Arena::CreateMessage<Message>(&arena_)) {}
  Compact(const Compact&) = delete;
  Compact& operator=(const Compact&) = delete;

  Message& operator*() { return message_; }
  Message* operator->() { return &message_; }

 private:
  google::protobuf::ArenaOptions options() {
    google::protobuf::ArenaOptions made;
    made.initial_block = block_.data();
    made.initial_block_size = block_.size();
    return made;
  }

  alignas(std::max_align_t) std::array<char, 4096> block_;
  google::protobuf::Arena arena_;
  Message& message_;
};

/// The Protobuf enum of a model enum. Each begins with UNSPECIFIED and then has the model's values in the model's
/// order, so that a value is the model's plus kOffset.
template <typename Model>
struct EnumOf;

template <auto Last, typename ProtoEnum, ProtoEnum ProtoLast, int Offset>
struct EnumPair {
  using Proto = ProtoEnum;
  static constexpr int kOffset = Offset;
  static constexpr int kMax = static_cast<int>(Last) + Offset;
  static_assert(static_cast<int>(ProtoLast) == kMax, "the enum of model/ and that of proto/ differ");
};

template <>
struct EnumOf<Condition> : EnumPair<Condition::down, v1::Condition, v1::Condition_MAX, 1> {};
template <>
struct EnumOf<Origin> : EnumPair<Origin::person, v1::Origin, v1::Origin_MAX, 1> {};
template <>
struct EnumOf<Level> : EnumPair<Level::emergency, v1::Level, v1::Level_MAX, 0> {};  // UNSPECIFIED is none
template <>
struct EnumOf<Basis> : EnumPair<Basis::confirmed, v1::Basis, v1::Basis_MAX, 1> {};
template <>
struct EnumOf<Confidence> : EnumPair<Confidence::high, v1::Confidence, v1::Confidence_MAX, 1> {};
template <>
struct EnumOf<SourceBasis> : EnumPair<SourceBasis::policy, v1::SourceBasis, v1::SourceBasis_MAX, 1> {};
template <>
struct EnumOf<Answer> : EnumPair<Answer::not_known, v1::Answer, v1::Answer_MAX, 1> {};
template <>
struct EnumOf<AlertReason> : EnumPair<AlertReason::overrun_ahead, v1::AlertReason, v1::AlertReason_MAX, 1> {};
template <>
struct EnumOf<AlertEntry::Share>
    : EnumPair<AlertEntry::Share::mta, v1::AlertEntry::Share, v1::AlertEntry::Share_MAX, 1> {};
template <>
struct EnumOf<Objective::Kind> : EnumPair<Objective::Kind::fallback, v1::Objective::Kind, v1::Objective::Kind_MAX, 1> {
};
template <>
struct EnumOf<Objective::State> : EnumPair<Objective::State::kept, v1::Objective::State, v1::Objective::State_MAX, 1> {
};
template <>
struct EnumOf<ActivationPrompt::Kind>
    : EnumPair<ActivationPrompt::Kind::withdrawn, v1::ActivationPrompt::Kind, v1::ActivationPrompt::Kind_MAX, 1> {};
template <>
struct EnumOf<ReportPrompt::Kind>
    : EnumPair<ReportPrompt::Kind::follow_up, v1::ReportPrompt::Kind, v1::ReportPrompt::Kind_MAX, 1> {};
template <>
struct EnumOf<ReportPrompt::Awareness>
    : EnumPair<ReportPrompt::Awareness::reported, v1::ReportPrompt::Awareness, v1::ReportPrompt::Awareness_MAX, 1> {};
template <>
struct EnumOf<StageState::CountsFrom>
    : EnumPair<StageState::CountsFrom::handled, v1::StageState::CountsFrom, v1::StageState::CountsFrom_MAX, 1> {};
template <>
struct EnumOf<DutyRecord::State>
    : EnumPair<DutyRecord::State::dismissed, v1::DutyRecordState::State, v1::DutyRecordState::State_MAX, 1> {};

template <>
struct EnumOf<MaintenanceRecord::Said>
    : EnumPair<MaintenanceRecord::Said::restored, v1::MaintenanceState::Said, v1::MaintenanceState::Said_MAX, 1> {};

template <typename Model>
typename EnumOf<Model>::Proto put_enum(Model value) {
  return static_cast<typename EnumOf<Model>::Proto>(static_cast<int>(value) + EnumOf<Model>::kOffset);
}

inline std::int64_t put_ms(Instant at) { return at.time_since_epoch().count(); }

/// The first thing that is wrong with a message that Protobuf itself could read.
class Fault {
 public:
  bool none() const { return what_.empty(); }
  const std::string& what() const { return what_; }
  void note(std::string what) {
    if (what_.empty()) what_ = std::move(what);
  }
  /// "signal.key must be at most 512 bytes"
  void expect(bool holds, std::string_view field, std::string_view expected) {
    if (!holds && what_.empty()) what_ = std::string(field) + " must be " + std::string(expected);
  }
  void at_most(std::size_t size, std::size_t max, std::string_view field) {
    if (size > max) expect(false, field, "at most " + std::to_string(max) + " bytes");
  }
  /// "labels must be at most 64"
  void no_more_than(std::size_t count, std::size_t max, std::string_view field) {
    if (count > max) expect(false, field, "at most " + std::to_string(max));
  }

 private:
  std::string what_;
};

template <typename Model>
Model take_enum(typename EnumOf<Model>::Proto value, std::string_view field, Fault& fault) {
  const int number = static_cast<int>(value);
  if (number < EnumOf<Model>::kOffset || number > EnumOf<Model>::kMax) {
    fault.expect(false, field, "one of the values that the schema names");
    return Model{};
  }
  return static_cast<Model>(number - EnumOf<Model>::kOffset);
}

inline Instant take_ms(std::int64_t ms) { return Instant{Millis{ms}}; }

inline std::optional<Instant> take_ms(bool present, std::int64_t ms) {
  return present ? std::optional<Instant>(take_ms(ms)) : std::nullopt;
}

/// Monitoring, the default, is left out: what was written before there were origins stays the same, byte for byte.
inline v1::Origin put_origin(Origin origin) {
  return origin == Origin::monitoring ? v1::ORIGIN_UNSPECIFIED : put_enum(origin);
}
inline Origin take_origin(v1::Origin origin, std::string_view field, Fault& fault) {
  return origin == v1::ORIGIN_UNSPECIFIED ? Origin::monitoring : take_enum<Origin>(origin, field, fault);
}

/// Of a heartbeat. Anything beyond the bounds is a fault.
inline std::optional<Millis> take_expect_within(bool present, std::int64_t ms, std::string_view field, Fault& fault) {
  if (!present) return std::nullopt;
  fault.expect(ms >= 1 && Millis{ms} <= kExpectWithinMax, field,
               "1 to " + std::to_string(kExpectWithinMax.count()) + " milliseconds");
  return Millis{ms};
}

/// Bytes that are the same for the same message, in the same build.
std::string serialize(const google::protobuf::Message& message);
/// False: not this message. Never prints.
bool parse(std::string_view bytes, google::protobuf::Message& message);

/// Parts that input and state share.
void put(const Labels& from, google::protobuf::RepeatedPtrField<v1::Label>& to);
/// One more label, if it keeps to the bounds.
void take_label(const std::string& name, const std::string& value, Labels& to, Fault& fault);
/// Sorts; a name that comes twice is a fault.
void tidy(Labels& labels, Fault& fault);
/// All of them, tidy.
void take(const google::protobuf::RepeatedPtrField<v1::Label>& from, Labels& to, Fault& fault);
void put(const Unreadable& from, v1::Unreadable& to);

}  // namespace avbrottsvakt::wire
