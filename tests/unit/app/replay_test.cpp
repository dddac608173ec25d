#include "app/replay.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/recording.h"
#include "config/region.h"
#include "wire/input.h"

namespace avbrottsvakt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const Instant kStart = *parse_instant("2026-11-22T01:00:00Z");

std::string encoded(decltype(Input::body) body) {
  Input input;
  input.body = std::move(body);
  return encode_input(input);
}

class ReplayTest : public ::testing::Test {
 protected:
  ReplayTest() {
    const auto region = load_region(AV_SOURCE_DIR "/config/avbrottsvakt.yaml");
    EXPECT_TRUE(region);
    hash_ = region->hash;
    bytes_ = region->bundle;
  }

  Replay replay() {
    return Replay(
        {"the recording",
         [this](const std::string& hash) -> Result<std::string> {
           if (hash != hash_) return fail(ErrorCode::not_found, "there is no bundle " + hash);
           return bytes_;
         }},
        {[this](const std::vector<Output>& outputs) { said_.insert(said_.end(), outputs.begin(), outputs.end()); },
         [this](const std::string& hash, const std::string&) { used_.push_back(hash); }});
  }
  std::string activate(const std::string& previous = "") { return encoded(Activate{hash_, previous, false}); }
  static std::string down() {
    Signal signal;
    signal.source = "test";
    signal.key = "cosmic";
    signal.condition = Condition::down;
    signal.at = kStart;
    signal.labels = {{"service", "cosmic"}};
    return encoded(Heard{{signal}, {}});
  }

  std::string hash_;
  std::string bytes_;
  std::vector<Output> said_;
  std::vector<std::string> used_;
};

TEST_F(ReplayTest, ALogBeginsWithAnAbsenceBeforeItsFirstActivation) {
  Replay log = replay();
  ASSERT_TRUE(log.hear(1, kStart, encoded(Resumed{kStart, kStart})));
  ASSERT_TRUE(log.hear(2, kStart, activate()));
  ASSERT_TRUE(log.hear(3, kStart, encoded(CaughtUp{})));
  ASSERT_TRUE(log.hear(4, kStart, down()));
  ASSERT_TRUE(log.end());
  EXPECT_THAT(used_, ElementsAre(hash_));
  ASSERT_THAT(said_, testing::Not(IsEmpty()));
  EXPECT_EQ(header_of(said_.front()).domain, "region") << "the domain is the bundle's";
}

TEST_F(ReplayTest, AnActivationThatComesTooLateNeedsNoBundle) {
  Replay log = replay();
  ASSERT_TRUE(log.hear(1, kStart, activate()));
  ASSERT_TRUE(log.hear(2, kStart, encoded(Activate{"lost", "something else", false})));
  const auto needed = log.hear(3, kStart, encoded(Activate{"lost", hash_, false}));
  ASSERT_FALSE(needed);
  EXPECT_EQ(needed.error().code, ErrorCode::not_found);
}

TEST_F(ReplayTest, WhatIsCutOffAtItsBeginningIsRefused) {
  Replay later = replay();
  EXPECT_EQ(later.hear(17, kStart, activate("the one before")).error().code, ErrorCode::invalid_input);

  Replay never = replay();
  ASSERT_TRUE(never.hear(17, kStart, down()));
  EXPECT_THAT(never.end().error().message, HasSubstr("does not begin where a log does"));

  for (const std::size_t before : {Replay::kBeforeActivationMax, Replay::kBeforeActivationMax + 1}) {
    Replay long_before = replay();
    Result<void> heard;
    for (std::size_t i = 0; i < before; ++i) heard = long_before.hear(1, kStart, encoded(Tick{}));
    EXPECT_EQ(heard.has_value(), before == Replay::kBeforeActivationMax) << before;
  }

  Replay empty = replay();
  EXPECT_TRUE(empty.end()) << "nothing was heard, nothing was said";
}

TEST_F(ReplayTest, BytesThatAreNotTheBundlesAreNeverUsed) {
  bytes_ += "x";
  Replay log = replay();
  EXPECT_EQ(log.hear(1, kStart, activate()).error().code, ErrorCode::corrupt);
}

TEST_F(ReplayTest, WhatCannotBeReadIsNamedByItsPosition) {
  Replay log = replay();
  ASSERT_TRUE(log.hear(40, kStart, activate()));
  ASSERT_TRUE(log.hear(41, kStart, "no input at all"));
  ASSERT_THAT(said_, SizeIs(1));
  EXPECT_EQ(std::get<DeadLetter>(said_.front()).record.offset, 41);
}

class Recording : public ::testing::Test {
 protected:
  Recording() : path_(std::string(::testing::TempDir()) + "/avbrottsvakt-recording-" + std::to_string(getpid())) {}
  ~Recording() override { std::filesystem::remove(path_); }

  std::vector<std::int64_t> positions() {
    std::vector<std::int64_t> positions;
    RecordingReader reader;
    reader.bundle = [](const std::string&, const std::string&) {};
    reader.input = [&](std::int64_t position, LogTime, const std::string&) -> Result<void> {
      positions.push_back(position);
      return {};
    };
    error_.reset();
    if (const Result<void> done = read_recording(path_, reader); !done) error_ = done.error();
    return positions;
  }

  std::string path_;
  std::optional<Error> error_;
};

TEST_F(Recording, KeepsPositionsAndCountsWhereThereAreNone) {
  auto writer = RecordingWriter::open(path_);
  ASSERT_TRUE(writer);
  writer->input(std::nullopt, kStart, "a");
  writer->input(std::nullopt, kStart, "b");
  writer->input(17, kStart, "c");
  writer->input(std::nullopt, kStart, "d");
  writer->input(0, kStart, "e");
  ASSERT_TRUE(writer->close());
  EXPECT_THAT(positions(), ElementsAre(0, 1, 17, 18, 0));
  EXPECT_FALSE(error_);
}

struct BrokenRecording {
  const char* name;
  std::string text;
  int line;
  const char* message;
};
class BrokenRecordings : public Recording, public ::testing::WithParamInterface<BrokenRecording> {};

TEST_P(BrokenRecordings, AreRefusedWithTheirLine) {
  std::ofstream(path_, std::ios::binary) << GetParam().text;
  positions();
  ASSERT_TRUE(error_);
  EXPECT_EQ(error_->code, ErrorCode::invalid_input);
  EXPECT_THAT(error_->message, HasSubstr(GetParam().message));
  EXPECT_EQ(error_->place, (Place{path_, GetParam().line, 1}));
  EXPECT_FALSE(error_->remedy.empty());
}

const std::string kGoodLine = R"({"stamp":"2026-11-22T01:00:00.000Z","input":""})"
                              "\n";
INSTANTIATE_TEST_SUITE_P(
    Lines, BrokenRecordings,
    ::testing::Values(BrokenRecording{"Empty", "", 0, "the recording is empty"},
                      BrokenRecording{"OnlyEmptyLines", "\n\n", 2, "the recording is empty"},
                      BrokenRecording{"CutInTheMiddle", kGoodLine + kGoodLine.substr(0, 20), 2, "not JSON"},
                      BrokenRecording{"NotUtf8", kGoodLine + "\n\xff\xfe", 3, "not JSON"},
                      BrokenRecording{"Deep", std::string(100'000, '['), 1, "not JSON"},
                      BrokenRecording{"AList", "[]", 1, "neither a stamped input nor a bundle"},
                      BrokenRecording{"NoStamp", R"({"input":""})", 1, "neither a stamped input nor a bundle"},
                      BrokenRecording{"NoBase64", R"({"stamp":"2026-11-22T01:00:00.000Z","input":"?"})", 1, "neither"},
                      BrokenRecording{"NoBytes", R"({"bundle":"h"})", 1, "a bundle without bytes in base64"},
                      BrokenRecording{"StampOfWords", R"({"stamp":"now","input":""})", 1, "stamp: "},
                      BrokenRecording{"NoEndOfLine", std::string((std::size_t{64} << 20) + 1, 'x'), 1,
                                      "the line is longer than 64 MiB"}),
    [](const auto& case_) { return case_.param.name; });

TEST_F(Recording, AFolderIsRefused) {
  std::filesystem::create_directory(path_);
  positions();
  ASSERT_TRUE(error_);
  EXPECT_THAT(error_->message, HasSubstr("it is a directory"));
}

TEST_F(Recording, APositionIsAWholeNumberAndNotBelowZero) {
  for (const char* position : {"-1", "1.5", "\"1\"", "9223372036854775807", "9223372036854775808", "null"}) {
    std::ofstream(path_) << R"({"stamp":"2026-11-22T01:00:00.000Z","position":0,"input":""})" << "\n"
                         << R"({"stamp":"2026-11-22T01:00:00.000Z","position":)" << position << R"(,"input":""})"
                         << "\n";
    EXPECT_THAT(positions(), ElementsAre(0)) << position;
    ASSERT_TRUE(error_) << position;
    EXPECT_THAT(error_->message, HasSubstr("position")) << position;
    EXPECT_EQ(error_->place.line, 2);
  }
}

}  // namespace
}  // namespace avbrottsvakt
