// What must be said, as files have it.
#include <algorithm>
#include <array>

#include "avbrottsvakt/v1/output.pb.h"
#include "base/check.h"
#include "config/script_reader.h"

namespace avbrottsvakt {
namespace {

using Kind = Statement::Kind;
using Proto = v1::Expectation;

// The enums of the schema are the model's, after one that is not set.
static_assert(v1::ALERT_REASON_OPENED == static_cast<int>(AlertReason::opened) + 1);
static_assert(v1::LEVEL_EMERGENCY == static_cast<int>(Level::emergency));
static_assert(v1::BASIS_CONFIRMED == static_cast<int>(Basis::confirmed) + 1);
static_assert(Proto::STREAM_PROMPTS == static_cast<int>(Statement::Stream::prompts) + 1);

AlertReason reason_of(v1::AlertReason reason) { return static_cast<AlertReason>(static_cast<int>(reason) - 1); }

constexpr unsigned bit(Kind kind) { return 1U << static_cast<unsigned>(kind); }
constexpr unsigned kAlerts = bit(Kind::alert) | bit(Kind::takes_back);
constexpr unsigned kActivations = bit(Kind::activation) | bit(Kind::activation_withdrawn);
constexpr unsigned kPrompt = bit(Kind::prompt);
constexpr unsigned kForecast = bit(Kind::forecast);
constexpr unsigned kStill = bit(Kind::still);
constexpr unsigned kStands = bit(Kind::nothing) | bit(Kind::in_force) | bit(Kind::not_in_force);

/// Which details can stand beside what: the others could never be met.
struct Detail {
  const char* key;
  unsigned kinds;
};
constexpr std::array<Detail, 16> kDetails{{{"of", kAlerts | kForecast},
                                           {"level", kAlerts | kStill},
                                           {"tells", kAlerts | kActivations | kPrompt | bit(Kind::silent)},
                                           {"calls", kAlerts},
                                           {"because", kPrompt | kForecast},
                                           {"not_because", kPrompt},
                                           {"true_at", kAlerts | kActivations | kPrompt | kForecast},
                                           {"basis", kPrompt | kForecast},
                                           {"by", kPrompt | kStill},
                                           {"recipient", kPrompt},
                                           {"asks", kPrompt},
                                           {"times", kAlerts | kActivations | kPrompt | bit(Kind::dead_letter)},
                                           {"root", kAlerts | kStill},
                                           {"services", kAlerts | kStill},
                                           {"activities", kAlerts | kStill},
                                           {"duty_holder", kPrompt | kForecast | kStill | kStands}}};

std::optional<ReportPrompt::Kind> prompt_of(Proto::ExpectedCase tag) {
  switch (tag) {
    case Proto::kAssess:
      return ReportPrompt::Kind::assess;
    case Proto::kAskNext:
      return ReportPrompt::Kind::ask_next;
    case Proto::kDue:
      return ReportPrompt::Kind::due;
    case Proto::kReminder:
      return ReportPrompt::Kind::reminder;
    case Proto::kOverdue:
      return ReportPrompt::Kind::overdue;
    case Proto::kAmended:
      return ReportPrompt::Kind::amended;
    case Proto::kWithdrawn:
      return ReportPrompt::Kind::withdrawn;
    case Proto::kStillOpen:
      return ReportPrompt::Kind::still_open;
    case Proto::kClosed:
      return ReportPrompt::Kind::closed;
    case Proto::kDismissed:
      return ReportPrompt::Kind::dismissed;
    case Proto::kReopened:
      return ReportPrompt::Kind::reopened;
    default:
      return std::nullopt;
  }
}

const google::protobuf::FieldDescriptor& tag_of(const Proto& from) {
  const auto* tag =
      from.GetReflection()->GetOneofFieldDescriptor(from, Proto::descriptor()->FindOneofByName("expected"));
  AV_CHECK(tag != nullptr);  // The loader refuses an expectation without one.
  return *tag;
}

/// "2026-0001": what incidents are called.
bool is_number(const std::string& text) {
  return text.size() >= 6 && text[4] == '-' && text.find_first_not_of("0123456789-") == std::string::npos;
}

}  // namespace

std::vector<Expectation> ScriptReader::expectations(const Expectations& from, const std::string& path, Instant start) {
  std::vector<Expectation> to;
  for (int i = 0; i < from.size(); ++i) {
    const std::string here = path + "[" + std::to_string(i) + "]";
    const Result<Span> span = parse_span(from[i].at());
    if (!span) {
      report(here + ".at", span.error());
      continue;
    }
    Expectation expectation;
    expectation.place = places_.at(here);
    expectation.from = start + span->from;
    expectation.until = start + span->until;
    if (from[i].has_times()) expectation.times = static_cast<std::uint32_t>(from[i].times());
    expectation.statement = statement(from[i], here, start);
    const Kind kind = expectation.statement.kind;
    if (expectation.from != expectation.until && ((kForecast | kStill | kStands) & bit(kind)) != 0) {
      report(here + ".at", "how things stand is asked of one instant", "write one instant, or use silent for a time");
    }
    to.push_back(std::move(expectation));
  }
  return to;
}

Statement ScriptReader::statement(const v1::Expectation& from, const std::string& path, Instant start) {
  Statement to;
  const std::string tag = path + "." + tag_of(from).name();
  if (const auto prompt = prompt_of(from.expected_case())) {
    to.kind = Kind::prompt;
    to.prompt = *prompt;
    duty(from.GetReflection()->GetString(from, &tag_of(from)), tag, to);
  }
  switch (from.expected_case()) {
    case Proto::kAlert:
      to.kind = Kind::alert;
      to.reason = reason_of(from.alert());
      break;
    case Proto::kTakesBack:
      to.kind = Kind::takes_back;
      to.reason = reason_of(from.takes_back());
      break;
    case Proto::kFollowUp:
      to.kind = Kind::prompt;
      to.prompt = ReportPrompt::Kind::follow_up;
      to.subject = from.follow_up();
      break;
    case Proto::kActivation:
      to.kind = Kind::activation;
      to.subject = from.activation();
      break;
    case Proto::kActivationWithdrawn:
      to.kind = Kind::activation_withdrawn;
      to.subject = from.activation_withdrawn();
      break;
    case Proto::kForecast:
      to.kind = Kind::forecast;
      objective_or_law(from, tag, to);
      break;
    case Proto::kStill:
      to.kind = Kind::still;
      standing(from.still(), tag, to);
      break;
    case Proto::kNothing:
      to.kind = Kind::nothing;
      standing(from.nothing(), tag, to);
      break;
    case Proto::kSilent:
      to.kind = Kind::silent;
      to.stream = static_cast<Statement::Stream>(static_cast<int>(from.silent()) - 1);
      break;
    case Proto::kDeadLetter:
      to.kind = Kind::dead_letter;
      to.subject = from.dead_letter();
      break;
    case Proto::kInForce:
    case Proto::kNotInForce:
      to.kind = from.has_in_force() ? Kind::in_force : Kind::not_in_force;
      to.of_law = true;
      to.subject = from.has_in_force() ? from.in_force() : from.not_in_force();
      break;
    default:
      break;
  }
  details(from, path, start, to);
  for (const Detail& detail : kDetails) {
    const auto* field = Proto::descriptor()->FindFieldByName(detail.key);
    const bool there = field->is_repeated() ? from.GetReflection()->FieldSize(from, field) > 0
                                            : from.GetReflection()->HasField(from, field);
    if (there && (detail.kinds & bit(to.kind)) == 0) {
      report(path + "." + detail.key, std::string(detail.key) + " cannot stand beside " + tag_of(from).name(),
             "leave it out: it could never be met");
    }
  }
  return to;
}

void ScriptReader::duty(const std::string& text, const std::string& path, Statement& to) {
  const std::size_t slash = text.find('/');
  to.of_law = true;
  to.subject = text.substr(0, slash);
  if (!region_.names.has(v1::REGIME, to.subject)) report(path, region_.names.missing(v1::REGIME, to.subject));
  if (slash == std::string::npos) return;
  to.stage = text.substr(slash + 1);
  if (!region_.names.has(v1::STAGE, to.stage)) report(path, region_.names.missing(v1::STAGE, to.stage));
}

void ScriptReader::objective_or_law(const v1::Expectation& from, const std::string& path, Statement& to) {
  for (const Objective::Kind kind : {Objective::Kind::rto, Objective::Kind::mta, Objective::Kind::fallback}) {
    if (from.forecast() == to_string(kind)) to.objective = kind;
  }
  if (!to.objective) {
    duty(from.forecast(), path, to);
    if (!to.stage.empty()) report(path, "a forecast is of a whole law", "leave out /" + to.stage);
    if (from.has_of()) report(path, "of cannot stand beside the forecast of a law", "leave it out");
    return;
  }
  to.subject = from.of();
  if (!from.has_of()) report(path, "of is missing: whose " + from.forecast() + "?", "add of: SERVICE or of: ACTIVITY");
}

void ScriptReader::standing(const std::string& text, const std::string& path, Statement& to) {
  const std::string name = text.substr(0, text.find('/'));
  if (region_.names.has(v1::REGIME, name)) {
    duty(text, path, to);
    return;
  }
  to.subject = text;
  if (region_.names.has(v1::ACTIVITY, text) || planned_.contains(text)) return;
  if (region_.names.has(v1::SERVICE, text)) {
    if (bundled_)
      report(path, "the outage of a service without a plan has no clock by which it stands",
             "name an activity that uses it, or give it a plan");
    return;
  }
  report(path, "there is no regime, activity or service " + text,
         "write a REGIME, a REGIME/STAGE, an activity, or a service with a plan");
}

bool ScriptReader::known_subject(const std::string& name) const {
  return region_.names.has(v1::SERVICE, name) || region_.names.has(v1::ACTIVITY, name) ||
         region_.names.has(v1::REGIME, name) || is_number(name);
}

void ScriptReader::details(const v1::Expectation& from, const std::string& path, Instant start, Statement& to) {
  if (from.has_of()) {
    to.subject = from.of();
    if (!known_subject(from.of())) report(path + ".of", region_.names.missing(v1::SERVICE, from.of()));
  }
  if (from.has_level()) to.level = static_cast<Level>(from.level());
  if (!from.tells().empty()) {
    to.tells.emplace(from.tells().begin(), from.tells().end());
    std::sort(to.tells->begin(), to.tells->end());
  }
  if (from.has_calls()) to.calls = {from.calls()};
  if (from.has_because()) to.because = {from.because()};
  to.not_because = from.not_because();
  if (from.has_true_at()) to.true_at = start + parse_duration(from.true_at()).value_or(Millis{0});
  if (from.has_basis()) to.basis = static_cast<Basis>(static_cast<int>(from.basis()) - 1);
  if (from.has_by()) {
    Result<DueText> due = parse_due(from.by(), start);
    if (due) {
      to.by = *std::move(due);
    } else {
      report(path + ".by", due.error());
    }
  }
  if (from.has_recipient()) to.recipient = from.recipient();
  to.asks = {from.asks().begin(), from.asks().end()};
  if (from.has_root()) to.root = from.root();
  if (from.has_services()) to.services = static_cast<std::uint32_t>(from.services());
  if (from.has_activities()) to.activities = static_cast<std::uint32_t>(from.activities());
  if (from.has_duty_holder()) to.duty_holder = from.duty_holder();
}

Totals ScriptReader::totals(const v1::Totals& from, const std::string& path) {
  Totals to;
  to.place = places_.at(path);
  if (from.has_incidents()) to.incidents = static_cast<std::uint32_t>(from.incidents());
  if (from.has_alerts()) to.alerts = static_cast<std::uint32_t>(from.alerts());
  if (from.has_activations()) to.activations = static_cast<std::uint32_t>(from.activations());
  if (from.has_prompts()) to.prompts = static_cast<std::uint32_t>(from.prompts());
  if (from.has_told()) {
    to.told.emplace();
    for (const v1::RoleCount& count : from.told().roles()) {
      to.told->emplace(count.role(), static_cast<std::uint32_t>(count.messages()));
    }
  }
  return to;
}

}  // namespace avbrottsvakt
