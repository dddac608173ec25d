#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

#include "base/error.h"

namespace avbrottsvakt {

/// What a folder of configuration holds.
struct Folder {
  std::vector<std::filesystem::path> files;    ///< *.yaml, by name
  std::vector<std::filesystem::path> folders;  ///< by name
};

/// Whether a folder that may be absent is there. What cannot be looked at is there, and `list_folder` says why it
/// cannot be read: taken for absent, a daemon would run without what it holds.
bool is_there(const std::filesystem::path& folder);

/// Lists a folder. Hidden files, editors' backups (~) and *.md are passed over; anything else that is not a folder or a
/// *.yaml file is an error, since somebody may believe that it is read.
/// Failure: an error is added, and the listing is what could be read; at most kFilesPerFolderMax files.
Folder list_folder(const std::filesystem::path& folder, Errors& errors);

/// An error for each of `found` whose name is not among those expected, with the nearest that is.
void refuse_others(const std::vector<std::filesystem::path>& found, const std::vector<std::string>& expected,
                   const std::string& what, Errors& errors);

}  // namespace avbrottsvakt
