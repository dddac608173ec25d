#include "engine/causes.h"

#include <array>
#include <charconv>
#include <cstring>
#include <new>

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

/// Its text follows it in memory: the key, then what is said with the labels.
struct CauseIndex::Known {
  CauseIx ix = 0;
  std::uint32_t key_size = 0;
  std::uint32_t text_size = 0;
  Condition condition = Condition::up;  ///< of the last point
  bool comparable = false;              ///< has a last point, and is no sign of life
  EventTime at{};                       ///< of the last point
  EventTime labels_at{};

  char* text_at() { return static_cast<char*>(static_cast<void*>(this + 1)); }
  std::string_view text() const { return {static_cast<const char*>(static_cast<const void*>(this + 1)), text_size}; }
  std::string_view key() const { return text().substr(0, key_size); }
  std::string_view said() const { return text().substr(key_size); }

  /// Begins where a line of memory does: what is compared first comes with one fetch.
  static constexpr std::align_val_t kAlignment{64};
};

void CauseIndex::Free::operator()(Known* known) const {
  known->~Known();
  ::operator delete(known, Known::kAlignment);
}

std::size_t CauseIndex::Hash::operator()(const Known* known) const { return (*this)(known->key()); }

bool CauseIndex::Equal::operator()(std::string_view key, const Known* known) const { return known->key() == key; }

CauseIndex::Piece CauseIndex::make(CauseIx ix, std::size_t key_size, std::string_view text) {
  Piece piece(new (::operator new(sizeof(Known) + text.size(), Known::kAlignment)) Known);
  piece->ix = ix;
  piece->key_size = static_cast<std::uint32_t>(key_size);
  piece->text_size = static_cast<std::uint32_t>(text.size());
  return piece;
}

CauseIx CauseIndex::index_of(const Known& known) { return known.ix; }

const CauseIndex::Known* CauseIndex::find(std::string_view source, std::string_view key, bool beats) const {
  assign_key(text_, source, key, beats);
  const auto found = by_key_.find(std::string_view(text_));
  return found == by_key_.end() ? nullptr : *found;
}

void CauseIndex::put(CauseIx ix, const CauseRecord& record) {
  if (ix >= pieces_.size()) {
    pieces_.resize(ix + 1);
  }
  const bool beating = beats(record);
  assign_key(text_, record.source, record.key, beating);
  const std::size_t key_size = text_.size();
  append_said(text_, record);
  Piece& piece = pieces_[ix];
  if (piece == nullptr || piece->text_size != text_.size()) {
    Piece fresh = make(ix, key_size, text_);
    if (piece != nullptr) {
      by_key_.erase(piece.get());
    }
    piece = std::move(fresh);
    std::memcpy(piece->text_at(), text_.data(), text_.size());
    by_key_.insert(piece.get());
  } else {
    // A cause keeps its key, so its place in the set stays right.
    std::memcpy(piece->text_at(), text_.data(), text_.size());
  }
  piece->comparable = !record.points.empty() && !beating;
  if (piece->comparable) {
    piece->condition = record.points.back().condition;
    piece->at = record.points.back().at;
  }
  piece->labels_at = record.labels_at;
}

void CauseIndex::erase(CauseIx ix) {
  by_key_.erase(pieces_[ix].get());
  pieces_[ix].reset();
}

bool CauseIndex::repeats(const Known& known, const Signal& signal) {
  if (!known.comparable || signal.at != known.at || signal.condition > known.condition) {
    return false;
  }
  if (signal.labels.empty()) {
    return true;
  }
  if (signal.at != known.labels_at) {
    return false;
  }
  std::string_view rest = known.said();
  const bool same = each_piece(signal, [&](std::string_view piece) {
    const bool starts = rest.starts_with(piece);
    rest.remove_prefix(starts ? piece.size() : 0);
    return starts;
  });
  return same && rest.empty();
}

bool CauseIndex::said_less(const Known& known, const Signal& signal) const {
  text_.clear();
  append_said(text_, signal);
  return known.said() < text_;
}

}  // namespace avbrottsvakt
