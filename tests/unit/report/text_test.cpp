#include "report/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace avbrottsvakt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct ColumnsCase {
  const char* name;
  std::string text;
  int columns;
};
class Columns : public testing::TestWithParam<ColumnsCase> {};
TEST_P(Columns, AreCounted) { EXPECT_EQ(columns(GetParam().text), GetParam().columns); }
INSTANTIATE_TEST_SUITE_P(Table, Columns,
                         testing::Values(ColumnsCase{"Nothing", "", 0}, ColumnsCase{"Ascii", "abc", 3},
                                         ColumnsCase{"Swedish", "åäö ÅÄÖ", 7},
                                         ColumnsCase{"SwedishDecomposed", "a\u030Aa\u0308o\u0308", 3},
                                         ColumnsCase{"Dash", "02:14–03:20", 11}, ColumnsCase{"Wide", "停電", 4},
                                         ColumnsCase{"Emoji", "\U0001F525", 2}, ColumnsCase{"InvalidByte", "a\xff", 2},
                                         ColumnsCase{"CutOff", "a\xc3", 2}),
                         [](const auto& test) { return test.param.name; });

struct OneLineCase {
  const char* name;
  std::string text;
  std::string expected;
};
class OneLine : public testing::TestWithParam<OneLineCase> {};
TEST_P(OneLine, IsSafe) { EXPECT_EQ(one_line(GetParam().text, 20), GetParam().expected); }
INSTANTIATE_TEST_SUITE_P(
    Table, OneLine,
    testing::Values(OneLineCase{"Plain", "Avbrott i COSMIC", "Avbrott i COSMIC"},
                    OneLineCase{"NewlinesBecomeOneSpace", "a\r\n\tb", "a b"},
                    OneLineCase{"EscapeSequence", "\x1b[2Jx", "[2Jx"},
                    OneLineCase{"Nul", std::string("a\0b", 3), "a b"}, OneLineCase{"C1Control", "a\u009Bb", "a b"},
                    OneLineCase{"RightToLeftOverride", "a\u202Eb", "a b"}, OneLineCase{"ZeroWidth", "a\u200Bb", "a b"},
                    OneLineCase{"LineSeparator", "a\u2028b", "a b"}, OneLineCase{"InvalidByte", "a\xffz", "a\uFFFDz"},
                    OneLineCase{"Overlong", "\xc0\xaf", "\uFFFD\uFFFD"},
                    OneLineCase{"Surrogate", "\xed\xa0\x80", "\uFFFD\uFFFD\uFFFD"},
                    OneLineCase{"ExactlyAsLong", "12345678901234567890", "12345678901234567890"},
                    OneLineCase{"OneTooLong", "123456789012345678901", "1234567890123456789…"},
                    OneLineCase{"CutInSwedish", "åååååååååååååååååååååå", "ååååååååååååååååååå…"},
                    OneLineCase{"CutAtAWideCharacter", "1234567890123456789停", "1234567890123456789…"}),
    [](const auto& test) { return test.param.name; });

TEST(Wrap, ExactlyAsWideStays) { EXPECT_THAT(wrap("abc def", 7), ElementsAre("abc def")); }
TEST(Wrap, OneTooWideIsParted) { EXPECT_THAT(wrap("abc def", 6), ElementsAre("abc", "def")); }
TEST(Wrap, CountsSwedishLettersAsOne) { EXPECT_THAT(wrap("åäö åäö", 7), ElementsAre("åäö åäö")); }
TEST(Wrap, PartsALongWord) { EXPECT_THAT(wrap("abcdefgh", 3), ElementsAre("abc", "def", "gh")); }
TEST(Wrap, NeverPartsACharacter) { EXPECT_THAT(wrap("åäö", 2), ElementsAre("åä", "ö")); }
TEST(Wrap, KeepsWhatMustStayTogether) { EXPECT_THAT(wrap("om 1\u00a0h", 4), ElementsAre("om", "1\u00a0h")); }
TEST(Wrap, NothingGivesNothing) { EXPECT_THAT(wrap("  ", 10), IsEmpty()); }
TEST(Wrap, FirstLineMayBeNarrower) { EXPECT_THAT(wrap("ab cd ef gh", 2, 5), ElementsAre("ab", "cd ef", "gh")); }

TEST(LayOut, RowsShareOneColumnAndHang) {
  EXPECT_EQ(lay_out("RTO | 90 min\nTrolig orsak | Avbrott i Datahall Nord sedan 02:13\n", {.width = 40}),
            "  RTO           90 min\n"
            "  Trolig orsak  Avbrott i Datahall Nord\n"
            "                sedan 02:13\n");
}
TEST(LayOut, ARepeatedLabelIsShownOnce) {
  EXPECT_EQ(lay_out("Nytt | a\nNytt | b\nMTA | c\nNytt | d\n", {}), "  Nytt  a\n        b\n  MTA   c\n  Nytt  d\n");
}
TEST(LayOut, ARowWithoutTextIsLeftOut) { EXPECT_EQ(lay_out("A |\nB | b\nC |   \n", {}), "  B  b\n"); }
TEST(LayOut, ALineThatBeginsWithASpaceGoesOn) { EXPECT_EQ(lay_out("A | b\n c\n\n d\n", {}), "  A  b c d\n"); }
TEST(LayOut, NumbersHang) {
  EXPECT_EQ(lay_out("A | 1. aaaa bbbb cccc\nA | > dddd\n", {.width = 16}),
            "  A  1. aaaa\n        bbbb\n        cccc\n        dddd\n");
}
TEST(LayOut, AHeadingHasItsRightEdge) {
  EXPECT_EQ(lay_out("# 03:12 | KRITISKT | nere || 2026-0117\n", {.width = 50}),
            "03:12  KRITISKT  nere                    2026-0117\n");
}
TEST(LayOut, ALongHeadingHangsBelowItsWords) {
  EXPECT_EQ(lay_out("# 03:12 | KRITISKT | aaaaaaaaaa bbbbbbbbbb cccccccccc || 2026-0117\n", {.width = 50}),
            "03:12  KRITISKT  aaaaaaaaaa bbbbbbbbbb   2026-0117\n"
            "       cccccccccc\n");
}
TEST(LayOut, NoLineEndsWithASpace) {
  EXPECT_EQ(lay_out("# aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa | bbb\n", {.width = 40}),
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n       bbb\n");
}
TEST(LayOut, ARightPartWithoutRoomStandsAlone) {
  EXPECT_EQ(lay_out("# 03:12 | A || Incident 2026-0117\n", {.width = 40}), "03:12  A\nIncident 2026-0117\n");
}
TEST(LayOut, ALabelTooLongStandsAlone) {
  EXPECT_EQ(lay_out("abcdefghijklmnopqrst | x\n", {.width = 20}), "  abcdefghijklmnopqr\n  st\n          x\n");
}
TEST(LayOut, BarsInValuesAreNoFields) { EXPECT_EQ(lay_out(std::string("A | b ") + kBar + " c\n", {}), "  A  b | c\n"); }
TEST(LayOut, ColourIsOnlyWhereAsked) {
  const std::string markup = "# 03:12 | A\nB | c\n";
  EXPECT_EQ(lay_out(markup, {}), "03:12  A\n  B  c\n");
  EXPECT_EQ(lay_out(markup, {.colour = true, .tone = Tone::alarm}),
            "\x1b[1;31m03:12  A\x1b[0m\n  \x1b[1mB\x1b[0m  c\n");
}

}  // namespace
}  // namespace avbrottsvakt
