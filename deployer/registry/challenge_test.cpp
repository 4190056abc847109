#include "deployer/registry/challenge.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

std::string told(std::string_view header) {
  std::string all;
  for (const Challenge& challenge : read_challenges(header)) {
    all += (all.empty() ? "" : "; ") + challenge.scheme;
    if (!challenge.token68.empty()) all += " <" + challenge.token68 + ">";
    for (const auto& [name, value] : challenge.parameters) all += " " + name + "=" + value;
  }
  return all;
}

TEST(Challenges, AreReadAsRegistriesWriteThem) {
  EXPECT_EQ(
      told(
          R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:library/haproxy:pull")"),
      "bearer realm=https://auth.docker.io/token service=registry.docker.io scope=repository:library/haproxy:pull");
  EXPECT_EQ(told(R"(Bearer realm="https://r/t",scope="repository:a/b:pull,push",error="insufficient_scope")"),
            "bearer realm=https://r/t scope=repository:a/b:pull,push error=insufficient_scope");
  EXPECT_EQ(told(R"(Basic realm="Registry Realm")"), "basic realm=Registry Realm");
}

TEST(Challenges, MayBeSeveralInOneHeader) {  // RFC 7235 §4.1, its example too
  EXPECT_EQ(told(R"(Newauth realm="apps", type=1, title="Login to \"apps\"", Basic realm="simple")"),
            R"(newauth realm=apps type=1 title=Login to "apps"; basic realm=simple)");
  EXPECT_EQ(told("Negotiate, Basic realm=x"), "negotiate; basic realm=x");
  EXPECT_EQ(told("Negotiate YII/a+b==, Basic realm=x"), "negotiate <YII/a+b==>; basic realm=x");
  EXPECT_EQ(told(" ,, Bearer  realm = \"a\" ,\tService=b,"), "bearer realm=a service=b");
}

TEST(Challenges, ThatBreakTheGrammarEndTheReading) {
  EXPECT_EQ(told(""), "");
  EXPECT_EQ(told("\"x\""), "");
  EXPECT_EQ(told("Bearer realm=\"open"), "bearer; realm");
  EXPECT_EQ(told("Basic \x01"), "basic");
}

TEST(TokenUrl, AsksForServiceAndEachScope) {
  const auto bearer = [](std::string_view rest) { return read_challenges("Bearer " + std::string(rest)).at(0); };
  EXPECT_EQ(
      token_url(bearer(R"(realm="https://a/t",service="r x",scope="repository:s/w:pull,push registry:catalog:*")"), false)
          .value(),
      "https://a/t?service=r%20x&scope=repository%3As%2Fw%3Apull%2Cpush&scope=registry%3Acatalog%3A%2A");
  EXPECT_EQ(token_url(bearer(R"(realm="https://a/t?x=1",service=r)"), false).value(), "https://a/t?x=1&service=r");
  EXPECT_EQ(token_url(bearer(R"(realm="http://a/t")"), true).value(), "http://a/t");
  EXPECT_EQ(token_url(bearer(R"(realm="HTTP://a/t")"), false).error().message,
            "asks for a token of \"HTTP://a/t\": not without TLS");
  EXPECT_EQ(token_url(bearer(R"(realm="file:///etc")"), true).error().message,
            "asks for a token of \"file:///etc\", which is no URL");
  EXPECT_FALSE(token_url(bearer("service=r"), true));
}

TEST(Token, IsInEitherMember) {
  EXPECT_EQ(read_token(R"({"token":"abc","expires_in":60})")->reveal(), "abc");
  EXPECT_EQ(read_token(R"({"access_token":"def"})")->reveal(), "def");
  for (const char* bad : {"", "[]", "{}", R"({"token":1})", R"({"token":""})", R"({"token":"a\r\nX: y"})"})
    EXPECT_FALSE(read_token(bad)) << bad;
}

TEST(Basic, IsEncodedAsRfc7617) {
  EXPECT_EQ(basic_authorization("Aladdin", base::Secret("open sesame")), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
  EXPECT_EQ(basic_authorization("test", base::Secret("123\xC2\xA3")), "Basic dGVzdDoxMjPCow==");
}

}  // namespace
}  // namespace longshore::deployer
