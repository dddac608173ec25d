#pragma once

#include <string>

/// Faults that no decorator of the journal can plant, since they lie inside: the linker puts these functions in front
/// of the ones that the journal on Kafka calls (--wrap, see CMakeLists.txt). Each fault takes a guard away, and what
/// would stop the harm when that guard fails. Without begin() everything is passed on.
namespace avbrottsvakt::faulty {

enum class Link {
  /// The position is not part of the transaction. Nor does taking over notice: it is told the offset that it expects.
  offset_not_sent,
  /// The state is read before its writer is fenced. Nor does the group's generation stop that writer, nor does taking
  /// over compare the position with the group's.
  restore_before_fencing,
};

/// From now on. `group` is that of the domain. Threads: before any other.
void begin(Link fault, std::string group);

}  // namespace avbrottsvakt::faulty
