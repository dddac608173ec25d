#include "intake/file_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "fakes.h"
#include "mapping/mapping.h"

namespace avbrottsvakt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class File : public testing::Test {
 protected:
  /// "12:text", "end 12", "changed: why".
  std::vector<std::string> read(std::size_t max = 100) {
    auto events = reader_->poll(max, Millis{0});
    EXPECT_TRUE(events) << events.error().message;
    std::vector<std::string> texts;
    for (const SourceEvent& event : *events) {
      if (const auto* read = std::get_if<ReadRecord>(&event)) {
        texts.push_back(std::to_string(read->position) + ":" + *read->value);
      } else if (const auto* end = std::get_if<EndReached>(&event)) {
        texts.push_back("end " + std::to_string(end->position));
      } else {
        texts.push_back("changed: " + std::get<StreamsChanged>(event).why.substr(path_.size() + 1));
      }
    }
    return texts;
  }
  StreamStart begin(std::vector<AppliedRecord> applied = {}) {
    auto starts = reader_->begin(applied);
    EXPECT_TRUE(starts) << starts.error().message;
    EXPECT_EQ(starts->size(), 1u);
    return starts->at(0);
  }
  AppliedRecord applied(const StreamStart& start, std::int64_t upto) const {
    return {"tool", start.stream, start.partition, start.incarnation, upto};
  }
  void restart() { reader_ = std::make_unique<FileReader>(path_); }

  TemporaryFolder folder_;
  std::string path_ = folder_.path("events.ndjson");
  std::unique_ptr<FileReader> reader_ = std::make_unique<FileReader>(path_);
};

TEST_F(File, LinesHaveThePositionOfTheirEnd) {
  write_file(path_, "ab\nc\r\n\nd\n");
  const StreamStart start = begin();
  EXPECT_EQ(start.stream, path_);
  EXPECT_EQ(start.after, -1);
  EXPECT_EQ(start.end, 8);
  EXPECT_FALSE(start.incarnation.empty());
  EXPECT_THAT(read(), ElementsAre("2:ab", "5:c", "8:d"));
  EXPECT_THAT(read(), ElementsAre("end 8"));
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(File, ALineWithoutEndWaits) {
  write_file(path_, "ab\ncd");
  begin();
  EXPECT_THAT(read(), ElementsAre("2:ab"));
  EXPECT_THAT(read(), ElementsAre("end 2"));
  append_file(path_, "e\n");
  EXPECT_THAT(read(), ElementsAre("6:cde"));
  EXPECT_THAT(read(), ElementsAre("end 6"));
}

TEST_F(File, GivesNoMoreThanAskedFor) {
  write_file(path_, "a\nb\nc\n");
  begin();
  EXPECT_THAT(read(2), ElementsAre("1:a", "3:b"));
  EXPECT_THAT(read(2), ElementsAre("5:c"));
  EXPECT_THAT(read(2), ElementsAre("end 5"));
}

TEST_F(File, GoesOnBehindWhatHasBeenApplied) {
  write_file(path_, "ab\ncd\nef\n");
  const StreamStart first = begin();
  restart();
  const StreamStart again = begin({applied(first, 2)});
  EXPECT_EQ(again.incarnation, first.incarnation);
  EXPECT_EQ(again.after, 2);
  EXPECT_THAT(read(), ElementsAre("5:cd", "8:ef"));
}

TEST_F(File, TheIncarnationDoesNotChangeWhenItGrows) {
  write_file(path_, "ab\n");
  const StreamStart first = begin();
  append_file(path_, std::string(5000, 'x') + "\n");
  restart();
  EXPECT_EQ(begin().incarnation, first.incarnation);
}

TEST_F(File, AnotherFileOfTheNameIsAnotherIncarnation) {
  write_file(path_, "ab\ncd\n");
  const StreamStart first = begin();
  write_file(folder_.path("new"), "xy\ncd\n");
  std::filesystem::rename(folder_.path("new"), path_);
  restart();
  const StreamStart second = begin({applied(first, 5)});
  EXPECT_NE(second.incarnation, first.incarnation);
  EXPECT_EQ(second.after, -1);
  EXPECT_THAT(read(), ElementsAre("2:xy", "5:cd"));
}

TEST_F(File, AShorterOneWithTheSameBeginningIsAnotherIncarnation) {
  write_file(path_, "head\nab\ncd\n");
  const StreamStart first = begin();
  write_file(path_, "head\nab\n");
  restart();
  const StreamStart second = begin({applied(first, 10)});
  EXPECT_EQ(second.incarnation, first.incarnation + "#2");
  EXPECT_EQ(second.after, -1);
  write_file(path_, "head\n");
  restart();
  EXPECT_EQ(begin({applied(second, 7)}).incarnation, first.incarnation + "#3");
  restart();
  EXPECT_EQ(begin({applied(second, 4)}).incarnation, second.incarnation) << "no longer than what was applied";
}

TEST_F(File, WhereNoLineEndsNothingIsGoneOnWith) {
  write_file(path_, "head\nab\ncd\n");
  const StreamStart first = begin();
  restart();
  EXPECT_EQ(begin({applied(first, 8)}).incarnation, first.incarnation + "#2");
}

TEST_F(File, NoFileIsNoStreamUntilThereIsOne) {
  EXPECT_THAT(*reader_->begin({}), IsEmpty());
  EXPECT_THAT(read(), IsEmpty());
  write_file(path_, "a");
  EXPECT_THAT(read(), IsEmpty()) << "its first line, which names it, has no end";
  EXPECT_THAT(*reader_->begin({}), IsEmpty());
  append_file(path_, "b\n");
  EXPECT_THAT(read(), ElementsAre("changed: is there"));
  begin();
  EXPECT_THAT(read(), ElementsAre("2:ab"));
}

TEST_F(File, ARotatedOneIsReadToItsEndAndHeldUntilApplied) {
  write_file(path_, "a\nb\n");
  const StreamStart first = begin();
  EXPECT_THAT(read(), ElementsAre("1:a", "3:b"));
  std::filesystem::rename(path_, folder_.path("events.1"));
  append_file(folder_.path("events.1"), "late\n");
  EXPECT_THAT(read(), ElementsAre("8:late"));
  EXPECT_THAT(read(), ElementsAre("end 8"));
  write_file(path_, "c\n");
  EXPECT_THAT(read(), IsEmpty()) << "not all has been applied";

  // Something failed: what has not been applied is still there.
  const StreamStart again = begin({applied(first, 1)});
  EXPECT_EQ(again.incarnation, first.incarnation);
  EXPECT_THAT(read(), ElementsAre("3:b", "8:late"));
  reader_->release(0, 8);
  EXPECT_THAT(read(), ElementsAre("end 8"));
  EXPECT_THAT(read(), ElementsAre("changed: was rotated"));
  const StreamStart second = begin({applied(first, 8)});
  EXPECT_NE(second.incarnation, first.incarnation);
  EXPECT_THAT(read(), ElementsAre("1:c"));
}

TEST_F(File, ARotatedOneIsNotLeftBeforeTheNextHasALine) {
  write_file(path_, "a\n");
  begin();
  read();
  reader_->release(0, 1);
  std::filesystem::rename(path_, folder_.path("events.1"));
  write_file(path_, "");
  EXPECT_THAT(read(), ElementsAre("end 1"));
  EXPECT_THAT(read(), IsEmpty());
  append_file(folder_.path("events.1"), "late\n");
  EXPECT_THAT(read(), ElementsAre("6:late"));
}

TEST_F(File, OneThatWasCutIsBegunAgain) {
  write_file(path_, "head\nab\n");
  const StreamStart first = begin();
  read();
  read();
  write_file(path_, "other\n");
  EXPECT_THAT(read(), ElementsAre("changed: became shorter"));
  const StreamStart second = begin({applied(first, 7)});
  EXPECT_NE(second.incarnation, first.incarnation);
  EXPECT_THAT(read(), ElementsAre("5:other"));
}

TEST_F(File, ALineThatIsTooLongIsNotHeld) {
  write_file(path_, "a\n" + std::string(kPayloadBytesMax + 1, 'x') + "\nb\n");
  begin();
  const auto events = *reader_->poll(100, Millis{0});
  ASSERT_EQ(events.size(), 3u);
  const auto& longest = std::get<ReadRecord>(events[1]);
  EXPECT_EQ(longest.value->size(), std::size_t{64} * 1024);
  EXPECT_EQ(longest.value->size() + longest.bytes_left_out, kPayloadBytesMax + 1);
  EXPECT_EQ(*std::get<ReadRecord>(events[2]).value, "b");
}

TEST_F(File, AFolderIsRefused) {
  std::filesystem::create_directory(path_);
  const auto starts = reader_->begin({});
  ASSERT_FALSE(starts);
  EXPECT_THAT(starts.error().message, HasSubstr("is not a file"));
}

TEST(Splitter, TheLongestLineIsWhole) {
  LineSplitter lines(100'000);
  std::vector<LineSplitter::Line> got;
  const auto take = [&](LineSplitter::Line line) { got.push_back(std::move(line)); };
  lines.feed(std::string(60'000, 'x'), take);
  lines.feed(std::string(40'000, 'x'), take);
  lines.feed("\n" + std::string(60'000, 'y'), take);
  lines.feed(std::string(40'001, 'y') + "\r\nz\n", take);
  ASSERT_EQ(got.size(), 3u);
  EXPECT_EQ(got[0].text.size(), 100'000u);
  EXPECT_EQ(got[0].bytes_left_out, 0u);
  EXPECT_EQ(got[0].end, 100'000);
  EXPECT_EQ(got[1].text.size() + got[1].bytes_left_out, 100'002u) << "with its carriage return";
  EXPECT_EQ(got[2].text, "z");
  EXPECT_EQ(got[2].end, 100'001 + 100'003 + 1);
}

}  // namespace
}  // namespace avbrottsvakt::test
