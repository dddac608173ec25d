// What the sources that are shipped make of payloads as the tools send them, to the letter. payloads/SOURCE/ holds a
// case for each name: NAME.json or NAME.ndjson is one record, NAME.jsonl one record a line; NAME.headers, if it is
// there, the headers of the record; NAME.signals what comes out. When a mapping changes on purpose:
//
//     AVBROTTSVAKT_REGENERATE=1 build/dev/tests/unit/config/unit_config --gtest_filter='*Payloads*'
//
// writes the .signals anew (and fails, so that no build server ever passes that way). Then read the difference in git.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>

#include "config/source.h"
#include "files.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {
namespace {

const std::filesystem::path kFolder = std::filesystem::path(AV_SOURCE_DIR) / "tests/unit/config/payloads";
/// When every record was put on its topic.
constexpr Instant kReceived{Millis{1'795'313'580'000}};

/// "zabbix/recovery-first.ndjson".
std::vector<std::string> payloads() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".json" || extension == ".ndjson" || extension == ".jsonl") {
      found.push_back(std::filesystem::relative(entry.path(), kFolder).string());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<Header> headers_of(const std::filesystem::path& file) {
  std::vector<Header> headers;
  for (const std::string& line : lines_of(read_bytes(file))) {
    const std::size_t colon = line.find(": ");
    headers.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  return headers;
}

std::string shown(const Signal& signal) {
  std::string text =
      std::string(to_string(signal.condition)) + " " + format_instant(signal.at) + " " + signal.key + "\n";
  if (signal.origin != Origin::monitoring) text += "  origin " + std::string(to_string(signal.origin)) + "\n";
  if (signal.expect_within) text += "  expect_within " + format_duration(*signal.expect_within) + "\n";
  for (const Label& label : signal.labels) text += "  " + label.name + "=\"" + label.value + "\"\n";
  if (!signal.summary.empty()) text += "  summary " + signal.summary + "\n";
  return text;
}

std::string shown(const Mapped& mapped) {
  std::string text;
  for (const Signal& signal : mapped.signals) text += shown(signal);
  if (mapped.refusal) {
    text +=
        "refused in " + mapped.refusal->stage + ", " + mapped.refusal->error + ": " + mapped.refusal->message + "\n";
  }
  return text.empty() ? "nothing to tell\n" : text;
}

class Payloads : public testing::TestWithParam<std::string> {};

TEST_P(Payloads, BecomeSignals) {
  const std::filesystem::path file = kFolder / GetParam();
  const std::string source = file.parent_path().filename().string();
  const auto spec = load_source(std::filesystem::path(AV_SOURCE_DIR) / "config/sources" / (source + ".yaml"));
  ASSERT_TRUE(spec) << to_string(spec.error().front());
  const auto mapping = Mapping::compile(spec->mapping).mapping;
  ASSERT_NE(mapping, nullptr);

  const std::string bytes = read_bytes(file);
  const auto records = file.extension() == ".jsonl" ? lines_of(bytes) : std::vector<std::string>{bytes};
  const std::vector<Header> headers = headers_of(std::filesystem::path(file).replace_extension(".headers"));
  std::string said;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Mapped mapped = mapping->map(Payload{records[i], headers, kReceived});
    for (const Signal& signal : mapped.signals) {
      EXPECT_EQ(signal.source, source);
      EXPECT_EQ(signal.mapping_hash, mapping->hash());
    }
    said += records.size() > 1 ? "record " + std::to_string(i + 1) + "\n" : "";
    said += shown(mapped);
  }
  const auto expected = std::filesystem::path(file).replace_extension(".signals");
  if (std::getenv("AVBROTTSVAKT_REGENERATE") != nullptr) {
    write_bytes(expected, said);
    FAIL() << "wrote " << expected;
  }
  EXPECT_EQ(said, read_bytes(expected));
}

INSTANTIATE_TEST_SUITE_P(, Payloads, testing::ValuesIn(payloads()), [](const auto& test) {
  std::string name = test.param.substr(0, test.param.rfind('.'));
  std::replace_if(name.begin(), name.end(), [](char c) { return c == '-' || c == '/'; }, '_');
  return name;
});

TEST(PayloadFiles, EveryFileBelongsToACase) {
  std::set<std::string> cases;
  for (const std::string& name : payloads()) cases.insert(name.substr(0, name.rfind('.')));
  EXPECT_GE(cases.size(), 30U);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    if (!entry.is_regular_file()) continue;
    const std::string name = std::filesystem::relative(entry.path(), kFolder).string();
    EXPECT_TRUE(cases.contains(name.substr(0, name.rfind('.')))) << name << " is read by no case";
  }
}

}  // namespace
}  // namespace avbrottsvakt
