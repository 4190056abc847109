// The other side of a connection, byte by byte: what a well-behaved library would never send.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <string>
#include <string_view>
#include <utility>

#include "common/base/unique_fd.hpp"
#include "common/io/endpoint.hpp"
#include "common/io/loop_for_test.hpp"

namespace longshore::http {

inline base::UniqueFd listen_on_loopback(const std::string& address = "127.0.0.1") {
  return io::open_listener(io::parse_endpoint("tcp://" + address + ":0").value()).value();
}

class PeerForTest {
 public:
  PeerForTest(boost::asio::io_context& loop, base::UniqueFd socket) : socket_(loop, socket.release()) {}

  static PeerForTest connect(boost::asio::io_context& loop, std::uint16_t port) {
    base::UniqueFd socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    return {loop, std::move(socket)};
  }
  static io::Task<PeerForTest> accept(boost::asio::io_context& loop, base::UniqueFd& listener) {
    boost::asio::posix::stream_descriptor waiting(loop, listener.get());
    co_await waiting.async_wait(boost::asio::posix::stream_descriptor::wait_read, io::kNoThrow);
    waiting.release();
    co_return PeerForTest(loop, base::UniqueFd(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)));
  }

  io::Task<void> send(std::string_view bytes) {
    co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes), io::kNoThrow);
  }
  // Until `end` is seen, or the other side closes if it is empty; returns all that came.
  io::Task<std::string> receive(std::string_view end = {}) {
    std::string all;
    char chunk[4096];
    while (end.empty() || all.find(end) == all.npos) {
      const auto [error, count] = co_await socket_.async_read_some(boost::asio::buffer(chunk), io::kNoThrow);
      if (error) break;
      all.append(chunk, count);
    }
    co_return all;
  }

 private:
  boost::asio::posix::stream_descriptor socket_;
};

}  // namespace longshore::http
