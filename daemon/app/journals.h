#pragma once

#include <memory>
#include <string>

#include "avbrottsvakt/v1/config.pb.h"
#include "base/clock.h"
#include "journal/input_log.h"
#include "journal/journal.h"
#include "journal/kafka_topics.h"

namespace avbrottsvakt {

/// Which journal: from the configuration, or "sqlite:PATH", "memory", "kafka:HOST:PORT[/PREFIX]" as people give it.
struct JournalChoice {
  enum class Kind { sqlite, kafka, memory };
  Kind kind = Kind::memory;
  std::string path;           ///< sqlite
  KafkaJournalOptions kafka;  ///< kafka; domain and exercise are filled in when it is opened
  /// As people give it: for messages.
  std::string text() const;
};

/// Error: invalid_input, with what is expected.
[[nodiscard]] Result<JournalChoice> parse_journal(const std::string& text);

/// `folder`: what a relative path counts from. Reads the credentials that its settings name.
/// Errors: those of read_credential().
[[nodiscard]] Result<JournalChoice> journal_of(const v1::Configuration& configuration, const std::string& folder);

/// Opens it; take_over() then makes it ours. On Kafka the topics must be there.
[[nodiscard]] Result<std::unique_ptr<Journal>> open_journal(const JournalChoice& choice, const std::string& domain,
                                                            bool exercise, const Clock& clock);

/// Opens its log of inputs to be read beside whoever owns it. `clock` must outlive the log.
/// Errors: those of open_sqlite_log() and open_kafka_log(); invalid_input for a journal in memory.
[[nodiscard]] Result<std::unique_ptr<InputLog>> open_log(const JournalChoice& choice, const std::string& domain,
                                                         const Clock& clock);

}  // namespace avbrottsvakt
