#include "engine/state.h"

namespace avbrottsvakt {
namespace {

struct KeyOf {
  std::string operator()(const MetaRecord&) const { return "meta"; }
  std::string operator()(const AppliedRecord& r) const {
    return "applied/" + r.source + "/" + r.stream + "/" + std::to_string(r.partition);
  }
  std::string operator()(const SourceRecord& r) const { return "source/" + r.source; }
  std::string operator()(const CommandRecord& r) const { return "command/" + r.id; }
  std::string operator()(const CauseRecord& r) const {
    return (beats(r) ? "beat/" : "cause/") + r.source + "/" + r.key;
  }
  std::string operator()(const IncidentRecord& r) const { return "incident/" + r.id; }
  std::string operator()(const MaintenanceRecord& r) const { return "maintenance/" + r.reference; }
};

}  // namespace

std::string key_of(const StateRecord& record) { return std::visit(KeyOf{}, record); }

}  // namespace avbrottsvakt
