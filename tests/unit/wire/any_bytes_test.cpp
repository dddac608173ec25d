// Decoders against bytes that nobody meant: cut off, changed, made up. They may refuse, but never crash, and what they
// take must be a value that survives being written and read again.

#include <gtest/gtest.h>

#include "promised.h"
#include "wire/input.h"
#include "wire/output.h"
#include "wire/state.h"

namespace avbrottsvakt {
namespace {

using testing::Generator;
using testing::same;
using testing::tidy;

constexpr std::uint64_t kSeeds = 60;
const Instant kStamp{Millis{1'795'000'000'000}};

template <typename Value>
Value promised(std::uint64_t seed) {
  auto value = Generator(seed).make<Value>();
  tidy(value);
  return value;
}

/// Each with some of its bits turned over, some cut away, some doubled.
std::string damage(std::string bytes, Generator& random) {
  const auto place = [&] {
    return static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(bytes.size())));
  };
  for (std::int64_t i = random.between(1, 4); i > 0 && !bytes.empty(); --i) {
    const std::size_t at = std::min(place(), bytes.size() - 1);
    switch (random.between(0, 3)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.between(0, 7)));
        break;
      case 1:
        bytes.erase(at, static_cast<std::size_t>(random.between(1, 8)));
        break;
      case 2:
        bytes.insert(at, bytes.substr(at, static_cast<std::size_t>(random.between(1, 8))));
        break;
      default:
        bytes[at] = static_cast<char>(random.between(0, 255));
        break;
    }
  }
  return bytes;
}

TEST(AnyBytes, AnInputCutOffAnywhereIsRefused) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const std::string bytes = encode_input(promised<Input>(seed));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto read = decode_input(std::string_view(bytes).substr(0, size), kStamp);
      ASSERT_FALSE(read.has_value()) << "seed " << seed << ", " << size << " of " << bytes.size() << " bytes";
      EXPECT_EQ(read.error().action, Remedy::skip);
    }
  }
}

TEST(AnyBytes, AStateRecordCutOffAnywhereIsRefused) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto record = promised<StateRecord>(seed);
    const std::string bytes = encode_state(record);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      const auto read = decode_state(key_of(record), std::string_view(bytes).substr(0, size));
      ASSERT_FALSE(read.has_value()) << "seed " << seed << ", " << size << " of " << bytes.size() << " bytes";
      EXPECT_EQ(read.error().code, ErrorCode::corrupt);
    }
  }
}

TEST(AnyBytes, AnOutputCutOffAnywhereIsRefusedOrAWholeValue) {
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const auto output = promised<Output>(seed);
    if (std::holds_alternative<DeadLetter>(output)) continue;  // its value is not ours
    for (const auto format : {OutputFormat::json, OutputFormat::protobuf}) {
      const EncodedOutput whole = encode_output(output, format);
      EncodedOutput cut = whole;
      for (std::size_t size = 0; size < whole.value.size(); ++size) {
        cut.value.assign(whole.value, 0, size);
        const auto read = decode_output(cut);
        // Protobuf ends wherever a field ends; JSON says where it ends.
        if (format == OutputFormat::json) {
          ASSERT_FALSE(read.has_value()) << "seed " << seed << ", " << cut.value;
        } else if (read) {
          EXPECT_TRUE(decode_output(encode_output(*read, format)).has_value());
        }
      }
    }
  }
}

TEST(AnyBytes, DamagedInputsAreRefusedOrValues) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 40 * kSeeds; ++seed) {
    Generator random(seed);
    const std::string bytes = damage(encode_input(promised<Input>(seed % kSeeds)), random);
    const auto read = decode_input(bytes, kStamp);
    if (!read) {
      ++refused;
      continue;
    }
    const auto again = decode_input(encode_input(*read), kStamp);
    ASSERT_TRUE(again.has_value()) << "seed " << seed << ": " << to_string(again.error());
    EXPECT_TRUE(same(*read, *again)) << "seed " << seed;
  }
  EXPECT_GT(refused, 0);
}

TEST(AnyBytes, DamagedStateIsRefusedOrTheRecordOfItsKey) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 40 * kSeeds; ++seed) {
    Generator random(seed);
    const auto record = promised<StateRecord>(seed % kSeeds);
    const auto read = decode_state(key_of(record), damage(encode_state(record), random));
    if (!read) {
      ++refused;
      continue;
    }
    EXPECT_EQ(key_of(*read), key_of(record));
    const auto again = decode_state(key_of(record), encode_state(*read));
    ASSERT_TRUE(again.has_value()) << "seed " << seed << ": " << to_string(again.error());
    EXPECT_TRUE(same(*read, *again)) << "seed " << seed;
  }
  EXPECT_GT(refused, 0);
}

TEST(AnyBytes, DamagedOutputsAreRefusedOrValues) {
  int refused = 0;
  for (std::uint64_t seed = 0; seed < 40 * kSeeds; ++seed) {
    Generator random(seed);
    const auto format = random.between(0, 1) == 0 ? OutputFormat::json : OutputFormat::protobuf;
    EncodedOutput record = encode_output(promised<Output>(seed % kSeeds), format);
    record.value = damage(record.value, random);
    for (auto& [name, value] : record.headers) {
      if (random.between(0, 9) == 0) value = damage(value, random);
      if (random.between(0, 9) == 0) name = damage(name, random);
    }
    const auto read = decode_output(record);
    if (!read) {
      ++refused;
      continue;
    }
    EXPECT_TRUE(decode_output(encode_output(*read, format)).has_value()) << "seed " << seed;
  }
  EXPECT_GT(refused, 0);
}

TEST(AnyBytes, NoiseIsRefusedQuietly) {
  ::testing::internal::CaptureStderr();
  for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
    Generator random(seed);
    std::string bytes(static_cast<std::size_t>(random.between(0, 64)), '\0');
    for (char& c : bytes) c = static_cast<char>(random.between(0, 255));
    static_cast<void>(decode_input(bytes, kStamp));
    static_cast<void>(decode_signal("source", bytes));
    static_cast<void>(decode_state("meta", bytes));
    for (const char* topic : {"alerts", "activations", "report-prompts", "incidents", "dead-letter", "others"}) {
      for (const char* type : {"application/json", "application/protobuf", "text/plain"}) {
        static_cast<void>(decode_output({topic, "", "", bytes, {{"content-type", type}}}));
      }
    }
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(AnyBytes, DeepJsonIsRefused) {
  for (const std::string& deep : {std::string(1'000'000, '['), std::string("{\"header\":") + std::string(5'000, '{')}) {
    EXPECT_FALSE(decode_output({"alerts", "", "", deep, {{"content-type", "application/json"}}}).has_value());
  }
}

}  // namespace
}  // namespace avbrottsvakt
