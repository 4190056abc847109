#include "deployer/registry/registry.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <thread>

#include "common/http/server.hpp"
#include "common/io/endpoint.hpp"
#include "common/io/task_group.hpp"
#include "deployer/registry/registries.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using http::ServerRequest;
using http::ServerResponse;

const std::string kImage =
    R"({"schemaVersion":2,"config":{"digest":"sha256:)" + std::string(64, 'a') + R"(","size":2},"layers":[]})";
constexpr const char* kType = "application/vnd.oci.image.manifest.v1+json";

std::string header(const ServerRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers)
    if (key == name) return value;
  return "";
}

// A registry on a thread of its own, at plain http; `answer` runs there.
class RegistryClient : public ::testing::Test {
 protected:
  using Answer = std::function<ServerResponse(const ServerRequest&)>;
  void serve(Answer answer) {
    base::UniqueFd listener = io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value();
    host_ = "127.0.0.1:" + std::to_string(io::bound_port(listener.get()));
    server_ = std::make_unique<http::Server>(
        loop_.get_executor(), std::move(listener), [this, answer](const ServerRequest& request) -> io::Task<ServerResponse> {
          asked_.push_back(request.method + " " + request.path + (request.query.empty() ? "" : "?" + request.query));
          co_return answer(request);
        });
    server_->start();
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~RegistryClient() override {
    if (!server_) return;
    boost::asio::post(loop_, [this] { tasks_.spawn("stop", server_->stop()); });
    thread_.join();
  }
  Registry registry(const std::string& username = "", const std::string& password = "") {
    RegistryEntry entry;
    entry.host = host_;
    entry.plain_http = true;
    entry.username = username;
    entry.password = base::Secret(password);
    return Registry(entry);
  }
  static ServerResponse manifest(const std::string& body = kImage) {
    return {.status = 200,
            .content_type = kType,
            .body = body,
            .headers = {{"Docker-Content-Digest", digest_of(body)}},
            .stream = {}};
  }
  static ServerResponse status(int code, const std::string& body = "", http::Headers headers = {}) {
    return {.status = code, .content_type = "application/json", .body = body, .headers = std::move(headers), .stream = {}};
  }

  std::string host_;
  std::vector<std::string> asked_;  // by the server's thread; read when it has answered

 private:
  boost::asio::io_context loop_{1};
  io::TaskGroup tasks_{loop_.get_executor()};
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

TEST_F(RegistryClient, GivesAManifestWithTheDigestOfItsBytes) {
  serve([](const ServerRequest& request) {
    EXPECT_EQ(header(request, "accept"), kManifestTypes);
    return manifest();
  });
  const auto got = registry().get("shop/web", "1");
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(got->bytes, kImage);
  EXPECT_EQ(got->media_type, kType);
  EXPECT_EQ(got->digest, digest_of(kImage));
  EXPECT_EQ(asked_, std::vector<std::string>{"GET /v2/shop/web/manifests/1"});
}

TEST_F(RegistryClient, DoesNotBelieveADigestThatTheBytesDoNotHave) {
  serve([](const ServerRequest&) {
    ServerResponse answer = manifest();
    answer.headers = {{"Docker-Content-Digest", digest_of("other")}};
    return answer;
  });
  const auto got = registry().get("shop/web", "1");
  EXPECT_EQ(got.error().code, Code::corrupt);
  EXPECT_EQ(got.error().message, host_ + ": shop/web:1: its manifest is not what it should be: said to be " +
                                     digest_of("other") + ", its bytes are " + digest_of(kImage));
}

TEST_F(RegistryClient, NamesTheTagsThatAreMostLikeOneThatIsMissing) {
  serve([](const ServerRequest& request) {
    if (request.path == "/v2/shop/web/tags/list") {
      return request.query.contains("last")
                 ? status(200, R"({"tags":["20150619_1503"]})")
                 : status(200, R"({"tags":["1"]})", {{"Link", R"(</v2/shop/web/tags/list?last=1>; rel="next")"}});
    }
    return status(404, R"({"errors":[{"code":"MANIFEST_UNKNOWN"}]})");
  });
  const auto got = registry().digest("shop/web", "20150619_1504");
  EXPECT_EQ(got.error().code, Code::not_found);
  EXPECT_EQ(got.error().message, host_ + ": has no shop/web:20150619_1504; it has 20150619_1503, 1");
}

TEST_F(RegistryClient, NamesTheRepositoriesThatAreMostLikeOneThatIsMissing) {
  serve([](const ServerRequest& request) {
    return request.path == "/v2/_catalog" ? status(200, R"({"repositories":["shop/web"]})")
                                          : status(404, R"({"errors":[{"code":"NAME_UNKNOWN"}]})");
  });
  EXPECT_EQ(registry().get("shop/wep", "1").error().message, host_ + ": has no repository shop/wep; it has shop/web");
}

TEST_F(RegistryClient, LogsInWithBasicWhenAskedAndOnlyOnce) {
  serve([](const ServerRequest& request) {
    return header(request, "authorization") == "Basic Y2k6c2VjcmV0"
               ? manifest()
               : status(401, "", {{"WWW-Authenticate", "Basic realm=\"r\""}});
  });
  Registry registry = this->registry("ci", "secret");
  EXPECT_TRUE(registry.get("shop/web", "1"));
  EXPECT_TRUE(registry.get("shop/web", "1"));
  EXPECT_EQ(asked_.size(), 3U);
  const auto refused = this->registry("ci", "wrong").get("shop/web", "1");
  EXPECT_EQ(refused.error().code, Code::permission);
  EXPECT_EQ(refused.error().message,
            host_ +
                ": GET of shop/web: user \"ci\" is refused with 401: check username, password and what the "
                "user may do");
  EXPECT_EQ(
      this->registry().get("shop/web", "1").error().message,
      host_ +
          ": GET of shop/web: a request without a login is refused with 401: give username and password of this registry");
}

TEST_F(RegistryClient, FetchesATokenForEachPurposeAndAnewWhenItHasExpired) {
  int tokens = 0;
  serve([&](const ServerRequest& request) {
    if (request.path == "/token") {
      if (header(request, "authorization") != "Basic Y2k6c2VjcmV0") return status(401);
      return status(200, R"({"token":"t)" + std::to_string(++tokens) + "\"}");
    }
    if (header(request, "authorization") == "Bearer t" + std::to_string(tokens) && tokens > 0) return manifest();
    return status(401, "",
                  {{"WWW-Authenticate",
                    "Bearer realm=\"http://" + host_ + "/token\",service=\"r\",scope=\"repository:shop/web:pull\""}});
  });
  Registry registry = this->registry("ci", "secret");
  EXPECT_TRUE(registry.get("shop/web", "1"));
  EXPECT_TRUE(registry.get("shop/web", "1"));
  EXPECT_EQ(tokens, 1);
  ++tokens;  // the old one is no longer good
  EXPECT_TRUE(registry.get("shop/web", "1"));
  EXPECT_EQ(tokens, 3);
  EXPECT_EQ(asked_[1], "GET /token?service=r&scope=repository%3Ashop%2Fweb%3Apull");
  EXPECT_EQ(this->registry("ci", "wrong").get("shop/web", "1").error().message,
            host_ + ": its token server http://" + host_ + "/token refuses user \"ci\" (401): check username and password");
}

TEST_F(RegistryClient, TagsWithTheSameBytesAndHasItConfirmed) {
  std::string kept;
  serve([&](const ServerRequest& request) {
    if (request.method == "PUT") {
      EXPECT_EQ(header(request, "content-type"), kType);
      kept = request.body;
      return status(201);
    }
    return manifest(kept);
  });
  const Manifest image{kImage, kType, digest_of(kImage)};
  EXPECT_TRUE(registry().tag("shop/web", "rc_1", image));
  EXPECT_EQ(kept, kImage);
  EXPECT_EQ(asked_, (std::vector<std::string>{"PUT /v2/shop/web/manifests/rc_1", "HEAD /v2/shop/web/manifests/rc_1"}));
}

TEST_F(RegistryClient, AsksAgainWhatFailsForAMoment) {
  int asked = 0;
  serve([&](const ServerRequest&) { return ++asked < 3 ? status(503) : manifest(); });
  EXPECT_TRUE(registry().get("shop/web", "1"));
  asked = -10;
  const auto failed = registry().get("shop/web", "1");
  EXPECT_EQ(failed.error().code, Code::unavailable);
  EXPECT_EQ(failed.error().message, host_ + ": GET of shop/web: answers 503");
}

TEST_F(RegistryClient, SaysThatDeletingIsSwitchedOff) {
  serve([](const ServerRequest& request) {
    return status(request.path.ends_with('a') ? 405 : 404, R"({"errors":[{"code":"UNSUPPORTED"}]})");
  });
  EXPECT_EQ(registry().remove("shop/web", "sha256:a").error().message,
            host_ + ": DELETE of shop/web: the registry does not let manifests be deleted (storage.delete.enabled)");
  EXPECT_TRUE(registry().remove("shop/web", "sha256:b"));
}

TEST_F(RegistryClient, SaysWhatHasNoTlsOrDoesNotListen) {
  serve([](const ServerRequest&) { return status(200); });
  RegistryEntry entry;
  entry.host = host_;
  const auto no_tls = Registry(entry).get("shop/web", "1");
  EXPECT_EQ(no_tls.error().code, Code::permission);
  EXPECT_TRUE(no_tls.error().message.starts_with("registry " + host_ + ": no TLS with it, trusting the system's CAs: "))
      << no_tls.error().message;
  entry.host = "127.0.0.1:1";
  EXPECT_EQ(Registry(entry).get("shop/web", "1").error().code, Code::unavailable);
}

TEST(Registries, AreOursWhereAnEntryNamesThem) {
  RegistryEntry entry;
  entry.host = "registry.example:5000";
  Registries registries({entry});
  EXPECT_TRUE(registries.is_ours("registry.example:5000"));
  EXPECT_FALSE(registries.is_ours("docker.io"));
  EXPECT_EQ(registries.of("docker.io").host(), "docker.io");
  EXPECT_EQ(&registries.of("docker.io"), &registries.of("docker.io"));
}

}  // namespace
}  // namespace longshore::deployer
