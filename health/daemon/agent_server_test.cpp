#include "health/daemon/agent_server.hpp"

#include <gtest/gtest.h>

#include "common/http/peer_for_test.hpp"

namespace longshore::health {
namespace {

TEST(AgentServer, SaysItsLineToWhoeverConnectsWhateverTheySend) {
  io::LoopForTest test;
  base::UniqueFd listener = http::listen_on_loopback();
  const std::uint16_t port = io::bound_port(listener.get());
  std::string line = "ready up\n";
  AgentServer agent(test.loop.get_executor(), std::move(listener), [&] { return line; });
  test.run([&]() -> io::Task<void> {
    agent.start();
    http::PeerForTest silent = http::PeerForTest::connect(test.loop, port);
    std::string heard = co_await silent.receive();
    EXPECT_EQ(heard, "ready up\n");
    line = "drain up\n";
    http::PeerForTest talking = http::PeerForTest::connect(test.loop, port);
    co_await talking.send("agent-send of the configuration\n");
    heard = co_await talking.receive();
    EXPECT_EQ(heard, "drain up\n");
    co_await agent.stop();
  });
}

}  // namespace
}  // namespace longshore::health
