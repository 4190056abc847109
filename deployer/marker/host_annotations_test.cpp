#include "deployer/marker/host_annotations.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace longshore::deployer {
namespace {

using base::Result;

// A host of which only post() is asked.
class PostOnly final : public Host {
 public:
  PostOnly(std::string name, Result<void> answer) : name_(std::move(name)), answer_(std::move(answer)) {}
  const std::string& name() const override { return name_; }
  Result<void> post(const std::string& url, const std::string& body, base::Duration) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    seen = url + " " + body;
    return answer_;
  }
  std::string seen;

  Result<HostFacts> facts() override { return no(); }
  Result<std::vector<ContainerState>> containers(const std::string&, const std::vector<std::string>&) override {
    return no();
  }
  Result<ContainerState> inspect(const std::string&) override { return no(); }
  Result<std::vector<std::string>> images() override { return no(); }
  Result<std::string> ask_registry(const std::string&, const RegistryLogin*) override { return no(); }
  Result<void> pull(const std::string&, const RegistryLogin*, base::Duration) override { return no(); }
  Result<void> remove_image(const std::string&) override { return no(); }
  Result<std::string> create(const std::string&, const std::string&) override { return no(); }
  Result<void> start(const std::string&) override { return no(); }
  Result<void> stop(const std::string&, base::Duration) override { return no(); }
  Result<void> signal(const std::string&, const std::string&) override { return no(); }
  Result<void> rename(const std::string&, const std::string&) override { return no(); }
  Result<void> set_restart_policy(const std::string&, const std::string&) override { return no(); }
  Result<void> remove(const std::string&) override { return no(); }
  Result<void> ensure_network(const std::string&, const std::string&) override { return no(); }
  Result<void> connect_network(const std::string&, const std::string&) override { return no(); }
  Result<std::string> tunnel(const std::string&) override { return no(); }
  Result<void> ensure_volume(const std::string&, const std::string&) override { return no(); }
  Result<std::string> logs(const std::string&, int, base::Timestamp) override { return no(); }
  Result<Note> put_note(const Note&) override { return no(); }
  Result<std::vector<Note>> notes(const std::string&) override { return no(); }
  Result<void> remove_note(const std::string&) override { return no(); }
  Result<ProbeAnswer> get(const std::string&, const std::vector<std::string>&, base::Duration) override { return no(); }
  Result<void> connect_tcp(const std::string&, base::Duration) override { return no(); }

 private:
  static std::unexpected<base::Error> no() { return base::fail(base::Code::io, "nobody asks for this"); }
  std::string name_;
  Result<void> answer_;
};

TEST(HostAnnotations, AllHostsAreToldAtOnceAndFailuresAreNamed) {
  PostOnly one("web1", {}), two("web2", base::fail(base::Code::unavailable, "connection refused")), three("web3", {});
  const auto begin = std::chrono::steady_clock::now();
  const auto problems = annotate_hosts({&one, &two, &three}, "http://127.0.0.1:8514/", "{}");
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(140));
  EXPECT_EQ(problems, std::vector<std::string>{"shipper on web2 was not told of the deploy: connection refused"});
  for (const PostOnly* host : {&one, &two, &three}) EXPECT_EQ(host->seen, "http://127.0.0.1:8514/annotations {}");
}

}  // namespace
}  // namespace longshore::deployer
