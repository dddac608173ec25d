#include "config/rule_values.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "avbrottsvakt/v1/bundle.pb.h"
#include "avbrottsvakt/v1/options.pb.h"
#include "base/check.h"
#include "base/civil.h"
#include "config/folder.h"
#include "config/loader.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

/// What nobody would write: whoever is asked for it is not found.
const char* const kAnother = "another";

/// One scalar of a message, read and written as text.
struct Slot {
  Message* parent = nullptr;
  const FieldDescriptor* field = nullptr;
  int index = -1;  ///< in a list; -1: not a list

  std::string text() const {
    const auto& reflection = *parent->GetReflection();
    const bool list = index >= 0;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return list ? reflection.GetRepeatedString(*parent, field, index) : reflection.GetString(*parent, field);
      case FieldDescriptor::CPPTYPE_INT32:
        return std::to_string(list ? reflection.GetRepeatedInt32(*parent, field, index)
                                   : reflection.GetInt32(*parent, field));
      case FieldDescriptor::CPPTYPE_INT64:
        return std::to_string(list ? reflection.GetRepeatedInt64(*parent, field, index)
                                   : reflection.GetInt64(*parent, field));
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.GetBool(*parent, field) ? "true" : "false";
      case FieldDescriptor::CPPTYPE_ENUM:
        return list ? reflection.GetRepeatedEnum(*parent, field, index)->name()
                    : reflection.GetEnum(*parent, field)->name();
      default:
        return {};
    }
  }

  void set(const std::string& text) const {
    const auto& reflection = *parent->GetReflection();
    const bool list = index >= 0;
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        list ? reflection.SetRepeatedString(parent, field, index, text) : reflection.SetString(parent, field, text);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        list ? reflection.SetRepeatedInt32(parent, field, index, std::stoi(text))
             : reflection.SetInt32(parent, field, std::stoi(text));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        list ? reflection.SetRepeatedInt64(parent, field, index, std::stoll(text))
             : reflection.SetInt64(parent, field, std::stoll(text));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(parent, field, text == "true");
        break;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const auto* value = field->enum_type()->FindValueByName(text);
        list ? reflection.SetRepeatedEnum(parent, field, index, value) : reflection.SetEnum(parent, field, value);
        break;
      }
      default:
        break;
    }
  }
};

std::vector<std::string> moved_duration(Millis duration) {
  std::vector<std::string> moved;
  if (duration > Millis{0}) moved.push_back(format_duration(duration - Millis{1}));
  moved.push_back(format_duration(duration + Millis{1}));
  return moved;
}

std::vector<std::string> moved_period(Period period) {
  const auto by = [&](int count) {
    Period other = period;
    other.exact += Millis{count};
    other.count += count;
    return format_period(other);
  };
  if (period.kind == Period::Kind::exact) {
    return period.exact > Millis{1} ? std::vector{by(-1), by(1)} : std::vector{by(1)};
  }
  if (period.count > 1) return {by(-1), by(1)};
  // Of one month, and one day, there is no less in the same unit.
  return {period.kind == Period::Kind::months ? "27 days" : "23h", by(1)};
}

std::vector<std::string> moved_date(Date date) {
  const std::chrono::sys_days day(date);
  return {format_date(Date(day - std::chrono::days(1))), format_date(Date(day + std::chrono::days(1)))};
}

std::vector<std::string> moved_number(const FieldDescriptor& field, std::int64_t number) {
  std::vector<std::string> moved;
  const auto& options = field.options();
  if (!options.HasExtension(v1::min) || number > options.GetExtension(v1::min))
    moved.push_back(std::to_string(number - 1));
  if (!options.HasExtension(v1::max) || number < options.GetExtension(v1::max))
    moved.push_back(std::to_string(number + 1));
  return moved;
}

bool is_role(const FieldDescriptor& field) { return field.options().GetExtension(v1::refers_to) == v1::ROLE; }

std::vector<std::string> moved_text(const FieldDescriptor& field, const std::string& text) {
  switch (field.options().GetExtension(v1::notation)) {
    case v1::DURATION:
      return moved_duration(parse_duration(text).value_or(Millis{0}));
    case v1::PERIOD:
      return moved_period(parse_period(text).value_or(Period{}));
    case v1::DATE:
      return moved_date(parse_date(text).value_or(Date{}));
    case v1::ANCHOR:
      // What is made on request can be counted from nothing else.
      if (text == "requested") return {};
      return {text == "known_incident" ? "known_significant" : "known_incident"};
    default:
      break;
  }
  const bool fact = field.options().GetExtension(v1::defines) == v1::FACT;
  const bool recipient = field.containing_type() == v1::Recipient::descriptor() && field.name() == "to";
  const bool sector = field.name() == "sector" || field.name() == "sectors";
  if (fact || recipient || sector || is_role(field)) return {kAnother};
  return {};
}

/// What a value is moved to; nothing: it decides nothing.
std::vector<std::string> moved(const Slot& slot) {
  const FieldDescriptor& field = *slot.field;
  const std::string text = slot.text();
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_STRING:
      return moved_text(field, text);
    case FieldDescriptor::CPPTYPE_INT32:
    case FieldDescriptor::CPPTYPE_INT64:
      return moved_number(field, std::stoll(text));
    case FieldDescriptor::CPPTYPE_BOOL:
      return {text == "true" ? "false" : "true"};
    case FieldDescriptor::CPPTYPE_ENUM: {
      const auto& type = *field.enum_type();
      const int at = type.FindValueByName(text)->index();
      // The first value is none that a file can say.
      return {type.value(at + 1 < type.value_count() ? at + 1 : 1)->name()};
    }
    default:
      return {};
  }
}

using Visit = std::function<void(const Slot& slot, const std::string& path)>;

/// Each scalar that is set, with the path that the loader gives it.
void visit_slots(Message& message, const std::string& path, const Visit& visit) {
  if (message.GetDescriptor() == v1::LegalSource::descriptor()) return;
  const auto& reflection = *message.GetReflection();
  const bool unnamed = message.GetDescriptor()->options().GetExtension(v1::bare_list);
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string here = unnamed ? path : path.empty() ? field->name() : path + "." + field->name();
    const bool inner = field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE;
    if (!field->is_repeated()) {
      if (inner) visit_slots(*reflection.MutableMessage(&message, field), here, visit);
      if (!inner) visit({&message, field, -1}, here);
      continue;
    }
    for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
      const std::string entry = here + "[" + std::to_string(i) + "]";
      if (inner) visit_slots(*reflection.MutableRepeatedMessage(&message, field, i), entry, visit);
      if (!inner) visit({&message, field, i}, entry);
    }
  }
}

/// Where the value of a path stands in the files of the rules, by regime; the last is escalation.yaml.
std::vector<Places> places_of(const Region& region, int regimes) {
  std::vector<Places> places(static_cast<std::size_t>(regimes) + 1);
  Errors ignored;
  std::size_t next = 0;
  for (const std::filesystem::path& file : list_folder(region.rules_folder(), ignored).files) {
    const std::string name = file.filename().string();
    if (name == "calendar.yaml") continue;
    if (name == "escalation.yaml") {
      v1::Escalation escalation;
      (void)load_message(file, escalation, &places.back());
    } else if (next + 1 < places.size()) {
      v1::Regime regime;
      (void)load_message(file, regime, &places[next++]);
    }
  }
  return places;
}

/// Every value of a bundle's rules, in one order.
void visit_values(v1::Bundle& bundle,
                  const std::function<void(const Slot&, std::size_t document, const std::string& path)>& visit) {
  const auto values_only = [&](std::size_t document) {
    return [&visit, document](const Slot& slot, const std::string& path) {
      if (!moved(slot).empty()) visit(slot, document, path);
    };
  };
  for (int i = 0; i < bundle.regimes_size(); ++i) {
    visit_slots(*bundle.mutable_regimes(i), "", values_only(static_cast<std::size_t>(i)));
  }
  visit_slots(*bundle.mutable_escalation(), "", values_only(static_cast<std::size_t>(bundle.regimes_size())));
}

v1::Bundle parsed(std::string_view bytes) {
  v1::Bundle bundle;
  AV_CHECK(bundle.ParseFromString(std::string(bytes)));
  return bundle;
}

}  // namespace

std::vector<RuleValue> rule_values(const Region& region) {
  v1::Bundle bundle = parsed(region.bundle);
  const std::vector<Places> places = places_of(region, bundle.regimes_size());
  std::vector<RuleValue> values;
  std::vector<std::string> roles;
  std::vector<std::size_t> with_role;
  visit_values(bundle, [&](const Slot& slot, std::size_t document, const std::string& path) {
    if (is_role(*slot.field)) {
      with_role.push_back(values.size());
      roles.push_back(slot.text());
    }
    values.push_back({places[document].at(path), path, slot.text(), moved(slot)});
  });
  // A role that nobody has would be refused. Those that the rules name themselves every region has.
  for (const std::size_t i : with_role) {
    const auto other =
        std::find_if(roles.begin(), roles.end(), [&](const auto& role) { return role != values[i].text; });
    if (other != roles.end()) values[i].moved = {*other};
  }
  return values;
}

std::string bundle_with(std::string_view bytes, std::size_t index, const std::string& text) {
  v1::Bundle bundle = parsed(bytes);
  // Writing while visiting would change what is visited.
  std::optional<Slot> found;
  std::size_t next = 0;
  visit_values(bundle, [&](const Slot& slot, std::size_t, const std::string&) {
    if (next++ == index) found = slot;
  });
  AV_CHECK(found.has_value());
  found->set(text);
  return bundle_bytes(bundle);
}

}  // namespace avbrottsvakt
