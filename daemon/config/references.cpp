#include "config/references.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <functional>

#include "catalogue/catalogue.h"
#include "config/notation.h"

namespace avbrottsvakt {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// More names than this do not help who reads them.
constexpr std::size_t kNamesShownMax = 12;

using Visit = std::function<void(const FieldDescriptor& field, const std::string& text, const std::string& path)>;

/// Each string of the message, with the path that the loader gave it.
void visit_strings(const Message& message, const std::string& path, const Visit& visit) {
  const google::protobuf::Reflection& reflection = *message.GetReflection();
  const auto& options = message.GetDescriptor()->options();
  const bool unnamed = options.GetExtension(v1::bare_list) || options.GetExtension(v1::free_keys);
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string here = unnamed ? path : path.empty() ? field->name() : path + "." + field->name();
    const bool text = field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    const bool inner = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field->is_repeated()) {
      if (text) visit(*field, reflection.GetString(message, field), here);
      if (inner) visit_strings(reflection.GetMessage(message, field), here, visit);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const std::string entry = here + "[" + std::to_string(i) + "]";
      if (text) visit(*field, reflection.GetRepeatedString(message, field, i), entry);
      if (inner) visit_strings(reflection.GetRepeatedMessage(message, field, i), entry, visit);
    }
  }
}

std::string remedy_for(const std::string& name, v1::Reference kind, const std::vector<std::string>& known) {
  if (const auto near = nearest(name, known)) return "did you mean " + *near + "?";
  if (known.empty()) return "no " + describe(kind) + " is defined";
  std::string text;
  for (std::size_t i = 0; i < std::min(known.size(), kNamesShownMax); ++i) text += (i == 0 ? "" : ", ") + known[i];
  return "there are " + text + (known.size() > kNamesShownMax ? ", ..." : "");
}

}  // namespace

void Names::add(const Message& message) {
  visit_strings(message, "", [&](const FieldDescriptor& field, const std::string& text, const std::string& /*path*/) {
    const v1::Reference kind = field.options().GetExtension(v1::defines);
    if (kind == v1::REFERENCE_UNSPECIFIED || text.empty()) return;
    names_[kind].insert(text);
  });
}

bool Names::has(v1::Reference kind, const std::string& name) const {
  const auto found = names_.find(kind);
  return found != names_.end() && found->second.contains(name);
}

Error Names::missing(v1::Reference kind, const std::string& name) const {
  const auto found = names_.find(kind);
  const std::vector<std::string> known =
      found == names_.end() ? std::vector<std::string>() : std::vector(found->second.begin(), found->second.end());
  return {ErrorCode::invalid_input, "there is no " + describe(kind) + " " + name, remedy_for(name, kind, known)};
}

void Names::check(const Message& message, const Places& places, Errors& errors) const {
  visit_strings(message, "", [&](const FieldDescriptor& field, const std::string& text, const std::string& path) {
    const v1::Reference kind = field.options().GetExtension(v1::refers_to);
    if (kind == v1::REFERENCE_UNSPECIFIED || text.empty() || has(kind, text)) return;
    Error error = missing(kind, text);
    error.place = places.at(path);
    errors.push_back(std::move(error));
  });
}

}  // namespace avbrottsvakt
