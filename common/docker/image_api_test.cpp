#include "common/docker/image_api.hpp"

#include <gmock/gmock.h>

namespace longshore::docker {
namespace {

using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kImage = "registry:5000/shop/web@sha256:4218";

TEST(ImageApi, Requests) {
  EXPECT_EQ(pull_image(kImage, "", std::chrono::minutes(1)).target,
            "/images/create?fromImage=registry%3A5000%2Fshop%2Fweb%40sha256%3A4218");
  EXPECT_EQ(inspect_image(kImage).target, "/images/registry%3A5000/shop/web%40sha256%3A4218/json");
  EXPECT_EQ(remove_image("a").target, "/images/a");
  EXPECT_EQ(remove_image("a").method, "DELETE");
  EXPECT_EQ(inspect_distribution("a/b:1", "x").target, "/distribution/a/b%3A1/json");
  EXPECT_EQ(inspect_distribution("a/b:1", "x").registry_auth, "x");
}

TEST(ImageApi, ALoginIsBase64UrlOfJson) {
  EXPECT_EQ(registry_auth("r:5000", "bob", "p\"?>~"),
            "eyJ1c2VybmFtZSI6ImJvYiIsInBhc3N3b3JkIjoicFwiPz5-Iiwic2VydmVyYWRkcmVzcyI6InI6NTAwMCJ9");
  EXPECT_EQ(registry_auth("", "", "").size() % 4, 0U);
}

TEST(ImageApi, WhatIsThere) {
  EXPECT_THAT(read_images(R"([{"Id":"sha256:80c3","RepoDigests":["b@sha256:2"],"RepoTags":null},)"
                          R"({"Id":"x","RepoDigests":null},{"RepoDigests":["a@sha256:1","c@sha256:1"]}])")
                  .value(),
              ElementsAre("a@sha256:1", "b@sha256:2", "c@sha256:1"));
  EXPECT_THAT(read_image(R"({"RepoDigests":["b@sha256:2"]})").value(), ElementsAre("b@sha256:2"));
  EXPECT_EQ(read_images("{}").error().code, Code::corrupt);
  EXPECT_EQ(read_image("[]").error().code, Code::corrupt);
  EXPECT_EQ(
      read_distribution(R"({"Descriptor":{"mediaType":"x","digest":"sha256:4218","size":527},"Platforms":[]})").value(),
      "sha256:4218");
  EXPECT_EQ(read_distribution("{}").error().code, Code::corrupt);
}

// What dockerd 20.10 answers where a registry refuses.
TEST(ImageApi, ErrorsOfARegistry) {
  const auto code_of = [](int status, const char* text) {
    return check_registry_answer(status, std::string(R"({"message":")") + text + "\"}").error().code;
  };
  EXPECT_EQ(code_of(500, R"(Head \"http://r:5000/v2/box/manifests/1\": no basic auth credentials)"), Code::permission);
  EXPECT_EQ(code_of(500, "unauthorized: authentication required"), Code::permission);
  EXPECT_EQ(code_of(401, "unauthorized: authentication required"), Code::permission);
  EXPECT_EQ(code_of(404, "manifest for r:5000/box:none not found: manifest unknown: manifest unknown"), Code::not_found);
  EXPECT_EQ(code_of(404, "pull access denied for box, repository does not exist or may require 'docker login'"),
            Code::not_found);
  EXPECT_EQ(code_of(500, R"(Get \"http://r:5001/v2/\": dial tcp 10.78.0.1:5001: connect: connection refused)"),
            Code::unavailable);
  EXPECT_TRUE(check_registry_answer(200, ""));
}

TEST(ImageApi, APullSaysItsErrorsInTheStream) {
  PullProgress good;
  good.add("{\"status\":\"Pulling from box\",\"id\":\"1\"}\r\n{\"status\":\"Downlo");
  good.add("ading\",\"progressDetail\":{\"current\":1,\"total\":2}}\r\n{\"status\":\"Digest: sha256:1\"}\r\n");
  EXPECT_TRUE(good.outcome());

  PullProgress failed = good;
  failed.add(R"({"errorDetail":{"message":"write /var/lib/docker/tmp/x: no space left on device"},"error":"write …"})");
  ASSERT_FALSE(failed.outcome());
  EXPECT_EQ(failed.outcome().error().code, Code::exhausted);
  EXPECT_THAT(failed.outcome().error().message, HasSubstr("no space left on device"));

  PullProgress refused;
  refused.add(R"({"error":"unauthorized: authentication required"})");
  EXPECT_EQ(refused.outcome().error().code, Code::permission);

  PullProgress noise;
  noise.add(std::string(10 << 20, 'x') + "\n");
  EXPECT_TRUE(noise.outcome());
}

}  // namespace
}  // namespace longshore::docker
