#include "base/error.h"

namespace avbrottsvakt {

std::string to_string(const Error& error) {
  std::string text;
  if (!error.place.file.empty()) {
    text += error.place.file + ":";
    if (error.place.line > 0) {
      text += std::to_string(error.place.line) + ":" + std::to_string(error.place.column) + ":";
    }
    text += " ";
  }
  text += "error: " + error.message;
  if (!error.remedy.empty()) {
    text += "\n  " + error.remedy;
  }
  return text;
}

const char* to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_input:
      return "invalid_input";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::io:
      return "io";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::fenced:
      return "fenced";
    case ErrorCode::out_of_horizon:
      return "out_of_horizon";
    case ErrorCode::corrupt:
      return "corrupt";
    case ErrorCode::incompatible:
      return "incompatible";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::limit:
      return "limit";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace avbrottsvakt
