#pragma once

#include <boost/pfr.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/civil.h"
#include "base/time.h"
#include "engine/state.h"
#include "model/input.h"
#include "model/limits.h"
#include "model/output.h"

namespace avbrottsvakt::testing {

// Random values of any plain struct, and equality of any two, field by field (Boost.PFR). A field that is added to a
// model and forgotten in wire/ fails the round trip without anybody having to think of the test.

/// The last value of each enum, so that all of them are generated.
template <typename Enum>
struct LastOf;
template <>
struct LastOf<Condition> : std::integral_constant<Condition, Condition::down> {};
template <>
struct LastOf<Origin> : std::integral_constant<Origin, Origin::person> {};
template <>
struct LastOf<Level> : std::integral_constant<Level, Level::emergency> {};
template <>
struct LastOf<Basis> : std::integral_constant<Basis, Basis::confirmed> {};
template <>
struct LastOf<Confidence> : std::integral_constant<Confidence, Confidence::high> {};
template <>
struct LastOf<SourceBasis> : std::integral_constant<SourceBasis, SourceBasis::policy> {};
template <>
struct LastOf<Answer> : std::integral_constant<Answer, Answer::not_known> {};
template <>
struct LastOf<AlertReason> : std::integral_constant<AlertReason, AlertReason::overrun_ahead> {};
template <>
struct LastOf<AlertEntry::Share> : std::integral_constant<AlertEntry::Share, AlertEntry::Share::mta> {};
template <>
struct LastOf<Objective::Kind> : std::integral_constant<Objective::Kind, Objective::Kind::fallback> {};
template <>
struct LastOf<Objective::State> : std::integral_constant<Objective::State, Objective::State::kept> {};
template <>
struct LastOf<ActivationPrompt::Kind>
    : std::integral_constant<ActivationPrompt::Kind, ActivationPrompt::Kind::withdrawn> {};
template <>
struct LastOf<ReportPrompt::Kind> : std::integral_constant<ReportPrompt::Kind, ReportPrompt::Kind::follow_up> {};
template <>
struct LastOf<ReportPrompt::Awareness>
    : std::integral_constant<ReportPrompt::Awareness, ReportPrompt::Awareness::reported> {};
template <>
struct LastOf<StageState::CountsFrom>
    : std::integral_constant<StageState::CountsFrom, StageState::CountsFrom::handled> {};
template <>
struct LastOf<DutyRecord::State> : std::integral_constant<DutyRecord::State, DutyRecord::State::dismissed> {};

template <>
struct LastOf<MaintenanceRecord::Said>
    : std::integral_constant<MaintenanceRecord::Said, MaintenanceRecord::Said::restored> {};

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  template <typename Value>
  Value make() {
    Value value{};
    fill(value);
    return value;
  }

  std::int64_t between(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random_);
  }

 private:
  bool coin() { return between(0, 1) == 1; }

  void fill(bool& value) { value = coin(); }
  void fill(std::int32_t& value) { value = static_cast<std::int32_t>(between(-5, 100)); }
  void fill(std::int64_t& value) { value = coin() ? between(-1, 5) : between(0, std::int64_t{1} << 53); }
  void fill(std::uint32_t& value) { value = static_cast<std::uint32_t>(between(0, 0xffffffff)); }
  void fill(std::uint64_t& value) { value = static_cast<std::uint64_t>(between(0, std::int64_t{1} << 53)); }
  void fill(std::string& value) {
    static const std::vector<std::string> texts = {"",          "cosmic", "Akutmottagningen, Östra sjukhuset",
                                                   "\"\\\n\t",  "\x01",   "日本語",
                                                   "a/b:c{d}e", "🚑",     "2026-0001"};
    value = texts[static_cast<std::size_t>(between(0, static_cast<std::int64_t>(texts.size()) - 1))];
    if (coin()) value += std::to_string(between(0, 999));
  }
  void fill(Instant& value) {
    value = Instant{Millis{between(kEarliest.time_since_epoch().count(), kLatest.time_since_epoch().count())}};
  }
  void fill(Millis& value) { value = Millis{between(0, Millis(std::chrono::days(3650)).count())}; }
  void fill(Date& value) { value = Date{std::chrono::floor<std::chrono::days>(make<Instant>())}; }
  void fill(Period& value) {
    value = coin() ? Period{Period::Kind::exact, Millis{between(1, 100) * 3'600'000}, 0}
                   : Period{coin() ? Period::Kind::days : Period::Kind::months, Millis{0},
                            static_cast<int>(between(1, 100))};
  }
  template <typename Value>
  void fill(std::optional<Value>& value) {
    if (!coin()) return;
    // Not emplace(): clang 19 takes a nested type whose members have initializers for one that cannot be made.
    Value made{};
    fill(made);
    value = std::move(made);
  }
  template <typename Value>
  void fill(std::vector<Value>& value) {
    value.resize(static_cast<std::size_t>(between(0, 3)));
    for (Value& item : value) fill(item);
  }
  template <typename... Values>
  void fill(std::variant<Values...>& value) {
    fill_alternative<0>(static_cast<std::size_t>(between(0, sizeof...(Values) - 1)), value);
  }
  template <std::size_t I, typename... Values>
  void fill_alternative(std::size_t chosen, std::variant<Values...>& value) {
    if constexpr (I < sizeof...(Values)) {
      if (chosen == I) {
        fill(value.template emplace<I>());
      } else {
        fill_alternative<I + 1>(chosen, value);
      }
    }
  }
  template <typename Value>
  void fill(Value& value) {
    if constexpr (std::is_enum_v<Value>) {
      value = static_cast<Value>(between(0, static_cast<std::int64_t>(LastOf<Value>::value)));
    } else {
      static_assert(std::is_aggregate_v<Value>);
      boost::pfr::for_each_field(value, [this](auto& field) { this->fill(field); });
    }
  }

  std::mt19937_64 random_;
};

/// Equality of values whose types have none.
template <typename Value>
bool same(const Value& a, const Value& b);

template <typename Value>
bool same(const std::vector<Value>& a, const std::vector<Value>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!same(a[i], b[i])) return false;
  }
  return true;
}
template <typename Value>
bool same(const std::optional<Value>& a, const std::optional<Value>& b) {
  return a.has_value() == b.has_value() && (!a || same(*a, *b));
}
template <typename... Values>
bool same(const std::variant<Values...>& a, const std::variant<Values...>& b) {
  return a.index() == b.index() &&
         std::visit([&](const auto& value) { return same(value, std::get<std::decay_t<decltype(value)>>(b)); }, a);
}
template <typename Value>
bool same(const Value& a, const Value& b) {
  if constexpr (std::equality_comparable<Value>) {
    return a == b;
  } else {
    bool equal = true;
    boost::pfr::for_each_field(
        a, [&](const auto& field, auto index) { equal = equal && same(field, boost::pfr::get<index>(b)); });
    return equal;
  }
}

}  // namespace avbrottsvakt::testing
