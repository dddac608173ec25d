#include "intake/decoder.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/digest.h"
#include "wire/input.h"

namespace avbrottsvakt {
namespace {

Unreadable unreadable(const ReadRecord& record, const StreamStart& stream, Refusal refusal) {
  Unreadable letter;
  letter.topic = stream.stream;
  letter.partition = stream.partition;
  letter.offset = record.position;
  letter.key = record.key.value_or("");
  letter.value = record.value.value_or("");
  letter.headers = record.headers;
  letter.stage = std::move(refusal.stage);
  letter.error = std::move(refusal.error);
  letter.message = std::move(refusal.message);
  return letter;
}

/// Keeps the beginning of what cannot be kept whole.
void shorten(Unreadable& letter, std::size_t bytes_max) {
  const std::size_t whole = letter.value.size();
  if (whole > bytes_max) {
    letter.message += "; only the first " + std::to_string(bytes_max) + " of " + std::to_string(whole) +
                      " bytes are kept here, their SHA-256 as a whole is " + sha256_hex(letter.value);
    letter.value.resize(bytes_max);
  }
  letter.key.resize(std::min(letter.key.size(), std::size_t{1024}));
  letter.headers.clear();
}

}  // namespace

Result<Decoder> Decoder::make(const MappingSpec& spec) {
  auto compiled = Mapping::compile(spec);
  if (!compiled.faults.empty()) {
    const SpecFault& fault = compiled.faults.front();
    return fail(ErrorCode::invalid_input, "source " + spec.source + ": " + fault.path + ": " + fault.message,
                fault.remedy);
  }
  return Decoder(spec.source, spec.decode, std::move(compiled.mapping));
}

Heard Decoder::decode(const ReadRecord& record, const StreamStart& stream) {
  Heard heard;
  if (!record.value) {
    if (decode_ == Decode::cloudevents) {
      // By its binding an event without data looks like a tombstone: taking it for nothing could lose an outage.
      heard.unreadable.push_back(unreadable(
          record, stream,
          {"decode", "tombstone",
           "expected a CloudEvent, found a record without a value, which is also how an event without data is "
           "sent in binary mode; give it data, {} if there is nothing to say"}));
    }
    return heard;  // Elsewhere a tombstone says that a key is forgotten, and of no condition.
  }
  std::optional<Refusal> refusal;
  if (record.bytes_left_out > 0) {
    refusal = Refusal{"decode", "too_large",
                      std::to_string(record.value->size() + record.bytes_left_out) + " bytes; a payload has at most " +
                          std::to_string(kPayloadBytesMax)};
  } else if (mapping_ != nullptr) {
    Mapped mapped = mapping_->map(Payload{*record.value, record.headers, record.received});
    heard.signals = std::move(mapped.signals);
    refusal = std::move(mapped.refusal);
  } else if (decode_ == Decode::command_json) {
    if (auto command = decode_command(*record.value)) {
      heard.commands.push_back(std::move(*command));
    } else {
      refusal = Refusal{"decode", "invalid_command", command.error().message + "; " + command.error().remedy};
    }
  } else if (auto signal = decode_signal(source_, *record.value)) {
    heard.signals.push_back(std::move(*signal));
  } else {
    refusal = Refusal{"decode", "invalid_signal", signal.error().message + "; " + signal.error().remedy};
  }
  if (refusal) {
    heard.unreadable.push_back(unreadable(record, stream, std::move(*refusal)));
  }
  return heard;
}

std::string encode_within(Input input, std::size_t bytes_max) {
  AV_CHECK(bytes_max >= std::size_t{16} * 1024);
  std::string bytes = encode_input(input);
  auto* heard = std::get_if<Heard>(&input.body);
  if (bytes.size() <= bytes_max || heard == nullptr) {
    return bytes;
  }
  for (Unreadable& letter : heard->unreadable) {
    shorten(letter, bytes_max / 4);
  }
  bytes = encode_input(input);
  if (bytes.size() <= bytes_max) {
    return bytes;
  }
  if (heard->unreadable.empty()) {
    Unreadable letter;
    letter.topic = input.span ? input.span->stream : "";
    letter.partition = input.span ? input.span->partition : 0;
    letter.offset = input.span ? input.span->upto : 0;
    heard->unreadable.push_back(std::move(letter));
  }
  Unreadable letter = std::move(heard->unreadable.front());
  letter.stage = "mapping";
  letter.error = "too_large_for_the_log";
  letter.message = std::to_string(heard->signals.size()) + " signals of one record take " +
                   std::to_string(bytes.size()) + " bytes; the log takes " + std::to_string(bytes_max) +
                   "; send smaller records, or raise max.message.bytes of the topic of inputs";
  heard->signals.clear();
  heard->unreadable = {std::move(letter)};
  return encode_input(input);
}

}  // namespace avbrottsvakt
