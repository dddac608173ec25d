#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "intake/reader.h"
#include "intake/source_pump.h"
#include "journal/journal.h"

namespace avbrottsvakt::test {

/// A journal of which only appending works, as the test says.
class FakeJournal : public Journal {
 public:
  using AppendAll = std::function<Result<void>(const std::vector<std::string>&)>;
  explicit FakeJournal(AppendAll append_all) : append_all_(std::move(append_all)) {}

  Result<Restored> take_over(const std::function<void(std::int64_t)>&) override { return refused<Restored>(); }
  Result<std::vector<Record>> poll(std::size_t, Millis) override { return refused<std::vector<Record>>(); }
  Result<void> commit(const Commit&) override { return refused<void>(); }
  Result<std::optional<LogTime>> append(std::string_view) override { return refused<std::optional<LogTime>>(); }
  Result<void> append_all(const std::vector<std::string>& values) override { return append_all_(values); }
  Result<void> append_stamped(std::string_view, LogTime) override { return refused<void>(); }
  Result<void> store_bundle(const std::string&, std::string_view) override { return refused<void>(); }
  Result<std::string> load_bundle(const std::string&) override { return refused<std::string>(); }
  void interrupt() override {}
  void close() override {}

 private:
  template <typename T>
  static Result<T> refused() {
    return fail(ErrorCode::internal, "not in this test");
  }

  AppendAll append_all_;
};

/// A reader that gives what the test has put into it.
class ScriptedReader : public Reader {
 public:
  struct Script {
    std::vector<StreamStart> starts{{"topic", 0, "", -1, -1, -1}};
    std::deque<std::vector<SourceEvent>> events;  ///< one poll each
    std::deque<Error> begin_errors;
    std::deque<Error> poll_errors;
    std::vector<std::vector<AppliedRecord>> begun;  ///< what each begin() was given
    std::vector<std::int64_t> released;
    bool grown = false;
  };
  explicit ScriptedReader(std::shared_ptr<Script> script) : script_(std::move(script)) {}

  Result<std::vector<StreamStart>> begin(const std::vector<AppliedRecord>& applied) override;
  Result<std::vector<SourceEvent>> poll(std::size_t max, Millis wait) override;
  void release(std::size_t stream, std::int64_t upto) override;
  Result<bool> grown() override { return script_->grown; }
  void interrupt() override {}

 private:
  std::shared_ptr<Script> script_;
};

/// A mapping of {"id": …, "state": …, "at": …}: down, degraded and up are signals, noise says nothing, maybe is down
/// for `maybe_is_down` and says nothing otherwise; all else is unreadable.
MappingSpec test_mapping(const std::string& source = "tool", bool maybe_is_down = false);
Decoder test_decoder(const std::string& source = "tool", bool maybe_is_down = false);
std::string payload(const std::string& id, const std::string& state = "down");
ReadRecord record(std::int64_t position, const std::string& state = "down", std::size_t stream = 0);

/// Waits for nothing: what was appended, decoded.
std::vector<Input> decoded(const std::vector<std::string>& values);
/// "topic/0 (-1,4] 1 signal", "… gap", "… nothing".
std::string shown(const Input& input);

/// A folder that is gone afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string path(const std::string& name) const { return (folder_ / name).string(); }

 private:
  std::filesystem::path folder_;
};
void write_file(const std::string& path, const std::string& text);
void append_file(const std::string& path, const std::string& text);

}  // namespace avbrottsvakt::test
