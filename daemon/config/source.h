#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/result.h"
#include "config/loader.h"
#include "mapping/mapping.h"

namespace avbrottsvakt {

namespace v1 {
class SourceMapping;
}

/// Of one folder; beyond, the folder is refused.
inline constexpr std::size_t kSourcesMax = 1000;

/// What a source's file says, typed, and its mapping compiled once to see that it can be.
///
/// `file` is what relative paths of inputs count from. Failure: all errors, each with its place.
[[nodiscard]] tl::expected<SourceSpec, Errors> source_spec(const v1::SourceMapping& mapping,
                                                           const std::filesystem::path& file, const Places& places);

/// Reads one source file. Failure: all errors, each with its place.
[[nodiscard]] tl::expected<SourceSpec, Errors> load_source(const std::filesystem::path& file);

/// Reads the sources of a domain: every *.yaml file of the folder, by name. A folder that is not there holds none.
///
/// Refused: a source of another domain, two sources of one name. Failure: all errors of all files, by file.
/// Threads: any.
[[nodiscard]] tl::expected<std::vector<SourceSpec>, Errors> load_sources(const std::filesystem::path& folder,
                                                                         const std::string& domain);

}  // namespace avbrottsvakt
