#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "model/output.h"
#include "report/reporter.h"

namespace avbrottsvakt {

/// What a run said, added up: how many messages each stream and role received, and which reports remain.
///
/// Memory:  in proportion to roles and reports that remain, not to messages.
/// Threads: one owner.
class Summary {
 public:
  /// In the order in which they were said.
  void add(const Output& output);

  /// As seen at `now`. Empty if nothing was said.
  std::string render(const RenderOptions& options, Instant now) const;

  /// Messages of a stream, by the index of its alternative in Output.
  std::uint64_t count_of(std::size_t stream) const { return streams_.at(stream).messages; }

 private:
  struct Stream {
    std::uint64_t messages = 0;
    std::map<std::string, std::uint64_t> roles;  ///< by identifier
  };
  struct Duty {
    Named regime;
    Named duty_holder;
    std::string incident;
    std::vector<StageState> remaining;
    bool advisory = false;
  };
  void add_duty(const ReportPrompt& prompt);

  std::array<Stream, std::variant_size_v<Output>> streams_;
  std::map<std::string, std::string> names_;                                  ///< of roles, as messages named them
  std::map<std::tuple<std::string, std::string, std::string>, Duty> duties_;  ///< incident id, regime, duty holder
  std::optional<Instant> first_;
  Instant last_{};
  bool exercise_ = false;
};

}  // namespace avbrottsvakt
