#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>

#include "avbrottsvakt/v1/catalogue.pb.h"
#include "avbrottsvakt/v1/config.pb.h"
#include "avbrottsvakt/v1/exercise.pb.h"
#include "avbrottsvakt/v1/plan.pb.h"
#include "avbrottsvakt/v1/rules.pb.h"
#include "avbrottsvakt/v1/source.pb.h"
#include "config/loader.h"
#include "config/yaml_tree.h"
#include "require.h"
#include "targets.h"
#include "wire/json.h"

namespace avbrottsvakt::fuzz {
namespace {

/// The letters under which seeds.cpp files them.
std::unique_ptr<google::protobuf::Message> message_of(char kind) {
  switch (kind) {
    case 'a':
      return std::make_unique<v1::Activity>();
    case 'c':
      return std::make_unique<v1::Configuration>();
    case 'd':
      return std::make_unique<v1::Calendar>();
    case 'e':
      return std::make_unique<v1::Escalation>();
    case 'o':
      return std::make_unique<v1::Organisation>();
    case 'p':
      return std::make_unique<v1::ContinuityPlan>();
    case 'r':
      return std::make_unique<v1::Regime>();
    case 't':
      return std::make_unique<v1::RuleTest>();
    case 'x':
      return std::make_unique<v1::Exercise>();
    default:
      return std::make_unique<v1::Service>();
  }
}

}  // namespace

void yaml(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto message = message_of(bytes.front());
  bytes.remove_prefix(1);
  const Errors errors = parse_message(bytes, "a.yaml", *message);
  const auto lines = std::count(bytes.begin(), bytes.end(), '\n') + 1;
  require(errors.size() <= kYamlErrorsMax + 1, "errors keep to their bound");
  for (const Error& error : errors) {
    require_said(error);
    require(error.place.file == "a.yaml", "an error names the file");
    require(error.code == ErrorCode::limit || (error.place.line >= 1 && error.place.column >= 1), "and a place in it");
    require(error.place.line <= lines, "which is in the file");
  }
  if (!errors.empty()) return;
  const std::string json = write_json(*message);
  const std::unique_ptr<google::protobuf::Message> again(message->New());
  const auto read = read_json(json, UnknownKeys::refuse, *again);
  require(read.has_value(), "what was accepted can be written and read");
  require(write_json(*again) == json, "and is the same");
}

}  // namespace avbrottsvakt::fuzz
