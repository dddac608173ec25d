#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

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

/// Work on a service that has been approved: inside [from, until) what is wrong with the service itself is no outage,
/// but for the activities that have not agreed. About no incident.
///
/// Refused, as a dead letter that says why, unless it was approved (Command::at, else the stamp) before it begins, ends
/// after it begins and at most kMaintenanceMax later, names a service and activities of the catalogue, and is one of at
/// most kMaintenancesMax. A reference that was used before plans the same work anew, as long as that has not begun.
struct PlanMaintenance {
  std::string reference;  ///< what people call it: the number of the change
  std::string service;
  EventTime from{};
  EventTime until{};
  /// The work's own point of no return, from <= return_by < until: if restoring has not begun by then, it overruns.
  std::optional<EventTime> return_by;
  std::string approved_by;          ///< the role
  std::vector<std::string> agreed;  ///< activities, at most kAgreedMax; the clocks of all others run
};

/// Why these times cannot be planned, and how to mend it; nothing if they can. What else is refused needs the catalogue
/// and what is planned already.
std::optional<std::string> refusal_of_times(const PlanMaintenance& work, EventTime approved_at);

/// The work is off, or over: the window ends when this is said, and never opens if it has not begun.
struct CancelMaintenance {
  std::string reference;
};

/// What a person says. Recognised by its id: the same one twice is one.
struct Command {
  std::string id;               ///< chosen by the sender, unique, at most 128 bytes
  std::string by;               ///< the role
  std::optional<EventTime> at;  ///< when it happened, if it is entered afterwards; else the stamp
  std::variant<Acknowledge, ConfirmLimited, AnswerFact, Submitted, Requested, PlanMaintenance, CancelMaintenance> body;
};

}  // namespace avbrottsvakt
