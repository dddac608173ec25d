#include "seeds.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "config/region.h"
#include "require.h"
#include "unit/wire/promised.h"
#include "wire/input.h"
#include "wire/output.h"
#include "wire/state.h"

namespace avbrottsvakt::fuzz {
namespace {

using testing::Generator;

constexpr std::uint64_t kValues = 30;
const std::filesystem::path kRoot = AV_SOURCE_DIR;

std::string read(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return bytes.str();
}

/// The files below a folder with one of these endings, in a fixed order.
std::vector<std::filesystem::path> files(const std::filesystem::path& folder, const std::vector<std::string>& endings) {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kRoot / folder)) {
    const std::string ending = entry.path().extension().string();
    if (std::find(endings.begin(), endings.end(), ending) != endings.end()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> payloads(const std::string& source) {
  std::vector<std::string> seeds;
  for (const auto& file : files("tests/unit/config/payloads/" + source, {".json", ".ndjson", ".jsonl"})) {
    const std::string headers = read(std::filesystem::path(file).replace_extension(".headers"));
    const std::string bytes = read(file);
    if (file.extension() != ".jsonl") {
      seeds.push_back((headers.empty() ? "" : "\x01" + headers + "\n") + bytes);
      continue;
    }
    std::istringstream lines(bytes);
    for (std::string line; std::getline(lines, line);) seeds.push_back(line);
  }
  return seeds;
}

/// The letter by which yaml.cpp knows what kind of file it is.
std::vector<std::string> yaml_files() {
  std::vector<std::string> seeds;
  const auto add = [&](char kind, const std::filesystem::path& file) { seeds.push_back(kind + read(file)); };
  const std::filesystem::path base = "tests/unit/config/broken_regions/base";
  for (const auto& file : files(base, {".yaml"})) {
    const std::string folder = file.parent_path().filename().string();
    const std::string name = file.stem().string();
    const char kind = folder == "services"     ? 's'
                      : folder == "activities" ? 'a'
                      : folder == "plans"      ? 'p'
                      : folder == "exercises"  ? 'x'
                      : name == "organisation" ? 'o'
                      : name == "calendar"     ? 'd'
                      : name == "escalation"   ? 'e'
                      : name == "avbrottsvakt" ? 'c'
                                               : 'r';
    add(kind, file);
  }
  for (const auto& file : files("tests/unit/config/broken", {".yaml"})) {
    const std::string name = file.filename().string();
    add(name.starts_with("calendar")   ? 'd'
        : name.starts_with("exercise") ? 'x'
        : name.starts_with("regime")   ? 'r'
                                       : name[0],
        file);
  }
  for (const auto& file : files("rules/tests", {".yaml"})) add('t', file);
  return seeds;
}

template <typename Value, typename Write>
std::vector<std::string> generated(Write write) {
  std::vector<std::string> seeds;
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    auto value = Generator(seed).make<Value>();
    testing::tidy(value);
    seeds.push_back(write(value));
  }
  return seeds;
}

std::vector<std::string> inputs() {
  return generated<Input>([](const Input& input) { return encode_input(input); });
}

std::vector<std::string> signals() {
  std::vector<std::string> seeds;
  for (std::uint64_t seed = 0; seed < kValues; ++seed) {
    Input input;
    input.body = Heard{{Generator(seed).make<Signal>()}, {}};
    testing::tidy(input);
    Signal signal = std::get<Heard>(input.body).signals.front();
    signal.source.clear();
    signal.at = Instant{Millis{1'795'313'580'000 + static_cast<std::int64_t>(seed)}};
    if (signal.origin == Origin::heartbeat) signal.expect_within = Millis{60'000};
    if (signal.origin != Origin::heartbeat) signal.expect_within.reset();
    seeds.push_back(encode_signal(signal));
  }
  return seeds;
}

std::vector<std::string> states() {
  return generated<StateRecord>([](const StateRecord& record) { return key_of(record) + "\n" + encode_state(record); });
}

std::vector<std::string> commands_said() {
  return generated<Command>([](Command command) {
    const Instant at{Millis{1'795'313'580'000}};
    if (command.at) command.at = at;
    if (auto* work = std::get_if<PlanMaintenance>(&command.body)) {
      work->from = at;
      work->until = at + Millis{1};
      if (work->return_by) work->return_by = at;
    }
    return encode_command(command);
  });
}

std::vector<std::string> outputs() {
  std::vector<std::string> seeds;
  for (std::uint64_t seed = 0; seed < 2 * kValues; ++seed) {
    auto said = Generator(seed).make<Output>();
    testing::tidy(said);
    if (std::holds_alternative<DeadLetter>(said)) continue;
    const auto format = seed % 2 == 0 ? OutputFormat::json : OutputFormat::protobuf;
    seeds.push_back(std::string(1, static_cast<char>(2 * said.index() + seed % 2)) + encode_output(said, format).value);
  }
  return seeds;
}

std::vector<std::string> bundles() {
  const auto region = load_region(kRoot / "tests/unit/config/broken_regions/base/config/avbrottsvakt.yaml");
  require(region.has_value(), "the small region is in order");
  return {region->bundle};
}

std::vector<std::string> sources() {
  std::vector<std::string> seeds;
  for (const auto& file : files("config/sources", {".yaml"})) seeds.push_back(read(file));
  for (const auto& file : files("tests/unit/config/broken", {".yaml"})) {
    if (file.filename().string().starts_with("source")) seeds.push_back(read(file));
  }
  return seeds;
}

}  // namespace

std::vector<std::string> seeds_of(const std::string& target) {
  if (target == "signal") return signals();
  if (target == "commands") return commands_said();
  if (target == "mapping") return sources();
  if (target == "yaml") return yaml_files();
  if (target == "input") return inputs();
  if (target == "state") return states();
  if (target == "bundle") return bundles();
  if (target == "output") return outputs();
  return payloads(target);
}

}  // namespace avbrottsvakt::fuzz
