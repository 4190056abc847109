// Debian's docker-registry on loopback, for one test, with images pushed to it as blobs and manifests.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "common/http/blocking_client.hpp"
#include "common/http/plain_client.hpp"
#include "common/io/endpoint.hpp"
#include "deployer/registry/manifest.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {

class RegistryProcessForTest {
 public:
  explicit RegistryProcessForTest(const TemporaryFolder& folder) {
    {
      const base::UniqueFd probe = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
      host = "127.0.0.1:" + std::to_string(io::bound_port(probe.get()));
    }
    const std::string config = folder / "registry.yml", log = folder / "registry.log";
    std::ofstream(config) << "version: 0.1\nstorage: {filesystem: {rootdirectory: " << (folder / "registry")
                          << "}, delete: {enabled: true}}\nhttp: {addr: '" << host << "'}\n";
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    const std::string words[] = {"docker-registry", "serve", config};
    char* const argv[] = {const_cast<char*>(words[0].c_str()), const_cast<char*>(words[1].c_str()),
                          const_cast<char*>(words[2].c_str()), nullptr};
    const int error = ::posix_spawnp(&child_, argv[0], &actions, nullptr, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    EXPECT_EQ(error, 0) << "docker-registry is missing: install the package docker-registry (tools/install-packages test)";
    for (int i = 0; i < 500 && !client_.send({.url = "http://" + host + "/v2/"}); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  ~RegistryProcessForTest() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }

  std::string push_blob(const std::string& path, const std::string& content) {
    const auto begun = send("POST", "/v2/" + path + "/blobs/uploads/", "", "application/octet-stream");
    const std::string where(begun.header("location"));
    const std::string digest = digest_of(content);
    send("PUT", where.substr(where.find("/v2/")) + "&digest=" + http::percent_encode(digest), content,
         "application/octet-stream");
    return R"({"digest":")" + digest + R"(","size":)" + std::to_string(content.size()) + "}";
  }
  // Its digest. `content` makes it another one.
  std::string push_image(const std::string& path, const std::string& tag, const std::string& content) {
    const std::string manifest = R"({"schemaVersion":2,"config":)" + push_blob(path, "{\"of\":\"" + content + "\"}") +
                                 R"(,"layers":[)" + push_blob(path, content + std::string(1000, '.')) + "]}";
    return push_manifest(path, tag, manifest, "application/vnd.oci.image.manifest.v1+json");
  }
  std::string push_manifest(const std::string& path, const std::string& tag, const std::string& bytes,
                            const std::string& type) {
    EXPECT_EQ(send("PUT", "/v2/" + path + "/manifests/" + tag, bytes, type).status, 201);
    return digest_of(bytes);
  }
  bool has(const std::string& path, const std::string& reference) {
    return client_
               .send({.url = "http://" + host + "/v2/" + path + "/manifests/" + reference,
                      .headers = {{"Accept", std::string(kManifestTypes)}}})
               ->status == 200;
  }

  std::string host;

 private:
  http::Response send(const std::string& method, const std::string& target, const std::string& body,
                      const std::string& type) {
    auto answer = client_.send({.method = method,
                                .url = "http://" + host + target,
                                .headers = {{"Content-Type", type}},
                                .body = std::make_shared<const std::string>(body)});
    EXPECT_TRUE(answer) << answer.error().message;
    return answer.value_or(http::Response{});
  }

  pid_t child_ = 0;
  http::BlockingClient client_;
};

}  // namespace longshore::deployer
