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
  // Nearly all are, and are asked of each element of each payload.
  if (std::string_view text; find(element, expected.pointer).get(text) == simdjson::SUCCESS) {
    return text == expected.value;
  }
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
    std::string templates;
    for (const Template& candidate : rule.key) {
      templates += (templates.empty() ? "" : ", or ") + candidate.text;
    }
    return refuse("missing", "no template of the key could be filled in: expected " + templates);
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

Outcome<Meaning> meaning_of(const CompiledCondition& condition, dom::element element) {
  if (condition.is) {
    return *condition.is;
  }
  std::string text;
  const JsonPointer& from = condition.from;
  switch (text_at(element, from, text)) {
    case Found::absent:
      if (!condition.instead.empty()) {
        return meaning_of(condition.instead.front(), element);
      }
      if (condition.absent) {
        return *condition.absent;
      }
      return refuse("missing", "expected a value at " + from.text +
                                   ", found nothing, and the mapping does not say what " +
                                   "that means (condition.absent)");
    case Found::structure:
      return refuse("wrong_type", not_scalar(from));
    case Found::text:
      break;
  }
  if (const auto mapped = condition.map.find(text); mapped != condition.map.end()) {
    return mapped->second;
  }
  const auto ending = std::find_if(condition.endings.begin(), condition.endings.end(),
                                   [&](const auto& entry) { return text.ends_with(entry.first); });
  if (ending != condition.endings.end()) {
    return ending->second;
  }
  if (condition.otherwise) {
    return *condition.otherwise;
  }
  return refuse("unmapped_value", "the mapping does not know the value " + in_quotes(text) + " of " + from.text +
                                      "; add it to condition.map");
}

Outcome<Instant> read_stamp(const CompiledAt& at, const std::string& text, const ZoneTable* zone) {
  Result<Instant> instant;
  switch (at.clock) {
    case CompiledAt::Clock::rfc3339:
      instant = parse_stamp(text, zone);
      break;
    case CompiledAt::Clock::seconds:
      instant = parse_unix_seconds(text);
      break;
    case CompiledAt::Clock::milliseconds:
      instant = parse_unix_milliseconds(text);
      break;
  }
  if (!instant) {
    return refuse("bad_time", instant.error().message + "; " + at.from.text + " is " + in_quotes(text));
  }
  return *instant;
}

Outcome<std::optional<Instant>> received_at(const Around& around) {
  if (!around.received) {
    return refuse("missing", "it is not known when the record was received (at.received)");
  }
  if (!plausible(*around.received)) {
    return refuse("bad_time", "the record was received at " + format_instant(*around.received) +
                                  ", which is not between the years 2000 and 2100: is the clock of its writer right?");
  }
  return around.received;
}

/// No instant: the payload says that it is not over yet.
Outcome<std::optional<Instant>> instant_of(const CompiledAt& at, dom::element element, const Around& around) {
  if (at.received) {
    return received_at(around);
  }
  if (!at.instead.empty() && find(element, at.from).error() != simdjson::SUCCESS) {
    return instant_of(at.instead.front(), element, around);
  }
  const auto text = required_text(element, at.from);
  if (!text) {
    return tl::unexpected<Failure>(text.error());
  }
  auto instant = read_stamp(at, *text, around.zone);
  if (!instant) {
    return tl::unexpected<Failure>(instant.error());
  }
  if (is_zero_time(*instant)) {
    if (at.zero == ZeroTime::open) {
      return std::optional<Instant>();
    }
    return refuse("bad_time", at.from.text + " is a zero time, and the mapping does not say what that means (at.zero)");
  }
  if (at.nanoseconds) {
    const auto rest = required_text(element, *at.nanoseconds);
    if (!rest) {
      return tl::unexpected<Failure>(rest.error());
    }
    const auto millis = parse_nanoseconds(*rest);
    if (!millis) {
      return refuse("bad_time", millis.error().message + "; " + at.nanoseconds->text + " is " + in_quotes(*rest));
    }
    *instant += *millis;
  }
  if (!plausible(*instant)) {
    return refuse("bad_time", at.from.text + " is " + in_quotes(*text) +
                                  ", which is not between the years 2000 and 2100: is the unit right?");
  }
  return std::optional<Instant>(*instant);
}

void set_label(Labels& labels, std::string_view name, std::string value) {
  // Most tools write them in order.
  if (labels.empty() || labels.back().name < name) {
    labels.push_back({std::string(name), std::move(value)});
    return;
  }
  const auto place = std::lower_bound(labels.begin(), labels.end(), name,
                                      [](const Label& label, std::string_view n) { return label.name < n; });
  if (place != labels.end() && place->name == name) {
    place->value = std::move(value);
  } else {
    labels.insert(place, Label{std::string(name), std::move(value)});
  }
}

/// What cannot identify a service (lists, objects, long texts) is no label where whole objects and lists are swept in.
bool usable_label(std::string_view name, std::string_view value) {
  return !name.empty() && name.size() <= kLabelNameBytesMax && value.size() <= kLabelValueBytesMax;
}

/// Of one name. A problem of a whole cluster names a hundred hosts: it must not be lost for that, and nobody writes a
/// matcher for the ninth.
constexpr std::size_t kValuesMax = 8;

/// The values of one name, in the order of the lists, each once.
using LabelValues = std::vector<std::pair<std::string, std::vector<std::string>>>;

Outcome<void> collect(const CompiledRule::LabelList& list, dom::element element, LabelValues& collected) {
  dom::element found;
  if (find(element, list.from).get(found) != simdjson::SUCCESS) {
    return {};
  }
  dom::array entries;
  if (found.get(entries) != simdjson::SUCCESS) {
    return refuse("wrong_type", "expected a list of labels at " + list.from.text);
  }
  for (const dom::element entry : entries) {
    std::string name = list.name;
    std::string value;
    const bool named = !list.name_from || text_at(entry, *list.name_from, name) == Found::text;
    if (!named || text_at(entry, list.value_from, value) != Found::text || !usable_label(name, value)) {
      continue;
    }
    auto same =
        std::find_if(collected.begin(), collected.end(), [&](const auto& other) { return other.first == name; });
    if (same == collected.end()) {
      if (collected.size() == kLabelsMax) {
        return refuse("limit", "more than " + std::to_string(kLabelsMax) + " labels at " + list.from.text);
      }
      same = collected.emplace(same, std::move(name), std::vector<std::string>());
    }
    std::vector<std::string>& values = same->second;
    if (values.size() < kValuesMax && std::find(values.begin(), values.end(), value) == values.end()) {
      values.push_back(std::move(value));
    }
  }
  return {};
}

/// host, host_2, host_3: a label has one value, and matchers compare the whole of it. So the first value is found by
/// those who know of no other, and the others by those who do.
Outcome<void> set_listed(const CompiledRule& rule, dom::element element, Labels& labels) {
  LabelValues collected;
  for (const CompiledRule::LabelList& list : rule.labels_from_lists) {
    if (auto done = collect(list, element, collected); !done) {
      return done;
    }
  }
  for (auto& [name, values] : collected) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::string numbered = i == 0 ? name : name + "_" + std::to_string(i + 1);
      if (usable_label(numbered, values[i])) {
        set_label(labels, numbered, std::move(values[i]));
      }
    }
  }
  return {};
}

/// A label that the mapping asks for by name must be usable.
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
    labels.reserve(labels.size() + std::min(object.size(), kLabelsMax + 1));
    for (const auto member : object) {
      std::string value;
      if (append_text(member.value, value) && usable_label(member.key, value)) {
        set_label(labels, member.key, std::move(value));
      }
      if (labels.size() > kLabelsMax) {
        return refuse("limit", "more than " + std::to_string(kLabelsMax) + " labels at " + pointer.text);
      }
    }
  }
  if (auto done = set_listed(rule, element, labels); !done) {
    return tl::unexpected<Failure>(done.error());
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
                     [&](const CompiledEquals& expected) { return equals(element, expected); }) &&
         std::none_of(when.differs.begin(), when.differs.end(),
                      [&](const CompiledEquals& other) { return equals(element, other); });
}

Outcome<std::optional<Signal>> signal_of(const CompiledRule& rule, dom::element element, const Around& around) {
  const auto meaning = meaning_of(rule.condition, element);
  if (!meaning) {
    return tl::unexpected<Failure>(meaning.error());
  }
  if (*meaning == Meaning::ignore) {
    return std::optional<Signal>();
  }
  const auto at = instant_of(rule.at, element, around);
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
  auto summary = first_resolved(rule.summary, element);
  if (!summary) {
    return tl::unexpected<Failure>(summary.error());
  }
  Signal signal;
  signal.key = std::move(*key);
  signal.condition = to_condition(*meaning);
  signal.at = **at;
  signal.labels = std::move(*labels);
  summary->resize(cut(*summary, kSummaryBytesMax).size());
  signal.summary = std::move(*summary);
  signal.origin = rule.origin;
  signal.expect_within = rule.expect_within;
  return std::optional<Signal>(std::move(signal));
}

}  // namespace avbrottsvakt
