#include "config/folder.h"

#include <algorithm>
#include <system_error>

#include "catalogue/catalogue.h"
#include "config/region.h"

namespace avbrottsvakt {
namespace {

void report(Errors& errors, ErrorCode code, const std::filesystem::path& file, std::string message,
            std::string remedy = {}) {
  Error error(code, std::move(message), std::move(remedy));
  error.place.file = file.string();
  errors.push_back(std::move(error));
}

bool passed_over(const std::string& name) {
  return name.starts_with('.') || name.ends_with('~') || name.ends_with(".md");
}

}  // namespace

bool is_there(const std::filesystem::path& folder) {
  std::error_code failure;
  return std::filesystem::symlink_status(folder, failure).type() != std::filesystem::file_type::not_found;
}

Folder list_folder(const std::filesystem::path& folder, Errors& errors) {
  Folder found;
  std::error_code failure;
  std::filesystem::directory_iterator entry(folder, failure);
  if (failure) {
    const bool absent = failure == std::errc::no_such_file_or_directory;
    report(errors, absent ? ErrorCode::not_found : ErrorCode::io, folder,
           absent ? "there is no such folder" : "the folder cannot be read: " + failure.message(),
           absent ? "" : "see that it is a folder, and that whoever runs the program may read it");
    return found;
  }
  for (const std::filesystem::directory_iterator end; entry != end; entry.increment(failure)) {
    const std::filesystem::path& path = entry->path();
    std::error_code unknown;
    if (passed_over(path.filename().string())) continue;
    // What cannot be looked at may be a folder: whoever wants it by its name will say why it cannot be read.
    if (entry->is_directory(unknown) || (unknown && path.extension() != ".yaml")) {
      found.folders.push_back(path);
    } else if (path.extension() == ".yaml") {
      found.files.push_back(path);
    } else {
      report(errors, ErrorCode::invalid_input, path, "is not read: files here end in .yaml",
             "rename it, or keep it elsewhere");
    }
    if (found.files.size() > kFilesPerFolderMax) {
      report(errors, ErrorCode::limit, folder, "holds more than " + std::to_string(kFilesPerFolderMax) + " files");
      break;
    }
  }
  if (failure) report(errors, ErrorCode::io, folder, "the folder cannot be read to its end: " + failure.message());
  std::sort(found.files.begin(), found.files.end());
  std::sort(found.folders.begin(), found.folders.end());
  return found;
}

void refuse_others(const std::vector<std::filesystem::path>& found, const std::vector<std::string>& expected,
                   const std::string& what, Errors& errors) {
  for (const std::filesystem::path& path : found) {
    const std::string name = path.filename().string();
    if (std::find(expected.begin(), expected.end(), name) != expected.end()) continue;
    const auto near = nearest(name, expected);
    std::string list;
    for (const std::string& one : expected) list += (list.empty() ? "" : ", ") + one;
    report(errors, ErrorCode::invalid_input, path, "is not read: no " + what + " of this name is known here",
           near           ? "did you mean " + *near + "?"
           : list.empty() ? "move what it holds one level up"
                          : "known are " + list);
  }
}

}  // namespace avbrottsvakt
