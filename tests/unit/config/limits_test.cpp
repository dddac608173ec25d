#include <gtest/gtest.h>

#include "avbrottsvakt/v1/catalogue.pb.h"
#include "avbrottsvakt/v1/rules.pb.h"
#include "config/loader.h"
#include "config/yaml_tree.h"
#include "files.h"

namespace avbrottsvakt {
namespace {

/// A service whose file has exactly this many bytes.
std::string service_of(std::size_t bytes) {
  std::string text = "service: cosmic\nname: COSMIC\n# ";
  text.resize(bytes, '.');
  return text;
}

TEST(Limits, a_file_of_exactly_the_bound_is_read) {
  v1::Service service;
  EXPECT_EQ(text_of(parse_message(service_of(kYamlBytesMax), "a.yaml", service), ""), "");
  EXPECT_EQ(service.name(), "COSMIC");
}

TEST(Limits, one_byte_more_is_refused) {
  v1::Service service;
  const Errors errors = parse_message(service_of(kYamlBytesMax + 1), "a.yaml", service);
  EXPECT_EQ(text_of(errors, ""), "a.yaml: error: the file is larger than 1024 KiB\n  divide it\n");
  EXPECT_EQ(errors.at(0).code, ErrorCode::limit);
}

TEST(Limits, a_file_on_disk_has_the_same_bound) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "a.yaml";
  v1::Service service;
  write_bytes(file, service_of(kYamlBytesMax));
  EXPECT_EQ(text_of(load_message(file, service), folder.path()), "");
  write_bytes(file, service_of(kYamlBytesMax + 1));
  EXPECT_EQ(text_of(load_message(file, service), folder.path()),
            "a.yaml: error: is larger than 1024 KiB\n  divide it\n");
}

/// Criteria of so many mappings, each in the one before. The file itself is one, the innermost measure another.
std::string nested(std::size_t depth) {
  std::string text = "{criteria: ";
  for (std::size_t i = 0; i + 3 < depth; ++i) text += "{not: ";
  text += "{when: {fact: injury}}";
  return text + std::string(depth - 3, '}') + "}\n";
}

TEST(Limits, nesting_to_the_bound_is_read) {
  v1::Regime regime;
  for (const Error& error : parse_message(nested(kYamlDepthMax), "a.yaml", regime)) {
    EXPECT_TRUE(error.message.ends_with(" is missing")) << error.message;
  }
  EXPECT_TRUE(regime.criteria().not_().not_().has_not_());
}

TEST(Limits, one_level_more_is_refused) {
  v1::Regime regime;
  EXPECT_EQ(text_of(parse_message(nested(kYamlDepthMax + 1), "a.yaml", regime), ""),
            "a.yaml:1:391: error: nested more than 64 deep\n");
}

TEST(Limits, lists_are_levels_too) {
  v1::Regime regime;
  const Errors errors = parse_message(std::string(65, '[') + std::string(65, ']'), "a.yaml", regime);
  EXPECT_EQ(text_of(errors, ""), "a.yaml:1:65: error: nested more than 64 deep\n");
}

TEST(Limits, one_line_of_the_largest_size_is_read_in_no_time) {
  // Columns were counted anew for each value: it took ten minutes.
  std::string text = "service: cosmic\nname: COSMIC\nmatch: [";
  while (text.size() < kYamlBytesMax - 8) text += "&å,";
  v1::Service service;
  const Errors errors = parse_message(text + "b]\n", "a.yaml", service);
  ASSERT_EQ(errors.size(), kYamlErrorsMax + 1);
  EXPECT_EQ(errors.at(0).place, (Place{"a.yaml", 3, 9}));
  EXPECT_EQ(errors.at(199).place, (Place{"a.yaml", 3, 9 + 3 * 99})) << "two errors each, å is one character";
}

TEST(Limits, a_bomb_of_aliases_is_never_unfolded) {
  std::string text = "service: cosmic\nname: COSMIC\nmatch: &a0 [lol]\n";
  for (int i = 1; i <= 40; ++i) {
    text += "match: &a" + std::to_string(i) + " [";
    for (int k = 0; k < 9; ++k) text += "*a" + std::to_string(i - 1) + ", ";
    text += "lol]\n";
  }
  v1::Service service;
  const Errors errors = parse_message(text, "a.yaml", service);
  ASSERT_EQ(errors.size(), kYamlErrorsMax + 1) << "each is said, and none is followed";
  EXPECT_EQ(errors.at(0).place, (Place{"a.yaml", 3, 8}));
  EXPECT_EQ(errors.at(0).message, "an anchor (&) is not allowed");
  EXPECT_LE(service.match_size(), 1);
}

TEST(Limits, columns_are_right_at_every_stride) {
  std::string line;
  for (int i = 0; i < 400; ++i) line += i % 3 == 0 ? "å" : "a";
  const SourceText source("a.yaml", "first: 1\n" + line + "\n" + line);
  std::size_t at = 9;
  for (int number : {2, 3}) {
    for (int column = 1; column <= 400; ++column) {
      ASSERT_EQ(source.place(at), (Place{"a.yaml", number, column}));
      at += source.text().substr(at).starts_with("å") ? 2 : 1;
    }
    ++at;
  }
}

TEST(Limits, what_never_ends_is_refused) {
  v1::Regime regime;
  for (const char* part : {"[", "{", "- ", "{a: [", "\"\\", "&a ", "? "}) {
    std::string text;
    while (text.size() < kYamlBytesMax / 16) text += part;
    EXPECT_FALSE(parse_message(text, "a.yaml", regime).empty()) << part;
  }
}

TEST(Limits, more_errors_than_the_bound_are_counted_out) {
  std::string text = "service: cosmic\nname: COSMIC\n";
  for (std::size_t i = 0; i <= kYamlErrorsMax; ++i) text += "zzzz" + std::to_string(i) + ": 1\n";
  v1::Service service;
  const Errors errors = parse_message(text, "a.yaml", service);
  ASSERT_EQ(errors.size(), kYamlErrorsMax + 1);
  EXPECT_EQ(to_string(errors.back()), "a.yaml: error: there are more errors in this file; the first 200 are shown");
  EXPECT_EQ(errors.front().place, (Place{"a.yaml", 3, 1}));
}

TEST(Files, that_cannot_be_read_say_why) {
  const TemporaryFolder folder;
  v1::Service service;
  service.set_name("left over");
  EXPECT_EQ(text_of(load_message(folder.path() / "none.yaml", service), folder.path()),
            "none.yaml: error: there is no such file\n");
  EXPECT_FALSE(service.has_name());
  std::filesystem::create_directory(folder.path() / "folder.yaml");
  EXPECT_EQ(text_of(load_message(folder.path() / "folder.yaml", service), folder.path()),
            "folder.yaml: error: is a directory; expected a file\n  name a file in it\n");
  std::filesystem::create_symlink(folder.path() / "loop.yaml", folder.path() / "loop.yaml");
  EXPECT_EQ(text_of(load_message(folder.path() / "loop.yaml", service), folder.path()),
            "loop.yaml: error: cannot be read: Too many levels of symbolic links\n"
            "  see that whoever runs the program may read it\n");
  EXPECT_EQ(text_of(load_message("/dev/zero", service), folder.path()), "/dev/zero: error: is not a regular file\n");
}

TEST(Places, lead_to_the_value_or_to_what_holds_it) {
  v1::Service service;
  Places places;
  const Errors errors = parse_message(
      "service: cosmic\nname: COSMIC\ndepends_on:\n  - all: [identity, \"dc-north\"]\n    impact: degraded\n", "a.yaml",
      service, &places);
  ASSERT_EQ(text_of(errors, ""), "");
  EXPECT_EQ(places.at("service"), (Place{"a.yaml", 1, 10}));
  EXPECT_EQ(places.at("depends_on[0].all[1]"), (Place{"a.yaml", 4, 21}));
  EXPECT_EQ(places.at("depends_on[0].all"), (Place{"a.yaml", 4, 10}));
  EXPECT_EQ(places.at("depends_on[0].at_least"), (Place{"a.yaml", 4, 5})) << "absent: what would hold it";
  EXPECT_EQ(places.at("depends_on[7].all[1]"), (Place{"a.yaml", 4, 3})) << "absent: the list";
  EXPECT_EQ(places.at("mta"), (Place{"a.yaml", 1, 1}));
  EXPECT_EQ(Places("b.yaml").at("mta"), (Place{"b.yaml", 0, 0}));
}

TEST(Places, skip_the_names_that_only_the_schema_has) {
  v1::Regime regime;
  Places places;
  static_cast<void>(parse_message("criteria:\n  any:\n    - when: {fact: injury}\n", "a.yaml", regime, &places));
  EXPECT_EQ(places.at("criteria.any[0].when.fact"), (Place{"a.yaml", 3, 20}));
}

TEST(Loader, takes_text_as_it_is_written) {
  v1::Role role;
  const Errors errors =
      parse_message("role: 0001\nname: no\nphone: 0x10\nhours: |\n  dygnet\n  runt\n", "a.yaml", role);
  ASSERT_EQ(text_of(errors, ""), "");
  EXPECT_EQ(role.role(), "0001");
  EXPECT_EQ(role.name(), "no");
  EXPECT_EQ(role.phone(), "0x10");
  EXPECT_EQ(role.hours(), "dygnet\nrunt\n");
}

TEST(Loader, knows_absent_from_zero) {
  v1::Service service;
  ASSERT_TRUE(parse_message("service: a\nname: A\nusers: 0\nvital: false\n", "a.yaml", service).empty());
  EXPECT_TRUE(service.has_users());
  EXPECT_TRUE(service.has_vital());
  EXPECT_FALSE(service.has_component());
}

}  // namespace
}  // namespace avbrottsvakt
