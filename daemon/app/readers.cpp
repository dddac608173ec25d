#include "app/readers.h"

#include <unistd.h>

#include <utility>

#include "app/credentials.h"
#include "intake/file_reader.h"
#include "intake/kafka_reader.h"
#include "intake/stdin_reader.h"

namespace avbrottsvakt {

Result<std::unique_ptr<Reader>> reader_of(const SourceSpec& source, const kafka::Connection& connection,
                                          const std::string& run_id) {
  const auto widen = [](auto opened) -> Result<std::unique_ptr<Reader>> {
    if (!opened) {
      return fail(std::move(opened.error()));
    }
    return std::unique_ptr<Reader>(std::move(*opened));
  };
  if (const auto* topic = std::get_if<KafkaTopicInput>(&*source.input)) {
    kafka::Connection cluster = connection;
    if (!topic->bootstrap.empty()) {
      cluster.bootstrap = topic->bootstrap;
      Result<kafka::Settings> settings = with_credentials(topic->settings, topic->credentials);
      if (!settings) {
        return fail(std::move(settings.error()));
      }
      cluster.settings = std::move(*settings);
    }
    if (cluster.bootstrap.empty()) {
      return fail(ErrorCode::invalid_input,
                  "source " + source.mapping.source + " reads the Kafka topic " + topic->topic +
                      ", but neither it nor the journal names a broker",
                  "write bootstrap beside topic in its file, or choose a journal on Kafka");
    }
    return widen(KafkaReader::open(cluster, topic->topic));
  }
  if (const auto* file = std::get_if<FileInput>(&*source.input)) {
    return std::unique_ptr<Reader>(std::make_unique<FileReader>(file->path));
  }
  return std::unique_ptr<Reader>(std::make_unique<StdinReader>(STDIN_FILENO, run_id));
}

}  // namespace avbrottsvakt
