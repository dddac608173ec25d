#include <gtest/gtest.h>

#include <algorithm>

#include "promised.h"
#include "wire/input.h"
#include "wire/output.h"
#include "wire/state.h"

namespace avbrottsvakt {
namespace {

using testing::Generator;
using testing::same;
using testing::tidy;

constexpr std::uint64_t kSeeds = 400;

TEST(RoundTrip, EveryInputComesBackTheSame) {
  std::array<int, std::variant_size_v<decltype(Input::body)>> seen{};
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    auto input = Generator(seed).make<Input>();
    tidy(input);
    ++seen[input.body.index()];
    const std::string bytes = encode_input(input);
    const Result<Input> read = decode_input(bytes, input.stamp);
    ASSERT_TRUE(read.has_value()) << to_string(read.error());
    EXPECT_TRUE(same(input, *read));
    EXPECT_EQ(encode_input(*read), bytes);
  }
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 0);
}

TEST(RoundTrip, EveryStateRecordComesBackTheSame) {
  std::array<int, std::variant_size_v<StateRecord>> seen{};
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    auto record = Generator(seed).make<StateRecord>();
    tidy(record);
    ++seen[record.index()];
    const std::string bytes = encode_state(record);
    const Result<StateRecord> read = decode_state(key_of(record), bytes);
    ASSERT_TRUE(read.has_value()) << to_string(read.error());
    EXPECT_TRUE(same(record, *read));
    EXPECT_EQ(encode_state(*read), bytes);
  }
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 0);
}

class OutputRoundTrip : public ::testing::TestWithParam<OutputFormat> {};

TEST_P(OutputRoundTrip, EveryOutputComesBackTheSame) {
  std::array<int, std::variant_size_v<Output>> seen{};
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    auto output = Generator(seed).make<Output>();
    tidy(output);
    ++seen[output.index()];
    const EncodedOutput record = encode_output(output, GetParam());
    const Result<Output> read = decode_output(record);
    ASSERT_TRUE(read.has_value()) << to_string(read.error()) << "\n" << record.value;
    EXPECT_TRUE(same(output, *read)) << record.value;
    EXPECT_EQ(encode_output(*read, GetParam()), record);
  }
  EXPECT_GT(*std::min_element(seen.begin(), seen.end()), 0);
}

INSTANTIATE_TEST_SUITE_P(Format, OutputRoundTrip, ::testing::Values(OutputFormat::json, OutputFormat::protobuf),
                         [](const auto& case_) { return case_.param == OutputFormat::json ? "Json" : "Protobuf"; });

}  // namespace
}  // namespace avbrottsvakt
