#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "report/words.h"

namespace avbrottsvakt {

/// One per kind of output, in the order of Output's alternatives, and one in place of them all while an attack is
/// suspected. The file is its name with ".mustache".
enum class TemplateKind : std::uint8_t { alert, activation, report, incident, dead_letter, protected_mode };
inline constexpr std::array<std::string_view, 6> kTemplateFiles = {"alert",    "activation",  "report",
                                                                   "incident", "dead_letter", "protected_mode"};

/// What a template of this kind may name; rules/templates/README.md says what they mean.
std::span<const std::string_view> template_names(TemplateKind kind);

/// The values of one message, worded. A tree: values and lists of further views.
class View {
 public:
  explicit View(TemplateKind kind) : kind_(kind) {}
  /// A view for an item of a list in this one.
  View item() const { return View(kind_); }

  /// The name must be one of template_names(). An empty text is false, so that {{#name}} can ask for it.
  View& set(std::string_view name, std::string text);
  View& set(std::string_view name, bool flag);
  View& set(std::string_view name, std::vector<View> items);

  using Value = std::variant<bool, std::string, std::vector<View>>;
  const std::map<std::string_view, Value>& values() const { return values_; }

 private:
  View& put(std::string_view name, Value value);
  TemplateKind kind_;
  std::map<std::string_view, Value> values_;
};

/// The templates of one language: mustache that yields the markup of lay_out().
///
/// Threads: immutable; any thread may render.
class Templates {
 public:
  /// Reads `folder`/sv/*.mustache or `folder`/en/*.mustache. Each at most 64 KiB.
  /// Errors: not_found; invalid_input with place: a tag that is not closed, a name that does not exist, a construct
  /// that would let a value pass unescaped.
  [[nodiscard]] static Result<Templates> load(const std::string& folder, Language language);

  /// Markup. Values are made one line each, and cannot be taken for markup.
  std::string render(TemplateKind kind, const View& view) const;

 private:
  std::array<std::string, kTemplateFiles.size()> sources_;
};

}  // namespace avbrottsvakt
