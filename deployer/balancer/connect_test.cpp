#include "deployer/balancer/connect.hpp"

#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>

#include <thread>

#include "common/docker/engine_for_test.hpp"
#include "common/io/endpoint.hpp"
#include "tests/support/temporary_folder.hpp"

namespace longshore::deployer {
namespace {

using base::Code;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kCsv = "# pxname,svname,type,status,scur\nweb,a,2,NOLB,0\n\n";

BalancerEntry entry(std::string name, std::string url) {
  BalancerEntry entry;
  entry.name = std::move(name);
  entry.url = std::move(url);
  return entry;
}

// HAProxy's end of its stats socket: answers each connection with the next of `answers`, and remembers the commands.
class SocketForTest {
 public:
  SocketForTest(const io::Endpoint& at, std::vector<std::string> answers)
      : listener_(io::open_listener(at).value()),
        port(io::bound_port(listener_.get())),
        thread_([this, answers = std::move(answers)] {
          for (const std::string& answer : answers) {
            pollfd waiting{listener_.get(), POLLIN, 0};
            if (::poll(&waiting, 1, 5000) != 1) return;
            const base::UniqueFd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
            char heard[200];
            const ssize_t count = ::recv(socket.get(), heard, sizeof heard, 0);
            commands_.emplace_back(heard, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
            ::send(socket.get(), answer.data(), answer.size(), MSG_NOSIGNAL);
          }
        }) {}
  ~SocketForTest() {
    if (thread_.joinable()) thread_.join();
  }
  std::vector<std::string> commands() {
    thread_.join();
    return commands_;
  }

 private:
  base::UniqueFd listener_;
  std::vector<std::string> commands_;

 public:
  const std::uint16_t port;

 private:
  std::thread thread_;
};

TEST(Connect, ReadsAndDrainsThroughAStatsSocket) {
  SocketForTest socket({io::Transport::tcp, "127.0.0.1", 0, {}}, {kCsv, "\n", "\n", "No such server.\n\n"});
  const auto balancer = connect(entry("lb1", "tcp://127.0.0.1:" + std::to_string(socket.port)));
  const auto servers = balancer->servers();
  ASSERT_TRUE(servers) << servers.error().message;
  EXPECT_EQ(servers->front().balancer + " " + servers->front().status, "lb1 NOLB");
  EXPECT_TRUE(balancer->drain("web", "a"));
  EXPECT_TRUE(balancer->ready("web", "a"));
  const auto missing = balancer->drain("web", "x");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, Code::not_found);
  EXPECT_EQ(missing.error().message, "lb1: web/x is not set to drain: No such server.");
  EXPECT_THAT(socket.commands(), ElementsAre("show stat\n", "set server web/a state drain\n",
                                             "set server web/a state ready\n", "set server web/x state drain\n"));
}

TEST(Connect, AForwardedSocketIsUsedWhateverTheUrlNames) {
  const TemporaryFolder folder;
  SocketForTest socket({io::Transport::unix_stream, {}, 0, folder / "s"}, {kCsv});
  EXPECT_TRUE(connect(entry("lb", "unix:///run/haproxy.sock"), folder / "s")->servers());
}

TEST(Connect, AReloadThatBreaksAnAnswerOffIsWaitedOut) {
  const TemporaryFolder folder;
  SocketForTest socket({io::Transport::unix_stream, {}, 0, folder / "s"}, {"", "# pxname,svname,ty", kCsv});
  const auto servers = connect(entry("lb", "unix://" + (folder / "s")))->servers();
  ASSERT_TRUE(servers) << servers.error().message;
  EXPECT_EQ(servers->size(), 1U);
}

TEST(Connect, SaysWhichBalancerAndWhat) {
  const TemporaryFolder folder;
  const auto gone = connect(entry("lb1", "unix://" + (folder / "s")))->servers();
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code, Code::not_found);
  EXPECT_THAT(gone.error().message, HasSubstr("lb1: connect to "));
  const auto wrong = connect(entry("lb1", "ftp://x"))->servers();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, Code::invalid);
  EXPECT_THAT(wrong.error().message, HasSubstr("lb1: \"ftp://x\" is none of unix:///PATH"));
  EXPECT_EQ(connect(entry("lb", "tcp://127.0.0.1:1"))->drain("web", "a\nshutdown").error().code, Code::invalid);
}

TEST(Connect, ReadsTheStatisticsPageWithItsPassword) {
  const TemporaryFolder folder;
  docker::EngineForTest page(folder / "s", [](const http::ServerRequest& request) {
    http::ServerResponse response;
    for (const auto& [name, value] : request.headers)
      if (name == "authorization" && value == "Basic bWU6cHc=") response.body = kCsv;
    if (response.body.empty()) response.status = 401;
    if (request.path != "/haproxy" || request.query != "stats;csv") response.status = 404;
    return response;
  });
  BalancerEntry lb = entry("lb1", "http://lb1:8404/haproxy?stats");
  lb.username = "me";
  lb.password = base::Secret("pw");
  const auto balancer = connect(lb, folder / "s");
  const auto servers = balancer->servers();
  ASSERT_TRUE(servers) << servers.error().message;
  EXPECT_EQ(servers->size(), 1U);
  EXPECT_EQ(balancer->drain("web", "a").error().code, Code::invalid);

  lb.password = base::Secret("wrong");
  const auto refused = connect(lb, folder / "s")->servers();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::permission);
  EXPECT_EQ(refused.error().message, "lb1: http://lb1:8404/haproxy?stats;csv does not accept the password of me");
  lb.username.clear();
  EXPECT_THAT(connect(lb, folder / "s")->servers().error().message, HasSubstr("wants a user and a password"));
  lb.url = "http://lb1:8404/other";
  EXPECT_EQ(connect(lb, folder / "s")->servers().error().code, Code::not_found);
}

}  // namespace
}  // namespace longshore::deployer
