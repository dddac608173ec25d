#include "config/region.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <tuple>

#include "avbrottsvakt/v1/bundle.pb.h"
#include "base/check.h"
#include "catalogue/catalogue.h"
#include "catalogue/readiness.h"
#include "config/completeness.h"
#include "config/folder.h"
#include "config/loader.h"
#include "config/zone.h"
#include "rules/regime.h"
#include "wire/bundle.h"

namespace avbrottsvakt {
namespace {

const char* const kDefaultZone = "Europe/Stockholm";

/// Reads the files of one region into a bundle, and keeps for each part of the bundle where it stands in the files.
class RegionReader {
 public:
  RegionReader(const std::filesystem::path& file, const ReviewDay& on) : on_(on) { region_.file = file; }

  RegionReading read() {
    load(region_.file, region_.configuration, "configuration");
    bundle_.set_schema_version(kBundleSchemaVersion);
    bundle_.set_domain(region_.configuration.domain());
    zone();
    // Folders that a broken configuration names may be wrong: their errors would hide the one that matters.
    configured_ = errors_.empty();
    if (configured_) {
      catalogue(region_.catalogue_folder());
      rules(region_.rules_folder());
      references();
      if (loaded_clean_ && all_readable_) {
        completeness();
        compile();
      }
    }
    sort(region_.warnings);
    if (errors_.empty()) {
      region_.bundle = bundle_bytes(bundle_);
      region_.hash = bundle_hash(region_.bundle);
    }
    std::vector<Finding> found = findings();
    return {std::move(region_), std::move(found), configured_, configured_ && all_readable_};
  }

 private:
  /// One file: its message, which lives in the bundle or the configuration, and the path in the bundle that it has.
  struct Document {
    std::string path;  ///< "services[3]"; empty for what stands at the bundle's top
    const google::protobuf::Message* message;
    Places places;
  };

  void load(const std::filesystem::path& file, google::protobuf::Message& into, std::string path) {
    Places places;
    Errors errors = load_message(file, into, &places);
    ranks_.emplace(file.string(), ranks_.size());
    loaded_clean_ = loaded_clean_ && errors.empty();
    all_readable_ = all_readable_ && !places.empty();
    errors_.insert(errors_.end(), std::make_move_iterator(errors.begin()), std::make_move_iterator(errors.end()));
    documents_.push_back({std::move(path), &into, std::move(places)});
  }

  void zone() {
    const std::string& name =
        region_.configuration.has_zone() ? region_.configuration.zone() : std::string(kDefaultZone);
    auto table = load_zone(name);
    if (!table) {
      table.error().place = documents_.front().places.at("zone");
      errors_.push_back(std::move(table.error()));
      return;
    }
    bundle_.mutable_zone()->set_name(table->name);
    for (const ZoneTable::Offset& offset : table->offsets) {
      v1::Zone::Offset& added = *bundle_.mutable_zone()->add_offsets();
      added.set_from_ms(offset.from.time_since_epoch().count());
      added.set_offset_seconds(static_cast<std::int32_t>(offset.offset.count()));
    }
  }

  /// All files of a folder that may be absent, each a message of its own.
  template <typename Message>
  void each(const std::filesystem::path& folder, google::protobuf::RepeatedPtrField<Message>& into,
            const std::string& path) {
    if (!is_there(folder)) return;
    const auto found = readable(folder);
    if (!found) return;
    refuse_others(found->folders, {}, "folder", errors_);
    for (const std::filesystem::path& file : found->files) {
      const std::string here = path + "[" + std::to_string(into.size()) + "]";
      load(file, *into.Add(), here);
    }
  }

  /// What it holds and nobody could read is not missing: that would be said of every name that may be defined there.
  std::optional<Folder> readable(const std::filesystem::path& folder) {
    const std::size_t before = errors_.size();
    Folder found = list_folder(folder, errors_);
    if (errors_.size() > before && errors_.back().code == ErrorCode::io) {
      all_readable_ = false;
      return std::nullopt;
    }
    return found;
  }

  /// A folder that must be there.
  std::optional<Folder> needed(const std::filesystem::path& folder) {
    if (is_there(folder)) return readable(folder);
    Error error(ErrorCode::not_found, "there is no such folder",
                region_.file.filename().string() + " says where the folders are");
    error.place.file = folder.string();
    errors_.push_back(std::move(error));
    all_readable_ = false;
    return std::nullopt;
  }

  void catalogue(const std::filesystem::path& folder) {
    const auto found = needed(folder);
    if (!found) return;
    refuse_others(found->files, {"organisation.yaml"}, "file", errors_);
    refuse_others(found->folders, {"services", "activities", "plans"}, "folder", errors_);
    load(folder / "organisation.yaml", *bundle_.mutable_organisation(), "");
    each(folder / "services", *bundle_.mutable_services(), "services");
    each(folder / "activities", *bundle_.mutable_activities(), "activities");
    each(folder / "plans", *bundle_.mutable_plans(), "plans");
  }

  void rules(const std::filesystem::path& folder) {
    const auto found = needed(folder);
    if (!found) return;
    refuse_others(found->folders, {"tests", "templates"}, "folder", errors_);
    load(folder / "calendar.yaml", *bundle_.mutable_calendar(), "calendar");
    load(folder / "escalation.yaml", *bundle_.mutable_escalation(), "escalation");
    for (const std::filesystem::path& file : found->files) {
      const std::string name = file.filename().string();
      if (name == "calendar.yaml" || name == "escalation.yaml") continue;
      const std::string here = "regimes[" + std::to_string(bundle_.regimes_size()) + "]";
      load(file, *bundle_.add_regimes(), here);
    }
  }

  void references() {
    for (const Document& document : documents_) region_.names.add(*document.message);
    // What a file defines that could not be read is not known; its absence is no error of those who refer to it.
    if (!all_readable_) return;
    for (const Document& document : documents_) region_.names.check(*document.message, document.places, errors_);
  }

  void completeness() {
    for (const Document& document : documents_) {
      if (const auto* plan = dynamic_cast<const v1::ContinuityPlan*>(document.message)) {
        check_completeness(*plan, document.places, region_.warnings);
      }
    }
  }

  void compile() {
    auto spec = bundle_spec(bundle_);
    if (!spec) {
      report(spec.error());
      return;
    }
    report(check_rules(spec->rules, spec->catalogue));
    SpecFaults warnings;
    const auto compiled = Catalogue::compile(std::move(spec->catalogue), spec->rules.escalation.settle, &warnings);
    report(warnings);
    if (!compiled) {
      report(compiled.error());
      return;
    }
    std::vector<std::string> default_ladder;
    for (const EscalationSpec::DefaultStep& step : spec->rules.escalation.default_ladder) {
      default_ladder.push_back(step.tell);
    }
    report(check_readiness(*compiled, default_ladder));
    if (const auto date = review_date(spec->rules.zone)) report(check_reviews(compiled->spec(), *date));
  }

  /// Faults of the whole, each turned to the place in the file that said it.
  void report(const SpecFaults& faults) {
    for (const SpecFault& fault : faults) {
      Error error(ErrorCode::invalid_input, fault.message, fault.remedy);
      error.place = place_of(fault.path);
      Errors& into = fault.warning ? region_.warnings : errors_;
      // A reference that does not exist has been found before, by the schema.
      const bool known = std::any_of(into.begin(), into.end(), [&](const Error& other) {
        return other.place == error.place && other.message == error.message;
      });
      if (!known) into.push_back(std::move(error));
    }
  }

  Place place_of(const std::string& path) const {
    for (const Document& document : documents_) {
      if (document.path.empty() || !path.starts_with(document.path)) continue;
      if (path.size() == document.path.size()) return document.places.at("");
      if (path[document.path.size()] == '.') return document.places.at(path.substr(document.path.size() + 1));
    }
    // What has no prefix of its own stands in the organisation, or is about the region as a whole.
    for (const Document& document : documents_) {
      const std::string list = path.substr(0, path.find('['));
      if (document.path.empty() && document.message->GetDescriptor()->FindFieldByName(list) != nullptr) {
        return document.places.at(path);
      }
    }
    return documents_.front().places.at(path);
  }

  auto position(const Error& error) const {
    const auto found = ranks_.find(error.place.file);
    return std::tuple(found == ranks_.end() ? ranks_.size() : found->second, error.place.line, error.place.column);
  }

  void sort(Errors& errors) const {
    std::stable_sort(errors.begin(), errors.end(),
                     [&](const Error& a, const Error& b) { return position(a) < position(b); });
  }

  std::vector<Finding> findings() const {
    std::vector<Finding> all;
    for (const Error& error : errors_) all.push_back({error, false});
    for (const Error& warning : region_.warnings) all.push_back({warning, true});
    std::stable_sort(all.begin(), all.end(),
                     [&](const Finding& a, const Finding& b) { return position(a.error) < position(b.error); });
    return all;
  }

  /// The review day as a date.
  std::optional<Date> review_date(const ZoneTable& zone) const {
    if (const Date* date = std::get_if<Date>(&on_)) return *date;
    if (const Instant* now = std::get_if<Instant>(&on_)) return to_local(zone, *now).date;
    return std::nullopt;
  }

  ReviewDay on_;
  Region region_;
  v1::Bundle bundle_;
  Errors errors_;
  std::deque<Document> documents_;  ///< in the order in which they were read, the configuration first
  std::map<std::string, std::size_t> ranks_;
  bool loaded_clean_ = true;
  bool all_readable_ = true;
  bool configured_ = false;
};

}  // namespace

std::filesystem::path Region::resolve(const std::filesystem::path& file, const std::string& path) {
  return (file.parent_path() / path).lexically_normal();
}

std::filesystem::path Region::catalogue_folder() const {
  return resolve(configuration.has_catalogue() ? configuration.catalogue() : "catalogue");
}
std::filesystem::path Region::rules_folder() const {
  return resolve(configuration.has_rules() ? configuration.rules() : "../rules");
}
std::filesystem::path Region::sources_folder() const {
  return resolve(configuration.has_sources() ? configuration.sources() : "sources");
}

bool RegionReading::in_order() const {
  return std::all_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.warning; });
}

RegionReading read_region(const std::filesystem::path& file, const ReviewDay& on) {
  return RegionReader(file, on).read();
}

tl::expected<Region, Errors> load_region(const std::filesystem::path& file) {
  RegionReading reading = read_region(file, {});
  if (reading.in_order()) return std::move(reading.region);
  Errors errors;
  for (Finding& finding : reading.findings) {
    if (!finding.warning) errors.push_back(std::move(finding.error));
  }
  return tl::unexpected<Errors>(std::move(errors));
}

}  // namespace avbrottsvakt
