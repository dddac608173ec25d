#pragma once

#include <memory>

#include "base/clock.h"
#include "journal/input_log.h"
#include "journal/kafka_topics.h"

namespace avbrottsvakt {

/// Opens the log of inputs of a journal on Kafka, of a real run or an exercise: by assignment, as a member of no group,
/// up to the high watermark of its partition as it is now. `options.exercise` is not looked at.
///
/// Time:    opening 50 s at most; read() as long as records come, 30 s when they do not.
/// `clock` must outlive the log; only its steady side is used.
/// Errors: invalid_input (options; other partitions than the configuration says); not_found (topics are missing, or the
/// beginning of the log is gone); unavailable.
[[nodiscard]] Result<std::unique_ptr<InputLog>> open_kafka_log(const KafkaJournalOptions& options, const Clock& clock);

}  // namespace avbrottsvakt
