#include "base/digest.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "base/notation.h"

namespace avbrottsvakt {
namespace {

TEST(Sha256, KnownAnswers) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, IsThatOfTheLengthPrefixedBytes) {
  using std::string_literals::operator""s;
  EXPECT_EQ(Digest().add("ab").add(std::int64_t{258}).hex(), sha256_hex("\0\0\0\0\0\0\0\2ab\0\0\0\0\0\0\1\2"s));
}

TEST(Digest, PartsDoNotRunTogether) {
  EXPECT_NE(Digest().add("ab").add("c").hex(), Digest().add("a").add("bc").hex());
  EXPECT_NE(Digest().add("a").hex(), Digest().add("a").add("").hex());
}

TEST(Notation, ColumnsCountCharacters) {
  const std::string text = "åäö=x";
  EXPECT_EQ(column_of(text, 0), 1);
  EXPECT_EQ(column_of(text, text.find('=')), 4);
  EXPECT_EQ(column_of(text, text.size()), 6);
  EXPECT_EQ(column_of(text, 99), 6);
}

TEST(ErrorText, WithAndWithoutPlace) {
  Error error(ErrorCode::invalid_input, "expected a date", "write it as 2026-07-01");
  EXPECT_EQ(to_string(error), "error: expected a date\n  write it as 2026-07-01");
  error.place = {"plans/cosmic.yaml", 5, 6};
  EXPECT_EQ(to_string(error), "plans/cosmic.yaml:5:6: error: expected a date\n  write it as 2026-07-01");
  error.place = {"plans/cosmic.yaml", 0, 0};
  error.remedy.clear();
  EXPECT_EQ(to_string(error), "plans/cosmic.yaml: error: expected a date");
}

}  // namespace
}  // namespace avbrottsvakt
