#include "fakes.h"

#include <gtest/gtest.h>

#include <fstream>

#include "wire/input.h"

namespace avbrottsvakt::test {
namespace {

template <typename T>
T next(std::deque<T>& queue) {
  T value = std::move(queue.front());
  queue.pop_front();
  return value;
}

}  // namespace

Result<std::vector<StreamStart>> ScriptedReader::begin(const std::vector<AppliedRecord>& applied) {
  script_->begun.push_back(applied);
  if (!script_->begin_errors.empty()) {
    return fail(next(script_->begin_errors));
  }
  return script_->starts;
}

Result<std::vector<SourceEvent>> ScriptedReader::poll(std::size_t /*max*/, Millis /*wait*/) {
  if (!script_->poll_errors.empty()) {
    return fail(next(script_->poll_errors));
  }
  if (script_->events.empty()) {
    return std::vector<SourceEvent>();
  }
  return next(script_->events);
}

void ScriptedReader::release(std::size_t /*stream*/, std::int64_t upto) { script_->released.push_back(upto); }

MappingSpec test_mapping(const std::string& source, bool maybe_is_down) {
  MappingSpec spec;
  spec.source = source;
  SignalRuleSpec rule;
  rule.key = {"{/id}"};
  rule.condition.from = "/state";
  rule.condition.map = {{"down", Meaning::down},
                        {"degraded", Meaning::degraded},
                        {"up", Meaning::up},
                        {"noise", Meaning::ignore},
                        {"maybe", maybe_is_down ? Meaning::down : Meaning::ignore}};
  rule.at.rfc3339 = "/at";
  spec.signals = {rule};
  return spec;
}

Decoder test_decoder(const std::string& source, bool maybe_is_down) {
  auto decoder = Decoder::make(test_mapping(source, maybe_is_down));
  EXPECT_TRUE(decoder);
  return std::move(*decoder);
}

std::string payload(const std::string& id, const std::string& state) {
  return R"({"id":")" + id + R"(","state":")" + state + R"(","at":"2026-11-22T02:13:00Z"})";
}

ReadRecord record(std::int64_t position, const std::string& state, std::size_t stream) {
  ReadRecord read;
  read.stream = stream;
  read.position = position;
  read.value = payload(std::to_string(position), state);
  return read;
}

std::vector<Input> decoded(const std::vector<std::string>& values) {
  std::vector<Input> inputs;
  for (const std::string& value : values) {
    auto input = decode_input(value, LogTime{});
    EXPECT_TRUE(input) << input.error().message;
    inputs.push_back(std::move(*input));
  }
  return inputs;
}

std::string shown(const Input& input) {
  const SourceSpan& span = input.span.value();
  std::string text = span.stream + "/" + std::to_string(span.partition) + " (" + std::to_string(span.after) + "," +
                     std::to_string(span.upto) + "]";
  if (!span.incarnation.empty()) {
    text += " of " + span.incarnation;
  }
  if (!span.replaces.empty()) {
    text += " after " + span.replaces;
  }
  if (std::holds_alternative<SourceGap>(input.body)) {
    return text + " gap";
  }
  const Heard& heard = std::get<Heard>(input.body);
  for (const Signal& signal : heard.signals) {
    text += " " + signal.key + " " + std::string(to_string(signal.condition));
  }
  for (const Unreadable& unreadable : heard.unreadable) {
    text += " unreadable " + unreadable.error;
  }
  return heard.signals.empty() && heard.unreadable.empty() ? text + " nothing" : text;
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "intake-XXXXXX").string();
  folder_ = mkdtemp(name.data());
}
TemporaryFolder::~TemporaryFolder() { std::filesystem::remove_all(folder_); }

void write_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::trunc) << text; }
void append_file(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::app) << text; }

}  // namespace avbrottsvakt::test
