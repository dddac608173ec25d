#include "journal/kafka_log.h"

#include <optional>
#include <utility>

#include "journal/kafka_bundles.h"
#include "kafka/source_consumer.h"

namespace avbrottsvakt {
namespace {

using kafka::SourceConsumer;

constexpr Millis kEndsLimit{10'000};
constexpr Millis kSlice{200};
// As in kafka_restore.cpp: nothing honest stays silent longer.
constexpr std::chrono::seconds kSilence{30};

class KafkaLog final : public InputLog {
 public:
  KafkaLog(KafkaJournalOptions options, const Clock& clock)
      : options_(std::move(options)),
        clock_(clock),
        topic_(topic_name(options_, "inputs")),
        partition_(partition_of_domain(options_)),
        connection_(connection_of(options_)) {
    connection_.client_id += "-replay";
  }

  Result<void> begin();
  Result<std::vector<Journal::Record>> read(std::size_t max) override;
  Result<std::string> load_bundle(const std::string& hash) override {
    return avbrottsvakt::load_bundle(connection_, topic_name(options_, "bundles"), clock_, hash);
  }

 private:
  Result<void> take(kafka::Record& record, std::vector<Journal::Record>& records);
  std::string place() const { return topic_ + " partition " + std::to_string(partition_); }

  const KafkaJournalOptions options_;
  const Clock& clock_;
  const std::string topic_;
  const std::int32_t partition_;
  kafka::Connection connection_;
  std::unique_ptr<SourceConsumer> reader_;
  std::optional<kafka::Record::StampedBy> stamped_by_;  ///< as the first input is
  std::int64_t end_ = 0;                                ///< the high watermark when it was opened
  bool at_end_ = false;
};

Result<void> KafkaLog::begin() {
  // The high watermark: a read_committed client would be told the last stable offset.
  auto any = SourceConsumer::open(connection_, {topic_, SourceConsumer::Isolation::uncommitted});
  if (!any) return fail(any.error());
  const auto ends = (*any)->ends(partition_, kEndsLimit);
  if (!ends) return fail(ends.error());
  if (ends->first > 0)
    return fail(beginning_is_gone(place(), ends->first, "the topic's retention.ms, 30 days as made"));
  end_ = ends->next;
  at_end_ = end_ == 0;
  auto reader = SourceConsumer::open(connection_, {topic_, SourceConsumer::Isolation::committed});
  if (!reader) return fail(reader.error());
  reader_ = std::move(*reader);
  return reader_->assign({{partition_, 0}});
}

Result<void> KafkaLog::take(kafka::Record& record, std::vector<Journal::Record>& records) {
  if (record.offset + 1 >= end_) at_end_ = true;
  if (record.offset >= end_ || record.key != options_.domain) return {};  // Later, or another domain's.
  // An owner refuses the one that is not of its kind, so nothing behind it has been applied.
  if (stamped_by_.value_or(record.stamped_by) != record.stamped_by) {
    return fail(
        ErrorCode::invalid_input,
        "offset " + std::to_string(record.offset) + " of " + place() + " is stamped by another than those before",
        "avbrottsvakt topics --create shows which settings of the topic differ");
  }
  stamped_by_ = record.stamped_by;
  records.push_back({record.offset, record.stamp, record.value ? std::move(*record.value) : std::string()});
  return {};
}

Result<std::vector<Journal::Record>> KafkaLog::read(std::size_t max) {
  std::vector<Journal::Record> records;
  auto heard = clock_.steady();
  while (records.empty() && !at_end_) {
    auto events = reader_->poll(max, kSlice);
    if (!events) return fail(events.error());
    for (auto& event : *events) {
      if (auto* record = std::get_if<kafka::Record>(&event)) {
        if (auto ok = take(*record, records); !ok) return fail(ok.error());
      } else if (const auto* end = std::get_if<SourceConsumer::EndReached>(&event)) {
        at_end_ = at_end_ || end->offset >= end_;
      } else {
        return fail(ErrorCode::not_found, "inputs of " + place() + " were removed before they were read",
                    "keep inputs longer (retention.ms), or replay a recording that was made before");
      }
    }
    const auto now = clock_.steady();
    if (!events->empty()) heard = now;
    if (now - heard > kSilence) {
      return fail(ErrorCode::unavailable,
                  place() + " cannot be read to its end: the brokers do not answer, or a transaction stays open",
                  "kafka-transactions find-hanging lists such transactions; try again", Remedy::retry);
    }
  }
  return records;
}

}  // namespace

Result<std::unique_ptr<InputLog>> open_kafka_log(const KafkaJournalOptions& options, const Clock& clock) {
  if (auto ok = check_options(options); !ok) return fail(ok.error());
  if (auto ok = check_topics(options); !ok) return fail(ok.error());
  auto log = std::make_unique<KafkaLog>(options, clock);
  if (auto ok = log->begin(); !ok) return fail(ok.error());
  return log;
}

}  // namespace avbrottsvakt
