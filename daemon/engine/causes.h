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
/// Nearly every signal is a repetition, and with tens of thousands of causes its cost is the waiting for memory. So
/// what a repetition is compared with lies in one piece per cause, and what leads there in one cache line.
///
/// Causes are numbered by whoever keeps their records, densely from 0.
class CauseIndex {
 public:
  CauseIndex();

  /// The cause of `source` and `key`; `beats` as of a record.
  std::optional<CauseIx> find(std::string_view source, std::string_view key, bool beats) const;

  /// Takes in a record that is new, or whose labels, summary, origin or last point are other than they were.
  void put(CauseIx ix, const CauseRecord& record);
  void erase(CauseIx ix);
  std::size_t size() const { return by_key_.size(); }

  /// True only if nothing follows from the signal, because its labels and its point are the last ones that are known.
  /// It may be a repetition of something older if not. Never of a sign of life: that one comes anew each time.
  bool repeats(CauseIx ix, const Signal& signal) const;

  /// Whether the labels and everything else that is said with them sort before those of `signal`. By this, of two that
  /// are as late, one holds: which is greater is of no account, but always the same.
  bool said_less(CauseIx ix, const Signal& signal) const;

 private:
  struct alignas(64) Line {
    std::string text;  ///< the key, then what is said with the labels
    std::uint32_t key_size = 0;
    Condition condition = Condition::up;  ///< of the last point
    bool comparable = false;              ///< has a last point, and is no sign of life
    EventTime at{};                       ///< of the last point
    EventTime labels_at{};
    std::string_view key() const { return std::string_view(text).substr(0, key_size); }
    std::string_view said() const { return std::string_view(text).substr(key_size); }
  };
  using Lines = std::vector<Line>;
  struct Hash {
    using is_transparent = void;
    const Lines* lines;
    std::size_t operator()(std::string_view key) const { return std::hash<std::string_view>{}(key); }
    std::size_t operator()(CauseIx ix) const { return (*this)((*lines)[ix].key()); }
  };
  struct Equal {
    using is_transparent = void;
    const Lines* lines;
    bool operator()(CauseIx a, CauseIx b) const { return a == b; }
    bool operator()(std::string_view key, CauseIx ix) const { return (*lines)[ix].key() == key; }
    bool operator()(CauseIx ix, std::string_view key) const { return (*this)(key, ix); }
  };

  std::unique_ptr<Lines> lines_;  ///< where it is does not change when this object moves
  boost::unordered_flat_set<CauseIx, Hash, Equal> by_key_;
  mutable std::string text_;  ///< reused
};

}  // namespace avbrottsvakt
