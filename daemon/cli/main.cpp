#include <exception>
#include <iostream>

#include "cli/commands.h"

int main(int argc, char** argv) {
  using namespace avbrottsvakt::cli;  // NOLINT: the program's entry is all there is in this file
  CLI::App app(
      "Avbrottsvakt follows outages of IT services against their continuity plans, and tells what is due\n"
      "before it is late: alerts to the operations centre, activation prompts to incident handlers, prompts\n"
      "for mandatory reports to reporting officers.\n",
      "avbrottsvakt");
  app.require_subcommand(1);
  app.set_version_flag("--version", "avbrottsvakt " AV_VERSION);
  app.get_formatter()->column_width(34);
  app.footer(
      "First steps:\n"
      "  avbrottsvakt check --config config/avbrottsvakt.yaml\n"
      "  avbrottsvakt exercise config/exercises/data-hall-night.yaml\n"
      "  avbrottsvakt run --config config/avbrottsvakt.yaml --show\n\n"
      "Exit status: 0 all well; 1 check found errors, a test or an exercise said something else than expected, or a\n"
      "             run failed; 2 the command line is wrong;\n"
      "             3 a broker or a file is not there; 4 stored data is damaged or too new.");
  int status = kOk;
  add_run(app, status);
  add_check(app, status);
  add_exercise(app, status);
  add_test(app, status);
  add_replay(app, status);
  add_tell(app, status);
  add_topics(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);
  } catch (const CLI::ParseError& wrong) {
    app.exit(wrong, std::cout, std::cerr);
    return kUsage;
  } catch (const std::exception& fault) {
    std::cerr << "avbrottsvakt: " << fault.what() << "\n";
    return kFindings;
  }
  return status;
}
