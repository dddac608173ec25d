#pragma once

#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/state.h"

namespace avbrottsvakt {

using CauseIx = std::uint32_t;

/// Which cause a signal is about, and whether the signal only repeats what is known of it.
///
/// Nearly every signal is a repetition, and with tens of thousands of causes its cost is the waiting for memory. So all
/// that a repetition is compared with lies in one piece of memory per cause, and the set by which causes are found
/// points to it.
///
/// Causes are numbered by whoever keeps their records, densely from 0.
class CauseIndex {
 public:
  /// What is known of one cause; where put() or erase() change it, it may be gone.
  struct Known;

  /// The cause of `source` and `key`; `beats` as of a record. Null if there is none.
  const Known* find(std::string_view source, std::string_view key, bool beats) const;
  static CauseIx index_of(const Known& known);

  /// Takes in a record that is new, or whose labels, summary, origin or last point are other than they were.
  void put(CauseIx ix, const CauseRecord& record);
  void erase(CauseIx ix);
  std::size_t size() const { return by_key_.size(); }

  /// True only if nothing follows from the signal, because its labels and its point are the last ones that are known.
  /// It may be a repetition of something older if not. Never of a sign of life: that one comes anew each time.
  static bool repeats(const Known& known, const Signal& signal);

  /// Whether the labels and everything else that is said with them sort before those of `signal`. By this, of two that
  /// are as late, one holds: which is greater is of no account, but always the same.
  bool said_less(const Known& known, const Signal& signal) const;

 private:
  struct Free {
    void operator()(Known* known) const;
  };
  using Piece = std::unique_ptr<Known, Free>;
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
    std::size_t operator()(const Known* known) const;
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(const Known* a, const Known* b) const { return a == b; }
    bool operator()(std::string_view key, const Known* known) const;
    bool operator()(const Known* known, std::string_view key) const { return (*this)(key, known); }
  };
  static Piece make(CauseIx ix, std::size_t key_size, std::string_view text);

  std::vector<Piece> pieces_;  ///< by cause; null: there is none
  boost::unordered_flat_set<const Known*, Hash, Equal> by_key_;
  mutable std::string text_;  ///< reused
};

}  // namespace avbrottsvakt
