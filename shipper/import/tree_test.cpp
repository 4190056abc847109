#include "shipper/import/tree.hpp"

#include <gtest/gtest.h>

#include "shipper/import/variables.hpp"

namespace longshore::shipper {
namespace {

std::string show(const std::vector<Statement>& statements);
std::string show(const Item& item) {
  std::string out = item.quoted ? "<" + item.text + ">" : item.text;
  if (item.has_arguments) {
    out += "(";
    for (const Item& argument : item.arguments) out += (out.ends_with('(') ? "" : " ") + show(argument);
    out += ")";
  }
  if (item.has_block) out += "{" + show(item.block) + "}";
  return out;
}
std::string show(const std::vector<Statement>& statements) {
  std::string out;
  for (const Statement& statement : statements) {
    for (std::size_t i = 0; i < statement.items.size(); ++i) out += (i == 0 ? "" : " ") + show(statement.items[i]);
    out += ";";
  }
  return out;
}

std::string parsed(std::string_view source) {
  std::vector<Problem> problems;
  std::string out = show(parse_tree(source, 1, problems));
  for (const Problem& problem : problems) out += " !" + std::to_string(problem.line) + ": " + problem.what;
  return out;
}

TEST(Tree, StatementsHaveNamesArgumentsAndBlocks) {
  EXPECT_EQ(parsed("source s_net { tcp(ip(127.0.0.1) port(1000)); udp(); };\nlog{source(s_net);destination(d);};"),
            "source s_net{tcp(ip(127.0.0.1) port(1000));udp();};log{source(s_net);destination(d);};");
  EXPECT_EQ(parsed("filter f { level(info,notice .. warn) and not (facility(auth) or filter(f_dbg)); };"),
            "filter f{level(info notice .. warn) and not(facility(auth) or filter(f_dbg));};");
  EXPECT_EQ(parsed("if (\"$X\" == 'y') { a(); } else { b(); };"), "if(<$X> == <y>){a();} else{b();};");
}

TEST(Tree, CommentsAndPragmasEndWithTheirLine) {
  EXPECT_EQ(parsed("@version: 3.38\n@include \"scl.conf\"\n# it's { not\nlog { }; # (\n@define a 1"),
            "@version 3.38;@include <scl.conf>;log{};@define a 1;");
  EXPECT_EQ(parsed("a @41058"), "a @41058;");  // not at the beginning of a line
}

TEST(Tree, StringsKeepWhatIsQuotedAndResolveEscapes) {
  EXPECT_EQ(parsed(R"x(t("<$PRI>1 [T@41058 tag=\"a b\"] $MSG\n" '\n;"' "#{" "\x41\\"))x"),
            "t(<<$PRI>1 [T@41058 tag=\"a b\"] $MSG\n> <\\n;\"> <#{> <A\\>);");
}

TEST(Tree, LinesAreCountedThroughEverything) {
  std::vector<Problem> problems;
  const std::string source = "a;\n# x\n\"two\nlines\" 'more\n' ;\nb(\n c);\n";
  const auto tree = parse_tree(source, 10, problems);
  ASSERT_EQ(tree.size(), 3U);
  EXPECT_EQ(tree[0].line(), 10U);
  EXPECT_EQ(tree[1].line(), 12U);
  EXPECT_EQ(tree[2].line(), 15U);
  EXPECT_EQ(tree[2].items[0].arguments[0].line, 16U);
  EXPECT_EQ(tree[2].items[0].raw_arguments, "\n c");
}

TEST(Tree, WhatDoesNotFitIsNotedAndReadAsWellAsItGoes) {
  EXPECT_EQ(parsed("a { b(c; d }; e;"), "a{b(c d);};e; !1: a ) is missing");
  EXPECT_EQ(parsed("a; } b;"), "a;b; !1: a bracket is closed that is not open");
  EXPECT_EQ(parsed("a { b"), "a{b;}; !1: a } is missing");
  EXPECT_EQ(parsed("a \"b"), "a <b>; !1: a string is not closed");
  EXPECT_EQ(parsed("(a){b}(c)"), "(a){b;} (c);");
  const std::string deep = std::string(1000, '{') + std::string(1000, '}') + " b;";
  EXPECT_TRUE(parsed(deep).contains("nested too deep"));
  EXPECT_TRUE(parsed(deep).contains(" b;"));
}

TEST(Tree, HyphensAndUnderscoresAreTheSameInKeywords) {
  std::vector<Problem> problems;
  const std::string source = "a(max_connections(3) \"max-connections\"(4));";
  const auto tree = parse_tree(source, 1, problems);
  const Item* const found = tree[0].items[0].find("max-connections");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->value()->text, "3");
}

TEST(Variables, StandForTheirValueAlsoInsideStrings) {
  const Variables variables{{"token", "\"abc\""}, {"port", "514"}};
  EXPECT_EQ(expand_variables("port(`port`) token(`token`) \"[`token`@41058 \\\"`no`\\\"]\" 'x`port`'", variables),
            "port(514) token(\"abc\") \"[abc@41058 \\\"`no`\\\"]\" 'x514'");
  EXPECT_EQ(expand_variables("# it's `port`\n`port` `", variables), "# it's `port`\n514 `");
}

}  // namespace
}  // namespace longshore::shipper
