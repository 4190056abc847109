#include "shipper/sources/datagram_source.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/io/loop_for_test.hpp"
#include "shipper/sources/intake_for_test.hpp"
#include "shipper/sources/protocols.hpp"

namespace longshore::shipper {
namespace {

struct Sockets {
  Sockets() {
    receiver = base::UniqueFd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0));
    sender = base::UniqueFd(::socket(AF_INET, SOCK_DGRAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(receiver.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::getsockname(receiver.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
    EXPECT_EQ(::connect(sender.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  }
  void send(const std::string& bytes) {
    ++sent;
    EXPECT_EQ(::send(sender.get(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  base::UniqueFd receiver, sender;
  std::size_t sent = 0;
};

class DatagramSourceTest : public testing::Test {
 protected:
  void run(std::size_t limit, std::function<io::Task<void>(DatagramSource&)> body,
           std::unique_ptr<DatagramProtocol> protocol = make_syslog_datagrams(base::Zone{}, "this-host")) {
    DatagramSource source(loop.loop.get_executor(), 0, std::move(sockets.receiver), limit, std::move(protocol), intake,
                          clock);
    loop.run([&]() -> io::Task<void> {
      source.start();
      co_await body(source);
      co_await source.stop();
    });
  }
  io::Task<void> until_messages(std::size_t count) {
    while (intake.messages.size() < count) co_await io::sleep_for(std::chrono::milliseconds(1));
  }

  Sockets sockets;
  io::LoopForTest loop;
  IntakeForTest intake;
  base::SystemClock clock;
};

TEST_F(DatagramSourceTest, EachDatagramIsAMessageFromItsPeer) {
  run(65536, [&](DatagramSource&) -> io::Task<void> {
    for (int i = 0; i < 100; ++i) sockets.send("<13>Oct 11 22:14:15 app: message " + std::to_string(i) + "\n");
    sockets.send("\n");  // nothing
    co_await until_messages(100);
  });
  ASSERT_EQ(intake.messages.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(intake.messages[static_cast<std::size_t>(i)], "message " + std::to_string(i));
  EXPECT_EQ(intake.hosts[0], "this-host") << "it came over loopback";
}

TEST_F(DatagramSourceTest, WhatIsLongerThanTheLimitIsCut) {
  run(1024, [&](DatagramSource&) -> io::Task<void> {
    sockets.send("<13>Oct 11 22:14:15 h app: " + std::string(3000, 'x'));
    co_await until_messages(1);
  });
  EXPECT_EQ(intake.messages.at(0).size() + std::string("<13>Oct 11 22:14:15 h app: ").size(), 1024u);
}

TEST_F(DatagramSourceTest, WhatTheKernelDropsWhileNobodyReadsIsCounted) {
  const int small = 4096;
  ASSERT_EQ(::setsockopt(sockets.receiver.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
  intake.accepts = false;
  run(65536, [&](DatagramSource& source) -> io::Task<void> {
    for (int i = 0; i < 200; ++i) sockets.send("<13>message " + std::to_string(i) + std::string(500, ' '));
    co_await io::sleep_for(std::chrono::milliseconds(20));
    EXPECT_TRUE(intake.messages.empty()) << "the spool is full: nothing is read";
    source.expire(clock.now());
    EXPECT_GT(intake.dropped.dropped["kernel_udp"], 100u) << "no datagram follows that would tell";
    intake.accepts = true;
    sockets.send("<13>the last one");
    while (intake.messages.empty() || intake.messages.back() != "the last one") {
      sockets.send("<13>the last one");
      co_await io::sleep_for(std::chrono::milliseconds(1));
    }
  });
  EXPECT_EQ(intake.messages.size() + intake.dropped.dropped["kernel_udp"], sockets.sent);
}

TEST_F(DatagramSourceTest, WhatHasArrivedIsReadBeforeItStops) {
  run(65536, [&](DatagramSource&) -> io::Task<void> {
    for (int i = 0; i < 50; ++i) sockets.send("<13>message");
    co_return;
  });
  EXPECT_EQ(intake.messages.size(), 50u);
}

TEST_F(DatagramSourceTest, TheGelfDriversPiecesAreJoined) {
  const std::string piece(16'384, 'x');
  const auto gelf = [](const std::string& message) {
    return R"({"version":"1.1","host":"h","short_message":")" + message + R"(","level":6,"_tag":"t"})";
  };
  auto body = [&](DatagramSource&) -> io::Task<void> {
    for (const std::string& message : {piece, piece, std::string("end"), std::string("next")}) sockets.send(gelf(message));
    co_await until_messages(2);
  };
  run(65536, body, make_gelf_datagrams(1 << 20));
  EXPECT_EQ(intake.messages, (std::vector<std::string>{piece + piece + "end", "next"}));
}

}  // namespace
}  // namespace longshore::shipper
