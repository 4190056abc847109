#include "shipper/sources/stream_source.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "common/io/loop_for_test.hpp"
#include "common/telemetry/log.hpp"
#include "shipper/sources/intake_for_test.hpp"
#include "shipper/sources/protocols.hpp"

namespace longshore::shipper {
namespace {

class StreamSourceTest : public testing::Test {
 protected:
  StreamSourceTest() {
    telemetry::set_log(telemetry::Level::error, telemetry::LogFormat::logfmt);
    listener_ = base::UniqueFd(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0));
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address_;
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address_), size), 0);
    EXPECT_EQ(::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address_), &size), 0);
    EXPECT_EQ(::listen(listener_.get(), 100), 0);
  }

  base::UniqueFd connect() const {
    base::UniqueFd fd(::socket(AF_INET, SOCK_STREAM, 0));
    EXPECT_EQ(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address_), sizeof address_), 0);
    return fd;
  }
  static void send(const base::UniqueFd& fd, std::string_view bytes) {
    EXPECT_EQ(::send(fd.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL), static_cast<ssize_t>(bytes.size()));
  }
  static io::Task<std::string> receive(const base::UniqueFd& fd) {  // until something came or the peer has closed
    char bytes[4096];
    for (;;) {
      const ssize_t count = ::recv(fd.get(), bytes, sizeof bytes, MSG_DONTWAIT);
      if (count >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK))
        co_return std::string(bytes, static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
      co_await io::sleep_for(std::chrono::milliseconds(1));
    }
  }
  void run(StreamProtocolFactory protocol, std::function<io::Task<void>(StreamSource&)> body) {
    StreamSource source(loop.loop.get_executor(), options, std::move(listener_), nullptr, std::move(protocol), intake,
                        clock);
    loop.run([&]() -> io::Task<void> {
      source.start();
      co_await body(source);
      co_await source.stop();
    });
  }
  static StreamProtocolFactory syslog(std::size_t max_message = 65536) {
    return [max_message](std::string_view peer) { return make_syslog_protocol(max_message, base::Zone{}, peer); };
  }
  io::Task<void> until_messages(std::size_t count) {
    while (intake.messages.size() < count) co_await io::sleep_for(std::chrono::milliseconds(1));
  }

  StreamSourceOptions options;
  io::LoopForTest loop;
  IntakeForTest intake;
  base::SystemClock clock;

 private:
  base::UniqueFd listener_;
  sockaddr_in address_{};
};

TEST_F(StreamSourceTest, ManyConnectionsEachInItsFraming) {
  run(syslog(), [&](StreamSource& source) -> io::Task<void> {
    const base::UniqueFd counted = connect(), lines = connect();
    send(counted, "19 <13>1 - - - - - - a");
    send(lines, "<13>1 - - - - - - b\n<13>1 - - - - - - c");
    co_await until_messages(2);
    send(counted, "19 <13>1 - - - - - - d");
    co_await until_messages(3);
    EXPECT_EQ(source.gauges().at("connections"), 2);
    EXPECT_EQ(std::count(intake.messages.begin(), intake.messages.end(), "c"), 0) << "it has no end yet";
  });
  // What had no end when everything stopped is a message too.
  std::sort(intake.messages.begin(), intake.messages.end());
  EXPECT_EQ(intake.messages, (std::vector<std::string>{"a", "b", "c", "d"}));
}

TEST_F(StreamSourceTest, HoweverTheBytesAreCutTheMessagesAreTheSame) {
  std::string all;
  for (int i = 0; i < 50; ++i) all += "<13>Oct 11 22:14:15 host app: message " + std::to_string(i) + "\n";
  run(syslog(), [&](StreamSource&) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    for (std::size_t at = 0; at < all.size(); at += 97) {
      send(fd, std::string_view(all).substr(at, 97));
      if (at % 5 == 0) co_await io::sleep_for(std::chrono::milliseconds(1));
    }
    co_await until_messages(50);
  });
  ASSERT_EQ(intake.messages.size(), 50u);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(intake.messages[static_cast<std::size_t>(i)], "message " + std::to_string(i));
  EXPECT_EQ(intake.bytes, all.size());
}

TEST_F(StreamSourceTest, NothingIsReadWhileTheSpoolIsFull) {
  intake.accepts = false;
  run(syslog(), [&](StreamSource&) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "<13>waits\n");
    co_await io::sleep_for(std::chrono::milliseconds(30));
    EXPECT_TRUE(intake.messages.empty());
    intake.accepts = true;
    co_await until_messages(1);
  });
  EXPECT_EQ(intake.messages.at(0), "waits");
}

TEST_F(StreamSourceTest, AStopReadsWhatSendersSentUntilTheyNoticed) {
  base::UniqueFd waiting;
  int sent = 0;
  std::jthread sender;
  run(syslog(), [&](StreamSource&) -> io::Task<void> {
    sender = std::jthread([this, fd = connect(), &sent] {
      char byte = 0;
      while (::recv(fd.get(), &byte, 1, MSG_DONTWAIT) != 0 && sent < 1'000'000) {
        send(fd, "<13>one of many\n");
        ++sent;
      }
    });
    co_await until_messages(100);
    waiting = connect();  // nobody has accepted it yet
    send(waiting, "<13>sent before the stop\n");
  });
  sender.join();
  EXPECT_LT(sent, 1'000'000) << "it was not told";
  EXPECT_EQ(std::ranges::count(intake.messages, "one of many"), sent);
  EXPECT_EQ(std::ranges::count(intake.messages, "sent before the stop"), 1);
}

TEST_F(StreamSourceTest, TheGelfDriversPiecesAreJoined) {
  const std::string piece(16'384, 'x');
  const auto gelf = [](const std::string& message) {
    return R"({"version":"1.1","host":"h","short_message":")" + message + R"(","level":6,"_tag":"t"})" +
           std::string(1, '\0');
  };
  run([](std::string_view) { return make_gelf_protocol(1 << 20); },
      [&](StreamSource&) -> io::Task<void> {
        const base::UniqueFd fd = connect();
        for (const std::string& message : {piece, piece, std::string("end"), std::string("next")}) send(fd, gelf(message));
        co_await until_messages(2);
        send(fd, gelf(piece));  // it ends without a rest
      });
  EXPECT_EQ(intake.messages, (std::vector<std::string>{piece + piece + "end", "next", piece}));
}

TEST_F(StreamSourceTest, TheConnectionLimitHolds) {
  options.max_connections = 2;
  run(syslog(), [&](StreamSource& source) -> io::Task<void> {
    const base::UniqueFd first = connect(), second = connect(), third = connect();
    const std::string answer = co_await receive(third);
    EXPECT_EQ(answer, "") << "it is closed at once";
    send(first, "<13>still served\n");
    co_await until_messages(1);
    EXPECT_EQ(source.gauges().at("refused"), 1);
  });
}

TEST_F(StreamSourceTest, ASilentConnectionEndsAfterItsTime) {
  options.idle_timeout = std::chrono::milliseconds(50);
  run(syslog(), [&](StreamSource& source) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "<13>unfinished");
    const std::string answer = co_await receive(fd);
    EXPECT_EQ(answer, "");
    co_await until_messages(1);
    while (source.gauges().at("connections") > 0) co_await io::sleep_for(std::chrono::milliseconds(1));
  });
  EXPECT_EQ(intake.messages.at(0), "unfinished");
}

TEST_F(StreamSourceTest, UnfinishedMessagesOfManyDoNotFillTheMemory) {
  options.max_connections = 10;
  options.max_held = 100'000;
  run(syslog(), [&](StreamSource& source) -> io::Task<void> {
    std::vector<base::UniqueFd> fds;
    for (int i = 0; i < 8; ++i) {
      fds.push_back(connect());
      send(fds.back(), std::string(30'000, 'x'));
    }
    while (source.gauges().at("connections") > 3) co_await io::sleep_for(std::chrono::milliseconds(1));
    // A modest sender is served all the while.
    const base::UniqueFd fd = connect();
    send(fd, "<13>modest\n");
    while (std::count(intake.messages.begin(), intake.messages.end(), "modest") == 0)
      co_await io::sleep_for(std::chrono::milliseconds(1));
  });
}

TEST_F(StreamSourceTest, AProxyHeaderNamesTheRealPeer) {
  options.proxy_protocol = true;
  run(syslog(), [&](StreamSource&) -> io::Task<void> {
    const base::UniqueFd fd = connect();
    send(fd, "PROXY TCP4 192.0.2.7 127.0.0.1 5");
    co_await io::sleep_for(std::chrono::milliseconds(5));
    send(fd, "6324 443\r\n<13>Oct 11 22:14:15 app: hello\n");
    co_await until_messages(1);
    const base::UniqueFd without = connect();
    send(without, "<13>no header\n");
    const std::string answer = co_await receive(without);
    EXPECT_EQ(answer, "");
  });
  ASSERT_EQ(intake.messages.size(), 1u);
  EXPECT_EQ(intake.hosts[0], "192.0.2.7");
}

TEST_F(StreamSourceTest, ForwardIsAcknowledgedOnlyWhenItIsDurable) {
  PartialJoiner joiner{PartialOptions{}};
  run([&](std::string_view) { return make_forward_protocol(1 << 20, joiner); },
      [&](StreamSource&) -> io::Task<void> {
        const base::UniqueFd fd = connect();
        // ["tag", 1, {"log": "hello"}, {"chunk": "id"}]
        send(fd,
             "\x94\xA3tag\x01\x81\xA3log\xA5hello\x81\xA5"
             "chunk\xA2id");
        co_await until_messages(1);
        co_await io::sleep_for(std::chrono::milliseconds(20));
        char byte = 0;
        EXPECT_EQ(::recv(fd.get(), &byte, 1, MSG_DONTWAIT), -1) << "nothing is on disk yet";
        intake.make_durable();
        const std::string answer = co_await receive(fd);
        EXPECT_EQ(answer,
                  "\x81\xA3"
                  "ack\xA2id");
      });
  EXPECT_EQ(intake.messages.at(0), "hello");
}

TEST_F(StreamSourceTest, AnAcknowledgementForAConnectionThatIsGoneHarmsNobody) {
  PartialJoiner joiner{PartialOptions{}};
  run([&](std::string_view) { return make_forward_protocol(1 << 20, joiner); },
      [&](StreamSource& source) -> io::Task<void> {
        {
          const base::UniqueFd fd = connect();
          send(fd,
               "\x94\xA3tag\x01\x81\xA3log\xA5hello\x81\xA5"
               "chunk\xA2id");
          co_await until_messages(1);
        }
        while (source.gauges().at("connections") > 0) co_await io::sleep_for(std::chrono::milliseconds(1));
        intake.make_durable();
      });
}

TEST_F(StreamSourceTest, WhoBreaksForwardIsClosed) {
  PartialJoiner joiner{PartialOptions{}};
  run([&](std::string_view) { return make_forward_protocol(1 << 20, joiner); },
      [&](StreamSource&) -> io::Task<void> {
        const base::UniqueFd fd = connect();
        send(fd, "GET / HTTP/1.1\r\n\r\n");
        const std::string answer = co_await receive(fd);
        EXPECT_EQ(answer, "");
      });
  EXPECT_TRUE(intake.messages.empty());
}

}  // namespace
}  // namespace longshore::shipper
