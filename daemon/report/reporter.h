#pragma once

#include <map>
#include <string>

#include "base/civil.h"
#include "base/result.h"
#include "model/output.h"
#include "report/templates.h"
#include "report/words.h"

namespace avbrottsvakt {

struct RenderOptions {
  Language language = Language::sv;
  ZoneTable zone;                            ///< of the times shown; empty: UTC
  std::map<std::string, std::string> roles;  ///< names of roles by identifier; one that is missing is shown as it is
  int width = 78;                            ///< columns, 40 to 200; a value outside is taken as the nearest
  bool colour = false;                       ///< terminal escapes for levels and labels
};

/// What the daemon says, as people read it.
///
/// Times are told as seen at header.at, so the same output always gives the same text. Everything of a drill begins and
/// ends with a line that says so, whatever the templates hold.
/// Threads: immutable; any thread may render.
class Reporter {
 public:
  /// `templates`: the folder with sv/ and en/, rules/templates.
  /// Errors: those of Templates::load().
  [[nodiscard]] static Result<Reporter> load(const std::string& templates, RenderOptions options);

  /// Lines of at most options.width columns; ends with a newline.
  std::string render(const Output& output) const;

  const RenderOptions& options() const { return options_; }

 private:
  Reporter(Templates templates, RenderOptions options);
  Templates templates_;
  RenderOptions options_;
};

}  // namespace avbrottsvakt
