#pragma once

#include <CLI/CLI.hpp>

namespace avbrottsvakt::cli {

/// What the program ends with. Documented in README.md and in --help.
enum Status : int {
  kOk = 0,
  kFindings = 1,     ///< check found errors; a drill or a test said something else than expected
  kUsage = 2,        ///< the command line is wrong
  kUnavailable = 3,  ///< a broker or a file is not there, or does not answer
  kDamaged = 4,      ///< stored data is damaged, or was written by a newer version
};

// Each adds one command to the program. The command's own function runs when it is chosen, and sets the status.

void add_run(CLI::App& app, int& status);
void add_check(CLI::App& app, int& status);
void add_replay(CLI::App& app, int& status);
void add_exercise(CLI::App& app, int& status);
void add_test(CLI::App& app, int& status);
void add_topics(CLI::App& app, int& status);
void add_tell(CLI::App& app, int& status);

}  // namespace avbrottsvakt::cli
