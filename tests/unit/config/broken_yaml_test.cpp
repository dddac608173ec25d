#include <google/protobuf/message.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "avbrottsvakt/v1/catalogue.pb.h"
#include "avbrottsvakt/v1/config.pb.h"
#include "avbrottsvakt/v1/exercise.pb.h"
#include "avbrottsvakt/v1/plan.pb.h"
#include "avbrottsvakt/v1/rules.pb.h"
#include "avbrottsvakt/v1/source.pb.h"
#include "config/loader.h"
#include "files.h"

namespace avbrottsvakt {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(AV_SOURCE_DIR) / "tests/unit/config/broken";

/// The message that a file is, by the first word of its name.
std::unique_ptr<google::protobuf::Message> message_for(const std::string& kind) {
  if (kind == "service") return std::make_unique<v1::Service>();
  if (kind == "activity") return std::make_unique<v1::Activity>();
  if (kind == "organisation") return std::make_unique<v1::Organisation>();
  if (kind == "plan") return std::make_unique<v1::ContinuityPlan>();
  if (kind == "regime") return std::make_unique<v1::Regime>();
  if (kind == "calendar") return std::make_unique<v1::Calendar>();
  if (kind == "configuration") return std::make_unique<v1::Configuration>();
  if (kind == "exercise") return std::make_unique<v1::Exercise>();
  if (kind == "source") return std::make_unique<v1::SourceMapping>();
  return nullptr;
}

std::vector<std::string> names() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") found.push_back(entry.path().stem().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

class BrokenYaml : public testing::TestWithParam<std::string> {};

/// Each file beside its errors, to the letter.
TEST_P(BrokenYaml, says_what_is_wrong_where) {
  const std::string& name = GetParam();
  const auto message = message_for(name.substr(0, name.find('-')));
  ASSERT_NE(message, nullptr) << "no kind of file is called like the first word of " << name;
  std::string said;
  for (const Error& error : parse_message(read_bytes(kFolder / (name + ".yaml")), name + ".yaml", *message)) {
    EXPECT_EQ(error.code, ErrorCode::invalid_input);
    said += to_string(error) + "\n";
  }
  EXPECT_EQ(said, read_bytes(kFolder / (name + ".expected")));
  EXPECT_NE(said, "");
}

INSTANTIATE_TEST_SUITE_P(, BrokenYaml, testing::ValuesIn(names()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(BrokenYamlFiles, are_all_there) {
  EXPECT_GE(names().size(), 40U);
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".expected") continue;
    EXPECT_TRUE(std::filesystem::exists(std::filesystem::path(entry.path()).replace_extension(".yaml")))
        << entry.path() << " expects errors of a file that is not there";
  }
}

}  // namespace
}  // namespace avbrottsvakt
