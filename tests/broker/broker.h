#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "journal/kafka_journal.h"
#include "kafka/source_consumer.h"

/// For tests under `scripts/kafka with`: the broker that they run on, and what they do to it.
namespace avbrottsvakt::test {

/// host:port of the broker that this program was started under. Ends the program with the remedy if there is none.
const std::string& bootstrap();

/// scripts/kafka ACTION on that broker: stop, kill, restart.
void broker(const std::string& action);

/// The broker stands still, all of its threads, until it is thawed. Its sockets stay open.
void freeze_broker();
void thaw_broker();

class RealClock final : public Clock {
 public:
  Instant wall() const override;
  std::chrono::steady_clock::time_point steady() const override;
};
const Clock& real_clock();

/// A name that no other test uses: topics of all tests lie on one broker.
std::string new_prefix();

/// For a domain of its own, with short sessions.
KafkaJournalOptions new_options();
kafka::Connection connection(const std::string& client_id = "test");

/// Tries until it succeeds, for at most three minutes. Each try must wait by itself.
bool eventually(const std::function<bool()>& attempt);

/// Everything in a partition, of committed transactions or of all, from the oldest record on.
std::vector<kafka::Record> read_all(
    const std::string& topic, std::int32_t partition = 0,
    kafka::SourceConsumer::Isolation isolation = kafka::SourceConsumer::Isolation::committed);
std::vector<std::string> values_of(const std::vector<kafka::Record>& records);

/// take_over(), again while it says unavailable, for at most three minutes.
Result<Journal::Restored> become_owner(Journal& journal);
/// A journal that owns its domain, its topics made. Fails the test if it cannot.
std::unique_ptr<KafkaJournal> new_owner(const KafkaJournalOptions& options);
/// The next `count` inputs. Fewer if they do not come within three minutes.
std::vector<Journal::Record> poll_all(Journal& journal, std::size_t count);
/// As pairs, ascending.
std::vector<std::pair<std::string, std::string>> sorted(const std::vector<Journal::KeyValue>& state);

}  // namespace avbrottsvakt::test
