#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/journals.h"
#include "base/error.h"
#include "config/region.h"
#include "config/source.h"
#include "report/reporter.h"
#include "report/summary.h"

namespace avbrottsvakt::cli {

enum class Format { text, json };

/// Options that several commands share.
struct Common {
  std::string config = "config/avbrottsvakt.yaml";
  std::string language;  ///< sv, en; empty: as configured
  Format format = Format::text;
};
void add_config(CLI::App& command, Common& common);
void add_format(CLI::App& command, Common& common, const std::string& what);

/// Errors go to standard error; as JSON lines if asked. Gives the status they stand for.
int report(const Error& error, Format format);
int report(const Errors& errors, Format format);
void warn(const Errors& warnings, Format format);

/// "file:line:column: message; remedy", for a log.
std::string one_line(const Error& error);

/// Reads the region, or says why not and sets the status.
std::optional<Region> load(const Common& common, int& status);

/// The journal that is given on the command line, else the configured one. Nothing, with the status set, if what is
/// given names none, or a credential that the configured one names cannot be read.
std::optional<JournalChoice> choose_journal(const Region& region, const std::string& given, Format format, int& status);

/// The source that carries commands, to which `tell` writes; null if none does. Points into `sources`.
const SourceSpec* source_of_commands(const std::vector<SourceSpec>& sources);

/// Whether standard output is a terminal that wants colours.
bool colours();

/// Shows what is said as it is said: readable, under the name of whom it is for; or as JSON lines, one an output.
class Streams {
 public:
  /// Error: templates that cannot be read.
  [[nodiscard]] static Result<Streams> open(const Region& region, const Common& common);
  void show(const std::vector<Output>& outputs);
  /// A line between the messages: what the people in a drill see.
  void narrate(Instant at, const std::string& text) const;
  /// Counts per stream and role, and duties still open. Nothing with JSON.
  void summary() const;
  bool swedish() const { return reporter_.options().language == Language::sv; }
  std::size_t said() const { return said_; }

 private:
  Streams(Reporter reporter, Format format);
  Reporter reporter_;
  Summary summary_;
  Format format_;
  std::size_t said_ = 0;
  Instant last_{};
};

}  // namespace avbrottsvakt::cli
