// write_seeds FOLDER: the seeds of every target, FOLDER/TARGET/NUMBER.
#include <filesystem>
#include <fstream>
#include <iostream>

#include "seeds.h"
#include "targets.h"

int main(int argc, char** argv) {
  using namespace avbrottsvakt::fuzz;  // NOLINT: the program's entry is all there is in this file
  if (argc != 2) {
    std::cerr << "usage: write_seeds FOLDER\n";
    return 2;
  }
  for (const Target& target : kTargets) {
    const std::filesystem::path folder = std::filesystem::path(argv[1]) / target.name;
    std::filesystem::create_directories(folder);
    int number = 0;
    for (const std::string& seed : seeds_of(target.name)) {
      std::ofstream(folder / std::to_string(number++), std::ios::binary) << seed;
    }
  }
  return 0;
}
