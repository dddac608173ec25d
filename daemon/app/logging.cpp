#include "app/logging.h"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

namespace avbrottsvakt {
namespace {

constexpr std::size_t kLineMax = 4096;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kLineMax)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      out += c;
    }
  }
  if (text.size() > kLineMax) {
    out += "...";
  }
  return out;
}

}  // namespace

Log::Log(const std::string& level)
    : logger_(
          std::make_shared<spdlog::logger>("avbrottsvakt", std::make_shared<spdlog::sinks::stderr_color_sink_mt>())) {
  logger_->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
  logger_->set_level(spdlog::level::from_str(level));
  logger_->flush_on(spdlog::level::debug);
}

Log::~Log() = default;

void Log::debug(const std::string& text) const { logger_->debug("{}", escaped(text)); }
void Log::info(const std::string& text) const { logger_->info("{}", escaped(text)); }
void Log::warn(const std::string& text) const { logger_->warn("{}", escaped(text)); }
void Log::error(const std::string& text) const { logger_->error("{}", escaped(text)); }

kafka::LogSink Log::kafka_sink() const {
  return [logger = logger_](int level, std::string_view facility, std::string_view text) {
    const auto at = level <= 3   ? spdlog::level::err
                    : level == 4 ? spdlog::level::warn
                    : level <= 6 ? spdlog::level::info
                                 : spdlog::level::debug;
    logger->log(at, "kafka {} {}", facility, escaped(text));
  };
}

}  // namespace avbrottsvakt
