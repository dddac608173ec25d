#include "wire/json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <simdjson.h>

#include <limits>
#include <map>
#include <vector>

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

std::string words_of(const EnumDescriptor& type) {
  std::string words;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) words += (words.empty() ? "" : ", ") + word_of(*type.value(i));
  }
  return words;
}

std::string keys_of(const google::protobuf::Descriptor& type) {
  std::string keys;
  for (int i = 0; i < type.field_count(); ++i) keys += (keys.empty() ? "" : ", ") + type.field(i)->name();
  return keys;
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

/// What is wrong, and where: each level of the document puts its step before the path.
struct Misfit {
  std::string path;  ///< a JSON Pointer (RFC 6901), "" for the document itself
  std::string what;
};
using Read = tl::expected<void, Misfit>;

tl::unexpected<Misfit> wrong(std::string what) { return tl::unexpected<Misfit>({{}, std::move(what)}); }

/// Of a path, as an error shows it: keys may be whatever a stranger wrote.
constexpr std::size_t kPathBytesMax = 200;

Read under(std::string_view step, Read read) {
  if (read) return read;
  std::string path = "/";
  for (const char c : step.substr(0, kPathBytesMax)) {
    const auto byte = static_cast<unsigned char>(c);
    path += c == '~' ? "~0" : c == '/' ? "~1" : std::string(1, byte < 0x20 || byte == 0x7f ? '?' : c);
  }
  read.error().path.insert(0, path);
  return read;
}

Read read_message(const simdjson::dom::object& object, UnknownKeys unknown_keys, Message& message);

/// Reads one value into a plain field, or appends it to a repeated one.
Read read_value(const simdjson::dom::element& value, const FieldDescriptor& field, UnknownKeys unknown_keys,
                Message& message) {
  const Reflection& at = *message.GetReflection();
  const bool many = field.is_repeated();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string_view text;
      if (field.type() == FieldDescriptor::TYPE_BYTES) return wrong("expected nothing: bytes are not read from JSON");
      if (value.get(text) != simdjson::SUCCESS) return wrong("expected a text");
      many ? at.AddString(&message, &field, std::string(text)) : at.SetString(&message, &field, std::string(text));
      return {};
    }
    case FieldDescriptor::CPPTYPE_BOOL: {
      bool flag = false;
      if (value.get(flag) != simdjson::SUCCESS) return wrong("expected true or false");
      many ? at.AddBool(&message, &field, flag) : at.SetBool(&message, &field, flag);
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT32: {
      std::int64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS || !std::in_range<std::int32_t>(number)) {
        return wrong("expected a whole number of 32 bits");
      }
      const auto narrow = static_cast<std::int32_t>(number);
      many ? at.AddInt32(&message, &field, narrow) : at.SetInt32(&message, &field, narrow);
      return {};
    }
    case FieldDescriptor::CPPTYPE_INT64: {
      std::int64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS) return wrong("expected a whole number");
      many ? at.AddInt64(&message, &field, number) : at.SetInt64(&message, &field, number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_UINT32: {
      std::uint64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS || !std::in_range<std::uint32_t>(number)) {
        return wrong("expected a whole number of 32 bits, not below 0");
      }
      const auto narrow = static_cast<std::uint32_t>(number);
      many ? at.AddUInt32(&message, &field, narrow) : at.SetUInt32(&message, &field, narrow);
      return {};
    }
    case FieldDescriptor::CPPTYPE_UINT64: {
      std::uint64_t number = 0;
      if (value.get(number) != simdjson::SUCCESS) return wrong("expected a whole number, not below 0");
      many ? at.AddUInt64(&message, &field, number) : at.SetUInt64(&message, &field, number);
      return {};
    }
    case FieldDescriptor::CPPTYPE_ENUM: {
      std::string_view word;
      if (value.get(word) != simdjson::SUCCESS) return wrong("expected a word");
      const EnumValueDescriptor* const found = find_word(*field.enum_type(), word);
      if (found == nullptr) return wrong("expected one of " + words_of(*field.enum_type()));
      many ? at.AddEnum(&message, &field, found) : at.SetEnum(&message, &field, found);
      return {};
    }
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      simdjson::dom::object object;
      if (value.get(object) != simdjson::SUCCESS) return wrong("expected an object");
      return read_message(object, unknown_keys,
                          many ? *at.AddMessage(&message, &field) : *at.MutableMessage(&message, &field));
    }
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT:
      break;
  }
  return wrong("expected nothing: the schema has no floating point");
}

/// As deep as the schema, which has no message inside itself where JSON is read.
Read read_message(const simdjson::dom::object& object, UnknownKeys unknown_keys, Message& message) {
  const auto* const type = message.GetDescriptor();
  std::vector<bool> seen(static_cast<std::size_t>(type->field_count()));
  std::map<const google::protobuf::OneofDescriptor*, std::string> chosen;
  for (const auto& [key, value] : object) {
    const FieldDescriptor* const field = type->FindFieldByName(std::string(key));
    if (field == nullptr) {
      if (unknown_keys == UnknownKeys::pass_over) continue;
      return under(key, wrong("no key of this name is known here; known are " + keys_of(*type)));
    }
    // Which of two was meant nobody knows, and only one of them would be heard.
    if (seen[static_cast<std::size_t>(field->index())]) return under(key, wrong("this key stands twice; keep one"));
    seen[static_cast<std::size_t>(field->index())] = true;
    if (const auto* const choice = field->real_containing_oneof()) {
      const auto [first, added] = chosen.emplace(choice, field->name());
      if (!added) return under(key, wrong("cannot stand beside " + first->second + "; keep one of them"));
    }
    if (!field->is_repeated()) {
      if (auto read = under(key, read_value(value, *field, unknown_keys, message)); !read) return read;
      continue;
    }
    simdjson::dom::array list;
    if (value.get(list) != simdjson::SUCCESS) return under(key, wrong("expected a list"));
    std::size_t index = 0;
    for (const simdjson::dom::element& item : list) {
      auto read = read_value(item, *field, unknown_keys, message);
      if (!read) return under(key, under(std::to_string(index), std::move(read)));
      ++index;
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
  if (root.get(object) != simdjson::SUCCESS) return refuse("expected an object in braces");
  if (const Read read = read_message(object, unknown_keys, message); !read) {
    // Cutting may have left half a character.
    return refuse(to_utf8(read.error().path) + ": " + read.error().what);
  }
  return {};
}

}  // namespace avbrottsvakt
