#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace avbrottsvakt {

// Text for terminals and paper: columns, wrapping, and the plain markup that message templates are written in.

/// Never parts lines; leaves the program as an ordinary space. For "kl. 02:20" and "32 min".
inline constexpr std::string_view kNoBreak = "\u00a0";

/// The columns that valid UTF-8 takes: one per character, two for wide East Asian characters and emoji, none for
/// combining marks.
int columns(std::string_view text);

/// What may stand in a line, whoever wrote it: one line of valid UTF-8 without control characters, so that no text of a
/// monitoring tool can drive a terminal or turn the reading direction around. Invalid bytes become U+FFFD. At most
/// `columns_max` columns; what is cut off is marked by "…".
std::string one_line(std::string_view text, int columns_max);

/// In lines of at most `width` columns (at least 1), parted at spaces; a longer word is parted where it must be. Runs
/// of spaces count as one. No text gives no line.
std::vector<std::string> wrap(std::string_view text, int width);
/// The same, with another width for the first line.
std::vector<std::string> wrap(std::string_view text, int first_width, int rest_width);

/// How urgent a heading looks, when colour is wanted.
enum class Tone { calm, notice, warning, alarm };

struct Layout {
  int width = 78;
  bool colour = false;
  Tone tone = Tone::calm;
};

/// Stands for "|" inside a value, so that only the template's own bars part fields. lay_out() turns it back.
inline constexpr char kBar = '\x1f';

/// `text` as a value within markup: one line of at most 600 columns, its bars no fields. A message must be read, and
/// one value must not bury the others.
std::string as_value(std::string_view text);

/// Lays out marked-up lines:
///
///     ! TEXT                        a banner across the width
///     # FIELD | FIELD || RIGHT      a heading: fields two spaces apart, RIGHT at the right edge
///     LABEL | TEXT                  a row; texts of all rows begin in one column, further lines hang below their text
///     LABEL | 1. TEXT               further lines hang below the text, not the number
///     LABEL | > TEXT                indented, to stand below a numbered row
///      TEXT                         begins with a space: goes on with the line before
///
/// A row without text is left out; a label is shown once when rows follow each other that have the same one. Any other
/// line is a paragraph. Never wider than layout.width. The result ends with a newline unless it is empty.
std::string lay_out(std::string_view markup, const Layout& layout);

}  // namespace avbrottsvakt
