#include <charconv>

#include "base/notation.h"
#include "catalogue/spec.h"

namespace avbrottsvakt {

Result<LadderPoint> parse_ladder_point(std::string_view text) {
  static constexpr const char* remedy = "write it as 50% of rto or 100% of mta, from 1% to 1000%";
  int percent = 0;
  const auto [stopped, error] = std::from_chars(text.data(), text.data() + text.size(), percent);
  if (error != std::errc() || percent < 1 || percent > 1000) {
    return fail(notation_error(text, 0, "expected a percentage from 1% to 1000%", remedy));
  }
  const auto number_size = static_cast<std::size_t>(stopped - text.data());
  const std::string_view rest = text.substr(number_size);
  static constexpr std::string_view of = "% of ";
  if (!rest.starts_with(of)) {
    return fail(notation_error(text, number_size, "expected \"% of \" after the number", remedy));
  }
  const std::string_view limit = rest.substr(of.size());
  if (limit != "rto" && limit != "mta") {
    return fail(notation_error(text, number_size + of.size(), "expected rto or mta", remedy));
  }
  return LadderPoint{limit == "rto" ? LadderPoint::Of::rto : LadderPoint::Of::mta, percent};
}

}  // namespace avbrottsvakt
