#include "engine/state.h"

namespace avbrottsvakt {

std::string key_of(const MetaRecord&) { return "meta"; }
std::string key_of(const AppliedRecord& r) {
  return "applied/" + r.source + "/" + r.stream + "/" + std::to_string(r.partition);
}
std::string key_of(const SourceRecord& r) { return "source/" + r.source; }
std::string key_of(const CommandRecord& r) { return "command/" + r.id; }
std::string key_of(const CauseRecord& r) { return (beats(r) ? "beat/" : "cause/") + r.source + "/" + r.key; }
std::string key_of(const IncidentRecord& r) { return "incident/" + r.id; }
std::string key_of(const MaintenanceRecord& r) { return "maintenance/" + r.reference; }

std::string key_of(const StateRecord& record) {
  return std::visit([](const auto& r) { return key_of(r); }, record);
}

StateRecord copy_of(const StateView& view) {
  return std::visit([](const auto* record) { return StateRecord(*record); }, view);
}

}  // namespace avbrottsvakt
