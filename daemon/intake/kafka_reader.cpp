#include "intake/kafka_reader.h"

#include <charconv>
#include <utility>

namespace avbrottsvakt {

std::string next_incarnation(const std::string& incarnation) {
  int number = 1;
  std::from_chars(incarnation.data(), incarnation.data() + incarnation.size(), number);
  return std::to_string(number + 1);
}

ReadRecord read_record(kafka::Record record) {
  ReadRecord read;
  read.stream = static_cast<std::size_t>(record.partition);
  read.position = record.offset;
  read.key = std::move(record.key);
  read.value = std::move(record.value);
  if (record.stamped_by != kafka::Record::StampedBy::none) {
    read.received = record.stamp;
  }
  for (auto& [name, value] : record.headers) {
    read.headers.push_back({std::move(name), std::move(value)});
  }
  return read;
}

Result<std::unique_ptr<KafkaReader>> KafkaReader::open(const kafka::Connection& connection, const std::string& topic) {
  kafka::SourceConsumer::Options options;
  options.topic = topic;
  auto consumer = kafka::SourceConsumer::open(connection, std::move(options));
  if (!consumer) {
    return fail(std::move(consumer.error()));
  }
  return std::unique_ptr<KafkaReader>(new KafkaReader(topic, std::move(*consumer)));
}

Result<StreamStart> KafkaReader::start_of(std::int32_t partition, const AppliedRecord* known) {
  const auto ends = consumer_->ends(partition, kAnswerWithin);
  if (!ends) {
    return fail(ends.error());
  }
  StreamStart start;
  start.stream = topic_;
  start.partition = partition;
  start.after = known == nullptr ? -1 : known->upto;
  start.incarnation = known == nullptr ? "" : known->incarnation;
  start.end = ends->next - 1;
  switch (kafka::continuity(start.after, *ends)) {
    case kafka::Continuity::whole:
      shorter_.erase(partition);
      start.gone_upto = -1;
      break;
    case kafka::Continuity::gap:
      shorter_.erase(partition);
      start.gone_upto = ends->first - 1;
      break;
    case kafka::Continuity::shorter:
      if (++shorter_[partition] < kShorterAnswers) {
        return fail(ErrorCode::unavailable,
                    topic_ + "[" + std::to_string(partition) + "] ends at " + std::to_string(ends->next) +
                        ", before what has been applied (" + std::to_string(start.after) + ")",
                    "if the topic was made anew, it is read from its beginning shortly", Remedy::retry);
      }
      shorter_.erase(partition);
      start.after = -1;
      start.incarnation = next_incarnation(start.incarnation);
      start.gone_upto = ends->first - 1;
      break;
  }
  return start;
}

Result<std::vector<StreamStart>> KafkaReader::begin(const std::vector<AppliedRecord>& applied) {
  const auto partitions = consumer_->partitions(kAnswerWithin);
  if (!partitions) {
    return fail(partitions.error());
  }
  partitions_ = *partitions;
  std::vector<StreamStart> starts;
  std::vector<kafka::SourceConsumer::Start> assignment;
  for (std::int32_t partition = 0; partition < partitions_; ++partition) {
    const AppliedRecord* known = nullptr;
    for (const AppliedRecord& record : applied) {
      if (record.stream == topic_ && record.partition == partition) {
        known = &record;
      }
    }
    auto start = start_of(partition, known);
    if (!start) {
      return fail(std::move(start.error()));
    }
    assignment.push_back({partition, std::max(start->after, start->gone_upto) + 1});
    starts.push_back(std::move(*start));
  }
  if (auto assigned = consumer_->assign(assignment); !assigned) {
    return fail(std::move(assigned.error()));
  }
  return starts;
}

Result<std::vector<SourceEvent>> KafkaReader::poll(std::size_t max, Millis wait) {
  auto events = consumer_->poll(max, wait);
  if (!events) {
    return fail(std::move(events.error()));
  }
  std::vector<SourceEvent> out;
  out.reserve(events->size());
  for (kafka::SourceConsumer::Event& event : *events) {
    if (auto* record = std::get_if<kafka::Record>(&event)) {
      out.emplace_back(read_record(std::move(*record)));
    } else if (const auto* end = std::get_if<kafka::SourceConsumer::EndReached>(&event)) {
      out.emplace_back(EndReached{static_cast<std::size_t>(end->partition), end->offset - 1});
    } else {
      const auto& gone = std::get<kafka::SourceConsumer::OutOfRange>(event);
      out.emplace_back(StreamsChanged{topic_ + "[" + std::to_string(gone.partition) +
                                      "] has no record at the position where it was read"});
      break;
    }
  }
  return out;
}

void KafkaReader::release(std::size_t /*stream*/, std::int64_t /*upto*/) {}

Result<bool> KafkaReader::grown() {
  const auto partitions = consumer_->partitions(kAnswerWithin);
  if (!partitions) {
    return fail(partitions.error());
  }
  return *partitions > partitions_;
}

void KafkaReader::interrupt() { consumer_->interrupt(); }

}  // namespace avbrottsvakt
