#include "shipper/docker/container_config.hpp"

#include <gtest/gtest.h>

namespace longshore::shipper {
namespace {

TEST(ContainerConfig, NamesTheContainerAndItsImage) {
  const auto config = read_container_config(
      R"({"StreamConfig":{},"State":{"Running":true,"Pid":4},"ID":"4f3a","Config":{"Hostname":"x","Image":"shop/web:1","Labels":{"Image":"no"}},)"
      R"("Image":"sha256:1","Name":"/web"})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->id, "4f3a");
  EXPECT_EQ(config->name, "web");
  EXPECT_EQ(config->image, "shop/web:1");
}

TEST(ContainerConfig, WhatIsMissingOrOfAnotherTypeIsEmpty) {
  const auto config = read_container_config(R"({"ID":1,"Name":"","Config":[]})");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->id + config->name + config->image, "");
}

TEST(ContainerConfig, WhatIsNoObjectIsNone) {
  for (const char* text : {"", "[]", "{\"ID\":\"4f3a\"", "null"}) EXPECT_FALSE(read_container_config(text)) << text;
}

}  // namespace
}  // namespace longshore::shipper
