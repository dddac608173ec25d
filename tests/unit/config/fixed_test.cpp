// What a reload may change, and what needs a new start.

#include "config/fixed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "config/loader.h"

namespace avbrottsvakt {
namespace {

using ::testing::HasSubstr;

const char* const kRunning =
    "domain: region\n"
    "journal:\n"
    "  kafka: {bootstrap: \"kafka-1:9092\", settings: [{name: sasl.password, credential: kafka-password}]}\n";

class Fixed : public ::testing::Test {
 protected:
  Fixed() {
    std::string name = (std::filesystem::temp_directory_path() / "fixed-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~Fixed() override { std::filesystem::remove_all(folder_); }

  Region region(const std::string& text) const {
    Region region;
    region.file = folder_ / "avbrottsvakt.yaml";
    std::ofstream(region.file) << text;
    EXPECT_TRUE(load_message(region.file, region.configuration).empty());
    return region;
  }
  /// "line:column: error: ..." of each, one behind the other.
  std::string refused(const std::string& next, bool journal_configured = true) const {
    const Region running = region(kRunning);
    std::string text;
    for (const Error& error : fixed_while_running(running, region(next), journal_configured)) {
      text += to_string(error).substr((folder_ / "avbrottsvakt.yaml:").string().size()) + "\n";
    }
    return text;
  }

  std::filesystem::path folder_;
};

struct Case {
  const char* name;
  const char* next;
  const char* error;  ///< its beginning; empty: nothing is refused
};

class Changes : public Fixed, public ::testing::WithParamInterface<Case> {};

TEST_P(Changes, AreRefusedWhereTheyStandOrNotAtAll) {
  const std::string said = refused(GetParam().next);
  if (*GetParam().error == '\0') {
    EXPECT_EQ(said, "");
  } else {
    EXPECT_TRUE(said.starts_with(GetParam().error)) << said;
    EXPECT_THAT(said, HasSubstr("\n  write back what was there, or stop the daemon and start it again"));
  }
}

const std::string kRest = "settings: [{name: sasl.password, credential: kafka-password}]}\n";
const std::string kJournal = "journal:\n  kafka: {bootstrap: \"kafka-1:9092\", " + kRest;
const std::string kDomain = "domain: other\n" + kJournal;
const std::string kBroker = "domain: region\njournal:\n  kafka: {bootstrap: \"kafka-2:9092\", " + kRest;
const std::string kPrefix = "domain: region\njournal:\n  kafka: {prefix: a, bootstrap: \"kafka-1:9092\", " + kRest;
const std::string kFolders = "domain: region\ncatalogue: c\nrules: r\nsources: s\nlanguage: en\n" + kJournal;
const std::string kProtobuf = "domain: region\noutput_format: protobuf\n" + kJournal;
const std::string kDefault = "domain: region\noutput_format: json\n" + kJournal;

INSTANTIATE_TEST_SUITE_P(
    All, Changes,
    ::testing::Values(
        Case{"Nothing", kRunning, ""},
        Case{"Domain", kDomain.c_str(), "1:9: error: the domain cannot change from region"},
        Case{"Broker", kBroker.c_str(), "3:3: error: the journal"},
        Case{"Prefix", kPrefix.c_str(), "3:3: error: the journal"},
        Case{"Kind", "domain: region\njournal:\n  sqlite: {path: a.db}\n", "3:3: error: the journal"},
        Case{"Credential",
             "domain: region\njournal:\n  kafka: {bootstrap: \"kafka-1:9092\", settings: [{name: sasl.password, "
             "credential: other}]}\n",
             "3:3: error: the journal"},
        Case{"Folders", kFolders.c_str(), ""},
        Case{"OutputFormat", kProtobuf.c_str(), "2:16: error: output_format cannot change"},
        Case{"TheDefaultWrittenDown", kDefault.c_str(), ""}),
    [](const auto& test) { return test.param.name; });

TEST_F(Fixed, AJournalGivenAtTheStartLeavesTheConfiguredOneFree) {
  EXPECT_EQ(refused("domain: region\njournal:\n  sqlite: {path: a.db}\n", false), "");
}

TEST_F(Fixed, AllIsSaidAtOnce) {
  const std::string said = refused("domain: other\noutput_format: protobuf\njournal:\n  sqlite: {path: a.db}\n");
  EXPECT_THAT(said, HasSubstr("1:9: error: the domain"));
  EXPECT_THAT(said, HasSubstr("4:3: error: the journal"));
  EXPECT_THAT(said, HasSubstr("2:16: error: output_format"));
}

}  // namespace
}  // namespace avbrottsvakt
