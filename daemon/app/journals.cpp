#include "app/journals.h"

#include <filesystem>
#include <utility>

#include "app/credentials.h"
#include "journal/kafka_journal.h"
#include "journal/kafka_log.h"
#include "journal/memory_journal.h"
#include "journal/sqlite_journal.h"
#include "journal/sqlite_log.h"

namespace avbrottsvakt {

std::string JournalChoice::text() const {
  switch (kind) {
    case Kind::sqlite:
      return "sqlite:" + path;
    case Kind::kafka:
      return "kafka:" + kafka.bootstrap + "/" + kafka.prefix;
    case Kind::memory:
      return "memory";
  }
  return {};
}

Result<JournalChoice> parse_journal(const std::string& text) {
  JournalChoice choice;
  const std::string sqlite = "sqlite:";
  const std::string kafka = "kafka:";
  if (text == "memory") {
    return choice;
  }
  if (text.starts_with(sqlite) && text.size() > sqlite.size()) {
    choice.kind = JournalChoice::Kind::sqlite;
    choice.path = text.substr(sqlite.size());
    return choice;
  }
  if (text.starts_with(kafka) && text.size() > kafka.size()) {
    choice.kind = JournalChoice::Kind::kafka;
    const std::string rest = text.substr(kafka.size());
    const std::size_t slash = rest.find('/');
    choice.kafka.bootstrap = rest.substr(0, slash);
    if (slash != std::string::npos) {
      choice.kafka.prefix = rest.substr(slash + 1);
    }
    choice.kafka.replication = 1;
    return choice;
  }
  return fail(ErrorCode::invalid_input, "\"" + text + "\" names no journal",
              "write sqlite:FILE, kafka:HOST:PORT, kafka:HOST:PORT/PREFIX, or memory");
}

Result<JournalChoice> journal_of(const v1::Configuration& configuration, const std::string& folder) {
  JournalChoice choice;
  if (configuration.journal().has_kafka()) {
    const v1::KafkaJournal& kafka = configuration.journal().kafka();
    choice.kind = JournalChoice::Kind::kafka;
    choice.kafka.bootstrap = kafka.bootstrap();
    choice.kafka.prefix = kafka.has_prefix() ? kafka.prefix() : choice.kafka.prefix;
    choice.kafka.partitions = kafka.has_partitions() ? kafka.partitions() : choice.kafka.partitions;
    choice.kafka.replication = kafka.has_replication() ? kafka.replication() : choice.kafka.replication;
    std::vector<std::pair<std::string, std::string>> credentials;
    for (const v1::KafkaSetting& setting : kafka.settings()) {
      if (setting.has_credential()) {
        credentials.emplace_back(setting.name(), setting.credential());
      } else {
        choice.kafka.settings.emplace_back(setting.name(), setting.value());
      }
    }
    Result<kafka::Settings> settings = with_credentials(std::move(choice.kafka.settings), credentials);
    if (!settings) {
      return fail(std::move(settings.error()));
    }
    choice.kafka.settings = std::move(*settings);
  } else {
    choice.kind = JournalChoice::Kind::sqlite;
    choice.path = (std::filesystem::path(folder) / configuration.journal().sqlite().path()).lexically_normal().string();
  }
  return choice;
}

Result<std::unique_ptr<Journal>> open_journal(const JournalChoice& choice, const std::string& domain, bool exercise,
                                              const Clock& clock) {
  const auto widen = [](auto opened) -> Result<std::unique_ptr<Journal>> {
    if (!opened) {
      return fail(std::move(opened.error()));
    }
    return std::unique_ptr<Journal>(std::move(*opened));
  };
  switch (choice.kind) {
    case JournalChoice::Kind::sqlite: {
      SqliteJournalOptions options;
      options.path = choice.path;
      options.exercise = exercise;
      if (const auto folder = std::filesystem::path(choice.path).parent_path(); !folder.empty()) {
        // Whether it can be made shows when the file is opened, with the remedy.
        std::error_code ignored;
        std::filesystem::create_directories(folder, ignored);
      }
      return widen(open_sqlite_journal(options, clock));
    }
    case JournalChoice::Kind::kafka: {
      KafkaJournalOptions options = choice.kafka;
      options.domain = domain;
      options.exercise = exercise;
      return widen(KafkaJournal::open(options, clock));
    }
    case JournalChoice::Kind::memory: {
      auto store = std::make_shared<MemoryStore>(exercise);
      return std::unique_ptr<Journal>(open_memory_journal(std::move(store), clock));
    }
  }
  return fail(ErrorCode::internal, "unknown kind of journal");
}

Result<std::unique_ptr<InputLog>> open_log(const JournalChoice& choice, const std::string& domain, const Clock& clock) {
  switch (choice.kind) {
    case JournalChoice::Kind::sqlite:
      return open_sqlite_log(choice.path);
    case JournalChoice::Kind::kafka: {
      KafkaJournalOptions options = choice.kafka;
      options.domain = domain;
      return open_kafka_log(options, clock);
    }
    case JournalChoice::Kind::memory:
      return fail(ErrorCode::invalid_input, "a journal in memory is gone when its process ends",
                  "name a journal that is kept: sqlite:FILE or kafka:HOST:PORT[/PREFIX]");
  }
  return fail(ErrorCode::internal, "unknown kind of journal");
}

}  // namespace avbrottsvakt
