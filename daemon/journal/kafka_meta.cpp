#include "journal/kafka_meta.h"

#include <charconv>

namespace avbrottsvakt {

Result<TextFields> decode_fields(std::string_view text) {
  TextFields fields;
  bool first = true;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    if (first) {
      if (word != "v1") {
        return fail(ErrorCode::incompatible,
                    "a record begins with '" + std::string(word.substr(0, 20)) +
                        "', expected v1: it was written by another version",
                    "use a daemon at least as new as the one that wrote it");
      }
      first = false;
      continue;
    }
    const std::size_t sign = word.find('=');
    if (sign == std::string_view::npos) return fail(ErrorCode::corrupt, "a record has a field without '='");
    fields.emplace(word.substr(0, sign), word.substr(sign + 1));
  }
  if (first) return fail(ErrorCode::corrupt, "a record is empty, expected v1");
  return fields;
}

Result<std::int64_t> number_field(const TextFields& fields, std::string_view name) {
  const auto found = fields.find(name);
  if (found != fields.end()) {
    std::int64_t number = 0;
    const char* end = found->second.data() + found->second.size();
    const auto [stop, code] = std::from_chars(found->second.data(), end, number);
    if (code == std::errc() && stop == end && number >= 0) return number;
  }
  return fail(ErrorCode::corrupt, "a record lacks the number " + std::string(name));
}

std::string encode(const KafkaMeta& meta) {
  return "v1 next=" + std::to_string(meta.next_position) + " sequence=" + std::to_string(meta.sequence) +
         " now=" + std::to_string(meta.now.time_since_epoch().count());
}

Result<KafkaMeta> decode_meta(std::string_view text) {
  const auto fields = decode_fields(text);
  if (!fields) return fail(fields.error());
  const auto next = number_field(*fields, "next");
  if (!next) return fail(next.error());
  const auto sequence = number_field(*fields, "sequence");
  if (!sequence) return fail(sequence.error());
  const auto now = number_field(*fields, "now");
  if (!now) return fail(now.error());
  return KafkaMeta{*next, *sequence, LogTime(Millis(*now))};
}

std::string state_key(const std::string& domain, std::string_view key) { return domain + "/s/" + std::string(key); }

std::string meta_key(const std::string& domain) { return domain + "/m"; }

}  // namespace avbrottsvakt
