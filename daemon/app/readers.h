#pragma once

#include <memory>
#include <string>

#include "intake/reader.h"
#include "kafka/connection.h"
#include "mapping/spec.h"

namespace avbrottsvakt {

/// Opens what a source is read from; asks nobody yet. Requires that it has an input.
///
/// `connection`: the cluster of Kafka sources that name none. `run_id`: names what this run reads of standard input.
/// Errors: invalid_input: no broker is named, or a setting cannot be; those of read_credential().
[[nodiscard]] Result<std::unique_ptr<Reader>> reader_of(const SourceSpec& source, const kafka::Connection& connection,
                                                        const std::string& run_id);

}  // namespace avbrottsvakt
