#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/signal.h"

namespace avbrottsvakt {

/// A conjunction of label matchers as Alertmanager writes them: {service="cosmic", host=~"cosmic-[0-9]+"}.
///
/// A missing label counts as the empty string. Regular expressions are RE2 and match the whole value.
class LabelMatchers {
 public:
  /// Error: invalid_input; the message ends with "at column N" of `text`, and `column` is set in Error::place.
  [[nodiscard]] static Result<LabelMatchers> parse(std::string_view text);

  bool matches(const Labels& labels) const;

  /// A (name, value) that every match must carry, for an index; null if there is none.
  const Label* equality() const;

  LabelMatchers(LabelMatchers&&) noexcept;
  LabelMatchers& operator=(LabelMatchers&&) noexcept;
  ~LabelMatchers();

 private:
  struct Matcher;
  LabelMatchers();
  std::vector<Matcher> matchers_;
};

}  // namespace avbrottsvakt
