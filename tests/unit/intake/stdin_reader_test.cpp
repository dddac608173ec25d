#include "intake/stdin_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "fakes.h"

namespace avbrottsvakt::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Stdin : public testing::Test {
 protected:
  ~Stdin() override {
    close(ends_[0]);
    end();
  }
  static std::array<int, 2> new_pipe() {
    std::array<int, 2> ends{-1, -1};
    EXPECT_EQ(pipe(ends.data()), 0);
    return ends;
  }
  void write_line(const std::string& text) {
    EXPECT_EQ(write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) {
      close(ends_[1]);
      ends_[1] = -1;
    }
  }
  std::vector<std::string> read(std::size_t max = 100) {
    std::vector<std::string> texts;
    const auto events = *reader_.poll(max, Millis{0});
    for (const SourceEvent& event : events) {
      if (const auto* read = std::get_if<ReadRecord>(&event)) {
        texts.push_back(std::to_string(read->position) + ":" + *read->value);
      } else {
        texts.push_back("end " + std::to_string(std::get<EndReached>(event).position));
      }
    }
    return texts;
  }

  std::array<int, 2> ends_ = new_pipe();
  StdinReader reader_{ends_[0], "run-2"};
};

TEST_F(Stdin, LinesAreCountedFromZero) {
  const auto starts = *reader_.begin({{"tool", "stdin", 0, "run-1", 17}});
  EXPECT_EQ(starts.at(0).incarnation, "run-2");
  EXPECT_EQ(starts.at(0).after, -1) << "another run";
  EXPECT_EQ(starts.at(0).end, -1);
  write_line("a\n\nb\nc");
  EXPECT_THAT(read(), ElementsAre("end -1", "0:a", "1:b"));
  EXPECT_THAT(read(), ElementsAre("end 1"));
  EXPECT_THAT(read(), IsEmpty());
  end();
  EXPECT_THAT(read(), ElementsAre("2:c")) << "the last line may lack its end";
  EXPECT_THAT(read(), ElementsAre("end 2"));
  EXPECT_THAT(read(), IsEmpty());
}

TEST_F(Stdin, GoesOnUntilItIsClosedAndAllIsGiven) {
  ASSERT_TRUE(reader_.begin({}));
  EXPECT_THAT(read(), ElementsAre("end -1"));
  EXPECT_TRUE(reader_.goes_on()) << "nothing has come yet, and the other end is open";
  write_line("a\nb\nc");
  EXPECT_THAT(read(1), ElementsAre("0:a"));
  end();
  EXPECT_THAT(read(1), ElementsAre("1:b"));
  EXPECT_TRUE(reader_.goes_on());
  EXPECT_THAT(read(), ElementsAre("end 1", "2:c"));
  EXPECT_FALSE(reader_.goes_on());
  ASSERT_TRUE(reader_.begin({}));
  EXPECT_TRUE(reader_.goes_on()) << "it is given again";
}

TEST_F(Stdin, WhatHasNotBeenAppliedIsGivenAgain) {
  ASSERT_TRUE(reader_.begin({}));
  write_line("a\nb\nc\n");
  EXPECT_THAT(read(2), ElementsAre("end -1", "0:a"));
  EXPECT_THAT(read(2), ElementsAre("1:b", "2:c"));
  reader_.release(0, 0);
  const auto starts = *reader_.begin({{"tool", "stdin", 0, "run-2", 0}});
  EXPECT_EQ(starts.at(0).after, 0);
  EXPECT_THAT(read(), ElementsAre("1:b", "2:c"));
  ASSERT_TRUE(reader_.begin({{"tool", "stdin", 0, "run-2", 2}}));
  EXPECT_THAT(read(), ElementsAre("end 2"));
  write_line("d\n");
  EXPECT_THAT(read(), ElementsAre("3:d"));
}

TEST_F(Stdin, AWaitingReaderCanBeInterrupted) {
  ASSERT_TRUE(reader_.begin({}));
  read();
  std::thread other([this] { reader_.interrupt(); });
  // Returns because it is interrupted, before or while it waits; else the test runs into its time limit.
  EXPECT_THAT(*reader_.poll(1, Millis{3'600'000}), IsEmpty());
  other.join();
}

}  // namespace
}  // namespace avbrottsvakt::test
