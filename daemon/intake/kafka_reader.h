#pragma once

#include <map>
#include <memory>
#include <string>

#include "intake/reader.h"
#include "kafka/source_consumer.h"

namespace avbrottsvakt {

/// All partitions of a Kafka topic, from the offsets that the engine has applied: no group, no committed offsets, which
/// may expire or be moved. Records of aborted transactions are not seen.
///
/// librdkafka 2.0.2 does not show topic ids. So a topic that was made anew is recognised when it is shorter than what
/// has been applied; its incarnation then counts up from the one before. One that has outgrown what was applied passes
/// for the old one: a topic that is made anew should be given a new name.
class KafkaReader final : public Reader {
 public:
  /// No broker is asked. Errors: invalid_input (a setting that librdkafka refuses).
  [[nodiscard]] static Result<std::unique_ptr<KafkaReader>> open(const kafka::Connection& connection,
                                                                 const std::string& topic);

  [[nodiscard]] Result<std::vector<StreamStart>> begin(const std::vector<AppliedRecord>& applied) override;
  [[nodiscard]] Result<std::vector<SourceEvent>> poll(std::size_t max, Millis wait) override;
  void release(std::size_t stream, std::int64_t upto) override;
  [[nodiscard]] Result<bool> grown() override;
  void interrupt() override;

 private:
  /// A stale leader may say once that a partition is shorter than it is.
  static constexpr int kShorterAnswers = 3;
  static constexpr Millis kAnswerWithin{5'000};

  KafkaReader(std::string topic, std::unique_ptr<kafka::SourceConsumer> consumer)
      : topic_(std::move(topic)), consumer_(std::move(consumer)) {}

  Result<StreamStart> start_of(std::int32_t partition, const AppliedRecord* known);

  std::string topic_;
  std::unique_ptr<kafka::SourceConsumer> consumer_;
  std::int32_t partitions_ = 0;
  std::map<std::int32_t, int> shorter_;  ///< how many times in a row a partition has been found shorter
};

/// The record as sources give it, with the partition as its stream. A writer older than Kafka 0.10 gives no stamp.
ReadRecord read_record(kafka::Record record);

/// The incarnation of a topic that was made anew: "" (never), "2", "3".
std::string next_incarnation(const std::string& incarnation);

}  // namespace avbrottsvakt
