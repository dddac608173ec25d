#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "avbrottsvakt/v1/config.pb.h"
#include "base/civil.h"
#include "base/error.h"
#include "base/result.h"
#include "config/references.h"

namespace avbrottsvakt {

/// Of one folder; beyond, the region is refused. Ten times the largest that we know of.
inline constexpr std::size_t kFilesPerFolderMax = 100'000;

/// All files of a region, read, checked against each other and compiled once.
struct Region {
  std::filesystem::path file;  ///< avbrottsvakt.yaml
  v1::Configuration configuration;
  std::string bundle;  ///< bytes, for compile_bundle
  std::string hash;    ///< by which Activate names them
  Errors warnings;     ///< what works, and should not be left so
  Names names;         ///< what exercises may refer to

  /// A path that the configuration names: relative to its file.
  std::filesystem::path resolve(const std::string& path) const { return resolve(file, path); }
  static std::filesystem::path resolve(const std::filesystem::path& file, const std::string& path);

  /// The folders, with the defaults applied.
  std::filesystem::path catalogue_folder() const;
  std::filesystem::path rules_folder() const;
  std::filesystem::path sources_folder() const;
};

/// Something to mend: an error, or a warning.
struct Finding {
  Error error;
  bool warning = false;
};

/// A region as far as it could be read, for those who want to know all that is wrong with it.
struct RegionReading {
  Region region;                  ///< usable if it is in order; what was read of the configuration is there anyway
  std::vector<Finding> findings;  ///< by file, in the order in which they are read, and by place
  bool configured = false;        ///< the configuration itself is in order: domain and folders can be relied on
  bool named = false;             ///< and all that defines a name could be read: region.names can be relied on

  bool in_order() const;
};

/// The day on which reviews are judged: none, that day, or the day of that instant in the region's time zone.
using ReviewDay = std::variant<std::monostate, Date, Instant>;

/// Reads avbrottsvakt.yaml, and the catalogue and the rules that it names.
///
/// Catalogue: organisation.yaml, services/, activities/, plans/. Rules: calendar.yaml, escalation.yaml, and each other
/// file is a regime; tests/ and templates/ are not read. Files are taken in the order of their names. What stands in
/// these folders and would not be read is refused, since somebody believes that it counts.
///
/// Findings: all of all files. With a review day, reviews of plans and fallback routines that should have been made
/// before it are warnings too.
/// Threads: any.
[[nodiscard]] RegionReading read_region(const std::filesystem::path& file, const ReviewDay& on);

/// The same, for those who only want a region that is in order. Failure: all its errors.
[[nodiscard]] tl::expected<Region, Errors> load_region(const std::filesystem::path& file);

}  // namespace avbrottsvakt
