#include "report/words.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "report/text.h"

namespace avbrottsvakt {
namespace {

constexpr Words kSwedish = {
    .weekdays = {"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"},
    .months = {"januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
               "november", "december"},
    .at_clock = "kl.\u00a0{}",
    .summer_time = "sommartid",
    .standard_time = "normaltid",
    .in_future = "om\u00a0{}",
    .in_past = "för\u00a0{} sedan",
    .now = "nu",
    .never = "aldrig",
    .second = "s",
    .minute = "min",
    .hour = "h",
    .day = {"dygn", "dygn"},
    .period_hour = {"timme", "timmar"},
    .period_day = {"dag", "dagar"},
    .period_month = {"månad", "månader"},
    .and_word = "och",

    .service = {"tjänst", "tjänster"},
    .activity = {"verksamhet", "verksamheter"},
    .step = {"åtgärd", "åtgärder"},
    .message = {"meddelande", "meddelanden"},

    .level = {"INFORMATION", "OBSERVERA", "VARNING", "KRITISKT", "NÖDLÄGE"},
    .level_over = "ÅTERSTÄLLT",
    .objective = {"RTO", "MTA", "Reservrutin"},
    .prompt = {"BEDÖM", "BEDÖM", "LÄMNA", "PÅMINNELSE", "FÖRSENAD", "ÄNDRAT", "ÅTERTAGET", "KVARSTÅR EFTER ÅTERGÅNG",
               "AVSLUTAT", "AVFÄRDAT", "ÅTERÖPPNAT", "FRÅGA EFTERÅT"},
    .prompt_submitted = "LÄMNAD",
    .source_basis = {"enligt författningens text", "enligt avskrift", "enligt tolkning", "egen regel, inte lag"},
    .activation = {"AKTIVERA?", "ÅTERTAGET"},
    .incident = {"pågår", "stabiliseras", "över", "sammanslagen"},
    .duty = {"bevakas", "väntas", "att bedöma", "att lämna", "avslutad", "återtagen", "avfärdad"},

    .share = "{}\u00a0% av {}",
    .thereafter = "därefter",
    .no_phone = "(telefonnummer saknas)",
    .question_limited = "Är verksamheten begränsad: {}?",
    .from_known_incident = "från kännedom",
    .from_submitted = "från lämnad {}",
    .from_known_significant = "från att det blev känt",
    .from_requested = "från begäran",
    .from_handled = "från att störningen var över",
    .because = {{{"confirmed", "Det som antogs är nu bekräftat."},
                 {"unanswered", "Frågan är obesvarad."},
                 {"criterion_no_longer_met", "Villkoret är inte längre uppfyllt, enligt det som nu är känt."},
                 {"criterion_moved", "Villkoret uppfylldes vid en annan tidpunkt än vad som sagts."},
                 {"rules_changed", "Reglerna har ändrats: en annan tid gäller än vad som sagts."},
                 {"particulars_changed",
                  "Regler eller katalog har ändrats: vem som frågas, mottagaren, rapporterna eller deras innehåll är "
                  "inte längre vad som sagts."},
                 {"period_changed", "Svaren gör att en annan tid gäller än vad som sagts."},
                 {"awareness_changed", "Tidpunkten för kännedom är en annan än vad som sagts."},
                 {"condition_no_longer_met", "Planens villkor är inte uppfyllt, enligt det som nu är känt."},
                 {"protection_lifted", "Angrepp misstänks inte längre. Det som hölls inne sägs nu."},
                 {"answered_yes", "Frågan är besvarad med ja."},
                 {"answered_no", "Frågan är besvarad med nej."},
                 {"answered_anew", "Det som nu är känt gör att frågan måste bedömas igen."},
                 {"target_passed", "Det interna målet är passerat."},
                 {"requested:", "{} är begärd av myndigheten."},
                 {"added:", "{} ska lämnas, enligt det som nu är känt."},
                 {"submitted:", "{} är lämnad."}}},

    .exercise_first = "ÖVNING. Inget av detta har hänt.",
    .exercise_last = "ÖVNING",
    .exercise_report = "ÖVNING: skicka inget till någon myndighet.",

    .summary_title = "SAMMANFATTNING",
    .summary_until = "till",
    .stream = {"Driftcentralen", "Incidenthanterarna", "Rapporteringsansvariga", "Lägesbilder", "Olästa poster"},
    .summary_duties = "Rapporter som återstår",
    .summary_no_duties = "Inga rapporter återstår.",
    .summary_due = "senast {}",
    .summary_predicted = "beräknas till {}",
    .summary_soonest = "snarast",
    .summary_incident = "incident {}",
    .summary_advisory = "{} (rådgivande)",
};

constexpr Words kEnglish = {
    .weekdays = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"},
    .months = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
               "November", "December"},
    .at_clock = "at\u00a0{}",
    .summer_time = "summer time",
    .standard_time = "standard time",
    .in_future = "in\u00a0{}",
    .in_past = "{} ago",
    .now = "now",
    .never = "never",
    .second = "s",
    .minute = "min",
    .hour = "h",
    .day = {"day", "days"},
    .period_hour = {"hour", "hours"},
    .period_day = {"day", "days"},
    .period_month = {"month", "months"},
    .and_word = "and",

    .service = {"service", "services"},
    .activity = {"activity", "activities"},
    .step = {"step", "steps"},
    .message = {"message", "messages"},

    .level = {"INFORMATION", "NOTICE", "WARNING", "CRITICAL", "EMERGENCY"},
    .level_over = "RESTORED",
    .objective = {"RTO", "MTA", "Fallback"},
    .prompt = {"ASSESS", "ASSESS", "SUBMIT", "REMINDER", "OVERDUE", "AMENDED", "WITHDRAWN", "STILL OPEN AFTER RECOVERY",
               "CLOSED", "DISMISSED", "REOPENED", "FOLLOW-UP"},
    .prompt_submitted = "SUBMITTED",
    .source_basis = {"from the text of the act", "from a transcription", "an interpretation", "our own rule, not law"},
    .activation = {"ACTIVATE?", "WITHDRAWN"},
    .incident = {"ongoing", "settling", "over", "merged"},
    .duty = {"watched", "expected", "to assess", "to submit", "closed", "withdrawn", "dismissed"},

    .share = "{}\u00a0% of {}",
    .thereafter = "then",
    .no_phone = "(phone number missing)",
    .question_limited = "Is this activity limited: {}?",
    .from_known_incident = "from awareness",
    .from_submitted = "from the submission of {}",
    .from_known_significant = "from when it was known",
    .from_requested = "from the request",
    .from_handled = "from the end of the incident",
    .because = {{{"confirmed", "What was presumed has been confirmed."},
                 {"unanswered", "The question has not been answered."},
                 {"criterion_no_longer_met", "The criterion is no longer met, by what is known now."},
                 {"criterion_moved", "The criterion was met at another time than was said."},
                 {"rules_changed", "The rules have changed: another period applies than was said."},
                 {"particulars_changed",
                  "Rules or catalogue have changed: who is asked, the recipient, the reports or their contents are no "
                  "longer what was said."},
                 {"period_changed", "The answers make another period apply than was said."},
                 {"awareness_changed", "The time of awareness is another than was said."},
                 {"condition_no_longer_met", "The plan's condition is not met, by what is known now."},
                 {"protection_lifted", "No attack is suspected any more. What was held back is said now."},
                 {"answered_yes", "The question has been answered with yes."},
                 {"answered_no", "The question has been answered with no."},
                 {"answered_anew", "By what is known now the question must be assessed again."},
                 {"target_passed", "The internal target has passed."},
                 {"requested:", "{} has been requested by the authority."},
                 {"added:", "{} is to be submitted, by what is known now."},
                 {"submitted:", "{} has been submitted."}}},

    .exercise_first = "EXERCISE. None of this has happened. (ÖVNING)",
    .exercise_last = "EXERCISE (ÖVNING)",
    .exercise_report = "EXERCISE (ÖVNING): send nothing to any authority.",

    .summary_title = "SUMMARY",
    .summary_until = "to",
    .stream = {"Operations centre", "Incident handlers", "Reporting officers", "Pictures", "Unread records"},
    .summary_duties = "Reports that remain",
    .summary_no_duties = "No reports remain.",
    .summary_due = "by {}",
    .summary_predicted = "expected by {}",
    .summary_soonest = "as soon as possible",
    .summary_incident = "incident {}",
    .summary_advisory = "{} (advisory)",
};

std::string quantity(std::int64_t number, std::string_view unit) {
  return fmt::format("{}{}{}", number, kNoBreak, unit);
}

/// "1 h 2 min": a second part of nothing is left out.
std::string two_parts(std::int64_t major, std::string_view major_unit, std::int64_t minor,
                      std::string_view minor_unit) {
  std::string result = quantity(major, major_unit);
  if (minor != 0) result += std::string(kNoBreak) + quantity(minor, minor_unit);
  return result;
}

/// Does summer time hold at `at`? It does when the offset is greater than the least within a year around.
bool is_summer(const ZoneTable& zone, Instant at) {
  std::chrono::seconds least = offset_at(zone, at);
  for (int month = -6; month <= 6; ++month) {
    least = std::min(least, offset_at(zone, at + std::chrono::days(30 * month)));
  }
  return offset_at(zone, at) > least;
}

/// Does this local time come twice?
bool is_ambiguous(const ZoneTable& zone, Instant at) {
  const LocalTime local = to_local(zone, at);
  for (const auto shift : {std::chrono::hours(-1), std::chrono::hours(1)}) {
    const LocalTime other = to_local(zone, at + shift);
    if (other.date == local.date && other.time_of_day == local.time_of_day) return true;
  }
  return false;
}

}  // namespace

const Words& words_of(Language language) { return language == Language::sv ? kSwedish : kEnglish; }

std::string put(std::string_view frame, std::string_view value) {
  const auto at = frame.find("{}");
  if (at == std::string_view::npos) return std::string(frame);
  return std::string(frame.substr(0, at)).append(value).append(frame.substr(at + 2));
}

std::string because(const Words& words, const std::string& word) {
  for (const auto& known : words.because) {
    if (word == known.word) return std::string(known.sentence);
    if (known.word.ends_with(':') && word.starts_with(known.word)) {
      return put(known.sentence, std::string_view(word).substr(known.word.size()));
    }
  }
  return word;
}

std::string count(std::uint64_t number, const Noun& noun) {
  return fmt::format("{}{}{}", number, kNoBreak, number == 1 ? noun.one : noun.many);
}

std::string Wording::weekday_and_date(Date date) const {
  const auto weekday = std::chrono::weekday(std::chrono::sys_days(date)).c_encoding();
  return fmt::format("{} {}{}{}", words_->weekdays.at(weekday), static_cast<unsigned>(date.day()), kNoBreak,
                     words_->months.at(static_cast<unsigned>(date.month()) - 1));
}

std::string Wording::zone_note(Instant at) const {
  const auto offset = offset_at(*zone_, at);
  if (offset == offset_at(*zone_, now_) && !is_ambiguous(*zone_, at)) return {};
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  std::string utc = fmt::format("UTC{}{}", minutes < 0 ? '-' : '+', std::abs(minutes) / 60);
  if (minutes % 60 != 0) utc += fmt::format(":{:02}", std::abs(minutes) % 60);
  return fmt::format(" ({}, {})", is_summer(*zone_, at) ? words_->summer_time : words_->standard_time, utc);
}

bool Wording::clocks_change(Instant from, Instant until) const {
  return offset_at(*zone_, from) != offset_at(*zone_, until);
}

std::string Wording::time_of_day(Instant at) const {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(to_local(*zone_, at).time_of_day).count();
  return fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
}

std::string Wording::clock(Instant at) const {
  if (at == kNever) return std::string(words_->never);
  if (local_date(at) != local_date(now_)) return day_and_clock(at);
  return time_of_day(at) + zone_note(at);
}

std::string Wording::day_and_clock(Instant at) const {
  if (at == kNever) return std::string(words_->never);
  const Date date = local_date(at);
  if (date.year() != local_date(now_).year()) return deadline(at);
  return weekday_and_date(date) + " " + put(words_->at_clock, time_of_day(at)) + zone_note(at);
}

std::string Wording::deadline(Instant at) const {
  if (at == kNever) return std::string(words_->never);
  return date(at) + " " + put(words_->at_clock, time_of_day(at)) + zone_note(at);
}

std::string Wording::date(Date date) const {
  return fmt::format("{}{}{}", weekday_and_date(date), kNoBreak, static_cast<int>(date.year()));
}

std::string Wording::date(Instant at) const { return date(local_date(at)); }

std::string Wording::relative(Instant at) const {
  if (at == kNever) return std::string(words_->never);
  const Millis distance = at - now_;
  if (distance > -std::chrono::seconds(1) && distance < std::chrono::seconds(1)) return std::string(words_->now);
  return distance > Millis(0) ? put(words_->in_future, duration(distance)) : put(words_->in_past, duration(-distance));
}

std::string Wording::duration(Millis duration) const {
  using std::chrono::duration_cast;
  const auto seconds = duration_cast<std::chrono::seconds>(duration).count();
  const auto minutes = seconds / 60;
  const auto hours = minutes / 60;
  const auto days = hours / 24;  // Elapsed time, not the calendar: "dygn".
  if (minutes == 0) return quantity(seconds, words_->second);
  if (hours == 0) return quantity(minutes, words_->minute);
  if (days == 0) return two_parts(hours, words_->hour, minutes % 60, words_->minute);
  return two_parts(days, days == 1 ? words_->day.one : words_->day.many, hours % 24, words_->hour);
}

std::string Wording::limit(Millis limit) const {
  const auto milliseconds = limit.count();
  if (milliseconds % 1000 != 0) return format_duration(limit);
  const auto seconds = milliseconds / 1000;
  if (seconds % 60 != 0) {
    return seconds < 60 ? quantity(seconds, words_->second)
                        : two_parts(seconds / 60, words_->minute, seconds % 60, words_->second);
  }
  const auto minutes = seconds / 60;
  // As plans put it: "90 min", but "2 h 30 min".
  if (minutes % 60 != 0 && minutes < 120) return quantity(minutes, words_->minute);
  if (minutes == 0) return quantity(0, words_->minute);
  return two_parts(minutes / 60, words_->hour, minutes % 60, words_->minute);
}

std::string Wording::period(const Period& period) const {
  switch (period.kind) {
    case Period::Kind::days:
      return count(static_cast<std::uint64_t>(period.count), words_->period_day);
    case Period::Kind::months:
      return count(static_cast<std::uint64_t>(period.count), words_->period_month);
    case Period::Kind::exact:
      break;
  }
  const Millis hour = std::chrono::hours(1);
  if (period.exact % hour == Millis(0)) {
    return count(static_cast<std::uint64_t>(period.exact / hour), words_->period_hour);
  }
  return limit(period.exact);
}

std::string Wording::list(const std::vector<std::string>& items) const {
  std::string result;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) result += i + 1 == items.size() ? fmt::format(" {} ", words_->and_word) : ", ";
    result += items[i];
  }
  return result;
}

}  // namespace avbrottsvakt
