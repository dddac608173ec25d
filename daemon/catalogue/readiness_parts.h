#pragma once

#include "catalogue/readiness.h"

namespace avbrottsvakt {

/// Collects what is said of the parts; for the folder's own use.
class Findings {
 public:
  void fault(std::string path, std::string message, std::string remedy) {
    faults_.push_back({std::move(path), std::move(message), std::move(remedy), false});
  }
  void warn(std::string path, std::string message, std::string remedy) {
    faults_.push_back({std::move(path), std::move(message), std::move(remedy), true});
  }
  SpecFaults take() { return std::move(faults_); }

 private:
  SpecFaults faults_;
};

/// RTO against MTA, fallback routines and the RTO of those who depend.
void check_limits(const Catalogue& catalogue, Findings& findings);

/// Who can be reached when: ladders, and who assesses, decides and files under each regime.
void check_hours(const Catalogue& catalogue, const std::vector<std::string>& default_ladder, Findings& findings);

}  // namespace avbrottsvakt
