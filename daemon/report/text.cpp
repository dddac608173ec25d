#include "report/text.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace avbrottsvakt {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr int kValueColumnsMax = 600;

/// The character that begins at `at`, and moves `at` behind it. Invalid UTF-8 (overlong, surrogates, cut off) gives
/// kReplacement for one byte.
char32_t decode(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t first = byte(at);
  if (first < 0x80) {
    ++at;
    return first;
  }
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || at + length > text.size()) {
    ++at;
    return kReplacement;
  }
  char32_t character = first & (0x7FU >> length);
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) {
      ++at;
      return kReplacement;
    }
    character = (character << 6U) | (byte(at + i) & 0x3FU);
  }
  const bool overlong = (length == 3 && character < 0x800) || (length == 4 && character < 0x10000);
  if (overlong || character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) {
    ++at;
    return kReplacement;
  }
  at += length;
  return character;
}

bool between(char32_t c, char32_t from, char32_t to) { return from <= c && c <= to; }

int width_of(char32_t c) {
  if (between(c, 0x300, 0x36F) || between(c, 0x20D0, 0x20FF) || between(c, 0xFE00, 0xFE0F)) return 0;
  const bool wide = between(c, 0x1100, 0x115F) || between(c, 0x2E80, 0xA4CF) || between(c, 0xAC00, 0xD7A3) ||
                    between(c, 0xF900, 0xFAFF) || between(c, 0xFE30, 0xFE6F) || between(c, 0xFF00, 0xFF60) ||
                    between(c, 0xFFE0, 0xFFE6) || between(c, 0x1F300, 0x1FAFF) || between(c, 0x20000, 0x3FFFD);
  return wide ? 2 : 1;
}

/// Control characters, separators of lines, and what turns or hides text (bidirectional and zero-width controls).
bool drives(char32_t c) {
  return c < 0x20 || between(c, 0x7F, 0x9F) || c == 0xAD || c == 0x61C || between(c, 0x200B, 0x200F) ||
         between(c, 0x2028, 0x202E) || between(c, 0x2060, 0x206F) || c == 0xFEFF || between(c, 0xFFF9, 0xFFFB) ||
         between(c, 0xE0000, 0xE0FFF);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

/// What layout kept apart becomes what people see.
std::string shown(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (text.substr(at).starts_with(kNoBreak)) {
      result += ' ';
      at += kNoBreak.size();
    } else {
      result += text[at] == kBar ? '|' : text[at];
      ++at;
    }
  }
  // A gap between fields at which a line was parted.
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::string spaces(int count) { return std::string(static_cast<std::size_t>(std::max(count, 0)), ' '); }

struct Line {
  enum class Kind { banner, heading, row, paragraph };
  Kind kind = Kind::paragraph;
  std::string label;  ///< row
  std::string text;
  std::string right;  ///< heading
};

/// "1. " at the beginning: its columns. Else 0.
int marker_columns(std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  if (digits == 0 || digits > 3 || !text.substr(digits).starts_with(". ")) return 0;
  return static_cast<int>(digits) + 2;
}

Line parse_line(std::string_view source) {
  Line line;
  if (source.starts_with("! ")) {
    line.kind = Line::Kind::banner;
    line.text = trimmed(source.substr(2));
    return line;
  }
  if (source.starts_with("# ")) {
    line.kind = Line::Kind::heading;
    source.remove_prefix(2);
    if (const auto right = source.find("||"); right != std::string_view::npos) {
      line.right = trimmed(source.substr(right + 2));
      source = source.substr(0, right);
    }
    while (!source.empty()) {
      const auto bar = source.find('|');
      const auto field = trimmed(source.substr(0, bar));
      if (!field.empty()) {
        // The gap must survive wrap(), which counts runs of spaces as one.
        if (!line.text.empty()) line.text += std::string(kNoBreak) + " ";
        line.text += field;
      }
      source = bar == std::string_view::npos ? std::string_view() : source.substr(bar + 1);
    }
    return line;
  }
  if (const auto bar = source.find('|'); bar != std::string_view::npos) {
    line.kind = Line::Kind::row;
    line.label = trimmed(source.substr(0, bar));
    line.text = trimmed(source.substr(bar + 1));
    return line;
  }
  line.text = trimmed(source);
  return line;
}

std::vector<Line> parse(std::string_view markup) {
  std::vector<std::string> joined;
  while (!markup.empty()) {
    const auto end = markup.find('\n');
    const auto source = markup.substr(0, end);
    markup = end == std::string_view::npos ? std::string_view() : markup.substr(end + 1);
    if (source.starts_with(' ') && !joined.empty()) {
      joined.back() += source;
    } else if (!trimmed(source).empty()) {
      joined.emplace_back(source);
    }
  }
  std::vector<Line> lines;
  for (const auto& source : joined) {
    Line line = parse_line(source);
    if (!line.text.empty()) lines.push_back(std::move(line));
  }
  return lines;
}

class Painter {
 public:
  explicit Painter(bool colour) : colour_(colour) {}
  std::string paint(const char* style, const std::string& text) const {
    if (!colour_ || text.empty()) return text;
    return std::string("\x1b[") + style + "m" + text + "\x1b[0m";
  }

 private:
  bool colour_;
};

const char* style_of(Tone tone) {
  switch (tone) {
    case Tone::alarm:
      return "1;31";
    case Tone::warning:
      return "1;33";
    case Tone::notice:
      return "1;36";
    case Tone::calm:
      break;
  }
  return "1;32";
}

void lay_out_banner(const Line& line, const Layout& layout, const Painter& painter, std::string& out) {
  for (const auto& part : wrap(line.text, layout.width)) out += painter.paint("1;35", shown(part)) + "\n";
}

void lay_out_heading(const Line& line, const Layout& layout, const Painter& painter, std::string& out) {
  constexpr int kHang = 7;  // Below what follows "03:12  ".
  const char* style = style_of(layout.tone);
  int right = columns(line.right);
  // A right part that would leave little room stands on a line of its own.
  const bool beside = right > 0 && right + 3 + 30 <= layout.width;
  const int room = beside ? layout.width - right - 3 : layout.width;
  const auto parts = wrap(line.text, room, room - kHang);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string text = shown(parts[i]);
    out += (i == 0 ? std::string() : spaces(kHang)) + painter.paint(style, text);
    if (i == 0 && beside) out += spaces(layout.width - right - columns(text)) + painter.paint("1", shown(line.right));
    out += "\n";
  }
  if (right > 0 && !beside) {
    for (const auto& part : wrap(line.right, layout.width)) out += painter.paint("1", shown(part)) + "\n";
  }
}

void lay_out_row(const Line& line, bool repeats, int text_column, const Layout& layout, const Painter& painter,
                 std::string& out) {
  std::string_view text = line.text;
  int indent = text_column;
  if (text.starts_with("> ")) {
    text = trimmed(text.substr(2));
    indent += 3;
  }
  if (!repeats && columns(line.label) + 4 > text_column) {
    for (const auto& part : wrap(line.label, layout.width - 2)) out += "  " + painter.paint("1", shown(part)) + "\n";
    repeats = true;
  }
  const int hang = marker_columns(text);
  const auto parts = wrap(text.substr(static_cast<std::size_t>(hang)), layout.width - indent - hang);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i == 0) {
      const std::string label = repeats ? std::string() : shown(line.label);
      out += "  " + painter.paint("1", label) + spaces(indent - 2 - columns(label));
      out += std::string(text.substr(0, static_cast<std::size_t>(hang)));
    } else {
      out += spaces(indent + hang);
    }
    out += shown(parts[i]) + "\n";
  }
}

}  // namespace

int columns(std::string_view text) {
  int result = 0;
  for (std::size_t at = 0; at < text.size();) result += width_of(decode(text, at));
  return result;
}

std::string one_line(std::string_view text, int columns_max) {
  std::string result;
  int used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const char32_t c = decode(text, at);
    std::string_view piece = text.substr(from, at - from);
    if (drives(c)) {
      if (result.empty() || result.back() == ' ') continue;
      piece = " ";
    } else if (c == kReplacement) {
      piece = "\uFFFD";
    }
    const int more = drives(c) ? 1 : width_of(c);
    if (used + more > columns_max) {
      // Room for the mark: the last character goes, whole.
      while (used > 0 && used + 1 > columns_max) {
        std::size_t last = result.size() - 1;
        while (last > 0 && (static_cast<std::uint8_t>(result[last]) & 0xC0U) == 0x80U) --last;
        used -= columns(std::string_view(result).substr(last));
        result.resize(last);
      }
      return result + "…";
    }
    result += piece;
    used += more;
  }
  while (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

std::vector<std::string> wrap(std::string_view text, int width) { return wrap(text, width, width); }

std::vector<std::string> wrap(std::string_view text, int first_width, int rest_width) {
  std::vector<std::string> lines;
  std::string line;
  int used = 0;
  const auto width = [&] { return std::max(lines.empty() ? first_width : rest_width, 1); };
  while (!text.empty()) {
    const auto end = text.find(' ');
    std::string_view word = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (word.empty()) continue;
    int wanted = columns(word);
    if (!line.empty() && used + 1 + wanted <= width()) {
      line += ' ';
      line += word;
      used += 1 + wanted;
      continue;
    }
    if (!line.empty()) lines.push_back(std::move(line));
    line.clear();
    while (wanted > width()) {
      std::size_t cut = 0;
      int taken = 0;
      for (std::size_t at = 0; at < word.size();) {
        const int more = width_of(decode(word, at));
        // A character wider than the line goes alone: better too wide than never ending.
        if (taken + more > width() && cut > 0) break;
        taken += more;
        cut = at;
      }
      lines.emplace_back(word.substr(0, cut));
      word.remove_prefix(cut);
      wanted = columns(word);
    }
    line = word;
    used = wanted;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string as_value(std::string_view text) {
  std::string result = one_line(text, kValueColumnsMax);
  std::ranges::replace(result, '|', kBar);
  return result;
}

std::string lay_out(std::string_view markup, const Layout& layout) {
  const std::vector<Line> lines = parse(markup);
  const Painter painter(layout.colour);
  int label_columns = 0;
  for (const auto& line : lines) {
    if (line.kind == Line::Kind::row) label_columns = std::max(label_columns, columns(line.label));
  }
  const int text_column = std::min(2 + label_columns + 2, std::max(layout.width / 2, 4));

  std::string out;
  std::optional<std::string> label_before;
  for (const auto& line : lines) {
    switch (line.kind) {
      case Line::Kind::banner:
        lay_out_banner(line, layout, painter, out);
        break;
      case Line::Kind::heading:
        lay_out_heading(line, layout, painter, out);
        break;
      case Line::Kind::row:
        lay_out_row(line, label_before == line.label, text_column, layout, painter, out);
        break;
      case Line::Kind::paragraph:
        for (const auto& part : wrap(line.text, layout.width)) out += shown(part) + "\n";
        break;
    }
    label_before = line.kind == Line::Kind::row ? std::optional(line.label) : std::nullopt;
  }
  return out;
}

}  // namespace avbrottsvakt
