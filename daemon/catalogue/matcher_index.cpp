#include "catalogue/matcher_index.h"

#include <algorithm>

namespace avbrottsvakt {
namespace {

/// All expressions as one automaton, or null if they do not fit.
std::unique_ptr<re2::RE2::Set> automaton_of(const std::vector<std::string_view>& expressions, std::int64_t bytes_max) {
  re2::RE2::Options options = matcher_options();
  options.set_max_mem(bytes_max);
  auto automaton = std::make_unique<re2::RE2::Set>(options, re2::RE2::ANCHOR_BOTH);
  for (const std::string_view expression : expressions) {
    if (automaton->Add(expression, nullptr) < 0) {
      return nullptr;
    }
  }
  return automaton->Compile() ? std::move(automaton) : nullptr;
}

}  // namespace

void MatcherIndex::add(LabelMatchers matchers, NodeIx service) { entries_.push_back({std::move(matchers), service}); }

MatcherIndex::ByName& MatcherIndex::named(const std::string& name) {
  auto place = std::lower_bound(by_name_.begin(), by_name_.end(), name,
                                [](const ByName& by_name, const std::string& wanted) { return by_name.name < wanted; });
  if (place == by_name_.end() || place->name != name) {
    place = by_name_.insert(place, ByName());
    place->name = name;
  }
  return *place;
}

void MatcherIndex::demand(const Label& label, NodeIx service, std::uint32_t entry) {
  std::uint32_t& first = named(label.name).by_value.try_emplace(label.value, kNone).first->second;
  demanders_.push_back({service, entry, first});
  first = static_cast<std::uint32_t>(demanders_.size() - 1);
}

void MatcherIndex::finish() {
  std::vector<Label> demanded;
  for (const Entry& entry : entries_) {
    demanded.insert(demanded.end(), entry.matchers.equalities().begin(), entry.matchers.equalities().end());
  }
  std::sort(demanded.begin(), demanded.end());
  const auto uses = [&](const Label& label) {
    const auto [first, last] = std::equal_range(demanded.begin(), demanded.end(), label);
    return last - first;
  };
  std::vector<Entry> added;
  added.swap(entries_);
  demanders_.reserve(added.size());
  for (Entry& one : added) {
    const std::span<const Label> equalities = one.matchers.equalities();
    if (one.matchers.only_equality()) {
      demand(equalities.front(), one.service, kNone);
      continue;
    }
    const std::size_t entry = entries_.size();
    if (!equalities.empty()) {
      const Label& rarest = *std::min_element(equalities.begin(), equalities.end(),
                                              [&](const Label& a, const Label& b) { return uses(a) < uses(b); });
      demand(rarest, one.service, static_cast<std::uint32_t>(entry));
    } else if (!one.matchers.expressions().empty()) {
      named(one.matchers.expressions().front().name).expressions.push_back(entry);
    } else {
      undemanding_.push_back(entry);
    }
    entries_.push_back(std::move(one));
  }
  entries_.shrink_to_fit();
  for (ByName& by_name : by_name_) {
    std::vector<std::string_view> expressions;
    for (const std::size_t entry : by_name.expressions) {
      expressions.push_back(entries_[entry].matchers.expressions().front().value);
    }
    by_name.automaton = expressions.empty() ? nullptr : automaton_of(expressions, automaton_bytes_max_);
  }
}

void MatcherIndex::try_each(const Entries& entries, const Labels& labels, std::vector<NodeIx>& found) const {
  for (const std::size_t entry : entries) {
    if (entries_[entry].matchers.matches(labels)) {
      found.push_back(entries_[entry].service);
    }
  }
}

void MatcherIndex::try_expressions(const ByName& by_name, const std::string& value, const Labels& labels,
                                   std::vector<NodeIx>& found) const {
  if (by_name.expressions.empty()) {
    return;
  }
  std::vector<int> matching;
  re2::RE2::Set::ErrorInfo error{re2::RE2::Set::kNoError};
  const bool any = by_name.automaton != nullptr && by_name.automaton->Match(value, &matching, &error);
  if (by_name.automaton == nullptr || (!any && error.kind != re2::RE2::Set::kNoError)) {
    try_each(by_name.expressions, labels, found);
    return;
  }
  for (const int index : matching) {
    const std::size_t entry = by_name.expressions[static_cast<std::size_t>(index)];
    if (entries_[entry].matchers.matches(labels)) {
      found.push_back(entries_[entry].service);
    }
  }
}

std::vector<NodeIx> MatcherIndex::match(const Labels& labels) const {
  std::vector<NodeIx> found;
  auto by_name = by_name_.begin();
  const std::string* previous = nullptr;
  for (const Label& label : labels) {
    const bool repeated = previous != nullptr && *previous == label.name;
    previous = &label.name;
    while (by_name != by_name_.end() && by_name->name < label.name) {
      ++by_name;
    }
    if (by_name == by_name_.end()) {
      break;
    }
    // A value that is empty is as a label that is missing, and nothing indexed here matches that.
    if (by_name->name != label.name || label.value.empty() || repeated) {
      continue;
    }
    const auto first = by_name->by_value.find(std::string_view(label.value));
    for (std::uint32_t at = first == by_name->by_value.end() ? kNone : first->second; at != kNone;) {
      const Demander& demander = demanders_[at];
      if (demander.entry == kNone || entries_[demander.entry].matchers.matches(labels)) {
        found.push_back(demander.service);
      }
      at = demander.next;
    }
    try_expressions(*by_name, label.value, labels, found);
  }
  try_each(undemanding_, labels, found);
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

}  // namespace avbrottsvakt
