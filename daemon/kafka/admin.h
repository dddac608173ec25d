#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kafka/connection.h"

namespace avbrottsvakt::kafka {

/// Looks at topics and makes new ones. Never changes or deletes one.
///
/// Time:    every call takes at most its limit and three seconds.
/// Threads: one owner.
class Admin {
 public:
  using Configuration = std::map<std::string, std::string>;
  struct NewTopic {
    std::string name;
    std::int32_t partitions = 1;
    std::int32_t replication = 1;
    Configuration configuration;
  };
  struct Topic {
    std::int32_t partitions = 0;
    std::int32_t replication = 0;
    /// Whether each partition has a leader, without which nobody can read or write it. It has none for a moment when it
    /// has just been made and when its leader goes, and for longer while too few brokers run.
    bool led = true;
  };

  /// Errors: invalid_input (a setting that librdkafka refuses).
  [[nodiscard]] static Result<std::unique_ptr<Admin>> open(const Connection& connection);
  ~Admin();
  Admin(const Admin&) = delete;
  Admin& operator=(const Admin&) = delete;

  /// All topics that may be seen, by name.
  [[nodiscard]] Result<std::map<std::string, Topic>> topics(Millis limit);

  /// All settings of a topic, the broker's defaults included.
  /// Errors: not_found; invalid_input (no permission); unavailable.
  [[nodiscard]] Result<Configuration> configuration(const std::string& topic, Millis limit);

  /// Makes the topics and waits until each has a leader.
  /// Errors: the first that the broker refuses; others may have been made. conflict: it is there already.
  [[nodiscard]] Result<void> create(const std::vector<NewTopic>& topics, Millis limit);

 private:
  struct Impl;
  explicit Admin(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace avbrottsvakt::kafka
