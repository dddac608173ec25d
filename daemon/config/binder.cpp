#include "config/binder.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <memory>

#include "avbrottsvakt/v1/options.pb.h"
#include "base/check.h"
#include "catalogue/catalogue.h"
#include "config/notation.h"
#include "config/utf8.h"

namespace avbrottsvakt {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::OneofDescriptor;

/// What was written, as an error repeats it, cut so that a line stays a line.
constexpr std::size_t kShownBytesMax = 60;

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string shown(std::string_view text) {
  std::string cut(text.substr(0, kShownBytesMax));
  if (cut.size() < text.size()) {
    while (!cut.empty() && !utf8_begins(text[cut.size()])) cut.pop_back();
    cut += "...";
  }
  std::replace(cut.begin(), cut.end(), '\n', ' ');
  return cut;
}

std::string found(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::nothing:
      return "nothing";
    case YamlNode::Kind::scalar:
      if (node.text.empty()) return "empty text";
      // Quotation marks show why a number is not one.
      return node.quoted && node.text.find('"') == std::string::npos ? "\"" + shown(node.text) + "\""
                                                                     : shown(node.text);
    case YamlNode::Kind::sequence:
      return "a list";
    case YamlNode::Kind::mapping:
      return "a mapping";
    case YamlNode::Kind::refused:
      break;
  }
  return "something else";
}

std::string list_of_one(const YamlNode& scalar) {
  if (!scalar.quoted) return "[" + shown(scalar.text) + "]";
  const std::string quote = scalar.text.find('\'') == std::string::npos ? "'" : "\"";
  return "[" + quote + shown(scalar.text) + quote + "]";
}

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return text;
}

std::string one_of(const std::vector<std::string>& words) {
  return words.size() == 1 ? words.front() : "one of " + join(words);
}

/// The words of an enum: CONDITION_DOWN of Condition is "down". The unspecified value has none.
std::string word_of(const EnumValueDescriptor& value) {
  std::string prefix;
  for (const char c : value.type()->name()) {
    if (std::isupper(static_cast<unsigned char>(c)) != 0 && !prefix.empty()) prefix += '_';
    prefix += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  prefix += '_';
  std::string name = value.name();
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  return lower_case(std::move(name));
}

std::vector<std::string> words_of(const EnumDescriptor& type) {
  std::vector<std::string> words;
  for (int i = 0; i < type.value_count(); ++i) {
    if (type.value(i)->number() != 0) words.push_back(word_of(*type.value(i)));
  }
  return words;
}

std::vector<std::string> keys_of(const Descriptor& type) {
  std::vector<std::string> keys;
  for (int i = 0; i < type.field_count(); ++i) keys.push_back(type.field(i)->name());
  return keys;
}

bool bare_list(const Descriptor& type) { return type.options().GetExtension(v1::bare_list); }
bool free_keys(const Descriptor& type) { return type.options().GetExtension(v1::free_keys); }

struct Bounds {
  std::int64_t min;
  std::int64_t max;
};

Bounds bounds_of(const FieldDescriptor& field) {
  const bool wide = field.cpp_type() == FieldDescriptor::CPPTYPE_INT64;
  Bounds bounds{wide ? std::numeric_limits<std::int64_t>::min() : std::numeric_limits<std::int32_t>::min(),
                wide ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int32_t>::max()};
  if (field.options().HasExtension(v1::min)) bounds.min = field.options().GetExtension(v1::min);
  if (field.options().HasExtension(v1::max)) bounds.max = field.options().GetExtension(v1::max);
  return bounds;
}

/// What one value of the field is expected to be.
std::string expected_one(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64: {
      const Bounds bounds = bounds_of(field);
      if (!field.options().HasExtension(v1::max)) return "a whole number";
      return "a whole number from " + std::to_string(bounds.min) + " to " + std::to_string(bounds.max);
    }
    case FieldDescriptor::CPPTYPE_ENUM:
      return one_of(words_of(*field.enum_type()));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      const Descriptor& type = *field.message_type();
      if (bare_list(type)) return "a list";
      if (free_keys(type)) return "a mapping";
      return "a mapping with the keys " + join(keys_of(type));
    }
    case FieldDescriptor::CPPTYPE_STRING:
      break;
    default:
      AV_CHECK(false);  // The schema has no such type.
  }
  const v1::Notation notation = field.options().GetExtension(v1::notation);
  if (notation != v1::NOTATION_UNSPECIFIED) return describe(notation);
  const v1::Reference reference = field.options().GetExtension(v1::refers_to);
  return reference == v1::REFERENCE_UNSPECIFIED ? "text" : "the identifier of a " + describe(reference);
}

std::string expected(const FieldDescriptor& field) {
  return field.is_repeated() ? "a list, each entry " + expected_one(field) : expected_one(field);
}

class Binder {
 public:
  Binder(const SourceText& source, Places& places, Errors& errors)
      : source_(source), places_(places), errors_(errors) {}

  void message(const YamlNode& node, Message& into, const std::string& path, const std::string& what) {
    const Descriptor& type = *into.GetDescriptor();
    places_.add(path, source_.place(node.offset));
    if (node.kind == YamlNode::Kind::refused) return;
    if (bare_list(type)) {
      list(node, into, *type.field(0), path, what);
    } else if (node.kind != YamlNode::Kind::mapping) {
      const std::string wanted = free_keys(type) ? "a mapping" : "a mapping with the keys " + join(keys_of(type));
      report(node.offset, what + ": expected " + wanted + ", found " + found(node));
    } else if (free_keys(type)) {
      free_entries(node, into, path);
    } else {
      entries(node, into, path);
    }
  }

 private:
  void report(std::size_t offset, std::string message, std::string remedy = {}) {
    report(source_.place(offset), std::move(message), std::move(remedy));
  }
  void report(Place place, std::string message, std::string remedy) {
    Error error(ErrorCode::invalid_input, std::move(message), std::move(remedy));
    error.place = std::move(place);
    errors_.push_back(std::move(error));
  }

  void entries(const YamlNode& node, Message& into, const std::string& path) {
    const Descriptor& type = *into.GetDescriptor();
    std::vector<const FieldDescriptor*> present;
    std::vector<const OneofDescriptor*> tagged;
    for (const YamlNode::Entry& entry : node.entries) {
      const FieldDescriptor* field = type.FindFieldByName(entry.key);
      if (field == nullptr) {
        unknown_key(entry, type);
        continue;
      }
      present.push_back(field);
      const OneofDescriptor* choice = field->real_containing_oneof();
      const auto beside = std::find_if(present.begin(), present.end() - 1, [&](const FieldDescriptor* other) {
        return choice != nullptr && other->real_containing_oneof() == choice;
      });
      if (beside != present.end() - 1) {
        report(entry.key_offset, entry.key + " cannot stand beside " + (*beside)->name(), "keep one of them");
      }
      if (choice != nullptr) tagged.push_back(choice);
      const std::string inner = path.empty() ? entry.key : path + "." + entry.key;
      if (beside != present.end() - 1 || entry.duplicate) {
        // It is refused, but what is wrong inside it should be known before somebody keeps this one of the two.
        const std::unique_ptr<Message> aside(into.New());
        value(entry.value, entry.key_offset, *aside, *field, inner);
        continue;
      }
      value(entry.value, entry.key_offset, into, *field, inner);
    }
    for (int i = 0; i < type.field_count(); ++i) {
      const FieldDescriptor& field = *type.field(i);
      if (field.options().GetExtension(v1::required) &&
          std::find(present.begin(), present.end(), &field) == present.end()) {
        report(node.offset, field.name() + " is missing", "add " + field.name() + ": " + expected(field));
      }
    }
    for (int i = 0; i < type.real_oneof_decl_count(); ++i) {
      const OneofDescriptor& choice = *type.oneof_decl(i);
      if (!choice.options().GetExtension(v1::one_needed)) continue;
      if (std::find(tagged.begin(), tagged.end(), &choice) != tagged.end()) continue;
      std::vector<std::string> tags;
      for (int j = 0; j < choice.field_count(); ++j) tags.push_back(choice.field(j)->name());
      report(node.offset, "one of " + join(tags) + " is missing");
    }
  }

  void unknown_key(const YamlNode::Entry& entry, const Descriptor& type) {
    const std::vector<std::string> keys = keys_of(type);
    const auto near = nearest(entry.key, keys);
    report(entry.key_offset, "unknown key " + shown(entry.key),
           near ? "did you mean " + *near + "?"
                : (keys.empty() ? "no key is known here" : "the keys here are " + join(keys)));
  }

  /// A mapping whose keys people choose: each entry is a message of a key and a value.
  void free_entries(const YamlNode& node, Message& into, const std::string& path) {
    const FieldDescriptor& field = *into.GetDescriptor()->field(0);
    int index = 0;
    for (const YamlNode::Entry& entry : node.entries) {
      if (entry.duplicate) continue;
      const std::string place = path + "[" + std::to_string(index++) + "]";
      Message& added = *into.GetReflection()->AddMessage(&into, &field);
      const Descriptor& type = *added.GetDescriptor();
      places_.add(place, source_.place(entry.key_offset));
      YamlNode key;
      key.kind = YamlNode::Kind::scalar;
      key.text = entry.key;
      key.offset = entry.key_offset;
      one(key, added, *type.field(0), place + "." + type.field(0)->name());
      value(entry.value, entry.key_offset, added, *type.field(1), place + "." + type.field(1)->name());
    }
  }

  void value(const YamlNode& node, std::size_t key_offset, Message& into, const FieldDescriptor& field,
             const std::string& path) {
    if (node.kind == YamlNode::Kind::refused) return;
    if (node.kind == YamlNode::Kind::nothing) {
      report(key_offset, field.name() + ": expected " + expected(field) + ", found nothing",
             field.options().GetExtension(v1::required) ? "" : "leave the key out if there is nothing to say");
    } else if (field.is_repeated()) {
      list(node, into, field, path, field.name());
    } else {
      one(node, into, field, path);
    }
  }

  void list(const YamlNode& node, Message& into, const FieldDescriptor& field, const std::string& path,
            const std::string& what) {
    if (node.kind != YamlNode::Kind::sequence) {
      const bool alone = node.kind == YamlNode::Kind::scalar && field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE;
      report(node.offset, what + ": expected a list, each entry " + expected_one(field) + ", found " + found(node),
             alone ? "a list of one is written " + list_of_one(node) : "");
      return;
    }
    places_.add(path, source_.place(node.offset));
    if (node.items.empty() && field.options().GetExtension(v1::required)) {
      report(node.offset, what + ": the list is empty; expected at least one entry");
    }
    for (std::size_t i = 0; i < node.items.size(); ++i) {
      one(node.items[i], into, field, path + "[" + std::to_string(i) + "]");
    }
  }

  /// One value: the field's, or an entry of its list. An entry of a list is added even if it cannot be read, so that
  /// those after it keep their numbers.
  void one(const YamlNode& node, Message& into, const FieldDescriptor& field, const std::string& path) {
    const google::protobuf::Reflection& reflection = *into.GetReflection();
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      Message& inner =
          field.is_repeated() ? *reflection.AddMessage(&into, &field) : *reflection.MutableMessage(&into, &field);
      message(node, inner, path, field.name());
      return;
    }
    places_.add(path, source_.place(node.offset));
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING: {
        std::string text = scalar(node, field) ? node.text : std::string();
        check_text(node, field);
        field.is_repeated() ? reflection.AddString(&into, &field, std::move(text))
                            : reflection.SetString(&into, &field, std::move(text));
        return;
      }
      case FieldDescriptor::CPPTYPE_BOOL: {
        const bool yes = truth(node, field);
        field.is_repeated() ? reflection.AddBool(&into, &field, yes) : reflection.SetBool(&into, &field, yes);
        return;
      }
      case FieldDescriptor::CPPTYPE_INT32: {
        const auto number = static_cast<std::int32_t>(whole_number(node, field));
        field.is_repeated() ? reflection.AddInt32(&into, &field, number) : reflection.SetInt32(&into, &field, number);
        return;
      }
      case FieldDescriptor::CPPTYPE_INT64: {
        const std::int64_t number = whole_number(node, field);
        field.is_repeated() ? reflection.AddInt64(&into, &field, number) : reflection.SetInt64(&into, &field, number);
        return;
      }
      case FieldDescriptor::CPPTYPE_ENUM: {
        const EnumValueDescriptor* word = enum_word(node, field);
        field.is_repeated() ? reflection.AddEnum(&into, &field, word) : reflection.SetEnum(&into, &field, word);
        return;
      }
      default:
        AV_CHECK(false);  // The schema has no such type.
    }
  }

  void wrong(const YamlNode& node, const FieldDescriptor& field, std::string remedy = {}) {
    if (node.kind == YamlNode::Kind::refused) return;
    report(node.offset, field.name() + ": expected " + expected_one(field) + ", found " + found(node),
           std::move(remedy));
  }

  bool scalar(const YamlNode& node, const FieldDescriptor& field) {
    if (node.kind == YamlNode::Kind::scalar) return true;
    wrong(node, field);
    return false;
  }

  void check_text(const YamlNode& node, const FieldDescriptor& field) {
    if (node.kind != YamlNode::Kind::scalar) return;
    const auto control = std::find_if(node.text.begin(), node.text.end(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    });
    if (control != node.text.end()) {
      report(node.offset, field.name() + ": a control character is not allowed");
      return;
    }
    const v1::Notation notation = field.options().GetExtension(v1::notation);
    if (notation == v1::NOTATION_UNSPECIFIED) {
      if (node.text.empty() && field.options().GetExtension(v1::required)) wrong(node, field);
      return;
    }
    auto checked = check_notation(notation, node.text);
    if (checked) return;
    Error& error = checked.error();
    const int column = error.place.column;
    // The place says the column in the file; the parser's own would only confuse.
    const std::string suffix = " at column " + std::to_string(column);
    if (column > 0 && error.message.ends_with(suffix)) {
      error.message.replace(error.message.size() - suffix.size(), suffix.size(), " here");
    }
    report(
        column > 0 ? place_in_scalar(source_, node, static_cast<std::size_t>(column) - 1) : source_.place(node.offset),
        field.name() + ": expected " + describe(notation) + ", found " + found(node) + ": " + error.message,
        error.remedy);
  }

  bool truth(const YamlNode& node, const FieldDescriptor& field) {
    if (!node.quoted && node.kind == YamlNode::Kind::scalar) {
      if (node.text == "true") return true;
      if (node.text == "false") return false;
    }
    const bool quoted = node.quoted && (node.text == "true" || node.text == "false");
    wrong(node, field, quoted ? "write it without quotation marks" : "");
    return false;
  }

  std::int64_t whole_number(const YamlNode& node, const FieldDescriptor& field) {
    std::int64_t number = 0;
    const char* end = node.text.data() + node.text.size();
    const auto [rest, failure] = std::from_chars(node.text.data(), end, number);
    if (node.kind != YamlNode::Kind::scalar || node.quoted || failure != std::errc() || rest != end) {
      const bool quoted = node.quoted && failure == std::errc() && rest == end;
      wrong(node, field, quoted ? "write it without quotation marks" : "");
      return 0;
    }
    const Bounds bounds = bounds_of(field);
    if (number < bounds.min || number > bounds.max) {
      wrong(node, field);
      return 0;
    }
    return number;
  }

  const EnumValueDescriptor* enum_word(const YamlNode& node, const FieldDescriptor& field) {
    const EnumDescriptor& type = *field.enum_type();
    const EnumValueDescriptor* unspecified = type.FindValueByNumber(0);
    if (!scalar(node, field)) return unspecified;
    for (int i = 0; i < type.value_count(); ++i) {
      if (type.value(i)->number() != 0 && word_of(*type.value(i)) == node.text) return type.value(i);
    }
    const auto near = nearest(lower_case(node.text), words_of(type));
    wrong(node, field, near ? "did you mean " + *near + "?" : "");
    return unspecified;
  }

  const SourceText& source_;
  Places& places_;
  Errors& errors_;
};

}  // namespace

void bind_message(const SourceText& source, const YamlNode& root, Message& into, Places& places, Errors& errors) {
  Binder(source, places, errors).message(root, into, "", "this file");
}

}  // namespace avbrottsvakt
