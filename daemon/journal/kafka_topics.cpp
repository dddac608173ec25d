#include "journal/kafka_topics.h"

#include <algorithm>
#include <array>

#include "kafka/admin.h"

namespace avbrottsvakt {
namespace {

using kafka::Admin;

constexpr Millis kLimit{30'000};
constexpr Millis kLookLimit{10'000};

constexpr const char* kWeek = "604800000";
// Of compacted topics: a restore that takes long must still see the deletions that came meanwhile.
constexpr const char* kKeepTombstones = kWeek;
// Inputs: longer than a daemon is ever absent, and long enough to replay a month from a snapshot. 30 days.
constexpr const char* kKeepInputs = "2592000000";
// Dead letters hold what strangers sent, personal data perhaps: no longer than it takes to mend a mapping. 90 days.
constexpr const char* kKeepDeadLetters = "7776000000";
// Prompts and decisions are records of a public body: erased by decision, never by the clock.
constexpr const char* kForever = "-1";
// 16 MiB of value, and room for key, headers and the batch around it.
constexpr const char* kLargeRecords = "17000000";

Admin::Configuration compacted() {
  return {{"cleanup.policy", "compact"}, {"delete.retention.ms", kKeepTombstones}, {"segment.bytes", "67108864"}};
}

Admin::Configuration kept(const char* retention) { return {{"cleanup.policy", "delete"}, {"retention.ms", retention}}; }

Admin::Configuration inputs(bool exercise) {
  auto configuration = kept(exercise ? kForever : kKeepInputs);
  configuration["max.message.bytes"] = kLargeRecords;
  configuration["message.timestamp.type"] = exercise ? "CreateTime" : "LogAppendTime";
  if (exercise) {
    // A script may play a night that is long past, or that has not come; Kafka 4 refuses the latter unless told.
    configuration["message.timestamp.after.max.ms"] = "9223372036854775807";
    configuration["message.timestamp.before.max.ms"] = "9223372036854775807";
  }
  return configuration;
}

/// What any topic of ours has: one broker may be lost without stopping, and what was acknowledged is never lost to a
/// replica that lags.
void guard(Admin::NewTopic& topic, std::int32_t replication) {
  topic.replication = replication;
  topic.configuration["min.insync.replicas"] = std::to_string(std::max(1, replication - 1));
  topic.configuration["unclean.leader.election.enable"] = "false";
}

std::vector<Admin::NewTopic> wanted(const KafkaJournalOptions& options) {
  auto dead_letter = kept(kKeepDeadLetters);
  dead_letter["max.message.bytes"] = kLargeRecords;
  const std::int32_t n = options.partitions;
  std::vector<Admin::NewTopic> topics = {
      {"inputs", n, 0, inputs(options.exercise)},
      {"state", n, 0, compacted()},
      {"alerts", n, 0, kept(kForever)},
      {"activations", n, 0, kept(kForever)},
      {"report-prompts", n, 0, kept(kForever)},
      {"incidents", n, 0, compacted()},
      {"dead-letter", n, 0, dead_letter},
      {"positions", 1, 0, compacted()},
      {"bundles", 1, 0, compacted()},
  };
  for (Admin::NewTopic& topic : topics) {
    topic.name = topic_name(options, topic.name);
    guard(topic, options.replication);
  }
  return topics;
}

void compare(const Admin::NewTopic& want, const Admin::Topic& is, const Admin::Configuration& configuration,
             std::vector<Error>& mismatches) {
  const auto differs = [&](const std::string& what, const std::string& has, const std::string& wants,
                           const std::string& remedy) {
    mismatches.emplace_back(ErrorCode::conflict,
                            "topic " + want.name + " has " + what + " " + has + ", expected " + wants, remedy);
  };
  if (is.partitions != want.partitions) {
    differs(
        "partitions", std::to_string(is.partitions), std::to_string(want.partitions),
        "partitions are fixed for good: set partitions in the configuration to what is there, or use another prefix");
  }
  if (is.replication != want.replication) {
    differs("replication", std::to_string(is.replication), std::to_string(want.replication),
            "kafka-reassign-partitions changes it, or set replication in the configuration");
  }
  for (const auto& [name, value] : want.configuration) {
    const auto found = configuration.find(name);
    const std::string has = found != configuration.end() ? found->second : "(not set)";
    if (has != value) {
      differs(name, has, value,
              "kafka-configs --alter --entity-type topics --entity-name " + want.name + " --add-config " + name + "=" +
                  value);
    }
  }
}

}  // namespace

Result<void> check_options(const KafkaJournalOptions& options) {
  const auto invalid = [](const std::string& message, const std::string& remedy) {
    return fail(ErrorCode::invalid_input, message, remedy);
  };
  if (options.bootstrap.empty()) return invalid("the Kafka journal has no bootstrap address", "give host:port");
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
  };
  // Kafka allows 249 characters in a topic's name.
  if (options.prefix.empty() || options.prefix.size() > 200 ||
      !std::all_of(options.prefix.begin(), options.prefix.end(), legal)) {
    return invalid("'" + options.prefix + "' cannot begin the name of a Kafka topic",
                   "use 1 to 200 letters, digits, '.', '_' and '-'");
  }
  if (options.domain.empty() || options.domain.find('/') != std::string::npos) {
    return invalid("'" + options.domain + "' cannot name a domain", "use a name without '/'");
  }
  if (options.partitions < 1 || options.partitions > 1000) {
    return invalid("partitions is " + std::to_string(options.partitions), "use 1 to 1000");
  }
  if (options.replication < 1 || options.replication > 9) {
    return invalid("replication is " + std::to_string(options.replication), "use 1 to 9");
  }
  return kafka::check_settings(options.settings);
}

std::string topic_name(const KafkaJournalOptions& options, const std::string& name) {
  return options.prefix + "." + name;
}

kafka::Connection connection_of(const KafkaJournalOptions& options) {
  return {options.bootstrap, options.group.empty() ? options.prefix + "-" + options.domain : options.group,
          options.settings, options.log};
}

std::int32_t partition_of_domain(const KafkaJournalOptions& options) {
  return kafka::partition_of(options.domain, options.partitions);
}

Result<TopicsReport> create_topics(const KafkaJournalOptions& options, const std::string& commands) {
  if (auto ok = check_options(options); !ok) return fail(ok.error());
  auto admin = Admin::open(connection_of(options));
  if (!admin) return fail(admin.error());
  const auto there = (*admin)->topics(kLimit);
  if (!there) return fail(there.error());
  TopicsReport report;
  std::vector<Admin::NewTopic> missing;
  for (Admin::NewTopic& topic : wanted(options)) {
    const auto found = there->find(topic.name);
    if (found == there->end()) {
      report.created.push_back(topic.name);
      missing.push_back(std::move(topic));
      continue;
    }
    const auto configuration = (*admin)->configuration(topic.name, kLimit);
    if (!configuration) return fail(configuration.error());
    report.existing.push_back(topic.name);
    compare(topic, found->second, *configuration, report.mismatches);
  }
  if (!commands.empty() && there->contains(commands)) {
    report.existing.push_back(commands);
  } else if (!commands.empty()) {
    // What is read of it goes into the inputs, so it need not be kept longer than they are. People say little: one
    // partition, in which all that they say has one order.
    Admin::NewTopic topic{commands, 1, 0, kept(kKeepInputs)};
    guard(topic, options.replication);
    report.created.push_back(commands);
    missing.push_back(std::move(topic));
  }
  if (!missing.empty()) {
    if (auto made = (*admin)->create(missing, kLimit); !made) return fail(made.error());
  }
  return report;
}

Result<void> check_topics(const KafkaJournalOptions& options) {
  auto admin = Admin::open(connection_of(options));
  if (!admin) return fail(admin.error());
  const auto there = (*admin)->topics(kLookLimit);
  if (!there) return fail(there.error());
  for (const Admin::NewTopic& topic : wanted(options)) {
    const auto found = there->find(topic.name);
    if (found == there->end()) {
      return fail(ErrorCode::not_found, "there is no topic " + topic.name,
                  "create the topics: avbrottsvakt topics --create");
    }
    if (found->second.partitions != topic.partitions) {
      return fail(ErrorCode::invalid_input,
                  "topic " + topic.name + " has " + std::to_string(found->second.partitions) +
                      " partitions, the configuration says " + std::to_string(topic.partitions),
                  "partitions are fixed for good: set partitions in the configuration to what is there, or use another "
                  "prefix");
    }
    // It passes by itself once the broker is back, and then a daemon that waits for it must still be there.
    if (!found->second.led) {
      return fail(Error{ErrorCode::unavailable, "not all partitions of topic " + topic.name + " have a leader",
                        "check that all brokers run; it is tried again", Remedy::retry});
    }
  }
  return {};
}

}  // namespace avbrottsvakt
