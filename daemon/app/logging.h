#pragma once

#include <spdlog/fwd.h>

#include <memory>
#include <string>

#include "kafka/connection.h"

namespace avbrottsvakt {

/// The daemon's log: lines on standard error, for the service manager to keep. Control characters are escaped, so that
/// nothing that a source wrote can make a line of its own.
/// Threads: any.
class Log {
 public:
  /// `level`: debug, info, warn, error.
  explicit Log(const std::string& level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void debug(const std::string& text) const;
  void info(const std::string& text) const;
  void warn(const std::string& text) const;
  void error(const std::string& text) const;

  /// For librdkafka's own lines. The log must outlive the clients by ten seconds, or the process end.
  kafka::LogSink kafka_sink() const;

 private:
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace avbrottsvakt
