#include "deployer/composition/image.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

std::string why(std::string_view text) {
  const auto image = parse_image(text);
  if (image) return "accepted as " + image->text();
  EXPECT_EQ(image.error().code, base::Code::invalid);
  return image.error().message;
}

struct Form {
  const char *text, *domain, *path, *tag;
};
class GoodImages : public ::testing::TestWithParam<Form> {};

// Forms of distribution's reference package and of Docker's short names.
INSTANTIATE_TEST_SUITE_P(
    , GoodImages,
    ::testing::Values(
        Form{"haproxy:2.6.12", "docker.io", "library/haproxy", "2.6.12"},
        Form{"haproxy", "docker.io", "library/haproxy", ""},
        Form{"grafana/grafana:9.5.2-ubuntu", "docker.io", "grafana/grafana", "9.5.2-ubuntu"},
        Form{"docker.io/haproxy:1", "docker.io", "library/haproxy", "1"},
        Form{"index.docker.io/library/haproxy:1", "docker.io", "library/haproxy", "1"},
        Form{"registry.example:5000/shop/web:20150619_1504", "registry.example:5000", "shop/web", "20150619_1504"},
        Form{"localhost/web:1", "localhost", "web", "1"}, Form{"localhost:5000/web:1", "localhost:5000", "web", "1"},
        Form{"REGISTRY/web:1", "REGISTRY", "web", "1"}, Form{"[::1]:5000/web:1", "[::1]:5000", "web", "1"},
        Form{"[2001:db8::1]/a/b/c", "[2001:db8::1]", "a/b/c", ""}, Form{"10.0.0.1/web:1", "10.0.0.1", "web", "1"},
        Form{"a.b/c__d.e-f---g/h_i:A.b-C_d", "a.b", "c__d.e-f---g/h_i", "A.b-C_d"},
        Form{"web:5000", "docker.io", "library/web", "5000"}, Form{"xn--7o8h.com/m:1", "xn--7o8h.com", "m", "1"}));

TEST_P(GoodImages, AreReadAndWrittenSoThatTheyAreReadAgain) {
  for (const std::string& digest : {std::string(), kDigest}) {
    const auto image = parse_image(std::string(GetParam().text) + (digest.empty() ? "" : "@" + digest));
    ASSERT_TRUE(image) << image.error().message;
    EXPECT_EQ(*image, (Image{GetParam().domain, GetParam().path, GetParam().tag, digest}));
    EXPECT_EQ(parse_image(image->text()).value(), *image) << image->text();
  }
}

TEST(Image, IsWrittenShortOnlyWhereThatIsTheSame) {
  const auto text = [](const char* from) { return parse_image(from).value().text(); };
  EXPECT_EQ(text("docker.io/library/haproxy:1"), "haproxy:1");
  EXPECT_EQ(text("docker.io/library/a/b:1"), "library/a/b:1");
  EXPECT_EQ(text("docker.io/foo.bar/web:1"), "docker.io/foo.bar/web:1");
  EXPECT_EQ(text("docker.io/localhost/web:1"), "docker.io/localhost/web:1");
  EXPECT_EQ(parse_image("haproxy:1@" + kDigest)->pinned(), "docker.io/library/haproxy@" + kDigest);
}

TEST(Image, ThatBreaksTheGrammarIsRefusedAtItsCharacter) {
  EXPECT_EQ(why(""), "image \"\": character 1: the repository is empty");
  EXPECT_EQ(why("shop/Web:1"),
            "image \"shop/Web:1\": character 6: \"W\" in the repository: it has small letters only, did you "
            "mean \"shop/web\"?");
  EXPECT_EQ(why("web:"), "image \"web:\": character 5: no tag behind \":\"");
  EXPECT_EQ(why("web:a b"), "image \"web:a b\": character 6: \" \" in the tag");
  EXPECT_EQ(why("web:-1"), "image \"web:-1\": character 5: \"-\" in the tag");
  EXPECT_EQ(why("a..b:1"), "image \"a..b:1\": character 3: \".\" where a letter or digit of the repository is expected");
  EXPECT_EQ(why("a___b"), "image \"a___b\": character 4: \"_\" where a letter or digit of the repository is expected");
  EXPECT_EQ(why("a/"), "image \"a/\": character 3: the repository ends with a separator");
  EXPECT_EQ(why("r.example:/a"), "image \"r.example:/a\": character 10: a port must follow \":\" of the registry's name");
  EXPECT_EQ(why("r.example:5x/a"), "image \"r.example:5x/a\": character 12: \"x\" in the registry's port");
  EXPECT_EQ(why("-r.example/a"), "image \"-r.example/a\": character 1: a part of the registry's name begins with \"-\"");
  EXPECT_EQ(why("r..example/a"), "image \"r..example/a\": character 3: a part of the registry's name is empty");
  EXPECT_EQ(why("[::1/a"), "image \"[::1/a\": character 1: \"[\" of an IPv6 address without \"]\"");
  EXPECT_EQ(why("[::g]/a"), "image \"[::g]/a\": character 4: \"g\" in an IPv6 address");
  EXPECT_EQ(why("http://r/a"), "image \"http://r/a\": character 5: a port must follow \":\" of the registry's name");
  EXPECT_EQ(why("a@sha256:12"),
            "image \"a@sha256:12\": character 3: \"sha256:12\" is no digest: \"sha256:\" and 64 of 0-9a-f");
  EXPECT_EQ(why("a@" + kDigest + "0").substr(80),
            "0\": character 3: \"" + kDigest + "0\" is no digest: \"sha256:\" and 64 of 0-9a-f");
  EXPECT_EQ(why(std::string("a\x01\xff", 3)), "image \"a\\x01\\xff\": character 2: \"\\x01\" in the repository");
  EXPECT_EQ(why("a:" + std::string(129, 'x')).substr(85), "xx…\": character 131: a tag of 129 characters, at most 128");
  EXPECT_NE(why(std::string(256, 'x')).find("at most 255"), std::string::npos);
}

}  // namespace
}  // namespace longshore::deployer
