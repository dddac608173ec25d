#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace avbrottsvakt::testing {

/// What an operations centre gets from Alertmanager: 90 % repetitions of alerts that fire, 9 % alerts that come or go
/// while another one holds the service down, 1 % services that go down or come back. Several alerts a webhook, as
/// Alertmanager groups them.
///
/// Services are named service-00000 and so on. The first tenth is down throughout, by the first of its causes; the
/// others have one cause, which is known only while and after it has fired.
class Webhooks {
 public:
  static constexpr int kCausesOfHeld = 20;
  /// One to this many alerts a webhook, each number as often: ten in the middle.
  static constexpr int kAlertsMost = 19;

  explicit Webhooks(int services);

  /// All alerts of the services that are down throughout fire: what is known before anything is measured.
  std::vector<std::string> first();
  /// The next of the mix.
  std::string next();
  /// One alert: the mix, but that nothing follows from any.
  std::string next_quiet();
  /// One alert: this service, which has not been spoken of, goes down.
  std::string down(int service);

  int held() const { return held_; }
  std::int64_t alerts() const { return alerts_; }

  static std::string name(int service);

 private:
  struct Cause {
    bool firing = false;
    std::int64_t began = 0;
    std::int64_t ended = 0;
  };

  void begin(std::string& text) const;
  void add(std::string& text, std::size_t cause);
  void add_of_kind(std::string& text, std::uint64_t kind);
  void change(std::size_t cause);
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  int service_of(std::size_t cause) const;

  int services_;
  int held_;
  std::vector<Cause> causes_;  ///< kCausesOfHeld of each held service, then one of each other
  std::mt19937_64 random_{42};
  std::int64_t alerts_ = 0;
};

}  // namespace avbrottsvakt::testing
