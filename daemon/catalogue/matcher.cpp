#include "catalogue/matcher.h"

#include <re2/re2.h>

#include <algorithm>

#include "base/notation.h"
#include "catalogue/matcher_index.h"

namespace avbrottsvakt {
namespace {

constexpr std::size_t kTextMax = 4096;
constexpr std::size_t kMatchersMax = 64;
constexpr const char* kRemedy = "write it as {service=\"cosmic\", host=~\"cosmic-[0-9]+\"}, with =, !=, =~ or !~";

/// What a word without quotes may not contain, as in Alertmanager.
constexpr std::string_view kReserved = "{}!=~,\\\"'` \t\r\n";

enum class Comparison { equal, not_equal, matches, not_matches };

struct Parsed {
  std::string name;
  Comparison comparison = Comparison::equal;
  std::string value;
  std::size_t value_at = 0;  ///< the byte where the value begins
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<std::vector<Parsed>> parse() {
    if (text_.size() > kTextMax) {
      return fail(error_at(kTextMax, "the matchers are longer than 4096 bytes"));
    }
    skip_space();
    const bool braces = take("{");
    std::vector<Parsed> found;
    skip_space();
    while (position_ < text_.size() && text_[position_] != '}') {
      if (found.size() == kMatchersMax) {
        return fail(error_here("more than 64 matchers"));
      }
      Result<Parsed> one = matcher();
      if (!one) {
        return fail(std::move(one.error()));
      }
      found.push_back(std::move(*one));
      skip_space();
      if (!take(",")) {
        break;
      }
      skip_space();
    }
    if (braces && !take("}")) {
      return fail(error_here(position_ == text_.size() ? "the closing } is missing" : "expected , or }"));
    }
    skip_space();
    if (position_ != text_.size()) {
      return fail(error_here(braces ? "expected nothing after the closing }" : "expected a comma between matchers"));
    }
    if (found.empty()) {
      return fail(error_at(0, "expected at least one matcher: none would match every signal"));
    }
    return found;
  }

  Error error_at(std::size_t byte, std::string message) const {
    Error error = notation_error(text_, byte, std::move(message), kRemedy);
    error.message += " at column " + std::to_string(error.place.column);
    return error;
  }

 private:
  Error error_here(std::string message) const { return error_at(position_, std::move(message)); }

  bool take(std::string_view token) {
    if (!text_.substr(position_).starts_with(token)) {
      return false;
    }
    position_ += token.size();
    return true;
  }

  void skip_space() { position_ = std::min(text_.find_first_not_of(" \t\r\n", position_), text_.size()); }

  Result<Parsed> matcher() {
    Parsed parsed;
    const std::size_t name_at = position_;
    Result<std::string> name = word_or_quoted("a label name");
    if (!name) {
      return fail(std::move(name.error()));
    }
    if (name->empty()) {
      return fail(error_at(name_at, "a label name is not empty"));
    }
    parsed.name = std::move(*name);
    skip_space();
    if (take("=~")) {
      parsed.comparison = Comparison::matches;
    } else if (take("!~")) {
      parsed.comparison = Comparison::not_matches;
    } else if (take("!=")) {
      parsed.comparison = Comparison::not_equal;
    } else if (take("=")) {
      parsed.comparison = Comparison::equal;
    } else {
      return fail(error_here("expected =, !=, =~ or !~ after the label name"));
    }
    skip_space();
    parsed.value_at = position_;
    Result<std::string> value = word_or_quoted("a value, best in double quotes");
    if (!value) {
      return fail(std::move(value.error()));
    }
    parsed.value = std::move(*value);
    return parsed;
  }

  Result<std::string> word_or_quoted(const char* expected) {
    if (take("\"")) {
      return quoted();
    }
    const std::size_t end = std::min(text_.find_first_of(kReserved, position_), text_.size());
    if (end == position_) {
      return fail(error_here(std::string("expected ") + expected));
    }
    const std::size_t begin = std::exchange(position_, end);
    return std::string(text_.substr(begin, end - begin));
  }

  /// The rest of a quoted string.
  Result<std::string> quoted() {
    const std::size_t opened_at = position_ - 1;
    std::string value;
    while (position_ < text_.size()) {
      const char c = text_[position_++];
      if (c == '"') {
        return value;
      }
      if (c != '\\' || position_ == text_.size()) {
        value += c;
        continue;
      }
      const char escaped = text_[position_++];
      if (escaped == 'n') {
        value += '\n';
      } else if (escaped == '"' || escaped == '\\') {
        value += escaped;
      } else {
        value += c;
        value += escaped;
      }
    }
    return fail(error_at(opened_at, "the closing quote is missing: the string begins"));
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

re2::RE2::Options matcher_options() {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_dot_nl(true);  // as Prometheus and Alertmanager compile theirs
  return options;
}

struct LabelMatchers::Matcher {
  std::string name;
  Comparison comparison = Comparison::equal;
  std::string value;
  std::unique_ptr<re2::RE2> expression;  ///< of matches and not_matches
};

LabelMatchers::LabelMatchers() = default;
LabelMatchers::LabelMatchers(LabelMatchers&&) noexcept = default;
LabelMatchers& LabelMatchers::operator=(LabelMatchers&&) noexcept = default;
LabelMatchers::~LabelMatchers() = default;

Result<LabelMatchers> LabelMatchers::parse(std::string_view text) {
  Parser parser(text);
  Result<std::vector<Parsed>> parsed = parser.parse();
  if (!parsed) {
    return fail(std::move(parsed.error()));
  }
  const re2::RE2::Options options = matcher_options();
  LabelMatchers result;
  for (Parsed& one : *parsed) {
    Matcher matcher;
    matcher.comparison = one.comparison;
    if (one.comparison == Comparison::matches || one.comparison == Comparison::not_matches) {
      matcher.expression = std::make_unique<re2::RE2>(one.value, options);
      if (!matcher.expression->ok()) {
        return fail(parser.error_at(
            one.value_at, "the regular expression cannot be read: " + matcher.expression->error() + ": it begins"));
      }
      if (one.comparison == Comparison::matches && !re2::RE2::FullMatch("", *matcher.expression)) {
        result.expressions_.push_back({one.name, one.value});
      }
    } else if (one.comparison == Comparison::equal && !one.value.empty()) {
      result.equalities_.push_back({one.name, one.value});
    }
    matcher.name = std::move(one.name);
    matcher.value = std::move(one.value);
    result.matchers_.push_back(std::move(matcher));
  }
  return result;
}

bool LabelMatchers::matches(const Labels& labels) const {
  return std::all_of(matchers_.begin(), matchers_.end(), [&](const Matcher& matcher) {
    const auto label = std::lower_bound(labels.begin(), labels.end(), matcher.name,
                                        [](const Label& l, const std::string& name) { return l.name < name; });
    const bool present = label != labels.end() && label->name == matcher.name;
    const std::string_view value = present ? std::string_view(label->value) : std::string_view();
    switch (matcher.comparison) {
      case Comparison::equal:
        return value == matcher.value;
      case Comparison::not_equal:
        return value != matcher.value;
      case Comparison::matches:
        return re2::RE2::FullMatch(value, *matcher.expression);
      case Comparison::not_matches:
        return !re2::RE2::FullMatch(value, *matcher.expression);
    }
    return false;
  });
}

bool LabelMatchers::only_equality() const { return matchers_.size() == 1 && equalities_.size() == 1; }

std::span<const Label> LabelMatchers::equalities() const { return equalities_; }

std::span<const Label> LabelMatchers::expressions() const { return expressions_; }

}  // namespace avbrottsvakt
