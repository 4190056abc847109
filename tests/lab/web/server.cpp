#include "tests/lab/web/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <thread>

#include "tests/lab/wire/websocket.hpp"

namespace longshore::lab {
namespace {

using namespace std::chrono_literals;

std::string formatted(int status, std::string_view reason, const std::string& version, bool close, std::string_view body) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + " " + std::string(reason) + "\r\nX-Version: " + version +
                    "\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  if (close) out += "Connection: close\r\n";
  return out + "\r\n" + std::string(body);
}

}  // namespace

Server::Server(const Behaviour& behaviour) : behaviour_(behaviour), stop_(::eventfd(0, EFD_CLOEXEC)) {}

bool Server::listen() {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in any{};
  any.sin_family = AF_INET;
  any.sin_port = htons(static_cast<std::uint16_t>(behaviour_.port));
  return ::bind(listener_, reinterpret_cast<sockaddr*>(&any), sizeof any) == 0 && ::listen(listener_, 1024) == 0;
}

void Server::accept_all() {
  while (true) {
    std::array<pollfd, 2> waits{pollfd{listener_, POLLIN, 0}, pollfd{stop_, POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), -1) < 0 && errno != EINTR) break;
    if (waits[0].revents != 0) {  // first: who has connected is served, also while stopping
      if (const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); fd >= 0) {
        const int on = 1;
        ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ++connections_;
        std::thread([this, fd] { serve(fd); }).detach();
      }
    } else if (waits[1].revents != 0) {
      break;
    }
  }
  ::close(listener_);
}

void Server::stop() {
  stopping_ = true;
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_, &one, sizeof one);
}

void Server::serve(int fd) {
  {
    Stream stream(fd);
    Message request;
    bool close = false, begun;
    while (!close && read_message(stream, request, Clock::now() + 60s, stop_, false, begun) == Stream::Got::bytes) {
      if (request.start.starts_with("GET /ws ") && !request.get("sec-websocket-key").empty()) {
        websocket(stream, request);
        break;
      }
      close = request.get("connection") == "close" || request.start.ends_with("/1.0");
      const auto text = answer(request, close);
      if (!stream.write(text, Clock::now() + 10s)) break;
    }
  }
  --connections_;
}

std::string Server::answer(const Message& request, bool& close) const {
  const auto first = request.start.find(' ');
  const auto target = request.start.substr(first + 1, request.start.rfind(' ') - first - 1);
  const auto path = target.substr(0, target.find('?'));
  if (path == "/slow") {
    const auto at = target.find("ms=");
    std::this_thread::sleep_for(
        std::chrono::milliseconds(at == std::string::npos ? 0 : std::min(std::atoi(target.c_str() + at + 3), 30'000)));
  }
  close = close || stopping_;
  const auto say = [&](int status, std::string_view reason, std::string_view body) {
    return formatted(status, reason, behaviour_.version, close, body);
  };
  if (path == "/health")
    return behaviour_.never_healthy ? say(503, "Service Unavailable", "sick\n") : say(200, "OK", "healthy\n");
  if (behaviour_.errors_after && Clock::now() >= started_ + *behaviour_.errors_after)
    return say(500, "Internal Server Error", "broken\n");
  if (path == "/version") return say(200, "OK", behaviour_.version + "\n");
  if (path == "/slow") return say(200, "OK", "slow\n");
  if (path == "/echo")
    return request.start.starts_with("POST ") ? say(200, "OK", request.body) : say(405, "Method Not Allowed", "POST\n");
  return say(404, "Not Found", "no such page\n");
}

void Server::websocket(Stream& stream, const Message& request) {
  const auto far = [] { return Clock::now() + 3600s; };
  if (!stream.write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Version: " +
                        behaviour_.version +
                        "\r\nSec-WebSocket-Accept: " + websocket_accept(request.get("sec-websocket-key")) + "\r\n\r\n",
                    Clock::now() + 10s)) {
    return;
  }
  Frame frame;
  while (true) {
    const auto got = read_frame(stream, frame, far(), stop_);
    if (got == Stream::Got::stopped)
      stream.write(frame_bytes({Frame::close, {'\x03', '\xE9'}}, 0), Clock::now() + 1s);  // 1001: going away
    if (got != Stream::Got::bytes) return;
    if (frame.kind == Frame::ping) frame.kind = Frame::pong;
    if (!stream.write(frame_bytes(frame, 0), Clock::now() + 10s) || frame.kind == Frame::close) return;
  }
}

}  // namespace longshore::lab
