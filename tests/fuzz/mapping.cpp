#include "mapping/mapping.h"

#include "avbrottsvakt/v1/source.pb.h"
#include "config/loader.h"
#include "config/source.h"
#include "require.h"
#include "targets.h"

namespace avbrottsvakt::fuzz {
namespace {

/// What tools send, in short: whatever a mapping makes of it, it must not fall.
constexpr std::string_view kPayloads[] = {
    R"({"alerts":[{"status":"firing","labels":{"severity":"critical","service":"cosmic"},"fingerprint":"1","startsAt":)"
    R"("2026-11-22T02:13:00Z","endsAt":"0001-01-01T00:00:00Z"}]})",
    R"({"clock":1519304285,"ns":123456789,"value":1,"eventid":42,"name":"down","hosts":[{"host":"h","name":"H"}],)"
    R"("tags":[{"tag":"service","value":"cosmic"}]})",
    R"({"specversion":"1.0","id":"1","source":"/s","type":"x.down","data":{"key":"k","is":"down"}})",
    R"([[],{"a":{"b":[null,true,-1.5e3,"åäö"]}},"2026-10-25 02:30:00"])",
};

}  // namespace

void mapping(std::string_view bytes) {
  v1::SourceMapping message;
  Places places;
  Errors errors = parse_message(bytes, "source.yaml", message, &places);
  if (errors.empty()) {
    const auto spec = source_spec(message, "source.yaml", places);
    if (spec) {
      const auto compiled = Mapping::compile(spec->mapping);
      require(compiled.faults.empty(), "what the loader takes can be compiled");
      require(mapping_hash(spec->mapping) == mapping_hash(MappingSpec(spec->mapping)), "a mapping has one hash");
      require((compiled.mapping != nullptr) == is_mapped(spec->mapping.decode), "what is mapped has a mapping");
      for (const std::string_view payload : kPayloads) {
        if (compiled.mapping == nullptr) break;
        const Mapped mapped = compiled.mapping->map({payload, {}, Instant(Millis(1'795'313'580'000))});
        require(!mapped.refusal || (!mapped.refusal->error.empty() && is_utf8(mapped.refusal->message)),
                "a refusal says what is wrong");
      }
      return;
    }
    errors = spec.error();
  }
  require(!errors.empty(), "what is refused has a reason");
  for (const Error& error : errors) {
    require_said(error);
    require(!error.place.file.empty(), "an error names the file");
  }
}

}  // namespace avbrottsvakt::fuzz
