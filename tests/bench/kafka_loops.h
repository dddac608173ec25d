#pragma once

#include <string>
#include <vector>

namespace avbrottsvakt::testing {

/// What a daemon wrote for a workload: how much a loop that does nothing else has to move.
struct Written {
  struct Topic {
    std::string name;  ///< without prefix
    std::size_t records = 0;
    std::size_t bytes = 0;  ///< of keys, values and headers
  };
  std::vector<Topic> topics;
  std::vector<std::size_t> inputs;  ///< bytes of each record of the log
};

/// Reads what profile() printed.
Written read_written(const std::string& file);

/// Each prints a line of JSON when it has something to say, and ends the program if it fails.
using Arguments = std::vector<std::string>;
void load(const Arguments& arguments);
void consume(const Arguments& arguments);
void ends(const Arguments& arguments);
void profile(const Arguments& arguments);
void await_applied(const Arguments& arguments);
void plain(const Arguments& arguments);
void latency(const Arguments& arguments);

}  // namespace avbrottsvakt::testing
