#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

#include "config/source.h"
#include "intake/decoder.h"
#include "model/limits.h"
#include "require.h"
#include "targets.h"
#include "wire/input.h"

namespace avbrottsvakt::fuzz {
namespace {

constexpr Instant kReceived{Millis{1'795'313'580'000}};

/// The decoder of a source of the sample region.
Decoder decoder_of(const char* source) {
  const std::filesystem::path folder = std::filesystem::path(AV_SOURCE_DIR) / "config/sources";
  const auto spec = load_source(folder / (std::string(source) + ".yaml"));
  require(spec.has_value(), "the sample region can be read");
  auto decoder = Decoder::make(spec->mapping);
  require(decoder.has_value(), "its mappings can be compiled");
  return std::move(*decoder);
}

ReadRecord record_of(std::string_view bytes) {
  ReadRecord record;
  record.position = 41;
  record.received = kReceived;
  if (bytes.starts_with('\x01')) {
    bytes.remove_prefix(1);
    while (!bytes.empty() && !bytes.starts_with('\n')) {
      const std::string_view line = bytes.substr(0, bytes.find('\n'));
      const std::size_t colon = std::min(line.find(": "), line.size());
      record.headers.push_back(
          {std::string(line.substr(0, colon)), std::string(line.substr(std::min(colon + 2, line.size())))});
      bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
    }
    bytes.remove_prefix(std::min<std::size_t>(1, bytes.size()));
  }
  record.value = std::string(bytes);
  return record;
}

void check(const Signal& signal, const char* source) {
  require(signal.source == source, "no source speaks for another");
  require(!signal.key.empty() && signal.key.size() <= kKeyBytesMax, "a signal has a key within its bound");
  require(plausible(signal.at), "a signal has a plausible time");
  require(signal.summary.size() <= kSummaryBytesMax, "a summary keeps to its bound");
  require(signal.labels.size() <= kLabelsMax, "labels keep to their bound");
  require(std::adjacent_find(signal.labels.begin(), signal.labels.end(),
                             [](const Label& a, const Label& b) { return a.name >= b.name; }) == signal.labels.end(),
          "labels ascend, each name once");
  for (const Label& label : signal.labels) {
    require(label.name.size() <= kLabelNameBytesMax && label.value.size() <= kLabelValueBytesMax,
            "a label keeps to its bounds");
  }
}

void check(const Unreadable& letter, const ReadRecord& record) {
  require(letter.value == *record.value && letter.headers == record.headers, "what cannot be read is kept whole");
  require(letter.topic == "topic" && letter.partition == 3 && letter.offset == record.position,
          "a letter has its place");
  require(letter.stage == "decode" || letter.stage == "mapping", "a letter says where it failed");
  require(!letter.error.empty() && !letter.message.empty(), "a letter says what is wrong");
  require(letter.message.size() <= 4096 && is_utf8(letter.message), "and briefly, so that it can be written down");
  require(std::none_of(letter.message.begin(), letter.message.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
          "what people read has no control characters");
}

/// The log gives back what was put into it.
void check_log(const Heard& heard) {
  Input input;
  input.span = SourceSpan{"source", "topic", 3, "", "", 40, 41};
  input.body = heard;
  const std::string bytes = encode_within(input, kInputBytesMax);
  require(bytes.size() <= kInputBytesMax, "an input keeps to its bound");
  const auto read = decode_input(bytes, kReceived);
  require(read.has_value(), "the log can be read");
  const auto* again = std::get_if<Heard>(&read->body);
  require(again != nullptr && again->signals == heard.signals && again->unreadable == heard.unreadable,
          "the log holds what was heard");
  require(again->commands.size() == heard.commands.size(), "the log holds what people said");
  for (std::size_t i = 0; i < heard.commands.size(); ++i) {
    require(encode_command(again->commands[i]) == encode_command(heard.commands[i]),
            "in the words in which it was said");
  }
}

void run(Decoder& decoder, const char* source, std::string_view bytes) {
  const ReadRecord record = record_of(bytes);
  const Heard heard = decoder.decode(record, {"topic", 3, "", -1, -1, -1});
  for (const Signal& signal : heard.signals) check(signal, source);
  require(heard.unreadable.size() <= 1, "a record is one letter at most");
  for (const Unreadable& letter : heard.unreadable) check(letter, record);
  for (const Command& command : heard.commands) {
    const auto again = decode_command(encode_command(command));
    require(again.has_value() && encode_command(*again) == encode_command(command), "a command reads back");
  }
  check_log(heard);
}

}  // namespace

void alertmanager(std::string_view bytes) {
  static Decoder decoder = decoder_of("alertmanager");
  run(decoder, "alertmanager", bytes);
}
void zabbix(std::string_view bytes) {
  static Decoder decoder = decoder_of("zabbix");
  run(decoder, "zabbix", bytes);
}
void icinga2(std::string_view bytes) {
  static Decoder decoder = decoder_of("icinga2");
  run(decoder, "icinga2", bytes);
}
void cloudevents(std::string_view bytes) {
  static Decoder decoder = decoder_of("cloudevents");
  run(decoder, "cloudevents", bytes);
}
void signal(std::string_view bytes) {
  static Decoder decoder = decoder_of("signal");
  run(decoder, "signal", bytes);
}
void commands(std::string_view bytes) {
  static Decoder decoder = decoder_of("commands");
  run(decoder, "commands", bytes);
}

}  // namespace avbrottsvakt::fuzz
