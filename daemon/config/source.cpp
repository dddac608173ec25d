#include "config/source.h"

#include <algorithm>
#include <map>

#include "avbrottsvakt/v1/source.pb.h"
#include "base/check.h"
#include "config/folder.h"
#include "config/zone.h"

namespace avbrottsvakt {
namespace {

/// Words whose unspecified value stands for a default.
template <typename Model, typename Proto>
Model word(Proto value) {
  const int number = static_cast<int>(value);
  return static_cast<Model>(number == 0 ? 0 : number - 1);
}

std::optional<std::string> text(bool present, const std::string& value) {
  return present ? std::optional(value) : std::nullopt;
}

std::optional<Meaning> meaning(bool present, v1::Meaning value) {
  return present ? std::optional(word<Meaning>(value)) : std::nullopt;
}

std::vector<PointedValue> pointed(const v1::PointedValues& from) {
  std::vector<PointedValue> values;
  for (const v1::PointedValue& entry : from.entries()) {
    values.push_back({entry.pointer(), entry.value()});
  }
  return values;
}

WhenSpec when(const v1::When& from) {
  return {text(from.has_present(), from.present()), text(from.has_absent(), from.absent()), pointed(from.equals()),
          pointed(from.differs())};
}

std::vector<std::pair<std::string, Meaning>> meanings(const v1::MeaningMap& from) {
  std::vector<std::pair<std::string, Meaning>> values;
  for (const v1::MeaningOfValue& entry : from.entries()) {
    values.emplace_back(entry.value(), word<Meaning>(entry.meaning()));
  }
  return values;
}

ConditionSpec condition(const v1::ConditionRule& from) {
  ConditionSpec spec;
  spec.is = meaning(from.has_is(), from.is());
  spec.from = text(from.has_from(), from.from());
  spec.map = meanings(from.map());
  spec.absent = meaning(from.has_absent(), from.absent());
  spec.otherwise = meaning(from.has_otherwise(), from.otherwise());
  spec.endings = meanings(from.endings());
  if (from.has_instead()) {
    spec.instead.push_back(condition(from.instead()));
  }
  return spec;
}

AtSpec at(const v1::AtRule& from) {
  AtSpec spec;
  spec.rfc3339 = text(from.has_rfc3339(), from.rfc3339());
  spec.seconds = text(from.has_seconds(), from.seconds());
  spec.nanoseconds = text(from.has_nanoseconds(), from.nanoseconds());
  spec.milliseconds = text(from.has_milliseconds(), from.milliseconds());
  spec.zero = word<ZeroTime>(from.zero());
  spec.received = from.received();
  if (from.has_instead()) {
    spec.instead.push_back(at(from.instead()));
  }
  return spec;
}

SignalRuleSpec rule(const v1::SignalRule& from) {
  SignalRuleSpec spec;
  spec.when = when(from.when());
  spec.key.assign(from.key().begin(), from.key().end());
  spec.key_spelling = word<KeySpelling>(from.key_spelling());
  spec.condition = condition(from.condition());
  spec.at = at(from.at());
  spec.labels_from.assign(from.labels_from().begin(), from.labels_from().end());
  for (const v1::LabelFrom& entry : from.labels().entries()) {
    spec.labels.push_back({entry.name(), entry.from()});
  }
  spec.summary.assign(from.summary().begin(), from.summary().end());
  for (const v1::LabelList& list : from.labels_from_lists()) {
    spec.labels_from_lists.push_back({list.from(), text(list.has_name_from(), list.name_from()),
                                      text(list.has_name(), list.name()),
                                      text(list.has_value_from(), list.value_from())});
  }
  spec.origin = word<Origin>(from.origin());
  if (from.has_expect_within()) {
    const auto within = parse_duration(from.expect_within());
    AV_CHECK(within.has_value());  // The loader has refused all else.
    spec.expect_within = *within;
  }
  return spec;
}

KafkaTopicInput kafka_input(const v1::KafkaTopic& from) {
  KafkaTopicInput input{from.topic(), from.bootstrap(), {}, {}};
  for (const v1::KafkaSetting& setting : from.settings()) {
    if (setting.has_credential()) {
      input.credentials.emplace_back(setting.name(), setting.credential());
    } else {
      input.settings.emplace_back(setting.name(), setting.value());
    }
  }
  return input;
}

Error error_at(Place place, std::string message, std::string remedy) {
  Error error(ErrorCode::invalid_input, std::move(message), std::move(remedy));
  error.place = std::move(place);
  return error;
}

}  // namespace

tl::expected<SourceSpec, Errors> source_spec(const v1::SourceMapping& mapping, const std::filesystem::path& file,
                                             const Places& places) {
  Errors errors;
  SourceSpec spec;
  spec.domain = mapping.domain();
  switch (mapping.input().input_case()) {
    case v1::SourceInput::kKafka:
      spec.input = kafka_input(mapping.input().kafka());
      if (mapping.input().kafka().settings_size() > 0 && !mapping.input().kafka().has_bootstrap()) {
        errors.push_back(error_at(places.at("input.kafka.settings"), "settings belong to a cluster of the source's own",
                                  "write bootstrap, or put them with the journal's"));
      }
      break;
    case v1::SourceInput::kFile:
      spec.input = FileInput{(file.parent_path() / mapping.input().file().path()).lexically_normal().string()};
      break;
    case v1::SourceInput::kStdin:
      spec.input = StandardInput{};
      break;
    case v1::SourceInput::INPUT_NOT_SET:
      break;
  }
  spec.mapping.source = mapping.source();
  spec.mapping.decode = word<Decode>(mapping.decode());
  if (spec.mapping.decode == Decode::protobuf_signal && spec.input &&
      !std::holds_alternative<KafkaTopicInput>(*spec.input)) {
    errors.push_back(error_at(places.at("decode"), "protobuf_signal is for Kafka topics: a line cannot carry it",
                              "decode json with a mapping, or read it from a topic"));
  }
  if (mapping.has_zone()) {
    auto zone = load_zone(mapping.zone());
    if (zone) {
      spec.mapping.zone = std::move(*zone);
    } else {
      zone.error().place = places.at("zone");
      errors.push_back(std::move(zone.error()));
    }
  }
  spec.mapping.expect = pointed(mapping.expect());
  spec.mapping.iterate = text(mapping.has_iterate(), mapping.iterate());
  for (const v1::When& skip : mapping.skip()) {
    spec.mapping.skip.push_back(when(skip));
  }
  for (const v1::SignalRule& signal : mapping.signals()) {
    spec.mapping.signals.push_back(rule(signal));
  }
  spec.mapping.unmatched = word<Unmatched>(mapping.unmatched());
  for (SpecFault& fault : Mapping::compile(spec.mapping).faults) {
    errors.push_back(error_at(places.at(fault.path), std::move(fault.message), std::move(fault.remedy)));
  }
  if (!errors.empty()) {
    return tl::unexpected<Errors>(std::move(errors));
  }
  return spec;
}

tl::expected<SourceSpec, Errors> load_source(const std::filesystem::path& file) {
  v1::SourceMapping mapping;
  Places places;
  if (Errors errors = load_message(file, mapping, &places); !errors.empty()) {
    return tl::unexpected<Errors>(std::move(errors));
  }
  return source_spec(mapping, file, places);
}

tl::expected<std::vector<SourceSpec>, Errors> load_sources(const std::filesystem::path& folder,
                                                           const std::string& domain) {
  Errors errors;
  std::vector<SourceSpec> specs;
  if (!is_there(folder)) {
    return specs;
  }
  const Folder found = list_folder(folder, errors);
  refuse_others(found.folders, {}, "folder", errors);
  if (found.files.size() > kSourcesMax) {
    errors.push_back(error_at({folder.string(), 0, 0},
                              "more than " + std::to_string(kSourcesMax) + " sources in one folder",
                              "split the domain"));
    return tl::unexpected<Errors>(std::move(errors));
  }
  std::map<std::string, std::string> files;
  for (const std::filesystem::path& file : found.files) {
    v1::SourceMapping mapping;
    Places places;
    Errors unread = load_message(file, mapping, &places);
    if (unread.empty()) {
      if (mapping.domain() != domain) {
        unread.push_back(
            error_at(places.at("domain"),
                     "this source belongs to the domain " + mapping.domain() + ", the daemon watches " + domain,
                     "write domain: " + domain + ", or move the file to the daemon of that domain"));
      }
      const auto [first, added] = files.emplace(mapping.source(), file.string());
      if (!added) {
        unread.push_back(error_at(places.at("source"), "the source " + mapping.source() + " is there already",
                                  "see " + first->second));
      }
      auto spec = source_spec(mapping, file, places);
      if (spec) {
        specs.push_back(std::move(*spec));
      } else {
        unread.insert(unread.end(), spec.error().begin(), spec.error().end());
      }
    }
    errors.insert(errors.end(), unread.begin(), unread.end());
  }
  if (!errors.empty()) {
    return tl::unexpected<Errors>(std::move(errors));
  }
  return specs;
}

}  // namespace avbrottsvakt
