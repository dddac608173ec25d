#include "base/text.h"

#include <gtest/gtest.h>

#include <string>

namespace avbrottsvakt {
namespace {

struct Utf8Case {
  const char* name;
  std::string bytes;
  std::string mended;  ///< equal to bytes: well-formed
};

class Utf8Test : public ::testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8Test, IsToldFromOtherBytes) {
  const auto& [name, bytes, mended] = GetParam();
  EXPECT_EQ(is_utf8(bytes), bytes == mended);
  EXPECT_EQ(to_utf8(bytes), mended);
  EXPECT_TRUE(is_utf8(mended));
}

const std::string kBad = "\xef\xbf\xbd";

INSTANTIATE_TEST_SUITE_P(
    Bytes, Utf8Test,
    ::testing::Values(Utf8Case{"Empty", "", ""}, Utf8Case{"Ascii", "a\x7f", "a\x7f"},
                      Utf8Case{"Zero", std::string(1, '\0'), std::string(1, '\0')},
                      Utf8Case{"Swedish", "Östra", "Östra"}, Utf8Case{"FirstOfTwo", "\xc2\x80", "\xc2\x80"},
                      Utf8Case{"LastOfTwo", "\xdf\xbf", "\xdf\xbf"},
                      Utf8Case{"FirstOfThree", "\xe0\xa0\x80", "\xe0\xa0\x80"},
                      Utf8Case{"LastBeforeSurrogates", "\xed\x9f\xbf", "\xed\x9f\xbf"},
                      Utf8Case{"FirstAfterSurrogates", "\xee\x80\x80", "\xee\x80\x80"},
                      Utf8Case{"FirstOfFour", "\xf0\x90\x80\x80", "\xf0\x90\x80\x80"},
                      Utf8Case{"LastOfAll", "\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
                      Utf8Case{"Latin1", "\xd6stra", kBad + "stra"}, Utf8Case{"OverlongTwo", "\xc1\xbf", kBad + kBad},
                      Utf8Case{"OverlongThree", "\xe0\x9f\xbf", kBad + kBad + kBad},
                      Utf8Case{"Surrogate", "\xed\xa0\x80", kBad + kBad + kBad},
                      Utf8Case{"OverlongFour", "\xf0\x8f\xbf\xbf", kBad + kBad + kBad + kBad},
                      Utf8Case{"BeyondTheLast", "\xf4\x90\x80\x80", kBad + kBad + kBad + kBad},
                      Utf8Case{"Lone", "a\x80z", "a" + kBad + "z"}, Utf8Case{"CutOff", "a\xe2\x82", "a" + kBad + kBad},
                      // What is ASCII is looked at in eights.
                      Utf8Case{"Eight", "abcdefgh", "abcdefgh"}, Utf8Case{"Nine", "abcdefghi", "abcdefghi"},
                      Utf8Case{"EighthIsBad", "abcdefg\x80", "abcdefg" + kBad},
                      Utf8Case{"NinthIsBad", "abcdefgh\xff", "abcdefgh" + kBad},
                      Utf8Case{"AcrossTheEighth", "abcdefg\xc3\x96ijklmnopq", "abcdefg\xc3\x96ijklmnopq"},
                      Utf8Case{"BrokenAcrossTheEighth", "abcdefg\xc3ijklmnopq", "abcdefg" + kBad + "ijklmnopq"},
                      Utf8Case{"CutOffByText", "\xe2\x82z", kBad + kBad + "z"}),
    [](const auto& case_) { return case_.param.name; });

struct Base64Case {
  const char* name;
  std::string bytes;
  std::string text;
};

class Base64Test : public ::testing::TestWithParam<Base64Case> {};

TEST_P(Base64Test, GoesBothWays) {
  EXPECT_EQ(to_base64(GetParam().bytes), GetParam().text);
  EXPECT_EQ(from_base64(GetParam().text), GetParam().bytes);
}

// RFC 4648, section 10.
INSTANTIATE_TEST_SUITE_P(Rfc4648, Base64Test,
                         ::testing::Values(Base64Case{"None", "", ""}, Base64Case{"One", "f", "Zg=="},
                                           Base64Case{"Two", "fo", "Zm8="}, Base64Case{"Three", "foo", "Zm9v"},
                                           Base64Case{"Four", "foob", "Zm9vYg=="},
                                           Base64Case{"Five", "fooba", "Zm9vYmE="},
                                           Base64Case{"Six", "foobar", "Zm9vYmFy"},
                                           Base64Case{"AllBits", "\xff\xff\xfe", "///+"}),
                         [](const auto& case_) { return case_.param.name; });

TEST(Base64, OnlyWhatItWritesIsRead) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zg==Zg==", "=Zg=", "====", "Zm9v\n", "Zm9_", "Zm 9"}) {
    EXPECT_FALSE(from_base64(text).has_value()) << text;
  }
}

TEST(JsonString, IsEscapedAndReadable) {
  const auto json = [](std::string_view text) {
    std::string out = "x";
    append_json_string(text, out);
    return out;
  };
  EXPECT_EQ(json(""), "x\"\"");
  EXPECT_EQ(json("Östra 🚑"), "x\"Östra 🚑\"");
  EXPECT_EQ(json("\"\\\n\r\t"), "x\"\\\"\\\\\\n\\r\\t\"");
  EXPECT_EQ(json(std::string("\0\x1f\x7f", 3)), "x\"\\u0000\\u001f\\u007f\"");
  EXPECT_EQ(json("a\xff"), "x\"a" + kBad + "\"");
}

}  // namespace
}  // namespace avbrottsvakt
