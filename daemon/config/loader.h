#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/result.h"

namespace google::protobuf {
class Message;
}

namespace avbrottsvakt {

/// Where the values of one file stand, by their field paths: "depends_on[0].all[1]", "criteria.any[2].when.fact". A
/// path is spelt as the file is: a bare list and free keys add no name of their own, entries are numbered.
class Places {
 public:
  /// Of the value, or of what holds it if the file does not say it. The file alone if nothing was read.
  Place at(std::string_view path) const;

  /// Nothing could be read as YAML.
  bool empty() const { return places_.empty(); }
  const std::string& file() const { return file_; }

  Places() = default;
  explicit Places(std::string file) : file_(std::move(file)) {}
  void add(std::string path, Place place) { places_.emplace(std::move(path), std::move(place)); }

 private:
  std::string file_;
  std::map<std::string, Place, std::less<>> places_;
};

/// A file's bytes, at most kYamlBytesMax.
/// Errors: not_found, io (a directory, not readable), limit; with the file in the place.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& file);

/// Reads one YAML document into any message of the schema, as the field options of options.proto say.
///
/// Refused, each with its place, what was expected and the nearest right name: unknown, missing and duplicate keys,
/// two tags of a union, wrong types, what is out of bounds, unknown words, bad notations, anchors, aliases, tags, a
/// second document. References are not checked here: they need all files (references.h).
///
/// Success: no errors. Failure: all errors, by place, at most kYamlErrorsMax; `into` then holds what could be read.
/// Threads: any.
[[nodiscard]] Errors load_message(const std::filesystem::path& file, google::protobuf::Message& into,
                                  Places* places = nullptr);

/// The same of a text; `file` is what places say.
[[nodiscard]] Errors parse_message(std::string_view text, const std::string& file, google::protobuf::Message& into,
                                   Places* places = nullptr);

}  // namespace avbrottsvakt
