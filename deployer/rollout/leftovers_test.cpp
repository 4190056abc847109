#include "deployer/rollout/leftovers.hpp"

#include <gmock/gmock.h>

#include "deployer/rollout/hosts_for_test.hpp"

namespace longshore::deployer {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Leftovers, ContainersThatNoRollbackNeeds) {
  const HostState host = host_with(
      {container("web", "web", 4), container("web.prev.20150618-1-a", "web", 1, "exited"),
       container("web.prev.20150619-1-a", "web", 2, "exited"), container("web.prev.20150617-1-a", "web", 1, "exited"),
       container("web.failed.20150620-1-a", "web", 3, "exited"), container("web.next.20150620-1-a", "web", 3, "created")});
  EXPECT_THAT(containers_to_remove(host, {wanted("web", 4)}),
              ElementsAre("id-web.prev.20150618-1-a", "id-web.prev.20150617-1-a", "id-web.failed.20150620-1-a",
                          "id-web.next.20150620-1-a"));
}

TEST(Leftovers, WhatRunsOrBelongsToOthersStays) {
  EXPECT_THAT(
      containers_to_remove(host_with({container("web.failed.r1", "web", 1), container("web.failed.r2", "web", 1, "paused"),
                                      container("web.failed.r3", "web", 1, "restarting"), foreign("web.next.r1"),
                                      container("web", "web", 2, "exited"), container("web-by-hand", "web", 1, "exited"),
                                      container("old.next.r1", "old", 1, "created")}),
                           {wanted("web", 2)}),
      IsEmpty());
}

TEST(Leftovers, ImagesThatNobodyUsesOrNeeds) {
  HostState host = host_with({container("web", "web", 2), container("web.prev.r1", "web", 1, "exited")});
  const auto image = [](const std::string& repository, int version) { return repository + "@" + digest_of(version); };
  host.images = {image("r/web", 1), image("r/web", 2),   image("r/web", 3),
                 image("r/web", 4), image("r/other", 4), "no-digest"};
  EXPECT_THAT(images_to_remove(host, {"r/web"}, {digest_of(3)}), ElementsAre(image("r/web", 4)));
}

}  // namespace
}  // namespace longshore::deployer
