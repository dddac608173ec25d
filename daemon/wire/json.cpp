#include "wire/json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <simdjson.h>

#include <limits>

#include "base/text.h"
#include "model/limits.h"

namespace avbrottsvakt {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

/// Dead letters hold whole records; nothing else comes near.
constexpr std::size_t kJsonBytesMax = 2 * kInputBytesMax;

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// AlertReason: ALERT_REASON_.
std::string prefix_of(const EnumDescriptor& type) {
  std::string prefix;
  for (const char c : type.name()) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !prefix.empty()) prefix += '_';
    prefix += upper ? c : static_cast<char>(c - 'a' + 'A');
  }
  return prefix + "_";
}

/// ALERT_REASON_ROOT_FOUND: root_found.
std::string word_of(const EnumValueDescriptor& value) {
  std::string word = value.name();
  const std::string prefix = prefix_of(*value.type());
  if (word.starts_with(prefix)) word.erase(0, prefix.size());
  for (char& c : word) c = to_lower(c);
  return word;
}

const EnumValueDescriptor* find_word(const EnumDescriptor& type, std::string_view word) {
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0 && word_of(*type.value(i)) == word) return type.value(i);
  }
  return nullptr;
}

// --- writing

void write_message(const Message& message, std::string& out);

/// One value: of a plain field when index is -1, else of a repeated one.
void write_value(const Message& message, const FieldDescriptor& field, int index, std::string& out) {
  const Reflection& at = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string scratch;
      const std::string& text = one ? at.GetStringReference(message, &field, &scratch)
                                    : at.GetRepeatedStringReference(message, &field, index, &scratch);
      append_json_string(field.type() == FieldDescriptor::TYPE_BYTES ? to_base64(text) : text, out);
      return;
    }
    case FieldDescriptor::CPPTYPE_BOOL:
      out += (one ? at.GetBool(message, &field) : at.GetRepeatedBool(message, &field, index)) ? "true" : "false";
      return;
    case FieldDescriptor::CPPTYPE_INT32:
      out += std::to_string(one ? at.GetInt32(message, &field) : at.GetRepeatedInt32(message, &field, index));
      return;
    case FieldDescriptor::CPPTYPE_INT64:
      out += std::to_string(one ? at.GetInt64(message, &field) : at.GetRepeatedInt64(message, &field, index));
      return;
    case FieldDescriptor::CPPTYPE_UINT32:
      out += std::to_string(one ? at.GetUInt32(message, &field) : at.GetRepeatedUInt32(message, &field, index));
      return;
    case FieldDescriptor::CPPTYPE_UINT64:
      out += std::to_string(one ? at.GetUInt64(message, &field) : at.GetRepeatedUInt64(message, &field, index));
      return;
    case FieldDescriptor::CPPTYPE_ENUM:
      append_json_string(word_of(*(one ? at.GetEnum(message, &field) : at.GetRepeatedEnum(message, &field, index))),
                         out);
      return;
    case FieldDescriptor::CPPTYPE_MESSAGE:
      write_message(one ? at.GetMessage(message, &field) : at.GetRepeatedMessage(message, &field, index), out);
      return;
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      break;  // the schema has no floating point
  }
  out += "null";
}

bool is_written(const Message& message, const FieldDescriptor& field) {
  const Reflection& at = *message.GetReflection();
  if (field.is_repeated()) return at.FieldSize(message, &field) > 0;
  if (at.HasField(message, &field)) return true;
  // Without presence, false and 0 are answers; an empty text or an unspecified enum says nothing.
  return !field.has_presence() && field.cpp_type() != FieldDescriptor::CPPTYPE_STRING &&
         field.cpp_type() != FieldDescriptor::CPPTYPE_ENUM;
}

void write_message(const Message& message, std::string& out) {
  out += '{';
  const auto* const type = message.GetDescriptor();
  bool first = true;
  for (int i = 0; i < type->field_count(); ++i) {
    const FieldDescriptor& field = *type->field(i);
    if (!is_written(message, field)) continue;
    if (!first) out += ',';
    first = false;
    append_json_string(field.name(), out);
    out += ':';
    if (!field.is_repeated()) {
      write_value(message, field, -1, out);
      continue;
    }
    out += '[';
    for (int k = 0; k < message.GetReflection()->FieldSize(message, &field); ++k) {
      if (k > 0) out += ',';
      write_value(message, field, k, out);
    }
    out += ']';
  }
  out += '}';
}

// --- reading

tl::unexpected<Error> wrong(const FieldDescriptor& field, std::string_view expected) {
  return fail(ErrorCode::invalid_input, field.full_name() + " must be " + std::string(expected), {}, Remedy::skip);
}

Result<void> read_message(const simdjson::dom::object& object, UnknownKeys unknown_keys, Message& message);

/// Reads one value into a plain field, or appends it to a repeated one.
Result<void> read_value(const simdjson::dom::element& value, const FieldDescriptor& field, UnknownKeys unknown_keys,
                        Message& message) {
  const Reflection& at = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string_view text;
      if (field.type() == FieldDescriptor::TYPE_BYTES) return wrong(field, "left out: bytes are not read from JSON");
      if (value.get(text) != simdjson::SUCCESS) return wrong(field, "a text");
      many ? at.AddString(&message, &field, std::string(text)) : at.SetString(&message, &field, std::string(text));
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool flag = false;
      if (value.get(flag) != simdjson::SUCCESS) return wrong(field, "true or false");
      many ? at.AddBool(&message, &field, flag) : at.SetBool(&message, &field, flag);
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      std::int64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS || !std::in_range<std::int32_t>(number)) {
        return wrong(field, "a whole number of 32 bits");
      }
      const auto narrow = static_cast<std::int32_t>(number);
      many ? at.AddInt32(&message, &field, narrow) : at.SetInt32(&message, &field, narrow);
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      std::int64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS) return wrong(field, "a whole number");
      many ? at.AddInt64(&message, &field, number) : at.SetInt64(&message, &field, number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      std::uint64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS || !std::in_range<std::uint32_t>(number)) {
        return wrong(field, "a whole number of 32 bits, not below 0");
      }
      const auto narrow = static_cast<std::uint32_t>(number);
      many ? at.AddUInt32(&message, &field, narrow) : at.SetUInt32(&message, &field, narrow);
      return {};
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      std::uint64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS) return wrong(field, "a whole number, not below 0");
      many ? at.AddUInt64(&message, &field, number) : at.SetUInt64(&message, &field, number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      std::string_view word;
      if (value.get(word) != simdjson::SUCCESS) return wrong(field, "a word");
      const EnumValueDescriptor* const found = find_word(*field.enum_type(), word);
      if (found == nullptr) return wrong(field, "one of the words that the schema names");
      many ? at.AddEnum(&message, &field, found) : at.SetEnum(&message, &field, found);
      return {};
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      simdjson::dom::object object;
      if (value.get(object) != simdjson::SUCCESS) return wrong(field, "an object");
      return read_message(object, unknown_keys,
                          many ? *at.AddMessage(&message, &field) : *at.MutableMessage(&message, &field));
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      break;
  }
  return wrong(field, "left out: the schema has no floating point");
}

/// As deep as the schema, which has no message inside itself where JSON is read.
Result<void> read_message(const simdjson::dom::object& object, UnknownKeys unknown_keys, Message& message) {
  for (const auto& [key, value] : object) {
    const FieldDescriptor* const field = message.GetDescriptor()->FindFieldByName(std::string(key));
    if (field == nullptr) {
      if (unknown_keys == UnknownKeys::pass_over) continue;
      return fail(ErrorCode::invalid_input, message.GetDescriptor()->full_name() + " has no key " + to_utf8(key), {},
                  Remedy::skip);
    }
    if (!field->is_repeated()) {
      if (auto read = read_value(value, *field, unknown_keys, message); !read) return read;
      continue;
    }
    simdjson::dom::array list;
    if (value.get(list) != simdjson::SUCCESS) return wrong(*field, "a list");
    for (const simdjson::dom::element& item : list) {
      if (auto read = read_value(item, *field, unknown_keys, message); !read) return read;
    }
  }
  return {};
}

}  // namespace

std::string write_json(const Message& message) {
  std::string out;
  write_message(message, out);
  return out;
}

Result<void> read_json(std::string_view text, UnknownKeys unknown_keys, Message& message) {
  const auto refuse = [](std::string what) {
    return fail(ErrorCode::invalid_input, std::move(what), {}, Remedy::skip);
  };
  if (text.size() > kJsonBytesMax) {
    return refuse("JSON of " + std::to_string(text.size()) + " bytes, expected at most " +
                  std::to_string(kJsonBytesMax));
  }
  simdjson::dom::parser parser;
  simdjson::dom::element root;
  if (const auto error = parser.parse(simdjson::padded_string(text)).get(root); error != simdjson::SUCCESS) {
    return refuse(std::string("this is not JSON: ") + simdjson::error_message(error));
  }
  simdjson::dom::object object;
  if (root.get(object) != simdjson::SUCCESS) return refuse("the JSON must be an object");
  return read_message(object, unknown_keys, message);
}

}  // namespace avbrottsvakt
