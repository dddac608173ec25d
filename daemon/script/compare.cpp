#include "script/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/receivers.h"
#include "script/standing.h"

namespace avbrottsvakt {
namespace {

/// What an activity is asked after the incident is no prompt to report.
bool is_of_law(const Output& output) {
  const auto* prompt = std::get_if<ReportPrompt>(&output);
  return prompt != nullptr && prompt->kind != ReportPrompt::Kind::follow_up;
}

using Kind = Statement::Kind;

/// More lines than these do not help who reads them.
constexpr std::size_t kGotMax = 6;
constexpr std::size_t kClocksMax = 20;

struct Said {
  Instant at{};
  Statement statement;
};

bool same_head(const Statement& expected, const Statement& said) {
  if (expected.kind != said.kind || (!expected.subject.empty() && expected.subject != said.subject) ||
      (!expected.stage.empty() && expected.stage != said.stage)) {
    return false;
  }
  switch (expected.kind) {
    case Kind::alert:
    case Kind::takes_back:
      return expected.reason == said.reason;
    case Kind::prompt:
      return expected.prompt == said.prompt;
    default:
      return true;
  }
}

bool in_this_order(const std::vector<std::string>& wanted, const std::vector<std::string>& among) {
  auto next = wanted.begin();
  for (const std::string& one : among) {
    if (next != wanted.end() && *next == one) {
      ++next;
    }
  }
  return next == wanted.end();
}

class Comparison {
 public:
  Comparison(const Script& script, const std::vector<Output>& outputs, const ZoneTable& zone, const Holidays& holidays)
      : script_(script), outputs_(outputs), zone_(zone), holidays_(holidays) {
    for (const Output& output : outputs) {
      for (Statement& statement : statements_of(output)) {
        said_.push_back({header_of(output).at, std::move(statement)});
      }
    }
  }

  ExpectationResult find(const Expectation& expectation) const {
    ExpectationResult finding;
    finding.place = expectation.place;
    finding.at = expectation.until;
    finding.regime = expectation.statement.of_law ? expectation.statement.subject : "";
    finding.expected = span_text(expectation) + text(expectation.statement) +
                       (expectation.times ? fmt::format(", times: {}", *expectation.times) : "");
    switch (expectation.statement.kind) {
      case Kind::forecast:
      case Kind::still:
      case Kind::nothing:
      case Kind::in_force:
      case Kind::not_in_force:
        stands(expectation, finding);
        break;
      case Kind::silent:
        silent(expectation, finding);
        break;
      default:
        is_said(expectation, finding);
        break;
    }
    return finding;
  }

 private:
  std::string since_start(Instant at) const { return format_duration(at - script_.start); }
  std::string text(const Statement& statement) const { return to_text(statement, script_.start, zone_); }
  std::string line(const Said& said) const { return "at: " + since_start(said.at) + ", " + text(said.statement); }

  std::string span_text(const Expectation& e) const {
    return "at: " + since_start(e.from) + (e.from == e.until ? "" : " to " + since_start(e.until)) + ", ";
  }

  static bool within(const Expectation& e, Instant at) { return e.from <= at && at <= e.until; }

  bool same_due(const DueText& expected, const DueText& said) const {
    if (!said.at) {
      return false;
    }
    if (expected.date) {
      return to_local(zone_, *said.at).date == *expected.date;
    }
    if (expected.period) {
      return deadline_after(*expected.period, expected.after, zone_, holidays_).due == *said.at;
    }
    return expected.at == said.at;
  }

  template <typename T>
  static bool as_expected(const std::optional<T>& expected, const std::optional<T>& said) {
    return !expected || expected == said;
  }

  bool matches(const Statement& e, const Statement& s) const {
    return same_head(e, s) && as_expected(e.level, s.level) && (!e.tells || e.tells == s.tells) &&
           in_this_order(e.calls, s.calls) && in_this_order(e.because, s.because) &&
           (e.not_because.empty() || std::find(s.because.begin(), s.because.end(), e.not_because) == s.because.end()) &&
           as_expected(e.true_at, s.true_at) && as_expected(e.basis, s.basis) &&
           (!e.by || (s.by && same_due(*e.by, *s.by))) && as_expected(e.recipient, s.recipient) &&
           in_this_order(e.asks, s.asks) && as_expected(e.root, s.root) && as_expected(e.services, s.services) &&
           as_expected(e.activities, s.activities) && as_expected(e.duty_holder, s.duty_holder);
  }

  /// Only what the expectation names, so that the two lines differ where the two things do.
  static Statement reduced(const Statement& e, Statement said) {
    if (!e.level) said.level.reset();
    if (!e.tells) said.tells.reset();
    if (e.calls.empty()) said.calls.clear();
    if (e.because.empty() && e.not_because.empty()) said.because.clear();
    if (!e.true_at) said.true_at.reset();
    if (!e.basis) said.basis.reset();
    if (!e.by) said.by.reset();
    if (said.by && e.by && !e.by->period) said.by->period.reset();
    if (!e.recipient) said.recipient.reset();
    if (e.asks.empty()) said.asks.clear();
    if (!e.root) said.root.reset();
    if (!e.services) said.services.reset();
    if (!e.activities) said.activities.reset();
    if (!e.duty_holder) said.duty_holder.reset();
    return said;
  }

  void got(ExpectationResult& finding, const std::string& line) const {
    if (finding.got.size() == kGotMax) {
      finding.got.back() = "and more";
    } else if (finding.got.size() < kGotMax) {
      finding.got.push_back(line);
    }
  }

  void is_said(const Expectation& e, ExpectationResult& finding) const {
    std::uint32_t count = 0;
    for (const Said& said : said_) {
      count += within(e, said.at) && matches(e.statement, said.statement) ? 1 : 0;
    }
    finding.met = e.times ? count == *e.times : count > 0;
    if (finding.met) {
      return;
    }
    if (e.times && count > 0) {
      got(finding, fmt::format("said {} times", count));
    }
    // The same thing said otherwise; else at another time; else what was said then.
    std::vector<const Said*> same;
    for (const Said& said : said_) {
      if (same_head(e.statement, said.statement)) same.push_back(&said);
    }
    for (const Said* said : same) {
      if (within(e, said->at)) got(finding, line({said->at, reduced(e.statement, said->statement)}));
    }
    if (finding.got.empty()) {
      for (const Said* said : same) got(finding, line({said->at, reduced(e.statement, said->statement)}));
    }
    if (finding.got.empty()) {
      for (const Said& said : said_) {
        if (within(e, said.at)) got(finding, line(said));
      }
    }
    if (finding.got.empty()) {
      got(finding, "nothing was said then");
    }
  }

  void silent(const Expectation& e, ExpectationResult& finding) const {
    for (const Output& output : outputs_) {
      const Instant at = header_of(output).at;
      if (!within(e, at) || !concerns(e.statement, output)) {
        continue;
      }
      const std::vector<Statement> statements = statements_of(output);
      for (const Statement& statement : statements) {
        got(finding, line({at, statement}));
      }
      if (statements.empty()) {
        got(finding, "at: " + since_start(at) + ", something that names no reason");
      }
    }
    finding.met = finding.got.empty();
  }

  static bool concerns(const Statement& e, const Output& output) {
    if (e.tells) {
      const std::vector<std::string> told = receivers_of(output);
      const bool one = std::any_of(e.tells->begin(), e.tells->end(), [&](const std::string& role) {
        return std::binary_search(told.begin(), told.end(), role);
      });
      if (!one) {
        return false;
      }
    }
    switch (e.stream) {
      case Statement::Stream::alerts:
        return std::holds_alternative<Alert>(output);
      case Statement::Stream::activations:
        return std::holds_alternative<ActivationPrompt>(output);
      case Statement::Stream::prompts:
        return is_of_law(output);
      case Statement::Stream::everything:
        return !std::holds_alternative<IncidentPicture>(output);
    }
    return false;
  }

  void stands(const Expectation& e, ExpectationResult& finding) const {
    const Statement& wanted = e.statement;
    const std::vector<Statement> standing = standing_at(outputs_, e.until);
    const bool absent = wanted.kind == Kind::nothing || wanted.kind == Kind::not_in_force;
    const Kind kind = wanted.kind == Kind::nothing        ? Kind::still
                      : wanted.kind == Kind::not_in_force ? Kind::in_force
                                                          : wanted.kind;
    std::vector<const Statement*> about;
    for (const Statement& one : standing) {
      const bool same_kind = one.kind == kind && one.of_law == wanted.of_law &&
                             (kind != Kind::forecast || one.objective == wanted.objective);
      if (same_kind && (wanted.subject.empty() || one.subject == wanted.subject) &&
          (wanted.stage.empty() || one.stage == wanted.stage)) {
        about.push_back(&one);
      }
    }
    const bool found = std::any_of(about.begin(), about.end(), [&](const Statement* one) {
      Statement as_wanted = *one;
      as_wanted.kind = wanted.kind;
      return matches(wanted, as_wanted);
    });
    finding.met = found != absent;
    if (finding.met) {
      return;
    }
    for (const Statement* one : about) {
      got(finding, text(absent ? *one : reduced(wanted, *one)));
    }
    if (finding.got.empty()) {
      for (const Statement& one : standing) got(finding, text(one));
    }
    if (finding.got.empty()) {
      got(finding, "nothing stands then");
    }
  }

  const Script& script_;
  const std::vector<Output>& outputs_;
  const ZoneTable& zone_;
  const Holidays& holidays_;
  std::vector<Said> said_;
};

std::string told_text(const std::map<std::string, std::uint32_t>& told) {
  std::string text;
  for (const auto& [role, messages] : told) {
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", role, messages);
  }
  return "{" + text + "}";
}

void compare_totals(const Totals& expected, const Totals& said, Instant until,
                    std::vector<ExpectationResult>& findings) {
  const auto add = [&](std::string_view what, const auto& wanted, const auto& got, const auto& text) {
    if (!wanted) {
      return;
    }
    ExpectationResult finding;
    finding.met = wanted == got;
    finding.place = expected.place;
    finding.at = until;
    finding.expected = fmt::format("totals: {}: {}", what, text(*wanted));
    if (!finding.met) {
      finding.got.push_back(fmt::format("{}: {}", what, text(*got)));
    }
    findings.push_back(std::move(finding));
  };
  const auto number = [](std::uint32_t count) { return std::to_string(count); };
  add("incidents", expected.incidents, said.incidents, number);
  add("alerts", expected.alerts, said.alerts, number);
  add("activations", expected.activations, said.activations, number);
  add("prompts", expected.prompts, said.prompts, number);
  add("told", expected.told, said.told, told_text);
}

}  // namespace

std::vector<ExpectationResult> compare(const Script& script, const std::vector<Output>& outputs, const ZoneTable& zone,
                                       const Holidays& holidays) {
  const Comparison comparison(script, outputs, zone, holidays);
  std::vector<ExpectationResult> findings;
  for (const Expectation& expectation : script.expect) {
    findings.push_back(comparison.find(expectation));
  }
  if (script.totals) {
    compare_totals(*script.totals, totals_of(outputs), script.until, findings);
  }
  return findings;
}

std::vector<std::string> clocks_at(const Script& script, const std::vector<Output>& outputs, Instant at,
                                   const ZoneTable& zone) {
  std::vector<std::string> lines;
  for (const Statement& one : standing_at(outputs, at)) {
    if (!one.of_law && lines.size() < kClocksMax) {
      lines.push_back(to_text(one, script.start, zone));
    }
  }
  return lines;
}

std::vector<std::string> as_expectations(const Script& script, const std::vector<Output>& outputs,
                                         const ZoneTable& zone) {
  std::vector<std::string> lines;
  for (const Output& output : outputs) {
    for (Statement& statement : statements_of(output)) {
      // One of several grounds, and of several to call, is expected at a time.
      statement.because.resize(std::min<std::size_t>(statement.because.size(), 1));
      statement.calls.resize(std::min<std::size_t>(statement.calls.size(), 1));
      lines.push_back(fmt::format("{{at: {}, {}}}", format_duration(header_of(output).at - script.start),
                                  to_text(statement, script.start, zone)));
    }
  }
  return lines;
}

Totals totals_of(const std::vector<Output>& outputs) {
  Totals totals;
  std::set<std::string> incidents;
  std::map<std::string, std::uint32_t> told;
  std::uint32_t alerts = 0;
  std::uint32_t activations = 0;
  std::uint32_t prompts = 0;
  for (const Output& output : outputs) {
    alerts += std::holds_alternative<Alert>(output) ? 1 : 0;
    activations += std::holds_alternative<ActivationPrompt>(output) ? 1 : 0;
    prompts += is_of_law(output) ? 1 : 0;
    for (const std::string& role : receivers_of(output)) {
      ++told[role];
    }
    // What is said of planned work alone is about no incident.
    if (!header_of(output).incident.empty()) {
      incidents.insert(header_of(output).incident_id);
    }
  }
  totals.incidents = static_cast<std::uint32_t>(incidents.size());
  totals.alerts = alerts;
  totals.activations = activations;
  totals.prompts = prompts;
  totals.told = std::move(told);
  return totals;
}

std::vector<std::string> to_lines(const Totals& totals) {
  std::vector<std::string> lines;
  const auto add = [&](std::string_view what, const std::optional<std::uint32_t>& count) {
    if (count) {
      lines.push_back(fmt::format("{}: {}", what, *count));
    }
  };
  add("incidents", totals.incidents);
  add("alerts", totals.alerts);
  add("activations", totals.activations);
  add("prompts", totals.prompts);
  if (totals.told) {
    lines.push_back("told: " + told_text(*totals.told));
  }
  return lines;
}

}  // namespace avbrottsvakt
