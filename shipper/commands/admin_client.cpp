// top, tap and healthcheck: what asks a running shipper at its admin address.
#include <sys/ioctl.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <cstdio>
#include <thread>

#include "common/http/client.hpp"
#include "common/io/task_group.hpp"
#include "shipper/commands/commands.hpp"
#include "shipper/console/screen.hpp"

namespace longshore::shipper {
namespace {

base::Result<http::Response> get(const std::string& admin, const std::string& path) {
  boost::asio::io_context loop(1);
  http::Client client(loop.get_executor(), {.connect_timeout = std::chrono::seconds(3), .body_limit = 16 << 20});
  io::TaskGroup tasks(loop.get_executor());
  base::Result<http::Response> result = base::fail(base::Code::closed, "no answer");
  auto ask = [&]() -> io::Task<void> {
    http::Request request{.url = "http://" + admin + path, .headers = {}, .body = {}, .timeout = std::chrono::seconds(5)};
    result = co_await client.send(std::move(request));
  };
  tasks.spawn("get", ask());
  loop.run();
  return result;
}

int unreachable(const std::string& admin, const std::string& why) {
  std::fprintf(stderr,
               "no shipper answers at %s: %s\nIs it running? Its admin address is set by `admin:`; name it with --admin.\n",
               admin.c_str(), why.c_str());
  return kUnavailable;
}

base::Result<Status> fetch_status(const std::string& admin) {
  const auto response = get(admin, "/status");
  if (!response) return base::fail(response.error());
  if (response->status != 200) return base::fail(base::Code::invalid, "answered " + std::to_string(response->status));
  return parse_status(response->body);
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    if (plain)
      out += c;
    else
      out.append({'%', kHex[byte >> 4], kHex[byte & 15]});
  }
  return out;
}

}  // namespace

int healthcheck(const std::string& admin) {
  const auto response = get(admin, "/readyz");
  if (!response) return unreachable(admin, response.error().message);
  if (response->status == 200) return kOk;
  std::fprintf(stderr, "not ready: %s", response->body.c_str());
  return kUnavailable;
}

int top(const std::string& admin, base::Duration interval, bool once) {
  base::Result<Status> before = fetch_status(admin);
  if (!before) return unreachable(admin, before.error().message);
  const double seconds = std::chrono::duration<double>(interval).count();
  const bool terminal = ::isatty(STDOUT_FILENO) != 0;
  for (;;) {
    std::this_thread::sleep_for(interval);
    base::Result<Status> now = fetch_status(admin);
    if (!now) return unreachable(admin, now.error().message);
    winsize size{};
    const bool known = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    // Home, then the screen, each line cleared to its end, then the rest of the terminal: nothing flickers.
    std::string text = render_screen(*before, *now, seconds, known ? size.ws_col : 100, terminal);
    if (terminal && !once) {
      for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at + 4))
        text.insert(at, "\x1b[K");
      text = "\x1b[H" + text + "\x1b[J";
    }
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    if (once) return kOk;
    before = std::move(now);
  }
}

int tap(const std::string& admin, const std::string& query, std::uint64_t limit) {
  using boost::asio::ip::tcp;
  boost::asio::io_context loop(1);
  tcp::socket socket(loop);
  boost::system::error_code error;
  const std::size_t colon = admin.rfind(':');
  tcp::resolver resolver(loop);
  const auto addresses =
      resolver.resolve(admin.substr(0, colon), colon == std::string::npos ? "8514" : admin.substr(colon + 1), error);
  if (!error) boost::asio::connect(socket, addresses, error);
  if (error) return unreachable(admin, error.message());
  const std::string request = "GET /tap?q=" + percent_encoded(query) + "&limit=" + std::to_string(limit) +
                              " HTTP/1.1\r\nHost: shipper\r\nConnection: close\r\n\r\n";
  boost::asio::write(socket, boost::asio::buffer(request), error);
  // The answer is chunked; lines are printed as they come, and the chunk headers left out.
  std::string pending;
  bool in_head = true, failed = false;
  std::size_t chunk_left = 0;
  for (char buffer[65536];;) {
    const std::size_t count = socket.read_some(boost::asio::buffer(buffer), error);
    if (error) break;
    pending.append(buffer, count);
    if (in_head) {
      const std::size_t end = pending.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      failed = pending.find(" 200 ") > pending.find("\r\n");
      pending.erase(0, end + 4);
      in_head = false;
    }
    while (!failed && !pending.empty()) {
      if (chunk_left == 0) {
        const std::size_t end = pending.find("\r\n", pending.starts_with("\r\n") ? 2 : 0);
        if (end == std::string::npos) break;
        chunk_left = std::strtoull(pending.c_str() + (pending.starts_with("\r\n") ? 2 : 0), nullptr, 16);
        pending.erase(0, end + 2);
        if (chunk_left == 0) return kOk;
      }
      const std::size_t now = std::min(chunk_left, pending.size());
      const std::string_view text = std::string_view(pending).substr(0, now);
      if (text != "\n") std::fwrite(text.data(), 1, now, stdout);
      pending.erase(0, now);
      chunk_left -= now;
    }
    std::fflush(stdout);
    if (std::ferror(stdout) != 0) return kOk;  // the reader has gone
  }
  if (!failed) return kOk;
  std::fputs(pending.c_str(), stderr);
  return kUsage;
}

}  // namespace longshore::shipper
