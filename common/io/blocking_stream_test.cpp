#include "common/io/blocking_stream.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <thread>

#include "tests/support/temporary_folder.hpp"

namespace longshore::io {
namespace {

using base::Code;
using namespace std::chrono_literals;

base::UniqueFd accept_from(const base::UniqueFd& listener) {
  pollfd waiting{listener.get(), POLLIN, 0};
  EXPECT_EQ(::poll(&waiting, 1, 5000), 1);
  return base::UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
}

std::string talk(const Endpoint& to, const base::UniqueFd& listener) {
  std::thread peer([&] {
    const base::UniqueFd socket = accept_from(listener);
    char heard[16];
    const ssize_t count = ::recv(socket.get(), heard, sizeof heard, 0);
    EXPECT_EQ(::send(socket.get(), heard, static_cast<std::size_t>(count), 0), count);
  });
  std::string all;
  auto stream = BlockingStream::connect(to, 5s);
  EXPECT_TRUE(stream) << stream.error().message;
  EXPECT_TRUE(stream->send("hello"));
  char chunk[3];
  for (;;) {
    const auto count = stream->receive(chunk);
    EXPECT_TRUE(count);
    if (!count || *count == 0) break;
    all.append(chunk, *count);
  }
  peer.join();
  return all;
}

TEST(BlockingStream, SpeaksOverTcpByNameAndOverUnixSockets) {
  const base::UniqueFd tcp = open_listener(parse_endpoint("tcp://127.0.0.1:0").value()).value();
  EXPECT_EQ(talk({Transport::tcp, "localhost", bound_port(tcp.get()), {}}, tcp), "hello");
  const TemporaryFolder folder;
  const Endpoint path{Transport::unix_stream, {}, 0, folder / "s"};
  EXPECT_EQ(talk(path, open_listener(path).value()), "hello");
}

TEST(BlockingStream, SaysWhyThereIsNoConnection) {
  base::UniqueFd listener = open_listener(parse_endpoint("tcp://127.0.0.1:0").value()).value();
  const std::uint16_t port = bound_port(listener.get());
  listener.reset();
  const auto refused = BlockingStream::connect({Transport::tcp, "127.0.0.1", port, {}}, 5s);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::unavailable);
  EXPECT_EQ(refused.error().message, "connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
  EXPECT_EQ(BlockingStream::connect({Transport::unix_stream, {}, 0, "/nowhere/s"}, 5s).error().code, Code::not_found);
  EXPECT_EQ(BlockingStream::connect({Transport::tcp, "no.such.host.invalid", 1, {}}, 5s).error().code, Code::not_found);
  EXPECT_EQ(BlockingStream::connect({Transport::unix_stream, {}, 0, "/" + std::string(200, 'x')}, 5s).error().code,
            Code::invalid);
}

TEST(BlockingStream, OneDeadlineHoldsForAll) {
  const base::UniqueFd listener = open_listener(parse_endpoint("tcp://127.0.0.1:0").value()).value();
  auto stream = BlockingStream::connect({Transport::tcp, "127.0.0.1", bound_port(listener.get()), {}}, 50ms);
  ASSERT_TRUE(stream);
  char chunk[8];
  EXPECT_EQ(stream->receive(chunk).error().code, Code::timeout);
  EXPECT_EQ(stream->send("late").error().code, Code::timeout);
}

}  // namespace
}  // namespace longshore::io
