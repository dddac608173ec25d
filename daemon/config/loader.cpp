#include "config/loader.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <tuple>

#include "config/binder.h"
#include "config/yaml_tree.h"

namespace avbrottsvakt {
namespace {

tl::unexpected<Error> fail_file(ErrorCode code, const std::filesystem::path& file, std::string message,
                                std::string remedy = {}) {
  Error error(code, std::move(message), std::move(remedy));
  error.place.file = file.string();
  return fail(std::move(error));
}

}  // namespace

Place Places::at(std::string_view path) const {
  while (true) {
    const auto found = places_.find(path);
    if (found != places_.end()) return found->second;
    if (path.empty()) return {file_, 0, 0};
    const std::size_t cut = path.find_last_of(".[");
    path = path.substr(0, cut == std::string_view::npos ? 0 : cut);
  }
}

Result<std::string> read_file(const std::filesystem::path& file) {
  std::error_code failure;
  const auto status = std::filesystem::status(file, failure);
  if (status.type() == std::filesystem::file_type::not_found) {
    return fail_file(ErrorCode::not_found, file, "there is no such file");
  }
  const char* const kMayRead = "see that whoever runs the program may read it";
  if (failure) return fail_file(ErrorCode::io, file, "cannot be read: " + failure.message(), kMayRead);
  if (std::filesystem::is_directory(status)) {
    return fail_file(ErrorCode::io, file, "is a directory; expected a file", "name a file in it");
  }
  if (!std::filesystem::is_regular_file(status)) {
    // A pipe would make us wait for whoever writes it.
    return fail_file(ErrorCode::io, file, "is not a regular file");
  }
  errno = 0;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail_file(ErrorCode::io, file, std::string("cannot be read: ") + std::strerror(errno), kMayRead);
  std::string bytes(kYamlBytesMax + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (stream.bad()) return fail_file(ErrorCode::io, file, "cannot be read to its end");
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  if (bytes.size() > kYamlBytesMax) {
    return fail_file(ErrorCode::limit, file, "is larger than " + std::to_string(kYamlBytesMax / 1024) + " KiB",
                     "divide it");
  }
  return bytes;
}

Errors load_message(const std::filesystem::path& file, google::protobuf::Message& into, Places* places) {
  const auto bytes = read_file(file);
  if (!bytes) {
    into.Clear();
    if (places != nullptr) *places = Places(file.string());
    return {bytes.error()};
  }
  return parse_message(*bytes, file.string(), into, places);
}

Errors parse_message(std::string_view text, const std::string& file, google::protobuf::Message& into, Places* places) {
  const SourceText source(file, text);
  Errors errors;
  Places found(file);
  into.Clear();
  if (const auto tree = read_yaml_tree(source, errors)) bind_message(source, *tree, into, found, errors);
  std::stable_sort(errors.begin(), errors.end(), [](const Error& a, const Error& b) {
    return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
  });
  if (errors.size() > kYamlErrorsMax) {
    Error last(ErrorCode::limit,
               "there are more errors in this file; the first " + std::to_string(kYamlErrorsMax) + " are shown");
    last.place.file = file;
    errors.resize(kYamlErrorsMax);
    errors.push_back(std::move(last));
  }
  if (places != nullptr) *places = std::move(found);
  return errors;
}

}  // namespace avbrottsvakt
