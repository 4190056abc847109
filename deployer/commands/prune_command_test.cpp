// registry prune against a real registry; what runs where is made up.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "deployer/commands/composition_commands.hpp"
#include "deployer/commands/composition_exit.hpp"
#include "deployer/commands/registry_process_for_test.hpp"

namespace longshore::deployer {
namespace {

constexpr const char* kIndex = "application/vnd.oci.image.index.v1+json";

class Prune : public ::testing::Test {
 protected:
  Prune() { std::filesystem::create_directory(folder_ / "compositions"); }

  int prune(std::size_t keep, bool yes) {
    const Surroundings surroundings{.environment = [&](const std::string& file) -> base::Result<Environment> {
                                      EXPECT_EQ(file, "prod.yaml");
                                      Environment environment;
                                      environment.name = "prod";
                                      environment.registries.emplace_back();
                                      environment.registries[0].host = registry_.host;
                                      environment.registries[0].plain_http = true;
                                      return environment;
                                    },
                                    .deployed = [&](const Environment&) { return deployed_; }};
    PruneOptions options{.common = {.folder = folder_ / "compositions", .environments = {"prod.yaml"}, .registries = {}},
                         .keep = keep,
                         .yes = yes};
    ::testing::internal::CaptureStdout();
    const int code = prune_registry(options, surroundings);
    said_ = ::testing::internal::GetCapturedStdout();
    return code;
  }

  TemporaryFolder folder_;
  RegistryProcessForTest registry_{folder_};
  base::Result<std::vector<Deployed>> deployed_;
  std::string said_;
};

TEST_F(Prune, DeletesWhatNobodyNeedsAndNothingElse) {
  const std::string first = registry_.push_image("shop/web", "20150101_0000", "1");   // runs
  registry_.push_image("shop/web", "20150102_0000", "2");                             // of the newest composition
  const std::string third = registry_.push_image("shop/web", "20150103_0000", "3");   // nobody's
  const std::string fourth = registry_.push_image("shop/web", "20150104_0000", "4");  // a candidate
  registry_.push_image("shop/web", "rc_20150104_0000", "4");
  registry_.push_image("shop/web", "20150105_0000", "5");  // the newest
  registry_.push_image("shop/web", "1.0", "supplier");
  deployed_ = std::vector<Deployed>{{.composition = "c_20140101_0000", .where = "2 hosts", .digests = {first}}};
  std::ofstream(folder_ / "compositions/c_20150102_0000.composition")
      << "web " << registry_.host << "/shop/web:20150102_0000\n";

  EXPECT_EQ(prune(1, false), kExitDone);
  EXPECT_EQ(said_.substr(0, said_.find('\n')), "would delete " + registry_.host + "/shop/web@" + third + "  20150103_0000");
  EXPECT_NE(said_.find("nothing is deleted without --yes"), said_.npos) << said_;
  EXPECT_TRUE(registry_.has("shop/web", "20150103_0000"));

  EXPECT_EQ(prune(1, true), kExitDone);
  EXPECT_FALSE(registry_.has("shop/web", "20150103_0000"));
  EXPECT_FALSE(registry_.has("shop/web", third));
  for (const char* tag : {"20150101_0000", "20150102_0000", "20150104_0000", "rc_20150104_0000", "20150105_0000", "1.0"})
    EXPECT_TRUE(registry_.has("shop/web", tag)) << tag;
  EXPECT_EQ(prune(1, true), kExitDone);
  EXPECT_EQ(said_, "0 B in all: freed by the registry's garbage collection\n");
}

TEST_F(Prune, DeletesAnIndexWithItsPlatformsUnlessTheyAreOfAnother) {
  const auto part = [&](const std::string& content) {
    const std::string digest = registry_.push_image("shop/web", "made-" + content, content);
    return R"({"digest":")" + digest + R"(","size":1,"mediaType":"application/vnd.oci.image.manifest.v1+json"})";
  };
  const std::string shared = part("shared"), old = part("old");
  const auto index = [&](const std::string& tag, const std::string& parts) {
    return registry_.push_manifest("shop/web", tag, R"({"schemaVersion":2,"manifests":[)" + parts + "]}", kIndex);
  };
  const std::string gone = index("20150101_0000", shared + "," + old);
  index("20150102_0000", shared);
  deployed_ = std::vector<Deployed>();
  EXPECT_EQ(prune(1, true), kExitDone);
  EXPECT_FALSE(registry_.has("shop/web", gone));
  EXPECT_TRUE(registry_.has("shop/web", "20150102_0000"));
  EXPECT_TRUE(registry_.has("shop/web", "made-shared"));
  EXPECT_TRUE(registry_.has("shop/web", "made-old"));  // it has a tag that is no version of ours
}

TEST_F(Prune, DeletesNothingWhereSomethingIsNotKnown) {
  registry_.push_image("shop/web", "20150101_0000", "1");
  deployed_ = base::fail(base::Code::unavailable, "web1: no answer");
  EXPECT_EQ(prune(0, true), kExitUnavailable);
  deployed_ = std::vector<Deployed>{{.composition = "c_20140101_0000", .where = "", .digests = {}}};
  EXPECT_EQ(prune(0, true), kExitNo);
  EXPECT_TRUE(registry_.has("shop/web", "20150101_0000"));
}

}  // namespace
}  // namespace longshore::deployer
