#include "deployer/commands/prune_plan.hpp"

#include <gtest/gtest.h>

namespace longshore::deployer {
namespace {

// Digests are words here: nothing but their being the same matters.
RepositoryContent content(std::map<std::string, std::string> tags) {
  RepositoryContent all{std::move(tags), {}};
  for (const auto& [tag, digest] : all.tags)
    all.manifests[digest] = {.size = 1, .parts = {{digest + "-config", 10}, {digest + "-layer", 100}}};
  return all;
}
std::string gone(const PrunePlan& plan) {
  std::string all;
  for (const Deletion& deletion : plan.deletions) {
    all += (all.empty() ? "" : " ") + deletion.digest;
    for (const std::string& tag : deletion.tags) all += "," + tag;
  }
  return all;
}

TEST(PrunePlan, KeepsTheNewestOfEachKind) {
  const auto all = content({{"20150101_0000", "a"},
                            {"20150102_0000", "b"},
                            {"20150103_0000", "c"},
                            {"c_20150101_0000", "d"},
                            {"c_20150103_0000", "e"},
                            {"rc_20150101_0000", "f"}});
  EXPECT_EQ(gone(plan_prune(all, {}, 1)), "a,20150101_0000 b,20150102_0000 d,c_20150101_0000");
  EXPECT_EQ(plan_prune(all, {}, 1).bytes, 3U * 111);
  EXPECT_EQ(gone(plan_prune(all, {}, 2)), "a,20150101_0000");
  EXPECT_EQ(gone(plan_prune(all, {}, 9)), "");
}

TEST(PrunePlan, KeepsSuppliersVersionsAndWhateverElseIsTagged) {
  EXPECT_EQ(gone(plan_prune(content({{"2.6.12", "a"}, {"latest", "b"}, {"20150101_0000", "c"}}), {}, 0)), "c,20150101_0000");
}

TEST(PrunePlan, KeepsWhatIsNeededByDigestOrByTag) {
  const auto all = content({{"20150101_0000", "a"}, {"20150102_0000", "b"}, {"20150103_0000", "c"}});
  EXPECT_EQ(gone(plan_prune(all, {.digests = {"a"}, .tags = {"20150102_0000"}}, 0)), "c,20150103_0000");
}

TEST(PrunePlan, KeepsAManifestWithAKeptTagWithAllItsTags) {  // retagging shares the digest
  const auto all = content(
      {{"20150101_0000", "a"}, {"rc_20150101_0000", "a"}, {"20150102_0000", "b"}, {"c_20150101_0000", "c"}, {"1.0", "c"}});
  EXPECT_EQ(gone(plan_prune(all, {}, 1)), "");
  EXPECT_EQ(gone(plan_prune(all, {}, 0)), "a,20150101_0000,rc_20150101_0000 b,20150102_0000");
}

TEST(PrunePlan, KeepsThePlatformsOfAKeptIndexAndDeletesThoseOfOthers) {
  RepositoryContent all = content({{"20150101_0000", "old"}, {"20150102_0000", "new"}, {"20150103_0000", "amd"}});
  all.manifests["arm"] = all.manifests["other"] = {.size = 1, .parts = {{"shared", 1000}}};
  all.manifests["old"] = {.size = 1, .parts = {{"arm", 1, true}, {"other", 1, true}}};
  all.manifests["new"] = {.size = 1, .parts = {{"arm", 1, true}, {"amd", 1, true}, {"absent", 1, true}}};
  const PrunePlan plan = plan_prune(all, {.digests = {}, .tags = {"20150102_0000"}}, 0);
  EXPECT_EQ(gone(plan), "old,20150101_0000 other");
  EXPECT_EQ(plan.bytes, 2U);  // the shared layer stays
  EXPECT_EQ(gone(plan_prune(all, {.digests = {"old"}, .tags = {}}, 0)), "new,20150102_0000 amd,20150103_0000");
}

TEST(PrunePlan, CountsASharedLayerOnce) {
  RepositoryContent all = content({{"20150101_0000", "a"}, {"20150102_0000", "b"}});
  all.manifests["a"].parts = all.manifests["b"].parts = {{"layer", 100}};
  EXPECT_EQ(plan_prune(all, {}, 0).bytes, 102U);
  EXPECT_EQ(plan_prune(all, {}, 1).bytes, 1U);
}

}  // namespace
}  // namespace longshore::deployer
