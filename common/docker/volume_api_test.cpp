#include "common/docker/volume_api.hpp"

#include <gmock/gmock.h>

#include "common/docker/network_api.hpp"

namespace longshore::docker {
namespace {

using base::Code;

TEST(VolumeApi, Requests) {
  EXPECT_EQ(create_volume(Volume{"lock", {{"a", "b\n"}, {"c", ""}}}).body,
            R"({"Name":"lock","Labels":{"a":"b\u000a","c":""}})");
  EXPECT_EQ(create_volume(Volume{"n", {}}).body, R"({"Name":"n","Labels":{}})");
  EXPECT_EQ(list_volumes({"a=b"}).target, "/volumes?filters=%7B%22label%22%3A%5B%22a%3Db%22%5D%7D");
  EXPECT_EQ(inspect_volume("a/b").target, "/volumes/a%2Fb");
  EXPECT_EQ(remove_volume("a").method, "DELETE");
}

TEST(VolumeApi, Answers) {
  const auto volume = read_volume(R"({"CreatedAt":"2026-11-27T13:46:59Z","Labels":{"t":"1"},"Name":"lock","Options":null})");
  ASSERT_TRUE(volume);
  EXPECT_EQ(volume->name, "lock");
  EXPECT_EQ(volume->labels.at("t"), "1");
  EXPECT_EQ(read_volumes(R"({"Volumes":[{"Name":"a","Labels":null},{"Name":"b"}],"Warnings":null})")->size(), 2U);
  EXPECT_TRUE(read_volumes(R"({"Volumes":null,"Warnings":null})")->empty());
  EXPECT_EQ(read_volumes(R"({"Volumes":[{}]})").error().code, Code::corrupt);
  EXPECT_EQ(read_volumes("[]").error().code, Code::corrupt);
  EXPECT_EQ(read_volume("{}").error().code, Code::corrupt);
}

TEST(NetworkApi, RequestsAndAnswers) {
  EXPECT_EQ(inspect_network("n1").target, "/networks/n1");
  EXPECT_EQ(create_network("{}").target, "/networks/create");
  EXPECT_EQ(connect_network("n1", "{}").target, "/networks/n1/connect");
  EXPECT_EQ(read_network_name(R"({"Name":"n1","Id":"559c"})").value(), "n1");
  EXPECT_EQ(read_network_name("").error().code, Code::corrupt);
}

}  // namespace
}  // namespace longshore::docker
