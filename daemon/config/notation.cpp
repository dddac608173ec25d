#include "config/notation.h"

#include "base/civil.h"
#include "base/notation.h"
#include "base/time.h"
#include "catalogue/matcher.h"
#include "catalogue/spec.h"
#include "catalogue/week_hours.h"
#include "config/utf8.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

constexpr std::size_t kIdentifierBytesMax = 64;

tl::unexpected<Error> fail_at(std::size_t offset, std::string_view text, std::string message, std::string remedy = {}) {
  return fail(notation_error(text, offset, std::move(message), std::move(remedy)));
}

Result<void> check_identifier(std::string_view text) {
  if (text.empty()) return fail(ErrorCode::invalid_input, "an identifier is not empty");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool first = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (first || (i > 0 && (c == '-' || c == '_'))) continue;
    const std::string which = c == ' ' ? "a space" : std::string(text.substr(i, utf8_width(c)));
    return fail_at(i, text, which + " cannot stand here in an identifier",
                   "use a to z, digits, hyphens and underscores, with a letter or a digit first");
  }
  if (text.size() > kIdentifierBytesMax) {
    return fail_at(kIdentifierBytesMax, text, "an identifier has at most 64 characters");
  }
  return {};
}

/// RFC 6901. What it points to is the payload's business.
Result<void> check_json_pointer(std::string_view text) {
  if (!text.empty() && text.front() != '/') {
    return fail_at(0, text, "a JSON Pointer begins with /", "did you mean /" + std::string(text) + "?");
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '~' && (i + 1 == text.size() || (text[i + 1] != '0' && text[i + 1] != '1'))) {
      return fail_at(i, text, "~ stands only before 0 or 1 in a JSON Pointer", "~0 means ~, and ~1 means /");
    }
  }
  return {};
}

template <typename T>
Result<void> without_value(const Result<T>& result) {
  if (!result) return fail(result.error());
  return {};
}

}  // namespace

Result<void> check_notation(v1::Notation notation, std::string_view text) {
  switch (notation) {
    case v1::DURATION:
      return without_value(parse_duration(text));
    case v1::PERIOD:
      return without_value(parse_period(text));
    case v1::LADDER_POINT:
      return without_value(parse_ladder_point(text));
    case v1::LABEL_MATCHERS:
      return without_value(LabelMatchers::parse(text));
    case v1::DATE:
      return without_value(parse_date(text));
    case v1::INSTANT:
      return without_value(parse_instant(text));
    case v1::IDENTIFIER:
      return check_identifier(text);
    case v1::ANCHOR:
      return without_value(parse_anchor(text));
    case v1::JSON_POINTER:
      return check_json_pointer(text);
    case v1::WEEK_HOURS:
      return without_value(WeekHours::parse(text));
    default:
      return {};
  }
}

std::string describe(v1::Notation notation) {
  switch (notation) {
    case v1::DURATION:
      return "a duration like 90m or 1h30m";
    case v1::PERIOD:
      return "a period like 24h, 15 days or 1 month";
    case v1::LADDER_POINT:
      return "a point like 50% of rto or 100% of mta";
    case v1::LABEL_MATCHERS:
      return "label matchers like '{service=\"cosmic\"}'";
    case v1::DATE:
      return "a date like 2026-07-01";
    case v1::INSTANT:
      return "a time with offset like 2026-11-22T02:00:00+01:00";
    case v1::IDENTIFIER:
      return "an identifier like emergency-east";
    case v1::ANCHOR:
      return "known_incident, known_significant, requested or submitted(STAGE)";
    case v1::JSON_POINTER:
      return "a JSON Pointer like /labels/host";
    case v1::WEEK_HOURS:
      return "always, or hours like mon-fri 08:00-17:00";
    default:
      return "text";
  }
}

std::string describe(v1::Reference reference) {
  switch (reference) {
    case v1::SERVICE:
      return "service";
    case v1::ACTIVITY:
      return "activity";
    case v1::ROLE:
      return "role";
    case v1::DUTY_HOLDER:
      return "duty holder";
    case v1::ADMINISTRATION:
      return "administration";
    case v1::STAGE:
      return "stage";
    case v1::REGIME:
      return "regime";
    case v1::FACT:
      return "fact";
    default:
      return "name";
  }
}

}  // namespace avbrottsvakt
