#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace avbrottsvakt {

/// What kind of failure it is. Callers branch on this, never on the text.
enum class ErrorCode {
  invalid_input,   ///< what a person or a tool wrote cannot be used as it is
  not_found,       ///< a file, a record, a bundle that should be there is not
  io,              ///< the operating system refused
  unavailable,     ///< a broker or a database does not answer; it may later
  fenced,          ///< another process owns this partition now
  out_of_horizon,  ///< older than the history that is kept
  corrupt,         ///< stored data is not what was written
  incompatible,    ///< written by a newer version
  conflict,        ///< compare and set: somebody was first
  limit,           ///< a stated bound was reached
  internal,        ///< a fault of the program
};

/// What the caller should do about it.
enum class Remedy { retry, skip, stop };

/// Where in a file. Lines and columns count from 1, columns in characters.
struct Place {
  std::string file;
  int line = 0;
  int column = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

/// An expected failure: bad input, broker trouble, bad configuration. Broken invariants are CHECKs, not Errors.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string message;  ///< what was wrong and what was expected, one sentence
  std::string remedy;   ///< how to mend it, may be empty
  Remedy action = Remedy::stop;
  Place place;  ///< file empty when it is not about a file

  Error() = default;
  Error(ErrorCode c, std::string m, std::string r = {}, Remedy a = Remedy::stop)
      : code(c), message(std::move(m)), remedy(std::move(r)), action(a) {}
};

/// All errors at once, in the order of the files.
using Errors = std::vector<Error>;

/// "file:line:column: error: message\n  remedy"; without a place "error: message".
std::string to_string(const Error& error);
const char* to_string(ErrorCode code);

}  // namespace avbrottsvakt
