#include "cli/verdict.h"

#include <fmt/format.h>

namespace avbrottsvakt::cli {
namespace {

std::string after(Instant at, Instant start) { return format_duration(at - start); }

const char* word_of(Criterion::Kind kind) {
  switch (kind) {
    case Criterion::Kind::all:
      return "all";
    case Criterion::Kind::any:
      return "any";
    case Criterion::Kind::negation:
      return "not";
    case Criterion::Kind::limited:
      return "limited";
    case Criterion::Kind::on_fallback:
      return "on_fallback";
    case Criterion::Kind::fact:
      return "fact";
    case Criterion::Kind::outage:
      return "outage";
  }
  return "criterion";
}

std::string truth_text(const Explained& node, Instant start) {
  if (!node.valid) {
    return "not in force on that day";
  }
  std::string text = node.truth == Truth::yes ? "yes" : node.truth == Truth::no ? "no" : "not known";
  if (node.true_since) {
    text += " since " + after(*node.true_since, start);
  }
  if (node.true_at) {
    text += ", yes at " + after(*node.true_at, start) + " if nothing changes";
  }
  return text;
}

/// What a leaf was compared with, and what that rests on.
std::string compared(const Explained& node) {
  std::string text;
  if (node.measured && node.limit) {
    text += fmt::format("; {} so far, more than {} is needed", format_duration(*node.measured),
                        format_duration(*node.limit));
  }
  if (!node.fact.empty()) {
    text += "; " + node.fact + (node.by.empty() ? " has not been answered" : " was answered");
  } else if (node.children.empty() && node.valid) {
    text += "; " + std::string(to_string(node.basis));
  }
  if (!node.by.empty()) {
    text += " by " + node.by;
  }
  if (!node.source.act.empty()) {
    text += fmt::format(" [{}{}{}; {}, confidence {}]", node.source.act, node.source.place.empty() ? "" : ", ",
                        node.source.place, to_string(node.source.basis), to_string(node.source.confidence));
  }
  return text;
}

void add_tree(const Explained& node, Instant start, const std::string& indent, std::string& text) {
  const std::string name = node.id.empty() ? word_of(node.kind) : fmt::format("{} ({})", node.id, word_of(node.kind));
  text += fmt::format("{}{}: {}{}\n", indent, name, truth_text(node, start), compared(node));
  for (const Explained& child : node.children) {
    add_tree(child, start, indent + "  ", text);
  }
}

}  // namespace

std::string to_lines(const ExpectationResult& finding, const std::string& indent) {
  std::string text = fmt::format("{}{}:{}:{}: not as expected\n{}  expected  {}\n", indent, finding.place.file,
                                 finding.place.line, finding.place.column, indent, finding.expected);
  for (std::size_t i = 0; i < finding.got.size(); ++i) {
    text += fmt::format("{}  {}{}\n", indent, i == 0 ? "got       " : "          ", finding.got[i]);
  }
  return text;
}

Error to_error(const ExpectationResult& finding) {
  Error error(ErrorCode::invalid_input, "not as expected: " + finding.expected,
              fmt::format("got {}", fmt::join(finding.got, "; ")));
  error.place = finding.place;
  return error;
}

std::string to_lines(const DutyExplanation& explanation, Instant start, const std::string& indent) {
  std::string text = fmt::format("{}{} for {}, incident {}:\n", indent, explanation.regime.id,
                                 explanation.duty_holder.id, explanation.incident);
  add_tree(explanation.criteria, start, indent + "  ", text);
  return text;
}

}  // namespace avbrottsvakt::cli
