#include "mapping/mapping.h"

#include <algorithm>
#include <numeric>

#include "mapping/cloud_event.h"
#include "mapping/compiled.h"
#include "mapping/evaluate.h"
#include "mapping/json.h"

namespace avbrottsvakt {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t kReasonsShownMax = 5;
constexpr std::size_t kReasonBytesMax = 300;
/// What a bigger payload made the parser take is given back.
constexpr std::size_t kParserBytesKept = std::size_t{1024} * 1024;

/// What went wrong within one record: the first reasons, and how many there are.
class Reasons {
 public:
  void add(const char* stage, const std::string& place, const Failure& failure) {
    if (count_++ == 0) {
      refusal_.stage = stage;
      refusal_.error = failure.error;
    }
    if (count_ <= kReasonsShownMax) {
      const std::string_view where = std::string_view(place).substr(0, place.find_last_not_of(' ') + 1);
      const std::string reason = where.empty() ? failure.message : std::string(where) + ": " + failure.message;
      refusal_.message += count_ == 1 ? "" : "; ";
      refusal_.message += cut(reason, kReasonBytesMax);
    }
  }
  std::optional<Refusal> take() {
    if (count_ == 0) {
      return std::nullopt;
    }
    if (count_ > kReasonsShownMax) {
      refusal_.message += "; and " + std::to_string(count_ - kReasonsShownMax) + " more";
    }
    return std::move(refusal_);
  }

 private:
  Refusal refusal_;
  std::size_t count_ = 0;
};

/// About what a signal takes in an Input.
std::size_t bytes_of(const Signal& signal) {
  constexpr std::size_t kFieldsBytes = 16;
  std::size_t bytes = signal.source.size() + signal.key.size() + signal.summary.size() + signal.mapping_hash.size();
  for (const Label& label : signal.labels) {
    bytes += label.name.size() + label.value.size() + kFieldsBytes;
  }
  return bytes + kFieldsBytes;
}

/// Tools on Windows begin with a byte order mark.
std::string_view without_mark(std::string_view text) {
  return text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text;
}

Failure decode_failure(simdjson::error_code error) {
  switch (error) {
    case simdjson::EMPTY:
      return {"empty", "expected a JSON document, found nothing"};
    case simdjson::DEPTH_ERROR:
      return {"too_deep", "nested deeper than " + std::to_string(kPayloadDepthMax) + " levels"};
    case simdjson::UTF8_ERROR:
      return {"invalid_utf8", "expected UTF-8, found other bytes"};
    case simdjson::NUMBER_ERROR:
      return {"invalid_number", "a number is malformed or beyond 64 bits; tools should write such numbers as text"};
    case simdjson::MEMALLOC:
      return {"no_memory", "no memory to read it"};
    default:
      return {"invalid_json", std::string("expected JSON: ") + simdjson::error_message(error)};
  }
}

}  // namespace

struct Mapping::Impl {
  CompiledMapping compiled;
  std::string hash;
  std::string buffer;  ///< the payload with the padding that simdjson reads beyond the end
  dom::parser parser{kPayloadBytesMax + simdjson::SIMDJSON_PADDING};
  bool parser_ready = false;
  std::size_t text_bytes = 0;  ///< of the signals of this payload so far
  Around around;

  /// All signals of an element, or none.
  Outcome<std::vector<Signal>> map_element(dom::element element) const {
    std::vector<Signal> signals;
    bool matched = std::any_of(compiled.skip.begin(), compiled.skip.end(),
                               [&](const CompiledWhen& when) { return holds(when, element); });
    if (matched) {
      return signals;
    }
    for (const CompiledRule& rule : compiled.rules) {
      if (!holds(rule.when, element)) {
        continue;
      }
      matched = true;
      auto signal = signal_of(rule, element, around);
      if (!signal) {
        return tl::unexpected<Failure>(signal.error());
      }
      if (*signal) {
        (*signal)->source = compiled.source;
        (*signal)->mapping_hash = hash;
        signals.push_back(std::move(**signal));
      }
    }
    if (!matched && compiled.unmatched == Unmatched::refuse) {
      return refuse("no_rule", "no rule of the mapping applies to it; add one, or write unmatched: ignore");
    }
    return signals;
  }

  void take_element(dom::element element, const std::string& place, Mapped& mapped, Reasons& reasons) {
    auto signals = map_element(element);
    if (!signals) {
      reasons.add("mapping", place, signals.error());
      return;
    }
    const std::size_t bytes = std::accumulate(signals->begin(), signals->end(), text_bytes,
                                              [](std::size_t sum, const Signal& s) { return sum + bytes_of(s); });
    if (mapped.signals.size() + signals->size() > kSignalsMax || bytes > kSignalTextBytesMax) {
      reasons.add("mapping", place,
                  {"limit", "a record gives at most " + std::to_string(kSignalsMax) + " signals, and " +
                                std::to_string(kSignalTextBytesMax) + " bytes of text in them"});
    } else {
      text_bytes = bytes;
      std::move(signals->begin(), signals->end(), std::back_inserter(mapped.signals));
    }
  }

  /// Puts what is to be parsed where the parser may read beyond its end.
  std::string_view buffered(std::string_view text) {
    buffer.assign(text);
    buffer.append(simdjson::SIMDJSON_PADDING, '\0');
    return std::string_view(buffer).substr(0, text.size());
  }

  /// `text` lies in `buffer`. `prefix` is its place in the record, empty or "line 3 ".
  void take_document(std::string_view text, const std::string& prefix, Mapped& mapped, Reasons& reasons) {
    dom::element document;
    const auto error = parser.parse(text.data(), text.size(), false).get(document);
    if (error != simdjson::SUCCESS) {
      reasons.add("decode", prefix, decode_failure(error));
      return;
    }
    if (compiled.decode == Decode::cloudevents) {
      if (const auto checked = check_attributes(document); !checked) {
        reasons.add("decode", prefix, checked.error());
        return;
      }
    }
    for (const CompiledEquals& expected : compiled.expect) {
      std::string found;
      const Found kind = text_at(document, expected.pointer, found);
      if (kind != Found::absent && (kind == Found::structure || found != expected.value)) {
        reasons.add("mapping", prefix + expected.pointer.text,
                    {"unexpected", "expected " + in_quotes(expected.value) + ", found " +
                                       (kind == Found::text ? in_quotes(found) : std::string("an object or a list"))});
      }
    }
    if (!compiled.iterate) {
      take_element(document, prefix, mapped, reasons);
      return;
    }
    const std::string place = prefix + compiled.iterate->text;
    dom::element list;
    dom::array elements;
    if (find(document, *compiled.iterate).get(list) != simdjson::SUCCESS || list.get(elements) != simdjson::SUCCESS) {
      reasons.add("mapping", place, {"not_a_list", "expected a list"});
      return;
    }
    std::size_t index = 0;
    for (const dom::element element : elements) {
      take_element(element, place + "/" + std::to_string(index++), mapped, reasons);
    }
  }

  void take_lines(std::string_view text, Mapped& mapped, Reasons& reasons) {
    std::size_t number = 0;
    while (!text.empty()) {
      ++number;
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      if (line.ends_with('\r')) {
        line.remove_suffix(1);
      }
      if (line.find_first_not_of(" \t") != std::string_view::npos) {
        take_document(without_mark(line), "line " + std::to_string(number) + " ", mapped, reasons);
      }
    }
  }

  void take_cloud_event(const Payload& payload, Mapped& mapped, Reasons& reasons) {
    const auto mode = cloud_event_mode(payload);
    if (!mode) {
      reasons.add("decode", "", mode.error());
      return;
    }
    if (*mode == CloudEventMode::structured) {
      take_document(buffered(without_mark(payload.value)), "", mapped, reasons);
      return;
    }
    Payload event = payload;
    event.value = without_mark(payload.value);
    const std::string_view data = buffered(event.value);
    // By itself first: what is no document of its own could end the one around it, and go on with attributes.
    if (const auto error = parser.parse(data.data(), data.size(), false).error(); error != simdjson::SUCCESS) {
      reasons.add("decode", "/data", decode_failure(error));
      return;
    }
    const std::string document = binary_document(event);
    if (fits(document, reasons)) {
      take_document(buffered(document), "", mapped, reasons);
    }
  }

  static bool fits(std::string_view text, Reasons& reasons) {
    if (text.size() > kPayloadBytesMax) {
      reasons.add("decode", "",
                  {"too_large",
                   std::to_string(text.size()) + " bytes; a payload has at most " + std::to_string(kPayloadBytesMax)});
    }
    return text.size() <= kPayloadBytesMax;
  }

  void take_payload(const Payload& payload, Mapped& mapped, Reasons& reasons) {
    if (!fits(payload.value, reasons)) {
      return;
    }
    if (!parser_ready) {
      if (const auto error = parser.allocate(4096, kPayloadDepthMax); error != simdjson::SUCCESS) {
        reasons.add("decode", "", decode_failure(error));
        return;
      }
      parser_ready = true;
    }
    text_bytes = 0;
    around = {compiled.zone ? &*compiled.zone : nullptr, payload.received};
    if (compiled.decode == Decode::ndjson) {
      take_lines(buffered(payload.value), mapped, reasons);
    } else if (compiled.decode == Decode::cloudevents) {
      take_cloud_event(payload, mapped, reasons);
    } else {
      take_document(buffered(without_mark(payload.value)), "", mapped, reasons);
    }
    if (payload.value.size() > kParserBytesKept) {
      parser = dom::parser(kPayloadBytesMax + simdjson::SIMDJSON_PADDING);
      parser_ready = false;
      std::string().swap(buffer);
    }
  }
};

Mapping::Mapping(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Mapping::~Mapping() = default;

Mapping::Compiled Mapping::compile(const MappingSpec& spec) {
  Compiled result;
  auto impl = std::make_unique<Impl>();
  impl->compiled = compile_mapping(spec, result.faults);
  impl->hash = mapping_hash(spec);
  if (result.faults.empty() && is_mapped(spec.decode)) {
    result.mapping = std::unique_ptr<Mapping>(new Mapping(std::move(impl)));
  }
  return result;
}

Mapped Mapping::map(const Payload& payload) {
  Mapped mapped;
  Reasons reasons;
  impl_->take_payload(payload, mapped, reasons);
  mapped.refusal = reasons.take();
  return mapped;
}

const std::string& Mapping::source() const { return impl_->compiled.source; }
const std::string& Mapping::hash() const { return impl_->hash; }

}  // namespace avbrottsvakt
