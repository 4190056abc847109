#include "deployer/registry/answers.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

using Words = std::vector<std::string>;

TEST(RegistryOrigin, IsWhereTheDomainSaysButForDockerHub) {
  EXPECT_EQ(registry_origin("registry.example:5000", false), "https://registry.example:5000");
  EXPECT_EQ(registry_origin("localhost:5000", true), "http://localhost:5000");
  EXPECT_EQ(registry_origin("docker.io", false), "https://registry-1.docker.io");
}

TEST(RegistryError, IsTheFirstOfThem) {
  const RegistryError error = read_registry_error(
      R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown","detail":{"Tag":"x"}},{"code":"B"}]})");
  EXPECT_EQ(error.code, "MANIFEST_UNKNOWN");
  EXPECT_EQ(error.message, "manifest unknown");
  for (const char* none : {"", "<html>", "[]", R"({"errors":[]})", R"({"errors":null})"})
    EXPECT_EQ(read_registry_error(none).code, "") << none;
}

TEST(List, MayBeEmptyOrNull) {
  EXPECT_EQ(read_list(R"({"name":"a","tags":["1","2"]})", "tags").value(), (Words{"1", "2"}));
  EXPECT_EQ(read_list(R"({"name":"a","tags":null})", "tags").value(), Words{});
  for (const char* bad : {"", "[]", "{}", R"({"tags":[1]})", R"({"tags":"a"})"})
    EXPECT_EQ(read_list(bad, "tags").error().message, "answers without a list of tags") << bad;
}

TEST(NextPage, IsThatOfTheSameRegistryAlone) {
  const auto next = [](std::string_view link) { return next_page(link, "https://r:5000").value_or("none"); };
  EXPECT_EQ(next(R"(</v2/_catalog?last=b&n=2>; rel="next")"), "/v2/_catalog?last=b&n=2");
  EXPECT_EQ(next(R"(<https://r:5000/v2/a/tags/list?last=b>; rel=next)"), "/v2/a/tags/list?last=b");
  EXPECT_EQ(next(R"(</first>; rel="first", </next>; title="a"; rel="next")"), "/next");
  for (const char* none : {"", "</a>; rel=\"prev\"", "<https://evil/v2/>; rel=\"next\"", "<//evil/v2/>; rel=\"next\"", "</a",
                           "<https://r:50001/>; rel=next"})
    EXPECT_EQ(next(none), "none") << none;
}

TEST(MostLike, HasWhatIsTheSameAtBothEnds) {
  EXPECT_EQ(most_like("20150619_1504", {"20150101_0000", "20150619_1503", "2.6.12", "20150619_1404"}),
            (Words{"20150619_1503", "20150619_1404", "20150101_0000"}));
  EXPECT_EQ(most_like("x", {}), Words{});
}

}  // namespace
}  // namespace longshore::deployer
