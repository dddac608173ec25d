// Passwords and keys, as the service manager hands them over.

#include "app/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "app/journals.h"

namespace avbrottsvakt {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::Pair;

/// A folder as LoadCredential= makes it.
class Credentials : public ::testing::Test {
 protected:
  Credentials() {
    folder_ = std::filesystem::path(::testing::TempDir()) / ("avbrottsvakt-credentials-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder_);
    setenv("CREDENTIALS_DIRECTORY", folder_.c_str(), 1);
  }
  ~Credentials() override {
    unsetenv("CREDENTIALS_DIRECTORY");
    std::filesystem::remove_all(folder_);
  }
  void write(const std::string& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }

  std::filesystem::path folder_;
};

struct Case {
  const char* name;
  std::string bytes;
  std::string value;  ///< empty: it is refused
};

class Contents : public Credentials, public ::testing::WithParamInterface<Case> {};

TEST_P(Contents, AreTakenAsTheyAre) {
  write("kafka-password", GetParam().bytes);
  const Result<std::string> read = read_credential("kafka-password");
  ASSERT_EQ(read.has_value(), !GetParam().value.empty());
  if (read) {
    EXPECT_EQ(*read, GetParam().value);
  } else {
    EXPECT_EQ(read.error().place.file, (folder_ / "kafka-password").string());
    EXPECT_NE(read.error().remedy, "");
    EXPECT_THAT(to_string(read.error()), Not(HasSubstr("hemligt")));
  }
}

INSTANTIATE_TEST_SUITE_P(Kinds, Contents,
                         ::testing::Values(Case{"Bare", "hemligt", "hemligt"},
                                           Case{"WithALineBreak", "hemligt\n", "hemligt"},
                                           Case{"WithOneOfWindows", "hemligt\r\n", "hemligt"},
                                           Case{"OnlyTheLastLineBreakGoes", "hemligt\n\n", "hemligt\n"},
                                           Case{"BlanksAreItsOwn", " hemligt ", " hemligt "}, Case{"Empty", "", ""},
                                           Case{"OnlyALineBreak", "\n", ""},
                                           Case{"WithANul", std::string("hemligt\0x", 9), ""},
                                           Case{"AsLongAsItMayBe", std::string(kCredentialBytesMax, 'x'),
                                                std::string(kCredentialBytesMax, 'x')},
                                           Case{"OneByteTooLong", std::string(kCredentialBytesMax + 1, 'x'), ""}),
                         [](const auto& test) { return test.param.name; });

TEST_F(Credentials, OneThatWasNotGivenIsNamed) {
  const Result<std::string> read = read_credential("kafka-password");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
  EXPECT_THAT(read.error().remedy, HasSubstr("LoadCredential=kafka-password:"));
}

TEST_F(Credentials, AFolderInItsPlaceIsRefused) {
  std::filesystem::create_directories(folder_ / "kafka-password");
  const Result<std::string> read = read_credential("kafka-password");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::io);
}

TEST_F(Credentials, WithoutAFolderOfThemTheUnitIsNamed) {
  unsetenv("CREDENTIALS_DIRECTORY");
  const Result<std::string> read = read_credential("kafka-password");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::not_found);
  EXPECT_THAT(read.error().remedy, HasSubstr("LoadCredential=kafka-password:"));
  EXPECT_THAT(read.error().remedy, HasSubstr("CREDENTIALS_DIRECTORY="));
}

TEST_F(Credentials, AJournalsSettingsAreWhatStandsInThem) {
  write("kafka-password", "hemligt\n");
  v1::Configuration configuration;
  v1::KafkaJournal& kafka = *configuration.mutable_journal()->mutable_kafka();
  kafka.set_bootstrap("kafka-1:9092");
  v1::KafkaSetting& password = *kafka.add_settings();
  password.set_name("sasl.password");
  password.set_credential("kafka-password");
  v1::KafkaSetting& user = *kafka.add_settings();
  user.set_name("sasl.username");
  user.set_value("avbrottsvakt");
  const Result<JournalChoice> choice = journal_of(configuration, "/etc/avbrottsvakt");
  ASSERT_TRUE(choice);
  EXPECT_THAT(choice->kafka.settings,
              ElementsAre(Pair("sasl.username", "avbrottsvakt"), Pair("sasl.password", "hemligt")));
  EXPECT_THAT(choice->text(), Not(HasSubstr("hemligt")));
  password.set_credential("other-password");
  EXPECT_FALSE(journal_of(configuration, "/etc/avbrottsvakt"));
}

}  // namespace
}  // namespace avbrottsvakt
