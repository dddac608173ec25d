#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.h"

namespace avbrottsvakt {

/// Somebody has seen the incident and answers for it. Stops repeats, never a clock; the first one is when the
/// incident became known.
struct Acknowledge {
  std::string incident;  ///< its number, 2026-0001
};

/// A named role says whether an activity really is limited.
struct ConfirmLimited {
  std::string incident;
  std::string activity;
  bool limited = true;
};

enum class Answer : std::uint8_t { no, yes, not_known };

/// A person answers a fact that criteria ask for.
struct AnswerFact {
  std::string incident;
  std::string fact;  ///< FACT, or FACT:ACTIVITY for what one activity answers
  Answer answer = Answer::not_known;
  std::string reference = {};  ///< the number under which it is recorded elsewhere; no narrative
};

/// A report has been submitted. Later stages may count from it.
struct Submitted {
  std::string incident;
  std::string regime;
  std::string duty_holder;
  std::string stage;
};

/// The authority has asked for a report that is made only when it is asked for.
struct Requested {
  std::string incident;
  std::string regime;
  std::string duty_holder;
  std::string stage;
};

/// What a person says. Recognised by its id: the same one twice is one.
struct Command {
  std::string id;               ///< chosen by the sender, unique, at most 128 bytes
  std::string by;               ///< the role
  std::optional<EventTime> at;  ///< when it happened, if it is entered afterwards; else the stamp
  std::variant<Acknowledge, ConfirmLimited, AnswerFact, Submitted, Requested> body;
};

}  // namespace avbrottsvakt
