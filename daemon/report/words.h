#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil.h"
#include "base/time.h"
#include "model/condition.h"
#include "model/output.h"

namespace avbrottsvakt {

enum class Language : std::uint8_t { sv, en };

/// A countable thing: "1 tjänst", "41 tjänster".
struct Noun {
  std::string_view one;
  std::string_view many;
};

/// The words of one language, in one table. Sentences are not here: they stand in the templates.
/// "{}" marks where a value goes.
struct Words {
  // Times. Weekdays from Sunday, as std::chrono counts them.
  std::array<std::string_view, 7> weekdays;
  std::array<std::string_view, 12> months;
  std::string_view at_clock;     ///< "kl. {}"
  std::string_view summer_time;  ///< shown where a local time alone would not be clear
  std::string_view standard_time;
  std::string_view in_future;  ///< "om {}"
  std::string_view in_past;    ///< "för {} sedan"
  std::string_view now;
  std::string_view never;
  std::string_view second, minute, hour;       ///< units, the same for one and many: "s", "min", "h"
  Noun day;                                    ///< 24 hours: "dygn"
  Noun period_hour, period_day, period_month;  ///< as a law states it: "24 timmar"
  std::string_view and_word;

  Noun service, activity, step, message;

  // Indexed by the values of the enums.
  std::array<std::string_view, 5> level;      ///< Level; none: for an incident that is not over
  std::string_view level_over;                ///< of an incident that is over
  std::array<std::string_view, 3> objective;  ///< Objective::Kind, as a label
  std::array<std::string_view, 12> prompt;    ///< ReportPrompt::Kind
  std::string_view prompt_submitted;          ///< a stage has been submitted
  std::array<std::string_view, 4> source_basis;
  std::array<std::string_view, 2> activation;  ///< ActivationPrompt::Kind
  std::array<std::string_view, 4> incident;    ///< open, settling, over, merged
  std::array<std::string_view, 7> duty;        ///< watching, forecast, assess, due, closed, withdrawn, dismissed

  // Pieces of sentences that values make up.
  std::string_view share;       ///< "{} % av {}": of a limit
  std::string_view thereafter;  ///< between those to call
  std::string_view no_phone;
  std::string_view question_limited;  ///< "Är {} begränsad?"

  // What a period counts from.
  std::string_view from_known_incident;
  std::string_view from_submitted;  ///< "från lämnad {}"
  std::string_view from_known_significant;
  std::string_view from_requested;
  std::string_view from_handled;

  /// What the engine's words for "because" mean. A word that ends with ":" is followed by a value, for the "{}".
  struct Because {
    std::string_view word;
    std::string_view sentence;
  };
  std::array<Because, 17> because;

  // What is put around every message of a drill.
  std::string_view exercise_first;
  std::string_view exercise_last;
  std::string_view exercise_report;  ///< on prompts for reports, instead of exercise_last too

  // The summary at the end of a run.
  std::string_view summary_title;
  std::string_view summary_until;          ///< between the first and the last instant
  std::array<std::string_view, 5> stream;  ///< Output's alternatives, in their order
  std::string_view summary_duties, summary_no_duties;
  std::string_view summary_due;        ///< "senast {}"
  std::string_view summary_predicted;  ///< "beräknas till {}"
  std::string_view summary_soonest;    ///< as soon as possible
  std::string_view summary_incident;   ///< "incident {}"
  std::string_view summary_advisory;   ///< "{} (rådgivande)"
};

const Words& words_of(Language language);

/// "{}" in `frame` replaced by `value`.
std::string put(std::string_view frame, std::string_view value);

/// The sentence for the engine's word; a word that is not in the table is shown as it is.
std::string because(const Words& words, const std::string& word);

/// "1 tjänst", "41 tjänster". The number and its noun stay on one line.
std::string count(std::uint64_t number, const Noun& noun);

/// Times and amounts in words, as seen at `now` in `zone`. All of them keep number and unit on one line.
class Wording {
 public:
  /// `words` and `zone` must outlive it.
  Wording(const Words& words, const ZoneTable& zone, Instant now) : words_(&words), zone_(&zone), now_(now) {}

  const Words& words() const { return *words_; }

  /// "03:44" on the civil day of now, else "måndag 23 november kl. 03:44". Where clocks are changed between now and
  /// then, or the hour comes twice, followed by "(sommartid, UTC+2)".
  std::string clock(Instant at) const;
  /// Always with weekday and date: "söndag 22 november kl. 02:20".
  std::string day_and_clock(Instant at) const;
  /// With the year: "måndag 23 november 2026 kl. 02:20".
  std::string deadline(Instant at) const;
  /// "fredag 26 februari 2027".
  std::string date(Date date) const;
  /// The civil date, with weekday and year.
  std::string date(Instant at) const;
  /// "03:12": of now itself.
  std::string time_of_day(Instant at) const;

  /// "om 32 min", "för 1 h 2 min sedan", "nu" within a second. Rounded towards now, so that what is left is never
  /// overstated.
  std::string relative(Instant at) const;
  /// What has passed, smaller parts cut off: "59 s", "58 min", "1 h 2 min", "2 dygn 3 h".
  std::string duration(Millis duration) const;
  /// A limit, exactly: "90 min", "2 h", "2 h 30 min", "1 min 30 s".
  std::string limit(Millis limit) const;
  /// "24 timmar", "1 månad".
  std::string period(const Period& period) const;

  /// "A", "A och B", "A, B och C".
  std::string list(const std::vector<std::string>& items) const;

  /// Are clocks changed between the two?
  bool clocks_change(Instant from, Instant until) const;

  Date local_date(Instant at) const { return to_local(*zone_, at).date; }

 private:
  std::string weekday_and_date(Date date) const;
  std::string zone_note(Instant at) const;

  const Words* words_;
  const ZoneTable* zone_;
  Instant now_;
};

}  // namespace avbrottsvakt
