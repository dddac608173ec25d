#include "mapping/evaluate.h"

#include <algorithm>
#include <charconv>

#include "mapping/event_time.h"
#include "model/limits.h"

namespace avbrottsvakt {
namespace {

namespace dom = simdjson::dom;

std::string not_scalar(const JsonPointer& pointer) {
  return "expected text or a number at " + pointer.text + ", found an object or a list";
}

/// The text at a pointer that must be there.
Outcome<std::string> required_text(dom::element element, const JsonPointer& pointer) {
  std::string text;
  switch (text_at(element, pointer, text)) {
    case Found::text:
      return text;
    case Found::absent:
      return refuse("missing", "expected a value at " + pointer.text + ", found nothing");
    case Found::structure:
      break;
  }
  return refuse("wrong_type", not_scalar(pointer));
}

bool equals(dom::element element, const CompiledEquals& expected) {
  std::string text;
  return text_at(element, expected.pointer, text) == Found::text && text == expected.value;
}

/// The first template of which every pointer is there and the whole is not empty; empty if none.
Outcome<std::string> first_resolved(const std::vector<Template>& templates, dom::element element) {
  for (const Template& candidate : templates) {
    std::string text;
    bool complete = true;
    for (const Template::Part& part : candidate.parts) {
      text += part.literal;
      if (!part.pointer) {
        continue;
      }
      switch (text_at(element, *part.pointer, text)) {
        case Found::text:
          break;
        case Found::absent:
          complete = false;
          break;
        case Found::structure:
          return refuse("wrong_type", not_scalar(*part.pointer));
      }
    }
    if (complete && !text.empty()) {
      return text;
    }
  }
  return std::string();
}

/// 16 lower-case hexadecimal digits, from either spelling of a 64-bit fingerprint.
Outcome<std::string> fingerprint(const std::string& text, int base) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value, base);
  if (parsed.ec != std::errc() || parsed.ptr != end) {
    return refuse("bad_key", "expected a 64-bit fingerprint in " + std::string(base == 16 ? "hexadecimal" : "decimal") +
                                 ", found " + in_quotes(text));
  }
  static constexpr std::string_view digits = "0123456789abcdef";
  std::string spelt(16, '0');
  for (std::size_t i = spelt.size(); i-- > 0; value >>= 4U) {
    spelt[i] = digits[value & 15U];
  }
  return spelt;
}

Outcome<std::string> key_of(const CompiledRule& rule, dom::element element) {
  auto key = first_resolved(rule.key, element);
  if (!key) {
    return key;
  }
  if (key->empty()) {
    return refuse("missing", "no template of the key could be filled in");
  }
  if (key->size() > kKeyBytesMax) {
    return refuse("limit",
                  "a key has at most " + std::to_string(kKeyBytesMax) + " bytes, found " + std::to_string(key->size()));
  }
  switch (rule.key_spelling) {
    case KeySpelling::as_written:
      break;
    case KeySpelling::hex_fingerprint:
      return fingerprint(*key, 16);
    case KeySpelling::decimal_fingerprint:
      return fingerprint(*key, 10);
  }
  return key;
}

Outcome<Meaning> meaning_of(const CompiledRule& rule, dom::element element) {
  if (rule.condition_is) {
    return *rule.condition_is;
  }
  std::string text;
  const JsonPointer& from = rule.condition_from;
  switch (text_at(element, from, text)) {
    case Found::absent:
      if (rule.condition_absent) {
        return *rule.condition_absent;
      }
      return refuse("missing", "expected a value at " + from.text +
                                   ", found nothing, and the mapping does not say what " +
                                   "that means (condition.absent)");
    case Found::structure:
      return refuse("wrong_type", not_scalar(from));
    case Found::text:
      break;
  }
  if (const auto mapped = rule.condition_map.find(text); mapped != rule.condition_map.end()) {
    return mapped->second;
  }
  if (rule.condition_otherwise) {
    return *rule.condition_otherwise;
  }
  return refuse("unmapped_value", "the mapping does not know the value " + in_quotes(text) + " of " + from.text +
                                      "; add it to condition.map");
}

Outcome<Instant> read_stamp(const CompiledRule& rule, const std::string& text, const ZoneTable* zone) {
  Result<Instant> instant;
  switch (rule.clock) {
    case CompiledRule::Clock::rfc3339:
      instant = parse_stamp(text, zone);
      break;
    case CompiledRule::Clock::seconds:
      instant = parse_unix_seconds(text);
      break;
    case CompiledRule::Clock::milliseconds:
      instant = parse_unix_milliseconds(text);
      break;
  }
  if (!instant) {
    return refuse("bad_time", instant.error().message + "; " + rule.at.text + " is " + in_quotes(text));
  }
  return *instant;
}

/// No instant: the payload says that it is not over yet.
Outcome<std::optional<Instant>> instant_of(const CompiledRule& rule, dom::element element, const ZoneTable* zone) {
  const auto text = required_text(element, rule.at);
  if (!text) {
    return tl::unexpected<Failure>(text.error());
  }
  auto instant = read_stamp(rule, *text, zone);
  if (!instant) {
    return tl::unexpected<Failure>(instant.error());
  }
  if (is_zero_time(*instant)) {
    if (rule.zero == ZeroTime::open) {
      return std::optional<Instant>();
    }
    return refuse("bad_time", rule.at.text + " is a zero time, and the mapping does not say what that means (at.zero)");
  }
  if (rule.nanoseconds) {
    const auto rest = required_text(element, *rule.nanoseconds);
    if (!rest) {
      return tl::unexpected<Failure>(rest.error());
    }
    const auto millis = parse_nanoseconds(*rest);
    if (!millis) {
      return refuse("bad_time", millis.error().message + "; " + rule.nanoseconds->text + " is " + in_quotes(*rest));
    }
    *instant += *millis;
  }
  if (!plausible(*instant)) {
    return refuse("bad_time", rule.at.text + " is " + in_quotes(*text) +
                                  ", which is not between the years 2000 and 2100: is the unit right?");
  }
  return std::optional<Instant>(*instant);
}

void set_label(Labels& labels, std::string_view name, std::string value) {
  const auto place = std::lower_bound(labels.begin(), labels.end(), name,
                                      [](const Label& label, std::string_view n) { return label.name < n; });
  if (place != labels.end() && place->name == name) {
    place->value = std::move(value);
  } else {
    labels.insert(place, Label{std::string(name), std::move(value)});
  }
}

/// Whole objects are swept in: what cannot identify a service (lists, objects, long texts) is left out. A label that
/// the mapping asks for by name must be usable.
Outcome<Labels> labels_of(const CompiledRule& rule, dom::element element) {
  Labels labels;
  for (const JsonPointer& pointer : rule.labels_from) {
    dom::element members;
    if (find(element, pointer).get(members) != simdjson::SUCCESS) {
      continue;
    }
    dom::object object;
    if (members.get(object) != simdjson::SUCCESS) {
      return refuse("wrong_type", "expected an object of labels at " + pointer.text);
    }
    for (const auto member : object) {
      std::string value;
      const bool usable = !member.key.empty() && member.key.size() <= kLabelNameBytesMax &&
                          append_text(member.value, value) && value.size() <= kLabelValueBytesMax;
      if (usable) {
        set_label(labels, member.key, std::move(value));
      }
      if (labels.size() > kLabelsMax) {
        return refuse("limit", "more than " + std::to_string(kLabelsMax) + " labels at " + pointer.text);
      }
    }
  }
  for (const CompiledRule::Label& label : rule.labels) {
    std::string value;
    switch (text_at(element, label.from, value)) {
      case Found::absent:
        continue;
      case Found::structure:
        return refuse("wrong_type", not_scalar(label.from));
      case Found::text:
        break;
    }
    if (value.size() > kLabelValueBytesMax) {
      return refuse("limit", "a label has at most " + std::to_string(kLabelValueBytesMax) + " bytes, found " +
                                 std::to_string(value.size()) + " at " + label.from.text);
    }
    set_label(labels, label.name, std::move(value));
  }
  if (labels.size() > kLabelsMax) {
    return refuse("limit", "more than " + std::to_string(kLabelsMax) + " labels");
  }
  return labels;
}

Condition to_condition(Meaning meaning) {
  switch (meaning) {
    case Meaning::up:
      return Condition::up;
    case Meaning::degraded:
      return Condition::degraded;
    case Meaning::down:
    case Meaning::ignore:
      break;
  }
  return Condition::down;
}

}  // namespace

bool holds(const CompiledWhen& when, dom::element element) {
  const auto is_there = [&](const JsonPointer& pointer) { return find(element, pointer).error() == simdjson::SUCCESS; };
  return (!when.present || is_there(*when.present)) && (!when.absent || !is_there(*when.absent)) &&
         std::all_of(when.equals.begin(), when.equals.end(),
                     [&](const CompiledEquals& expected) { return equals(element, expected); });
}

Outcome<std::optional<Signal>> signal_of(const CompiledRule& rule, dom::element element, const ZoneTable* zone) {
  const auto meaning = meaning_of(rule, element);
  if (!meaning) {
    return tl::unexpected<Failure>(meaning.error());
  }
  if (*meaning == Meaning::ignore) {
    return std::optional<Signal>();
  }
  const auto at = instant_of(rule, element, zone);
  if (!at) {
    return tl::unexpected<Failure>(at.error());
  }
  if (!*at) {
    return std::optional<Signal>();
  }
  auto key = key_of(rule, element);
  if (!key) {
    return tl::unexpected<Failure>(key.error());
  }
  auto labels = labels_of(rule, element);
  if (!labels) {
    return tl::unexpected<Failure>(labels.error());
  }
  const auto summary = first_resolved(rule.summary, element);
  if (!summary) {
    return tl::unexpected<Failure>(summary.error());
  }
  Signal signal;
  signal.key = std::move(*key);
  signal.condition = to_condition(*meaning);
  signal.at = **at;
  signal.labels = std::move(*labels);
  signal.summary = cut(*summary, kSummaryBytesMax);
  return std::optional<Signal>(std::move(signal));
}

}  // namespace avbrottsvakt
