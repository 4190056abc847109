#include "common/http/plain_client.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>

#include "common/base/unique_fd.hpp"

namespace longshore::http {
namespace {

namespace beast = boost::beast;
using base::Code;
using base::fail;
using base::Result;
using Clock = std::chrono::steady_clock;

struct Url {
  std::string host, port = "80", target = "/";
};

Result<Url> split(const std::string& text) {
  constexpr std::string_view kScheme = "http://";
  const bool clean = std::none_of(text.begin(), text.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  if (!text.starts_with(kScheme) || !clean) return fail(Code::invalid, "not a URL that begins with http://");
  Url url;
  const std::size_t slash = text.find('/', kScheme.size());
  url.host = text.substr(kScheme.size(), slash == text.npos ? text.npos : slash - kScheme.size());
  if (slash != text.npos) url.target = text.substr(slash);
  const std::size_t bracket = url.host.rfind(']');
  if (const std::size_t colon = url.host.rfind(':'); colon != text.npos && (bracket == text.npos || colon > bracket)) {
    url.port = url.host.substr(colon + 1);
    url.host.resize(colon);
  }
  if (url.host.size() > 2 && url.host.front() == '[' && url.host.back() == ']')
    url.host = url.host.substr(1, url.host.size() - 2);
  if (url.host.empty() || url.port.empty()) return fail(Code::invalid, "the URL names no host");
  return url;
}

class Exchange {
 public:
  Exchange(const PlainRequest& request, Url url)
      : request_(request), url_(std::move(url)), end_(Clock::now() + request.timeout) {}

  Result<Response> run() {
    TRY_VOID(request_.unix_socket.empty() ? connect_tcp() : connect_unix());
    TRY_VOID(send(head() + request_.body));
    return receive();
  }

 private:
  std::string where() const { return request_.unix_socket.empty() ? url_.host + ":" + url_.port : request_.unix_socket; }

  Result<void> wait(short events) {
    for (;;) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
      pollfd state{socket_.get(), events, 0};
      const int ready = left <= 0 ? 0 : ::poll(&state, 1, static_cast<int>(std::min<long long>(left, 60'000)));
      if (ready > 0) return {};
      if (ready < 0 && errno != EINTR) return base::fail_errno(errno, "wait for " + where());
      if (Clock::now() >= end_) return fail(Code::timeout, "no answer from " + where() + " in time");
    }
  }

  Result<void> connect_to(const sockaddr* address, socklen_t size) {
    socket_.reset(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_) return base::fail_errno(errno, "socket");
    if (::connect(socket_.get(), address, size) == 0) return {};
    if (errno == EINPROGRESS) {
      TRY_VOID(wait(POLLOUT));
      int error = 0;
      socklen_t length = sizeof error;
      ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &length);
      if (error == 0) return {};
      errno = error;
    }
    base::Error error = base::errno_error(errno, "connect to " + where());
    if (errno == ECONNREFUSED || errno == EAGAIN || errno == ENETUNREACH || errno == EHOSTUNREACH)
      error.code = Code::unavailable;
    return fail(std::move(error));
  }

  Result<void> connect_unix() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (request_.unix_socket.size() >= sizeof address.sun_path)
      return fail(Code::invalid, fmt::format("{}: longer than a unix socket's path may be", request_.unix_socket));
    std::memcpy(address.sun_path, request_.unix_socket.data(), request_.unix_socket.size());
    return connect_to(reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }

  Result<void> connect_tcp() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (const int error = ::getaddrinfo(url_.host.c_str(), url_.port.c_str(), &hints, &found); error != 0)
      return fail(Code::not_found, fmt::format("{}: {}", where(), ::gai_strerror(error)));
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owner(found, ::freeaddrinfo);
    Result<void> result = fail(Code::not_found, where() + ": no address");
    for (const addrinfo* next = found; next != nullptr; next = next->ai_next) {
      result = connect_to(next->ai_addr, next->ai_addrlen);
      if (result) return result;
    }
    return result;
  }

  std::string head() const {
    std::string text = fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: longshore\r\nConnection: close\r\n",
                                   request_.method, url_.target, url_.host);
    if (!request_.content_type.empty()) text += "Content-Type: " + request_.content_type + "\r\n";
    for (const auto& [name, value] : request_.headers) text += fmt::format("{}: {}\r\n", name, value);
    if (!request_.body.empty() || request_.method != "GET")
      text += fmt::format("Content-Length: {}\r\n", request_.body.size());
    return text + "\r\n";
  }

  Result<void> send(std::string_view bytes) {
    while (!bytes.empty()) {
      TRY_VOID(wait(POLLOUT));
      const ssize_t count = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno != EAGAIN && errno != EINTR) return fail(Code::closed, where() + " closed the connection");
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  Result<Response> receive() {
    beast::http::response_parser<beast::http::string_body> parser;
    parser.body_limit(request_.body_limit);
    parser.eager(true);
    if (request_.method == "HEAD") parser.skip(true);
    std::string pending;
    char chunk[16 * 1024];
    while (!parser.is_done()) {
      TRY_VOID(wait(POLLIN));
      const ssize_t count = ::recv(socket_.get(), chunk, sizeof chunk, 0);
      if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      boost::system::error_code error;
      if (count <= 0) {
        if (parser.got_some()) parser.put_eof(error);
        if (error || !parser.is_done())
          return fail(Code::closed, where() + " closed the connection before its answer was complete");
        break;
      }
      pending.append(chunk, static_cast<std::size_t>(count));
      const std::size_t used = parser.put(boost::asio::buffer(pending), error);
      pending.erase(0, used);
      if (error == beast::http::error::body_limit) return fail(Code::exhausted, where() + " answers more than is allowed");
      if (error && error != beast::http::error::need_more) return fail(Code::corrupt, where() + " does not answer in HTTP");
    }
    Response response;
    response.status = static_cast<int>(parser.get().result_int());
    for (const auto& field : parser.get()) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      response.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    response.body = std::move(parser.get().body());
    return response;
  }

  const PlainRequest& request_;
  Url url_;
  Clock::time_point end_;
  base::UniqueFd socket_;
};

}  // namespace

Result<Response> send_plain(const PlainRequest& request) {
  TRY(url, split(request.url));
  return Exchange(request, std::move(url)).run();
}

std::string percent_encode(std::string_view text) {
  std::string out;
  for (const unsigned char c : text) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    out += plain ? std::string(1, static_cast<char>(c)) : fmt::format("%{:02X}", c);
  }
  return out;
}

}  // namespace longshore::http
