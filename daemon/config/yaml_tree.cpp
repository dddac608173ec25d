#include "config/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "base/text.h"
#include "config/utf8.h"

namespace avbrottsvakt {
namespace {

/// Thrown through yaml-cpp, which has no other way to stop: the reason is in the errors already.
struct Stop {};

Error error_at(const Place& place, std::string message, std::string remedy = {}) {
  Error error(ErrorCode::invalid_input, std::move(message), std::move(remedy));
  error.place = place;
  return error;
}

/// The length of the escape that begins with the backslash at `at` of a double-quoted scalar.
std::size_t escape_width(std::string_view text, std::size_t at) {
  if (at + 1 >= text.size()) return 1;
  switch (text[at + 1]) {
    case 'x':
      return 4;
    case 'u':
      return 6;
    case 'U':
      return 10;
    default:
      return 2;
  }
}

/// yaml-cpp 0.7 takes a quotation that the end of the file cuts off as complete.
bool quotation_closes(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '\'' && i + 1 < text.size() && text[i + 1] == '\'') {
        ++i;
      } else {
        return true;
      }
    }
  }
  return false;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const SourceText& source, Errors& errors) : source_(source), errors_(errors) {}

  bool empty() const { return documents_ == 0; }
  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      report(mark, "a second document begins here; a file holds one", "move it to a file of its own");
      throw Stop{};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    if (expects_key()) refuse_key(mark);
    add(YamlNode::Kind::nothing, mark);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    report(mark, "an alias (*) is not allowed",
           "write the value out: who reads the file should see it where it counts");
    if (expects_key()) throw Stop{};
    add(YamlNode::Kind::refused, mark);
  }

  void OnAnchor(const YAML::Mark& mark, const std::string& /*name*/) override {
    report(mark, "an anchor (&) is not allowed", "write the value out where it is needed");
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    check_tag(mark, tag);
    const std::size_t offset = offset_of(mark);
    const char first = offset < source_.text().size() ? source_.text()[offset] : '\0';
    if ((first == '"' || first == '\'') && !quotation_closes(source_.text(), offset)) {
      report(mark, std::string("the quotation mark ") + first + " is never closed");
      throw Stop{};
    }
    if (expects_key()) {
      open_entry(mark, value);
      return;
    }
    YamlNode& node = add(YamlNode::Kind::scalar, mark);
    node.text = value;
    node.quoted = tag == "!";
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::sequence, mark, tag);
  }
  void OnSequenceEnd() override { open_.pop_back(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    open(YamlNode::Kind::mapping, mark, tag);
  }
  void OnMapEnd() override { open_.pop_back(); }

 private:
  /// A sequence or mapping that is being read. Its node does not move: its parent grows only after it has ended.
  struct Open {
    YamlNode* node;
    std::map<std::string, std::size_t> keys;  ///< offsets, to find duplicates
    bool has_key = false;                     ///< of a mapping: the next event is the key's value
  };

  static std::size_t offset_of(const YAML::Mark& mark) { return static_cast<std::size_t>(std::max(mark.pos, 0)); }

  void report(const YAML::Mark& mark, std::string message, std::string remedy = {}) {
    errors_.push_back(error_at(source_.place(offset_of(mark)), std::move(message), std::move(remedy)));
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().node->kind == YamlNode::Kind::mapping && !open_.back().has_key;
  }

  [[noreturn]] void refuse_key(const YAML::Mark& mark) {
    report(mark, "expected a key, which is plain text");
    throw Stop{};
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) {
    // "?" and "!" stand for untagged values, plain and quoted; "!" may also have been written.
    const std::size_t offset = offset_of(mark);
    const bool written = offset < source_.text().size() && source_.text()[offset] == '!';
    if (written || (!tag.empty() && tag != "?" && tag != "!")) {
      report(mark, "a tag (!) is not allowed", "leave it out: the schema says what type a value has");
    }
  }

  void open_entry(const YAML::Mark& mark, const std::string& key) {
    Open& mapping = open_.back();
    YamlNode::Entry entry;
    entry.key = key;
    entry.key_offset = offset_of(mark);
    const auto [first, added] = mapping.keys.emplace(key, entry.key_offset);
    if (!added) {
      entry.duplicate = true;
      report(mark, "the key " + key + " stands twice",
             "it stands in line " + std::to_string(source_.place(first->second).line) + " already; keep one of them");
    }
    mapping.node->entries.push_back(std::move(entry));
    mapping.has_key = true;
  }

  /// The dash of an entry that says nothing; the offset itself if what comes before it is no dash.
  std::size_t dash_before(std::size_t offset) const {
    const std::size_t before = source_.text().substr(0, offset).find_last_not_of(" \t\r\n");
    return before != std::string_view::npos && source_.text()[before] == '-' ? before : offset;
  }

  YamlNode& add(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.offset = offset_of(mark);
    if (open_.empty()) {
      root_ = std::move(node);
      return root_;
    }
    Open& parent = open_.back();
    if (parent.node->kind == YamlNode::Kind::sequence) {
      if (kind == YamlNode::Kind::nothing) node.offset = dash_before(node.offset);
      parent.node->items.push_back(std::move(node));
      return parent.node->items.back();
    }
    parent.has_key = false;
    YamlNode::Entry& entry = parent.node->entries.back();
    // The mark of a missing value is that of whatever comes next, perhaps lines below.
    if (kind == YamlNode::Kind::nothing) node.offset = entry.key_offset;
    entry.value = std::move(node);
    return entry.value;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag) {
    check_tag(mark, tag);
    if (expects_key()) refuse_key(mark);
    if (open_.size() == kYamlDepthMax) {
      report(mark, "nested more than " + std::to_string(kYamlDepthMax) + " deep");
      throw Stop{};
    }
    open_.push_back({&add(kind, mark), {}});
  }

  const SourceText& source_;
  Errors& errors_;
  YamlNode root_;
  std::vector<Open> open_;
  int documents_ = 0;
};

/// What YAML could not be read with, before yaml-cpp sees it: it would replace it silently.
bool check_characters(const SourceText& source, Errors& errors) {
  if (const auto invalid = invalid_utf8(source.text())) {
    errors.push_back(error_at(source.place(*invalid), "this is not UTF-8", "save the file as UTF-8"));
    return false;
  }
  const auto control = std::find_if(source.text().begin(), source.text().end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7F;
  });
  if (control != source.text().end()) {
    errors.push_back(error_at(source.place(static_cast<std::size_t>(control - source.text().begin())),
                              "a control character is not allowed", "remove it"));
    return false;
  }
  return true;
}

/// What most often is behind yaml-cpp's words.
std::string remedy_for(const SourceText& source, const YAML::Exception& exception) {
  const std::string_view before = source.text().substr(0, static_cast<std::size_t>(std::max(exception.mark.pos, 0)));
  const std::size_t line = before.find_last_of('\n') + 1;  // npos + 1 is 0
  const std::string_view rest = source.text().substr(line);
  if (rest.substr(0, rest.find_first_not_of(" \t")).find('\t') != std::string_view::npos) {
    return "indent with spaces, not with tabs";
  }
  if (exception.msg == YAML::ErrorMsg::MAP_VALUE) {
    return "indent keys of one mapping alike, and put text that contains \": \" in quotation marks";
  }
  if (exception.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW) return "close the list with ]";
  if (exception.msg == YAML::ErrorMsg::END_OF_MAP_FLOW) return "close the mapping with }";
  if (exception.msg.starts_with(YAML::ErrorMsg::INVALID_ESCAPE)) {
    return "write \\\\ for a backslash, or put the text in single quotation marks";
  }
  if (exception.msg == YAML::ErrorMsg::UNKNOWN_ANCHOR) {
    return "text that begins with * needs quotation marks; aliases are not allowed";
  }
  return {};
}

}  // namespace

SourceText::SourceText(std::string file, std::string_view text) : file_(std::move(file)) {
  // The byte order mark that some editors write is not part of the first line.
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  text_ = text;
  lines_.push_back(0);
  std::size_t characters = 0;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') lines_.push_back(i + 1);
    if (i % kStride == 0) characters_.push_back(characters);
    if (utf8_begins(text_[i])) ++characters;
  }
}

std::size_t SourceText::characters_before(std::size_t offset) const {
  if (offset == 0) return 0;
  const std::size_t stride = (offset - 1) / kStride;
  const auto begin = text_.begin() + static_cast<std::ptrdiff_t>(stride * kStride);
  const auto end = text_.begin() + static_cast<std::ptrdiff_t>(offset);
  return characters_[stride] + static_cast<std::size_t>(std::count_if(begin, end, utf8_begins));
}

Place SourceText::place(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(lines_.begin(), lines_.end(), offset);
  const std::size_t begin = *(after - 1);
  const std::size_t characters = characters_before(offset) - characters_before(begin);
  return {file_, static_cast<int>(after - lines_.begin()), static_cast<int>(characters) + 1};
}

std::optional<YamlNode> read_yaml_tree(const SourceText& source, Errors& errors) {
  if (source.text().size() > kYamlBytesMax) {
    Error error(ErrorCode::limit, "the file is larger than " + std::to_string(kYamlBytesMax / 1024) + " KiB",
                "divide it");
    error.place.file = source.file();
    errors.push_back(std::move(error));
    return std::nullopt;
  }
  if (!check_characters(source, errors)) return std::nullopt;
  TreeBuilder builder(source, errors);
  try {
    std::istringstream stream{std::string(source.text())};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    const Place place = source.place(static_cast<std::size_t>(std::max(exception.mark.pos, 0)));
    // It may end with half a character: the first byte of what stands after a backslash.
    errors.push_back(error_at(place, "not readable as YAML: " + to_utf8(exception.msg), remedy_for(source, exception)));
    return std::nullopt;
  }
  if (builder.empty()) {
    errors.push_back(error_at(source.place(0), "the file is empty"));
    return std::nullopt;
  }
  return builder.take();
}

Place place_in_scalar(const SourceText& source, const YamlNode& scalar, std::size_t index) {
  const std::string_view raw = source.text();
  std::size_t at = scalar.offset;
  const char quote = at < raw.size() && (raw[at] == '"' || raw[at] == '\'') ? raw[at] : '\0';
  if (quote != '\0') {
    ++at;
  } else if (scalar.quoted) {
    return source.place(scalar.offset);  // A block: its lines have lost their indentation.
  }
  std::size_t in_text = 0;
  for (std::size_t i = 0; i < index && in_text < scalar.text.size() && at < raw.size(); ++i) {
    const std::size_t width = utf8_width(scalar.text[in_text]);
    if (quote == '"' && raw[at] == '\\') {
      at += escape_width(raw, at);
    } else if (quote == '\'' && raw.substr(at, 2) == "''") {
      at += 2;
    } else if (raw.substr(at, width) == std::string_view(scalar.text).substr(in_text, width)) {
      at += width;
    } else {
      return source.place(scalar.offset);
    }
    in_text += width;
  }
  return source.place(at);
}

}  // namespace avbrottsvakt
