// deployer/balancer against the real HAProxy: its words for every state, draining and back, passwords, levels, a reload.
#include <gmock/gmock.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <functional>
#include <thread>

#include "common/io/certificate_for_test.hpp"
#include "common/io/endpoint.hpp"
#include "deployer/balancer/connect.hpp"
#include "tests/support/temporary_folder.hpp"

extern char** environ;

namespace longshore::deployer {
namespace {

using base::Code;
using testing::HasSubstr;
using namespace std::chrono_literals;

base::UniqueFd listen_somewhere() { return io::open_listener(io::parse_endpoint("tcp://127.0.0.1:0").value()).value(); }

std::uint16_t free_port() { return io::bound_port(listen_somewhere().get()); }

bool within(base::Duration limit, const std::function<bool()>& condition) {
  const auto end = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

class RealHaproxy : public testing::Test {
 protected:
  void SetUp() override {
    const std::string pem = folder_ / "page.pem";
    std::ofstream(pem) << std::ifstream(certificate_.cert_file).rdbuf() << std::ifstream(certificate_.key_file).rdbuf();
    std::ofstream(folder_ / "haproxy.cfg")
        << "global\n  stats socket " << folder_ / "admin.sock" << " level admin expose-fd listeners\n"
        << "  stats socket " << folder_ / "user.sock" << " level user\n"
        << "  stats socket ipv4@127.0.0.1:" << tcp_ << " level admin\n"
        << "defaults\n  mode http\n  timeout connect 1s\n  timeout client 5s\n  timeout server 5s\n"
        << "backend web\n  default-server inter 100ms fall 1 rise 1\n"
        << "  server a 127.0.0.1:" << io::bound_port(a_.get()) << " check\n"
        << "  server b 127.0.0.1:" << free_port() << " check\n"
        << "  server c 127.0.0.1:" << io::bound_port(a_.get()) << "\n"
        << "listen stats\n  bind 127.0.0.1:" << page_ << "\n  bind 127.0.0.1:" << tls_page_ << " ssl crt " << pem
        << "\n  stats enable\n  stats uri /haproxy?stats\n  stats auth me:secret\n";
    start({});
    ASSERT_TRUE(within(10s, [&] { return status("web", "a") == "UP" && status("web", "b") == "DOWN"; }))
        << status("web", "a");
  }
  void TearDown() override {
    for (const pid_t pid : running_) ::kill(pid, SIGKILL);
    for (const pid_t pid : running_) ::waitpid(pid, nullptr, 0);
  }
  void start(std::vector<std::string> more) {
    // It dies with the test, whatever ends that. Debian has it in /usr/sbin.
    std::vector<std::string> words{"setpriv", "--pdeathsig", "KILL", "/usr/sbin/haproxy", "-f", folder_ / "haproxy.cfg"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    ASSERT_EQ(::access(words[3].c_str(), X_OK), 0)
        << "haproxy is missing: install the package haproxy (tools/install-packages test)";
    ASSERT_EQ(::posix_spawnp(&pid, words[0].c_str(), nullptr, nullptr, argv.data(), environ), 0);
    running_.push_back(pid);
  }
  static BalancerEntry entry(std::string url, std::string username = {}, std::string password = {}) {
    BalancerEntry entry;
    entry.name = "lb1";
    entry.url = std::move(url);
    entry.username = std::move(username);
    entry.password = base::Secret(std::move(password));
    return entry;
  }
  std::unique_ptr<Balancer> by_socket() const { return connect(entry("unix://" + (folder_ / "admin.sock"))); }
  std::string status(const std::string& backend, const std::string& server) const {
    const auto servers = by_socket()->servers();
    if (!servers) return servers.error().message;
    for (const ServerState& state : *servers)
      if (state.backend == backend && state.server == server) return state.status;
    return "none";
  }

  TemporaryFolder folder_;
  base::UniqueFd a_ = listen_somewhere();
  std::uint16_t tcp_ = free_port(), page_ = free_port(), tls_page_ = free_port();
  io::CertificateForTest authority_{folder_.path(), "authority"}, certificate_{folder_.path(), "page", &authority_};
  std::vector<pid_t> running_;
};

TEST_F(RealHaproxy, TheSameServersByEveryWay) {
  const auto by_page = connect(entry("http://127.0.0.1:" + std::to_string(page_) + "/haproxy?stats", "me", "secret"));
  const auto by_tcp = connect(entry("tcp://127.0.0.1:" + std::to_string(tcp_)));
  const auto forwarded = connect(entry("unix:///on/another/host.sock"), folder_ / "admin.sock");
  const auto by_unix = by_socket();
  for (Balancer* balancer : {by_page.get(), by_tcp.get(), forwarded.get(), by_unix.get()}) {
    const auto servers = balancer->servers();
    ASSERT_TRUE(servers) << servers.error().message;
    ASSERT_EQ(servers->size(), 3U);
    EXPECT_EQ((*servers)[0].rotation, Rotation::in);
    EXPECT_EQ((*servers)[1].rotation, Rotation::out);
    EXPECT_EQ((*servers)[2].rotation, Rotation::unknown);
    EXPECT_EQ((*servers)[2].status, "no check");
  }
  const auto refused =
      connect(entry("http://127.0.0.1:" + std::to_string(page_) + "/haproxy?stats", "me", "wrong"))->servers();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::permission);
}

TEST_F(RealHaproxy, ThePageOverTlsByAnAuthorityOfOnesOwn) {
  BalancerEntry page = entry("https://127.0.0.1:" + std::to_string(tls_page_) + "/haproxy?stats", "me", "secret");
  const auto stranger = connect(page)->servers();
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, Code::permission) << stranger.error().message;
  page.ca_file = authority_.cert_file;
  const auto servers = connect(page)->servers();
  ASSERT_TRUE(servers) << servers.error().message;
  EXPECT_EQ(servers->size(), 3U);
}

TEST_F(RealHaproxy, DrainsAndBringsBack) {
  const auto balancer = by_socket();
  for (int i = 0; i < 2; ++i) {  // both are idempotent
    const auto drained = balancer->drain("web", "a");
    ASSERT_TRUE(drained) << drained.error().message;
    EXPECT_EQ(status("web", "a"), "DRAIN");
    EXPECT_EQ(balancer->servers()->front().rotation, Rotation::stopping);
  }
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(balancer->ready("web", "a"));
    EXPECT_EQ(status("web", "a"), "UP");
  }
  EXPECT_EQ(balancer->drain("web", "x").error().code, Code::not_found);
  EXPECT_EQ(balancer->drain("x", "a").error().code, Code::not_found);
  const auto user = connect(entry("unix://" + (folder_ / "user.sock")));
  EXPECT_TRUE(user->servers());
  EXPECT_EQ(user->drain("web", "a").error().code, Code::permission);
}

TEST_F(RealHaproxy, AReloadGoesUnnoticedButForgetsADrain) {
  ASSERT_TRUE(by_socket()->drain("web", "a"));
  std::atomic<bool> end = false;
  std::vector<std::string> failures;
  std::thread asking([&] {
    const auto balancer = by_socket();
    while (!end)
      if (const auto servers = balancer->servers(); !servers) failures.push_back(servers.error().message);
  });
  const pid_t old = running_.front();
  start({"-x", folder_ / "admin.sock", "-sf", std::to_string(old)});
  int how = 0;
  EXPECT_TRUE(within(10s, [&] { return ::waitpid(old, &how, WNOHANG) == old; }));
  running_.erase(running_.begin());
  EXPECT_TRUE(within(10s, [&] { return status("web", "a") == "UP"; }));
  end = true;
  asking.join();
  EXPECT_THAT(failures, testing::IsEmpty());
}

}  // namespace
}  // namespace longshore::deployer
