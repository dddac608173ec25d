#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "kafka/connection.h"

namespace avbrottsvakt {

/// Where a Kafka journal lies and whom it serves.
struct KafkaJournalOptions {
  std::string bootstrap;                ///< host:port, several separated by commas
  std::string prefix = "avbrottsvakt";  ///< before each topic's name
  std::string domain;                   ///< without '/'
  std::int32_t partitions = 1;          ///< of inputs, state and outputs, 1 to 1000; fixed for good
  std::int32_t replication = 3;         ///< 1 to 9; only create_topics() looks at it
  std::string group;                    ///< whose members take turns as owners of the domain; empty: PREFIX-DOMAIN
  kafka::Settings settings;             ///< as a person wrote them
  bool exercise = false;                ///< stamps are set by a script, not by the broker
  kafka::LogSink log;                   ///< may be null
};

/// Whether a journal can be opened with these; asks no broker.
/// Errors: invalid_input.
[[nodiscard]] Result<void> check_options(const KafkaJournalOptions& options);

/// "avbrottsvakt.state". Names are: inputs, state, alerts, activations, report-prompts, incidents, dead-letter,
/// positions, bundles.
std::string topic_name(const KafkaJournalOptions& options, const std::string& name);

kafka::Connection connection_of(const KafkaJournalOptions& options);

/// The partition of inputs and state that the domain lies in. Domains may share one; each sees only its own.
std::int32_t partition_of_domain(const KafkaJournalOptions& options);

struct TopicsReport {
  std::vector<std::string> created;
  std::vector<std::string> existing;
  /// What differs in topics that were there before, each with the command that would mend it. Nothing was changed.
  std::vector<Error> mismatches;
};

/// Makes the topics that are missing, with the settings that the journal rests on, and compares the others with them.
/// `commands` is the topic that carries what people say, whose only writer is ours; empty: there is none. One that is
/// there already is left as whoever made it wanted it.
/// Each of at most eleven requests takes at most 33 s.
/// Errors: unavailable; invalid_input (options, or no permission).
[[nodiscard]] Result<TopicsReport> create_topics(const KafkaJournalOptions& options, const std::string& commands = {});

/// Whether all topics are there, with the partitions that the options say. Takes at most 13 s.
/// Errors: not_found, with the remedy; invalid_input (other partitions); unavailable, retry (no answer, or a partition
/// has no leader just now).
[[nodiscard]] Result<void> check_topics(const KafkaJournalOptions& options);

}  // namespace avbrottsvakt
