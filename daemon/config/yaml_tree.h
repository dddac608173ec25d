#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace avbrottsvakt {

/// What a file may take. Beyond either bound it is refused whole.
inline constexpr std::size_t kYamlBytesMax = std::size_t{1024} * 1024;
inline constexpr std::size_t kYamlDepthMax = 64;
/// Of one file; the last one then says that there are more.
inline constexpr std::size_t kYamlErrorsMax = 200;

/// A file's text, and the place of each byte in it.
class SourceText {
 public:
  SourceText(std::string file, std::string_view text);

  const std::string& file() const { return file_; }
  std::string_view text() const { return text_; }
  /// Lines and columns count from 1, columns in characters. An offset beyond the end is the end.
  Place place(std::size_t offset) const;

 private:
  std::string file_;
  std::string text_;
  std::vector<std::size_t> lines_;  ///< the offset of each line's first byte
  /// How many characters begin before every kStride bytes. A generated file may be one line of a megabyte, and each of
  /// its values asks for its column.
  std::vector<std::size_t> characters_;
  static constexpr std::size_t kStride = 256;

  std::size_t characters_before(std::size_t offset) const;
};

/// A node of a YAML document, as written: what a scalar means is the schema's business.
struct YamlNode {
  enum class Kind {
    nothing,  ///< no value, null or ~
    scalar,
    sequence,
    mapping,
    refused,  ///< an error has been reported in its place already
  };
  struct Entry;

  Kind kind = Kind::nothing;
  std::size_t offset = 0;  ///< of its first byte, a quotation mark included
  std::string text;        ///< of a scalar, quotation marks and escapes resolved
  bool quoted = false;     ///< a scalar in quotation marks or a block
  std::vector<YamlNode> items;
  std::vector<Entry> entries;  ///< in the order of the file
};

struct YamlNode::Entry {
  std::string key;
  std::size_t key_offset = 0;
  bool duplicate = false;  ///< the key came before; reported
  YamlNode value;
};

/// Reads one YAML document as a tree. Duplicate keys, anchors, aliases, tags, keys that are not text, a second
/// document, control characters and what is not UTF-8 are added to `errors`.
///
/// Failure: nullopt, with the reason in `errors`, if there is no tree to go on with: not YAML, too big, too deep.
[[nodiscard]] std::optional<YamlNode> read_yaml_tree(const SourceText& source, Errors& errors);

/// Where character `index` (from 0) of a scalar's text stands in the file; the scalar's own place when the two cannot
/// be compared, as in a folded block.
Place place_in_scalar(const SourceText& source, const YamlNode& scalar, std::size_t index);

}  // namespace avbrottsvakt
