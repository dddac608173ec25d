#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "engine/escalation.h"
#include "engine/obligation.h"
#include "engine/say.h"

namespace avbrottsvakt {

/// An entry of a reason, with nothing filled in but what it is about and since when.
AlertEntry entry_of(AlertReason reason, Named subject, Instant at);

/// What the ledger says of a reason; null if it was never said.
SaidReason* find_said(IncidentRecord& record, AlertReason reason, const std::string& subject, std::uint32_t step);

/// One judgement of one incident that has outages, at one instant: finds what should be said, compares it with the
/// ledger, says the difference and writes it into the ledger. Once per object.
class Judgement {
 public:
  /// `saying`, `reach` and `incident` must outlive this object. `held`: crossings up to then wait for their source.
  /// `after_absence`: what is found came due while nothing was heard.
  Judgement(const Saying& saying, const Reach& reach, Incident& incident, std::optional<LogTime> held,
            bool after_absence);

  /// Appends what is said. Returns when the incident must be judged again if nothing is heard; kNever if it need not.
  Instant run(std::vector<Output>& outputs);

 private:
  // What should be said.
  void find_reasons();
  /// In its place by instant; of equals the last.
  void add(Reason reason);
  void match();
  void drop_what_waits();
  void add_activations();
  void add_duties();
  void add_root();
  void add_recovery();
  void add_protected_mode();

  // The difference between that and what was said.
  void compare_reached(const Reason& reason, const SaidReason* said);
  void compare_said(const SaidReason& said);
  void compare_size();
  void take_back(const SaidReason& said);
  const Reason* most_urgent_repeat() const;
  void repeat();

  // Saying it.
  bool alert_is_due();
  void remember_alert();
  void say_activations();
  void propose(const ActivationDue& due);
  void withdraw_activations();
  void say_duties();
  void say_duty(const Duty& duty);
  /// The record of a duty. A merge can have brought a second one: the first that began goes on, with what was submitted
  /// for either; the other is taken back.
  DutyRecord& only_record_of(const Duty& duty);
  /// Some time after the end the activities that were hit are asked whether anything happened.
  void say_follow_ups();
  void say_follow_up(const FollowUpSpec& spec, const Node& activity);
  void say_alert(std::vector<Output>& outputs);

  bool waits(Instant at) const { return held_ && at <= *held_; }
  void wake(Instant at);
  const Catalogue& catalogue() const { return saying_.bundle.catalogue; }
  const EscalationSpec& times() const { return saying_.bundle.rules.escalation; }

  const Saying& saying_;
  const Reach& reach_;
  Incident& incident_;
  IncidentRecord& record_;
  const Instant now_;
  const std::optional<LogTime> held_;
  const bool after_absence_;
  const bool first_alert_;  ///< nothing has been said of it yet

  Situation situation_;
  std::vector<Duty> duties_;
  std::vector<ActivationDue> activations_;
  /// For each of situation_.reached what the ledger says of it, or null. Each of the ledger for one at most.
  std::vector<const SaidReason*> said_of_;
  std::vector<bool> still_reached_;  ///< for each of the ledger whether it is one of those

  std::vector<AlertEntry> entries_;
  std::vector<SaidReason> said_after_;  ///< the ledger, if the alert is said
  bool urgent_ = false;
  bool growth_ = false;
  bool lifted_ = false;  ///< no attack is suspected any more: what was concealed is said again, in full

  std::vector<Output> prompts_;
  Instant wake_ = kNever;
};

}  // namespace avbrottsvakt
