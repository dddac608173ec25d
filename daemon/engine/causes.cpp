#include "engine/causes.h"

#include <array>
#include <charconv>

namespace avbrottsvakt {
namespace {

// A byte that neither a source's identifier nor a tool's key holds in practice; were it to, two causes would share a
// name only if they agree in all the rest.
constexpr char kSeparator = '\x1f';

void assign_key(std::string& out, std::string_view source, std::string_view key, bool beats) {
  out.assign(source);
  out += kSeparator;
  out += key;
  if (beats) {
    out += kSeparator;
  }
}

/// Calls `piece` with what is said with the labels, piece by piece, until it answers false. Lengths come first, so that
/// no two lists of labels read alike. `Said` is a signal or the record of a cause.
template <typename Said, typename Piece>
bool each_piece(const Said& said, Piece&& piece) {
  const auto text = [&](std::string_view value) {
    const auto size = static_cast<std::uint32_t>(value.size());
    const std::array<char, 4> length = {static_cast<char>(size & 0xffU), static_cast<char>((size >> 8U) & 0xffU),
                                        static_cast<char>((size >> 16U) & 0xffU),
                                        static_cast<char>((size >> 24U) & 0xffU)};
    return piece(std::string_view(length.data(), length.size())) && piece(value);
  };
  for (const Label& label : said.labels) {
    if (!text(label.name) || !text(label.value)) {
      return false;
    }
  }
  const char origin = static_cast<char>(said.origin);
  if (!text(said.summary) || !piece(std::string_view(&origin, 1))) {
    return false;
  }
  if (said.expect_within) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), said.expect_within->count()).ptr;
    return text(std::string_view(digits.data(), static_cast<std::size_t>(end - digits.data())));
  }
  return true;
}

template <typename Said>
void append_said(std::string& out, const Said& said) {
  each_piece(said, [&](std::string_view piece) {
    out += piece;
    return true;
  });
}

}  // namespace

CauseIndex::CauseIndex() : lines_(std::make_unique<Lines>()), by_key_(0, Hash{lines_.get()}, Equal{lines_.get()}) {}

std::optional<CauseIx> CauseIndex::find(std::string_view source, std::string_view key, bool beats) const {
  assign_key(text_, source, key, beats);
  const auto found = by_key_.find(std::string_view(text_));
  return found == by_key_.end() ? std::nullopt : std::optional<CauseIx>(*found);
}

void CauseIndex::put(CauseIx ix, const CauseRecord& record) {
  if (ix >= lines_->size()) {
    lines_->resize(ix + 1);
  }
  Line& line = (*lines_)[ix];
  const bool beating = beats(record);
  // A cause keeps its key, so the place of a known one in the set stays right while its text is written anew.
  const bool known = line.key_size != 0;
  assign_key(line.text, record.source, record.key, beating);
  line.key_size = static_cast<std::uint32_t>(line.text.size());
  append_said(line.text, record);
  line.comparable = !record.points.empty() && !beating;
  if (line.comparable) {
    line.condition = record.points.back().condition;
    line.at = record.points.back().at;
  }
  line.labels_at = record.labels_at;
  if (!known) {
    by_key_.insert(ix);
  }
}

void CauseIndex::erase(CauseIx ix) {
  by_key_.erase(ix);
  (*lines_)[ix] = Line{};
}

bool CauseIndex::repeats(CauseIx ix, const Signal& signal) const {
  const Line& line = (*lines_)[ix];
  if (!line.comparable || signal.at != line.at || signal.condition > line.condition) {
    return false;
  }
  if (signal.labels.empty()) {
    return true;
  }
  if (signal.at != line.labels_at) {
    return false;
  }
  std::string_view rest = line.said();
  const bool same = each_piece(signal, [&](std::string_view piece) {
    const bool starts = rest.starts_with(piece);
    rest.remove_prefix(starts ? piece.size() : 0);
    return starts;
  });
  return same && rest.empty();
}

bool CauseIndex::said_less(CauseIx ix, const Signal& signal) const {
  text_.clear();
  append_said(text_, signal);
  return (*lines_)[ix].said() < text_;
}

}  // namespace avbrottsvakt
