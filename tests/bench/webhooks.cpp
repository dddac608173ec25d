#include "webhooks.h"

#include <algorithm>
#include <cstdio>

#include "base/time.h"

namespace avbrottsvakt::testing {
namespace {

std::int64_t now_ms() {
  return std::chrono::duration_cast<Millis>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::string padded(std::uint64_t number, const char* format) {
  char text[24];
  std::snprintf(text, sizeof text, format, static_cast<unsigned long long>(number));
  return text;
}

}  // namespace

Webhooks::Webhooks(int services)
    : services_(services),
      held_(services / 10),
      causes_(static_cast<std::size_t>(held_ * kCausesOfHeld + services - held_)) {}

std::string Webhooks::name(int service) { return "service-" + padded(static_cast<std::uint64_t>(service), "%05llu"); }

int Webhooks::service_of(std::size_t cause) const {
  const auto of_held = static_cast<std::size_t>(held_ * kCausesOfHeld);
  return cause < of_held ? static_cast<int>(cause) / kCausesOfHeld : held_ + static_cast<int>(cause - of_held);
}

void Webhooks::begin(std::string& text) const {
  text += R"({"version":"4","groupKey":"{}:{alertname=\"HighErrorRate\"}","truncatedAlerts":0,"status":"firing",)"
          R"("receiver":"kafka","groupLabels":{"alertname":"HighErrorRate"},"commonLabels":{"environment":"prod"},)"
          R"("commonAnnotations":{},"externalURL":"http://alertmanager.example.org","alerts":[)";
}

void Webhooks::add(std::string& text, std::size_t number) {
  const Cause& cause = causes_[number];
  const std::string service = name(service_of(number));
  ++alerts_;
  if (text.back() != '[') text += ',';
  text += R"({"status":")";
  text += cause.firing ? "firing" : "resolved";
  text += R"(","labels":{"alertname":"HighErrorRate","environment":"prod","instance":")";
  text += service + "-" + padded(number, "%llu");
  text += R"(.example.org:9100","job":"node","service":")";
  text += service;
  text += R"(","severity":"critical","site":"dc-north"},"annotations":{)"
          R"("description":"5xx responses above 5 % for ten minutes.","summary":"error rate above 5 %"},"startsAt":")";
  text += format_instant(Instant(Millis(cause.began)));
  text += R"(","endsAt":")";
  text += cause.firing ? "0001-01-01T00:00:00Z" : format_instant(Instant(Millis(cause.ended)));
  text += R"(","generatorURL":"http://prometheus.example.org/graph?g0.expr=job%3Aerrors%3Aratio5m+%3E+0.05&g0.tab=1",)"
          R"("fingerprint":")";
  text += padded(number, "a1bc48475%07llx");
  text += R"("})";
}

void Webhooks::change(std::size_t number) {
  Cause& cause = causes_[number];
  const std::int64_t at = std::max(now_ms(), std::max(cause.began, cause.ended) + 1);
  (cause.firing ? cause.ended : cause.began) = at;
  cause.firing = !cause.firing;
}

void Webhooks::add_of_kind(std::string& text, std::uint64_t kind) {
  const auto of_held = static_cast<std::uint64_t>(held_ * kCausesOfHeld);
  std::uint64_t cause = 0;
  if (kind < 90) {
    do {
      cause = below(of_held);
    } while (!causes_[cause].firing);
  } else if (kind < 99) {
    cause = below(static_cast<std::uint64_t>(held_)) * kCausesOfHeld + 1 + below(kCausesOfHeld - 1);
    change(cause);
  } else {
    cause = of_held + below(causes_.size() - of_held);
    change(cause);
  }
  add(text, cause);
}

std::vector<std::string> Webhooks::first() {
  std::vector<std::string> all;
  std::string text;
  for (std::size_t cause = 0; cause < static_cast<std::size_t>(held_ * kCausesOfHeld); ++cause) {
    if (text.empty()) begin(text);
    change(cause);
    add(text, cause);
    if (cause % 10 == 9) {
      all.push_back(text + "]}");
      text.clear();
    }
  }
  return all;
}

std::string Webhooks::next() {
  const std::uint64_t alerts = 1 + below(kAlertsMost);
  std::string text;
  begin(text);
  for (std::uint64_t i = 0; i < alerts; ++i) {
    add_of_kind(text, below(100));
  }
  return text + "]}";
}

std::string Webhooks::next_quiet() {
  std::string text;
  begin(text);
  add_of_kind(text, below(99));
  return text + "]}";
}

std::string Webhooks::down(int service) {
  const auto cause = static_cast<std::size_t>(held_ * kCausesOfHeld + service - held_);
  change(cause);
  std::string text;
  begin(text);
  add(text, cause);
  return text + "]}";
}

}  // namespace avbrottsvakt::testing
