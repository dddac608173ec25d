#include "wire/convert.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <limits>

namespace avbrottsvakt::wire {

std::string serialize(const google::protobuf::Message& message) {
  std::string bytes;
  bytes.reserve(message.ByteSizeLong());
  google::protobuf::io::StringOutputStream stream(&bytes);
  google::protobuf::io::CodedOutputStream coded(&stream);
  coded.SetSerializationDeterministic(true);
  message.SerializeToCodedStream(&coded);
  coded.Trim();
  return bytes;
}

bool parse(std::string_view bytes, google::protobuf::Message& message) {
  // Protobuf writes a line to standard error for each text that is not UTF-8. What strangers send must not fill logs;
  // the caller reports it, once, with its place.
  static const auto silenced = google::protobuf::SetLogHandler(nullptr);
  static_cast<void>(silenced);
  return bytes.size() <= static_cast<std::size_t>(std::numeric_limits<int>::max()) &&
         message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()));
}

void put(const Labels& from, google::protobuf::RepeatedPtrField<v1::Label>& to) {
  to.Reserve(static_cast<int>(from.size()));
  for (const Label& label : from) {
    v1::Label& added = *to.Add();
    added.set_name(to_utf8(label.name));
    added.set_value(to_utf8(label.value));
  }
}

void take(const google::protobuf::RepeatedPtrField<v1::Label>& from, Labels& to, Fault& fault) {
  const auto count = static_cast<std::size_t>(from.size());
  fault.no_more_than(count, kLabelsMax, "labels");
  to.reserve(std::min(count, kLabelsMax));
  for (const v1::Label& label : from) take_label(label.name(), label.value(), to, fault);
  tidy(to, fault);
}

void take_label(const std::string& name, const std::string& value, Labels& to, Fault& fault) {
  if (!fault.none()) return;
  fault.expect(!name.empty(), "labels.name", "present");
  fault.at_most(name.size(), kLabelNameBytesMax, "labels.name");
  fault.at_most(value.size(), kLabelValueBytesMax, "labels.value");
  to.push_back({name, value});
}

void tidy(Labels& labels, Fault& fault) {
  const auto ascends = [](const Label& a, const Label& b) { return a.name < b.name; };
  const auto disorder = [&] {
    return std::adjacent_find(labels.begin(), labels.end(),
                              [&](const Label& a, const Label& b) { return !ascends(a, b); }) != labels.end();
  };
  // Whoever wrote them has seen to that, nearly always.
  if (!disorder()) return;
  std::sort(labels.begin(), labels.end());
  fault.expect(!disorder(), "labels.name", "given once each");
}

void put(const Unreadable& from, v1::Unreadable& to) {
  to.set_topic(to_utf8(from.topic));
  to.set_partition(from.partition);
  to.set_offset(from.offset);
  to.set_key(from.key);
  to.set_value(from.value);
  for (const Header& header : from.headers) {
    v1::RecordHeader& added = *to.add_headers();
    added.set_name(header.name);
    added.set_value(header.value);
  }
  to.set_stage(to_utf8(from.stage));
  to.set_error(to_utf8(from.error));
  to.set_message(to_utf8(from.message));
}

}  // namespace avbrottsvakt::wire
