#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/signal.h"

namespace avbrottsvakt {

/// A conjunction of label matchers as Alertmanager writes them: {service="cosmic", host=~"cosmic-[0-9]+"}.
///
/// The braces may be left out, a comma may follow the last matcher. Names and values are words or quoted; in quotes,
/// \n, \" and \\ are escapes, and any other backslash stands for itself, so that "db\.[0-9]+" is what it looks like.
/// A missing label counts as the empty string. Regular expressions are RE2 and match the whole value.
///
/// Bounds: 1 to 64 matchers, 4096 bytes.
/// Threads: immutable; any thread may read it.
class LabelMatchers {
 public:
  /// Error: invalid_input; the message ends with "at column N" of `text`, and `column` is set in Error::place.
  [[nodiscard]] static Result<LabelMatchers> parse(std::string_view text);

  bool matches(const Labels& labels) const;

  /// Whether a label that has a value demands all there is to demand: {service="cosmic"}.
  bool only_equality() const;
  /// Each (name, value) that every match must carry, for an index; as written. Values are not empty: a missing label
  /// counts as the empty string, and no index has it.
  std::span<const Label> equalities() const;
  /// The (name, expression) of each =~ that the empty string does not match: a label that every match must carry.
  std::span<const Label> expressions() const;

  LabelMatchers(LabelMatchers&&) noexcept;
  LabelMatchers& operator=(LabelMatchers&&) noexcept;
  ~LabelMatchers();

 private:
  struct Matcher;
  LabelMatchers();
  std::vector<Matcher> matchers_;
  std::vector<Label> equalities_;
  std::vector<Label> expressions_;
};

}  // namespace avbrottsvakt
