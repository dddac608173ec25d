#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "specimens.h"

namespace avbrottsvakt::specimens {

// What specimens are made of.

inline OutputHeader header(Instant at) {
  OutputHeader result;
  result.id = std::string(64, 'a');
  result.incident_id = std::string(64, 'b');
  result.incident = "2026-0117";
  result.at = at;
  result.domain = "region";
  result.bundle = std::string(64, 'c');
  return result;
}

inline const Named kCosmic = {"cosmic", "COSMIC"};
inline const Named kHall = {"dc-north", "Datahall Nord"};
inline const Named kEmergency = {"emergency-east", "Akutmottagningen, Östra sjukhuset"};
inline const Named kWard = {"ward-12", "Avdelning 12"};
inline const Named kRegime = {"nis2", "Cybersäkerhetslagen (NIS2)"};

inline Objective objective(Objective::Kind kind, const Named& subject, Millis limit, Instant since,
                           Instant reached_at) {
  Objective result;
  result.kind = kind;
  result.subject = subject;
  result.limit = limit;
  result.since = since;
  result.reached_at = reached_at;
  return result;
}

inline AlertEntry entry(AlertReason reason, const Named& subject, Instant at, std::vector<std::string> tell = {}) {
  AlertEntry result;
  result.reason = reason;
  result.subject = subject;
  result.at = at;
  result.tell = std::move(tell);
  return result;
}

inline AlertEntry ladder(AlertEntry::Share of, std::uint32_t percent, Instant at, std::vector<std::string> tell) {
  AlertEntry result = entry(AlertReason::ladder, kCosmic, at, std::move(tell));
  result.share_of = of;
  result.percent = percent;
  return result;
}

inline LegalSource transcription() {
  return {"MCFFS 2026:8", "vårdgivare", SourceBasis::transcription, Confidence::low, ""};
}

inline StageState stage(const std::string& id, const std::string& name, Instant due, Period within,
                        const std::string& place) {
  StageState result;
  result.id = id;
  result.name = name;
  result.due = due;
  result.legal_latest = due;
  result.within = within;
  result.source = {"SFS 2025:1506", place, SourceBasis::text, Confidence::high, ""};
  return result;
}

}  // namespace avbrottsvakt::specimens
