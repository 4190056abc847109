#include "tests/support/alert_receiver/server.hpp"

#include <fmt/format.h>
#include <strings.h>
#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <charconv>
#include <utility>

#include "common/io/endpoint.hpp"
#include "common/io/sleep.hpp"
#include "tests/support/receiver/request.hpp"

namespace longshore::alert_receiver {
namespace {

using Kind = receiver::Mode::Kind;
using boost::asio::posix::stream_descriptor;
constexpr std::size_t kLongestHead = 64 * 1024, kLongestBody = 4 << 20;

std::string header(std::string_view head, std::string_view name) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    head.remove_prefix(std::min(head.size(), line.size() + 2));
    if (line.size() <= name.size() || line[name.size()] != ':' || ::strncasecmp(line.data(), name.data(), name.size()) != 0)
      continue;
    std::string_view value = line.substr(name.size() + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    return std::string(value);
  }
  return {};
}

std::string bytes_of(const Reply& reply) {
  std::string out = fmt::format("HTTP/1.1 {} x\r\nContent-Length: {}\r\n", reply.status, reply.body.size());
  for (const auto& [name, value] : reply.headers) out += name + ": " + value + "\r\n";
  return out + "\r\n" + reply.body;
}

void make_close_a_reset(stream_descriptor& socket) {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  (void)::setsockopt(socket.native_handle(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

}  // namespace

base::Result<std::unique_ptr<Server>> Server::start(boost::asio::any_io_executor loop, Desk& desk, std::uint16_t port) {
  TRY(endpoint, io::parse_endpoint("tcp://127.0.0.1:" + std::to_string(port)));
  TRY(listener, io::open_listener(endpoint));
  std::unique_ptr<Server> server(new Server(std::move(loop), desk, std::move(listener)));
  server->tasks_.spawn("accept", server->accept_loop());
  return server;
}

Server::Server(boost::asio::any_io_executor loop, Desk& desk, base::UniqueFd listener)
    : loop_(loop),
      desk_(desk),
      port_(io::bound_port(listener.get())),
      listener_(loop, listener.release()),
      tasks_(std::move(loop)) {}

io::Task<void> Server::stop() {
  tasks_.cancel();
  co_await tasks_.join();
  listener_.close();
}

bool Server::set_mode(std::string_view text) {
  int number = 0;
  const auto read = [&](std::string_view digits) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  if (text.starts_with("lost*") && read(text.substr(5))) {
    desk_.opsgenie.lost = number;
  } else if (text.starts_with("pending:") && read(text.substr(8))) {
    desk_.opsgenie.pending = number;
  } else {
    const auto mode = receiver::parse_mode(text);
    if (!mode) return false;
    mode_ = *mode;
  }
  return true;
}

io::Task<void> Server::accept_loop() {
  while (true) {
    const auto [error] = co_await listener_.async_wait(stream_descriptor::wait_read, io::kNoThrow);
    if (error) co_return;
    const int fd = ::accept4(listener_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) continue;
    stream_descriptor socket(loop_, fd);
    tasks_.spawn("connection", serve(std::move(socket)));
  }
}

io::Task<void> Server::serve(stream_descriptor socket) {
  std::string bytes;
  char chunk[16 * 1024];
  while (true) {
    const std::size_t end = bytes.find("\r\n\r\n");
    const auto head = end == bytes.npos ? std::nullopt : receiver::parse_request(std::string_view(bytes).substr(0, end + 4));
    if (end != bytes.npos && (!head || head->body > kLongestBody)) co_return;
    if (!head || bytes.size() < end + 4 + head->body) {
      if (!head && bytes.size() > kLongestHead) co_return;
      const auto [error, count] = co_await socket.async_read_some(boost::asio::buffer(chunk), io::kNoThrow);
      if (error) co_return;
      bytes.append(chunk, count);
      continue;
    }
    Request request{.method = std::string(head->method), .path = std::string(head->path)};
    if (const std::size_t query = request.path.find('?'); query != request.path.npos) {
      request.query = request.path.substr(query + 1);
      request.path.resize(query);
    }
    request.authorization = header(head->head, "authorization");
    request.body = bytes.substr(end + 4, head->body);
    bytes.erase(0, end + 4 + head->body);
    const bool go_on = co_await answer(socket, request);
    if (!go_on) co_return;
  }
}

receiver::Mode Server::take_mode() {
  const receiver::Mode mode = mode_;
  if (mode_.left > 0 && --mode_.left == 0) mode_ = {};
  return mode;
}

Reply Server::control(const Request& request) {
  if (request.method == "PUT") return set_mode(request.body) ? Reply{} : Reply{400, "no such mode", {}};
  Reply reply;
  for (const Seen& seen : desk_.record.all()) reply.body += seen_line(seen) + "\n";
  return reply;
}

io::Task<bool> Server::answer(stream_descriptor& socket, const Request& request) {
  const bool to_itself = request.path == "/mode" || request.path == "/report";
  receiver::Mode mode;
  if (!to_itself) {
    ++requests;
    mode = take_mode();
  }
  Reply reply;
  switch (mode.kind) {
    case Kind::reset:
      make_close_a_reset(socket);
      co_return false;
    case Kind::status:
      reply = {mode.status, "as asked for", {}};
      if (mode.retry_after >= 0) reply.headers.emplace_back("Retry-After", std::to_string(mode.retry_after));
      break;
    case Kind::html200:
      reply = {200, "<html>please log in</html>", {}};
      break;
    case Kind::slow:
      co_await io::sleep_for(mode.delay);
      [[fallthrough]];
    default:
      reply = to_itself ? control(request) : desk_.handle(request, clock_.now());
  }
  if (mode.kind == Kind::never) {  // until the client has had enough
    co_await socket.async_wait(stream_descriptor::wait_read, io::kNoThrow);
    co_return false;
  }
  std::string out = bytes_of(reply);
  if (mode.kind == Kind::half) out.resize(out.size() / 2);
  const auto [error, count] = co_await boost::asio::async_write(socket, boost::asio::buffer(out), io::kNoThrow);
  co_return !error && mode.kind != Kind::half;
}

}  // namespace longshore::alert_receiver
