#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/output.h"

namespace avbrottsvakt::testing {

/// One line per output but for pictures: when it was said, what, of which incident.
/// "01:14:00 0001 notice cosmic: opened(cosmic) ladder(cosmic)", "02:13:00.001 0001 nis2 assess early_warning".
std::string story(const std::vector<Output>& outputs);

/// An entry of an alert, with the instant and the incident in which it was said.
struct SaidEntry {
  Instant said{};
  std::string incident;
  AlertEntry entry;
};

/// Every entry of this kind, in the order in which they were said; of one subject, if it is named. Amended crossings
/// and withdrawn ones are among them.
std::vector<SaidEntry> entries(const std::vector<Output>& outputs, AlertReason reason, std::string_view subject = {});

/// What stands of a reason in the end: the instant of the last entry about it, nothing if that took it back or none was
/// said. `percent`: of a ladder, the step at this share.
std::optional<Instant> standing(const std::vector<Output>& outputs, AlertReason reason, std::string_view subject,
                                std::uint32_t percent = 0);

template <typename T>
std::vector<T> all_of(const std::vector<Output>& outputs) {
  std::vector<T> found;
  for (const Output& output : outputs) {
    if (const T* one = std::get_if<T>(&output)) {
      found.push_back(*one);
    }
  }
  return found;
}

}  // namespace avbrottsvakt::testing
