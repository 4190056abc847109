#include "deployer/registry/manifest.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

const std::string kA = "sha256:" + std::string(64, 'a'), kB = "sha256:" + std::string(64, 'b');
constexpr const char* kImage = "application/vnd.oci.image.manifest.v1+json";
constexpr const char* kIndex = "application/vnd.oci.image.index.v1+json";

base::Result<std::vector<Part>> parts(const char* type, const std::string& json) { return parts_of({json, type, kA}); }

TEST(Digest, IsTheSha256OfTheBytes) {
  EXPECT_EQ(digest_of(""), "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(digest_of("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Manifest, OfAnImageHasAConfigurationAndLayers) {
  for (const char* type : {kImage, "application/vnd.docker.distribution.manifest.v2+json"}) {
    const auto read =
        parts(type, R"({"config":{"digest":")" + kA + R"(","size":7},"layers":[{"digest":")" + kB + R"(","size":9},)" +
                        R"({"digest":")" + kB + R"(","urls":["https://elsewhere/layer"]}]})");
    ASSERT_TRUE(read) << read.error().message;
    ASSERT_EQ(read->size(), 2U);
    EXPECT_EQ(read->at(0).digest, kA);
    EXPECT_EQ(read->at(1).size, 9U);
    EXPECT_FALSE(read->at(1).manifest);
  }
}

TEST(Manifest, OfSeveralPlatformsHasManifests) {
  for (const char* type : {kIndex, "application/vnd.docker.distribution.manifest.list.v2+json"}) {
    const auto read = parts(type, R"({"manifests":[{"digest":")" + kB + R"(","size":9,"platform":{"os":"linux"}}]})");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->at(0).manifest);
  }
}

TEST(Manifest, OfAnotherKindOrDamagedIsRefused) {
  EXPECT_EQ(
      parts("application/vnd.docker.distribution.manifest.v1+prettyjws", "{}").error().message,
      "\"application/vnd.docker.distribution.manifest.v1+prettyjws\" is no manifest that can be used: push the image anew");
  EXPECT_FALSE(parts("", "{}"));
  EXPECT_FALSE(parts("application/json", "{}"));
  EXPECT_EQ(parts(kImage, "<html>").error().message, "the manifest " + kA + " is no JSON");
  EXPECT_EQ(parts(kImage, "{}").error().message, "the manifest " + kA + " has no configuration");
  EXPECT_EQ(parts(kImage, R"({"config":{"digest":")" + kA + R"("}})").error().message,
            "the manifest " + kA + " has no layers");
  EXPECT_EQ(parts(kIndex, R"({"manifests":[{"digest":"sha256:../.."}]})").error().message,
            "the manifest " + kA + " has one of manifests without a digest");
}

}  // namespace
}  // namespace longshore::deployer
