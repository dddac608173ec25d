#include "catalogue/matcher.h"

#include <gtest/gtest.h>

namespace avbrottsvakt {
namespace {

struct Match {
  const char* name;
  const char* matchers;
  Labels labels;
  bool matches;
};
void PrintTo(const Match& match, std::ostream* out) { *out << match.matchers; }

class Matching : public testing::TestWithParam<Match> {};

TEST_P(Matching, Decides) {
  const Result<LabelMatchers> matchers = LabelMatchers::parse(GetParam().matchers);
  ASSERT_TRUE(matchers.has_value()) << matchers.error().message;
  EXPECT_EQ(matchers->matches(GetParam().labels), GetParam().matches);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, Matching,
    testing::Values(
        Match{"Equal", R"({service="cosmic"})", {{"service", "cosmic"}}, true},
        Match{"EqualOther", R"({service="cosmic"})", {{"service", "cosmic2"}}, false},
        Match{"EqualMissing", R"({service="cosmic"})", {{"host", "cosmic"}}, false},
        Match{"WithoutBraces", R"(service="cosmic",host="a")", {{"host", "a"}, {"service", "cosmic"}}, true},
        Match{"SpacesAndTrailingComma", R"( { service = "cosmic" , } )", {{"service", "cosmic"}}, true},
        Match{"BareWord", "{service=cosmic}", {{"service", "cosmic"}}, true},
        Match{"QuotedName", R"({"service.name"="cosmic"})", {{"service.name", "cosmic"}}, true},
        Match{"Conjunction", R"({a="1", b="2"})", {{"a", "1"}, {"b", "3"}}, false},
        Match{"NotEqual", R"({env!="test"})", {{"env", "prod"}}, true},
        Match{"NotEqualSame", R"({env!="test"})", {{"env", "test"}}, false},
        Match{"NotEqualMissing", R"({env!="test"})", {}, true}, Match{"EqualEmptyMissing", R"({env=""})", {}, true},
        Match{"EqualEmptyPresent", R"({env=""})", {{"env", "prod"}}, false},
        Match{"NotEmptyMissing", R"({env!=""})", {}, false},
        Match{"Regex", R"({host=~"cosmic-(app|db)[0-9]+"})", {{"host", "cosmic-app12"}}, true},
        Match{"RegexIsAnchoredAtTheEnd", R"({host=~"cosmic-(app|db)[0-9]+"})", {{"host", "cosmic-app12x"}}, false},
        Match{"RegexIsAnchoredAtTheBeginning", R"({host=~"cosmic-app"})", {{"host", "x-cosmic-app"}}, false},
        Match{"RegexAlternationIsAnchored", R"({host=~"a|b"})", {{"host", "ax"}}, false},
        Match{"RegexMatchingEmptyMissing", R"({host=~".*"})", {}, true},
        Match{"RegexNotMatchingEmptyMissing", R"({host=~".+"})", {}, false},
        Match{"RegexDotTakesNewlines", R"({host=~"a.b"})", {{"host", "a\nb"}}, true},
        Match{"NotRegex", R"({host!~"test-.*"})", {{"host", "prod-1"}}, true},
        Match{"NotRegexMatching", R"({host!~"test-.*"})", {{"host", "test-1"}}, false},
        Match{"EscapedQuote", R"({title="a \"b\" c"})", {{"title", "a \"b\" c"}}, true},
        Match{"EscapedBackslash", R"({path="C:\\temp"})", {{"path", "C:\\temp"}}, true},
        Match{"EscapedNewline", R"({title="a\nb"})", {{"title", "a\nb"}}, true},
        Match{"OtherBackslashesStay", R"({host=~"db\.[0-9]+"})", {{"host", "db.7"}}, true},
        Match{"OtherBackslashesStayInRegex", R"({host=~"db\.[0-9]+"})", {{"host", "dbx7"}}, false},
        Match{"BracesInQuotes", R"({host=~"a{2},b"})", {{"host", "aa,b"}}, true},
        Match{"Swedish", R"({plats="Östra sjukhuset"})", {{"plats", "Östra sjukhuset"}}, true},
        Match{"TwiceTheSameName", R"({host=~"a.*", host!="ab"})", {{"host", "ab"}}, false}),
    [](const auto& test) { return test.param.name; });

struct Refusal {
  const char* name;
  const char* matchers;
  int column;
};
void PrintTo(const Refusal& refusal, std::ostream* out) { *out << refusal.matchers; }

class Refusing : public testing::TestWithParam<Refusal> {};

TEST_P(Refusing, SaysWhere) {
  const Result<LabelMatchers> matchers = LabelMatchers::parse(GetParam().matchers);
  ASSERT_FALSE(matchers.has_value());
  const Error& error = matchers.error();
  EXPECT_EQ(error.code, ErrorCode::invalid_input);
  EXPECT_EQ(error.place.column, GetParam().column) << error.message;
  EXPECT_TRUE(error.message.ends_with(" at column " + std::to_string(GetParam().column))) << error.message;
  EXPECT_FALSE(error.remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Forms, Refusing,
    testing::Values(Refusal{"Empty", "", 1}, Refusal{"EmptyBraces", "{}", 1}, Refusal{"OnlyAComma", "{,}", 2},
                    Refusal{"NoOperator", R"({service "cosmic"})", 10}, Refusal{"DoubleEqual", R"({a=="b"})", 4},
                    Refusal{"NoValue", "{a=}", 4}, Refusal{"EmptyName", R"({""="b"})", 2},
                    Refusal{"Unclosed", R"({a="b")", 7}, Refusal{"UnclosedQuote", R"({a="b})", 4},
                    Refusal{"EndsInABackslash", R"({a="b\)", 4}, Refusal{"NoComma", R"({a="b" c="d"})", 8},
                    Refusal{"NoCommaWithoutBraces", R"(a="b" c="d")", 7}, Refusal{"Trailing", R"({a="b"} x)", 9},
                    Refusal{"BraceWithoutOpening", R"(a="b"})", 6}, Refusal{"BadRegex", R"({å="ö", a=~"("})", 12},
                    Refusal{"ColumnCountsCharacters", R"({å="öä" b="c"})", 9}),
    [](const auto& test) { return test.param.name; });

std::string conjunction(int matchers) {
  std::string text;
  for (int i = 0; i < matchers; ++i) {
    text += "l" + std::to_string(i) + "=v,";
  }
  return text;
}

TEST(Bounds, OfMatchersAndBytes) {
  EXPECT_TRUE(LabelMatchers::parse(conjunction(64)).has_value());
  EXPECT_FALSE(LabelMatchers::parse(conjunction(65)).has_value());
  EXPECT_TRUE(LabelMatchers::parse("a=" + std::string(4094, 'x')).has_value());
  EXPECT_FALSE(LabelMatchers::parse("a=" + std::string(4095, 'x')).has_value());
}

TEST(Expressions, OnlyThoseThatDemandALabel) {
  const LabelMatchers some = LabelMatchers::parse(R"({a=~"x*", b!~"y", c="1", d=~"z+", e=~"1|2"})").value();
  EXPECT_EQ(Labels(some.expressions().begin(), some.expressions().end()), (Labels{{"d", "z+"}, {"e", "1|2"}}));
}

TEST(Equalities, OnlyWhatEveryMatchCarries) {
  const LabelMatchers some = LabelMatchers::parse(R"({a=~"x", b="", c!="y", d="1", e="2"})").value();
  EXPECT_EQ(Labels(some.equalities().begin(), some.equalities().end()), (Labels{{"d", "1"}, {"e", "2"}}));
  EXPECT_TRUE(LabelMatchers::parse(R"({a=~"x", b=""})").value().equalities().empty());
}

TEST(OnlyEquality, OneThatHasAValue) {
  const auto only = [](const char* text) { return LabelMatchers::parse(text).value().only_equality(); };
  EXPECT_TRUE(only(R"({a="1"})"));
  EXPECT_FALSE(only(R"({a=""})"));
  EXPECT_FALSE(only(R"({a="1", b="2"})"));
  EXPECT_FALSE(only(R"({a="1", b=""})"));
  EXPECT_FALSE(only(R"({a="1", b!="2"})"));
  EXPECT_FALSE(only(R"({a=~"1"})"));
  EXPECT_FALSE(only(R"({a!="1"})"));
}

}  // namespace
}  // namespace avbrottsvakt
