#pragma once

#include <re2/set.h>

#include <boost/unordered/unordered_flat_map.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalogue/catalogue.h"

namespace avbrottsvakt {

/// How the expressions of matchers are compiled, each alone and all of a label together.
re2::RE2::Options matcher_options();

/// Finds the services of a signal without trying each of 10,000.
///
/// A conjunction that demands an exact value of a label is tried only when the signal carries that value; of several
/// such labels the one whose value is rarest in the catalogue is used, so that environment="prod" on every service does
/// not bring the scan back. One that demands only expressions is tried when the signal's value matches its first; all
/// such expressions of a label are one automaton (10,000 of them tried in turn took 13 ms). What demands nothing,
/// {environment!="test"}, is tried every time. Nearly every service is named by one value and nothing else; of such a
/// conjunction only the value is kept. Of a label that occurs twice the first counts, as for the matchers themselves.
///
/// Memory:  an automaton grows up to `automaton_bytes_max` per label name; what does not fit is tried in turn.
/// Threads: after finish(), any thread may read it.
class MatcherIndex {
 public:
  explicit MatcherIndex(std::int64_t automaton_bytes_max = std::int64_t{64} << 20)
      : automaton_bytes_max_(automaton_bytes_max) {}

  /// In any order; afterwards finish() once.
  void add(LabelMatchers matchers, NodeIx service);
  void finish();

  /// Ascending, each once.
  std::vector<NodeIx> match(const Labels& labels) const;

 private:
  using Entries = std::vector<std::size_t>;
  struct Entry {
    LabelMatchers matchers;
    NodeIx service;
  };
  /// One who demands a value. Those who demand the same one are a list.
  struct Demander {
    NodeIx service;
    std::uint32_t entry;  ///< kNone: the value is all that it demands
    std::uint32_t next;   ///< kNone: the last
  };
  static constexpr std::uint32_t kNone = 0xffffffffU;
  struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  /// What is tried when a signal carries a label of this name.
  struct ByName {
    std::string name;
    boost::unordered_flat_map<std::string, std::uint32_t, StringHash, std::equal_to<>> by_value;  ///< the first
    Entries expressions;                       ///< in the order in which they stand in the automaton
    std::unique_ptr<re2::RE2::Set> automaton;  ///< null if there are none, or if they do not fit
  };

  ByName& named(const std::string& name);
  void demand(const Label& label, NodeIx service, std::uint32_t entry);
  void try_each(const Entries& entries, const Labels& labels, std::vector<NodeIx>& found) const;
  void try_expressions(const ByName& by_name, const std::string& value, const Labels& labels,
                       std::vector<NodeIx>& found) const;

  std::int64_t automaton_bytes_max_;
  std::vector<Entry> entries_;  ///< before finish() all of them, then those with more to try than one value
  std::vector<Demander> demanders_;
  std::vector<ByName> by_name_;  ///< ascending by name
  Entries undemanding_;
};

}  // namespace avbrottsvakt
