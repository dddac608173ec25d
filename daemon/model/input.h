#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/command.h"
#include "model/signal.h"

namespace avbrottsvakt {

/// Which records of a source an Input stands for: those with after < position <= upto. Kafka offsets count from 0, so a
/// source that has not been read stands at -1.
///
/// The engine applies an Input only if after <= applied < upto, then sets applied to upto. If it knows the stream by
/// another incarnation, only if the span begins the new one (after == -1) and names the known one in `replaces`:
/// compare and set, so that what a dead intake appended late cannot bring an old incarnation back.
struct SourceSpan {
  std::string source;  ///< the source's identifier in configuration
  std::string stream;  ///< topic or file; with partition it names the ordered stream
  std::int32_t partition = 0;
  std::string incarnation;  ///< topic id or the like: changes when the stream is made anew; empty if not known
  std::string replaces;  ///< the incarnation that ends where this one begins; a stream not known yet has the empty one
  std::int64_t after = -1;
  std::int64_t upto = -1;
  friend bool operator==(const SourceSpan&, const SourceSpan&) = default;
};

struct Header {
  std::string name;
  std::string value;
  friend bool operator==(const Header&, const Header&) = default;
};

/// A record that could not be read, whole, with the reason. Becomes a dead letter.
struct Unreadable {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;
  std::string key;
  std::string value;
  std::vector<Header> headers;
  std::string stage;    ///< where it failed: "decode", "mapping"
  std::string error;    ///< the code, as Kafka Connect's exception.class.name
  std::string message;  ///< what was expected, and how to mend it
  friend bool operator==(const Unreadable&, const Unreadable&) = default;
};

/// What one source record (or a run of records that yield nothing) became.
struct Heard {
  std::vector<Signal> signals;
  std::vector<Unreadable> unreadable;
  std::vector<Command> commands = {};  ///< of a source that carries what people say
};

/// Nothing happened, but time has passed.
struct Tick {};

/// From here on this bundle is in force, if `expected_previous` was. Compare and set.
struct Activate {
  std::string hash;
  std::string expected_previous;  ///< empty: there was none
  bool exercise = false;          ///< only with the first bundle of a log: all that follows is a drill
};

/// A daemon took over; it had seen nothing between the two instants. The first input that it appends: what came due
/// meanwhile is settled only once the sources have been read up, or catch_up_at_most has passed.
struct Resumed {
  LogTime from;
  LogTime to;
};

/// Intake has read up to the ends that the sources had when the daemon took over.
struct CaughtUp {};

/// Records of a source are gone before they were read: those of (after, upto] that have not been applied. Of a stream
/// that is not known yet it says nothing: it is where reading begins.
struct SourceGap {};

/// One record of the log, stamped by the journal.
struct Input {
  LogTime stamp{};
  std::optional<SourceSpan> span;  ///< with Heard and SourceGap
  std::variant<Tick, Heard, Command, Activate, Resumed, CaughtUp, SourceGap> body;
};

/// Written before a bundle's compiled form exists, and by it compared.
inline constexpr std::uint32_t kEngineVersion = 1;

}  // namespace avbrottsvakt
