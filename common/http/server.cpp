#include "common/http/server.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cerrno>
#include <utility>

#include "common/io/sleep.hpp"

namespace longshore::http {
namespace {

namespace beast = boost::beast;
using boost::asio::posix::stream_descriptor;

constexpr std::size_t kHeaderLimit = 16 * 1024;

std::string_view reason(int status) {
  return {beast::http::obsolete_reason(static_cast<beast::http::status>(status)).data(),
          beast::http::obsolete_reason(static_cast<beast::http::status>(status)).size()};
}

std::string head_of(const ServerResponse& response, bool keep_alive) {
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\n", response.status, reason(response.status), response.content_type);
  for (const auto& [name, value] : response.headers) head += fmt::format("{}: {}\r\n", name, value);
  if (response.stream)
    head += "Transfer-Encoding: chunked\r\n";
  else
    head += fmt::format("Content-Length: {}\r\n", response.body.size());
  return head + (keep_alive ? "\r\n" : "Connection: close\r\n\r\n");
}

int hex(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

// One client: reads a request within its deadline, answers, and again.
class Server::Connection final : public ChunkWriter, public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server& server, base::UniqueFd socket)
      : server_(server), socket_(server.loop_, socket.release()), deadline_(server.loop_) {}

  io::Task<void> run() {
    for (bool keep_alive = true; keep_alive;) {
      // 0: the client has gone or was too slow; otherwise the status with which it is answered.
      ServerRequest request;
      const int status = co_await read(request, keep_alive);
      if (status == 0) co_return;
      ServerResponse response;
      if (status == 200) {
        response = co_await server_.handler_(request);
      } else {
        response.status = status;
        response.body = std::string(reason(status)) + "\n";
        keep_alive = false;
      }
      const bool is_head = request.method == "HEAD";
      std::string out = head_of(response, keep_alive);
      if (!response.stream && !is_head) out += response.body;
      const bool sent = co_await send(out);
      if (!sent) co_return;
      if (response.stream && !is_head) {
        co_await response.stream(*this);
        if (gone_) co_return;
        const bool ended = co_await send("0\r\n\r\n");
        if (!ended) co_return;
      }
    }
  }

  // Ends a wait for a request.
  void give_up() {
    waiting_ = false;
    ::shutdown(socket_.native_handle(), SHUT_RDWR);
  }

  io::Task<bool> write(std::string_view bytes) override {
    if (gone_ || bytes.empty()) co_return !gone_;
    const std::string chunk = fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
    co_return co_await send(chunk);
  }

 private:
  // The deadline closes the socket, which ends whatever is awaited on it.
  void arm() {
    deadline_.expires_after(server_.options_.idle_timeout);
    // Once it is due its handler can no longer be called off, and may come when the connection has gone.
    deadline_.async_wait([weak = weak_from_this()](boost::system::error_code error) {
      if (const auto self = weak.lock(); self && !error) ::shutdown(self->socket_.native_handle(), SHUT_RDWR);
    });
  }

  // In the server's list for as long as this lives.
  class Waiting {
   public:
    explicit Waiting(Connection& connection)
        : connection_(connection),
          place_(connection.server_.waiting_.insert(connection.server_.waiting_.end(), &connection)) {
      connection_.waiting_ = true;
    }
    ~Waiting() {
      if (std::exchange(connection_.waiting_, false)) connection_.server_.waiting_.erase(place_);
    }

   private:
    Connection& connection_;
    std::list<Connection*>::iterator place_;
  };

  io::Task<int> read(ServerRequest& request, bool& keep_alive) {
    const Waiting waiting(*this);
    beast::http::request_parser<beast::http::string_body> parser;
    parser.header_limit(kHeaderLimit);
    parser.body_limit(server_.options_.body_limit);
    parser.eager(true);
    arm();
    for (;;) {
      beast::error_code error;
      if (!buffer_.empty()) {
        const std::size_t used = parser.put(boost::asio::buffer(buffer_), error);
        buffer_.erase(0, used);
      }
      if (error == beast::http::error::need_more) error = {};
      if (error == beast::http::error::body_limit) co_return 413;
      if (error == beast::http::error::header_limit) co_return 431;
      if (error) co_return 400;
      if (parser.is_done()) break;
      char chunk[16 * 1024];
      const auto [failed, count] = co_await socket_.async_read_some(boost::asio::buffer(chunk), io::kNoThrow);
      if (failed) co_return 0;
      buffer_.append(chunk, count);
    }
    deadline_.cancel();
    auto message = parser.release();
    keep_alive = message.keep_alive();
    request.method = std::string(message.method_string());
    const std::string target(message.target());
    request.path = target.substr(0, target.find('?'));
    if (request.path.size() < target.size()) request.query = target.substr(request.path.size() + 1);
    for (const auto& field : message) {
      std::string name(field.name_string());
      std::transform(name.begin(), name.end(), name.begin(),
                     [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
      request.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    request.body = std::move(message.body());
    co_return 200;
  }

  io::Task<bool> send(std::string_view bytes) {
    arm();
    const auto [error, count] = co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes), io::kNoThrow);
    deadline_.cancel();
    gone_ = gone_ || error || count != bytes.size();
    co_return !gone_;
  }

  Server& server_;
  stream_descriptor socket_;
  boost::asio::steady_timer deadline_;
  std::string buffer_;
  bool gone_ = false;
  bool waiting_ = false;  // for a request
};

Server::Server(boost::asio::any_io_executor loop, base::UniqueFd listener, Handler handler, ServerOptions options)
    : loop_(loop), listener_(std::move(listener)), handler_(std::move(handler)), options_(options), tasks_(loop) {}

Server::~Server() = default;

void Server::start() { tasks_.spawn("http accept", accept_loop()); }

io::Task<void> Server::stop() {
  tasks_.cancel();
  co_await tasks_.join();
}

io::Task<void> Server::accept_loop() {
  stream_descriptor listener(loop_, listener_.release());
  for (;;) {
    const auto [error] = co_await listener.async_wait(stream_descriptor::wait_read, io::kNoThrow);
    if (error) co_return;
    base::UniqueFd socket(::accept4(listener.native_handle(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      // Out of descriptors, or the client has gone again: this must neither spin nor end the listener.
      if (errno != EAGAIN && errno != ECONNABORTED) co_await io::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    if (tasks_.size() > options_.max_connections) {
      // Who has waited longest makes room: clients that only hold connections keep nobody out.
      if (waiting_.empty()) continue;
      waiting_.front()->give_up();
      waiting_.pop_front();
    }
    tasks_.spawn("http connection", serve(std::move(socket)));
  }
}

io::Task<void> Server::serve(base::UniqueFd socket) {
  const auto connection = std::make_shared<Connection>(*this, std::move(socket));
  co_await connection->run();
}

std::string decode_query(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out += static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string query_value(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::size_t equals = pair.find('=');
    if (decode_query(pair.substr(0, equals)) == name)
      return equals == std::string_view::npos ? "" : decode_query(pair.substr(equals + 1));
  }
  return {};
}

}  // namespace longshore::http
